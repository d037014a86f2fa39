"""计次职责: the period in which a duty is counted. Pure. Row A7."""

from datetime import date, timedelta

from bot.calendar import add_months
from bot.mechanism.model import Counted

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
PERIODS = {"month": "本月", "quarter": "本季度", "year": "今年"}
EVERY = {"month": "每月", "quarter": "每季度", "year": "每年"}


def period_of(rule: Counted, day: date) -> tuple[date, date]:
    """The first and the last day, both in, of the month, quarter or year in which that day lies."""
    months = _MONTHS[rule.period]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return first, add_months(first, months) - timedelta(days=1)
