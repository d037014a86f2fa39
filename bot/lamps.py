"""How a ticket stands, in the words of lists and summaries: whose it is, its next limit, near or over. Pure."""

from collections.abc import Sequence
from datetime import datetime

from bot.calendar import day_of
from bot.mechanism.model import Kind
from bot.mechanism.states import State
from bot.wording import day, last_day
from storage.directory import Directory
from storage.tickets import DeadlineRow, Ticket

_NEAR = 1  # days: tomorrow is near
LIMIT = {
    Kind.DISPATCH: "交办",
    Kind.ARRANGE: "定人定时",
    Kind.FEEDBACK: "反馈",
    Kind.OBSTRUCTION: "解除阻工",
    Kind.ORDINARY: "办结",
    Kind.COMPLEX: "办结",
    Kind.NODE: "方案节点",
    Kind.PROMISE: "自定日期",
}


def next_limit(ticket: Ticket, rows: Sequence[DeadlineRow]) -> DeadlineRow | None:
    """The limit of the ticket that ends first; none while it rests."""
    return None if ticket.paused_until is not None else first_limit(rows)


def first_limit(rows: Sequence[DeadlineRow]) -> DeadlineRow | None:
    """The running limit that ends first. A day that the contact named himself is none."""
    running = [row for row in rows if row.runs and row.kind != Kind.PROMISE]
    return min(running, key=lambda row: row.due, default=None)


def is_over(limit: DeadlineRow | None, now: datetime) -> bool:
    """Whether the limit has passed."""
    return limit is not None and limit.due <= now


def days_over(limit: DeadlineRow, now: datetime) -> int:
    """Days since the limit's last day; 1 on the day after it."""
    return (day_of(now) - last_day(limit.due)).days


def lamp(ticket: Ticket, limit: DeadlineRow | None, now: datetime) -> str:
    """超期2天, 今天到期, 明天到期, 22日到期; what it waits for where no limit runs."""
    if ticket.paused_until is not None:
        return f"中止至{day(ticket.paused_until, day_of(now))}"
    if limit is None:
        return ""
    if is_over(limit, now):
        return f"超期{days_over(limit, now)}天"
    left = (last_day(limit.due) - day_of(now)).days
    if left <= _NEAR:
        return ("今天到期", "明天到期")[left]
    return f"{day(last_day(limit.due), day_of(now))}到期"


def holder(directory: Directory, ticket: Ticket) -> str:
    """The unit that leads; empty before dispatch."""
    unit = directory.units.get(ticket.lead_id or 0)
    return unit.name if unit else ""


def line(directory: Directory, ticket: Ticket, rows: Sequence[DeadlineRow], now: datetime) -> str:
    """17号 342改线：卡在供水管迁改（市水务局，办理中，明天到期）."""
    limit = next_limit(ticket, rows)
    state = ticket.state.words + (
        "（退回补充）" if ticket.sent_back and ticket.state is State.REPORTED else ""
    )
    listed = "挂牌" if ticket.listed else ""
    facts = [part for part in (holder(directory, ticket), state, listed, lamp(ticket, limit, now)) if part]
    return f"{ticket.number}号 {ticket.title}（{'，'.join(facts)}）"
