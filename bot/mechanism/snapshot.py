"""What is ranked: every project and problem as it stood at a moment. Pure values, kept as JSON with a bulletin.

Everything that a month's ranking and bulletin say follows from one of these, however much is reported later.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot.mechanism.model import Cause

CITY_OWN = "市直"


@dataclass(frozen=True, slots=True)
class ProjectStand:
    """A project at that moment; sums in 元. `area`: empty for the city's own, which are their unit's.

    `plan` is the one fixed at the year's start, `plan_now` as it was changed since. `invested`: done since the
    year began, none if nobody said.
    """

    number: int
    name: str
    area: str
    unit: str
    nature: str
    plan: int
    plan_now: int
    invested: int | None
    running: bool
    running_due: bool
    producing: bool
    at_capacity: bool
    completion_due: bool
    reported: bool
    planned_start: str = ""  # 2025-10


@dataclass(frozen=True, slots=True)
class TicketStand:
    """A problem at that moment. `area`: the county if one of its units leads, `unit`: who leads.

    `due`: its limit had passed, or it was struck off; `days_over`: how long an open one was over it.
    """

    number: int
    title: str
    project: str
    area: str
    unit: str
    due: bool
    solved: bool
    in_time: bool
    days_over: int


@dataclass(frozen=True, slots=True)
class Lapse:
    """Something for which points are taken off; by the county or the unit whose it is."""

    cause: Cause
    area: str
    unit: str
    words: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A month up to a moment."""

    year: int
    month: int
    as_of: datetime
    projects: tuple[ProjectStand, ...]
    tickets: tuple[TicketStand, ...]
    lapses: tuple[Lapse, ...] = ()
    new_tickets: int = 0

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self) | {"as_of": self.as_of.isoformat()}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Snapshot":
        """As it was kept."""
        return cls(
            kept["year"],
            kept["month"],
            datetime.fromisoformat(kept["as_of"]),
            tuple(ProjectStand(**one) for one in kept["projects"]),
            tuple(TicketStand(**one) for one in kept["tickets"]),
            tuple(Lapse(**one | {"cause": Cause(one["cause"])}) for one in kept["lapses"]),
            kept["new_tickets"],
        )


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that is another than the frozen one; sums in 元, none: nobody said."""

    number: int
    name: str
    area: str
    before: int | None
    after: int | None


def changes(frozen: Snapshot, after: Mapping[int, int | None]) -> list[Change]:
    """Which of the frozen figures are others now, by ledger number; `after`: {number: 元 now}."""
    return [
        Change(one.number, one.name, one.area, one.invested, after[one.number])
        for one in frozen.projects
        if one.number in after and after[one.number] != one.invested
    ]
