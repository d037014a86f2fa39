"""Figures of a second source (统计, 第三方): the year so far by month, beside what is reported, never mixed.

Without a project a figure is the city's fixed-asset investment. A newer one of the same source and month takes
the place of the older, which stays on record.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, insert, or_, select, update

from bot.mechanism.figures import Month
from storage.database import Tx
from storage.tables import second_figure

_S = second_figure.c


def put(
    tx: Tx,
    source: str,
    month: Month,
    sums: Mapping[int | None, int],
    *,
    by: int | None,
    at: datetime,
    inbox_id: int | None = None,
    way: str = "",
) -> None:
    """These sums (元 by project) are what that source says of January to that month."""
    ids = [one for one in sums if one is not None]
    whose = or_(_S.project_id.in_(ids), _S.project_id.is_(None)) if None in sums else _S.project_id.in_(ids)
    tx.execute(
        update(second_figure)
        .where(_S.source == source, _S.year == month[0], _S.month == month[1], _S.until.is_(None), whose)
        .values(until=at)
    )
    tx.execute(
        insert(second_figure),
        [
            {
                "project_id": one,
                "source": source,
                "year": month[0],
                "month": month[1],
                "yuan": yuan,
                "person_id": by,
                "inbox_id": inbox_id,
                "way": way,
                "since": at,
            }
            for one, yuan in sums.items()
        ],
    )


def way(run_id: int) -> str:
    """How the figures of an import are known."""
    return f"import:{run_id}"


def take_back(tx: Tx, at: datetime, *, inbox_id: int | None = None, came_by: str = "") -> list[Any]:
    """What that message or that file said counts no more; what it had replaced counts again. The rows."""
    which = _S.inbox_id == inbox_id if inbox_id is not None else _S.way == came_by
    gone = tx.execute(select(second_figure).where(which, _S.until.is_(None))).all()
    for row in gone:
        tx.execute(update(second_figure).where(_S.id == row.id).values(until=at))
        same = and_(
            _S.source == row.source,
            _S.year == row.year,
            _S.month == row.month,
            _S.project_id.is_(None) if row.project_id is None else _S.project_id == row.project_id,
        )
        before = tx.execute(
            select(second_figure)
            .where(same, _S.until == row.since, _S.id < row.id)
            .order_by(_S.id.desc())
            .limit(1)
        ).first()
        if before is not None:
            again = {
                name: value for name, value in before._mapping.items() if name not in ("id", "since", "until")
            }
            tx.execute(insert(second_figure).values(**again, since=at))
    return list(gone)


def of_city(tx: Tx, year: int, last: int = 12) -> Any:
    """The newest figure of the city's fixed-asset investment up to that month; None if nobody entered one."""
    return tx.execute(
        select(second_figure)
        .where(_S.project_id.is_(None), _S.year == year, _S.month <= last, _S.until.is_(None))
        .order_by(_S.month.desc(), _S.id.desc())
        .limit(1)
    ).first()
