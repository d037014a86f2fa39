"""投资、进度双控制: who is behind plan is warned, a corrected plan is asked for and its day is kept (P3).

Once a month by the month that is over, and where the regime says so each week by what is due until then and by
the key nodes. A project with a corrected plan that is awaited or runs is not warned of again; one whose plan
never came, with the next month.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from bot.calendar import add_months, at, day_of, end_of_day, last_of_month
from bot.mechanism.control import Behind, Building, behind
from bot.mechanism.figures import ProjectFigures, line_of
from bot.mechanism.model import Control
from bot.wording import date_words, money, number
from jobs.projects_of import by_area, by_reader, each
from storage import corrections, figures, outbox, reports, runs
from storage.database import Tx
from storage.directory import Person, Project

if TYPE_CHECKING:
    from jobs.schedule import Office

KIND = "behind"


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """Look at all projects on the regime's days, and at the corrected plans whose day has come."""
    plans = city.rules.regime.plans
    control = plans.control if plans is not None else None
    did = False
    if control is not None:
        for key, look in _looks(control, day_of(now), city):
            if runs.first(tx, key, now):
                _warn(tx, now, city, control, key, look)
                did = True
    return _settle(tx, now, city) or did


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """The next day of looking at all, or the next corrected plan's."""
    moments = [moment for moment in (corrections.next_look(tx),) if moment is not None]
    plans = city.rules.regime.plans
    if plans is not None and plans.control is not None:
        today = day_of(now)
        if any(not runs.happened(tx, key) for key, _ in _looks(plans.control, today, city)):
            moments.append(now)
        moments += _ahead(plans.control, today, city)
    return max(min(moments), now) if moments else None


def _looks(control: Control, today: date, city: "Office") -> Iterable[tuple[str, int | None]]:
    """The looks of that day: its key, and the month that is over, or None for the week's."""
    if today.year != city.directory.year:
        return
    if today.day >= control.monthly_day and today.month > 1:
        yield f"behind:{today.year}-{today.month - 1:02}", today.month - 1
    if control.weekly_on is not None and today.isoweekday() >= control.weekly_on:
        year, week, _ = today.isocalendar()
        yield f"behind:{year}-W{week:02}", None


def _ahead(control: Control, today: date, city: "Office") -> list[datetime]:
    """The beginnings of the days of the next looks."""
    days = [add_months(today.replace(day=control.monthly_day), 1)]
    if today.day < control.monthly_day:
        days.append(today.replace(day=control.monthly_day))
    if control.weekly_on is not None:
        days.append(today + timedelta(days=(control.weekly_on - today.isoweekday() - 1) % 7 + 1))
    return [at(day, time.min) for day in days if day.year == city.directory.year]


def _warn(tx: Tx, now: datetime, city: "Office", control: Control, key: str, month: int | None) -> None:
    today, year = day_of(now), city.directory.year
    line = line_of(city.rules.regime)
    found = figures.as_of(tx, year, month if month is not None else now, line)
    whole = figures.as_of(tx, year, today.month, line) if month is None else found
    until = today if month is None else last_of_month(date(year, month, 1))
    facts = reports.project_facts(tx, list(found))
    waiting = corrections.all_open(tx)
    if month is not None:  # whose corrected plan never came is warned anew with the month
        silent = [row for row in waiting if row.next_look is None]
        corrections.settle(tx, [row.id for row in silent], corrections.MISSED, now)
        waiting = [row for row in waiting if row.next_look is not None]
    open_ones = {row.project_id for row in waiting}
    rows = []
    for project in city.directory.ledger:
        one = found.get(project.id)
        if one is None or project.id in open_ones:
            continue
        due = _due_by(one, whole[project.id], today) if month is None else None
        building = _building(project, facts[project.id])
        for fault in behind(one, building, control, until, due):
            rows.append(_row(project, key, fault))
    look_at = end_of_day(today + timedelta(days=control.plan_days))
    new = corrections.warn(tx, rows, now, look_at)
    by_project: dict[int, list[Any]] = {}
    for row in new:
        by_project.setdefault(row.project_id, []).append(row)
    _tell(tx, now, city, control, key, by_project)


def _row(project: Project, key: str, fault: Behind) -> dict[str, Any]:
    return {
        "project_id": project.id,
        "period": key.removeprefix("behind:"),
        "what": fault.what,
        "words": fault.words,
    }


def _due_by(over: ProjectFigures, whole: ProjectFigures, today: date) -> int:
    """元 due by today: the months that are over, and of this one the days that are."""
    days = (add_months(today.replace(day=1), 1) - today.replace(day=1)).days
    return over.planned + (whole.planned - over.planned) * (today.day - 1) // days


def _building(project: Project, facts: Any) -> Building:
    return Building(project.build_kind, project.start_month, project.finish_month, facts.status)


def _tell(
    tx: Tx, now: datetime, city: "Office", control: Control, key: str, found: dict[int, list[Any]]
) -> None:
    if not found:
        return
    today = day_of(now)
    behind_ones = [one for one in city.directory.ledger if one.id in found]
    by = date_words(today + timedelta(days=control.plan_days), today)

    def words(one: Project) -> str:
        return f"{one.short}（{'；'.join(row.words for row in found[one.id])}）"

    notices = []
    for reader, mine in by_reader(city, behind_ones, with_county=True):
        first = mine[0]
        notices.append(
            _notice(
                key,
                reader,
                f"落后计划{len(mine)}个项目，请{by}前报纠偏计划：{each(mine, words)}",
                answer=f"这样写就行：“{first.short}纠偏计划：{_next_month(today)}月底补到…亿元，措施…”。",
                why=f"{control.say}：落后{number(control.behind_points)}个百分点预警",
            )
        )
    for reader in city.directory.office_people(None):
        notices.append(
            _notice(
                f"{key}:office",
                reader,
                f"落后计划{len(behind_ones)}个项目，已请联络员{by}前报纠偏计划：{by_area(city, behind_ones)}",
                answer="逐个的请回“落后项目”。",
                why=f"您是重点办值守人员（{control.say}）",
            )
        )
    outbox.add_in_hours(tx, notices, now, city.directory, city.rules)


def _settle(tx: Tx, now: datetime, city: "Office") -> bool:
    rows = corrections.due(tx, now)
    if not rows:
        return False
    found = figures.as_of(tx, city.directory.year, now, line_of(city.rules.regime))
    late: dict[int, str] = {}
    met: dict[int, str] = {}
    states: dict[str, list[int]] = {}
    for row in rows:
        project, one = city.directory.projects.get(row.project_id), found.get(row.project_id)
        if project is None or project.gone or one is None:
            states.setdefault(corrections.LIFTED, []).append(row.id)
        elif row.state == corrections.OWED:
            states.setdefault(corrections.OWED, []).append(row.id)
            late[project.id] = "纠偏计划还没有报"
        else:
            said = _came_to(row, one)
            is_met = _is_met(row, one)
            states.setdefault(corrections.MET if is_met else corrections.MISSED, []).append(row.id)
            (met if is_met else late)[project.id] = f"纠偏计划{'完成' if is_met else '没有完成'}：{said}"
    for state, ids in states.items():
        corrections.settle(tx, ids, state, now)
    _tell_outcome(tx, now, city, late, met)
    return True


def _is_met(row: Any, one: ProjectFigures) -> bool:
    if row.target_yuan is not None:
        return bool((one.invested or 0) >= row.target_yuan)
    if row.target_percent is not None:
        return bool((one.percent or 0) >= row.target_percent)
    return one.gap is None or one.gap >= 0


def _came_to(row: Any, one: ProjectFigures) -> str:
    if row.target_percent is not None and row.target_yuan is None:
        stands = f"形象进度{number(one.percent)}%" if one.percent is not None else "形象进度没有报"
        return f"{stands}，计划{number(row.target_percent)}%"
    stands = f"今年累计{money(one.invested)}" if one.invested is not None else "今年累计没有报"
    return f"{stands}，计划{money(row.target_yuan if row.target_yuan is not None else one.planned)}"


def _tell_outcome(tx: Tx, now: datetime, city: "Office", late: dict[int, str], met: dict[int, str]) -> None:
    day = day_of(now).isoformat()
    said = {**met, **late}
    ones = [one for one in city.directory.ledger if one.id in said]
    notices = []
    for reader, mine in by_reader(city, [one for one in ones if one.id in late], with_county=True):
        notices.append(
            _notice(
                f"outcome:{day}",
                reader,
                f"请补报或调整纠偏计划：{each(mine, lambda one: f'{one.short}（{late[one.id]}）')}",
                answer=f"这样写就行：“{mine[0].short}纠偏计划：{_next_month(day_of(now))}月底补到…亿元，措施…”。",
                why="纠偏计划到期",
            )
        )
    for reader in city.directory.office_people(None) if ones else ():
        notices.append(
            _notice(
                f"outcome:{day}:office",
                reader,
                f"纠偏计划到期{len(ones)}个项目：{each(ones, lambda one: f'{one.short}（{said[one.id]}）')}",
                answer="逐个的请回“落后项目”。",
                why="您是重点办值守人员",
            )
        )
    outbox.add_in_hours(tx, notices, now, city.directory, city.rules)


def _notice(key: str, reader: Person, line: str, *, answer: str, why: str) -> outbox.Notice:
    return outbox.Notice(
        key=f"{KIND}:{key}:{reader.id}",
        kind=KIND,
        urgency="reminder",
        person_id=reader.id,
        line=line,
        answer=answer,
        why=why,
    )


def _next_month(today: date) -> int:
    return today.month % 12 + 1
