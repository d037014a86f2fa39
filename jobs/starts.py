"""开复工预警: before a target and after it, and after each month (旬) of the plan, the office and the counties'
offices read what is missing and which projects hold it (P5).

One message a reader and morning, whatever falls together; what was missed in an outage is not told later than
the regime says.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from bot.calendar import day_of
from bot.mechanism.events import CONTINUING, NEW, Event, ProjectEvents
from bot.mechanism.model import Starts
from bot.mechanism.rate_words import DONE, percent
from bot.mechanism.rates import Kind, Rate, Target, due_day, is_done, start_rate, targets_of
from bot.mechanism.start_warnings import Moment, When, due_now, moments, period_begins
from bot.wording import date_words
from storage import outbox, runs
from storage.database import Tx
from storage.directory import Person
from storage.events import events_as_of

if TYPE_CHECKING:
    from jobs.schedule import Office

KIND = "starts"
_SHOWN = 8


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """Say what has fallen due and was not said."""
    rule = city.rules.regime.starts
    if rule is None:
        return False
    due = [one for one in due_now(_moments(rule, city), rule, now) if runs.first(tx, one.key, now)]
    if not due:
        return False
    year = city.directory.year
    events = list(events_as_of(tx, day_of(now), year=year).values())
    notices = []
    for reader, area_id in _readers(city):
        mine = [one for one in events if area_id is None or one.area_id == area_id]
        parts = [words for moment in due for words in _said(moment, mine, rule, now, of_city=area_id is None)]
        parts = list(dict.fromkeys(parts))
        if parts:
            notices.append(
                outbox.Notice(
                    key=f"{due[0].key}:{reader.id}",
                    kind=KIND,
                    urgency="reminder",
                    person_id=reader.id,
                    line="开复工：" + "。".join(parts),
                    answer="看名单请回“未开工的项目”或“未复工的项目”，改计划请回“某项目开工计划10月中旬”。",
                    why=f"您是重点办值守人员（{rule.say}）。",
                )
            )
    outbox.add_in_hours(tx, notices, now, city.directory, city.rules)
    return True


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """The next warning that has not been given."""
    rule = city.rules.regime.starts
    if rule is None:
        return None
    found = _moments(rule, city)
    if any(not runs.happened(tx, one.key) for one in due_now(found, rule, now)):
        return now
    return next((one.at for one in found if one.at > now), None)


def _moments(rule: Starts, city: "Office") -> list[Moment]:
    return moments(rule, city.rules.regime, city.rules.calendar, city.directory.year)


def _readers(city: "Office") -> list[tuple[Person, int | None]]:
    """The city's office of all, each county's of its own."""
    readers: list[tuple[Person, int | None]] = [(one, None) for one in city.directory.office_people(None)]
    for area in city.directory.areas:
        readers += [(one, area.id) for one in city.directory.office_people(area.id)]
    return readers


def _said(
    moment: Moment, mine: Sequence[ProjectEvents], rule: Starts, now: datetime, *, of_city: bool
) -> list[str]:
    if moment.when is When.PERIOD:
        return _of_period(moment, mine, rule, now)
    found = []
    for kind in Kind:
        rate = start_rate(kind, mine, day_of(now), rule)
        for target in targets_of(kind, rule, mine[0].year if mine else now.year):
            if target.until == moment.day and rate.lacks(target):
                found.append(_of_target(kind, rate, target, mine, moment, now, of_city=of_city))
    return found


def _of_target(
    kind: Kind,
    rate: Rate,
    target: Target,
    mine: Sequence[ProjectEvents],
    moment: Moment,
    now: datetime,
    *,
    of_city: bool,
) -> str:
    """A county reads its own share of the city's target; the target itself is the city's."""
    want = f"{target.say}{'力争' if target.aim else '应达'}{percent(target.share)}"
    until = date_words(target.until, day_of(now))
    done = DONE[kind]
    near = f"{until}到期" if moment.when is When.NEAR else f"{until}已到期"
    where = "" if of_city else "本县"
    return (
        f"{want}（{near}），{where}{rate.denominator}个已{done}{rate.numerator}个、{percent(rate.share)}，"
        f"差{rate.lacks(target)}个，未{done}的：{_names(rate.behind, mine)}"
    )


def _of_period(moment: Moment, mine: Sequence[ProjectEvents], rule: Starts, now: datetime) -> list[str]:
    """Who was planned for the period that is over and has not come about. A target's day has its own words."""
    begins = period_begins(moment.day, rule)
    late = [
        one
        for one in mine
        if one.nature in (NEW, CONTINUING)
        and begins <= due_day(one, rule) <= moment.day
        and not is_done(one, rule)
        and (one.nature != CONTINUING or Event.RESUMED in one.planned)
    ]
    if not late:
        return []
    words = (
        f"{begins.month}月"
        if rule.plan_by == "month"
        else f"{date_words(begins, day_of(now))}—{moment.day.day}日"
    )
    names = _names([one.project_id for one in late], mine)
    return [f"计划{words}开复工、到期没有报的{len(late)}个：{names}"]


def _names(ids: Sequence[int], mine: Sequence[ProjectEvents]) -> str:
    by_id = {one.project_id: one.name for one in mine}
    shown = "、".join(by_id[one] for one in ids[:_SHOWN])
    return shown + (f"等{len(ids)}个" if len(ids) > _SHOWN else "")
