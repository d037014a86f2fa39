"""How long something takes: 三天, 两周半, 一年零三个月, 十五个工作日, 30~90日."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.calendar import Calendar, add_months

from .numbers import parse


@dataclass(frozen=True, slots=True)
class Length:
    """A number of days, workdays, months or years. Weeks are said in days, quarters in months."""

    value: float
    unit: str  # day, workday, month, year

    def after(self, day: date, calendar: Calendar, direction: int = 1) -> date:
        """The day so much later, or earlier if `direction` is -1. Half a month is 15 days, part of a day a day."""
        if self.unit == "workday":
            return calendar.add_workdays(day, direction * _whole_days(self.value))
        if self.unit == "day":
            return day + timedelta(days=direction * _whole_days(self.value))
        months = self.value * (12 if self.unit == "year" else 1)
        rest = round((months - int(months)) * 30)
        return add_months(day, direction * int(months)) + timedelta(days=direction * rest)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of the text that says a length; `high` is another than `low` where a range is said."""

    start: int
    end: int
    low: Length
    high: Length


# The units as they are written after a number; 个 stands before.
UNITS: Mapping[str, tuple[float, str]] = {
    "工作日": (1, "workday"), "交易日": (1, "workday"), "自然日": (1, "day"), "天": (1, "day"), "日": (1, "day"),
    "周": (7, "day"), "星期": (7, "day"), "礼拜": (7, "day"), "月": (1, "month"), "季度": (3, "month"),
    "周年": (1, "year"), "年": (1, "year"), "小时": (1 / 24, "day"),
}  # fmt: skip
_SEVERAL = re.compile("([一二两三四五六七八九])([二两三四五六七八九])([十百])?$")

_N = r"(?:[0-9]{1,5}(?:\.[0-9]{1,3})?|[零〇一二两俩仨三四五六七八九十百千]{1,7}|半)[来余多]?"
_UNIT = r"(?:个?多?(?:工作|交易|自然)日|天|日|周年|周(?!岁)|个?多?(?:星期|礼拜)|个多?月|个季度|年|个?多?小时)"
_ONE = rf"(?:{_N}个半月|{_N}{_UNIT}半?)"
_PART = re.compile(rf"(?P<n>{_N})(?:(?P<mid>个半月)|(?P<u>{_UNIT})(?P<half>半)?)")
_SAID = re.compile(
    rf"(?<![0-9.月年第/]){_ONE}(?:零?{_ONE}){{0,2}}(?:以上)?(?:[,、]?[-~到至]+|(?<=以上)[,、]?){_ONE}"
    rf"|(?<![0-9.月年第/])(?P<low>{_N})[-~到至]+(?P<high>{_N}{_UNIT})"
    rf"|(?<![0-9.月第/]){_ONE}(?:零?{_ONE}){{0,2}}"
)
_FROM_DAY = re.compile("月[0-9一二三四五六七八九十]{1,3}[日号]?[-~到至]+$")


def find_lengths(text: str) -> list[Stretch]:
    """All stretches that say how long. A year (2025年) and a day of a month (9月5日, 9月20日至25日) are none."""
    found = []
    for match in _SAID.finditer(text):
        ends = _ends(match)
        if ends is not None and not _FROM_DAY.search(text, max(0, match.start() - 8), match.start()):
            found.append(Stretch(match.start(), match.end(), *ends))
    return found


def _ends(match: re.Match[str]) -> tuple[Length, Length] | None:
    if match["low"] is not None:
        high = _range_of(match["high"])
        number = parse(match["low"])
        unit = _PART.match(match["high"])
        if high is None or number is None or unit is None:
            return None
        low = read_length(match["low"], unit["u"])
        return None if low is None else (low, high[1])
    cut = re.search(r"以上[,、]?[-~到至]*|[,、]?[-~到至]+", match[0])
    if cut is None:
        return _range_of(match[0])
    low_end, high_end = _range_of(match[0][: cut.start()]), _range_of(match[0][cut.end() :])
    if low_end is None or high_end is None:
        return None
    return _in_one_unit(low_end[0], high_end[1])


def _range_of(words: str) -> tuple[Length, Length] | None:
    """一年零三个月; 两三天 is from two to three."""
    low: Length | None = None
    high: Length | None = None
    for part in _PART.finditer(words):
        unit = "个半月" if part["mid"] else part["u"]
        ends = read_range(part["n"], unit)
        if ends is None:
            return None
        if part["half"]:
            ends = _and_half(ends[0], unit), _and_half(ends[1], unit)
        low = ends[0] if low is None else _sum(low, ends[0])
        high = ends[1] if high is None else _sum(high, ends[1])
    return None if low is None or high is None else (low, high)


def read_length(number: str, unit: str) -> Length | None:
    """`number` units as words, 两三 the more of both; None if the number is none, is 0 or can't be meant."""
    ends = read_range(number, unit)
    return None if ends is None else ends[1]


def read_range(number: str, unit: str) -> tuple[Length, Length] | None:
    """Least and most of what is said: 两三天 is 2 and 3, 三天 twice 3."""
    extra = 0.0
    if unit.endswith("个半月"):
        unit, extra = "月", 0.5
    times, name = UNITS[unit.removeprefix("个").removeprefix("多")]
    number = number.rstrip("来余多").replace("仨", "三")
    several = _SEVERAL.search(number)
    if number == "半":
        values = [0.5, 0.5]
    elif several:
        head = parse(number[: several.start()]) if several.start() else 0.0
        place = parse(several[3]) if several[3] else 1.0
        digits = [parse(several[1]), parse(several[2])]
        if head is None or place is None or None in digits or (several[3] and head):
            return None
        values = [head + (digit or 0) * place for digit in digits]
        if values[0] >= values[1]:
            return None
    else:
        value = parse(number)
        if value is None:
            return None
        values = [value, value]
    if not all(0 < value < 10_000 for value in values):
        return None
    if name == "year" and number.isdigit() and values[1] >= 1000:
        return None
    low, high = (Length((value + extra) * times, name) for value in values)
    return low, high


def _and_half(length: Length, unit: str) -> Length:
    times, name = UNITS[unit.removeprefix("个").removeprefix("多")]
    return Length(length.value + times / 2, name)


_DAYS_OF = {"day": 1, "month": 30, "year": 365}


def _sum(one: Length, other: Length) -> Length:
    first, second = _in_one_unit(one, other)
    return Length(first.value + second.value, first.unit)


def _in_one_unit(one: Length, other: Length) -> tuple[Length, Length]:
    """Both in the smaller of their units; a month counts 30 days where days are beside it."""
    if one.unit == other.unit or "workday" in (one.unit, other.unit):
        return one, other
    if "day" in (one.unit, other.unit):
        first, second = (Length(length.value * _DAYS_OF[length.unit], "day") for length in (one, other))
    else:
        first, second = (
            length if length.unit == "month" else Length(length.value * 12, "month")
            for length in (one, other)
        )
    return first, second


def _whole_days(value: float) -> int:
    """半天, 三个小时: a day that has begun counts, if only a little of it."""
    days = round(value, 6)
    return int(days) if days == int(days) else int(days) + 1
