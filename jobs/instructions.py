"""批示到期: who owes an answer to a leader's instruction is reminded before its day, he and the office after it.

Instructions about a ticket are left to the ticket's own limits.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.calendar import at, day_of
from bot.mechanism.hours import back_to_allowed_day
from bot.mechanism.model import Instructions
from bot.wording import date_words
from storage import instructions, outbox, runs
from storage.database import Tx
from storage.directory import Person
from storage.instructions import Instruction

if TYPE_CHECKING:
    from jobs.schedule import Office

_SHOWN = 60


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """Once a working morning."""
    rule, today = city.rules.regime.instructions, day_of(now)
    morning = _morning(city, today)
    if rule is None or morning is None or now < morning or not runs.first(tx, _key(today), now):
        return False
    notices: list[outbox.Notice] = []
    for one in instructions.wanted_by(tx, today + timedelta(days=_furthest(rule) + 14)):
        notices += _of(one, rule, today, city)
    return outbox.add_in_hours(tx, notices, now, city.directory, city.rules) > 0


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """The first morning on which something is to be said; while anything is over, the next one."""
    rule, due = city.rules.regime.instructions, instructions.next_wanted(tx)
    if rule is None or due is None:
        return None
    first = back_to_allowed_day(city.rules.regime, city.rules.calendar, due - timedelta(days=_furthest(rule)))
    day = max(first, day_of(now))
    while (morning := _morning(city, day)) is None or runs.happened(tx, _key(day)):
        day += timedelta(days=1)
    return max(morning, now)


def _of(one: Instruction, rule: Instructions, today: date, city: "Office") -> Iterable[outbox.Notice]:
    if one.due is None:
        return
    regime, calendar, directory = city.rules.regime, city.rules.calendar, city.directory
    leader = directory.people.get(one.leader_id)
    whose = f"{leader.called if leader else ''}{date_words(day_of(one.at), today)}批示"
    line = f"批示{one.number}（{whose}）：“{one.words[:_SHOWN]}”，要求{date_words(one.due, today)}前"
    answer = f"进展请回“批示{one.number}：…”，办结回“批示{one.number}已办结：…”。"
    over = (today - one.due).days
    if over <= 0:
        mornings = {back_to_allowed_day(regime, calendar, one.due - timedelta(days=n)) for n in rule.remind}
        if today in mornings:
            heading = "今天到期" if not over else f"还有{-over}天到期"
            for who in _owing(one, city):
                yield _notice(f"remind:{today}", one, who, heading, line, answer, "您负责答复这条批示")
        return
    worked = sum(1 for n in range(over) if calendar.is_workday(today - timedelta(days=n)))
    turn = (max(worked, 1) - 1) // rule.over_every
    if turn >= rule.over_most:
        return
    for who in _owing(one, city):
        yield _notice(f"over:{turn}", one, who, f"超期{over}天", line, answer, "您负责答复这条批示")
    for who in directory.office_people(None):
        asks = f"催办后可代录“批示{one.number}：…”。"
        yield _notice(f"over:{turn}", one, who, f"超期{over}天", line, asks, "领导批示由重点办跟踪")


def _notice(
    what: str, one: Instruction, who: Person, heading: str, line: str, answer: str, why: str
) -> outbox.Notice:
    return outbox.Notice(
        key=f"instruction:{one.number}:{what}:{who.id}",
        kind="instruction",
        urgency="reminder",
        person_id=who.id,
        project_id=one.project_id,
        heading=heading,
        line=line,
        answer=answer,
        why=why,
    )


def _owing(one: Instruction, city: "Office") -> list[Person]:
    """The contacts of the unit that was named, else the project's liaisons."""
    directory = city.directory
    if one.unit_id is not None:
        return directory.contacts(one.unit_id)
    project = directory.projects.get(one.project_id or 0)
    return [directory.people[who] for who in (project.liaisons if project else ()) if who in directory.people]


def _furthest(rule: Instructions) -> int:
    return max(rule.remind, default=0)


def _morning(city: "Office", day: date) -> datetime | None:
    return at(day, city.rules.regime.hours.reminders_at) if city.rules.calendar.is_workday(day) else None


def _key(day: date) -> str:
    return f"instructions:{day.isoformat()}"
