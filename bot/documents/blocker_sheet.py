"""Lists of blockers as a workbook: the ledger of blockers, and a sheet for each factor. Pure."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.documents.sheets import column_letter


@dataclass(frozen=True, slots=True)
class BlockerRow:
    """A blocker as lists show it. `limit` is the day by which it is to be solved; empty where nothing is known."""

    number: int
    project: str
    area: str
    title: str
    category: str
    unit: str
    assisting: str
    person: str
    limit: date | None
    state: str
    lamp: str
    reported: date


_HEADINGS = (
    ("编号", 7), ("项目名称", 34), ("县（市、区）", 12), ("问题", 40), ("类别", 12), ("责任单位", 20), ("配合单位", 20),
    ("责任人", 10), ("解决时限", 12), ("状态", 14), ("到期情况", 12), ("报告日期", 12),
)  # fmt: skip


def blockers_xlsx(title: str, sheets: Mapping[str, Sequence[BlockerRow]]) -> bytes:
    """A workbook with a sheet for each list, the title over each; text never becomes a formula."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.worksheet.properties import PageSetupProperties

    book = Workbook()
    book.remove(book.worksheets[0])
    thin = Side(style="thin", color="999999")
    frame = Border(left=thin, right=thin, top=thin, bottom=thin)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.cell(1, 1, f"{title}（{name}{len(rows)}件）").font = Font(bold=True, size=14)
        sheet.cell(1, 1).alignment = Alignment(horizontal="center")
        sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(_HEADINGS))
        lines: list[Sequence[str | int]] = [[heading for heading, _ in _HEADINGS]]
        lines += [_values(row) for row in rows]
        for line, values in enumerate(lines, 2):
            for place, value in enumerate(values, 1):
                cell = sheet.cell(line, place, value)
                if isinstance(value, str):
                    cell.data_type = "s"  # words that begin with “=” are no formula
                cell.font, cell.border = Font(bold=line == 2), frame
                cell.alignment = Alignment(
                    horizontal="left" if place in (2, 4) and line > 2 else "center",
                    vertical="center",
                    wrap_text=True,
                )
        for place, (_, width) in enumerate(_HEADINGS):
            sheet.column_dimensions[column_letter(place)].width = width
        sheet.freeze_panes = "C3"
        sheet.print_title_rows = "2:2"
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _values(row: BlockerRow) -> list[str | int]:
    return [
        row.number,
        row.project,
        row.area,
        row.title,
        row.category,
        row.unit,
        row.assisting,
        row.person,
        row.limit.isoformat() if row.limit else "",
        row.state,
        row.lamp,
        row.reported.isoformat(),
    ]
