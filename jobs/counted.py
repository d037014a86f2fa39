"""计次职责: before a period ends who is behind is reminded, and the city's office reads who is. Row A7."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.calendar import at, day_of
from bot.mechanism.counted import EVERY, PERIODS, period_of
from bot.mechanism.hours import back_to_allowed_day
from bot.mechanism.model import Counted
from bot.wording import date_words
from storage import counted, outbox, runs
from storage.database import Tx
from storage.directory import Person

if TYPE_CHECKING:
    from jobs.schedule import Office


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """Once in each period, on the regime's day before it ends, or the first working morning after that."""
    did = False
    for rule in city.rules.regime.counted:
        when = _morning(rule, day_of(now), city)
        if when is None or now < when or not runs.first(tx, _key(rule, day_of(now)), now):
            continue
        did |= outbox.add_in_hours(tx, _notices(tx, rule, now, city), now, city.directory, city.rules) > 0
    return did


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """The next of these mornings."""
    moments = []
    for rule in city.rules.regime.counted:
        day = day_of(now)
        when = _morning(rule, day, city)
        if when is None or runs.happened(tx, _key(rule, day)):
            when = _morning(rule, period_of(rule, day)[1] + timedelta(days=1), city)
        if when is not None:
            moments.append(max(when, now))
    return min(moments, default=None)


def _notices(tx: Tx, rule: Counted, now: datetime, city: "Office") -> list[outbox.Notice]:
    directory, today = city.directory, day_of(now)
    first, last = period_of(rule, today)
    totals = counted.totals(tx, rule.name, first, last)
    behind: list[tuple[str, int, list[Person]]] = []
    if rule.of == "area":
        for area in directory.areas:
            behind.append((area.name, totals.get((area.id, None), 0), directory.office_people(area.id)))
    elif rule.of == "unit":
        for name in rule.units:
            if unit := directory.unit_called(name):
                behind.append((unit.name, totals.get((None, unit.id), 0), directory.contacts(unit.id)))
    else:
        behind.append(("全市", totals.get((None, None), 0), []))
    behind = [one for one in behind if one[1] < rule.times]
    if not behind:
        return []
    until = (
        f"{PERIODS[rule.period]}到{date_words(last, today)}止，{EVERY[rule.period]}{rule.times}{rule.measure}"
    )
    source = city.rules.regime.notice_of(rule.clause) if rule.clause else "本机制自定"
    notices = [
        _notice(
            f"{_key(rule, today)}:{who.id}",
            who,
            f"{name}{rule.name}{done}{rule.measure}，还差{rule.times - done}{rule.measure}（{until}）",
            f"开展了请回一句，如“今天{rule.words[0]}1{rule.measure}，…”。",
            f"依据{source}",
        )
        for name, done, readers in behind
        for who in readers
    ]
    said = "、".join(f"{name}{done}{rule.measure}" for name, done, _ in behind)
    line = f"{rule.name}还没有达到的：{said}（{until}）"
    return notices + [
        _notice(
            f"{_key(rule, today)}:office:{who.id}", who, line, "明细请回“计次完成情况”。", f"依据{source}"
        )
        for who in directory.office_people(None)
    ]


def _notice(key: str, who: Person, line: str, answer: str, why: str) -> outbox.Notice:
    return outbox.Notice(
        key=key,
        kind="counted",
        urgency="reminder",
        person_id=who.id,
        line=line,
        answer=answer,
        why=why,
    )


def _morning(rule: Counted, day: date, city: "Office") -> datetime | None:
    """The working morning, from the regime's day of that day's period on (a rest day: the one before), that is
    not before that day."""
    last = period_of(rule, day)[1]
    begins = back_to_allowed_day(
        city.rules.regime, city.rules.calendar, last - timedelta(days=rule.remind_days)
    )
    wanted = city.rules.calendar.next_workday(max(begins, day))
    return at(wanted, city.rules.regime.hours.reminders_at) if wanted <= last else None


def _key(rule: Counted, day: date) -> str:
    return f"counted:{rule.name}:{period_of(rule, day)[1].isoformat()}"
