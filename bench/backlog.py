"""A city with very many open tickets, written straight into its tables, of which some fall due together."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench import city as cities
from bot.app import City, demo_time
from bot.calendar import CITY

_NEVER = datetime(2090, 1, 1, tzinfo=CITY)
_MICROSECOND = timedelta(microseconds=1)
NOW = demo_time("2025-09-16 10:00")  # a working hour of the day after the limit ended


def make(folder: Path, tickets: int) -> City:
    """So many tickets in the hands of units, each with one running limit; none of them is looked at yet."""
    city = cities.make(folder, with_tickets=False)
    directory = city.db.read_now(city.directory.get)
    units = [one.id for one in directory.units.values() if directory.contacts(one.id)]
    projects = list(directory.projects)
    with sqlite3.connect(folder / "city.db") as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        _numbered(
            connection, tickets,
            "INSERT INTO ticket (id, number, project_id, category, title, words, severity, state, asked_units,"
            " reporter_id, on_behalf, assignee, listed, sent_back, regime_hash, reported_at, moved_at, next_look)"
            f" SELECT n, n, {_one_of(projects)}, 'utilities', '第' || n || '段管线迁改', '原话', 'ordinary',"
            " 'dispatched', '[]', 1, '', '', 0, 0, :hash, :begun, :begun, :never FROM numbers",
            hash=city.rules.regime.sha256,
        )  # fmt: skip
        _numbered(
            connection, tickets,
            "INSERT INTO ticket_unit (ticket_id, unit_id, part, state)"
            f" SELECT n, {_one_of(units)}, 'lead', 'told' FROM numbers",
        )  # fmt: skip
        _numbered(
            connection, tickets,
            "INSERT INTO ticket_step (id, ticket_id, at, on_behalf, kind, way, words, before, data)"
            " SELECT n, n, :begun, '', 'dispatch', 'chat', '原话', '{}', '{}' FROM numbers",
        )  # fmt: skip
        _numbered(
            connection, tickets,
            "INSERT INTO deadline (id, ticket_id, kind, step_id, start, due, clause, say, row, basis,"
            " provisional, void_why, reminded)"
            " SELECT n, n, 'arrange', n, :begun, :due, 'N4 (十四)', '13710当天', 'T2', 'regime', 0, '', '[]'"
            " FROM numbers",
        )  # fmt: skip
    return city


def fall_due(folder: Path, first: int, count: int) -> None:
    """The tickets from that number on are to be looked at now."""
    with sqlite3.connect(folder / "city.db", timeout=60) as connection:
        connection.execute(
            "UPDATE ticket SET next_look = ? WHERE id >= ? AND id < ?", (micros(NOW), first, first + count)
        )


def micros(moment: datetime) -> int:
    """The moment as SQLite's columns hold it."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // _MICROSECOND


def _one_of(ids: list[int]) -> str:
    return f"CASE n % {len(ids)} " + " ".join(f"WHEN {i} THEN {one}" for i, one in enumerate(ids)) + " END"


def _numbered(connection: sqlite3.Connection, count: int, statement: str, **values: object) -> None:
    connection.execute(
        statement.replace(
            " SELECT n,",
            " WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)"
            " SELECT n,",
        ),
        {
            "count": count,
            "begun": micros(demo_time("2025-09-15 09:00")),
            "due": micros(demo_time("2025-09-16 00:00")),
            "never": micros(_NEVER),
            **values,
        },
    )
