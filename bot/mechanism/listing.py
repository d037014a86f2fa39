"""挂牌督办: the five that must be in place, and when listed matters are bulletined. Pure. Row T9."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType

from bot.calendar import Calendar, add_months, at, day_of, last_of_month
from bot.mechanism.model import Regime

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "solution": "解决问题办法",
        "unit": "责任单位",
        "leader": "责任领导",
        "person": "责任人",
        "deadline": "解决时限",
    }
)


@dataclass(frozen=True, slots=True)
class FiveInPlace:
    """五到位 of a listed matter, as far as it is known."""

    solution: str | None = None
    unit: str | None = None
    leader: str | None = None
    person: str | None = None
    deadline: date | None = None


def missing(regime: Regime, five: FiveInPlace) -> tuple[str, ...]:
    """What a listing still lacks, as people call it; it may begin when that is nothing."""
    return tuple(NAMES[need] for need in regime.listing.needs if not getattr(five, need))


def bulletin_day(regime: Regime, calendar: Calendar, month: date, day: int) -> date:
    """A bulletin day of that month: the last day where the month is shorter, earlier on a rest day."""
    last = last_of_month(month)
    return calendar.previous_workday(last.replace(day=min(day, last.day)))


def next_bulletin(regime: Regime, calendar: Calendar, after: datetime) -> datetime:
    """When matters listed at `after` are bulletined next: strictly later."""
    rules = regime.listing
    first = day_of(after).replace(day=1)
    months = [first, add_months(first, 1), add_months(first, 2)]
    moments = [
        at(bulletin_day(regime, calendar, month, day), rules.bulletin_at)
        for month in months
        for day in rules.bulletin_days
    ]
    return min(moment for moment in moments if moment > after)


def latest_bulletin(regime: Regime, calendar: Calendar, now: datetime) -> datetime:
    """The last bulletin that was due by `now`; of several missed ones only this is sent."""
    moment = next_bulletin(regime, calendar, now - timedelta(days=62))
    while (following := next_bulletin(regime, calendar, moment)) <= now:
        moment = following
    return moment
