"""Each layer by itself: numbers, money, shares, days, names, units, slips."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendar import Calendar
from bot.people import Role, Sender
from bot.understanding import Understanding
from bot.understanding.dates import find_days
from bot.understanding.money import find_amounts
from bot.understanding.normal import clean
from bot.understanding.numbers import parse
from bot.understanding.shares import find_shares

WEDNESDAY = date(2025, 9, 17)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("3500", 3500), ("1,200", 1200), ("85.5", 85.5), ("一亿二", 120_000_000), ("两亿三千五百万", 235_000_000),
        ("8亿6", 860_000_000), ("1亿2千万", 120_000_000), ("八十五点五", 85.5), ("二〇二五", 2025), ("一万零五", 10_005),
        ("三百五", 350), ("九十二", 92), ("一点二亿", 120_000_000), ("十五", 15), ("负三", -3), ("拾贰", 12),
    ],
)  # fmt: skip
def test_numbers_are_read_as_they_are_spoken(said: str, value: float) -> None:
    assert parse(said) == pytest.approx(value)


@pytest.mark.parametrize("said", ["", "项目", "点", "三三四万万x"])
def test_what_is_no_number_has_no_value(said: str) -> None:
    assert parse(said) is None


@pytest.mark.parametrize(
    ("text", "wan"),
    [
        ("完成一亿八千万，累计四亿二千万", [18000, 42000]), ("500来万", [500]), ("两三千万", [2500]),
        ("3000到3400万", [3200]), ("近1.5个亿", [15000]), ("3个亿", [30000]), ("8亿6", [86000]), ("四亿八左右", [48000]),
        ("３５００万元", [3500]), ("十亿零八百万", [100800]), ("一百二十万", [120]), ("两亿半", [25000]), ("5,000万元", [5000]),
        ("几百万", []), ("十几万", []), ("2×100万千瓦", []), ("年产6万吨", []), ("完成3500", []),
    ],
)  # fmt: skip
def test_sums_in_wan(text: str, wan: list[float]) -> None:
    assert [amount.wan for amount in find_amounts(clean(text))] == pytest.approx(wan)


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("百分之六", 6),
        ("六成", 60),
        ("八成五", 85),
        ("85.5％", 85.5),
        ("百分之八十五点五", 85.5),
        ("过半", 50),
        ("15个点", 15),
    ],
)
def test_shares(text: str, percent: float) -> None:
    assert [share.percent for share in find_shares(clean(text))] == [percent]


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("月底前", "2025-09-30"), ("下周前", "2025-09-28"), ("国庆前", "2025-09-30"), ("年底", "2025-12-31"),
        ("本周内", "2025-09-21"), ("三天内", "2025-09-20"), ("一周内", "2025-09-24"), ("周五前", "2025-09-19"),
        ("周三前", "2025-09-17"), ("周二前", "2025-09-23"), ("下周三", "2025-09-24"), ("25号前", "2025-09-25"),
        ("春节前", "2026-02-16"), ("年前", "2026-02-16"), ("元旦前", "2025-12-31"), ("五一前", "2026-04-30"),
        ("端午前", "2026-06-18"), ("中秋前", "2025-10-05"), ("月初", "2025-10-10"), ("10月上旬", "2025-10-10"),
        ("10月中旬", "2025-10-20"), ("10月下旬", "2025-10-31"), ("半个月内", "2025-10-02"), ("两周内", "2025-10-01"),
        ("一个月内", "2025-10-17"), ("5个工作日内", "2025-09-24"), ("10个工作日内", "2025-09-30"), ("15号前", "2025-10-15"),
        ("8月底前", "2026-08-31"), ("正月十五前", "2026-03-03"), ("周末前", "2025-09-21"), ("月中", "2025-10-15"),
        ("上半年", "2026-06-30"), ("季度末", "2025-09-30"), ("三天后", "2025-09-20"), ("两三天内", "2025-09-20"),
        ("24小时内", "2025-09-18"), ("十一月二十号之前", "2025-11-20"), ("明年3月底", "2026-03-31"), ("17号前", "2025-09-17"),
        ("2026年3月1日", "2026-03-01"), ("下月5号", "2025-10-05"), ("后天", "2025-09-19"), ("大后天", "2025-09-20"),
        ("下一周前", "2025-09-28"), ("下周周三前", "2025-09-24"), ("十一前", "2025-09-30"), ("劳动节前", "2026-04-30"), ("元旦前后", "2026-01-01"),
        ("二〇二六年三月底前", "2026-03-31"), ("26年3月5日前", "2026-03-05"), ("2月29日", "2028-02-29"), ("一两天内", "2025-09-19"), ("10月中铁十二局进场", "2025-10-31"),
    ],
)  # fmt: skip
def test_a_limit_is_the_last_day_of_what_is_said(text: str, limit: str) -> None:
    assert [str(day.ahead) for day in find_days(clean(text), WEDNESDAY, Calendar())] == [limit]


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("周一复工的", "2025-09-15"),
        ("上周五", "2025-09-12"),
        ("昨天", "2025-09-16"),
        ("8月16日", "2025-08-16"),
        ("三天前", "2025-09-14"),
        ("去年12月30号", "2024-12-30"),
    ],
)
def test_a_day_of_what_was_done_lies_behind(text: str, done: str) -> None:
    assert [str(day.behind) for day in find_days(clean(text), WEDNESDAY, Calendar())] == [done]


@pytest.mark.parametrize("text", ["2月30日", "13月5号", "3号楼", "年产6万吨", "星期", "第三方"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert find_days(clean(text), WEDNESDAY, Calendar()) == []


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("槐东路", (9,)), ("槐东陆", (9,)), ("绛县抽蓄", (23,)), ("抽续", (23, 25)), ("垣曲二期", (25,)), ("市医院", (2,)),
        ("万荣县医院", (18,)), ("几家医院里头那个万荣的", (18,)), ("342过境线", (21,)), ("国道342", (21,)), ("G108", (1,)),
        ("运发投那个项目", (4, 5, 6)), ("鸿云智控", (29,)), ("东木磁材", (16,)), ("平陆风电", (27,)), ("红军小学那头", (9,)),
        ("山西宏达钢铁集团有限公司高质量发展绿色低碳 100 万吨/年薄带铸轧项目", (15,)), ("本月完成投资", ()), ("342万", ()),
    ],
)  # fmt: skip
def test_projects_by_what_people_call_them(
    understanding: Understanding, text: str, numbers: tuple[int, ...]
) -> None:
    assert understanding.find_project(text) == numbers


def test_the_senders_own_projects_come_first(understanding: Understanding) -> None:
    assert understanding.find_project("人民医院") == (2, 18)
    assert understanding.find_project("人民医院", Sender(Role.LIAISON, "市卫健委", (2,))) == (2,)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("环保局", ("市生态环境局",)), ("请财政局、发改委协调", ("市财政局", "市发展改革委")), ("自归局", ("市规划和自然资源局",)),
        ("供店公司", ("国网运城供电公司",)), ("闻喜县政府", ("闻喜县人民政府",)), ("县自然资源局", ()), ("省发改委", ()),
        ("我是住建局的", ("市住建局",)),
    ],
)  # fmt: skip
def test_units_by_their_names(understanding: Understanding, text: str, units: tuple[str, ...]) -> None:
    assert understanding.find_units(text) == units


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("＠小号 槐东路：本月５００万", "槐东路:本月500万"), ("开工了🎉🎉", "开工了"), ("已达产[强]", "已达产"),
        ("1、甲 2、乙", "甲 \n乙"), ("①甲②乙", "甲\n乙"), ("1.2亿", "1.2亿"), ("", ""), ("\u200b\u200b", ""),
    ],
)  # fmt: skip
def test_the_text_is_brought_into_one_form(written: str, read: str) -> None:
    assert clean(written) == read


@given(st.integers(min_value=1, max_value=999_999))
def test_full_width_digits_are_digits(number: int) -> None:
    wide = str(number).translate({ord(digit): 0xFF10 + int(digit) for digit in "0123456789"})
    assert find_amounts(clean(f"完成{wide}万")) == find_amounts(clean(f"完成{number}万"))


@given(st.integers(min_value=1, max_value=9), st.integers(min_value=1, max_value=9))
def test_a_digit_after_yi_is_ten_million(whole: int, tenth: int) -> None:
    spoken = "零一二三四五六七八九"
    assert find_amounts(f"{spoken[whole]}亿{spoken[tenth]}")[0].wan == pytest.approx(
        (whole + tenth / 10) * 10_000
    )


@given(st.text(max_size=300))
def test_cleaning_twice_changes_no_more_characters_than_once(text: str) -> None:
    assert len(clean(clean(text))) <= len(clean(text))
