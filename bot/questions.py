"""What we asked a person, and his answer to it, before understanding.

An answer is a number (9, 9号), a place in the list (第二个), a word of a choice's name, or a button, which
says one of these. Whatever else he writes is no answer: the question stays open and the message is read
as any other.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from bot.acts import Act, dump, load
from bot.channel import Button
from bot.routing import Asked, Reply, Turn
from bot.wording import numbers
from storage import tickets
from storage.questions import Question

_NUMBER = re.compile(r"^(?:是|就是|选)?\s*#?(\d{1,6})\s*(?:号|号项目|号问题|号工单|项目)?[。.!！]?$")
_PLACE = re.compile(r"^(?:是|就是|选)?\s*第([一二三四五六七八九十\d]{1,2})个[。.!！]?$")
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九十")}
_YES = re.compile(
    r"^(?:是|是的|对|对的|没错|确认|确认无误|属实|嗯|嗯嗯|好|好的|可以|yes|y|ok)[，,。.!！\s]*$",
    re.IGNORECASE,
)
_NO = re.compile(r"^(?:不是|不对|不|否|错了|写错了|不要|算了|取消|no|n)[，,。.!！\s]*$", re.IGNORECASE)
_MOST_BUTTONS = 6


def yes_or_no(text: str) -> bool | None:
    """True for a yes, False for a no, None for anything else."""
    plain = text.strip()
    if _YES.match(plain):
        return True
    return False if _NO.match(plain) else None


def chosen(text: str, candidates: Sequence[int]) -> int | None:
    """The candidate that the answer names by its number or its place in the list."""
    plain = text.strip()
    if match := _NUMBER.match(plain):
        value = int(match[1])
        return value if value in candidates else None
    if match := _PLACE.match(plain):
        place = int(match[1]) if match[1].isdigit() else _DIGITS.get(match[1], 0)
        return candidates[place - 1] if 0 < place <= len(candidates) else None
    return None


def ask_which(
    about: Literal["project", "ticket"], candidates: Sequence[int], acts: Sequence[Act], turn: Turn
) -> Reply:
    """Ask which project or ticket the acts are about. The acts wait with the question."""
    data = {"candidates": list(candidates), "acts": [dump(act) for act in acts], "text": turn.text}
    if about == "project":
        text, buttons = _which_project(candidates, turn)
    else:
        text, buttons = _which_ticket(candidates, turn)
    return Reply(text, buttons, asks=Asked(f"which-{about}", data))


def _which_project(candidates: Sequence[int], turn: Turn) -> tuple[str, tuple[Button, ...]]:
    projects = [p for p in map(turn.directory.project_numbered, candidates) if p is not None]
    if not projects:
        return (
            "没找到您说的这个项目。台账里叫什么名字？请回项目名称（可以是其中几个字），我接着记。",
            (),
        )
    names = [p.short for p in projects]
    shown = "；".join(f"第{place}个 {name}" for place, name in enumerate(names, 1))
    text = f"您说的是哪个项目？{shown}。回“第一个”或项目名就行，刚才的内容我接着记。"
    return text, tuple(Button(name, f"第{place}个") for place, name in enumerate(names[:_MOST_BUTTONS], 1))


def _which_ticket(candidates: Sequence[int], turn: Turn) -> tuple[str, tuple[Button, ...]]:
    if not candidates:
        return "您说的是几号问题？请回编号（如“17号”）；不知道编号可先问“我的问题”。", ()
    found = {one.number: one for one in tickets.numbered(turn.tx, candidates)}
    shown = "；".join(f"{number}号 {found[number].title}" for number in candidates if number in found)
    return f"您说的是哪一件？{shown}。回编号就行。", tuple(
        Button(numbers([number]), numbers([number])) for number in candidates[:_MOST_BUTTONS]
    )


def fill(question: Question, turn: Turn, fitting: Sequence[int]) -> list[Act] | None:
    """The waiting acts with the project or ticket that the answer names; None if it is no answer.

    `fitting`: the projects that understanding finds in the answer's words.
    """
    about = question.kind.removeprefix("which-")
    candidates: list[int] = list(question.data["candidates"])
    choice = chosen(turn.text, candidates)
    if choice is None and about == "project":
        among = [number for number in fitting if not candidates or number in candidates]
        choice = among[0] if len(among) == 1 else None
    if (
        choice is None
        and about == "ticket"
        and not candidates
        and (match := _NUMBER.match(turn.text.strip()))
    ):
        choice = int(match[1])
    if choice is None:
        return None
    field: dict[str, Any] = {about: choice}
    return [replace(load(act), **field) for act in question.data["acts"]]  # type: ignore[type-var]
