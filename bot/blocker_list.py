"""The ledger of blockers as rows: unit, person and limit of each, for lists, sheets and reports."""

from collections.abc import Sequence
from datetime import date, datetime

from bot import lamps
from bot.acts import Category
from bot.calendar import day_of
from bot.documents.blocker_sheet import BlockerRow
from bot.mechanism.model import SOLVING
from bot.wording import CATEGORY, last_day
from storage import tickets
from storage.database import Tx
from storage.directory import Directory
from storage.tickets import Ticket


def rows_of(tx: Tx, directory: Directory, found: Sequence[Ticket], now: datetime) -> list[BlockerRow]:
    """A row for each, in the order given."""
    limits = tickets.deadlines_of(tx, [one.id for one in found])
    rows = []
    for one in found:
        project = directory.projects[one.project_id]
        limit = lamps.next_limit(one, limits[one.id])
        helping = [directory.units[i].name for i in one.assisting_ids if i in directory.units]
        rows.append(
            BlockerRow(
                number=one.number,
                project=project.name,
                area=project.area or "市直",
                title=one.title,
                category=CATEGORY[Category(one.category)],
                unit=lamps.holder(directory, one),
                assisting="、".join(helping),
                person=one.assignee,
                limit=solving_day(limits[one.id]),
                state=one.state.words + ("，挂牌督办" if one.listed else ""),
                lamp=lamps.lamp(one, limit, now),
                reported=day_of(one.reported_at),
            )
        )
    return rows


def solving_day(rows: Sequence[tickets.DeadlineRow]) -> date | None:
    """The day by which it is to be solved, while such a limit runs."""
    running = [row.due for row in rows if row.runs and row.kind in SOLVING]
    return last_day(min(running)) if running else None


def lacks(row: BlockerRow) -> list[str]:
    """What of unit, person and limit is not in place yet."""
    return [
        name for name, there in (("单位", row.unit), ("责任人", row.person), ("时限", row.limit)) if not there
    ]
