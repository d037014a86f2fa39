"""Ninety days of three hundred projects, with the made-up course of events: seconds, beside a floor that writes
as many messages and rows of CSV with plain sqlite3 and jieba reads as many messages as people wrote."""

import asyncio
import csv
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import jieba

from bench.line import Line, seconds
from bot.cli import DEMO
from bot.documents.ledger_in import LedgerRow
from bot.documents.ledger_out import ledger_xlsx
from bot.simulate.fill import fill
from bot.simulate.run import Simulation
from bot.simulate_commands import CsvFile, moment
from storage.told import Told
from tests.understanding.big_ledger import ledger

_PROJECTS, _DAYS, _YEAR, _SEED = 300, 90, 2025, 1
_START = "2025-06-16 09:00"


def measure() -> Line:
    """One run: it takes long enough to be its own mean."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start = moment(_START)
        assert start is not None
        file = folder / f"ledger-{_YEAR}.xlsx"
        file.write_bytes(ledger_xlsx(_rows(), "台账", _YEAR))
        url = f"sqlite:///{folder / 'city.db'}"
        fill(url, _YEAR, start, file, DEMO / "units.csv", None)
        run = Simulation(url, "yuncheng-2019", start)
        told: list[int] = [0]
        with CsvFile(folder / "out.csv") as write:

            def out(one: Told) -> None:
                told[0] += 1
                write(one)

            course = run.course(_DAYS, _SEED)
            value = seconds(lambda: asyncio.run(run.run(_DAYS, course, out)))
        said = run.totals.said
        run.close()
        floor = seconds(lambda: _bare(folder, told[0], said))
    return Line("simulate", value, "s", floor, "as low as it goes")


def _bare(folder: Path, told: int, said: int) -> None:
    """A row and a line of CSV for each notice, a reading by jieba and a row for each message of people."""
    words = "国道342线闻喜县城过境改线工程9月完成投资1800万元，卡在供水管线迁改，请市水务局协调解决"
    with (
        closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as connection,
        (folder / "bare.csv").open("w", encoding="utf-8-sig", newline="") as file,
    ):
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("CREATE TABLE said (id INTEGER PRIMARY KEY, words TEXT)")
        rows = csv.writer(file)
        for _ in range(said):
            connection.execute("INSERT INTO said (words) VALUES (?)", (" ".join(jieba.lcut(words)),))
        for number in range(told):
            connection.execute("INSERT INTO said (words) VALUES (?)", (words,))
            rows.writerow([number, *[words[:12]] * 14])


def _rows() -> list[LedgerRow]:
    return [
        LedgerRow(
            number=number,
            group=one.area,
            name=one.name,
            owners=one.owners,
            place=one.place,
            build_kind="new",
            field="industry",
            total_investment=200_000_000,
            annual_plan=80_000_000,
            start_month="2025-03",
            finish_month="2026-12",
            start_is_actual=True,
            tier="city",
            note="",
            row=0,
        )
        for number, one in enumerate(ledger(_PROJECTS), 1)
    ]
