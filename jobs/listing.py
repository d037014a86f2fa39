"""挂牌督办通报: at the regime's fixed times each group reads where the listed matters stand (T9).

Never a person, never a leader; as far as the group's rule names. Of bulletins that were missed only the
latest is sent.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from bot.calendar import day_of
from bot.mechanism.listing import latest_bulletin, next_bulletin
from bot.mechanism.model import SOLVING
from bot.wording import date_words, last_day
from storage import outbox, runs, tickets
from storage.database import Tx
from storage.directory import Directory, Group
from storage.tickets import DeadlineRow, Ticket

if TYPE_CHECKING:
    from jobs.schedule import Office


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """Bulletin what was listed before the latest fixed time, once."""
    due = latest_bulletin(city.rules.regime, city.rules.calendar, now)
    listed = _listed_before(tx, due)
    if not listed or not runs.first(tx, _key(due), now):
        return False
    limits = tickets.deadlines_of(tx, [one.id for one in listed])
    for group in city.directory.groups.values():
        mine = [one for one in listed if _concerns(group, one, city.directory)]
        if mine:
            text = bulletin(group, mine, limits, city, now)
            notice = outbox.Notice(
                key=f"listing:{due:%Y-%m-%d %H:%M}:{group.id}",
                kind="listing",
                urgency="event",
                group_id=group.id,
                line=text,
            )
            outbox.add_in_hours(tx, [notice], now, city.directory, city.rules)
    return True


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """The next fixed time while anything is listed; one that was missed is due now."""
    regime, calendar = city.rules.regime, city.rules.calendar
    if not tickets.listed(tx):
        return None
    due = latest_bulletin(regime, calendar, now)
    if _listed_before(tx, due) and not runs.happened(tx, _key(due)):
        return now
    return next_bulletin(regime, calendar, now)


def bulletin(
    group: Group, listed: list[Ticket], limits: dict[int, list[DeadlineRow]], city: "Office", now: datetime
) -> str:
    """What one group reads."""
    today, most = day_of(now), city.rules.regime.summary.most_lines
    head = f"【挂牌督办通报】{date_words(today, today)}　在册{len(listed)}件"
    late = sum(1 for one in listed if _is_late(limits[one.id], now))
    if group.naming == "counts":
        return f"{head}，其中超期{late}件。{city.rules.regime.office.short}"
    lines = [_line(one, limits[one.id], group, city.directory, now) for one in listed]
    shown = lines[: most - 2]
    rest = [f"另有{len(lines) - len(shown)}件，请私聊回复“今日明细”。"] if len(lines) > len(shown) else []
    return "\n".join(
        [head, *shown, *rest, f"请责任单位抓紧，办结销号后不再通报。{city.rules.regime.office.short}"]
    )


def _line(one: Ticket, rows: list[DeadlineRow], group: Group, directory: Directory, now: datetime) -> str:
    unit = directory.units.get(one.lead_id or 0)
    what = one.title if group.naming == "projects" else directory.projects[one.project_id].area or "市直"
    running = [row for row in rows if row.runs and row.kind in SOLVING]
    if not running:
        return f"{one.number}号 {what}：{unit.name if unit else '待交办'}，{one.state.words}"
    due = min(row.due for row in running)
    over = (day_of(now) - last_day(due)).days
    when = f"已超期{over}天" if over > 0 else f"{date_words(last_day(due), day_of(now))}前办结"
    return f"{one.number}号 {what}：{unit.name if unit else '待交办'}，{one.state.words}，{when}"


def _is_late(rows: list[DeadlineRow], now: datetime) -> bool:
    return any(row.runs and row.kind in SOLVING and row.due <= now for row in rows)


def _concerns(group: Group, one: Ticket, directory: Directory) -> bool:
    project = directory.projects.get(one.project_id)
    return project is not None and group.area_id in (None, project.area_id)


def _listed_before(tx: Tx, due: datetime) -> list[Ticket]:
    return [one for one, since in tickets.listed(tx) if since < due]


def _key(due: datetime) -> str:
    return f"listing:{due:%Y-%m-%d %H:%M}"
