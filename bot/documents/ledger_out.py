"""The ledger as a sheet in the columns of the notice's annex."""

import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from bot.documents.ledger_in import LedgerRow
from bot.documents.sheets import column_letter

_KINDS = {"preliminary": "前期", "new": "新建", "continuing": "续建"}
_FIELDS = {"industry": "产业类", "infrastructure": "基础设施类", "livelihood": "社会民生类"}
_WIDTHS = (6, 42, 28, 11, 8, 12, 12, 14, 14, 13, 10)
_YI = 100_000_000
_STATE_WIDTH = 12

Value: TypeAlias = str | int | Decimal | None
Beside: TypeAlias = tuple[Sequence[str], Mapping[int, Sequence[Value]]]
"""Headings of more columns, and their values by project number."""


def ledger_xlsx(rows: Sequence[LedgerRow], title: str, year: int, beside: Beside = ((), {})) -> bytes:
    """An xlsx with title, total row and group rows, sums in 亿元; `read_ledger` reads it back as it was.

    Rows keep their order; those of a group are brought together where the group first stands. What stands
    `beside` follows the notice's columns.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.worksheet.properties import PageSetupProperties

    book = Workbook()
    sheet = book.active
    assert sheet is not None  # a new workbook has one
    sheet.title = "项目台账"
    thin = Side(style="thin", color="999999")
    frame = Border(left=thin, right=thin, top=thin, bottom=thin)
    more, states = beside
    widths = (*_WIDTHS, *(_STATE_WIDTH for _ in more))

    dressed: dict[
        tuple[bool, bool, str], Any
    ] = {}  # a cell's look is made once and shared: that is ten times faster

    def put(row: int, values: Sequence[Value], bold: bool = False) -> None:
        for place, value in enumerate(values, 1):
            cell: Any = sheet.cell(row, place, value)
            if isinstance(value, str):
                cell.data_type = "s"  # a name that begins with “=” is no formula
            digits = "General"
            if isinstance(value, Decimal):
                digits = "0.00" if value == round(value, 2) else "0.00######"
            look = (bold, place in (2, 3) and not bold, digits)
            if look not in dressed:
                cell.font, cell.border, cell.number_format = Font(bold=bold), frame, digits
                side = "left" if look[1] else "center"
                cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True)
                dressed[look] = cell._style
            cell._style = dressed[look]

    def put_sum(row: int, words: str, mine: Sequence[LedgerRow]) -> None:
        total, plan = sum(one.total_investment for one in mine), sum(one.annual_plan for one in mine)
        put(
            row,
            (words, "", "", "", "", _yi(total), _yi(plan), "", "", "", "", *("" for _ in more)),
            bold=True,
        )
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=5)

    sheet.cell(1, 1, title).font = Font(bold=True, size=16)
    sheet.cell(1, 1).data_type = "s"
    sheet.cell(1, 1).alignment = Alignment(horizontal="center")
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(widths))
    put(2, (*_headings(year), *more), bold=True)
    put_sum(3, f"共计{len(rows)}个项目", rows)
    line = 3
    for group in dict.fromkeys(row.group for row in rows):
        mine = [row for row in rows if row.group == group]
        line += 1
        put_sum(line, f"{group} {len(mine)}个", mine)
        for row in mine:
            line += 1
            put(line, (*_values(row), *states.get(row.number, ("" for _ in more))))
    for place, width in enumerate(widths):
        sheet.column_dimensions[column_letter(place)].width = width
    sheet.freeze_panes = "C3"
    sheet.print_title_rows = "2:2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _headings(year: int) -> tuple[str, ...]:
    return (
        "序号", "项目名称", "项目单位", "建设\n地点", "建设\n性质", "总投资\n（亿元）", f"{year}年\n计划投资\n（亿元）",
        "计划(实际)\n开工时间", "计划\n竣工时间", "领域", "备注",
    )  # fmt: skip


def _values(row: LedgerRow) -> tuple[Value, ...]:
    start = _month(row.start_month)
    if row.start_is_actual and row.build_kind != "continuing":
        start += "（实际）"  # the heading alone would say that it is planned
    return (
        row.number,
        row.name,
        "\n".join(row.owners),
        row.place,
        _KINDS.get(row.build_kind, ""),
        _yi(row.total_investment),
        _yi(row.annual_plan),
        start,
        _month(row.finish_month),
        _FIELDS.get(row.field, ""),
        row.note,
    )


def _month(month: str | None) -> str:
    return f"{month[:4]}年{int(month[5:])}月" if month else ""


def _yi(yuan: int) -> Decimal:
    return Decimal(yuan) / _YI
