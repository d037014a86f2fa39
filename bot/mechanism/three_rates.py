"""三率 as each notice defines them: of the whole ledger, or of the projects of 三个一批. Pure. Row P6."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.mechanism.events import CONTINUING, NEW, Event, ProjectEvents
from bot.mechanism.model import Starts
from bot.mechanism.model.registration import NamedRate
from bot.mechanism.rates import Rate, is_done


@dataclass(frozen=True, slots=True)
class Going:
    """A project as the rates see it: how far it is. Sums in 元."""

    id: int
    name: str
    area: str
    is_building: bool  # new or continuing: it is to start or to resume
    is_running: bool  # it has
    signed: bool
    started: bool
    in_production: bool
    at_capacity: bool
    plan: int = 0
    invested: int = 0


def of_ledger(one: ProjectEvents, invested: int, starts: Starts | None) -> Going:
    """A project of the ledger."""
    return Going(
        one.project_id,
        one.name,
        one.area,
        one.nature in (NEW, CONTINUING),
        one.nature in (NEW, CONTINUING) and is_done(one, starts),
        False,
        one.started_on is not None,
        one.in_production_on is not None,
        Event.AT_CAPACITY in one.dates,
        one.annual_plan,
        invested,
    )


def by_days(
    id: int, name: str, area: str, *, started: date | None, producing: date | None, capacity: date | None
) -> Going:
    """A project that was signed, by the days of what followed."""
    return Going(
        id,
        name,
        area,
        True,
        started is not None,
        True,
        any(one is not None for one in (started, producing, capacity)),
        producing is not None or capacity is not None,
        capacity is not None,
    )


def three_rates(some: Sequence[Going], rates: Sequence[NamedRate]) -> list[Rate]:
    """Each rate with those that hold it back; of money, sums in 元 stand for numbers."""
    return [_rate(some, one) for one in rates]


def _rate(some: Sequence[Going], rate: NamedRate) -> Rate:
    if rate.reached == "invested":
        planned = [one for one in some if one.plan]  # as in the ranking, none counts that has no plan
        return Rate(rate.name, sum(one.invested for one in planned), sum(one.plan for one in planned))
    base = [one for one in some if _is_in(one, rate.base)]
    done = [one for one in base if _is_in(one, rate.reached)]
    behind = tuple(one.id for one in base if one not in done)
    return Rate(rate.name, len(done), len(base), behind=behind)


def _is_in(one: Going, what: str) -> bool:
    return {
        "building": one.is_building,
        "running": one.is_running,
        "signed": one.signed,
        "started": one.started,
        "in_production": one.in_production,
        "at_capacity": one.at_capacity,
    }[what]
