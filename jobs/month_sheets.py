"""填报表 as it goes out: gathered in a reading transaction, made in a thread of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.documents.month_sheet import SheetRow, file_name, month_sheet_xlsx
from bot.mechanism.figures import line_of
from storage.month_sheets import rows_of
from storage.papers import File

if TYPE_CHECKING:
    from jobs.papers import Desk


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a sheet is made of."""

    rows: Sequence[SheetRow]
    month: str
    whose: str


def gather(desk: "Desk", of: Mapping[str, Any]) -> Sheet:
    """The rows of these projects: {"month": "2025-09", "projects": [ids], "whose": "闻喜县"}."""
    year, month = map(int, of["month"].split("-"))
    line = line_of(desk.rules.regime)
    rows = rows_of(desk.tx, desk.directory, of["projects"], (year, month), line)
    return Sheet(rows, of["month"], of["whose"])


def make(values: Sheet) -> list[File]:
    """The workbook."""
    body = month_sheet_xlsx(values.rows, values.month, values.whose)
    return [File(file_name(values.month, values.whose), body)]
