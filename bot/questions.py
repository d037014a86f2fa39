"""What we asked a person, and his answer to it, before understanding.

An answer is a number (9, 9号), a place in the list (第二个), a word of a choice's name, or a button, which
says one of these; a word that fits several of the choices leaves fewer to choose among. Whatever else he
writes is no answer: the question stays open and the message is read as any other.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from bot.acts import Act, dump, load
from bot.channel import Button
from bot.routing import Asked, Reply, Turn
from bot.wording import numbers
from storage import reports, tickets
from storage.directory import Project
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
_MOST_NAMED = 9  # choices that are listed; of more the likeliest are, and a word of the name is asked for
_RATHER = re.compile(
    r"^(?:(?P<ticket>\d{1,6})号(?:问题|工单)?)?(?:这一?[条个件]|刚才(?:那[条个件]|[说报]?的)|上一?条)?[，,\s]*(?:应该|应当|其实|并)?"
    r"不是(?P<wrong>.{1,40}?)的?(?:项目)?[，,。；;、\s]*(?:而|应该|应当|其实)?是(?P<right>.{1,40}?)的?[。.!！\s]*$"
)
_IS = re.compile(
    r"^(?:(?:项目)?[弄搞写报说记]?错(?:项目)?了[，,。；;、\s]*|这一?[条个件]|刚才(?:那[条个件]|[说报]?的))?(?:应该|应当|其实)?"
    r"是(?P<right>.{2,40}?)的?[。.!！\s]*$"
)
_PROJECT_NUMBER = re.compile(r"^第?(\d{1,4})号?(?:项目)?$")


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


@dataclass(frozen=True, slots=True)
class Rather:
    """不是8号项目是9号: what was meant instead; `wrong` is empty where only that is said (是河津三期的)."""

    right: str
    wrong: str = ""
    ticket: int | None = None


def rather(text: str) -> Rather | None:
    """What the text says was meant, if it says no more than that."""
    plain = text.strip()
    if match := _RATHER.match(plain):
        return Rather(match["right"], match["wrong"], int(match["ticket"]) if match["ticket"] else None)
    if match := _IS.match(plain):
        return Rather(match["right"])
    return None


def projects_named(words: str, turn: Turn) -> tuple[int, ...]:
    """The ledger numbers of the projects that these words name, be it by the number itself."""
    if match := _PROJECT_NUMBER.match(words.strip()):
        number = int(match[1])
        return (number,) if turn.directory.project_numbered(number) else ()
    return turn.reader.find_project(words)


def ask_which(
    about: Literal["project", "ticket"],
    candidates: Sequence[int],
    acts: Sequence[Act],
    turn: Turn,
    words: str = "",
) -> Reply:
    """Ask which project or ticket the acts are about. The acts wait with the question.

    `words`: how he called the project; his answer is remembered for the next time.
    """
    if about == "project":
        candidates = _likeliest_first(candidates, turn) if len(candidates) > _MOST_NAMED else candidates
        text, buttons = which_project(candidates, turn)
    else:
        text, buttons = _which_ticket(candidates, turn)
    data = {
        "candidates": list(candidates),
        "acts": [dump(act) for act in acts],
        "text": turn.text,
        "words": words,
    }
    return Reply(text, buttons, asks=Asked(f"which-{about}", data))


def which_project(candidates: Sequence[int], turn: Turn) -> tuple[str, tuple[Button, ...]]:
    """The question which of these projects is meant, with its buttons; of very many the first are shown."""
    projects = [p for p in map(turn.directory.project_numbered, candidates) if p is not None]
    if not projects:
        return (
            "没找到您说的这个项目。台账里叫什么名字？请回项目名称（可以是其中几个字），我接着记。",
            (),
        )
    names = [p.short for p in projects]
    buttons = tuple(Button(name, f"第{place}个") for place, name in enumerate(names[:_MOST_BUTTONS], 1))
    if len(names) > _MOST_NAMED:
        shown = "；".join(f"第{place}个 {name}" for place, name in enumerate(names[:_MOST_BUTTONS], 1))
        where = "是哪个县（市、区）的，或" if len({p.area for p in projects}) > 1 else ""
        return (
            f"对得上的项目有{len(names)}个，请回{where}项目名称里再多一两个字。最可能的是：{shown}；"
            "是其中一个就回“第一个”。刚才的内容我接着记。",
            buttons,
        )
    shown = "；".join(f"第{place}个 {name}" for place, name in enumerate(names, 1))
    return f"您说的是哪个项目？{shown}。回“第一个”或项目名就行，刚才的内容我接着记。", buttons


def _likeliest_first(candidates: Sequence[int], turn: Turn) -> list[int]:
    """What he reports on, what he reported on lately, what lies in his county; then as the ledger has it."""
    own = frozenset(turn.directory.reports_on(turn.sender))
    lately = reports.projects_lately_by(turn.tx, turn.writer.id)
    area_id = turn.directory.area_of(turn.sender)

    def rank(project: Project) -> tuple[bool, int, bool, int]:
        recent = lately.index(project.id) if project.id in lately else len(lately)
        return project.number not in own, recent, project.area_id != area_id, project.number

    found = [p for p in map(turn.directory.project_numbered, candidates) if p is not None]
    return [project.number for project in sorted(found, key=rank)]


def _which_ticket(candidates: Sequence[int], turn: Turn) -> tuple[str, tuple[Button, ...]]:
    if not candidates:
        return "您说的是几号问题？请回编号（如“17号”）；不知道编号可先问“我的问题”。", ()
    found = {one.number: one for one in tickets.numbered(turn.tx, candidates)}
    there = [number for number in candidates if number in found]
    newest = there[-_MOST_NAMED:] if len(there) <= _MOST_NAMED else there[: -_MOST_BUTTONS - 1 : -1]
    shown = "；".join(f"{number}号 {found[number].title}" for number in newest)
    buttons = tuple(Button(numbers([number]), numbers([number])) for number in newest[:_MOST_BUTTONS])
    if len(there) > _MOST_NAMED:
        return f"对得上的有{len(there)}件，请回编号，或写出事由里的几个字。最近的是：{shown}。", buttons
    return f"您说的是哪一件？{shown}。回编号就行。", buttons


def fill(question: Question, turn: Turn, *, says_more: bool) -> list[Act] | Reply | None:
    """The waiting acts with the project or ticket that the answer names; None if it is no answer.

    A name that fits several of the choices is followed by the question among these. `says_more`: the message
    is one of its own, in which a name is no answer.
    """
    about: Literal["project", "ticket"] = "project" if question.kind == "which-project" else "ticket"
    candidates: list[int] = list(question.data["candidates"])
    acts = [load(act) for act in question.data["acts"]]
    put_right = rather(turn.text)
    said = put_right.right if put_right else turn.text
    choice = chosen(said, candidates)
    if choice is None and about == "project" and not says_more:
        fitting = turn.reader.find_project(said)
        among = [number for number in candidates if number in fitting] if candidates else list(fitting)
        if len(among) > 1 and len(among) != len(candidates):
            words = question.data.get("words", "")
            return ask_which(about, among, acts, replace(turn, text=question.data["text"]), words)
        choice = among[0] if len(among) == 1 else None
    if choice is None and about == "ticket" and not (candidates and says_more):
        choice = _ticket_of(said, candidates, turn)
    if choice is None:
        return None
    field: dict[str, Any] = {about: choice}
    return [replace(act, **field) for act in acts]  # type: ignore[type-var]


def _ticket_of(text: str, candidates: Sequence[int], turn: Turn) -> int | None:
    """The ticket that the answer names by its number, or by words that only its title has."""
    if not candidates:
        match = _NUMBER.match(text.strip())
        return int(match[1]) if match else None
    plain = _THAT_ONE.sub("", text.strip())
    fits = [one.number for one in tickets.numbered(turn.tx, candidates) if plain in one.title]
    return fits[0] if len(plain) >= 2 and len(fits) == 1 else None


_THAT_ONE = re.compile(r"^(?:就?是)|(?:的?(?:那一?[条个件]|问题|事))?[。.!！\s]*$")
