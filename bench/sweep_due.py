"""Due tickets carried a step (rules, rung, history, notice, next look) a second, beside the bare drain that
only claims rows and inserts a message for each. Ten thousand due of a million open."""

import sqlite3
import tempfile
from contextlib import closing
from itertools import count
from pathlib import Path

from bench import backlog
from bench.line import Line, in_turn, seconds
from bot.app import City
from jobs import oversee
from jobs.schedule import Office
from storage.database import Tx

_OPEN, _DUE, _TOGETHER, _ROUNDS = 1_000_000, 10_000, 500, 5


def measure() -> Line:
    """Each round takes tickets that had no step before."""
    with tempfile.TemporaryDirectory() as folder:
        city = backlog.make(Path(folder), _OPEN)
        city.warm_up()  # as a process that serves does
        starts = count(1, _DUE)
        value, floor = in_turn(
            lambda: _ours(city, Path(folder), next(starts)),
            lambda: _bare(Path(folder), next(starts)),
            _ROUNDS,
        )
        city.close()
    return Line("sweep_due", value, "tickets/s", floor, "≥ 0.1, aim 0.3")


def _ours(city: City, folder: Path, first: int) -> float:
    backlog.fall_due(folder, first, _DUE)

    def sweep(tx: Tx) -> bool:
        return oversee.run(tx, backlog.NOW, Office(city.rules, city.directory.get(tx)))

    def drain() -> None:
        while city.db.write_now(sweep):
            pass

    return _DUE / seconds(drain)


def _bare(folder: Path, first: int) -> float:
    """The same tables, claimed from and inserted into by plain sqlite3, without any rule."""
    backlog.fall_due(folder, first, _DUE)
    now = backlog.micros(backlog.NOW)
    with closing(sqlite3.connect(folder / "city.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=FULL")

        def drain() -> None:
            while True:
                connection.execute("BEGIN IMMEDIATE")
                ids = connection.execute(
                    "SELECT id FROM ticket WHERE next_look <= ? ORDER BY next_look LIMIT ?", (now, _TOGETHER)
                ).fetchall()
                connection.executemany("UPDATE ticket SET next_look = NULL WHERE id = ?", ids)
                connection.executemany(
                    "INSERT INTO notice (key, kind, urgency, person_id, ticket_id, heading, line, answer, why,"
                    " buttons, while_states, at, not_before, state, state_why)"
                    " VALUES (?, 'overdue', 'reminder', 1, ?, '', '已超期', '', '', '[]', '[]', ?, ?, 'waiting', '')",
                    [(f"bare:{ticket_id}", ticket_id, now, now) for (ticket_id,) in ids],
                )
                connection.execute("COMMIT")
                if not ids:
                    return

        return _DUE / seconds(drain)
