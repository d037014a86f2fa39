"""Tickets: one mover, history that is never rewritten, and everything put back by an undo."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.acts import Category
from bot.mechanism import deadlines
from bot.mechanism.model import Kind
from bot.mechanism.states import State
from storage import tickets
from storage.database import Tx
from storage.tables import deadline
from storage.tickets import Moved, StepNote, Ticket
from tests.storage.conftest import START, City

HOUR = timedelta(hours=1)


def note(by: int | None, hours: int = 0, inbox_id: int = 1, words: str = "原话") -> StepNote:
    return StepNote(START + hours * HOUR, by, words, inbox_id=inbox_id)


def enter(city: City, title: str = "供水管迁改", tx: Tx | None = None) -> Ticket:
    def fn(tx: Tx) -> Ticket:
        return tickets.enter(
            tx,
            project=city_project,
            category=Category.UTILITIES,
            title=title,
            level=None,
            severity="ordinary",
            asked_units=["市水务局"],
            wanted_by=date(2025, 9, 30),
            rules=city.rules,
            note=note(city.liaison),
        )

    city_project = city.directory.projects[city.project]
    return fn(tx) if tx is not None else city.db.write_now(fn)


def step(city: City, seen: Ticket, kind: str, by: int, hours: int, **more: Any) -> Ticket:
    inbox_id = more.pop("inbox_id", 1)
    return city.db.write_now(
        lambda tx: tickets.step(tx, seen, kind, note(by, hours, inbox_id), rules=city.rules, **more)
    )


def dispatch(city: City, seen: Ticket, inbox_id: int = 2) -> Ticket:
    told = START + HOUR
    clocks = deadlines.at_dispatch(
        city.rules.regime,
        city.rules.calendar,
        entered=START,
        told=told,
        category=Category.UTILITIES,
    )
    return step(
        city, seen, "dispatch", city.office, 1, to=State.DISPATCHED, lead=city.waterworks,
        assisting=[city.housing], dues=clocks.dues, change={"told_at": told}, inbox_id=inbox_id,
    )  # fmt: skip


def running(city: City, ticket: Ticket) -> dict[str, Any]:
    rows = city.db.read_now(lambda tx: tickets.deadlines_of(tx, [ticket.id]))[ticket.id]
    return {row.kind: row for row in rows if row.runs}


def read(city: City, ticket: Ticket) -> Ticket:
    return city.db.read_now(lambda tx: tickets.by_id(tx, [ticket.id]))[0]


def take_back(city: City, ticket: Ticket, inbox_id: int, hours: int = 3) -> bool:
    taken = city.db.read_now(lambda tx: tickets.last_steps_by(tx, inbox_id))[0]
    return city.db.write_now(
        lambda tx: tickets.take_back(tx, ticket, taken, note(city.office, hours, 99), rules=city.rules)
    )


def history(city: City, ticket: Ticket) -> list[str]:
    return [row.kind for row in city.db.read_now(lambda tx: tickets.steps_of(tx, ticket.id))]


def test_numbers_count_up_and_never_start_again(city: City) -> None:
    first, second = enter(city), enter(city, "电力线路迁改")
    assert [first.number, second.number] == [1, 2]
    assert first.state is State.REPORTED
    step(city, second, "withdraw", 1, 1, to=State.WITHDRAWN)
    assert enter(city, "征地").number == 3


def test_a_ticket_that_was_undone_with_its_message_gives_its_number_back(city: City) -> None:
    """The number is taken in the same transaction: what did not happen leaves no gap."""

    def fails(tx: Tx) -> None:
        enter(city, tx=tx)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        city.db.write_now(fails)
    assert enter(city).number == 1


async def test_tickets_entered_at_once_get_different_numbers(city: City) -> None:
    city_project = city.directory.projects[city.project]

    def one(tx: Tx) -> int:
        return tickets.enter(
            tx, project=city_project, category="land", title="征地", level=None, severity="ordinary",
            asked_units=[], wanted_by=None, rules=city.rules, note=note(city.liaison),
        ).number  # fmt: skip

    numbers = await asyncio.gather(*(city.db.write(one) for _ in range(12)))
    assert sorted(numbers) == list(range(1, 13))


def test_a_step_writes_state_units_limits_and_the_next_look_in_one_go(city: City) -> None:
    ticket = dispatch(city, enter(city))
    assert ticket.state is State.DISPATCHED
    assert (ticket.lead_id, ticket.assisting_ids) == (city.waterworks, (city.housing,))
    assert set(running(city, ticket)) == {Kind.ARRANGE, Kind.FEEDBACK, Kind.ORDINARY}
    assert ticket.next_look is not None and ticket.next_look > START
    assert history(city, ticket) == ["report", "dispatch"]


def test_a_ticket_moves_only_from_the_state_it_was_seen_in(city: City) -> None:
    seen = enter(city)
    dispatch(city, seen)
    with pytest.raises(Moved):
        step(city, seen, "decline", city.office, 2, to=State.DECLINED)
    assert history(city, seen) == ["report", "dispatch"]
    assert read(city, seen).state is State.DISPATCHED


async def test_of_two_who_move_it_at_once_one_wins(city: City) -> None:
    seen = enter(city)

    def move(tx: Tx) -> Ticket:
        return tickets.step(tx, seen, "verify", note(city.office, 1), rules=city.rules, to=State.ENTERED)

    answers = await asyncio.gather(*(city.db.write(move) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(answer, Moved) for answer in answers) == 3
    assert history(city, seen) == ["report", "verify"]


def test_limits_that_end_say_by_which_step(city: City) -> None:
    ticket = dispatch(city, enter(city))
    step(city, ticket, "arrange", city.contact, 2, to=State.IN_PROGRESS, meet=[Kind.ARRANGE], inbox_id=3)
    rows = {row.kind: row for row in city.db.read_now(lambda tx: tx.execute(select(deadline)).all())}
    arranged = city.db.read_now(lambda tx: tickets.last_steps_by(tx, 3))[0]
    assert (rows["arrange"].met_at, rows["arrange"].met_by_id) == (START + 2 * HOUR, arranged.id)
    assert set(running(city, ticket)) == {Kind.FEEDBACK, Kind.ORDINARY}


def test_taking_back_a_step_restores_state_units_limits_and_what_it_changed(city: City) -> None:
    entered = step(city, enter(city), "verify", city.office, 0, to=State.ENTERED)
    dispatched = dispatch(city, entered)
    limits = running(city, dispatched)
    moved = step(
        city, dispatched, "redispatch", city.office, 2, lead=city.housing, assisting=[], to=State.IN_PROGRESS,
        change={"assignee": "周工", "planned": date(2025, 9, 22), "told_at": None}, meet=[Kind.ARRANGE],
        void=[Kind.ORDINARY], void_why="改交", inbox_id=7,
    )  # fmt: skip
    assert (moved.lead_id, moved.assisting_ids, moved.assignee) == (city.housing, (), "周工")
    assert take_back(city, moved, inbox_id=7)
    back = read(city, dispatched)
    assert back.state is State.DISPATCHED
    assert (back.lead_id, back.assisting_ids) == (city.waterworks, (city.housing,))
    assert (back.assignee, back.planned, back.told_at) == ("", None, START + HOUR)
    assert running(city, back) == limits
    assert back.next_look == dispatched.next_look
    assert history(city, back) == ["report", "verify", "dispatch", "redispatch", "undo"]


def test_taking_back_a_dispatch_voids_the_limits_that_it_started(city: City) -> None:
    ticket = dispatch(city, enter(city))
    assert take_back(city, ticket, inbox_id=2)
    back = read(city, ticket)
    assert (back.state, back.lead_id, back.unit_ids) == (State.REPORTED, None, ())
    assert running(city, back) == {}
    assert back.next_look is None


def test_what_others_built_upon_is_not_taken_back(city: City) -> None:
    ticket = dispatch(city, enter(city))
    step(city, ticket, "arrange", city.contact, 2, to=State.IN_PROGRESS, inbox_id=3)
    assert not take_back(city, read(city, ticket), inbox_id=2)
    assert read(city, ticket).state is State.IN_PROGRESS


def test_a_person_sees_the_tickets_of_his_projects_and_units(city: City) -> None:
    ticket = dispatch(city, enter(city))
    directory = city.directory

    def seen_by(who: int) -> list[int]:
        return [
            one.number
            for one in city.db.read_now(lambda tx: tickets.visible(tx, directory, directory.people[who]))
        ]

    assert seen_by(city.liaison) == seen_by(city.contact) == seen_by(city.office) == [ticket.number]
