"""The clocks of tickets: what is due is found by its time, whatever else is open."""

from datetime import timedelta

from sqlalchemy import select

from bot.mechanism.states import State
from storage import outbox, tickets, watch
from storage.tables import rung
from tests.storage.conftest import START, City
from tests.storage.test_tickets import dispatch, enter, read, step

HOUR = timedelta(hours=1)


def test_a_ticket_is_due_from_the_moment_of_its_next_look(city: City) -> None:
    ticket = dispatch(city, enter(city))
    moment = ticket.next_look
    assert moment is not None
    assert city.db.read_now(watch.next_look) == moment

    def due(at: object) -> list[int]:
        return city.db.read_now(lambda tx: watch.due_ids(tx, at, 10))  # type: ignore[arg-type]

    assert due(moment - timedelta(microseconds=1)) == []
    assert due(moment) == [ticket.id]


def test_what_is_longest_due_comes_first_and_no_more_than_asked_for(city: City) -> None:
    first, second = dispatch(city, enter(city)), dispatch(city, enter(city, "电力线路"))
    city.db.write_now(lambda tx: watch.put_off(tx, first.id, START + 5 * HOUR))
    city.db.write_now(lambda tx: watch.put_off(tx, second.id, START + 4 * HOUR))
    later = START + timedelta(days=1)
    assert city.db.read_now(lambda tx: watch.due_ids(tx, later, 10)) == [second.id, first.id]
    assert city.db.read_now(lambda tx: watch.due_ids(tx, later, 1)) == [second.id]


def test_a_ticket_that_has_ended_is_looked_at_no_more(city: City) -> None:
    ticket = dispatch(city, enter(city))
    step(city, ticket, "strike", city.office, 2, to=State.STRUCK_OFF)
    assert read(city, ticket).next_look is None
    assert city.db.read_now(watch.next_look) is None


def test_only_running_limits_are_looked_at(city: City) -> None:
    ticket = dispatch(city, enter(city))
    step(city, ticket, "arrange", city.contact, 2, to=State.IN_PROGRESS, meet=["arrange"])
    seen = city.db.read_now(lambda tx: watch.read(tx, [ticket.id]))[0]
    assert {limit.kind for limit in seen.watched.deadlines} == {"feedback", "ordinary"}
    assert seen.watched.state is State.IN_PROGRESS


def test_what_a_sweep_led_to_is_written_and_read_back(city: City) -> None:
    ticket = dispatch(city, enter(city))
    limits = city.db.read_now(lambda tx: tickets.deadlines_of(tx, [ticket.id]))[ticket.id]
    now = START + 6 * HOUR
    outcome = watch.Outcome(
        next_looks={ticket.id: now + HOUR},
        steps=[
            {
                "ticket_id": ticket.id,
                "at": now,
                "kind": "remind",
                "way": "clock",
                "words": "",
                "before": {},
                "data": {},
            }
        ],
        rungs=[
            {
                "deadline_id": limits[0].id,
                "name": "contact",
                "given_at": now,
                "sent_at": None,
                "last_sent_at": None,
            }
        ],
        reminded={limits[1].id: ["1", "0"]},
    )
    city.db.write_now(lambda tx: watch.write(tx, outcome, now))
    seen = city.db.read_now(lambda tx: watch.read(tx, [ticket.id]))[0].watched.deadlines
    assert [one.name for one in seen[0].rungs] == ["contact"]
    assert seen[1].reminded == {"0", "1"}
    assert read(city, ticket).next_look == now + HOUR


def test_a_rung_counts_from_the_sending_of_its_message(city: City) -> None:
    ticket = dispatch(city, enter(city))
    limit = city.db.read_now(lambda tx: tickets.deadlines_of(tx, [ticket.id]))[ticket.id][0]
    given, gone = START + 24 * HOUR, START + 30 * HOUR
    rung_id = city.db.write_now(lambda tx: watch.give_draft(tx, limit.id, "head", given))
    notice = outbox.Notice(
        "k", "draft", "event", "行", person_id=city.contact, ticket_id=ticket.id, rung_id=rung_id
    )
    city.db.write_now(lambda tx: outbox.add(tx, notice, given))
    row = city.db.read_now(lambda tx: outbox.due_notices(tx, given))[0]
    city.db.write_now(lambda tx: outbox.settle(tx, [row.id], outbox.MERGED, message_id=77))
    city.db.write_now(lambda tx: watch.sent(tx, [77], city.rules, gone))
    city.db.write_now(lambda tx: watch.sent(tx, [77], city.rules, gone + HOUR))
    sent_at = city.db.read_now(lambda tx: tx.execute(select(rung.c.sent_at)).scalar_one())
    assert sent_at == gone
