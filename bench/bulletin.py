"""A month's bulletin of 1,561 projects, from the tables to its three files (document, ledger, picture), beside the
bare packages writing the same cells, paragraphs and bars."""

import io
import tempfile
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert, select

from bench import city
from bench.line import Line, in_turn, seconds
from bot.app import City, demo_time
from bot.bulletin_papers import Look, bulletin_files
from bot.bulletins import unfrozen
from storage import directory, figures, reports
from storage.database import Tx
from storage.imports import ledger_of
from storage.tables import ledger_entry, project

_PROJECTS, _ROUNDS = 1_561, 3
_UNTIL = demo_time("2025-09-26 00:00")
_COLUMNS = 15


def measure() -> Line:
    """The first round loads what both need."""
    with tempfile.TemporaryDirectory() as folder:
        filled = city.make(Path(folder))
        filled.db.write_now(lambda tx: _fill(tx, filled, demo_time(city.START)))
        made = _ours(filled)
        paragraphs = _paragraphs(made[1])
        _bare(paragraphs)
        value, floor = in_turn(
            lambda: seconds(lambda: _ours(filled)), lambda: seconds(lambda: _bare(paragraphs)), _ROUNDS
        )
        filled.close()
    return Line("bulletin", value, "s", floor, "≤ 4, aim 2")


def _fill(tx: Tx, filled: City, at: datetime) -> None:
    """Projects like those of the ledger until there are enough of them, each with a report of its year's sum."""
    like = filled.directory.get(tx).ledger
    for number in range(len(like) + 1, _PROJECTS + 1):
        one = like[number % len(like)]
        name = f"{one.name}{number}期"
        project_id = tx.execute(
            insert(project).returning(project.c.id),
            {
                "name": name, "place": one.place, "area_id": one.area_id, "build_kind": one.build_kind,
                "field": one.field, "tier": one.tier, "start_month": one.start_month,
                "finish_month": one.finish_month, "owners": list(one.owners),
            },
        ).scalar_one()  # fmt: skip
        tx.execute(
            insert(ledger_entry),
            {
                "project_id": project_id, "year": 2025, "number": number, "group_name": one.area or "市直",
                "total_investment": one.total_investment, "annual_plan": one.annual_plan,
                "plan_at_start": one.annual_plan, "entered_at": at,
            },
        )  # fmt: skip
    directory.touched(tx)
    who = next(iter(like)).liaisons[0]
    for row in tx.execute(select(ledger_entry)).all():
        yuan = row.annual_plan * (row.number % 100) // 100
        report_id = reports.add(
            tx,
            project_id=row.project_id,
            reporter_id=who,
            on_behalf="",
            inbox_id=0,
            at=at,
            invested={"year": yuan},
            percent=None,
            status=None,
            status_day=None,
            words="今年累计",
        )
        assert report_id
    assert figures.as_of(tx, 2025, _UNTIL)


def _ours(filled: City) -> list[tuple[str, bytes]]:
    issue, ledger = filled.db.read_now(
        lambda tx: (
            unfrozen(tx, filled.directory.get(tx), filled.rules, 2025, 9, _UNTIL),
            ledger_of(tx, 2025),
        )
    )
    return bulletin_files(issue, ledger, Look("运城市"))


def _paragraphs(file: tuple[str, bytes]) -> int:
    """How many the document has, those in tables too."""
    from docx import Document

    document = Document(io.BytesIO(file[1]))
    cells = sum(len(row.cells) for table in document.tables for row in table.rows)
    return len(document.paragraphs) + cells


def _bare(paragraphs: int) -> None:
    """The same number of cells, of paragraphs, of bars, without rules, fonts or layout."""
    from docx import Document
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for number in range(_PROJECTS + 20):
        sheet.append([number, *("台账" for _ in range(_COLUMNS - 1))])
    book.save(io.BytesIO())
    document = Document()
    for _ in range(paragraphs):
        document.add_paragraph("通报")
    document.save(io.BytesIO())
    figure = Figure(figsize=(6, 9), dpi=200)
    FigureCanvasAgg(figure)
    figure.add_subplot().barh(range(14), range(14))
    figure.savefig(io.BytesIO(), format="png")
