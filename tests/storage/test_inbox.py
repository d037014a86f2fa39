"""Messages that came: kept once, handled in order, set aside after three attempts."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.channel import Incoming, Key
from storage import inbox
from storage.database import Database
from storage.tables import inbox as inbox_table
from storage.tables import inbox_key

NOW = datetime(2025, 9, 15, 1, 0, tzinfo=UTC)


def message(key: str, account: str = "a", text: str = "您好", *more: str, digest: str = "d") -> Incoming:
    return Incoming("console", account, text, tuple(Key("app", one, digest) for one in (key, *more)))


def receive(db: Database, incoming: Incoming) -> int:
    return db.write_now(lambda tx: inbox.receive(tx, incoming, NOW))[0]


def claim(db: Database, at: datetime = NOW, most: int = 10) -> list[tuple[int, int]]:
    return db.write_now(lambda tx: inbox.claim(tx, at, most))


def finish(db: Database, inbox_id: int) -> None:
    db.write_now(lambda tx: inbox.finish(tx, inbox_id, None))


def test_the_same_key_with_the_same_content_is_the_same_message(db: Database) -> None:
    first = db.write_now(lambda tx: inbox.receive(tx, message("1"), NOW))
    again = db.write_now(lambda tx: inbox.receive(tx, message("1"), NOW + timedelta(days=1)))
    assert first[1] and not again[1]
    assert again[0] == first[0]
    assert db.read_now(lambda tx: tx.execute(select(func.count()).select_from(inbox_table)).scalar()) == 1


def test_any_of_several_keys_makes_it_the_same_message(db: Database) -> None:
    first = receive(db, message("1", "a", "您好", "other name"))
    assert receive(db, message("other name")) == first


def test_the_same_key_with_other_content_is_refused(db: Database) -> None:
    receive(db, message("1"))
    with pytest.raises(inbox.OtherContent):
        receive(db, message("1", digest="another"))


async def test_a_message_that_comes_twice_at_once_is_kept_once(db: Database) -> None:
    """A platform that hears nothing in time sends again, perhaps to the other replica."""
    kept = await asyncio.gather(
        *(db.write(lambda tx: inbox.receive(tx, message("1"), NOW)) for _ in range(8))
    )
    assert len({inbox_id for inbox_id, _ in kept}) == 1
    assert sum(is_new for _, is_new in kept) == 1


def test_a_refused_message_keeps_sender_and_time_only(db: Database) -> None:
    secret = Incoming("console", "a", "机密文件内容", (Key("app", "1", "d"),), attachments=("f",))
    inbox_id, _ = db.write_now(lambda tx: inbox.receive(tx, secret, NOW, refused=True))
    row = db.read_now(lambda tx: tx.execute(select(inbox_table).where(inbox_table.c.id == inbox_id)).one())
    assert (row.account, row.at, row.text, row.attachments) == ("a", NOW, "", [])
    assert claim(db) == []


def test_each_account_has_its_lowest_message_claimed_and_no_other(db: Database) -> None:
    first_of_a, _, first_of_b = (receive(db, message(str(i), who)) for i, who in enumerate("aab"))
    assert claim(db) == [(first_of_a, 1), (first_of_b, 1)]


def test_the_next_of_an_account_is_claimed_when_the_one_before_is_handled(db: Database) -> None:
    first, second = receive(db, message("1")), receive(db, message("2"))
    claim(db)
    finish(db, first)
    assert claim(db) == [(second, 1)]


def test_a_handled_message_is_not_taken_again(db: Database) -> None:
    inbox_id = receive(db, message("1"))
    claim(db)
    finish(db, inbox_id)
    assert db.write_now(lambda tx: inbox.take(tx, inbox_id)) is None
    assert claim(db) == []


def test_an_interrupted_message_is_claimed_alone(db: Database) -> None:
    """So that what kills the process is blamed for it, and not its neighbours."""
    first, second = receive(db, message("1", "a")), receive(db, message("2", "b"))
    assert claim(db) == [(first, 1), (second, 1)]
    third = receive(db, message("3", "c"))
    assert claim(db) == [(third, 1)]
    assert claim(db) == [(first, 2)]
    finish(db, first)
    assert claim(db) == [(second, 2)]


def test_after_three_attempts_the_next_message_has_its_turn(db: Database) -> None:
    bad, behind = receive(db, message("1")), receive(db, message("2"))
    assert [claim(db)[0] for _ in range(inbox.ATTEMPTS)] == [(bad, 1), (bad, 2), (bad, 3)]
    db.write_now(lambda tx: inbox.set_aside(tx, bad))
    assert claim(db) == [(behind, 1)]
    missed = db.read_now(lambda tx: inbox.missed_since(tx, NOW, NOW + timedelta(hours=1)))
    assert [row.id for row in missed] == [bad]


def test_a_failed_message_rests_before_it_is_tried_again(db: Database) -> None:
    inbox_id = receive(db, message("1"))
    claim(db)
    db.write_now(lambda tx: inbox.put_off(tx, inbox_id, 1, NOW))
    assert claim(db, NOW) == []
    assert claim(db, NOW + timedelta(seconds=1)) == [(inbox_id, 2)]


def test_a_failed_message_keeps_those_behind_it_waiting_but_not_other_people(db: Database) -> None:
    bad = receive(db, message("1", "a"))
    claim(db)
    db.write_now(lambda tx: inbox.put_off(tx, bad, 1, NOW))
    receive(db, message("2", "a"))
    other = receive(db, message("3", "b"))
    assert claim(db, NOW) == [(other, 1)]


def test_a_clock_set_back_does_not_make_a_failed_message_wait_for_it(db: Database) -> None:
    inbox_id = receive(db, message("1"))
    claim(db)
    db.write_now(lambda tx: inbox.put_off(tx, inbox_id, 1, NOW))
    assert claim(db, NOW - timedelta(hours=1)) == [(inbox_id, 2)]


def test_keys_of_one_app_say_nothing_about_another(db: Database) -> None:
    one = receive(db, Incoming("console", "a", "甲", (Key("app", "1", "d"),)))
    other = receive(db, Incoming("wecom", "a", "乙", (Key("other app", "1", "e"),)))
    assert one != other
    assert db.read_now(lambda tx: tx.execute(select(func.count()).select_from(inbox_key)).scalar()) == 2


def test_messages_that_come_together_are_told_apart(db: Database) -> None:
    """New ones, one that is there already, the same one twice, and one that is another under a known name."""
    old = receive(db, message("old"))
    together = [message("1"), message("old"), message("2"), message("1"), message("2", digest="another")]

    kept = db.write_now(lambda tx: inbox.receive_all(tx, [(one, False) for one in together], NOW))

    first, known, second, again, other = kept
    assert first.is_new and second.is_new and first.id != second.id
    assert known == (old, False) and again == (first.id, False)
    assert isinstance(other, inbox.OtherContent)
