"""When the ledger of a month is kept as it stood. Pure. Row A5."""

from collections.abc import Iterator
from datetime import date, datetime

from bot.calendar import add_months, at, day_of, last_of_month
from bot.mechanism.model import MonthEnd


def month_name(day: date) -> str:
    """2025-09, of any day of that month."""
    return f"{day:%Y-%m}"


def first_day(month: str) -> date:
    """The first day of 2025-09. ValueError if that is no month."""
    year, _, number = month.partition("-")
    if len(year) != 4 or len(number) != 2:
        raise ValueError(month)
    return date(int(year), int(number), 1)


def kept_at(rule: MonthEnd, month: date) -> datetime:
    """When the ledger of the month in which that day lies is kept: the last day where the month is shorter."""
    last = last_of_month(month)
    return at(last.replace(day=min(rule.day, last.day)), rule.at)


def next_kept(rule: MonthEnd, after: datetime) -> datetime:
    """The first such moment strictly after that one."""
    month = day_of(after).replace(day=1)
    moment = kept_at(rule, month)
    return moment if moment > after else kept_at(rule, add_months(month, 1))


def months_to_keep(rule: MonthEnd, since: datetime, now: datetime) -> Iterator[str]:
    """The months that ended after `since` and by `now`, the earliest first."""
    month = day_of(since).replace(day=1)
    while (moment := kept_at(rule, month)) <= now:
        if moment > since:
            yield month_name(month)
        month = add_months(month, 1)
