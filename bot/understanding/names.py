"""Names with a slip in them: what the text sounds like, compared by pairs of sounds with the names of the ledger.

A slip of one character leaves most pairs of neighbouring characters standing. A pair that few names have
leads to them; only these few are compared with the text, pair by pair. A pair that many names have leads
nowhere and only helps to choose. So a message costs what it says, however long the ledger is.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from math import log

from .sounds import sounds_of

_FEW = 40  # names that a pair may lead to
_LOOKED_UP = 240  # names that the pairs of one stretch may lead to, the rarest pairs first
_COMPARED = 12  # names that are compared with the text
_CERTAIN = 3  # where a word names no more than these, they are compared in any case
_ASKED = 9  # names that a person can be asked to choose from
_LEAST = 1.0  # evidence below which nothing is a name
_NEWS = 0.8  # less than this is not looked into
_NEXT_TO_NOTHING = 0.2  # the worth of pairs that are not looked for
_SHORT, _SURE = 4, 1.5  # fewer characters than these are a name only with that much evidence
_MARGIN = 0.3  # evidence by which one name must lead to be meant alone
_CLEAR = 0.05  # evidence by which those that are asked for must lead the rest
_APART = 4  # Chinese characters between two pairs of one name
_AROUND = 8  # characters before and after the pairs that may belong to their name
_SWAPPED, _OVER_ONE, _BY_SOUND, _PLAIN = 0.5, 0.5, 0.8, 0.5  # shares of its worth that such a pair has
_AT_EDGE = 0.3  # what a pair proves of which one character is of a word that proves nothing
_WORDS = (2, 3, 4)  # lengths of the words that are looked for in a name
_BESIDE = 0.12  # what a character is worth that stands beside a pair of its name
_OTHER_NUMBER = -0.6  # 年产3万吨 for 年产30万吨
_CLAUSE = re.compile("[^,。;:!?\n]+")
_NUMERALS = re.compile("[零一二两三四五六七八九十百千万亿]{2}")
_RUN = re.compile("[0-9]+")
_SOFT = frozenset(" ()·-/、<>《》")


def chinese(text: str) -> int:
    """How many Chinese characters these are."""
    return sum("一" <= char <= "鿿" for char in text)


@dataclass(frozen=True, slots=True)
class Named:
    """A stretch that names projects as it is written; `by_place` if by nothing but their place."""

    start: int
    end: int
    numbers: frozenset[int]
    by_place: bool


@dataclass(frozen=True, slots=True)
class Likeness:
    """A stretch of the text that is like the names of these projects."""

    start: int
    end: int
    numbers: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Pair:
    """What two neighbouring characters of a name, or their sounds, tell: `worth` for choosing among names, `proof`
    that a name is meant at all; `numbers` are those that have it if they are few."""

    worth: float
    proof: float
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Lead:
    """A pair of names in the text. `by_sound`: its worth for a name that is written otherwise; none
    where that would be a second slip."""

    start: int
    end: int
    heard: str
    written: str
    worth: float
    by_sound: float
    proven: float  # the share of its worth that is proof
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Compared:
    number: int
    start: int
    end: int
    worth: float
    proof: float


class Names:
    """The names by pairs of characters and of sounds. Immutable after building."""

    def __init__(
        self, names: Mapping[int, Iterable[str]], idle: Iterable[str], common: Callable[[str], bool]
    ) -> None:
        """`names`: all that a project is called, without marks; `idle` words (places, 项目) help to choose but prove
        nothing, `common` tells words that are said anyway."""
        self._written = {number: "\n".join(said) for number, said in names.items()}
        self._heard = {number: sounds_of(written) for number, written in self._written.items()}
        self._runs = {number: frozenset(_RUN.findall(written)) for number, written in self._written.items()}
        idle_word = re.compile("|".join(sorted(map(re.escape, idle), key=len, reverse=True)) or "(?!)")
        having: dict[str, set[int]] = {}
        shares: dict[str, tuple[float, float]] = {}  # of its rarity, what a pair is worth and what it proves
        for number, written in self._written.items():
            heard = self._heard[number]
            inside = {
                at for match in idle_word.finditer(written) for at in range(match.start(), match.end() - 1)
            }
            beside = {
                at for match in idle_word.finditer(written) for at in (match.start() - 1, match.end() - 1)
            }
            plain = {
                at
                for size in _WORDS
                for start in range(len(written) - size + 1)
                if common(written[start : start + size])
                for at in range(start, start + size - 1)
            }
            for at in range(len(written) - 1):
                spelled, sound = written[at : at + 2], heard[at : at + 2]
                if spelled[0].isascii() or spelled[1].isascii():
                    continue
                worth = _PLAIN if at in plain else 1.0
                proof = 0.0 if at in inside else _AT_EDGE if at in beside else worth
                if _NUMERALS.match(spelled):
                    proof = 0.0
                for pair in {spelled, sound}:
                    having.setdefault(pair, set()).add(number)
                    low = shares.get(pair, (1.0, 1.0))
                    shares[pair] = min(low[0], worth), min(low[1], proof)
        size = max(len(names), 30)
        few = min(_FEW, max(3, len(names) // 20))
        self._pairs: dict[str, _Pair] = {}
        for pair, numbers in having.items():
            rarity = log(1 + size / len(numbers)) / log(1 + size)
            worth, proof = shares[pair]
            leads = tuple(sorted(numbers)) if len(numbers) <= few else ()
            self._pairs[pair] = _Pair(rarity * worth, rarity * proof, leads)
        self._telling = {heard: pair for heard, pair in self._pairs.items() if pair.worth > _NEXT_TO_NOTHING}

    def like(self, text: str, named: Sequence[Named]) -> list[Likeness]:
        """The stretches that are like a name, in their order; none of them goes over a comma.

        Where `named` tells one project already, and nothing there leads away from it, nothing new is told.
        """
        telling = self._telling
        heard = sounds_of(text)
        hits = [at for at in range(len(text) - 1) if heard[at : at + 2] in telling]
        if not hits or (not named and self._told(heard, hits, ())):
            return []
        out: list[Likeness] = []
        for clause in _CLAUSE.finditer(text):
            start, end = clause.span()
            of_clause = [at for at in hits if start <= at < end]
            here = [one for one in named if one.start < end and start < one.end]
            if not of_clause or self._told(heard, of_clause, here):
                continue
            start, end = max(start, of_clause[0] - _AROUND), min(end, of_clause[-1] + _AROUND)
            found = self._likest(text, heard, start, end, here)
            if found:
                out.append(found)
        return out

    def _told(self, heard: str, hits: Sequence[int], named: Sequence[Named]) -> bool:
        """Whether too little leads to other projects than the one that is named."""
        meant = frozenset.intersection(*(one.numbers for one in named)) if named else frozenset[int]()
        if named and len(meant) != 1:
            return False
        name = self._heard[next(iter(meant))] if meant else ""
        new = 0.0
        for at in hits:
            pair = self._telling[heard[at : at + 2]]
            if heard[at : at + 2] not in name:
                new += pair.proof if pair.numbers else pair.worth if named else 0.0
        return new < _NEWS

    def _likest(self, text: str, heard: str, start: int, end: int, named: Sequence[Named]) -> Likeness | None:
        leads = self._leads(text, heard, start, end)
        votes: dict[int, float] = {}
        looked = 0
        for lead in sorted((lead for lead in leads if lead.numbers), key=lambda lead: len(lead.numbers)):
            looked += len(lead.numbers)
            if looked > _LOOKED_UP:
                break
            for number in lead.numbers:
                votes[number] = votes.get(number, 0.0) + lead.worth
        if not votes:
            return None
        likely, all_likely = self._likely(votes, heard[start:end])
        likely |= {number for one in named if len(one.numbers) <= _CERTAIN for number in one.numbers}
        compared = [self._compare(text, leads, start, end, number) for number in likely]
        compared.sort(key=lambda one: (-one.worth, one.number))
        best = compared[0]
        proven = best.proof >= (_LEAST if best.end - best.start >= _SHORT else _SURE)
        if not proven and not any(
            one.start < best.end and best.start < one.end and not one.by_place for one in named
        ):
            return None
        margin = _MARGIN if proven else 2 * _MARGIN
        near = [one for one in compared if one.worth > best.worth - margin]
        if len(near) > _ASKED:
            drops = [at for at in range(1, _ASKED + 1) if near[at - 1].worth > near[at].worth + _CLEAR]
            if drops:
                near = near[: drops[-1] if drops[-1] > 1 else _ASKED]
        numbers = {one.number for one in near}
        if len(near) == len(compared):
            numbers |= all_likely
        return Likeness(best.start, best.end, frozenset(numbers))

    def _likely(self, votes: dict[int, float], heard: str) -> tuple[set[int], set[int]]:
        """Those with most votes, and all that have nearly as many. Where they are too many to be compared, those
        that have more of the other sounds."""
        if len(votes) <= _COMPARED:
            return set(votes), set()
        enough = 0.6 * max(votes.values())
        signs = set(heard)

        def rank(number: int) -> float:
            name = self._heard[number]
            return votes[number] + _BESIDE * sum(sign in name for sign in signs)

        likely = {number for number, vote in votes.items() if vote >= enough}
        return set(nlargest(_COMPARED, likely, key=rank)), likely

    def _leads(self, text: str, heard: str, start: int, end: int) -> list[_Lead]:
        """The pairs of the stretch that names have, also those with a character between, and those swapped."""
        pairs = self._pairs
        out: list[_Lead] = []
        for at in range(start, end - 1):
            pair = heard[at : at + 2]
            if pair in pairs:
                out.append(self._lead(at, at + 2, pair, text[at : at + 2], 1.0))
                continue
            if at + 2 < end and (over := heard[at] + heard[at + 2]) in pairs:
                share = 1.0 if text[at + 1] in _SOFT else _OVER_ONE
                out.append(self._lead(at, at + 3, over, text[at] + text[at + 2], share))
            if (swapped := pair[::-1]) in pairs:
                out.append(self._lead(at, at + 2, swapped, text[at + 1] + text[at], _SWAPPED))
        return out

    def _lead(self, start: int, end: int, heard: str, written: str, share: float) -> _Lead:
        by_sound = self._pairs[heard]
        pair = self._pairs.get(written, by_sound)
        return _Lead(
            start, end, heard, written, pair.worth * share, by_sound.worth * _BY_SOUND if share == 1.0 else 0.0,
            pair.proof / pair.worth, by_sound.numbers or pair.numbers,
        )  # fmt: skip

    def _compare(self, text: str, leads: Sequence[_Lead], start: int, end: int, number: int) -> _Compared:
        """How much of the stretch is that name, and where in it."""
        heard, written = self._heard[number], self._written[number]
        best = _Compared(number, start, start, 0.0, 0.0)
        worth, proof, first, last = 0.0, 0.0, -1, start
        seen: set[str] = set()
        for lead in leads:
            if lead.heard not in heard or lead.heard in seen:
                continue
            gain = lead.worth if lead.written in written else lead.by_sound
            if not gain:
                continue
            if first < 0 or (lead.start > last + _APART and chinese(text[last : lead.start]) > _APART):
                first = last = lead.start
                seen.clear()
                worth = proof = _BESIDE if first > start and text[first - 1] in written else 0.0
            beside = _BESIDE * sum(char in written for char in text[last : lead.start])
            seen.add(lead.heard)
            worth += gain + beside
            proof += gain * lead.proven + beside
            last = max(last, lead.end)
            if worth > best.worth and sum(char in written for char in text[first:last]) > 1:
                after = _BESIDE if last < end and text[last] in written else 0.0
                best = _Compared(number, first, last, worth + after, proof + after)
        worth = best.worth
        for run in _RUN.finditer(text, start, end):
            if run.end() >= best.start and run.start() < best.end:
                worth += _BESIDE if run[0] in self._runs[number] else _OTHER_NUMBER
        return _Compared(number, best.start, best.end, worth, best.proof)
