"""The clocks of a ticket as handlers start and change them, and how its limits are said to people."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from bot.acts import Dispatch
from bot.calendar import day_of
from bot.mechanism.deadlines import Clocks, Due, shorten
from bot.mechanism.model import SOLVING, Kind, Regime
from bot.routing import Refusal, Turn
from bot.wording import date_words, day, last_day
from storage import tickets, unit_clocks
from storage.tickets import DeadlineRow, Ticket

UNIT_KINDS: Collection[Kind] = tuple(kind for kind in Kind if kind is not Kind.DISPATCH)
"""The limits that concern the undertaking unit, what it promised among them."""


def regime_of(turn: Turn, ticket: Ticket) -> Regime:
    """The regime under which the ticket began, and ends."""
    return turn.rules.of(ticket.regime_hash)


def entered_at(turn: Turn, ticket: Ticket) -> datetime:
    """When the ticket was (last) entered in the ledger: verified, or dispatched at once."""
    return unit_clocks.entered_at(turn.tx, ticket)


def told(turn: Turn, ticket: Ticket) -> datetime:
    """When a unit that is told now counts as told."""
    return unit_clocks.told(turn.rules, ticket, turn.now)


def started(
    turn: Turn, ticket: Ticket, told: datetime, *, entered: datetime, own_limit: date | None
) -> Clocks:
    """The unit's limits from `told` on."""
    return unit_clocks.started(turn.tx, turn.rules, ticket, told, entered=entered, own_limit=own_limit)


def running(turn: Turn, ticket: Ticket) -> list[DeadlineRow]:
    """The ticket's limits that run."""
    return [row for row in tickets.deadlines_of(turn.tx, [ticket.id])[ticket.id] if row.runs]


def solving(turn: Turn, ticket: Ticket) -> DeadlineRow | None:
    """The limit that the end of the blocker has to keep: of several nodes the next."""
    rows = [row for row in running(turn, ticket) if row.kind in SOLVING]
    return min(rows, key=lambda row: row.due, default=None)


def shortened(turn: Turn, ticket: Ticket, own: date) -> tuple[Due | None, str | None]:
    """The solving limit ended earlier by the office or a leader, or None and why it stays as it is."""
    row = solving(turn, ticket)
    if row is None:
        return None, None
    new, ignored = shorten(regime_of(turn, ticket), row.as_due(), own, turn.today)
    return (None, ignored) if new.due == row.due else (new, None)


def day_said(turn: Turn, ticket: Ticket, words: str) -> date | None:
    """The day by which something is wanted, as these words name it. Refused if it has gone by."""
    unit = turn.directory.units.get(ticket.lead_id or 0)
    spoken = f"{ticket.number}号交办{unit.name if unit else ''}，{words.strip().removesuffix('前')}前办结"
    acts = turn.understand(turn, spoken).acts
    found = next((act.due for act in acts if isinstance(act, Dispatch) and act.due), None)
    if found is not None and found < turn.today:
        raise Refusal(f"{date_words(found, turn.today)}已经过去了，请重写一个日期。")
    return found


def replacing(turn: Turn, ticket: Ticket, new: Due) -> list[Due]:
    """The deadlines to write where `new` takes the place of the next solving limit: other nodes stand."""
    row = solving(turn, ticket)
    others = [
        one.as_due() for one in running(turn, ticket) if row and one.kind == row.kind and one.id != row.id
    ]
    return [new, *others]


_DONE = {Kind.ARRANGE: "定人", Kind.FEEDBACK: "反馈", Kind.OBSTRUCTION: "解除"}


def limits_words(dues: Iterable[Due | DeadlineRow], today: date) -> str:
    """今天定人、18日反馈、22日办结（13710第7天）."""
    parts = []
    for due in dues:
        kind = Kind(due.kind)
        last = last_day(due.due)
        when = "今天" if last == today else day(last, today)
        named = f"（{due.say}）" if kind in SOLVING else ""
        parts.append(f"{when}{_DONE.get(kind, '办结')}{named}")
    return "、".join(parts)


def since_words(told: datetime, now: datetime) -> str:
    """From when the clocks count, where that is later than now; empty if they begin at once."""
    if told <= now:
        return ""
    return f"现在不在交办时间内，时限从{day(day_of(told), day_of(now))}{told:%H:%M}起算。"
