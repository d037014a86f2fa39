"""Messages that could not be read, in the form in which understanding takes messages, ready to be annotated."""

from datetime import UTC, datetime
from typing import Any

from bot.calendar import CITY
from storage import inbox, tickets
from storage.database import Tx
from storage.directory import Directory, Person
from storage.ticket_rows import Ticket

_BEGIN, _END = datetime(1970, 1, 2, tzinfo=UTC), datetime(9998, 1, 1, tzinfo=UTC)


def missed_messages(tx: Tx, directory: Directory) -> list[dict[str, Any]]:
    """All that were missed, oldest first, with the tickets that the sender saw then. Strangers' are left out:
    nobody knows as whom they wrote."""
    found = []
    for row in inbox.missed_since(tx, _BEGIN, _END):
        who = directory.person_of(row.channel, row.account)
        if who is None or not row.text.strip():
            continue
        found.append(
            {
                "id": f"missed-{row.id}",
                "text": row.text,
                "sent_at": row.at.astimezone(CITY).isoformat(),
                "chat": "group" if row.group_key else "private",
                "sender": {
                    "role": str(who.role),
                    "unit": who.unit,
                    "projects": list(directory.reports_on(who)),
                },
                "tickets": _seen_then(tx, directory, who, row.at),
                "acts": [],
                "ask": None,
            }
        )
    return found


def _seen_then(tx: Tx, directory: Directory, who: Person, at: datetime) -> list[dict[str, Any]]:
    scope = directory.scope_of(who)

    def sees(ticket: Ticket) -> bool:
        return (
            scope.everything
            or ticket.project_id in scope.project_ids
            or bool(scope.unit_ids & set(ticket.unit_ids))
        )

    return [
        {
            "number": ticket.number,
            "project": project.number,
            "category": ticket.category,
            "title": ticket.title,
        }
        for ticket in tickets.stood(tx, at, at)
        if sees(ticket) and (project := directory.projects.get(ticket.project_id)) is not None
    ]
