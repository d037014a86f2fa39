"""我包联的项目怎么样: a leader's projects on one screen, with lamps and the two or three things that need him. Row R2.

The lamps are those of the board; work that has stopped is never green.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot import lamps
from bot.acts import Status
from bot.calendar import day_of
from bot.mechanism.lamps import Lamp
from bot.routing import Reply, Turn
from bot.visiting import Visitor
from bot.wording import date_words, number
from handlers.pages.board import rows_of
from handlers.paging import page
from storage import reports, tickets
from storage.directory import Project
from storage.tickets import DeadlineRow, Ticket

_NEED_HIM = 3
_LAMPS = {Lamp.RED: "红灯", Lamp.YELLOW: "黄灯", Lamp.OFF: "未报", Lamp.GREEN: "绿灯"}
_WORST_FIRST = tuple(_LAMPS)


@dataclass(frozen=True, slots=True)
class _Stands:
    """A project as its leader sees it."""

    project: Project
    lamp: Lamp
    behind: str  # 低于序时21.7个百分点
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
        f"{name}{count}个"
        for lamp, name in _LAMPS.items()
        if (count := sum(1 for one in found if one.lamp is lamp))
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
    facts = reports.project_facts(turn.tx, ids)
    open_ones = tickets.of_projects(turn.tx, ids)
    limits |= tickets.deadlines_of(turn.tx, [one.id for one in open_ones])
    soon = turn.now + timedelta(days=turn.rules.regime.due_soon_days)
    by_project: dict[int, list[Ticket]] = {}
    for one in open_ones:
        by_project.setdefault(one.project_id, []).append(one)
    rows = {
        row.project.id: row
        for row in rows_of(turn.tx, Visitor(turn.sender, turn.directory, turn.rules, turn.now))
    }
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
        row = rows[project.id]
        found.append(
            _Stands(
                project,
                Lamp.YELLOW if suspended and row.lamp is Lamp.GREEN else row.lamp,
                next((why for why in row.reasons if "序时" in why), ""),
                over,
                near,
                suspended,
                row.figures.rate if row.figures else None,
                f"{date_words(day_of(last), turn.today)}报送" if last is not None else "还没报送过",
            )
        )
    return found


def _line(one: _Stands) -> str:
    """【红灯】国道342：完成年计划的84%，超期1件，9月15日报送."""
    parts = [f"完成年计划的{number(one.share, 1)}%"] if one.share is not None else []
    parts += [one.behind] if one.behind else []
    parts += ["停工"] if one.is_suspended else []
    parts += [f"超期{len(one.over)}件"] if one.over else []
    parts += [f"临期{len(one.near)}件"] if one.near else []
    return f"【{_LAMPS[one.lamp]}】{one.project.short}：{'，'.join([*parts, one.reported])}"


def _due(rows: Sequence[DeadlineRow]) -> float:
    limit = lamps.first_limit(rows)
    return limit.due.timestamp() if limit else 0.0
