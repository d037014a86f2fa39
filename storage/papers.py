"""Documents and pictures to be made: ordered in the transaction that asks for them, made by jobs/papers.py."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, or_, select, update

from storage import attachments, outbox
from storage.database import Tx
from storage.tables import paper

WAITING, MADE, FAILED = "waiting", "made", "failed"
LONGEST_LEASE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was made."""

    name: str
    body: bytes

    @property
    def media_type(self) -> str:
        """What its name ends in says."""
        return _TYPES[self.name.rpartition(".")[2]]


_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "png": "image/png",
    "zip": "application/zip",
}


def order(
    tx: Tx,
    kind: str,
    of: Mapping[str, Any],
    at: datetime,
    *,
    text: str = "",
    channel: str = "",
    account: str = "",
    group: str = "",
    inbox_id: int | None = None,
) -> int:
    """Have it made, and its files sent to that chat with that text; without a channel they are only kept."""
    inserted = tx.execute(
        insert(paper)
        .values(
            kind=kind,
            of=dict(of),
            text=text,
            channel=channel,
            account="" if group else account,
            group_key=group,
            inbox_id=inbox_id,
            at=at,
            state=WAITING,
        )
        .returning(paper.c.id)
    )
    return int(inserted.scalar_one())


def waits(tx: Tx) -> bool:
    """Whether anything is to be made."""
    return tx.execute(select(paper.c.id).where(paper.c.state == WAITING).limit(1)).first() is not None


def lease(tx: Tx, real_now: datetime) -> Any:
    """The oldest one that may be made now, or None; who is killed while making it loses it after a while."""
    rows = (
        select(paper)
        .where(paper.c.state == WAITING, or_(paper.c.retry_at.is_(None), paper.c.retry_at <= real_now))
        .order_by(paper.c.id)
        .limit(1)
    )
    if tx.dialect.name != "sqlite":
        rows = rows.with_for_update(skip_locked=True)
    row = tx.execute(rows).first()
    if row is not None:
        again = {"tries": paper.c.tries + 1, "retry_at": real_now + LONGEST_LEASE}
        tx.execute(update(paper).where(paper.c.id == row.id).values(**again))
    return row


def made(tx: Tx, row: Any, files: Iterable[File], at: datetime) -> Sequence[str]:
    """Keep its files and send them to the chat that asked; their ids. Empty if it was made before."""
    if tx.execute(select(paper.c.state).where(paper.c.id == row.id)).scalar() != WAITING:
        return []
    ids = [
        attachments.keep(tx, name=one.name, media_type=one.media_type, body=one.body, at=at) for one in files
    ]
    _settle(tx, row.id, MADE, files=ids)
    if row.channel:
        _send(tx, row, row.text, at, ids)
    return ids


def put_off(tx: Tx, row: Any, until: datetime, reason: str) -> None:
    """It could not be made: tried again then (real time)."""
    tx.execute(update(paper).where(paper.c.id == row.id).values(retry_at=until, reason=reason[:200]))


def failed(tx: Tx, row: Any, reason: str, at: datetime) -> None:
    """It can't be made; whoever asked reads that."""
    _settle(tx, row.id, FAILED, reason=reason[:200])
    if row.channel:
        _send(tx, row, f"{row.text.rstrip('。：')}：没有做成，已记录，请稍后再要一次。", at, [])


def free(tx: Tx) -> None:
    """Whatever was being made is left behind by a process that was killed."""
    tx.execute(update(paper).where(paper.c.state == WAITING).values(retry_at=None))


def _settle(tx: Tx, paper_id: int, state: str, **values: Any) -> None:
    tx.execute(update(paper).where(paper.c.id == paper_id).values(state=state, retry_at=None, **values))


def _send(tx: Tx, row: Any, text: str, at: datetime, files: Sequence[str]) -> None:
    outbox.put_message(
        tx,
        channel=row.channel,
        account=row.account,
        group=row.group_key,
        text=text,
        urgency="reply",
        at=at,
        inbox_id=row.inbox_id,
        attachments=files,
    )
