"""A month's figures of a project as an act with the words that stand on record for it: from a form or a sheet. Pure."""

from dataclasses import dataclass
from datetime import date

from bot.acts import Money, Progress, Scope
from bot.calendar import add_months
from bot.documents.month_sheet import Standing
from bot.mechanism.figures import Month
from bot.wording import STATUS, date_words, money, number
from storage.directory import Project

_WAN = 10_000
_OVER = 10  # until that day of a month people report the month before


@dataclass(frozen=True, slots=True)
class Said:
    """What was filled in, and for which month."""

    month: Month
    figures: Standing
    status_day: date | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing was filled in."""
        return self.figures == Standing()


def act_of(project: Project, said: Said) -> Progress:
    """The act that these figures are."""
    sums = ((said.figures.month, Scope.MONTH), (said.figures.year, Scope.YEAR))
    invested = tuple(Money(yuan / _WAN, scope) for yuan, scope in sums if yuan is not None)
    return Progress(project.number, invested, said.figures.percent, said.figures.status, said.status_day)


def words_of(project: Project, said: Said, today: date) -> str:
    """国道342：9月投资1800万元，截至9月今年累计2.1亿元，形象进度65%: each sum with the month that it belongs to."""
    month, figures = said.month[1], said.figures
    parts = []
    if figures.month is not None:
        parts.append(f"{month}月投资{money(figures.month)}")
    if figures.year is not None:
        parts.append(f"截至{month}月今年累计{money(figures.year)}")
    if figures.percent is not None:
        parts.append(f"形象进度{number(figures.percent)}%")
    if figures.status is not None:
        day = date_words(said.status_day, today) if said.status_day else ""
        parts.append(f"{day}{STATUS[figures.status]}")
    return f"{project.short}：{'，'.join(parts) or '现场照片'}"


def month_now(today: date) -> Month:
    """The month that people report: in its first days still the one before."""
    day = today if today.day > _OVER else add_months(today.replace(day=1), -1)
    return day.year, day.month


def month_before(month: Month) -> Month:
    """The month before; December of the year before is no part of this year's figures."""
    day = add_months(date(*month, 1), -1)
    return day.year, day.month
