"""How days, money and names are said."""

from datetime import date, time

import pytest

from bot import wording
from bot.calendar import at, end_of_day


@pytest.mark.parametrize(
    ("yuan", "said"),
    [
        (18_000_000, "1800万元"),
        (210_000_000, "2.1亿元"),
        (100_000_000, "1亿元"),
        (99_990_000, "9999万元"),
        (0, "0万元"),
        (5_000, "5000元"),
        (123_456_789, "1.2346亿元"),
    ],
)
def test_money_is_said_as_people_say_it(yuan: int, said: str) -> None:
    assert wording.money(yuan) == said


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2025, 9, 20), "20日"),
        (date(2025, 10, 3), "10月3日"),
        (date(2026, 1, 5), "2026年1月5日"),
    ],
)
def test_days_are_said_short(day: date, said: str) -> None:
    assert wording.day(day, date(2025, 9, 15)) == said


def test_a_limit_ends_at_24_hours_of_its_last_day() -> None:
    today = date(2025, 9, 15)
    assert wording.due_words(end_of_day(date(2025, 9, 22)), today) == "22日24时"
    assert wording.due_words(end_of_day(date(2025, 9, 30)), today) == "30日24时"
    assert wording.last_day(at(date(2025, 10, 1), time.min)) == date(2025, 9, 30)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("G108 新绛至河津段改扩建工程", "G108新绛至河津段改扩建"),
        ("运城市人民医院建设项目（一期）", "运城市人民医院"),
        ("山西诺维兰（集团）有限公司汽车科技用品制造项目", "诺维兰汽车科技用品制造"),
        ("山西宏达钢铁集团有限公司高质量发展绿色低碳 100 万吨/年薄带铸轧项目", "宏达薄带铸轧"),
        ("芮城县中能国域科技有限公司100MW/50.41MWh独立储能建设项目", "中能国域独立储能"),
        ("年产 6 万吨磁敏感材料建设项目", "磁敏感材料"),
        ("八达新材料有限公司年产2万吨精密铸造生产线建设项目", "八达精密铸造生产线"),
        (
            "万荣县风电制氢制甲醇一体化示范项目-广弘绿能科技（运城）有限公司年收集生物质 50 万吨项目",
            "万荣县风电制氢制甲醇一体化",
        ),
        ("国道 342 线闻喜县城过境改线工程", "国道342线闻喜县城过境改线"),
    ],
)
def test_a_project_goes_by_a_short_name(name: str, short: str) -> None:
    assert wording.short_name(name) == short


def test_a_nickname_comes_before_all_else() -> None:
    assert wording.short_name("G108 新绛至河津段改扩建工程", ["新河路"]) == "新河路"
