"""When the office is warned of starts and resumptions: before a target, after it, after each planned period. Pure. P5."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.calendar import Calendar, at, last_of_month
from bot.mechanism.hours import back_to_allowed_day
from bot.mechanism.model import Regime, Starts


class When(StrEnum):
    """What a moment is about."""

    NEAR = "near"  # a target comes near
    MISSED = "missed"  # its day has come
    PERIOD = "period"  # a month or 旬 of the plan is over


@dataclass(frozen=True, slots=True)
class Moment:
    """A warning that is due at a moment; `day` is the target's day or the last of the period."""

    at: datetime
    when: When
    day: date

    @property
    def key(self) -> str:
        """What makes it happen once."""
        return f"starts:{self.when}:{self.day.isoformat()}"


def moments(rule: Starts, regime: Regime, calendar: Calendar, year: int) -> list[Moment]:
    """All warnings of a year's ledger, by time: before a day moved back to a working one, after it to the next."""
    hour = regime.hours.reminders_at
    found = []
    for day in sorted({one.until.on(year) for one in rule.targets}):
        near = back_to_allowed_day(regime, calendar, day - timedelta(days=rule.warn_days))
        found.append(Moment(at(near, hour), When.NEAR, day))
        found.append(Moment(at(calendar.next_workday(day + timedelta(days=1)), hour), When.MISSED, day))
    for day in _periods(rule, year):
        found.append(Moment(at(calendar.next_workday(day + timedelta(days=1)), hour), When.PERIOD, day))
    return sorted(found, key=lambda one: (one.at, one.day, one.when))


def _periods(rule: Starts, year: int) -> Iterator[date]:
    for month in range(1, 13):
        first = date(year, month, 1)
        if rule.plan_by == "tenday":
            yield first.replace(day=10)
            yield first.replace(day=20)
        yield last_of_month(first)


def due_now(found: list[Moment], rule: Starts, now: datetime) -> list[Moment]:
    """Those whose time has come and is not long past: after an outage what is old is not told any more."""
    oldest = now - timedelta(days=rule.late_days)
    return [one for one in found if oldest < one.at <= now]


def period_begins(day: date, rule: Starts) -> date:
    """The first day of the period that ends on that day."""
    if rule.plan_by != "tenday" or day.day == 10:
        return day.replace(day=1)
    return day.replace(day=11 if day.day == 20 else 21)
