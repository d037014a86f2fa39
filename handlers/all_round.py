"""大起底: one round of questions to all liaisons, to find every problem (T11, N2 13).

大起底，20日前报齐        the city's office asks every liaison
无堵点                    a liaison has none
大起底情况                who has answered, and who is silent
"""

import re
from datetime import date, datetime

from bot.calendar import add_months
from bot.people import Role
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import day
from handlers import rights
from handlers.by_when import day_named
from handlers.telling import tell
from storage import history, reports, settings, tickets
from storage.directory import Person

router = Router()

_ROUND = "all_round"
_MOST = 15


@router.phrase(
    r"(?:开展|发起|来一[次轮])?(?:问题|堵点)?大起底(?:[，,：:\s]+(?P<rest>[^？?]*?)|(?P<by>[^，,：:？?]{1,12}前报齐))?[。！!]?"
)
def begin(match: re.Match[str], turn: Turn) -> Reply | None:
    """Ask every liaison what stands in the way of his projects; never on words about a round (大起底什么时候结束)."""
    rest = match["rest"] or match["by"] or ""
    if re.search(r"情况|进度|怎么样|结果|什么|几|多少|哪|谁|吗|已经?|了$", rest):
        return None
    if not rights.is_city_office(turn.directory, turn.sender):
        raise Refusal("大起底由市重点办发起。您有堵点现在就可以直接报。")
    asked = _liaisons(turn)
    by = f"请{rest.rstrip('。')}，" if rest else ""
    months = turn.rules.regime.all_round_months
    until = day_named(rest, turn.today) or add_months(turn.today, months)
    settings.put(turn.tx, _ROUND, {"since": turn.now.isoformat(), "words": rest, "until": until.isoformat()})
    tell(
        turn,
        asked,
        "all-round",
        f"问题大起底：{by}把项目上的堵点都报上来，一句话一件，如“342改线供水管没迁，请市水务局解决”",
        answer="没有请回“无堵点”。",
        why="问全部项目联络员",
    )
    return Reply(f"已问{len(asked)}位联络员。谁报了、谁没回，随时回“大起底情况”。")


@router.phrase(r"(?:问题|堵点)?大起底[，,\s]*(?:的)?(?:情况|进度|结果|怎么样了?)+[。？?]?")
def show(match: re.Match[str], turn: Turn) -> Reply | None:
    """Who answered since the round began: problems, or none; and who is silent."""
    if not rights.is_city_office(turn.directory, turn.sender):
        return None
    begun = settings.get(turn.tx, _ROUND)
    if begun is None:
        return Reply("还没有开展过大起底。发起请回“大起底，20日前报齐”。")
    since = datetime.fromisoformat(begun["since"])
    none = reports.projects_with(turn.tx, "no-blockers", since)
    new = tickets.entered_since(turn.tx, since)
    # A project counts, whoever spoke for it: the office may report too, and an answer may join an older ticket.
    told = none | history.projects_told_of(turn.tx, since)
    asked = _liaisons(turn)
    silent = [one for one in asked if not told & _projects_of(one, turn)]
    free = [one for one in asked if none & _projects_of(one, turn)]
    names = "、".join(f"{one.unit}{one.name}" for one in silent[:_MOST])
    more = f"等{len(silent)}人" if len(silent) > _MOST else ""
    return Reply(
        f"大起底（{day(since.date(), turn.today)}起）：{len(asked)}位联络员，已答{len(asked) - len(silent)}位；"
        f"报来问题{len(new)}件，{len(free)}位答无堵点。\n"
        + (f"还没有答的：{names}{more}。" if silent else "都答了。")
    )


@router.phrase(r"(?:目前|现在|暂)?(?:没有?|无)(?:任何|什么)?(?:堵点|问题|困难)(?:需要协调)?(?:了)?[。！!]?")
def none_here(match: re.Match[str], turn: Turn) -> Reply | None:
    """A liaison says that nothing stands in the way."""
    mine = [one for one in turn.directory.ledger if turn.sender.id in one.liaisons]
    begun = settings.get(turn.tx, _ROUND)
    if not mine or begun is None or turn.today > date.fromisoformat(begun["until"]):
        return None
    for project in mine:
        reports.add_step(
            turn.tx,
            project.id,
            "no-blockers",
            by=turn.writer.id,
            words=turn.text,
            at=turn.now,
            on_behalf=turn.on_behalf,
            inbox_id=turn.inbox_id,
        )
    return Reply(f"记下了：{'、'.join(project.short for project in mine)}目前没有堵点。有了随时报。")


def _projects_of(who: Person, turn: Turn) -> set[int]:
    return {one.id for one in turn.directory.ledger if who.id in one.liaisons}


def _liaisons(turn: Turn) -> list[Person]:
    ids = {one for project in turn.directory.ledger for one in project.liaisons}
    return [
        person for person in turn.directory.people.values() if person.id in ids and person.has(Role.LIAISON)
    ]
