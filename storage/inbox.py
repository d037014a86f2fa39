"""Messages that came: kept before the platform hears 200, handled exactly once, in order for one account.

The attempt is counted, and committed, before a message is handled. One that was interrupted before is
claimed alone, so that a batch never blames it for its neighbour; after three attempts it is set aside.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, insert, or_, select, update

from bot.channel import Incoming
from storage.database import Tx
from storage.prepared import Prepared
from storage.settings import upsert
from storage.tables import attachment, inbox, inbox_key, lane

WAITING, HANDLED, SET_ASIDE, REFUSED = "waiting", "handled", "set_aside", "refused"
ATTEMPTS = 3
_LATELY = 10  # messages of a chat that are looked through for the last one that was read
_PAUSES = (timedelta(seconds=1), timedelta(seconds=5))  # before the second and the third attempt


class OtherContent(Exception):
    """The same key came with another message."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A message as it lies in the inbox."""

    id: int
    channel: str
    account: str
    group: str
    text: str
    attachments: tuple[str, ...]
    about: Mapping[str, Any] | None
    at: datetime
    attempts: int


# Built once: these run for every message.
_KEY = Prepared(
    select(inbox_key.c.inbox_id, inbox_key.c.digest).where(
        inbox_key.c.app == bindparam("app_"), inbox_key.c.key == bindparam("key_")
    )
)
_INSERT = Prepared(
    insert(inbox).returning(inbox.c.id),
    ("channel", "account", "group_key", "text", "attachments", "about", "at", "state"),
)
_INSERT_KEY = Prepared(insert(inbox_key), ("app", "key", "inbox_id", "digest"))
_WAITING = Prepared(select(inbox).where(inbox.c.id == bindparam("wanted"), inbox.c.state == WAITING))
_FINISH = Prepared(
    update(inbox)
    .where(inbox.c.id == bindparam("wanted"))
    .values(
        state=HANDLED, understood=bindparam("found", type_=inbox.c.understood.type), missed=bindparam("lost")
    )
)
_lowest = (
    select(func.min(inbox.c.id).label("id"))
    .where(inbox.c.state == WAITING)
    .group_by(inbox.c.channel, inbox.c.account)
    .subquery()
)
_FIRSTS = (
    select(inbox.c.id, inbox.c.attempts)
    .join(_lowest, _lowest.c.id == inbox.c.id)
    .where(
        or_(
            inbox.c.retry_at.is_(None),
            inbox.c.retry_at <= bindparam("now"),
            inbox.c.retry_at > bindparam("too_far"),  # the machine's clock was set back meanwhile
        )
    )
    .order_by(inbox.c.id)
    .limit(bindparam("most"))
)
_COUNT = (
    update(inbox)
    .where(inbox.c.id.in_(bindparam("ids", expanding=True)))
    .values(attempts=inbox.c.attempts + 1)
)


def receive(tx: Tx, incoming: Incoming, at: datetime, *, refused: bool = False) -> tuple[int, bool]:
    """Keep a message: its id, and whether it is new. A key seen before makes it the same message.

    `refused` keeps time and sender only; files that it alone names go. A file belongs to the message that
    named it first. Raises OtherContent if a key's digest differs.
    """
    for key in incoming.keys:
        seen = _KEY.first(tx, {"app_": key.app, "key_": key.key})
        if seen is not None:
            if seen.digest != key.digest:
                raise OtherContent(key.key)
            return int(seen.inbox_id), False
    inserted = _INSERT.first(
        tx,
        {
            "channel": incoming.channel,
            "account": incoming.account,
            "group_key": incoming.group,
            "text": "" if refused else incoming.text,
            "attachments": [] if refused else list(incoming.attachments),
            "about": dict(incoming.about) if incoming.about else None,
            "at": at,
            "state": REFUSED if refused else WAITING,
        },
    )
    inbox_id: int = inserted.id
    for key in incoming.keys:
        _INSERT_KEY.run(tx, {"app": key.app, "key": key.key, "inbox_id": inbox_id, "digest": key.digest})
    its_own = and_(attachment.c.id.in_(incoming.attachments), attachment.c.inbox_id.is_(None))
    if refused:
        tx.execute(delete(attachment).where(its_own))
    else:
        if tx.dialect.name != "sqlite":  # where one process writes, nobody has to wait for a lane
            row = {"channel": incoming.channel, "account": incoming.account}
            tx.execute(upsert(tx.dialect.name, lane).on_conflict_do_nothing(), row)
        if incoming.attachments:
            tx.execute(update(attachment).where(its_own).values(inbox_id=inbox_id))
    return inbox_id, True


def claim(tx: Tx, real_now: datetime, most: int) -> list[tuple[int, int]]:
    """The lowest waiting message of each lane, with the number of this attempt, counted here."""
    moments = {"now": real_now, "too_far": real_now + max(_PAUSES), "most": most}
    rows = tx.execute(_FIRSTS, moments).all()
    fresh = [row for row in rows if row.attempts == 0]
    claimed = fresh or rows[:1]
    if claimed:
        tx.execute(_COUNT, {"ids": [row.id for row in claimed]})
    return [(row.id, row.attempts + 1) for row in claimed]


def take(tx: Tx, inbox_id: int) -> Stored | None:
    """The message, its lane locked for this transaction; None if it was handled meanwhile."""
    row = _WAITING.first(tx, {"wanted": inbox_id})
    if row is None:
        return None
    if tx.dialect.name != "sqlite":
        tx.execute(
            select(lane).where(lane.c.channel == row.channel, lane.c.account == row.account).with_for_update()
        )
        row = _WAITING.first(tx, {"wanted": inbox_id})
        if row is None:
            return None
    return Stored(
        row.id,
        row.channel,
        row.account,
        row.group_key,
        row.text,
        tuple(row.attachments),
        row.about,
        row.at,
        row.attempts,
    )


def finish(tx: Tx, inbox_id: int, understood: Mapping[str, Any] | None, *, missed: bool = False) -> None:
    """The message is handled. `missed`: it seemed to report something that could not be read."""
    _FINISH.run(tx, {"wanted": inbox_id, "found": understood, "lost": missed})


def put_off(tx: Tx, inbox_id: int, attempts: int, real_now: datetime) -> None:
    """Try the message again after a pause that grows with the attempts."""
    pause = _PAUSES[min(attempts, len(_PAUSES)) - 1]
    tx.execute(update(inbox).where(inbox.c.id == inbox_id).values(retry_at=real_now + pause))


def set_aside(tx: Tx, inbox_id: int) -> None:
    """Give the message to people: those behind it go on."""
    tx.execute(update(inbox).where(inbox.c.id == inbox_id).values(state=SET_ASIDE))


def waiting(tx: Tx) -> int:
    """How many messages wait."""
    return tx.execute(select(func.count()).where(inbox.c.state == WAITING)).scalar() or 0


def last_read(tx: Tx, channel: str, account: str, group: str, before: int) -> Any:
    """The sender's last message in that chat before that one which was read, or could not be; None if there is none."""
    rows = tx.execute(
        select(inbox.c.id, inbox.c.text, inbox.c.at, inbox.c.understood, inbox.c.missed)
        .where(
            inbox.c.channel == channel,
            inbox.c.account == account,
            inbox.c.group_key == group,
            inbox.c.id < before,
            inbox.c.state == HANDLED,
        )
        .order_by(inbox.c.id.desc())
        .limit(_LATELY)
    )
    return next((row for row in rows if row.understood is not None), None)


def missed_since(tx: Tx, since: datetime, until: datetime) -> Sequence[Any]:
    """Messages that could not be read, and those set aside, oldest first."""
    return tx.execute(
        select(inbox.c.id, inbox.c.account, inbox.c.channel, inbox.c.group_key, inbox.c.text, inbox.c.at)
        .where(
            or_(inbox.c.missed.is_(True), inbox.c.state == SET_ASIDE), inbox.c.at >= since, inbox.c.at < until
        )
        .order_by(inbox.c.id)
    ).all()
