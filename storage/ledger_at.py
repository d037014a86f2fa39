"""The ledger of a year as it stood at any moment: what stands now, and the kept changes since taken back.

Each change of a project's row or of its entry in the ledger is kept with what stood before it (storage/changes.py).
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from bot.calendar import CITY, day_of
from bot.documents.ledger_in import LedgerRow
from bot.documents.ledger_month import Figures, LedgerState, MonthRow
from bot.mechanism.states import OPEN
from storage import figures
from storage.database import Tx
from storage.reports import UNDONE
from storage.tables import change, import_run, ledger_entry, project, report, ticket

_TABLES = (project.name, ledger_entry.name)


def state(tx: Tx, year: int, moment: datetime) -> LedgerState:
    """The year's ledger as it stood at that moment."""
    rows = entries(tx, year, moment)
    known = _figures(tx, rows, year, moment)
    return LedgerState(
        year, moment, False, {one: MonthRow(one, row, known[one]) for one, row in rows.items()}
    )


def entries(tx: Tx, year: int, moment: datetime) -> dict[int, LedgerRow]:
    """{project id: its row} of the ledger as it stood at that moment."""
    stood: dict[str, dict[int, dict[str, Any]]] = {
        table.name: {row["id"]: dict(row) for row in tx.execute(select(table)).mappings()}
        for table in (project, ledger_entry)
    }
    for run_id, was_undone in _later(tx, moment):
        rows = tx.execute(
            select(change)
            .where(change.c.import_run_id == run_id, change.c.table_name.in_(_TABLES))
            .order_by(change.c.id if was_undone else change.c.id.desc())
        )
        for one in rows:
            _go_back(stood[one.table_name], one, was_undone)
    found = {}
    for entry in stood[ledger_entry.name].values():
        if entry["year"] == year and not entry["gone"]:
            found[entry["project_id"]] = _row(stood[project.name][entry["project_id"]], entry)
    return found


def _later(tx: Tx, moment: datetime) -> list[tuple[int, bool]]:
    """What happened after that moment, the last first: (run, whether it was undone then)."""
    runs = tx.execute(
        select(import_run.c.id, import_run.c.at, import_run.c.undone_at).where(
            or_(import_run.c.at > moment, import_run.c.undone_at > moment)
        )
    ).all()
    events = [(run.at, run.id, False) for run in runs if run.at > moment]
    events += [(run.undone_at, run.id, True) for run in runs if run.undone_at and run.undone_at > moment]
    # At one moment a later run comes after an earlier one, and undoing after doing.
    events.sort(key=lambda event: (event[0], event[2], event[1]), reverse=True)
    return [(run_id, undone) for _, run_id, undone in events]


def _go_back(rows: dict[int, dict[str, Any]], one: Any, was_undone: bool) -> None:
    row = rows.get(one.row_key["id"])
    if was_undone:
        if row is not None:
            row.update(one.after)
    elif one.before is None:
        rows.pop(one.row_key["id"], None)
    elif row is not None:
        row.update(one.before)


def _row(of: Mapping[str, Any], entry: Mapping[str, Any]) -> LedgerRow:
    return LedgerRow(
        number=entry["number"],
        group=entry["group_name"],
        name=of["name"],
        owners=tuple(of["owners"]),
        place=of["place"],
        build_kind=of["build_kind"],
        field=of["field"],
        total_investment=entry["total_investment"],
        annual_plan=entry["annual_plan"],
        start_month=of["start_month"],
        finish_month=of["finish_month"],
        start_is_actual=of["start_is_actual"],
        tier=of["tier"],
        note=of["note"],
        row=0,
    )


def _figures(tx: Tx, ids: Collection[int], year: int, moment: datetime) -> dict[int, Figures]:
    """What had been reported of those projects in that year by that moment, as it was known then."""
    sums = figures.as_of(tx, year, moment)
    begins = datetime(year, 1, 1, tzinfo=CITY)
    rows = tx.execute(
        select(
            report.c.id,
            report.c.project_id,
            report.c.at,
            report.c.status,
            report.c.status_day,
            report.c.corrects_id,
        )
        .where(
            report.c.project_id.in_(ids),
            report.c.at >= begins,
            report.c.at <= moment,
            report.c.state != UNDONE,  # one that was put right later still counted then
        )
        .order_by(report.c.id)
    ).all()
    replaced = {row.corrects_id for row in rows if row.corrects_id is not None}
    statuses: dict[int, str] = {}
    last: dict[int, str] = {}
    for row in rows:
        if row.id not in replaced:
            last[row.project_id] = day_of(row.at).isoformat()
            if row.status and (row.status_day is None or row.status_day <= day_of(moment)):
                statuses[row.project_id] = row.status
    waiting = _open_tickets(tx, ids, moment)
    return {
        one: Figures(
            sums[one].invested if one in sums else None,
            sums[one].percent if one in sums else None,
            statuses.get(one),
            last.get(one),
            waiting.get(one, 0),
        )
        for one in ids
    }


def _open_tickets(tx: Tx, ids: Collection[int], moment: datetime) -> dict[int, int]:
    """How many problems of each project were open at that moment."""
    rows = tx.execute(
        select(ticket.c.project_id, ticket.c.state, ticket.c.moved_at).where(
            ticket.c.project_id.in_(ids), ticket.c.reported_at <= moment
        )
    )
    counts: dict[int, int] = {}
    for row in rows:
        if row.state in OPEN or row.moved_at > moment:
            counts[row.project_id] = counts.get(row.project_id, 0) + 1
    return counts
