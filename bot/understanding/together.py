"""Several projects named as one: 垣曲、平陆两个项目抓紧; 这两个项目都开工了. What is said holds for each of them."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.acts import Act, Ask, Blocker, Instruct, Progress, Urge

from .reading import Reading

_COUNTS = {
    "两": 2,
    "俩": 2,
    "2": 2,
    "二": 2,
    "三": 3,
    "3": 3,
    "仨": 3,
    "四": 4,
    "4": 4,
    "五": 5,
    "5": 5,
    "六": 6,
    "6": 6,
}
_COUNTED = re.compile(
    f"(?:这|那|的|我们?|咱们?|手上|名下|负责)*(?P<count>[{''.join(_COUNTS)}])(?:个|块)?(?:项目|工程)"
)
_OF_THEM = re.compile("(?:县|市|区)?(?:里|那边|这边)?的?(?:项目|工程)")
_AND = re.compile("[县市区]?[、和与及跟]+$")


def each(reading: Reading, acts: Sequence[Act], ask: Ask | None) -> tuple[list[Act], Ask | None]:
    """The acts, once for each of the projects that are named together.

    A sum is never repeated: nobody knows whether it is that of each or of all.
    """
    if not acts or not (len(reading.projects) > 1 or "项目" in reading.text or "工程" in reading.text):
        return list(acts), ask
    meant = _together(reading)
    told = {act.project for act in acts if isinstance(act, Progress | Blocker | Urge | Instruct)}
    if len(meant) < 2 or len(told & set(meant)) > 1:
        return list(acts), ask
    asked = ask is not None and ask.about == "project" and set(ask.candidates) <= set(meant)
    out: list[Act] = []
    for act in acts:
        if (
            isinstance(act, Progress | Blocker | Urge | Instruct)
            and not (isinstance(act, Progress) and act.invested)
            and not (isinstance(act, Urge | Instruct) and act.ticket)
            and (act.project in meant or (act.project is None and asked))
        ):
            out += [replace(act, project=number) for number in meant]
        else:
            out.append(act)
    open_still = any(getattr(act, "project", 0) is None for act in out)
    return out, ask if open_still or not asked else None


def _together(reading: Reading) -> tuple[int, ...]:
    """The projects that are named as one, ascending; none if the words don't tell that they are."""
    counted = _COUNTED.search(reading.text)
    row: list[int] = []
    by_place = True
    end = -1
    for mention in reading.projects:
        numbers = reading.own(mention.numbers)
        if (
            counted
            and len(numbers) == _COUNTS[counted["count"]]
            and counted.start() <= mention.end <= counted.end()
        ):
            return tuple(sorted(numbers))
        if len(numbers) != 1:
            continue
        if not row or not _AND.fullmatch(reading.text[end : mention.start]):
            if len(row) > 1:
                break
            row, by_place = [], True
        row += numbers
        by_place = by_place and mention.by_place
        end = mention.end
    row = list(dict.fromkeys(row))
    if len(row) > 1:
        if counted and counted.start() == end:
            return tuple(sorted(row)) if len(row) == _COUNTS[counted["count"]] else ()
        return tuple(sorted(row)) if not by_place or _OF_THEM.match(reading.text, end) else ()
    own = reading.sender.projects
    if counted and not reading.projects and len(own) == _COUNTS[counted["count"]]:
        return tuple(sorted(own))
    return ()
