"""Months, sums and projects in fixed phrases of accounts and plans, and how figures are said. Pure but for names."""

import re
from collections.abc import Sequence

from bot.calendar import add_months
from bot.mechanism.figures import Month, ProjectFigures
from bot.routing import Turn
from bot.wording import money, number
from handlers.stalled import project_named
from storage.directory import Project

MONTH = r"(?P<month>(?:1[0-2]|0?[1-9])月(?:份)?|本月|上个?月|这个月)(?:的)?"
SUM = r"(?P<sum>\d+(?:\.\d+)?)\s*(?P<in>亿|万)元?"
END = r"[。！!，,\s]*"
_UNITS = {"亿": 100_000_000, "万": 10_000}
_MONTH_ONLY = re.compile(r"(?:1[0-2]|0?[1-9])月(?:份)?|本月|上个?月|这个月")


def month_said(words: str, turn: Turn) -> Month:
    """9月, 本月, 上月: the latest month of that number that has begun."""
    today = turn.today
    if words.startswith("上"):
        before = add_months(today.replace(day=1), -1)
        return before.year, before.month
    if not words[0].isdigit():
        return today.year, today.month
    month = int(re.match(r"\d+", words)[0])  # type: ignore[index]
    return (today.year if month <= today.month else today.year - 1), month


def yuan_said(amount: str, unit: str) -> int:
    """200, 万 → 元."""
    return round(float(amount) * _UNITS[unit])


def called(month: Month, turn: Turn) -> str:
    """9月; with the year if it is another."""
    year, number_ = month
    return f"{number_}月" if year == turn.today.year else f"{year}年{number_}月"


def project_said(words: str, turn: Turn) -> Project | None:
    """The one project that these words name, months left out."""
    bare = _MONTH_ONLY.sub("", words).strip(" ，,：:的项目")
    return project_named(bare, turn) if len(bare) >= 2 else None


def names(projects: Sequence[Project], most: int = 6) -> str:
    """国道342、八达等9个."""
    shown = "、".join(one.short for one in projects[:most])
    return f"{shown}等{len(projects)}个" if len(projects) > most else shown


def standing(one: ProjectFigures) -> str:
    """9月1800万元，今年累计2.1亿元（年计划的84%，比序时低3个百分点）."""
    parts = []
    if one.in_month is not None:
        parts.append(f"{one.month}月{money(one.in_month)}")
    if one.invested is None:
        parts.append("今年累计没有报过")
    else:
        parts.append(f"今年累计{money(one.invested)}{rate(one)}")
    return "，".join(parts)


def rate(one: ProjectFigures) -> str:
    """（年计划的84%，比序时低3个百分点）; empty without a plan."""
    if one.rate is None or one.gap_points is None:
        return ""
    points = abs(one.gap_points)
    stands = (
        "与序时持平"
        if points < 0.05
        else f"比序时{'高' if one.gap_points > 0 else '低'}{number(points, 1)}个百分点"
    )
    return f"（年计划的{number(one.rate, 1)}%，{stands}）"
