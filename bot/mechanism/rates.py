"""Start and resume rates: of all and of those due by now, against the regime's target. Pure. Row P5.

Own reading where the notices are silent: a new project is due at the end of the day planned for its start
(the ledger's month, or the newest plan by month or 旬), a continuing one at the day by which all are to have
resumed; projects in preparation (前期) are in neither rate.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from bot.mechanism.events import CONTINUING, NEW, Event, ProjectEvents
from bot.mechanism.model.rates import Starts, StartTarget

G = TypeVar("G", bound=Hashable)


class Kind(StrEnum):
    """Which projects a rate is of."""

    START = "new"
    RESUME = "continuing"
    BOTH = "both"


NAMES = {Kind.START: "开工率", Kind.RESUME: "复工率", Kind.BOTH: "开复工率"}
_NATURES = {Kind.START: (NEW,), Kind.RESUME: (CONTINUING,), Kind.BOTH: (NEW, CONTINUING)}


@dataclass(frozen=True, slots=True)
class Target:
    """A share that is to be reached by the end of a day; `aim`: striven for (力争), not demanded."""

    until: date
    share: float
    say: str
    aim: bool = False


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of the projects are there. `target` is the last one whose day has come, `ahead` the next one.

    `behind` are the ids of the projects that are not there yet: those due first, then as planned.
    """

    name: str
    numerator: int
    denominator: int
    due: int = 0
    due_done: int = 0
    target: Target | None = None
    ahead: Target | None = None
    behind: tuple[int, ...] = ()
    overdue: tuple[int, ...] = ()  # those of `behind` that are due

    @property
    def share(self) -> float | None:
        """Of all; none where there is no project."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def share_of_due(self) -> float | None:
        """Of those due by now; none where none is due."""
        return self.due_done / self.due if self.due else None

    def lacks(self, target: Target) -> int:
        """How many more projects the target needs."""
        return max(0, needed(target.share, self.denominator) - self.numerator)


def needed(share: float, of: int) -> int:
    """The least number that is at least this share."""
    return -int(-(round(share * of, 6)) // 1)


def start_rate(kind: Kind, events: Iterable[ProjectEvents], day: date, rule: Starts | None) -> Rate:
    """The rate of that kind as of the end of that day. `events` are as of that day too."""
    mine = [one for one in events if one.nature in _NATURES[kind]]
    done = {one.project_id for one in mine if is_done(one, rule)}
    due_on = {one.project_id: due_day(one, rule) for one in mine}
    due = {one for one, when in due_on.items() if when <= day}
    behind = sorted(
        (one for one in mine if one.project_id not in done),
        key=lambda one: (due_on[one.project_id], one.number),
    )
    year = mine[0].year if mine else day.year
    passed, ahead = around(targets_of(kind, rule, year), day)
    return Rate(
        NAMES[kind],
        len(done),
        len(mine),
        len(due),
        len(due & done),
        passed,
        ahead,
        tuple(one.project_id for one in behind),
        tuple(one.project_id for one in behind if one.project_id in due),
    )


def rates_by(
    group: Callable[[ProjectEvents], G],
    kind: Kind,
    events: Iterable[ProjectEvents],
    day: date,
    rule: Starts | None,
) -> dict[G, Rate]:
    """The rate of each group (county, field, nature …), in the order of the first project of each."""
    found: dict[G, list[ProjectEvents]] = {}
    for one in events:
        found.setdefault(group(one), []).append(one)
    return {name: start_rate(kind, mine, day, rule) for name, mine in found.items()}


def is_done(one: ProjectEvents, rule: Starts | None) -> bool:
    """Whether a new project has started, a continuing one resumed."""
    if one.nature == CONTINUING:
        return one.resumed_on(by_work=rule is None or rule.work_resumes) is not None
    return one.started_on is not None


def due_day(one: ProjectEvents, rule: Starts | None) -> date:
    """The day by whose end it is due; without any plan the last of the year."""
    end = date(one.year, 12, 31)
    if one.nature != CONTINUING:
        return one.planned.get(Event.STARTED, end)
    targets = [] if rule is None else targets_of(Kind.RESUME, rule, one.year)
    return one.planned.get(Event.RESUMED, targets[0].until if targets else end)


def targets_of(kind: Kind, rule: Starts | None, year: int) -> list[Target]:
    """The regime's targets of that rate in that year, by day."""
    return sorted(
        (_target(one, year) for one in (rule.targets if rule else ()) if one.of == kind.value),
        key=lambda one: one.until,
    )


def _target(one: StartTarget, year: int) -> Target:
    return Target(one.until.on(year), one.share, one.say, one.aim)


def around(targets: Sequence[Target], day: date) -> tuple[Target | None, Target | None]:
    """The last target whose day has come by the end of that day, and the next one."""
    passed = [one for one in targets if one.until <= day]
    ahead = [one for one in targets if one.until > day]
    return (passed[-1] if passed else None), (ahead[0] if ahead else None)
