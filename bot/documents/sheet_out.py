"""Plain tables as an xlsx: headings, rows, widths; texts stay texts. Pure."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from bot.calendar import CITY
from bot.documents.sheets import column_letter

if TYPE_CHECKING:
    from openpyxl import Workbook

Value: TypeAlias = str | int | float | Decimal | date | datetime | None
_WIDEST, _NARROWEST = 60, 8
_LONGEST_CELL = 32_000  # characters: a spreadsheet takes no more


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet of one heading row and its rows."""

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Value]]


def workbook(tables: Sequence[Table]) -> bytes:
    """An xlsx with these sheets."""
    from openpyxl import Workbook

    book = Workbook()
    assert book.active is not None  # a new workbook has one
    book.remove(book.active)
    for table in tables:
        add_sheet(book, table)
    return saved(book)


def with_sheets(xlsx: bytes, tables: Sequence[Table]) -> bytes:
    """The workbook with more sheets behind its own."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(xlsx))
    for table in tables:
        add_sheet(book, table)
    return saved(book)


def add_sheet(book: "Workbook", table: Table) -> None:
    """Put the table into the workbook as its last sheet."""
    from openpyxl.styles import Alignment, Font

    sheet = book.create_sheet(table.name[:31])
    widths = [_width(heading) for heading in table.headings]
    sheet.append(list(table.headings))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    for line, row in enumerate(table.rows, 2):
        for place, value in enumerate(row, 1):
            cell = sheet.cell(line, place, _plain(value))
            if isinstance(value, str):
                cell.data_type = "s"  # a text that begins with “=” is no formula
            if isinstance(value, datetime):
                cell.number_format = "yyyy-mm-dd hh:mm"
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if place <= len(widths):
                widths[place - 1] = max(widths[place - 1], _width(value))
    for place, width in enumerate(widths):
        sheet.column_dimensions[column_letter(place)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def saved(book: "Workbook") -> bytes:
    """The workbook's bytes."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _plain(value: Value) -> Value:
    if isinstance(value, datetime):
        return value.astimezone(CITY).replace(tzinfo=None)
    if isinstance(value, str):
        return "".join(
            sign
            for sign in value[:_LONGEST_CELL]
            if sign in "\n\t" or (sign >= " " and sign not in "\ufffe\uffff")
        )
    return value


def _width(value: Value) -> int:
    longest = max((len(line) for line in str(value or "").splitlines()), default=0)
    return min(max(_NARROWEST, longest * 2 + 2), _WIDEST)
