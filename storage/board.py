"""Tickets as sums for a whole city or what of it somebody sees: counted in the database, not read one by one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select, true

from bot.mechanism.model import Kind
from bot.mechanism.states import OPEN, State
from storage.database import Tx
from storage.directory import Scope
from storage.tables import deadline, ticket, ticket_step, ticket_unit


@dataclass(frozen=True, slots=True)
class Counts:
    """Open tickets of a project: by their first limit over, near, within it, or without one that runs."""

    open: int = 0
    over: int = 0
    near: int = 0
    off: int = 0
    listed: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.open + other.open,
            self.over + other.over,
            self.near + other.near,
            self.off + other.off,
            self.listed + other.listed,
        )

    @property
    def within(self) -> int:
        """Those with time left."""
        return self.open - self.over - self.near - self.off


@dataclass(frozen=True, slots=True)
class LimitCount:
    """Running limits of a kind, by the clause that they come from."""

    kind: str
    clause: str
    running: int
    over: int
    near: int


def _sees(scope: Scope, person_id: int) -> ColumnElement[bool]:
    """What `handlers.rights.sees_ticket` says, in SQL."""
    if scope.everything:
        return true()
    parts: list[ColumnElement[bool]] = [ticket.c.reporter_id == person_id]
    if scope.project_ids:
        parts.append(ticket.c.project_id.in_(scope.project_ids))
    if scope.unit_ids:
        units = select(ticket_unit.c.ticket_id).where(ticket_unit.c.unit_id.in_(scope.unit_ids))
        parts.append(ticket.c.id.in_(units))
    return or_(false(), *parts)


def _runs() -> ColumnElement[bool]:
    return and_(
        deadline.c.met_at.is_(None), deadline.c.void_at.is_(None), deadline.c.kind != Kind.PROMISE.value
    )


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def by_project(tx: Tx, scope: Scope, person_id: int, now: datetime, yellow: datetime) -> dict[int, Counts]:
    """{project: its open tickets}; a limit up to `yellow` is near."""
    first = (
        select(
            ticket.c.project_id, ticket.c.listed, ticket.c.paused_until, func.min(deadline.c.due).label("due")
        )
        .outerjoin(deadline, and_(deadline.c.ticket_id == ticket.c.id, _runs()))
        .where(ticket.c.state.in_(sorted(OPEN)), _sees(scope, person_id))
        .group_by(ticket.c.id)
        .subquery()
    )
    runs = and_(first.c.paused_until.is_(None), first.c.due.is_not(None))
    rows = tx.execute(
        select(
            first.c.project_id,
            func.count().label("open"),
            _count(and_(runs, first.c.due <= now)).label("over"),
            _count(and_(runs, first.c.due > now, first.c.due <= yellow)).label("near"),
            _count(or_(first.c.paused_until.is_not(None), first.c.due.is_(None))).label("off"),
            _count(first.c.listed.is_(True)).label("listed"),
        ).group_by(first.c.project_id)
    )
    return {row.project_id: Counts(row.open, row.over, row.near, row.off, row.listed) for row in rows}


def by_limit(tx: Tx, scope: Scope, person_id: int, now: datetime, yellow: datetime) -> list[LimitCount]:
    """The running limits of open tickets that do not rest, by kind and clause."""
    rows = tx.execute(
        select(
            deadline.c.kind,
            deadline.c.clause,
            func.count().label("running"),
            _count(deadline.c.due <= now).label("over"),
            _count(and_(deadline.c.due > now, deadline.c.due <= yellow)).label("near"),
        )
        .join(ticket, ticket.c.id == deadline.c.ticket_id)
        .where(
            _runs(),
            ticket.c.state.in_(sorted(OPEN)),
            ticket.c.paused_until.is_(None),
            _sees(scope, person_id),
        )
        .group_by(deadline.c.kind, deadline.c.clause)
    )
    order = {kind.value: place for place, kind in enumerate(Kind)}
    found = [LimitCount(row.kind, row.clause, row.running, row.over, row.near) for row in rows]
    return sorted(found, key=lambda one: (order.get(one.kind, 99), one.clause))


def entered_between(tx: Tx, scope: Scope, person_id: int, since: datetime) -> list[Any]:
    """Number, title, project and state of what was reported since then and not taken back, the newest first."""
    return list(
        tx.execute(
            select(ticket.c.number, ticket.c.title, ticket.c.project_id, ticket.c.state)
            .where(
                ticket.c.reported_at >= since,
                ticket.c.state != State.WITHDRAWN,
                _sees(scope, person_id),
            )
            .order_by(ticket.c.number.desc())
        )
    )


def struck_off_since(tx: Tx, scope: Scope, person_id: int, since: datetime) -> list[Any]:
    """The same of what was struck off since then."""
    gone = select(ticket_step.c.ticket_id).where(
        ticket_step.c.kind == "strike_off", ticket_step.c.at >= since
    )
    return list(
        tx.execute(
            select(ticket.c.number, ticket.c.title, ticket.c.project_id, ticket.c.state)
            .where(
                ticket.c.state == State.STRUCK_OFF,
                ticket.c.moved_at >= since,
                ticket.c.id.in_(gone),
                _sees(scope, person_id),
            )
            .order_by(ticket.c.number.desc())
        )
    )


def worst(
    tx: Tx, scope: Scope, person_id: int, project_ids: Collection[int] | None, until: datetime, most: int
) -> list[Any]:
    """Number and project of open tickets whose first limit ends up to then, the earliest first."""
    rows = (
        select(ticket.c.number, func.min(deadline.c.due).label("due"))
        .join(deadline, and_(deadline.c.ticket_id == ticket.c.id, _runs()))
        .where(ticket.c.state.in_(sorted(OPEN)), ticket.c.paused_until.is_(None), _sees(scope, person_id))
        .group_by(ticket.c.id, ticket.c.number)
        .having(func.min(deadline.c.due) <= until)
        .order_by("due", ticket.c.number)
        .limit(most)
    )
    if project_ids is not None:
        rows = rows.where(ticket.c.project_id.in_(project_ids))
    return [row.number for row in tx.execute(rows)]
