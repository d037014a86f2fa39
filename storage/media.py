"""Pictures and files that came with a message and are fetched after the answer, into their attachment."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, or_, select, update

from bot.channel import Fetched, Media
from storage.database import Tx
from storage.tables import attachment, inbox, media

WAITING, FETCHED, FAILED = "waiting", "fetched", "failed"
_LEASE = timedelta(minutes=2)
_TYPES = {"image": "image/jpeg", "voice": "audio/amr", "video": "video/mp4"}
_NAMES = {"image": "图片.jpg", "voice": "语音.amr", "video": "视频.mp4"}


def expect(tx: Tx, channel: str, inbox_id: int, found: Iterable[tuple[str, Media]], at: datetime) -> None:
    """Note what is to be fetched, each under the id that its attachment will have; empty until then."""
    for file_id, one in found:
        tx.execute(
            insert(attachment).values(
                id=file_id,
                name=(one.name or _NAMES.get(one.kind, "文件"))[:200],
                type=_TYPES.get(one.kind, "application/octet-stream"),
                size=0,
                hash="",
                body=b"",
                at=at,
                inbox_id=inbox_id,
            )
        )
        tx.execute(
            insert(media).values(
                attachment_id=file_id, channel=channel, kind=one.kind, source=dict(one.source), state=WAITING
            )
        )


def lease(tx: Tx, real_now: datetime, most: int) -> Sequence[Any]:
    """Take some that wait; who was killed while fetching loses them after two minutes."""
    rows = (
        select(media, attachment.c.name)
        .join(attachment, attachment.c.id == media.c.attachment_id)
        .where(media.c.state == WAITING, or_(media.c.retry_at.is_(None), media.c.retry_at <= real_now))
        .limit(most)
    )
    if tx.dialect.name != "sqlite":
        rows = rows.with_for_update(skip_locked=True, of=media)
    taken = tx.execute(rows).all()
    tx.execute(
        update(media)
        .where(media.c.attachment_id.in_([row.attachment_id for row in taken]))
        .values(tries=media.c.tries + 1, retry_at=real_now + _LEASE)
    )
    return taken


def fetched(tx: Tx, file_id: str, file: Fetched) -> int | None:
    """It is here; the address from which it came is forgotten. The message it belongs to."""
    values: dict[str, Any] = {
        "size": len(file.body),
        "hash": hashlib.sha256(file.body).hexdigest(),
        "body": file.body,
    }
    if file.media_type and file.media_type != "application/octet-stream":
        values["type"] = file.media_type[:100]
    if file.name:
        values["name"] = file.name[:200]
    tx.execute(update(attachment).where(attachment.c.id == file_id).values(**values))
    tx.execute(update(media).where(media.c.attachment_id == file_id).values(state=FETCHED, source={}))
    return tx.execute(select(attachment.c.inbox_id).where(attachment.c.id == file_id)).scalar()


def put_off(tx: Tx, file_id: str, until: datetime, reason: str) -> None:
    """It did not come: try again then (real time)."""
    tx.execute(
        update(media).where(media.c.attachment_id == file_id).values(retry_at=until, reason=reason[:200])
    )


def failed(tx: Tx, file_id: str, reason: str) -> Any:
    """It will not come. The message with which it was sent."""
    tx.execute(
        update(media)
        .where(media.c.attachment_id == file_id)
        .values(state=FAILED, reason=reason[:200], source={})
    )
    return tx.execute(
        select(inbox).join(attachment, attachment.c.inbox_id == inbox.c.id).where(attachment.c.id == file_id)
    ).first()
