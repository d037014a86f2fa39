"""From when a unit's clocks run: what handlers and the delivery need to start them."""

from datetime import date, datetime

from bot.acts import Category, Severity
from bot.calendar import day_of
from bot.mechanism.deadlines import Clocks, at_dispatch, told_at
from bot.mechanism.rules import Rules
from storage import instructions, tickets
from storage.database import Tx
from storage.tickets import Ticket


def entered_at(tx: Tx, ticket: Ticket) -> datetime:
    """When the ticket was (last) entered in the ledger: verified, or dispatched at once."""
    for step in reversed(tickets.steps_of(tx, ticket.id)):
        if step.kind == "verify":
            return step.at  # type: ignore[no-any-return]
        if "entered" in step.data:
            return datetime.fromisoformat(step.data["entered"])
    return ticket.reported_at


def own_limit(tx: Tx, ticket: Ticket) -> date | None:
    """The office's own limit, as it was said with the last dispatch."""
    steps = tickets.steps_of(tx, ticket.id)
    said = next((step.data.get("own_limit") for step in reversed(steps) if step.kind == "dispatch"), None)
    return date.fromisoformat(said) if said else None


def told(rules: Rules, ticket: Ticket, now: datetime) -> datetime:
    """When a unit that is told now counts as told."""
    return told_at(
        rules.of(ticket.regime_hash),
        rules.calendar,
        now,
        obstruction=ticket.category == Category.OBSTRUCTION,
    )


def started(
    tx: Tx, rules: Rules, ticket: Ticket, told: datetime, *, entered: datetime, own_limit: date | None
) -> Clocks:
    """The unit's limits from `told` on. What a leader's instruction asks for shortens them like the office's own."""
    wanted = instructions.earliest_due(tx, ticket.id)
    asked = [own_limit] if own_limit is not None else []
    if wanted is not None and wanted >= day_of(told):
        asked.append(wanted)
    return at_dispatch(
        rules.of(ticket.regime_hash),
        rules.calendar,
        entered=entered,
        told=told,
        category=Category(ticket.category),
        severity=Severity(ticket.severity),
        own_limit=min(asked, default=None),
    )
