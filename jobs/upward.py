"""定期列报: open problems to the vice mayor in charge, major ones to the mayor, as drafts of the office (T12).

The vice mayor in charge of a project is the one entered as such, else the city's leader who looks after it
(own reading); what has neither is named to the office. Of times that were missed only the latest comes.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from bot import lamps
from bot.acts import Severity
from bot.calendar import day_of
from bot.mechanism.hours import plus_working_hours
from bot.mechanism.rhythms import following, latest
from bot.mechanism.states import State
from bot.people import Rank
from bot.wording import due_words, numbers
from storage import outbox, runs, tickets
from storage.database import Tx
from storage.directory import FIELD_LEADER, Directory, Person, Project
from storage.tickets import DeadlineRow, Ticket

if TYPE_CHECKING:
    from jobs.schedule import Office

_MOST = 8


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """Draft the lists, once for each time."""
    rule = city.rules.regime.upward
    if rule is None:
        return False
    due = latest(rule, city.rules.calendar, now)
    if not tickets.any_open(tx) or not runs.first(tx, _key(due), now):
        return False
    # what the office has yet to verify is no problem of the ledger
    found = [one for one in tickets.all_open(tx) if one.reported_at < due and one.state is not State.REPORTED]
    limits = tickets.deadlines_of(tx, [one.id for one in found])
    lists: dict[int, list[Ticket]] = {}
    nobodys = []
    for one in found:
        leader = in_charge(city.directory, city.directory.projects[one.project_id])
        if leader is None:
            nobodys.append(one.number)
        else:
            lists.setdefault(leader.id, []).append(one)
    major = [one for one in found if one.listed or one.severity == Severity.COMPLEX]
    notices = []
    for leader_id, mine in sorted(lists.items()):
        leader = city.directory.people[leader_id]
        text = f"您分管项目的在办问题{_list(mine, limits, city.directory, now)}请予研判调度。妥否，请示。"
        notices += _draft(leader, text, due, now, city)
    if major:
        text = f"当前重大问题{_list(major, limits, city.directory, now)}拟请您专题调度。妥否，请示。"
        for who in city.directory.people.values():
            if who.rank == Rank.MAYOR:
                notices += _draft(who, text, due, now, city, what="major")
    if nobodys:
        notices += [
            outbox.Notice(
                key=f"{_key(due)}:nobody:{one.id}",
                kind="upward-nobody",
                urgency="event",
                person_id=one.id,
                line=f"定期列报：{numbers(nobodys[:_MOST])}{'等' if len(nobodys) > _MOST else ''}所属项目没有分管副市长，没有列报",
                answer="请回“某项目由某副市长分管”登记。",
                why="列报由重点办办理",
            )
            for one in city.directory.office_people(None)
        ]
    outbox.add_in_hours(tx, [one for one in notices if not one.draft], now, city.directory, city.rules)
    outbox.add_all(tx, [one for one in notices if one.draft], now)
    return True


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """The next time, while anything is open."""
    rule = city.rules.regime.upward
    if rule is None or not tickets.any_open(tx):
        return None
    if not runs.happened(tx, _key(latest(rule, city.rules.calendar, now))):
        return now
    return following(rule, city.rules.calendar, now)


def in_charge(directory: Directory, project: Project) -> Person | None:
    """The vice mayor in charge of the project, else the city's leader who looks after it."""
    named = (*project.others.get(FIELD_LEADER, ()), *project.city_sponsors)
    leaders = [directory.people[one] for one in named if one in directory.people]
    return next((one for one in leaders if one.rank == Rank.CITY_LEADER), next(iter(leaders), None))


def _list(
    found: Sequence[Ticket], limits: dict[int, list[DeadlineRow]], directory: Directory, now: datetime
) -> str:
    """2件，超期1件：17号 …（市水务局，办理中，超期2天）；…。 The most overdue first."""
    rows = sorted(found, key=lambda one: _end(one, limits[one.id], now))
    late = [one for one in found if lamps.is_over(lamps.next_limit(one, limits[one.id]), now)]
    said = "；".join(lamps.line(directory, one, limits[one.id], now) for one in rows[:_MOST])
    rest = f"；等{len(rows)}件" if len(rows) > _MOST else ""
    return f"{len(rows)}件，超期{len(late)}件：{said}{rest}。"


def _end(one: Ticket, rows: Sequence[DeadlineRow], now: datetime) -> tuple[bool, datetime, int]:
    limit = lamps.next_limit(one, rows)
    return (limit is None, limit.due if limit else now, one.number)


def _draft(
    leader: Person, text: str, due: datetime, now: datetime, city: "Office", what: str = "list"
) -> list[outbox.Notice]:
    """The draft, and the office's people told that it waits."""
    regime = city.rules.regime
    release_at = plus_working_hours(regime, city.rules.calendar, now, regime.release_after)
    key = f"{_key(due)}:{what}:{leader.id}"
    waits = [
        outbox.Notice(
            key=f"{key}:{one.id}",
            kind="draft-waits",
            urgency="event",
            person_id=one.id,
            line=f"定期列报拟呈{leader.called}，{due_words(release_at, day_of(now))}前不处理将自动发出",
            answer="看草稿请回“待发呈报”。",
            why="给市领导的都要先经重点办",
        )
        for one in city.directory.office_people(None)
    ]
    draft = outbox.Notice(
        key=key,
        kind="draft",
        urgency="event",
        person_id=leader.id,
        line=text,
        why="定期列报",
        not_before=now,
        draft=True,
        release_at=release_at,
    )
    return [draft, *waits]


def _key(due: datetime) -> str:
    return f"upward:{due:%Y-%m-%d}"
