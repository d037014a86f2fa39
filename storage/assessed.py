"""The month as it stood at a moment: what rankings and bulletins are made of, read set by set."""

from collections.abc import Collection
from datetime import date, datetime, time

from bot.calendar import at, day_of
from bot.mechanism import bulletin
from bot.mechanism.events import PRELIMINARY, Event
from bot.mechanism.milestones import month_day
from bot.mechanism.model import SOLVING, Cause
from bot.mechanism.rates import due_day, is_done
from bot.mechanism.rules import Rules
from bot.mechanism.snapshot import Change, Lapse, ProjectStand, Snapshot, TicketStand, changes
from bot.mechanism.stalled import month_words, months_without
from bot.mechanism.states import State
from storage import events, figures, history, proof, reports, stalled, tickets
from storage.database import Tx
from storage.directory import Directory, Project
from storage.tickets import DeadlineRow, Ticket


def snapshot(tx: Tx, directory: Directory, rules: Rules, year: int, month: int, moment: datetime) -> Snapshot:
    """Every project and problem of the year's ledger at that moment, as the month's ranking sees it."""
    begins = bulletin.since(rules.regime, year, month)
    told = reports.reported_since(tx, begins, moment)
    stands, new = _tickets(tx, directory, begins, moment)
    projects, lapses = _projects(tx, directory, rules, year, moment, told)
    lapses += [
        Lapse(Cause.OVERDUE, one.area, one.unit, f"{one.number}号{one.title}超期{one.days_over}天")
        for one in stands
        if not one.solved and one.days_over > 0
    ]
    lapses += _false_claims(tx, directory, begins, moment)
    return Snapshot(year, month, moment, tuple(projects), tuple(stands), tuple(lapses), new)


def changed_since(tx: Tx, frozen: Snapshot) -> list[Change]:
    """What of the frozen figures was corrected, taken back or adjusted since; what was merely reported later is
    of the next month."""
    touched = {
        one.project_id
        for one in figures.changes_after(tx, frozen.year, frozen.month, frozen.as_of)
        if one.kind != "reported"
    }
    if not touched:
        return []
    now = {one: found.invested for one, found in figures.as_of(tx, frozen.year, frozen.month).items()}
    numbers = {
        row.project_id: row.number
        for row in events.events_as_of(tx, day_of(frozen.as_of), year=frozen.year).values()
    }
    after = {numbers[one]: now.get(one) for one in touched if one in numbers}
    return changes(frozen, after)


def _projects(
    tx: Tx, directory: Directory, rules: Rules, year: int, moment: datetime, told: Collection[int]
) -> tuple[list[ProjectStand], list[Lapse]]:
    day = _last_day(moment)
    sums = figures.as_of(tx, year, moment)
    starts = rules.regime.starts
    stands, lapses = [], []
    for project_id, one in events.events_as_of(tx, day, year=year, known_by=moment).items():
        project = directory.projects[project_id]
        unit = _unit_of(directory, project)
        finish = one.planned.get(Event.COMPLETED) or month_day(project.finish_month)
        planned_start = one.planned.get(Event.STARTED)
        found = sums.get(project_id)
        stands.append(
            ProjectStand(
                number=one.number,
                name=project.short,
                area=project.area,
                unit=unit,
                nature=one.nature,
                plan=found.plan_at_start if found else one.annual_plan,
                plan_now=one.annual_plan,
                invested=found.invested if found else None,
                running=is_done(one, starts),
                running_due=one.nature != PRELIMINARY and due_day(one, starts) <= day,
                producing=one.in_production_on is not None,
                at_capacity=Event.AT_CAPACITY in one.dates,
                completion_due=finish is not None and finish <= day,
                reported=project_id in told,
                planned_start=f"{planned_start:%Y-%m}" if planned_start else "",
            )
        )
        if project_id not in told:
            lapses.append(Lapse(Cause.SILENT, project.area, unit, f"{project.short}本月没有报送进展"))
    moved = reports.moved_before(tx, moment)
    for counted in stalled.read(tx, [one.id for one in directory.ledger], year, moved):
        months = months_without(counted.standstill.since, moment)
        if months:
            project = directory.projects[counted.project_id]
            words = f"{project.short}{month_words(months)}没有进展"
            lapses.append(Lapse(Cause.STALLED, project.area, _unit_of(directory, project), words))
    return stands, lapses


def _tickets(
    tx: Tx, directory: Directory, begins: datetime, moment: datetime
) -> tuple[list[TicketStand], int]:
    """Problems that were open in the month, and how many were new in it."""
    found = [one for one in tickets.stood(tx, begins, moment) if one.state is not State.WITHDRAWN]
    limits = tickets.deadlines_of(tx, [one.id for one in found])
    ended = history.struck_off_at(tx, [one.id for one in found])
    stands = [
        _ticket(directory, one, limits[one.id], ended.get(one.id), moment)
        for one in found
        if one.is_open or one.id in ended
    ]
    return stands, sum(begins <= one.reported_at < moment for one in found)


def _ticket(
    directory: Directory, one: Ticket, rows: list[DeadlineRow], ended: datetime | None, moment: datetime
) -> TicketStand:
    unit = directory.units.get(one.lead_id or 0)
    areas = {area.id: area.name for area in directory.areas}
    project = directory.projects[one.project_id]
    solving = [row for row in rows if row.kind in SOLVING]
    # who has claimed the end is not late while the office has yet to confirm it
    due = min((row.due for row in tickets.ran_at(solving, moment)), default=None)
    solved = ended is not None and ended <= moment
    over = due is not None and due <= moment
    met = [row for row in solving if row.void_at is None and row.met_at is not None]
    return TicketStand(
        number=one.number,
        title=one.title,
        project=project.short,
        area=areas.get(unit.area_id or 0, "") if unit else "",
        unit=unit.name if unit else "",
        due=solved or over,
        solved=solved,
        in_time=solved and all(row.met_at is not None and row.met_at <= row.due for row in met),
        days_over=(_last_day(moment) - _last_day(due)).days if over and not solved and due is not None else 0,
    )


def _false_claims(tx: Tx, directory: Directory, since: datetime, until: datetime) -> list[Lapse]:
    """What spot checks found false in that time, by whom it was claimed."""
    areas = {one.id: one.name for one in directory.areas}
    found = []
    for who, checks in proof.false_claims(tx, since, until).items():
        area = areas.get(who.id or 0, "") if who.kind == "area" else ""
        unit = directory.units.get(who.id or 0) if who.kind == "unit" else None
        if unit is not None:
            area = areas.get(unit.area_id or 0, "")
        for one in checks:
            project = directory.projects[one.project_id]
            words = f"{project.short}抽查不实{f'（{one.words}）' if one.words else ''}"
            found.append(Lapse(Cause.FALSE_CLAIM, area, unit.name if unit else "", words))
    return found


def _unit_of(directory: Directory, project: Project) -> str:
    """Whose the city's own project is: its liaison's unit, else its first owner."""
    for who in project.liaisons:
        person = directory.people.get(who)
        if person is not None and person.unit:
            return person.unit
    return project.owners[0] if project.owners else ""


def _last_day(moment: datetime) -> date:
    """The last day that has a part before that moment."""
    day = day_of(moment)
    return day if moment > at(day, time.min) else date.fromordinal(day.toordinal() - 1)
