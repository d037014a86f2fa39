"""How a project's investment of a year grew by month, beside its plan: for curves of one project or of all."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, false, select

from bot.acts import Scope
from bot.mechanism.figures import EVEN, plan_by
from storage import figures
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
    said: dict[int, list[Any]] = {}
    for row in tx.execute(_FIGURES, wanted):
        said.setdefault(row.project_id, []).append(row)
    closed: dict[int, list[Any]] = {}
    for row in tx.execute(_CLOSED, wanted):
        closed.setdefault(row.project_id, []).append(row)
    adjusted: dict[int, list[Any]] = {}
    for row in tx.execute(_ADJUSTED, wanted):
        adjusted.setdefault(row.project_id, []).append(row)
    plans: dict[int, dict[int, int]] = {}
    for row in tx.execute(_PLANS, wanted):
        plans.setdefault(row.project_id, {})[row.month] = row.yuan
    return {
        row.project_id: Curve(
            row.annual_plan,
            tuple(plan_by(month, row.annual_plan, plans.get(row.project_id, {}), line) for month in _MONTHS),
            _grown(
                said.get(row.project_id, ()),
                closed.get(row.project_id, ()),
                adjusted.get(row.project_id, ()),
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
    said: Sequence[Any], closed: Sequence[Any], adjusted: Sequence[Any], until: int
) -> tuple[int | None, ...]:
    """The year so far at the end of each month, as `figures.as_of` has it. Rows by month, then by report."""
    sums, account = figures.Sums(), None
    grown = []
    for last in range(1, until + 1):
        for row in said:
            if row.month != last:
                continue
            if row.scope == Scope.YEAR:
                sums.years, sums.said_at = {last: row.yuan}, row.since
            else:
                (sums.months if row.scope == Scope.MONTH else sums.quarters)[last] = row.yuan
        account = next((row for row in closed if row.month == last), account)
        grown.append(figures.invested(sums, account, [row for row in adjusted if row.month <= last]))
    return tuple(grown)


_IDS: Any = bindparam("ids", expanding=True)
_FIGURES = (
    select(
        report_figure.c.project_id,
        report_figure.c.scope,
        report_figure.c.month,
        report_figure.c.yuan,
        report_figure.c.since,
    )
    .where(
        report_figure.c.project_id.in_(_IDS),
        report_figure.c.year == bindparam("of_year"),
        report_figure.c.month <= bindparam("last"),
        report_figure.c.scope.in_((Scope.YEAR, Scope.QUARTER, Scope.MONTH)),
        report_figure.c.until.is_(None),
        report_figure.c.late == false(),
    )
    .order_by(report_figure.c.month, report_figure.c.report_id)
)
_CLOSED = select(
    month_account.c.project_id,
    month_account.c.month,
    month_account.c.invested_year,
    month_account.c.closed_at,
).where(
    month_account.c.project_id.in_(_IDS),
    month_account.c.year == bindparam("of_year"),
    month_account.c.month <= bindparam("last"),
    month_account.c.closed_at.is_not(None),
)
_ADJUSTED = select(
    figure_adjustment.c.project_id,
    figure_adjustment.c.month,
    figure_adjustment.c.yuan,
    figure_adjustment.c.at,
).where(
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
