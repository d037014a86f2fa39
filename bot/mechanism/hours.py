"""When people may be written to, and how working hours are counted. Pure.

A window is open on its days from `opens` (in) to `closes` (out). Working hours are hours of a window.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from bot.calendar import CITY, Calendar, at, day_of
from bot.mechanism.model import Regime


class Urgency(StrEnum):
    """How pressing a notice is; an answer to who has just written is no notice and goes at once."""

    EVENT = "event"
    REMINDER = "reminder"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """The hours of a day in which something may happen, on workdays or (obstruction) on every day.

    Made by `_window`, once for each: what is asked of it often is remembered with it.
    """

    calendar: Calendar
    opens: time
    closes: time
    every_day: bool

    def has(self, day: date) -> bool:
        """Whether it opens on that day."""
        return self.every_day or self.calendar.is_workday(day)

    @lru_cache(maxsize=4096)  # noqa: B019  (a city has a handful of windows; a sweep asks the same of all)
    def is_open(self, now: datetime) -> bool:
        """Whether it is open at that moment."""
        local = now.astimezone(CITY)
        return self.opens <= local.time() < self.closes and self.has(local.date())

    @lru_cache(maxsize=4096)  # noqa: B019
    def next_opening(self, now: datetime) -> datetime:
        """The first open moment that is not before `now`: `now` itself if it is open."""
        if self.is_open(now):
            return now
        day = day_of(now)
        if now >= at(day, self.opens):
            day += timedelta(days=1)
        while not self.has(day):
            day += timedelta(days=1)
        return at(day, self.opens)

    @lru_cache(maxsize=4096)  # noqa: B019
    def plus(self, moment: datetime, hours: float) -> datetime:
        """The first open moment with so many open hours between it and `moment`.

        Hours that are full at closing time end at the next opening, for nothing is sent at closing time.
        """
        left = timedelta(hours=hours)
        moment = self.next_opening(moment)
        while (today := at(day_of(moment), self.closes) - moment) <= left:
            left -= today
            moment = self.next_opening(at(day_of(moment), self.closes))
        return moment + left

    def back(self, day: date) -> date:
        """That day if it opens on it, else the last one before it on which it does."""
        while not self.has(day):
            day -= timedelta(days=1)
        return day


@lru_cache(maxsize=64)
def _window(calendar: Calendar, opens: time, closes: time, every_day: bool) -> Window:
    return Window(calendar, opens, closes, every_day)


def office_hours(regime: Regime, calendar: Calendar) -> Window:
    """The regime's hours: events, escalation, and when a unit counts as told."""
    hours = regime.hours
    return _window(calendar, hours.open, hours.close, hours.days == "all")


def day_hours(regime: Regime, calendar: Calendar, *, leader: bool = False) -> Window:
    """By day on every day, rest days too: what is urgent is held back only by the night."""
    night = regime.hours.night_of_leaders if leader else regime.hours.night
    return _window(calendar, night[1], night[0], True)


def escalation_hours(regime: Regime, calendar: Calendar, *, obstruction: bool) -> Window:
    """The hours in which the rungs of a ticket are taken and counted."""
    return day_hours(regime, calendar) if obstruction else office_hours(regime, calendar)


def reminder_hours(regime: Regime, calendar: Calendar, *, obstruction: bool) -> Window:
    """The hours in which reminders go out: from the regime's time of the morning on."""
    window = escalation_hours(regime, calendar, obstruction=obstruction)
    return _window(calendar, regime.hours.reminders_at, window.closes, window.every_day)


def is_open(regime: Regime, calendar: Calendar, now: datetime) -> bool:
    """Whether the office's hours are on."""
    return office_hours(regime, calendar).is_open(now)


def next_opening(regime: Regime, calendar: Calendar, now: datetime) -> datetime:
    """The first moment of the office's hours that is not before `now`."""
    return office_hours(regime, calendar).next_opening(now)


def plus_working_hours(regime: Regime, calendar: Calendar, moment: datetime, hours: float) -> datetime:
    """So many working hours later, for example when an untouched draft goes (`release_after`)."""
    return office_hours(regime, calendar).plus(moment, hours)


def allowed(
    regime: Regime, calendar: Calendar, now: datetime, urgency: Urgency, *, leader: bool = False
) -> datetime:
    """The first moment, not before `now`, when a notice may go out.

    Rest days and the hours after work hold all but what is urgent; the night holds that too.
    """
    match urgency:
        case Urgency.URGENT:
            return day_hours(regime, calendar, leader=leader).next_opening(now)
        case Urgency.REMINDER:
            return reminder_hours(regime, calendar, obstruction=False).next_opening(now)
        case Urgency.EVENT:
            return office_hours(regime, calendar).next_opening(now)


def back_to_allowed_day(regime: Regime, calendar: Calendar, day: date) -> date:
    """Where a reminder goes that must come before a limit: that day, or the last allowed one before it."""
    return office_hours(regime, calendar).back(day)
