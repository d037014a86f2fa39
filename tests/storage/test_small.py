"""Questions, runs, settings: the small tables, each with its one promise."""

import asyncio
from datetime import timedelta

import pytest

from storage import questions, runs, settings
from storage.database import Database
from tests.storage.conftest import START

DAY = timedelta(days=1)


def ask(db: Database, kind: str = "which-project", account: str = "a", group: str = "") -> int:
    return db.write_now(
        lambda tx: questions.ask(
            tx,
            kind=kind,
            channel="console",
            account=account,
            group=group,
            data={"text": "卡住了"},
            at=START,
            lapses_at=START + DAY,
            inbox_id=4,
        )
    )


def open_kind(db: Database, account: str = "a", group: str = "") -> str | None:
    found = db.read_now(lambda tx: questions.open_for(tx, "console", account, group))
    return found.kind if found else None


def test_a_chat_has_one_open_question_the_newest(db: Database) -> None:
    ask(db, "first")
    ask(db, "second")
    assert open_kind(db) == "second"
    db.write_now(lambda tx: questions.close(tx, ask_id(db), questions.ANSWERED, START))
    assert open_kind(db) is None


def ask_id(db: Database) -> int:
    found = db.read_now(lambda tx: questions.open_for(tx, "console", "a", ""))
    assert found is not None
    return found.id


def test_private_chat_group_and_other_people_have_questions_of_their_own(db: Database) -> None:
    ask(db, "private")
    ask(db, "group", group="city")
    ask(db, "his", account="b")
    assert [open_kind(db), open_kind(db, group="city"), open_kind(db, "b"), open_kind(db, "c")] == [
        "private",
        "group",
        "his",
        None,
    ]


def test_a_question_lapses_at_its_moment_and_not_before(db: Database) -> None:
    ask(db)
    assert db.read_now(questions.next_lapse) == START + DAY
    assert db.read_now(lambda tx: questions.lapsed(tx, START + DAY - timedelta(microseconds=1))) == []
    assert len(db.read_now(lambda tx: questions.lapsed(tx, START + DAY))) == 1


def test_a_message_taken_back_takes_its_questions_with_it(db: Database) -> None:
    ask(db)
    db.write_now(lambda tx: questions.close_of(tx, 4, START))
    assert open_kind(db) is None


async def test_what_must_happen_once_happens_once_even_if_tried_at_once(db: Database) -> None:
    tries = await asyncio.gather(*(db.write(lambda tx: runs.first(tx, "summary:1", START)) for _ in range(8)))
    assert sorted(tries) == [False] * 7 + [True]
    assert db.read_now(lambda tx: runs.happened(tx, "summary:1"))
    assert not db.read_now(lambda tx: runs.happened(tx, "summary:2"))


def test_a_run_that_was_undone_may_happen_again(db: Database) -> None:
    def fails(tx: object) -> None:
        assert runs.first(tx, "k", START)  # type: ignore[arg-type]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        db.write_now(fails)
    assert db.write_now(lambda tx: runs.first(tx, "k", START))


def test_a_setting_is_read_as_it_was_put(db: Database) -> None:
    assert db.read_now(lambda tx: settings.get(tx, "a")) is None
    for value in (1, "文字", [1, {"b": None}], False):
        db.write_now(lambda tx, value=value: settings.put(tx, "a", value))  # type: ignore[misc]
        assert db.read_now(lambda tx: settings.get(tx, "a")) == value
