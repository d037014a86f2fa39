"""月末台账: the ledger as it stood when a month ended, kept for good. Row A5."""

from datetime import datetime, time

from sqlalchemy import func, insert, select

from bot.calendar import at, end_of_day, last_of_month
from bot.documents.ledger_month import LedgerState, MonthRow, as_json, entry_of, figures_of
from bot.mechanism.month_end import first_day
from storage import ledger_at, runs
from storage.database import Tx
from storage.tables import import_run, ledger_entry, month_end, run

_KEY = "month-end:"


def keep(tx: Tx, year: int, month: str, moment: datetime, now: datetime) -> int:
    """Keep the ledger as it stood at that moment; of how many projects, 0 if that month is kept already."""
    if not runs.first(tx, _key(month), now, {"at": moment.isoformat()}):
        return 0
    state = ledger_at.state(tx, year, moment)
    if state.rows:
        tx.execute(
            insert(month_end),
            [
                {
                    "month": month,
                    "project_id": one.project_id,
                    "number": one.entry.number,
                    "entry": as_json(one.entry),
                    "figures": as_json(one.figures),
                }
                for one in state.rows.values()
            ],
        )
    return len(state.rows)


def kept_months(tx: Tx) -> list[str]:
    """The months whose ledgers are kept, the earliest first; one that was empty too."""
    keys = tx.execute(
        select(run.c.key).where(run.c.key.startswith(_KEY, autoescape=True)).order_by(run.c.key)
    )
    return [key.removeprefix(_KEY) for key in keys.scalars()]


def state_of(tx: Tx, month: str, now: datetime) -> LedgerState | None:
    """The ledger of that month: as it was kept, of this month as it stands now; None of a month to come.

    A month that was not kept, say of before the bot came, is put together from the records.
    """
    first = first_day(month)
    ends = end_of_day(last_of_month(first))
    if at(first, time.min) > now:
        return None
    return read(tx, month) or ledger_at.state(tx, first.year, min(ends, now))


def read(tx: Tx, month: str) -> LedgerState | None:
    """The kept ledger of that month; None if it isn't kept."""
    made = tx.execute(select(run).where(run.c.key == _key(month))).first()
    if made is None:
        return None
    rows = tx.execute(select(month_end).where(month_end.c.month == month).order_by(month_end.c.number))
    return LedgerState(
        int(month[:4]),
        datetime.fromisoformat(made.result["at"]),
        True,
        {
            row.project_id: MonthRow(row.project_id, entry_of(row.entry), figures_of(row.figures))
            for row in rows
        },
    )


def first_entered(tx: Tx, year: int) -> datetime | None:
    """When the year's ledger was first read in; none: there is none, or it is older than the records."""
    entered = tx.execute(
        select(func.min(ledger_entry.c.entered_at)).where(ledger_entry.c.year == year)
    ).scalar()
    if (
        entered is not None
        or not tx.execute(select(ledger_entry.c.id).where(ledger_entry.c.year == year).limit(1)).first()
    ):
        return entered
    return tx.execute(select(func.min(import_run.c.at)).where(import_run.c.kind == "ledger")).scalar()


def _key(month: str) -> str:
    return f"{_KEY}{month}"
