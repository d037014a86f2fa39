"""Start and resume rates: what counts, what is due, which target is meant, who holds it back (P5)."""

from dataclasses import replace
from datetime import date

import pytest

from bot.calendar import Calendar
from bot.mechanism.describe import describe
from bot.mechanism.events import CONTINUING, NEW, PRELIMINARY, Event, ProjectEvents
from bot.mechanism.model import Starts
from bot.mechanism.rates import Kind, Target, rates_by, start_rate
from bot.mechanism.regime import RegimeError, load, parse
from bot.mechanism.start_warnings import When, due_now, moments, period_begins

from .moments import moment

RULE = Starts.model_validate(
    {
        "own": True,
        "say": "开复工率",
        "plan_by": "month",
        "work_resumes": True,
        "warn_days": 7,
        "late_days": 7,
        "targets": [
            {"until": "03-31", "of": "new", "share": 0.4, "say": "一季度"},
            {"until": "06-30", "of": "new", "share": 0.8, "say": "上半年"},
            {"until": "09-30", "of": "new", "share": 1.0, "say": "三季度", "aim": True},
            {"until": "03-31", "of": "continuing", "share": 1.0, "say": "一季度"},
        ],
    }
)


def project(number: int, nature: str = NEW, area: str = "闻喜县", **more: object) -> ProjectEvents:
    return replace(
        ProjectEvents(number, 2025, number, f"项目{number}", 1, area, "industry", "city", nature, 0, 0),
        **more,  # type: ignore[arg-type]
    )


def started(number: int, day: str, plan: str = "2025-06-30") -> ProjectEvents:
    days = {Event.STARTED: date.fromisoformat(day)}
    return project(number, dates=days, planned={Event.STARTED: date.fromisoformat(plan)})


def waiting(number: int, plan: str) -> ProjectEvents:
    return project(number, planned={Event.STARTED: date.fromisoformat(plan)})


def test_of_all_and_of_those_due_and_who_holds_it() -> None:
    events = [
        waiting(1, "2025-10-31"),
        started(2, "2025-06-30"),
        waiting(3, "2025-09-30"),
        started(4, "2025-09-01", plan="2025-12-31"),
        waiting(5, "2025-06-30"),
        project(6, PRELIMINARY),
    ]
    rate = start_rate(Kind.START, events, date(2025, 9, 30), RULE)
    assert (rate.numerator, rate.denominator, rate.due, rate.due_done) == (2, 5, 3, 1)
    assert rate.behind == (5, 3, 1) and rate.overdue == (5, 3)
    assert rate.share == 0.4 and rate.share_of_due == pytest.approx(1 / 3)
    assert rate.target is not None and rate.lacks(rate.target) == 3


@pytest.mark.parametrize(
    ("day", "passed", "ahead"),
    [
        ("2025-01-01", None, "一季度"),
        ("2025-03-30", None, "一季度"),
        ("2025-03-31", "一季度", "上半年"),
        ("2025-06-29", "一季度", "上半年"),
        ("2025-06-30", "上半年", "三季度"),
        ("2025-09-30", "三季度", None),
        ("2025-12-31", "三季度", None),
    ],
)
def test_a_target_is_meant_from_the_end_of_its_day(day: str, passed: str | None, ahead: str | None) -> None:
    rate = start_rate(Kind.START, [waiting(1, "2025-10-31")], date.fromisoformat(day), RULE)
    assert (rate.target.say if rate.target else None) == passed
    assert (rate.ahead.say if rate.ahead else None) == ahead


@pytest.mark.parametrize(
    ("of", "done", "share", "lacks"),
    [(5, 2, 0.4, 0), (5, 1, 0.4, 1), (3, 1, 0.35, 1), (13, 5, 0.4, 1), (10, 7, 0.7, 0), (3, 3, 1.0, 0)],
)
def test_a_share_is_reached_by_whole_projects(of: int, done: int, share: float, lacks: int) -> None:
    events = [started(n, "2025-01-05") if n < done else waiting(n, "2025-01-31") for n in range(of)]
    rate = start_rate(Kind.START, events, date(2025, 3, 31), RULE)
    assert rate.lacks(Target(date(2025, 3, 31), share, "")) == lacks


def test_continuing_projects_resume_by_word_or_by_work_and_a_stop_takes_it_back() -> None:
    said = project(1, CONTINUING, dates={Event.STARTED: date(2023, 3, 31), Event.RESUMED: date(2025, 2, 20)})
    works = project(2, CONTINUING, dates={Event.STARTED: date(2023, 3, 31)}, worked_on=date(2025, 3, 5))
    stopped = replace(said, project_id=3, suspended_on=date(2025, 3, 20))
    silent = project(4, CONTINUING, dates={Event.STARTED: date(2023, 3, 31)})
    events = [said, works, stopped, silent]
    rate = start_rate(Kind.RESUME, events, date(2025, 3, 31), RULE)
    assert (rate.numerator, rate.due, rate.overdue) == (2, 4, (3, 4))
    strict = RULE.model_copy(update={"work_resumes": False})
    assert start_rate(Kind.RESUME, events, date(2025, 3, 31), strict).numerator == 1
    assert start_rate(Kind.RESUME, events, date(2025, 3, 30), RULE).due == 0, "due at the target's day"


def test_what_produces_was_started_and_nothing_of_nothing_is_no_rate() -> None:
    producing = project(1, dates={Event.IN_PRODUCTION: date(2025, 8, 1)})
    assert start_rate(Kind.START, [producing], date(2025, 9, 1), RULE).numerator == 1
    none = start_rate(Kind.RESUME, [producing], date(2025, 9, 1), RULE)
    assert none.share is None and none.share_of_due is None


def test_by_county_and_both_together() -> None:
    events = [
        started(1, "2025-02-01"),
        project(2, CONTINUING, area="新绛县", worked_on=date(2025, 2, 1)),
        waiting(3, "2025-10-31"),
    ]
    found = rates_by(lambda one: one.area, Kind.BOTH, events, date(2025, 9, 15), RULE)
    assert {area: (rate.numerator, rate.denominator) for area, rate in found.items()} == {
        "闻喜县": (1, 2),
        "新绛县": (1, 1),
    }


def test_warnings_fall_on_working_mornings_and_old_ones_are_left_out() -> None:
    regime, calendar = load("yuncheng-2025"), Calendar()
    assert regime.starts is not None
    found = moments(regime.starts, regime, calendar, 2025)
    assert [one.at for one in found] == sorted(one.at for one in found)
    near = next(one for one in found if one.when is When.NEAR and one.day == date(2025, 9, 30))
    assert near.at == moment("2025-09-19 08:30"), "moved back from a Saturday"
    missed = [one for one in found if one.day == date(2025, 9, 30) and one.when is not When.NEAR]
    assert {one.at for one in missed} == {moment("2025-10-09 08:30")}, "after the holidays"
    assert due_now(found, regime.starts, moment("2025-10-09 08:30")) == missed
    assert due_now(found, regime.starts, moment("2025-10-14 08:30")) == [], "after an outage of five days"


@pytest.mark.parametrize(
    ("day", "first"),
    [("2025-10-10", "2025-10-01"), ("2025-10-20", "2025-10-11"), ("2025-10-31", "2025-10-21")],
)
def test_tendays_follow_each_other(day: str, first: str) -> None:
    rule = RULE.model_copy(update={"plan_by": "tenday"})
    assert period_begins(date.fromisoformat(day), rule) == date.fromisoformat(first)
    assert period_begins(date.fromisoformat(day), RULE) == date(2025, 10, 1)


def test_targets_out_of_order_are_a_fault() -> None:
    text = load("yuncheng-2025").text.replace('until = "06-30", of = "new"', 'until = "02-30", of = "new"')
    with pytest.raises(RegimeError, match="月和日"):
        parse(text, "x.toml")
    text = load("yuncheng-2025").text.replace('until = "06-30", of = "new"', 'until = "02-28", of = "new"')
    with pytest.raises(RegimeError, match="从早到晚"):
        parse(text, "x.toml")


def test_it_is_shown_in_words() -> None:
    words = describe(load("yangquan-2025"))
    assert "6月30日（上半年）：新建、续建项目开复工应达80%" in words and "落实到旬" in words
