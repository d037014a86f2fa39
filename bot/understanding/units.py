"""Units in a text by their names and nicknames; a county's bureau or a province's is none of the directory."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from bot.people import Unit

_ENDS = (
    "局",
    "委",
    "办",
    "中心",
    "支队",
    "公司",
    "政府",
    "部门",
    "机关",
    "分局",
    "室",
    "大厅",
    "管委会",
    "队",
    "厅",
    "所",
    "院",
    "会",
)


@dataclass(frozen=True, slots=True)
class UnitMention:
    """A place in the text where a unit is named.

    `bare`: only a word that also means a matter (消防, 环保), a unit only where it is asked; `place`: a
    county named without 政府. `level` instead of a unit: a bureau of a county or of the province.
    """

    start: int
    end: int
    name: str | None
    bare: bool = False
    place: bool = False
    level: str | None = None


class Units:
    """The directory, indexed by the first two characters of its names, and the longer names by all that is left
    when a character is taken out, so that one with a wrong, missing, doubled or swapped character is found too."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self._names: dict[str, list[tuple[str, Unit]]] = {}
        self.words: set[str] = set()
        for unit in units:
            for word in {unit.name, *unit.aliases}:
                if len(word) < 2:
                    continue
                self._names.setdefault(word[:2], []).append((word, unit))
                self.words.add(word)
        for entries in self._names.values():
            entries.sort(key=lambda entry: (-len(entry[0]), entry[1].name))
        self._without: dict[str, list[tuple[str, Unit]]] = {}
        for word, unit in (entry for entries in self._names.values() for entry in entries):
            if len(word) >= _LONG:
                for left in _without_one(word):
                    self._without.setdefault(left, []).append((word, unit))

    def find(self, text: str) -> list[UnitMention]:
        """All mentions in their order, the longest name at each place."""
        found: list[UnitMention] = []
        at = 0
        while at < len(text) - 1:
            entries = self._names.get(text[at : at + 2])
            hit = (
                next((entry for entry in entries if text.startswith(entry[0], at)), None) if entries else None
            )
            if hit is None:
                level = _LEVEL_BUREAU.match(text, at) if text[at] in "省县区" else None
                if level:
                    found.append(UnitMention(at, level.end(), None, level=_LEVELS[level[0][0]]))
                    at = level.end()
                else:
                    at += 1
                continue
            word, unit = hit
            end = at + len(word)
            found.append(self._mention(text, at, end, word, unit, found))
            at = end
        return _without_places(self._with_slips(text, found))

    def _with_slips(self, text: str, found: list[UnitMention]) -> list[UnitMention]:
        """With those where a longer name that ends as units do has one slip; never in the level (县 for 市)."""
        slips: list[UnitMention] = []
        for match in islice(_END.finditer(text), _MOST_ENDS):
            end = match.end()
            if any(one.end > match.start() and one.start < end and not one.place for one in (*found, *slips)):
                continue
            for start in range(max(0, end - _LONGEST), end - _LONG + 2):
                hit = self._one_off(text[start:end]) if text[start] not in _LEVEL_SIGNS else None
                if hit:
                    before = [one for one in found if one.end <= start]
                    slips.append(self._mention(text, start, end, *hit, before))
                    break
        if not slips:
            return found
        kept = [
            one for one in found if not any(one.start < slip.end and slip.start < one.end for slip in slips)
        ]
        return sorted((*kept, *slips), key=lambda one: one.start)

    def _one_off(self, written: str) -> tuple[str, Unit] | None:
        """The only unit of which a name differs by one character from what is written."""
        fits: dict[str, tuple[str, Unit]] = {}
        for left in (written, *_without_one(written)):
            for word, unit in (*self._without.get(left, ()), *self._whole(left)):
                if abs(len(word) - len(written)) < 2 and word[0] == written[0]:
                    fits[unit.name] = (word, unit)
        return next(iter(fits.values())) if len(fits) == 1 else None

    def _whole(self, word: str) -> list[tuple[str, Unit]]:
        return [entry for entry in self._names.get(word[:2], ()) if entry[0] == word and len(word) >= _LONG]

    def _mention(
        self, text: str, start: int, end: int, word: str, unit: Unit, before: Sequence[UnitMention]
    ) -> UnitMention:
        if unit.level == "county" and not word.endswith(("政府", "管委会")):
            return UnitMention(start, end, unit.name, place=True)
        bare = not word.endswith(_ENDS) and word not in ("国网", "警方", "银保监")
        if bare and text.startswith(("局", "委", "部门", "那边", "的人", "的同志"), end):
            bare = False
        if unit.level == "city":
            ahead = text[max(0, start - 1) : start]
            last = before[-1] if before else None
            if ahead == "省" and not word.startswith("市"):
                return UnitMention(start - 1, end, None, level="province")
            if last is not None and last.place and last.end == start:
                return UnitMention(start, end, None, level="county")
            if ahead in ("县", "区") and not word.startswith("市"):
                return UnitMention(start - 1, end, None, level="county")
        return UnitMention(start, end, unit.name, bare=bare)


_LEVELS = {"省": "province", "县": "county", "区": "county", "市": "city"}
_LEVEL_BUREAU = re.compile(
    "(?:省|县|区)(?:里|级|直)?(?:[一-鿿]{1,6}?(?:局|厅|委|办(?![理下完好结妥成了手证不到]))|厅)(?![面部长点])"
)
_END = re.compile("局|委|中心|支队|公司|政府|办公室|督查室")
_LEVEL_SIGNS = "省市县区乡镇"
_LONG, _LONGEST = 5, 14  # characters of a name in which a slip is looked for
_MOST_ENDS = 60  # places of a message where one is looked for: nobody names so many units


def _without_one(word: str) -> list[str]:
    return [word[:at] + word[at + 1 :] for at in range(len(word))]


def _without_places(found: list[UnitMention]) -> list[UnitMention]:
    """Without 绛县 of 绛县自然资源局, which is not the county's government."""
    of_bureau = {one.start for one in found if one.level == "county"}
    return [one for one in found if not (one.place and one.end in of_bureau)]
