"""Many notices, one message: what a person reads, in the tone of his rank (messages.md). Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channel import Button
from bot.people import Rank
from storage.directory import Person

_MOST_BUTTONS = 6
_MOST_LINES = 12
_LIST = "stalled"  # notices of this kind are told as lists
_MARKS = "，。；（"
_NEAREST = ("超期", "今天", "", "明天", "后天")  # how headings begin, what is due first


@dataclass(frozen=True, slots=True)
class Bundle:
    """A message's frozen text, buttons and what it is about."""

    text: str
    buttons: tuple[Button, ...]
    about: dict[str, Any] | None


def portions(notices: Sequence[Any]) -> Iterator[list[Any]]:
    """What goes into one message each: so many tickets as can be read at once, nothing is dropped."""
    groups = _by_ticket(notices)
    for first in range(0, len(groups), _MOST_LINES):
        yield [row for rows in groups[first : first + _MOST_LINES] for row in rows]


def bundle(
    reader: Person, via: Person, notices: Sequence[Any], office: str, ticket_numbers: dict[int, int]
) -> Bundle:
    """One message for what waits for `reader`, handed over by `via` (himself, his secretary, a substitute)."""
    groups = _by_ticket(notices)
    body = _text(reader, groups)
    if reader.rank >= Rank.COUNTY_LEADER and not body.startswith("请呈"):
        body = f"请呈{reader.called}：{body}" if via.id != reader.id else f"{reader.called}：{body}"
        if office not in body:
            body = f"{body}　　{office}"
    elif via.id != reader.id:
        body = f"（代{reader.called}收）{body}"
    about = None
    if len(groups) == 1 and groups[0][0].ticket_id is not None:
        about = {"ticket": ticket_numbers[groups[0][0].ticket_id]}
    return Bundle(body, tuple(_buttons(groups, ticket_numbers))[:_MOST_BUTTONS], about)


def _by_ticket(notices: Sequence[Any]) -> list[list[Any]]:
    """Notices of one ticket together, the nearest duty first; what is about no ticket stands alone.

    Projects that stand still are a list under what is to be done about them.
    """
    groups: dict[tuple[str, int | str], list[Any]] = {}
    for row in notices:
        key = ("notice", row.id) if row.ticket_id is None else ("ticket", row.ticket_id)
        if row.kind == _LIST:
            key = ("list", row.heading)
        groups.setdefault(key, []).append(row)
    return sorted(
        (sorted(rows, key=_nearness) for rows in groups.values()), key=lambda rows: _nearness(rows[0])
    )


def _nearness(row: Any) -> int:
    return next((place for place, word in enumerate(_NEAREST) if row.heading[:2] == word), len(_NEAREST))


def _text(reader: Person, groups: Sequence[Sequence[Any]]) -> str:
    """A line for each ticket, then the answer and the reason of the nearest duty that has one."""
    lines = [_line(rows) for rows in groups]
    if len(groups) > 1:
        lines.insert(0, f"【{reader.unit or reader.called}】{len(groups)}件")
    rows = [row for group in groups for row in group]
    asks = next((row for row in rows if row.answer), None)
    why = asks.why if asks else next((row.why for row in rows if row.why), "")
    return "\n".join([*lines, *(part for part in (asks.answer if asks else "", why) if part)])


def _line(rows: Sequence[Any]) -> str:
    """What is said of one ticket: its duties joined, its title once."""
    if rows[0].kind == _LIST:
        return _list(rows)
    headings = "、".join(dict.fromkeys(row.heading for row in rows if row.heading))
    first, *others = dict.fromkeys(row.line for row in rows)
    said = "；".join([first.rstrip("。") if others else first, *(_beyond(first, line) for line in others)])
    return f"{headings}：{said}" if headings else said


def _list(rows: Sequence[Any]) -> str:
    """Projects that stand still, under one heading; who has many reads the first of them and how many there are."""
    said = "；".join(row.line for row in rows[:_MOST_LINES])
    if len(rows) == 1:
        return f"{rows[0].heading}：{said}"
    rest = f"；等{len(rows)}个，全部的请回“没进展的项目”" if len(rows) > _MOST_LINES else ""
    return f"{len(rows)}个项目{rows[0].heading}：{said}{rest}"


def _beyond(first: str, line: str) -> str:
    """The line without what the first one said already, cut where a clause ends."""
    same = next((place for place, (a, b) in enumerate(zip(first, line, strict=False)) if a != b), len(first))
    if same < len(line) and not (line[same] in _MARKS and first[same : same + 1] in (*_MARKS, "")):
        same = max(line.rfind(mark, 0, same) for mark in _MARKS) + 1
    rest = line[same:].lstrip(_MARKS)
    return rest if "（" in rest else rest.removesuffix("）")


def _buttons(groups: Sequence[Sequence[Any]], numbers: dict[int, int]) -> Iterator[Button]:
    """All of a single ticket's, each once; of several one each, with its number."""
    if len(groups) == 1:
        yield from {
            one["text"]: Button(one["label"], one["text"]) for row in groups[0] for one in row.buttons
        }.values()
        return
    for rows in groups:
        one = next((button for row in rows for button in row.buttons), None)
        if one is not None:
            number = f"{numbers[rows[0].ticket_id]}号" if rows[0].ticket_id is not None else ""
            label = one["label"] if one["label"].startswith(number) else f"{number}{one['label']}"
            yield Button(label, one["text"])
