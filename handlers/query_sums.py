"""情况: a county, a unit or the whole city in numbers; figures by county in their official order.

A ranking is not answered here: it is seen once the office has signed it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from bot import lamps
from bot.acts import Period, Query
from bot.calendar import add_months, at
from bot.routing import Reply, Turn
from bot.wording import date_words, money, number, numbers
from handlers import rights
from handlers.figures import year_begins
from storage import history, reports, tickets
from storage.directory import Project, Unit
from storage.tickets import Ticket

_MOST_LINES = 5


def summary(act: Query, turn: Turn) -> Reply:
    """What was reported and what stands, of a county, a unit or all that the sender may see."""
    since, until, words = span(act.period or Period.MONTH, turn)
    unit = turn.directory.unit_named(act.unit) if act.unit else None
    if unit is not None:
        return _of_unit(unit, since, until, words, turn)
    mine = [one for one in _visible(turn) if not act.area or one.area == act.area]
    if not mine:
        return Reply(f"{act.area or ''}没有您可以查看的项目。您能看的请问“我的项目”。")
    where = act.area or ("全市" if turn.directory.scope_of(turn.sender).everything else "您能看到的")
    found = _stood(turn, {one.id for one in mine}, since)
    told = reports.reported_since(turn.tx, since, until) & {one.id for one in mine}
    lines = [
        f"{where}{words}：{_invested(mine, turn)}。",
        f"报送{len(told)}个项目；{_counts(found, since, until, turn)}。",
        *_over_lines(found, turn),
    ]
    return Reply("\n".join(lines))


def span(period: Period, turn: Turn) -> tuple[datetime, datetime, str]:
    """[since, until) and its name; a period that goes on ends now."""
    today = turn.today
    month, monday = today.replace(day=1), today - timedelta(days=today.weekday())
    last_month = add_months(month, -1)
    quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    end = turn.now + timedelta(microseconds=1)
    match period:
        case Period.TODAY:
            return _start(today), end, "今天"
        case Period.WEEK:
            return _start(monday), end, "本周"
        case Period.LAST_WEEK:
            return _start(monday - timedelta(days=7)), _start(monday), "上周"
        case Period.MONTH:
            return _start(month), end, "本月"
        case Period.LAST_MONTH:
            return _start(last_month), _start(month), f"{last_month.month}月"
        case Period.QUARTER:
            return _start(quarter), end, "本季度"
        case Period.YEAR:
            return year_begins(today), end, "今年"


def _start(day: date) -> datetime:
    return at(day, time.min)


def _visible(turn: Turn) -> list[Project]:
    scope = turn.directory.scope_of(turn.sender)
    return [one for one in turn.directory.ledger if scope.everything or one.id in scope.project_ids]


def _invested(projects: Sequence[Project], turn: Turn) -> str:
    plan = sum(one.annual_plan for one in projects)
    sums = reports.sums(turn.tx, [one.id for one in projects], year_begins(turn.today))
    years = {project_id: found["year"][0] for project_id, found in sums.items() if "year" in found}
    done = sum(years.values())
    text = f"项目{len(projects)}个，年计划{money(plan)}"
    if not years:
        return f"{text}，今年累计投资还没有项目报过"
    return f"{text}；{len(years)}个项目报了今年累计，共{money(done)}{_of_plan(years, projects)}"


def _of_plan(done: Mapping[int, int], projects: Sequence[Project]) -> str:
    """，占其年计划的84%: of those that have a plan and have reported; others' silence is no zero."""
    plans = {one.id: one.annual_plan for one in projects if one.id in done and one.annual_plan}
    if not plans:
        return ""
    share = sum(done[project_id] for project_id in plans) * 100 / sum(plans.values())
    without = f"（{len(done) - len(plans)}个没有年计划，不计）" if len(plans) < len(done) else ""
    return f"，占其年计划的{number(share, 1)}%{without}"


def _stood(turn: Turn, project_ids: Collection[int], since: datetime) -> list[Ticket]:
    return [one for one in tickets.stood(turn.tx, since, turn.now) if one.project_id in project_ids]


def _counts(found: Sequence[Ticket], since: datetime, until: datetime, turn: Turn) -> str:
    new = [one for one in found if since <= one.reported_at < until and one.state != "withdrawn"]
    ended = history.struck_off_at(turn.tx, [one.id for one in found])
    gone = [one for one in found if one.id in ended and since <= ended[one.id] < until]
    standing = [one for one in found if one.is_open]
    over = _over(found, turn)
    late = f"，超期{len(over)}件（{numbers(one.number for one in over[:10])}）" if over else ""
    return f"新增问题{len(new)}件，销号{len(gone)}件；在办{len(standing)}件{late}"


def _over(found: Sequence[Ticket], turn: Turn) -> list[Ticket]:
    standing = [one for one in found if one.is_open]
    limits = tickets.deadlines_of(turn.tx, [one.id for one in standing])
    return [one for one in standing if lamps.is_over(lamps.next_limit(one, limits[one.id]), turn.now)]


def _over_lines(found: Sequence[Ticket], turn: Turn) -> list[str]:
    over = _over(found, turn)
    limits = tickets.deadlines_of(turn.tx, [one.id for one in over])
    lines = [lamps.line(turn.directory, one, limits[one.id], turn.now) for one in over[:_MOST_LINES]]
    if len(over) > _MOST_LINES:
        lines.append(f"还有{len(over) - _MOST_LINES}件，回“超期问题”看全部。")
    return lines


def _of_unit(unit: Unit, since: datetime, until: datetime, words: str, turn: Turn) -> Reply:
    found = [
        one
        for one in tickets.stood(turn.tx, since, turn.now)
        if unit.id in one.unit_ids and rights.may_see(turn, one)
    ]
    if not found:
        return Reply(f"{unit.name}{words}没有您可以查看的问题。")
    limits = tickets.deadlines_of(turn.tx, [one.id for one in found])
    lines = [lamps.line(turn.directory, one, limits[one.id], turn.now) for one in found if one.is_open]
    more = [f"还有{len(lines) - _MOST_LINES}件，回“我的问题”看全部。"] if len(lines) > _MOST_LINES else []
    head = f"{unit.name}{words}：{_counts(found, since, until, turn)}。"
    return Reply("\n".join([head, *lines[:_MOST_LINES], *more]))


def ranking(turn: Turn) -> Reply:
    """The signed ranking is not there yet; the city's office reads the month's figures, unranked."""
    if not rights.is_city_office(turn.directory, turn.sender):
        return Reply(
            "排名、通报由重点办签发后查看，目前没有已签发的。现在可以问“我的项目”“超期问题”，或“闻喜县情况”。"
        )
    lines = [
        f"{turn.today.month}月各县（市、区）情况（按行政区划顺序，未排名；截至{date_words(turn.today, turn.today)}）："
    ]
    since, until, _ = span(Period.MONTH, turn)
    told = reports.reported_since(turn.tx, since, until)
    projects = turn.directory.ledger
    for area_id, name in [(None, "市直"), *((one.id, one.name) for one in turn.directory.areas)]:
        mine = [one for one in projects if one.area_id == area_id]
        if mine:
            lines.append(_area_line(name, mine, told, turn))
    lines.append(f"要排名请写“出{turn.today.month}月通报”；排名和通报签发后再发各县。")
    return Reply("\n".join(lines))


def _area_line(name: str, mine: Sequence[Project], told: Collection[int], turn: Turn) -> str:
    sums = reports.sums(turn.tx, [one.id for one in mine], year_begins(turn.today))
    done = {project_id: found["year"][0] for project_id, found in sums.items() if "year" in found}
    total = [found["total"][0] for found in sums.values() if "total" in found]
    since_start = f"（{len(total)}个报了开工以来累计，共{money(sum(total))}）" if total else ""
    invested = (
        f"{len(done)}个报了今年累计，共{money(sum(done.values()))}{_of_plan(done, mine)}"
        if done
        else f"今年累计未报{since_start}"
    )
    reported = sum(1 for one in mine if one.id in told)
    over = _over(tickets.of_projects(turn.tx, [one.id for one in mine]), turn)
    late = f"，超期{len(over)}件" if over else ""
    return f"{name}：{len(mine)}个项目，本月报{reported}个，{invested}{late}"
