"""What a message from a platform refers to: a button under one of ours, or a quoted message."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from bot.channel import ACCOUNTS_OF, Incoming
from storage.database import Tx
from storage.settings import upsert
from storage.tables import message, sent_ref

GONE = "（点了一个已经失效的按钮）"


def keep(tx: Tx, named: Iterable[tuple[str, int, str]]) -> None:
    """(channel, message, name): a platform calls that message so."""
    rows = [
        {"channel": channel, "name": name[:200], "message_id": message_id}
        for channel, message_id, name in named
    ]
    if rows:
        tx.execute(upsert(tx.dialect.name, sent_ref).on_conflict_do_nothing(), rows)


def pressed(tx: Tx, incoming: Incoming) -> tuple[str, Mapping[str, Any] | None]:
    """What the button says, and what its message is about; GONE unless the message went to who pressed it."""
    row = tx.execute(select(message).where(message.c.uuid == incoming.pressed.partition(".")[0])).first()
    if row is None or _family(row.channel) != _family(incoming.channel):
        return GONE, None
    if row.group_key != incoming.group or (not row.group_key and row.account != incoming.account):
        return GONE, None
    found = next((one for one in row.buttons if one["id"] == incoming.pressed), None)
    return (found["text"], row.about) if found else (GONE, None)


def quoted(tx: Tx, channel: str, name: str) -> Mapping[str, Any] | None:
    """What the message of ours that the platform calls so is about."""
    about: Mapping[str, Any] | None = tx.execute(
        select(message.c.about)
        .join(sent_ref, sent_ref.c.message_id == message.c.id)
        .where(sent_ref.c.channel == channel, sent_ref.c.name == name)
    ).scalar()
    return about


def _family(channel: str) -> str:
    return ACCOUNTS_OF.get(channel, channel)
