"""集中开工、三个一批: who has not answered is reminded before the event; afterwards the office reads what came of
it; a quarter without one is said in time (P15)."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.calendar import add_months, at, day_of, first_of_quarter
from bot.mechanism.batch_words import KINDS, came_of
from bot.mechanism.hours import back_to_allowed_day
from bot.mechanism.model.registration import Batches
from bot.wording import date_words
from storage import batches, outbox, reserve, runs
from storage.batches import Batch
from storage.database import Tx
from storage.events import events_as_of

if TYPE_CHECKING:
    from jobs.schedule import Office

KIND = "batch"
_LATE = timedelta(days=3)  # after an outage, what is older is not told any more


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """Do what is due of each event and quarter, once."""
    rule = city.rules.regime.batches
    if rule is None:
        return False
    notices: list[outbox.Notice] = []
    for moment, key, what, one in _moments(tx, now, rule, city):
        if not moment <= now < moment + _LATE or not runs.first(tx, key, now):
            continue
        if one is None:
            notices += _quarter(key, now, rule, city)
        elif what == "remind":
            notices += _remind(key, one, now, rule, city)
        else:
            notices += _follow(tx, key, one, now, city)
    return outbox.add_in_hours(tx, notices, now, city.directory, city.rules) > 0


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """The next of these moments."""
    rule = city.rules.regime.batches
    if rule is None:
        return None
    open_ones = [
        max(moment, now)
        for moment, key, _, _ in _moments(tx, now, rule, city)
        if now < moment + _LATE and not runs.happened(tx, key)
    ]
    return min(open_ones, default=None)


def _moments(
    tx: Tx, now: datetime, rule: Batches, city: "Office"
) -> list[tuple[datetime, str, str, Batch | None]]:
    """What is to be said about now: of each event before and after it, of the quarter if it has none."""
    today, hour, calendar = day_of(now), city.rules.regime.hours.reminders_at, city.rules.calendar
    reach = timedelta(days=max(rule.remind_days, rule.follow_days) + 45)
    found: list[tuple[datetime, str, str, Batch | None]] = []
    near = batches.between(tx, today - reach, today + reach)
    for one in near:
        before = back_to_allowed_day(city.rules.regime, calendar, one.day - timedelta(days=rule.remind_days))
        after = calendar.next_workday(one.day + timedelta(days=rule.follow_days))
        found.append((at(before, hour), f"batch:{one.id}:remind", "remind", one))
        found.append((at(after, hour), f"batch:{one.id}:follow", "follow", one))
    if rule.quarter_days is not None:
        first = first_of_quarter(today)
        last = add_months(first, 3) - timedelta(days=1)
        if all(
            one.area_id is not None for one in batches.between(tx, first, last)
        ):  # a county's is not the city's
            warn = back_to_allowed_day(city.rules.regime, calendar, last - timedelta(days=rule.quarter_days))
            found.append((at(warn, hour), f"batch:quarter:{last.isoformat()}", "quarter", None))
    return found


def _remind(key: str, one: Batch, now: datetime, rule: Batches, city: "Office") -> list[outbox.Notice]:
    """The silent are asked again; the office reads who is not ready."""
    when = f"{date_words(one.day, day_of(now))}{one.name}"
    notices = []
    waiting = [row for row in one.entrants if row.state != batches.READY]
    for row in waiting:
        project = city.directory.projects.get(row.project_id or 0)
        if project is None or row.state != batches.ASKED:
            continue
        notices += [
            _notice(
                f"{key}:{project.id}:{who}", who, f"{project.short}列入{when}，还没有回是否备好",
                f"备好了回“{project.short}{one.name}已备好”，没有就回“{project.short}{one.name}还缺…”。",
                "您是项目联络员", project.id,
            )
            for who in project.liaisons
            if who in city.directory.people
        ]  # fmt: skip
    if waiting:
        lacks = sum(1 for row in waiting if row.state == batches.LACKS)
        line = f"{when}列入{len(one.entrants)}个，还缺条件的{lacks}个，没有回的{len(waiting) - lacks}个"
        notices += _to_office(key, line, f"看名单请回“{one.name}”。", one.area_id, rule.say, city)
    return notices


def _follow(tx: Tx, key: str, one: Batch, now: datetime, city: "Office") -> list[outbox.Notice]:
    events = events_as_of(tx, day_of(now), year=city.directory.year)
    kept = {row.id: row for row in reserve.read(tx, day_of(now), city.directory.year)}
    done = [
        row
        for row in one.entrants
        if came_of(one.kind, events.get(row.project_id or 0), kept.get(row.reserve_id or 0))
    ]
    did = next(words for words, kind in KINDS.items() if kind == one.kind)
    line = f"{date_words(one.day, day_of(now))}{one.name}列入{len(one.entrants)}个，已{did}{len(done)}个"
    return _to_office(key, line, f"没有{did}的请回“{one.name}”看。", one.area_id, "活动成效", city)


def _quarter(key: str, now: datetime, rule: Batches, city: "Office") -> list[outbox.Notice]:
    line = "本季度还没有登记集中开工、三个一批活动"
    answer = "定了日子请回“某月某日集中开工：项目、项目”；先看哪些能上，回“某月某日集中开工”。"
    return _to_office(key, line, answer, None, rule.say, city)


def _to_office(
    key: str, line: str, answer: str, area_id: int | None, why: str, city: "Office"
) -> list[outbox.Notice]:
    readers = city.directory.office_people(area_id)
    return [
        _notice(f"{key}:{who.id}", who.id, line, answer, f"您是重点办值守人员（{why}）", None)
        for who in readers
    ]


def _notice(key: str, who: int, line: str, answer: str, why: str, project_id: int | None) -> outbox.Notice:
    return outbox.Notice(
        key=key,
        kind=KIND,
        urgency="reminder",
        person_id=who,
        project_id=project_id,
        line=line,
        answer=answer,
        why=why,
    )
