"""What could not be delivered: recorded with its reason, told to the office with the other ways that there are,
and no unit is overdue by it. What arrives in the end starts its limits then."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from bot.calendar import day_of
from bot.channel import Button
from bot.mechanism.model import Kind
from bot.mechanism.rules import Rules
from bot.mechanism.states import WITH_UNIT
from bot.wording import channel as named
from storage import outbox, resending, tickets, unit_clocks, watch
from storage.database import Tx
from storage.directory import Directory, Person
from storage.tables import message, notice, ticket
from storage.tickets import StepNote

_NO_ACCOUNT = "没有可用的账号"
_CLOCKS = [kind for kind in Kind if kind not in (Kind.DISPATCH, Kind.PROMISE)]
_UNIT_CLOCKS = [kind for kind in Kind if kind is not Kind.DISPATCH]


def no_account(tx: Tx, directory: Directory, rules: Rules, row: Any, now: datetime) -> None:
    """A notice whose reader can't be reached by any channel that is open."""
    outbox.settle(tx, [row.id], outbox.UNDELIVERABLE, _NO_ACCOUNT)
    _tell(tx, directory, rules, row, _NO_ACCOUNT, now)
    watch.passed(tx, _rungs([row]), rules, now)


def tell_office(
    tx: Tx,
    directory: Directory,
    rules: Rules,
    message_id: int,
    reason: str,
    now: datetime,
    open_channels: Collection[str] | None = None,
) -> None:
    """A message was given up: the same for each notice in it. What answered somebody is told once a day."""
    rows = tx.execute(select(notice).where(notice.c.message_id == message_id)).all()
    outbox.settle(tx, [row.id for row in rows], outbox.UNDELIVERABLE, reason[:200], message_id)
    lost = tx.execute(select(message).where(message.c.id == message_id)).first()
    for row in rows:
        _tell(tx, directory, rules, row, reason, now, lost, open_channels)
    if lost is not None and lost.inbox_id is not None and not rows:
        _tell_of_answer(tx, directory, rules, lost, reason, now)
    watch.passed(tx, _rungs(rows), rules, now)


def reached_after_all(
    tx: Tx,
    directory_of: Callable[[Tx], Directory],
    rules: Rules,
    message_ids: Collection[int],
    now: datetime,
) -> None:
    """Messages went out: a dispatch among them whose limits were void, since nobody had got it, starts them now."""
    if not message_ids:
        return
    rows = tx.execute(
        select(notice.c.ticket_id, notice.c.person_id, notice.c.inbox_id)
        .join(ticket, ticket.c.id == notice.c.ticket_id)
        .where(
            notice.c.message_id.in_(message_ids),
            notice.c.kind == "dispatched",
            ticket.c.told_at.is_(None),
            ticket.c.state.in_(WITH_UNIT),
        )
    ).all()
    for row in {row.ticket_id: row for row in rows}.values():
        directory = directory_of(tx)
        found = tickets.by_id(tx, [row.ticket_id])[0]
        if not _is_his(tx, directory, row, found.lead_id):
            continue
        told = unit_clocks.told(rules, found, now)
        new = unit_clocks.started(
            tx,
            rules,
            found,
            told,
            entered=unit_clocks.entered_at(tx, found),
            own_limit=unit_clocks.own_limit(tx, found),
        )
        arranged = bool(found.assignee or found.planned)  # by somebody who heard of it before
        reader = directory.people.get(row.person_id)
        whom = reader.signed if reader else "收件人"
        tickets.step(
            tx,
            found,
            "told",
            StepNote(now, None, f"交办补送达{whom}", way="clock"),
            rules=rules,
            change={"told_at": told},
            dues=[due for due in new.dues if not (arranged and due.kind is Kind.ARRANGE)],
            void=_UNIT_CLOCKS,
            void_why="补送达，重新起算",
        )
        line = f"{found.number}号交办已补送达{whom}，时限从{told:%m月%d日 %H:%M}起算"
        key = f"told-after-all:{found.id}:{now.isoformat()}"
        _to_office(tx, directory, rules, key, line, now, ticket_id=found.id, kind="told")


def _rungs(rows: Sequence[Any]) -> list[int]:
    """The rungs that waited for these notices to go out."""
    return [row.rung_id for row in rows if row.rung_id is not None]


def _tell(
    tx: Tx,
    directory: Directory,
    rules: Rules,
    row: Any,
    reason: str,
    now: datetime,
    lost: Any = None,
    open_channels: Collection[str] | None = None,
) -> None:
    if row.kind == "undelivered":
        return  # the office itself can't be reached: saying so to it again would never end
    reader = directory.people.get(row.person_id)
    which = f"，{lost.id}号消息" if lost is not None else ""
    line = f"没有送达{_whom(directory, row.group_id, reader)}（{reason}{which}）：{row.line[:60]}"
    answer = ""
    if row.kind == "dispatched" and row.ticket_id is not None:
        line, answer = _void_clocks(
            tx, directory, rules, row, reader.signed if reader else "收件人", reason + which, now
        )
    buttons: tuple[Button, ...] = ()
    if lost is not None and not lost.group_key:
        # His substitute's or secretary's account is whose other ways count.
        his = resending.reader_of(tx, directory, lost) or reader
        ways = [] if his is None else resending.other_ways(his, lost.channel, open_channels)
        buttons = tuple(Button(f"改用{named(way)}发", f"{lost.id}号消息改用{named(way)}重发") for way in ways)
        answer = _other_way(lost.id, ways) + answer
    # One that was sent again and failed again is told again.
    key = f"undelivered:{row.id}:{lost.id if lost is not None else 0}"
    _to_office(tx, directory, rules, key, line, now, ticket_id=row.ticket_id, answer=answer, buttons=buttons)


def _other_way(message_id: int, ways: Sequence[str]) -> str:
    if not ways:
        return f"没有别的账号可用，请用电话等方式告知；补登账号后可回“{message_id}号消息重发”。"
    return f"换一种方式请回“{message_id}号消息改用{named(ways[0])}重发”。"


def _tell_of_answer(
    tx: Tx, directory: Directory, rules: Rules, lost: Any, reason: str, now: datetime
) -> None:
    """Our answers to somebody, or to a group, do not arrive."""
    reader = directory.person_of(lost.channel, lost.account)
    groups = (
        one for one in directory.groups.values() if (one.channel, one.key) == (lost.channel, lost.group_key)
    )
    group = next(groups, None)
    if lost.group_key:
        whom = f"群“{group.name}”" if group else "一个群"
    else:
        whom = reader.signed if reader else "一个还没有确认身份的账号"
    key = f"unanswered:{lost.channel}:{(lost.account or lost.group_key)[:80]}:{day_of(now)}"
    line = f"对{whom}的答复没有送达{named(lost.channel)}（{reason}），他可能以为没人理，请换个方式告诉他"
    _to_office(tx, directory, rules, key, line, now, but=reader)


def _whom(directory: Directory, group_id: int | None, reader: Person | None) -> str:
    group = directory.groups.get(group_id or 0)
    return f"群“{group.name}”" if group else reader.signed if reader else "收件人"


def _to_office(
    tx: Tx,
    directory: Directory,
    rules: Rules,
    key: str,
    line: str,
    now: datetime,
    *,
    ticket_id: int | None = None,
    answer: str = "",
    buttons: tuple[Button, ...] = (),
    kind: str = "undelivered",
    but: Person | None = None,
) -> None:
    notices = [
        outbox.Notice(
            key=f"{key}:{one.id}",
            kind=kind,
            urgency="event",
            person_id=one.id,
            ticket_id=ticket_id,
            line=line,
            answer=answer,
            why="您是重点办值守人员",
            buttons=buttons,
        )
        for one in directory.office_people(None)
        if but is None or one.id != but.id
    ]
    outbox.add_in_hours(tx, notices, now, directory, rules)


def _is_his(tx: Tx, directory: Directory, row: Any, lead_id: int | None) -> bool:
    """Whether a notice is of the newest dispatch, to the unit that has the ticket."""
    dispatched = (notice.c.ticket_id == row.ticket_id, notice.c.kind == "dispatched")
    newest = tx.execute(select(func.max(notice.c.inbox_id)).where(*dispatched)).scalar()
    reader = directory.people.get(row.person_id)
    return row.inbox_id == newest and (reader is None or reader.unit_id == lead_id)


def _void_clocks(
    tx: Tx, directory: Directory, rules: Rules, row: Any, whom: str, reason: str, now: datetime
) -> tuple[str, str]:
    """Nobody is overdue by a notice that never reached him, unless a colleague of the unit was reached.

    Another unit's clocks, and those of a later dispatch, are none of its business.
    """
    found = tickets.by_id(tx, [row.ticket_id])[0]
    dispatched = (notice.c.ticket_id == found.id, notice.c.kind == "dispatched")
    is_his = _is_his(tx, directory, row, found.lead_id)
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
    number = found.number
    if others is not None or not is_his or not found.is_open:
        return f"{number}号交办没有送达{whom}（{reason}）", ""
    tickets.step(
        tx,
        found,
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
