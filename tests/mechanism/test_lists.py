"""The rhythm of lists, and on which factor list a trouble stands (T12, T13, T15)."""

from datetime import datetime

import pytest

from bot.acts import Category
from bot.calendar import CITY, Calendar
from bot.mechanism import regime as regimes
from bot.mechanism import rhythms
from bot.mechanism.factors import REST, by_factor, factor_of


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CITY)


@pytest.mark.parametrize(
    ("now", "latest", "following"),
    [
        ("2025-09-15 08:59", "2025-09-01 09:00", "2025-09-15 09:00"),
        ("2025-09-15 09:00", "2025-09-15 09:00", "2025-09-29 09:00"),
        ("2025-09-28 23:59", "2025-09-15 09:00", "2025-09-29 09:00"),
        # 13 October is a workday; the fortnight before it begins on the 29th of September
        ("2025-10-12 12:00", "2025-09-29 09:00", "2025-10-13 09:00"),
        # a rest day gives way to the next workday: 1 January 2026 falls into the fortnight from 22 December
        ("2026-01-04 09:00", "2025-12-22 09:00", "2026-01-05 09:00"),
        # the Monday of the Spring Festival's week: 16 February to 23 February 2026 are free
        ("2026-02-20 09:00", "2026-02-02 09:00", "2026-02-24 09:00"),
    ],
)
def test_T13_every_two_weeks_on_a_workday(now: str, latest: str, following: str) -> None:
    rule = regimes.load("yuncheng-2025").look_through
    assert rule is not None
    assert rhythms.latest(rule, Calendar(), moment(now)) == moment(latest)
    assert rhythms.following(rule, Calendar(), moment(now)) == moment(following)


def test_H2_every_second_week_goes_on_over_the_end_of_a_year_with_53_weeks() -> None:
    regime = regimes.load("yuncheng-2025")
    asking, material = regime.asking[0], next(one for one in regime.rhythms if one.id == "two-weekly")
    asked = moment("2026-12-10 00:00")
    for day in ("2026-12-15", "2026-12-29", "2027-01-12"):
        asked = rhythms.following(asking, Calendar(), asked)
        assert asked == moment(f"{day} 10:00")
        assert (rhythms.following(material, Calendar(), asked) - asked).days == 2, (
            "two days before the meeting"
        )


@pytest.mark.parametrize(
    ("category", "words", "name"),
    [
        ("land", "用地指标没下来", "用地"),
        ("planning", "规划选址没批", "用地"),
        ("environment", "环境容量不够", "环境容量"),
        ("energy", "能耗指标没落实", "用能"),
        ("utilities", "供水管迁改没人办", "供水"),
        ("utilities", "10千伏电杆没迁", "供电"),
        ("utilities", "天然气管道要改线", "供气"),
        ("utilities", "热力管网没接通", "供热"),
        ("utilities", "施工便道没修", "进出道路"),
        ("utilities", "光缆没有迁走", "通讯"),
        ("utilities", "配套没到位", REST),
        ("funding", "专项债没下来", "资金"),
        ("obstruction", "供电线路被人拦着不让架", None),
        ("approval", "施工许可卡住", None),
    ],
)
def test_T15_a_need_stands_on_its_factors_list(category: str, words: str, name: str | None) -> None:
    rule = regimes.load("yuncheng-2025").factors
    assert rule is not None
    assert factor_of(rule, Category(category), words) == name


def test_T15_lists_come_in_the_regimes_order_and_empty_ones_are_left_out() -> None:
    rule = regimes.load("yuncheng-2025").factors
    assert rule is not None
    found = [
        (Category.FUNDING, "", 1),
        (Category.LAND, "", 2),
        (Category.SUPPLY, "", 3),
        (Category.LAND, "", 4),
    ]
    assert list(by_factor(rule, found).items()) == [("用地", [2, 4]), ("资金", [1])]
