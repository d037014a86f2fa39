"""Days of the city: workdays, months, ends of days, festivals. Pure.

All moments are aware datetimes; a day is a day of Asia/Shanghai, which has had no summer time
since 1991, and ends at 24:00, the first instant of the next day.
Workdays follow the State Council's yearly notice (package chinesecalendar), a city's own days over it.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
from lunardate import LunarDate

CITY = ZoneInfo("Asia/Shanghai")

_FIRST_YEAR = min(day.year for day in chinese_calendar.holidays)
_LAST_YEAR = max(day.year for day in chinese_calendar.holidays)


@dataclass(frozen=True, eq=False)  # one city has one: told apart by identity, so that it can be a key
class Calendar:
    """The workdays of a city.

    `days` says of single days whether they are worked, over what the notice says; a year is known
    when the package knows it or the city's file says `years` holds it.
    """

    days: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def knows(self, year: int) -> bool:
        """Whether the holidays of that year are known; if not, deadlines in it are provisional."""
        return _FIRST_YEAR <= year <= _LAST_YEAR or year in self.years

    def is_workday(self, day: date) -> bool:
        """Whether people work on that day, make-up days included. An unknown year: Monday to Friday."""
        if day in self.days:
            return self.days[day]
        if _FIRST_YEAR <= day.year <= _LAST_YEAR:
            # its own is_workday looks for the first and last year anew each time: 20 µs
            return day in chinese_calendar.workdays or (
                day.weekday() < 5 and day not in chinese_calendar.holidays
            )
        return day.weekday() < 5

    def next_workday(self, day: date) -> date:
        """That day itself if it is worked, else the next one that is."""
        while not self.is_workday(day):
            day += timedelta(days=1)
        return day

    def previous_workday(self, day: date) -> date:
        """That day itself if it is worked, else the last one before it that is."""
        while not self.is_workday(day):
            day -= timedelta(days=1)
        return day

    def add_workdays(self, day: date, count: int) -> date:
        """The `count`-th workday after that day (before it, if negative); 0 is the day itself."""
        step = timedelta(days=1 if count >= 0 else -1)
        for _ in range(abs(count)):
            day += step
            while not self.is_workday(day):
                day += step
        return day


def add_months(day: date, months: int) -> date:
    """The same day so many months later; 31 January + 1 month is the last day of February."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def last_of_month(day: date) -> date:
    """The last day of that day's month."""
    return date(day.year, day.month, monthrange(day.year, day.month)[1])


def first_of_quarter(day: date) -> date:
    """The first day of that day's quarter."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def day_of(moment: datetime) -> date:
    """The city's day in which that moment lies."""
    return moment.astimezone(CITY).date()


def at(day: date, hour: time) -> datetime:
    """That hour of that day in the city."""
    return datetime.combine(day, hour, CITY)


def end_of_day(day: date) -> datetime:
    """24:00 of that day: the first instant that is no longer in it."""
    return at(day + timedelta(days=1), time.min)


def from_lunar(year: int, month: int, day: int) -> date:
    """The day of a lunar date. ValueError if that lunar month has no such day."""
    solar: date = LunarDate(year, month, day).to_solar_date()
    return solar


_FESTIVALS = {
    "春节": (1, 1),
    "小年": (12, 23),
    "元宵": (1, 15),
    "端午": (5, 5),
    "七夕": (7, 7),
    "中秋": (8, 15),
    "重阳": (9, 9),
}


def festival(name: str, year: int) -> date:
    """The day of a lunar festival in a solar year. KeyError if we know no such festival."""
    month, day = _FESTIVALS[name]
    return from_lunar(year, month, day)
