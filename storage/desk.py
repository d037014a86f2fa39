"""What an office put off on its desk, or laid aside: steps of the desk, never rewritten, only ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, or_, select, update

from storage.database import Tx
from storage.settings import new_id
from storage.tables import desk_step

TICKET, DRAFT, PERSON, MESSAGE = "ticket", "draft", "person", "message"
Item = tuple[str, int]
"""Its kind and number: a ticket's, a draft's, a request's or a message's."""


@dataclass(frozen=True, slots=True)
class Laid:
    """Something that is not on the desk now; `until` is when it comes back, None if never."""

    id: int
    item: Item
    area_id: int | None
    until: datetime | None
    person_id: int
    at: datetime


def lay(
    tx: Tx,
    item: Item,
    *,
    area_id: int | None,
    until: datetime | None,
    by: int,
    on_behalf: str,
    words: str,
    at: datetime,
    inbox_id: int,
) -> int:
    """Put off until then, or lay aside for good; what was said of it before by that office counts no more."""
    _end(tx, at, desk_step.c.kind == item[0], desk_step.c.item == item[1], _office(area_id))
    values = {
        "kind": item[0],
        "item": item[1],
        "area_id": area_id,
        "until": until,
        "person_id": by,
        "on_behalf": on_behalf,
        "words": words,
        "at": at,
        "inbox_id": inbox_id,
    }
    return new_id(tx.execute(insert(desk_step).values(**values)))


def laid(tx: Tx, area_id: int | None, now: datetime) -> dict[Item, Laid]:
    """What that office doesn't see now."""
    rows = tx.execute(
        select(desk_step).where(
            desk_step.c.ended_at.is_(None),
            _office(area_id),
            or_(desk_step.c.until.is_(None), desk_step.c.until > now),
        )
    )
    return {one.item: one for one in map(_read, rows)}


def due(tx: Tx, now: datetime, most: int = 500) -> Sequence[Laid]:
    """What comes back by now, the first first."""
    rows = tx.execute(
        select(desk_step)
        .where(desk_step.c.ended_at.is_(None), desk_step.c.until <= now)
        .order_by(desk_step.c.until, desk_step.c.id)
        .limit(most)
    )
    return [_read(row) for row in rows]


def next_due(tx: Tx) -> datetime | None:
    """When the next one comes back."""
    return tx.execute(select(func.min(desk_step.c.until)).where(desk_step.c.ended_at.is_(None))).scalar()


def come_back(tx: Tx, ids: Sequence[int], at: datetime) -> None:
    """They lie on the desk again."""
    if ids:
        _end(tx, at, desk_step.c.id.in_(ids))


def take_back(tx: Tx, inbox_id: int, at: datetime) -> list[Item]:
    """What that message put off lies on the desk again."""
    mine = (desk_step.c.inbox_id == inbox_id, desk_step.c.ended_at.is_(None))
    found = [_read(row).item for row in tx.execute(select(desk_step).where(*mine).order_by(desk_step.c.id))]
    if found:
        _end(tx, at, *mine)
    return found


def _end(tx: Tx, at: datetime, *which: Any) -> None:
    tx.execute(update(desk_step).where(desk_step.c.ended_at.is_(None), *which).values(ended_at=at))


def _office(area_id: int | None) -> Any:
    return desk_step.c.area_id.is_(None) if area_id is None else desk_step.c.area_id == area_id


def _read(row: Any) -> Laid:
    return Laid(row.id, (row.kind, row.item), row.area_id, row.until, row.person_id, row.at)
