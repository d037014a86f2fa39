"""月排名: who stands where, and what each point is made of. Pure. Row A1, N4 (七), (十六).

Shares are exact fractions until they are rounded (half up); scores that are equal then share a place, and
the next place is counted by heads (1, 1, 3). What somebody cannot be measured by (fewer than the regime's
least number) falls out of his weights; who can be measured by nothing is left out, with a footnote.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from bot.mechanism.model import Deduction, Indicator, Ranking
from bot.mechanism.reserve import Reserved


@dataclass(frozen=True, slots=True)
class Item:
    """Something behind a figure: a project, a problem. `counts`: it is in the numerator."""

    words: str
    counts: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """`done` of `base`, in 元 or in numbers; the items that lack come first."""

    done: int
    base: int
    size: int  # how many items the base has
    items: tuple[Item, ...] = ()

    @property
    def share(self) -> Fraction:
        """Of the base, which is not 0."""
        return Fraction(self.done, self.base)


@dataclass(frozen=True, slots=True)
class Contestant:
    """A county, the zone or a unit: its figures by measure, what points are taken off for, by cause."""

    name: str
    figures: dict[str, Figure]
    lapses: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Part:
    """What one indicator brings: `points` of `full`, which is its weight of a hundred among those that count."""

    indicator: Indicator
    figure: Figure
    share: Fraction
    points: Fraction
    full: Fraction


@dataclass(frozen=True, slots=True)
class Taken:
    """Points taken off for a cause."""

    deduction: Deduction
    points: Fraction
    causes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A place in the series. `score` is rounded as the regime says; `shared`: others stand there too."""

    place: int
    shared: bool
    name: str
    score: Decimal
    parts: tuple[Part, ...]
    taken: tuple[Taken, ...]
    unmeasured: tuple[str, ...]  # names of indicators that he could not be measured by

    @property
    def gained(self) -> Fraction:
        """Points before anything is taken off."""
        return sum((one.points for one in self.parts), Fraction())


@dataclass(frozen=True, slots=True)
class Series:
    """The places from the first to the last, and who is left out."""

    placed: tuple[Placed, ...]
    left_out: tuple[str, ...]

    def of(self, name: str) -> Placed | None:
        """Where that one stands."""
        return next((one for one in self.placed if one.name == name), None)

    def first(self, count: int) -> list[Placed]:
        """Those on the first places; who shares the last of them is among them."""
        return [one for one in self.placed if one.place <= count]

    def last(self, count: int) -> list[Placed]:
        """The last ones, worst last; who shares a score with them is among them, who is among the first is not."""
        if len(self.placed) <= count:
            return list(self.placed[1:])
        bar = self.placed[-count].score
        return [one for one in self.placed if one.score <= bar and one.place > 1]


def ranked(
    contestants: Iterable[Contestant],
    indicators: Sequence[Indicator],
    deductions: Sequence[Deduction],
    digits: int,
) -> Series:
    """The series; who ties keeps the order in which he was given (the official one)."""
    scored = []
    left_out = []
    for one in contestants:
        parts, unmeasured = _parts(one, indicators)
        if not parts:
            left_out.append(one.name)
            continue
        taken = _taken(one, deductions)
        score = sum((part.points for part in parts), Fraction()) - sum((t.points for t in taken), Fraction())
        scored.append((rounded(max(score, Fraction()), digits), one, parts, taken, unmeasured))
    scored.sort(key=lambda row: -row[0])
    places = _places([row[0] for row in scored])
    return Series(
        tuple(
            Placed(*place, one.name, score, parts, taken, unmeasured)
            for place, (score, one, parts, taken, unmeasured) in zip(places, scored, strict=True)
        ),
        tuple(left_out),
    )


def _places(scores: Sequence[Decimal]) -> list[tuple[int, bool]]:
    """The place of each score, the best first, and whether it is shared."""
    return [(scores.index(one) + 1, scores.count(one) > 1) for one in scores]


def of_regime(
    ranking: Ranking, counties: Iterable[Contestant], units: Iterable[Contestant]
) -> tuple[Series, Series]:
    """The counties' series and the units'."""
    return (
        ranked(counties, ranking.counties, ranking.deductions, ranking.digits),
        ranked(units, ranking.units, ranking.deductions, ranking.digits),
    )


def _parts(one: Contestant, indicators: Sequence[Indicator]) -> tuple[tuple[Part, ...], tuple[str, ...]]:
    measured = []
    unmeasured = []
    for indicator in indicators:
        figure = one.figures.get(indicator.measure)
        if figure is None or figure.base <= 0 or figure.size < indicator.least:
            unmeasured.append(indicator.name)
        else:
            measured.append((indicator, figure))
    whole = sum((exact(indicator.weight) for indicator, _ in measured), Fraction())
    parts = []
    for indicator, figure in measured:
        full = exact(indicator.weight) * 100 / whole
        share = figure.share
        parts.append(Part(indicator, figure, share, min(share, exact(indicator.cap)) * full, full))
    return tuple(parts), tuple(unmeasured)


def _taken(one: Contestant, deductions: Sequence[Deduction]) -> tuple[Taken, ...]:
    found = []
    for deduction in deductions:
        causes = one.lapses.get(deduction.cause, ())
        if causes:
            points = min(exact(deduction.points) * len(causes), exact(deduction.most))
            found.append(Taken(deduction, points, causes))
    return tuple(found)


def exact(number: float) -> Fraction:
    """A number of the regime as it is written there: 0.1 is a tenth."""
    return Fraction(str(number))


def rounded(value: Fraction, digits: int) -> Decimal:
    """Half up, as people round."""
    shift = 10**digits
    whole = (value * shift * 2 + 1) // 2
    return Decimal(int(whole)).scaleb(-digits)


# ---- a year's end, and a quarter's planning --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class YearPlace:
    """A place of the year: the mean of the months' signed scores."""

    place: int
    shared: bool
    name: str
    score: Decimal
    months: tuple[tuple[int, Decimal], ...]


def year_end(
    months: dict[int, dict[str, Decimal]], least: int, digits: int
) -> tuple[list[YearPlace], list[str]]:
    """{month: {name: signed score}} → the year's places, and who has fewer than `least` months. Row A9."""
    names = list(dict.fromkeys(name for scores in months.values() for name in scores))
    means = []
    short = []
    for name in names:
        mine = tuple((month, months[month][name]) for month in sorted(months) if name in months[month])
        if len(mine) < least:
            short.append(name)
        else:
            mean = sum((Fraction(score) for _, score in mine), Fraction()) / len(mine)
            means.append((rounded(mean, digits), name, mine))
    means.sort(key=lambda row: -row[0])
    places = _places([row[0] for row in means])
    placed = [
        YearPlace(*place, name, score, mine) for place, (score, name, mine) in zip(places, means, strict=True)
    ]
    return placed, short


@dataclass(frozen=True, slots=True)
class Planned:
    """What a county planned in a quarter: projects and their sum in 元."""

    name: str
    number: int
    total: int


@dataclass(frozen=True, slots=True)
class PlanningPlace:
    """A place in the quarter's ranking of 项目谋划."""

    place: int
    shared: bool
    planned: Planned
    score: Decimal


def planned_between(
    reserve: Iterable[Reserved], areas: Sequence[str], first: date, last: date
) -> list[Planned]:
    """What each county planned between those days, both in: by the first day that is known of a project."""
    new = [one for one in reserve if one.days and first <= min(one.days.values()) <= last]
    return [
        Planned(area, len(mine), sum(one.total for one in mine))
        for area in areas
        for mine in [[one for one in new if one.area == area]]
    ]


def planning(planned: Sequence[Planned], number_weight: float, sum_weight: float) -> list[PlanningPlace]:
    """Each against the best of the series, by number and by sum. Row H6, N1 第3项. Who planned nothing is last."""
    most = max((one.number for one in planned), default=0)
    largest = max((one.total for one in planned), default=0)
    whole = exact(number_weight) + exact(sum_weight)
    scored = []
    for one in planned:
        by_number = Fraction(one.number, most) if most else Fraction()
        by_sum = Fraction(one.total, largest) if largest else Fraction()
        score = (by_number * exact(number_weight) + by_sum * exact(sum_weight)) * 100 / whole
        scored.append((rounded(score, 1), one))
    scored.sort(key=lambda row: -row[0])
    places = _places([row[0] for row in scored])
    return [PlanningPlace(*place, one, score) for place, (score, one) in zip(places, scored, strict=True)]
