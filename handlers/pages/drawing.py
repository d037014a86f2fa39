"""The points of a page's charts: an investment curve, a wall chart of nodes. Numbers only; templates draw them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.mechanism.milestones import is_late, word_of
from storage.curves import Curve, percents
from storage.milestones import Milestone

WIDTH, HEIGHT = 640, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 20, 18, 26


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of an axis."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class CurveChart:
    """Two lines in a box of WIDTH by HEIGHT: what was planned and what was done, in percent of the year's plan."""

    planned: str
    done: str
    last: tuple[float, float] | None
    last_words: str
    last_label: float  # where its words stand: away from the line of the plan
    months: tuple[Tick, ...]
    percents: tuple[Tick, ...]
    left: float = _LEFT
    right: float = WIDTH - _RIGHT
    bottom: float = HEIGHT - _BOTTOM
    width: int = WIDTH
    height: int = HEIGHT


def curve_chart(curve: Curve) -> CurveChart | None:
    """The chart of a curve; None without a plan, to which it could be drawn."""
    if not curve.plan:
        return None
    done = [(0, 0.0)]
    done += [(month, value) for month, value in enumerate(percents(curve), 1) if value is not None]
    planned = [(0, 0.0)] + [(month, yuan * 100 / curve.plan) for month, yuan in enumerate(curve.planned, 1)]
    top = max(100.0, *(value for _, value in done), *(value for _, value in planned))
    top = -(-top // 25) * 25

    def place(month: int, value: float) -> tuple[float, float]:
        x = _LEFT + (WIDTH - _LEFT - _RIGHT) * month / 12
        y = _TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - value / top)
        return round(x, 1), round(y, 1)

    def line(points: Sequence[tuple[int, float]]) -> str:
        return " ".join("{},{}".format(*place(*one)) for one in points)

    has_said = len(done) > 1
    is_ahead = has_said and done[-1][1] >= planned[done[-1][0]][1]
    return CurveChart(
        line(planned),
        line(done) if has_said else "",
        place(*done[-1]) if has_said else None,
        f"{done[-1][1]:.1f}%" if has_said else "",
        place(*done[-1])[1] + (-6 if is_ahead else 18),
        tuple(Tick(place(month, 0)[0], f"{month}月") for month in range(1, 13)),
        tuple(Tick(place(0, value)[1], f"{value:.0f}%") for value in _steps(top)),
    )


def _steps(top: float) -> list[float]:
    step = 25.0 if top <= 150 else 50.0
    return [step * place for place in range(int(top / step) + 1)]


@dataclass(frozen=True, slots=True)
class NodeMark:
    """A node on the wall chart: where it was planned and, if it is done, where it was done, in percent of the width."""

    node: Milestone
    planned_at: float
    done_at: float | None
    late: bool
    word: str


@dataclass(frozen=True, slots=True)
class WallChart:
    """Nodes along the time, and where today stands."""

    marks: tuple[NodeMark, ...]
    today_at: float
    first: date
    last: date
    late: int


def wall_chart(nodes: Sequence[Milestone], today: date) -> WallChart | None:
    """The chart of a project's nodes; None where none are laid out."""
    if not nodes:
        return None
    days = [today, *(one.planned for one in nodes), *(one.done for one in nodes if one.done is not None)]
    first, last = min(days) - timedelta(days=7), max(days) + timedelta(days=7)
    span = (last - first).days

    def place(day: date) -> float:
        return round((day - first).days * 100 / span, 2)

    marks = tuple(
        NodeMark(
            one,
            place(one.planned),
            place(one.done) if one.done is not None else None,
            is_late(one.planned, one.done, today),
            word_of(one.planned, one.done, today),
        )
        for one in nodes
    )
    return WallChart(marks, place(today), first, last, sum(1 for one in marks if one.late))
