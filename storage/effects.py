"""What somebody's messages caused, and which of them were taken back. Steps are never rewritten."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage import runs
from storage.database import Tx
from storage.tables import inbox, instruction, project_step, report, ticket_step

_NEARBY = 30  # messages of one sender that are looked through


@dataclass(frozen=True, slots=True)
class Caused:
    """A message that caused something: when it came, and whether that was taken back."""

    inbox_id: int
    at: datetime
    is_undone: bool


def lately(tx: Tx, channel: str, account: str, before: int) -> list[Caused]:
    """The sender's last messages before that one that caused something, newest first."""
    came = {
        row.id: row.at
        for row in tx.execute(
            select(inbox.c.id, inbox.c.at)
            .where(inbox.c.channel == channel, inbox.c.account == account, inbox.c.id < before)
            .order_by(inbox.c.id.desc())
            .limit(_NEARBY)
        )
    }
    caused = _causing(tx, came) if came else set()
    return [
        Caused(inbox_id, at, runs.happened(tx, _key(inbox_id)))
        for inbox_id, at in came.items()
        if inbox_id in caused
    ]


def taken_back(tx: Tx, inbox_id: int, by: int, at: datetime) -> None:
    """Note that the message `by` took back what the other one had caused."""
    runs.first(tx, _key(inbox_id), at, {"by": by})


def _causing(tx: Tx, ids: Collection[int]) -> set[int]:
    found: set[int] = set()
    for table in (report, ticket_step, project_step, instruction):
        rows = select(table.c.inbox_id).where(table.c.inbox_id.in_(ids))
        if "kind" in table.c:
            rows = rows.where(table.c.kind != "undo")
        found |= set(tx.execute(rows).scalars())
    return found


def _key(inbox_id: int) -> str:
    return f"undo:{inbox_id}"
