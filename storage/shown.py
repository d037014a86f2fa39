"""What the office released to leaders, and whether they have said anything about it since."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.mechanism.states import OPEN
from storage import drafts, outbox
from storage.database import Tx
from storage.tables import instruction, message, notice, ticket, ticket_step

RETURNED = "instruction-done"  # how the keys of drafts begin that say that an instruction was carried out


@dataclass(frozen=True, slots=True)
class Shown:
    """A released draft as its reader got it."""

    reader_id: int
    line: str
    sent_at: datetime
    ticket_id: int | None
    project_id: int | None
    ticket_number: int | None
    is_return: bool  # an instruction of his that came back


def unanswered(tx: Tx, since: datetime) -> list[Shown]:
    """Released drafts sent since then that still make sense and that their reader has said nothing about."""
    rows = tx.execute(
        select(notice, message.c.sent_at, ticket.c.state.label("ticket_state"), ticket.c.number)
        .join(message, message.c.id == notice.c.message_id)
        .outerjoin(ticket, ticket.c.id == notice.c.ticket_id)
        .where(
            notice.c.state == outbox.MERGED,
            notice.c.not_before >= since,
            notice.c.kind == drafts.DRAFT,
            message.c.sent_at.is_not(None),
        )
        .order_by(notice.c.id)
    ).all()
    found = []
    for row in rows:
        returned = row.key.startswith(RETURNED)
        if not (returned or row.ticket_id or row.project_id):
            continue  # an overview asks for nothing
        over = row.ticket_id is not None and row.ticket_state not in OPEN
        if (over and not returned) or _spoke(tx, row):
            continue
        found.append(
            Shown(row.person_id, row.line, row.sent_at, row.ticket_id, row.project_id, row.number, returned)
        )
    return found


def _spoke(tx: Tx, row: Any) -> bool:
    """Whether the reader (or who writes for him) has taken a step about it since it came."""
    if row.ticket_id is not None:
        about = instruction.c.ticket_id == row.ticket_id
    else:
        about = instruction.c.project_id == row.project_id
    said = select(instruction.c.id).where(
        about, instruction.c.leader_id == row.person_id, instruction.c.at > row.sent_at
    )
    if tx.execute(said.limit(1)).first() is not None:
        return True
    if row.ticket_id is None:
        return False
    stepped = select(ticket_step.c.id).where(
        ticket_step.c.ticket_id == row.ticket_id,
        ticket_step.c.person_id == row.person_id,
        ticket_step.c.at > row.sent_at,
    )
    return tx.execute(stepped.limit(1)).first() is not None


def lately_about(tx: Tx, reader_ids: Collection[int], since: datetime) -> set[tuple[int, int]]:
    """(reader, ticket) of the drafts made for these readers since then, whatever became of them."""
    rows = tx.execute(
        select(notice.c.person_id, notice.c.ticket_id).where(
            notice.c.person_id.in_(reader_ids),
            notice.c.kind == drafts.DRAFT,
            notice.c.ticket_id.is_not(None),
            notice.c.at >= since,
        )
    )
    return {(row.person_id, row.ticket_id) for row in rows}
