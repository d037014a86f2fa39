"""堵点: what stands in a project's way becomes a ticket, or joins the open one about the same thing."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.acts import Blocker, Category, Level
from bot.channel import Button
from bot.mechanism.proposals import Proposal, Way
from bot.mechanism.states import State
from bot.routing import Refusal, Reply, Router, Turn, joined
from bot.wording import CATEGORY, LEVEL, date_words
from handlers import rights, routes
from handlers.telling import note, tell
from storage import tickets
from storage.directory import Project
from storage.tickets import Ticket

router = Router()

_LONGEST_TITLE = 40
_MOST_CLAUSES = 12  # that are read for the one that names the trouble


@router.on(Blocker)
def enter_blocker(act: Blocker, turn: Turn) -> Reply:
    """Enter a ticket, 待核实, and tell the office that answers for it; T0 of N4 (十四)."""
    project = _must_be_reportable(act, turn)
    tickets.hold(turn.tx, project.id)
    known = _same(turn, project, act)
    if known is not None:
        return _join(known, act, turn)
    return _enter(project, act, turn)


@router.phrase(r"(?:这是|是)?另外?一件事(?:情)?[了的]?[：:，,。.\s]*(?P<words>.*)")
def enter_another(match: re.Match[str], turn: Turn) -> Reply | None:
    """另一件事：…: what was said, or joined before, is a ticket of its own however alike it is."""
    joined_before = _last_joined(turn)
    words = match["words"].strip() or (joined_before.words if joined_before is not None else "")
    if not words:
        return Reply(
            "另一件是什么事？请写“另一件事：”加说明，如“另一件事：342改线电杆没迁，请供电公司解决”。"
        )
    said = replace(turn, text=words)
    told = [act for act in turn.understand(said, words).acts if isinstance(act, Blocker)]
    if joined_before is not None:
        before = tickets.by_id(turn.tx, [joined_before.ticket_id])[0]
        number = turn.directory.projects[before.project_id].number
        told = told or [Blocker(Category(before.category))]
        told = [replace(act, project=act.project or number) for act in told]
    if not told or any(act.project is None for act in told):
        return None
    return joined([_enter(_must_be_reportable(act, turn), act, said) for act in told])


def _last_joined(turn: Turn) -> Any:
    """What he reported last and was taken for more about a ticket that is there, while questions are open."""
    since = turn.now - timedelta(hours=turn.rules.regime.question_lapses_hours)
    return tickets.newest_step_by(turn.tx, turn.writer.id, ("joined",), since)


def _must_be_reportable(act: Blocker, turn: Turn) -> Project:
    project = rights.must_report_on(turn, act.project)
    if act.wanted_by is not None and act.wanted_by < turn.today:
        raise Refusal(
            f"您要求的{date_words(act.wanted_by, turn.today)}已经过去了，请重写一个日期，问题我再登记。"
        )
    return project


def _enter(project: Project, act: Blocker, turn: Turn) -> Reply:
    ticket = tickets.enter(
        turn.tx,
        project=project,
        category=act.category,
        title=title_of(project, act, turn),
        level=routes.routed_level(turn, project, act.category, act.level, act.units),
        severity="ordinary",
        asked_units=act.units,
        wanted_by=act.wanted_by,
        rules=turn.rules,
        note=note(turn),
    )
    tell_to_verify(ticket, f"（{turn.sender.signed}报）{_asked(act, turn)}", turn)
    return Reply(
        f"问题登记为{ticket.number}号：{ticket.title}{_asked(act, turn)}。"
        "待重点办核实交办，定了谁办、哪天办结再告诉您。写错了回“撤销”；现场照片直接发来。",
        about={"ticket": ticket.number},
    )


def tell_to_verify(ticket: Ticket, told: str, turn: Turn) -> None:
    """The office that answers for the ticket is to verify it. `told`: who reports it, and what he asks for."""
    because, complex_words = _complex_because(ticket, turn), f"{ticket.number}号定为重大复杂问题"
    proposed = (Button("定为重大复杂", complex_words),) if because else ()
    route = routes.proposal_for(turn, ticket)
    units = ticket.asked_units[:2] or ((route.lead,) if route.lead else ())
    up = _to_province(ticket, turn) if route.way is Way.PROVINCE_OFFICE else None
    give = up.text if up else f"{ticket.number}号交办{route.lead or 'XX局'}"
    tell(
        turn,
        rights.office_of(turn, ticket),
        "to-verify",
        f"待核实：{ticket.number}号 {ticket.title}{told}{_proposed(route, ticket)}",
        ticket=ticket,
        answer=f"属实回“{give}”；不属13710回“{ticket.number}号不列入，原因…”；"
        f"情况不清回“{ticket.number}号退回补充，…”。"
        + (f"{because}，像是重大复杂问题，同意回“{complex_words}”。" if because else ""),
        why="您负责核实交办",
        buttons=(
            Button("核实列入", f"{ticket.number}号核实列入"),
            *((up,) if up else ()),
            *(Button(f"交办{unit}", f"{ticket.number}号交办{unit}") for unit in units),
            *proposed,
        ),
        while_states=(State.REPORTED,),
    )


def _proposed(route: Proposal, ticket: Ticket) -> str:
    """Whom we propose where the reporter asked for nobody, and why it goes that way."""
    said = []
    if route.lead and not ticket.asked_units:
        helping = f"、{'、'.join(route.assisting)}配合" if route.assisting else ""
        said.append(f"建议{route.lead}牵头{helping}")
    if route.why:
        said.append(route.why)
    return f"（{'；'.join(said)}）" if said else ""


def _to_province(ticket: Ticket, turn: Turn) -> Button | None:
    routing = turn.rules.of(ticket.regime_hash).routing
    if routing is None:
        return None
    office = routing.province_office
    return Button(f"上报{office}", f"{ticket.number}号上报{office}")


def _complex_because(ticket: Ticket, turn: Turn) -> str:
    """Why the problem looks complex by the regime's signs; the office decides. Obstruction has a limit of its own."""
    signs = turn.rules.of(ticket.regime_hash).complex_signs
    if signs is None or ticket.category == Category.OBSTRUCTION:
        return ""
    if ticket.level in signs.levels:
        return f"要{LEVEL[Level(ticket.level)]}协调"
    asked = len(ticket.asked_units)
    return f"请了{asked}家单位" if signs.units is not None and asked >= signs.units else ""


def title_of(project: Project, act: Blocker, turn: Turn) -> str:
    """The project's short name and what is the matter, in the reporter's words."""
    told = [part for part in _clauses(turn.text) if any(word in part for word in _TROUBLE)]
    matter = told[0] if told else CATEGORY[act.category]
    if len(told) > 1:
        matter = next(
            (part for part in told[:_MOST_CLAUSES] if act.category in _categories(part, turn)), matter
        )
    if len(_categories(matter, turn)) > 1:  # one clause, several tickets
        matter = f"{matter}（{CATEGORY[act.category]}）"
    matter = (
        _LIST_MARK.sub("", _without_name(project, matter).strip())
        .strip("，,。；;：: 项目")
        .rstrip("呢啊呀吧哦嘛")
    )
    return f"{project.short}：{matter[:_LONGEST_TITLE]}"


def _categories(clause: str, turn: Turn) -> set[Category]:
    """Of what kind the troubles are that the clause tells by itself."""
    return {act.category for act in turn.understand(turn, clause).acts if isinstance(act, Blocker)}


def _without_name(project: Project, matter: str) -> str:
    """The clause without the piece of the project's name that it begins with (342改线卡在… → 卡在…)."""
    rest, end = project.name.replace(" ", ""), 0
    for place, char in enumerate(matter):
        found = rest.find(char)
        if found < 0:
            break
        rest, end = rest[found + 1 :], place + 1
    return matter[end:] if end >= 2 and len(matter) - end >= 4 else matter


_LIST_MARK = re.compile(
    r"^(?:[（(]?(?:\d{1,2}|[一二三四五六七八九十])[）)、.．](?!\d)|第[一二三四五六七八九十][是，,]?|[①-⑩])?\s*"
    r"(?:(?:目前|主要|当前)?存在的?(?:主要|突出)?(?:问题|困难)|(?:主要|目前)?(?:问题|困难|堵点))?(?:是|有|为)?[：:\s]*"
)
_TROUBLE = "没未缺卡阻堵难停拖欠紧差断滞不挡拦坏"


def _clauses(text: str) -> list[str]:
    for mark in "，,。；;\n！!":
        text = text.replace(mark, "\n")
    parts = [_LIST_MARK.sub("", part.strip()) for part in text.split("\n")]
    return [part for part in parts if part]


def _asked(act: Blocker, turn: Turn) -> str:
    parts = []
    if act.units:
        parts.append(f"请{'、'.join(act.units)}")
    if act.wanted_by is not None:
        parts.append(f"{date_words(act.wanted_by, turn.today)}前解决")
    elif act.units:
        parts.append("解决")
    if act.level is not None and not act.units:
        parts.append(f"要{LEVEL[act.level]}协调")
    return f"，{''.join(parts)}" if parts else ""


def _same(turn: Turn, project: Project, act: Blocker) -> Ticket | None:
    """The open ticket of that project about the same: category and a unit asked, or neither names one."""
    for one in tickets.of_projects(turn.tx, [project.id]):
        if one.category == act.category and (
            not act.units or not one.asked_units or set(act.units) & set(one.asked_units)
        ):
            return one
    return None


def _join(ticket: Ticket, act: Blocker, turn: Turn) -> Reply:
    units = tuple(dict.fromkeys((*ticket.asked_units, *act.units)))
    change: dict[str, object] = {"asked_units": list(units)}
    if act.wanted_by is not None and (ticket.wanted_by is None or act.wanted_by < ticket.wanted_by):
        change["wanted_by"] = act.wanted_by
    if ticket.sent_back:
        change["sent_back"] = False
    ticket = tickets.step(turn.tx, ticket, "joined", note(turn), rules=turn.rules, change=change)
    tell(
        turn,
        rights.office_of(turn, ticket),
        "joined",
        f"{ticket.number}号有补充（{turn.sender.signed}）：{turn.text[:80]}",
        ticket=ticket,
    )
    return Reply(
        f"已并入{ticket.number}号：{ticket.title}，现在是“{ticket.state.words}”，"
        f"补充情况已转重点办{_asked(act, turn)}。"
        "如果是另一件事，请回“另一件事”加说明。",
        about={"ticket": ticket.number},
    )
