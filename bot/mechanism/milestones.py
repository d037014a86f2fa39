"""挂图作战: the nodes of a project, laid out back from its end (倒排) or forward from its start (顺排), and which
are late. Pure. Row P7, N0 第16项.

Own reading: a node is due at the end of its day; one that was put off keeps the day on which it was first set,
so that what was put off is seen beside what is late.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.calendar import Calendar, add_months, at, end_of_day, last_of_month
from bot.mechanism.hours import back_to_allowed_day
from bot.mechanism.model import NodeTemplate, Regime, WallChart


class Way(StrEnum):
    """How the nodes of a chart came about."""

    BACK = "back"  # 倒排
    FORWARD = "forward"  # 顺排
    CHAT = "chat"
    SHEET = "sheet"


WAY_WORDS = {
    Way.BACK: "按竣工时间倒排",
    Way.FORWARD: "按开工时间顺排",
    Way.CHAT: "联络员或重点办排定",
    Way.SHEET: "按表格导入",
}


@dataclass(frozen=True, slots=True)
class Node:
    """A node by its name with the day planned for it."""

    name: str
    planned: date


class NoEnds(Exception):
    """Neither start nor finish is known: nothing can be laid out."""


def month_day(month: str | None) -> date | None:
    """2025-10 → its last day: what is planned for a month is due at its end, as in the start rates (P5)."""
    return None if month is None else last_of_month(date.fromisoformat(f"{month}-01"))


def lay_out(template: NodeTemplate, start: date | None, finish: date | None, way: Way) -> list[Node]:
    """The template's nodes between start and finish, back from the end or forward from the start.

    Where one end is missing it is the template's months from the other; where both are known and a project
    must be laid out forward, its nodes take the template's months, whatever the end says. Raises NoEnds.
    """
    if way is Way.FORWARD:
        if start is None:
            raise NoEnds
        finish = add_months(start, template.months)
    elif finish is None:
        raise NoEnds
    first = start if start is not None and start < finish else add_months(finish, -template.months)
    span = (finish - first).days
    return [Node(one.name, first + timedelta(days=round(span * one.at))) for one in template.nodes]


def template_for(rule: WallChart, field: str) -> NodeTemplate | None:
    """The template of a project's field."""
    return next((one for one in rule.templates if one.field == field), None)


def days_late(planned: date, done: date | None, today: date) -> int:
    """Days by which a node is late, or was: 1 on the day after it. Not below zero."""
    return max(0, ((done or today) - planned).days)


def is_late(planned: date, done: date | None, today: date) -> bool:
    """Whether its day is over and it is not done."""
    return done is None and planned < today


def word_of(planned: date, done: date | None, today: date) -> str:
    """已完成, 晚3天完成, 晚3天, 今天, 还有5天."""
    late = days_late(planned, done, today)
    if done is not None:
        return f"晚{late}天完成" if late else "已完成"
    if late:
        return f"晚{late}天"
    left = (planned - today).days
    return f"还有{left}天" if left else "今天到期"


class Call(StrEnum):
    """Who is told of a node, in the order of time."""

    NEAR = "near"  # the liaison, some days before
    LATE = "late"  # the liaison, on the day after
    OFFICE = "office"  # the office, some days after


def calls(planned: date, rule: WallChart, regime: Regime, calendar: Calendar) -> list[tuple[Call, datetime]]:
    """When who is told, in the morning of the day; what must come before the node, before a rest day."""
    near = back_to_allowed_day(regime, calendar, planned - timedelta(days=rule.remind_before))
    late, office = (planned + timedelta(days=after) for after in (1, rule.tell_office_after))
    days = ((Call.NEAR, near), (Call.LATE, late), (Call.OFFICE, office))
    return [(call, at(day, regime.hours.reminders_at)) for call, day in days]


def due_call(
    planned: date, rule: WallChart, regime: Regime, calendar: Calendar, now: datetime
) -> Call | None:
    """What is to be told now: of calls that were missed only the last."""
    past = [call for call, when in calls(planned, rule, regime, calendar) if when <= now]
    return past[-1] if past and not (past[-1] is Call.NEAR and now >= end_of_day(planned)) else None


def next_call(
    planned: date, rule: WallChart, regime: Regime, calendar: Calendar, now: datetime
) -> datetime | None:
    """When the next one falls due, after now."""
    return next((when for _, when in calls(planned, rule, regime, calendar) if when > now), None)
