"""What went out, and what did not: looked up by people, and by the delivery that picks a way to somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from storage import outbox, read_receipts
from storage.database import Tx
from storage.directory import Directory
from storage.tables import attempt, inbox, message, notice

FAILED, UNKNOWN = "failed", "unknown"
STATES = (outbox.WAITING, FAILED, UNKNOWN, outbox.SENT, outbox.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Line:
    """A message of the log, or (`notice_id`) a notice that found no account and never became one."""

    id: int
    notice_id: int
    at: datetime
    state: str  # one of STATES
    channel: str
    whom: str
    intended: str  # who is meant, where a substitute or secretary got it
    text: str
    reason: str
    failures: int
    unknown: int
    retry_at: datetime | None
    leased_until: datetime | None
    sent_at: datetime | None
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Try:
    """An attempt that did not succeed, or a note of somebody who sent the message again."""

    number: int
    at: datetime
    outcome: str


def listed(
    tx: Tx,
    directory: Directory,
    *,
    states: Sequence[str] = STATES,
    to: str = "",
    since: datetime | None = None,
    most: int = 50,
) -> list[Line]:
    """The newest messages in those states (of STATES), the newest first. `to`: part of a name, unit, account or group."""
    rows = select(message).where(or_(*(_is(state) for state in states))).order_by(message.c.id.desc())
    lost = (
        select(notice)
        .where(notice.c.state == outbox.UNDELIVERABLE, notice.c.message_id.is_(None))
        .order_by(notice.c.id.desc())
    )
    if since is not None:
        rows, lost = rows.where(message.c.at >= since), lost.where(notice.c.at >= since)
    lines = _found(tx, directory, rows, to, most)
    if FAILED in states:
        for row in tx.execute(lost.limit(most * 20)):
            line = _of_notice(directory, row)
            if to in line.whom:
                lines.append(line)
    return sorted(lines, key=lambda line: (line.at, line.id), reverse=True)[:most]


def one(tx: Tx, directory: Directory, message_id: int) -> Line | None:
    """The message of that number."""
    return next(iter(_found(tx, directory, select(message).where(message.c.id == message_id), "", 1)), None)


def one_notice(tx: Tx, directory: Directory, notice_id: int) -> Line | None:
    """The notice of that number that never became a message."""
    row = tx.execute(
        select(notice).where(
            notice.c.id == notice_id,
            notice.c.state == outbox.UNDELIVERABLE,
            notice.c.message_id.is_(None),
        )
    ).first()
    return None if row is None else _of_notice(directory, row)


def tries_of(tx: Tx, message_id: int) -> list[Try]:
    """What is noted of sending it, in order."""
    rows = tx.execute(select(attempt).where(attempt.c.message_id == message_id).order_by(attempt.c.id))
    return [Try(row.number, row.at, row.outcome) for row in rows]


def best_way(tx: Tx, ways: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Of somebody's accounts (channel, account) the one that did not fail last; of these where he wrote last."""

    def newest(state: str, channel: str, account: str) -> int:
        mine = and_(
            message.c.state == state,
            message.c.channel == channel,
            message.c.account == account,
            message.c.group_key == "",
        )
        return tx.execute(select(func.max(message.c.id)).where(mine)).scalar() or 0

    def wrote(channel: str, account: str) -> int:
        mine = and_(inbox.c.channel == channel, inbox.c.account == account)
        return tx.execute(select(func.max(inbox.c.id)).where(mine)).scalar() or 0

    return max(
        ways, key=lambda way: (newest(outbox.GIVEN_UP, *way) <= newest(outbox.SENT, *way), wrote(*way))
    )


def _is(state: str) -> Any:
    if state == FAILED:
        return and_(message.c.state == outbox.GIVEN_UP, message.c.unknown == 0)
    if state == UNKNOWN:
        return and_(message.c.state.in_((outbox.GIVEN_UP, outbox.WAITING)), message.c.unknown > 0)
    if state == outbox.WAITING:
        return and_(message.c.state == state, message.c.unknown == 0)
    return message.c.state == state


def _found(tx: Tx, directory: Directory, rows: Select[Any], to: str, most: int) -> list[Line]:
    found: list[Any] = []
    whom: dict[int, str] = {}
    for row in tx.execute(rows).yield_per(500):
        whom[row.id] = _whom(directory, row)
        if to in whom[row.id] or to in (row.account, row.group_key):
            found.append(row)
            if len(found) == most:
                break
    ids = [row.id for row in found]
    read = read_receipts.read_at(tx, ids)
    intended: dict[int, str] = {}
    for row in tx.execute(
        select(notice.c.message_id, notice.c.person_id).where(notice.c.message_id.in_(ids))
    ):
        person = directory.people.get(row.person_id or 0)
        if person is not None:
            intended[row.message_id] = person.signed
    return [
        Line(
            row.id,
            0,
            row.at,
            next(state for state in STATES if _holds(row, state)),
            row.channel,
            whom[row.id],
            intended.get(row.id, whom[row.id]),
            row.text,
            row.reason,
            row.failures,
            row.unknown,
            row.retry_at,
            row.leased_until,
            row.sent_at,
            read.get(row.id),
        )
        for row in found
    ]


def _holds(row: Any, state: str) -> bool:
    if row.state in (outbox.GIVEN_UP, outbox.WAITING) and row.unknown:
        return state == UNKNOWN
    return state == (FAILED if row.state == outbox.GIVEN_UP else row.state)


def _whom(directory: Directory, row: Any) -> str:
    if row.group_key:
        groups = directory.groups.values()
        named = (one.name for one in groups if (one.channel, one.key) == (row.channel, row.group_key))
        return f"群“{next(named, row.group_key)}”"
    person = directory.person_of(row.channel, row.account)
    return person.signed if person else f"账号{row.account}"


def _of_notice(directory: Directory, row: Any) -> Line:
    person = directory.people.get(row.person_id or 0)
    whom = person.signed if person else "收件人"
    return Line(
        0, row.id, row.at, FAILED, "", whom, whom, row.line, row.state_why, 0, 0, None, None, None, None
    )
