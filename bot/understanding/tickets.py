"""Which ticket is meant: by number, by project, by matter, by words of its title, or the only one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.acts import Ask
from bot.people import TicketTitle

from .reading import Reading, blanked
from .troubles import troubles

_ALL = re.compile(
    "都(?:收到|接|已|办|解决|同意|要|得|催|可以|销|延)|(?:这|那)?(?:两|三|几|四|五)(?:件|个|条)(?:问题|工单|事)?|全部|均"
)
_COMMON = frozenset(
    ("问题", "没有", "已经", "项目", "未办", "未完", "工程", "目前", "完成", "解决", "手续", "办理")
)


@dataclass(frozen=True, slots=True)
class WhichTickets:
    """The tickets meant, or what to ask. `described`: something was said that chooses."""

    numbers: tuple[int, ...]
    ask: Ask | None = None
    described: bool = False


def which_tickets(reading: Reading, start: int, end: int) -> WhichTickets:
    """The tickets that the stretch is about; without a number, a project or a matter: the only one, else a question."""
    numbers = [number for ref in reading.refs_in(start, end) for number in ref.numbers]
    if numbers:
        return WhichTickets(tuple(dict.fromkeys(numbers)), described=True)
    fitting, described = describe(reading, start, end)
    if len(fitting) > 1 and _ALL.search(reading.text, start, end):
        return WhichTickets(tuple(sorted(ticket.number for ticket in fitting)), described=described)
    if len(fitting) == 1:
        return WhichTickets((fitting[0].number,), described=described)
    return WhichTickets((), Ask("ticket", tuple(sorted(ticket.number for ticket in fitting))), described)


def describe(reading: Reading, start: int, end: int) -> tuple[list[TicketTitle], bool]:
    """The visible tickets that fit what the stretch says, and whether it says anything that chooses."""
    pool = list(reading.tickets)
    described = False
    mentions = [mention for mention in reading.projects if start <= mention.start < end]
    for mention in mentions:
        numbers = reading.own(mention.numbers)
        narrowed = [t for t in pool if t.project in numbers] or [
            t for t in pool if t.project in mention.numbers
        ]
        if narrowed:
            pool, described = narrowed, True
        elif mention.sure:
            return [], True
    text = blanked(reading, start, end, units=True)
    matters = troubles().matters(text)
    ranked = [(ticket, _likeness(text, matters, ticket)) for ticket in pool]
    best = max((score for _, score in ranked), default=0)
    if best:
        return [ticket for ticket, score in ranked if score == best], True
    named = troubles().named_matter(text)
    if named and pool and not any(ticket.category in named for ticket in pool):
        return [], True
    return pool, described


def _likeness(text: str, matters: Sequence[str], ticket: TicketTitle) -> int:
    pairs = {ticket.title[at : at + 2] for at in range(len(ticket.title) - 1)} - _COMMON
    shared = sum(pair in text for pair in pairs)
    return 2 * shared + (2 if ticket.category in matters[:1] else 1 if ticket.category in matters else 0)
