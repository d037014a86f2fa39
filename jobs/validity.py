"""机制到期: the office hears in time that the regime in force ends; until another is put in its place it goes on."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.calendar import at, day_of
from bot.mechanism.model import Regime
from bot.wording import date_words
from storage import outbox, runs
from storage.database import Tx

if TYPE_CHECKING:
    from jobs.schedule import Office


def run(tx: Tx, now: datetime, city: "Office") -> bool:
    """Warn of the latest day that was reached; of those that were missed nothing is said any more."""
    regime = city.rules.regime
    reached = [(days, moment) for days, moment in _moments(regime) if moment <= now]
    if not reached:
        return False
    days, _ = reached[-1]
    if not runs.first(tx, _key(regime, days), now):
        return False
    today = day_of(now)
    until = date_words(regime.valid_until, today)
    left = (regime.valid_until - today).days
    when = (
        f"{until}到期，还有{left}天"
        if left > 0
        else f"今天（{until}）到期"
        if left == 0
        else f"已于{until}到期"
    )
    for one in city.directory.office_people(None):
        notice = outbox.Notice(
            key=f"{_key(regime, days)}:{one.id}",
            kind="validity",
            urgency="event",
            person_id=one.id,
            line=f"现行工作机制《{regime.title}》{when}。没有换新机制之前照旧执行；换了以后，已经开始的事仍按开始时的机制办完",
            answer="延期或换新的，请管理员改机制文件（xiaohao regime copy、diff 可先看影响）。",
            why="您是重点办值守人员",
        )
        outbox.add_in_hours(tx, [notice], now, city.directory, city.rules)
    return True


def next_due(tx: Tx, now: datetime, city: "Office") -> datetime | None:
    """The next day on which the office hears it."""
    regime = city.rules.regime
    moments = _moments(regime)
    reached = [one for one in moments if one[1] <= now]
    if reached and not runs.happened(tx, _key(regime, reached[-1][0])):
        return now
    return next((moment for _, moment in moments if moment > now), None)


def _moments(regime: Regime) -> list[tuple[int, datetime]]:
    """How many days before the end, and when that is; the earliest first."""
    days = sorted(set(regime.validity.warn_days if regime.validity else ()), reverse=True)
    return [(one, at(regime.valid_until - timedelta(days=one), regime.hours.reminders_at)) for one in days]


def _key(regime: Regime, days: int) -> str:
    return f"validity:{regime.id}:{regime.valid_until}:{days}"
