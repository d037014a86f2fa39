"""Figures of another source, and the year's plan by month: a row a project, sums in the unit of the heading."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot.documents import sheets, tables
from bot.documents.faults import DocumentError, Fault
from bot.documents.sheets import Cell, text_of
from bot.documents.tables import Table, clean

_NAMES = {"project": "项目名称", "sum": "累计完成投资"}
_UNITS = {"亿元": 100_000_000, "万元": 10_000, "元": 1}
_NO_UNIT = "没写金额单位，请在表头上面写“单位：万元”，或在表头注明（亿元）（万元）或（元）"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_NONE = frozenset({"", "-", "—", "——", "/"})
_SUM_ROW = re.compile(r"^(?:全[市县区])?(?:合计|共计|总计|小计)|(?:合计|小计)$")
_MONTH_ABOVE = re.compile(r"(?:1月?[—\-－~至到])?(1[0-2]|[1-9])月")


@dataclass(frozen=True, slots=True)
class SourceFigures:
    """元 by project as the file names it (a name or a number of the ledger); `month` as its title says."""

    rows: tuple[tuple[int, str, int], ...]  # row in the sheet, project, 元
    month: int | None


@dataclass(frozen=True, slots=True)
class PlannedMonths:
    """元 by month and project."""

    rows: tuple[tuple[int, str, Mapping[int, int]], ...]


def read_figures(data: bytes, filename: str) -> SourceFigures:
    """What another source says of January to a month. Raises DocumentError with every fault."""
    table = tables.find(sheets.read(data, filename), "figures", ("project", "sum"), _NAMES)
    faults: list[Fault] = []
    rows = []
    for number, cells in table.rows:
        project = clean(table.cell(cells, "project"))
        yuan = _yuan(table, number, cells, "sum", faults)
        if project and not _SUM_ROW.search(project) and yuan is not None:
            rows.append((number, project, yuan))
    _raise(faults, rows, table)
    above = " ".join(clean(cell) for row in table.above for cell in row)
    said = _MONTH_ABOVE.search(above)
    return SourceFigures(tuple(rows), int(said[1]) if said else None)


def read_month_plans(data: bytes, filename: str) -> PlannedMonths:
    """The plan of each month: columns 1月 to 12月, or some of them. Raises DocumentError with every fault."""
    table = tables.find(sheets.read(data, filename), "month_plans", ("project",), {"project": "项目名称"})
    months = [month for month in range(1, 13) if f"m{month}" in table.headings]
    if not months:
        raise DocumentError([Fault("没有找到月份的列：表头应有“1月”到“12月”中的几列", table.sheet)])
    faults: list[Fault] = []
    rows = []
    for number, cells in table.rows:
        project = clean(table.cell(cells, "project"))
        if not project or _SUM_ROW.search(project):
            continue
        sums = {month: _yuan(table, number, cells, f"m{month}", faults) for month in months}
        known = {month: yuan for month, yuan in sums.items() if yuan is not None}
        if known:
            rows.append((number, project, known))
    _raise(faults, rows, table)
    return PlannedMonths(tuple(rows))


def _yuan(
    table: Table, number: int, cells: tuple[Cell, ...], meaning: str, faults: list[Fault]
) -> int | None:
    """元 in that cell; an empty one is no figure."""
    said = text_of(table.cell(cells, meaning)).replace(",", "").replace("，", "").strip()
    if said in _NONE:
        return None
    own = next((unit for unit in _UNITS if said.endswith(unit)), "")
    value = said.removesuffix(own).strip()
    scale = _UNITS[own] if own else _scale(table, meaning)
    if not _NUMBER.fullmatch(value):
        faults.append(table.fault(number, meaning, f"应是数字，这里是“{said[:20]}”"))
        return None
    if scale is None:
        if _NO_UNIT not in (fault.reason for fault in faults):  # once, not for each cell
            faults.append(Fault(_NO_UNIT, table.sheet))
        return None
    yuan = Decimal(value) * scale
    if not 0 <= yuan <= 10_000 * 100_000_000:
        faults.append(table.fault(number, meaning, f"{said}不像一个投资额，请核对单位"))
        return None
    return int(yuan.to_integral_value())


def _scale(table: Table, meaning: str) -> int | None:
    heading = table.headings[meaning].words.replace(" ", "")
    above = "".join(clean(cell) for row in table.above for cell in row).replace(" ", "")
    stated = re.search(r"单位[：:]?(亿元|万元|元)", above)
    for words in (heading, stated[1] if stated else ""):
        for unit, scale in _UNITS.items():
            if unit in words:
                return scale
    return None


def _raise(faults: list[Fault], rows: object, table: Table) -> None:
    if not rows and not faults:
        faults.append(Fault("表头下面没有数", table.sheet))
    if faults:
        raise DocumentError(faults)
