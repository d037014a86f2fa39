"""How a month's accounts move: opened, handed over, confirmed, objected to, closed, adjusted. Row P2.

A closed month is never written again; what changes it is an adjustment with its day and reason.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, insert, select, update

from bot.acts import Scope
from bot.mechanism.figures import Month, ProjectFigures
from bot.mechanism.months import Days
from storage.database import Tx
from storage.prepared import Prepared
from storage.settings import new_id, upsert
from storage.tables import (
    account_month,
    figure_adjustment,
    month_account,
    project_step,
    report,
    report_figure,
)

_A = month_account.c


def open_month(
    tx: Tx, year: int, month: int, days: Days, project_ids: Iterable[int], regime_hash: str, now: datetime
) -> bool:
    """Open the accounts of a month for those projects; False if it was opened before."""
    opened = (
        upsert(tx.dialect.name, account_month)
        .values(
            year=year,
            month=month,
            opened_at=now,
            regime_hash=regime_hash,
            check_at=days.check_at,
            hand_over_at=days.hand_over_at,
            due_at=days.due_at,
            closes_at=days.closes_at,
            checked_at=now if now >= days.check_at else None,  # the opening shows what stands
        )
        .on_conflict_do_nothing(index_elements=["year", "month"])
        .returning(account_month.c.year)
    )
    if tx.execute(opened).first() is None:
        return False
    add_projects(tx, year, month, project_ids)
    return True


def add_projects(tx: Tx, year: int, month: int, project_ids: Iterable[int]) -> None:
    """Accounts for projects that have none in that month yet."""
    rows = [{"project_id": one, "year": year, "month": month} for one in project_ids]
    if rows:
        new = upsert(tx.dialect.name, month_account)
        tx.execute(new.on_conflict_do_nothing(index_elements=["year", "month", "project_id"]), rows)


def unclosed(tx: Tx) -> list[Any]:
    """The months that are open, oldest first."""
    rows = select(account_month).where(account_month.c.closed_at.is_(None))
    return list(tx.execute(rows.order_by(account_month.c.year, account_month.c.month)))


def mark(tx: Tx, year: int, month: int, step: str, now: datetime) -> None:
    """Note that liaisons were asked to check (checked_at), to hand over (asked_at), or were chased (chased_at)."""
    tx.execute(update(account_month).where(*_is(account_month.c, year, month)).values({step: now}))


def hand_over(tx: Tx, project_id: int, month: Month, report_id: int | None, by: int, at: datetime) -> bool:
    """The project's account of that month is handed over, if it is open and its time has come.

    What the county had confirmed or objected to was another figure: it is asked again.
    """
    if not _HAS_ACCOUNT.first(tx, {"of": project_id, "of_year": month[0], "of_month": month[1], "then": at}):
        return False
    tx.execute(
        update(month_account)
        .where(_A.project_id == project_id, *_is(_A, *month))
        .values(
            report_id=report_id,
            handed_over_at=at,
            handed_over_by_id=by,
            confirmed_at=None,
            confirmed_by_id=None,
            objection="",
            objected_at=None,
        )
    )
    return True


_HAS_ACCOUNT = Prepared(
    select(_A.id)
    .join(
        account_month,
        and_(account_month.c.year == _A.year, account_month.c.month == _A.month),
    )
    .where(
        _A.project_id == bindparam("of"),
        _A.year == bindparam("of_year"),
        _A.month == bindparam("of_month"),
        account_month.c.closed_at.is_(None),
        account_month.c.hand_over_at <= bindparam("then"),
    )
)


def report_gone(tx: Tx, report_id: int) -> None:
    """A report counts no more: an open month that it had handed over stands as the report before left it."""
    for row in tx.execute(_GONE, {"of": report_id}).all():
        before = _standing(tx, row.project_id, (row.year, row.month))
        if before is not None:
            hand_over(
                tx, row.project_id, (row.year, row.month), before.report_id, before.reporter_id, before.since
            )


_GONE = (
    update(month_account)
    .where(_A.report_id == bindparam("of"), _A.closed_at.is_(None))
    .values(
        report_id=None, handed_over_at=None, handed_over_by_id=None, confirmed_at=None, confirmed_by_id=None
    )
    .returning(_A.project_id, _A.year, _A.month)
)


def _standing(tx: Tx, project_id: int, month: Month) -> Any:
    """The newest report that counts, speaks of that month and came when it could be handed over."""
    f = report_figure.c
    return tx.execute(
        select(f.report_id, f.since, report.c.reporter_id)
        .join(report, report.c.id == f.report_id)
        .join(account_month, and_(account_month.c.year == f.year, account_month.c.month == f.month))
        .where(
            f.project_id == project_id,
            f.year == month[0],
            f.month == month[1],
            f.until.is_(None),
            f.scope.in_((Scope.MONTH, Scope.YEAR)),
            f.since >= account_month.c.hand_over_at,
        )
        .order_by(f.report_id.desc())
        .limit(1)
    ).first()


def confirm(
    tx: Tx, year: int, month: int, project_ids: Collection[int], by: int, at: datetime, inbox_id: int
) -> list[int]:
    """Confirm what was handed over of those projects and is not confirmed; which."""
    rows = tx.execute(
        update(month_account)
        .where(
            *_is(_A, year, month),
            _A.project_id.in_(project_ids),
            _A.handed_over_at.is_not(None),
            _A.confirmed_at.is_(None),
            _A.closed_at.is_(None),
        )
        .values(confirmed_at=at, confirmed_by_id=by, objection="", objected_at=None)
        .returning(_A.project_id)
    )
    done = sorted(rows.scalars())
    _note(tx, done, "month_confirmed", year, month, "", by, at, inbox_id)
    return done


def object_to(
    tx: Tx, year: int, month: int, project_id: int, words: str, by: int, at: datetime, inbox_id: int
) -> None:
    """The county does not agree with the figure: it waits for another one."""
    tx.execute(
        update(month_account)
        .where(*_is(_A, year, month), _A.project_id == project_id, _A.closed_at.is_(None))
        .values(objection=words, objected_at=at, confirmed_at=None, confirmed_by_id=None)
    )
    _note(tx, [project_id], "month_objected", year, month, words, by, at, inbox_id)


def checked(
    tx: Tx, year: int, month: int, project_ids: Collection[int], by: int, at: datetime, inbox_id: int
) -> None:
    """The liaison found the month's figures right halfway through it."""
    _note(tx, project_ids, "month_checked", year, month, "", by, at, inbox_id)


def take_confirmation_back(tx: Tx, inbox_id: int, by: int, at: datetime) -> list[int]:
    """The message that confirmed is taken back: what it confirmed waits again, unless the month is closed."""
    steps = tx.execute(
        select(project_step).where(
            project_step.c.inbox_id == inbox_id, project_step.c.kind == "month_confirmed"
        )
    ).all()
    taken = []
    for step in steps:
        done = tx.execute(
            update(month_account)
            .where(
                *_is(_A, step.data["year"], step.data["month"]),
                _A.project_id == step.project_id,
                _A.confirmed_at == step.at,
                _A.closed_at.is_(None),
            )
            .values(confirmed_at=None, confirmed_by_id=None)
        )
        if done.rowcount:
            taken.append(step.project_id)
            month = (step.data["year"], step.data["month"])
            _note(tx, [step.project_id], "undo", *month, "", by, at, None)
    return taken


def close(
    tx: Tx, year: int, month: int, figures: Mapping[int, ProjectFigures], by: int | None, at: datetime
) -> bool:
    """Close the month with these figures; False if it was closed before."""
    head = (
        update(account_month)
        .where(*_is(account_month.c, year, month), account_month.c.closed_at.is_(None))
        .values(closed_at=at, closed_by_id=by)
    )
    if tx.execute(head).rowcount != 1:
        return False
    ids = tx.execute(select(_A.project_id).where(*_is(_A, year, month))).scalars().all()
    rows = [_frozen(one, figures.get(one), year, month, at) for one in ids]
    if rows:
        tx.execute(_FREEZE, rows)
    return True


def _frozen(
    project_id: int, one: ProjectFigures | None, year: int, month: int, at: datetime
) -> dict[str, Any]:
    return {
        "of": project_id,
        "of_year": year,
        "of_month": month,
        "sum": one.in_month if one else None,
        "year_sum": one.invested if one else None,
        "total_sum": one.total if one else None,
        "done": one.percent if one else None,
        "at": at,
    }


_FREEZE = (
    update(month_account)
    .where(
        _A.project_id == bindparam("of"), _A.year == bindparam("of_year"), _A.month == bindparam("of_month")
    )
    .values(
        invested=bindparam("sum"),
        invested_year=bindparam("year_sum"),
        total=bindparam("total_sum"),
        percent=bindparam("done"),
        closed_at=bindparam("at"),
    )
)


def adjust(
    tx: Tx,
    project_id: int,
    month: Month,
    yuan: int,
    reason: str,
    *,
    by: int,
    on_behalf: str,
    inbox_id: int,
    at: datetime,
) -> int:
    """核增 or 核减 (below zero) of a closed month."""
    done = tx.execute(
        insert(figure_adjustment).values(
            project_id=project_id,
            year=month[0],
            month=month[1],
            yuan=yuan,
            reason=reason,
            person_id=by,
            on_behalf=on_behalf,
            inbox_id=inbox_id,
            at=at,
        )
    )
    _note(tx, [project_id], "figure_adjusted", *month, reason, by, at, inbox_id)
    return new_id(done)


def adjusted(tx: Tx, year: int, month: int | None = None, project_id: int | None = None) -> list[Any]:
    """核增 and 核减 of the year (of a month, of a project), oldest first."""
    which = [figure_adjustment.c.year == year, figure_adjustment.c.undone_at.is_(None)]
    which += [figure_adjustment.c.month == month] if month is not None else []
    which += [figure_adjustment.c.project_id == project_id] if project_id is not None else []
    return list(tx.execute(select(figure_adjustment).where(*which).order_by(figure_adjustment.c.id)))


def take_adjustment_back(tx: Tx, inbox_id: int, by: int, at: datetime) -> list[Any]:
    """The message that adjusted is taken back; the adjustments that count no more."""
    rows = tx.execute(
        update(figure_adjustment)
        .where(figure_adjustment.c.inbox_id == inbox_id, figure_adjustment.c.undone_at.is_(None))
        .values(undone_at=at)
        .returning(*(figure_adjustment.c[name] for name in ("project_id", "year", "month", "yuan")))
    )
    taken = list(rows)
    for row in taken:
        _note(tx, [row.project_id], "undo", row.year, row.month, "", by, at, None)
    return taken


def _is(columns: Any, year: int, month: int) -> tuple[Any, Any]:
    return columns.year == year, columns.month == month


def _note(
    tx: Tx,
    project_ids: Collection[int],
    kind: str,
    year: int,
    month: int,
    words: str,
    by: int | None,
    at: datetime,
    inbox_id: int | None,
) -> None:
    if project_ids:
        tx.execute(
            insert(project_step),
            [
                {
                    "project_id": one,
                    "at": at,
                    "person_id": by,
                    "kind": kind,
                    "words": words,
                    "data": {"year": year, "month": month},
                    "inbox_id": inbox_id,
                }
                for one in project_ids
            ],
        )
