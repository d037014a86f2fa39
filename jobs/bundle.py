"""Many notices, one message: what a person reads, in the tone of his rank (messages.md). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.channel import Button
from bot.people import Rank
from storage.directory import Person

_MOST_BUTTONS = 6
_MOST_LINES = 12


@dataclass(frozen=True, slots=True)
class Bundle:
    """A message's frozen text, buttons and what it is about."""

    text: str
    buttons: tuple[Button, ...]
    about: dict[str, Any] | None


def bundle(
    reader: Person, via: Person, notices: Sequence[Any], office: str, ticket_numbers: dict[int, int]
) -> Bundle:
    """One message for what waits for `reader`, handed over by `via` (himself, his secretary, a substitute)."""
    body = _single(notices[0]) if len(notices) == 1 else _list(reader, notices)
    if reader.rank >= Rank.COUNTY_LEADER and not body.startswith("请呈"):
        body = f"请呈{reader.called}：{body}" if via.id != reader.id else f"{reader.called}：{body}"
        if office not in body:
            body = f"{body}　　{office}"
    elif via.id != reader.id:
        body = f"（代{reader.called}收）{body}"
    buttons = tuple(Button(one["label"], one["text"]) for row in notices for one in row.buttons)[
        :_MOST_BUTTONS
    ]
    about = None
    numbers = {row.ticket_id for row in notices}
    if len(numbers) == 1 and (only := next(iter(numbers))) is not None:
        about = {"ticket": ticket_numbers[only]}
    return Bundle(body, buttons, about)


def _single(row: Any) -> str:
    head = f"{row.heading}：" if row.heading else ""
    tail = "\n".join(part for part in (row.answer, row.why) if part)
    return f"{head}{row.line}\n{tail}" if tail else f"{head}{row.line}"


def _list(reader: Person, notices: Sequence[Any]) -> str:
    unit = reader.unit or reader.called
    lines = [f"【{unit}】{len(notices)}件"]
    by_heading: dict[str, list[str]] = {}
    for row in notices:
        by_heading.setdefault(row.heading, []).append(row.line)
    for heading, said in by_heading.items():
        for line in said:
            lines.append(f"{heading}：{line}" if heading else line)
    if len(lines) > _MOST_LINES + 1:
        more = len(lines) - _MOST_LINES - 1
        lines = [*lines[: _MOST_LINES + 1], f"另有{more}件，回“我的问题”看全部。"]
    answers = list(dict.fromkeys(row.answer for row in notices if row.answer))
    whys = list(dict.fromkeys(row.why for row in notices if row.why))
    return "\n".join([*lines, *answers[:2], *whys[:1]])
