"""A message taken apart: its clauses and all that was found in them, before anything is concluded."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar

from bot.acts import Act, Ask
from bot.people import Sender, TicketTitle

from .dates import DaySpan
from .money import Amount
from .projects import ProjectMention
from .refs import TicketRef
from .shares import Share
from .trace import RULE_OF, Note, Rule, Trace
from .units import UnitMention


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch without a comma; `sentence` counts the sentences (。 ; ! ? and lines)."""

    start: int
    end: int
    sentence: int
    text: str


def _end(clause: Clause) -> int:
    return clause.end


class Spanned(Protocol):
    """A stretch of the text."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


class _Spanning(Protocol):
    @property
    def start(self) -> int: ...


def _start(placed: _Spanning) -> int:
    return placed.start


_Begun = TypeVar("_Begun", bound=_Spanning)


_FEW = 8  # of which looking at each is quicker than searching


def _begun_in(row: Sequence[_Begun], start: int, end: int) -> Sequence[_Begun]:
    """Those of a row in the text's order that begin in the stretch; `end` is out."""
    if len(row) <= _FEW:
        return [one for one in row if start <= one.start < end]
    return row[bisect_left(row, start, key=_start) : bisect_left(row, end, key=_start)]


def _sentence(clause: Clause) -> int:
    return clause.sentence


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything found in one message. Positions are those of `text`."""

    text: str
    today: date
    sender: Sender
    tickets: tuple[TicketTitle, ...]
    clauses: tuple[Clause, ...]
    units: tuple[UnitMention, ...]
    projects: tuple[ProjectMention, ...]
    named: tuple[ProjectMention, ...]  # the sure of `projects`; where none is, places not asked
    days: tuple[DaySpan, ...]
    amounts: tuple[Amount, ...]
    shares: tuple[Share, ...]
    refs: tuple[TicketRef, ...]
    area: str | None
    unknown_name: bool  # a project is named that the ledger doesn't have
    trace: Trace | None = None  # None: nobody asks why, and nothing is noted

    def note(
        self,
        rule: Rule | None,
        *words: "re.Match[str] | Spanned | str | None",
        act: Act | None = None,
        key: Hashable = None,
        discarded: str = "",
    ) -> None:
        """Note what a rule took, for an act or under a key, or what it discarded and why. The rule: None: the act's own."""
        if self.trace is None:
            return
        rule = rule or (RULE_OF[type(act)] if act is not None else None)
        if rule is not None:
            said = dict.fromkeys(filter(None, map(self._said, words)))
            told = tuple(one for one in said if not any(one in other for other in said if other != one))
            self.trace.notes.append(Note(rule, told, discarded, act, key))

    def _said(self, words: "re.Match[str] | Spanned | str | None") -> str:
        if words is None or isinstance(words, str):
            text = words or ""
        else:
            text = words[0] if isinstance(words, re.Match) else self.text[words.start : words.end]
        return text.strip(" ,:。;!?\n")

    def units_in(self, start: int, end: int) -> Sequence[UnitMention]:
        """The units named in that stretch."""
        return _begun_in(self.units, start, end)

    def days_in(self, start: int, end: int) -> Sequence[DaySpan]:
        """The days said in that stretch."""
        return _begun_in(self.days, start, end)

    def refs_in(self, start: int, end: int) -> Sequence[TicketRef]:
        """The ticket numbers said in that stretch."""
        return _begun_in(self.refs, start, end)

    def clauses_in(self, start: int, end: int) -> Sequence[Clause]:
        """The clauses of which a part lies in that stretch."""
        first = bisect_right(self.clauses, start, key=_end)
        return self.clauses[first : bisect_left(self.clauses, end, key=_start)]

    def clause_at(self, at: int) -> Clause:
        """The clause in which that place lies."""
        place = bisect_right(self.clauses, at, key=_end)
        return self.clauses[min(place, len(self.clauses) - 1)]

    def sentence_span(self, sentence: int) -> tuple[int, int]:
        """Where that sentence starts and ends."""
        first = bisect_left(self.clauses, sentence, key=_sentence)
        last = bisect_right(self.clauses, sentence, key=_sentence) - 1
        return self.clauses[first].start, self.clauses[last].end

    def in_plan(self, at: int) -> bool:
        """Whether that place stands under a heading like 下步计划: what is said there is yet to come."""
        if not _PLAN.search(self.text):
            return False
        start, _ = self.sentence_span(self.clause_at(at).sentence)
        return _PLAN.search(self.text, start, at) is not None

    def own(self, numbers: frozenset[int]) -> frozenset[int]:
        """Those that are the sender's, if any is; else all."""
        mine = numbers & frozenset(self.sender.projects)
        return mine or numbers


_PLAN = re.compile(
    "(?:下一?步|下周|下月|下阶段|下个?月|后续|近期|接下来)的?(?:工作|施工)?(?:计划|打算|安排|目标|重点|任务)?:"
)


@dataclass(frozen=True, slots=True)
class Which:
    """Which project: its number, or what to ask."""

    number: int | None
    ask: Ask | None = None

    @classmethod
    def of(cls, numbers: Sequence[int] | frozenset[int]) -> "Which":
        """The one that fits, or a question among those that do."""
        if len(numbers) == 1:
            return cls(next(iter(numbers)))
        return cls(None, Ask("project", tuple(sorted(numbers))))


def which_project(reading: Reading, at: int) -> Which:
    """The project that a fact at that place of the text is about: the one named last before it in the
    message, else the first after it, else the sender's own."""
    mentions = reading.named
    if not mentions:
        if reading.unknown_name:
            return Which.of(())
        return Which.of(reading.sender.projects)
    before = bisect_right(mentions, at, key=_start)
    return Which.of(reading.own(mentions[max(before - 1, 0)].numbers))


_Placed = TypeVar("_Placed", ProjectMention, UnitMention)


def _within(found: Sequence[_Placed], start: int, end: int) -> Sequence[_Placed]:
    """Those of a row in the text's order that touch the stretch."""
    first = bisect_right(found, start, key=lambda one: one.end)
    last = bisect_left(found, end, key=lambda one: one.start)
    return found[first:last]


def blanked(reading: Reading, start: int, end: int, *, units: bool = False) -> str:
    """The stretch with the names of projects (and of units) as 某, so that 储能 is no 能 and 供电公司 no trouble."""
    names: list[ProjectMention | UnitMention] = list(_within(reading.projects, start, end))
    if units:
        names += [unit for unit in _within(reading.units, start, end) if not unit.bare]
    if not names:
        return reading.text[start:end]
    chars = list(reading.text[start:end])
    for name in names:
        for at in range(max(name.start, start), min(name.end, end)):
            chars[at - start] = "某"
    return "".join(chars)


_ENDS = re.compile(r"[。;!?\n]|[,: ]")


_LONGEST = 240  # characters of a clause


def split(text: str) -> tuple[Clause, ...]:
    """The clauses of a cleaned text, empty ones left out (at least one is given).

    Nobody speaks so long without a pause: what is longer is cut, or each of its words would be looked at
    together with all the others.
    """
    out: list[Clause] = []
    start, sentence = 0, 0
    for match in [*_ENDS.finditer(text), None]:
        end = match.start() if match else len(text)
        for at in range(start, end, _LONGEST):
            part = text[at : min(end, at + _LONGEST)]
            if part.strip():
                out.append(Clause(at, at + len(part), sentence, part))
        if match and match[0] in "。;!?\n":
            sentence += 1
        start = match.end() if match else end
    return tuple(out) or (Clause(0, len(text), 0, text),)
