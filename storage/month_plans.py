"""The year's plan by month (P14): what stands, and what a word or a sheet puts in its place."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from storage.database import Tx
from storage.tables import month_plan

_P = month_plan.c
FILE = "file"


def of(tx: Tx, year: int, project_id: int) -> dict[int, int]:
    """元 by month; empty: the plan was not broken down."""
    rows = tx.execute(
        select(_P.month, _P.yuan).where(_P.year == year, _P.project_id == project_id, _P.until.is_(None))
    )
    return {row.month: row.yuan for row in rows}


def put(
    tx: Tx,
    year: int,
    project_id: int,
    by_month: Mapping[int, int],
    how: str,
    *,
    by: int | None,
    at: datetime,
    inbox_id: int | None = None,
) -> None:
    """That is the plan of these months now; of others it stands as before."""
    tx.execute(
        update(month_plan)
        .where(_P.year == year, _P.project_id == project_id, _P.month.in_(list(by_month)), _P.until.is_(None))
        .values(until=at)
    )
    tx.execute(
        insert(month_plan),
        [
            {
                "project_id": project_id,
                "year": year,
                "month": month,
                "yuan": yuan,
                "how": how,
                "person_id": by,
                "inbox_id": inbox_id,
                "since": at,
            }
            for month, yuan in by_month.items()
        ],
    )


def take_back(tx: Tx, inbox_id: int, at: datetime) -> list[Any]:
    """What that message planned counts no more; what stood before counts again. The rows."""
    return _gone(tx, at, _P.inbox_id == inbox_id)


def take_file_back(tx: Tx, came_at: datetime, at: datetime) -> list[Any]:
    """The same for the sheet that was read in at that moment."""
    return _gone(tx, at, _P.how == FILE, _P.since == came_at)


def _gone(tx: Tx, at: datetime, *which: Any) -> list[Any]:
    gone = tx.execute(select(month_plan).where(_P.until.is_(None), *which)).all()
    for row in gone:
        tx.execute(update(month_plan).where(_P.id == row.id).values(until=at))
        before = tx.execute(
            select(month_plan)
            .where(
                _P.project_id == row.project_id,
                _P.year == row.year,
                _P.month == row.month,
                _P.until == row.since,
                _P.id < row.id,
            )
            .order_by(_P.id.desc())
            .limit(1)
        ).first()
        if before is not None:
            again = {
                name: value for name, value in before._mapping.items() if name not in ("id", "since", "until")
            }
            tx.execute(insert(month_plan).values(**again, since=at))
    return list(gone)
