"""Who changed which cell of the ledger, when and why: imports, the office's words, and reports put right. Row A5."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.documents.ledger_diff import called, say
from storage.changes import ADJUST
from storage.database import Tx
from storage.tables import change, import_run, ledger_entry, project, project_step, report

_HIDDEN = frozenset(
    {"id", "year", "project_id", "gone", "plan_at_start", "area_id", "former_names", "nicknames"}
)
_CALLED = {"name": "名称", "group_name": "分组"}
_KINDS = ("ledger", ADJUST)


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell. `what` is the column, 列入 or 退出, or 进展 for a report put right; `who` in words, or by id."""

    at: datetime
    project_id: int
    what: str
    before: str
    after: str
    why: str
    who: str
    person_id: int | None
    undone: bool


def read(
    tx: Tx,
    year: int,
    project_ids: Collection[int] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[CellChange]:
    """Changes in [since, until), oldest first. What the first import of the year brought is no change."""
    found = [*_cells(tx, year, since, until), *_put_right(tx, since, until)]
    mine = [one for one in found if project_ids is None or one.project_id in project_ids]
    return sorted(mine, key=lambda one: one.at)


def _cells(tx: Tx, year: int, since: datetime | None, until: datetime | None) -> list[CellChange]:
    entries = {
        row.id: row.project_id
        for row in tx.execute(
            select(ledger_entry.c.id, ledger_entry.c.project_id).where(ledger_entry.c.year == year)
        )
    }
    of_year = frozenset(entries.values())
    rows = select(change, import_run.c.at, import_run.c.by, import_run.c.person_id, import_run.c.file_name,
                  import_run.c.undone_at).join(import_run).where(
        import_run.c.kind.in_(_KINDS), change.c.table_name.in_((project.name, ledger_entry.name))
    )  # fmt: skip
    if since is not None:
        rows = rows.where(import_run.c.at >= since)
    if until is not None:
        rows = rows.where(import_run.c.at < until)
    first = _first_run(tx, entries)
    found = []
    for row in tx.execute(rows.order_by(change.c.id)):
        is_entry = row.table_name == ledger_entry.name
        project_id = entries.get(row.row_key["id"]) if is_entry else row.row_key["id"]
        if (
            project_id is None
            or project_id not in of_year
            or row.import_run_id == first
            or (row.before is None and not is_entry)
        ):
            continue
        who = row.by or (f"导入“{row.file_name}”" if row.file_name else "")
        for what, before, after in _said(row.before, row.after, is_entry):
            undone = row.undone_at is not None
            found.append(
                CellChange(row.at, project_id, what, before, after, row.why, who, row.person_id, undone)
            )
    return found


def _first_run(tx: Tx, entries: Collection[int]) -> int | None:
    """The import that brought the year's ledger."""
    rows = tx.execute(
        select(change.c.import_run_id, change.c.row_key)
        .where(change.c.table_name == ledger_entry.name)
        .order_by(change.c.id)
    )
    return next((row.import_run_id for row in rows if row.row_key["id"] in entries), None)


def _said(
    before: dict[str, object] | None, after: dict[str, object], is_entry: bool
) -> list[tuple[str, str, str]]:
    """(column, before, after) of what people see in a ledger."""
    if is_entry and before is None:
        return [("列入", "", "")]
    was = before or {}
    cells = [
        (_CALLED.get(name, called(name)), say(name, was.get(name)), say(name, value))
        for name, value in after.items()
        if name in was and name not in _HIDDEN
    ]
    if is_entry and "gone" in was and was["gone"] != after.get("gone"):
        cells.insert(0, ("退出" if after["gone"] else "重新列入", "", ""))
    return cells


def _put_right(tx: Tx, since: datetime | None, until: datetime | None) -> list[CellChange]:
    """Reports that were corrected: what was said, and what stands in its place."""
    stood = report.alias("stood")
    rows = (
        select(
            project_step,
            report.c.words.label("now"),
            stood.c.words.label("was"),
            stood.c.project_id.label("of"),
        )
        .join(
            report,
            (report.c.inbox_id == project_step.c.inbox_id)
            & (report.c.project_id == project_step.c.project_id),
        )
        .join(stood, stood.c.id == report.c.corrects_id)
        .where(project_step.c.kind == "correct")
    )
    if since is not None:
        rows = rows.where(project_step.c.at >= since)
    if until is not None:
        rows = rows.where(project_step.c.at < until)
    return [
        CellChange(
            row.at,
            row.project_id,
            "进展",
            row.was[:60],
            row.now[:60],
            "",
            row.on_behalf,
            row.person_id,
            False,
        )
        for row in tx.execute(rows.order_by(project_step.c.id))
    ]
