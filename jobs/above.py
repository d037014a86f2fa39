"""呈报上级 without an answer: the office is asked after the regime's days, again and again in that rhythm."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.calendar import day_of
from storage import outbox, tickets
from storage.database import Tx
from storage.tickets import StepNote

if TYPE_CHECKING:
    from jobs.schedule import Office


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """Ask about each ticket whose time has come."""
    due = tickets.unanswered_above(tx, now)
    for one in due:
        routing = city.rules.of(one.regime_hash).routing
        again = now + timedelta(days=routing.ask_after_days) if routing else None
        note = StepNote(now, None, f"{one.above}还没有答复", way="clock")
        tickets.step(tx, one, "remind", note, rules=city.rules, change={"ask_above_at": again})
        notices = [
            outbox.Notice(
                key=f"above:{one.id}:{day_of(now).isoformat()}:{reader.id}",
                kind="above",
                urgency="reminder",
                person_id=reader.id,
                ticket_id=one.id,
                line=f"{one.number}号 {one.title} 呈报{one.above}后还没有记下答复",
                answer=f"有答复请回“{one.number}号{one.above}答复：…”；要继续停止计时请回“{one.number}号中止到X日，原因：等{one.above}答复”。",
                why="呈报上级的由您跟踪",
                while_states=(one.state,),
            )
            for reader in city.directory.office_people(None)
        ]
        outbox.add_in_hours(tx, notices, now, city.directory, city.rules)
    return bool(due)


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """When the next one is asked about."""
    return tickets.next_unanswered(tx)
