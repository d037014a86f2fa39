"""日报: each group gets its summary at its time, once, however often the process restarts. Row H1.

Of summaries that were missed only the latest is sent; the older ones are kept as skipped. At the regime's
own time the office reads, in private, what of the day's messages could not be understood.
"""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bot import daily
from bot.calendar import day_of
from bot.mechanism.rhythm import next_summary, summary_at
from storage import inbox, outbox, runs
from storage.database import Tx
from storage.directory import Group

if TYPE_CHECKING:
    from jobs.schedule import Office

_MOST_DAYS = 14  # how far back missed days are noted as skipped
_MOST_MISSED = 8


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """Make what is due for each group, and the office's own line."""
    made = [_for_group(tx, now, city, group) for group in city.directory.groups.values()]
    return any([*made, _for_office(tx, now, city)])


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """When the next group's summary, or the office's line, is to be made."""
    moments = [_next(city, group, now) for group in city.directory.groups.values()]
    moments.append(next_summary(city.rules.regime, city.rules.calendar, now))
    for group in city.directory.groups.values():
        latest = _latest(city, group, now)
        if runs.happened(tx, _since(group)) and not runs.happened(tx, _key(group, day_of(latest))):
            moments.append(latest)
    return min(moments)


def make(tx: Tx, city: "Office", group: Group, day: date, at: datetime) -> bool:
    """Put that day's summary into the group's outbox; False if that was done before."""
    if not runs.first(tx, _key(group, day), at):
        return False
    return outbox.add(
        tx,
        outbox.Notice(
            key=_key(group, day),
            kind="summary",
            urgency="reminder",
            group_id=group.id,
            line=daily.of_group(tx, city.directory, city.rules, group, day, at),
        ),
        at,
    )


def _for_group(tx: Tx, now: datetime, city: "Office", group: Group) -> bool:
    latest = _latest(city, group, now)
    if runs.first(tx, _since(group), now) and latest < now:
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
    return f"summary:{group.id}:since"


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


def _for_office(tx: Tx, now: datetime, city: "Office") -> bool:
    """Tell the city's office which messages of the last day could not be understood."""
    due = summary_at(city.rules.regime, city.rules.calendar, day_of(now))
    if due is None or now < due or not runs.first(tx, f"not-understood:{day_of(now).isoformat()}", now):
        return False
    before = due - timedelta(days=1)
    while summary_at(city.rules.regime, city.rules.calendar, day_of(before)) is None:
        before -= timedelta(days=1)
    missed = inbox.missed_since(tx, before, due)
    if not missed:
        return False
    said = []
    for one in missed[:_MOST_MISSED]:
        who = city.directory.person_of(one.channel, one.account)
        said.append(f"{who.signed if who else one.account} {one.at:%H:%M}：“{one.text[:40]}”")
    more = f"\n另有{len(missed) - _MOST_MISSED}条，见值班页面。" if len(missed) > _MOST_MISSED else ""
    notices = [
        outbox.Notice(
            key=f"not-understood:{day_of(now).isoformat()}:{reader.id}",
            kind="not-understood",
            urgency="event",
            person_id=reader.id,
            line=f"今日有{len(missed)}条消息没有读懂，原话已保存，请看一下：\n" + "\n".join(said) + more,
            answer="可代报：“代王建国报：342改线本月完成1800万元”。",
            why="您是重点办值守人员",
        )
        for reader in city.directory.office_people(None)
    ]
    return outbox.add_all(tx, notices, now) > 0
