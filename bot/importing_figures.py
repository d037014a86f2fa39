"""Reading in figures of another source, and the year's plan by month: first what it would change, then the change."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from bot.calendar import Calendar
from bot.documents.faults import DocumentError, Fault
from bot.documents.figures_in import read_figures, read_month_plans
from bot.importing import Plan, named
from bot.understanding import Understanding
from bot.wording import money
from storage import directory, month_plans, second_figures
from storage.changes import Run
from storage.database import Tx
from storage.directory import Project

_SHOWN = 40


def plan_figures(file: Path, year: int, source: str, month: int | None) -> Plan:
    """Figures of that source from January to a month (of the option, else of the title). Raises DocumentError."""
    body = file.read_bytes()
    read = read_figures(body, file.name)
    until = month or read.month
    if until is None:
        raise DocumentError([Fault("没有写是到几月的累计：请加 --month 9，或在表头上面写“1—9月…”")])

    def show(tx: Tx) -> str:
        found = _projects(tx, year, [(row, name) for row, name, _ in read.rows])
        total = sum(yuan for _, _, yuan in read.rows)
        lines = [f"{file.name}：{source}口径{year}年1—{until}月，{len(found)}个项目，合计{money(total)}"]
        lines += [
            f"　{project.number} {project.name}　{money(yuan)}"
            for project, (_, _, yuan) in zip(found, read.rows, strict=True)
        ]
        return _cut(lines)

    def apply(tx: Tx, at: datetime, shown: str) -> None:
        found = _projects(tx, year, [(row, name) for row, name, _ in read.rows])
        run = Run(tx, "figures", file.name, body, at, shown)
        sums: dict[int | None, int] = {
            project.id: yuan for project, (_, _, yuan) in zip(found, read.rows, strict=True)
        }
        second_figures.put(tx, source, (year, until), sums, by=None, at=at, way=second_figures.way(run.id))

    return Plan(show, apply)


def plan_month_plans(file: Path, year: int) -> Plan:
    """The plan of each month. Raises DocumentError."""
    body = file.read_bytes()
    read = read_month_plans(body, file.name)

    def show(tx: Tx) -> str:
        found = _projects(tx, year, [(row, name) for row, name, _ in read.rows])
        lines = [f"{file.name}：{year}年{len(found)}个项目的月计划"]
        for project, (_, _, by_month) in zip(found, read.rows, strict=True):
            whole = {**month_plans.of(tx, year, project.id), **by_month}
            apart = sum(whole.values()) - project.annual_plan
            said = f"　与年计划差{money(apart)}" if apart and len(whole) == 12 else ""
            lines.append(
                f"　{project.number} {project.name}　{len(by_month)}个月，合计{money(sum(by_month.values()))}{said}"
            )
        return _cut(lines)

    def apply(tx: Tx, at: datetime, shown: str) -> None:
        found = _projects(tx, year, [(row, name) for row, name, _ in read.rows])
        Run(tx, "plans", file.name, body, at, shown)
        for project, (_, _, by_month) in zip(found, read.rows, strict=True):
            month_plans.put(tx, year, project.id, by_month, month_plans.FILE, by=None, at=at)

    return Plan(show, apply)


def _projects(tx: Tx, year: int, rows: Iterable[tuple[int, str]]) -> list[Project]:
    """The project of each row. Raises DocumentError with every row that names none, or one that was named before."""
    city = directory.read(tx, year)
    projects, units, areas = city.names()
    reader = Understanding(projects, units, Calendar(), areas)
    found: list[Project] = []
    faults: list[Fault] = []
    for row, words in rows:
        project = named(words, city, reader)
        if project is None:
            faults.append(Fault(f"{year}年台账里没有这个项目：{words}", row=row, column="项目名称"))
        elif project in found:
            faults.append(Fault(f"前面已有这个项目：{words}", row=row, column="项目名称"))
        else:
            found.append(project)
    if faults:
        raise DocumentError(faults)
    return found


def _cut(lines: list[str]) -> str:
    if len(lines) > _SHOWN:
        lines = [*lines[:_SHOWN], f"　……另有{len(lines) - _SHOWN}行"]
    return "\n".join(lines)
