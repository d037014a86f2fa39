"""月末台账: when a month ends, its ledger is kept as it stood, and the city's office hears it (A5).

Months that were missed are each kept as they stood then; of several only the latest is told.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from bot.calendar import day_of
from bot.mechanism.model import MonthEnd
from bot.mechanism.month_end import first_day, kept_at, months_to_keep, next_kept
from bot.wording import date_words
from storage import month_ends, outbox
from storage.database import Tx

if TYPE_CHECKING:
    from jobs.schedule import Office


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """Keep the ledgers of the months that have ended."""
    rule = city.rules.regime.month_end
    if rule is None:
        return False
    year = city.directory.year
    missing = _missing(tx, rule, now, year)
    projects = {
        month: month_ends.keep(tx, year, month, kept_at(rule, first_day(month)), now) for month in missing
    }
    if latest := [month for month in missing if projects[month]][-1:]:
        _tell(tx, latest[0], projects[latest[0]], now, city)
    return bool(missing)


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """The end of this month, or now if one was missed; None while there is no ledger."""
    rule = city.rules.regime.month_end
    if rule is None or month_ends.first_entered(tx, city.directory.year) is None:
        return None
    return now if _missing(tx, rule, now, city.directory.year) else next_kept(rule, now)


def _missing(tx: Tx, rule: MonthEnd, now: datetime, year: int) -> list[str]:
    since = month_ends.first_entered(tx, year)
    if since is None:
        return []
    kept = month_ends.kept_months(tx)
    of_year = (month for month in months_to_keep(rule, since, now) if month.startswith(str(year)))
    return [month for month in of_year if month not in kept]


def _tell(tx: Tx, month: str, projects: int, now: datetime, city: "Office") -> None:
    first, today = first_day(month), day_of(now)
    for one in city.directory.office_people(None):
        notice = outbox.Notice(
            key=f"month-end:{month}:{one.id}",
            kind="month-end",
            urgency="event",
            person_id=one.id,
            line=f"{first.month}月末台账已存（{projects}个项目，{date_words(today, today)}），以后随时能看、能比",
            answer=f"看变化回“{first.month}月台账有什么变化”，要表格回“导出{first.month}月台账”。",
            why="您是重点办值守人员，台账每月更新上报",
        )
        outbox.add_in_hours(tx, [notice], now, city.directory, city.rules)
