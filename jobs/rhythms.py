"""调度 at its times: the prepared material is laid before the office, and the counties' offices where the regime
says so. Of times that were missed only the latest is sent, the older ones are kept as skipped. Rows H2 to H6."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.agenda import agenda
from bot.mechanism.model import Rhythm
from bot.mechanism.rhythms import following, latest
from storage import outbox, runs
from storage.database import Tx

if TYPE_CHECKING:
    from jobs.schedule import Office

_MOST_SKIPPED = 12
_MOMENT = timedelta(microseconds=1)


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """Lay down what is due."""
    did = False
    for rhythm in city.rules.regime.rhythms:
        did |= _one(tx, rhythm, now, city)
    return did


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """When the next paper is due; now if one was missed."""
    moments = []
    for rhythm in city.rules.regime.rhythms:
        due = latest(rhythm, city.rules.calendar, now)
        if runs.happened(tx, _since(rhythm)) and not runs.happened(tx, _key(rhythm, due)):
            return now
        moments.append(following(rhythm, city.rules.calendar, now))
    return min(moments, default=None)


def _one(tx: Tx, rhythm: Rhythm, now: datetime, city: "Office") -> bool:
    due = latest(rhythm, city.rules.calendar, now)
    if runs.first(tx, _since(rhythm), now):
        runs.first(tx, _key(rhythm, due), now, {"skipped": True})  # nobody is owed what came before
    if not runs.first(tx, _key(rhythm, due), now):
        return False
    _skip_older(tx, rhythm, due, now, city)
    areas: list[int | None] = [None]
    if rhythm.to == "offices":
        areas += [one.id for one in city.directory.areas]
    for area_id in areas:
        readers = city.directory.office_people(area_id)
        if not readers:
            continue
        text = agenda(tx, city.directory, city.rules, rhythm, due, area_id)
        notices = [
            outbox.Notice(
                key=f"{_key(rhythm, due)}:{reader.id}",
                kind="agenda",
                urgency="event",
                person_id=reader.id,
                line=text,
                answer="要重出请回“" + rhythm.name + "材料”。",
                why="您是重点办值守人员",
            )
            for reader in readers
        ]
        outbox.add_in_hours(tx, notices, now, city.directory, city.rules)
    return True


def _skip_older(tx: Tx, rhythm: Rhythm, due: datetime, now: datetime, city: "Office") -> None:
    older = due
    for _ in range(_MOST_SKIPPED):
        older = latest(rhythm, city.rules.calendar, older - _MOMENT)
        if not runs.first(tx, _key(rhythm, older), now, {"skipped": True}):
            return


def _key(rhythm: Rhythm, due: datetime) -> str:
    return f"rhythm:{rhythm.id}:{due:%Y-%m-%d %H:%M}"


def _since(rhythm: Rhythm) -> str:
    return f"rhythm:{rhythm.id}:since"
