"""The directory of units that a file brings in: its tree, its counties, and which units can't go."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from bot.documents.units_in import UnitRow
from storage import directory
from storage.changes import Run
from storage.database import Tx
from storage.tables import (
    area,
    change,
    person,
    ticket_unit,
    unit,
)


class ImportFault(Exception):
    """Units that the file leaves out, or its undo would take away, are in use; `faults` in Chinese."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def apply_units(
    tx: Tx, rows: Sequence[UnitRow], body: bytes, file_name: str, at: datetime, summary: str
) -> None:
    """Make the directory of units that of the file; units that are not in it are kept, but gone.

    Raises ImportFault.
    """
    if faults := check_units(tx, rows):
        raise ImportFault(faults)
    run = Run(tx, "units", file_name, body, at, summary)
    for row in rows:
        run.put(unit, {"name": row.name}, {"level": row.level, "aliases": list(row.aliases), "gone": False})
    named = {row.name for row in rows}
    for name in tx.execute(select(unit.c.name).where(unit.c.gone.is_(False))).scalars().all():
        if name not in named:
            run.put(unit, {"name": name}, {"gone": True})
    _put_in_tree(tx, run, rows)
    link_units_to_areas(tx, run)
    directory.touched(tx)


def _put_in_tree(tx: Tx, run: Run, rows: Sequence[UnitRow]) -> None:
    """Each unit under the one that the file names; a file without that column leaves the tree alone."""
    called = {alias: row.name for row in rows for alias in (row.name, *row.aliases)}
    ids = {r.name: r.id for r in tx.execute(select(unit.c.id, unit.c.name))}
    for row in rows:
        if row.above is not None:
            run.put(unit, {"name": row.name}, {"above_id": ids[called[row.above]] if row.above else None})


def link_units_to_areas(tx: Tx, run: Run) -> None:
    """A county's unit belongs to the area whose name it, or a unit above it, carries (闻喜县人民政府 → 闻喜县)."""
    areas = {r.name: r.id for r in tx.execute(select(area))}
    rows = {r.id: r for r in tx.execute(select(unit)).all()}
    for row in rows.values():
        if row.level != "county":
            continue
        fits, seen = list[int](), set[int]()
        at = rows.get(row.id)
        while at is not None and at.id not in seen and not fits:
            seen.add(at.id)
            fits = [area_id for name, area_id in areas.items() if at.name.startswith(name)]
            at = rows.get(at.above_id)
        if len(fits) == 1 and row.area_id != fits[0]:
            run.put(unit, {"name": row.name}, {"area_id": fits[0]})


def check_units(tx: Tx, rows: Sequence[UnitRow]) -> list[str]:
    """Why units that the file leaves out can't go: people or tickets use them."""
    named = {row.name for row in rows}
    there = tx.execute(select(unit.c.id, unit.c.name).where(unit.c.gone.is_(False))).all()
    return [
        f"{fault}，不能从单位目录里去掉；请把它留在文件里，或先给这些人换单位"
        for fault in in_use(tx, [row.id for row in there if row.name not in named])
    ]


def in_use(tx: Tx, unit_ids: Sequence[int]) -> list[str]:
    """Of those units the ones that people belong to or tickets name: “市水务局还有3人、2件事项”."""
    faults = []
    for row in tx.execute(select(unit.c.id, unit.c.name).where(unit.c.id.in_(unit_ids)).order_by(unit.c.id)):
        people = select(func.count()).where(person.c.unit_id == row.id, person.c.gone.is_(False))
        tickets = select(func.count()).where(ticket_unit.c.unit_id == row.id)
        counts = [(tx.execute(people).scalar_one(), "人"), (tx.execute(tickets).scalar_one(), "件事项")]
        used = "、".join(f"{count}{what}" for count, what in counts if count)
        if used:
            faults.append(f"{row.name}还有{used}")
    return faults


def brought_in(tx: Tx, run_id: int) -> list[int]:
    """Units that this import made, or brought back."""
    rows = tx.execute(
        select(change).where(change.c.import_run_id == run_id, change.c.table_name == unit.name)
    )
    return [row.row_key["id"] for row in rows if row.before is None or row.before.get("gone")]
