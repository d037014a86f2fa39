"""红黄绿灯: which lamp shows of a ticket and of a project, by the regime. Pure. Row A4.

A colour always goes with its word; who can't tell the colours, or prints them, reads the word.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.calendar import day_of, end_of_day
from bot.mechanism.model import Regime


class Lamp(StrEnum):
    """The lamps, worst first; `OFF`: nothing can be said."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    OFF = "off"


LAMP_NAMES = {Lamp.RED: "红灯", Lamp.YELLOW: "黄灯", Lamp.GREEN: "绿灯", Lamp.OFF: "无灯"}
TICKET_WORDS = {Lamp.RED: "超期", Lamp.YELLOW: "临期", Lamp.GREEN: "期内", Lamp.OFF: "不计时"}
PROJECT_WORDS = {Lamp.RED: "滞后", Lamp.YELLOW: "偏慢", Lamp.GREEN: "正常", Lamp.OFF: "未报"}
_WORST_FIRST = tuple(Lamp)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a project's lamp goes by. `gap_points`: percent of the year's plan ahead of the line; below zero: behind."""

    gap_points: float | None
    is_silent: bool = False  # it has a plan and nothing was reported of it
    over: int = 0  # tickets of which a limit has passed
    near: int = 0
    late_nodes: int = 0


def yellow_until(regime: Regime, now: datetime) -> datetime:
    """A limit that ends up to then (the first instant outside) is near."""
    days = regime.lamps.yellow_days if regime.lamps else regime.due_soon_days
    return end_of_day(day_of(now) + timedelta(days=days))


def of_ticket(due: datetime | None, regime: Regime, now: datetime) -> Lamp:
    """By its limit that ends first; none runs while it rests or waits for others."""
    if due is None:
        return Lamp.OFF
    if due <= now:
        return Lamp.RED
    return Lamp.YELLOW if due <= yellow_until(regime, now) else Lamp.GREEN


def of_project(standing: Standing, regime: Regime) -> tuple[Lamp, tuple[str, ...]]:
    """The worst lamp of investment, tickets and nodes, with the reasons for that lamp."""
    found: list[tuple[Lamp, str]] = []
    rule, gap = regime.lamps, standing.gap_points
    if gap is not None and rule is not None and -gap > rule.yellow_points:
        lamp = Lamp.RED if -gap > rule.red_points else Lamp.YELLOW
        found.append((lamp, f"低于序时{-gap:.1f}个百分点"))
    if standing.over:
        found.append((Lamp.RED, f"超期问题{standing.over}件"))
    if standing.late_nodes:
        found.append((Lamp.RED, f"节点晚了{standing.late_nodes}个"))
    if standing.near:
        found.append((Lamp.YELLOW, f"临期问题{standing.near}件"))
    if not found:
        return (Lamp.OFF if gap is None and standing.is_silent else Lamp.GREEN), ()
    worst = min((lamp for lamp, _ in found), key=_WORST_FIRST.index)
    return worst, tuple(words for lamp, words in found if lamp is worst)
