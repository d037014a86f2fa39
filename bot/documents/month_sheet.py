"""填报表: a month's figures of several projects as a sheet, filled in before, and read back. Pure.

What a project had reported stands in it already; its people fill in the yellow cells. Nothing is guessed when
it is read: what is no number, or could be two, is a fault named by its cell.
"""

import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self

from bot.acts import Status
from bot.documents import sheets, tables
from bot.documents.faults import DocumentError
from bot.documents.sheets import Cell, Sheet, column_letter
from bot.documents.tables import Table, clean
from bot.wording import STATUS

NAME = "填报表"
MONTH, FAULTS, OTHER = "month", "faults", "other"  # kinds of what was read
_WAN = 10_000
_UNITS = {"亿元": 100_000_000, "万元": _WAN, "元": 1}
_MONTH = re.compile(r"(20\d\d)\s*年\s*(1[0-2]|0?[1-9])\s*月")
_NUMBER = re.compile(r"^[+-]?\d{1,12}(?:\.\d{1,6})?$")
_NOTHING = frozenset({"", "-", "—", "——", "/", "无"})
_LONGEST_TROUBLE = 500
_MOST_SUM = 10**14  # 元: what a sheet may say is far below what the database can hold
_SHOWN = 20  # characters of a wrong cell

_HEADINGS: tuple[tuple[str, str, int], ...] = (  # meaning, heading, width
    ("number", "序号", 6),
    ("name", "项目名称", 40),
    ("plan", "年度计划（万元）", 12),
    ("last_month", "上月完成投资（万元）", 12),
    ("last_year", "上月末今年累计（万元）", 13),
    ("last_percent", "已报形象进度（%）", 11),
    ("month", "本月完成投资（万元）", 12),
    ("year", "今年累计完成投资（万元）", 13),
    ("percent", "形象进度（%）", 11),
    ("status", "状态", 10),
    ("trouble", "存在问题", 40),
)
_FILLED_IN = ("month", "year", "percent", "status", "trouble")
_CALLED = {meaning: words for meaning, words, _ in _HEADINGS}
_FIRST_ROW = 4


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a project stands with a month; sums in 元, None where nothing was said."""

    month: int | None = None
    year: int | None = None
    percent: float | None = None
    status: Status | None = None


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A project as it goes into the sheet: what stood at the last month's end, what was said of this one."""

    number: int
    name: str
    annual_plan: int
    before: Standing
    now: Standing = Standing()


@dataclass(frozen=True, slots=True)
class FilledRow:
    """A project as it came back; `row` counts from 1, `cells` says where each figure stands (F7)."""

    row: int
    number: int
    name: str
    now: Standing
    trouble: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FilledSheet:
    """A sheet that came back: its month (2025-10), what could be read, and what is wrong, each by its cell."""

    month: str
    rows: tuple[FilledRow, ...]
    faults: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """As it is kept until somebody confirms it."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of `as_json`."""
        return cls(data["month"], tuple(_row_of(row) for row in data["rows"]), tuple(data["faults"]))


def _row_of(data: Mapping[str, Any]) -> FilledRow:
    now = dict(data["now"])
    status = Status(now["status"]) if now["status"] else None
    return FilledRow(**{**data, "now": Standing(**{**now, "status": status})})


def month_words(month: str) -> str:
    """2025-09 → 2025年9月."""
    return f"{month[:4]}年{int(month[5:])}月"


def file_name(month: str, whose: str) -> str:
    """闻喜县2025年9月填报表.xlsx."""
    return f"{whose}{month_words(month)}{NAME}.xlsx"


def month_sheet_xlsx(rows: Sequence[SheetRow], month: str, whose: str) -> bytes:
    """The sheet to be filled in; `read_month_sheet` reads it back."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet = book.active
    assert sheet is not None  # a new workbook has one
    sheet.title = f"{int(month[5:])}月{NAME}"
    side = Side(style="thin", color="999999")
    frame, yellow = Border(left=side, right=side, top=side, bottom=side), PatternFill("solid", "FFF7D6")
    places = {meaning: place for place, (meaning, _, _) in enumerate(_HEADINGS, 1)}

    def put(
        row: int, meaning: str, value: str | int | Decimal | float | None, *, heading: bool = False
    ) -> None:
        cell = sheet.cell(row, places[meaning], value)
        if isinstance(value, str):
            cell.data_type = "s"  # a name that begins with “=” is no formula
        cell.border, cell.font = frame, Font(bold=heading)
        left = meaning in ("name", "trouble") and not heading
        cell.alignment = Alignment(horizontal="left" if left else "center", vertical="center", wrap_text=True)
        if meaning in _FILLED_IN:
            cell.fill = yellow

    sheet.cell(1, 1, f"{whose}{month_words(month)}{NAME}").font = Font(bold=True, size=15)
    sheet.cell(1, 1).data_type = "s"
    sheet.cell(
        2, 1, "只填黄色格，写数字，金额单位万元；没有的空着。填好发给机器人，先给您看要记什么，回“确认”才记。"
    )
    for row in (1, 2):
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(_HEADINGS))
    for meaning, words, width in _HEADINGS:
        put(_FIRST_ROW - 1, meaning, words, heading=True)
        sheet.column_dimensions[column_letter(places[meaning] - 1)].width = width
    for line, one in enumerate(rows, _FIRST_ROW):
        values: dict[str, str | int | Decimal | float | None] = {
            "number": one.number,
            "name": one.name,
            "plan": _wan(one.annual_plan),
            "last_month": _wan(one.before.month),
            "last_year": _wan(one.before.year),
            "last_percent": one.before.percent,
            "month": _wan(one.now.month),
            "year": _wan(one.now.year),
            "percent": one.now.percent,
            "status": STATUS[one.now.status] if one.now.status else None,
            "trouble": None,
        }
        for meaning, value in values.items():
            put(line, meaning, value)
    if rows:
        letter = column_letter(places["status"] - 1)
        choices = DataValidation("list", formula1=f'"{",".join(STATUS.values())}"', allow_blank=True)
        sheet.add_data_validation(choices)
        choices.add(f"{letter}{_FIRST_ROW}:{letter}{_FIRST_ROW + len(rows) - 1}")
    sheet.freeze_panes = f"C{_FIRST_ROW}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _wan(yuan: int | None) -> Decimal | None:
    return None if yuan is None else (Decimal(yuan) / _WAN).normalize() + 0


def read_month_sheet(data: bytes, filename: str) -> FilledSheet | None:
    """What stands in a sheet that came back; None if it is another sheet, and not called one of these.

    Raises DocumentError where the file can't be read, or is the right one without what makes it readable.
    """
    try:
        found = sheets.read(data, filename)
    except DocumentError:
        if NAME in filename:
            raise
        return None
    if not (NAME in filename or any(_is_ours(sheet) for sheet in found)):
        return None
    table = tables.find(found, "month_sheet", ("number", "name", "month", "year"), _CALLED)
    month = _month_of(table)
    faults: list[str] = [] if month else ["表头上面没有写是哪个月，请保留第一行“2025年9月填报表”这样的标题"]
    rows: list[FilledRow] = []
    seen: dict[int, int] = {}
    for line, cells in table.rows:
        reading = _Reading(table, line, cells)
        one = reading.row(seen)
        if one is not None:
            rows.append(one)
        faults += reading.faults
    if not rows and not faults:
        faults.append("表里没有项目，请用发给您的那份表来填")
    return FilledSheet(month, tuple(rows), tuple(faults))


def _is_ours(sheet: Sheet) -> bool:
    return not sheet.hidden and any(NAME in clean(cell) for row in sheet.rows[:_FIRST_ROW] for cell in row)


def _month_of(table: Table) -> str:
    """2025-09 as the title above the headings says; empty if it says none."""
    for row in table.above:
        for cell in row:
            if match := _MONTH.search(unicodedata.normalize("NFKC", clean(cell))):
                return f"{match[1]}-{int(match[2]):02d}"
    return ""


@dataclass
class _Reading:
    """One row being read, and what is wrong with it."""

    table: Table
    line: int
    cells: Sequence[Cell]

    def __post_init__(self) -> None:
        self.faults: list[str] = []

    def row(self, seen: dict[int, int]) -> FilledRow | None:
        """The row; None if it is that of no project (a sum, a signature) or can't be one."""
        number = clean(self.table.cell(self.cells, "number"))
        name = clean(self.table.cell(self.cells, "name"))
        if not number.isdecimal():
            if any(self._said(meaning) for meaning in _FILLED_IN) and not re.search(
                "合计|共计|总计|小计", number + name
            ):
                self.faults.append(f"{self._place('number')}：没有序号，不知道是哪个项目")
            return None
        if int(number) in seen:
            self.faults.append(f"{self._place('number')}：序号{number}和第{seen[int(number)]}行重复")
            return None
        seen[int(number)] = self.line
        trouble = clean(self.table.cell(self.cells, "trouble"))
        trouble = "" if trouble in _NOTHING else trouble
        if len(trouble) > _LONGEST_TROUBLE:
            self.faults.append(f"{self._place('trouble')}：有{len(trouble)}字，最多{_LONGEST_TROUBLE}字")
        now = Standing(self._sum("month"), self._sum("year"), self._percent(), self._status())
        places = {meaning: self._place(meaning) for meaning in ("name", *_FILLED_IN)}
        return FilledRow(self.line, int(number), name, now, trouble, places)

    def _said(self, meaning: str) -> str:
        said = unicodedata.normalize("NFKC", clean(self.table.cell(self.cells, meaning)))
        return "" if said in _NOTHING else said

    def _place(self, meaning: str) -> str:
        heading = self.table.headings.get(meaning)
        return f"{column_letter(heading.place)}{self.line}" if heading else f"第{self.line}行"

    def _number(self, meaning: str, *units: str) -> Decimal | None:
        """The number in that cell; with one of these units behind it, of which the last stands for 1."""
        cell = self.table.cell(self.cells, meaning)
        if isinstance(cell, date):
            self._fault(meaning, f"是日期（{cell.isoformat()}），不是数")
            return None
        said = self._said(meaning).replace(",", "").replace(" ", "")
        for unit in units:
            said = said.removesuffix(unit)
        if not said:
            return None
        if isinstance(cell, bool) or not _NUMBER.match(said):
            shown = clean(cell)[:_SHOWN]
            self._fault(meaning, f"“{shown}”不是数")
            return None
        return Decimal(said)

    def _sum(self, meaning: str) -> int | None:
        said = self._said(meaning)
        own = next((unit for unit in ("亿元", "亿", "万元", "万") if said.endswith(unit)), "")
        value = self._number(meaning, *([own] if own else ()))
        if value is None:
            return None
        heading = self.table.headings[meaning].words
        unit = (
            "亿元"
            if own.startswith("亿")
            else "万元"
            if own
            else next((u for u in _UNITS if u in heading), "万元")
        )
        yuan = value * _UNITS[unit]
        if yuan < 0:
            self._fault(meaning, f"“{said[:_SHOWN]}”小于0")
            return None
        if yuan > _MOST_SUM:
            self._fault(meaning, f"“{said[:_SHOWN]}”太大，请核对单位（{unit}）")
            return None
        return int(yuan.to_integral_value())

    def _percent(self) -> float | None:
        value = self._number("percent", "%")
        if value is None:
            return None
        if not 0 <= value <= 100:
            self._fault("percent", f"“{value}”不在0到100之间")
            return None
        if 0 < value < 1 and "%" not in self._said("percent"):
            self._fault(
                "percent",
                f"“{value}”是{value}%还是{float(value * 100):g}%？",
            )
            return None
        return float(value)

    def _status(self) -> Status | None:
        said = self._said("status")
        found = next((status for status, words in STATUS.items() if said in (words, f"已{words}")), None)
        if said and found is None:
            self._fault("status", f"“{said[:_SHOWN]}”不是状态，请写{'、'.join(STATUS.values())}之一，或空着")
        return found

    def _fault(self, meaning: str, reason: str) -> None:
        self.faults.append(f"{self._place(meaning)}：{reason}")


def reading_of(data: bytes, filename: str) -> tuple[str, dict[str, Any]]:
    """(kind, what it says) of a file that came with a message, as it is kept until it is asked for."""
    try:
        found = read_month_sheet(data, filename)
    except DocumentError as error:
        return FAULTS, {"faults": [str(fault) for fault in error.faults]}
    return (MONTH, found.as_json()) if found is not None else (OTHER, {})
