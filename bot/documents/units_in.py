"""The directory of units: name, level, and the names that people use."""

import re
from dataclasses import dataclass

from bot.documents import sheets, tables
from bot.documents.faults import DocumentError, Fault
from bot.documents.tables import clean

_NAMES = {"name": "单位名称", "level": "级别", "aliases": "简称"}
_LEVELS = {
    "city": "city", "county": "county", "enterprise": "enterprise",
    "市": "city", "市直": "city", "市级": "city", "县": "county", "县级": "county", "企业": "enterprise",
}  # fmt: skip
_LONGEST_NAME = 120  # characters
_PARTS = re.compile(r"[|｜、，,；;\n]")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit: `level` is city, county or enterprise."""

    name: str
    level: str
    aliases: tuple[str, ...]


def read_units(data: bytes, filename: str) -> tuple[UnitRow, ...]:
    """Read the units. Raises DocumentError with every fault."""
    table = tables.find(sheets.read(data, filename), "units", ("name", "level"), _NAMES)
    rows: list[UnitRow] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for number, cells in table.rows:
        name = clean(table.cell(cells, "name"))
        level = clean(table.cell(cells, "level"))
        if not name:
            faults.append(table.fault(number, "name", "没有单位名称"))
            continue
        if name in seen:
            faults.append(table.fault(number, "name", f"与第{seen[name]}行重复：{name}"))
        if level not in _LEVELS:
            faults.append(table.fault(number, "level", f"级别应是 市级、县级或企业，这里是“{level}”"))
            continue
        faults += table.too_long(number, cells, {"name": _LONGEST_NAME})
        seen[name] = number
        parts = [clean(part) for part in _PARTS.split(sheets.text_of(table.cell(cells, "aliases")))]
        rows.append(UnitRow(name, _LEVELS[level], tuple(dict.fromkeys(part for part in parts if part))))
    faults += _shared_names(table, rows, seen)
    if not rows and not faults:
        faults.append(Fault("表头下面没有单位", table.sheet))
    if faults:
        raise DocumentError(faults)
    return tuple(rows)


def _shared_names(table: tables.Table, rows: list[UnitRow], placed: dict[str, int]) -> list[Fault]:
    """A name that would mean two units can't be understood in a message."""
    owner: dict[str, str] = {unit.name: unit.name for unit in rows}
    faults = []
    for unit in rows:
        for alias in unit.aliases:
            other = owner.setdefault(alias, unit.name)
            if other != unit.name:
                reason = f"简称“{alias}”已是{other}（第{placed[other]}行）的叫法，一个叫法只能归一个单位"
                faults.append(table.fault(placed[unit.name], "aliases", reason))
    return faults
