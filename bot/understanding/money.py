"""Sums and shares in a text: 一亿二, 500来万, 两三千万, 3000到3400万; 百分之十二, 六成五, 过半."""

import re
from dataclasses import dataclass

from .numbers import parse

_CN = "零〇一二两三四五六七八九十百千点壹贰叁肆伍陆柒捌玖拾佰仟"
_NUMBER = (
    rf"(?:[0-9]{{1,15}}(?:\.[0-9]{{1,8}})?|[{_CN}]{{1,16}})"  # bounded: a long row of digits costs no more
)
_AMOUNT = re.compile(
    rf"(?<![0-9.])(?<![{_CN}])(?:(?P<low>{_NUMBER}个?[万亿]?)元?(?:到|至|-|~))?"
    rf"(?P<sum>(?:{_NUMBER}[十百千]?(?:多|来|余)?个?(?:多|来)?[万亿](?:零|多)?){{1,4}}(?:(?!千[瓦米克]){_NUMBER}[千百]?万?)?|{_NUMBER}(?=元))"
    r"(?P<yuan>多?元)?(?![吨千]|多?[吨户亩人辆台套只个平立株米方度颗件]|k|K|M|k[wW]|平方|立方)"
)
_HALF = re.compile(r"(?P<n>[一二两三四五六七八九十0-9]{1,9})个?(?P<u>亿|万)半")
_VAGUE = re.compile(r"几[十百千]?[万亿]|[十百千]几[万亿]?|十几[万亿]|几个亿|数[十百千]万")
_SEVERAL = re.compile(r"^(?P<a>[一二两三四五六七八九])(?P<b>[二三四五六七八九])(?P<unit>[十百千万亿].*)$")
_FILL = str.maketrans("", "", "个多来余")

_SHARE = re.compile(
    rf"(?<![0-9.])(?:(?P<low>{_NUMBER})%?(?:到|至|-|~))?(?P<pct>[0-9]{{1,9}}(?:\.[0-9]{{1,8}})?)(?:%|个百分点|个点)"
    rf"|百分之(?P<hundredths>{_NUMBER})"
    r"|(?P<tenths>[0-9](?:\.[0-9])?|[一二两三四五六七八九](?:点[一二三四五六七八九])?)成(?P<five>半|[一二三四五六七八九](?![个月日号季]))?(?![立员效果本功品熟都分])"
    rf"|(?<![{_CN}])(?P<cnpoints>[{_CN}]{{1,8}})个(?:百分)?点"
    r"|(?P<half>过半|一半|大半)"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money, in 万元."""

    start: int
    end: int
    wan: float


@dataclass(frozen=True, slots=True)
class Share:
    """A share, in hundredths. `points`: said as 个点, which may also be a difference."""

    start: int
    end: int
    percent: float
    points: bool = False


def find_amounts(text: str) -> tuple[Amount, ...]:
    """All sums of money; those said vaguely (几百万, 十几万) or without 万, 亿 or 元 are left out."""
    vague = [match.span() for match in _VAGUE.finditer(text)]
    found = []
    for match in _AMOUNT.finditer(text):
        if any(a < match.end() and match.start() < b for a, b in vague):
            continue
        half = _HALF.match(text, match.start("sum"))
        if half:
            value = parse(half["n"] + half["u"])
            if value is not None:
                unit = 1e8 if half["u"] == "亿" else 1e4
                found.append(Amount(match.start(), half.end(), (value + unit / 2) / 1e4))
            continue
        wan = _wan(match["sum"])
        if wan is None:
            continue
        if match["low"]:
            low = _low(match["low"], match["sum"])
            if low is not None and low <= wan:
                wan = (low + wan) / 2
        found.append(Amount(match.start(), match.end(), round(wan, 6)))
    return tuple(found)


def _wan(said: str) -> float | None:
    said = said.translate(_FILL)
    several = _SEVERAL.match(said)
    if several:
        low, high = parse(several["a"] + several["unit"]), parse(several["b"] + several["unit"])
        return None if low is None or high is None else (low + high) / 2e4
    value = parse(said)
    return None if value is None else value / 1e4


def _low(low: str, high: str) -> float | None:
    """The lower end of a range, which mostly goes without its unit: 3000到3400万."""
    if low[-1] in "万亿":
        return _wan(low)
    unit = high.translate(_FILL)[-1]
    return _wan(low + unit) if unit in "万亿" else _wan(low)


def find_shares(text: str) -> tuple[Share, ...]:
    """All shares of a hundred."""
    found = []
    for match in _SHARE.finditer(text):
        points = False
        if match["half"]:
            value: float | None = 50.0
        elif match["hundredths"]:
            value = parse(match["hundredths"])
        elif match["tenths"]:
            value = parse(match["tenths"])
            if value is not None:
                five = match["five"]
                value = value * 10 + (0 if not five else 5 if five == "半" else parse(five) or 0)
        elif match["cnpoints"]:
            value, points = parse(match["cnpoints"]), True
        else:
            value, points = float(match["pct"]), match[0].endswith("点")
            if match["low"]:
                low = parse(match["low"])
                value = (low + value) / 2 if low is not None and low <= value else value
        if value is not None:
            found.append(Share(match.start(), match.end(), value, points))
    return tuple(found)
