"""叫法: what a project is called besides its name, added, listed and taken back by chat.

G108也叫新河路; 以后新河路就是G108; G108叫什么; G108不叫新河路了. Who reports on the project may say so, its
liaison or its office; the office hears what a liaison adds. Words that already mean something else are refused.
"""

import re
from typing import Protocol

from bot.questions import projects_named
from bot.routing import Refusal, Reply, Router, Turn
from handlers import rights
from handlers.telling import tell
from storage import nicknames
from storage.directory import Directory, Project

router = Router()

_SHORTEST, _LONGEST = 2, 20  # characters of a nickname
_MARKS = " 　“”\"'「」‘’《》，,。.!！"
_END = r"[。.!！\s]*"
_OPEN, _CLOSE = r"[“\"「‘']?", r"[”\"」’']?"
_WORD = rf"{_OPEN}(?P<word>[^，,。；;：:？?！!“”\n]{{1,30}}?){_CLOSE}"
_NAME = rf"{_OPEN}(?P<name>[^，,。；;：:？?！!“”\n]{{2,60}}?){_CLOSE}"


class Names(Protocol):
    """What words mean already."""

    def called(self, words: str) -> frozenset[int]:
        """The projects that are called exactly so."""

    def may_be_called(self, words: str) -> bool:
        """Whether a project could be known by these words alone."""

    def used_for(self, words: str) -> str:
        """What the words are used for in messages whatever the project; empty if for nothing."""


@router.phrase(
    rf"(?:以后)?{_NAME}(?:项目|工程)?[，,]?\s*(?:我们|大家|平时|本地|当地|以后|群众|人)?"
    rf"(?:也叫|又叫|也称|又称|俗称|小名叫|简称|也可以叫)(?:做|作|为)?[：:]?(?!停|苦|好|屈|板|人|他|我|你|个)\s*{_WORD}{_END}"
)
@router.phrase(
    rf"以后[，,]?(?:我|我们|大家)?(?:说|讲|提到|报)?(?:的)?{_WORD}[，,]?\s*(?:就是指|就指的?是?|就是|指的是|指的就是|都是|就算|就当|指|是|＝|=)"
    rf"{_NAME}(?:项目|工程)?的?{_END}"
)
def add_nickname(match: re.Match[str], turn: Turn) -> Reply | None:
    """G108也叫新河路: understood from the next message on, whoever writes it."""
    word = match["word"].strip(_MARKS)
    project = _project(match["name"], turn)
    if project is None:
        return None
    rights.must_report_on(turn, project.number)
    if word in (project.name, *project.nicknames, *project.former_names):
        return Reply(f"“{word}”我本来就认得，是{project.name}。")
    if reason := why_not(word, project, turn.directory, turn.reader):
        raise Refusal(f"{reason}。")
    nicknames.add(turn.tx, project.id, word, _said(turn))
    _tell_office(
        project, f"{project.short}加了叫法“{word}”", f"不合适请回“{project.short}不叫{word}了”", turn
    )
    return Reply(
        f"记下了：以后说“{word}”就是{project.name}，谁说都认得。写错了回“撤销”或“{project.short}不叫{word}了”。",
        about={"project": project.number},
    )


@router.phrase(rf"{_NAME}(?:项目|工程)?(?:以后)?不(?:再|能)?(?:叫|称)(?:做|作|为)?{_WORD}(?:了|啦)?{_END}")
@router.phrase(
    rf"(?:以后)?{_WORD}(?:以后)?(?:不再是|不再指|不指|不是){_NAME}(?:项目|工程)?(?:的)?(?:了|啦)?{_END}"
)
def drop_nickname(match: re.Match[str], turn: Turn) -> Reply | None:
    """G108不叫新河路了."""
    word = match["word"].strip(_MARKS)
    owner = next((one for one in turn.directory.ledger if word in one.nicknames), None)
    project = _project(match["name"], turn)
    if project is None or (owner is None and "叫" not in match[0]):
        return None
    if owner is None or owner.id != project.id:
        whose = f"“{word}”是{owner.name}的叫法。" if owner else ""
        raise Refusal(f"{project.short}没有加过叫法“{word}”，没有可去掉的。{whose}{_listed(project)}")
    rights.must_report_on(turn, project.number)
    nicknames.drop(turn.tx, project.id, word, _said(turn))
    _tell_office(project, f"{project.short}去掉了叫法“{word}”", "", turn)
    return Reply(f"好，“{word}”不再指{project.name}。要恢复回“撤销”或“{project.short}也叫{word}”。")


@router.phrase(
    rf"{_NAME}(?:项目|工程)?(?:的)?(?:现在|平时)?(?:还|又|都|也)?"
    rf"(?:叫什么(?:名字?)?|叫啥|有(?:什么|哪些|啥)(?:叫法|俗称|别名|小名)|的?(?:叫法|俗称|别名)(?:有哪些|是什么)?)[？?。\s]*"
)
def list_nicknames(match: re.Match[str], turn: Turn) -> Reply | None:
    """G108叫什么: its name in the ledger, and what else it is called."""
    project = _project(match["name"], turn)
    if project is None:
        return None
    add = ""
    if rights.reports_on(turn.directory, turn.sender, project):
        add = f"要加回“{project.short}也叫…”，要去掉回“{project.short}不叫…了”。"
    return Reply(
        f"台账{project.number}号：{project.name}。{_listed(project)}{add}", about={"project": project.number}
    )


def _project(words: str, turn: Turn) -> Project | None:
    """The one project that these words name."""
    found = projects_named(words.strip(_MARKS), turn)
    return turn.directory.project_numbered(found[0]) if len(found) == 1 else None


def why_not(word: str, project: Project, directory: Directory, reader: Names) -> str:
    """Why the words can't be a nickname of the project: too short, too common, or another's; empty if they can."""
    if not _SHORTEST <= len(word) <= _LONGEST:
        return f"“{word}”不好当叫法：要有{_SHORTEST}到{_LONGEST}个字"
    unit = next((one for one in directory.units.values() if word in (one.name, *one.aliases)), None)
    if unit is not None:
        return f"“{word}”是{unit.name}，不能再当项目的叫法，请换一个"
    others = [
        other
        for other in directory.ledger
        if other.id != project.id and word in (other.name, *other.nicknames, *other.former_names)
    ]
    if not others and not reader.may_be_called(word):
        return f"“{word}”太常用，许多项目都会说到，当叫法会认错，请换一个"
    if not others and (used := reader.used_for(word)):
        return f"“{word}”是{used}常用的词，不能当叫法，请换一个"
    others = others or [
        other
        for number in sorted(reader.called(word) - {project.number})
        if (other := directory.project_numbered(number)) is not None
    ]
    if others:
        whose = "、".join(f"{one.number}号{one.short}" for one in others[:3])
        more = "等" if len(others) > 3 else ""
        return f"“{word}”已经是{whose}{more}的叫法，一个叫法只能归一个项目，请换一个"
    return ""


def _said(turn: Turn) -> nicknames.Said:
    return nicknames.Said(turn.now, turn.writer.id, turn.text, turn.on_behalf, turn.inbox_id)


def _tell_office(project: Project, line: str, answer: str, turn: Turn) -> None:
    """The office of the project hears what somebody else changed."""
    if rights.is_office_for(turn.directory, turn.sender, project):
        return
    office = turn.directory.office_people(project.area_id) or turn.directory.office_people(None)
    why = "叫法谁都能用，重点办要知道"
    tell(turn, office, "nickname", f"{turn.sender.signed}给{line}", project=project, answer=answer, why=why)


def _listed(project: Project) -> str:
    parts = []
    if project.nicknames:
        parts.append(f"加过的叫法：{'、'.join(project.nicknames)}")
    if project.former_names:
        parts.append(f"曾用名：{'、'.join(project.former_names)}")
    return f"{'；'.join(parts)}。" if parts else "没有另外加过叫法。"
