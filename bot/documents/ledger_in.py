"""The project ledger as the office keeps it: title rows, headings in one or two rows, the total row, group
rows with subtotals, merged counties, notes at the end. All faults at once. Columns: domain of N0's annex."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from math import isfinite

from bot.documents import sheets, tables
from bot.documents.faults import DocumentError, Fault
from bot.documents.months import is_actual, month_of
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
_GROUP = re.compile(r"^(?P<name>\D+?)[（(]?(?P<count>\d+)个(?:项目)?[）)]?$")
_TOTAL = re.compile(r"^(?:全[市县区])?(?:共计|合计|总计|总合计|共)(?:[：:]?(?P<count>\d+)个(?:项目)?)?$")
_SUBTOTAL = re.compile(r"^(?P<name>\D*?)小计(?:[：:]?(?P<count>\d+)个(?:项目)?)?$")
_NO_SUM = frozenset({"", "-", "—", "——", "/"})
_COUNT = re.compile(r"^共?(?P<count>\d+)个(?:项目)?$")
_NOTE = re.compile(
    r"^(?:注|备注|说明|填报说明|数据来源|(?:填表|填报|制表|审核|审签|联系|负责)人?|填报单位|单位负责人|联系电话"
    r"|填表日期|填报日期|报送日期|填报时间|日期)[：:\d]"
)
_MARK = re.compile(r"^(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)])")
_SUM = re.compile(r"^(?P<value>[\d.,，]+)\s*(?P<unit>亿元|万元|元)$")
_OWNERS = re.compile(r"[、，,;；]|\s{2,}|/(?=[\u4e00-\u9fff])")
_UNIT_ENDS = re.compile(
    r"(?:公司|集团|投|局|委|办|院|校|所|站|队|厂|社|处|厅|部|中心|政府|办公室|学|行)[）)]?$"
)
_CARRIES_ON = re.compile(r"^(?:有限|股份|责任|集团|[（(])|^.{0,6}分公司$")
_YEAR = re.compile(r"(20\d\d)\s*年")


LONGEST = {"name": 300, "place": 120}  # characters
_LONGEST_AREA = 60
_LARGEST_SERIAL = 99_999


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
    whom: str
    rows: slice | None  # of the rows above it; None: those of the group `whom`
    count: int | None
    total: int | None
    plan: int | None


def read_ledger(data: bytes, filename: str, year: int | None) -> LedgerFile:
    """Read a ledger. `year` is the one expected; None takes what the file says. Raises DocumentError."""
    table = tables.find(sheets.read(data, filename), "ledger", NEEDED, NAMES, year)
    reader = _Reader(table)
    for number, row in table.rows:
        reader.take(number, row)
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
        self._area = ""
        self._block = 0  # where in rows those began that no group or subtotal row has closed
        self._numbers: dict[int, int] = {}
        self._names: dict[str, int] = {}
        self._scale = {meaning: self._unit(meaning) for meaning in ("total", "plan")}

    def take(self, number: int, row: Sequence[Cell]) -> None:
        """Read a row, whatever it is: total, group, subtotal, note or project."""
        words = [word for word in (clean(cell) for cell in row) if word]
        bare = _MARK.sub("", words[0]).replace(" ", "")
        if _NOTE.match(words[0]):
            return
        if match := _TOTAL.match(bare):
            self._remember(number, row, "合计", slice(None), match["count"])
        elif match := _SUBTOTAL.match(bare):
            self._subtotal(number, row, match["name"], match["count"])
        elif self._is_group(row, bare):
            match = _GROUP.match(bare)
            self._group = match["name"] if match else bare
            self._block = len(self.rows)
            self._remember(number, row, self._group, None, match["count"] if match else None)
        elif len(set(words)) > 1 or (clean(self.table.cell(row, "name")) and not self._serial_text(row)):
            self._project(number, row)
        # What is left is a remark alone on its row, perhaps merged over the whole width.

    def _serial_text(self, row: Sequence[Cell]) -> str:
        return text_of(self.table.cell(row, "number"))

    def _subtotal(self, number: int, row: Sequence[Cell], name: str, count: str | None) -> None:
        """A subtotal closes the rows above it, or opens those of another group."""
        above = self.rows[self._block :]
        if name and (not above or (any(one.group != name for one in above) and self._group)):
            self._group = name
            self._block = len(self.rows)
            self._remember(number, row, name, None, count)
            return
        if name and not self._group and "area" not in self.table.headings:
            self.rows[self._block :] = [replace(one, group=name) for one in above]
        whom = name or (above[-1].group if above else self._group)
        self._remember(number, row, f"{whom}小计", slice(self._block, len(self.rows)), count)
        self._block = len(self.rows)

    def check_sums(self) -> None:
        """Group and total rows against the rows they stand for, exact to the 元."""
        for said in self._said:
            mine = [row for row in self.rows if row.group == said.whom]
            if said.rows is not None:
                mine = self.rows[said.rows]
            whom = said.whom
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

    def _is_group(self, row: Sequence[Cell], bare: str) -> bool:
        serial = self._serial_text(row)
        if serial.replace(".", "").isdigit():
            return False
        if _GROUP.match(bare):
            return True
        texts = {clean(cell) for cell in row if clean(cell) and _number(cell) is None}
        texts = {text for text in texts if not _COUNT.match(text)}
        if len(texts) != 1:
            return False
        # A name alone on its row opens a group if it is a county's, or stands where no project's name can.
        has_sum = any(_number(self.table.cell(row, meaning)) is not None for meaning in ("total", "plan"))
        return bool(re.match(r"^.{1,8}(?:县|市|区|直)$", bare)) or (bool(serial) and has_sum)

    def _remember(
        self, number: int, row: Sequence[Cell], whom: str, rows: slice | None, count: str | None
    ) -> None:
        if count is None:
            counts = [match["count"] for cell in row if (match := _COUNT.match(clean(cell).replace(" ", "")))]
            count = counts[0] if counts else None
        sums = {}
        for meaning in ("total", "plan"):
            said = clean(self.table.cell(row, meaning))
            is_label = said == clean(row[0]) or said in _NO_SUM or bool(_COUNT.match(said))
            sums[meaning] = None if is_label else self._money(number, row, meaning)
        self._said.append(
            _Said(number, whom, rows, int(count) if count else None, sums["total"], sums["plan"])
        )

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
        self.faults += self.table.too_long(number, row, LONGEST)
        total, plan = self._money(number, row, "total"), self._money(number, row, "plan")
        if total is not None and plan is not None and plan > total:
            self._fault(number, "plan", "年度计划投资大于总投资")
        start, finish = self._month(number, row, "start"), self._month(number, row, "finish")
        if start and finish and finish < start:
            self._fault(number, "finish", f"竣工时间{finish}早于开工时间{start}")
        note = clean(cell(row, "note"))
        # A county that is written once stands for the rows below it too.
        self._area = clean(cell(row, "area")) or self._area
        area = self._area or self._group or clean(cell(row, "place")) or CITY_GROUP
        if len(area) > _LONGEST_AREA:
            self._fault(number, "area", f"分组太长：{len(area)}字，最多{_LONGEST_AREA}字")
        kind = self._choice(number, row, "build_kind", _KINDS)
        field = self._choice(number, row, "field", _FIELDS)
        if serial is None or not name or total is None or plan is None:
            return
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
                bool(start) and self._has_started(row, kind),
                next((tier for word, tier in _TIERS.items() if word in note), "city"),
                note,
                number,
            )
        )

    def _serial(self, number: int, row: Sequence[Cell]) -> int | None:
        cell = self.table.cell(row, "number")
        value = _number(cell)
        if value is None or value != int(value) or not 0 < value <= _LARGEST_SERIAL:
            said = text_of(cell)
            self._fault(number, "number", f"序号应是正整数，这里是“{said}”" if said else "没有序号")
            return None
        serial = int(value)
        if serial in self._numbers:
            self._fault(number, "number", f"序号{serial}与第{self._numbers[serial]}行重复")
            return None
        self._numbers[serial] = number
        return serial

    def _has_started(self, row: Sequence[Cell], kind: str) -> bool:
        """Whether the start is actual: the cell says so, or the heading; 计划(实际) is actual for 续建."""
        words = self.table.headings["start"].words
        if is_actual(self.table.cell(row, "start")):
            return True
        return "实际" in words and ("计划" not in words or kind == "continuing")

    def _owners(self, row: Sequence[Cell]) -> tuple[str, ...]:
        lines: list[str] = []
        for line in text_of(self.table.cell(row, "owners")).splitlines():
            # A line break parts two units only after the end of a unit's name; else the name was too long.
            wraps = lines and (not _UNIT_ENDS.search(lines[-1]) or _CARRIES_ON.match(line.strip()))
            if wraps and not _OWNERS.search(lines[-1][-1:]):
                lines[-1] += line.strip()
            elif line.strip():
                lines.append(line.strip())
        parts = [clean(part) for line in lines for part in _OWNERS.split(line)]
        return tuple(dict.fromkeys(part for part in parts if part))

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
        if match := _SUM.match(clean(cell)):
            value, scale = _number(match["value"]), _UNITS[match["unit"]]
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
        month, reason = month_of(cell, self.table.typed)
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


def _number(cell: Cell) -> Decimal | None:
    if isinstance(cell, bool) or cell is None or isinstance(cell, date):
        return None
    if isinstance(cell, (int, float)):
        return Decimal(f"{cell:.14g}") if isfinite(cell) else None
    try:
        value = Decimal(text_of(cell).replace(",", "").replace("，", "").replace(" ", ""))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _plain(yuan: int, scale: int) -> str:
    value = Decimal(yuan) / scale
    return f"{value:.2f}" if value == round(value, 2) else f"{value.normalize():f}"
