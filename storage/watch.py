"""The clocks of tickets: what is due, what the limits look like, and what was done about them, set by set.

Every open ticket carries the time of its next look, indexed: a sweep costs what is due, not what is open.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from bot.calendar import at
from bot.mechanism.look import GivenRung, Watched, WatchedDeadline, look
from bot.mechanism.model import Kind
from bot.mechanism.rules import Rules
from storage.database import Tx
from storage.tables import deadline, notice, rung, ticket, ticket_step
from storage.ticket_rows import Ticket, by_id


@dataclass(frozen=True, slots=True)
class Due:
    """A ticket whose time to be looked at has come, and its running limits as the mechanism looks at them."""

    ticket: Ticket
    watched: Watched


@dataclass
class Outcome:
    """What looking at tickets led to, collected to be written at once."""

    next_looks: dict[int, datetime | None] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)
    rungs: list[dict[str, Any]] = field(default_factory=list)
    reminded: dict[int, list[str]] = field(default_factory=dict)  # deadline → all keys
    repeated: list[dict[str, Any]] = field(default_factory=list)
    notices: list[Any] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        """Take in what another look led to."""
        self.next_looks |= other.next_looks
        self.steps += other.steps
        self.rungs += other.rungs
        self.reminded |= other.reminded
        self.repeated += other.repeated
        self.notices += other.notices


def due_ids(tx: Tx, now: datetime, most: int) -> list[int]:
    """Tickets to look at now, the longest due first, locked for this transaction."""
    rows = select(ticket.c.id).where(ticket.c.next_look <= now).order_by(ticket.c.next_look).limit(most)
    if tx.dialect.name != "sqlite":
        rows = rows.with_for_update(skip_locked=True)
    return list(tx.execute(rows).scalars())


def next_look(tx: Tx) -> datetime | None:
    """When the next ticket is to be looked at."""
    return tx.execute(select(func.min(ticket.c.next_look))).scalar()


def read(tx: Tx, ids: Collection[int]) -> list[Due]:
    """Those tickets with their running limits, by number."""
    running: dict[int, dict[int, list[Any]]] = {}
    given: dict[int, list[GivenRung]] = {}
    for ticket_id, limit_id, *limit, name, sent_at, receipt_at, repeats, last_sent_at in tx.execute(
        _LIMITS, {"tickets": list(ids)}
    ):
        running.setdefault(ticket_id, {})[limit_id] = limit
        if name is not None:
            told = GivenRung(name, sent_at, receipt_at, repeats, last_sent_at)
            given.setdefault(limit_id, []).append(told)
    return [
        Due(
            one,
            Watched(
                one.number,
                one.state,
                one.category == "obstruction",
                None if one.paused_until is None else at(one.paused_until, time.min),
                tuple(
                    WatchedDeadline(
                        limit_id,
                        Kind(kind),
                        start,
                        due,
                        reminded=frozenset(reminded),
                        rungs=tuple(given.get(limit_id, ())),
                        say=say,
                    )
                    for limit_id, (kind, start, due, say, reminded) in running.get(one.id, {}).items()
                ),
            ),
        )
        for one in by_id(tx, ids)
    ]


_LIMITS = (  # a row for each rung that was given
    select(
        deadline.c.ticket_id,
        deadline.c.id,
        deadline.c.kind,
        deadline.c.start,
        deadline.c.due,
        deadline.c.say,
        deadline.c.reminded,
        rung.c.name,
        rung.c.sent_at,
        rung.c.receipt_at,
        rung.c.repeats,
        rung.c.last_sent_at,
    )
    .outerjoin(rung, rung.c.deadline_id == deadline.c.id)
    .where(
        deadline.c.ticket_id.in_(bindparam("tickets", expanding=True)),
        deadline.c.met_at.is_(None),
        deadline.c.void_at.is_(None),
    )
    .order_by(deadline.c.id, rung.c.id)
)


def look_again(tx: Tx, ids: Collection[int], rules: Rules, now: datetime) -> list[Ticket]:
    """Store when each of those tickets is to be looked at next, as it stands now; they, by number."""
    dues = read(tx, ids)
    moments = [_when(one, rules, now) for one in dues]
    for one, moment in zip(dues, moments, strict=True):
        if moment != one.ticket.next_look:
            tx.execute(_LOOK_AT, {"key": one.ticket.id, "moment": moment})
    return [replace(one.ticket, next_look=moment) for one, moment in zip(dues, moments, strict=True)]


_LOOK_AT = update(ticket).where(ticket.c.id == bindparam("key")).values(next_look=bindparam("moment"))


def _when(one: Due, rules: Rules, now: datetime) -> datetime | None:
    found = look(one.watched, rules.of(one.ticket.regime_hash), rules.calendar, now)
    moments = [found.next_look, one.watched.paused_until, now if found.steps else None]
    return min((moment for moment in moments if moment is not None), default=None)


def write(tx: Tx, outcome: Outcome, now: datetime) -> None:
    """Write what a sweep led to: one statement a table."""
    if outcome.steps:
        tx.execute(insert(ticket_step), outcome.steps)
    if outcome.rungs:
        tx.execute(insert(rung), outcome.rungs)
    if outcome.reminded:
        tx.execute(
            update(deadline).where(deadline.c.id == bindparam("key")).values(reminded=bindparam("keys")),
            [{"key": key, "keys": keys} for key, keys in outcome.reminded.items()],
        )
    if outcome.repeated:
        tx.execute(
            update(rung)
            .where(rung.c.deadline_id == bindparam("of"), rung.c.name == bindparam("called"))
            .values(repeats=bindparam("times"), last_sent_at=now),
            outcome.repeated,
        )
    if outcome.next_looks:
        tx.execute(
            _LOOK_AT,
            [{"key": key, "moment": moment} for key, moment in outcome.next_looks.items()],
        )


def put_off(tx: Tx, ticket_id: int, until: datetime) -> None:
    """Look at a ticket later: its rules failed."""
    tx.execute(update(ticket).where(ticket.c.id == ticket_id).values(next_look=until))


def give_draft(tx: Tx, deadline_id: int, name: str, now: datetime) -> int:
    """A rung whose sending waits for the office: its id."""
    return int(
        tx.execute(
            insert(rung).values(deadline_id=deadline_id, name=name, given_at=now).returning(rung.c.id)
        ).scalar_one()
    )


def receipt(tx: Tx, ticket_id: int, names: Collection[str], at_moment: datetime) -> int:
    """Somebody said 收到 at these rungs: their repeats rest. How many rungs that were."""
    mine = select(deadline.c.id).where(deadline.c.ticket_id == ticket_id, deadline.c.met_at.is_(None))
    done = tx.execute(
        update(rung).where(rung.c.deadline_id.in_(mine), rung.c.name.in_(names)).values(receipt_at=at_moment)
    )
    return done.rowcount


def no_receipt(tx: Tx, ticket_id: int, at_moment: datetime) -> None:
    """The 收到 of that moment was taken back: the rungs repeat as they would have without it."""
    mine = select(deadline.c.id).where(deadline.c.ticket_id == ticket_id)
    tx.execute(
        update(rung)
        .where(rung.c.deadline_id.in_(mine), rung.c.receipt_at == at_moment)
        .values(receipt_at=None)
    )


def sent(tx: Tx, message_ids: Sequence[int], rules: Rules, now: datetime) -> None:
    """Messages went out: the rungs that waited for that count from now."""
    if not message_ids:
        return
    waiting = tx.execute(
        select(rung.c.id, deadline.c.ticket_id)
        .join(notice, notice.c.rung_id == rung.c.id)
        .join(deadline, deadline.c.id == rung.c.deadline_id)
        .where(notice.c.message_id.in_(message_ids), rung.c.sent_at.is_(None))
    ).all()
    _count(tx, waiting, rules, now)


def passed(tx: Tx, rung_ids: Collection[int], rules: Rules, now: datetime) -> None:
    """What these rungs had to say will reach nobody: they count from now, or their ladders would end there.

    A rung of which something may still go out waits for that.
    """
    still = select(notice.c.rung_id).where(
        notice.c.rung_id.in_(rung_ids), notice.c.state.in_(("draft", "held", "waiting", "merged"))
    )
    rows = tx.execute(
        select(rung.c.id, deadline.c.ticket_id)
        .join(deadline, deadline.c.id == rung.c.deadline_id)
        .where(rung.c.id.in_(rung_ids), rung.c.sent_at.is_(None), rung.c.id.not_in(still))
    ).all()
    _count(tx, rows, rules, now)


def _count(tx: Tx, rows: Sequence[Any], rules: Rules, now: datetime) -> None:
    """These rungs (id, ticket_id) count as sent from now."""
    if rows:
        tx.execute(
            update(rung).where(rung.c.id.in_([row.id for row in rows])).values(sent_at=now, last_sent_at=now)
        )
        look_again(tx, {row.ticket_id for row in rows}, rules, now)
