"""Sums, shares and numbers alone: one value in all spellings, the ends of a range, and what is no figure."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.money import find_amounts, read_money
from bot.understanding.normal import clean
from bot.understanding.numbers import MOST, parse, read_number, span
from bot.understanding.shares import find_shares, read_share

from .conftest import Says

_DIGITS, _CAPITALS = "零一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖"
_PLACES, _CAPITAL_PLACES = ("", "十", "百", "千"), ("", "拾", "佰", "仟")
_FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


def _section(value: int, digits: str, places: tuple[str, ...]) -> str:
    """Up to 9999 in characters; a gap inside is one 零."""
    out = ""
    for place in (3, 2, 1, 0):
        digit = value // 10**place % 10
        if digit:
            out += digits[digit] + places[place]
        elif out and value % 10**place and not out.endswith("零"):
            out += "零"
    return out


def _in_characters(value: int, digits: str = _DIGITS, places: tuple[str, ...] = _PLACES) -> str:
    out = ""
    for name, size in (("亿", 10**8), ("万", 10**4), ("", 1)):
        section = value // size % 10**4
        if section:
            out += ("零" if out and section < 1000 else "") + _section(section, digits, places) + name
        elif out and value % size and not out.endswith("零"):
            out += "零"
    return out.replace("零零", "零") or "零"


def _spellings(yuan: int) -> list[str]:
    wan = f"{yuan / 1e4:.4f}".rstrip("0").rstrip(".")
    yi = f"{yuan / 1e8:.8f}".rstrip("0").rstrip(".")
    high, low = divmod(yuan, 10**8)
    mixed = (f"{high}亿" if high else "") + (f"{low / 1e4:.4f}".rstrip("0").rstrip(".") + "万" if low else "")
    return [
        f"{yuan}元", f"{yuan:,}元", f"{yuan:,}.00元", f"{yuan:,}元".translate(_FULL_WIDTH), f"{yuan} 元",
        f"{wan}万", f"{wan}万元", f" {wan} 万元", f"{wan}w元", f"{wan}万".translate(_FULL_WIDTH), f"{mixed}元",
        f"{yi}亿", f"{yi}个亿", f"{yi}亿元", f"约{yi}亿左右", _in_characters(yuan) + "元",
        _in_characters(yuan, _CAPITALS, _CAPITAL_PLACES) + "元整",
    ]  # fmt: skip


@given(st.integers(1, 10**12 - 1))
def test_a_sum_is_the_same_in_all_its_spellings(yuan: int) -> None:
    for said in _spellings(yuan):
        ends = read_money(said)
        assert ends is not None, said
        assert ends == pytest.approx((yuan / 1e4, yuan / 1e4)), said
        assert [amount.wan for amount in find_amounts(clean(said))] == pytest.approx([yuan / 1e4]), said


@given(st.integers(0, 10**12 - 1))
def test_a_number_is_the_same_in_digits_and_in_characters(value: int) -> None:
    for said in (str(value), f"{value:,}", f" {value} 个", _in_characters(value),
                 _in_characters(value, _CAPITALS, _CAPITAL_PLACES)):  # fmt: skip
        assert read_number(said) == value, said
    assert read_number(f"负{_in_characters(value)}") == -value


@pytest.mark.parametrize(
    ("spellings", "wan"),
    [
        ("1.2亿 一亿二 1亿2千万 12000万 1.2个亿 120000000元 120,000,000元 一亿两千万 一亿二千万元 １．２亿 壹亿贰仟万元 一亿两千 1亿2000 一点二亿 1.2亿多 1亿2", 12000),
        ("两千三百万 2300万 2千3百万 二千三百万元 两千三百多万 0.23亿", 2300),
        ("一亿五 1.5亿 一亿半 一个半亿 15000万 一点五个亿", 15000),
        ("五千万 5000万 半个亿 半亿 0.5亿 5千万", 5000),
        ("1.2万亿 一万亿二 12000亿 一点二万亿", 120_000_000),
        ("三万五 3万5 35000元 3.5万 三万五千元 三万半 3万5千", 3.5),
        ("500来万 五百余万 500多万 近500万", 500),
        ("十亿零八百万 10.08亿 10亿零800万", 100_800),
        ("七亿零一千五百一十元 700001510元", 70_000.151),
        ("七亿零一千五百一十万 71510万", 71_510),
    ],
)  # fmt: skip
def test_each_way_to_say_a_sum_in_messages_too(spellings: str, wan: float) -> None:
    for said in spellings.split():
        assert read_money(said) == pytest.approx((wan, wan)), said
        assert [amount.wan for amount in find_amounts(clean(f"完成投资{said}。"))] == pytest.approx([wan]), (
            said
        )


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("3000到3400万", (3000, 3400)), ("3到5千万", (3000, 5000)), ("300到5千万", (300, 5000)),
        ("一千到两千万", (1000, 2000)), ("8000万至1.2亿", (8000, 12000)), ("1亿到1亿2", (10000, 12000)),
        ("两三千万", (2000, 3000)), ("三五百万", (300, 500)), ("十二三万", (12, 13)), ("三千四五百万", (3400, 3500)),
        ("1万元-5万元", (1, 5)), ("两三千万到四千万", (2000, 4000)),
    ],
)  # fmt: skip
def test_a_range_has_two_ends_alone_and_its_middle_in_a_message(text: str, ends: tuple[float, float]) -> None:
    assert read_money(text) == pytest.approx(ends)
    assert [amount.wan for amount in find_amounts(clean(text))] == pytest.approx([sum(ends) / 2])


@pytest.mark.parametrize(
    ("text", "ends"),
    [("几百万", (100, 1000)), ("几万", (1, 10)), ("十几万", (10, 20)), ("二十几亿", (200_000, 300_000)), ("数十亿元", (100_000, 1_000_000)),
     ("几十个亿", (100_000, 1_000_000)), ("一百几十万", (110, 200))],
)  # fmt: skip
def test_a_vague_sum_has_wide_ends_alone_and_is_left_out_of_a_message(
    text: str, ends: tuple[float, float]
) -> None:
    assert read_money(text) == pytest.approx(ends)
    assert find_amounts(clean(text)) == ()


@pytest.mark.parametrize(
    "text",
    ["3万吨", "1.2亿千瓦时", "2×100万千瓦", "五万平方米", "三万人", "3000", "元旦", "十元月租", "万元户", "二五百万", "五三百万", "千万别报错",
     "3分钟", "三分之一", "500块地", "第三标段", "3万5万", "1.2.3亿", "10.1.2.3", "钢筋800吨", "其中中央300万元，共500万元",
     "一二三四五六七八九一二三四五六七八九一二三四五六七八九一二三四元", "9" * 30 + "元", "9" * 30 + "万", "1" + ",000" * 10 + "元", "9999999999999亿"],
)  # fmt: skip
def test_what_is_no_sum(text: str) -> None:
    assert read_money(text) is None


@pytest.mark.parametrize(
    ("text", "wan"),
    [("8月900万9月1200万", [900, 1200]), ("3000万3号楼封顶", [3000]), ("完成3000万30号前报", [3000]), ("2亿3月底前", [20000]), ("3亿半年完成", [30000]),
     ("完成300万2期开工", [300])],
)  # fmt: skip
def test_a_number_of_something_else_is_not_of_the_sum(text: str, wan: list[float]) -> None:
    assert [amount.wan for amount in find_amounts(clean(text))] == wan


@pytest.mark.parametrize(
    ("text", "yuan"),
    [("十块零五分", 10.05), ("一块二", 1.2), ("三块零四", 3.04), ("两毛五", 0.25), ("5元6角三分", 5.63), ("三百来块钱", 300), ("15k", 15_000),
     ("人民币 50", 50), ("总数三百元", 300), ("¥1,200.50", 1200.5), ("负五元", -5)],
)  # fmt: skip
def test_small_money_is_read_alone(text: str, yuan: float) -> None:
    assert read_money(text) == pytest.approx((yuan / 1e4, yuan / 1e4))


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("百分之 六十", (60, 60)), ("６０％", (60, 60)), ("六十%", (60, 60)), ("60个百分点", (60, 60)), ("六成", (60, 60)), ("6.5成", (65, 65)),
        ("六成五", (65, 65)), ("六成半", (65, 65)), ("十成", (100, 100)), ("半成", (5, 5)), ("七八成", (70, 80)), ("百分之六七十", (60, 70)),
        ("百分之三十到四十", (30, 40)), ("30%-40%", (30, 40)), ("30到40%", (30, 40)), ("千分之五", (0.5, 0.5)), ("万分之三", (0.03, 0.03)),
        ("负3.9%", (-3.9, -3.9)), ("-5%到3%", (-5, 3)), ("百分百", (100, 100)), ("过半", (50, 50)),
    ],
)  # fmt: skip
def test_shares_alone(text: str, ends: tuple[float, float]) -> None:
    assert read_share(text) == pytest.approx(ends)


@pytest.mark.parametrize(
    "text", ["成立", "完成三天", "一百分一次", "十万分之一", "三个点位", "60", "30%和40%", "9" * 30 + "%"]
)
def test_what_is_no_share(text: str) -> None:
    assert read_share(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("廿二", 22), ("卅", 30), ("两千三", 2300), ("1百01", 101), ("三分之二", 2 / 3), ("两个半", 2.5), ("一半", 0.5), (".5", 0.5), ("-.5", -0.5),
     ("－－9", 9), ("10万万", 1e9), ("二〇二五", 2025), ("12，000.5", 12000.5), ("一点五千万", 15e6), ("一共有3个", 3)],
)  # fmt: skip
def test_numbers_alone(text: str, value: float) -> None:
    assert read_number(text) == pytest.approx(value)


@pytest.mark.parametrize(
    "text", ["", "几百", "十几", "三月五号", "陆续完成", "1,2", "5%", "1.2.3", "七十百", "3万5万", "9" * 30, "九" * 30, "点", "一点五" + "亿" * 60]
)  # fmt: skip
def test_what_is_no_number_alone(text: str) -> None:
    assert read_number(text) is None


_PIECES = st.lists(
    st.sampled_from(
        [
            *"零〇一二两三五九十百千万亿兆点负-.,0159元角分块毛成半几数多来余个到至~%",
            "百分之",
            "分之",
            "个点",
            "号",
            "月",
            "w",
            "k",
            "完成",
            "9" * 30,
        ]
    ),
    max_size=24,
).map("".join)


@given(_PIECES)
def test_whatever_is_written_a_figure_is_finite_or_there_is_none(text: str) -> None:
    number = read_number(text)
    assert number is None or abs(number) <= MOST
    said = [parse(text), *(span(text) or ()), *(read_money(text) or ()), *(read_share(text) or ())]
    said += [amount.wan for amount in find_amounts(clean(text))]
    said += [share.percent for share in find_shares(clean(text))]
    assert all(value is None or math.isfinite(value) for value in said)


@pytest.mark.parametrize(
    "sum_said", ["9" * 30 + "元", "9" * 30 + "万元", "九" * 30 + "万", "1" + ",000" * 10 + "元"]
)
def test_a_row_of_digits_does_not_become_a_sum_invested(says: Says, sum_said: str) -> None:
    for act in says("liaison", f"本月完成投资{sum_said}", (9,)).acts:
        assert not getattr(act, "invested", ())


def test_a_share_beyond_the_whole_is_no_progress(says: Says) -> None:
    for text in ("形象进度150%", "形象进度负5%"):
        assert all(getattr(act, "percent", None) is None for act in says("liaison", text, (9,)).acts)
    (act,) = says("liaison", "形象进度七八成", (9,)).acts
    assert getattr(act, "percent", None) == 75
