"""What a word of the office, a leader or a liaison is aimed at: a ticket, else a project, else a unit."""

import re
from dataclasses import dataclass

from bot.acts import Ask

from .reading import Reading, Which, blanked
from .tickets import ALL, describe, which_tickets
from .troubles import troubles

_TICKET_WORDS = re.compile(
    "问题|工单|事项|堵点|这件事|这个事|那件事|这事|那个事|的事|销号|延期|单子|[这那][一两三几四五]?[件条单张]|[0-9两三几四五]件"
)


_THIS_PROJECT = re.compile("(?:这|那|该)个?项目")


@dataclass(frozen=True, slots=True)
class Target:
    """Tickets, or a project, or what to ask; nothing at all where nothing was named or could be meant."""

    tickets: tuple[int, ...] = ()
    project: int | None = None
    ask: Ask | None = None
    named: bool = False


def target_of(reading: Reading, start: int, end: int) -> Target:
    """The ticket if its number, its matter or 问题 is said, else the project, else the only ticket there is."""
    if reading.refs_in(start, end):
        return Target(which_tickets(reading, start, end).numbers, named=True)
    mentions = [mention for mention in reading.named if start <= mention.start < end and mention.sure]
    if mentions:
        return _of_project(reading, start, end, mentions[0].numbers)
    if reading.unknown_name:
        return Target(ask=Ask("project", ()), named=True)
    if _THIS_PROJECT.search(reading.text, start, end) and not _TICKET_WORDS.search(reading.text, start, end):
        one = Which.of(reading.sender.projects)
        return Target(project=one.number, ask=one.ask, named=True)
    if reading.tickets:
        which = which_tickets(reading, start, end)
        return Target(which.numbers, None, None if which.numbers else which.ask, which.described)
    if len(reading.sender.projects) == 1 and not _TICKET_WORDS.search(reading.text, start, end):
        return Target(project=reading.sender.projects[0])
    return Target()


def _of_project(reading: Reading, start: int, end: int, numbers: frozenset[int]) -> Target:
    meant = reading.own(numbers)
    visible = [ticket for ticket in reading.tickets if ticket.project in meant]
    if visible:
        fitting, _ = describe(reading, start, end)
        by_matter = len(fitting) < len(visible) or names_matter(reading, start, end)
        if fitting and (by_matter or _TICKET_WORDS.search(reading.text, start, end)):
            if len(fitting) == 1 or ALL.search(reading.text, start, end):
                return Target(tuple(sorted(ticket.number for ticket in fitting)), named=True)
            return Target(ask=Ask("ticket", tuple(sorted(ticket.number for ticket in fitting))), named=True)
    which = Which.of(meant)
    return Target(project=which.number, ask=which.ask, named=True)


def names_matter(reading: Reading, start: int, end: int) -> bool:
    """Whether the matter of a visible ticket is said: its category, or words of its title."""
    fitting, _ = describe(reading, start, end)
    text = blanked(reading, start, end, units=True)
    matters = troubles().matters(text)
    return any(
        ticket.category in matters
        or any(
            ticket.title[at : at + 2] in text
            for at in range(len(ticket.title) - 1)
            if ticket.title[at : at + 2] not in ("问题", "项目", "工程")
        )
        for ticket in fitting
    )
