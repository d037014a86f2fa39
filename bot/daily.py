"""日报: what a group reads at the end of the day, and the same for one person in private. Row H1.

A group's setting says how far its summary names: projects, units, or counts only; never a person, never a
leader; in the official order of counties, never worst first.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from bot import lamps
from bot.calendar import at, day_of
from bot.mechanism.model import Regime
from bot.mechanism.rhythm import report_due
from bot.mechanism.rules import Rules
from bot.mechanism.states import State
from bot.wording import day as day_words
from bot.wording import last_day, numbers, weekday
from bot.wording import moment as moment_words
from storage import history, reports, tickets, unsaid
from storage.database import Tx
from storage.directory import Directory, Group, Project
from storage.reports import Report
from storage.tickets import DeadlineRow, Ticket
from storage.unsaid import Unsaid

PROJECTS, UNITS, COUNTS = "projects", "units", "counts"
NAMING = {PROJECTS: "点名到项目", UNITS: "点名到单位", COUNTS: "不点名、只报数"}
EARLIEST, LATEST = "07:00", "22:00"  # a group's hour lies between them
_MOST_NAMES = 12
_MOST_TICKETS = 10


@dataclass(frozen=True)
class Day:
    """What happened on a day among some projects, and what stands at its end.

    Tickets and projects in the official order; `next_day` is the day up to which “due” counts (the next
    workday); `week_due` is when the week's report is due, None in a week without one.
    """

    day: date
    moment: datetime
    reported: tuple[Report, ...]
    entered: tuple[Ticket, ...]
    struck_off: tuple[Ticket, ...]
    open: tuple[Ticket, ...]
    due: tuple[Ticket, ...]
    overdue: tuple[Ticket, ...]
    limits: Mapping[int, DeadlineRow | None]
    done_about: Mapping[int, str]
    silent: tuple[Project, ...]
    next_day: date
    week_due: datetime | None


def read(tx: Tx, directory: Directory, rules: Rules, project_ids: Collection[int], moment: datetime) -> Day:
    """The day of `moment`, up to `moment`, for those projects.

    For a day gone by, what is open, due and overdue is as it stood at that moment by what is known now.
    """
    day = day_of(moment)
    start = at(day, datetime.min.time())
    order = _order(directory)
    known = [one for one in tickets.stood(tx, start, moment) if one.project_id in project_ids]
    known.sort(key=lambda one: (order.get(one.project_id, (0, 0)), one.number))
    limits = tickets.deadlines_of(tx, [one.id for one in known])
    ended = history.struck_off_at(tx, [one.id for one in known])
    standing = [one for one in known if one.is_open or ended.get(one.id, one.moved_at) > moment]
    nearest = {one.id: lamps.next_limit(one, tickets.ran_at(limits[one.id], moment)) for one in standing}
    next_day = rules.calendar.next_workday(day + timedelta(days=1))
    overdue = tuple(one for one in standing if lamps.is_over(nearest[one.id], moment))
    due = tuple(
        one
        for one in standing
        if (limit := nearest[one.id]) is not None
        and moment < limit.due
        and day < last_day(limit.due) <= next_day
    )
    week_due = report_due(rules.regime, rules.calendar, day)
    monday = at(day - timedelta(days=day.weekday()), datetime.min.time())
    told = reports.reported_since(tx, monday, moment + timedelta(microseconds=1))
    silent = [one for one in directory.ledger if one.id in project_ids and one.id not in told]
    return Day(
        day,
        moment,
        tuple(
            one
            for one in reports.between(tx, start, moment + timedelta(microseconds=1))
            if one.project_id in project_ids
        ),
        tuple(one for one in known if one.reported_at >= start and one.state is not State.WITHDRAWN),
        tuple(one for one in known if one.id in ended and start <= ended[one.id] <= moment),
        tuple(standing),
        due,
        overdue,
        nearest,
        {one.id: _done_about(tx, one, nearest[one.id], moment) for one in overdue},
        tuple(sorted(silent, key=lambda one: order[one.id])),
        next_day,
        week_due,
    )


def of_group(tx: Tx, directory: Directory, rules: Rules, group: Group, day: date, now: datetime) -> str:
    """The group's summary of that day as it was at the group's time; before that, as it is now."""
    moment = min(summary_moment(group, day), now)
    found = read(tx, directory, rules, project_ids_of(directory, group), moment)
    left_out = [one for one in unsaid.standing(tx) if one.area_id in (None, group.area_id)]
    return words(_without(found, left_out, directory) if left_out else found, directory, rules, group)


def _without(found: Day, left_out: Sequence[Unsaid], directory: Directory) -> Day:
    """The day without what no summary may hold: neither a line nor a count of it."""

    def kept(some: Sequence[Ticket]) -> tuple[Ticket, ...]:
        return tuple(one for one in some if not unsaid.hides(left_out, one, directory))

    return replace(
        found,
        entered=kept(found.entered),
        struck_off=kept(found.struck_off),
        open=kept(found.open),
        due=kept(found.due),
        overdue=kept(found.overdue),
        silent=tuple(
            one for one in found.silent if not any(each.word and each.word in one.name for each in left_out)
        ),
    )


def summary_moment(group: Group, day: date) -> datetime:
    """When the group gets that day's summary."""
    return at(day, datetime.strptime(group.summary_time, "%H:%M").time())  # noqa: DTZ007  # an hour of the city


def project_ids_of(directory: Directory, group: Group) -> frozenset[int]:
    """The projects that a group is about: a county's, or the city's."""
    return frozenset(
        one.id for one in directory.projects.values() if group.area_id is None or one.area_id == group.area_id
    )


def setting_words(directory: Directory, area_id: int | None, summary_time: str, naming: str) -> str:
    """What a group gets: 收绛县日报，每个工作日17:30发，点名到项目."""
    area = next((one.name for one in directory.areas if one.id == area_id), "")
    return f"收{area or '全市'}日报，每个工作日{summary_time}发，{NAMING[naming]}"


def words(found: Day, directory: Directory, rules: Rules, group: Group) -> str:
    """The text for a group, as far as it names."""
    naming = group.naming
    lines = [
        f"【重大项目日报】{found.day.month}月{found.day.day}日　{_today(found, naming)}",
        _open(found, directory, naming),
        _silent(found, directory, naming),
        f"明细请私聊回复“今日明细”。{signature(directory, rules.regime, group.area_id)}",
    ]
    return "\n".join(line for line in lines if line)


def signature(directory: Directory, regime: Regime, area_id: int | None) -> str:
    """The office in whose name a group is written to."""
    people = [] if area_id is None else directory.office_people(area_id)
    return people[0].unit if people else regime.office.short


def _today(found: Day, naming: str) -> str:
    projects = {one.project_id for one in found.reported}
    return (
        f"今日报送{len(projects)}个项目；新增问题{len(found.entered)}件{_numbered(found.entered, naming)}，"
        f"销号{len(found.struck_off)}件{_numbered(found.struck_off, naming)}。"
    )


def _numbered(some: Sequence[Ticket], naming: str) -> str:
    if not some or naming == COUNTS:
        return ""
    more = f"等{len(some)}件" if len(some) > _MOST_TICKETS else ""
    return f"（{numbers(one.number for one in some[:_MOST_TICKETS])}{more}）"


def _open(found: Day, directory: Directory, naming: str) -> str:
    parts = [f"在办{len(found.open)}件"]
    tomorrow = found.next_day == found.day + timedelta(days=1)
    when = "明日到期" if tomorrow else f"{day_words(found.next_day, found.day)}前到期"
    if found.due:
        named = _each(
            found.due, {one.id: lamps.holder(directory, one) or one.state.words for one in found.due}
        )
        parts.append(f"{when}{len(found.due)}件" + ("" if naming == COUNTS else f"：{named}"))
    text = "，".join(parts) + "。"
    if found.overdue:
        about = "；".join(
            f"{one.number}号，{found.done_about[one.id]}" for one in found.overdue[:_MOST_TICKETS]
        )
        more = f"；等{len(found.overdue)}件" if len(found.overdue) > _MOST_TICKETS else ""
        text += f"超期{len(found.overdue)}件" + ("" if naming == COUNTS else f"：{about}{more}") + "。"
    return text


def _each(some: Sequence[Ticket], aside: Mapping[int, str]) -> str:
    named = "、".join(f"{one.number}号（{aside[one.id]}）" for one in some[:_MOST_TICKETS])
    return named + (f"等{len(some)}件" if len(some) > _MOST_TICKETS else "")


def _silent(found: Day, directory: Directory, naming: str) -> str:
    if not found.silent or found.week_due is None:
        return ""
    due = found.week_due
    hour = f"{due.hour}时" if due.minute == 0 else f"{due:%H:%M}"
    if found.moment < due:
        head, tail = f"本周尚未报送（{weekday(due.date())}{hour}前）", "烦请抓紧，已报的请忽略。"
    else:
        head, tail = f"本周未报送（截至{weekday(due.date())}{hour}）", "请尽快补报，已报的请忽略。"
    if naming == COUNTS:
        return f"{head}：{len(found.silent)}个项目。{tail}"
    if naming == UNITS:
        names = list(dict.fromkeys(unit for one in found.silent for unit in one.owners))
    else:
        names = [one.short for one in found.silent]
    if len(names) > _MOST_NAMES:
        return f"{head}{len(found.silent)}个项目：{by_area(found.silent)}。{tail}"
    return f"{head}：{'、'.join(names)}。{tail}"


def missed_line(directory: Directory, one: Any) -> str:
    """A message that could not be read, and whose it is."""
    who = directory.person_of(one.channel, one.account)
    return f"{who.signed if who else one.account} {moment_words(one.at)}：“{one.text[:40]}”"


def by_area(projects: Sequence[Project]) -> str:
    """How many in each county: 市直9个、盐湖区2个. In the order in which the projects stand."""
    counts: dict[str, int] = {}
    for one in projects:
        counts[one.area or "市直"] = counts.get(one.area or "市直", 0) + 1
    return "、".join(f"{name}{count}个" for name, count in counts.items())


def _order(directory: Directory) -> dict[int, tuple[int, int]]:
    """The place of each project: 市直 first, then counties in their official order, then by the ledger."""
    position = {one.id: one.position for one in directory.areas}
    return {
        one.id: (-1 if one.area_id is None else position.get(one.area_id, 0), one.number)
        for one in directory.projects.values()
    }


_DONE = {
    "wish_extend": "已申请延期",
    "wish_return": "已申请退回",
    "extend": "已批准延期",
    "feedback": "正在办理",
    "arrange": "已有安排，正在办理",
    "plan": "已报方案",
    "reject": "已退回重办",
    "instruct": "已有批示",
    "urge": "已催办",
    "list": "已挂牌督办",
    "escalate": "已提级督办",
    "remind": "已提醒",
}


def _done_about(tx: Tx, ticket: Ticket, limit: DeadlineRow | None, moment: datetime) -> str:
    """What was done about an overdue ticket: by people since it is over, by the clock, by people before."""
    steps = [step for step in tickets.steps_of(tx, ticket.id) if step.at <= moment]
    late = [step for step in steps if limit is not None and step.at >= limit.due]
    by_people = [[step for step in some if step.kind not in tickets.AUTOMATIC] for some in (late, steps)]
    if any("会商" in step.words for step in by_people[0] or by_people[1][-1:]):
        return "正在会商"
    for some in (by_people[0], late, by_people[1]):
        kinds = [step.kind for step in reversed(some) if step.kind in _DONE]
        if kinds:  # a reminder since then takes nothing of what was done before it
            return _DONE[next((kind for kind in kinds if kind != "remind"), kinds[0])]
    return "待办理"
