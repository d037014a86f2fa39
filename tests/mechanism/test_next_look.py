"""For any ticket, the next look is the very next moment when there is something to do."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendar import Calendar
from bot.mechanism.look import GivenRung, Watched, WatchedDeadline, look
from bot.mechanism.model import Kind
from bot.mechanism.regime import DEFAULT, load
from bot.mechanism.states import State

from .moments import carried_out, moment

REGIME, CALENDAR = load(DEFAULT), Calendar()
FIRST, SPAN = moment("2025-09-01 00:00"), 120 * 24 * 60


def minutes(low: int = 0, high: int = SPAN) -> st.SearchStrategy[datetime]:
    return st.integers(low, high).map(lambda passed: FIRST + timedelta(minutes=passed))


@st.composite
def given_rungs(draw: st.DrawFn, kind: Kind) -> tuple[GivenRung, ...]:
    """The lower part of the ladder, as if it had been climbed somehow."""
    ladder = REGIME.ladder(kind)
    climbed = ladder[: draw(st.integers(0, len(ladder)))]
    return tuple(
        GivenRung(
            rung.name,
            draw(st.none() | minutes()) if rung.release != "auto" else draw(minutes()),
            receipt_at=draw(st.none() | minutes()),
            repeats=draw(st.integers(0, rung.most_repeats)),
            last_sent_at=draw(st.none() | minutes()),
        )
        for rung in climbed
    )


@st.composite
def tickets(draw: st.DrawFn) -> Watched:
    kinds = draw(st.lists(st.sampled_from(Kind), min_size=1, max_size=3))
    deadlines = []
    for number, kind in enumerate(kinds):
        start = draw(minutes())
        reminders = st.sampled_from([str(days) for days in REGIME.duty(kind).remind])
        deadlines.append(
            WatchedDeadline(
                number,
                kind,
                start,
                (start + timedelta(days=draw(st.integers(1, 40)))).replace(hour=0, minute=0),
                met_at=draw(st.none() | st.none() | minutes()),
                reminded=draw(st.frozensets(reminders)),
                rungs=draw(given_rungs(kind)),
            )
        )
    return Watched(
        17,
        draw(st.sampled_from([State.ENTERED, State.DISPATCHED, State.IN_PROGRESS])),
        obstruction=draw(st.booleans()),
        paused_until=draw(st.none() | minutes()),
        deadlines=tuple(deadlines),
    )


@settings(max_examples=400, deadline=None)
@given(tickets(), minutes(), st.lists(st.integers(1, 60 * 24 * 60), max_size=12))
def test_between_now_and_the_next_look_there_is_nothing_to_do(
    watched: Watched, now: datetime, later: list[int]
) -> None:
    answer = look(watched, REGIME, CALENDAR, now)
    after = carried_out(watched, answer.steps, now)
    for passed in later:
        between = now + timedelta(minutes=passed)
        if answer.next_look is None or between < answer.next_look:
            quiet = look(after, REGIME, CALENDAR, between)
            assert quiet.steps == ()
            assert quiet.next_look == answer.next_look
    if answer.next_look is not None:
        assert answer.next_look > now
        just_before = look(after, REGIME, CALENDAR, answer.next_look - timedelta(microseconds=1))
        assert just_before.steps == ()
        assert look(after, REGIME, CALENDAR, answer.next_look).steps


@settings(max_examples=200, deadline=None)
@given(tickets(), minutes())
def test_whoever_follows_the_looks_comes_to_an_end(watched: Watched, start: datetime) -> None:
    """Repeats are bounded, rungs are taken once, and each reminder goes once."""
    watched = replace(watched, paused_until=None)
    now: datetime | None = start
    said: set[tuple[object, ...]] = set()
    for _ in range(200):
        if now is None:
            break
        answer = look(watched, REGIME, CALENDAR, now)
        for step in answer.steps:
            words = (step.deadline, type(step), getattr(step, "key", None), getattr(step, "rung", None))
            once = (*words, getattr(step, "number", None))
            assert once not in said
            said.add(once)
        watched = carried_out(watched, answer.steps, now)
        now = answer.next_look
    assert now is None
