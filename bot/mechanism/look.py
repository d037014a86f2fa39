"""What a ticket's limits ask for now, and when to look at it again: reminders and ladders. Pure.

Rows T2–T6, T11. A rung counts in working hours from the sending of the one before it (the first from
the end of the limit), is never taken on rest days or outside the hours, obstruction excepted by day;
after an outage the lowest untold rung goes first. Of reminders that were missed only the latest goes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.calendar import Calendar, at, day_of
from bot.mechanism.hours import Window, escalation_hours, reminder_hours
from bot.mechanism.model import Kind, Regime, Rung
from bot.mechanism.states import WITH_UNIT, State
from bot.wording import last_day


@dataclass(frozen=True, slots=True)
class GivenRung:
    """A rung that was taken. `sent_at` is None while it waits for its release or delivery.

    A rung that nobody could be told at (no such person) is recorded as sent, or the ladder stops there.
    """

    name: str
    sent_at: datetime | None
    receipt_at: datetime | None = None
    repeats: int = 0
    last_sent_at: datetime | None = None  # of the latest repeat


@dataclass(frozen=True, slots=True)
class WatchedDeadline:
    """A limit of a ticket as it is stored; `due` is the first instant after it, `say` what people call it."""

    id: int
    kind: Kind
    start: datetime
    due: datetime
    met_at: datetime | None = None
    void: bool = False
    reminded: frozenset[str] = frozenset()  # keys of reminders that were sent
    rungs: tuple[GivenRung, ...] = ()
    say: str = ""


@dataclass(frozen=True, slots=True)
class Watched:
    """A ticket and its limits."""

    ticket: int
    state: State
    obstruction: bool = False
    paused_until: datetime | None = None
    deadlines: tuple[WatchedDeadline, ...] = ()


@dataclass(frozen=True, slots=True)
class Remind:
    """Remind of a limit; `key` is the number of days before, `skipped` the keys that are now moot."""

    deadline: int
    kind: Kind
    key: str
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Escalate:
    """Take the next rung of the ladder of a limit that has passed."""

    deadline: int
    kind: Kind
    rung: Rung


@dataclass(frozen=True, slots=True)
class Repeat:
    """Tell the same rung once more; `number` counts from 1."""

    deadline: int
    kind: Kind
    rung: Rung
    number: int


Step = Remind | Escalate | Repeat


@dataclass(frozen=True, slots=True)
class Look:
    """What is to be done now and, once that is done, the next moment when something will be."""

    steps: tuple[Step, ...] = ()
    next_look: datetime | None = None


_WATCHED = WITH_UNIT | {State.ENTERED}
"""States in which limits run. A claimed end (待销号) quiets them; a rejected one has its old limits again."""


@dataclass(frozen=True, slots=True)
class _Hours:
    reminders: Window
    rungs: Window


_Moment = tuple[datetime, Step]
"""A step, and the first moment, not before the one asked for, when it can be taken."""


def look(watched: Watched, regime: Regime, calendar: Calendar, now: datetime) -> Look:
    """What the ticket's limits ask for now.

    `next_look` is exact if the steps are recorded at `now`, rungs that go by themselves as sent at `now`.
    Whoever changes the ticket later (a release, a receipt, a delivery) looks again and stores the answer.
    """
    if watched.state not in _WATCHED:
        return Look()
    since = max(now, watched.paused_until) if watched.paused_until else now
    hours = _Hours(
        reminder_hours(regime, calendar, obstruction=watched.obstruction),
        escalation_hours(regime, calendar, obstruction=watched.obstruction),
    )
    steps: list[Step] = []
    coming: list[datetime] = []
    for one in watched.deadlines:
        moments = list(_moments(one, watched.state, regime, hours, since))
        taken = _steps_at(moments, now) if since == now else []
        if taken:
            steps += taken
            moments = list(_moments(carried_out(one, taken, now), watched.state, regime, hours, since))
        coming += [when for when, _ in moments]
    return Look(tuple(steps), min(coming, default=None))


def _steps_at(moments: list[_Moment], now: datetime) -> list[Step]:
    """What is to be done now; of several reminders the one nearest to the end."""
    steps = [step for when, step in moments if when == now]
    reminders = sorted((step for step in steps if isinstance(step, Remind)), key=lambda step: int(step.key))
    if not reminders:
        return steps
    nearest = replace(reminders[0], skipped=tuple(step.key for step in reminders[1:]))
    return [nearest, *(step for step in steps if not isinstance(step, Remind))]


def carried_out(one: WatchedDeadline, steps: list[Step], now: datetime) -> WatchedDeadline:
    """The limit with the steps recorded at `now`: what goes by itself is sent, the rest is a draft."""
    for step in steps:
        match step:
            case Remind():
                one = replace(one, reminded=one.reminded | {step.key, *step.skipped})
            case Escalate():
                sent_at = now if step.rung.release == "auto" else None
                one = replace(one, rungs=(*one.rungs, GivenRung(step.rung.name, sent_at)))
            case Repeat():
                one = replace(
                    one,
                    rungs=tuple(
                        replace(given, repeats=step.number, last_sent_at=now)
                        if given.name == step.rung.name
                        else given
                        for given in one.rungs
                    ),
                )
    return one


def _moments(
    one: WatchedDeadline, state: State, regime: Regime, hours: _Hours, since: datetime
) -> Iterator[_Moment]:
    """Each step that the limit still asks for, with the first moment from `since` on when it may be taken.

    Before the dispatch only the office's own limit runs, after it only the unit's.
    """
    if one.met_at is not None or one.void or (one.kind is Kind.DISPATCH) is not (state is State.ENTERED):
        return
    yield from _reminders(one, regime, hours.reminders, since)
    yield from _rungs(one, regime, hours.rungs, since)


def _reminders(one: WatchedDeadline, regime: Regime, window: Window, since: datetime) -> Iterator[_Moment]:
    """Reminders not yet sent nor overtaken by a later one, that can still go before the limit ends."""
    if since >= one.due:
        return
    days_before = regime.duty(one.kind).remind
    for days in days_before:
        if str(days) in one.reminded or any(str(later) in one.reminded for later in range(days)):
            continue
        planned = _planned(one, regime, window, days, last=days == min(days_before))
        if planned is None:
            continue
        when = window.next_opening(max(planned, since))
        if when < one.due:
            yield when, Remind(one.id, one.kind, str(days))


def _planned(
    one: WatchedDeadline, regime: Regime, window: Window, days: int, *, last: bool
) -> datetime | None:
    """When a reminder should go: in the morning of its day, moved backwards to an allowed one.

    None if the limit had not begun then. The last one that falls on the day when the limit began (as
    that of a same-day limit does) goes that afternoon.
    """
    day = window.back(last_day(one.due) - timedelta(days=days))
    begun = day_of(one.start)
    hour = regime.hours.same_day_reminder_at if last and day == begun else regime.hours.reminders_at
    planned = at(day, hour)
    return planned if planned > one.start else None


def _rungs(one: WatchedDeadline, regime: Regime, window: Window, since: datetime) -> Iterator[_Moment]:
    """The lowest untold rung, and what is to be repeated of those told."""
    told = {given.name: given for given in one.rungs}
    before: GivenRung | None = None
    lowest_untold = True
    for rung in regime.ladder(one.kind):
        given = told.get(rung.name)
        if given is not None:
            if (again := _repeat_at(given, rung, window)) is not None:
                step = Repeat(one.id, one.kind, rung, given.repeats + 1)
                yield window.next_opening(max(again, since)), step
            before = given
        elif lowest_untold:
            lowest_untold = False
            if before is None:
                reached = window.plus(one.due, rung.after)
            elif before.sent_at is None:
                continue
            else:
                reached = window.plus(before.sent_at, max(rung.after, regime.least_gap))
            yield window.next_opening(max(reached, since)), Escalate(one.id, one.kind, rung)


def _repeat_at(given: GivenRung, rung: Rung, window: Window) -> datetime | None:
    """When a told rung is to be told again; a receipt holds that up for as long as it lasts."""
    if given.sent_at is None or rung.repeat_after is None or given.repeats >= rung.most_repeats:
        return None
    again = window.plus(given.last_sent_at or given.sent_at, rung.repeat_after)
    if given.receipt_at is not None:
        again = max(again, window.plus(given.receipt_at, rung.receipt_lasts))
    return again
