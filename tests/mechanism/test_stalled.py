"""“一二三” at its edges: where the count begins, when a rung is reached, which one is given (P1)."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from bot.calendar import Calendar
from bot.mechanism.describe import describe, diff
from bot.mechanism.model import Regime, Stalled
from bot.mechanism.regime import RegimeError, load, parse
from bot.mechanism.stalled import (
    From,
    Standstill,
    counted_from,
    is_progress,
    look,
    months_without,
    rungs_due,
    why,
)

from .moments import moment

ONE, TWO, THREE = "写专题报告报市重点办", "市重点办专项督办", "上报市委、市政府"


@pytest.fixture(scope="module")
def notice() -> Regime:
    return load("yuncheng-2019")


@pytest.fixture(scope="module")
def rule(notice: Regime) -> Stalled:
    assert notice.stalled is not None
    return notice.stalled


@pytest.mark.parametrize(
    ("progress", "months", "last_second"),
    [
        ("2025-01-31 09:00", 1, "2025-02-28 23:59:59"),  # the last day of February
        ("2024-01-31 09:00", 1, "2024-02-29 23:59:59"),  # of a leap year
        ("2024-01-30 00:00", 1, "2024-02-29 23:59:59"),
        ("2025-01-28 09:00", 1, "2025-02-28 23:59:59"),
        ("2025-02-28 09:00", 1, "2025-03-28 23:59:59"),  # not the last day of March
        ("2025-03-31 23:59:59", 1, "2025-04-30 23:59:59"),
        ("2025-04-01 00:00", 1, "2025-05-01 23:59:59"),
        ("2024-12-31 18:00", 1, "2025-01-31 23:59:59"),  # over the year's end
        ("2024-12-31 18:00", 2, "2025-02-28 23:59:59"),
        ("2025-12-31 18:00", 2, "2026-02-28 23:59:59"),
        ("2025-08-31 18:00", 3, "2025-11-30 23:59:59"),
        ("2025-11-30 18:00", 3, "2026-02-28 23:59:59"),
        ("2025-10-01 12:00", 1, "2025-11-01 23:59:59"),  # holidays are days like any
    ],
)
def test_a_rung_is_reached_when_its_day_has_ended(
    progress: str, months: int, last_second: str, rule: Stalled
) -> None:
    since, before = moment(progress), moment(last_second)

    def reached(now: datetime) -> bool:
        return any(rung.months == months for rung in rungs_due(since, rule.ladder, set(), now))

    assert not reached(before)
    assert reached(before + timedelta(seconds=1))
    assert (months_without(since, before), months_without(since, before + timedelta(seconds=1))) == (
        months - 1,
        months,
    )


def test_lowest_first_and_none_twice(rule: Stalled) -> None:
    since, now = moment("2025-01-31 09:00"), moment("2025-05-01 00:00")
    assert [rung.name for rung in rungs_due(since, rule.ladder, set(), now)] == [ONE, TWO, THREE]
    assert [rung.name for rung in rungs_due(since, rule.ladder, {ONE, TWO}, now)] == [THREE]


@pytest.mark.parametrize(
    ("entered", "progress", "since", "begins"),
    [
        (None, None, "2025-01-01 00:00", From.YEAR),
        ("2024-12-20 10:00", None, "2025-01-01 00:00", From.YEAR),  # the next year's ledger, read early
        ("2025-03-20 10:00", None, "2025-03-20 10:00", From.ENTRY),
        ("2025-03-20 10:00", "2025-03-01 10:00", "2025-03-20 10:00", From.ENTRY),
        ("2025-03-20 10:00", "2025-04-01 10:00", "2025-04-01 10:00", From.PROGRESS),
        ("2024-12-20 10:00", "2024-12-25 10:00", "2025-01-01 00:00", From.YEAR),
    ],
)
def test_the_count_begins_with_the_latest_of_year_entry_and_progress(
    entered: str | None, progress: str | None, since: str, begins: From
) -> None:
    found = counted_from(2025, entered and moment(entered), progress and moment(progress))  # type: ignore[arg-type]
    assert found == (moment(since), begins)


@pytest.mark.parametrize(
    ("invested", "percent", "status", "words", "counts"),
    [
        ({"month": 18_000_000}, None, None, "本月完成1800万", True),
        ({}, 35.0, None, "形象进度35%", True),
        ({}, None, None, "用地预审批复已拿到", True),  # a step on paper
        ({}, None, "started", "已开工", True),
        ({}, None, "resumed", "3月5日复工", True),
        ({}, None, "suspended", "冬季停工", False),
        ({"month": 2_000_000}, None, "suspended", "本月完成200万后停工", True),
        ({"month": 0}, None, None, "本月完成0万元", False),
        ({}, None, None, "本月完成0万元", False),  # a zero that was not even read as a sum
        ({}, None, None, "本月完成投资为零", False),
        ({}, None, None, "本月没有实质性进展", False),
        ({}, None, None, "暂无进展", False),
        ({}, 0.0, None, "形象进度0%", False),
    ],
)
def test_what_is_progress(
    invested: dict[str, int], percent: float | None, status: str | None, words: str, counts: bool
) -> None:
    assert is_progress(invested, percent, status, words) is counts


@pytest.mark.parametrize(
    ("since", "now", "given", "next_look"),
    [
        # reached on Thursday 24:00: on Friday, when the office opens
        ("2025-09-16 09:00", "2025-10-16 09:00", None, "2025-10-17 08:00"),
        ("2025-09-16 09:00", "2025-10-17 00:00", None, "2025-10-17 08:00"),
        ("2025-09-16 09:00", "2025-10-17 08:00", ONE, "2025-11-17 08:00"),
        # reached in the national holiday: after it; the 28th of September and the 11th of October are worked
        ("2025-09-01 09:00", "2025-10-02 00:00", None, "2025-10-09 08:00"),
        ("2025-09-10 09:00", "2025-10-11 00:00", None, "2025-10-11 08:00"),
        # reached on a Friday 24:00: on Monday
        ("2025-10-14 09:00", "2025-11-15 00:00", None, "2025-11-17 08:00"),
        ("2025-10-14 09:00", "2025-11-17 18:00", None, "2025-11-18 08:00"),
    ],
)
def test_rungs_are_given_in_the_hours(
    since: str, now: str, given: str | None, next_look: str, rule: Stalled, notice: Regime, calendar: Calendar
) -> None:
    seen = look(Standstill(moment(since), From.PROGRESS, {}), rule, notice, calendar, moment(now))
    assert (seen.rung and seen.rung.name) == given
    assert seen.next_look == moment(next_look)


def test_after_an_outage_one_rung_after_the_other(rule: Stalled, notice: Regime, calendar: Calendar) -> None:
    standstill = Standstill(moment("2025-09-01 09:00"), From.PROGRESS, {})
    now, told = moment("2026-03-02 10:00"), []
    while True:
        seen = look(standstill, rule, notice, calendar, now)
        if seen.rung is not None:
            told.append((seen.rung.name, now))
            standstill = replace(standstill, given={**standstill.given, seen.rung.name: now})
        if seen.next_look is None:
            break
        assert seen.next_look > now, "each look but the last has something to wait for"
        now = seen.next_look
    assert [name for name, _ in told] == [ONE, TWO, THREE]
    assert told[0][1] == moment("2026-03-02 10:00")
    assert all(later - earlier >= timedelta(days=3) for (_, earlier), (_, later) in pairwise(told))


def test_why_says_start_sum_clause_and_stop(rule: Stalled, notice: Regime, calendar: Calendar) -> None:
    standstill = Standstill(
        moment("2025-01-31 09:00"), From.PROGRESS, {ONE: moment("2025-03-03 08:00")}, is_suspended=True
    )
    text = "\n".join(why(standstill, rule, notice, calendar, moment("2025-03-05 10:00")))
    for words in [
        "起算：1月31日（项目最近一次进展，事项办理不算），当天不计",
        "＋一个月＝2月28日（周五）24时，写专题报告报市重点办（3月3日已告知）",
        "＋两个月＝3月31日（周一）24时，市重点办专项督办。",
        "依据：运政办发〔2019〕12号（十五）：“从年初开始，凡是一个月没有进展的",
        "已登记停工",
        "专题报告未交",
    ]:
        assert words in text, text


def test_an_office_head_can_check_it(notice: Regime) -> None:
    text = describe(notice)
    for words in [
        "“一二三”督查：从项目上一次进展（没有的从年初或列入台账）起，停工照计；停机后补走，两级至少隔3天；依据运政办发〔2019〕12号（十五）",
        "1个月没有进展：写专题报告报市重点办；告知县（市、区）重点办和项目联络员",
        "3个月没有进展：上报市委、市政府；告知市政府主要领导和市级包联领导，拟稿，由重点办发出；告知督查室，只拟稿，由重点办转交",
    ]:
        assert words in text, text
    other = parse(
        notice.text.replace("months = 2\n", "months = 4\n").replace("months = 3\n", "months = 5\n"), "x"
    )
    assert diff(notice, other) == [
        "“一二三”督促·逐级督促·市重点办专项督办·几个月没有进展：2 → 4",
        "“一二三”督促·逐级督促·上报市委、市政府·几个月没有进展：3 → 5",
    ]


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("months = 2\n", "months = 4\n", "stalled：ladder 的月数要从少到多，不重复"),
        ("months = 1\nname", "months = 0\nname", "stalled.ladder.1.months：不能小于1，现在是 0"),
        ('{ to = "city_leaders", release = "office" }', '{ to = "city_leaders", release = "auto" }', "由重点办发出"),
        ('{ to = "inspectorate", release = "never" }', '{ to = "inspectorate", release = "office" }', "只拟稿"),
        ('row = "P1"\nclause = "N4 (十五)"', 'row = "P1"', "二者取其一"),
        ('row = "P1"\nclause = "N4 (十五)"', 'row = "P1"\nclause = "N9 (十五)"', "[notices] 里没有 N9"),
    ],
)  # fmt: skip
def test_a_wrong_ladder_is_a_fault(before: str, after: str, fault: str, notice: Regime) -> None:
    assert before in notice.text
    with pytest.raises(RegimeError) as caught:
        parse(notice.text.replace(before, after, 1), "city.toml")
    assert fault in str(caught.value)


def test_a_regime_may_do_without_it() -> None:
    assert load("yuncheng-2025").stalled is None, "N0 takes over 13710 alone"
