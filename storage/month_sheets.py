"""填报表: what stands in a sheet before it is filled in, and what was read of one that came back."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from bot.documents.month_sheet import OTHER, SheetRow, Standing
from bot.mechanism.figures import Month, ProjectFigures
from storage import figures
from storage.database import Tx
from storage.directory import Directory
from storage.settings import upsert
from storage.tables import attachment, media, sheet_reading

_KINDS = (".xlsx", ".xls", ".et", ".ods")
_WAITING = "waiting"  # of media: still to be fetched


def rows_of(
    tx: Tx, directory: Directory, project_ids: Collection[int], month: Month, line: Sequence[float]
) -> list[SheetRow]:
    """The projects by number: what stood a month before, and what was said of this month already."""
    year, number = month
    now = figures.as_of(tx, year, number, line)
    before = figures.as_of(tx, year, number - 1, line) if number > 1 else {}
    return [
        SheetRow(
            one.number,
            one.name,
            one.annual_plan,
            standing(before.get(one.id)),
            _said_in(now.get(one.id), before.get(one.id)),
        )
        for one in directory.ledger
        if one.id in project_ids
    ]


def standing(one: ProjectFigures | None) -> Standing:
    """What stood at that month's end."""
    return Standing() if one is None else Standing(one.in_month, one.invested, one.percent)


def _said_in(now: ProjectFigures | None, before: ProjectFigures | None) -> Standing:
    """What the month itself brought: a sum of the year that only goes on from before is not filled in."""
    if now is None:
        return Standing()
    is_new = now.in_month is not None or (before is not None and now.invested != before.invested)
    new_percent = before is None or now.percent != before.percent
    return Standing(now.in_month, now.invested if is_new else None, now.percent if new_percent else None)


def unread(tx: Tx, ids: Sequence[str]) -> list[str]:
    """Those of the files that look like spreadsheets, are here, and were not read yet."""
    rows = tx.execute(
        select(attachment.c.id, attachment.c.name)
        .outerjoin(sheet_reading, sheet_reading.c.attachment_id == attachment.c.id)
        .where(attachment.c.id.in_(ids), attachment.c.size > 0, sheet_reading.c.attachment_id.is_(None))
    )
    return [row.id for row in rows if is_sheet(row.name)]


def is_sheet(name: str) -> bool:
    """Whether a file is called like a spreadsheet."""
    return name.lower().endswith(_KINDS)


def still_comes(tx: Tx, ids: Sequence[str]) -> bool:
    """Whether a spreadsheet among the files is still to be fetched."""
    rows = tx.execute(
        select(attachment.c.name)
        .join(media, media.c.attachment_id == attachment.c.id)
        .where(attachment.c.id.in_(ids), attachment.c.size == 0, media.c.state == _WAITING)
    )
    return any(is_sheet(row.name) for row in rows)


def keep(tx: Tx, file_id: str, kind: str, data: Mapping[str, Any]) -> None:
    """What a file says."""
    values = {"attachment_id": file_id, "kind": kind, "data": dict(data)}
    tx.execute(upsert(tx.dialect.name, sheet_reading).values(**values).on_conflict_do_nothing())


def reading(tx: Tx, ids: Sequence[str]) -> tuple[str, str, Mapping[str, Any]] | None:
    """(file, kind, data) of the first of these files that is a filled sheet, or should be one."""
    rows = {
        row.attachment_id: row
        for row in tx.execute(select(sheet_reading).where(sheet_reading.c.attachment_id.in_(ids)))
    }
    found = [rows[one] for one in ids if one in rows and rows[one].kind != OTHER]
    return (found[0].attachment_id, found[0].kind, found[0].data) if found else None
