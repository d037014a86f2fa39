"""呈报: drafts for leaders and letters to the inspectorate, which only the office sends or hands over.

People name a draft by its number in the year, which never changes and never starts again within it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from bot.calendar import at, day_of
from bot.mechanism.rules import Rules
from storage import outbox, watch
from storage.database import Tx
from storage.tables import deadline, notice, rung, ticket

DRAFT, LETTER = "draft", "letter"
HANDED_OVER = "handed_over"


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it stands: `number` is that of the year, `state` the notice's."""

    id: int
    number: int
    kind: str
    state: str
    line: str
    reader_id: int
    ticket_id: int | None
    project_id: int | None
    rung_id: int | None
    at: datetime
    release_at: datetime | None


def waiting(tx: Tx, now: datetime) -> Sequence[Draft]:
    """Drafts that still make sense and wait for the office, or were held by it; by number."""
    return _read(tx, now, (outbox.DRAFT, outbox.HELD))


def numbered(tx: Tx, number: int, now: datetime) -> Draft | None:
    """This year's draft of that number, whatever became of it."""
    return next((one for one in _read(tx, now, None) if one.number == number), None)


def send(tx: Tx, draft: Draft, not_before: datetime) -> None:
    """It goes to its reader at the next allowed moment."""
    _settle(tx, draft, outbox.WAITING, "重点办发出", not_before=not_before)


def reword(tx: Tx, draft: Draft, line: str) -> None:
    """Its words are the office's now; it waits on."""
    tx.execute(update(notice).where(notice.c.id == draft.id).values(line=line, state_why="重点办改稿"))


def hold(tx: Tx, draft: Draft, why: str) -> None:
    """It is not sent, neither now nor by itself."""
    _settle(tx, draft, outbox.HELD, why[:200])


def hand_over(tx: Tx, draft: Draft, rules: Rules, now: datetime) -> None:
    """The office took it there itself: the rung counts from now."""
    _settle(tx, draft, HANDED_OVER, "重点办转交")
    if draft.rung_id is None:
        return
    tx.execute(update(rung).where(rung.c.id == draft.rung_id).values(sent_at=now, last_sent_at=now))
    mine = select(deadline.c.ticket_id).join(rung, rung.c.deadline_id == deadline.c.id)
    watch.look_again(tx, list(tx.execute(mine.where(rung.c.id == draft.rung_id)).scalars()), rules, now)


def _settle(tx: Tx, draft: Draft, state: str, why: str, *, not_before: datetime | None = None) -> None:
    values = {"state": state, "state_why": why} | ({"not_before": not_before} if not_before else {})
    tx.execute(update(notice).where(notice.c.id == draft.id, notice.c.state == draft.state).values(**values))


def _read(tx: Tx, now: datetime, states: Collection[str] | None) -> list[Draft]:
    """Drafts of the year. Those whose ticket has moved on are left out where states are asked for."""
    new_year = at(day_of(now).replace(month=1, day=1), datetime.min.time())
    numbers = (
        select(notice.c.id, func.row_number().over(order_by=notice.c.id).label("number"))
        .where(notice.c.kind.in_((DRAFT, LETTER)), notice.c.at >= new_year)
        .subquery()
    )
    rows = tx.execute(
        select(notice, numbers.c.number, ticket.c.state.label("ticket_state"))
        .join(numbers, numbers.c.id == notice.c.id)
        .outerjoin(ticket, ticket.c.id == notice.c.ticket_id)
        .order_by(numbers.c.number)
    )
    return [
        Draft(
            row.id,
            row.number,
            row.kind,
            row.state,
            row.line,
            row.person_id,
            row.ticket_id,
            row.project_id,
            row.rung_id,
            row.at,
            row.release_at,
        )
        for row in rows
        if states is None
        or (row.state in states and (not row.while_states or row.ticket_state in row.while_states))
    ]
