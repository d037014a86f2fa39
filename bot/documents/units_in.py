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
    """A unit: `level` is city, county or enterprise; `above` is the unit that it belongs under, empty if none.

    `above` is None where the file has no such column: then what is known stays.
    """

    name: str
    level: str
    aliases: tuple[str, ...]
    above: str | None = None


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
        above = clean(table.cell(cells, "above")) if "above" in table.headings else None
        aliases = tuple(dict.fromkeys(part for part in parts if part))
        rows.append(UnitRow(name, _LEVELS[level], aliases, above))
    faults += _shared_names(table, rows, seen)
    faults += _tree_faults(table, rows, seen)
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


def _tree_faults(table: tables.Table, rows: list[UnitRow], placed: dict[str, int]) -> list[Fault]:
    """Units above that the file doesn't have, and circles: a unit can't stand above itself."""
    names = {alias: unit.name for unit in rows for alias in (unit.name, *unit.aliases)}
    above = {unit.name: names.get(unit.above) for unit in rows if unit.above}
    faults = []
    for unit in rows:
        if unit.above and unit.above not in names:
            reason = f"上级单位“{unit.above}”不在单位目录里"
            faults.append(table.fault(placed[unit.name], "above", reason))
            continue
        seen, at = {unit.name}, above.get(unit.name)
        while at is not None and at not in seen:
            seen.add(at)
            at = above.get(at)
        if at == unit.name:
            reason = f"{unit.name}的上级绕了一圈又回到它自己"
            faults.append(table.fault(placed[unit.name], "above", reason))
    return faults
