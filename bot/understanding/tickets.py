"""Which ticket is meant: by number, by project, by matter, by words of its title, or the only one."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from bot.acts import Ask
from bot.people import TicketTitle

from .reading import Reading, blanked
from .troubles import troubles

ALL = re.compile(
    "都(?:收到|接|已|办|解决|同意|要|得|催|可以|销|延|挂|退|派|转|给|交|请|由|归)|(?:[这那好]几|[这那]?(?:[两三四五六七八九]|[2-9]))(?:件|个(?!月|工作日|人|点|县|小时|科|部|专业|阶段)|条|单|张|项|起|笔|桩|宗)(?:问题|工单|事)?|全部|均|一并|所有的?(?:工单|问题|单子|事项)"
)
_POINTED = re.compile("[这那](?:一|[0-9])?[条单件项张笔宗桩起]")
_COMMON = frozenset(
    ("问题", "没有", "已经", "项目", "未办", "未完", "工程", "目前", "完成", "解决", "手续", "办理")
)
MOST_TOLD = 60  # clauses of a message that are asked which ticket each is about: nobody answers so many


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
    fitting, described = describe(reading, start, end, closest=ALL.search(reading.text, start, end) is None)
    if len(fitting) > 1 and ALL.search(reading.text, start, end):
        return WhichTickets(tuple(sorted(ticket.number for ticket in fitting)), described=True)
    if len(fitting) == 1:
        return WhichTickets((fitting[0].number,), described=described)
    return WhichTickets((), Ask("ticket", tuple(sorted(ticket.number for ticket in fitting))), described)


def describe(
    reading: Reading, start: int, end: int, *, closest: bool = True
) -> tuple[list[TicketTitle], bool]:
    """The visible tickets that fit what the stretch says, and whether it says anything that chooses.

    `closest`: only those that fit best; else all that fit at all.
    """
    pool = list(reading.tickets)
    described = elsewhere = False
    mentions = [mention for mention in reading.projects if start <= mention.start < end]
    for mention in mentions:
        numbers = reading.own(mention.numbers)
        narrowed = [t for t in pool if t.project in numbers] or [
            t for t in pool if t.project in mention.numbers
        ]
        if narrowed:
            pool, described = narrowed, True
        elif mention.sure:
            elsewhere = True
    if elsewhere and not described:
        return [], True
    text = blanked(reading, start, end, units=True)
    matters = troubles().matters(text)
    said = _pairs(text)
    ranked = [(ticket, _likeness(said, matters, ticket)) for ticket in pool]
    best = max((score for _, score in ranked), default=0)
    if best:
        return [ticket for ticket, score in ranked if score == best or (not closest and score)], True
    named = troubles().named_matter(text) or (matters if _POINTED.search(text) else [])
    if named and pool and not any(ticket.category in named for ticket in pool):
        return [], True
    return pool, described


def _likeness(said: Set[str], matters: Sequence[str], ticket: TicketTitle) -> int:
    shared = len(said & _pairs(ticket.title))
    return 2 * shared + (2 if ticket.category in matters[:1] else 1 if ticket.category in matters else 0)


@lru_cache(maxsize=4096)  # of the titles, which come with message after message
def _pairs(words: str) -> frozenset[str]:
    """Each two characters that stand side by side, those left out that many tickets have."""
    return frozenset(words[at : at + 2] for at in range(len(words) - 1)) - _COMMON
