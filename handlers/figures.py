"""The figures of a report: how they are said back, and what of them can't be right. Pure but for reading.

What can't be right is shown back and counts only when it is confirmed; over the plan is only remarked.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from bot.acts import Correct, Progress, Scope, Status
from bot.calendar import at, day_of
from bot.wording import SCOPE, STATUS, date_words, money, number, yuan
from storage import accounts, reports
from storage.database import Tx
from storage.directory import Project
from storage.reports import Report

_LONG_GONE = 183  # days
_OVER_PLAN = 1.5
_ORDER = (Scope.DAY, Scope.WEEK, Scope.TENDAY, Scope.MONTH, Scope.QUARTER, Scope.YEAR, Scope.TOTAL)
_OVERLAP = {(Scope.WEEK, Scope.TENDAY), (Scope.WEEK, Scope.MONTH)}  # a week may begin in the month before
_FINISHED = (Status.COMPLETED, Status.IN_PRODUCTION, Status.AT_CAPACITY, Status.REGISTERED)
_FIXED = re.compile(r"定于|定在|确定|定了|定好|安排在|将于|明天|后天|计划|预计")
_MONTH = re.compile(
    r"(?<![—\-－~至到\d])(1[0-2]|[1-9])月份?(?![—\-－~至到\d])(?=[^，,。；;]{0,8}(?:投资|完成|投入))"
)


@dataclass(frozen=True)
class Figures:
    """What a report says in figures; sums in 元 by scope, "" where none was said."""

    invested: Mapping[str, int]
    percent: float | None = None
    status: Status | None = None
    status_day: date | None = None

    @property
    def is_empty(self) -> bool:
        """A step that was taken, without a figure."""
        return not self.invested and self.percent is None and self.status is None


def figures_of(act: Progress | Correct) -> Figures:
    """The figures of an act."""
    invested = {str(item.scope or ""): yuan(item) for item in act.invested}
    return Figures(invested, act.percent, act.status, act.date)


def recorded(report: Report) -> Figures:
    """The figures of a report that was kept."""
    status = Status(report.status) if report.status else None
    return Figures(report.invested, report.percent, status, report.status_day)


def said(figures: Figures, project: Project, words: str, today: date) -> list[str]:
    """9月投资1800万元; 今年累计2.1亿元（年计划2.5亿元的84%）; 形象进度65%; 9月15日开工."""
    parts = []
    for scope in sorted(figures.invested, key=_place):
        parts.append(f"{span(scope, words, today)}{money(figures.invested[scope])}")
        if scope == Scope.YEAR and project.annual_plan:
            parts[-1] += f"（{of_plan(figures.invested[scope], project)}）"
    if figures.percent is not None:
        parts.append(f"形象进度{number(figures.percent)}%")
    if figures.status is not None:
        day = f"{date_words(figures.status_day, today)}" if figures.status_day else ""
        fixed = "定于" if figures.status_day is not None and figures.status_day > today else ""
        parts.append(f"{fixed}{day}{STATUS[figures.status]}")
    return parts


def of_plan(invested: int, project: Project) -> str:
    """年计划2.5亿元的84%."""
    return f"年计划{money(project.annual_plan)}的{number(invested * 100 / project.annual_plan, 1)}%"


def span(scope: str, words: str, today: date) -> str:
    """The time that a sum belongs to, with the month by its number."""
    if not scope:
        return "投资"
    if scope == Scope.MONTH:
        if match := _MONTH.search(words):
            return f"{match[1]}月投资"
        return f"{(today.month - 2) % 12 + 1 if '上月' in words or '上个月' in words else today.month}月投资"
    if scope in (Scope.YEAR, Scope.TOTAL):
        return SCOPE[Scope(scope)]
    return f"{SCOPE[Scope(scope)]}投资"


def year_begins(today: date) -> datetime:
    """The first moment of that day's year: sums of the year count from there."""
    return at(date(today.year, 1, 1), time.min)


def _place(scope: str) -> int:
    return _ORDER.index(Scope(scope)) if scope else -1


def remark(figures: Figures, project: Project) -> str:
    """What is worth saying though it may well be right."""
    year = figures.invested.get(Scope.YEAR)
    if year is not None and project.annual_plan and year > project.annual_plan:
        return f"已超年计划{money(year - project.annual_plan)}。"
    return ""


def doubts(
    tx: Tx, figures: Figures, project: Project, words: str, now: datetime, without: Report | None = None
) -> list[str]:
    """What can't be right, each in one clause; `without` is the report that is being corrected."""
    today = day_of(now)
    found: list[Report] = []
    if figures.percent is not None:
        found += reports.with_percent(tx, project.id)
    if {Scope.YEAR, Scope.TOTAL} & figures.invested.keys():
        found += reports.with_sums(tx, project.id)
    standing = [one for one in found if without is None or one.id != without.id]
    falls = list(_falls(figures, standing, today))
    if falls and (off := _taken_off(tx, project, today)):
        falls = list(_falls(figures, standing, today, off))
    return [
        *_beyond(figures, project, words, today),
        *_spans(figures, words, today),
        *falls,
        *_days(figures, words, today),
    ]


def _beyond(figures: Figures, project: Project, words: str, today: date) -> Iterator[str]:
    whole, plan = project.total_investment, project.annual_plan
    for scope, invested in figures.invested.items():
        what = f"{span(scope, words, today)}{money(invested)}"
        if whole and invested > whole:
            yield f"{what}，超过总投资{money(whole)}"
        elif plan and scope == Scope.YEAR and invested > plan * _OVER_PLAN:
            yield f"{what}，是年计划{money(plan)}的{number(invested / plan, 1)}倍"
        elif plan and scope not in (Scope.TOTAL, Scope.YEAR, "") and invested > plan:
            yield f"{what}，超过全年计划{money(plan)}"
    if figures.percent is not None and not 0 <= figures.percent <= 100:
        yield f"形象进度{number(figures.percent)}%，超过100%"


def _spans(figures: Figures, words: str, today: date) -> Iterator[str]:
    known = [Scope(scope) for scope in figures.invested if scope]
    for small in known:
        for large in known:
            if _place(small) >= _place(large) or (small, large) in _OVERLAP:
                continue
            less, more = figures.invested[small], figures.invested[large]
            if less > more:
                yield (
                    f"{span(small, words, today)}{money(less)}，"
                    f"比{span(large, words, today)}{money(more)}还多"
                )


def _taken_off(tx: Tx, project: Project, today: date) -> int:
    """元 that 核减 took off this year: a sum may be less than an older one by as much."""
    return sum(max(-int(one.yuan), 0) for one in accounts.adjusted(tx, today.year, project_id=project.id))


def _falls(figures: Figures, standing: Sequence[Report], today: date, taken_off: int = 0) -> Iterator[str]:
    new_year = year_begins(today)
    for scope, since in ((Scope.YEAR, new_year), (Scope.TOTAL, None)):
        invested = figures.invested.get(scope)
        before = [one for one in standing if scope in one.invested and (since is None or one.at >= since)]
        most = max(before, key=lambda one: one.invested[scope], default=None)
        if invested is not None and most is not None and invested < most.invested[scope] - taken_off:
            yield (
                f"{SCOPE[scope]}{money(invested)}，"
                f"比{date_words(day_of(most.at), today)}报的{money(most.invested[scope])}少"
            )
    total = figures.invested.get(Scope.TOTAL)
    years = [
        one.invested[Scope.YEAR] for one in standing if Scope.YEAR in one.invested and one.at >= new_year
    ]
    if total is not None and years and Scope.YEAR not in figures.invested and total < max(years):
        yield f"{SCOPE[Scope.TOTAL]}{money(total)}，比已报的今年累计{money(max(years))}还少"
    percents = [one for one in standing if one.percent is not None]
    if figures.percent is not None and percents and figures.percent < (percents[0].percent or 0):
        yield (
            f"形象进度{number(figures.percent)}%，"
            f"比{date_words(day_of(percents[0].at), today)}报的{number(percents[0].percent or 0)}%低"
        )


def _days(figures: Figures, words: str, today: date) -> Iterator[str]:
    day, status = figures.status_day, figures.status
    if day is None or status is None:
        return
    if day > today and status in _FINISHED and not _FIXED.search(words):
        yield f"{STATUS[status]}的日期{date_words(day, today)}还没到"
    elif (today - day).days > _LONG_GONE:
        yield f"{STATUS[status]}的日期{date_words(day, today)}已过去半年以上"
