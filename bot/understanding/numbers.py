"""Numbers as people write and dictate them: 1,200 · 三千二百 · 1亿2千万 · 四亿八 · 两三千."""

import re
from functools import lru_cache

DIGITS = {"零": 0, "〇": 0, "○": 0, "一": 1, "壹": 1, "幺": 1, "二": 2, "贰": 2, "两": 2, "俩": 2, "三": 3, "叁": 3, "四": 4,
          "肆": 4, "五": 5, "伍": 5, "六": 6, "陆": 6, "七": 7, "柒": 7, "八": 8, "捌": 8, "九": 9, "玖": 9}  # fmt: skip
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}

# A whole number of days, weeks, tickets: digits or Chinese numerals.
COUNT = "(?:[0-9]{1,4}|[零〇一二两俩三四五六七八九十百]{1,6})"
_TOKEN = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?|[^0-9]")


def parse(text: str) -> float | None:
    """The number that the text is, or None if it is none.

    A digit after 亿, 万, 千 or 百 counts in the next lower place (四亿八 = 4.8亿, 三万五 = 35,000).
    A row of Chinese digits without places is read digit by digit (二〇二五 = 2025).
    """
    text = text.strip().lstrip("第")
    negative = text.startswith(("负", "-", "−"))
    if negative:
        text = text[1:]
    if not text:
        return None
    point = text.find("点")
    if point >= 0:
        value = _with_point(text[:point], text[point + 1 :])
    elif len(text) > 1 and all(char in DIGITS for char in text):
        value = float("".join(str(DIGITS[char]) for char in text))
    else:
        value = _places(text)
    return -value if negative and value is not None else value


@lru_cache(maxsize=1024)
def whole(text: str) -> int | None:
    """The whole number that the text is, or None."""
    value = parse(text)
    return int(value) if value is not None and value == int(value) else None


def _with_point(before: str, after: str) -> float | None:
    """十二点五, 一点二亿: the places after the decimals count for the whole."""
    tail = len(after)
    while tail and after[tail - 1] in _LARGE:
        tail -= 1
    scale = 1.0
    for char in after[tail:]:
        scale *= _LARGE[char]
    decimals = "".join(str(DIGITS[char]) if char in DIGITS else char for char in after[:tail])
    head = parse(before) if before else 0.0
    if head is None or not decimals.isascii() or not decimals.isdigit():
        return None
    return (head + float("0." + decimals)) * scale


def _places(text: str) -> float | None:
    total = 0.0  # what is closed by 亿 or 万
    section = 0.0  # the thousands below
    current: float | None = None  # a number waiting for its place
    last_place = 1.0  # the place of the unit read last
    zero = False  # a 零 stood since
    for token in _TOKEN.findall(text):
        if token[0].isascii() and token[0].isdigit():
            if current is not None:
                return None
            current = float(token.replace(",", ""))
        elif token in DIGITS:
            if token in "零〇○":
                zero = True
                if current is None and not section and not total:
                    current = 0.0
            elif current:
                return None
            else:
                current = float(DIGITS[token])
        elif token in _SMALL:
            section += (1.0 if current is None else current or 1.0) * _SMALL[token]
            last_place, current, zero = float(_SMALL[token]), None, False
        elif token in _LARGE:
            section += current or 0.0
            if not section and not total:
                return None
            if section:
                total = (
                    total + section * _LARGE[token]
                    if total >= _LARGE[token]
                    else (total + section) * _LARGE[token]
                )
            else:
                total *= _LARGE[token]
            last_place, section, current, zero = float(_LARGE[token]), 0.0, None, False
        elif token in "个 ":
            continue
        else:
            return None
    if current is not None:
        lower = (
            last_place / 10 if last_place > 10 and not zero and current < 10 and (total or section) else 1.0
        )
        section += current * lower
    return total + section
