"""督办单: issued with the next number of its year, answered once, asked about when no answer came."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from storage.database import Tx
from storage.settings import new_id
from storage.tables import supervision_order


@dataclass(frozen=True, slots=True)
class Order:
    """A supervision order as it stands."""

    id: int
    year: int
    number: int
    ticket_id: int
    unit_id: int
    words: str
    due: date
    issued_by_id: int
    at: datetime
    answer: str
    answered_at: datetime | None
    asked_at: datetime | None

    @property
    def called(self) -> str:
        """〔2025〕3号."""
        return f"〔{self.year}〕{self.number}号"


def issue(
    tx: Tx, *, ticket_id: int, unit_id: int, words: str, due: date, by: int, at: datetime, inbox_id: int
) -> Order:
    """A new order with the next number of the year; numbers never start again within it."""
    if tx.dialect.name != "sqlite":
        # Two replicas must not take one number: they wait here for each other until the commit.
        tx.execute(select(func.pg_advisory_xact_lock(13711)))
    last = tx.execute(
        select(func.max(supervision_order.c.number)).where(supervision_order.c.year == at.year)
    ).scalar()
    inserted = tx.execute(
        insert(supervision_order).values(
            year=at.year,
            number=(last or 0) + 1,
            ticket_id=ticket_id,
            unit_id=unit_id,
            words=words,
            due=due,
            issued_by_id=by,
            at=at,
            inbox_id=inbox_id,
        )
    )
    return _read(tx, supervision_order.c.id == new_id(inserted))[0]


def one(tx: Tx, order_id: int) -> Order | None:
    """The order of that id, unless it was taken back."""
    return next(iter(_read(tx, supervision_order.c.id == order_id)), None)


def numbered(tx: Tx, year: int, number: int) -> Order | None:
    """The order of that number in that year, unless it was taken back."""
    found = _read(tx, supervision_order.c.year == year, supervision_order.c.number == number)
    return next(iter(found), None)


def open_of_ticket(tx: Tx, ticket_id: int) -> Order | None:
    """The ticket's newest order that waits for an answer."""
    found = _read(tx, supervision_order.c.ticket_id == ticket_id, supervision_order.c.answered_at.is_(None))
    return found[-1] if found else None


def unanswered(tx: Tx, before: date) -> Sequence[Order]:
    """Orders whose day is over without an answer, of which nobody was told yet."""
    return _read(
        tx,
        supervision_order.c.due < before,
        supervision_order.c.answered_at.is_(None),
        supervision_order.c.asked_at.is_(None),
    )


def next_due(tx: Tx) -> date | None:
    """The nearest day by which an answer is owed and that nobody was told of yet."""
    open_ones = (
        supervision_order.c.answered_at.is_(None),
        supervision_order.c.asked_at.is_(None),
        supervision_order.c.withdrawn_at.is_(None),
    )
    return tx.execute(select(func.min(supervision_order.c.due)).where(*open_ones)).scalar()


def answered(tx: Tx, order: Order, words: str, at: datetime, inbox_id: int) -> None:
    """The unit's answer."""
    tx.execute(
        update(supervision_order)
        .where(supervision_order.c.id == order.id)
        .values(answer=words, answered_at=at, answer_inbox_id=inbox_id)
    )


def asked(tx: Tx, order: Order, at: datetime) -> None:
    """Unit and office were told that no answer came."""
    tx.execute(update(supervision_order).where(supervision_order.c.id == order.id).values(asked_at=at))


def take_back(tx: Tx, inbox_id: int, at: datetime) -> None:
    """What that message issued is withdrawn, what it answered waits again."""
    mine = supervision_order.c.inbox_id == inbox_id
    tx.execute(update(supervision_order).where(mine).values(withdrawn_at=at))
    answer = supervision_order.c.answer_inbox_id == inbox_id
    values = {"answer": "", "answered_at": None, "answer_inbox_id": None}
    tx.execute(update(supervision_order).where(answer).values(**values))


_COLUMNS = [supervision_order.c[field.name] for field in fields(Order)]


def _read(tx: Tx, *which: Any) -> list[Order]:
    rows = tx.execute(
        select(*_COLUMNS)
        .where(*which, supervision_order.c.withdrawn_at.is_(None))
        .order_by(supervision_order.c.id)
    )
    return [Order(*row) for row in rows]
