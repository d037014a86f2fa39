"""Who was told of one ticket, what, when, by which way, and whether it was read."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage import read_receipts
from storage.database import Tx
from storage.tables import message, notice

_MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Telling:
    """A notice and what became of it; `state` is that of its message once it has one."""

    person_id: int | None
    at: datetime
    line: str
    state: str
    why: str
    channel: str
    sent_at: datetime | None
    read_at: datetime | None

    @property
    def is_out(self) -> bool:
        """Whether it went to the platform."""
        return self.sent_at is not None


def of_ticket(tx: Tx, ticket_id: int) -> list[Telling]:
    """All that was said of that ticket to people, oldest first."""
    rows = tx.execute(
        select(
            notice,
            message.c.id.label("of_message"),
            message.c.state.label("message_state"),
            message.c.channel,
            message.c.sent_at,
            message.c.reason,
        )
        .outerjoin(message, message.c.id == notice.c.message_id)
        .where(notice.c.ticket_id == ticket_id, notice.c.person_id.is_not(None))
        .order_by(notice.c.id)
    ).all()
    read = read_receipts.read_at(tx, [row.of_message for row in rows if row.of_message is not None])
    return [
        Telling(
            row.person_id,
            row.at,
            row.line,
            row.message_state if row.state == _MERGED and row.message_state else row.state,
            row.reason if row.state == _MERGED and row.message_state else row.state_why,
            row.channel or "",
            row.sent_at,
            read.get(row.of_message),
        )
        for row in rows
    ]
