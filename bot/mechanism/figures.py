"""Figures of a project by month: to which month a reported sum belongs, what was invested in a year so far,
how that stands to the plan. Pure. Rows P2, P3.

Sums are 元; a month is a number within its year. What nobody reported is None, not zero.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.acts import Scope
from bot.calendar import add_months, first_of_quarter
from bot.mechanism.model import Regime

EVEN = (25.0, 50.0, 75.0, 100.0)
"""The share of the year's plan at each quarter's end where it is spread evenly."""
Month = tuple[int, int]
"""Year and month."""

_SAID = re.compile(
    r"(?<![—\-－~至到\d])(1[0-2]|[1-9])月份?(?![—\-－~至到\d])(?=[^，,。；;]{0,8}(?:投资|完成|投入))"
)
_UP_TO = re.compile(
    r"1月?份?(?:[—\-－~]+|至|到)(1[0-2]|[2-9])月|(?:截至|截止|截止到|到|至)(?:今年|目前)?(1[0-2]|[1-9])月(?!份?[—\-－~至到])"
)
_LAST_MONTH = re.compile(r"上个?月")
_SEASONS = (
    ("上半年", 6),
    ("前三季度", 9),
    ("前3季度", 9),
    ("一季度", 3),
    ("二季度", 6),
    ("三季度", 9),
    ("四季度", 12),
)


def month_of(scope: str, words: str, today: date, handing_over: Month | None = None) -> Month:
    """The month to whose end a sum of that scope reaches, reported today in these words.

    A cumulative sum of which no month is said belongs to the month of a monthly sum beside it, else to the
    month that is just being handed over, else to today's. A month ahead of today's is last year's.
    """
    now = (today.year, today.month)
    before = _month(add_months(today.replace(day=1), -1))
    if scope in (Scope.MONTH, Scope.YEAR, Scope.TOTAL):
        found = _UP_TO.search(words) if scope != Scope.MONTH else None
        found = found or _SAID.search(words)
        if found is not None:
            return _not_ahead(int(next(one for one in found.groups() if one)), today)
        if _LAST_MONTH.search(words):
            return before
    if scope == Scope.YEAR:
        season = next((month for said, month in _SEASONS[:3] if said in words), None)
        if season is not None:
            return _not_ahead(season, today)
    if scope == Scope.QUARTER:
        season = next((month for said, month in _SEASONS[3:] if said in words), None)
        if season is not None and (season - 3) // 3 != (today.month - 1) // 3:
            return _not_ahead(season, today)
        if "上季度" in words or "上个季度" in words:
            return _month(add_months(first_of_quarter(today), -1))
    if scope in (Scope.YEAR, Scope.TOTAL) and handing_over is not None:
        return handing_over
    return now


def names_month(words: str) -> bool:
    """Whether the words themselves say which month a sum belongs to."""
    return any(one.search(words) for one in (_SAID, _UP_TO, _LAST_MONTH))


def _not_ahead(month: int, today: date) -> Month:
    return (today.year if month <= today.month else today.year - 1), month


def _month(day: date) -> Month:
    return day.year, day.month


def invested_this_year(
    year_to_date: Mapping[int, int], months: Mapping[int, int], quarters: Mapping[int, int]
) -> int | None:
    """What was invested from January on: the latest sum of the year so far, and later months' sums.

    Each mapping goes from the month to whose end a sum reaches to 元. A quarter's sum stands for its months
    up to there, unless the year's sum reaches into it. None if nothing says anything.
    """
    base = max(year_to_date, default=0)
    if not year_to_date and not months and not quarters:
        return None
    found = year_to_date.get(base, 0)
    for last in (3, 6, 9, 12):
        first = max(base + 1, last - 2)
        reach = max((month for month in quarters if last - 2 <= month <= last), default=0)
        if reach and base < last - 2:
            found += quarters[reach]
            first = reach + 1
        found += sum(yuan for month, yuan in months.items() if first <= month <= last)
    return found


def share_by(month: int, line: Sequence[float] = EVEN) -> float:
    """Percent of the year's plan that should be done by that month's end (0: the year's start).

    `line` says it for the quarters' ends; between them it rises evenly.
    """
    quarter, rest = divmod(month, 3)
    below = line[quarter - 1] if quarter else 0.0
    return below if not rest else below + (line[quarter] - below) * rest / 3


def plan_by(month: int, plan: int, by_month: Mapping[int, int], line: Sequence[float] = EVEN) -> int:
    """元 that should be invested by that month's end: as broken down to months, else by the line."""
    if by_month:
        return sum(yuan for one, yuan in by_month.items() if one <= month)
    return round(plan * share_by(month, line) / 100)


def spread(year: int, plan: int, start_month: str | None, finish_month: str | None) -> dict[int, int]:
    """The year's plan evenly over its months of building (N4 (二) “合理工期”), whole 万元, the rest in the last.

    Months as YYYY-MM; where the ledger doesn't say them the whole year counts, likewise where they are no
    months of that year.
    """
    first = int(start_month[5:]) if start_month and start_month[:4] == str(year) else 1
    last = int(finish_month[5:]) if finish_month and finish_month[:4] == str(year) else 12
    if first > last or (start_month or "") > f"{year}-12" or (finish_month or "9999") < f"{year}-01":
        first, last = 1, 12
    months = range(first, last + 1)
    each = plan // len(months) // 10_000 * 10_000
    return {month: each if month < last else plan - each * (len(months) - 1) for month in months}


def line_of(regime: Regime) -> Sequence[float]:
    """The regime's pro-rata line for projects."""
    return regime.plans.pace.quarters if regime.plans is not None else EVEN


@dataclass(frozen=True, slots=True)
class Adjustment:
    """核增 or 核减 (below zero) of a closed month."""

    project_id: int
    month: int
    yuan: int
    reason: str
    at: date


@dataclass(frozen=True, slots=True)
class Second:
    """What another source says of a project's year so far; stands beside, never mixed."""

    source: str
    month: int
    yuan: int


@dataclass(frozen=True, slots=True)
class ProjectFigures:
    """A project's figures in a year as of a month or a moment.

    `invested` is the year so far with adjustments; `planned` is what should be done by `month`'s end.
    """

    project_id: int
    month: int
    plan: int
    plan_at_start: int
    planned: int
    invested: int | None = None
    in_month: int | None = None
    total: int | None = None
    percent: float | None = None
    closed: bool = False  # the figures are those with which the month was closed
    adjustments: tuple[Adjustment, ...] = ()
    second: tuple[Second, ...] = ()

    @property
    def rate(self) -> float | None:
        """Percent of the year's plan that is done; None without figure or plan."""
        return None if self.invested is None or not self.plan else self.invested * 100 / self.plan

    @property
    def planned_rate(self) -> float | None:
        """Percent of the year's plan that should be done."""
        return self.planned * 100 / self.plan if self.plan else None

    @property
    def gap(self) -> int | None:
        """元 ahead of what should be done; below zero: behind."""
        return None if self.invested is None or not self.plan else self.invested - self.planned

    @property
    def gap_points(self) -> float | None:
        """The same in percent of the year's plan."""
        return None if self.gap is None else self.gap * 100 / self.plan
