"""Pictures and files that were sent with a message, kept with their hash."""

import hashlib
import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from storage.database import Tx
from storage.prepared import Prepared
from storage.tables import attachment, inbox, report, ticket_step

_NEARBY = 10  # messages of one sender among which files without words are looked for


def keep(tx: Tx, *, name: str, media_type: str, body: bytes, at: datetime) -> str:
    """Keep a file until a message refers to it; its id."""
    file_id = uuid.uuid4().hex
    tx.execute(
        insert(attachment).values(
            id=file_id,
            name=name[:200],
            type=media_type[:100],
            size=len(body),
            hash=hashlib.sha256(body).hexdigest(),
            body=body,
            at=at,
        )
    )
    return file_id


def named(tx: Tx, ids: Sequence[str]) -> list[dict[str, str]]:
    """`{"id", "name", "type"}` of those that exist, in that order."""
    rows = {
        row.id: row
        for row in tx.execute(
            select(attachment.c.id, attachment.c.name, attachment.c.type).where(attachment.c.id.in_(ids))
        )
    }
    return [{"id": i, "name": rows[i].name, "type": rows[i].type} for i in ids if i in rows]


def body_of(tx: Tx, file_id: str) -> Any:
    """The row with its bytes, or None."""
    return tx.execute(select(attachment).where(attachment.c.id == file_id)).first()


def of_message(tx: Tx, inbox_id: int) -> Sequence[Any]:
    """What came with that message: id, name, type, hash."""
    return tx.execute(
        select(attachment.c.id, attachment.c.name, attachment.c.type, attachment.c.hash).where(
            attachment.c.inbox_id == inbox_id
        )
    ).all()


def of_messages(tx: Tx, inbox_ids: Collection[int]) -> dict[int, list[str]]:
    """{message: ids of the files that came with it}, those that are here."""
    found: dict[int, list[str]] = {}
    if inbox_ids:
        rows = tx.execute(
            select(attachment.c.inbox_id, attachment.c.id)
            .where(attachment.c.inbox_id.in_(inbox_ids), attachment.c.size > 0)
            .order_by(attachment.c.at, attachment.c.id)
        )
        for inbox_id, file_id in rows:
            found.setdefault(inbox_id, []).append(file_id)
    return found


def files_of(tx: Tx, inbox_ids: Collection[int]) -> dict[int, list[Any]]:
    """{message: what came with it and is here}: id, name, type."""
    found: dict[int, list[Any]] = {}
    rows = select(attachment.c.id, attachment.c.name, attachment.c.type, attachment.c.inbox_id).where(
        attachment.c.inbox_id.in_(inbox_ids), attachment.c.size > 0
    )
    for row in tx.execute(rows.order_by(attachment.c.at, attachment.c.id)):
        found.setdefault(row.inbox_id, []).append(row)
    return found


def adopt(
    tx: Tx, channel: str, account: str, *, since: datetime, inbox_id: int, also: int | None = None
) -> int:
    """Let a message have the files that its sender sent since then with messages that caused nothing else;
    how many these are.

    `also`: a message whose files it gets whenever that came.
    """
    last = _LAST.all(tx, {"on": channel, "by": account, "before": inbox_id})
    ids = {row.id for row in last if row.attachments and (row.at >= since or row.id == also)}
    for table in (report, ticket_step):
        if ids:
            ids -= set(tx.execute(select(table.c.inbox_id).where(table.c.inbox_id.in_(ids))).scalars())
    return join(tx, ids, inbox_id) if ids else 0


_LAST = Prepared(  # asked for every report
    select(inbox.c.id, inbox.c.attachments, inbox.c.at)
    .where(
        inbox.c.channel == bindparam("on"),
        inbox.c.account == bindparam("by"),
        inbox.c.id < bindparam("before"),
    )
    .order_by(inbox.c.id.desc())
    .limit(_NEARBY)
)


def join(tx: Tx, came_with: Collection[int], inbox_id: int) -> int:
    """Files that came with those messages belong to another one; how many."""
    return tx.execute(
        update(attachment).where(attachment.c.inbox_id.in_(came_with)).values(inbox_id=inbox_id)
    ).rowcount
