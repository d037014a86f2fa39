"""呈报: drafts that the office left untouched for the regime's working hours go out; letters to the
inspectorate never do."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from bot.mechanism.hours import Urgency, allowed
from storage import outbox
from storage.database import Tx
from storage.tables import notice

if TYPE_CHECKING:
    from jobs.schedule import Office


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """Let go what was left untouched, in the hours in which its reader may be written to."""
    ripe = select(notice.c.id).where(notice.c.state == outbox.DRAFT, notice.c.release_at <= now)
    ids = list(tx.execute(ripe).scalars())
    if ids:
        when = allowed(city.rules.regime, city.rules.calendar, now, Urgency.EVENT, leader=True)
        tx.execute(
            update(notice)
            .where(notice.c.id.in_(ids), notice.c.state == outbox.DRAFT)
            .values(state=outbox.WAITING, state_why="重点办未处理，到时自动发出", not_before=when)
        )
    return bool(ids)


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """When the next draft, or a notice that was held back, goes out."""
    return outbox.next_notice(tx)
