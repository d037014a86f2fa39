"""The months' accounts: 月初建账, 月中对账, 月底交账, confirmed by the county, closed. Row P2, N3 第11项."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select, tuple_

from bot.calendar import add_months
from bot.mechanism.figures import Month
from storage.database import Tx
from storage.prepared import Prepared
from storage.tables import account_month, month_account


@dataclass(frozen=True, slots=True)
class Account:
    """A project's account of a month; sums in 元. Not handed over: what stood when the month was closed."""

    project_id: int
    invested: int | None
    invested_year: int | None
    total: int | None
    percent: float | None
    report_id: int | None
    handed_over_at: datetime | None
    confirmed_at: datetime | None
    confirmed_by: int | None
    objection: str
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class MonthState:
    """A month of the city's accounts. Never opened: no moment and no account."""

    year: int
    month: int
    opened_at: datetime | None
    hand_over_at: datetime | None
    due_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None
    accounts: Mapping[int, Account]

    @property
    def is_open(self) -> bool:
        """Opened and not closed."""
        return self.opened_at is not None and self.closed_at is None

    @property
    def is_closed(self) -> bool:
        """Whether nothing changes it but 核增 and 核减."""
        return self.closed_at is not None

    @property
    def missing(self) -> list[int]:
        """Projects of which nobody has handed the month over."""
        return [one.project_id for one in self.accounts.values() if one.handed_over_at is None]

    @property
    def unconfirmed(self) -> list[int]:
        """Projects that were handed over and wait for the county's word."""
        return [
            one.project_id
            for one in self.accounts.values()
            if one.handed_over_at is not None and one.confirmed_at is None
        ]


def month_state(tx: Tx, year: int, month: int) -> MonthState:
    """How the accounts of that month stand."""
    head = tx.execute(_HEAD, {"of_year": year, "of_month": month}).first()
    if head is None:
        return MonthState(year, month, None, None, None, None, None, {})
    rows = tx.execute(_ACCOUNTS, {"of_year": year, "of_month": month})
    return MonthState(
        year,
        month,
        head.opened_at,
        head.hand_over_at,
        head.due_at,
        head.closes_at,
        head.closed_at,
        {row.project_id: _account(row) for row in rows},
    )


def handing_over(tx: Tx, today: date) -> Month | None:
    """The last month, while it is being handed over: a year's sum that names no month is its."""
    last = add_months(today.replace(day=1), -1)
    row = _OPEN.first(tx, {"of_year": last.year, "of_month": last.month})
    return (last.year, last.month) if row is not None else None


def last_opened(tx: Tx) -> Month | None:
    """The newest month that was opened."""
    row = tx.execute(_LAST_OPENED).first()
    return None if row is None else (row.year, row.month)


def handed_over_by(tx: Tx, report_id: int) -> list[Month]:
    """The months that a report has handed over."""
    rows = tx.execute(
        select(month_account.c.year, month_account.c.month).where(month_account.c.report_id == report_id)
    )
    return sorted((row.year, row.month) for row in rows)


def closed_of(tx: Tx, some: Collection[Month]) -> set[Month]:
    """Those of the months that are closed."""
    if not some:
        return set()
    rows = tx.execute(
        select(account_month.c.year, account_month.c.month).where(
            tuple_(account_month.c.year, account_month.c.month).in_(list(some)),
            account_month.c.closed_at.is_not(None),
        )
    )
    return {(row.year, row.month) for row in rows}


_HEAD = select(account_month).where(
    account_month.c.year == bindparam("of_year"), account_month.c.month == bindparam("of_month")
)
_OPEN = Prepared(_HEAD.where(account_month.c.closed_at.is_(None)))
_LAST_OPENED = (
    select(account_month.c.year, account_month.c.month)
    .order_by(account_month.c.year.desc(), account_month.c.month.desc())
    .limit(1)
)
_ACCOUNTS = (
    select(month_account)
    .where(month_account.c.year == bindparam("of_year"), month_account.c.month == bindparam("of_month"))
    .order_by(month_account.c.project_id)
)


def _account(row: Any) -> Account:
    return Account(
        row.project_id,
        row.invested,
        row.invested_year,
        row.total,
        row.percent,
        row.report_id,
        row.handed_over_at,
        row.confirmed_at,
        row.confirmed_by_id,
        row.objection,
        row.closed_at,
    )
