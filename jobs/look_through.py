"""双周过堂: the ledger of blockers laid before each office until all are struck off (T13).

What lacks its unit, person or limit is asked of the office. Of looks that were missed only the latest comes.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from bot.blocker_list import rows_of
from bot.documents.blocker_sheet import BlockerRow
from bot.mechanism.rhythms import following, latest
from bot.wording import numbers
from storage import outbox, runs, tickets
from storage.database import Tx

if TYPE_CHECKING:
    from jobs.schedule import Office

_MOST = 8


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """Lay the ledger before the offices, once for each time."""
    rule = city.rules.regime.look_through
    if rule is None:
        return False
    due = latest(rule, city.rules.calendar, now)
    if not tickets.any_open(tx) or not runs.first(tx, _key(due), now):
        return False
    found = [one for one in tickets.all_open(tx) if one.reported_at < due]
    rows = {row.number: row for row in rows_of(tx, city.directory, found, now)}
    notices = []
    for area_id in (None, *(area.id for area in city.directory.areas)):
        mine = [
            rows[one.number]
            for one in found
            if area_id in (None, city.directory.projects[one.project_id].area_id)
        ]
        if not mine:
            continue
        text = _words(mine, rule.every_weeks)
        for reader in city.directory.office_people(area_id):
            notices.append(
                outbox.Notice(
                    key=f"{_key(due)}:{reader.id}",
                    kind="look-through",
                    urgency="reminder",
                    person_id=reader.id,
                    line=text,
                    answer="整本台账请回“堵点台账”。",
                    why="堵点台账由重点办管到全部销号",
                )
            )
    outbox.add_in_hours(tx, notices, now, city.directory, city.rules)
    return True


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """The next time, while anything is open."""
    rule = city.rules.regime.look_through
    if rule is None or not tickets.any_open(tx):
        return None
    if not runs.happened(tx, _key(latest(rule, city.rules.calendar, now))):
        return now
    return following(rule, city.rules.calendar, now)


def _words(rows: list[BlockerRow], weeks: int) -> str:
    late = [row.number for row in rows if row.lamp.startswith("超期")]
    named = "双周" if weeks == 2 else f"每{weeks}周"
    lines = [f"堵点台账{named}过一遍：在办{len(rows)}件，超期{len(late)}件{_which(late)}。"]
    without = [row.number for row in rows if not row.unit]
    nobody = [row.number for row in rows if row.unit and not row.person]
    unlimited = [row.number for row in rows if row.unit and row.limit is None]
    if without:
        lines.append(f"缺责任单位：{_some(without)}，请回“{without[0]}号交办XX局”")
    if nobody:
        lines.append(f"缺责任人：{_some(nobody)}，请回“催{nobody[0]}号”，由承办单位报谁办")
    if unlimited:
        lines.append(f"缺时限：{_some(unlimited)}，请核对是否已告知承办单位、是否中止")
    return "\n".join(lines)


def _which(some: list[int]) -> str:
    return f"（{_some(some)}）" if some else ""


def _some(some: list[int]) -> str:
    return numbers(some[:_MOST]) + (f"等{len(some)}件" if len(some) > _MOST else "")


def _key(due: datetime) -> str:
    return f"look-through:{due:%Y-%m-%d}"
