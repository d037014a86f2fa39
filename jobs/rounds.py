"""Rounds of questions: those of the regime's rhythm begin, and each that is over is told to who asked. Rows A8, H2.

Who has reported on all his projects in this week already is not asked again.
"""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.calendar import at, day_of
from bot.mechanism.hours import plus_working_hours
from bot.mechanism.model import Asking
from bot.mechanism.rhythms import following, latest
from bot.round_words import round_words
from bot.wording import due_words
from storage import outbox, reports, rounds, runs
from storage.database import Tx
from storage.directory import Person
from storage.rounds import Round

if TYPE_CHECKING:
    from jobs.schedule import Office

_MOST_NAMED = 4


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """Begin what is due today, close what is over."""
    did = False
    for asking in city.rules.regime.asking:
        when = latest(asking, city.rules.calendar, now)
        if now >= _until(asking, when, city):
            continue  # what was slept through is not made up for
        if runs.first(tx, _key(asking, when.date()), now):
            did |= _ask(tx, asking, now, _until(asking, when, city), city)
    for one in rounds.due(tx, now):
        _tell(tx, one, now, city)
        rounds.close(tx, one.id, now)
        did = True
    return did


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """The end of a round, or the next one of the rhythm."""
    moments = [rounds.next_until(tx)]
    moments += [following(asking, city.rules.calendar, now) for asking in city.rules.regime.asking]
    return min((moment for moment in moments if moment is not None), default=None)


def _ask(tx: Tx, asking: Asking, now: datetime, until: datetime, city: "Office") -> bool:
    directory, today = city.directory, day_of(now)
    monday = at(today - timedelta(days=today.weekday()), time.min)
    told = reports.reported_since(tx, monday, now)
    asked: dict[int, set[int]] = {}
    for project in directory.ledger:
        if project.id not in told:
            for who in project.liaisons:
                if who in directory.people:
                    asked.setdefault(who, set()).add(project.id)
    if not asked:
        return False
    rounds.begin(
        tx,
        kind=rounds.SCHEDULED,
        name=asking.name,
        words=asking.question,
        at=now,
        until=until,
        asked=asked,
    )
    notices = []
    for who, ids in asked.items():
        names = [directory.projects[one].short for one in sorted(ids)]
        about = "、".join(names[:_MOST_NAMED]) + (f"等{len(names)}个项目" if len(names) > _MOST_NAMED else "")
        notices.append(
            outbox.Notice(
                key=f"{_key(asking, today)}:{who}",
                kind="round",
                urgency="reminder",
                person_id=who,
                line=f"{asking.name}：{about}{asking.question}？请{due_words(until, today)}前回一句",
                answer=f"这样写就行：“{names[0]}本周完成300万元，卡在供水管迁改”；没有变化回“正常推进”。",
                why="您是项目联络员；本周报过的项目没有再问。",
            )
        )
    return outbox.add_in_hours(tx, notices, now, directory, city.rules) > 0


def _tell(tx: Tx, one: Round, now: datetime, city: "Office") -> None:
    """The one who asked, else the city's office."""
    asker = city.directory.people.get(one.asked_by_id or 0)
    readers: list[Person] = [asker] if asker else city.directory.office_people(None)
    notices = [
        outbox.Notice(
            key=f"round:{one.id}:{who.id}",
            kind="round-over",
            urgency="event",
            person_id=who.id,
            line=round_words(tx, city.directory, one),
            answer="" if asker else "要催请回“催市水务局”这样一句，或“一键调度闻喜县”。",
            why="" if asker else "您是重点办值守人员",
        )
        for who in readers
    ]
    outbox.add_in_hours(tx, notices, now, city.directory, city.rules)


def _until(asking: Asking, when: datetime, city: "Office") -> datetime:
    return plus_working_hours(city.rules.regime, city.rules.calendar, when, float(asking.hours))


def _key(asking: Asking, day: date) -> str:
    return f"asking:{asking.name}:{day.isoformat()}"
