"""Notices that a step of a ticket overtook: not sent, and back where they were if the step is taken back."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select, update

from storage.database import Tx
from storage.tables import deadline, notice, ticket_step

DRAFT, HELD, WAITING, WITHDRAWN = "draft", "held", "waiting", "withdrawn"
UNSENT = (DRAFT, HELD, WAITING)


def by_step(tx: Tx, step_id: int, why: str, *which: Any) -> None:
    """What was not sent yet of those notices will not be, on account of that step."""
    tx.execute(
        update(notice)
        .where(notice.c.state.in_(UNSENT), *which)
        .values(state=WITHDRAWN, state_why=why, withdrawn_from=notice.c.state, withdrawn_by_id=step_id)
    )


def with_their_limits(tx: Tx, ticket_id: int, step_id: int, why: str) -> None:
    """Reminders, drafts and letters of the limits that this step ended."""
    ended = select(deadline.c.id).where(
        deadline.c.ticket_id == ticket_id,
        (deadline.c.met_by_id == step_id) | (deadline.c.void_by_id == step_id),
    )
    by_step(tx, step_id, why, notice.c.deadline_id.in_(ended))


def for_a_pause(tx: Tx, ticket_id: int, step_id: int) -> None:
    """Of a ticket that rests nothing is said about its limits."""
    limits = select(deadline.c.id).where(deadline.c.ticket_id == ticket_id)
    by_step(tx, step_id, "中止", notice.c.deadline_id.in_(limits))


def back_after_pause(tx: Tx, ticket_id: int) -> None:
    """The pause is over: what it held back of limits that run on as they stood is said now."""
    runs = select(deadline.c.id).where(
        deadline.c.ticket_id == ticket_id, deadline.c.met_at.is_(None), deadline.c.void_at.is_(None)
    )
    pauses = select(ticket_step.c.id).where(
        ticket_step.c.ticket_id == ticket_id, ticket_step.c.kind.in_(("pause", "prolong_pause"))
    )
    _back(tx, notice.c.deadline_id.in_(runs), notice.c.withdrawn_by_id.in_(pauses))


def back_with_limits(tx: Tx, deadline_ids: Collection[int]) -> None:
    """Limits that were met run on as they stood: so does what was to be said of them."""
    met_by = select(deadline.c.met_by_id).where(deadline.c.id == notice.c.deadline_id).scalar_subquery()
    _back(tx, notice.c.deadline_id.in_(deadline_ids), notice.c.withdrawn_by_id == met_by)


def back(tx: Tx, step_id: int) -> None:
    """The step was taken back: what it overtook is to be said again."""
    _back(tx, notice.c.withdrawn_by_id == step_id)


def _back(tx: Tx, *which: Any) -> None:
    tx.execute(
        update(notice)
        .where(notice.c.state == WITHDRAWN, *which)
        .values(state=notice.c.withdrawn_from, state_why="", withdrawn_from=None, withdrawn_by_id=None)
    )
