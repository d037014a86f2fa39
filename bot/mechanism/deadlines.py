"""When a ticket's limits end. Computed once, at the step that starts them, and then they stand. Pure.

A limit ends at 24:00 of its last day, given as the first instant that is no longer in it. The day on
which a limit starts isn't counted. Rows T1–T6, domain N4 (十四).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.acts import Category, Node, Severity
from bot.calendar import CITY, Calendar, add_months, day_of, end_of_day
from bot.mechanism.hours import day_hours, office_hours
from bot.mechanism.model import SOLVING, Kind, Limit, Regime
from bot.wording import date_words, last_day


class Basis(StrEnum):
    """Where the last day of a limit comes from."""

    REGIME = "regime"
    OWN_LIMIT = "own_limit"  # the office's own, shorter than the regime's
    EXTENSION = "extension"
    PAUSE = "pause"
    NAMED = "named"  # a node of a plan, a promise


@dataclass(frozen=True, slots=True)
class Due:
    """One limit of a ticket; `due` is the first instant after it.

    `provisional`: the holidays of a year that it depends on are not published.
    `clause` is empty for the regime's own rules.
    """

    kind: Kind
    start: datetime
    due: datetime
    row: str
    clause: str
    say: str
    provisional: bool = False
    basis: Basis = Basis.REGIME


@dataclass(frozen=True, slots=True)
class Clocks:
    """The limits that a step starts, and in Chinese why a limit that was asked for doesn't count."""

    dues: tuple[Due, ...]
    ignored: str | None = None


def told_at(regime: Regime, calendar: Calendar, dispatched_at: datetime, *, obstruction: bool) -> datetime:
    """When the unit counts as told: at once, or at the next opening of the hours.

    `last_dispatch` itself is still in time. Obstruction is held back only by the night.
    """
    if obstruction:
        return day_hours(regime, calendar).next_opening(dispatched_at)
    window = office_hours(regime, calendar)
    if not window.is_open(dispatched_at):
        return window.next_opening(dispatched_at)
    if dispatched_at.astimezone(CITY).time() <= regime.hours.last_dispatch:
        return dispatched_at
    return window.next_opening(end_of_day(day_of(dispatched_at)))


def at_entry(regime: Regime, calendar: Calendar, entered: datetime) -> tuple[Due, ...]:
    """What the entry in the ledger starts: the office dispatches it (T1)."""
    return (_due(regime, calendar, Kind.DISPATCH, entered),)


def at_dispatch(
    regime: Regime,
    calendar: Calendar,
    *,
    entered: datetime,
    told: datetime,
    category: Category,
    severity: Severity | None = None,
    own_limit: date | None = None,
) -> Clocks:
    """What the dispatch starts: arrange (T2), feedback (T3), and T4, T5 or T6 until it is solved.

    `told` is what `told_at` answered. Ungraded counts as ordinary. The office's own limit only shortens.
    """
    held = category is not Category.OBSTRUCTION
    starts = {"entered": entered, "told": told}
    dues = [
        _due(regime, calendar, kind, starts[regime.limit(kind).start], told_in_hours=held)
        for kind in (Kind.ARRANGE, Kind.FEEDBACK, solving_kind(category, severity))
    ]
    ignored = None
    if own_limit is not None:
        dues[-1], ignored = shorten(regime, dues[-1], own_limit, day_of(told))
    return Clocks(tuple(dues), ignored)


def solving_kind(category: Category, severity: Severity | None) -> Kind:
    """Which limit the end of a blocker has to keep."""
    if category is Category.OBSTRUCTION:
        return Kind.OBSTRUCTION
    return Kind.COMPLEX if severity is Severity.COMPLEX else Kind.ORDINARY


def at_regrade(
    regime: Regime,
    calendar: Calendar,
    current: Due,
    *,
    entered: datetime,
    told: datetime,
    severity: Severity,
    regraded_at: datetime,
) -> Due:
    """The solving limit of a ticket that is now ordinary or complex; `current` ends with it.

    Counted from the old start; a limit that would be over before the unit hears of it counts from then,
    but ends no later than the one it replaces. Obstruction keeps its limit, and so does a limit that
    the office set itself unless the regime's new one is shorter.
    """
    if current.kind not in (Kind.ORDINARY, Kind.COMPLEX):
        return current
    kind = solving_kind(Category.OTHER, severity)
    if kind is current.kind:
        return current
    start = {"entered": entered, "told": told}[regime.limit(kind).start]
    new = _due(regime, calendar, kind, start, told_in_hours=True)
    heard = told_at(regime, calendar, regraded_at, obstruction=False)
    if new.due <= heard:
        new = _due(regime, calendar, kind, heard, told_in_hours=True)
        new = replace(new, due=max(min(new.due, current.due), end_of_day(day_of(heard))))
    if current.basis is Basis.OWN_LIMIT and current.due < new.due:
        return replace(new, due=current.due, clause="", say=current.say, basis=current.basis)
    return new


def plan_fault(nodes: Sequence[Node], today: date) -> str | None:
    """In Chinese why a written plan can't be taken; None if it can."""
    if not nodes:
        return "书面方案至少要有一个带日期的节点"
    if past := [node for node in nodes if node.date < today]:
        return f"节点日期已经过了：{'、'.join(date_words(node.date, today) for node in past)}"
    return None


def at_plan(regime: Regime, nodes: Sequence[Node], filed_at: datetime) -> tuple[Due, ...]:
    """What a written plan puts in the place of the month: a limit for each node, earliest first (T6)."""
    ordered = sorted(nodes, key=lambda node: node.date)
    return tuple(_named(regime, Kind.NODE, node.date, filed_at) for node in ordered)


def at_promise(regime: Regime, planned: date, said_at: datetime) -> Due:
    """The day that a contact named: it is reminded of, and replaces nothing."""
    return _named(regime, Kind.PROMISE, planned, said_at)


def extension_fault(
    regime: Regime, current: Due, until: date, *, asked_at: datetime, granted: int
) -> str | None:
    """In Chinese why an extension can't be asked for; None if it can. `granted`: how many there were."""
    if current.kind not in SOLVING:
        return "只有办结时限可以延期"
    if granted >= regime.extensions.most:
        return f"已延期{granted}次，最多{regime.extensions.most}次"
    if regime.extensions.before_due and asked_at >= current.due:
        return "已超期，延期须在到期前提出"
    if until <= last_day(current.due):
        return f"延期日期要晚于现在的时限{date_words(last_day(current.due), day_of(asked_at))}"
    return None


def at_extension(regime: Regime, current: Due, until: date) -> Due:
    """The solving limit once the office has granted an extension to the end of that day."""
    return _moved(current, until, Basis.EXTENSION, regime.extensions.say)


def at_resume(regime: Regime, current: Due, *, paused_at: datetime, resumed_at: datetime) -> Due:
    """The limit after a pause: later by the days paused, unless it was over before or the clock ran on."""
    days = (day_of(resumed_at) - day_of(paused_at)).days
    if not regime.pause.stops_clock or current.due <= paused_at or days <= 0:
        return current
    return _moved(current, last_day(current.due) + timedelta(days=days), Basis.PAUSE, regime.pause.say)


def _due(
    regime: Regime, calendar: Calendar, kind: Kind, start: datetime, *, told_in_hours: bool = False
) -> Due:
    """The limit as the regime counts it. `told_in_hours`: the start may have been held back to a workday."""
    limit = regime.limit(kind)
    first, workdays = day_of(start), _counts_workdays(regime, limit)
    last = _last_day(regime, calendar, limit, first)
    years = range(first.year, last.year + 1) if workdays else range(0)
    held = told_in_hours and limit.start == "told" and regime.hours.days == "workdays"
    return Due(
        kind,
        start,
        end_of_day(last),
        limit.row,
        limit.clause,
        limit.say,
        provisional=any(not calendar.knows(year) for year in years)
        or (held and not calendar.knows(first.year)),
    )


def _counts_workdays(regime: Regime, limit: Limit) -> bool:
    """Whether the last day of a limit depends on which days are worked."""
    count = limit.count or regime.days.count
    rest = limit.last_day_on_rest or regime.days.last_day_on_rest
    return (count == "workdays" and limit.days is not None) or rest == "next_workday"


def _last_day(regime: Regime, calendar: Calendar, limit: Limit, first: date) -> date:
    """The last day of a limit that starts on `first`, which isn't counted. Months are calendar months."""
    if limit.months is not None:
        last = add_months(first, limit.months)
    elif (limit.count or regime.days.count) == "workdays":
        last = calendar.add_workdays(first, limit.days or 0)
    else:
        last = first + timedelta(days=limit.days or 0)
    if (limit.last_day_on_rest or regime.days.last_day_on_rest) == "next_workday":
        last = calendar.next_workday(last)
    return last


def shorten(regime: Regime, due: Due, own: date, told: date) -> tuple[Due, str | None]:
    """The office's own limit over the regime's, or the regime's and why the other doesn't count."""
    last = last_day(due.due)
    if own < told:
        return due, f"所定{date_words(own, told)}早于交办之日，仍按{due.say}，{date_words(last, told)}到期"
    if own > last:
        return due, f"所定{date_words(own, told)}晚于规定时限，仍按{due.say}，{date_words(last, told)}到期"
    if own == last:
        return due, None
    return _moved(due, own, Basis.OWN_LIMIT, regime.own_limit.say), None


def _moved(due: Due, last: date, basis: Basis, say: str) -> Due:
    words = say.replace("{day}", date_words(last, day_of(due.start)))
    return replace(due, due=end_of_day(last), say=words, basis=basis, provisional=False)


def _named(regime: Regime, kind: Kind, last: date, start: datetime) -> Due:
    duty = regime.duty(kind)
    words = duty.say.replace("{day}", date_words(last, day_of(start)))
    return Due(kind, start, end_of_day(last), duty.row, duty.clause, words, basis=Basis.NAMED)
