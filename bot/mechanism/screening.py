"""In which order the open tickets are taken up, and which troubles several projects share. Pure.

Row T10, N4 (十): by the weight of the matter and its urgency, in layers, shared troubles first seen
as one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot.acts import Category, Severity
from bot.calendar import day_of
from bot.mechanism.model import Regime
from bot.wording import last_day


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """What of an open ticket decides its place; `due` is the first instant after its next limit."""

    number: int
    project: int
    category: Category
    unit: str | None = None
    severity: Severity | None = None
    due: datetime | None = None
    listed: bool = False  # 挂牌督办
    priority: bool = False  # one of the short list (30 个重点推进项目)
    province_key: bool = False  # 省重点


@dataclass(frozen=True, slots=True)
class Placed:
    """An open ticket with its layer and the sum behind it."""

    ticket: OpenTicket
    importance: int
    urgency: int
    layer: str

    @property
    def score(self) -> int:
        """Importance times urgency."""
        return self.importance * self.urgency


@dataclass(frozen=True, slots=True)
class Shared:
    """A trouble of one category with one unit that several projects share (共性难题)."""

    category: Category
    unit: str
    tickets: tuple[int, ...]
    projects: tuple[int, ...]


def screened(regime: Regime, tickets: Iterable[OpenTicket], now: datetime) -> list[Placed]:
    """The open tickets, the first to be taken up first; equal ones by limit, then by number."""
    today = day_of(now)
    placed = [_placed(regime, ticket, today) for ticket in tickets]
    return sorted(
        placed, key=lambda one: (-one.score, one.ticket.due is None, one.ticket.due or now, one.ticket.number)
    )


def shared_troubles(regime: Regime, tickets: Iterable[OpenTicket]) -> list[Shared]:
    """Troubles of one category and unit on several projects, those of most projects first."""
    groups: dict[tuple[Category, str], list[OpenTicket]] = {}
    for ticket in tickets:
        if ticket.unit is not None:
            groups.setdefault((ticket.category, ticket.unit), []).append(ticket)
    shared = [
        Shared(
            category,
            unit,
            tuple(sorted(ticket.number for ticket in group)),
            tuple(sorted({ticket.project for ticket in group})),
        )
        for (category, unit), group in groups.items()
    ]
    found = [one for one in shared if len(one.projects) >= regime.screening.shared_least]
    return sorted(found, key=lambda one: (-len(one.projects), one.tickets))


def _placed(regime: Regime, ticket: OpenTicket, today: date) -> Placed:
    rules = regime.screening
    weights = rules.importance
    importance = (
        (weights.complex if ticket.severity is Severity.COMPLEX else weights.ordinary)
        + weights.obstruction * (ticket.category is Category.OBSTRUCTION)
        + weights.province_key * ticket.province_key
        + weights.priority * ticket.priority
        + weights.listed * ticket.listed
    )
    urgency = rules.otherwise
    if ticket.due is not None:
        left = (last_day(ticket.due) - today).days
        urgency = next((step.weight for step in rules.urgency if left <= step.days_left), urgency)
    layer = next(layer.name for layer in rules.layers if importance * urgency >= layer.at_least)
    return Placed(ticket, importance, urgency, layer)
