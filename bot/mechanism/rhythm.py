"""When the day's summary goes, the week's report is due, and lists are laid before their readers. Pure. Rows H1, H2, T12, T13."""

from datetime import date, datetime, timedelta

from bot.calendar import Calendar, at, day_of
from bot.mechanism.model import EveryWeeks, Regime


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


_FIRST_MONDAY = date(2025, 1, 6)  # weeks are counted from here on and back, over the ends of years


def latest_of(rule: EveryWeeks, calendar: Calendar, now: datetime) -> datetime:
    """The last moment of that rhythm at or before `now`; of several missed ones only this counts."""
    moment = _of_week(rule, calendar, day_of(now))
    while moment > now:
        moment = _of_week(rule, calendar, _monday(rule, day_of(moment)) - timedelta(days=1))
    return moment


def next_of(rule: EveryWeeks, calendar: Calendar, now: datetime) -> datetime:
    """The first moment of that rhythm after `now`."""
    monday = _monday(rule, day_of(latest_of(rule, calendar, now)))
    while (moment := _of_week(rule, calendar, monday)) <= now:
        monday += timedelta(weeks=rule.every_weeks)
    return moment


def _of_week(rule: EveryWeeks, calendar: Calendar, day: date) -> datetime:
    """The moment of the period in which the day lies; on a rest day the next workday."""
    on = calendar.next_workday(_monday(rule, day) + timedelta(days=rule.weekday - 1))
    return at(on, rule.at)


def _monday(rule: EveryWeeks, day: date) -> date:
    """The Monday with which the day's period of so many weeks begins."""
    weeks = (day - _FIRST_MONDAY).days // 7
    return _FIRST_MONDAY + timedelta(weeks=weeks - weeks % rule.every_weeks)
