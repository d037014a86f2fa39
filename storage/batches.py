"""Batch events: which projects go into them, who has answered, which are of 三个一批."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select, update

from storage.database import Tx
from storage.settings import new_id
from storage.tables import batch, batch_project

ASKED, READY, LACKS = "asked", "ready", "lacks"


@dataclass(frozen=True, slots=True)
class Entrant:
    """A project of a batch: one of the ledger, or one of the reserve."""

    id: int
    batch_id: int
    project_id: int | None
    reserve_id: int | None
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class Batch:
    """An event with its projects. `kind`: signed, started or in_production."""

    id: int
    kind: str
    name: str
    day: date
    area_id: int | None
    entrants: tuple[Entrant, ...]


def open_batch(
    tx: Tx,
    *,
    kind: str,
    name: str,
    day: date,
    area_id: int | None,
    at: datetime,
    by: int,
    on_behalf: str,
    words: str,
    inbox_id: int,
) -> int:
    """A new event; its id."""
    made = tx.execute(
        insert(batch).values(
            kind=kind, name=name, day=day, area_id=area_id, at=at, person_id=by, on_behalf=on_behalf,
            words=words, inbox_id=inbox_id,
        )
    )  # fmt: skip
    return new_id(made)


def add(tx: Tx, batch_id: int, some: Iterable[tuple[int | None, int | None]], inbox_id: int) -> None:
    """Projects (of the ledger, of the reserve) go into the event and are asked whether all is ready."""
    rows = [
        {
            "batch_id": batch_id,
            "project_id": project,
            "reserve_id": reserve,
            "state": ASKED,
            "inbox_id": inbox_id,
        }
        for project, reserve in some
    ]
    if rows:
        tx.execute(insert(batch_project), rows)


def answer(tx: Tx, entrant_id: int, state: str, words: str, *, by: int, at: datetime) -> None:
    """Ready, or what it lacks; a later answer takes the place of an earlier one."""
    tx.execute(
        update(batch_project)
        .where(batch_project.c.id == entrant_id)
        .values(state=state, words=words, answered_at=at, answered_by_id=by)
    )


def between(tx: Tx, first: date, last: date) -> list[Batch]:
    """The events of those days, by day."""
    rows = tx.execute(
        select(batch)
        .where(batch.c.day >= first, batch.c.day <= last, batch.c.undone_at.is_(None))
        .order_by(batch.c.day, batch.c.id)
    ).all()
    entrants: dict[int, list[Entrant]] = {}
    for row in tx.execute(
        select(batch_project)
        .where(batch_project.c.batch_id.in_([row.id for row in rows]), batch_project.c.undone_at.is_(None))
        .order_by(batch_project.c.id)
    ):
        one = Entrant(row.id, row.batch_id, row.project_id, row.reserve_id, row.state, row.words)
        entrants.setdefault(row.batch_id, []).append(one)
    return [
        Batch(row.id, row.kind, row.name, row.day, row.area_id, tuple(entrants.get(row.id, ())))
        for row in rows
    ]


def take_back(tx: Tx, inbox_id: int, at: datetime) -> tuple[list[str], int]:
    """The events that message opened, and the projects that it added, are taken back: names, how many."""
    opened = tx.execute(
        update(batch)
        .where(batch.c.inbox_id == inbox_id, batch.c.undone_at.is_(None))
        .values(undone_at=at)
        .returning(batch.c.name)
    ).scalars()
    names = list(opened)
    added = tx.execute(
        update(batch_project)
        .where(batch_project.c.inbox_id == inbox_id, batch_project.c.undone_at.is_(None))
        .values(undone_at=at)
    ).rowcount
    return names, added
