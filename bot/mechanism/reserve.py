"""Projects from 谋划 to 达效: the share started in the year they were signed (P9), the reserve against its
targets (P10). Pure. Sums in 元.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.mechanism.model.reserve import Bars, Reserve, Signed
from bot.mechanism.rates import needed
from bot.wording import money, number

_YI = 100_000_000


class Stage(StrEnum):
    """How far a project has got, in this order."""

    PLANNED = "planned"
    SIGNED = "signed"
    PRELIMINARY = "preliminary"
    STARTED = "started"
    COMPLETED = "completed"
    IN_PRODUCTION = "in_production"
    AT_CAPACITY = "at_capacity"

    @property
    def words(self) -> str:
        """谋划 … 达效."""
        return STAGE_NAMES[self]

    def __ge__(self, other: str) -> bool:
        return _ORDER.index(self) >= _ORDER.index(Stage(other))


STAGE_NAMES = {
    Stage.PLANNED: "谋划",
    Stage.SIGNED: "签约",
    Stage.PRELIMINARY: "前期",
    Stage.STARTED: "开工",
    Stage.COMPLETED: "竣工",
    Stage.IN_PRODUCTION: "投产",
    Stage.AT_CAPACITY: "达效",
}
_ORDER = list(Stage)


@dataclass(frozen=True, slots=True)
class Reserved:
    """A project of the reserve; `days` holds when each stage was reached, where known."""

    id: int
    name: str
    area_id: int | None
    area: str
    field: str
    total: int
    plan: int
    stage: Stage
    days: Mapping[Stage, date]
    project_id: int | None = None

    @property
    def started_on(self) -> date | None:
        """The day it was started, or the first later day that is known."""
        return min((day for stage, day in self.days.items() if stage >= Stage.STARTED), default=None)

    @property
    def is_converted(self) -> bool:
        """Whether it has become a project under way: started, or taken into the ledger."""
        return self.stage >= Stage.STARTED or self.project_id is not None


@dataclass(frozen=True, slots=True)
class SignedShare:
    """Of the projects signed in a year those that started in it; `waiting` have not."""

    signed: tuple[Reserved, ...]
    started: tuple[Reserved, ...]
    waiting: tuple[Reserved, ...]

    @property
    def share(self) -> float | None:
        """None where nothing was signed."""
        return len(self.started) / len(self.signed) if self.signed else None

    def lacks(self, rule: Signed) -> int:
        """How many more must start."""
        return max(0, needed(rule.share, len(self.signed)) - len(self.started))


def signed_share(some: Iterable[Reserved], year: int) -> SignedShare:
    """What was signed in that year, and whether it started before the year was over."""
    signed = tuple(
        one for one in some if (day := one.days.get(Stage.SIGNED)) is not None and day.year == year
    )
    started = tuple(one for one in signed if one.started_on is not None and one.started_on.year == year)
    return SignedShare(signed, started, tuple(one for one in signed if one not in started))


@dataclass(frozen=True, slots=True)
class Check:
    """One demand on the reserve: what stands, and whether that is enough; none where it can't be said."""

    words: str
    is_met: bool | None


def checks(
    some: Sequence[Reserved],
    rule: Reserve,
    *,
    tasks: Mapping[int, int],
    areas: Mapping[int, str],
    annual_plan: int,
) -> list[Check]:
    """The reserve against each demand of the regime. `tasks` are the counties' tasks, `annual_plan` the ledger's.

    What has started is no reserve any more; it counts for the conversion alone.
    """
    kept = [one for one in some if not one.stage >= Stage.STARTED]
    total = sum(one.total for one in kept)
    found = []
    if rule.total_yi is not None:
        found.append(_scale("储备总投资", total, rule.total_yi * _YI))
    if rule.major_yi is not None and rule.major_bars is not None:
        bars = rule.major_bars
        major = sum(one.total for one in kept if one.total >= _bar(bars, one.field))
        found.append(_scale("储备重大项目总投资", major, rule.major_yi * _YI))
    if rule.plan_times is not None:
        found.append(_times("储备总投资", total, "年度计划投资", annual_plan, rule.plan_times))
    if rule.industry_share is not None:
        industry = sum(1 for one in kept if one.field == "industry")
        found.append(_share("产业项目个数占比", industry, len(kept), rule.industry_share))
    if rule.conversion is not None:
        converted = sum(1 for one in some if one.is_converted)
        found.append(_share("储备项目转化率", converted, len(some), rule.conversion))
    if rule.county is not None:
        found += county_checks(kept, rule, tasks=tasks, areas=areas)
    return found


def county_checks(
    kept: Sequence[Reserved], rule: Reserve, *, tasks: Mapping[int, int], areas: Mapping[int, str]
) -> list[Check]:
    """Each county's reserve against its task, in the official order; counties without a task are not judged."""
    if rule.county is None:
        return []
    found = []
    for area_id, name in areas.items():
        mine = [one for one in kept if one.area_id == area_id]
        by_plan = rule.county.of == "annual_plan"
        stands = sum(one.plan if by_plan else one.total for one in mine)
        what = f"{name}储备{'年度计划投资' if by_plan else '总投资'}"
        if area_id in tasks:
            found.append(_times(what, stands, "固投任务", tasks[area_id], rule.county.times))
        elif mine:
            found.append(Check(f"{what}{money(stands)}，固投任务没有登记", None))
    return found


def _bar(bars: Bars, field: str) -> float:
    return float(getattr(bars, field, bars.industry)) * _YI


def _scale(what: str, stands: int, wanted: float) -> Check:
    return Check(f"{what}{money(stands)}，应不低于{money(round(wanted))}", stands >= wanted)


def _times(what: str, stands: int, of: str, whole: int, wanted: float) -> Check:
    if not whole:
        return Check(f"{what}{money(stands)}，{of}没有数", None)
    return Check(
        f"{what}{money(stands)}，为{of}{money(whole)}的{number(stands / whole)}倍，应不低于{number(wanted)}倍",
        stands >= wanted * whole,
    )


def _share(what: str, part: int, whole: int, wanted: float) -> Check:
    if not whole:
        return Check(f"{what}：还没有储备项目", None)
    return Check(
        f"{what}{number(part * 100 / whole, 1)}%（{part}/{whole}），应不低于{number(wanted * 100)}%",
        part >= wanted * whole,
    )
