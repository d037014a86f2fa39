"""Reminders, ladders, receipts, repeats, outages: what a ticket's limits ask for and when."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.calendar import Calendar
from bot.mechanism.look import (
    Escalate,
    GivenRung,
    Remind,
    Repeat,
    Step,
    Watched,
    WatchedDeadline,
    look,
)
from bot.mechanism.model import Kind, Regime
from bot.mechanism.states import State

from .moments import carried_out, changed, moment


def ticket(
    kind: Kind,
    start: str,
    due: str,
    *,
    rungs: tuple[GivenRung, ...] = (),
    reminded: frozenset[str] = frozenset({"0"}),
    obstruction: bool = False,
    state: State = State.IN_PROGRESS,
) -> Watched:
    """A ticket with one limit, of which the last reminder was sent unless the test says otherwise."""
    deadline = WatchedDeadline(1, kind, moment(start), moment(due), reminded=reminded, rungs=rungs)
    return Watched(17, state, obstruction=obstruction, deadlines=(deadline,))


def told(step: Step) -> str:
    match step:
        case Remind(key=key):
            return f"提醒{key}"
        case Escalate(rung=rung):
            return rung.name
        case Repeat(rung=rung, number=number):
            return f"{rung.name}{number}"


def lived(
    watched: Watched, regime: Regime, calendar: Calendar, since: str, until: str
) -> Iterator[tuple[str, str]]:
    """What happens if someone looks whenever asked to and everything is recorded at once."""
    now: datetime | None = moment(since)
    while now is not None and now < moment(until):
        answer = look(watched, regime, calendar, now)
        for step in answer.steps:
            yield f"{now:%m-%d %H:%M}", told(step)
        watched = carried_out(watched, answer.steps, now)
        assert answer.next_look is None or answer.next_look > now
        now = answer.next_look


def test_T5_an_ordinary_problem_that_nobody_solves(regime: Regime, calendar: Calendar) -> None:
    watched = ticket(Kind.ORDINARY, "2025-09-15 09:00", "2025-09-23 00:00", reminded=frozenset())
    assert list(lived(watched, regime, calendar, "2025-09-15 09:00", "2025-12-31 00:00")) == [
        ("09-19 08:30", "提醒1"),  # Sunday 21 is a rest day: back to Friday
        ("09-22 08:30", "提醒0"),
        ("09-23 08:00", "提醒联系人"),
        ("09-23 08:30", "告知分管领导"),
        ("09-24 08:00", "提醒联系人1"),
        ("09-24 08:30", "告知主要负责人"),
        ("09-25 08:00", "提醒联系人2"),
        ("09-25 08:30", "告知分管领导1"),
        ("09-25 08:30", "报重点办督办"),
        ("09-26 08:00", "提醒联系人3"),
        ("09-28 08:30", "请示包联领导"),  # a draft: the ladder waits for the office
    ]


def test_T2_a_same_day_limit_is_reminded_of_in_the_afternoon(regime: Regime, calendar: Calendar) -> None:
    watched = ticket(Kind.ARRANGE, "2025-09-15 09:00", "2025-09-16 00:00", reminded=frozenset())
    assert list(lived(watched, regime, calendar, "2025-09-15 09:00", "2025-09-16 09:00")) == [
        ("09-15 15:30", "提醒0"),
        ("09-16 08:00", "提醒联系人"),
        ("09-16 08:30", "告知分管领导"),
    ]


@pytest.mark.parametrize(
    ("start", "due", "expected"),
    [
        ("2025-09-15 09:00", "2025-09-19 00:00", [("09-17 08:30", "提醒1"), ("09-18 08:30", "提醒0")]),
        # due on Sunday: both would go on Friday morning, so only the latest does
        ("2025-09-18 09:00", "2025-09-22 00:00", [("09-19 08:30", "提醒0")]),
        # due in 国庆: the last workday before it is the day on which it began, so that afternoon
        ("2025-09-30 09:00", "2025-10-04 00:00", [("09-30 15:30", "提醒0")]),
        # told too late for that: nothing can come before the limit
        ("2025-09-30 16:00", "2025-10-04 00:00", []),
    ],
)
def test_T3_reminders_come_before_the_limit(
    regime: Regime, calendar: Calendar, start: str, due: str, expected: list[tuple[str, str]]
) -> None:
    watched = ticket(Kind.FEEDBACK, start, due, reminded=frozenset())
    happened = list(lived(watched, regime, calendar, start, due))
    assert happened == expected


def test_of_missed_reminders_only_the_latest_goes(regime: Regime, calendar: Calendar) -> None:
    watched = ticket(Kind.COMPLEX, "2025-09-15 09:00", "2025-10-16 00:00", reminded=frozenset())
    answer = look(watched, regime, calendar, moment("2025-10-15 11:00"))
    assert answer.steps == (Remind(1, Kind.COMPLEX, "0", skipped=("1", "7")),)
    assert answer.next_look == moment("2025-10-16 08:00")


def test_nothing_is_sent_at_night_or_on_rest_days(regime: Regime, calendar: Calendar) -> None:
    watched = ticket(Kind.FEEDBACK, "2025-09-28 09:00", "2025-10-02 00:00")
    answer = look(watched, regime, calendar, moment("2025-10-02 10:00"))
    assert answer.steps == ()
    assert answer.next_look == moment("2025-10-09 08:00")


def test_T4_obstruction_climbs_by_day_on_rest_days_too(regime: Regime, calendar: Calendar) -> None:
    watched = ticket(Kind.OBSTRUCTION, "2025-09-30 10:00", "2025-10-04 00:00", obstruction=True)
    assert list(lived(watched, regime, calendar, "2025-10-03 23:00", "2025-10-05 09:01")) == [
        ("10-04 06:30", "提醒联系人"),
        ("10-04 07:00", "告知分管领导"),
        ("10-04 10:30", "提醒联系人1"),
        ("10-04 11:00", "告知主要负责人"),
        ("10-04 14:30", "提醒联系人2"),
        ("10-04 15:00", "报重点办督办"),
        ("10-04 18:30", "提醒联系人3"),
        ("10-05 09:00", "请示包联领导"),
    ]


def test_after_an_outage_the_lowest_untold_rung_goes_first_and_alone(
    regime: Regime, calendar: Calendar
) -> None:
    watched = ticket(Kind.ORDINARY, "2025-08-01 09:00", "2025-08-09 00:00", reminded=frozenset())
    answer = look(watched, regime, calendar, moment("2025-09-15 10:00"))
    assert [told(step) for step in answer.steps] == ["提醒联系人"]
    assert answer.next_look == moment("2025-09-15 10:30")


def test_a_rung_counts_from_the_sending_of_the_one_before(regime: Regime, calendar: Calendar) -> None:
    rungs = (GivenRung("提醒联系人", moment("2025-09-23 17:45"), receipt_at=moment("2025-09-23 17:50")),)
    watched = ticket(Kind.ORDINARY, "2025-09-15 09:00", "2025-09-23 00:00", rungs=rungs)
    assert look(watched, regime, calendar, moment("2025-09-23 17:59")).next_look == moment("2025-09-24 08:15")


def test_a_draft_holds_the_ladder_until_the_office_sent_it(regime: Regime, calendar: Calendar) -> None:
    lower = tuple(
        GivenRung(name, moment("2025-09-24 08:00"), repeats=9)
        for name in ("提醒联系人", "告知分管领导", "告知主要负责人", "报重点办督办")
    )
    draft = GivenRung("请示包联领导", None)
    watched = ticket(Kind.ORDINARY, "2025-09-15 09:00", "2025-09-23 00:00", rungs=(*lower, draft))
    assert look(watched, regime, calendar, moment("2025-12-15 10:00")) == look(
        replace(watched, deadlines=()), regime, calendar, moment("2025-12-15 10:00")
    )
    sent = replace(draft, sent_at=moment("2025-12-15 10:00"))
    released = ticket(Kind.ORDINARY, "2025-09-15 09:00", "2025-09-23 00:00", rungs=(*lower, sent))
    assert look(released, regime, calendar, moment("2025-12-15 11:00")).next_look == moment(
        "2025-12-22 10:00"
    )


def test_a_receipt_stops_its_own_rungs_repeats_but_not_the_ladder(regime: Regime, calendar: Calendar) -> None:
    contact = GivenRung("提醒联系人", moment("2025-09-23 08:00"), receipt_at=moment("2025-09-23 16:00"))
    watched = ticket(Kind.ORDINARY, "2025-09-15 09:00", "2025-09-23 00:00", rungs=(contact,))
    assert list(lived(watched, regime, calendar, "2025-09-23 16:00", "2025-09-25 00:00")) == [
        ("09-23 16:00", "告知分管领导"),
        ("09-24 16:00", "提醒联系人1"),  # the receipt lasted ten working hours
        ("09-24 16:00", "告知主要负责人"),
    ]


@pytest.mark.parametrize("state", [State.RESOLVED, State.STRUCK_OFF, State.REPORTED, State.WITHDRAWN])
def test_T7_a_claimed_end_quiets_the_limits(regime: Regime, calendar: Calendar, state: State) -> None:
    watched = ticket(Kind.ORDINARY, "2025-09-15 09:00", "2025-09-23 00:00", state=state)
    answer = look(watched, regime, calendar, moment("2025-09-24 10:00"))
    assert (answer.steps, answer.next_look) == ((), None)


def test_T7_a_rejected_end_has_its_old_limit_again(regime: Regime, calendar: Calendar) -> None:
    claimed = ticket(Kind.ORDINARY, "2025-09-15 09:00", "2025-09-23 00:00", state=State.RESOLVED)
    rejected = replace(claimed, state=State.IN_PROGRESS)
    assert [told(step) for step in look(rejected, regime, calendar, moment("2025-09-25 10:00")).steps] == [
        "提醒联系人"
    ]


def test_what_is_met_or_void_asks_for_nothing(regime: Regime, calendar: Calendar) -> None:
    watched = ticket(Kind.ORDINARY, "2025-09-15 09:00", "2025-09-23 00:00")
    (deadline,) = watched.deadlines
    for quiet in (replace(deadline, met_at=moment("2025-09-20 10:00")), replace(deadline, void=True)):
        answer = look(replace(watched, deadlines=(quiet,)), regime, calendar, moment("2025-09-24 10:00"))
        assert (answer.steps, answer.next_look) == ((), None)


def test_a_paused_ticket_sleeps_until_its_day(regime: Regime, calendar: Calendar) -> None:
    watched = ticket(Kind.ORDINARY, "2025-09-15 09:00", "2025-09-23 00:00")
    paused = replace(watched, paused_until=moment("2025-10-05 00:00"))
    answer = look(paused, regime, calendar, moment("2025-09-24 10:00"))
    assert (answer.steps, answer.next_look) == ((), moment("2025-10-09 08:00"))
    assert look(paused, regime, calendar, moment("2025-10-09 08:00")).steps


def test_T1_the_office_is_reminded_of_its_own_limit(regime: Regime, calendar: Calendar) -> None:
    watched = ticket(
        Kind.DISPATCH, "2025-09-19 10:00", "2025-09-21 00:00", reminded=frozenset(), state=State.ENTERED
    )
    assert list(lived(watched, regime, calendar, "2025-09-19 10:00", "2025-09-23 00:00")) == [
        ("09-19 15:30", "提醒0"),  # due on Saturday
        ("09-22 08:00", "提醒重点办"),
    ]
    given_out = replace(watched, state=State.DISPATCHED)
    assert look(given_out, regime, calendar, moment("2025-09-22 08:00")).steps == ()


def test_a_promise_is_reminded_of_and_never_escalated(regime: Regime, calendar: Calendar) -> None:
    watched = ticket(Kind.PROMISE, "2025-09-15 10:00", "2025-09-19 00:00", reminded=frozenset())
    assert list(lived(watched, regime, calendar, "2025-09-15 10:00", "2025-12-01 00:00")) == [
        ("09-17 08:30", "提醒1"),
        ("09-18 08:30", "提醒0"),
    ]


def test_rungs_keep_the_least_gap(calendar: Calendar) -> None:
    regime = changed(("least_gap = 0.5 ", "least_gap = 3.0 "))
    watched = ticket(Kind.ORDINARY, "2025-09-15 09:00", "2025-09-23 00:00")
    assert list(lived(watched, regime, calendar, "2025-09-23 08:00", "2025-09-23 18:00")) == [
        ("09-23 08:00", "提醒联系人"),
        ("09-23 11:00", "告知分管领导"),
    ]


def test_several_limits_of_a_ticket_are_watched_side_by_side(regime: Regime, calendar: Calendar) -> None:
    one = ticket(Kind.ARRANGE, "2025-09-15 09:00", "2025-09-16 00:00").deadlines[0]
    other = ticket(Kind.FEEDBACK, "2025-09-15 09:00", "2025-09-19 00:00", reminded=frozenset()).deadlines[0]
    both = Watched(17, State.DISPATCHED, deadlines=(one, replace(other, id=2)))
    answer = look(both, regime, calendar, moment("2025-09-18 08:30"))
    assert [(step.deadline, told(step)) for step in answer.steps] == [(1, "提醒联系人"), (2, "提醒0")]
    assert answer.next_look == moment("2025-09-18 08:30") + timedelta(minutes=30)
