"""To which month a sum belongs, the year so far, and how it stands to the plan (P2, P3)."""

from datetime import date

import pytest

from bot.mechanism.figures import EVEN, Month, ProjectFigures, invested_this_year, month_of, plan_by, share_by

STEPS = (18.0, 50.0, 80.0, 100.0)


@pytest.mark.parametrize(
    ("scope", "words", "today", "month"),
    [
        ("month", "本月完成投资1800万", "2025-09-15", (2025, 9)),
        ("month", "8月份完成投资1800万", "2025-09-15", (2025, 8)),
        ("month", "上月完成投资1800万", "2025-01-15", (2024, 12)),
        ("month", "12月完成投资1800万", "2025-01-02", (2024, 12)),
        ("month", "8月15日浇筑，本月完成投资1800万", "2025-09-15", (2025, 9)),
        ("year", "今年累计完成2.1亿", "2025-09-15", (2025, 9)),
        ("year", "1-8月累计完成2.1亿", "2025-09-15", (2025, 8)),
        ("year", "1月至8月完成投资2.1亿", "2025-09-15", (2025, 8)),
        ("year", "截至8月底今年累计完成2.1亿", "2025-09-15", (2025, 8)),
        ("year", "截至9月25日今年累计完成2.1亿", "2025-09-26", (2025, 9)),
        ("year", "上半年完成2.1亿", "2025-09-15", (2025, 6)),
        ("year", "8月投资1800万，今年累计2.1亿", "2025-09-15", (2025, 8)),
        ("year", "1-12月累计完成2.1亿", "2026-01-03", (2025, 12)),
        ("quarter", "二季度完成投资3000万", "2025-09-15", (2025, 6)),
        ("quarter", "本季度完成投资3000万", "2025-08-15", (2025, 8)),
        ("quarter", "三季度完成投资3000万", "2025-08-15", (2025, 8)),
        ("day", "今天完成8万", "2025-09-15", (2025, 9)),
    ],
)
def test_P2_a_sum_belongs_to_the_month_that_is_said(scope: str, words: str, today: str, month: Month) -> None:
    assert month_of(scope, words, date.fromisoformat(today)) == month


def test_P2_a_sum_without_a_month_is_that_of_the_month_being_handed_over() -> None:
    today = date(2025, 10, 2)
    assert month_of("year", "今年累计2.1亿", today, (2025, 9)) == (2025, 9)
    assert month_of("total", "开工以来累计5亿", today, (2025, 9)) == (2025, 9)
    assert month_of("month", "本月完成20万", today, (2025, 9)) == (2025, 10)


@pytest.mark.parametrize(
    ("years", "months", "quarters", "invested"),
    [
        ({}, {}, {}, None),
        ({8: 100}, {}, {}, 100),
        ({8: 100}, {9: 20}, {}, 120),
        ({8: 100}, {7: 5, 8: 9, 9: 20, 10: 3}, {}, 123),
        ({}, {1: 10, 3: 5}, {}, 15),
        ({}, {1: 10, 4: 5}, {3: 30}, 35),  # the quarter stands for its months
        ({}, {7: 10, 8: 5, 9: 7}, {8: 30}, 37),
        ({7: 50}, {8: 5, 9: 7}, {9: 30}, 62),  # the year's sum reaches into the quarter: its months count
        ({6: 50}, {}, {9: 30}, 80),
        ({}, {5: 0}, {}, 0),
    ],
)
def test_P2_the_year_so_far(
    years: dict[int, int], months: dict[int, int], quarters: dict[int, int], invested: int | None
) -> None:
    assert invested_this_year(years, months, quarters) == invested


@pytest.mark.parametrize(
    ("month", "even", "steps"),
    [
        (0, 0, 0),
        (1, 25 / 3, 6),
        (3, 25, 18),
        (4, 100 / 3, 18 + 32 / 3),
        (6, 50, 50),
        (9, 75, 80),
        (12, 100, 100),
    ],
)
def test_P4_what_should_be_done_by_a_months_end(month: int, even: float, steps: float) -> None:
    assert share_by(month, EVEN) == pytest.approx(even)
    assert share_by(month, STEPS) == pytest.approx(steps)


def test_P14_a_plan_by_month_goes_before_the_line() -> None:
    assert plan_by(9, 1200, {}) == 900
    assert plan_by(9, 1200, {8: 300, 9: 100, 10: 800}) == 400


def test_P3_the_gap_in_points_and_in_money() -> None:
    one = ProjectFigures(1, 9, plan=1000, plan_at_start=1000, planned=750, invested=700)
    assert (one.rate, one.planned_rate, one.gap, one.gap_points) == (70.0, 75.0, -50, -5.0)
    silent = ProjectFigures(1, 9, plan=1000, plan_at_start=1000, planned=750)
    assert (silent.rate, silent.gap, silent.gap_points) == (None, None, None), "silence is no zero"
    assert ProjectFigures(1, 9, plan=0, plan_at_start=0, planned=0, invested=5).rate is None
