"""When what comes back is due: every so many weeks, every month, quarter, year. Pure. Rows H2 to H6, A8, T12, T13."""

from datetime import date, datetime, timedelta

from bot.calendar import Calendar, add_months, at, day_of, last_of_month
from bot.mechanism.model import EveryWeeks, Rhythm

_SPAN = {"week": 7, "two_weeks": 14, "month": 31, "quarter": 92, "year": 366}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def latest(rhythm: Rhythm | EveryWeeks, calendar: Calendar, now: datetime) -> datetime:
    """The last time that was due by now; of several missed ones only this is sent."""
    moments = _around(rhythm, calendar, day_of(now))
    return max(moment for moment in moments if moment <= now)


def following(rhythm: Rhythm | EveryWeeks, calendar: Calendar, now: datetime) -> datetime:
    """The next time strictly after now."""
    moments = _around(rhythm, calendar, day_of(now))
    return min(moment for moment in moments if moment > now)


def begins(rhythm: Rhythm, due: datetime) -> date:
    """The first day of the span of which the paper speaks: that many days, or months, before it."""
    day = day_of(due)
    if rhythm.every in _MONTHS:
        return add_months(day, -_MONTHS[rhythm.every])
    return day - timedelta(days=_SPAN[rhythm.every])


def _around(rhythm: Rhythm | EveryWeeks, calendar: Calendar, day: date) -> list[datetime]:
    """Its moments before and after that day, rest days moved: two of each at least."""
    if isinstance(rhythm, EveryWeeks):
        days = _weeks(day, 7 * rhythm.every_weeks, rhythm.weekday, rhythm.begins or day)
        return [at(calendar.next_workday(one), rhythm.at) for one in days]
    if rhythm.weekday is not None:
        days = _weeks(day, _SPAN[rhythm.every], rhythm.weekday, rhythm.begins or day)
    else:
        days = _months(rhythm, day)
    return [at(_moved(rhythm, calendar, one), rhythm.at) for one in days]


def _weeks(day: date, step: int, weekday: int, begins: date) -> list[date]:
    """That weekday of every week, or of each that many days from the week of `begins`."""
    monday = begins - timedelta(days=begins.weekday())
    since = (day - monday).days // step
    first = monday + timedelta(days=weekday - 1)
    return [first + timedelta(days=step * count) for count in range(since - 3, since + 4)]


def _months(rhythm: Rhythm, day: date) -> list[date]:
    """The regime's day of each month, of the last month of each quarter or year; a short month's last."""
    step = _MONTHS[rhythm.every]
    found = []
    for count in range(-2 * step - step, 3 * step + 1):
        month = add_months(day.replace(day=1), count)
        if month.month % step == 0:
            last = last_of_month(month)
            found.append(last.replace(day=min(rhythm.day or 1, last.day)))
    return found


def _moved(rhythm: Rhythm, calendar: Calendar, day: date) -> date:
    return calendar.previous_workday(day) if rhythm.on_rest == "earlier" else calendar.next_workday(day)
