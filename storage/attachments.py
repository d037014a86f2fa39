"""Pictures and files that were sent with a message, kept with their hash."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from storage.database import Tx
from storage.tables import attachment


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
