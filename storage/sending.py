"""How messages are sent: taken by a lease, finished or put off by the holder of the last attempt alone."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, and_, bindparam, func, insert, not_, or_, select, true, update

from bot.channel import ACCOUNTS_OF, Button, Outgoing
from storage.database import Tx
from storage.outbox import GIVEN_UP, SENT, WAITING, WITHDRAWN
from storage.tables import attempt, message, notice, ticket

LEASE = timedelta(seconds=60)
LONGEST_PAUSE = timedelta(minutes=10)  # before a send is tried again


def said_before(tx: Tx, name: str, within: timedelta) -> int:
    """How many messages with the same words that person was written within that time before the one of that name.

    The same however often it is asked: what became of them makes no difference.
    """
    mine = tx.execute(_OF_NAME, {"name": name}).first()
    if mine is None or mine.group_key:
        return 0
    values = {
        "family": _family(mine.channel),
        "account": mine.account,
        "before": mine.id,
        "since": mine.at - within,
        "words": mine.text,
    }
    return tx.execute(_ALIKE, values).scalar() or 0


_OF_NAME = select(message).where(message.c.uuid == bindparam("name"))
_ALIKE = select(func.count()).where(
    message.c.state.in_(
        (WAITING, SENT, GIVEN_UP, WITHDRAWN)
    ),  # all there are, so that the index of lanes serves
    message.c.channel.in_(bindparam("family", expanding=True)),
    message.c.account == bindparam("account"),
    message.c.group_key == "",
    message.c.id < bindparam("before"),
    message.c.at > bindparam("since"),
    message.c.text == bindparam("words"),
)


@cache
def _family(channel: str) -> list[str]:
    """The channels whose accounts are the same as that one's."""
    family = {channel, *(one for one, whose in ACCOUNTS_OF.items() if channel in (one, whose))}
    return sorted(family | {whose for one, whose in ACCOUNTS_OF.items() if one in family})


@dataclass(frozen=True, slots=True)
class Leased:
    """A message that this attempt may send. `unknown`: of so many earlier ones nobody knows what became."""

    id: int
    attempt: int
    channel: str
    outgoing: Outgoing
    at: datetime
    failures: int = 0
    unknown: int = 0


_URGENCIES = ("urgent", "reply", "event", "reminder")  # in the order in which they go out


def lease(tx: Tx, real_now: datetime, most: int, rooms: Mapping[str, int] | None = None) -> list[Leased]:
    """Take waiting messages to send: for each recipient only his first one, urgent before ordinary.

    An urgent message overtakes ordinary ones of its own recipient too. `rooms` says how many of a channel
    may be taken; a channel that it doesn't name has room for all. The attempt is counted here; whoever was
    killed while sending loses his lease after a minute.
    """
    taken: list[Any] = []
    # The channels with a room each by itself, so that a crowd before one is not in the way of another. Only
    # what waits at all is looked for: a look at a kind of which nothing waits passes over everything else.
    for row in sorted(tx.execute(_KINDS).all(), key=lambda kind: _URGENCIES.index(kind.urgency)):
        if row.channel in (rooms or {}):
            room = (rooms or {})[row.channel] - sum(1 for one in taken if one.channel == row.channel)
        else:
            room = most - sum(1 for one in taken if one.channel not in (rooms or {}))
        if room > 0:
            values = {
                "of_channel": row.channel,
                "of_urgency": row.urgency,
                "now": real_now,
                "lease_ends": real_now + LEASE,
                "longest_pause": real_now + LONGEST_PAUSE,
                "room": room,
            }
            taken += tx.execute(_first_in_lane(tx.dialect.name), values).all()
    taken.sort(key=lambda row: (_URGENCIES.index(row.urgency), row.id))
    if taken:
        if lost := [row.id for row in taken if row.leased_until is not None]:
            _count_lost(tx, message.c.id.in_(lost))
        tx.execute(
            update(message)
            .where(message.c.id.in_([row.id for row in taken]))
            .values(attempt=message.c.attempt + 1, leased_until=real_now + LEASE)
        )
    return [
        Leased(
            row.id,
            row.attempt + 1,
            row.channel,
            Outgoing(
                row.uuid,
                row.account,
                row.group_key,
                row.text,
                tuple(Button(**button) for button in row.buttons),
                row.about,
                tuple(row.attachments),
                row.urgency,
                row.inbox_id or 0,
                row.parts_sent,
            ),
            row.at,
            row.failures,
            row.unknown + (row.leased_until is not None),
        )
        for row in taken
    ]


_KINDS = select(message.c.channel, message.c.urgency).where(message.c.state == WAITING).distinct()


@cache
def _first_in_lane(dialect: str) -> Select[Any]:
    """Messages of a channel and urgency that may go now and have none of their recipient before them, or under way."""
    other = message.alias("other")
    now, lease_ends = (
        bindparam("now", type_=message.c.at.type),
        bindparam("lease_ends", type_=message.c.at.type),
    )
    longest_pause = bindparam("longest_pause", type_=message.c.at.type)
    is_urgent, other_is_urgent = message.c.urgency == "urgent", other.c.urgency == "urgent"
    before = or_(
        and_(other.c.id < message.c.id, or_(not_(is_urgent), other_is_urgent)),
        and_(not_(is_urgent), other_is_urgent),
        and_(other.c.leased_until > now, other.c.leased_until <= lease_ends),
    )
    rows = (
        select(message)
        .where(
            message.c.state == WAITING,
            message.c.channel == bindparam("of_channel"),
            message.c.urgency == bindparam("of_urgency"),
            _is_over(message.c.leased_until, now, lease_ends),
            _is_over(message.c.retry_at, now, longest_pause),
            ~select(other.c.id)
            .where(
                other.c.state == WAITING,
                other.c.channel == message.c.channel,
                other.c.account == message.c.account,
                other.c.group_key == message.c.group_key,
                other.c.id != message.c.id,
                before,
            )
            .exists(),
        )
        .order_by(message.c.id)
        .limit(bindparam("room", type_=Integer))
    )
    return rows if dialect == "sqlite" else rows.with_for_update(skip_locked=True, of=message)


def _count_lost(tx: Tx, which: Any) -> None:
    """Whoever sent these was killed meanwhile: they may have arrived."""
    tx.execute(
        update(message)
        .where(which, message.c.leased_until.is_not(None))
        .values(unknown=message.c.unknown + 1)
    )


def overtaken(tx: Tx, message_ids: Collection[int]) -> list[int]:
    """Of these messages, those that say nothing any more: every ticket in them has moved on. Withdrawn here."""
    rows = tx.execute(
        select(notice.c.message_id, notice.c.while_states, ticket.c.state)
        .outerjoin(ticket, ticket.c.id == notice.c.ticket_id)
        .where(notice.c.message_id.in_(message_ids))
    ).all()
    of_notices = {row.message_id for row in rows}
    makes_sense = {row.message_id for row in rows if not row.while_states or row.state in row.while_states}
    gone = sorted(of_notices - makes_sense)
    if gone:
        values = {"state": WITHDRAWN, "leased_until": None, "reason": "事项已有变化，不再提醒"}
        tx.execute(update(message).where(message.c.id.in_(gone)).values(**values))
    return gone


def free(tx: Tx) -> None:
    """End all leases: nobody else sends, so what is leased was left behind by a process that was killed."""
    _count_lost(tx, true())
    tx.execute(update(message).where(message.c.leased_until.is_not(None)).values(leased_until=None))


def _is_over(moment: Any, now: Any, too_far: Any) -> Any:
    """Whether a moment of real time has come; one that lies too far ahead was set by a clock put back since."""
    return or_(moment.is_(None), moment <= now, moment > too_far)


_SENT = (
    update(message)
    .where(message.c.id == bindparam("of_id"), message.c.attempt == bindparam("by_attempt"))
    .values(state=SENT, sent_at=bindparam("now"), leased_until=None)
)


def sent(tx: Tx, ids: Sequence[tuple[int, int]], at: datetime) -> None:
    """Those (message, attempt) were sent."""
    if ids:
        tx.execute(_SENT, [{"of_id": one, "by_attempt": number, "now": at} for one, number in ids])


def with_notices(tx: Tx, message_ids: Collection[int]) -> list[int]:
    """Those of these messages that carry notices."""
    if not message_ids:
        return []
    carried = select(notice.c.message_id).where(notice.c.message_id.in_(message_ids)).distinct()
    return list(tx.execute(carried).scalars())


def not_sent(
    tx: Tx,
    message_id: int,
    number: int,
    reason: str,
    real_now: datetime,
    retry_at: datetime | None,
    *,
    failed: bool = True,
    unknown: bool = False,
    parts_sent: int = 0,
) -> None:
    """A send failed: again at `retry_at` (real time), or never if None.

    Not `failed`: our own limit held it back. `unknown`: it may have arrived.
    """
    values: dict[str, Any] = {
        "state": WAITING if retry_at else GIVEN_UP,
        "leased_until": None,
        "retry_at": retry_at,
        "reason": reason[:200],
        "failures": message.c.failures + int(failed),
        "unknown": message.c.unknown + int(unknown),
    }
    if parts_sent:
        values["parts_sent"] = parts_sent
    done = tx.execute(
        update(message).where(message.c.id == message_id, message.c.attempt == number).values(**values)
    )
    if done.rowcount and failed:
        tx.execute(
            insert(attempt).values(message_id=message_id, number=number, at=real_now, outcome=reason[:200])
        )
