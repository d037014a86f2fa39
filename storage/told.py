"""Who was told what, when, by which clause: notices with what stands behind them, a few at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from bot.mechanism.rules import Rules
from bot.mechanism.sources import source_of
from storage import outbox
from storage.database import Tx
from storage.directory import Directory
from storage.tables import deadline, message, notice, ticket

_TOGETHER = 500
_OWN = "本机制自定"
STATES = {
    outbox.MERGED: "已发",
    outbox.WAITING: "待发",
    outbox.DRAFT: "拟稿，等重点办",
    outbox.HELD: "重点办压下",
    outbox.WITHDRAWN: "不再发",
    outbox.UNDELIVERABLE: "送不到",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A notice: `at` is when it went out, or where it did not, when it was written."""

    message_id: int | None
    at: datetime
    person_id: int | None
    whom: str
    unit: str
    title: str
    number: int | None  # of the ticket
    project: str
    heading: str
    line: str
    say: str  # the limit's short form
    clause: str
    why: str
    urgency: str
    state: str
    state_why: str


def _query() -> Select[Any]:
    return (
        select(
            notice,
            message.c.at.label("sent_at"),
            ticket.c.number,
            ticket.c.regime_hash,
            deadline.c.say,
            deadline.c.clause,
        )
        .outerjoin(message, message.c.id == notice.c.message_id)
        .outerjoin(ticket, ticket.c.id == notice.c.ticket_id)
        .outerjoin(deadline, deadline.c.id == notice.c.deadline_id)
    )


def sent_after(tx: Tx, directory: Directory, rules: Rules, last: int) -> Iterator[Told]:
    """What went out in messages after that one, in their order."""
    rows = _query().where(notice.c.message_id > last, notice.c.state == outbox.MERGED)
    yield from _read(tx, directory, rules, rows.order_by(notice.c.message_id, notice.c.id))


def not_sent(tx: Tx, directory: Directory, rules: Rules) -> Iterator[Told]:
    """What did not go out: drafts that wait, and what found nobody; not what was overtaken."""
    states = (outbox.DRAFT, outbox.HELD, outbox.UNDELIVERABLE)
    rows = _query().where(notice.c.state.in_(states), notice.c.message_id.is_(None))
    yield from _read(tx, directory, rules, rows.order_by(notice.c.id))


def between(tx: Tx, directory: Directory, rules: Rules, since: datetime, until: datetime) -> Iterator[Told]:
    """All that was written in [since, until), oldest first."""
    rows = _query().where(notice.c.at >= since, notice.c.at < until)
    yield from _read(tx, directory, rules, rows.order_by(notice.c.id))


def _read(tx: Tx, directory: Directory, rules: Rules, rows: Select[Any]) -> Iterator[Told]:
    for row in tx.execute(rows.execution_options(yield_per=_TOGETHER)):
        yield _told(row, directory, rules)


def _told(row: Any, directory: Directory, rules: Rules) -> Told:
    regime = rules.of(row.regime_hash) if row.regime_hash else rules.regime
    if row.deadline_id is not None:
        say, clause = row.say, regime.notice_of(row.clause) if row.clause else _OWN
    else:
        say, clause = source_of(regime, row.kind, row.key)
    person = directory.people.get(row.person_id or 0)
    group = directory.groups.get(row.group_id or 0)
    project = directory.projects.get(row.project_id or 0)
    return Told(
        row.message_id,
        row.sent_at or row.at,
        row.person_id,
        person.name if person else f"群“{group.name}”" if group else "",
        person.unit if person else "",
        person.title if person else "",
        row.number,
        project.name if project else "",
        row.heading,
        row.line,
        say,
        clause,
        row.why,
        row.urgency,
        STATES.get(row.state, row.state),
        row.state_why,
    )
