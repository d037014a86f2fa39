"""What somebody's messages caused, and which of them were taken back. Steps are never rewritten."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage import runs
from storage.database import Tx
from storage.tables import (
    batch,
    batch_project,
    counted_event,
    desk_step,
    group_step,
    import_run,
    inbox,
    instruction,
    message,
    milestone,
    milestone_step,
    notice,
    project_event,
    project_step,
    remembered,
    report,
    spot_check,
    ticket_step,
)

_NEARBY = 30  # messages of one sender that are looked through


@dataclass(frozen=True, slots=True)
class Caused:
    """A message that caused something: when it came, its words, and whether that was taken back."""

    inbox_id: int
    at: datetime
    text: str
    is_undone: bool


def lately(tx: Tx, channel: str, account: str, before: int) -> list[Caused]:
    """The sender's last messages before that one that caused something and took back nothing, newest first."""
    came = {
        row.id: row
        for row in tx.execute(
            select(inbox.c.id, inbox.c.at, inbox.c.text)
            .where(inbox.c.channel == channel, inbox.c.account == account, inbox.c.id < before)
            .order_by(inbox.c.id.desc())
            .limit(_NEARBY)
        )
    }
    caused = _causing(tx, came) if came else set()
    return [
        Caused(row.id, row.at, row.text, runs.happened(tx, _key(row.id)))
        for row in came.values()
        if row.id in caused and not runs.happened(tx, _undoing(row.id))
    ]


def taken_back(tx: Tx, inbox_id: int, by: int, at: datetime) -> None:
    """Note that the message `by` took back what the other one had caused."""
    runs.first(tx, _key(inbox_id), at)
    runs.first(tx, _undoing(by), at)


def _causing(tx: Tx, ids: Collection[int]) -> set[int]:
    found: set[int] = set()
    for table in (
        report,
        ticket_step,
        milestone,
        milestone_step,
        project_step,
        project_event,
        batch,
        batch_project,
        group_step,
        import_run,
        instruction,
        notice,
        remembered,
        desk_step,
        counted_event,
    ):
        found |= set(tx.execute(select(table.c.inbox_id).where(table.c.inbox_id.in_(ids))).scalars())
    drawn = select(spot_check.c.drawn_inbox_id).where(spot_check.c.drawn_inbox_id.in_(ids))
    found |= set(tx.execute(drawn).scalars())
    # What was written to others straight away; the answer to the sender himself is no effect.
    written = select(message.c.inbox_id).where(message.c.inbox_id.in_(ids), message.c.urgency != "reply")
    return found | set(tx.execute(written).scalars())


def _key(inbox_id: int) -> str:
    return f"undo:{inbox_id}"


def _undoing(inbox_id: int) -> str:
    return f"undoing:{inbox_id}"
