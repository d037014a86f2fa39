"""Numbers as people write and dictate them: 1,200 · 三千二百 · 1亿2千万 · 四亿八 · 两三千 · 廿二 · 壹佰."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

DIGITS = {"零": 0, "〇": 0, "○": 0, "一": 1, "壹": 1, "幺": 1, "二": 2, "贰": 2, "两": 2, "俩": 2, "三": 3, "叁": 3, "四": 4,
          "肆": 4, "五": 5, "伍": 5, "六": 6, "陆": 6, "七": 7, "柒": 7, "八": 8, "捌": 8, "九": 9, "玖": 9}  # fmt: skip
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000, "兆": 1_000_000_000_000}
_PLACES = {**_SMALL, **_LARGE}
MOST = 1e15  # beyond it a float holds no odd tenths: such a row of digits is no number anybody means

# A whole number of days, weeks, tickets: digits or Chinese numerals.
COUNT = "(?:[0-9]{1,4}|[零〇一二两俩三四五六七八九十百]{1,6})"

ZERO = "零〇"
ONE_TO_NINE = "一二两三四五六七八九壹贰叁肆伍陆柒捌玖"
NUMERALS = ZERO + ONE_TO_NINE + "十百千拾佰仟"
# Digits; bounded, for a long row of them costs no more then.
ARABIC = r"[0-9]{1,15}(?:\.[0-9]{1,8})?"
# Up to 9999 in characters, each place at most once and in its order: of 七十百分位 it takes 七十.
CHINESE = (
    rf"(?:(?=[{NUMERALS}])(?:[{ONE_TO_NINE}]{{0,2}}[千仟])?(?:[{ZERO}]?[{ONE_TO_NINE}]{{0,2}}[百佰])?"
    rf"(?:[{ZERO}]?[{ONE_TO_NINE}]{{0,2}}[十拾])?(?:[{ZERO}]?[{ONE_TO_NINE}]{{1,2}}|[{ZERO}])?"
    rf"(?:点[{ZERO}{ONE_TO_NINE}]{{1,8}})?)"
)

_TOKEN = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![0-9])|[0-9]*\.?[0-9]+|[\s\S]")
_TENS = str.maketrans({"廿": "二十", "卅": "三十", "卌": "四十"})
_FILL = str.maketrans("", "", "个多来余")
_HALF = re.compile("(?P<n>.*?)(?P<unit>[万亿]?)个?半(?P<of>个?[万亿]?)")
_SEVERAL = re.compile(
    f"(?<![{ZERO}{ONE_TO_NINE}])([一二两三四五六七八])([二两三四五六七八九])(?![{ZERO}{ONE_TO_NINE}])"
)
_SOME = re.compile("[几数]")

_MARKS = str.maketrans({"—": "-", "–": "-", "−": "-", "﹣": "-", "～": "~", "〜": "~", "﹪": "%"})
_SPACES = re.compile(r"(?<![0-9])\s+|\s+(?![0-9\s])")
_THOUSANDS = re.compile(r"(?<![0-9.])([0-9]{1,3}(?:,[0-9]{3})+)(?![0-9])")

# A run of what numbers are made of, and the sign before it: a lone hyphen, that joins nothing to it.
_RUN = rf"[0-9{NUMERALS}幺俩廿卅卌万萬亿億兆]"
SIGN = r"(?:负|(?<![^\s(:,;])-(?=[.0-9]))"
_NUMBER = re.compile(
    rf"{SIGN}?(?:(?<![0-9.])\.[0-9]+|{_RUN}(?:{_RUN}|\.(?=[0-9])|点(?=[0-9{ZERO}{ONE_TO_NINE}])|[多来余个]{{1,3}}(?=[万亿])){{0,60}})"
    rf"(?:个?半(?![年月天日夜径截成]))?|半(?=个|$)"
)
_OVER = re.compile(rf"(?P<of>{_NUMBER.pattern})分之(?P<parts>负?{_RUN}{{1,60}}(?:[.点]{_RUN}{{1,60}})?)")
# Words in which a numeral counts nothing.
_NO_NUMBER = re.compile(
    "一(?:共|些|下|直|起|定|般|切|律|旦|样|向|致|点(?!.?[0-9零一二三四五六七八九]))|统一|唯一|同一|(?<![0-9一二两三四五六七八九十百千])万一|陆续|大陆|队伍|千万(?=别|要|不|注意|记)|万分(?!之)|十分(?!之)|百姓"
)


class Span(NamedTuple):
    """A number said, or the two ends of what was said: 两三千 is (2000, 3000), an exact number twice itself."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        """What counts where one number is wanted."""
        return (self.low + self.high) / 2

    def times(self, factor: float) -> "Span":
        """The same in another unit; products of decimals are freed of their last, false digits."""
        return Span(round(self.low * factor, 10), round(self.high * factor, 10))


def parse(text: str) -> float | None:
    """The number that the text is, or None if it is none.

    A digit after 亿, 万, 千 or 百 counts in the next lower place (四亿八 = 4.8亿, 三万五 = 35,000), thousands
    after 亿 without 零 in 万 (一亿两千 = 1.2亿). A row of Chinese digits without places is read digit by
    digit (二〇二五 = 2025). What is greater than MOST is no number.
    """
    text = text.strip().lstrip("第").translate(_TENS)
    negative = text.startswith(("负", "-", "−"))
    if negative:
        text = text[1:].lstrip()
    if not text:
        return None
    point = text.find("点")
    if point >= 0:
        value = _with_point(text[:point], text[point + 1 :])
    elif len(text) > 1 and all(char in DIGITS for char in text):
        value = float("".join(str(DIGITS[char]) for char in text))
    else:
        value = _places(text)
    if value is None or not value <= MOST:
        return None
    return -value if negative else value


@lru_cache(maxsize=1024)
def whole(text: str) -> int | None:
    """The whole number that the text is, or None."""
    value = parse(text)
    return int(value) if value is not None and value == int(value) else None


def _with_point(before: str, after: str) -> float | None:
    """十二点五, 一点二亿, 一点五千万: the places after the decimals count for the whole."""
    tail = len(after)
    while tail and after[tail - 1] in _PLACES:
        tail -= 1
    scale = 1.0
    for char in after[tail:]:
        scale *= _PLACES[char]
    decimals = "".join(str(DIGITS[char]) if char in DIGITS else char for char in after[:tail])
    head = parse(before) if before else 0.0
    if head is None or not decimals.isascii() or not decimals.isdigit():
        return None
    return (head + float("0." + decimals)) * scale


def _places(text: str) -> float | None:
    total = 0.0  # what is closed by 亿 or 万
    section = 0.0  # the thousands below
    current: float | None = None  # a number waiting for its place
    place = float("inf")  # the place read last in this section: the next one is lower
    large = 0.0  # what closed `total` last
    zero = gap = False  # a 零 stood since the last place, right after the last 万 or 亿
    for token in _TOKEN.findall(text):
        if token[-1].isascii() and token[-1].isdigit():
            if current:
                return None
            zero = zero or (token[0] == "0" and len(token) > 1 and token[1] != ".")
            current = float(token.replace(",", ""))
        elif token in DIGITS:
            if current:
                return None
            zero = zero or not DIGITS[token]
            gap = gap or (zero and not section)
            if DIGITS[token] or not (section or total):
                current = float(DIGITS[token])
        elif token in _SMALL:
            value = float(_SMALL[token])
            if value >= place or (current is None and section and value > 10 and not zero):
                return None
            section += (current or 1.0) * value
            place, current, zero = value, None, False
        elif token in _LARGE:
            value = float(_LARGE[token])
            section += current or 0.0
            if section:
                if large and large <= value <= total:  # 3万5万: two numbers
                    return None
                total = total + section * value if total >= value else (total + section) * value
                large = value
            elif total:
                total, large = total * value, large * value  # 万亿
            else:
                return None
            place, section, current, zero, gap = float("inf"), 0.0, None, False, False
        elif token not in "个 ":
            return None
    last = place if section else large
    if current is not None:
        lower = current < 10 < last and not zero
        if lower and not section:
            return total + current * last / 10
        section += current * (last / 10 if lower else 1.0)
    if large >= 1e8 and section >= 1000 and not gap:
        section *= large / 1e4
    return total + section


def span(said: str) -> Span | None:
    """The number or the two ends of what was said, or None if it is neither.

    多, 来 and 余 are dropped. 三五百 is 300 to 500, 几十 10 to 100, 十几 10 to 20, 半个亿 half of 亿, 两万半 25,000.
    """
    if "半" in said:
        half = _HALF.fullmatch(said)
        return None if half is None else _halves(half)
    plain = said.translate(_FILL)
    several = _SEVERAL.search(plain)
    if several and any(char in _PLACES for char in plain) and "点" not in plain[: several.start()]:
        a, b = several.groups()
        if DIGITS[b] != DIGITS[a] + 1 and (a, b) != ("三", "五"):
            return None
        before, after = plain[: several.start()], plain[several.end() :]
        return _ends(parse(before + a + after), parse(before + b + after))
    some = _SOME.search(plain)
    if some is None:
        value = parse(plain)
        return None if value is None else Span(value, value)
    before, after = plain[: some.start()], plain[some.end() :]
    low, second = parse(before + "一" + after), parse(before + "二" + after)
    if low is None or second is None:
        return None
    step = second - low
    return Span(low - step if before and after[:1] not in _SMALL else low, low + 9 * step)


def _ends(low: float | None, high: float | None) -> Span | None:
    return Span(low, high) if low is not None and high is not None and low <= high else None


def _halves(half: re.Match[str]) -> Span | None:
    """一个半 is 1.5, 一亿半 1.5亿, 半个亿 0.5亿; 一半 is a half, not one and a half."""
    unit = float(_LARGE.get(half["unit"] or half["of"][-1:], 1))
    said = "" if half[0] == "一半" else half["n"]
    if (half["unit"] and half["of"]) or (half["unit"] and not said):
        return None
    value = parse(said.translate(_FILL)) if said else 0.0
    return None if value is None else Span((value + 0.5) * unit, (value + 0.5) * unit)


def plain(text: str) -> str:
    """A text that is but a figure, in half width, without spaces and without marks between the thousands."""
    text = unicodedata.normalize("NFKC", text[:2000]).translate(_MARKS)
    return _THOUSANDS.sub(lambda match: match[1].replace(",", ""), _SPACES.sub("", text.strip()))


def read_number(text: str) -> float | None:
    """The one number in the text; None if there is none or there are several. 三分之二 is 2/3."""
    text = _NO_NUMBER.sub("、", plain(text))
    over = _OVER.search(text) if "分之" in text else None
    if over:
        return None if _NUMBER.search(text, over.end()) else _quotient(over)
    found = list(_NUMBER.finditer(text))
    if len(found) != 1 or text[found[0].start() - 1 : found[0].start()] in tuple("几数"):
        return None
    match = found[0]
    if text[match.end() : match.end() + 1] in tuple("几%‰"):
        return None
    value = span(match[0])
    return value.low if value and value.low == value.high else None


def _quotient(over: re.Match[str]) -> float | None:
    below, above = parse(over["of"]), parse(over["parts"])
    return above / below if below and above is not None else None


def tidy(value: float) -> float:
    """3.0 as 3, as it is written out."""
    return int(value) if value == int(value) else value
