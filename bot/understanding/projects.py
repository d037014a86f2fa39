"""Which project is meant: by pieces of its name, nicknames, its unit, its place.

Every word that can name a project is indexed by its first two characters, so a search costs what the text
holds, not what the ledger holds. Words that stand side by side are joined: what fits both is meant.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from bot.people import ProjectName

from .names import Likeness, Named, Names, chinese
from .normal import clean
from .sounds import Sounds, sounds_of


class Strength(IntEnum):
    """How much a word tells of itself."""

    WEAK = 0  # ordinary words: 中心, 道路
    PLACE = 1
    NAME = 2


@dataclass(frozen=True, slots=True)
class ProjectMention:
    """A stretch of the text that names one project or several; `sure` if by more than its place, or by its
    place with 项目; `by_place` if by nothing but its place."""

    start: int
    end: int
    numbers: frozenset[int]
    sure: bool = True
    by_place: bool = False


@dataclass(slots=True)
class _Term:
    strength: Strength
    numbers: set[int]


_CUT = re.compile(r"[^一-鿿A-Za-z0-9]+")
_RUN = re.compile(r"[一-鿿]+|[A-Za-z0-9]+")
_QUANTITY = re.compile(r"[0-9.]+\s*(?:×\s*[0-9.]+\s*)?(?:万吨|万千瓦|MWh?|吨|亿|万|千瓦)(?:/年)?")
_TIMES = re.compile("[0-9]+×[0-9]+")
_COUNTY = re.compile("^(.{1,3})[市县区]$")
_DISTRICT = re.compile("(?:经济技术|经济)?开发区$")
_JOIN = re.compile(
    "(?:县|市|区)?(?:里头?|那边|这边|那里|那个|这个|那|这|的|项目|市|县|段|[(),\\s·-]|新|老|大|人民|里){0,4}$"
)
_PROJECT = re.compile(
    "(?:县|市|区)?(?:里|那边|这边|那|这)?(?:几|两|三|个|块)*(?:的)?(?:项目|工程|工地|那个|这个)(?!单位)"
)
_NUMBERED = re.compile(
    "(?<![0-9.月年到至-])第?(?P<list>[0-9]{1,4}号?(?:[、和与及][0-9]{1,4}号?){0,9})(?<=号)项目(?!部|经理|问题)"
    "(?!(?:正式|全面|能|可以?|将|就|要|已|也|定于|确定|开始)*(?:开工|动工|复工|停工|竣工|完工|投产|投用|验收|入库|入统|封顶|通电|通水|开会|签约|调度))"
)
_NOT_AFTER_NUMBER = re.compile("[0-9.]|多?个?[万亿千百户亩号人台套米吨天日月年块元个件]|%|kV|KV")
_MARKS = re.compile("[ ()·/-]")
_AND = re.compile("[,。;:!?\n、和与及跟]")
_WHERE = re.compile(  # between a project and a place on it
    "(?:项目|工程|段)?(?:上|里|这边|那边)?的?(?:[修走拐挨紧邻]?(?:到|至|在|经|过|从|往|向|靠|靠近|挨着|紧邻|挨|由)了?)?"
)
_NEAR = 4  # Chinese characters between two words of one name
MOST_FIT = 200  # a word that fits more projects than this helps only beside others


class Projects:
    """The names of the ledger. Immutable after building."""

    def __init__(
        self,
        projects: Sequence[ProjectName],
        cut: Callable[[str], Sequence[str]],
        weak: Iterable[str],
        fillers: Iterable[str],
        common: Callable[[str], bool],
        known: Callable[[str], bool],
        nicknames: Mapping[str, Sequence[str]],
        unit_words: Iterable[str],
    ) -> None:
        """`cut` parts a name into words; `weak` and `fillers` are those that name no project on their own,
        `fillers` not even beside others; `unit_words` are the names of units, which name no project.
        `common` tells ordinary words, which are weak too, `known` all words there are."""
        self._common = common
        self._cut = cut
        self._fillers = frozenset(fillers)
        self._weak = frozenset(weak) | self._fillers
        self._units = frozenset(unit_words)
        self._terms: dict[str, _Term] = {}
        self._added: set[str] = set()  # nicknames that the city has added and no name has
        self._said: dict[int, dict[str, None]] = {}
        self.numbers = frozenset(project.number for project in projects)
        self.areas = tuple(dict.fromkeys(project.area for project in projects if project.area))
        self._places = self._place_words(projects)
        for project in projects:
            self._add_project(project, nicknames)
        self._add_nicknames(projects)
        self._starts: dict[str, list[str]] = {}
        for word in self._terms:
            self._starts.setdefault(word[:2], []).append(word)
        for words in self._starts.values():
            words.sort(key=len, reverse=True)
        self._short = Sounds(self._short_names(), cut, known)
        self._names = Names(
            self._said, {*self._places, *self._fillers}, lambda word: word in self._weak or common(word)
        )

    def _place_words(self, projects: Sequence[ProjectName]) -> dict[str, str]:
        """Every way of saying a county, with its area in the ledger."""
        words: dict[str, str] = {}
        for project in projects:
            for place in {project.area, project.place}:
                if not place or place in self._weak:
                    continue
                words[place] = project.area
                county = _COUNTY.match(place)
                if county and len(county[1]) > 1:
                    words[county[1]] = project.area
                if _DISTRICT.search(place):
                    words.setdefault("开发区", project.area)
                    words[_DISTRICT.sub("经济技术开发区", place)] = project.area
                    words[_DISTRICT.sub("经开区", place)] = project.area
        return words

    def _add_project(self, project: ProjectName, nicknames: Mapping[str, Sequence[str]]) -> None:
        number = project.number
        said = self._said.setdefault(number, {})
        for place in {project.area, project.place}:
            for word, area in self._places.items():
                if area == place or word == place:
                    self._add(word, number, Strength.PLACE)
                    said[word] = None
        whole = clean(project.name).replace(" ", "")
        said[_bare(whole)] = None
        self._add(whole, number, Strength.NAME)
        for word in self._pieces(project.name):
            self._add(word, number, self._strength(word))
        for owner in project.owners:
            if any(owner.endswith(unit) for unit in self._units):
                continue
            self._add(clean(owner), number, Strength.NAME)
            said[_bare(clean(owner))] = None
            for word in self._pieces(owner):
                if word not in self._units:
                    self._add(word, number, self._strength(word))
        known = " ".join((project.name.replace(" ", ""), *project.owners, project.place, project.area))
        for key, names in nicknames.items():
            if all(part in known for part in key.split()):
                for word in names:
                    self._add(word, number, Strength.NAME)
                    said[word] = None

    def _add_nicknames(self, projects: Sequence[ProjectName]) -> None:
        """After all names, so that what is a nickname and nothing else is known."""
        named = set(self._terms)
        for project in projects:
            for word in project.nicknames:
                self._add(_spelled_out(word), project.number, Strength.NAME)
                self._said[project.number][_bare(clean(word))] = None
                if _spelled_out(word) not in named:
                    self._added.add(_spelled_out(word))

    def _strength(self, word: str) -> Strength:
        if word in self._places:
            return Strength.PLACE
        return Strength.WEAK if word in self._weak or self._common(word) else Strength.NAME

    def _add(self, word: str, number: int, strength: Strength) -> None:
        if len(word) < 2 or word in self._fillers or (word in self._units and strength is not Strength.PLACE):
            return
        term = self._terms.setdefault(word, _Term(strength, set()))
        term.numbers.add(number)
        term.strength = max(term.strength, strength)

    def _pieces(self, name: str) -> set[str]:
        """The words of a name, with the beginnings of each stretch that no ordinary word parts."""
        out = set(_TIMES.findall(clean(name)))
        text = _QUANTITY.sub(" ", clean(name).replace("/年", " "))
        for chunk in _CUT.split(text):
            for run in _RUN.findall(chunk):
                if run.isascii():
                    if len(run) >= 3:
                        out.add(run.upper())
                        digits = re.sub("[A-Za-z]", "", run)
                        if len(digits) >= 3:
                            out.add(digits)
                    continue
                out.update(self._words_of(run))
                if 3 <= len(run) <= 10:
                    out.add(run)
        return out

    def _words_of(self, run: str) -> set[str]:
        """Words, the stretches between weak words and places, and how these begin."""
        tokens: list[str] = []
        for part in re.split(
            "(" + "|".join(sorted(map(re.escape, self._places), key=len, reverse=True)) + ")", run
        ):
            tokens += [part] if part in self._places else list(self._cut(part))
        out = {token for token in tokens if len(token) >= 2}
        stretch: list[str] = []
        for token in [*tokens, ""]:
            if token and token not in self._weak and token not in self._places:
                stretch.append(token)
                continue
            joined = "".join(stretch)
            if len(joined) >= 3:
                out.add(joined)
                begun = [joined[:2], *("".join(stretch[:size]) for size in range(1, len(stretch)))]
                out.update(word for word in begun if len(word) >= 2 and word not in self._weak)
            stretch = []
        return out

    def _short_names(self) -> list[str]:
        """Names of two characters that sound like no other such name. Longer ones are found by what is like them."""
        by_sound: dict[str, list[str]] = {}
        for word, term in self._terms.items():
            if len(word) == 2 and term.strength is Strength.NAME:
                by_sound.setdefault(sounds_of(word), []).append(word)
        return [words[0] for words in by_sound.values() if len(words) == 1]

    def called(self, words: str) -> frozenset[int]:
        """The projects that are called exactly so, or have it as a piece of their name."""
        term = self._terms.get(_spelled_out(words))
        return frozenset(term.numbers) if term else frozenset()

    def may_be_called(self, words: str) -> bool:
        """Whether a project could be known by these words alone: no unit, place or word of all projects."""
        word = _spelled_out(words)
        return (
            len(word) >= 2
            and word not in self._weak
            and word not in self._units
            and word not in self._places
            and re.fullmatch("[0-9]{1,2}|[^一-鿿A-Za-z0-9]*", word) is None
        )

    def area(self, text: str) -> tuple[str, int, int] | None:
        """The first county of the ledger named in the text, with where it stands."""
        best: tuple[str, int, int] | None = None
        for at in range(len(text) - 1):
            word = next(
                (word for word in self._starts.get(text[at : at + 2], ()) if text.startswith(word, at)), None
            )
            if word in self._places:
                best = (self._places[word], at, at + len(word))
                break
        return best

    def find(self, text: str, taken: Sequence[tuple[int, int]] = ()) -> list[ProjectMention]:
        """All mentions in their order. `taken`: stretches that name a unit asked to act, not a project's place."""
        found = self._spelled(text, taken)
        named = [Named(one.start, one.end, one.numbers, one.by_place) for one in found]
        likes = self._names.like(text, named)
        for like in likes:
            if not any(like.start < end and start < like.end for start, end in taken):
                found = _with(found, like)
        if not likes and not any(len(one.numbers) == 1 for one in found):
            heard = self._short.repair(text)
            found = self._spelled(heard, taken) if heard != text else found
        return _joined(text, self._named_outright(text, found)) if len(found) > 1 else found

    def _named_outright(self, text: str, found: list[ProjectMention]) -> list[ProjectMention]:
        """Without the added nicknames that only say where on another project: G108到老戏台那段."""
        if not self._added:
            return found
        added = [_spelled_out(text[one.start : one.end]) in self._added for one in found]
        beside = {
            (at if added[at] else at + 1)
            for at in range(len(found) - 1)
            if added[at] != added[at + 1]
            and len(found[at + added[at]].numbers) == 1
            and not found[at + added[at]].by_place
            and _WHERE.fullmatch(text, found[at].end, found[at + 1].start)
        }
        return [one for at, one in enumerate(found) if at not in beside]

    def _spelled(self, text: str, taken: Sequence[tuple[int, int]]) -> list[ProjectMention]:
        """The mentions by words that are written as they should be."""
        hits = self._hits(text, taken)
        found: list[ProjectMention] = []
        at = 0
        while at < len(hits):
            start, end, first = hits[at]
            numbers = frozenset(first.numbers)
            strongest, narrowed = first.strength, False
            at += 1
            while at < len(hits):
                next_start, next_end, term = hits[at]
                if next_start - end > 8 or not _JOIN.match(text[end:next_start]):
                    break
                both = numbers & term.numbers
                if both:
                    joined = next_start == end and first.strength == term.strength == Strength.WEAK
                    narrowed = narrowed or joined or len(both) < min(len(numbers), len(term.numbers))
                    numbers, end = both, next_end
                    strongest = max(strongest, term.strength)
                elif term.strength is Strength.NAME and strongest < Strength.NAME:
                    start, end, numbers, strongest = (
                        next_start,
                        next_end,
                        frozenset(term.numbers),
                        term.strength,
                    )
                elif term.strength >= strongest and term.strength is Strength.NAME:
                    break
                at += 1
            if strongest is Strength.WEAK and not narrowed and not _PROJECT.match(text, end):
                continue
            if len(numbers) > MOST_FIT:
                continue
            by_place = strongest is Strength.PLACE and not narrowed
            sure = not by_place or _PROJECT.match(text, end) is not None
            if strongest is Strength.WEAK and not narrowed:
                sure = len(numbers) < max(6, len(self.numbers) // 4)
            found.append(ProjectMention(start, end, numbers, sure, by_place))
        return found

    def numbered(self, text: str) -> list[ProjectMention]:
        """22号项目, 3、5号项目: those named by their number; none fits where the ledger lacks it. What opens or
        ends on a 22nd (22号项目开工) is no number."""
        if "号项目" not in text:
            return []
        return [
            ProjectMention(
                match.start("list") + item.start(),
                match.start("list") + item.end(),
                self.numbers & {int(item[0])},
            )
            for match in _NUMBERED.finditer(text)
            for item in re.finditer("[0-9]+", match["list"])
        ]

    def _hits(self, text: str, taken: Sequence[tuple[int, int]]) -> list[tuple[int, int, _Term]]:
        hits: list[tuple[int, int, _Term]] = []
        upper = text.upper()
        at = 0
        while at < len(text) - 1:
            step = 1
            for word in self._starts.get(upper[at : at + 2], ()):
                if not upper.startswith(word, at):
                    continue
                end = at + len(word)
                if word[0].isdigit() and (
                    (at and (text[at - 1].isdigit() or text[at - 1] == "."))
                    or ("×" not in word and _NOT_AFTER_NUMBER.match(text, end))
                ):
                    continue
                term = self._terms[word]
                if term.strength is Strength.NAME or not any(a <= at < b for a, b in taken):
                    hits.append((at, end, term))
                step = len(word)
                break
            at += step
        return hits


def _spelled_out(words: str) -> str:
    """The words as the index has them."""
    return clean(words).replace(" ", "").upper()


def _bare(name: str) -> str:
    """The name without marks, which nobody types or says."""
    return _MARKS.sub("", name)


def _with(found: list[ProjectMention], like: Likeness) -> list[ProjectMention]:
    """The mentions, with a stretch that is like a name: what is written within it only helps to choose."""
    numbers, start, end = like.numbers, like.start, like.end
    others: list[ProjectMention] = []
    for one in found:
        if one.start < like.end and like.start < one.end:
            numbers = numbers & one.numbers or numbers
            start, end = min(start, one.start), max(end, one.end)
        else:
            others.append(one)
    return sorted([*others, ProjectMention(start, end, numbers)], key=lambda one: one.start)


def _joined(text: str, found: list[ProjectMention]) -> list[ProjectMention]:
    """The mentions, with those of a clause that can mean the same: as one where they stand side by side; a word
    further on means the one project named before."""
    out = found[:1]
    for one in found[1:]:
        last = out[-1]
        both = last.numbers & one.numbers
        between = text[last.end : one.start] if both else ""
        if not both or _AND.search(between):
            out.append(one)
        elif chinese(between) <= _NEAR:
            by_place = last.by_place and one.by_place
            out[-1] = ProjectMention(last.start, one.end, both, last.sure or one.sure, by_place)
        elif len(both) == 1 and not one.by_place:
            out.append(ProjectMention(one.start, one.end, both, one.sure))
        else:
            out.append(one)
    return out
