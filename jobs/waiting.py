"""待核实、待销号: each working morning the office reads what has waited for it for too long, in one message."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.calendar import at, day_of
from bot.mechanism.hours import is_open
from bot.mechanism.states import State
from bot.wording import numbers
from storage import history, outbox, runs
from storage.database import Tx
from storage.directory import Person
from storage.tickets import Ticket

if TYPE_CHECKING:
    from jobs.schedule import Office

_WHAT = ((State.REPORTED, "核实"), (State.RESOLVED, "销号确认"))


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """Remind each office of its own, once a working day."""
    morning = _morning(city, day_of(now))
    if morning is None or now < morning or not runs.first(tx, _key(day_of(now)), now):
        return False
    if not is_open(city.rules.regime, city.rules.calendar, now):
        return False  # nobody looked in the morning: the next one will do
    readers: dict[int, Person] = {}
    waits: dict[int, list[Ticket]] = {}
    for ticket, since in history.awaiting(tx):
        if since + _after(city) > now:
            continue
        project = city.directory.projects[ticket.project_id]
        for one in city.directory.office_of(project, ticket.level, ticket.unit_ids, ticket.asked_units):
            readers[one.id] = one
            waits.setdefault(one.id, []).append(ticket)
    hours = city.rules.regime.waiting.after_hours
    notices = [
        outbox.Notice(
            key=f"{_key(day_of(now))}:{reader.id}",
            kind="waiting",
            urgency="reminder",
            person_id=reader.id,
            line=f"{'；'.join(_counted(waits[reader.id]))}，都超过{hours}小时了",
            answer="看明细请回“待核实的有哪些”“待销号的有哪些”。",
            why="您负责核实和确认销号",
        )
        for reader in readers.values()
    ]
    return outbox.add_in_hours(tx, notices, now, city.directory, city.rules) > 0


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """The first working morning on which something will have waited too long."""
    ripe = min((since + _after(city) for _, since in history.awaiting(tx)), default=None)
    if ripe is None:
        return None
    day = day_of(max(ripe, now))
    while (morning := _morning(city, day)) is None or morning < ripe or runs.happened(tx, _key(day)):
        day += timedelta(days=1)
    return max(morning, now)


def _counted(some: list[Ticket]) -> list[str]:
    found = [(what, [one.number for one in some if one.state is state]) for state, what in _WHAT]
    return [f"等您{what}的{len(ids)}件（{numbers(ids)}）" for what, ids in found if ids]


def _after(city: "Office") -> timedelta:
    return timedelta(hours=city.rules.regime.waiting.after_hours)


def _morning(city: "Office", day: date) -> datetime | None:
    return at(day, city.rules.regime.hours.reminders_at) if city.rules.calendar.is_workday(day) else None


def _key(day: date) -> str:
    return f"waiting:{day.isoformat()}"
