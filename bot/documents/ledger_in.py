"""The project ledger as the office keeps it: title rows, headings in one or two rows, the total row, group
rows with subtotals, merged counties, notes at the end. All faults at once. Columns: domain of N0's annex."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from bot.documents import sheets, tables
from bot.documents.faults import DocumentError, Fault
from bot.documents.sheets import Cell, text_of
from bot.documents.tables import Table, clean

CITY_GROUP = "市直"
NAMES = {
    "number": "序号",
    "name": "项目名称",
    "owners": "项目单位",
    "place": "建设地点",
    "area": "县（市、区）",
    "build_kind": "建设性质",
    "total": "总投资",
    "plan": "年度计划投资",
    "start": "开工时间",
    "finish": "竣工时间",
    "field": "领域",
    "note": "备注",
}
NEEDED = ("number", "name", "total", "plan")
_KINDS = {"前期": "preliminary", "新建": "new", "续建": "continuing", "新开工": "new"}
_FIELDS = {"产业": "industry", "基础设施": "infrastructure", "社会民生": "livelihood", "民生": "livelihood"}
_TIERS = {"省重点": "province", "市重点": "city", "县重点": "county"}
_UNITS = {"亿元": 100_000_000, "万元": 10_000, "元": 1}
_GROUP = re.compile(r"^(?:[一二三四五六七八九十]+、)?(?P<name>\D+?)[（(]?(?P<count>\d+)个(?:项目)?[）)]?$")
_TOTAL = re.compile(r"^(?:共计|合计|总计)(?:[：:]?(?P<count>\d+)个(?:项目)?)?$")
_SUBTOTAL = re.compile(r"^小计")
_NOTE = re.compile(r"^(?:注|备注|说明|填报说明|填表人|审核人|联系人)[：:\d]")
_MONTH = re.compile(
    r"^(20\d\d|19\d\d)\s*[年./-]\s*(\d{1,2})\s*月?(?:\s*[./-]?\s*\d{1,2}\s*日?)?(?:[前底初中旬上下]|左右)*$"
)
_YEAR_PART = re.compile(
    r"^(20\d\d|19\d\d)\s*年?\s*(底|末|年底|年末|初|年初|中|年中|上半年|下半年|[一二三四]季度)?$"
)
_PART_MONTH = {
    "底": 12, "末": 12, "年底": 12, "年末": 12, "初": 1, "年初": 1, "中": 6, "年中": 6,
    "上半年": 6, "下半年": 12, "一季度": 3, "二季度": 6, "三季度": 9, "四季度": 12,
}  # fmt: skip
_OWNERS = re.compile(r"[、，,;；\n]|\s{2,}|/(?=[\u4e00-\u9fff])")
_YEAR = re.compile(r"(20\d\d)\s*年")


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A project as a row of the ledger: sums in 元, months as 2025-10, `row` in the sheet from 1.

    `build_kind`: preliminary, new, continuing; `field`: industry, infrastructure, livelihood;
    `tier`: province, city, county; empty where the sheet has no such column.
    """

    number: int
    group: str
    name: str
    owners: tuple[str, ...]
    place: str
    build_kind: str
    field: str
    total_investment: int
    annual_plan: int
    start_month: str | None
    finish_month: str | None
    start_is_actual: bool
    tier: str
    note: str
    row: int


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of a group and their sums in 元."""

    name: str
    count: int
    total_investment: int
    annual_plan: int


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """A ledger that was read without fault."""

    title: str
    year: int | None
    rows: tuple[LedgerRow, ...]
    groups: tuple[Group, ...]
    total_investment: int
    annual_plan: int
    sheet: str


@dataclass(frozen=True, slots=True)
class _Said:
    """What a total or group row says of the rows that it stands for."""

    row: int
    group: str | None  # None: the whole
    count: int | None
    total: int | None
    plan: int | None


def read_ledger(data: bytes, filename: str, year: int | None) -> LedgerFile:
    """Read a ledger. `year` is the one expected; None takes what the file says. Raises DocumentError."""
    table = tables.find(sheets.read(data, filename), "ledger", NEEDED, NAMES)
    reader = _Reader(table)
    for number, row in table.rows:
        if reader.take(number, row):
            break
    said_year = _year(table)
    if year is not None and said_year is not None and said_year != year:
        reader.faults.append(Fault(f"这是{said_year}年的台账，当前台账年度是{year}", table.sheet))
    if not reader.rows and not reader.faults:
        reader.faults.append(Fault("表头下面没有项目", table.sheet))
    if not reader.faults:
        reader.check_sums()
    if reader.faults:
        raise DocumentError(reader.faults)
    title = " ".join(
        text for text in dict.fromkeys(clean(cell) for row in table.above for cell in row) if text
    )
    return LedgerFile(
        title,
        said_year,
        tuple(reader.rows),
        tuple(_group(name, reader.rows) for name in dict.fromkeys(row.group for row in reader.rows)),
        sum(row.total_investment for row in reader.rows),
        sum(row.annual_plan for row in reader.rows),
        table.sheet,
    )


def _group(name: str, rows: Sequence[LedgerRow]) -> Group:
    mine = [row for row in rows if row.group == name]
    return Group(
        name, len(mine), sum(row.total_investment for row in mine), sum(row.annual_plan for row in mine)
    )


def _year(table: Table) -> int | None:
    words = [heading.words for heading in table.headings.values()]
    words += [clean(cell) for row in table.above for cell in row]
    years = {int(year) for said in words for year in _YEAR.findall(said)}
    return years.pop() if len(years) == 1 else None


class _Reader:
    """Goes down the rows; what is wrong is collected, not raised."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.rows: list[LedgerRow] = []
        self.faults: list[Fault] = []
        self._said: list[_Said] = []
        self._group = ""
        self._numbers: dict[int, int] = {}
        self._names: dict[str, int] = {}
        self._scale = {meaning: self._unit(meaning) for meaning in ("total", "plan")}

    def take(self, number: int, row: Sequence[Cell]) -> bool:
        """Read a row; True if the table ends here."""
        first = next((clean(cell) for cell in row if clean(cell)), "")
        distinct = {clean(cell) for cell in row if clean(cell)}
        if _NOTE.match(first):
            return True
        if match := _TOTAL.match(first.replace(" ", "")):
            self._remember(number, row, None, match["count"])
        elif _SUBTOTAL.match(first):
            self._remember(number, row, self._group, None)
        elif self._is_group(row, first):
            match = _GROUP.match(first.replace(" ", ""))
            self._group = match["name"] if match else first
            self._remember(number, row, self._group, match["count"] if match else None)
        elif len(distinct) == 1 and not text_of(self.table.cell(row, "name")).strip():
            return False  # a lone remark between the rows
        elif len(distinct) == 1 and len(first) > 30:
            return True  # a note merged over the whole width
        else:
            self._project(number, row)
        return False

    def check_sums(self) -> None:
        """Group and total rows against the rows they stand for, exact to the 元."""
        for said in self._said:
            mine = [row for row in self.rows if said.group is None or row.group == said.group]
            whom = "合计" if said.group is None else said.group
            if said.count is not None and said.count != len(mine):
                self._fault(said.row, "name", f"{whom}写的是{said.count}个项目，下面实有{len(mine)}个")
            for meaning, told, value in (
                ("total", said.total, sum(row.total_investment for row in mine)),
                ("plan", said.plan, sum(row.annual_plan for row in mine)),
            ):
                if told is not None and told != value:
                    scale = self._scale[meaning] or 1
                    unit = next(word for word, size in _UNITS.items() if size == scale)
                    self._fault(
                        said.row,
                        meaning,
                        f"{whom}写的是{_plain(told, scale)}{unit}，各项目相加是{_plain(value, scale)}{unit}",
                    )

    def _is_group(self, row: Sequence[Cell], first: str) -> bool:
        bare = first.replace(" ", "")
        if text_of(self.table.cell(row, "number")).replace(".", "").isdigit():
            return False
        if _GROUP.match(bare):
            return True
        # A county alone on its row, merged or not, opens a group without a count.
        place = {clean(cell) for cell in row if clean(cell) and not _number(cell)}
        return len(place) == 1 and bool(re.match(r"^.{1,8}(?:县|市|区|直)$", bare))

    def _remember(self, number: int, row: Sequence[Cell], group: str | None, count: str | None) -> None:
        sums = {}
        for meaning in ("total", "plan"):
            cell = self.table.cell(row, meaning)
            sums[meaning] = self._money(number, row, meaning) if _number(cell) is not None else None
        self._said.append(_Said(number, group, int(count) if count else None, sums["total"], sums["plan"]))

    def _project(self, number: int, row: Sequence[Cell]) -> None:
        cell = self.table.cell
        serial = self._serial(number, row)
        name = clean(cell(row, "name"))
        if not name:
            self._fault(number, "name", "没有项目名称")
        elif name in self._names:
            self._fault(number, "name", f"项目名称与第{self._names[name]}行重复")
        else:
            self._names[name] = number
        total, plan = self._money(number, row, "total"), self._money(number, row, "plan")
        if total is not None and plan is not None and plan > total:
            self._fault(number, "plan", "年度计划投资大于总投资")
        start, finish = self._month(number, row, "start"), self._month(number, row, "finish")
        if start and finish and finish < start:
            self._fault(number, "finish", f"竣工时间{finish}早于开工时间{start}")
        note = clean(cell(row, "note"))
        area = clean(cell(row, "area")) or self._group or clean(cell(row, "place")) or CITY_GROUP
        kind = self._choice(number, row, "build_kind", _KINDS)
        field = self._choice(number, row, "field", _FIELDS)
        if serial is None or not name or total is None or plan is None:
            return
        heading = self.table.headings.get("start")
        self.rows.append(
            LedgerRow(
                serial,
                area,
                name,
                self._owners(row),
                clean(cell(row, "place")),
                kind,
                field,
                total,
                plan,
                start,
                finish,
                bool(heading and "实际" in heading.words and kind == "continuing"),
                next((tier for word, tier in _TIERS.items() if word in note), "city"),
                note,
                number,
            )
        )

    def _serial(self, number: int, row: Sequence[Cell]) -> int | None:
        cell = self.table.cell(row, "number")
        value = _number(cell)
        if value is None or value != int(value) or value <= 0:
            said = text_of(cell)
            self._fault(number, "number", f"序号应是正整数，这里是“{said}”" if said else "没有序号")
            return None
        serial = int(value)
        if serial in self._numbers:
            self._fault(number, "number", f"序号{serial}与第{self._numbers[serial]}行重复")
            return None
        self._numbers[serial] = number
        return serial

    def _owners(self, row: Sequence[Cell]) -> tuple[str, ...]:
        parts = _OWNERS.split(text_of(self.table.cell(row, "owners")))
        return tuple(dict.fromkeys(clean(part) for part in parts if clean(part)))

    def _unit(self, meaning: str) -> int | None:
        heading = self.table.headings[meaning]
        above = "".join(clean(cell) for row in self.table.above for cell in dict.fromkeys(row))
        unit_line = re.search(r"单位[：:]\s*(亿元|万元|元)", above.replace(" ", ""))
        for words in (heading.words.replace(" ", ""), unit_line[1] if unit_line else ""):
            for word, scale in _UNITS.items():
                if word in words:
                    return scale
        self.faults.append(
            Fault(
                "没写金额单位，请在表头注明（亿元）（万元）或（元）", self.table.sheet, None, heading.called
            )
        )
        return None

    def _money(self, number: int, row: Sequence[Cell], meaning: str) -> int | None:
        cell = self.table.cell(row, meaning)
        scale = self._scale[meaning]
        value = _number(cell)
        if value is None:
            said = text_of(cell)
            reason = f"应是数字，这里是“{said}”" if said else f"没有填{NAMES[meaning]}（没有请填 0）"
            self._fault(number, meaning, reason)
            return None
        if scale is None:
            return None
        yuan = value * scale
        if yuan < 0:
            self._fault(number, meaning, f"不能是负数：{text_of(cell)}")
            return None
        if yuan > 10_000 * 100_000_000:
            self._fault(number, meaning, f"{text_of(cell)}太大（超过一万亿元），请核对单位")
            return None
        return int(yuan.to_integral_value())

    def _month(self, number: int, row: Sequence[Cell], meaning: str) -> str | None:
        cell = self.table.cell(row, meaning)
        month, reason = month_of(cell)
        if reason:
            self._fault(number, meaning, reason)
        return month

    def _choice(self, number: int, row: Sequence[Cell], meaning: str, choices: dict[str, str]) -> str:
        if meaning not in self.table.headings:
            return ""
        said = clean(self.table.cell(row, meaning))
        found = next((value for word, value in choices.items() if said and word in said), None)
        if found is None:
            words = "、".join(dict.fromkeys(choices))
            self._fault(number, meaning, f"应是{words}之一，这里是“{said}”" if said else f"没有填（{words}）")
        return found or ""

    def _fault(self, row: int, meaning: str, reason: str) -> None:
        self.faults.append(self.table.fault(row, meaning, reason))


def month_of(cell: Cell) -> tuple[str | None, str]:
    """(2025-10, "") of a month however written; (None, why in Chinese) if it is none or could be two."""
    if isinstance(cell, date):
        return f"{cell.year}-{cell.month:02d}", ""
    said = clean(cell)
    if not said or said in ("-", "—", "/", "无", "待定"):
        return None, ""
    if isinstance(cell, float) and not isinstance(cell, bool) and not cell.is_integer():
        whole, _, rest = repr(cell).partition(".")
        if rest == "1":
            return None, f"{said} 可能是{whole}年1月，也可能是{whole}年10月，请写成 {whole}-01 或 {whole}-10"
    if match := _MONTH.match(said):
        year, month = int(match[1]), int(match[2])
        if 1 <= month <= 12:
            return f"{year}-{month:02d}", ""
        return None, f"没有{month}月：“{said}”"
    if match := _YEAR_PART.match(said):
        month = _PART_MONTH.get(match[2] or "年底", 12)
        return f"{match[1]}-{month:02d}", ""
    return None, f"看不懂的时间“{said}”，请写成 2025-10"


def _number(cell: Cell) -> Decimal | None:
    if isinstance(cell, bool) or cell is None or isinstance(cell, date):
        return None
    if isinstance(cell, (int, float)):
        return Decimal(repr(round(cell, 6)))
    try:
        value = Decimal(text_of(cell).replace(",", "").replace("，", "").replace(" ", ""))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _plain(yuan: int, scale: int) -> str:
    value = Decimal(yuan) / scale
    return f"{value:.2f}" if value == round(value, 2) else f"{value.normalize():f}"
