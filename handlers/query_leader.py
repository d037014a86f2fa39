"""我包联的项目怎么样: a leader's projects on one screen, with lamps and the two or three things that need him. Row R2.

Red: something is over; yellow: something is near its limit, or the work has stopped; else green, if it was reported on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot import lamps
from bot.acts import Status
from bot.calendar import day_of
from bot.routing import Reply, Turn
from bot.wording import date_words, number
from handlers.figures import year_begins
from handlers.paging import page
from storage import reports, tickets
from storage.directory import Project
from storage.tickets import DeadlineRow, Ticket

_NEED_HIM = 3
RED, YELLOW, SILENT, GREEN = "红灯", "黄灯", "未报", "绿灯"
_WORST_FIRST = (RED, YELLOW, SILENT, GREEN)


@dataclass(frozen=True, slots=True)
class _Stands:
    """A project as its leader sees it."""

    project: Project
    lamp: str
    over: tuple[Ticket, ...]
    near: tuple[Ticket, ...]
    is_suspended: bool
    share: float | None  # percent of the year's plan
    reported: str


def sponsored(turn: Turn, mine: Sequence[Project], place: int) -> Reply:
    """The leader's projects: how many lamps of each, what needs him, then each in a line."""
    limits: dict[int, list[DeadlineRow]] = {}
    found = _standings(turn, mine, limits)
    counts = "、".join(
        f"{lamp}{count}个" for lamp in _WORST_FIRST if (count := sum(1 for one in found if one.lamp == lamp))
    )
    head = [f"您包联的项目{len(mine)}个：{counts}。"]
    worst = [ticket for one in found for ticket in one.over]
    worst = sorted(worst, key=lambda one: _due(limits[one.id]))[:_NEED_HIM]
    if worst:
        head.append("请您关注：")
        head += [f"　{lamps.line(turn.directory, one, limits[one.id], turn.now)}" for one in worst]
        head.append(f"批示直接回一句，如“{worst[0].number}号请抓紧，周五前解决”。")
    found.sort(key=lambda one: (_WORST_FIRST.index(one.lamp), one.project.number))
    return Reply(page("\n".join(head), [_line(one) for one in found], place, "我的项目", "个"))


def _standings(turn: Turn, mine: Sequence[Project], limits: dict[int, list[DeadlineRow]]) -> list[_Stands]:
    ids = [one.id for one in mine]
    sums = reports.sums(turn.tx, ids, year_begins(turn.today))
    facts = reports.project_facts(turn.tx, ids)
    open_ones = tickets.of_projects(turn.tx, ids)
    limits |= tickets.deadlines_of(turn.tx, [one.id for one in open_ones])
    soon = turn.now + timedelta(days=turn.rules.regime.due_soon_days)
    by_project: dict[int, list[Ticket]] = {}
    for one in open_ones:
        by_project.setdefault(one.project_id, []).append(one)
    found = []
    for project in mine:
        running = [
            (one, limit)
            for one in by_project.get(project.id, [])
            if (limit := lamps.next_limit(one, limits[one.id])) is not None
        ]
        over = tuple(one for one, limit in running if limit.due <= turn.now)
        near = tuple(one for one, limit in running if turn.now < limit.due <= soon)
        suspended = facts[project.id].status == Status.SUSPENDED
        last = facts[project.id].last_progress_at
        quiet = SILENT if last is None and project.annual_plan else GREEN
        found.append(
            _Stands(
                project,
                RED if over else YELLOW if near or suspended else quiet,
                over,
                near,
                suspended,
                _share(project, sums.get(project.id, {})),
                f"{date_words(day_of(last), turn.today)}报送" if last is not None else "还没报送过",
            )
        )
    return found


def _share(project: Project, sums: Mapping[str, tuple[int, reports.Report]]) -> float | None:
    if "year" not in sums or not project.annual_plan:
        return None
    return sums["year"][0] * 100 / project.annual_plan


def _line(one: _Stands) -> str:
    """【红灯】国道342：完成年计划的84%，超期1件，9月15日报送."""
    parts = [f"完成年计划的{number(one.share, 1)}%"] if one.share is not None else []
    parts += ["停工"] if one.is_suspended else []
    parts += [f"超期{len(one.over)}件"] if one.over else []
    parts += [f"临期{len(one.near)}件"] if one.near else []
    return f"【{one.lamp}】{one.project.short}：{'，'.join([*parts, one.reported])}"


def _due(rows: Sequence[DeadlineRow]) -> float:
    limit = lamps.first_limit(rows)
    return limit.due.timestamp() if limit else 0.0
