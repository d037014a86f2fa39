"""呈报: drafts for leaders and letters to the inspectorate, which only the office sends or hands over.

People name a draft by its number, which never changes and never starts again.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from bot.mechanism.hours import plus_working_hours
from bot.mechanism.rules import Rules
from storage import outbox, watch
from storage.database import Tx
from storage.tables import deadline, notice, rung, ticket

DRAFT, LETTER = "draft", "letter"
HANDED_OVER = "handed_over"


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it stands; `state` is the notice's. A stale one is of a ticket that has moved on."""

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
    is_stale: bool


def waiting(tx: Tx) -> Sequence[Draft]:
    """Drafts that still make sense and wait for the office, or were held by it; by number."""
    return [one for one in _read(tx, (outbox.DRAFT, outbox.HELD)) if not one.is_stale]


def numbered(tx: Tx, number: int) -> Draft | None:
    """The draft of that number, whatever became of it."""
    return next((one for one in _read(tx, None) if one.number == number), None)


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
    if draft.rung_id is not None:
        _rung_sent(tx, draft.rung_id, now, rules, now)


def as_it_stands(draft: Draft) -> Mapping[str, Any]:
    """What a step must keep of a draft so that it can be taken back."""
    return {"notice": draft.id, "state": draft.state, "line": draft.line}


def is_out(tx: Tx, stood: Mapping[str, Any]) -> bool:
    """Whether what was a draft then has gone out, or will never go."""
    state = tx.execute(select(notice.c.state).where(notice.c.id == stood["notice"])).scalar_one()
    return state not in (outbox.DRAFT, outbox.HELD, outbox.WAITING, HANDED_OVER)


def put_back(tx: Tx, stood: Mapping[str, Any], rules: Rules, now: datetime) -> None:
    """What the office did with a draft that is not out is taken back: it waits in the words of then.

    Where it would go by itself, the office has its time for it anew.
    """
    row = tx.execute(select(notice).where(notice.c.id == stood["notice"])).one()
    values = {"state": stood["state"], "line": stood["line"], "state_why": ""}
    if row.release_at is not None and row.release_at <= now:
        regime = rules.regime
        values["release_at"] = plus_working_hours(regime, rules.calendar, now, regime.release_after)
    tx.execute(update(notice).where(notice.c.id == row.id).values(**values))
    if row.state == HANDED_OVER and row.rung_id is not None:
        _rung_sent(tx, row.rung_id, None, rules, now)


def _rung_sent(tx: Tx, rung_id: int, sent_at: datetime | None, rules: Rules, now: datetime) -> None:
    tx.execute(update(rung).where(rung.c.id == rung_id).values(sent_at=sent_at, last_sent_at=sent_at))
    mine = select(deadline.c.ticket_id).join(rung, rung.c.deadline_id == deadline.c.id)
    watch.look_again(tx, list(tx.execute(mine.where(rung.c.id == rung_id)).scalars()), rules, now)


def _settle(tx: Tx, draft: Draft, state: str, why: str, *, not_before: datetime | None = None) -> None:
    values = {"state": state, "state_why": why} | ({"not_before": not_before} if not_before else {})
    tx.execute(update(notice).where(notice.c.id == draft.id, notice.c.state == draft.state).values(**values))


def _read(tx: Tx, states: Collection[str] | None) -> list[Draft]:
    numbers = (
        select(notice.c.id, func.row_number().over(order_by=notice.c.id).label("number"))
        .where(notice.c.kind.in_((DRAFT, LETTER)))
        .subquery()
    )
    rows = (
        select(notice, numbers.c.number, ticket.c.state.label("ticket_state"))
        .join(numbers, numbers.c.id == notice.c.id)
        .outerjoin(ticket, ticket.c.id == notice.c.ticket_id)
        .order_by(numbers.c.number)
    )
    if states is not None:
        rows = rows.where(notice.c.state.in_(states))
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
            bool(row.while_states) and row.ticket_state not in row.while_states,
        )
        for row in tx.execute(rows)
    ]
