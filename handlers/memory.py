"""忘掉抽蓄, 抽蓄不是绛县的: what the bot remembers of somebody's words is forgotten when he says so."""

import re

from bot.questions import projects_named
from bot.routing import Reply, Router, Turn
from storage import remembered

router = Router()

_END = r"[。.!！\s]*"
_WORD = r"[“\"「]?(?P<word>[^，,。；;！!？?“”\n]{2,30}?)[”\"」]?"


@router.phrase(
    rf"(?:请|帮我|把)?(?:忘掉|忘了|忘记|别再?记|不要再?记|不用再?记)(?:我说的)?{_WORD}(?:吧|了|这个叫法)?{_END}"
)
@router.phrase(rf"把{_WORD}(?:忘掉|忘了|忘记)(?:吧)?{_END}")
def forget(match: re.Match[str], turn: Turn) -> Reply | None:
    """忘掉抽蓄: the next time it is asked again."""
    word = match["word"]
    known = remembered.of(turn.tx, turn.writer.id, word)
    if known is None:
        return Reply(f"我没有记过您说的“{word}”是哪个项目，不用忘。")
    return _forgotten(known, turn)


@router.phrase(
    rf"{_WORD}(?:不再是|不是指|不指|不是)(?P<name>[^，,。；;！!？?\n]{{1,40}}?)(?:项目|工程)?的?(?:了|啦)?{_END}"
)
def not_that_one(match: re.Match[str], turn: Turn) -> Reply | None:
    """抽蓄不是绛县的: forgotten, if that is what is remembered."""
    known = remembered.of(turn.tx, turn.writer.id, match["word"])
    project = turn.directory.projects.get(known.project_id) if known else None
    if known is None or project is None or project.number not in projects_named(match["name"], turn):
        return None
    return _forgotten(known, turn)


def _forgotten(known: remembered.Remembered, turn: Turn) -> Reply:
    remembered.forget(turn.tx, turn.writer.id, known.said)
    project = turn.directory.projects.get(known.project_id)
    stood = f"“{known.said}”不再按{project.short}办" if project else f"“{known.said}”忘掉了"
    return Reply(f"好，{stood}，下次您说到我再问。已经记下的没有变，要改请回“不是…的，是…的”。")
