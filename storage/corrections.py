"""纠偏: projects behind plan, the corrected plans that are asked for, and how they came out (P3)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from storage.database import Tx
from storage.settings import upsert
from storage.tables import correction, project_step

OWED, PLANNED, MET, MISSED, LIFTED = "owed", "planned", "met", "missed", "lifted"
OPEN = (OWED, PLANNED)
_C = correction.c


def warn(tx: Tx, rows: Sequence[Mapping[str, Any]], at: datetime, look_at: datetime) -> list[Any]:
    """Note that projects are behind (project_id, period, what, words); the rows that are new."""
    if not rows:
        return []
    new = upsert(tx.dialect.name, correction).on_conflict_do_nothing(
        index_elements=["project_id", "period", "what"]
    )
    tx.execute(new, [{**row, "warned_at": at, "state": OWED, "next_look": look_at} for row in rows])
    found = tx.execute(select(correction).where(_C.warned_at == at, _C.state == OWED)).all()
    if found:
        steps = [
            {"project_id": row.project_id, "at": at, "kind": "behind", "words": row.words} for row in found
        ]
        tx.execute(insert(project_step), steps)
    return list(found)


def open_of(tx: Tx, project_ids: Collection[int], states: Sequence[str] = OPEN) -> list[Any]:
    """What stands open of those projects, the newest first."""
    return list(
        tx.execute(
            select(correction)
            .where(_C.project_id.in_(list(project_ids)), _C.state.in_(states))
            .order_by(_C.id.desc())
        )
    )


def all_open(tx: Tx) -> list[Any]:
    """All that stands open, by project."""
    return list(tx.execute(select(correction).where(_C.state.in_(OPEN)).order_by(_C.project_id, _C.id)))


def plan(
    tx: Tx,
    project_id: int,
    words: str,
    due: date,
    look_at: datetime,
    *,
    target_yuan: int | None,
    target_percent: float | None,
    by: int,
    on_behalf: str,
    inbox_id: int,
    at: datetime,
) -> bool:
    """The corrected plan of all that is open of the project; False if nothing is."""
    done = tx.execute(
        update(correction)
        .where(_C.project_id == project_id, _C.state.in_(OPEN))
        .values(
            state=PLANNED,
            plan=words,
            planned_by_id=by,
            on_behalf=on_behalf,
            inbox_id=inbox_id,
            planned_at=at,
            due=due,
            target_yuan=target_yuan,
            target_percent=target_percent,
            next_look=look_at,
        )
    )
    if not done.rowcount:
        return False
    tx.execute(
        insert(project_step).values(
            project_id=project_id,
            at=at,
            person_id=by,
            on_behalf=on_behalf,
            kind="corrected_plan",
            words=words,
            data={"due": due.isoformat()},
            inbox_id=inbox_id,
        )
    )
    return True


def take_back(tx: Tx, inbox_id: int, look_at: datetime) -> list[int]:
    """The message that planned is taken back: the plan is owed as before. Of which projects."""
    rows = tx.execute(
        update(correction)
        .where(_C.inbox_id == inbox_id, _C.state == PLANNED)
        .values(
            state=OWED, plan="", planned_by_id=None, inbox_id=None, planned_at=None, due=None,
            target_yuan=None, target_percent=None, next_look=look_at,
        )
        .returning(_C.project_id)
    )  # fmt: skip
    return sorted(set(rows.scalars()))


def due(tx: Tx, now: datetime, most: int = 500) -> list[Any]:
    """What is to be looked at, the longest due first."""
    rows = (
        select(correction).where(_C.next_look <= now, _C.state.in_(OPEN)).order_by(_C.next_look).limit(most)
    )
    if tx.dialect.name != "sqlite":
        rows = rows.with_for_update(skip_locked=True)
    return list(tx.execute(rows))


def next_look(tx: Tx) -> datetime | None:
    """When the next one is to be looked at."""
    return tx.execute(select(func.min(_C.next_look)).where(_C.state.in_(OPEN))).scalar()


def settle(tx: Tx, ids: Collection[int], state: str, at: datetime) -> None:
    """How it came out; `owed` and `planned` only stop the looking."""
    if ids:
        ends = {} if state in OPEN else {"settled_at": at}
        tx.execute(update(correction).where(_C.id.in_(list(ids))).values(state=state, next_look=None, **ends))
