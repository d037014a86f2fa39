"""Shares of a hundred in a text: 百分之十二, 六成五, 七八成, 过半, 三十到四十个点."""

import re
from dataclasses import dataclass

from .numbers import ARABIC, CHINESE, DIGITS, NUMERALS, ONE_TO_NINE, SIGN, Span, plain, span

_NUMBER = rf"(?:{ARABIC}|{CHINESE})"
_TO = "(?:到|至|-{1,2}|~)"
_TENTHS = (
    rf"(?:(?:10|[0-9](?:\.[0-9]{{1,2}})?)|[{ONE_TO_NINE}](?:点[{ONE_TO_NINE}]{{1,2}}|[二三四五六七八九])?|十)"
)
_SHARE = re.compile(
    rf"(?<![0-9.])(?:(?P<sign>{SIGN})?"
    rf"(?:(?:(?P<low>{_NUMBER})(?P<unit>%|个(?:百分)?点)?{_TO})?(?P<share>{_NUMBER})(?:%|(?P<points>个(?:百分)?点(?!位)))"
    rf"|(?<![{NUMERALS}])(?P<of>[百佰千仟万])分(?:之|(?=[0-9{ONE_TO_NINE}十百]))(?P<from>{_NUMBER})(?:{_TO}(?:(?P=of)分之)?(?P<to>{_NUMBER}))?)"
    rf"|(?<![{NUMERALS}])(?P<over>[二两三四五六七八九十])分之(?P<above>[{ONE_TO_NINE}])(?![{NUMERALS}])"
    rf"|(?P<tenths>{_TENTHS}|半)成(?P<five>半|[一二三四五六七八九](?![个月日号季]))?(?![立员效果本功品熟都分])"
    r"|(?P<half>过半|一半|大半))"
)
_MAY_HOLD = re.compile("%|[0-9一二两三四五六七八九十半]成|分[之百一二三四五六七八九十0-9]|点|[过一大]半")
_TENTHS_OF = {"半": Span(5.0, 5.0), "十": Span(100.0, 100.0)}
_HUNDREDTHS = {"百": 1.0, "佰": 1.0, "千": 0.1, "仟": 0.1, "万": 0.01}


@dataclass(frozen=True, slots=True)
class Share:
    """A share, in hundredths. `points`: said as 个点, which may also be a difference."""

    start: int
    end: int
    ends: Span
    points: bool = False

    @property
    def percent(self) -> float:
        """The share as one number: of a range, its middle."""
        return self.ends.middle


def find_shares(text: str) -> tuple[Share, ...]:
    """All shares of a hundred."""
    if not _MAY_HOLD.search(text):
        return ()
    found = []
    for match in _SHARE.finditer(text):
        ends = _ends(match)
        if ends is not None:
            found.append(Share(match.start(), match.end(), ends, match["points"] is not None))
    return tuple(found)


def _ends(match: re.Match[str]) -> Span | None:
    if match["half"]:
        return Span(50.0, 50.0)
    if match["over"]:
        whole, above = span(match["over"]), span(match["above"])
        return (
            whole and above and above.times(100 / whole.low)
            if above and whole and above.low <= whole.low
            else None
        )
    if match["tenths"]:
        tenths = _TENTHS_OF.get(match["tenths"]) or span(match["tenths"] + "十")  # 七八十: 70 to 80
        five = 5.0 if match["five"] == "半" else float(DIGITS.get(match["five"], 0))
        return tenths and Span(tenths.low + five, tenths.high + five)
    factor = _HUNDREDTHS.get(match["of"], 1.0)
    first = span(match["from"] if match["of"] else match["low"] or match["share"])
    last = span(match["to"] or match["from"] if match["of"] else match["share"])
    if last is None:
        return None
    if match["sign"]:
        first, last = (
            (first and first.times(-1), last) if match["low"] or match["to"] else (last.times(-1),) * 2
        )
    ordered = first is not None and first.low <= last.high
    return Span(first.low if first and ordered else last.low, last.high).times(factor)


def read_share(text: str) -> Span | None:
    """The one share in the text, or the two ends of it; None if there is none or there are several."""
    found = find_shares(plain(text))
    return found[0].ends if len(found) == 1 else None
