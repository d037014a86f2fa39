"""What goes out: notices (facts for a person or a group), and the messages that carry them.

A handler or a job adds notices in its own transaction; the delivery merges what waits for one person
into one message with a frozen text, and sends it by a lease: only the holder of the last attempt may
finish a message.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, and_, bindparam, func, insert, not_, or_, select, true, update

from bot.channel import ACCOUNTS_OF, Button, Outgoing
from bot.mechanism.hours import Urgency, allowed
from bot.mechanism.rules import Rules
from bot.people import Rank
from storage import withdrawn
from storage.database import Tx
from storage.directory import Directory
from storage.prepared import Prepared
from storage.settings import upsert
from storage.tables import attempt, message, notice, ticket, ticket_step

DRAFT, HELD, WAITING, MERGED = "draft", "held", "waiting", "merged"
WITHDRAWN, UNDELIVERABLE = "withdrawn", "undeliverable"
SENT, GIVEN_UP = "sent", "given_up"
LEASE = timedelta(seconds=60)
LONGEST_PAUSE = timedelta(minutes=10)  # before a send is tried again


@dataclass(frozen=True, slots=True)
class Notice:
    """A fact for somebody: told once, whatever happens twice.

    `key` names the fact with its reader; `line` is the sentence; `answer` the one thing to write back;
    `why` says which limit and why he; `heading` is the section of a bundled list; `while_states` are the
    ticket's states in which it still makes sense (none: always).
    """

    key: str
    kind: str
    urgency: str  # event | reminder | urgent
    line: str
    person_id: int | None = None
    group_id: int | None = None
    ticket_id: int | None = None
    project_id: int | None = None
    rung_id: int | None = None
    deadline_id: int | None = None
    heading: str = ""
    answer: str = ""
    why: str = ""
    buttons: tuple[Button, ...] = ()
    while_states: tuple[str, ...] = ()
    inbox_id: int | None = None
    not_before: datetime | None = None
    draft: bool = False
    release_at: datetime | None = None
    undeliverable: str = ""
    attachments: tuple[str, ...] = ()  # ids of kept files that go with it


def add(tx: Tx, one: Notice, at: datetime) -> bool:
    """Keep a notice; False if that fact was told (or is about to be) before."""
    # RETURNING, since a driver's row count of an INSERT is not kept everywhere.
    return tx.execute(_new_id(tx.dialect.name), _rows([one], at)).first() is not None


def add_all(tx: Tx, notices: Sequence[Notice], at: datetime) -> None:
    """Keep notices in one statement, facts that were told before excepted."""
    if notices:
        tx.execute(_new(tx.dialect.name), _rows(notices, at))


@cache
def _new(dialect: str) -> Any:
    """An INSERT of a notice that leaves what is there alone."""
    return upsert(dialect, notice).on_conflict_do_nothing(index_elements=["key"])


@cache
def _new_id(dialect: str) -> Any:
    return _new(dialect).returning(notice.c.id)


def _rows(notices: Sequence[Notice], at: datetime) -> list[dict[str, Any]]:
    return [
        {
            "key": one.key,
            "kind": one.kind,
            "urgency": one.urgency,
            "person_id": one.person_id,
            "group_id": one.group_id,
            "ticket_id": one.ticket_id,
            "project_id": one.project_id,
            "rung_id": one.rung_id,
            "deadline_id": one.deadline_id,
            "heading": one.heading,
            "line": one.line,
            "answer": one.answer,
            "why": one.why,
            "buttons": [button.as_json() for button in one.buttons],
            "while_states": list(one.while_states),
            "attachments": list(one.attachments),
            "inbox_id": one.inbox_id,
            "at": at,
            "not_before": one.not_before or at,
            "state": UNDELIVERABLE if one.undeliverable else DRAFT if one.draft else WAITING,
            "state_why": one.undeliverable,
            "release_at": one.release_at,
        }
        for one in notices
    ]


def add_in_hours(tx: Tx, notices: Sequence[Notice], now: datetime, directory: Directory, rules: Rules) -> int:
    """`add` for each, held until its reader may be written to; how many of these facts are new."""
    return sum(
        add(
            tx, replace(one, not_before=max(one.not_before or now, _allowed(one, now, directory, rules))), now
        )
        for one in notices
    )


def _allowed(one: Notice, now: datetime, directory: Directory, rules: Rules) -> datetime:
    reader = directory.people.get(one.person_id or 0)
    leader = reader is not None and reader.rank >= Rank.COUNTY_LEADER
    return allowed(rules.regime, rules.calendar, now, Urgency(one.urgency), leader=leader)


def due_notices(tx: Tx, now: datetime, most: int = 500) -> Sequence[Any]:
    """Notices that may go out now, oldest first, locked for this transaction."""
    rows = (
        select(notice)
        .where(notice.c.state == WAITING, notice.c.not_before <= now)
        .order_by(notice.c.id)
        .limit(most)
    )
    if tx.dialect.name != "sqlite":
        rows = rows.with_for_update(skip_locked=True)
    return tx.execute(rows).all()


def next_notice(tx: Tx) -> datetime | None:
    """When the next waiting notice may go out, or the next draft is released."""
    waiting = tx.execute(select(func.min(notice.c.not_before)).where(notice.c.state == WAITING)).scalar()
    released = tx.execute(select(func.min(notice.c.release_at)).where(notice.c.state == DRAFT)).scalar()
    return min((moment for moment in (waiting, released) if moment is not None), default=None)


def hold_until(tx: Tx, notice_id: int, moment: datetime) -> None:
    """A notice that waits goes out then, not before."""
    tx.execute(update(notice).where(notice.c.id == notice_id).values(not_before=moment))


def settle(tx: Tx, ids: Collection[int], state: str, why: str = "", message_id: int | None = None) -> None:
    """Notices went into a message, or will not go."""
    if ids:
        tx.execute(
            update(notice)
            .where(notice.c.id.in_(ids))
            .values(state=state, state_why=why, message_id=message_id)
        )


def withdraw(tx: Tx, inbox_id: int, why: str) -> list[Any]:
    """Take back what that message caused and was not sent; the rows of what was sent are returned."""
    tx.execute(
        update(notice)
        .where(notice.c.inbox_id == inbox_id, notice.c.state.in_((WAITING, DRAFT, HELD)))
        .values(state=WITHDRAWN, state_why=why)
    )
    return list(
        tx.execute(select(notice).where(notice.c.inbox_id == inbox_id, notice.c.state == MERGED)).all()
    )


def withdraw_from(tx: Tx, ticket_id: int, person_ids: Collection[int], why: str) -> bool:
    """Take back what waits for those people about that ticket; whether something had reached them before.

    The newest step of the ticket is why: taken back, it brings them back.
    """
    theirs = (notice.c.ticket_id == ticket_id, notice.c.person_id.in_(person_ids))
    newest = select(func.max(ticket_step.c.id)).where(ticket_step.c.ticket_id == ticket_id)
    step_id = tx.execute(newest).scalar_one()
    withdrawn.by_step(tx, step_id, why, *theirs, notice.c.state == WAITING)
    return (
        tx.execute(select(notice.c.id).where(*theirs, notice.c.state == MERGED).limit(1)).first() is not None
    )


def last_told(tx: Tx, person_id: int, ticket_id: int | None = None) -> Any:
    """The newest notice that went out to him (about that ticket); None if nothing did.

    Of several that went together the one that speaks of a limit.
    """
    rows = select(notice).where(notice.c.person_id == person_id, notice.c.state == MERGED)
    if ticket_id is not None:
        rows = rows.where(notice.c.ticket_id == ticket_id)
    last = tx.execute(rows.order_by(notice.c.message_id.desc(), notice.c.id.desc()).limit(12)).all()
    together = [row for row in last if row.message_id == last[0].message_id]
    return next((row for row in together if row.kind in ("overdue", "remind")), next(iter(together), None))


_INSERT_MESSAGE = Prepared(
    insert(message).returning(message.c.id),
    (
        *("uuid", "channel", "account", "group_key", "text", "buttons", "about", "urgency", "inbox_id", "at"),
        *("state", "attachments"),
    ),
)


def put_message(
    tx: Tx,
    *,
    channel: str,
    account: str = "",
    group: str = "",
    text: str,
    urgency: str,
    at: datetime,
    buttons: Iterable[Button] = (),
    about: Mapping[str, Any] | None = None,
    inbox_id: int | None = None,
    attachments: Sequence[str] = (),
) -> int:
    """Keep a message that waits to be sent; its text is frozen here. The id. `attachments`: ids of kept files."""
    name = uuid.uuid4().hex
    inserted = _INSERT_MESSAGE.first(
        tx,
        {
            "uuid": name,
            "channel": channel,
            "account": account,
            "group_key": group,
            "text": text,
            "buttons": [
                {"id": f"{name}.{place}", "label": button.label, "text": button.text}
                for place, button in enumerate(buttons, 1)
            ],
            "about": dict(about) if about else None,
            "urgency": urgency,
            "inbox_id": inbox_id,
            "at": at,
            "state": WAITING,
            "attachments": list(attachments),
        },
    )
    return int(inserted.id)


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


def unsent(tx: Tx) -> int:
    """How many messages wait to be sent."""
    return tx.execute(select(func.count()).where(message.c.state == WAITING)).scalar() or 0
