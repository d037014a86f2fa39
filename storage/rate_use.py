"""How often the platforms' limits were used: what the counting in memory remembers over a restart."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from storage.database import Tx
from storage.settings import upsert
from storage.tables import rate_use

_DAY = timedelta(days=1)  # the longest stretch of a limit, but for months


def add(tx: Tx, rows: Iterable[tuple[str, str, datetime, int]]) -> None:
    """Add (name, key, since, count) to what stands there."""
    values = [
        {"name": name, "key": key[:200], "since": since, "count": count} for name, key, since, count in rows
    ]
    if values:
        use = upsert(tx.dialect.name, rate_use)
        together = {"count": rate_use.c.count + use.excluded.count}
        tx.execute(use.on_conflict_do_update(index_elements=["name", "key", "since"], set_=together), values)


def recent(tx: Tx, real_now: datetime) -> list[tuple[str, str, datetime, int]]:
    """What counts for any limit still: the last day, and the sums of this month; all else goes.

    `real_now` is in the city's zone, by which months begin.
    """
    month = real_now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    tx.execute(delete(rate_use).where(rate_use.c.since < real_now - _DAY, rate_use.c.since != month))
    rows = select(rate_use.c.name, rate_use.c.key, rate_use.c.since, rate_use.c.count)
    return [(name, key, since, count) for name, key, since, count in tx.execute(rows)]
