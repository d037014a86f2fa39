"""清单: my projects, my tickets, what is over and what is near, each a page long."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from bot import lamps
from bot.acts import Query
from bot.calendar import at, last_of_month
from bot.mechanism.states import State
from bot.people import Rank, Role
from bot.routing import Refusal, Reply, Turn
from bot.wording import STATUS, date_words, money
from handlers import query_leader
from handlers.figures import of_plan, year_begins
from handlers.paging import page
from storage import reports, tickets
from storage.directory import Project
from storage.tickets import DeadlineRow, Ticket


def my_projects(turn: Turn, number: int) -> Reply:
    """The projects that the sender reports on or answers for, in the order of the ledger."""
    scope = turn.directory.scope_of(turn.sender)
    mine = [one for one in turn.directory.ledger if scope.everything or one.id in scope.project_ids]
    sponsored = [one for one in mine if turn.sender.id in one.city_sponsors + one.county_sponsors]
    mine = sponsored or mine
    if not mine:
        return Reply("您名下还没有项目。如果不对，请联系重点办核对。")
    if sponsored and turn.sender.rank >= Rank.COUNTY_LEADER:
        return query_leader.sponsored(turn, mine, number)
    ids = [one.id for one in mine]
    sums = reports.sums(turn.tx, ids, year_begins(turn.today))
    facts = reports.project_facts(turn.tx, ids)
    open_ones: dict[int, list[Ticket]] = {}
    for one in tickets.of_projects(turn.tx, ids):
        open_ones.setdefault(one.project_id, []).append(one)
    over = _over(turn, [one for some in open_ones.values() for one in some])
    lines = [
        _project_line(one, sums[one.id], facts[one.id], open_ones.get(one.id, ()), over, turn)
        for one in sorted(mine, key=lambda one: one.number)
    ]
    what = "包联" if sponsored else "可看" if scope.everything else ""
    return Reply(page(f"您{what}的项目{len(lines)}个：", lines, number, "我的项目", "个"))


def _project_line(
    project: Project,
    sums: dict[str, tuple[int, reports.Report]],
    facts: object,
    open_ones: Sequence[Ticket],
    over: frozenset[int],
    turn: Turn,
) -> str:
    parts = []
    if "year" in sums:
        invested = sums["year"][0]
        share = f"（{of_plan(invested, project)}）" if project.annual_plan else ""
        parts.append(f"今年累计{money(invested)}{share}")
    status, last = getattr(facts, "status", None), getattr(facts, "last_progress_at", None)
    if status:
        parts.append(STATUS.get(status, status))
    parts.append(f"{date_words(last.date(), turn.today)}报送" if last else "还没报送过")
    if open_ones:
        late = [one for one in open_ones if one.id in over]
        parts.append(f"问题{len(open_ones)}件" + (f"，超期{len(late)}件" if late else ""))
    return f"{project.short}：{'，'.join(parts)}"


def _over(turn: Turn, some: Sequence[Ticket]) -> frozenset[int]:
    limits = tickets.deadlines_of(turn.tx, [one.id for one in some])
    return frozenset(one.id for one in some if lamps.is_over(lamps.next_limit(one, limits[one.id]), turn.now))


def my_tickets(act: Query, turn: Turn, number: int) -> Reply:
    """Open tickets that the sender may see; his unit's where he handles them."""
    who = turn.sender
    if who.role is Role.CONTACT and act.unit is None:
        units = turn.directory.scope_of(who).unit_ids
        found = tickets.of_units(turn.tx, units)
        head = f"{who.unit}在办问题"
    else:
        found, head = _fitting(act, turn), "在办问题"
    return _listed(head, found, turn, number, "我的问题", "没有在办的问题。")


def overdue(act: Query, turn: Turn, number: int) -> Reply:
    """Tickets of which a limit has passed."""
    return _by_limit(act, turn, number, "超期", lambda limit: limit.due <= turn.now)


def due_soon(act: Query, turn: Turn, number: int) -> Reply:
    """Tickets of which a limit ends within three days."""
    soon = turn.now + timedelta(days=turn.rules.regime.due_soon_days)
    return _by_limit(act, turn, number, "临期", lambda limit: turn.now < limit.due <= soon)


def waiting(state: State, turn: Turn, number: int) -> Reply:
    """待核实的有哪些, 待销号的有哪些: what he may see of that state, the longest waiting first."""
    found = tickets.visible(turn.tx, turn.directory, turn.sender, tickets.ALL)
    chosen = [one for one in found if one.state is state]
    return _listed(
        f"{state.words}的问题", chosen, turn, number, f"{state.words}的有哪些", f"没有{state.words}的问题。"
    )


def silent_in(when: str, turn: Turn) -> Reply:
    """今天谁没报, 本周谁没报, 9月谁没报: the projects that he sees of which nothing was reported then, by county."""
    begin, end = _period(when, turn)
    if begin > turn.now:
        raise Refusal(f"{when}还没有到。")
    scope = turn.directory.scope_of(turn.sender)
    mine = [one for one in turn.directory.ledger if scope.everything or one.id in scope.project_ids]
    told = reports.reported_since(turn.tx, begin, min(end, turn.now + timedelta(microseconds=1)))
    silent = [one for one in mine if one.id not in told]
    if not silent:
        return Reply(f"{when}{len(mine)}个项目都报了。")
    by_area: dict[str, list[str]] = {}
    for one in silent:
        by_area.setdefault(one.area or "市直", []).append(one.short)
    lines = [f"{area}：{'、'.join(names)}" for area, names in by_area.items()]
    return Reply("\n".join([f"{when}{len(mine)}个项目，还有{len(silent)}个没报：", *lines]))


def _period(when: str, turn: Turn) -> tuple[datetime, datetime]:
    """From and until: the day, the week from its Monday, the calendar month of the ledger's year."""
    today = turn.today
    if when in ("今天", "今日"):
        return at(today, time.min), at(today + timedelta(days=1), time.min)
    if when in ("本周", "这周"):
        monday = today - timedelta(days=today.weekday())
        return at(monday, time.min), at(monday + timedelta(days=7), time.min)
    this_month = when in ("本月", "这个月")
    first = (
        today.replace(day=1)
        if this_month
        else date(turn.directory.year, int(when.removesuffix("份").removesuffix("月")), 1)
    )
    return at(first, time.min), at(last_of_month(first) + timedelta(days=1), time.min)


def _by_limit(act: Query, turn: Turn, number: int, word: str, fits: Callable[[DeadlineRow], bool]) -> Reply:
    found = _fitting(act, turn)
    limits = tickets.deadlines_of(turn.tx, [one.id for one in found])
    chosen = [
        one for one in found if (limit := lamps.next_limit(one, limits[one.id])) is not None and fits(limit)
    ]
    what = "三天内到期的问题" if word == "临期" else "超期的问题"
    reply = _listed(what, chosen, turn, number, f"{word}问题", f"没有{what}。")
    if not chosen or turn.sender.rank < Rank.COUNTY_LEADER:
        return reply
    says = f"要催请回“催{chosen[0].number}号”，批示直接写“{chosen[0].number}号请抓紧，周五前解决”。"
    return Reply(f"{reply.text}\n{says}")


def _fitting(act: Query, turn: Turn) -> list[Ticket]:
    """Visible open tickets of the unit, county or project that is asked for."""
    found = tickets.visible(turn.tx, turn.directory, turn.sender, tickets.ALL)
    unit = turn.directory.unit_named(act.unit) if act.unit else None
    if unit is not None:
        found = [one for one in found if unit.id in one.unit_ids]
    projects = turn.directory.projects
    if act.area:
        found = [
            one for one in found if one.project_id in projects and projects[one.project_id].area == act.area
        ]
    if act.project is not None:
        found = [
            one
            for one in found
            if one.project_id in projects and projects[one.project_id].number == act.project
        ]
    return found


def _listed(head: str, found: Sequence[Ticket], turn: Turn, number: int, again: str, none: str) -> Reply:
    if not found:
        return Reply(none)
    limits = tickets.deadlines_of(turn.tx, [one.id for one in found])
    nearest = {one.id: lamps.next_limit(one, limits[one.id]) for one in found}

    def first(one: Ticket) -> tuple[bool, float, int]:
        limit = nearest[one.id]
        return limit is None, limit.due.timestamp() if limit else 0.0, one.number

    ordered = sorted(found, key=first)
    lines = [lamps.line(turn.directory, one, limits[one.id], turn.now) for one in ordered]
    over = sum(1 for one in ordered if lamps.is_over(nearest[one.id], turn.now))
    late = f"，其中超期{over}件" if over and not head.startswith("超期") else ""
    return Reply(page(f"{head}{len(lines)}件{late}：", lines, number, again))
