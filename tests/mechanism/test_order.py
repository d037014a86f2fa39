"""Which open tickets come first, listed matters, and the rhythms of summary and report."""

from datetime import date

import pytest

from bot.acts import Category, Severity
from bot.calendar import Calendar
from bot.mechanism.listing import FiveInPlace, latest_bulletin, missing, next_bulletin
from bot.mechanism.model import Regime
from bot.mechanism.rhythm import next_summary, nudge_at, report_due, summary_at
from bot.mechanism.screening import OpenTicket, Shared, screened, shared_troubles

from .moments import moment


def test_T10_weight_times_urgency_decides(regime: Regime) -> None:
    late = OpenTicket(1, 5, Category.LAND, due=moment("2025-09-15 00:00"))
    month = OpenTicket(
        2, 6, Category.LAND, severity=Severity.COMPLEX, due=moment("2025-10-16 00:00"), priority=True
    )
    listed = OpenTicket(
        3, 7, Category.LAND, severity=Severity.COMPLEX, due=moment("2025-09-16 00:00"), listed=True
    )
    undated = OpenTicket(4, 8, Category.OTHER)
    placed = screened(regime, [undated, month, late, listed], moment("2025-09-15 10:00"))
    assert [(one.ticket.number, one.score, one.layer) for one in placed] == [
        (3, 24, "优先解决"),
        (1, 5, "按期办理"),
        (2, 5, "按期办理"),
        (4, 1, "按期办理"),
    ]


def test_T10_a_trouble_that_several_projects_share_is_one_list(regime: Regime) -> None:
    water = "市水务局"
    tickets = [
        OpenTicket(4, 20, Category.UTILITIES, water),
        OpenTicket(1, 21, Category.UTILITIES, water),
        OpenTicket(2, 21, Category.UTILITIES, water),
        OpenTicket(3, 22, Category.LAND, water),
        OpenTicket(5, 23, Category.OTHER),
        OpenTicket(6, 24, Category.OTHER),
    ]
    assert shared_troubles(regime, tickets) == [Shared(Category.UTILITIES, water, (1, 2, 4), (20, 21))]


def test_T9_a_listing_needs_all_five(regime: Regime) -> None:
    assert missing(regime, FiveInPlace(unit="市水务局", person="周工")) == (
        "解决问题办法",
        "责任领导",
        "解决时限",
    )
    whole = FiveInPlace("先迁管后施工", "市水务局", "李副局长", "周工", date(2025, 10, 15))
    assert missing(regime, whole) == ()


@pytest.mark.parametrize(
    ("after", "bulletin"),
    [
        ("2025-09-15 08:59:59", "2025-09-15 09:00"),
        ("2025-09-15 09:00", "2025-09-30 09:00"),
        ("2025-10-15 10:00", "2025-10-31 09:00"),
        ("2025-11-01 00:00", "2025-11-14 09:00"),  # 15 November is a Saturday
        ("2026-02-14 12:00", "2026-02-28 09:00"),  # a make-up Saturday
    ],
)
def test_T9_listed_matters_are_bulletined_at_fixed_times(
    regime: Regime, calendar: Calendar, after: str, bulletin: str
) -> None:
    assert next_bulletin(regime, calendar, moment(after)) == moment(bulletin)


def test_T9_of_missed_bulletins_only_the_latest_counts(regime: Regime, calendar: Calendar) -> None:
    assert latest_bulletin(regime, calendar, moment("2025-12-10 10:00")) == moment("2025-11-28 09:00")
    assert latest_bulletin(regime, calendar, moment("2025-09-15 09:00")) == moment("2025-09-15 09:00")


def test_H1_the_summary_goes_on_workdays(regime: Regime, calendar: Calendar) -> None:
    assert summary_at(regime, calendar, date(2025, 9, 15)) == moment("2025-09-15 17:30")
    assert summary_at(regime, calendar, date(2025, 9, 28)) == moment("2025-09-28 17:30")
    assert summary_at(regime, calendar, date(2025, 10, 1)) is None
    assert next_summary(regime, calendar, moment("2025-09-30 17:29:59")) == moment("2025-09-30 17:30")
    assert next_summary(regime, calendar, moment("2025-09-30 17:30")) == moment("2025-10-09 17:30")


@pytest.mark.parametrize(
    ("day", "due", "nudge"),
    [
        (date(2025, 9, 15), "2025-09-19 17:00", "2025-09-18 16:00"),
        (date(2025, 9, 21), "2025-09-19 17:00", "2025-09-18 16:00"),
        (date(2025, 10, 1), "2025-09-30 17:00", "2025-09-29 16:00"),  # Friday is 3 October
        (date(2025, 1, 27), "2025-01-27 17:00", "2025-01-27 08:30"),  # one workday before 春节
        (date(2026, 2, 18), None, None),  # the whole week is 春节
    ],
)
def test_H2_the_weeks_report_is_due_on_its_last_workday(
    regime: Regime, calendar: Calendar, day: date, due: str | None, nudge: str | None
) -> None:
    assert report_due(regime, calendar, day) == (due and moment(due))
    assert nudge_at(regime, calendar, day) == (nudge and moment(nudge))
