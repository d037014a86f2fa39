"""Messages that came: kept before the platform hears 200, handled exactly once, in order for one account.

The attempt is counted, and committed, before a message is handled. One that was interrupted before is
claimed alone, so that a batch never blames it for its neighbour; after three attempts it is set aside.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, delete, func, insert, literal, or_, select, update

from bot.channel import Incoming, Key
from storage.database import Tx
from storage.prepared import Prepared
from storage.settings import upsert
from storage.tables import attachment, inbox, inbox_key, lane, message

WAITING, HANDLED, SET_ASIDE, REFUSED = "waiting", "handled", "set_aside", "refused"
ATTEMPTS = 3  # one that fails then is given to people
DEATHS = (
    6  # as is one at which the process died so often; fewer may have come from outside, one after the other
)
ARRIVED = "arrived"  # a message that is a file fetched after its own message was answered
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
_SEEN = Prepared(
    select(inbox_key.c.app, inbox_key.c.key, inbox_key.c.inbox_id, inbox_key.c.digest).where(
        inbox_key.c.key.in_(bindparam("keys", expanding=True))
    )
)
_INSERT = Prepared(
    insert(inbox).returning(inbox.c.id),
    ("channel", "account", "group_key", "text", "attachments", "about", "at", "state"),
)
_INSERT_KEY = Prepared(insert(inbox_key), ("app", "key", "inbox_id", "digest"))
_INSERT_LANE = Prepared(upsert("postgresql", lane).on_conflict_do_nothing(), ("channel", "account"))
_WAITING = Prepared(select(inbox).where(inbox.c.id == bindparam("wanted"), inbox.c.state == WAITING))
_WAITING_LOCKED = Prepared(  # who had to wait for either lock sees the message as it stands then
    select(inbox)
    .join(lane, and_(lane.c.channel == inbox.c.channel, lane.c.account == inbox.c.account))
    .where(inbox.c.id == bindparam("wanted"), inbox.c.state == WAITING)
    .with_for_update(of=[lane, inbox])
)
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
_FIRSTS = Prepared(
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
_COUNT = Prepared(
    update(inbox)
    .where(inbox.c.id.in_(bindparam("ids", expanding=True)))
    .values(attempts=inbox.c.attempts + 1)
)


class Kept(NamedTuple):
    """What became of a message that came: where it lies, and whether it is new."""

    id: int
    is_new: bool


def receive(tx: Tx, incoming: Incoming, at: datetime, *, refused: bool = False) -> Kept:
    """Keep a message. A key seen before makes it the same message.

    `refused` keeps time and sender only; files that it alone names go. A file belongs to the message that
    named it first. Raises OtherContent if a key's digest differs.
    """
    (kept,) = receive_all(tx, [(incoming, refused)], at)
    if isinstance(kept, OtherContent):
        raise kept
    return kept


def receive_all(tx: Tx, messages: Sequence[tuple[Incoming, bool]], at: datetime) -> list[Kept | OtherContent]:
    """`receive` for messages (and whether each is refused) that came together, in their order."""
    keys = [key for incoming, _ in messages for key in incoming.keys]
    seen = {
        (row.app, row.key): (row.inbox_id, row.digest)
        for row in _SEEN.all(tx, {"keys": [key.key for key in keys]})
    }
    first: dict[
        tuple[str, str], tuple[int, str]
    ] = {}  # a key of this round: the place of its message, digest
    new: list[int] = []
    for place, (incoming, _) in enumerate(messages):
        if not any((key.app, key.key) in seen or (key.app, key.key) in first for key in incoming.keys):
            new.append(place)
            first |= {(key.app, key.key): (place, key.digest) for key in incoming.keys}
    ids = dict(zip(new, _insert(tx, [messages[place] for place in new], at), strict=True))
    seen |= {name: (ids[place], digest) for name, (place, digest) in first.items()}
    return [
        Kept(ids[place], True) if place in ids else _same(incoming, seen)
        for place, (incoming, _) in enumerate(messages)
    ]


def _same(incoming: Incoming, seen: Mapping[tuple[str, str], tuple[int, str]]) -> Kept | OtherContent:
    """The message that has one of its keys."""
    key = next(key for key in incoming.keys if (key.app, key.key) in seen)
    inbox_id, digest = seen[key.app, key.key]
    return Kept(inbox_id, False) if digest == key.digest else OtherContent(key.key)


def _insert(tx: Tx, messages: Sequence[tuple[Incoming, bool]], at: datetime) -> list[int]:
    rows = [
        {
            "channel": incoming.channel,
            "account": incoming.account,
            "group_key": incoming.group,
            "text": "" if refused else incoming.text,
            "attachments": [] if refused else list(incoming.attachments),
            "about": dict(incoming.about) if incoming.about else None,
            "at": at,
            "state": REFUSED if refused else WAITING,
        }
        for incoming, refused in messages
    ]
    ids: list[int] = [row.id for row in _INSERT.first_of_all(tx, rows)]
    keys = [
        {"app": key.app, "key": key.key, "inbox_id": inbox_id, "digest": key.digest}
        for inbox_id, (incoming, _) in zip(ids, messages, strict=True)
        for key in incoming.keys
    ]
    # In one order everywhere: two replicas that add the same wait for each other, but never in a circle.
    _INSERT_KEY.run_all(tx, sorted(keys, key=lambda row: (row["app"], row["key"])))
    if tx.dialect.name != "sqlite":  # where one process writes, nobody has to wait for a lane
        lanes = sorted({(one.channel, one.account) for one, refused in messages if not refused})
        _INSERT_LANE.run_all(tx, [{"channel": channel, "account": account} for channel, account in lanes])
    for inbox_id, (incoming, refused) in zip(ids, messages, strict=True):
        if incoming.attachments:
            its_own = and_(attachment.c.id.in_(incoming.attachments), attachment.c.inbox_id.is_(None))
            tx.execute(
                delete(attachment).where(its_own)
                if refused
                else update(attachment).where(its_own).values(inbox_id=inbox_id)
            )
    return ids


def again(tx: Tx, inbox_id: int, file_id: str, at: datetime) -> None:
    """A file that came with a message and is here by now is a message of its sender's of its own, once."""
    came = tx.execute(select(inbox).where(inbox.c.id == inbox_id)).one()
    key = Key("fetched", file_id)
    receive(
        tx, Incoming(came.channel, came.account, "", (key,), came.group_key, (file_id,), {ARRIVED: True}), at
    )


def claim(tx: Tx, real_now: datetime, most: int) -> list[tuple[int, int]]:
    """The lowest waiting message of each lane, with the number of this attempt, counted here."""
    moments = {"now": real_now, "too_far": real_now + max(_PAUSES), "most": most}
    rows = _FIRSTS.all(tx, moments)
    fresh = [row for row in rows if row.attempts == 0]
    claimed = fresh or rows[:1]
    if claimed:
        _COUNT.run(tx, {"ids": [row.id for row in claimed]})
    return [(row.id, row.attempts + 1) for row in claimed]


def take(tx: Tx, inbox_id: int) -> Stored | None:
    """The message, its lane locked for this transaction; None if it was handled meanwhile."""
    row = (_WAITING if tx.dialect.name == "sqlite" else _WAITING_LOCKED).first(tx, {"wanted": inbox_id})
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


@dataclass(frozen=True, slots=True)
class Answered:
    """A message that came from a page, and what it was answered; nothing yet while it waits."""

    key: str
    text: str
    at: datetime
    is_done: bool
    answers: tuple[Any, ...]  # rows of message: text, buttons, attachments


def of_keys(tx: Tx, app: str, account: str, keys: Sequence[str]) -> list[Answered]:
    """The account's messages of those keys, in the order in which they came."""
    rows = tx.execute(
        select(inbox, inbox_key.c.key)
        .join(inbox_key, inbox_key.c.inbox_id == inbox.c.id)
        .where(inbox_key.c.app == app, inbox_key.c.key.in_(keys), inbox.c.account == account)
        .order_by(inbox.c.id)
    ).all()
    return _with_answers(tx, rows)


def lately(tx: Tx, channel: str, account: str, most: int) -> list[Answered]:
    """The account's last messages with their answers, oldest first."""
    rows = tx.execute(
        select(inbox, literal("").label("key"))
        .where(inbox.c.channel == channel, inbox.c.account == account)
        .order_by(inbox.c.id.desc())
        .limit(most)
    ).all()
    return _with_answers(tx, rows[::-1])


def _with_answers(tx: Tx, rows: Sequence[Any]) -> list[Answered]:
    said: dict[int, list[Any]] = {}
    mine = select(message).where(
        message.c.inbox_id.in_([row.id for row in rows]), message.c.urgency == "reply"
    )
    for one in tx.execute(mine.order_by(message.c.id)):
        said.setdefault(one.inbox_id, []).append(one)
    return [
        Answered(row.key, row.text, row.at, row.state != WAITING, tuple(said.get(row.id, ()))) for row in rows
    ]


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
