"""What has come about of a project by a day: started, resumed, completed, in production … Pure values.

Ledger and reports say it (storage/events.py puts it together); rates and lists are made of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as kept  # `field` is a column of the ledger
from datetime import date
from enum import StrEnum

from bot.acts import Status


class Event(StrEnum):
    """What can come about; all but the last two are statuses of a progress report."""

    STARTED = Status.STARTED.value
    RESUMED = Status.RESUMED.value
    COMPLETED = Status.COMPLETED.value
    IN_PRODUCTION = Status.IN_PRODUCTION.value
    AT_CAPACITY = Status.AT_CAPACITY.value
    REGISTERED = Status.REGISTERED.value
    ABOVE_SCALE = "above_scale"  # 入规: its enterprise is among those above the designated size
    NOT_FIT = "not_fit"  # the office found that it can't be entered in the statistics yet


EVENT_NAMES = {
    Event.STARTED: "开工",
    Event.RESUMED: "复工",
    Event.COMPLETED: "竣工",
    Event.IN_PRODUCTION: "投产",
    Event.AT_CAPACITY: "达效",
    Event.REGISTERED: "入库入统",
    Event.ABOVE_SCALE: "入规",
    Event.NOT_FIT: "暂不具备入统条件",
}
NEW, CONTINUING, PRELIMINARY = "new", "continuing", "preliminary"
_BUILT = (Event.STARTED, Event.COMPLETED, Event.IN_PRODUCTION, Event.AT_CAPACITY)
_PRODUCING = (Event.IN_PRODUCTION, Event.AT_CAPACITY)


@dataclass(frozen=True, slots=True)
class ProjectEvents:
    """A project of a year's ledger with the first day of each event up to the day asked for.

    `dates[RESUMED]` is the first resumption of the ledger's year. `planned` holds the last day that is planned
    for an event (the ledger's month, or the newest plan), `fixed` days that were announced as certain.
    `worked_on` is the first day of the year on which a sum was reported invested. Sums in 元.
    """

    project_id: int
    year: int
    number: int
    name: str
    area_id: int | None
    area: str
    field: str
    tier: str
    nature: str
    total_investment: int
    annual_plan: int
    dates: Mapping[Event, date] = kept(default_factory=dict)
    planned: Mapping[Event, date] = kept(default_factory=dict)
    fixed: Mapping[Event, date] = kept(default_factory=dict)
    worked_on: date | None = None
    suspended_on: date | None = None  # none: it is not stopped

    @property
    def started_on(self) -> date | None:
        """The day it was started; what stands or produces was started no later."""
        resumed = [] if self.nature == CONTINUING else [self.dates.get(Event.RESUMED)]
        return _first([*(self.dates.get(one) for one in _BUILT), *resumed])

    def resumed_on(self, *, by_work: bool) -> date | None:
        """The day of the year on which a continuing project went on; `by_work`: a sum invested says so too.

        A project that stands still again is not resumed.
        """
        if self.suspended_on is not None:
            return None
        said = [self.dates.get(one) for one in (Event.RESUMED, *_BUILT)]
        days = [one for one in said if one is not None and one.year == self.year]
        return _first([*days, self.worked_on if by_work else None])

    @property
    def in_production_on(self) -> date | None:
        """The day on which it began to produce."""
        return _first([self.dates.get(one) for one in _PRODUCING])

    def reached(self, event: Event) -> date | None:
        """The day of an event, later ones telling of earlier ones."""
        if event is Event.STARTED:
            return self.started_on
        if event is Event.IN_PRODUCTION:
            return self.in_production_on
        if event is Event.COMPLETED:
            return _first([self.dates.get(Event.COMPLETED), self.in_production_on])
        return self.dates.get(event)


def _first(days: list[date | None]) -> date | None:
    return min((one for one in days if one is not None), default=None)
