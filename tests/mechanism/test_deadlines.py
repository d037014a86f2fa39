"""The limits T1 to T6 at their edges. Every due is the first instant after the limit."""

from datetime import date

import pytest

from bot.acts import Category, Node, Severity
from bot.calendar import Calendar
from bot.mechanism.deadlines import (
    Basis,
    Clocks,
    Due,
    at_dispatch,
    at_entry,
    at_extension,
    at_plan,
    at_promise,
    at_regrade,
    at_resume,
    extension_fault,
    plan_fault,
    told_at,
)
from bot.mechanism.model import Kind, Regime

from .moments import changed, moment


def dispatched(
    regime: Regime,
    calendar: Calendar,
    when: str,
    *,
    category: Category = Category.LAND,
    severity: Severity | None = None,
    own_limit: date | None = None,
) -> Clocks:
    told = told_at(regime, calendar, moment(when), obstruction=category is Category.OBSTRUCTION)
    return at_dispatch(
        regime,
        calendar,
        entered=moment(when),
        told=told,
        category=category,
        severity=severity,
        own_limit=own_limit,
    )


def of_kind(clocks: Clocks, kind: Kind) -> Due:
    (found,) = (due for due in clocks.dues if due.kind is kind)
    return found


@pytest.mark.parametrize(
    ("dispatched_at", "told"),
    [
        ("2025-09-15 07:59:59", "2025-09-15 08:00"),
        ("2025-09-15 08:00", "2025-09-15 08:00"),
        ("2025-09-15 17:00:00", "2025-09-15 17:00:00"),  # the last moment that still counts today
        ("2025-09-15 17:00:01", "2025-09-16 08:00"),
        ("2025-09-19 17:30", "2025-09-22 08:00"),  # Friday evening
        ("2025-09-26 17:30", "2025-09-28 08:00"),  # before a make-up Sunday
        ("2025-09-27 10:00", "2025-09-28 08:00"),
        ("2025-09-28 10:00", "2025-09-28 10:00"),  # the make-up Sunday itself
        ("2025-10-03 10:00", "2025-10-09 08:00"),
        ("2025-10-11 10:00", "2025-10-11 10:00"),  # the make-up Saturday itself
    ],
)
def test_T2_a_unit_is_told_within_the_hours(
    regime: Regime, calendar: Calendar, dispatched_at: str, told: str
) -> None:
    assert told_at(regime, calendar, moment(dispatched_at), obstruction=False) == moment(told)


@pytest.mark.parametrize(
    ("dispatched_at", "told"),
    [
        ("2025-10-03 10:00", "2025-10-03 10:00"),
        ("2025-10-03 22:29:59", "2025-10-03 22:29:59"),
        ("2025-10-03 22:30", "2025-10-04 06:30"),
        ("2025-10-04 03:00", "2025-10-04 06:30"),
    ],
)
def test_T4_obstruction_waits_only_for_the_night(
    regime: Regime, calendar: Calendar, dispatched_at: str, told: str
) -> None:
    assert told_at(regime, calendar, moment(dispatched_at), obstruction=True) == moment(told)


@pytest.mark.parametrize(
    ("entered", "due"),
    [
        ("2025-09-15 00:00", "2025-09-17 00:00"),
        ("2025-09-15 23:59:59", "2025-09-17 00:00"),
        ("2025-09-16 00:00", "2025-09-18 00:00"),
        ("2025-12-31 12:00", "2026-01-02 00:00"),
    ],
)
def test_T1_the_office_has_until_the_end_of_the_next_day(
    regime: Regime, calendar: Calendar, entered: str, due: str
) -> None:
    (only,) = at_entry(regime, calendar, moment(entered))
    assert (only.kind, only.due, only.row) == (Kind.DISPATCH, moment(due), "T1")


@pytest.mark.parametrize(
    ("kind", "severity", "when", "due"),
    [
        (Kind.ARRANGE, None, "2025-09-15 09:00", "2025-09-16 00:00"),
        (Kind.ARRANGE, None, "2025-09-15 17:00:01", "2025-09-17 00:00"),
        (Kind.ARRANGE, None, "2025-09-19 18:00", "2025-09-23 00:00"),
        (Kind.ARRANGE, None, "2025-10-01 09:00", "2025-10-10 00:00"),
        (Kind.FEEDBACK, None, "2025-09-15 09:00", "2025-09-19 00:00"),
        (Kind.FEEDBACK, None, "2025-09-28 09:00", "2025-10-02 00:00"),  # calendar days run on in 国庆
        (Kind.ORDINARY, None, "2025-09-15 09:00", "2025-09-23 00:00"),
        (Kind.ORDINARY, Severity.ORDINARY, "2025-09-25 09:00", "2025-10-03 00:00"),
        (Kind.ORDINARY, None, "2025-12-29 09:00", "2026-01-06 00:00"),
        (Kind.COMPLEX, Severity.COMPLEX, "2025-09-15 09:00", "2025-10-16 00:00"),
        (Kind.COMPLEX, Severity.COMPLEX, "2025-12-31 09:00", "2026-02-01 00:00"),
        (Kind.COMPLEX, Severity.COMPLEX, "2024-01-31 09:00", "2024-03-01 00:00"),  # 29 February
        (Kind.COMPLEX, Severity.COMPLEX, "2023-01-31 09:00", "2023-03-01 00:00"),  # 28 February
    ],
)
def test_T2_T3_T5_T6_limits_of_a_dispatched_ticket(
    regime: Regime, calendar: Calendar, kind: Kind, severity: Severity | None, when: str, due: str
) -> None:
    found = of_kind(dispatched(regime, calendar, when, severity=severity), kind)
    assert found.due == moment(due)
    assert found.clause == "N4 (十四)"
    assert not found.provisional


def test_T4_obstruction_has_three_days_and_neither_seven_nor_a_month(
    regime: Regime, calendar: Calendar
) -> None:
    clocks = dispatched(regime, calendar, "2025-10-04 10:00", category=Category.OBSTRUCTION)
    assert [due.kind for due in clocks.dues] == [Kind.ARRANGE, Kind.FEEDBACK, Kind.OBSTRUCTION]
    assert of_kind(clocks, Kind.OBSTRUCTION).due == moment("2025-10-08 00:00")


@pytest.mark.parametrize(
    ("own", "due", "ignored"),
    [
        (date(2025, 9, 15), "2025-09-16 00:00", None),
        (date(2025, 9, 20), "2025-09-21 00:00", None),
        (date(2025, 9, 22), "2025-09-23 00:00", None),
        (date(2025, 9, 23), "2025-09-23 00:00", "所定9月23日晚于规定时限，仍按13710第7天，9月22日到期"),
        (date(2025, 9, 14), "2025-09-23 00:00", "所定9月14日早于交办之日，仍按13710第7天，9月22日到期"),
    ],
)
def test_the_offices_own_limit_only_shortens(
    regime: Regime, calendar: Calendar, own: date, due: str, ignored: str | None
) -> None:
    clocks = dispatched(regime, calendar, "2025-09-15 09:00", own_limit=own)
    assert of_kind(clocks, Kind.ORDINARY).due == moment(due)
    assert clocks.ignored == ignored


def test_the_offices_own_limit_says_its_day(regime: Regime, calendar: Calendar) -> None:
    due = dispatched(regime, calendar, "2025-09-15 09:00", own_limit=date(2025, 9, 20)).dues[-1]
    assert (due.say, due.basis) == ("交办限9月20日", Basis.OWN_LIMIT)


def test_limits_may_be_counted_in_workdays(calendar: Calendar) -> None:
    regime = changed(('count = "calendar" ', 'count = "workdays" '))
    clocks = dispatched(regime, calendar, "2025-09-29 09:00")
    assert of_kind(clocks, Kind.FEEDBACK).due == moment("2025-10-11 00:00")  # 30 September, 9, 10 October
    assert of_kind(clocks, Kind.ORDINARY).due == moment("2025-10-16 00:00")  # and 11, 13, 14, 15


def test_a_last_day_on_a_rest_day_may_move_on(calendar: Calendar) -> None:
    regime = changed(('last_day_on_rest = "keep" ', 'last_day_on_rest = "next_workday" '))
    assert of_kind(dispatched(regime, calendar, "2025-09-25 09:00"), Kind.ORDINARY).due == moment(
        "2025-10-10 00:00"
    )
    assert of_kind(dispatched(regime, calendar, "2025-09-25 09:00"), Kind.FEEDBACK).due == moment(
        "2025-09-29 00:00"
    )


def test_a_limit_may_start_at_the_entry(calendar: Calendar) -> None:
    regime = changed(
        (
            'duty = "向重点办反馈办理情况"\nowed_by = "contact"\nstart = "told"',
            'duty = "向重点办反馈办理情况"\nowed_by = "contact"\nstart = "entered"',
        )
    )
    clocks = at_dispatch(
        regime,
        calendar,
        entered=moment("2025-09-15 09:00"),
        told=moment("2025-09-16 09:00"),
        category=Category.LAND,
    )
    assert of_kind(clocks, Kind.FEEDBACK).due == moment("2025-09-19 00:00")


@pytest.mark.parametrize(
    ("when", "provisional"),
    [
        ("2026-12-31 17:00:00", False),
        ("2026-12-31 17:00:01", True),  # told on the first workday of 2027, whichever that will be
        ("2027-03-01 09:00", True),
    ],
)
def test_an_unknown_year_makes_limits_provisional_where_workdays_matter(
    regime: Regime, calendar: Calendar, when: str, provisional: bool
) -> None:
    clocks = dispatched(regime, calendar, when)
    assert {due.provisional for due in clocks.dues} == {provisional}
    assert not at_entry(regime, calendar, moment(when))[0].provisional
    obstruction = dispatched(regime, calendar, when, category=Category.OBSTRUCTION)
    assert not any(due.provisional for due in obstruction.dues)


def test_workdays_over_the_year_are_provisional_until_the_year_is_known() -> None:
    regime = changed(('count = "calendar" ', 'count = "workdays" '))
    unknown = dispatched(regime, Calendar(), "2026-12-29 09:00")
    assert [due.provisional for due in unknown.dues] == [False, True, True]
    known = dispatched(regime, Calendar(years=frozenset({2027})), "2026-12-29 09:00")
    assert not any(due.provisional for due in known.dues)


def test_T6_the_nodes_of_a_plan_are_tracked(regime: Regime) -> None:
    nodes = [Node(date(2025, 12, 31), "办结"), Node(date(2025, 11, 30), "立项")]
    first, second = at_plan(regime, nodes, moment("2025-10-14 10:00"))
    assert (first.due, first.say) == (moment("2025-12-01 00:00"), "方案节点11月30日")
    assert second.due == moment("2026-01-01 00:00")
    assert plan_fault(nodes, date(2025, 11, 30)) is None
    assert plan_fault(nodes, date(2025, 12, 1)) == "节点日期已经过了：11月30日"
    assert plan_fault([], date(2025, 12, 1)) == "书面方案至少要有一个带日期的节点"


def test_a_promised_day_is_a_limit_of_its_own(regime: Regime) -> None:
    promise = at_promise(regime, date(2025, 9, 18), moment("2025-09-15 10:00"))
    assert (promise.kind, promise.due) == (Kind.PROMISE, moment("2025-09-19 00:00"))


def test_an_extension_is_asked_for_in_time_and_not_too_often(regime: Regime, calendar: Calendar) -> None:
    clocks = dispatched(regime, calendar, "2025-09-15 09:00")
    solving, feedback = of_kind(clocks, Kind.ORDINARY), of_kind(clocks, Kind.FEEDBACK)
    until, in_time = date(2025, 9, 26), moment("2025-09-22 23:59:59")
    assert extension_fault(regime, solving, until, asked_at=in_time, granted=0) is None
    assert extension_fault(regime, solving, until, asked_at=solving.due, granted=0) == (
        "已超期，延期须在到期前提出"
    )
    assert extension_fault(regime, solving, until, asked_at=in_time, granted=2) == "已延期2次，最多2次"
    assert extension_fault(regime, solving, date(2025, 9, 22), asked_at=in_time, granted=0) == (
        "延期日期要晚于现在的时限9月22日"
    )
    assert extension_fault(regime, feedback, until, asked_at=in_time, granted=0) == "只有办结时限可以延期"
    extended = at_extension(regime, solving, until)
    assert (extended.due, extended.say) == (moment("2025-09-27 00:00"), "延期至9月26日")


def test_a_pause_moves_the_limit_by_its_days(regime: Regime, calendar: Calendar) -> None:
    solving = of_kind(dispatched(regime, calendar, "2025-09-15 09:00"), Kind.ORDINARY)
    resumed = moment("2025-09-27 00:00")
    later = at_resume(regime, solving, paused_at=moment("2025-09-17 10:00"), resumed_at=resumed)
    assert (later.due, later.say) == (moment("2025-10-03 00:00"), "中止后顺延至10月2日")
    assert at_resume(regime, solving, paused_at=solving.due, resumed_at=resumed) == solving
    running = changed(("stops_clock = true", "stops_clock = false"))
    assert at_resume(running, solving, paused_at=moment("2025-09-17 10:00"), resumed_at=resumed) == solving


@pytest.mark.parametrize(
    ("before", "after", "regraded_at", "due"),
    [
        (None, Severity.COMPLEX, "2025-09-18 10:00", "2025-10-16 00:00"),
        (Severity.COMPLEX, Severity.ORDINARY, "2025-09-18 10:00", "2025-09-23 00:00"),
        # the seven days would be over before the unit hears of it: they count from then
        (Severity.COMPLEX, Severity.ORDINARY, "2025-09-25 10:00", "2025-10-03 00:00"),
        # but no later than the month that was given
        (Severity.COMPLEX, Severity.ORDINARY, "2025-10-13 10:00", "2025-10-16 00:00"),
        (Severity.ORDINARY, Severity.ORDINARY, "2025-09-18 10:00", "2025-09-23 00:00"),
    ],
)
def test_T6_a_regraded_ticket_has_the_limit_of_its_new_grade(
    regime: Regime, calendar: Calendar, before: Severity | None, after: Severity, regraded_at: str, due: str
) -> None:
    told = moment("2025-09-15 09:00")
    current = dispatched(regime, calendar, "2025-09-15 09:00", severity=before).dues[-1]
    new = at_regrade(
        regime,
        calendar,
        current,
        entered=told,
        told=told,
        severity=after,
        regraded_at=moment(regraded_at),
    )
    assert new.due == moment(due)
    assert new.kind == after.value
