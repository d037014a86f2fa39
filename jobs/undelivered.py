"""What could not be delivered: recorded with its reason, told to the office, and no unit is overdue by it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from bot.mechanism.model import Kind
from bot.mechanism.rules import Rules
from storage import outbox, tickets, watch
from storage.database import Tx
from storage.directory import Directory
from storage.tables import message, notice
from storage.tickets import StepNote

_NO_ACCOUNT = "没有可用的账号"
_CLOCKS = [kind for kind in Kind if kind not in (Kind.DISPATCH, Kind.PROMISE)]


def no_account(tx: Tx, directory: Directory, rules: Rules, row: Any, now: datetime) -> None:
    """A notice whose reader can't be reached by any channel that is open."""
    outbox.settle(tx, [row.id], outbox.UNDELIVERABLE, _NO_ACCOUNT)
    _tell(tx, directory, rules, row, _NO_ACCOUNT, now)
    watch.passed(tx, _rungs([row]), rules, now)


def tell_office(
    tx: Tx, directory: Directory, rules: Rules, message_id: int, reason: str, now: datetime
) -> None:
    """A message was given up: the same for each notice in it."""
    rows = tx.execute(select(notice).where(notice.c.message_id == message_id)).all()
    outbox.settle(tx, [row.id for row in rows], outbox.UNDELIVERABLE, reason[:200], message_id)
    for row in rows:
        _tell(tx, directory, rules, row, reason, now)
    watch.passed(tx, _rungs(rows), rules, now)


def _rungs(rows: Sequence[Any]) -> list[int]:
    """The rungs that waited for these notices to go out."""
    return [row.rung_id for row in rows if row.rung_id is not None]


def _tell(tx: Tx, directory: Directory, rules: Rules, row: Any, reason: str, now: datetime) -> None:
    if row.kind == "undelivered":
        return  # the office itself can't be reached: saying so to it again would never end
    reader = directory.people.get(row.person_id)
    whom = reader.signed if reader else "收件人"
    line = f"没有送达{whom}（{reason}）：{row.line[:60]}"
    answer = ""
    if row.kind == "dispatched" and row.ticket_id is not None:
        line, answer = _void_clocks(tx, directory, rules, row, whom, reason, now)
    for one in directory.office_people(None):
        notice = outbox.Notice(
            key=f"undelivered:{row.id}:{one.id}",
            kind="undelivered",
            urgency="event",
            person_id=one.id,
            ticket_id=row.ticket_id,
            line=line,
            answer=answer,
            why="您是重点办值守人员",
        )
        outbox.add_in_hours(tx, [notice], now, directory, rules)


def _void_clocks(
    tx: Tx, directory: Directory, rules: Rules, row: Any, whom: str, reason: str, now: datetime
) -> tuple[str, str]:
    """Nobody is overdue by a notice that never reached him, unless a colleague of the unit was reached.

    Another unit's clocks, and those of a later dispatch, are none of its business.
    """
    ticket = tickets.by_id(tx, [row.ticket_id])[0]
    dispatched = (notice.c.ticket_id == ticket.id, notice.c.kind == "dispatched")
    newest = tx.execute(select(func.max(notice.c.inbox_id)).where(*dispatched)).scalar()
    reader = directory.people.get(row.person_id)
    is_his = row.inbox_id == newest and (reader is None or reader.unit_id == ticket.lead_id)
    others = tx.execute(
        select(notice.c.id)
        .outerjoin(message, message.c.id == notice.c.message_id)
        .where(
            *dispatched,
            notice.c.inbox_id == row.inbox_id,
            notice.c.id != row.id,
            notice.c.state.in_((outbox.WAITING, outbox.MERGED)),
        )
    ).first()
    number = ticket.number
    if others is not None or not is_his or not ticket.is_open:
        return f"{number}号交办没有送达{whom}（{reason}）", ""
    tickets.step(
        tx,
        ticket,
        "untold",
        StepNote(now, None, f"交办没有送达{whom}：{reason}", way="clock"),
        rules=rules,
        change={"told_at": None},
        void=_CLOCKS,
        void_why="交办没有送达",
    )
    return (
        f"{number}号交办没有送达{whom}（{reason}），时限没有起算",
        f"请用别的方式告知后回“{number}号已电话告知{whom}”，时限从那时起算。",
    )
