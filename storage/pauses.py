"""中止 ends: by the day that was named or before, the limits are moved by the days paused."""

from datetime import time

from bot.calendar import at
from bot.mechanism.deadlines import at_resume
from bot.mechanism.model import SOLVING, Kind
from bot.mechanism.rules import Rules
from storage import tickets
from storage.database import Tx
from storage.tickets import StepNote, Ticket

_BEGINS = ("pause", "report_up")
_RESTING = (Kind.ARRANGE, Kind.FEEDBACK, *SOLVING)


def resume(tx: Tx, ticket: Ticket, note: StepNote, rules: Rules) -> Ticket:
    """Put a paused ticket back to work: the unit's limits end later, where the regime says so.

    A pause that ended by its day counts up to that day, however late it is noticed.
    """
    regime = rules.of(ticket.regime_hash)
    ended_at = note.at
    if ticket.paused_until is not None:
        ended_at = min(ended_at, at(ticket.paused_until, time.min))
    paused_at = next(
        (step.at for step in reversed(tickets.steps_of(tx, ticket.id)) if step.kind in _BEGINS), note.at
    )
    rows = [
        row for row in tickets.deadlines_of(tx, [ticket.id])[ticket.id] if row.runs and row.kind in _RESTING
    ]
    later = {row: at_resume(regime, row.as_due(), paused_at=paused_at, resumed_at=ended_at) for row in rows}
    moved = {row.kind for row, new in later.items() if new.due != row.due}
    return tickets.step(
        tx,
        ticket,
        "resume",
        note,
        rules=rules,
        change={"paused_until": None},
        dues=[new for row, new in later.items() if row.kind in moved],
        void=moved,
        void_why="中止后顺延",
    )
