"""Nodes of wall charts: laid out, moved, done; which are late. What is replaced or taken back stays in the table."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, bindparam, func, insert, or_, select, update

from bot.mechanism.milestones import Node
from storage.database import Tx
from storage.tables import milestone, milestone_step

MOVED, DONE = "moved", "done"


@dataclass(frozen=True, slots=True)
class Milestone:
    """A node that stands."""

    id: int
    project_id: int
    name: str
    planned: date
    planned_first: date
    done: date | None
    source: str
    at: datetime  # when it was laid out


@dataclass(frozen=True, slots=True)
class By:
    """Who says something of nodes, when, by which message."""

    at: datetime
    person_id: int | None = None
    on_behalf: str = ""
    words: str = ""
    inbox_id: int | None = None


_COLUMNS = (
    milestone.c.id,
    milestone.c.project_id,
    milestone.c.name,
    milestone.c.planned,
    milestone.c.planned_first,
    milestone.c.done,
    milestone.c.source,
    milestone.c.at,
)
_STANDS = milestone.c.gone_at.is_(None)
_OF = (
    select(*_COLUMNS)
    .where(milestone.c.project_id.in_(bindparam("ids", expanding=True)), _STANDS)
    .order_by(milestone.c.planned, milestone.c.id)
)


def of_project(tx: Tx, project_id: int) -> list[Milestone]:
    """The project's nodes by their day."""
    return of_projects(tx, [project_id]).get(project_id, [])


def of_projects(tx: Tx, ids: Collection[int]) -> dict[int, list[Milestone]]:
    """The nodes of each of those projects that has any, by their day."""
    found: dict[int, list[Milestone]] = {}
    for row in tx.execute(_OF, {"ids": list(ids)}):
        found.setdefault(row.project_id, []).append(Milestone(*row))
    return found


def late_by_project(tx: Tx, today: date) -> dict[int, int]:
    """{project: how many of its nodes are late}."""
    rows = tx.execute(
        select(milestone.c.project_id, func.count().label("late"))
        .where(_STANDS, milestone.c.done.is_(None), milestone.c.planned < today)
        .group_by(milestone.c.project_id)
    )
    return {row.project_id: row.late for row in rows}


def between(tx: Tx, since: date, until: date) -> list[Milestone]:
    """Nodes planned for, or done on, one of the days from `since` to `until`, both in, by day."""
    inside = or_(milestone.c.planned.between(since, until), milestone.c.done.between(since, until))
    rows = tx.execute(select(*_COLUMNS).where(_STANDS, inside).order_by(milestone.c.planned, milestone.c.id))
    return [Milestone(*row) for row in rows]


def lay_out(
    tx: Tx, project_id: int, nodes: Sequence[Node], source: str, by: By, *, replaces: bool
) -> list[Milestone]:
    """Set nodes; `replaces`: all that stood and are not done, else only those of the same names. What was done
    stays done.

    They are looked at by the clock at once.
    """
    stood = {one.name: one for one in of_project(tx, project_id)}
    named = {one.name for one in nodes}
    gone = [one.id for name, one in stood.items() if name in named or (replaces and one.done is None)]
    if gone:
        tx.execute(
            update(milestone)
            .where(milestone.c.id.in_(gone))
            .values(gone_at=by.at, gone_inbox_id=by.inbox_id, next_look=None)
        )
    tx.execute(
        insert(milestone),
        [
            {
                "project_id": project_id,
                "name": one.name,
                "planned": one.planned,
                "planned_first": stood[one.name].planned_first if one.name in stood else one.planned,
                "done": stood[one.name].done if one.name in stood else None,
                "source": source,
                "at": by.at,
                "person_id": by.person_id,
                "inbox_id": by.inbox_id,
                "next_look": by.at,
            }
            for one in nodes
        ],
    )
    return of_project(tx, project_id)


def move(tx: Tx, one: Milestone, to: date, by: By) -> None:
    """Put a node off, or forward."""
    _step(tx, one, MOVED, one.planned, to, by)
    tx.execute(update(milestone).where(milestone.c.id == one.id).values(planned=to, next_look=by.at))


def finish(tx: Tx, one: Milestone, day: date, by: By) -> None:
    """A node is done."""
    _step(tx, one, DONE, one.done, day, by)
    tx.execute(update(milestone).where(milestone.c.id == one.id).values(done=day, next_look=None))


def take_back(tx: Tx, inbox_id: int, at: datetime) -> list[int]:
    """Undo what a message did to nodes, as far as nothing was done to them since; the projects."""
    made = tx.execute(
        select(milestone.c.id, milestone.c.project_id).where(milestone.c.inbox_id == inbox_id, _STANDS)
    ).all()
    steps = tx.execute(
        select(milestone_step, milestone.c.project_id)
        .join(milestone, milestone.c.id == milestone_step.c.milestone_id)
        .where(milestone_step.c.inbox_id == inbox_id, milestone_step.c.undone_at.is_(None), _STANDS)
    ).all()
    back = tx.execute(
        select(milestone.c.id, milestone.c.project_id).where(milestone.c.gone_inbox_id == inbox_id)
    ).all()
    if made:
        ids = [row.id for row in made]
        tx.execute(update(milestone).where(milestone.c.id.in_(ids)).values(gone_at=at, next_look=None))
    if back:
        ids = [row.id for row in back]
        stand_again = {"gone_at": None, "gone_inbox_id": None, "next_look": at}
        tx.execute(update(milestone).where(milestone.c.id.in_(ids)).values(**stand_again))
    for row in steps:
        was = {"planned": row.before} if row.kind == MOVED else {"done": row.before}
        tx.execute(update(milestone).where(milestone.c.id == row.milestone_id).values(**was, next_look=at))
        tx.execute(update(milestone_step).where(milestone_step.c.id == row.id).values(undone_at=at))
    return sorted({row.project_id for row in (*made, *steps, *back)})


def due(tx: Tx, now: datetime, most: int) -> list[Milestone]:
    """Nodes to look at now, the longest due first, locked for this transaction."""
    rows = (
        select(*_COLUMNS)
        .where(and_(milestone.c.next_look <= now, _STANDS))
        .order_by(milestone.c.next_look)
        .limit(most)
    )
    if tx.dialect.name != "sqlite":
        rows = rows.with_for_update(skip_locked=True)
    return [Milestone(*row) for row in tx.execute(rows)]


def next_look(tx: Tx) -> datetime | None:
    """When the next node is to be looked at."""
    return tx.execute(select(func.min(milestone.c.next_look))).scalar()


def look_at(tx: Tx, moments: Sequence[tuple[int, datetime | None]]) -> None:
    """When those nodes are to be looked at next."""
    if moments:
        tx.execute(_LOOK_AT, [{"the_id": one, "moment": when} for one, when in moments])


_LOOK_AT = (
    update(milestone).where(milestone.c.id == bindparam("the_id")).values(next_look=bindparam("moment"))
)


def _step(tx: Tx, one: Milestone, kind: str, before: date | None, after: date, by: By) -> None:
    tx.execute(
        insert(milestone_step).values(
            milestone_id=one.id,
            at=by.at,
            person_id=by.person_id,
            on_behalf=by.on_behalf,
            kind=kind,
            words=by.words,
            before=before,
            after=after,
            inbox_id=by.inbox_id,
        )
    )
