"""Who has not reported this week is reminded in private, the workday before the week's report is due. Row H1.

One message a person for all his projects; who reports meanwhile is left alone.
"""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from bot.calendar import at, day_of
from bot.mechanism.rhythm import nudge_at, report_due
from bot.wording import weekday
from storage import outbox, reports, runs
from storage.database import Tx
from storage.directory import Project

if TYPE_CHECKING:
    from jobs.schedule import Office


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """Nudge those who are silent, if their time has come and the report is not yet due."""
    regime, calendar = city.rules.regime, city.rules.calendar
    when, due = nudge_at(regime, calendar, day_of(now)), report_due(regime, calendar, day_of(now))
    if when is None or due is None or not when <= now < due:
        return False
    if not runs.first(tx, f"nudge:{due.date().isoformat()}", now):
        return False
    monday = at(due.date() - timedelta(days=due.weekday()), time.min)
    told = reports.reported_since(tx, monday, now)
    silent: dict[int, list[Project]] = {}
    for one in city.directory.ledger:
        for liaison in one.liaisons if one.id not in told else ():
            silent.setdefault(liaison, []).append(one)
    hour = f"{due.hour}时" if due.minute == 0 else f"{due:%H:%M}"
    notices = [
        outbox.Notice(
            key=f"nudge:{due.date().isoformat()}:{person_id}",
            kind="nudge",
            urgency="reminder",
            person_id=person_id,
            project_id=projects[0].id if len(projects) == 1 else None,
            line=f"本周进展还没收到：{'、'.join(one.short for one in projects)}。请在{weekday(due.date())}{hour}前报一句",
            answer=f"这样写就行：“{projects[0].short}本周完成300万元，今年累计…”；没有进展也请说明卡在哪里。",
            why="您是项目联络员；已报的请忽略。",
        )
        for person_id, projects in silent.items()
        if person_id in city.directory.people
    ]
    return outbox.add_in_hours(tx, notices, now, city.directory, city.rules) > 0


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """This week's nudge, or the next one there is."""
    regime, calendar = city.rules.regime, city.rules.calendar
    for weeks in range(9):
        day = day_of(now) + timedelta(weeks=weeks)
        when, due = nudge_at(regime, calendar, day), report_due(regime, calendar, day)
        if when is None or due is None:
            continue
        if when > now:
            return when
        if now < due and not runs.happened(tx, f"nudge:{due.date().isoformat()}"):
            return now
    return None
