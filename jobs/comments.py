"""征求意见到期: the office hears that the time for comments on a bulletin is over, once. Feature 75."""

from datetime import datetime
from typing import TYPE_CHECKING

from bot.bulletins import waiting_words
from storage import bulletins, outbox, runs
from storage.bulletins import Bulletin
from storage.database import Tx

if TYPE_CHECKING:
    from jobs.schedule import Office


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """Say what came in, and what is left to be answered before it can be signed."""
    did = False
    for bulletin_id, until in bulletins.windows_ended(tx, now):
        key = _key(bulletin_id, until)
        if runs.first(tx, key, now):
            _tell(tx, key, bulletins.with_id(tx, bulletin_id), now, city)
            did = True
    return did


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """When the next time for comments ends; now if it ended unsaid."""
    if any(not runs.happened(tx, _key(*one)) for one in bulletins.windows_ended(tx, now)):
        return now
    ends = bulletins.next_window_end(tx)
    return ends if ends is not None and ends > now else None


def _tell(tx: Tx, key: str, one: Bulletin, now: datetime, city: "Office") -> None:
    said = bulletins.objections(tx, one)
    objected = [item for item in said if item.words]
    waiting = waiting_words(said)
    left = f"，异议{waiting}还没有答复" if waiting else ""
    sign = "答复后" if waiting else "现在"
    notices = [
        outbox.Notice(
            key=f"{key}:{reader.id}",
            kind="bulletin-comments",
            urgency="event",
            person_id=reader.id,
            line=f"{one.month}月通报征求意见到期：异议{len(objected)}条{left}，无异议{len(said) - len(objected)}个县。",
            answer=f"{sign}可以签发：“通报签发，签发人王主任”。",
            why="您是重点办值守人员",
        )
        for reader in city.directory.office_people(None)
    ]
    outbox.add_in_hours(tx, notices, now, city.directory, city.rules)


def _key(bulletin_id: int, until: datetime) -> str:
    return f"bulletin:{bulletin_id}:comments-over:{until.isoformat()}"
