"""“五个一”: of a project whether each of the five is there; of all projects which lack one. Row R4.

342改线五个一; 五个一情况
342改线督查：现场只有一个作业面，要求月底前增加两个        an inspection, by the office or the inspectorate
342改线工作手册                          who, by when, by which way
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from bot.calendar import at, day_of
from bot.mechanism.model import FiveOnes, Kind, OfFive, Regime
from bot.people import Role
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import date_words, numbers, weekday
from handlers import rights
from handlers.chain import held_lines
from handlers.not_in_regime import not_in_regime
from handlers.paging import page
from handlers.telling import tell
from storage import chains, milestones, reports, rounds, tickets
from storage.directory import INSPECTORATE, Project
from storage.milestones import Milestone
from storage.tickets import Ticket

router = Router()

INSPECTED = "inspection"
_MOST_NODES = 8


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the five go by, of all projects that are looked at."""

    nodes: Mapping[int, Sequence[Milestone]]
    open_ones: Mapping[int, Sequence[Ticket]]
    reviewed: Mapping[int, date]
    inspected: Mapping[int, date]


@router.phrase(
    r"(?:看看?|查)?(?P<what>[^，,。；;：:？?\n]{2,40}?)(?:项目)?的?“?五个一”?(?:情况|落实情况)?(?:怎么样)?[？?。]?"
)
def show_one(match: re.Match[str], turn: Turn) -> Reply | None:
    """342改线五个一: each of the five in a line."""
    project = _project(match["what"], turn)
    rule = turn.rules.regime.five_ones
    if project is None:
        return None
    if rule is None:
        return not_in_regime("“五个一”")
    _must_see(project, turn)
    facts = _facts([project], turn)
    lines = [f"{project.short}“五个一”："]
    for one in rule.ones:
        there, words = _stands(one.what, project, facts, turn)
        lines.append(f"{'✓' if there else '缺'} {one.name}：{words}")
    return Reply("\n".join(lines), about={"project": project.number})


@router.phrase(r"“?五个一”?(?:落实)?(?:情况|清单|台账)?(?:怎么样)?[，,\s]*(?:第(?P<page>\d{1,3})页)?[？?。]?")
def show_all(match: re.Match[str], turn: Turn) -> Reply | None:
    """五个一情况: of the office's own projects how many lack what."""
    rule = turn.rules.regime.five_ones
    if rule is None:
        return not_in_regime("“五个一”")
    if not (turn.sender.has(Role.OFFICE) or rights.heads_city_office(turn.directory, turn.sender)):
        raise Refusal("全部项目的“五个一”由重点办掌握。一个项目的请回“342改线五个一”这样一句。")
    if turn.chat.group:
        raise Refusal("请私聊我问，群里不点名。")
    area_id = turn.directory.area_of(turn.sender)
    mine = [one for one in turn.directory.ledger if area_id in (None, one.area_id)]
    facts = _facts(mine, turn)
    lacks = {project.id: _lacks(rule, project, facts, turn) for project in mine}
    counts = [
        f"{one.name}{sum(1 for names in lacks.values() if one.name not in names)}/{len(mine)}"
        for one in rule.ones
    ]
    lines = [f"{one.short}：缺{'、'.join(lacks[one.id])}" for one in mine if lacks[one.id]]
    head = f"“五个一”落实：{'、'.join(counts)}。"
    return Reply(page(head, lines, int(match["page"] or 1), "五个一情况", "个") if lines else head)


@router.phrase(
    r"(?P<what>[^，,。；;：:？?\n]{2,40}?)(?:项目)?(?:现场|本月|\d{1,2}月)?督查(?:情况|记录|意见)?[：:]\s*(?P<words>.{4,})"
)
def inspect(match: re.Match[str], turn: Turn) -> Reply | None:
    """342改线督查：…: what an inspection found; the liaison and the county read it."""
    project = _project(match["what"], turn)
    if project is None:
        return None
    if not (turn.sender.has(INSPECTORATE) or rights.is_office_for(turn.directory, turn.sender, project)):
        raise Refusal("督查情况由重点办或督查室录入。")
    reports.add_step(
        turn.tx,
        project.id,
        INSPECTED,
        by=turn.writer.id,
        words=match["words"].strip(),
        at=turn.now,
        on_behalf=turn.on_behalf,
        inbox_id=turn.inbox_id,
    )
    people = turn.directory.people
    tell_to = [people[one] for one in project.liaisons if one in people]
    tell_to += turn.directory.office_people(project.area_id)
    tell(
        turn,
        tell_to,
        "inspected",
        f"{project.short}督查（{turn.sender.signed}）：“{match['words'].strip()[:120]}”",
        project=project,
        answer="整改了直接报进展。",
        why="您负责报这个项目的进展",
    )
    return Reply(f"记下了：{project.short}{date_words(turn.today, turn.today)}督查。已告诉联络员。")


@router.phrase(r"(?:看看?|查)?(?P<what>[^，,。；;：:？?\n]{2,40}?)(?:项目)?的?(?:工作|调度)手册[？?。]?")
def handbook(match: re.Match[str], turn: Turn) -> Reply | None:
    """342改线工作手册: the persons, the times, the way that a trouble goes."""
    project = _project(match["what"], turn)
    if project is None:
        return None
    _must_see(project, turn)
    regime = turn.rules.regime
    name = regime.five_ones.handbook if regime.five_ones and regime.five_ones.handbook else "项目工作手册"
    nodes = milestones.of_project(turn.tx, project.id)
    times = [f"{month[:4]}年{int(month[5:])}月{what}" for month, what in _months(project) if month]
    times += [
        f"{date_words(one.planned, turn.today)}{one.name}{'（已完成）' if one.done else ''}"
        for one in nodes[:_MOST_NODES]
    ]
    return Reply(
        "\n".join(
            [
                f"《{name}》{project.short}",
                "【责任人】",
                *held_lines(turn, project),
                f"【时间表】{'；'.join(times) or '没有排过'}。{_rhythm(regime)}",
                f"【路线图】{_route(regime)}",
            ]
        ),
        about={"project": project.number},
    )


def _months(project: Project) -> tuple[tuple[str | None, str], ...]:
    return (project.start_month, "开工"), (project.finish_month, "竣工")


def _rhythm(regime: Regime) -> str:
    day = "一二三四五六日"[regime.summary.report_weekday - 1]
    said = [f"每周{day}{regime.summary.report_at:%H:%M}前报一次进展"]
    said += [
        f"{one.name}{'每周' if one.every_weeks == 1 else f'每{one.every_weeks}周'}问一次"
        for one in regime.asking
    ]
    return f"{'，'.join(said)}。"


def _route(regime: Regime) -> str:
    """How a trouble goes, by the regime's limits and its ladder."""
    steps = ["联络员报堵点", f"重点办核实、{regime.duty(Kind.DISPATCH).say}", regime.duty(Kind.ARRANGE).duty]
    steps += [f"{regime.duty(Kind.FEEDBACK).say}反馈", f"{regime.duty(Kind.ORDINARY).say}办结、销号"]
    climbs = "→".join(rung.name for rung in regime.ladder(Kind.ORDINARY))
    return f"{'→'.join(steps)}；超期：{climbs}。" if climbs else f"{'→'.join(steps)}。"


# ---- what stands ----


def _facts(projects: Sequence[Project], turn: Turn) -> _Facts:
    ids = [one.id for one in projects]
    month = at(turn.today.replace(day=1), time.min)
    open_ones: dict[int, list[Ticket]] = {}
    for one in tickets.of_projects(turn.tx, ids):
        open_ones.setdefault(one.project_id, []).append(one)
    return _Facts(
        milestones.of_projects(turn.tx, ids),
        open_ones,
        {project_id: day_of(moment) for project_id, moment in rounds.about_since(turn.tx, month).items()},
        {
            project_id: day_of(moment)
            for project_id, moment in reports.newest_steps(turn.tx, INSPECTED, month).items()
        },
    )


def _lacks(rule: FiveOnes, project: Project, facts: _Facts, turn: Turn) -> list[str]:
    return [one.name for one in rule.ones if not _stands(one.what, project, facts, turn)[0]]


def _stands(what: OfFive, project: Project, facts: _Facts, turn: Turn) -> tuple[bool, str]:
    """Whether that one is there, and what there is."""
    today = turn.today
    match what:
        case OfFive.TEAM:
            rule = turn.rules.regime.chain
            gaps = chains.missing(turn.directory, project, rule) if rule is not None else ()
            team = len({link.person.id for link in chains.chain_of(turn.directory, project, rule)})
            lacks = f"，缺{'、'.join(gap.name for gap in gaps)}" if gaps else ""
            return not gaps, f"专班{team}人{lacks}"
        case OfFive.LIST:
            nodes = facts.nodes.get(project.id, ())
            if not nodes:
                return False, "还没有节点清单"
            coming = next((one for one in nodes if one.done is None), None)
            late = sum(1 for one in nodes if one.done is None and one.planned < today)
            after = f"，下一个{date_words(coming.planned, today)}{coming.name}" if coming else ""
            return True, f"节点{len(nodes)}个，完成{sum(1 for one in nodes if one.done)}个" + (
                f"，晚了{late}个" if late else ""
            ) + after
        case OfFive.REPORT:
            found = facts.open_ones.get(project.id, ())
            if not found:
                return True, "没有在办堵点"
            return (
                True,
                f"在办堵点{len(found)}件（{numbers(one.number for one in found[:5])}），看一件请回“{found[0].number}号”",
            )
        case OfFive.REVIEW:
            day = facts.reviewed.get(project.id)
            return (
                day is not None,
                f"本月{date_words(day, today)}（{weekday(day)}）调度" if day else "本月还没有调度",
            )
        case OfFive.INSPECTION:
            day = facts.inspected.get(project.id)
            return day is not None, f"{date_words(day, today)}督查" if day else "本月还没有督查"


def _project(words: str, turn: Turn) -> Project | None:
    found = turn.reader.find_project(words)
    return turn.directory.project_numbered(found[0]) if len(found) == 1 else None


def _must_see(project: Project, turn: Turn) -> None:
    scope = turn.directory.scope_of(turn.sender)
    if not (scope.everything or project.id in scope.project_ids):
        raise Refusal("没有查到您可以查看的这个项目。您能看的请问“我的项目”。")
