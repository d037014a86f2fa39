"""“一二三”: what follows when a project makes no progress for months, and why. Pure. Row P1, N4 (十五).

The count runs from the project's last progress, whatever its tickets do, or from the start of the year or
its entry in the ledger. A stop of work that was reported is shown beside the count, which goes on.
"""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.acts import Status
from bot.calendar import Calendar, add_months, at, day_of, end_of_day
from bot.mechanism.hours import office_hours
from bot.mechanism.model import MonthRung, Regime, Stalled
from bot.wording import date_words, weekday

_STANDS = re.compile(
    r"(?:没有?|无|暂无|未有?)(?:什么|任何|新的?|实质性?|明显|大的?)*进展"
    r"|(?:完成|投资)(?:投资|额)?[为是]?(?:0(?:\.0+)?(?:万|亿|元)|零)"
)


class From(StrEnum):
    """What the count begins with."""

    PROGRESS = "progress"
    ENTRY = "entry"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Standstill:
    """A project as the count sees it; `given` are the rungs of this count with their moments."""

    since: datetime
    begins: From
    given: Mapping[str, datetime]
    is_suspended: bool = False
    reported_at: datetime | None = None  # the special report of this count


@dataclass(frozen=True, slots=True)
class Look:
    """The rung to give now, and once it is given the next moment when there will be one."""

    rung: MonthRung | None
    next_look: datetime | None


def is_progress(
    invested: Mapping[str, int], percent: float | None, status: str | None, words: str = ""
) -> bool:
    """Whether a report ends a standstill. Steps on paper do; a stop, a zero and “没有进展” do not."""
    if any(yuan > 0 for yuan in invested.values()) or (percent or 0) > 0:
        return True
    if status is not None:
        return status != Status.SUSPENDED
    return not invested and percent is None and _STANDS.search(words) is None


def counted_from(
    year: int, entered_at: datetime | None, progress_at: datetime | None
) -> tuple[datetime, From]:
    """Where the count of a project in that year's ledger begins: the latest of the three."""
    moments = [(progress_at, From.PROGRESS)] if progress_at is not None else []
    moments += [(entered_at, From.ENTRY)] if entered_at is not None else []
    moments.append((at(date(year, 1, 1), time.min), From.YEAR))
    return max(moments, key=lambda one: one[0])  # of equal ones the first


def reached_at(since: datetime, months: int) -> datetime:
    """24:00 of the day so many calendar months later: 31 January + 1 = the last day of February."""
    return end_of_day(add_months(day_of(since), months))


def rungs_due(
    last_progress: datetime, ladder: Sequence[MonthRung], given: Set[str], now: datetime
) -> list[MonthRung]:
    """Rungs that a project without progress has reached and was not yet given, lowest first.

    Months are calendar months (31 January + 1 = the last day of February); a rung is reached when
    that day has ended, at 24:00 Asia/Shanghai. Source: N4 (十五) “一二三”; row P1.
    """
    reached = [rung for rung in ladder if reached_at(last_progress, rung.months) <= now]
    return [rung for rung in reached if rung.name not in given]


def look(standstill: Standstill, stalled: Stalled, regime: Regime, calendar: Calendar, now: datetime) -> Look:
    """The lowest rung that is to be given now. `next_look` is exact if it is recorded at `now`.

    Rungs are given in the office's hours. One follows another by at least the regime's days, so that after
    an outage nobody is told of the third month right after the first.
    """
    due = rungs_due(standstill.since, stalled.ladder, standstill.given.keys(), now)
    if due and _when(due[0], standstill, stalled, regime, calendar, now) <= now:
        standstill = replace(standstill, given={**standstill.given, due[0].name: now})
        return Look(due[0], _next(standstill, stalled, regime, calendar, now))
    return Look(None, _next(standstill, stalled, regime, calendar, now))


def _next(
    standstill: Standstill, stalled: Stalled, regime: Regime, calendar: Calendar, now: datetime
) -> datetime | None:
    untold = next((rung for rung in stalled.ladder if rung.name not in standstill.given), None)
    return None if untold is None else _when(untold, standstill, stalled, regime, calendar, now)


def _when(
    rung: MonthRung,
    standstill: Standstill,
    stalled: Stalled,
    regime: Regime,
    calendar: Calendar,
    now: datetime,
) -> datetime:
    """The first open moment from now on at which that rung, the lowest untold one, may be given."""
    moments = [now, reached_at(standstill.since, rung.months)]
    if standstill.given:
        moments.append(max(standstill.given.values()) + timedelta(days=stalled.gap_days))
    return office_hours(regime, calendar).next_opening(max(moments))


def months_without(since: datetime, now: datetime) -> int:
    """Full months without progress."""
    months = 0
    while reached_at(since, months + 1) <= now:
        months += 1
    return months


# ---- in words ---------------------------------------------------------------------------------

_NUMERALS = "零一两三四五六七八九十"
SUSPENDED = "已登记停工，照常计算"


def month_words(months: int) -> str:
    """一个月, 两个月, 三个月."""
    return f"{_NUMERALS[months] if months < len(_NUMERALS) else months}个月"


def since_words(standstill: Standstill, today: date, months: int = 0) -> str:
    """Since when, how many months (if given), and what stands beside the count."""
    day = date_words(day_of(standstill.since), today)
    words = {
        From.PROGRESS: f"{day}以来没有进展",
        From.ENTRY: f"{day}列入台账以来没有进展",
        From.YEAR: f"{standstill.since.year}年年初以来没有进展",
    }[standstill.begins]
    full = f"，满{month_words(months)}" if months else ""
    return f"{words}{full}{f'；{SUSPENDED}' if standstill.is_suspended else ''}"


def report_words(standstill: Standstill, today: date) -> str:
    """Where the special report stands."""
    if standstill.reported_at is None:
        return "专题报告未交"
    return f"专题报告{date_words(day_of(standstill.reported_at), today)}已交"


def why(
    standstill: Standstill, stalled: Stalled, regime: Regime, calendar: Calendar, now: datetime
) -> list[str]:
    """Where the count begins, the sum of each rung with what was given, the clause, what to note."""
    today, first = day_of(now), day_of(standstill.since)
    begins = {
        From.PROGRESS: "项目最近一次进展，事项办理不算",
        From.ENTRY: "列入台账",
        From.YEAR: "年初",
    }[standstill.begins]
    lines = [f"起算：{date_words(first, today)}（{begins}），当天不计。"]
    for rung in stalled.ladder:
        last = add_months(first, rung.months)
        done = standstill.given.get(rung.name)
        told = f"（{date_words(day_of(done), today)}已告知）" if done else ""
        lines.append(
            f"计算：＋{month_words(rung.months)}＝{date_words(last, today)}（{weekday(last)}）24时，{rung.name}{told}。"
        )
    quote = stalled.quote.replace("“", "‘").replace("”", "’")
    source = f"{regime.notice_of(stalled.clause)}" if stalled.clause else "文件没有规定，由本机制自定"
    lines.append(f"依据：{source}{f'：“{quote}”' if quote and stalled.clause else ''}。")
    if standstill.is_suspended:
        lines.append("说明：项目已登记停工；文件没有规定停工不计，照常计算，停工情况一并写明。")
    if any(rung.owes_report for rung in stalled.ladder if rung.name in standstill.given):
        lines.append(f"{report_words(standstill, today)}。")
    return lines
