"""Units in a text by their names and nicknames; a county's bureau or a province's is none of the directory."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

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
    """The directory, indexed by the first two characters of its names."""

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
        self._counties = tuple(unit.name for unit in units if unit.level == "county")

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
        return found

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
_LEVEL_BUREAU = re.compile("(?:省|县|区)(?:里|级|直)?(?:[一-鿿]{1,6}?(?:局|厅|委|办(?!理))|厅)(?![面部长点])")
