"""日报: each group gets its summary at its time, once, however often the process restarts. Row H1.

Of summaries that were missed only the latest is sent; the older ones are kept as skipped. At the regime's
own time the office reads, in private, what of the day's messages could not be understood.
"""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bot import daily
from bot.calendar import day_of
from bot.mechanism.rhythm import next_summary, summary_at
from bot.wording import moment as moment_words
from storage import inbox, outbox, runs, settings
from storage.database import Tx
from storage.directory import Group

if TYPE_CHECKING:
    from jobs.schedule import Office

_MOST_DAYS = 14  # how far back missed days are noted as skipped
_MOST_MISSED = 3
_LATE = timedelta(hours=1)
_TOLD_UNTIL = "not_understood_until"


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """Make what is due for each group, and the office's own line."""
    made = [_for_group(tx, now, city, group) for group in city.directory.groups.values()]
    return any([*made, _for_office(tx, now, city)])


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """When the next group's summary, or the office's line, is to be made."""
    moments = [_next(city, group, now) for group in city.directory.groups.values()]
    moments.append(next_summary(city.rules.regime, city.rules.calendar, now))
    if not runs.happened(tx, _office_key(_last_summary(city, now))):
        moments.append(now)
    for group in city.directory.groups.values():
        latest = _latest(city, group, now)
        if runs.happened(tx, _since(group)) and not runs.happened(tx, _key(group, day_of(latest))):
            moments.append(latest)
    return min(moments)


def make(tx: Tx, city: "Office", group: Group, day: date, at: datetime) -> bool:
    """Put that day's summary into the group's outbox; False if that was done before."""
    if not runs.first(tx, _key(group, day), at):
        return False
    notice = outbox.Notice(
        key=_key(group, day),
        kind="summary",
        urgency="reminder",
        group_id=group.id,
        line=daily.of_group(tx, city.directory, city.rules, group, day, at),
    )
    if at - daily.summary_moment(group, day) < _LATE:
        return outbox.add(tx, notice, at)
    # A group may have its hour in the evening, but what was missed does not come at night.
    return outbox.add_in_hours(tx, [notice], at, city.directory, city.rules) == 1


def _for_group(tx: Tx, now: datetime, city: "Office", group: Group) -> bool:
    latest = _latest(city, group, now)
    if runs.first(tx, _since(group), now) and latest < (group.since or now):
        # A new group is not owed what came before it.
        runs.first(tx, _key(group, day_of(latest)), now, {"skipped": True})
    if runs.happened(tx, _key(group, day_of(latest))):
        return False
    made = make(tx, city, group, day_of(latest), now)
    for back in range(1, _MOST_DAYS):
        day = day_of(latest) - timedelta(days=back)
        if summary_at(city.rules.regime, city.rules.calendar, day) is None:
            continue
        if not runs.first(tx, _key(group, day), now, {"skipped": True}):
            break
    return made


def _key(group: Group, day: date) -> str:
    return f"summary:{group.id}:{day.isoformat()}"


def _since(group: Group) -> str:
    """It is new again each time that it is entered."""
    entered = f":{int(group.since.timestamp())}" if group.since else ""
    return f"summary:{group.id}:since{entered}"


def _latest(city: "Office", group: Group, now: datetime) -> datetime:
    """The group's last summary that is due by now."""
    day = day_of(now)
    while (moment := _moment(city, group, day)) is None or moment > now:
        day -= timedelta(days=1)
    return moment


def _next(city: "Office", group: Group, now: datetime) -> datetime:
    day = day_of(now)
    while (moment := _moment(city, group, day)) is None or moment <= now:
        day += timedelta(days=1)
    return moment


def _moment(city: "Office", group: Group, day: date) -> datetime | None:
    if summary_at(city.rules.regime, city.rules.calendar, day) is None:
        return None
    return daily.summary_moment(group, day)


def _office_key(due: datetime) -> str:
    return f"not-understood:{day_of(due).isoformat()}"


def _last_summary(city: "Office", now: datetime) -> datetime:
    """The regime's own hour of the last day that had one."""
    day = day_of(now)
    while (moment := summary_at(city.rules.regime, city.rules.calendar, day)) is None or moment > now:
        day -= timedelta(days=1)
    return moment


def _for_office(tx: Tx, now: datetime, city: "Office") -> bool:
    """Tell the city's office which messages could not be understood since it was last told."""
    due = _last_summary(city, now)
    if not runs.first(tx, _office_key(due), now):
        return False
    told_until = settings.get(tx, _TOLD_UNTIL)
    settings.put(tx, _TOLD_UNTIL, due.isoformat())
    since = (
        datetime.fromisoformat(told_until)
        if told_until
        else _last_summary(city, due - timedelta(microseconds=1))
    )
    missed = inbox.missed_since(tx, since, due)
    said = [daily.missed_line(city.directory, one) for one in missed[:_MOST_MISSED]]
    more = f"\n另有{len(missed) - _MOST_MISSED}条，请回“没读懂的”。" if len(missed) > _MOST_MISSED else ""
    notices = [
        outbox.Notice(
            key=f"{_office_key(due)}:{reader.id}",
            kind="not-understood",
            urgency="event",
            person_id=reader.id,
            line=f"{moment_words(since)}以来有{len(missed)}条消息没有读懂，原话已保存，请看一下：\n"
            + "\n".join(said)
            + more,
            answer="可代报：“代王建国报：342改线本月完成1800万元”。",
            why="您是重点办值守人员",
        )
        for reader in (city.directory.office_people(None) if missed else ())
    ]
    return outbox.add_in_hours(tx, notices, now, city.directory, city.rules) > 0
