"""Sending once more, by hand, what was not delivered: the same words, to the same person, by this way or another.

What makes no sense any more is refused. Both messages keep a line that says of the other: history stands.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from bot.channel import ACCOUNTS_OF, Button
from bot.wording import channel as named
from storage import outbox
from storage.database import Tx
from storage.directory import Directory, Person
from storage.tables import attempt, message, notice, ticket

_ANSWER_LIVES = timedelta(days=1)  # as long as what we asked with it stays open
_MOST_HOPS = 20  # of a message sent again and again
_AGAIN = "人工重发："


class CantResend(Exception):
    """Not sent again; the text says why, and what to do instead."""


class PerhapsArrived(CantResend):
    """It may have arrived: only who has asked the reader sends it again (`even_if_arrived`)."""


@dataclass(frozen=True, slots=True)
class Resent:
    """The new message, and whom it goes to by what way."""

    message_id: int
    whom: str
    channel: str


def resend(
    tx: Tx,
    directory: Directory,
    message_id: int,
    *,
    by: str,
    at: datetime,
    real_now: datetime,
    channel: str | None = None,
    open_channels: Collection[str] | None = None,
    even_if_arrived: bool = False,
) -> Resent:
    """Send a message once more: by `channel`, or as it went before. Raises CantResend.

    `by` is who wants it, for the record. `open_channels`: those that are switched on, if that is known.
    """
    row = tx.execute(select(message).where(message.c.id == message_id)).first()
    if row is None:
        raise CantResend(f"没有{message_id}号消息。")
    _must_be_undelivered(row, real_now, other_way=channel is not None, even_if_arrived=even_if_arrived)
    _must_make_sense(tx, row, at)
    whom, way, account = _address(tx, directory, row, channel)
    if open_channels is not None and way not in open_channels:
        raise CantResend(f"{named(way)}没有启用，发不出去。")
    new = _copy(tx, row, way, account, _late_dispatch(tx, row.id) + row.text, at)
    if row.state == outbox.WAITING:
        stopped = {"state": outbox.WITHDRAWN, "reason": f"改用{named(way)}发", "leased_until": None}
        tx.execute(update(message).where(message.c.id == row.id).values(**stopped))
    # What it says is now said by the other one, which decides whether it still makes sense.
    tx.execute(
        update(notice)
        .where(notice.c.message_id == row.id)
        .values(message_id=new, state=outbox.MERGED, state_why="")
    )
    _record(tx, row.id, row.attempt, f"{_AGAIN}{new}号，{named(way)}，{by}", real_now)
    _record(tx, new, 0, f"{row.id}号没有送达，{by}要求重发", real_now)
    return Resent(new, whom, way)


def resend_notice(
    tx: Tx,
    directory: Directory,
    notice_id: int,
    *,
    at: datetime,
    open_channels: Collection[str] | None = None,
) -> str:
    """A notice that never became a message, since its reader had no account, waits once more. Raises CantResend.

    Whom it goes to.
    """
    row = tx.execute(
        select(notice, ticket.c.state.label("ticket_state"))
        .outerjoin(ticket, ticket.c.id == notice.c.ticket_id)
        .where(notice.c.id == notice_id)
    ).first()
    if row is None or row.state != outbox.UNDELIVERABLE or row.message_id is not None:
        raise CantResend("没有这条没送达的通知。")
    if row.while_states and row.ticket_state not in row.while_states:
        raise CantResend("事项已有变化，这条通知没有意义了，不再发。")
    reader = directory.people.get(row.person_id or 0)
    if reader is None:
        raise CantResend("收件人已不在名录里。")
    ways = other_ways(reader, "", open_channels)
    if not ways:
        raise CantResend(f"{reader.signed}还没有可用的账号，先绑定账号再重发。")
    tx.execute(
        update(notice)
        .where(notice.c.id == notice_id)
        .values(state=outbox.WAITING, state_why="", not_before=at)
    )
    return reader.signed


def newest(tx: Tx, message_id: int) -> int:
    """The message that was sent in its place, and so on; itself if there is none."""
    for _ in range(_MOST_HOPS):
        said = tx.execute(
            select(attempt.c.outcome)
            .where(attempt.c.message_id == message_id, attempt.c.outcome.startswith(_AGAIN))
            .order_by(attempt.c.id.desc())
        ).scalar()
        if said is None:
            break
        message_id = int(said.removeprefix(_AGAIN).partition("号")[0])
    return message_id


def other_ways(who: Person, channel: str, open_channels: Collection[str] | None) -> list[str]:
    """Channels, beside that one, by which he can be reached."""
    return [one for one in who.accounts if one != channel and (open_channels is None or one in open_channels)]


def reader_of(tx: Tx, directory: Directory, row: Any) -> Person | None:
    """Whose account a message goes to; who is meant, if the account is nobody's any more."""
    found = directory.person_of(row.channel, row.account)
    if found is None:
        intended = tx.execute(
            select(notice.c.person_id).where(notice.c.message_id == row.id, notice.c.person_id.is_not(None))
        ).scalar()
        found = directory.people.get(intended or 0)
    return found


def _must_be_undelivered(row: Any, real_now: datetime, *, other_way: bool, even_if_arrived: bool) -> None:
    if row.state == outbox.SENT:
        raise CantResend(f"{row.id}号消息已经发出（{row.sent_at:%m月%d日 %H:%M}），不重发。")
    if row.state == outbox.WITHDRAWN:
        raise CantResend(f"{row.id}号消息已撤回：{row.reason or '事项已有变化'}，不再发。")
    if row.state == outbox.WAITING:
        if not other_way:
            raise CantResend(f"{row.id}号消息还在等着发，会自动再试；要换一种方式，请指明用哪个平台。")
        if row.leased_until is not None and row.leased_until > real_now:
            raise CantResend(f"{row.id}号消息正在发，请过一分钟再看。")
    if row.unknown and not even_if_arrived:
        raise PerhapsArrived(f"{row.id}号消息可能已经送达（平台没有回话），请先问一下本人。")


def _must_make_sense(tx: Tx, row: Any, at: datetime) -> None:
    said = tx.execute(
        select(notice.c.while_states, ticket.c.state)
        .outerjoin(ticket, ticket.c.id == notice.c.ticket_id)
        .where(notice.c.message_id == row.id)
    ).all()
    if said and all(one.while_states and one.state not in one.while_states for one in said):
        raise CantResend(f"{row.id}号消息说的事项已有变化，不再发。")
    again = tx.execute(
        select(attempt.c.outcome).where(attempt.c.message_id == row.id, attempt.c.outcome.startswith(_AGAIN))
    ).scalar()
    if again is not None:
        raise CantResend(
            f"{row.id}号消息已经重发过，是{again.removeprefix(_AGAIN).partition('号')[0]}号消息。"
        )
    if row.urgency == "reply" and at - row.at > _ANSWER_LIVES:
        raise CantResend(f"{row.id}号是{row.at:%m月%d日}的一句答复，已经过时，不再发。")


def _address(tx: Tx, directory: Directory, row: Any, channel: str | None) -> tuple[str, str, tuple[str, str]]:
    """Whom, by what channel, and his account or the group there."""
    if row.group_key:
        if channel not in (None, row.channel):
            raise CantResend("发到群的消息只能按原来的方式重发。")
        return "群", row.channel, ("", row.group_key)
    reader = reader_of(tx, directory, row)
    whom = reader.signed if reader is not None else "收件人"
    if channel is None:
        # He may have another account there by now.
        account = None if reader is None else reader.accounts.get(ACCOUNTS_OF.get(row.channel, row.channel))
        return whom, row.channel, (account or row.account, "")
    if reader is None:
        raise CantResend("名录里找不到收件人，不知道他别的账号。")
    account = reader.accounts.get(channel)
    if account is None:
        ways = "、".join(named(one) for one in other_ways(reader, row.channel, None))
        have = f"他有{ways}账号" if ways else "他没有别的账号，请用电话等别的方式告知"
        raise CantResend(f"{whom}没有{named(channel)}账号；{have}。")
    return whom, channel, (account, "")


def _late_dispatch(tx: Tx, message_id: int) -> str:
    """What stands before a dispatch whose limits were void, since nobody had got it: they begin anew."""
    numbers = tx.execute(
        select(ticket.c.number)
        .join(notice, notice.c.ticket_id == ticket.c.id)
        .where(notice.c.message_id == message_id, notice.c.kind == "dispatched", ticket.c.told_at.is_(None))
        .distinct()
    ).scalars()
    return "".join(
        f"【补发】{number}号的时限从您收到这条起重新计算，不按下文的日期；回“{number}号进展如何”可查。\n"
        for number in sorted(numbers)
    )


def _copy(tx: Tx, row: Any, channel: str, address: tuple[str, str], text: str, at: datetime) -> int:
    new = outbox.put_message(
        tx,
        channel=channel,
        account=address[0],
        group=address[1],
        text=text,
        urgency=row.urgency,
        at=at,
        buttons=[Button(one["label"], one["text"]) for one in row.buttons],
        about=row.about,
        inbox_id=row.inbox_id,
    )
    # What was out already of a message in parts is not sent twice by the same way.
    same = (channel, text) == (row.channel, row.text)
    values = {"attachments": row.attachments, "parts_sent": row.parts_sent if same else 0}
    tx.execute(update(message).where(message.c.id == new).values(**values))
    return new


def _record(tx: Tx, message_id: int, number: int, outcome: str, real_now: datetime) -> None:
    tx.execute(
        insert(attempt).values(message_id=message_id, number=number, at=real_now, outcome=outcome[:200])
    )
