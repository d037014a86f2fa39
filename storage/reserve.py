"""The reserve: projects before the ledger, by file or by the office's words; the counties' yearly tasks.

Each change is kept with what stood before it (storage/changes.py), so that it can be taken back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from bot.mechanism.events import Event, ProjectEvents
from bot.mechanism.reserve import Reserved, Stage
from storage.changes import NOBODY, By, Run, changes_of, put_back
from storage.database import Tx
from storage.events import events_as_of
from storage.tables import area, area_task, import_run, reserve_project

KIND = "reserve"
_EVENTS = {
    Event.STARTED: Stage.STARTED,
    Event.COMPLETED: Stage.COMPLETED,
    Event.IN_PRODUCTION: Stage.IN_PRODUCTION,
    Event.AT_CAPACITY: Stage.AT_CAPACITY,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A project as it is entered; sums in 元."""

    name: str
    area_id: int | None
    field: str
    total: int
    plan: int
    stage: str
    days: Mapping[str, date]
    note: str = ""


def read(tx: Tx, day: date, year: int) -> list[Reserved]:
    """The reserve as of that day, by county and name; one that became a project is as far as its reports say."""
    events: Mapping[int, ProjectEvents] = {}
    rows = tx.execute(_ROWS).all()
    if any(row.project_id is not None for row in rows):
        events = events_as_of(tx, day, year=year)
    return [_with_events(_reserved(row, day), events) for row in rows]


_ROWS = (
    select(reserve_project, area.c.name.label("area"))
    .outerjoin(area, area.c.id == reserve_project.c.area_id)
    .where(reserve_project.c.gone.is_(False))
    .order_by(area.c.position, reserve_project.c.id)
)


def _reserved(row: Any, day: date) -> Reserved:
    """What was reached later than that day is left out."""
    days = {Stage(stage): date.fromisoformat(said) for stage, said in row.days.items()}
    past = {stage: when for stage, when in days.items() if when <= day}
    stage = Stage(row.stage)
    if stage in days and stage not in past:
        stage = max(past, key=list(Stage).index, default=Stage.PLANNED)
    return Reserved(
        row.id,
        row.name,
        row.area_id,
        row.area or "",
        row.field,
        row.total_investment,
        row.annual_plan,
        stage,
        past,
        row.project_id,
    )


def _with_events(one: Reserved, events: Mapping[int, ProjectEvents]) -> Reserved:
    found = events.get(one.project_id or 0)
    if found is None:
        return one
    days = {**one.days}
    for event, stage in _EVENTS.items():
        if (when := found.reached(event)) is not None:
            days[stage] = min(when, days.get(stage, when))
    reached = max([one.stage, *days], key=list(Stage).index)
    return replace(one, days=days, stage=reached)


def known(tx: Tx) -> set[str]:
    """The names in the reserve."""
    return set(tx.execute(select(reserve_project.c.name).where(reserve_project.c.gone.is_(False))).scalars())


def enter(
    tx: Tx,
    entries: list[Entry],
    *,
    at: datetime,
    source: str = "",
    body: bytes = b"",
    summary: str = "",
    by: By = NOBODY,
) -> None:
    """Enter projects; one that is there by its name takes what is said now, days that were known stay."""
    run = Run(tx, KIND, source, body, at, summary, by)
    stood = {row.name: row.days for row in tx.execute(select(reserve_project.c.name, reserve_project.c.days))}
    for one in entries:
        days = {
            **stood.get(one.name, {}),
            **{stage: day.isoformat() for stage, day in one.days.items()},
        }
        values = {
            "area_id": one.area_id,
            "field": one.field,
            "total_investment": one.total,
            "annual_plan": one.plan,
            "stage": one.stage,
            "days": days,
            "note": one.note,
            "gone": False,
        }
        run.put(reserve_project, {"name": one.name}, values)


def move(
    tx: Tx, reserve_id: int, stage: Stage, day: date | None, *, at: datetime, summary: str, by: By
) -> None:
    """The project has reached that stage."""
    stood = tx.execute(select(reserve_project.c.days).where(reserve_project.c.id == reserve_id)).scalar_one()
    days = {**stood, **({stage.value: day.isoformat()} if day is not None else {})}
    run = Run(tx, KIND, "", b"", at, summary, by)
    run.put(reserve_project, {"id": reserve_id}, {"stage": stage.value, "days": days})


def link(tx: Tx, reserve_id: int, project_id: int, *, at: datetime, summary: str, by: By) -> None:
    """It has become that project of the ledger."""
    Run(tx, KIND, "", b"", at, summary, by).put(
        reserve_project, {"id": reserve_id}, {"project_id": project_id}
    )


def tasks(tx: Tx, year: int) -> dict[int, int]:
    """{area id: its task of fixed-asset investment in that year, in 元}."""
    rows = tx.execute(select(area_task).where(area_task.c.year == year))
    return {row.area_id: row.yuan for row in rows}


def set_task(tx: Tx, area_id: int, year: int, yuan: int, *, at: datetime, summary: str, by: By) -> None:
    """A county's task for a year."""
    run = Run(tx, KIND, "", b"", at, summary, by)
    run.put(area_task, {"area_id": area_id, "year": year}, {"yuan": yuan})


def take_back(tx: Tx, inbox_id: int, at: datetime) -> int:
    """What that message entered or changed is as before; how many rows."""
    mine = (import_run.c.inbox_id == inbox_id, import_run.c.kind == KIND, import_run.c.undone_at.is_(None))
    count = 0
    for run_id in tx.execute(select(import_run.c.id).where(*mine).order_by(import_run.c.id.desc())).scalars():
        for one in changes_of(tx, run_id):
            put_back(tx, one)
            count += 1
        tx.execute(update(import_run).where(import_run.c.id == run_id).values(undone_at=at))
    return count
