"""One kind of thing at a time: the day, the sum, the share … that a text says, without the rest of the message.

A reader takes a row as an object (`id`, `text`, `sent_at`; workdays: `date`) and gives its fields; what is
not found is None. `stream.answer_each` carries rows and answers.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bot.calendar import Calendar, day_of

from .durations import find_lengths
from .money import read_money
from .normal import clean
from .numbers import Span, read_number, tidy
from .shares import read_share
from .spans import find_span
from .stream import BrokenLine, moment

Row = Mapping[str, Any]

_CALENDAR = Calendar()
_UNSPACED = re.compile(r"\s+")


def text_of(row: Row) -> str:
    """The row's text as it was written. Raises BrokenLine without one."""
    text = row.get("text")
    if not isinstance(text, str):
        raise BrokenLine("缺少 text")
    return text


# Days ---------------------------------------------------------------------------------------------


def _dates(row: Row) -> Row:
    text, today = text_of(row), day_of(moment(row.get("sent_at")))
    span = find_span(clean(text), today, _CALENDAR)
    if span is None:
        return {"start": None, "end": None}
    return {"start": span.first.isoformat(), "end": span.last.isoformat()}


def _durations(row: Row) -> Row:
    found = find_lengths(_UNSPACED.sub("", clean(text_of(row))))
    if not found:
        return {"unit": None, "value": None}
    low, high = found[0].low, found[0].high
    return {"unit": high.unit, "value": _said(Span(low.value, high.value))}


def _workdays(row: Row) -> Row:
    said = row.get("date")
    try:
        day = date.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        day = None
    if day is None:
        raise BrokenLine("date 应是日期，如 2025-09-15")
    return {"date": said, "workday": _CALENDAR.is_workday(day)}


_DAYS: Mapping[str, Callable[[Row], Row]] = {
    "dates": _dates,
    "durations": _durations,
    "workdays": _workdays,
}

# Figures ------------------------------------------------------------------------------------------


def _money(row: Row) -> Row:
    return {"wan": _said(read_money(text_of(row)))}


def _percent(row: Row) -> Row:
    return {"percent": _said(read_share(text_of(row)))}


def _numbers(row: Row) -> Row:
    value = read_number(text_of(row))
    return {"value": None if value is None else tidy(value)}


def _said(ends: Span | None) -> float | list[float] | None:
    """A number, or the two ends of a range."""
    if ends is None:
        return None
    return tidy(ends.low) if ends.low == ends.high else [tidy(ends.low), tidy(ends.high)]


_FIGURES: Mapping[str, Callable[[Row], Row]] = {
    "money": _money,
    "percent": _percent,
    "numbers": _numbers,
}


READERS: Mapping[str, Callable[[Row], Row]] = {**_DAYS, **_FIGURES}
