"""调度材料: what is laid before those who meet, built of what is open. Rows H2 to H6.

The problem lists of handlers/screening.py and the papers of jobs/rhythms.py are made here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from bot import lamps
from bot.acts import Category, Severity
from bot.bulletins import areas_of, issue_of
from bot.calendar import add_months, at, day_of, last_of_month
from bot.mechanism.bulletin import Issue, newest_month, overall, place_words, scored
from bot.mechanism.contest import counties, investment
from bot.mechanism.model import Material, Rhythm
from bot.mechanism.ranking import planned_between, planning, rounded
from bot.mechanism.rhythms import begins
from bot.mechanism.rules import Rules
from bot.mechanism.screening import OpenTicket, Placed, screened, shared_troubles
from bot.mechanism.snapshot import ProjectStand, Snapshot
from bot.mechanism.stalled import month_words, months_without
from bot.wording import CATEGORY, date_words, due_words, money, numbers
from storage import assessed, bulletins, reports, reserve, stalled, tickets
from storage.database import Tx
from storage.directory import Directory
from storage.tickets import DeadlineRow, Ticket

_MOST = 6
_HEADS = {
    Material.FIGURES: "进度",
    Material.PROBLEMS: "在办问题",
    Material.SHARED: "共性难题",
    Material.OVERDUE: "超期",
    Material.NOT_STARTED: "应开复工未开复工",
    Material.STALLED: "没有进展",
    Material.SILENT: "没有报送",
    Material.RANKING: "排名",
    Material.PLANNING: "项目谋划",
}


@dataclass(frozen=True, slots=True)
class Open:
    """Open tickets with the limit of each that ends first."""

    tickets: Sequence[Ticket]
    limits: dict[int, DeadlineRow | None]


def open_of(tx: Tx, found: Sequence[Ticket]) -> Open:
    """Those tickets with their limits."""
    rows = tickets.deadlines_of(tx, [one.id for one in found])
    return Open(found, {one.id: lamps.next_limit(one, rows[one.id]) for one in found})


def weighed(directory: Directory, found: Open) -> list[OpenTicket]:
    """As the screening wants them."""
    return [_weighed(directory, one, found.limits[one.id]) for one in found.tickets]


def in_order(directory: Directory, rules: Rules, found: Open, now: datetime) -> list[Placed]:
    """The first to be taken up first."""
    return screened(rules.regime, weighed(directory, found), now)


def problem_line(one: Placed, ticket: Ticket, limit: DeadlineRow | None, now: datetime) -> str:
    """17号 供水管迁改（市水务局，22日24时到期，已超期）."""
    when = f"，{due_words(limit.due, day_of(now))}到期" if limit else ""
    late = "，已超期" if limit and lamps.is_over(limit, now) else ""
    return f"{ticket.number}号 {ticket.title}（{one.ticket.unit or '未交办'}{when}{late}）"


def _weighed(directory: Directory, ticket: Ticket, limit: DeadlineRow | None) -> OpenTicket:
    project = directory.projects[ticket.project_id]
    lead = directory.units.get(ticket.lead_id or 0)
    return OpenTicket(
        ticket.number,
        project.number,
        Category(ticket.category),
        lead.name if lead else next(iter(ticket.asked_units), None),
        Severity(ticket.severity),
        limit.due if limit else None,
        ticket.listed,
        province_key=project.tier == "province",
    )


# ---- 项目谋划, by quarter ----------------------------------------------------------------------------


def quarter_of(day: date) -> int:
    """1 to 4."""
    return (day.month - 1) // 3 + 1


def planning_words(tx: Tx, directory: Directory, rules: Rules, today: date, quarter: int) -> str:
    """Counties by what they planned in that quarter up to today: each against the best, by number and by sum."""
    rule = rules.regime.planning
    if rule is None:
        return ""
    first = date(today.year, quarter * 3 - 2, 1)
    last = min(last_of_month(add_months(first, 2)), today)
    known = reserve.read(tx, last, today.year)
    found = planned_between(known, areas_of(directory), first, last)
    placed = planning(found, rule.number_weight, rule.sum_weight)
    head = f"{today.year}年第{quarter}季度{rule.say}（截至{date_words(last, today)}，个数和总投资各与最多的比）："
    if not any(one.planned.number for one in placed):
        return f"{head}还没有登记谋划项目。"
    lines = [
        f"{one.place}.{one.planned.name}{one.score}分（{one.planned.number}个，{money(one.planned.total)}）"
        for one in placed
        if one.planned.number
    ]
    none = [one.planned.name for one in placed if not one.planned.number]
    undated = sum(1 for one in known if not one.days)
    rest = [f"没有新谋划的：{'、'.join(none)}。"] if none else []
    if undated:
        rest.append(f"另有{undated}个没写哪天谋划，不计。")
    return "\n".join([head, *lines, *rest])


# ---- the paper ----------------------------------------------------------------------------------


def agenda(
    tx: Tx, directory: Directory, rules: Rules, rhythm: Rhythm, due: datetime, area_id: int | None
) -> str:
    """The material of a meeting, of the whole city or of a county, on a screen."""
    area = next((one.name for one in directory.areas if one.id == area_id), "")
    day = day_of(due)
    frozen = assessed.snapshot(tx, directory, rules, *newest_month(rules.regime, day), due)
    frozen = _of_area(frozen, area)
    issue = Issue(rules.regime, rules.calendar, frozen, areas_of(directory))
    paper = _Paper(tx, directory, rules, rhythm, due, area, area_id, issue)
    lines = [f"【{rhythm.name}】{date_words(day, day)}　{area or '全市'}材料"]
    for material in rhythm.material:
        said = paper.of(material)
        if said:
            lines.append(
                f"{len(lines)}. {_HEADS[material]}{'' if said[0].isdigit() and material != Material.FIGURES else '：'}{said}"
            )
    return "\n".join(lines)


def _of_area(frozen: Snapshot, area: str) -> Snapshot:
    if not area:
        return frozen
    projects = tuple(one for one in frozen.projects if one.area == area)
    mine = tuple(one for one in frozen.tickets if one.area == area)
    lapses = tuple(one for one in frozen.lapses if one.area == area)
    return Snapshot(frozen.year, frozen.month, frozen.as_of, projects, mine, lapses)


@dataclass(frozen=True, slots=True)
class _Paper:
    tx: Tx
    directory: Directory
    rules: Rules
    rhythm: Rhythm
    due: datetime
    area: str
    area_id: int | None
    issue: Issue

    def of(self, material: Material) -> str:
        """A line of the paper; empty where there is nothing to say."""
        snapshot = self.issue.snapshot
        match material:
            case Material.FIGURES:
                return overall(self.issue, names=False) + self._by_area()
            case Material.PROBLEMS:
                return self._problems()
            case Material.SHARED:
                return self._shared()
            case Material.OVERDUE:
                over = sorted(
                    (one for one in snapshot.tickets if one.days_over > 0), key=lambda one: -one.days_over
                )
                return _counted(
                    [
                        f"{one.number}号{one.title}（{one.unit or '未交办'}，{one.days_over}天）"
                        for one in over
                    ],
                    "件",
                )
            case Material.NOT_STARTED:
                late = [one for one in snapshot.projects if one.running_due and not one.running]
                return _counted(_names(late), "个") or "无"
            case Material.STALLED:
                return self._stalled()
            case Material.SILENT:
                return self._silent()
            case Material.RANKING:
                return self._ranking()
            case Material.PLANNING:
                day = day_of(self.due)
                return planning_words(self.tx, self.directory, self.rules, day, quarter_of(day))

    def _by_area(self) -> str:
        if self.area:
            return ""
        shares = []
        for one in counties(self.issue.snapshot, self.issue.areas):
            figure = investment(p for p in self.issue.snapshot.projects if p.area == one.name)
            if figure.base:
                shares.append(f"{one.name}{rounded(figure.share * 100, 1)}%")
        return f"各县投资完成率：{'、'.join(shares)}。" if shares else ""

    def _open(self) -> Open:
        mine = [
            one
            for one in tickets.all_open(self.tx)
            if self.area_id is None or self.directory.projects[one.project_id].area_id == self.area_id
        ]
        return open_of(self.tx, mine)

    def _problems(self) -> str:
        found = self._open()
        by_number = {one.number: one for one in found.tickets}
        placed = in_order(self.directory, self.rules, found, self.due)
        lines = [
            problem_line(
                one, by_number[one.ticket.number], found.limits[by_number[one.ticket.number].id], self.due
            )
            for one in placed
        ]
        return f"{_counted(lines, '件')}，全部的回“问题清单”" if lines else "无"

    def _shared(self) -> str:
        shared = shared_troubles(self.rules.regime, weighed(self.directory, self._open()))
        return "；".join(
            f"{CATEGORY[one.category]}（{one.unit}，{len(one.projects)}个项目，{numbers(one.tickets)}）"
            for one in shared[:_MOST]
        )

    def _stalled(self) -> str:
        mine = {one.id: one for one in self.directory.ledger if self.area_id in (None, one.area_id)}
        found = [
            (mine[one.project_id].short, months_without(one.standstill.since, self.due))
            for one in stalled.read(self.tx, list(mine), self.directory.year)
        ]
        late = sorted((pair for pair in found if pair[1]), key=lambda pair: -pair[1])
        return _counted([f"{name}（{month_words(months)}）" for name, months in late], "个")

    def _silent(self) -> str:
        since = begins(self.rhythm, self.due)
        told = reports.reported_since(self.tx, at(since, time.min), self.due)
        mine = [one for one in self.directory.ledger if self.area_id in (None, one.area_id)]
        silent = [one.short for one in mine if one.id not in told]
        return f"{date_words(since, day_of(self.due))}以来" + _counted(silent, "个") if silent else ""

    def _ranking(self) -> str:
        known = [bulletins.last_signed(self.tx)]
        if not self.area:  # before it is signed only the city's office sees it
            known.append(bulletins.open_one(self.tx))
        one = max(
            (one for one in known if one is not None), key=lambda one: (one.year, one.month), default=None
        )
        if one is None and self.area:
            return ""
        issue = self.issue if one is None else issue_of(self.tx, self.directory, self.rules, one)
        series, _ = issue.series()
        if not series.placed:
            return ""
        if self.area:
            placed = series.of(self.area)
            return f"{place_words(placed)}（{one.month}月），{placed.score}分" if placed and one else ""
        show = issue.regime.ranking.show if issue.regime.ranking else 3
        first = "、".join(scored(item) for item in series.first(show)[:_MOST])
        last = "、".join(scored(item) for item in series.last(show)[-_MOST:])
        return f"前{show}名{first}；后{show}名{last}（没有签发的只供内部）"


def _names(projects: Sequence[ProjectStand]) -> list[str]:
    return [one.name for one in projects]


def _counted(items: Sequence[str], unit: str) -> str:
    if not items:
        return ""
    more = f"等{len(items)}{unit}" if len(items) > _MOST else ""
    return f"{len(items)}{unit}：{'；'.join(items[:_MOST])}{more}"
