"""The figures of all projects as of a month or a moment, and what changed since.

A figure counts from when it was reported until it is corrected or taken back, so that the figures of any
moment can be had again. What is reported of a month after its close is kept and doesn't count. All is read
in a few statements for all projects.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Select, and_, bindparam, false, func, literal, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from bot.acts import Scope
from bot.calendar import CITY, day_of
from bot.mechanism.figures import (
    EVEN,
    Adjustment,
    ProjectFigures,
    Second,
    invested_this_year,
    plan_by,
)
from storage.database import Tx
from storage.report_figures import PERCENT
from storage.tables import (
    figure_adjustment,
    ledger_entry,
    month_account,
    month_plan,
    report_figure,
    second_figure,
)

_ALWAYS = datetime(9999, 1, 1, tzinfo=CITY)


@dataclass(frozen=True, slots=True)
class Change:
    """What came or went after a moment and touches a month: a report, a correction, an adjustment."""

    project_id: int
    kind: str  # reported | gone | adjusted
    month: int
    scope: str
    yuan: int | None
    percent: float | None
    at: datetime
    late: bool = False  # its month was closed: it doesn't count
    reason: str = ""


def as_of(
    tx: Tx, year: int, when: int | datetime, line: Sequence[float] = EVEN, only: int | None = None
) -> Mapping[int, ProjectFigures]:
    """{project id: figures} of the projects in that year's ledger; of one of them with `only`.

    `when` is a month of that year (its closed account with its adjustments, else what stands for it now), or
    a moment (what stood then; the plan is that of the months that were over). `line`: Regime's pace.
    """
    moment = when if isinstance(when, datetime) else _ALWAYS
    last = when if isinstance(when, int) else 12
    over = when if isinstance(when, int) else _months_over(when, year)
    given = {
        "of_year": year,
        "then": moment,
        "last": last,
        "over": over,
        "only": only,
        "year_before": year - 1,
    }
    kind = (tx.dialect.name, only is not None)
    sums = _sums(tx, kind, given)
    standing = {
        (project_id, scope): (yuan, percent)
        for project_id, scope, yuan, percent, _ in tx.execute(_STANDING_BY[kind], given)
    }
    closed: dict[int, Any] = {}
    for row in tx.execute(_CLOSED[kind[1]], given):  # by month: the last one stays
        closed[row.project_id] = row
    adjusted: dict[int, list[Any]] = {}
    for row in tx.execute(_ADJUSTED[kind[1]], given):
        adjusted.setdefault(row.project_id, []).append(row)
    plans: dict[int, dict[int, int]] = {}
    for row in tx.execute(_PLANS[kind[1]], given):
        plans.setdefault(row.project_id, {})[row.month] = row.yuan
    second: dict[int, dict[str, Second]] = {}
    for row in tx.execute(_SECOND[kind[1]], given):  # by month: the last one of a source stays
        second.setdefault(row.project_id, {})[row.source] = Second(row.source, row.month, row.yuan)
    found = {}
    for entry in tx.execute(_ENTRIES[kind[1]], given):
        one = entry.project_id
        account: Any = closed.get(one)
        changes = adjusted.get(one, ())
        total = standing.get((one, Scope.TOTAL), _NOTHING)[0]
        percent = standing.get((one, PERCENT), _NOTHING)[1]
        is_closed = isinstance(when, int) and account is not None and account.month == when
        said = sums.get(one) or Sums()
        found[one] = ProjectFigures(
            project_id=one,
            month=over,
            plan=entry.annual_plan,
            plan_at_start=entry.plan_at_start,
            planned=plan_by(over, entry.annual_plan, plans.get(one, {}), line),
            invested=invested(said, account, changes),
            in_month=_in_month(said, account, changes, over),
            total=account.total if is_closed else total,
            percent=account.percent if is_closed else percent,
            closed=is_closed,
            adjustments=tuple(
                Adjustment(one, row.month, row.yuan, row.reason, day_of(row.at)) for row in changes
            ),
            second=tuple(second.get(one, {}).values()),
        )
    return found


def _months_over(moment: datetime, year: int) -> int:
    day = day_of(moment)
    return 12 if day.year > year else 0 if day.year < year else day.month - 1


@dataclass(slots=True)
class Sums:
    """What counts of one project in a year: the year's sum with its month and when it was said, others by month."""

    years: dict[int, int] = field(default_factory=dict)
    said_at: datetime | None = None
    months: dict[int, int] = field(default_factory=dict)
    quarters: dict[int, int] = field(default_factory=dict)


def _sums(tx: Tx, kind: tuple[str, bool], given: Mapping[str, Any]) -> dict[int, Sums]:
    found: dict[int, Sums] = {}
    for project_id, month, yuan, since, _ in tx.execute(_YEAR_BY[kind], given):
        found[project_id] = Sums({month: yuan}, since)
    for project_id, scope, month, yuan, _ in tx.execute(_MONTHS_BY[kind], given):
        one = found.get(project_id)
        if one is None:
            one = found[project_id] = Sums()
        (one.months if scope == Scope.MONTH else one.quarters)[month] = yuan
    return found


def invested(said: Sums, account: Any, adjusted: Sequence[Any]) -> int | None:
    """元 of the year so far: what was said, the last closed account and what was adjusted, all up to one month."""
    years, said_at = said.years, said.said_at
    if account is not None and account.invested_year is not None and account.month >= max(years, default=0):
        years, said_at = {account.month: account.invested_year}, account.closed_at
    found = invested_this_year(years, said.months, said.quarters)
    if found is None:
        return None
    # what was said, or closed, after an adjustment knows of it
    shut = account.month if account is not None and said_at == account.closed_at else 0
    for one in adjusted:
        if said_at is None or one.at > said_at or one.month == shut:
            found += int(one.yuan)
    return found


def _in_month(said: Sums, account: Any, adjusted: Sequence[Any], month: int) -> int | None:
    """That month's own sum."""
    found: int | None = said.months.get(month)
    if account is not None and account.month == month:
        found = account.invested
    return None if found is None else found + sum(one.yuan for one in adjusted if one.month == month)


def changes_after(tx: Tx, year: int, month: int, since: datetime) -> list[Change]:
    """What touches the figures of the year up to that month and came after that moment, oldest first."""
    mine = and_(report_figure.c.year == year, report_figure.c.month <= month)
    came = [
        Change(r.project_id, "reported", r.month, r.scope, r.yuan, r.percent, r.since, r.late)
        for r in tx.execute(select(report_figure).where(mine, report_figure.c.since > since))
    ]
    went = [
        Change(r.project_id, "gone", r.month, r.scope, r.yuan, r.percent, r.until, r.late)
        for r in tx.execute(
            select(report_figure).where(mine, report_figure.c.until > since, report_figure.c.since <= since)
        )
    ]
    adjusted = [
        Change(r.project_id, "adjusted", r.month, Scope.MONTH, r.yuan, None, r.at, reason=r.reason)
        for r in tx.execute(
            select(figure_adjustment).where(
                figure_adjustment.c.year == year,
                figure_adjustment.c.month <= month,
                figure_adjustment.c.at > since,
                figure_adjustment.c.undone_at.is_(None),
            )
        )
    ]
    return sorted([*went, *came, *adjusted], key=lambda one: one.at)


# ---- statements ---------------------------------------------------------------------------------

_F = report_figure.c
_COUNTS_THEN = and_(
    _F.since <= bindparam("then"), or_(_F.until.is_(None), _F.until > bindparam("then")), _F.late == false()
)


def _one_too(statement: Any, column: Any) -> dict[bool, Any]:
    """The statement for all projects (False), and for the one that is asked for (True)."""
    return {False: statement, True: statement.where(column == bindparam("only"))}


def _newest(
    columns: Sequence[Any], by: Sequence[Any], first: Any, where: Any
) -> dict[tuple[str, bool], Select[Any]]:
    """Of each group the figure that is first, as each database finds it fastest; last comes what it was found by."""
    rows = select(*columns).where(_COUNTS_THEN, where)
    # The other columns of a group are those of the row with the highest: SQLite's own rule.
    sqlite = rows.add_columns(func.max(first).label("newest")).group_by(*by)
    postgres = rows.add_columns(first.label("newest")).ext(distinct_on(*by)).order_by(*by, first.desc())
    return {
        (name, one): statement
        for name, all_of in (("sqlite", sqlite), ("postgresql", postgres))
        for one, statement in _one_too(all_of, _F.project_id).items()
    }


_NEWEST_REPORT = literal(1 << 40, BigInteger)  # above every report's id
_UP_TO = and_(_F.year == bindparam("of_year"), _F.month <= bindparam("last"))
_YEAR_BY = _newest(
    (_F.project_id, _F.month, _F.yuan, _F.since),
    (_F.project_id,),
    _F.month * _NEWEST_REPORT + _F.report_id,
    and_(_UP_TO, _F.scope == Scope.YEAR),
)
_KNOWN = (
    select(_F.project_id, func.max(_F.month).label("month"))
    .where(_COUNTS_THEN, _UP_TO, _F.scope == Scope.YEAR)
    .group_by(_F.project_id)
    .subquery()
)
_BEYOND = or_(  # of the months that the year's sum knows of only the asked one is read
    ~select(_KNOWN).where(_KNOWN.c.project_id == _F.project_id, _KNOWN.c.month >= _F.month).exists(),
    _F.month == bindparam("over"),
)
_MONTHS_BY = _newest(
    (_F.project_id, _F.scope, _F.month, _F.yuan),
    (_F.project_id, _F.scope, _F.month),
    _F.report_id,
    and_(_UP_TO, _F.scope.in_((Scope.MONTH, Scope.QUARTER)), _BEYOND),
)
_STANDING_BY = _newest(
    (_F.project_id, _F.scope, _F.yuan, _F.percent),
    (_F.project_id, _F.scope),
    _F.report_id,
    and_(_F.year.in_((bindparam("of_year"), bindparam("year_before"))), _F.scope.in_((Scope.TOTAL, PERCENT))),
)
_NOTHING: tuple[int | None, float | None] = (None, None)
_CLOSED = _one_too(
    select(month_account)
    .where(
        month_account.c.year == bindparam("of_year"),
        month_account.c.month <= bindparam("last"),
        month_account.c.closed_at <= bindparam("then"),
    )
    .order_by(month_account.c.month),
    month_account.c.project_id,
)
_ADJUSTED = _one_too(
    select(figure_adjustment)
    .where(
        figure_adjustment.c.year == bindparam("of_year"),
        figure_adjustment.c.month <= bindparam("last"),
        figure_adjustment.c.at <= bindparam("then"),
        or_(figure_adjustment.c.undone_at.is_(None), figure_adjustment.c.undone_at > bindparam("then")),
    )
    .order_by(figure_adjustment.c.id),
    figure_adjustment.c.project_id,
)
_PLANS = _one_too(
    select(month_plan.c.project_id, month_plan.c.month, month_plan.c.yuan).where(
        month_plan.c.year == bindparam("of_year"),
        month_plan.c.since <= bindparam("then"),
        or_(month_plan.c.until.is_(None), month_plan.c.until > bindparam("then")),
    ),
    month_plan.c.project_id,
)
_SECOND = _one_too(
    select(second_figure)
    .where(
        second_figure.c.project_id.is_not(None),
        second_figure.c.year == bindparam("of_year"),
        second_figure.c.month <= bindparam("last"),
        second_figure.c.since <= bindparam("then"),
        or_(second_figure.c.until.is_(None), second_figure.c.until > bindparam("then")),
    )
    .order_by(second_figure.c.month, second_figure.c.id),
    second_figure.c.project_id,
)
_ENTRIES = _one_too(
    select(ledger_entry.c.project_id, ledger_entry.c.annual_plan, ledger_entry.c.plan_at_start).where(
        ledger_entry.c.year == bindparam("of_year"), ledger_entry.c.gone.is_(False)
    ),
    ledger_entry.c.project_id,
)
