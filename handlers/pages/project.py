"""One project on one screen: facts, who answers for it, wall chart, investment curve, tickets, reports, photos
(A4, P7; N2 第11项, N0 第16项)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot import lamps as ticket_lamps
from bot.calendar import day_of
from bot.mechanism import lamps
from bot.mechanism import stalled as rule
from bot.mechanism.figures import line_of
from bot.mechanism.lamps import Lamp
from bot.mechanism.milestones import WAY_WORDS, Way
from bot.mechanism.states import State
from bot.people import Rank
from bot.visiting import Asked, NotToSee, Page, PageRouter, Visitor
from bot.wording import BUILD_KIND, FIELD, STATUS, TIER
from handlers import rights
from handlers.figures import recorded, said
from handlers.pages.drawing import curve_chart, wall_chart
from handlers.pages.ticket import Step, steps_of
from storage import attachments, chains, curves, milestones, reports, stalled, tickets
from storage.database import Tx
from storage.directory import Person, Project
from storage.figures import as_of
from storage.tickets import DeadlineRow, Ticket

router = PageRouter()

_MOST_REPORTS = 15
_MOST_WITH_STEPS = 20  # tickets that show their steps; of the others their line


@dataclass(frozen=True, slots=True)
class Shown:
    """A ticket with its lamp and its way so far."""

    ticket: Ticket
    lamp: Lamp
    word: str
    line: str
    holder: str
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Told:
    """A progress report as it is shown."""

    day: date
    who: str
    facts: str
    words: str
    files: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Answers:
    """Somebody who answers for the project, and what for."""

    duty: str
    who: str
    phone: str


@router.get(r"/projects/{number:\d{1,6}}")
def show_project(tx: Tx, visitor: Visitor, asked: Asked) -> Page:
    """The project, whole; a unit that only handles tickets of it sees these."""
    directory, who = visitor.directory, visitor.person
    project = directory.project_numbered(int(asked["number"]))
    if project is None:
        raise NotToSee("台账里没有您可以查看的这个项目。")
    seen = [
        one
        for one in tickets.of_projects(tx, [project.id], tuple(State))
        if one.state is not State.WITHDRAWN and rights.sees_ticket(directory, who, one)
    ]
    is_whole = rights.sees_project(directory, who, project)
    if not is_whole and not seen:
        raise NotToSee("台账里没有您可以查看的这个项目。")
    shown = _tickets(tx, visitor, seen)
    values: dict[str, Any] = {
        "title": project.short,
        "project": project,
        "is_whole": is_whole,
        "open": [one for one in shown if one.ticket.is_open],
        "ended": [one for one in shown if not one.ticket.is_open],
        "Lamp": Lamp,
    }
    if is_whole:
        values |= _whole(tx, visitor, project, values["open"])
    return Page("project.html", values)


def _whole(tx: Tx, visitor: Visitor, project: Project, open_ones: Sequence[Shown]) -> dict[str, Any]:
    directory, today = visitor.directory, visitor.today
    line = line_of(visitor.rules.regime)
    until = today.month if today.year == directory.year else 12 if today.year > directory.year else 0
    curve = curves.of_projects(tx, directory.year, until, [project.id], line).get(project.id)
    figures = as_of(tx, directory.year, visitor.now, line).get(project.id)
    nodes = milestones.of_project(tx, project.id)
    chart = wall_chart(nodes, today)
    facts = reports.project_facts(tx, [project.id])[project.id]
    lamp, reasons = lamps.of_project(
        lamps.Standing(
            figures.gap_points if figures else None,
            figures is not None and figures.plan > 0 and figures.invested is None,
            sum(1 for one in open_ones if one.lamp is Lamp.RED),
            sum(1 for one in open_ones if one.lamp is Lamp.YELLOW),
            chart.late if chart else 0,
        ),
        visitor.rules.regime,
    )
    told = reports.latest(tx, project.id, most=_MOST_REPORTS)
    return {
        "lamp": lamp,
        "lamp_word": lamps.PROJECT_WORDS[lamp],
        "reasons": reasons,
        "figures": figures,
        "curve": curve_chart(curve) if curve else None,
        "chart": chart,
        "lays_out": visitor.rules.regime.wall_chart is not None,
        "chart_way": WAY_WORDS[Way(nodes[0].source)] if nodes else "",
        "facts": _facts(project),
        "status": STATUS.get(facts.status, "") if facts.status else "",
        "physical": facts.percent,
        "answers": _answers(visitor, project),
        "reports": _reports(tx, visitor, project, told),
        "standstill": _standstill(tx, visitor, project),
    }


def _facts(project: Project) -> list[tuple[str, str]]:
    def month(value: str | None) -> str:
        return f"{value[:4]}年{int(value[5:])}月" if value else "未定"

    return [
        ("项目单位", "、".join(project.owners)),
        ("建设地点", project.place),
        ("性质", f"{BUILD_KIND.get(project.build_kind, '')}　{FIELD.get(project.field, '')}"),
        ("级别", TIER.get(project.tier, "")),
        ("开工", month(project.start_month)),
        ("竣工", f"计划{month(project.finish_month)}"),
    ]


def _answers(visitor: Visitor, project: Project) -> list[Answers]:
    """The chain, from the liaison up; numbers are for the office's eyes."""
    directory = visitor.directory
    with_phone = rights.is_office_for(directory, visitor.person, project)

    def line(duty: str, one: Person) -> Answers:
        title = one.title or {Rank.DEPUTY_HEAD: "分管领导", Rank.HEAD: "主要负责人"}.get(one.rank, "")
        who = "　".join(part for part in (one.name, one.unit, title) if part)
        return Answers(duty, who, one.phone if with_phone else "")

    rule = visitor.rules.regime.chain
    names = {link.role: link.name for link in rule.links} if rule is not None else {}
    found = [
        line(names.get(one.role, chains.NAMES[one.role]), one.person)
        for one in chains.chain_of(directory, project, rule)
    ]
    offices = directory.office_people(project.area_id) or directory.office_people(None)
    return found + [Answers("重点办", unit, "") for unit in dict.fromkeys(one.unit for one in offices)]


def _reports(tx: Tx, visitor: Visitor, project: Project, told: Sequence[reports.Report]) -> list[Told]:
    files = attachments.files_of(tx, {one.inbox_id for one in told if one.inbox_id is not None})
    shown = []
    for one in told:
        reporter = visitor.directory.people.get(one.reporter_id)
        day = day_of(one.at)
        shown.append(
            Told(
                day,
                one.on_behalf or (reporter.signed if reporter else ""),
                "，".join(said(recorded(one), project, one.words, day)),
                one.words,
                files.get(one.inbox_id or 0, ()),
            )
        )
    return shown


def _standstill(tx: Tx, visitor: Visitor, project: Project) -> str:
    stalled_rule = visitor.rules.regime.stalled
    if stalled_rule is None:
        return ""
    (counted,) = stalled.read(tx, [project.id], visitor.directory.year)
    months = rule.months_without(counted.standstill.since, visitor.now)
    if months < stalled_rule.ladder[0].months:
        return ""
    return f"{stalled_rule.say}：{rule.since_words(counted.standstill, visitor.today, months)}"


def _tickets(tx: Tx, visitor: Visitor, seen: Sequence[Ticket]) -> list[Shown]:
    """Open ones by their limit, then those that ended, the newest first."""
    limits = tickets.deadlines_of(tx, [one.id for one in seen])
    directory, now, regime = visitor.directory, visitor.now, visitor.rules.regime

    def order(one: Ticket) -> tuple[bool, float, int]:
        due = _due(one, limits[one.id])
        return not one.is_open, due.due.timestamp() if due and one.is_open else 1e12, -one.number

    shown = []
    for place, one in enumerate(sorted(seen, key=order)):
        due = _due(one, limits[one.id])
        lamp = lamps.of_ticket(due.due if due else None, regime, now) if one.is_open else Lamp.OFF
        shown.append(
            Shown(
                one,
                lamp,
                ticket_lamps.lamp(one, due, now) or one.state.words if one.is_open else one.state.words,
                f"{one.number}号 {one.title}",
                ticket_lamps.holder(directory, one),
                steps_of(tx, visitor, one) if place < _MOST_WITH_STEPS else (),
            )
        )
    return shown


def _due(one: Ticket, rows: Sequence[DeadlineRow]) -> DeadlineRow | None:
    return ticket_lamps.next_limit(one, list(rows))
