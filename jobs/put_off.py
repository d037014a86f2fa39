"""What an office put off comes back by itself: it lies on the desk again, and who put it off reads so."""

from datetime import datetime
from typing import TYPE_CHECKING

from bot.mechanism.states import State
from storage import binding, desk, drafts, outbox, tickets
from storage.database import Tx
from storage.desk import DRAFT, MESSAGE, PERSON, TICKET, Laid

if TYPE_CHECKING:
    from jobs.schedule import Office

_CALLED = {TICKET: "{}号", DRAFT: "呈报{}", PERSON: "新账号{}", MESSAGE: "消息{}"}
_LIES = (State.REPORTED, State.ENTERED, State.RESOLVED)


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """Bring back what is due; of what was settled meanwhile nothing is said."""
    due = desk.due(tx, now)
    desk.come_back(tx, [one.id for one in due], now)
    names: dict[int, list[str]] = {}
    for one in due:
        if title := _still_waits(tx, one):
            names.setdefault(one.person_id, []).append(title)
    notices = [
        outbox.Notice(
            key=f"back-on-desk:{now.isoformat()}:{person_id}",
            kind="back-on-desk",
            urgency="reminder",
            person_id=person_id,
            line=f"您放到现在再看的{len(titles)}件：{'；'.join(titles)}",
            answer="要办请回“工作台”。",
            why="您说过到时再看",
        )
        for person_id, titles in names.items()
    ]
    outbox.add_in_hours(tx, notices, now, city.directory, city.rules)
    return bool(due)


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """When the next one comes back."""
    return desk.next_due(tx)


def _still_waits(tx: Tx, laid: Laid) -> str:
    """What it is called, with its title; empty if it waits no more."""
    kind, number = laid.item
    name = _CALLED[kind].format(number)
    if kind == TICKET:
        found = tickets.numbered(tx, [number])
        waits = bool(found) and (found[0].state in _LIES or (found[0].is_open and found[0].asks is not None))
        return f"{name} {found[0].title}" if waits else ""
    if kind == DRAFT:
        draft = next((one for one in drafts.waiting(tx) if one.number == number), None)
        return f"{name} {draft.line[:30]}" if draft else ""
    if kind == PERSON:
        who = next((one for one in binding.waiting(tx) if one.id == number), None)
        return f"{name} {who.name}" if who else ""
    return name
