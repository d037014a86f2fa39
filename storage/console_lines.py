"""The console's own store of what each account and group sees: it is the demo's messaging platform."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from storage.database import Tx
from storage.settings import upsert
from storage.tables import console_line


def add(
    tx: Tx,
    *,
    account: str,
    group: str,
    sender: str,
    text: str,
    at: datetime,
    uuid: str,
    buttons: Sequence[Mapping[str, str]] = (),
    attachments: Sequence[str] = (),
    about: Mapping[str, Any] | None = None,
) -> int | None:
    """Show a line; its seq, or None if that uuid was shown before."""
    row = tx.execute(
        upsert(tx.dialect.name, console_line)
        .values(
            account=account,
            group_key=group,
            sender=sender,
            text=text,
            buttons=list(buttons),
            attachments=list(attachments),
            about=about,
            at=at,
            uuid=uuid,
        )
        .on_conflict_do_nothing(index_elements=["uuid"])
        .returning(console_line.c.seq)
    ).first()
    return int(row.seq) if row else None


def seen_by(tx: Tx, *, account: str = "", group: str = "", after: int = 0, most: int = 500) -> Sequence[Any]:
    """Lines of a person's private chat, or of a group, behind `after`, in order."""
    mine = console_line.c.group_key == group if group else console_line.c.account == account
    private = console_line.c.group_key == ""
    return tx.execute(
        select(console_line)
        .where(mine if group else mine & private, console_line.c.seq > after)
        .order_by(console_line.c.seq)
        .limit(most)
    ).all()


def button(tx: Tx, account: str, button_id: str) -> tuple[Any, Mapping[str, str]] | None:
    """The line that carries that button, and the button; None unless the account sees it."""
    row = tx.execute(select(console_line).where(console_line.c.uuid == button_id.partition(".")[0])).first()
    if row is None or (not row.group_key and row.account != account):
        return None
    found = next((one for one in row.buttons if one["id"] == button_id), None)
    return (row, found) if found else None


def last_seq(tx: Tx) -> int:
    """The highest seq there is; 0 before the first line."""
    return tx.execute(select(func.max(console_line.c.seq))).scalar() or 0
