"""From where to where a ticket may move, and who may confirm its end."""

import pytest

from bot.mechanism.states import OPEN, Event, State, move
from bot.mechanism.strike_off import confirm_fault


@pytest.mark.parametrize(
    ("state", "event", "to"),
    [
        (State.REPORTED, Event.VERIFY, State.ENTERED),
        (State.REPORTED, Event.DISPATCH, State.DISPATCHED),
        (State.REPORTED, Event.DECLINE, State.DECLINED),
        (State.REPORTED, Event.SEND_BACK, State.REPORTED),
        (State.ENTERED, Event.DISPATCH, State.DISPATCHED),
        (State.ENTERED, Event.WITHDRAW, State.WITHDRAWN),
        (State.ENTERED, Event.DECLINE, None),
        (State.DISPATCHED, Event.ACKNOWLEDGE, State.DISPATCHED),
        (State.DISPATCHED, Event.ARRANGE, State.IN_PROGRESS),
        (State.DISPATCHED, Event.FEEDBACK, State.IN_PROGRESS),
        (State.DISPATCHED, Event.RETURN, State.ENTERED),
        (State.DISPATCHED, Event.WITHDRAW, None),
        (State.IN_PROGRESS, Event.RESOLVE, State.RESOLVED),
        (State.IN_PROGRESS, Event.STRIKE_OFF, None),
        (State.RESOLVED, Event.STRIKE_OFF, State.STRUCK_OFF),
        (State.RESOLVED, Event.REJECT, State.IN_PROGRESS),
        (State.RESOLVED, Event.EXTEND, None),
        (State.STRUCK_OFF, Event.REOPEN, State.DISPATCHED),
        (State.DECLINED, Event.REOPEN, State.REPORTED),
    ],
)
def test_T0_T7_moves(state: State, event: Event, to: State | None) -> None:
    assert move(state, event) is to


def test_T7_what_is_dispatched_leaves_the_list_by_strike_off_alone() -> None:
    for state in (State.DISPATCHED, State.IN_PROGRESS, State.RESOLVED):
        ends = {to for event in Event if (to := move(state, event)) is not None} - OPEN
        assert ends <= {State.STRUCK_OFF}


def test_states_are_named_as_people_read_them() -> None:
    assert "".join(f"{state.words} " for state in State) == (
        "待核实 待交办 已交办 办理中 待销号 已销号 不列入 已撤回 "
    )


CITY, BUREAU, STATION, COUNTY = 1, 2, 3, 4


@pytest.mark.parametrize(
    ("confirmer", "units", "may"),
    [
        (20, {COUNTY, CITY}, True),  # the project's liaison
        (10, {COUNTY, CITY}, False),  # the claimer, now in another unit
        (21, {BUREAU, CITY}, False),  # a colleague of the claiming bureau
        (22, {STATION, BUREAU, CITY}, False),  # of a station under it
        (23, {CITY}, True),  # of the unit above it
    ],
)
def test_T7_an_end_is_confirmed_by_a_second_person_from_outside(
    confirmer: int, units: set[int], may: bool
) -> None:
    fault = confirm_fault(claimers=[10], claiming_units=[BUREAU], confirmer=confirmer, confirmer_units=units)
    assert (fault is None) == may


def test_T7_who_may_not_confirm_reads_why() -> None:
    own = confirm_fault(claimers=[10], claiming_units=[BUREAU], confirmer=10, confirmer_units=[BUREAU])
    colleague = confirm_fault(claimers=[10], claiming_units=[BUREAU], confirmer=11, confirmer_units=[BUREAU])
    assert own == "销号要由另一人确认，不能由申请人自己确认"
    assert colleague == "销号要由承办单位以外的人确认，本单位及下属单位不能确认"
