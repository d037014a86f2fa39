"""Nodes of wall charts: the liaison is reminded before and after, the office hears of those that stay late (P7)."""

from datetime import datetime
from typing import TYPE_CHECKING

from bot.calendar import day_of
from bot.mechanism import milestones as rule
from bot.mechanism.milestones import Call
from bot.wording import date_words, weekday
from storage import milestones, outbox
from storage.database import Tx
from storage.directory import Person, Project
from storage.milestones import Milestone

if TYPE_CHECKING:
    from jobs.schedule import Office

KIND = "node"
_MOST = 500


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """Tell of the nodes whose hour has come; of calls that were missed only the last."""
    found = milestones.due(tx, now, _MOST)
    chart = city.rules.regime.wall_chart
    next_looks: list[tuple[int, datetime | None]] = []
    notices: list[outbox.Notice] = []
    for one in found:
        project = city.directory.projects.get(one.project_id)
        if chart is None or one.done is not None or project is None or project.gone:
            next_looks.append((one.id, None))
            continue
        call = rule.due_call(one.planned, chart, city.rules.regime, city.rules.calendar, now)
        if call is not None and day_of(one.at) != day_of(now):  # who laid it out today knows
            after = chart.tell_office_after
            notices += [_notice(one, call, project, who, now, after) for who in _readers(call, project, city)]
        next_looks.append(
            (one.id, rule.next_call(one.planned, chart, city.rules.regime, city.rules.calendar, now))
        )
    outbox.add_in_hours(tx, notices, now, city.directory, city.rules)
    milestones.look_at(tx, next_looks)
    return bool(found)


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """When the next node is looked at."""
    return milestones.next_look(tx)


def _readers(call: Call, project: Project, city: "Office") -> list[Person]:
    """The liaisons; of one that stays late the office, the county's where there is one."""
    directory = city.directory
    if call is Call.OFFICE:
        return directory.office_people(project.area_id) or directory.office_people(None)
    liaisons = [directory.people[one] for one in project.liaisons if one in directory.people]
    return liaisons or directory.office_people(project.area_id)


def _notice(
    one: Milestone, call: Call, project: Project, who: Person, now: datetime, after: int
) -> outbox.Notice:
    planned = date_words(one.planned, day_of(now))
    said = {  # no count of days: it may be read only after a weekend
        Call.NEAR: f"计划{planned}（{weekday(one.planned)}），快到了",
        Call.LATE: f"计划{planned}，到期还没有报完成",
        Call.OFFICE: f"计划{planned}，过了{after}天还没有报完成",
    }
    line = f"{project.short}节点“{one.name}”{said[call]}"
    answer = (
        f"完成了回“{project.short}节点{one.name}完成”；要调整回“{project.short}节点{one.name}改到…，原因…”。"
    )
    return outbox.Notice(
        key=f"{KIND}:{one.id}:{one.planned}:{call}:{who.id}",
        kind=KIND,
        urgency="event",
        person_id=who.id,
        project_id=project.id,
        line=line,
        answer=answer if call is not Call.OFFICE else f"看全部节点回“{project.short}节点”。",
        why="挂图作战，节点到期提醒" if call is Call.NEAR else "挂图作战，节点晚了",
    )
