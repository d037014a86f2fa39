"""储备梳理: after each month or quarter the city's office reads how the reserve and the signed projects stand
against the regime (P9, P10)."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.calendar import add_months, at, day_of
from bot.mechanism.rate_words import percent
from bot.mechanism.reserve import Reserved, Stage, checks, signed_share
from storage import outbox, reserve, runs
from storage.database import Tx

if TYPE_CHECKING:
    from jobs.schedule import Office

KIND = "reserve"
_LATE = timedelta(days=7)  # after an outage, what is older is not told any more


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """Say once how the period ended."""
    moment = _moment(day_of(now), city)
    if moment is None or not moment <= now < moment + _LATE or runs.happened(tx, _key(moment)):
        return False
    ended = day_of(moment).replace(day=1) - timedelta(days=1)
    some = reserve.read(tx, ended, city.directory.year)
    if not some or not runs.first(tx, _key(moment), now):
        return False
    parts = _parts(tx, some, ended, city)
    notices = [
        outbox.Notice(
            key=f"{_key(moment)}:{reader.id}",
            kind=KIND,
            urgency="reminder",
            person_id=reader.id,
            line=f"储备和签约项目（截至{ended.month}月{ended.day}日）：{'；'.join(parts)}",
            answer="看明细请回“储备项目情况”“未开工的签约项目”“各县储备”。",
            why="您是重点办值守人员，储备项目定期梳理",
        )
        for reader in city.directory.office_people(None)
    ]
    return outbox.add_in_hours(tx, notices, now, city.directory, city.rules) > 0


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """The next period's end, where there is a reserve."""
    if not reserve.known(tx):
        return None
    day = day_of(now)
    for months in range(5):
        moment = _moment(add_months(day.replace(day=1), months), city)
        if moment is None:
            continue
        if moment > now or (now < moment + _LATE and not runs.happened(tx, _key(moment))):
            return max(moment, now)
    return None


def _moment(day: date, city: "Office") -> datetime | None:
    """The first working morning of that day's month, if a period ended with the month before."""
    rule = city.rules.regime.reserve
    if rule is None or (rule.look_through == "quarter" and day.month not in (1, 4, 7, 10)):
        return None
    first = city.rules.calendar.next_workday(day.replace(day=1))
    return at(first, city.rules.regime.hours.reminders_at)


def _parts(tx: Tx, some: list[Reserved], ended: date, city: "Office") -> list[str]:
    rule, directory = city.rules.regime.reserve, city.directory
    parts = []
    waiting = [one for one in some if not one.stage >= Stage.STARTED]
    parts.append(f"在库{len(some)}个，未开工{len(waiting)}个")
    if rule is not None:
        plan = sum(one.annual_plan for one in directory.ledger)
        tasks = reserve.tasks(tx, directory.year)
        areas = {one.id: one.name for one in directory.areas}
        found = checks(some, rule, tasks=tasks, areas=areas, annual_plan=plan)
        missed = [one.words for one in found if one.is_met is False]
        parts += missed[:6] or ["各项都达到要求"]
    signed = city.rules.regime.signed
    share = signed_share(some, ended.year)
    if signed is not None and share.signed:
        lacks = share.lacks(signed)
        want = f"全年应达{percent(signed.share)}，{f'还差{lacks}个' if lacks else '已达到'}"
        parts.append(
            f"今年签约{len(share.signed)}个，已开工{len(share.started)}个（{percent(share.share)}，{want}）"
        )
    return parts


def _key(moment: datetime) -> str:
    return f"reserve:{moment.date().isoformat()}"
