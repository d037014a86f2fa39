"""“为什么”: the clause, the start and the sum behind a limit, in short lines for people. Pure."""

from datetime import date, datetime, timedelta

from bot.calendar import Calendar, add_months, day_of
from bot.mechanism.deadlines import Basis, Due
from bot.mechanism.model import Duty, Limit, Near, Regime, Shift
from bot.wording import date_words, last_day, moment, weekday


def why(due: Due, regime: Regime, calendar: Calendar, *, dispatched_at: datetime | None = None) -> list[str]:
    """Which limit it is, when it began, the sum, the clause with its words, and what to note.

    `dispatched_at` lets it say that a dispatch outside the hours counts from the next opening.
    """
    duty = regime.duty(due.kind)
    last = last_day(due.due)
    lines = [f"时限：{duty.duty}，{_day(last, due)}24时前（{due.say}）。"]
    lines += _start(due, duty, dispatched_at)
    lines += _sum(due, regime, calendar, duty)
    lines += _sources(due, regime, duty)
    if due.provisional:
        lines.append("说明：相关年度放假安排尚未公布，暂按周一至周五为工作日推算，公布后重算一次。")
    return lines


def _start(due: Due, duty: Duty, dispatched_at: datetime | None) -> list[str]:
    step = {"entered": "形成台账", "told": "交办告知"}[duty.start] if isinstance(duty, Limit) else "提出"
    aside = ""
    if (
        isinstance(duty, Limit)
        and duty.start == "told"
        and dispatched_at is not None
        and dispatched_at < due.start
    ):
        aside = f"（{moment(dispatched_at)}交办，不在办公时间，从下次上班起算）"
    same_day = day_of(due.start) == last_day(due.due)
    counted = "，当天办" if same_day else "，当天不计" if isinstance(duty, Limit) else ""
    return [f"起算：{moment(due.start)}{step}{aside}{counted}。"]


def _sum(due: Due, regime: Regime, calendar: Calendar, duty: Duty) -> list[str]:
    first, last = day_of(due.start), last_day(due.due)
    shift = _shift(due, regime)
    if not isinstance(duty, Limit) or shift is not None:
        return [f"到期：{due.say}，{_day(last, due)}24时。"]
    if first == last:
        return [f"到期：{_day(last, due)}当天24时。"]
    if duty.months is not None:
        length, plain = f"{duty.months}个月", add_months(first, duty.months)
    elif (duty.count or regime.days.count) == "workdays":
        length, plain = f"{duty.days}个工作日", last
    else:
        length, plain = f"{duty.days}天", first + timedelta(days=duty.days or 0)
    moved = "，遇休息日顺延" if plain != last else ""
    lines = [f"计算：{_day(first, due)}＋{length}{moved}＝{_day(last, due)}，当天24时到期。"]
    if not calendar.is_workday(last):
        lines.append(f"说明：{_day(last, due)}是休息日，按规定不顺延。")
    return lines


def _shift(due: Due, regime: Regime) -> Shift | None:
    match due.basis:
        case Basis.OWN_LIMIT:
            return regime.own_limit
        case Basis.EXTENSION:
            return regime.extensions
        case Basis.PAUSE:
            return regime.pause
        case Basis.REGIME | Basis.NAMED:
            return None


def _sources(due: Due, regime: Regime, duty: Duty) -> list[str]:
    lines = [_source(regime, duty)]
    if (shift := _shift(due, regime)) is not None:
        lines.append("改期" + _source(regime, shift))
    if regime.near is not None:
        lines.append("提醒和督办" + _source(regime, regime.near))
    return lines


def _source(regime: Regime, rule: Duty | Shift | Near) -> str:
    if not rule.clause:
        return "依据：文件没有规定，由本机制自定。"
    quote = f"：“{rule.quote.replace('“', '‘').replace('”', '’')}”" if rule.quote else ""
    return f"依据：{regime.notice_of(rule.clause)}{quote}。"


def _day(value: date, due: Due) -> str:
    return f"{date_words(value, day_of(due.start))}（{weekday(value)}）"
