"""月排名: scores, ties, what is left out, deductions, the year's end, a quarter's planning (A1, A9, H6)."""

from decimal import Decimal
from fractions import Fraction

import pytest

from bot.mechanism.model import Deduction, Indicator
from bot.mechanism.ranking import (
    Contestant,
    Figure,
    Planned,
    Series,
    planning,
    ranked,
    rounded,
    year_end,
)


def indicator(measure: str, weight: float, **other: float) -> Indicator:
    return Indicator.model_validate(
        {"own": True, "measure": measure, "name": measure, "weight": weight, **other}
    )


INVESTMENT, SOLVED = indicator("investment", 60.0), indicator("solved", 40.0)
OVERDUE = Deduction.model_validate(
    {"own": True, "cause": "overdue", "name": "超期", "points": 1.0, "most": 2.0}
)


def county(
    name: str,
    investment: tuple[int, int] | None = None,
    solved: tuple[int, int] | None = None,
    overdue: int = 0,
) -> Contestant:
    figures = {
        measure: Figure(done, base, base)
        for measure, pair in (("investment", investment), ("solved", solved))
        if pair is not None
        for done, base in [pair]
    }
    return Contestant(
        name, figures, {"overdue": tuple(f"{one}号" for one in range(overdue))} if overdue else {}
    )


def series(*contestants: Contestant, digits: int = 1) -> Series:
    return ranked(contestants, (INVESTMENT, SOLVED), (OVERDUE,), digits)


def places(found: Series) -> list[tuple[int, str, str]]:
    return [(one.place, one.name, str(one.score)) for one in found.placed]


def test_A1_a_score_is_the_weighted_shares() -> None:
    found = series(county("甲县", (50, 100), (1, 2)), county("乙县", (100, 100), (2, 2)))
    assert places(found) == [(1, "乙县", "100.0"), (2, "甲县", "50.0")]
    parts = found.placed[1].parts
    assert [(one.points, one.full) for one in parts] == [(30, 60), (20, 40)]


def test_A1_what_cannot_be_measured_falls_out_of_the_weights() -> None:
    found = series(county("甲县", (50, 100)))
    assert places(found) == [(1, "甲县", "50.0")]
    assert found.placed[0].unmeasured == ("solved",)


def test_A1_a_zero_plan_is_left_out_not_last() -> None:
    found = series(county("甲县", (0, 0)), county("乙县", (1, 100)))
    assert places(found) == [(1, "乙县", "1.0")]
    assert found.left_out == ("甲县",)


def test_A1_a_minimum_number() -> None:
    few = indicator("solved", 40.0, least=3)
    found = ranked([county("甲县", (50, 100), (2, 2))], (INVESTMENT, few), (), 1)
    assert places(found) == [(1, "甲县", "50.0")]


@pytest.mark.parametrize(
    ("cap", "score"), [(1.0, "100.0"), (1.2, "120.0"), (2.0, "150.0")], ids=["100%", "120%", "uncapped"]
)
def test_A1_more_than_the_plan_counts_up_to_the_cap(cap: float, score: str) -> None:
    capped = indicator("investment", 60.0, cap=cap)
    assert places(ranked([county("甲县", (150, 100))], (capped,), (), 1)) == [(1, "甲县", score)]


def test_A1_who_ties_shares_a_place_in_the_official_order_and_the_next_is_counted_by_heads() -> None:
    found = series(
        county("甲县", (80, 100)), county("乙县", (90, 100)), county("丙县", (8, 10)), county("丁县", (7, 10))
    )
    assert places(found) == [
        (1, "乙县", "90.0"),
        (2, "甲县", "80.0"),
        (2, "丙县", "80.0"),
        (4, "丁县", "70.0"),
    ]
    assert [one.shared for one in found.placed] == [False, True, True, False]


def test_A1_a_tie_is_of_what_is_shown() -> None:
    near = (county("甲县", (80_04, 100_00)), county("乙县", (80_01, 100_00)))
    assert [place for place, *_ in places(series(*near))] == [1, 1]
    assert [place for place, *_ in places(series(*near, digits=2))] == [1, 2]


def test_A1_deductions_with_their_causes_and_their_most() -> None:
    found = series(county("甲县", (50, 100), overdue=1), county("乙县", (50, 100), overdue=5))
    assert places(found) == [(1, "甲县", "49.0"), (2, "乙县", "48.0")]
    assert found.placed[1].taken[0].causes == ("0号", "1号", "2号", "3号", "4号")


def test_A1_nobody_falls_below_nothing() -> None:
    assert places(series(county("甲县", (1, 100), overdue=2))) == [(1, "甲县", "0.0")]


def test_A1_the_first_and_the_last_with_ties() -> None:
    found = series(
        *(county(name, (done, 100)) for name, done in zip("甲乙丙丁戊", (90, 80, 80, 50, 50), strict=True))
    )
    assert [one.name for one in found.first(2)] == ["甲", "乙", "丙"]
    assert [one.name for one in found.last(1)] == ["丁", "戊"]
    alike = series(county("甲", (1, 2)), county("乙", (1, 2)), county("丙", (1, 2)))
    assert alike.last(2) == [], "all are first"


@pytest.mark.parametrize(
    ("value", "said"),
    [("0.05", "0.1"), ("0.049", "0.0"), ("74.95", "75.0"), ("74.949", "74.9"), ("-0.96", "-1.0")],
)
def test_halves_are_rounded_up(value: str, said: str) -> None:
    assert str(rounded(Fraction(value), 1)) == said


def test_A9_the_year_is_the_mean_of_the_signed_months() -> None:
    months = {
        7: {"甲县": Decimal("80.0"), "乙县": Decimal("90.0")},
        8: {"甲县": Decimal("90.0"), "乙县": Decimal("80.1"), "丙县": Decimal("99.0")},
    }
    placed, short = year_end(months, 2, 1)
    assert [(one.place, one.name, str(one.score)) for one in placed] == [
        (1, "乙县", "85.1"),
        (2, "甲县", "85.0"),
    ]
    assert short == ["丙县"], "a single month is no year"


def test_H6_planning_by_number_and_sum_each_against_the_best() -> None:
    found = planning([Planned("甲县", 4, 100), Planned("乙县", 2, 400), Planned("丙县", 0, 0)], 50.0, 50.0)
    assert [(one.place, one.planned.name, str(one.score)) for one in found] == [
        (1, "乙县", "75.0"), (2, "甲县", "62.5"), (3, "丙县", "0.0")
    ]  # fmt: skip
    assert [one.place for one in planning([Planned("甲县", 0, 0), Planned("乙县", 0, 0)], 50.0, 50.0)] == [
        1,
        1,
    ]
