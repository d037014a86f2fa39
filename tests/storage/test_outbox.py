"""What goes out: each fact told once, each message sent by one attempt, in order for its recipient."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from storage import outbox, sending
from storage.database import Database
from storage.tables import attempt, message, notice
from tests.storage.conftest import START, City

REAL = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def told(city: City, key: str, **more: Any) -> outbox.Notice:
    return outbox.Notice(key=key, kind="remind", urgency="reminder", line=key, person_id=city.contact, **more)


def add(city: City, *notices: outbox.Notice) -> int:
    """How many of these facts are new."""
    return city.db.write_now(lambda tx: sum(outbox.add(tx, one, START) for one in notices))


def states(db: Database) -> dict[str, str]:
    return {r.key: r.state for r in db.read_now(lambda tx: tx.execute(select(notice)).all())}


def write_to(db: Database, account: str, text: str = "您好", urgency: str = "reply") -> int:
    return db.write_now(
        lambda tx: outbox.put_message(
            tx, channel="console", account=account, text=text, urgency=urgency, at=START
        )
    )


def lease(db: Database, at: datetime = REAL, most: int = 50) -> list[tuple[int, int]]:
    return [(one.id, one.attempt) for one in db.write_now(lambda tx: sending.lease(tx, at, most))]


def sent(db: Database, *ids: tuple[int, int]) -> None:
    db.write_now(lambda tx: sending.sent(tx, ids, START))


def message_row(db: Database, message_id: int) -> Any:
    return db.read_now(lambda tx: tx.execute(select(message).where(message.c.id == message_id)).one())


def test_a_fact_is_told_once_however_often_it_is_said(city: City) -> None:
    assert add(city, told(city, "a"), told(city, "b")) == 2
    assert add(city, told(city, "b"), told(city, "c")) == 1
    assert add(city, told(city, "c")) == 0
    assert set(states(city.db)) == {"a", "b", "c"}


def test_notices_wait_for_their_time(city: City) -> None:
    add(city, told(city, "now"), told(city, "later", not_before=START + timedelta(hours=1)))

    def due(at: datetime) -> list[str]:
        return [row.key for row in city.db.read_now(lambda tx: outbox.due_notices(tx, at))]

    assert due(START) == ["now"]
    assert due(START + timedelta(hours=1) - SECOND) == ["now"]
    assert due(START + timedelta(hours=1)) == ["now", "later"]
    assert city.db.read_now(outbox.next_notice) == START


def test_a_draft_goes_to_nobody_until_it_is_released(city: City) -> None:
    add(city, told(city, "draft", draft=True, release_at=START + timedelta(days=1)))
    assert city.db.read_now(lambda tx: outbox.due_notices(tx, START + timedelta(days=9))) == []
    assert city.db.read_now(outbox.next_notice) == START + timedelta(days=1)


def test_what_a_message_caused_is_withdrawn_unless_it_went_out(city: City) -> None:
    add(
        city, told(city, "waits", inbox_id=5), told(city, "gone", inbox_id=5), told(city, "other", inbox_id=6)
    )
    city.db.write_now(
        lambda tx: tx.execute(update(notice).where(notice.c.key == "gone").values(state=outbox.MERGED))
    )
    reached = city.db.write_now(lambda tx: outbox.withdraw(tx, 5, "撤销"))
    assert [row.key for row in reached] == ["gone"]
    assert states(city.db) == {"waits": "withdrawn", "gone": "merged", "other": "waiting"}


def test_each_recipient_has_one_message_under_way_and_they_go_in_order(db: Database) -> None:
    first, second, other = write_to(db, "a"), write_to(db, "a"), write_to(db, "b")
    assert lease(db) == [(first, 1), (other, 1)]
    assert lease(db) == []
    sent(db, (first, 1))
    assert lease(db) == [(second, 1)]


def test_urgent_messages_go_before_ordinary_ones_of_other_people(db: Database) -> None:
    reminder, urgent = write_to(db, "a", urgency="reminder"), write_to(db, "b", urgency="urgent")
    assert lease(db) == [(urgent, 1), (reminder, 1)]


def test_who_was_killed_while_sending_loses_the_lease_after_a_minute(db: Database) -> None:
    one = write_to(db, "a")
    lease(db, REAL)
    assert lease(db, REAL + sending.LEASE - SECOND) == []
    assert lease(db, REAL + sending.LEASE) == [(one, 2)]


def test_a_process_that_is_alone_takes_up_at_once_what_a_killed_one_left(db: Database) -> None:
    one = write_to(db, "a")
    lease(db, REAL)
    db.write_now(sending.free)
    assert lease(db, REAL) == [(one, 2)]


def test_a_clock_set_back_does_not_prolong_a_lease(db: Database) -> None:
    one = write_to(db, "a")
    lease(db, REAL)
    assert lease(db, REAL - timedelta(hours=1)) == [(one, 2)]


def test_a_clock_set_back_does_not_prolong_a_retry(db: Database) -> None:
    one = write_to(db, "a")
    lease(db, REAL)
    db.write_now(lambda tx: sending.not_sent(tx, one, 1, "忙", REAL, REAL + timedelta(minutes=10)))
    assert lease(db, REAL) == []
    assert lease(db, REAL - timedelta(hours=1)) == [(one, 2)]


def test_only_the_last_attempt_may_finish(db: Database) -> None:
    one = write_to(db, "a")
    lease(db, REAL)
    lease(db, REAL + sending.LEASE)
    sent(db, (one, 1))
    assert message_row(db, one).state == outbox.WAITING
    db.write_now(lambda tx: sending.not_sent(tx, one, 1, "旧的", REAL, None))
    assert message_row(db, one).state == outbox.WAITING
    sent(db, (one, 2))
    assert message_row(db, one).state == outbox.SENT


def test_a_failed_send_is_tried_at_its_time_with_its_reason_kept(db: Database) -> None:
    one = write_to(db, "a")
    lease(db, REAL)
    db.write_now(lambda tx: sending.not_sent(tx, one, 1, "频率超限", REAL, REAL + 5 * SECOND))
    assert lease(db, REAL + 4 * SECOND) == []
    assert lease(db, REAL + 5 * SECOND) == [(one, 2)]
    tries = db.read_now(lambda tx: tx.execute(select(attempt.c.number, attempt.c.outcome)).all())
    assert [tuple(row) for row in tries] == [(1, "频率超限")]


def test_a_message_given_up_lets_the_next_one_go(db: Database) -> None:
    bad, behind = write_to(db, "a"), write_to(db, "a")
    lease(db, REAL)
    db.write_now(lambda tx: sending.not_sent(tx, bad, 1, "账号不存在", REAL, None))
    assert message_row(db, bad).state == outbox.GIVEN_UP
    assert lease(db, REAL) == [(behind, 1)]


def test_each_message_has_a_name_of_its_own(db: Database) -> None:
    names = {message_row(db, write_to(db, "a")).uuid for _ in range(20)}
    assert len(names) == 20


def test_two_messages_never_share_a_name(db: Database) -> None:
    one = message_row(db, write_to(db, "a"))
    values = {**one._mapping, "id": None}
    del values["id"]
    try:
        db.write_now(lambda tx: tx.execute(insert(message).values(**values)))
    except Exception as error:
        assert "uuid" in str(error)
    else:
        raise AssertionError("the name was taken twice")


def test_a_sweeps_notices_are_kept_together_and_told_once(city: City) -> None:
    city.db.write_now(lambda tx: outbox.add_all(tx, [told(city, "a"), told(city, "b")], START))
    city.db.write_now(lambda tx: outbox.add_all(tx, [told(city, "b"), told(city, "c")], START))
    assert states(city.db) == dict.fromkeys("abc", outbox.WAITING)
