"""Projects of the reserve and signed ones, from a sheet: name, county, field, sums, stage and its day."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from bot.documents import sheets, tables
from bot.documents.faults import DocumentError, Fault
from bot.documents.tables import clean

_NAMES = {"name": "项目名称", "area": "县（市、区）", "field": "领域", "total": "总投资", "stage": "阶段"}
_FIELDS = {"产业": "industry", "基础设施": "infrastructure", "社会民生": "livelihood", "民生": "livelihood"}
STAGES = {
    "谋划": "planned", "储备": "planned", "签约": "signed", "前期": "preliminary", "开工": "started",
    "竣工": "completed", "投产": "in_production", "达效": "at_capacity", "达产": "at_capacity",
}  # fmt: skip
_UNITS = {"亿元": 100_000_000, "万元": 10_000}
_DAY = re.compile(r"(20\d\d)\s*[年./-]\s*(\d{1,2})(?:\s*[月./-]\s*(\d{1,2})\s*日?|\s*月)?")
_LONGEST = {"name": 300}


@dataclass(frozen=True, slots=True)
class ReserveRow:
    """A project; sums in 元, `area` as written (市直 for the city's own), `days` by stage, `row` from 1."""

    name: str
    area: str
    field: str
    total: int
    plan: int
    stage: str
    days: dict[str, date]
    note: str
    row: int


def read_reserve(data: bytes, filename: str) -> tuple[ReserveRow, ...]:
    """Read the projects. Raises DocumentError with every fault."""
    table = tables.find(sheets.read(data, filename), "reserve", tuple(_NAMES), _NAMES)
    rows: list[ReserveRow] = []
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for number, cells in table.rows:
        reader = _Row(table, number, cells, faults)
        name = clean(table.cell(cells, "name"))
        if not name:
            faults.append(table.fault(number, "name", "没有项目名称"))
            continue
        if name in seen:
            faults.append(table.fault(number, "name", f"与第{seen[name]}行重复：{name}"))
        seen[name] = number
        faults += table.too_long(number, cells, _LONGEST)
        rows.append(reader.row(name))
    if not rows and not faults:
        faults.append(Fault("表头下面没有项目", table.sheet))
    if faults:
        raise DocumentError(faults)
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class _Row:
    """One row on its way in; what is wrong with it goes to `faults`."""

    table: tables.Table
    number: int
    cells: tuple[sheets.Cell, ...]
    faults: list[Fault]

    def row(self, name: str) -> ReserveRow:
        stage = STAGES.get(self._text("stage"), "")
        if not stage:
            self._wrong("stage", f"阶段应是{'、'.join(STAGES)}，这里是“{self._text('stage')}”")
        field = _FIELDS.get(self._text("field").removesuffix("类"), "")
        if not field:
            self._wrong("field", f"领域应是产业类、基础设施类、社会民生类，这里是“{self._text('field')}”")
        days = {}
        for meaning, reached in (("signed", "signed"), ("started", "started"), ("reached", stage)):
            day = self._day(meaning)
            if day is not None and reached:
                days[reached] = day
        return ReserveRow(
            name, self._text("area"), field, self._money("total"), self._money("plan"), stage, days,
            self._text("note"), self.number,
        )  # fmt: skip

    def _text(self, meaning: str) -> str:
        return clean(self.table.cell(self.cells, meaning))

    def _wrong(self, meaning: str, reason: str) -> None:
        self.faults.append(self.table.fault(self.number, meaning, reason))

    def _money(self, meaning: str) -> int:
        heading = self.table.headings.get(meaning)
        said = self._text(meaning).replace(",", "").replace("，", "")
        if heading is None or not said:
            return 0
        unit = next((one for one in _UNITS if said.endswith(one) or one in heading.words), None)
        try:
            value = float(said.removesuffix(unit or "").removesuffix("亿").removesuffix("万"))
        except ValueError:
            self._wrong(meaning, f"不是数：“{said}”")
            return 0
        if unit is None:
            self._wrong(meaning, "没有写单位，请在表头写明（亿元）或（万元）")
            return 0
        return round(value * _UNITS[unit])

    def _day(self, meaning: str) -> date | None:
        cell = self.table.cell(self.cells, meaning)
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        said = clean(cell)
        if not said:
            return None
        match = _DAY.fullmatch(said)
        try:
            if match is None:
                raise ValueError
            return date(int(match[1]), int(match[2]), int(match[3] or 1))
        except ValueError:
            self._wrong(meaning, f"看不懂的日期“{said}”，请写成 2025-03-05")
            return None
