"""批示: leaders' words, kept whole, with what they concern and the day by which it is wanted."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, insert, select, update

from storage.database import Tx
from storage.tables import instruction


def add(
    tx: Tx,
    *,
    leader_id: int,
    entered_by_id: int,
    words: str,
    at: datetime,
    inbox_id: int | None,
    ticket_id: int | None = None,
    project_id: int | None = None,
    unit_id: int | None = None,
    due: date | None = None,
) -> None:
    """Keep an instruction. `entered_by_id` is the leader himself, or who wrote it for him."""
    tx.execute(
        insert(instruction).values(
            ticket_id=ticket_id,
            project_id=project_id,
            unit_id=unit_id,
            leader_id=leader_id,
            entered_by_id=entered_by_id,
            words=words,
            due=due,
            at=at,
            inbox_id=inbox_id,
        )
    )


def earliest_due(tx: Tx, ticket_id: int) -> date | None:
    """The earliest day that instructions on that ticket, not yet done, ask for."""
    return tx.execute(
        select(func.min(instruction.c.due)).where(
            instruction.c.ticket_id == ticket_id, instruction.c.done_at.is_(None)
        )
    ).scalar()


def carried_out(tx: Tx, ticket_id: int, at: datetime) -> Sequence[int]:
    """The ticket is done: its instructions too. The leaders who gave them, each once."""
    mine = (instruction.c.ticket_id == ticket_id, instruction.c.done_at.is_(None))
    leaders = tx.execute(select(instruction.c.leader_id).where(*mine).distinct()).scalars().all()
    tx.execute(update(instruction).where(*mine).values(done_at=at))
    return sorted(leaders)


def wait_again(tx: Tx, ticket_id: int, done_at: datetime) -> None:
    """The end of that moment was taken back: the instructions that it carried out wait again."""
    tx.execute(
        update(instruction)
        .where(instruction.c.ticket_id == ticket_id, instruction.c.done_at == done_at)
        .values(done_at=None)
    )


def take_back(tx: Tx, inbox_id: int, at: datetime) -> bool:
    """The message that gave instructions was taken back: they wait for nothing any more. Whether it gave any."""
    taken = tx.execute(
        update(instruction)
        .where(instruction.c.inbox_id == inbox_id, instruction.c.done_at.is_(None))
        .values(done_at=at)
    )
    return taken.rowcount > 0
