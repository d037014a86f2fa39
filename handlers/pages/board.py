"""一图知项目: the city, a county or one's own projects at a glance, on a phone and on a wall (A4, N2 第11项).

Everybody sees what he may see, no more: a county's office its county, a liaison his projects, a unit its
tickets. Counties stand in their official order, never worst first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.calendar import at
from bot.lamps import LIMIT
from bot.mechanism import lamps
from bot.mechanism.events import EVENT_NAMES, Event, ProjectEvents
from bot.mechanism.figures import ProjectFigures, line_of
from bot.mechanism.lamps import Lamp
from bot.mechanism.model import Kind as LimitKind
from bot.mechanism.rates import Kind, Rate, start_rate
from bot.visiting import Asked, NotToSee, Page, PageRouter, Visitor
from bot.wording import FIELD, short_name
from storage import board, milestones, reports
from storage.board import Counts
from storage.database import Tx
from storage.directory import Project
from storage.events import events_as_of
from storage.figures import as_of

router = PageRouter()

_MOST_ROWS = 150  # projects in the list: a page fits into 200 kB
_MOST_NEWS = 8
_CITY = "市直"


@dataclass(frozen=True, slots=True)
class Row:
    """A project, as it stands."""

    project: Project
    figures: ProjectFigures | None
    events: ProjectEvents | None
    counts: Counts
    lamp: Lamp
    reasons: tuple[str, ...]

    @property
    def short(self) -> str:
        """What it is called."""
        return self.project.short

    @property
    def word(self) -> str:
        """The lamp in a word."""
        return lamps.PROJECT_WORDS[self.lamp]


@dataclass(frozen=True, slots=True)
class Sum:
    """Projects together: a county, a field, or all."""

    name: str
    address: str
    projects: int
    plan: int
    invested: int | None
    planned: int
    start: Rate
    resume: Rate
    counts: Counts
    lit: dict[Lamp, int]

    @property
    def rate(self) -> float | None:
        """Percent of the year's plan that is done; nothing said: none."""
        return None if self.invested is None or not self.plan else self.invested * 100 / self.plan

    @property
    def planned_rate(self) -> float | None:
        """Percent that should be done."""
        return self.planned * 100 / self.plan if self.plan else None

    @property
    def gap_points(self) -> float | None:
        """Percent of the plan ahead of what should be done; below zero: behind."""
        return None if self.rate is None or self.planned_rate is None else self.rate - self.planned_rate


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened this week, and where it is read."""

    words: str
    address: str


@router.get("/board")
def show_board(tx: Tx, visitor: Visitor, asked: Asked) -> Page:
    """The board; `area`, `field` and `lamp` narrow the list of projects, `area` the rest too."""
    rows = rows_of(tx, visitor)
    title, rows, area_id = _of_area(visitor, rows, asked.get("area", ""))
    project_ids = {one.project.id for one in rows}
    monday = at(visitor.today - timedelta(days=visitor.today.weekday()), time.min)
    listed, head = _listed(rows, asked)
    whole = sum_of(visitor, title, "", rows)
    return Page(
        "board.html",
        {
            "title": title,
            "regime": visitor.rules.regime,
            "whole": whole,
            "areas": [] if area_id != "" else areas_of(visitor, rows),
            "fields": _fields(visitor, rows, asked.get("area", "")),
            "limits": _limits(tx, visitor) if area_id == "" else [],
            "week": _week(tx, visitor, rows, monday, area_id != ""),
            "silent": _silent(tx, visitor, project_ids, monday),
            "rows": listed,
            "list_head": head,
            "left": len(listed) - _MOST_ROWS,
            "most": _MOST_ROWS,
            "area": asked.get("area", ""),
            "names": lamps.PROJECT_WORDS,
            "ticket_names": lamps.TICKET_WORDS,
            "Lamp": Lamp,
        },
    )


def rows_of(tx: Tx, visitor: Visitor) -> list[Row]:
    """The projects of the ledger that he may see, with all that the board says of them."""
    directory, scope, regime = visitor.directory, visitor.scope, visitor.rules.regime
    events = events_as_of(tx, visitor.today, year=directory.year)
    figures = as_of(tx, directory.year, visitor.now, line_of(regime))
    yellow = lamps.yellow_until(regime, visitor.now)
    counts = board.by_project(tx, scope, visitor.person.id, visitor.now, yellow)
    late = milestones.late_by_project(tx, visitor.today)
    mine = {one for one in directory.projects if scope.everything or one in scope.project_ids}
    found = []
    for project in directory.ledger:
        if project.id not in mine and project.id not in counts:
            continue
        whole = project.id in mine
        own = figures.get(project.id) if whole else None
        count = counts.get(project.id, Counts())
        lamp, reasons = lamps.of_project(
            lamps.Standing(
                own.gap_points if own else None,
                own is not None and own.plan > 0 and own.invested is None,
                count.over,
                count.near,
                late.get(project.id, 0) if whole else 0,
            ),
            regime,
        )
        found.append(Row(project, own, events.get(project.id) if whole else None, count, lamp, reasons))
    return found


def sum_of(visitor: Visitor, name: str, address: str, rows: Sequence[Row]) -> Sum:
    """These projects together."""
    figures = [one.figures for one in rows if one.figures is not None]
    events = [one.events for one in rows if one.events is not None]
    # A project without a plan for the year is left out of its share, as in the bulletin.
    said = [one.invested for one in figures if one.invested is not None and one.plan]
    rule = visitor.rules.regime.starts
    return Sum(
        name,
        address,
        len(rows),
        sum(one.plan for one in figures),
        sum(said) if said else None,
        sum(one.planned for one in figures),
        start_rate(Kind.START, events, visitor.today, rule),
        start_rate(Kind.RESUME, events, visitor.today, rule),
        sum((one.counts for one in rows), Counts()),
        {lamp: sum(1 for one in rows if one.lamp is lamp) for lamp in Lamp},
    )


def _of_area(visitor: Visitor, rows: list[Row], asked: str) -> tuple[str, list[Row], str]:
    """What the board is of: its title, its projects, the area that was asked for."""
    if asked:
        names = {"0": _CITY} | {str(one.id): one.name for one in visitor.directory.areas}
        found = [one for one in rows if str(one.project.area_id or 0) == asked]
        if asked not in names or not found:
            raise NotToSee("没有您可以看的这个县（市、区）的项目。")
        return names[asked], found, asked
    if visitor.scope.everything:
        return "一图知项目", rows, ""
    area_id = visitor.directory.area_of(visitor.person)
    units = {one.id for one in visitor.directory.units.values() if one.area_id == area_id}
    if area_id is not None and units <= visitor.scope.unit_ids:  # its office, its leaders
        area = next(one.name for one in visitor.directory.areas if one.id == area_id)
        return f"{area}项目", rows, ""
    return "我的项目", rows, ""


def areas_of(visitor: Visitor, rows: Sequence[Row]) -> list[Sum]:
    """Counties in their official order, the city's own projects first; none where there is but one."""
    order = [(None, _CITY)] + [(one.id, one.name) for one in visitor.directory.areas]
    sums = []
    for area_id, name in order:
        mine = [one for one in rows if one.project.area_id == area_id]
        if mine:
            sums.append(sum_of(visitor, name, f"/board?area={area_id or 0}", mine))
    return sums if len(sums) > 1 else []


def _fields(visitor: Visitor, rows: Sequence[Row], area: str) -> list[Sum]:
    narrowed = f"&area={area}" if area else ""
    sums = []
    for field, name in FIELD.items():
        mine = [one for one in rows if one.project.field == field]
        if mine:
            sums.append(sum_of(visitor, name, f"/board?field={field}{narrowed}", mine))
    return sums


def _limits(tx: Tx, visitor: Visitor) -> list[tuple[str, str, board.LimitCount]]:
    """The running limits: what is to be done, by which clause, how many."""
    regime = visitor.rules.regime
    yellow = lamps.yellow_until(regime, visitor.now)
    found = board.by_limit(tx, visitor.scope, visitor.person.id, visitor.now, yellow)
    return [(LIMIT[LimitKind(one.kind)], _clause(visitor, one.clause), one) for one in found]


def _clause(visitor: Visitor, clause: str) -> str:
    name = clause.partition(" ")[0]
    regime = visitor.rules.regime
    return regime.notice_of(clause) if name in regime.notices else "本机制自定"


def _week(
    tx: Tx, visitor: Visitor, rows: Sequence[Row], monday: datetime, narrowed: bool
) -> list[tuple[str, int, list[News]]]:
    """What changed this week: (what, how many, the first of them)."""
    who, directory = visitor.person.id, visitor.directory
    entered = board.entered_between(tx, visitor.scope, who, monday)
    struck = board.struck_off_since(tx, visitor.scope, who, monday)
    project_ids = {one.project.id for one in rows}
    if narrowed:
        entered, struck = (
            [row for row in some if row.project_id in project_ids] for some in (entered, struck)
        )
    events = [one.events for one in rows if one.events is not None]
    whole = {one.project_id for one in events}
    came = [
        (one, event)
        for one in events
        for event in Event
        if _this_week(one, event, monday.date(), visitor.today)
    ]
    nodes = [
        one
        for one in milestones.between(tx, monday.date(), visitor.today)
        if one.project_id in whole and one.done is not None and one.done >= monday.date()
    ]
    numbers = {one.id: one for one in directory.ledger}
    return [
        ("新增问题", len(entered), [_ticket_news(row) for row in entered[:_MOST_NEWS]]),
        ("销号", len(struck), [_ticket_news(row) for row in struck[:_MOST_NEWS]]),
        (
            "项目进展",
            len(came),
            [
                News(f"{short_name(one.name)}{EVENT_NAMES[event]}", f"/projects/{one.number}")
                for one, event in came[:_MOST_NEWS]
            ],
        ),
        (
            "完成节点",
            len(nodes),
            [
                News(
                    f"{numbers[one.project_id].short} {one.name}",
                    f"/projects/{numbers[one.project_id].number}",
                )
                for one in nodes[:_MOST_NEWS]
                if one.project_id in numbers
            ],
        ),
    ]


def _this_week(one: ProjectEvents, event: Event, monday: date, today: date) -> bool:
    when = one.dates.get(event)
    return when is not None and monday <= when <= today


def _ticket_news(row: object) -> News:
    number = getattr(row, "number", 0)
    return News(f"{number}号 {getattr(row, 'title', '')}", f"/tickets/{number}")


def _silent(tx: Tx, visitor: Visitor, project_ids: set[int], monday: datetime) -> int:
    """How many projects reported nothing this week."""
    told = reports.reported_since(tx, monday, visitor.now + timedelta(microseconds=1))
    seen = {one for one in project_ids if visitor.scope.everything or one in visitor.scope.project_ids}
    return len(seen - told)


def _listed(rows: Sequence[Row], asked: Asked) -> tuple[list[Row], str]:
    """The projects of the list, those with the worst lamp first within what was asked for, and its heading."""
    fits: list[Callable[[Row], bool]] = []
    head = "项目"
    if (field := asked.get("field", "")) in FIELD:
        fits.append(lambda one: one.project.field == field)
        head = f"{FIELD[field]}项目"
    if (lit := asked.get("lamp", "")) in set(Lamp):
        fits.append(lambda one: one.lamp == lit)
        head = f"{lamps.PROJECT_WORDS[Lamp(lit)]}的{head}"
    found = [one for one in rows if all(fit(one) for fit in fits)]
    if len(found) > _MOST_ROWS:  # then who looks wants the worst; else the ledger's order is what he knows
        found.sort(key=lambda one: list(Lamp).index(one.lamp))
    return found, f"{head}{len(found)}个"
