"""The ledger and the nicknames that files bring in. Each change is kept with what stood before it, so that the
last import of a kind (of units and people, too) can be undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from bot.documents.ledger_diff import LedgerDiff, compare
from bot.documents.ledger_in import LedgerFile, LedgerRow
from storage import directory, month_plans, second_figures, stalled
from storage.changes import ADJUST, NOBODY, By, Run, changes_of, put_back
from storage.database import Tx
from storage.import_units import ImportFault, brought_in, in_use, link_units_to_areas
from storage.settings import new_id
from storage.tables import (
    area,
    change,
    import_run,
    ledger_entry,
    person,
    project,
    unit,
)

CITY_GROUP = "市直"


class NothingToUndo(Exception):
    """No import of that kind stands."""


def ledger_of(tx: Tx, year: int) -> list[LedgerRow]:
    """The year's ledger as rows of a file, to compare a new file with."""
    rows = tx.execute(
        select(project, ledger_entry)
        .join(ledger_entry, ledger_entry.c.project_id == project.c.id)
        .where(ledger_entry.c.year == year, ledger_entry.c.gone.is_(False))
        .order_by(ledger_entry.c.number)
    )
    return [
        LedgerRow(
            number=r.number,
            group=r.group_name,
            name=r.name,
            owners=tuple(r.owners),
            place=r.place,
            build_kind=r.build_kind,
            field=r.field,
            total_investment=r.total_investment,
            annual_plan=r.annual_plan,
            start_month=r.start_month,
            finish_month=r.finish_month,
            start_is_actual=r.start_is_actual,
            tier=r.tier,
            note=r.note,
            row=0,
        )
        for r in rows
    ]


def year_to_compare(tx: Tx, year: int) -> int:
    """The year whose ledger a file for `year` follows: that year's if there is one, else the latest earlier."""
    earlier = select(func.max(ledger_entry.c.year)).where(
        ledger_entry.c.year <= year, ledger_entry.c.gone.is_(False)
    )
    return tx.execute(earlier).scalar() or year


def compare_ledger(tx: Tx, year: int, file: LedgerFile) -> LedgerDiff:
    """What the file would change in the ledger that it follows."""
    return compare(ledger_of(tx, year_to_compare(tx, year)), file)


def apply_ledger(
    tx: Tx,
    year: int,
    file: LedgerFile,
    body: bytes,
    file_name: str,
    at: datetime,
    summary: str,
    by: By = NOBODY,
    reasons: Mapping[int, str] | None = None,
) -> None:
    """Make the year's ledger that of the file. A project stays the same one under its name, a former name
    or a recognised new one, whatever the year. `reasons`: why a number of the ledger that stood is left out,
    and under 0 why whatever else changes."""
    diff = compare_ledger(tx, year, file)
    run = Run(tx, "ledger", file_name, body, at, summary, by)
    whys = reasons or {}
    renamed = {new.name: old.name for old, new in diff.renamed}
    ids = ids_by_name(tx, {row.name for row in file.rows} | set(renamed.values()))
    rows = tx.execute(
        select(ledger_entry.c.project_id, ledger_entry.c.gone).where(ledger_entry.c.year == year)
    ).all()
    entered, there = {r.project_id for r in rows}, {r.project_id for r in rows if not r.gone}
    new: list[int] = []
    areas = {r.name: r.id for r in tx.execute(select(area))}
    for position, name in enumerate(dict.fromkeys(row.group for row in file.rows), 1):
        if name != CITY_GROUP and name not in areas:
            areas[name] = run.put(area, {"name": name}, {"position": position})["id"]
    for row in file.rows:
        former = renamed.get(row.name)
        project_id = ids.get(former or row.name)
        values = {
            "name": row.name,
            "owners": list(row.owners),
            "place": row.place,
            "area_id": areas.get(row.group),
            "build_kind": row.build_kind,
            "field": row.field,
            "tier": row.tier,
            "start_month": row.start_month,
            "finish_month": row.finish_month,
            "start_is_actual": row.start_is_actual,
            "note": row.note,
        }
        if project_id is None:
            project_id = new_id(tx.execute(insert(project).values(name=row.name, **_BARE)))
        elif former is not None:
            before = tx.execute(select(project.c.former_names).where(project.c.id == project_id)).scalar_one()
            values["former_names"] = [*before, former]
        run.put(project, {"id": project_id}, values, whys.get(0, ""))
        entry = {
            "number": row.number,
            "group_name": row.group,
            "total_investment": row.total_investment,
            "annual_plan": row.annual_plan,
            "gone": False,
        }
        if project_id not in entered:
            entry["plan_at_start"] = row.annual_plan
        run.put(ledger_entry, {"year": year, "project_id": project_id}, entry, whys.get(0, ""))
        if project_id not in there:
            new.append(project_id)
    begin_counts(tx, year, new, at)
    listed = {row.name for row in file.rows} | set(renamed.values())
    for old in ledger_of(tx, year):
        if old.name not in listed:
            why = whys.get(old.number, whys.get(0, ""))
            run.put(ledger_entry, {"year": year, "project_id": ids[old.name]}, {"gone": True}, why)
            stalled.look_at_once(tx, [ids[old.name]], at)
    link_units_to_areas(tx, run)
    directory.touched(tx)


def begin_counts(tx: Tx, year: int, project_ids: Sequence[int], at: datetime) -> None:
    """Projects entered the ledger: what they make no progress from (P1)."""
    mine = (ledger_entry.c.year == year, ledger_entry.c.project_id.in_(project_ids))
    tx.execute(update(ledger_entry).where(*mine).values(entered_at=at))
    stalled.look_at_once(tx, project_ids, at)


_BARE = {"build_kind": "", "field": "", "tier": ""}


def apply_nicknames(
    tx: Tx,
    nicknames: Mapping[int, Sequence[str]],
    body: bytes,
    file_name: str,
    at: datetime,
    summary: str,
) -> None:
    """Add nicknames to projects, by their ids; those that are there stay. Where none is new, nothing was imported."""
    if not any(nicknames.values()):
        return
    run = Run(tx, "nicknames", file_name, body, at, summary)
    for project_id, new in nicknames.items():
        stood = tx.execute(select(project.c.nicknames).where(project.c.id == project_id)).scalar_one()
        run.put(project, {"id": project_id}, {"nicknames": list(dict.fromkeys((*stood, *new)))})
    directory.touched(tx)


def _without_added(tx: Tx, one: Any) -> list[str]:
    """The project's nicknames without those that the file brought; what was said in the chat since stays."""
    added = set(one.after["nicknames"]) - set(one.before["nicknames"])
    stands = tx.execute(select(project.c.nicknames).where(project.c.id == one.row_key["id"])).scalar_one()
    return [nickname for nickname in stands if nickname not in added]


def names_of(tx: Tx, kind: str) -> set[str]:
    """Names of the units or people that are there."""
    table = unit if kind == "units" else person
    return set(tx.execute(select(table.c.name).where(table.c.gone.is_(False))).scalars())


@dataclass(frozen=True, slots=True)
class Undone:
    """An import that was taken back: its file, how many rows it had changed, and the nicknames that went."""

    file_name: str
    changes: int
    nicknames: tuple[tuple[str, tuple[str, ...]], ...] = ()  # of which project, which ones


def _nicknames_brought(tx: Tx, changes: Sequence[Any]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """By the projects' names the nicknames of a file that still stand."""
    found = []
    for one in changes:
        row = tx.execute(
            select(project.c.name, project.c.nicknames).where(project.c.id == one.row_key["id"])
        ).one()
        rest = _without_added(tx, one)
        if going := tuple(word for word in row.nicknames if word not in rest):
            found.append((row.name, going))
    return tuple(reversed(found))


def undo_last(tx: Tx, kind: str, at: datetime) -> Undone:
    """Put back what the last import of that kind changed, and say what.

    Raises NothingToUndo, and ImportFault where people or tickets use the units that would go.
    """
    last = tx.execute(
        select(import_run)
        .where(import_run.c.kind == kind, import_run.c.undone_at.is_(None))
        .order_by(import_run.c.id.desc())
        .limit(1)
    ).first()
    if last is None:
        raise NothingToUndo(kind)
    if kind == "units" and (faults := in_use(tx, brought_in(tx, last.id))):
        raise ImportFault([f"{fault}，撤销后就没有这个单位了，所以没有撤销" for fault in faults])
    brought = _figures_back(tx, last, at)
    changes = changes_of(tx, last.id)
    if kind == "ledger" and (adjusted := _adjusted_since(tx, last.id, changes)):
        raise ImportFault(
            [f"导入以后重点办又调整过{name}，撤销会把调整也抹掉，所以没有撤销" for name in adjusted]
        )
    words = _nicknames_brought(tx, changes) if kind == "nicknames" else ()
    for one in changes:
        if last.kind == "nicknames":
            rest = _without_added(tx, one)
            tx.execute(update(project).where(project.c.id == one.row_key["id"]).values(nicknames=rest))
        else:
            put_back(tx, one)
    entries = [one.row_key["id"] for one in changes if one.table_name == ledger_entry.name]
    mine = select(ledger_entry.c.project_id).where(ledger_entry.c.id.in_(entries))
    stalled.look_at_once(tx, tx.execute(mine).scalars().all(), at)
    tx.execute(update(import_run).where(import_run.c.id == last.id).values(undone_at=at))
    directory.touched(tx)
    return Undone(last.file_name, len(changes) + brought, words)


def _figures_back(tx: Tx, run: Any, at: datetime) -> int:
    """Figures and plans by month are never rewritten: those of the file count no more. How many."""
    if run.kind == "figures":
        return len(second_figures.take_back(tx, at, came_by=second_figures.way(run.id)))
    return len(month_plans.take_file_back(tx, run.at, at)) if run.kind == "plans" else 0


def _adjusted_since(tx: Tx, run_id: int, changes: Sequence[Any]) -> list[str]:
    """Projects of the import that the office's words have entered or taken out since, by name."""
    mine = {(one.table_name, one.row_key["id"]) for one in changes if one.table_name == ledger_entry.name}
    later = tx.execute(
        select(change.c.table_name, change.c.row_key)
        .join(import_run)
        .where(import_run.c.kind == ADJUST, import_run.c.id > run_id, import_run.c.undone_at.is_(None))
    )
    ids = [row.row_key["id"] for row in later if (row.table_name, row.row_key.get("id")) in mine]
    names = select(project.c.name).join(ledger_entry).where(ledger_entry.c.id.in_(ids)).order_by(project.c.id)
    return list(tx.execute(names).scalars())


def ids_by_name(tx: Tx, names: set[str]) -> dict[str, int]:
    """Project ids by name, of any year, and by a former name that no project has now and `names` doesn't
    also ask for under its present one."""
    rows = tx.execute(
        select(project.c.id, project.c.name, project.c.former_names).order_by(project.c.id)
    ).all()
    ids = {row.name: row.id for row in reversed(rows)}
    for row in rows:
        if row.name not in names:
            for former in row.former_names:
                ids.setdefault(former, row.id)
    return ids
