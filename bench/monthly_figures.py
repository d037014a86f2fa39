"""The figures of all projects as of a month and as of a moment over a year of reports, beside the bare sum.

1,561 projects (as many as N2 has) and 100,000 reports with a sum of the year, of the month, or a percentage;
every tenth was corrected. The floor is one plain SQL sum over the same figures by project.
"""

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from bench.backlog import micros
from bench.line import Line, in_turn, seconds
from bot.app import demo_time
from storage import figures
from storage.database import Database
from storage.migrate import upgrade

_PROJECTS, _REPORTS, _ROUNDS = 1_561, 100_000, 7
_MOMENT = demo_time("2025-09-25 18:00")


def measure() -> list[Line]:
    """Milliseconds for all projects."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "city.db"
        db = Database(f"sqlite:///{file}")
        upgrade(db)
        _fill(file)
        lines = []
        for name, when in (("monthly_figures", 9), ("monthly_figures_moment", _MOMENT)):
            value, floor = in_turn(lambda when=when: _ours(db, when), lambda: _bare(file), _ROUNDS)  # type: ignore[misc]
            lines.append(Line(name, value, "ms/city", floor, "≤ 5, aim 3"))
        db.close()
    return lines


def _ours(db: Database, when: object) -> float:
    def read() -> None:
        found = db.read_now(lambda tx: figures.as_of(tx, 2025, when))  # type: ignore[arg-type]
        assert len(found) == _PROJECTS

    return seconds(read) * 1000


def _bare(file: Path) -> float:
    with closing(sqlite3.connect(file)) as connection:

        def read() -> None:
            rows = connection.execute(
                "SELECT project_id, scope, sum(yuan) FROM report_figure WHERE year = 2025 AND since <= ?"
                " GROUP BY project_id, scope",
                (micros(_MOMENT),),
            ).fetchall()
            assert rows

        return seconds(read) * 1000


def _fill(file: Path) -> None:
    begun, step = micros(demo_time("2025-01-02 09:00")), 300_000_000  # a report each five minutes
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.executemany(
            "INSERT INTO project (id, name, former_names, nicknames, owners, place, build_kind, field, tier,"
            " start_is_actual, note) VALUES (?, ?, '[]', '[]', '[]', '', 'new', 'industry', 'city', 0, '')",
            [(one, f"项目{one}") for one in range(1, _PROJECTS + 1)],
        )
        connection.executemany(
            "INSERT INTO ledger_entry (project_id, year, number, group_name, total_investment, annual_plan,"
            " plan_at_start, gone) VALUES (?, 2025, ?, '市直', 1000000000, 200000000, 200000000, 0)",
            [(one, one) for one in range(1, _PROJECTS + 1)],
        )
        connection.executemany(
            "INSERT INTO report_figure (project_id, report_id, year, month, scope, yuan, percent, since, until, late)"
            " VALUES (?, ?, 2025, ?, ?, ?, ?, ?, ?, 0)",
            [_figure(number, begun + number * step) for number in range(1, _REPORTS + 1)],
        )
        connection.commit()


def _figure(number: int, at: int) -> tuple[object, ...]:
    scope = ("year", "month", "year", "percent", "month")[number % 5]
    month = min(number * 12 // _REPORTS + 1, 12)
    yuan = None if scope == "percent" else number * (1_000 if scope == "year" else 100)
    percent = number * 100 / _REPORTS if scope == "percent" else None
    until = at + 3_600_000_000 if number % 10 == 0 else None
    return number % _PROJECTS + 1, number, month, scope, yuan, percent, at, until
