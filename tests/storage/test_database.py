"""What is written stands or falls whole, alone or together with others."""

import asyncio
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert, select, text
from sqlalchemy.exc import DBAPIError

from storage import settings
from storage.database import Database, Tx
from storage.tables import account, run


def put(name: str, value: int) -> Callable[[Tx], int]:
    def fn(tx: Tx) -> int:
        settings.put(tx, name, value)
        return value

    return fn


def put_and_fail(name: str) -> Callable[[Tx], None]:
    def fn(tx: Tx) -> None:
        settings.put(tx, name, 1)
        raise KeyError(name)

    return fn


def value_of(db: Database, name: str) -> object:
    return db.read_now(lambda tx: settings.get(tx, name))


async def test_what_is_written_can_be_read(db: Database) -> None:
    assert await db.write(put("a", 7)) == 7
    assert await db.read(lambda tx: settings.get(tx, "a")) == 7


async def test_a_failure_is_told_to_its_caller_and_leaves_nothing(db: Database) -> None:
    with pytest.raises(KeyError):
        await db.write(put_and_fail("a"))
    assert value_of(db, "a") is None


async def test_one_that_fails_among_many_leaves_nothing_and_its_neighbours_stand(db: Database) -> None:
    """On SQLite they share a commit: the writer is held up until all of them wait."""
    gate = threading.Event()
    held = asyncio.create_task(db.write(lambda tx: gate.wait(10)))
    await asyncio.sleep(0)
    waiting = [
        asyncio.create_task(db.write(put_and_fail(f"bad{i}") if i % 3 == 1 else put(f"good{i}", i)))
        for i in range(40)
    ]
    await asyncio.sleep(0)
    gate.set()
    await held
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    for i, answer in enumerate(answers):
        if i % 3 == 1:
            assert isinstance(answer, KeyError)
            assert value_of(db, f"bad{i}") is None
        else:
            assert answer == i
            assert value_of(db, f"good{i}") == i


async def test_a_statement_that_the_database_refuses_undoes_only_its_own_function(db: Database) -> None:
    def unknown_person(tx: Tx) -> None:
        settings.put(tx, "before", 1)
        tx.execute(insert(account).values(channel="c", account="a", person_id=12345))

    before, bad, after = await asyncio.gather(
        db.write(put("x", 1)), db.write(unknown_person), db.write(put("y", 2)), return_exceptions=True
    )
    assert (before, after) == (1, 2)
    assert isinstance(bad, Exception)
    assert [value_of(db, name) for name in ("x", "before", "y")] == [1, None, 2]


async def test_a_savepoint_inside_a_function_rolls_back_alone(db: Database) -> None:
    def half(tx: Tx) -> None:
        settings.put(tx, "kept", 1)
        with pytest.raises(ZeroDivisionError), tx.begin_nested():
            settings.put(tx, "undone", 1)
            raise ZeroDivisionError

    await db.write(half)
    assert value_of(db, "kept") == 1
    assert value_of(db, "undone") is None


async def test_an_answered_write_is_there_for_another_connection(db: Database) -> None:
    await db.write(put("a", 1))
    engine = create_engine(db.url)
    with engine.connect() as other:
        assert settings.get(other, "a") == 1
    engine.dispose()


async def test_a_function_that_was_given_up_before_its_turn_does_nothing(db: Database) -> None:
    if not db.is_sqlite:
        pytest.skip("the queue is SQLite's")
    gate = threading.Event()
    held = asyncio.create_task(db.write(lambda tx: gate.wait(10)))
    await asyncio.sleep(0.05)
    given_up = asyncio.create_task(db.write(put("a", 1)))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.sleep(0)
    gate.set()
    await held
    assert await db.write(put("b", 2)) == 2
    assert value_of(db, "a") is None


async def test_moments_come_back_as_the_same_instant_in_the_citys_time(db: Database) -> None:
    moment = datetime(2025, 12, 31, 16, 0, 0, 123456, tzinfo=UTC)
    await db.write(lambda tx: tx.execute(insert(run).values(key="k", at=moment, result={})))
    stored = await db.read(lambda tx: tx.execute(select(run.c.at)).scalar_one())
    assert stored == moment
    assert stored.isoformat() == "2026-01-01T00:00:00.123456+08:00"


async def test_a_moment_without_an_offset_is_refused(db: Database) -> None:
    with pytest.raises(Exception, match="without an offset"):
        await db.write(
            lambda tx: tx.execute(insert(run).values(key="k", at=datetime(2025, 1, 1), result={}))  # noqa: DTZ001
        )


async def test_closing_finishes_what_waits(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'city.db'}"
    db = Database(url)
    db.write_now(lambda tx: tx.exec_driver_sql("CREATE TABLE setting (name TEXT PRIMARY KEY, value JSON)"))
    writes = [asyncio.create_task(db.write(put(f"a{i}", i))) for i in range(100)]
    await asyncio.sleep(0)
    await asyncio.to_thread(db.close)
    assert await asyncio.gather(*writes) == list(range(100))


def test_the_text_of_an_error_names_nothing_that_was_to_be_written(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'x.db'}")
    try:
        with pytest.raises(DBAPIError) as caught:
            db.write_now(lambda tx: tx.execute(text("insert into nowhere values (:a)"), {"a": "13912345678"}))
        assert "13912345678" not in str(caught.value)
    finally:
        db.close()


def test_a_connection_that_was_cut_while_it_rested_is_made_anew(db: Database) -> None:
    """The database was restarted in a quiet minute: nobody's message fails for that."""
    if db.is_sqlite:
        pytest.skip("SQLite's connections can't be cut")
    db.write_now(put("a", 1))
    other = create_engine(db.url, isolation_level="AUTOCOMMIT")
    with other.connect() as connection:
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(text(cut))
    other.dispose()
    time.sleep(1.1)
    assert db.write_now(put("a", 2)) == 2
