"""Who has read what we sent, where a platform tells. A receipt may come before the send is noted."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import func, select

from bot.channel import Read
from storage.database import Tx
from storage.settings import upsert
from storage.tables import message, read_receipt, sent_ref


def keep(tx: Tx, reads: Iterable[Read]) -> None:
    """Note receipts; of the same reader the first one counts."""
    rows = [
        {"channel": one.channel, "name": name[:200], "account": one.account, "at": one.at}
        for one in reads
        for name in one.names
    ]
    if rows:
        tx.execute(upsert(tx.dialect.name, read_receipt).on_conflict_do_nothing(), rows)


def read_at(tx: Tx, message_ids: Collection[int]) -> dict[int, datetime]:
    """When messages of ours were first read by those to whom they went; none: not read, or not known."""
    rows = tx.execute(
        select(sent_ref.c.message_id, func.min(read_receipt.c.at))
        .join(
            read_receipt,
            (read_receipt.c.channel == sent_ref.c.channel) & (read_receipt.c.name == sent_ref.c.name),
        )
        .join(message, message.c.id == sent_ref.c.message_id)
        .where(
            sent_ref.c.message_id.in_(message_ids),
            (message.c.group_key != "") | (message.c.account == read_receipt.c.account),
        )
        .group_by(sent_ref.c.message_id)
    )
    return {message_id: at for message_id, at in rows}
