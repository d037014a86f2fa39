"""What the history of tickets says of many at once: since when they wait, when they ended, what was told."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from bot.mechanism.states import State
from storage import tickets
from storage.database import Tx
from storage.tables import ticket, ticket_step
from storage.tickets import Ticket


def awaiting(tx: Tx) -> list[tuple[Ticket, datetime]]:
    """Tickets that wait for somebody to verify or to confirm them, with the moment since when, by number."""
    found = [
        one
        for one in tickets.all_open(tx)
        if one.state is State.RESOLVED or (one.state is State.REPORTED and not one.sent_back)
    ]
    claimed = {
        row.ticket_id: row.at
        for row in tx.execute(
            select(ticket_step.c.ticket_id, func.max(ticket_step.c.at).label("at"))
            .where(ticket_step.c.ticket_id.in_([one.id for one in found]), ticket_step.c.kind == "resolve")
            .group_by(ticket_step.c.ticket_id)
        )
    }
    return [
        (one, claimed.get(one.id, one.moved_at) if one.state is State.RESOLVED else one.reported_at)
        for one in found
    ]


def projects_told_of(tx: Tx, since: datetime) -> set[int]:
    """Projects of which a blocker was reported since then, be it one that joined an older ticket."""
    rows = tx.execute(
        select(ticket.c.project_id)
        .distinct()
        .join(ticket_step, ticket_step.c.ticket_id == ticket.c.id)
        .where(
            ticket_step.c.kind.in_(("report", "joined")),
            ticket_step.c.at >= since,
            ticket.c.state != State.WITHDRAWN,
        )
    )
    return {row.project_id for row in rows}


def struck_off_at(tx: Tx, ids: Collection[int]) -> dict[int, datetime]:
    """When those of the tickets that are struck off were, by id; what was added to them later changes nothing."""
    rows = tx.execute(
        select(ticket_step.c.ticket_id, func.max(ticket_step.c.at).label("at"))
        .join(ticket, ticket.c.id == ticket_step.c.ticket_id)
        .where(
            ticket.c.id.in_(ids),
            ticket.c.state == State.STRUCK_OFF,
            ticket_step.c.kind == "strike_off",
        )
        .group_by(ticket_step.c.ticket_id)
    )
    return {row.ticket_id: row.at for row in rows}
