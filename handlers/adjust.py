"""年中调整: the city's office takes projects out of the year's ledger or enters new ones, each for a reason (A6).

8号退出年度计划，原因…; 342改线重新列入年度计划，原因…; 新增项目：名称，闻喜县，总投资3亿，年计划8000万，产业类，原因…;
今年调整了哪些项目. What does not reach the regime's bar is said and entered only once it is confirmed.
"""

import re
from dataclasses import asdict

from bot.calendar import day_of
from bot.mechanism.adjust import bar_words, below
from bot.questions import projects_named, yes_or_no
from bot.routing import Asked, Refusal, Reply, Router, Turn
from bot.wording import date_words, money
from handlers import rights
from handlers.adjust_words import Said, read_new
from handlers.paging import page
from handlers.reasons import reason_in
from handlers.said_otherwise import asks, denied
from handlers.telling import tell
from storage import adjusting, tickets
from storage.adjusting import NewProject
from storage.changes import By
from storage.directory import Project
from storage.questions import Question

router = Router()

_LEDGER = r"(?:今年|本年度?|\d{4}年度?|年度)?(?:的)?(?:重点|重大)?(?:项目)?(?:年度)?(?:计划|台账|清单|盘子)"
_REQUEST = re.compile(
    rf"^(?:.*?)(?:退出|调出|移出|撤出|不再列入|重新列入|恢复列入|重新纳入){_LEDGER}|(?:请|予以|把)|^\s*确认"
)
_LONGEST_REASON = 300
_SHORTEST = 4  # letters of a name by which a project that has left is known
_NUMBERED = re.compile(r"(?:台账|项目)?第?(\d{1,4})号?(?:项目)?")
_KEPT = "项目的经过、数字都留着"


@router.phrase(
    rf"(?:请)?(?:把|将)?(?P<what>[^，,：:\n]{{1,60}}?)(?:项目)?(?:申请|拟|予以)?(?:退出|调出|移出|撤出|不再列入){_LEDGER}"
    r"(?:[，,。；;：:\s](?P<rest>.*))?"
)
def take_out(match: re.Match[str], turn: Turn) -> Reply | None:
    """8号退出年度计划，原因…. None where no project is named."""
    project = None if denied(match["what"]) or asks(turn.text) else _project(match["what"], turn)
    if project is None:
        return None
    _must_adjust(turn)
    why = _reason(turn)
    if not why:
        raise Refusal(f"{project.short}退出要写原因，如“{project.short}退出年度计划，原因：已竣工投产”。")
    adjusting.leave(turn.tx, turn.directory.year, project.id, why, _by(turn), turn.now)
    told = _tell(project, f"{_bare(project.name)}已退出{turn.directory.year}年度计划，原因：{why}", turn)
    waiting = len(tickets.of_projects(turn.tx, [project.id]))
    rest = f"在办的{waiting}件问题照常办到销号；" if waiting else ""
    return Reply(
        f"记下了：台账{project.number}号{_bare(project.name)}退出{turn.directory.year}年度计划，原因：{why}。"
        f"{rest}没有进展不再督促，{_KEPT}。{told}错了回“撤销”，再列入回“{project.short}重新列入年度计划，原因…”。"
    )


@router.phrase(
    rf"(?:请)?(?:把|将)?(?P<what>[^，,：:\n]{{1,60}}?)(?:项目)?(?:重新列入|恢复列入|重新纳入|恢复到){_LEDGER}"
    r"(?:[，,。；;：:\s](?P<rest>.*))?"
)
def bring_back(match: re.Match[str], turn: Turn) -> Reply | None:
    """342改线重新列入年度计划，原因…. None where no project that has left is named."""
    if denied(match["what"]) or asks(turn.text):
        return None
    found = _left(match["what"], turn)
    if len(found) != 1:
        if _project(match["what"], turn) is not None:
            raise Refusal("这个项目就在今年的台账里，不用重新列入。")
        return None
    _must_adjust(turn)
    project, why = found[0], _reason(turn)
    if not why:
        raise Refusal(f"重新列入要写原因，如“{project.short}重新列入年度计划，原因：已复工”。")
    adjusting.come_back(turn.tx, turn.directory.year, project.id, why, _by(turn), turn.now)
    told = _tell(project, f"{_bare(project.name)}重新列入{turn.directory.year}年度计划，原因：{why}", turn)
    return Reply(f"记下了：{_bare(project.name)}重新列入年度计划，原因：{why}。{told}错了回“撤销”。")


@router.phrase(r"(?:申请)?(?:新增|增加|补充|调入|新列入)(?:一个)?(?:重点|重大)?项目[：:，,]\s*(?P<words>.+)")
def enter(match: re.Match[str], turn: Turn) -> Reply | None:
    """新增项目：名称，县，总投资3亿，年计划8000万，原因…: all that is missing is said at once."""
    _must_adjust(turn)
    said = read_new(match["words"], [one.name for one in turn.directory.areas])
    if said.missing:
        raise Refusal(
            f"新增项目还缺：{'、'.join(said.missing)}。请一次写全，如“新增项目：名称，闻喜县，总投资3亿，年计划8000万，产业类，原因：…”。"
        )
    return _enter(said, turn, confirmed=False)


@router.answer("below-bar")
def confirm(question: Question, turn: Turn) -> Reply | None:
    """Whether what does not reach the bar is entered all the same."""
    answer = yes_or_no(turn.text)
    if answer is None:
        return None
    data = {**question.data, "new": {**question.data["new"], "owners": tuple(question.data["new"]["owners"])}}
    said = Said(NewProject(**data["new"]), data["why"])
    if not answer:
        return Reply(f"好，{said.new.name}没有列入。")
    _must_adjust(turn)
    return _enter(said, turn, confirmed=True)


@router.phrase(
    r"(?:今年|本年度?)?(?:台账|年度计划)?(?:里)?(?:调整|进出|新增|增加|退出|调出|移出)(?:过|了)?(?:哪些|什么|多少|几个)项目(?:[，,\s]*第(?P<page>\d{1,3})页)?[？?。]?"
    r"|(?:今年)?(?:哪些|什么|多少|几个)项目(?:退出|调出|移出|新增|调整)(?:过|了)?(?:年度计划|台账)?(?:[，,\s]*第(?P<page_b>\d{1,3})页)?[？?。]?"
)
def list_adjusted(match: re.Match[str], turn: Turn) -> Reply | None:
    """今年调整了哪些项目: what entered and left, and why, of what the sender may see."""
    scope = turn.directory.scope_of(turn.sender)
    found = [
        one
        for one in adjusting.of_year(turn.tx, turn.directory.year)
        if scope.everything or one.project_id in scope.project_ids
    ]
    if not found:
        return Reply("今年台账还没有调整过项目。")
    lines = []
    for one in found:
        project = turn.directory.projects[one.project_id]
        who = turn.directory.people.get(one.person_id or 0)
        by = f"，{who.signed}" if who else f"，{one.who}" if one.who else ""
        why = f"：{one.why}" if one.why else ""
        lines.append(
            f"{date_words(day_of(one.at), turn.today)} {'新增' if one.entered else '退出'} {project.short}{why}{by}"
        )
    return Reply(
        page(
            f"今年台账调整{len(lines)}次：",
            lines,
            int(match["page"] or match["page_b"] or 1),
            "今年调整了哪些项目",
            "次",
        )
    )


def _enter(said: Said, turn: Turn, *, confirmed: bool) -> Reply:
    new, regime = said.new, turn.rules.regime
    stands = next((one for one in turn.directory.ledger if one.name == new.name), None)
    if stands is not None:
        raise Refusal(f"{new.name}已在台账里，是{stands.number}号，没有重复列入。")
    short_of = below(regime.adjust, new.field, new.total_investment, new.annual_plan)
    if short_of and not confirmed:
        bars = "；".join(bar_words(bar, regime) for bar in short_of)
        field = "" if new.field else "没有写领域，按每一条比；"
        return Reply(
            f"{new.name}总投资{money(new.total_investment)}、年计划{money(new.annual_plan)}，没有达到列入门槛：{field}{bars}。"
            "仍要列入请回“确认”，不列入回“不要”。",
            asks=Asked("below-bar", {"new": asdict(new), "why": said.why}),
        )
    why = f"{said.why}（低于列入门槛，重点办确认）" if short_of else said.why
    number = adjusting.enter(turn.tx, turn.directory.year, new, why, _by(turn), turn.now)
    area = next((one.id for one in turn.directory.areas if one.name == new.group), None)
    told = []
    if area is not None:
        told = tell(
            turn,
            turn.directory.office_people(area),
            "adjusted",
            f"{new.name}列入{turn.directory.year}年度计划（台账{number}号），原因：{said.why}",
            why="是您县（市、区）的项目",
        )
    heard = f"已告知{new.group}重点办。" if told else ""
    return Reply(
        f"记下了：台账{number}号{new.name}（{new.group}），总投资{money(new.total_investment)}，"
        f"年计划{money(new.annual_plan)}，原因：{why}。{heard}从今天起算进展，联络员请用人员表补上。错了回“撤销”。",
        about={"project": number},
    )


def _project(words: str, turn: Turn) -> Project | None:
    """The project of the ledger that is named, by its ledger number (8号) or as people call it."""
    plain = words.strip(' “”"')
    if match := _NUMBERED.fullmatch(plain):
        return turn.directory.project_numbered(int(match[1]))
    found = projects_named(plain, turn)
    return turn.directory.project_numbered(found[0]) if len(found) == 1 else None


def _left(words: str, turn: Turn) -> list[Project]:
    """The projects that have left the ledger and are called so: by the number they had, by name or part of it."""
    plain = _bare(words.strip(' “”"'))
    gone = [one for one in turn.directory.projects.values() if one.gone]
    if match := _NUMBERED.fullmatch(plain):
        return [one for one in gone if one.number == int(match[1])]
    names = {
        one.id: [_bare(name) for name in (one.name, one.short, *one.nicknames, *one.former_names)]
        for one in gone
    }
    exact = [one for one in gone if plain in names[one.id]]
    within = [
        one
        for one in gone
        if len(plain) >= _SHORTEST and any(_runs_through(plain, name) for name in names[one.id])
    ]
    return exact or within


def _runs_through(words: str, name: str) -> bool:
    """Whether the words are letters of the name in its order: 342改线 of 国道342线闻喜县城过境改线工程."""
    letters = iter(name)
    return all(letter in letters for letter in words)


def _bare(name: str) -> str:
    return "".join(name.split())


def _must_adjust(turn: Turn) -> None:
    if not (
        rights.is_city_office(turn.directory, turn.sender)
        or rights.heads_city_office(turn.directory, turn.sender)
    ):
        raise Refusal("年度计划的进出由市重点办定。请把建议和原因告诉市重点办。")
    if turn.chat.group:
        raise Refusal("调整年度计划请私聊我写，群里不办。")


def _reason(turn: Turn) -> str:
    return reason_in(turn.text, _REQUEST)[:_LONGEST_REASON]


def _by(turn: Turn) -> By:
    return By(turn.on_behalf, turn.writer.id, turn.inbox_id)


def _tell(project: Project, line: str, turn: Turn) -> str:
    """Its liaisons and its county's office hear it; whom, in words."""
    people = [turn.directory.people[one] for one in project.liaisons if one in turn.directory.people]
    if project.area_id is not None:
        people += turn.directory.office_people(project.area_id)
    told = tell(turn, people, "adjusted", line, project=project, why="您负责这个项目")
    return f"已告知{'、'.join(dict.fromkeys(one.called for one in told))}。" if told else ""
