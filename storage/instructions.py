"""批示: leaders' words, kept whole, with what they concern, the day by which it is wanted, and what came of it.

People name one by its number (批示3), which never changes and never starts again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, or_, select, update

from storage.database import Tx
from storage.settings import new_id
from storage.tables import instruction

TAKEN_BACK = "已撤回"


@dataclass(frozen=True, slots=True)
class Instruction:
    """An instruction as it stands. `claimed_at`: who owes it says that it is done, nobody has confirmed it yet."""

    number: int
    leader_id: int
    words: str
    at: datetime
    due: date | None
    ticket_id: int | None
    project_id: int | None
    unit_id: int | None
    said: str
    said_by_id: int | None
    said_at: datetime | None
    claimed_at: datetime | None
    done_at: datetime | None
    outcome: str


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
) -> int:
    """Keep an instruction; its number. `entered_by_id` is the leader himself, or who wrote it for him."""
    return new_id(
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
    )


def numbered(tx: Tx, number: int) -> Instruction | None:
    """The instruction of that number, whatever became of it; one that was taken back is none."""
    found = _read(tx, instruction.c.id == number)
    return found[0] if found else None


def standing(tx: Tx, leader_id: int | None = None, since: datetime | None = None) -> list[Instruction]:
    """Those not yet done (and those done since then), of that leader or of all, the nearest day first."""
    ended = [] if since is None else [instruction.c.done_at >= since]
    his = [] if leader_id is None else [instruction.c.leader_id == leader_id]
    return _read(tx, or_(instruction.c.done_at.is_(None), *ended), *his)


def wanted_by(tx: Tx, day: date) -> list[Instruction]:
    """Those about no ticket (a ticket has limits of its own) that are not done and are wanted by that day."""
    return _read(
        tx,
        instruction.c.done_at.is_(None),
        instruction.c.due <= day,
        instruction.c.ticket_id.is_(None),
        instruction.c.claimed_at.is_(None),
    )


def next_wanted(tx: Tx) -> date | None:
    """The first day by which one of these is wanted."""
    rows = select(func.min(instruction.c.due)).where(
        instruction.c.done_at.is_(None), instruction.c.ticket_id.is_(None), instruction.c.claimed_at.is_(None)
    )
    return tx.execute(rows).scalar()


def say(tx: Tx, number: int, words: str, by: int, at: datetime, *, claims: bool) -> None:
    """What who owes it answers; `claims`: that it is done."""
    values: dict[str, Any] = {"said": words, "said_by_id": by, "said_at": at}
    tx.execute(
        update(instruction)
        .where(instruction.c.id == number)
        .values(**values, **({"claimed_at": at} if claims else {}))
    )


def strike_off(tx: Tx, number: int, outcome: str, at: datetime) -> bool:
    """It is done; False if it was before."""
    mine = (instruction.c.id == number, instruction.c.done_at.is_(None))
    return tx.execute(update(instruction).where(*mine).values(done_at=at, outcome=outcome)).rowcount == 1


def send_back(tx: Tx, number: int) -> None:
    """It is not done, whatever was claimed."""
    tx.execute(update(instruction).where(instruction.c.id == number).values(claimed_at=None))


def earliest_due(tx: Tx, ticket_id: int) -> date | None:
    """The earliest day that instructions on that ticket, not yet done, ask for."""
    return tx.execute(
        select(func.min(instruction.c.due)).where(
            instruction.c.ticket_id == ticket_id, instruction.c.done_at.is_(None)
        )
    ).scalar()


def carried_out(tx: Tx, ticket_id: int, at: datetime, outcome: str = "") -> Sequence[Instruction]:
    """The ticket is done: its instructions too. The first that each leader gave."""
    mine = (instruction.c.ticket_id == ticket_id, instruction.c.done_at.is_(None))
    found = {one.leader_id: one for one in reversed(_read(tx, *mine))}
    tx.execute(update(instruction).where(*mine).values(done_at=at, outcome=outcome))
    return [found[leader_id] for leader_id in sorted(found)]


def wait_again(tx: Tx, ticket_id: int, done_at: datetime) -> None:
    """The end of that moment was taken back: the instructions that it carried out wait again."""
    tx.execute(
        update(instruction)
        .where(instruction.c.ticket_id == ticket_id, instruction.c.done_at == done_at)
        .values(done_at=None, outcome="")
    )


def take_back(tx: Tx, inbox_id: int, at: datetime) -> bool:
    """The message that gave instructions was taken back: they wait for nothing any more. Whether it gave any."""
    taken = tx.execute(
        update(instruction)
        .where(instruction.c.inbox_id == inbox_id, instruction.c.done_at.is_(None))
        .values(done_at=at, outcome=TAKEN_BACK)
    )
    return taken.rowcount > 0


def _read(tx: Tx, *conditions: Any) -> list[Instruction]:
    rows = tx.execute(
        select(instruction)
        .where(*conditions, instruction.c.outcome != TAKEN_BACK)
        .order_by(instruction.c.due.is_(None), instruction.c.due, instruction.c.id)
    )
    return [
        Instruction(
            r.id,
            r.leader_id,
            r.words,
            r.at,
            r.due,
            r.ticket_id,
            r.project_id,
            r.unit_id,
            r.said,
            r.said_by_id,
            r.said_at,
            r.claimed_at,
            r.done_at,
            r.outcome,
        )
        for r in rows
    ]
