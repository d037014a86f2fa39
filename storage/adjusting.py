"""Projects that enter the year's ledger, leave it or come back by the office's words, each with its reason. Row A6.

A project keeps its past: leaving marks its entry, nothing is removed; its number is nobody else's that year.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from storage import directory, imports, reports, stalled
from storage.changes import ADJUST, By, Run, changes_of, put_back
from storage.database import Tx
from storage.settings import new_id
from storage.tables import area, change, import_run, ledger_entry, project

ENTERED, LEFT = "entered_ledger", "left_ledger"


@dataclass(frozen=True, slots=True)
class NewProject:
    """A project that enters the ledger; sums in 元. What was not said is empty."""

    name: str
    group: str  # a county, or 市直
    total_investment: int
    annual_plan: int
    build_kind: str = ""
    field: str = ""
    tier: str = ""
    owners: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A project that entered or left the ledger; `entered` False: it left."""

    project_id: int
    entered: bool
    at: datetime
    why: str
    who: str
    person_id: int | None


def known(tx: Tx, name: str) -> int | None:
    """The project that has that name, or had it, in whatever year."""
    return imports.ids_by_name(tx, {name}).get(name)


def enter(tx: Tx, year: int, new: NewProject, why: str, by: By, at: datetime) -> int:
    """Enter a project with the next number; one of that name is the same project. Its number."""
    project_id = known(tx, new.name)
    run = Run(tx, ADJUST, "", b"", at, f"新增项目：{new.name}", by)
    if project_id is None:
        bare = {"name": new.name, "build_kind": "", "field": "", "tier": ""}
        project_id = new_id(tx.execute(insert(project).values(**bare)))
    said = {"owners": list(new.owners), "place": new.place, "field": new.field, "tier": new.tier}
    values = {name: value for name, value in said.items() if value}
    area_id = tx.execute(select(area.c.id).where(area.c.name == new.group)).scalar()
    run.put(project, {"id": project_id}, {**values, "build_kind": new.build_kind, "area_id": area_id}, why)
    highest = select(func.max(ledger_entry.c.number)).where(ledger_entry.c.year == year)
    mine = select(ledger_entry.c.number).where(
        ledger_entry.c.year == year, ledger_entry.c.project_id == project_id
    )
    number = tx.execute(mine).scalar() or (tx.execute(highest).scalar() or 0) + 1
    entry = {
        "number": number,
        "group_name": new.group,
        "total_investment": new.total_investment,
        "annual_plan": new.annual_plan,
        "plan_at_start": new.annual_plan,
        "gone": False,
    }
    run.put(ledger_entry, {"year": year, "project_id": project_id}, entry, why)
    _entered(tx, year, project_id, why, by, at)
    return number


def come_back(tx: Tx, year: int, project_id: int, why: str, by: By, at: datetime) -> None:
    """A project that had left stands in the ledger again, as it stood."""
    run = Run(tx, ADJUST, "", b"", at, "重新列入", by)
    run.put(ledger_entry, {"year": year, "project_id": project_id}, {"gone": False}, why)
    _entered(tx, year, project_id, why, by, at)


def leave(tx: Tx, year: int, project_id: int, why: str, by: By, at: datetime) -> None:
    """A project leaves the ledger; its count of months without progress rests."""
    run = Run(tx, ADJUST, "", b"", at, "退出年度计划", by)
    run.put(ledger_entry, {"year": year, "project_id": project_id}, {"gone": True}, why)
    reports.add_step(
        tx, project_id, LEFT, by=by.person_id, words=why, at=at, on_behalf=by.words, inbox_id=by.inbox_id
    )
    stalled.look_at_once(tx, [project_id], at)
    directory.touched(tx)


def _entered(tx: Tx, year: int, project_id: int, why: str, by: By, at: datetime) -> None:
    reports.add_step(
        tx, project_id, ENTERED, by=by.person_id, words=why, at=at, on_behalf=by.words, inbox_id=by.inbox_id
    )
    imports.begin_counts(tx, year, [project_id], at)
    directory.touched(tx)


def take_back(tx: Tx, inbox_id: int, by: int, at: datetime) -> list[tuple[int, bool]]:
    """Undo what that message adjusted: (project, whether it stands in the ledger now)."""
    mine = (import_run.c.inbox_id == inbox_id, import_run.c.kind == ADJUST, import_run.c.undone_at.is_(None))
    taken: dict[int, bool] = {}
    for run_id in tx.execute(select(import_run.c.id).where(*mine).order_by(import_run.c.id.desc())).scalars():
        for one in changes_of(tx, run_id):
            put_back(tx, one)
            if one.table_name == ledger_entry.name:
                row = tx.execute(select(ledger_entry).where(ledger_entry.c.id == one.row_key["id"])).one()
                taken[row.project_id] = not row.gone
        tx.execute(update(import_run).where(import_run.c.id == run_id).values(undone_at=at))
    for project_id in taken:
        reports.add_step(tx, project_id, "undo", by=by, words="", at=at)
    stalled.look_at_once(tx, list(taken), at)
    if taken:
        directory.touched(tx)
    return list(taken.items())


def of_year(tx: Tx, year: int) -> list[Adjustment]:
    """What entered and left the year's ledger after its first reading, and stands, oldest first."""
    rows = tx.execute(
        select(change, import_run.c.at, import_run.c.by, import_run.c.person_id, import_run.c.file_name)
        .join(import_run)
        .where(change.c.table_name == ledger_entry.name, import_run.c.undone_at.is_(None))
        .order_by(change.c.id)
    ).all()
    entries = {
        row.id: row.project_id for row in tx.execute(select(ledger_entry).where(ledger_entry.c.year == year))
    }
    mine = [row for row in rows if row.row_key["id"] in entries and "gone" in row.after]
    first = min((row.import_run_id for row in mine), default=None)
    return [
        Adjustment(
            entries[row.row_key["id"]],
            not row.after["gone"],
            row.at,
            row.why,
            row.by or (f"导入“{row.file_name}”" if row.file_name else ""),
            row.person_id,
        )
        for row in _moves(mine)
        if row.import_run_id != first
    ]


def _moves(rows: Sequence[Any]) -> list[Any]:
    """Changes by which an entry came or went; one whose row was made gone never stood."""
    return [row for row in rows if row.before is None or row.before.get("gone") != row.after["gone"]]
