"""How a project's investment of a year grew by month, beside its plan: for curves of one project or of all."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, false, select

from bot.acts import Scope
from bot.mechanism.figures import EVEN, invested_this_year, plan_by
from storage.database import Tx
from storage.tables import figure_adjustment, ledger_entry, month_account, month_plan, report_figure

_MONTHS = range(1, 13)


@dataclass(frozen=True, slots=True)
class Curve:
    """元 from January to the end of each month of the year: planned, and done as far as anything was said."""

    plan: int
    planned: tuple[int, ...]
    invested: tuple[int | None, ...]  # of the months up to the one asked for


def of_projects(
    tx: Tx, year: int, until: int, ids: Collection[int], line: Sequence[float] = EVEN
) -> dict[int, Curve]:
    """{project: its curve up to that month} of those in that year's ledger. What nobody said of a month is
    None before the first figure, and after it as it stood."""
    row: Any
    wanted = {"of_year": year, "last": until, "ids": list(ids)}
    figures: dict[int, dict[str, dict[int, int]]] = {}
    for row in tx.execute(_FIGURES, wanted):  # by report: the newest of a month stays
        figures.setdefault(row.project_id, {}).setdefault(row.scope, {})[row.month] = row.yuan
    closed: dict[int, dict[int, int]] = {}
    for row in tx.execute(_CLOSED, wanted):
        closed.setdefault(row.project_id, {})[row.month] = row.invested_year
    adjusted: dict[int, dict[int, int]] = {}
    for row in tx.execute(_ADJUSTED, wanted):
        mine = adjusted.setdefault(row.project_id, {})
        mine[row.month] = mine.get(row.month, 0) + row.yuan
    plans: dict[int, dict[int, int]] = {}
    for row in tx.execute(_PLANS, wanted):
        plans.setdefault(row.project_id, {})[row.month] = row.yuan
    return {
        row.project_id: Curve(
            row.annual_plan,
            tuple(plan_by(month, row.annual_plan, plans.get(row.project_id, {}), line) for month in _MONTHS),
            _grown(
                figures.get(row.project_id, {}),
                closed.get(row.project_id, {}),
                adjusted.get(row.project_id, {}),
                until,
            ),
        )
        for row in tx.execute(_ENTRIES, wanted)
    }


def together(curves: Collection[Curve]) -> Curve:
    """Several as one; a project of which nothing was said adds nothing."""
    months = max((len(one.invested) for one in curves), default=0)
    said = [[one.invested[month] for one in curves if month < len(one.invested)] for month in range(months)]
    return Curve(
        sum(one.plan for one in curves),
        tuple(sum(one.planned[month - 1] for one in curves) for month in _MONTHS),
        tuple(
            sum(one for one in some if one is not None) if any(one is not None for one in some) else None
            for some in said
        ),
    )


def percents(curve: Curve) -> list[float | None]:
    """What was done in percent of the plan, by month. Of the last month, which may not be over, nothing that
    repeats the one before: that nobody reported yet is no standstill."""
    done = [None if yuan is None else yuan * 100 / curve.plan for yuan in curve.invested]
    return done[:-1] if len(done) > 1 and done[-1] == done[-2] else done


def _grown(
    figures: dict[str, dict[int, int]], closed: dict[int, int], adjusted: dict[int, int], until: int
) -> tuple[int | None, ...]:
    years, months = figures.get(Scope.YEAR, {}), figures.get(Scope.MONTH, {})
    quarters = figures.get(Scope.QUARTER, {})
    grown: list[int | None] = []
    for last in range(1, until + 1):
        base = max((month for month in years if month <= last), default=None)
        found = invested_this_year(
            {} if base is None else {base: years[base]},
            {month: yuan for month, yuan in months.items() if month <= last},
            {month: yuan for month, yuan in quarters.items() if month <= last},
        )
        found = closed.get(last, found)
        if found is not None:
            found += sum(yuan for month, yuan in adjusted.items() if month <= last)
        grown.append(found)
    return tuple(grown)


_IDS: Any = bindparam("ids", expanding=True)
_FIGURES = (
    select(report_figure.c.project_id, report_figure.c.scope, report_figure.c.month, report_figure.c.yuan)
    .where(
        report_figure.c.project_id.in_(_IDS),
        report_figure.c.year == bindparam("of_year"),
        report_figure.c.month <= bindparam("last"),
        report_figure.c.scope.in_((Scope.YEAR, Scope.QUARTER, Scope.MONTH)),
        report_figure.c.until.is_(None),
        report_figure.c.late == false(),
    )
    .order_by(report_figure.c.report_id)
)
_CLOSED = select(month_account.c.project_id, month_account.c.month, month_account.c.invested_year).where(
    month_account.c.project_id.in_(_IDS),
    month_account.c.year == bindparam("of_year"),
    month_account.c.month <= bindparam("last"),
    month_account.c.closed_at.is_not(None),
    month_account.c.invested_year.is_not(None),
)
_ADJUSTED = select(figure_adjustment.c.project_id, figure_adjustment.c.month, figure_adjustment.c.yuan).where(
    figure_adjustment.c.project_id.in_(_IDS),
    figure_adjustment.c.year == bindparam("of_year"),
    figure_adjustment.c.month <= bindparam("last"),
    figure_adjustment.c.undone_at.is_(None),
)
_PLANS = select(month_plan.c.project_id, month_plan.c.month, month_plan.c.yuan).where(
    month_plan.c.project_id.in_(_IDS),
    month_plan.c.year == bindparam("of_year"),
    month_plan.c.until.is_(None),
)
_ENTRIES = select(ledger_entry.c.project_id, ledger_entry.c.annual_plan).where(
    ledger_entry.c.project_id.in_(_IDS),
    ledger_entry.c.year == bindparam("of_year"),
    ledger_entry.c.gone.is_(False),
)
