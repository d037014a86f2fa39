"""放假安排: the office is told in time that next year's is missing; deadlines that were provisional for
want of it are computed once more when it has come."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from bot.acts import Category, Severity
from bot.calendar import at, day_of
from bot.mechanism.deadlines import Due, at_dispatch, at_entry
from bot.mechanism.model import Kind
from bot.wording import last_day
from storage import outbox, runs, tickets
from storage.database import Tx
from storage.tables import deadline
from storage.tickets import DeadlineRow, StepNote, Ticket

if TYPE_CHECKING:
    from jobs.schedule import Office


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """Warn, and settle what was provisional."""
    warned = _warn(tx, now, city)
    return _settle(tx, now, city) or warned


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """The morning on which the warning is due; None if next year is known or was warned of."""
    year = day_of(now).year + 1
    if city.rules.calendar.knows(year) or runs.happened(tx, _key(year)):
        return None
    return max(now, _warning_at(year, city))


def _key(year: int) -> str:
    return f"holidays-missing:{year}"


def _warning_at(year: int, city: "Office") -> datetime:
    regime = city.rules.regime
    first = date(year, 1, 1) - timedelta(days=regime.holidays.warn_days)
    return at(first, regime.hours.open)


def _warn(tx: Tx, now: datetime, city: "Office") -> bool:
    year = day_of(now).year + 1
    if city.rules.calendar.knows(year) or now < _warning_at(year, city):
        return False
    if not runs.first(tx, _key(year), now):
        return False
    for one in city.directory.office_people(None):
        notice = outbox.Notice(
            key=f"{_key(year)}:{one.id}",
            kind="holidays",
            urgency="event",
            person_id=one.id,
            line=f"{year}年放假安排还没有录入。国务院办公厅通知下发后，请管理员补进节假日文件；"
            "在那之前，按工作日推算的时限都是暂定的。",
            why="您是重点办值守人员",
        )
        outbox.add_in_hours(tx, [notice], now, city.directory, city.rules)
    return True


def _settle(tx: Tx, now: datetime, city: "Office") -> bool:
    """Compute anew what waits for a year that has come to be known since."""
    knows = city.rules.calendar.knows
    rows = tx.execute(
        select(deadline.c.id, deadline.c.ticket_id, deadline.c.start, deadline.c.due).where(
            deadline.c.provisional.is_(True), deadline.c.met_at.is_(None), deadline.c.void_at.is_(None)
        )
    ).all()
    ripe = {
        row.id: row.ticket_id
        for row in rows
        if knows(day_of(row.start).year) and knows(last_day(row.due).year)
    }
    if not ripe:
        return False
    ids = set(ripe.values())
    limits = tickets.deadlines_of(tx, ids)
    settled = False
    for ticket in tickets.by_id(tx, ids):
        for row in limits[ticket.id]:
            if row.id in ripe:
                settled |= _settle_one(tx, now, city, ticket, row)
    return settled


def _settle_one(tx: Tx, now: datetime, city: "Office", ticket: Ticket, row: DeadlineRow) -> bool:
    fresh = _computed_anew(city, ticket, row)
    if fresh is None or fresh.provisional:
        return False
    if fresh.due == row.due:
        tx.execute(update(deadline).where(deadline.c.id == row.id).values(provisional=False))
        return True
    tickets.step(
        tx,
        ticket,
        "settled",
        StepNote(now, None, "放假安排已公布，暂定时限重新推算", way="clock"),
        rules=city.rules,
        dues=[fresh],
        void=[row.kind],
        void_why="放假安排公布后重新推算",
    )
    return True


def _computed_anew(city: "Office", ticket: Ticket, row: DeadlineRow) -> Due | None:
    regime, calendar = city.rules.of(ticket.regime_hash), city.rules.calendar
    if row.kind == Kind.DISPATCH:
        return at_entry(regime, calendar, row.start)[0]
    clocks = at_dispatch(
        regime,
        calendar,
        entered=row.start,
        told=row.start,
        category=Category(ticket.category),
        severity=Severity(ticket.severity),
    )
    return next((due for due in clocks.dues if due.kind == row.kind), None)
