"""When people may be written to, and working hours."""

from datetime import date

import pytest

from bot.calendar import Calendar
from bot.mechanism.hours import (
    Urgency,
    allowed,
    back_to_allowed_day,
    is_open,
    next_opening,
    plus_working_hours,
)
from bot.mechanism.model import Regime

from .moments import changed, moment


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2025-09-15 07:59:59", "2025-09-15 08:00"),
        ("2025-09-15 08:00", "2025-09-15 08:00"),
        ("2025-09-15 17:59:59", "2025-09-15 17:59:59"),
        ("2025-09-15 18:00", "2025-09-16 08:00"),
        ("2025-09-26 18:00", "2025-09-28 08:00"),  # Friday evening; Sunday 28 is a make-up workday
        ("2025-09-30 18:00", "2025-10-09 08:00"),  # 国庆, 1 to 8 October
        ("2025-10-10 19:00", "2025-10-11 08:00"),  # Saturday 11 is a make-up workday
        ("2025-12-31 18:00", "2026-01-04 08:00"),  # Sunday 4 January 2026 is a make-up workday
    ],
)
def test_the_office_opens_next(regime: Regime, calendar: Calendar, now: str, opens: str) -> None:
    assert next_opening(regime, calendar, moment(now)) == moment(opens)
    assert is_open(regime, calendar, moment(now)) == (now == opens)


@pytest.mark.parametrize(
    ("urgency", "now", "goes"),
    [
        (Urgency.EVENT, "2025-09-15 07:00", "2025-09-15 08:00"),
        (Urgency.EVENT, "2025-09-15 12:00", "2025-09-15 12:00"),
        (Urgency.EVENT, "2025-09-15 18:30", "2025-09-16 08:00"),
        (Urgency.EVENT, "2025-10-01 10:00", "2025-10-09 08:00"),
        (Urgency.REMINDER, "2025-09-15 08:00", "2025-09-15 08:30"),
        (Urgency.REMINDER, "2025-09-15 12:00", "2025-09-15 12:00"),
        (Urgency.REMINDER, "2025-09-20 12:00", "2025-09-22 08:30"),
        (Urgency.URGENT, "2025-10-01 10:00", "2025-10-01 10:00"),
        (Urgency.URGENT, "2025-10-01 22:29:59", "2025-10-01 22:29:59"),
        (Urgency.URGENT, "2025-10-01 22:30", "2025-10-02 06:30"),
        (Urgency.URGENT, "2025-10-02 06:29:59", "2025-10-02 06:30"),
    ],
)
def test_a_notice_waits_until_it_may_go(
    regime: Regime, calendar: Calendar, urgency: Urgency, now: str, goes: str
) -> None:
    assert allowed(regime, calendar, moment(now), urgency) == moment(goes)


def test_leaders_may_have_a_longer_night(calendar: Calendar) -> None:
    regime = changed(('leader_night = ["22:30", "06:30"]', 'leader_night = ["20:00", "07:30"]'))
    evening = moment("2025-09-15 21:00")
    assert allowed(regime, calendar, evening, Urgency.URGENT) == evening
    assert allowed(regime, calendar, evening, Urgency.URGENT, leader=True) == moment("2025-09-16 07:30")


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2025-09-15 09:00", 0, "2025-09-15 09:00"),
        ("2025-09-15 09:00", 4, "2025-09-15 13:00"),
        ("2025-09-15 17:00", 1, "2025-09-16 08:00"),  # full at closing time: the next opening
        ("2025-09-15 17:00", 2, "2025-09-16 09:00"),
        ("2025-09-15 20:00", 0, "2025-09-16 08:00"),
        ("2025-09-26 17:00", 11.5, "2025-09-29 08:30"),  # one make-up Sunday between
        ("2025-09-30 16:00", 4, "2025-10-09 10:00"),
        ("2025-09-15 08:00", 30, "2025-09-18 08:00"),
    ],
)
def test_working_hours_are_counted(
    regime: Regime, calendar: Calendar, start: str, hours: float, end: str
) -> None:
    assert plus_working_hours(regime, calendar, moment(start), hours) == moment(end)


@pytest.mark.parametrize(
    ("day", "goes"),
    [
        (date(2025, 9, 20), date(2025, 9, 19)),
        (date(2025, 9, 28), date(2025, 9, 28)),
        (date(2025, 10, 8), date(2025, 9, 30)),
    ],
)
def test_what_must_come_before_a_limit_moves_backwards(
    regime: Regime, calendar: Calendar, day: date, goes: date
) -> None:
    assert back_to_allowed_day(regime, calendar, day) == goes


def test_a_regime_may_work_every_day(calendar: Calendar) -> None:
    regime = changed(('days = "workdays"                 #', 'days = "all" #'))
    assert is_open(regime, calendar, moment("2025-10-01 10:00"))
