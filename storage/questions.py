"""What we asked somebody in a chat: one open question for each (channel, account, group)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from storage.database import Tx
from storage.prepared import Prepared
from storage.tables import question

ANSWERED, LAPSED, REPLACED, UNDONE = "answered", "lapsed", "replaced", "undone"


@dataclass(frozen=True, slots=True)
class Question:
    """An open question. `data` is what its kind needs to go on: pending acts, choices, the words."""

    id: int
    kind: str
    channel: str
    account: str
    group: str
    data: Mapping[str, Any]
    asked_at: datetime
    lapses_at: datetime
    inbox_id: int | None


def _open() -> Any:
    return question.c.closed_at.is_(None)


# Built once: these run for every message, or nearly.
_OPEN_FOR = Prepared(
    select(question)
    .where(
        question.c.channel == bindparam("channel"),
        question.c.account == bindparam("account"),
        question.c.group_key == bindparam("group"),
        _open(),
    )
    .order_by(question.c.id.desc())
    .limit(1)
)
_INSERT = Prepared(
    insert(question).returning(question.c.id),
    ("channel", "account", "group_key", "kind", "data", "asked_at", "lapses_at", "inbox_id"),
)
_REPLACE = Prepared(
    update(question)
    .where(
        question.c.channel == bindparam("channel_"),
        question.c.account == bindparam("account_"),
        question.c.group_key == bindparam("group_"),
        _open(),
    )
    .values(closed_at=bindparam("moment"), closed_how=REPLACED)
)
_CLOSE = Prepared(
    update(question)
    .where(question.c.id == bindparam("wanted"))
    .values(closed_at=bindparam("moment"), closed_how=bindparam("how"))
)


def open_for(tx: Tx, channel: str, account: str, group: str) -> Question | None:
    """The question that waits for an answer in that chat."""
    row = _OPEN_FOR.first(tx, {"channel": channel, "account": account, "group": group})
    return _read(row) if row else None


def ask(
    tx: Tx,
    *,
    kind: str,
    channel: str,
    account: str,
    group: str,
    data: Mapping[str, Any],
    at: datetime,
    lapses_at: datetime,
    inbox_id: int | None,
) -> int:
    """Open a question; the one before it in that chat is closed."""
    _REPLACE.run(tx, {"channel_": channel, "account_": account, "group_": group, "moment": at})
    inserted = _INSERT.first(
        tx,
        {
            "kind": kind,
            "channel": channel,
            "account": account,
            "group_key": group,
            "data": dict(data),
            "asked_at": at,
            "lapses_at": lapses_at,
            "inbox_id": inbox_id,
        },
    )
    return int(inserted.id)


def close(tx: Tx, question_id: int, how: str, at: datetime) -> None:
    """Nobody need answer it any more."""
    _CLOSE.run(tx, {"wanted": question_id, "moment": at, "how": how})


def close_of(tx: Tx, inbox_id: int, at: datetime) -> None:
    """Close the questions that a message caused: it was taken back."""
    tx.execute(
        update(question)
        .where(question.c.inbox_id == inbox_id, _open())
        .values(closed_at=at, closed_how=UNDONE)
    )


def lapsed(tx: Tx, now: datetime, most: int = 500) -> Sequence[Question]:
    """Questions whose time is up, oldest first."""
    rows = tx.execute(
        select(question)
        .where(_open(), question.c.lapses_at <= now)
        .order_by(question.c.lapses_at)
        .limit(most)
    )
    return [_read(row) for row in rows]


def open_of(tx: Tx, kind: str) -> Sequence[Question]:
    """All open questions of that kind, oldest first."""
    rows = tx.execute(select(question).where(_open(), question.c.kind == kind).order_by(question.c.id))
    return [_read(row) for row in rows]


def next_lapse(tx: Tx) -> datetime | None:
    """When the next question lapses."""
    return tx.execute(select(func.min(question.c.lapses_at)).where(_open())).scalar()


def _read(row: Any) -> Question:
    return Question(
        row.id,
        row.kind,
        row.channel,
        row.account,
        row.group_key,
        row.data,
        row.asked_at,
        row.lapses_at,
        row.inbox_id,
    )
