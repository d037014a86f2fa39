"""What goes out: notices (facts for a person or a group), and the messages that carry them.

A handler or a job adds notices in its own transaction; the delivery merges what waits for one person
into one message with a frozen text. How messages are sent is in storage/sending.py.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import func, insert, select, update

from bot.channel import Button
from bot.mechanism.hours import Urgency, allowed
from bot.mechanism.rules import Rules
from bot.people import Rank
from storage import withdrawn
from storage.database import Tx
from storage.directory import Directory
from storage.prepared import Prepared
from storage.settings import upsert
from storage.tables import message, notice, ticket_step

DRAFT, HELD, WAITING, MERGED = "draft", "held", "waiting", "merged"
WITHDRAWN, UNDELIVERABLE = "withdrawn", "undeliverable"
SENT, GIVEN_UP = "sent", "given_up"


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
