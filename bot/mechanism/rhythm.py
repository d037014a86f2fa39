"""When the day's summary goes and the week's report is due. Pure. Row H1."""

from datetime import date, datetime, timedelta

from bot.calendar import Calendar, at, day_of
from bot.mechanism.model import Regime


def summary_at(regime: Regime, calendar: Calendar, day: date) -> datetime | None:
    """When the groups get that day's summary; None on a day without one."""
    if regime.summary.skip_rest_days and not calendar.is_workday(day):
        return None
    return at(day, regime.summary.at)


def next_summary(regime: Regime, calendar: Calendar, after: datetime) -> datetime:
    """The first summary strictly after that moment."""
    day = day_of(after)
    while (moment := summary_at(regime, calendar, day)) is None or moment <= after:
        day += timedelta(days=1)
    return moment


def report_due(regime: Regime, calendar: Calendar, day: date) -> datetime | None:
    """When the report of that day's week (Monday to Sunday) is due.

    On the regime's weekday, or the last workday before it in that week; None if the week has none.
    """
    monday = day - timedelta(days=day.weekday())
    due = calendar.previous_workday(monday + timedelta(days=regime.summary.report_weekday - 1))
    return at(due, regime.summary.report_at) if due >= monday else None


def nudge_at(regime: Regime, calendar: Calendar, day: date) -> datetime | None:
    """When those who are silent are nudged in private: the workday before that week's report is due.

    In a week with a single workday that morning; None if the week has no report due.
    """
    due = report_due(regime, calendar, day)
    if due is None:
        return None
    before = calendar.previous_workday(day_of(due) - timedelta(days=1))
    if before < day_of(due) - timedelta(days=due.weekday()):
        return at(day_of(due), regime.hours.reminders_at)
    return at(before, regime.summary.nudge_at)
