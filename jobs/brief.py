"""包联项目超期情况: once a week a draft for each leader whose projects have something long late, by the office.

What has just passed its limit climbs its own ladder; what he was told of within the last week is not said again. Row R2.
"""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bot import lamps
from bot.calendar import at, day_of
from bot.mechanism.hours import is_open, plus_working_hours
from bot.mechanism.model import SOLVING, Sponsorship
from bot.people import Rank
from bot.wording import due_words
from storage import outbox, runs, shown, tickets
from storage.database import Tx
from storage.directory import Directory, Person
from storage.tickets import Ticket

if TYPE_CHECKING:
    from jobs.schedule import Office

_WEEK = timedelta(days=7)
_MOST = 4


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """On the regime's weekday; a week that was slept through is skipped."""
    rule, today = city.rules.regime.sponsorship, day_of(now)
    when = _when(rule, today, city)
    if rule is None or when is None or now < when or not runs.first(tx, _key(when.date()), now):
        return False
    if day_of(when) != today or not is_open(city.rules.regime, city.rules.calendar, now):
        return False
    late = _late(tx, now, now - timedelta(days=rule.brief_after), city.directory)
    release_at = plus_working_hours(
        city.rules.regime, city.rules.calendar, now, city.rules.regime.release_after
    )
    told: list[Person] = []
    for who, found in late:
        draft = outbox.Notice(
            key=f"{_key(today)}:{who.id}",
            kind="draft",
            urgency="event",
            person_id=who.id,
            line=_line(tx, who, found, now, city.directory),
            draft=True,
            release_at=release_at,
        )
        if outbox.add(tx, draft, now):
            told.append(who)
    if told:
        _tell_office(tx, told, release_at, now, city)
    return bool(told)


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """The next such morning."""
    rule = city.rules.regime.sponsorship
    for weeks in range(9):
        when = _when(rule, day_of(now) + timedelta(weeks=weeks), city)
        if when is not None and when > now:
            return when
    return None


def _when(rule: Sponsorship | None, day: date, city: "Office") -> datetime | None:
    """The hour in that day's week; on a rest day the next working day of the week, none if there is none."""
    if rule is None or rule.brief_weekday is None or rule.brief_at is None:
        return None
    monday = day - timedelta(days=day.weekday())
    wanted = city.rules.calendar.next_workday(monday + timedelta(days=rule.brief_weekday - 1))
    return at(wanted, rule.brief_at) if wanted < monday + _WEEK else None


def _late(tx: Tx, now: datetime, since: datetime, directory: Directory) -> list[tuple[Person, list[Ticket]]]:
    """Leaders who look after projects, with the tickets over since then of which they have not read within a week."""
    open_ones = tickets.all_open(tx)
    limits = tickets.deadlines_of(tx, [one.id for one in open_ones])
    over = [
        one
        for one in open_ones
        if one.paused_until is None
        and any(row.runs and row.kind in SOLVING and row.due <= since for row in limits[one.id])
    ]
    found: dict[int, list[Ticket]] = {}
    for one in over:
        project = directory.projects.get(one.project_id)
        if project is not None and not project.gone:
            for who in project.city_sponsors + project.county_sponsors:
                found.setdefault(who, []).append(one)
    known = shown.lately_about(tx, found.keys(), now - _WEEK)
    named = [
        (directory.people[who], [one for one in some if (who, one.id) not in known])
        for who, some in found.items()
        if who in directory.people and directory.people[who].rank >= Rank.COUNTY_LEADER
    ]
    return sorted(((who, some) for who, some in named if some), key=lambda pair: (-pair[0].rank, pair[0].id))


def _line(tx: Tx, who: Person, found: list[Ticket], now: datetime, directory: Directory) -> str:
    mine = [one for one in directory.ledger if who.id in one.city_sponsors + one.county_sponsors]
    limits = tickets.deadlines_of(tx, [one.id for one in found])
    said = "；".join(lamps.line(directory, one, limits[one.id], now) for one in found[:_MOST])
    more = f"；等{len(found)}件" if len(found) > _MOST else ""
    return f"您包联的{len(mine)}个项目，超期未办结{len(found)}件：{said}{more}。专此报告，妥否，请示。"


def _tell_office(tx: Tx, told: list[Person], release_at: datetime, now: datetime, city: "Office") -> None:
    names = "、".join(who.called for who in told[:_MOST]) + (
        f"等{len(told)}位领导" if len(told) > _MOST else ""
    )
    for one in city.directory.office_people(None):
        notice = outbox.Notice(
            key=f"{_key(day_of(now))}:waits:{one.id}",
            kind="draft-waits",
            urgency="event",
            person_id=one.id,
            line=f"拟呈{names}：包联项目超期情况，{due_words(release_at, day_of(now))}前不处理将自动发出",
            answer="看草稿请回“待发呈报”。",
            why="给领导的呈报要先经重点办",
        )
        outbox.add_in_hours(tx, [notice], now, city.directory, city.rules)


def _key(day: date) -> str:
    return f"brief:{day.isoformat()}"
