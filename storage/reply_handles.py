"""Addresses that came with messages and take an answer to them, for a while. They are secrets."""

from datetime import datetime

from sqlalchemy import delete, insert, select

from bot.channel import ReplyHandle
from storage.database import Tx
from storage.tables import reply_handle


def keep(tx: Tx, inbox_id: int, handle: ReplyHandle) -> None:
    """An answer to that message may go there."""
    row = {"inbox_id": inbox_id, "url": handle.url, "until": handle.until, "once": handle.once}
    tx.execute(insert(reply_handle).values(**row))


def of(tx: Tx, inbox_id: int, real_now: datetime) -> str:
    """The address, if it is still good; "" if there is none."""
    mine = reply_handle.c.inbox_id == inbox_id
    return tx.execute(select(reply_handle.c.url).where(mine, reply_handle.c.until > real_now)).scalar() or ""


def used(tx: Tx, inbox_id: int) -> None:
    """An answer went there: one that takes a single answer is forgotten."""
    tx.execute(delete(reply_handle).where(reply_handle.c.inbox_id == inbox_id, reply_handle.c.once.is_(True)))


def forget(tx: Tx, real_now: datetime) -> None:
    """Let go of those that are no good any more."""
    tx.execute(delete(reply_handle).where(reply_handle.c.until <= real_now))
