"""督办单 without an answer: the morning after its day the unit's leaders and the office are told, once."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.calendar import at, day_of
from bot.mechanism.states import OPEN
from bot.people import Rank
from bot.wording import date_words
from storage import outbox, supervision, tickets
from storage.database import Tx

if TYPE_CHECKING:
    from jobs.schedule import Office


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """Tell of those whose day is over."""
    due = supervision.unanswered(tx, day_of(now))
    for order in due:
        supervision.asked(tx, order, now)
        (ticket,) = tickets.by_id(tx, [order.ticket_id])
        if ticket.state not in OPEN:
            continue
        unit = city.directory.units.get(order.unit_id)
        project = city.directory.projects[ticket.project_id]
        people = [
            *(
                one
                for one in city.directory.in_unit(order.unit_id)
                if Rank.DEPUTY_HEAD <= one.rank <= Rank.HEAD
            ),
            *city.directory.contacts(order.unit_id),
        ]
        office = city.directory.office_of(project, ticket.level, ticket.unit_ids, ticket.asked_units)
        line = f"督办单{order.called}（{ticket.number}号 {ticket.title}）应{date_words(order.due, day_of(now))}前回复，还没有回复"
        notices = [
            outbox.Notice(
                key=f"order-late:{order.id}:{reader.id}",
                kind="order-late",
                urgency="reminder",
                person_id=reader.id,
                ticket_id=ticket.id,
                line=line,
                answer=f"请回“{ticket.number}号督办单回复：…”。"
                if reader in people
                else f"可回“催{ticket.number}号”。",
                why=f"{unit.name if unit else '贵单位'}承办这件事"
                if reader in people
                else "督办单由重点办跟踪",
            )
            for reader in {one.id: one for one in [*people, *office]}.values()
        ]
        outbox.add_in_hours(tx, notices, now, city.directory, city.rules)
    return bool(due)


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """The midnight after the nearest day."""
    day = supervision.next_due(tx)
    return None if day is None else max(now, at(day + timedelta(days=1), datetime.min.time()))
