"""Sums of money in a text: 一亿二, 1亿2千万, 500来万, 两三千万, 3000到3400万.

A message tells of 万, 亿 and 元. A text that is but a sum (`read_money`) may also count in 块, 毛 and 分,
and may be vague: 几百万 is left out of a message, but alone it is 100 to 1000.
"""

import re
from dataclasses import dataclass

from .numbers import ARABIC, NUMERALS, ONE_TO_NINE, SIGN, ZERO, Span, plain, span

_TO = "(?:到|至|-{1,2}|~)"
_MORE = "(?:多|来|余)?"
_NO_MONEY = "(?![吨千]|多?[吨户亩人辆台套只个平立株米方度颗件]|k|K|M|k[wW]|平方|立方)"
_MIXED = f"(?:[0-9{ONE_TO_NINE}][千百十][{ZERO}]?){{1,3}}(?:[0-9]{{1,3}}|[{ONE_TO_NINE}])?"  # 2千3百


def _number(numerals: str) -> str:
    return f"(?:{ARABIC}|[{numerals}点]{{1,16}})"


def _large(numerals: str) -> str:
    """So many 万 or 亿."""
    number = _number(numerals)
    return rf"(?:(?:{number}[十百千]?|{_MIXED}){_MORE}个?{_MORE}(?:万亿|[万亿])[{ZERO}]?)"


def _sum(numerals: str) -> str:
    """A sum that counts in 万 or 亿, with what follows them without a unit (1亿2, 3万4000, 两亿半).

    A number that counts or dates something else (3000万3号楼) is not of the sum.
    """
    rest = rf"(?:{_MIXED}|{_number(numerals)}[千百]?)万?(?![0-9{numerals}点号期月日年标楼栋个家户项条处级])"
    return (
        rf"(?:(?!千万[别要不注记]){_large(numerals)}{{1,4}}(?:半(?![年个天月日数])|{_MORE}(?:(?!千[瓦米克]){rest})?)"
        f"|(?:[0-9{ONE_TO_NINE}]个)?半个?亿)"
    )


_AMOUNT = re.compile(
    rf"(?<![0-9.])(?<![{NUMERALS}点])"
    rf"(?:(?P<low>{_large(NUMERALS)}{{1,3}}|{_number(NUMERALS)})元?{_TO})?"
    rf"(?P<sum>{_sum(NUMERALS)}|{_number(NUMERALS)}(?=多?元(?![月旦宵素])))"
    rf"(?:多?元)?{_NO_MONEY}"
)
_VAGUE = re.compile(
    f"[十百千]?[几数][十百千]*{_MORE}个?{_MORE}[万亿]|[十百千]几|(?<![0-9{NUMERALS}])百[八来]?十[多来]?个?[万亿]|[上成][百千]万"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money, in 万元."""

    start: int
    end: int
    ends: Span

    @property
    def wan(self) -> float:
        """The sum as one number: of a range, its middle."""
        return round(self.ends.middle, 6)


def find_amounts(text: str) -> tuple[Amount, ...]:
    """All sums of money; those said vaguely (几百万, 十几万) or without 万, 亿 or 元 are left out."""
    if not ("万" in text or "亿" in text or "元" in text):
        return ()
    vague = [match.span() for match in _VAGUE.finditer(text)]
    found = []
    for match in _AMOUNT.finditer(text):
        if any(a < match.end() and match.start() < b for a, b in vague):
            continue
        ends = _between(match["low"], span(match["sum"]), match["sum"])
        if ends is not None:
            found.append(Amount(match.start(), match.end(), ends.times(1e-4)))
    return tuple(found)


def _between(low: str | None, high: Span | None, said: str) -> Span | None:
    """A range, or the sum alone; its lower end mostly goes without its unit (3000到3400万)."""
    if low is None or high is None:
        return high
    unit = "" if low[-1] in "万亿" else said[len(said.rstrip("百千万亿")) :]
    for tried in (low + unit[place:] for place in range(len(unit) + 1)):
        first = span(tried)
        if first is not None and first.low <= high.high:
            return Span(first.low, high.high)
    return high


# A text that is but a sum ---------------------------------------------------------------------------

_CURRENCY = "(?:人民币|RMB|CNY|¥)"
_SAID_OTHERWISE = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        ("圆|块钱?(?![地田石板牌砖玻屏])", "元"),
        ("毛(?!利|坯|石)", "角"),
        ("(?<=[元角分])(?:钱|整|正)|[(]含[)]", ""),
        ("(?<![总人户])数(?=[十百千万亿])", "几"),
        ("萬|(?<=[0-9])[wW](?![A-Za-z])", "万"),
        ("億", "亿"),
        ("(?<=[0-9])[kK](?![A-Za-z])", "千"),
        (f"(?<=[元万亿千]){_CURRENCY}", ""),
        (f"(?<=[0-9{NUMERALS}]){_CURRENCY}", "元"),
    )
)
_SIGN_BEFORE = re.compile(rf"{_CURRENCY}(-?[0-9{NUMERALS}.]+(?![0-9{NUMERALS}.元万亿角分]))")
_VAGUELY = NUMERALS + "几"
_COIN = f"[0-9{NUMERALS}几]"
# 元 with 角 and 分, or 角 with 分, or 分, or a number that has its unit in itself; 一块二 and 两毛五 end without one.
_SUM = re.compile(
    rf"(?<![0-9.])(?<![{_VAGUELY}点])(?P<sign>{SIGN})?(?P<number>{_sum(_VAGUELY)}|{_number(_VAGUELY)}[千百]?(?:[多来余]+(?=元))?)"
    rf"(?:元(?![月旦宵素])(?:[{ZERO}]?(?P<jiao>{_COIN}{{1,4}})角)?(?:[{ZERO}]?(?P<fen>{_COIN}{{1,4}})分|(?P<rest>[{ZERO}]?{_COIN})(?!{_COIN}|[.%个万亿元年月日号]))?"
    rf"|(?P<dime>角)(?![度形钢落色])(?:(?P<cents>{_COIN}{{1,4}})分|(?P<half>{_COIN})(?!{_COIN}))?|(?P<cent>分)(?![钟之公局部包项期段队厂站别])"
    rf"|(?P<bare>){_NO_MONEY})"
)
_JOINED = re.compile(f"元?{_TO}")


def read_money(text: str) -> Span | None:
    """The one sum in the text in 万元, or the two ends of it; None if there is none or there are several."""
    text = plain(text)
    for pattern, instead in _SAID_OTHERWISE:
        text = pattern.sub(instead, text)
    text = _SIGN_BEFORE.sub(r"\1元", text)
    said: list[Span] = []
    before: re.Match[str] | None = None  # a number without its unit, or a sum, that may begin a range
    for match in _SUM.finditer(text):
        value = _value(match)
        if value is not None and before and _JOINED.fullmatch(text, before.end(), match.start()):
            low = _value(before)
            if low is None:
                value = _between(before["number"], value, match["number"])
            else:
                said.pop()
                value = Span(low.low, value.high) if low.low <= value.high else value
        if value is not None:
            said.append(value)
        before = match
    return said[0].times(1e-4) if len(said) == 1 else None


def _value(match: re.Match[str]) -> Span | None:
    """The sum in 元; None for a number of which no unit is said."""
    number = match["number"]
    if match["bare"] is not None and not re.search("[万亿]|(?<=[0-9])千", number):
        return None
    value = span(number)
    if value is None:
        return None
    if match["cent"]:
        value = value.times(0.01)
    elif match["dime"]:
        value = _plus(value.times(0.1), match["cents"] or match["half"], 0.01)
    else:
        rest = match["rest"] or ""
        value = _plus(_plus(value, match["jiao"], 0.1), match["fen"], 0.01)
        value = _plus(value, rest[-1:], 0.01 if len(rest) > 1 or match["jiao"] else 0.1)
    return value and value.times(-1 if match["sign"] else 1)


def _plus(value: Span | None, coins: str | None, worth: float) -> Span | None:
    """The sum with so many 角 or 分 more."""
    if value is None or not coins:
        return value
    more = span(coins)
    return more and Span(value.low + more.low * worth, value.high + more.high * worth)
