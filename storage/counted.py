"""计次职责: visits, meetings, presentations as they were reported, and how many there were. Row A7."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select, update

from storage.database import Tx
from storage.tables import counted_event


@dataclass(frozen=True, slots=True)
class Event:
    """One report of a duty that is counted."""

    duty: str
    day: date
    times: int
    area_id: int | None
    unit_id: int | None
    words: str


def add(
    tx: Tx,
    *,
    duty: str,
    day: date,
    times: int,
    area_id: int | None,
    unit_id: int | None,
    reporter_id: int,
    on_behalf: str,
    words: str,
    at: datetime,
    inbox_id: int | None,
) -> None:
    """Keep it; it counts on the day on which it took place."""
    tx.execute(
        insert(counted_event).values(
            duty=duty,
            day=day,
            times=times,
            area_id=area_id,
            unit_id=unit_id,
            reporter_id=reporter_id,
            on_behalf=on_behalf,
            words=words,
            at=at,
            inbox_id=inbox_id,
        )
    )


def totals(tx: Tx, duty: str, first: date, last: date) -> dict[tuple[int | None, int | None], int]:
    """How often, by (area, unit), from the first to the last day, both in."""
    rows = tx.execute(
        select(
            counted_event.c.area_id, counted_event.c.unit_id, func.sum(counted_event.c.times).label("times")
        )
        .where(
            counted_event.c.duty == duty,
            counted_event.c.day >= first,
            counted_event.c.day <= last,
            counted_event.c.undone_at.is_(None),
        )
        .group_by(counted_event.c.area_id, counted_event.c.unit_id)
    )
    return {(row.area_id, row.unit_id): int(row.times) for row in rows}


def take_back(tx: Tx, inbox_id: int, at: datetime) -> Sequence[Event]:
    """What that message had reported counts no more; what it was."""
    mine = (counted_event.c.inbox_id == inbox_id, counted_event.c.undone_at.is_(None))
    found = [
        Event(r.duty, r.day, r.times, r.area_id, r.unit_id, r.words)
        for r in tx.execute(select(counted_event).where(*mine))
    ]
    tx.execute(update(counted_event).where(*mine).values(undone_at=at))
    return found
