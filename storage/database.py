"""The database: plain functions over a transaction, run off the event loop.

    await db.write(fn)      fn(tx) -> T in one transaction; all of it happens or nothing
    await db.read(fn)       the same, reading only

On SQLite one writer thread takes what waits, runs each function in a savepoint of its own and commits
them together with synchronous=FULL: a function is answered only when its commit is on the disk. On
PostgreSQL each function is a transaction in a small pool of threads.
"""

import asyncio
import contextlib
import json
import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import sqlalchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError

Tx: TypeAlias = Connection
T = TypeVar("T")
Job: TypeAlias = tuple[Callable[[Connection], Any], "Future[Any] | asyncio.Future[Any]"]
Answer: TypeAlias = tuple["Future[Any] | asyncio.Future[Any]", Any, BaseException | None]

_TOGETHER = 64  # functions that share one commit at most: bounds how long the first of them waits
_POSTGRES_THREADS = 8
_READER_THREADS = 2
_REST = 1.0  # seconds
_MET_ANOTHER = ("40P01", "40001", "23505")  # deadlock, serialization failure, unique violation


def _dump(value: Any) -> str:
    # Most lists and objects that a row carries are empty.
    return "[]" if value == [] else "{}" if value == {} else _ENCODER.encode(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False)  # json.dumps would make one for each value


def _load(text: str) -> Any:
    return [] if text == "[]" else {} if text == "{}" else json.loads(text)


_ENGINE: dict[str, Any] = {
    "json_serializer": _dump,
    "json_deserializer": _load,
    "hide_parameters": True,  # an error's text is logged: it names no person, message or address
}


@contextlib.contextmanager
def all_or_nothing(tx: Tx) -> Iterator[None]:
    """A part of a transaction: what is raised inside undoes what was done inside, and goes on from here."""
    # Straight on the driver's connection: begin_nested costs as much as two statements.
    run: Callable[[str], Any] = tx.connection.driver_connection.execute  # type: ignore[union-attr]
    run("SAVEPOINT nested")
    try:
        yield
    except BaseException:
        run("ROLLBACK TO nested")
        raise
    finally:
        run("RELEASE nested")


class Database:
    """One city's database. `url` is SQLAlchemy's: sqlite:///FILE or postgresql+psycopg://…

    `durable` False is for a throw-away copy on SQLite: a commit need not be on the disk.
    """

    def __init__(self, url: str, *, durable: bool = True) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        if self.is_sqlite:
            if file := make_url(url).database:
                Path(file).parent.mkdir(parents=True, exist_ok=True)
            self._writer = _sqlite_engine(url, begin="BEGIN IMMEDIATE", durable=durable)
            self._reader = _sqlite_engine(url, begin="BEGIN", durable=durable)
            self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
            self._thread: threading.Thread | None = threading.Thread(
                target=self._write_loop, name="database-writer", daemon=True
            )
            self._thread.start()
            self._readers = ThreadPoolExecutor(_READER_THREADS, "database-reader")
        else:
            self._writer = self._reader = sqlalchemy.create_engine(
                url, pool_size=_POSTGRES_THREADS, max_overflow=0, **_ENGINE
            )
            _ask_after_a_rest(self._writer)
            self._thread = None
            self._readers = ThreadPoolExecutor(_POSTGRES_THREADS, "database")

    @property
    def engine(self) -> Engine:
        """The engine that writes: for migrations."""
        return self._writer

    async def write(self, fn: Callable[[Tx], T]) -> T:
        """Run `fn` in a transaction and commit it. What it raises, undoes it and is raised here."""
        if self._thread is None:
            return await asyncio.wrap_future(self._readers.submit(self._in_transaction, self._writer, fn))
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._jobs.put((fn, done))
        return await done

    async def read(self, fn: Callable[[Tx], T]) -> T:
        """Run `fn`, which only reads, on one consistent state of the database."""
        return await asyncio.wrap_future(self._readers.submit(self._in_transaction, self._reader, fn))

    def write_now(self, fn: Callable[[Tx], T]) -> T:
        """`write` for code without an event loop (commands, tests)."""
        if self._thread is None:
            return self._in_transaction(self._writer, fn)
        done: Future[T] = Future()
        self._jobs.put((fn, done))
        return done.result()

    def read_now(self, fn: Callable[[Tx], T]) -> T:
        """`read` for code without an event loop."""
        return self._in_transaction(self._reader, fn)

    def close(self) -> None:
        """Finish what waits and let go of the connections."""
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join()
        self._readers.shutdown()
        self._writer.dispose()
        self._reader.dispose()

    def _in_transaction(self, engine: Engine, fn: Callable[[Tx], T]) -> T:
        try:
            with engine.begin() as tx:
                return fn(tx)
        except Exception as error:
            # Two replicas may meet: in a deadlock, or where both add what neither had found. PostgreSQL has
            # undone one of them, which tries again and then sees what the other did.
            told = error.orig if isinstance(error, DBAPIError) else error
            if getattr(told, "sqlstate", None) not in _MET_ANOTHER:
                raise
            with engine.begin() as tx:
                return fn(tx)

    def _write_loop(self) -> None:
        with self._writer.connect() as tx:
            while (first := self._jobs.get()) is not None:
                jobs, stop = [first], False
                while len(jobs) < _TOGETHER and not self._jobs.empty():
                    job = self._jobs.get()
                    if job is None:
                        stop = True
                        break
                    jobs.append(job)
                self._write_together(tx, jobs)
                if stop:
                    return

    def _write_together(self, tx: Connection, jobs: list[Job]) -> None:
        answers: list[Answer] = []
        try:
            with tx.begin():
                for fn, done in jobs:
                    if done.cancelled():
                        continue
                    try:
                        with all_or_nothing(tx):
                            answer = fn(tx)
                    except Exception as error:  # it is the caller's: only his part is undone
                        if isinstance(error, DBAPIError) and error.connection_invalidated:
                            raise
                        answers.append((done, None, error))
                    else:
                        answers.append((done, answer, None))
        except Exception as error:  # the commit failed, so nobody's work stands: each of them is told
            answers = [(done, None, error) for _, done in jobs]
        _give(answers)


def _give(answers: list[Answer]) -> None:
    """Answer those who wait: an event loop is woken once for all of its own."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Answer]] = {}
    for one in answers:
        done = one[0]
        if isinstance(done, asyncio.Future):
            by_loop.setdefault(done.get_loop(), []).append(one)
        else:
            _settle([one])
    for loop, its_own in by_loop.items():
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_settle, its_own)


def _settle(answers: list[Answer]) -> None:
    for done, answer, failure in answers:
        if done.done():  # whoever waited has gone
            continue
        if failure is None:
            done.set_result(answer)
        else:
            done.set_exception(failure)


def _ask_after_a_rest(engine: Engine) -> None:
    """A connection that rested is asked whether it is still there, and made anew if not.

    As the pool's own asking before each use, but that costs a message a round trip.
    """

    @event.listens_for(engine, "checkin")
    def on_checkin(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def on_checkout(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("rests_since", -_REST) < _REST:
            return
        try:
            engine.dialect.do_ping(connection)
        except Exception:
            raise DisconnectionError from None  # the pool makes a new one


def _sqlite_engine(url: str, begin: str, *, durable: bool) -> Engine:
    # The driver's own transactions would swallow savepoints: switch them off and begin ourselves.
    engine = sqlalchemy.create_engine(url, connect_args={"check_same_thread": False}, **_ENGINE)

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={'FULL' if durable else 'OFF'}",
            "foreign_keys=ON",
            "busy_timeout=10000",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    def do_begin(connection: Any) -> None:
        connection.execute(begin)

    # Not by an event of the engine: one listener makes each statement look for listeners.
    engine.dialect.do_begin = do_begin  # type: ignore[method-assign, assignment]
    return engine
