"""中止 ends: by the day that was named or before, the limits are moved by the days paused."""

from bot.mechanism.deadlines import at_resume
from bot.mechanism.model import SOLVING, Kind
from bot.mechanism.rules import Rules
from storage import tickets
from storage.database import Tx
from storage.tickets import StepNote, Ticket


def resume(tx: Tx, ticket: Ticket, note: StepNote, rules: Rules) -> Ticket:
    """Put a paused ticket back to work: its solving limits end later, where the regime says so."""
    regime = rules.of(ticket.regime_hash)
    paused_at = next(
        (step.at for step in reversed(tickets.steps_of(tx, ticket.id)) if step.kind == "pause"), note.at
    )
    rows = [
        row for row in tickets.deadlines_of(tx, [ticket.id])[ticket.id] if row.runs and row.kind in SOLVING
    ]
    later = [at_resume(regime, row.as_due(), paused_at=paused_at, resumed_at=note.at) for row in rows]
    moved = any(new.due != row.due for new, row in zip(later, rows, strict=True))
    return tickets.step(
        tx,
        ticket,
        "resume",
        note,
        rules=rules,
        change={"paused_until": None},
        dues=later if moved else (),
        void=[Kind(row.kind) for row in rows] if moved else (),
        void_why="中止后顺延",
    )
