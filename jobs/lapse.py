"""Questions that nobody answered lapse after the regime's hours; what was left undone is said."""

from datetime import datetime
from typing import TYPE_CHECKING

from bot.calendar import day_of
from bot.wording import day
from storage import outbox, questions
from storage.database import Tx

if TYPE_CHECKING:
    from jobs.schedule import Office


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """Close what has lapsed and tell who was asked, by day."""
    lapsed = questions.lapsed(tx, now)
    for question in lapsed:
        questions.close(tx, question.id, questions.LAPSED, now)
        who = city.directory.person_of(question.channel, question.account)
        words = _said(question)
        if who is None or not words:
            continue  # what he had said stands without the answer: nothing is left undone
        about = f"“{words[:40]}”"
        asked = day(day_of(question.asked_at), day_of(now))
        notice = outbox.Notice(
            key=f"lapsed:{question.id}",
            kind="lapsed",
            urgency="event",
            person_id=who.id,
            line=f"您{asked}的{about}还差一句答复，已放下，没有记账。需要的话请把整句话重发一遍。",
        )
        outbox.add_in_hours(tx, [notice], now, city.directory, city.rules)
    return bool(lapsed)


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """When the next question lapses."""
    return questions.next_lapse(tx)


def _said(question: questions.Question) -> str:
    """What he had written and what waits for the answer; empty if nothing does."""
    items = question.data.get("items") or [question.data]
    return "；".join(str(item["text"]) for item in items if item.get("text"))
