"""What came about of each project by a day: from the ledger, the reports that count, plans and notes.

Everything is read set by set: a few statements for the whole ledger. A claim that a spot check found false
did not come about.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from bot.acts import Scope, Status
from bot.calendar import at, day_of
from bot.mechanism.events import CONTINUING, NEW, Event, ProjectEvents
from bot.mechanism.milestones import month_day
from bot.wording import short_name
from storage.database import Tx
from storage.tables import area, ledger_entry, project, project_event, report, spot_check

__all__ = ["Event", "Planned", "ProjectEvents", "events_as_of", "note_event", "take_back"]

COUNTED = "counted"
_OTHER_YEARS = (Scope.TOTAL, "")  # sums that may be of years before


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan or a note that a message made."""

    project_id: int
    event: Event
    planned: bool
    day: date


def events_as_of(
    tx: Tx, day: date, *, year: int | None = None, known_by: datetime | None = None
) -> dict[int, ProjectEvents]:
    """{project id: its events up to the end of that day}, for every project of the year's ledger, by number.

    `known_by` leaves out what was reported later (none: what is known now). A report that was taken back,
    corrected or found false since is no event on any day.
    """
    of_year = year or day.year
    rows = tx.execute(_LEDGER, {"of_year": of_year}).all()
    said = _Said(of_year, day)
    for row in tx.execute(_STATUSES, {"known_by": known_by or _END}):
        said.take(row)
    noted: dict[int, list[Any]] = {}
    for row in tx.execute(_NOTES, {"known_by": known_by or _END}):
        noted.setdefault(row.project_id, []).append(row)
    going = [row.id for row in rows if row.build_kind == CONTINUING]
    worked = _worked(tx, going, of_year, day, known_by or _END)
    return {row.id: _events(row, of_year, day, said, noted.get(row.id, ()), worked) for row in rows}


_END = at(date(9999, 1, 1), time.min)
_LEDGER = (
    select(
        project.c.id,
        project.c.name,
        project.c.area_id,
        area.c.name.label("area"),
        project.c.field,
        project.c.tier,
        project.c.build_kind,
        project.c.start_month,
        project.c.start_is_actual,
        project.c.finish_month,
        ledger_entry.c.number,
        ledger_entry.c.total_investment,
        ledger_entry.c.annual_plan,
    )
    .join(ledger_entry, ledger_entry.c.project_id == project.c.id)
    .outerjoin(area, area.c.id == project.c.area_id)
    .where(ledger_entry.c.year == bindparam("of_year"), ledger_entry.c.gone.is_(False))
    .order_by(ledger_entry.c.number)
)
_FALSE = select(spot_check.c.report_id).where(
    spot_check.c.holds.is_(False), spot_check.c.undone_at.is_(None), spot_check.c.report_id.is_not(None)
)
_STATUSES = (
    select(report.c.id, report.c.project_id, report.c.at, report.c.status, report.c.status_day)
    .where(
        report.c.status.is_not(None),
        report.c.state == COUNTED,
        report.c.at < bindparam("known_by"),
        report.c.id.not_in(_FALSE),
    )
    .order_by(report.c.id)
)
_NOTES = (
    select(project_event)
    .where(project_event.c.undone_at.is_(None), project_event.c.at < bindparam("known_by"))
    .order_by(project_event.c.id)
)
_SUMS = (
    select(report.c.project_id, report.c.at, report.c.invested)
    .where(
        report.c.project_id.in_(bindparam("ids", expanding=True)),
        report.c.state == COUNTED,
        report.c.at >= bindparam("since"),
        report.c.at < bindparam("until"),
    )
    .order_by(report.c.at)
)


class _Said:
    """What the reports say of statuses, by project."""

    def __init__(self, year: int, day: date) -> None:
        self.year = year
        self.day = day
        self.dates: dict[int, dict[Event, date]] = {}
        self.fixed: dict[int, dict[Event, date]] = {}
        self.last: dict[int, tuple[date, int, str]] = {}  # the newest status by its day, then as it came

    def take(self, row: Any) -> None:
        """The reports come in their order."""
        reported = day_of(row.at)
        when = row.status_day or reported
        if when > reported:  # fixed ahead: it has come about when it is said to have
            if reported <= self.day and row.status != Status.SUSPENDED:
                self.fixed.setdefault(row.project_id, {})[Event(row.status)] = when
            return
        if when > self.day:
            return
        if (when, row.id) > self.last.get(row.project_id, (date.min, 0, ""))[:2]:
            self.last[row.project_id] = (when, row.id, row.status)
        if row.status == Status.SUSPENDED:
            return
        event = Event(row.status)
        if event is Event.RESUMED and when.year != self.year:
            return
        dates = self.dates.setdefault(row.project_id, {})
        dates[event] = min(when, dates.get(event, when))


def _worked(tx: Tx, ids: Collection[int], year: int, day: date, known_by: datetime) -> dict[int, date]:
    """The first day of the year on which a sum above zero was reported invested in it."""
    found: dict[int, date] = {}
    until = min(at(date(day.year + 1, 1, 1), time.min), known_by)
    for row in tx.execute(_SUMS, {"ids": list(ids), "since": at(date(year, 1, 1), time.min), "until": until}):
        if row.project_id in found or day_of(row.at) > day:
            continue
        if any(item["yuan"] > 0 and item["scope"] not in _OTHER_YEARS for item in row.invested):
            found[row.project_id] = day_of(row.at)
    return found


def _events(
    row: Any, year: int, day: date, said: _Said, noted: Iterable[Any], worked: Mapping[int, date]
) -> ProjectEvents:
    dates = dict(said.dates.get(row.id, {}))
    planned: dict[Event, date] = {}
    month = month_day(row.start_month)
    if month is not None:
        if row.build_kind == NEW:
            planned[Event.STARTED] = month
        if row.start_is_actual and month.replace(day=1) <= day:
            dates.setdefault(Event.STARTED, min(month, day))  # it is in the month that is not over yet
        elif row.build_kind == CONTINUING and month <= day:
            dates.setdefault(Event.STARTED, month)
    if (finish := month_day(row.finish_month)) is not None:
        planned[Event.COMPLETED] = finish
    for one in noted:
        if one.planned:
            planned[Event(one.event)] = one.day
        elif one.day <= day:
            dates[Event(one.event)] = min(one.day, dates.get(Event(one.event), one.day))
    last = said.last.get(row.id)
    return ProjectEvents(
        row.id,
        year,
        row.number,
        short_name(row.name),
        row.area_id,
        row.area or "",
        row.field,
        row.tier,
        row.build_kind,
        row.total_investment,
        row.annual_plan,
        dates,
        planned,
        {event: when for event, when in said.fixed.get(row.id, {}).items() if event not in dates},
        worked.get(row.id),
        last[0] if last is not None and last[2] == Status.SUSPENDED else None,
    )


# ---- plans and notes ---------------------------------------------------------------------------


def note_event(
    tx: Tx,
    one: Planned,
    *,
    by: int | None,
    on_behalf: str,
    words: str,
    moment: datetime,
    inbox_id: int,
) -> None:
    """Keep a plan for an event, or that it came about; the newest plan is the one that stands."""
    tx.execute(
        insert(project_event).values(
            project_id=one.project_id,
            event=one.event.value,
            planned=one.planned,
            day=one.day,
            at=moment,
            person_id=by,
            on_behalf=on_behalf,
            words=words,
            inbox_id=inbox_id,
        )
    )


def take_back(tx: Tx, inbox_id: int, moment: datetime) -> list[Planned]:
    """What that message had noted is taken back; what it was."""
    rows = tx.execute(
        update(project_event)
        .where(project_event.c.inbox_id == inbox_id, project_event.c.undone_at.is_(None))
        .values(undone_at=moment)
        .returning(project_event)
    )
    return [Planned(row.project_id, Event(row.event), row.planned, row.day) for row in rows]
