"""入统催报: who started and is not in the statistics is asked for it, some days after the start and again and
again; the office reads with its liaisons' reminders which are missing (P8)."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.calendar import at, day_of
from bot.mechanism.events import ProjectEvents
from bot.mechanism.registration import asked_on, registering
from bot.wording import date_words
from storage import outbox, runs
from storage.database import Tx
from storage.events import events_as_of

if TYPE_CHECKING:
    from jobs.schedule import Office

KIND = "registration"


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """Ask for what has fallen due, once a working morning; of rounds that were missed only the latest."""
    rule = city.rules.regime.registration
    today = day_of(now)
    morning = at(today, city.rules.regime.hours.reminders_at)
    if rule is None or now < morning or not city.rules.calendar.is_workday(today):
        return False
    if not runs.first(tx, _key(today), now):
        return False
    # what was reported since this morning is asked for in another one
    events = events_as_of(tx, today, year=city.directory.year, known_by=morning)
    found = registering(events.values(), rule).missing
    due = [(one, asked) for one in found if (asked := asked_on(one, rule, today)) is not None]
    notices = []
    for one, (count, _) in due:
        project = city.directory.projects[one.project_id]
        started = f"{date_words(one.started_on, today)}开工" if one.started_on else ""
        line = f"{one.name}{started}，还没有报入库入统"
        readers = [city.directory.people[who] for who in project.liaisons if who in city.directory.people]
        answer = f"入了请回“{one.name}已入统”；办不动请写明卡在哪里，请市统计局协调。"
        notices += [
            _notice(one, count, who.id, line, answer, "您负责报这个项目的进展；开工项目应入尽入")
            for who in readers
        ]
        notices += [
            _notice(
                one, count, who.id, line,
                f"名单请回“未入统的项目”；不具备条件请回“{one.name}暂不具备入统条件，原因…”。",
                "您是重点办值守人员",
            )
            for who in city.directory.office_people(None)
        ]  # fmt: skip
    return outbox.add_in_hours(tx, notices, now, city.directory, city.rules) > 0


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """The next working morning, while something is missing."""
    rule, hour = city.rules.regime.registration, city.rules.regime.hours.reminders_at
    if rule is None:
        return None
    events = events_as_of(tx, day_of(now), year=city.directory.year)
    if not registering(events.values(), rule).missing:
        return None
    day = day_of(now)
    while not city.rules.calendar.is_workday(day) or runs.happened(tx, _key(day)):
        day += timedelta(days=1)
    return max(at(day, hour), now)


def _key(day: date) -> str:
    return f"registration:{day.isoformat()}"


def _notice(one: ProjectEvents, count: int, who: int, line: str, answer: str, why: str) -> outbox.Notice:
    return outbox.Notice(
        key=f"registration:{one.project_id}:{one.started_on}:{count}:{who}",
        kind=KIND,
        urgency="reminder",
        person_id=who,
        project_id=one.project_id,
        line=line,
        answer=answer,
        why=why,
    )
