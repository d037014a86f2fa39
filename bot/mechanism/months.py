"""The days of a month's accounts. Pure. Row P2, N3 第11项; the days are the regime's own."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time

from bot.calendar import Calendar, add_months, at, end_of_day
from bot.mechanism.model import Months


@dataclass(frozen=True, slots=True)
class Days:
    """When a month's accounts are checked, may be handed over, must have been, and are closed."""

    check_at: datetime
    hand_over_at: datetime
    due_at: datetime
    closes_at: datetime


def days_of(rule: Months, calendar: Calendar, year: int, month: int) -> Days:
    """The days of that month, as they stand when it is opened.

    A day that the month does not have is its last one. Closing waits for the first workday from its day on:
    who was away over a holiday can still confirm.
    """
    last = monthrange(year, month)[1]
    closing = add_months(date(year, month, 1), 1).replace(day=rule.close_day)
    return Days(
        check_at=at(date(year, month, rule.check_day), time.min),
        hand_over_at=at(date(year, month, min(rule.hand_over_from, last)), time.min),
        due_at=end_of_day(date(year, month, min(rule.hand_over_day, last))),
        closes_at=end_of_day(calendar.next_workday(closing)),
    )
