"""约谈、末位解剖、表扬: who is put on the list, with the facts that put him there. Pure. Row A3."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from bot.mechanism.bulletin import Issue, due_share, pace, place_words
from bot.mechanism.model import Measure
from bot.mechanism.ranking import Part, Placed, Series, exact, rounded

_MOST_ITEMS = 4


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody on the talk list: the facts; `exempt` is the reason why he stays off it."""

    name: str
    facts: tuple[str, ...]
    exempt: str = ""


@dataclass(frozen=True, slots=True)
class Loss:
    """What an indicator costs somebody: points lost, and his share beside the mean of the series."""

    part: Part
    lost: Fraction
    mean: Fraction

    @property
    def lacking(self) -> tuple[str, ...]:
        """The items that hold him back."""
        return tuple(one.words for one in self.part.figure.items if not one.counts)


def talk_list(issue: Issue, exempt: Mapping[str, str]) -> list[Listed]:
    """The last in rank, those far behind the days gone by, those with problems over their limit: counties in
    their ranking's order from the last up, then units. Empty where the regime has no such rule."""
    rule = issue.regime.talks
    if rule is None:
        return []
    counties, units = issue.series()
    last = {one.name for one in counties.last(rule.last)}
    found = []
    for one in reversed(counties.placed):
        facts = (
            [f"综合得分{place_words(one)}（{one.score}分，共{len(counties.placed)}个）"]
            if one.name in last
            else []
        )
        facts += _behind(issue, one, exact(rule.behind_points)) + _over(issue, one.name, "", rule.overdue)
        if facts:
            found.append(Listed(one.name, tuple(facts), exempt.get(one.name, "")))
    for one in units.placed:
        facts = _over(issue, "", one.name, rule.overdue)
        if facts:
            found.append(Listed(one.name, tuple(facts), exempt.get(one.name, "")))
    return found


def _behind(issue: Issue, one: Placed, points: Fraction) -> list[str]:
    part = next((part for part in one.parts if part.indicator.measure is Measure.INVESTMENT), None)
    if part is None or due_share(issue) - part.share * 100 < points:
        return []
    return [f"投资完成率{rounded(part.share * 100, 1)}%，{pace(part.share * 100, issue)}"]


def _over(issue: Issue, area: str, unit: str, least: int) -> list[str]:
    over = [
        one
        for one in issue.snapshot.tickets
        if not one.solved and one.days_over > 0 and one.area == area and (area or one.unit == unit)
    ]
    if len(over) < least:
        return []
    over.sort(key=lambda one: -one.days_over)
    named = "、".join(f"{one.number}号超期{one.days_over}天" for one in over[:_MOST_ITEMS])
    return [f"超期未办结问题{len(over)}件（{named}{'等' if len(over) > _MOST_ITEMS else ''}）"]


def praised(issue: Issue) -> list[Placed]:
    """The first ones that reach the regime's score."""
    rule = issue.regime.praise
    if rule is None:
        return []
    counties, _ = issue.series()
    return [one for one in counties.first(rule.first) if one.score >= exact(rule.least_score)]


def dissected(series: Series, one: Placed) -> list[Loss]:
    """末位解剖: what holds him, the indicator that costs him most first."""
    losses = []
    for part in one.parts:
        shares = [
            other.share
            for placed in series.placed
            for other in placed.parts
            if other.indicator.measure == part.indicator.measure
        ]
        losses.append(Loss(part, part.full - part.points, sum(shares, Fraction()) / len(shares)))
    return sorted((loss for loss in losses if loss.lost > 0), key=lambda loss: -loss.lost)
