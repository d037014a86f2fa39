"""The figures of each report, written with it: of which month each is, from when and until when it counts."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update

from bot.acts import Scope
from bot.calendar import day_of
from bot.mechanism.figures import Month, month_of, names_month
from storage import accounts, months
from storage.database import Tx
from storage.prepared import Prepared
from storage.tables import report_figure

PERCENT = "percent"
_HANDS_OVER = (Scope.MONTH, Scope.YEAR)
_COLUMNS = ("project_id", "report_id", "year", "month", "scope", "yuan", "percent", "since", "late")
_INSERT = Prepared(insert(report_figure), _COLUMNS)  # runs for every report that says a figure


def keep(
    tx: Tx,
    report_id: int,
    project_id: int,
    by: int,
    *,
    invested: Mapping[str, int],
    percent: float | None,
    words: str,
    at: datetime,
    corrects_id: int | None = None,
) -> None:
    """The figures of a report count from now on, each for its month; a correction's for that of what it corrects.

    A sum of a month whose accounts are being handed over hands them over.
    """
    if not invested and percent is None:
        return
    day, words = day_of(at), words.partition("（更正“")[0]  # what was corrected stands behind
    handing_over = months.handing_over(tx, day) if invested else None
    stood = _months_of(tx, corrects_id) if corrects_id is not None and not names_month(words) else {}
    rows: list[tuple[str, int, int, int | None, float | None]] = []
    for scope, sum_ in invested.items():
        rows.append((scope, *(stood.get(scope) or month_of(scope, words, day, handing_over)), sum_, None))
    if percent is not None:
        rows.append((PERCENT, day.year, day.month, None, percent))
    shut = months.closed_of(
        tx, {(year, month) for _, year, month, _, _ in rows if (year, month) < (day.year, day.month)}
    )
    for scope, year, month, yuan, percent_said in rows:
        _INSERT.run(
            tx,
            {
                "project_id": project_id,
                "report_id": report_id,
                "year": year,
                "month": month,
                "scope": scope,
                "yuan": yuan,
                "percent": percent_said,
                "since": at,
                "late": (year, month) in shut,
            },
        )
    for one in sorted({(year, month) for scope, year, month, _, _ in rows if scope in _HANDS_OVER}):
        accounts.hand_over(tx, project_id, one, report_id, by, at)


def _months_of(tx: Tx, report_id: int) -> dict[str, Month]:
    rows = tx.execute(select(report_figure).where(report_figure.c.report_id == report_id))
    return {row.scope: (row.year, row.month) for row in rows}


def end(tx: Tx, report_id: int, at: datetime) -> None:
    """The figures of a report count no more."""
    tx.execute(_END, {"of": report_id, "at": at})
    accounts.report_gone(tx, report_id)


_END = (
    update(report_figure)
    .where(report_figure.c.report_id == bindparam("of"), report_figure.c.until.is_(None))
    .values(until=bindparam("at"))
)


def count_again(tx: Tx, report_id: int, by: int, at: datetime) -> None:
    """What took a report's place was taken back: its figures count again from now on, as they stood."""
    stood = tx.execute(
        select(report_figure).where(report_figure.c.report_id == report_id).order_by(report_figure.c.id)
    ).all()
    last = {(row.scope, row.year, row.month): row for row in stood}
    if last:
        tx.execute(
            insert(report_figure),
            [
                {
                    "project_id": row.project_id,
                    "report_id": report_id,
                    "year": row.year,
                    "month": row.month,
                    "scope": row.scope,
                    "yuan": row.yuan,
                    "percent": row.percent,
                    "since": at,
                    "late": row.late,
                }
                for row in last.values()
            ],
        )
    for month in sorted({(row.year, row.month) for row in last.values() if row.scope in _HANDS_OVER}):
        accounts.hand_over(tx, stood[0].project_id, month, report_id, by, at)


def late_of(tx: Tx, inbox_report_ids: Sequence[int]) -> list[Month]:
    """The closed months of which those reports speak."""
    rows = tx.execute(
        select(report_figure.c.year, report_figure.c.month)
        .distinct()
        .where(report_figure.c.report_id.in_(inbox_report_ids), report_figure.c.late)
    )
    return sorted((row.year, row.month) for row in rows)
