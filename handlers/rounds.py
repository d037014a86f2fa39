"""一键调度: one phrase asks everybody of a project, a county, a unit or a list; answers are collected by a time.

一键调度342改线; 一键调度闻喜县，今天17时前; 一键调度市水务局; 一键调度超期问题; 一键调度我包联的项目
正常推进                                answers what waits for him
调度情况                                who answered, and who is silent

Own rule: an office asks in its own area, a county's or the city's leader about what he may see. Row A8.
"""

import re
from collections.abc import Collection, Iterable

from bot import lamps
from bot.mechanism.hours import plus_working_hours
from bot.people import Rank, Role
from bot.round_words import round_words
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import due_words
from handlers import rights
from handlers.by_when import moment_named
from handlers.telling import tell
from storage import rounds, tickets
from storage.directory import Person, Project

router = Router()

_HOURS = 8.0  # working hours, where the regime says nothing
_ALL = re.compile(r"(?:全市|全部|所有|全体)(?:的)?(?:重大|重点)?(?:项目|单位|联络员)?")
_MINE = re.compile(r"我?(?:包联|包保|分管)的?(?:全部)?项目|我的项目")
_OVER = re.compile(r"(?:所有|全部)?超期(?:的)?(?:问题|事项|工单)?")


@router.phrase(
    r"(?:发起|开展|来一[次轮])?一键调度[：:，,\s]*(?P<what>[^，,。\n]*?)(?:[，,。\s]+(?P<rest>.+?))?[。！!]?"
)
def begin(match: re.Match[str], turn: Turn) -> Reply | None:
    """Ask all who report on it, and the units that have its open problems."""
    what, rest = match["what"].strip(), match["rest"] or ""
    if re.fullmatch(r"情况|结果|进度|怎么样", what):
        return show(match, turn)
    leader = turn.sender.rank >= Rank.COUNTY_LEADER
    if not (leader or turn.sender.has(Role.OFFICE) or rights.heads_city_office(turn.directory, turn.sender)):
        raise Refusal("一键调度由重点办或领导发起。要催一件请写“催17号”。")
    if not what:
        raise Refusal("请写明调度什么，如“一键调度342改线，今天17时前”“一键调度闻喜县”。")
    name, asked = _whom(what, turn)
    asked = {who: ids for who, ids in asked.items() if who not in (turn.sender.id, turn.writer.id)}
    if not asked:
        raise Refusal(f"{name}没有可以问的联络员和承办单位。")
    rule = turn.rules.regime.rounds
    until = moment_named(rest, turn.now, turn.today) or plus_working_hours(
        turn.rules.regime, turn.rules.calendar, turn.now, rule.hours if rule else _HOURS
    )
    rounds.begin(
        turn.tx,
        kind=rounds.TAP,
        name=f"一键调度{name}",
        words=turn.text,
        at=turn.now,
        until=until,
        asked=asked,
        asked_by_id=turn.sender.id,
        on_behalf=turn.on_behalf,
        inbox_id=turn.inbox_id,
    )
    people = turn.directory.people
    by = due_words(until, turn.today)
    asker = turn.sender.called if leader else turn.rules.regime.office.short
    for who, ids in asked.items():
        projects = [
            turn.directory.projects[one].short for one in sorted(ids) if one in turn.directory.projects
        ]
        about = "、".join(projects[:4]) + (f"等{len(projects)}个项目" if len(projects) > 4 else "") or name
        tell(
            turn,
            [people[who]],
            "round",
            f"{asker}一键调度{about}：请{by}前回一句进展、堵点和下步打算",
            answer="直接写就行，如“342改线本周完成300万元，卡在供水管迁改”；没有变化回“正常推进”。",
            why="您负责报这些项目" if ids else "贵单位有承办的事项",
        )
    return Reply(f"已问{len(asked)}人（{name}），{by}汇总给您，没有答的会点名。随时回“调度情况”。")


@router.phrase(r"(?:一键)?调度(?:的)?(?:情况|结果|进度)(?:怎么样|如何)?[？?。]?")
def show(match: re.Match[str], turn: Turn) -> Reply | None:
    """调度情况: the sender's newest round; the city's office reads the regime's rounds too."""
    mine = rounds.newest(turn.tx, turn.sender.id, most=1)
    if not mine and rights.is_city_office(turn.directory, turn.sender):
        mine = rounds.newest(turn.tx, most=1)
    if not mine:
        if not (turn.sender.has(Role.OFFICE) or turn.sender.rank >= Rank.COUNTY_LEADER):
            return None
        return Reply("您还没有发起过一键调度。发起请回“一键调度342改线，今天17时前”。")
    return Reply(round_words(turn.tx, turn.directory, mine[0]))


@router.phrase(
    r"(?:目前|现在|都|我们?这?边|进展|项目|一切)*(?:正常(?:推进|施工|进行|建设|办理)?|按计划(?:推进|进行|施工|办理)?|没有?变化|无变化|没有?新情况)"
    r"(?:[，,、]?(?:目前|暂)?(?:没有?|无)(?:任何|什么)?(?:堵点|问题|困难))?(?:了|中)?[。！!]?"
)
def plain_answer(match: re.Match[str], turn: Turn) -> Reply | None:
    """正常推进: an answer, where a round waits for one; else it is read as anything else."""
    names = rounds.answer(turn.tx, (turn.sender.id, turn.writer.id), turn.text, turn.now)
    if not names:
        return None
    return Reply(f"记下了（{'、'.join(names)}）。有了新进展、新问题随时报。")


def _whom(what: str, turn: Turn) -> tuple[str, dict[int, set[int]]]:
    """What it is called, and who is asked about which projects."""
    directory = turn.directory
    scope = directory.scope_of(turn.sender)
    visible = [one for one in directory.ledger if scope.everything or one.id in scope.project_ids]
    if _ALL.fullmatch(what):
        return "全部项目", _of_projects(visible, turn, with_units=False)
    if _MINE.fullmatch(what):
        mine = [one for one in visible if turn.sender.id in one.answering]
        return "您包联的项目", _of_projects(mine, turn)
    if _OVER.fullmatch(what):
        return "超期问题", _of_overdue(turn)
    plain = re.sub(r"(?:的)?(?:全部|所有)?项目$", "", what)
    area = next((one for one in directory.areas if plain in (one.name, one.name[:-1])), None)
    if area is not None:
        mine = [one for one in visible if one.area_id == area.id]
        if not mine:
            raise Refusal(f"{area.name}没有您可以查看的项目。")
        return area.name, _of_projects(mine, turn)
    unit = directory.unit_called(plain)
    if unit is not None:
        if not (scope.everything or unit.id in scope.unit_ids):
            raise Refusal(f"{unit.name}不在您能调度的范围里，请联系市重点办。")
        return unit.name, {who.id: set() for who in directory.contacts(unit.id)}
    found = turn.reader.find_project(plain)
    projects = [one for one in map(directory.project_numbered, found) if one is not None]
    mine = [one for one in projects if one in visible]
    if len(mine) != 1:
        raise Refusal(f"没认出“{what}”。请写项目、县（市、区）、单位、“超期问题”或“全部项目”。")
    return mine[0].short, _of_projects(mine, turn)


def _of_projects(projects: Iterable[Project], turn: Turn, *, with_units: bool = True) -> dict[int, set[int]]:
    """Their liaisons, each about his own, and the contacts of the units that have their open problems."""
    asked: dict[int, set[int]] = {}
    projects = list(projects)
    for project in projects:
        for who in project.liaisons:
            if who in turn.directory.people:
                asked.setdefault(who, set()).add(project.id)
    if with_units:
        open_ones = tickets.of_projects(turn.tx, [one.id for one in projects])
        for contact in _contacts({one.lead_id for one in open_ones if one.lead_id}, turn):
            asked.setdefault(contact.id, set())
    return asked


def _of_overdue(turn: Turn) -> dict[int, set[int]]:
    """The contacts of the units whose problems are over, of those that he sees."""
    open_ones = tickets.visible(turn.tx, turn.directory, turn.sender, tickets.ALL)
    limits = tickets.deadlines_of(turn.tx, [one.id for one in open_ones])
    over = [one for one in open_ones if lamps.is_over(lamps.next_limit(one, limits[one.id]), turn.now)]
    return {who.id: set() for who in _contacts({one.lead_id for one in over if one.lead_id}, turn)}


def _contacts(unit_ids: Collection[int], turn: Turn) -> list[Person]:
    return [who for unit_id in sorted(unit_ids) for who in turn.directory.contacts(unit_id)]
