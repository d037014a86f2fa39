"""How often the platforms' limits were used: what the counting in memory remembers over a restart."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from storage.database import Tx
from storage.settings import upsert
from storage.tables import rate_use

_KEPT = timedelta(days=62)  # this month, and the last one to look back on
_RECENT = timedelta(days=1)


def add(tx: Tx, rows: Iterable[tuple[str, str, datetime, int]]) -> None:
    """Add (name, key, since, count) to what stands there."""
    for name, key, since, count in rows:
        use = upsert(tx.dialect.name, rate_use).values(name=name, key=key[:200], since=since, count=count)
        tx.execute(
            use.on_conflict_do_update(
                index_elements=["name", "key", "since"], set_={"count": rate_use.c.count + count}
            )
        )


def recent(tx: Tx, real_now: datetime) -> list[tuple[str, str, datetime, int]]:
    """What counts for any limit still: the last day, and this month's sums; what is old goes."""
    tx.execute(delete(rate_use).where(rate_use.c.since < real_now - _KEPT))
    month = real_now.replace(day=1, hour=0, minute=0, second=0, microsecond=0) - _RECENT
    rows: Any = tx.execute(select(rate_use).where(rate_use.c.since >= min(month, real_now - _RECENT)))
    return [(row.name, row.key, row.since, row.count) for row in rows]
