"""投资、进度双控制: which projects are behind plan and by how much. Pure. Row P3, N1 第17项, N2 第11项.

The notices say neither how far behind is behind nor what physical progress should be: both are the regime's
own. Physical progress is measured against the share of the time of building that is over.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.acts import Status
from bot.calendar import add_months
from bot.mechanism.figures import ProjectFigures
from bot.mechanism.model import Control
from bot.wording import money, number

_FINISHED = (Status.COMPLETED, Status.IN_PRODUCTION, Status.AT_CAPACITY)


@dataclass(frozen=True, slots=True)
class Building:
    """What the ledger and the reports say of a project's building; months as YYYY-MM."""

    kind: str  # preliminary | new | continuing
    start_month: str | None
    finish_month: str | None
    status: str | None


@dataclass(frozen=True, slots=True)
class Behind:
    """One way in which a project is behind: investment | physical | finish."""

    what: str
    words: str


def behind(
    figures: ProjectFigures, building: Building, control: Control, until: date, planned: int | None = None
) -> Iterator[Behind]:
    """In what the project is behind by that day; `planned` is 元 due by it, else that of the figures' month.

    Of who reported no investment nothing is known, so nothing is said: silence is chased elsewhere.
    """
    due = figures.planned if planned is None else planned
    if figures.plan and figures.invested is not None:
        points = (due - figures.invested) * 100 / figures.plan
        if points >= control.behind_points:
            yield Behind(
                "investment",
                f"今年累计{money(figures.invested)}，应完成{money(due)}，落后{number(points, 1)}个百分点、"
                f"差{money(due - figures.invested)}",
            )
    wanted = time_over(building, until)
    if wanted is not None and figures.percent is not None and building.status not in _FINISHED:
        points = wanted - figures.percent
        if points >= control.physical_points:
            yield Behind(
                "physical",
                f"形象进度{number(figures.percent)}%，工期已过{number(wanted, 0)}%，落后{number(points, 0)}个百分点",
            )
    yield from nodes_missed(building, until)


def nodes_missed(building: Building, until: date) -> Iterator[Behind]:
    """The planned finish that is over and did not happen. Planned starts have rates and warnings of their own."""
    finish = building.finish_month
    if building.kind == "preliminary" or not finish or building.status in _FINISHED:
        return
    if finish < f"{until.year}-{until.month:02}":
        yield Behind("finish", f"计划{finish[:4]}年{int(finish[5:])}月竣工，还没有报竣工")


def time_over(building: Building, until: date) -> float | None:
    """Percent of the months of building that are over by that day; None where the ledger doesn't say them."""
    if building.kind == "preliminary" or not building.start_month or not building.finish_month:
        return None
    begins = date.fromisoformat(f"{building.start_month}-01")
    ends = add_months(date.fromisoformat(f"{building.finish_month}-01"), 1)
    if until <= begins:
        return 0.0
    return min((until - begins).days * 100 / (ends - begins).days, 100.0)
