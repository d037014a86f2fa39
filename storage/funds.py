"""Public money that came in and was paid out, as it was reported (P11)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from bot.mechanism.figures import Month
from storage.database import Tx
from storage.tables import fund_report, project_step

_F = fund_report.c


@dataclass(frozen=True, slots=True)
class Fund:
    """元 of one kind of money; None: not said. Cumulative: of the year so far, else of the month."""

    name: str
    arrived: int | None
    paid: int | None
    cumulative: bool = False


def report(
    tx: Tx,
    project_id: int,
    month: Month,
    some: Collection[Fund],
    *,
    by: int,
    on_behalf: str,
    inbox_id: int,
    at: datetime,
    words: str,
) -> None:
    """Keep what was reported of a project's money."""
    tx.execute(
        insert(fund_report),
        [
            {
                "project_id": project_id,
                "year": month[0],
                "month": month[1],
                "fund": one.name,
                "arrived": one.arrived,
                "paid": one.paid,
                "cumulative": one.cumulative,
                "person_id": by,
                "on_behalf": on_behalf,
                "inbox_id": inbox_id,
                "at": at,
                "words": words,
            }
            for one in some
        ],
    )
    tx.execute(
        insert(project_step).values(
            project_id=project_id,
            at=at,
            person_id=by,
            on_behalf=on_behalf,
            kind="funds",
            words=words,
            inbox_id=inbox_id,
        )
    )


def take_back(tx: Tx, inbox_id: int, at: datetime) -> list[Any]:
    """What that message said of money counts no more; the rows."""
    return list(
        tx.execute(
            update(fund_report)
            .where(_F.inbox_id == inbox_id, _F.undone_at.is_(None))
            .values(undone_at=at)
            .returning(_F.project_id, _F.fund)
        )
    )


def of_year(tx: Tx, year: int, last: int = 12) -> dict[int, dict[str, Fund]]:
    """{project id: {fund: the year so far up to that month}}: a cumulative sum, and what came in later months.

    Of several words about one month and fund the last counts.
    """
    rows = tx.execute(
        select(fund_report)
        .where(_F.year == year, _F.month <= last, _F.undone_at.is_(None))
        .order_by(_F.month, _F.id)
    )
    said: dict[tuple[int, str, str], dict[int, tuple[int, bool]]] = {}
    for row in rows:
        for what, yuan in (("arrived", row.arrived), ("paid", row.paid)):
            if yuan is not None:
                said.setdefault((row.project_id, row.fund, what), {})[row.month] = (yuan, row.cumulative)
    found: dict[int, dict[str, dict[str, int]]] = {}
    for (project_id, fund, what), months in said.items():
        total = 0
        for _, (yuan, cumulative) in sorted(months.items()):
            total = yuan if cumulative else total + yuan
        found.setdefault(project_id, {}).setdefault(fund, {})[what] = total
    return {
        project_id: {
            fund: Fund(fund, sums.get("arrived"), sums.get("paid"), True) for fund, sums in funds.items()
        }
        for project_id, funds in found.items()
    }
