"""早上要办的: each working morning a leader reads what waits for him; nothing when nothing waits.

A county's or the city's leader: what the office released to him and he has not answered, and his instructions
that came back. Who heads the office: ends to confirm and drafts to release. Through his secretary where so set.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.calendar import at, day_of
from bot.mechanism.hours import Urgency, allowed
from bot.mechanism.states import State
from bot.people import Rank, Role
from bot.wording import date_words, numbers
from storage import drafts, history, outbox, runs, shown
from storage.database import Tx
from storage.directory import Directory, Person
from storage.shown import Shown
from storage.tickets import Ticket

if TYPE_CHECKING:
    from jobs.schedule import Office

_MOST = 5
_SHOWN = 46


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """Once a working day, at the regime's hour; a morning that was slept through is skipped."""
    rule, today = city.rules.regime.digest, day_of(now)
    if rule is None or not city.rules.calendar.is_workday(today) or now < at(today, rule.at):
        return False
    if not runs.first(tx, _key(today), now):
        return False
    if allowed(city.rules.regime, city.rules.calendar, now, Urgency.REMINDER, leader=True) > now:
        return False
    since = at(city.rules.calendar.add_workdays(today, -rule.most_mornings), time.min)
    notices = [
        outbox.Notice(
            key=f"{_key(today)}:{who.id}",
            kind="digest",
            urgency="reminder",
            person_id=who.id,
            heading="",
            line=line,
            answer=answer,
        )
        for who, line, answer in (*_leaders(tx, today, since, city.directory), *_heads(tx, city.directory))
    ]
    return outbox.add_in_hours(tx, notices, now, city.directory, city.rules) > 0


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """The next working morning, if anything may wait then."""
    rule = city.rules.regime.digest
    if rule is None:
        return None
    day = day_of(now)
    while not city.rules.calendar.is_workday(day) or runs.happened(tx, _key(day)):
        day += timedelta(days=1)
    since = at(city.rules.calendar.add_workdays(day, -rule.most_mornings), time.min)
    if not (shown.unanswered(tx, since) or drafts.waiting(tx) or history.awaiting(tx)):
        return None
    return max(at(day, rule.at), now)


def _leaders(tx: Tx, today: date, since: datetime, directory: Directory) -> Iterator[tuple[Person, str, str]]:
    """What was released to each, and came before today: what came this morning he has just read."""
    waits: dict[int, list[Shown]] = {}
    for one in shown.unanswered(tx, since):
        if day_of(one.sent_at) < today:
            waits.setdefault(one.reader_id, []).append(one)
    for reader_id, found in waits.items():
        who = directory.people.get(reader_id)
        if who is None or who.rank < Rank.COUNTY_LEADER:
            continue
        back = [one for one in found if one.is_return]
        asked = [one for one in found if not one.is_return]
        lines = [f"今天请您阅处{len(found)}件："]
        lines += [f"待您批示：{_line(one, today)}" for one in asked[:_MOST]]
        lines += [f"您批示的已有结果：{_line(one, today)}" for one in back[:_MOST]]
        left = len(found) - len(asked[:_MOST]) - len(back[:_MOST])
        if left > 0:
            lines.append(f"还有{left}件。")
        number = next((one.ticket_number for one in asked if one.ticket_number), None)
        answer = f"批示直接回一句，如“{number}号请抓紧，周五前解决”。" if number else ""
        yield who, "\n".join(lines), answer


def _line(one: Shown, today: date) -> str:
    words = one.line
    if len(words) > _SHOWN:  # what is left ends with a clause, not within a word
        ends = max(words.rfind(sign, 0, _SHOWN) for sign in "。；，")
        words = words[: ends if ends > _SHOWN // 2 else _SHOWN] + "…"
    return f"{words}（{date_words(day_of(one.sent_at), today)}呈）"


def _heads(tx: Tx, directory: Directory) -> Iterator[tuple[Person, str, str]]:
    """Who heads a unit in which an office sits: the ends that it has to confirm, the drafts that wait for it."""
    claimed = [ticket for ticket, _ in history.awaiting(tx) if ticket.state is State.RESOLVED]
    waiting = drafts.waiting(tx)
    if not (claimed or waiting):
        return
    for who in directory.people.values():
        if who.rank != Rank.HEAD or who.unit_id is None:
            continue
        staff = directory.in_unit(who.unit_id, Role.OFFICE)
        if not staff:
            continue
        ends = [one for one in claimed if _is_theirs(one, staff, directory)]
        sends = waiting if directory.area_of(who) is None else []
        parts = [f"待确认销号{len(ends)}件（{numbers(one.number for one in ends[:_MOST])}）"] if ends else []
        parts += [f"待发呈报{len(sends)}件"] if sends else []
        if parts:
            answers = [f"“同意{ends[0].number}号销号”"] if ends else []
            answers += ["“待发呈报”"] if sends else []
            yield who, f"今天待办：{'；'.join(parts)}。", f"请回{'、'.join(answers)}。"


def _is_theirs(ticket: Ticket, staff: Sequence[Person], directory: Directory) -> bool:
    project = directory.projects[ticket.project_id]
    office = directory.office_of(project, ticket.level, ticket.unit_ids, ticket.asked_units)
    return any(one.id == other.id for one in office for other in staff)


def _key(day: date) -> str:
    return f"digest:{day.isoformat()}"
