"""From which day to which a text says: 9月12日至20日, 8月1日起, 周三到周五, 下周前.

`dates` reads what is one word in a message, `periods` years, quarters, months and what is counted; here
they are joined.
"""

import re
from datetime import date, timedelta

from bot.calendar import Calendar, add_months, last_of_month

from .dates import DaySpan, Grain, find_days
from .periods import BEFORE, NUMERAL, SINCE, TO, WEEK, Said, Span, count_of, find_periods, months_from


def find_span(text: str, today: date, calendar: Calendar) -> Span | None:
    """The first stretch of days that a cleaned text says, or None.

    A limit (前) is its last day alone, by the rules of `dates`. 起, 以来 and 至今 leave the end open, which
    then is today at the earliest. Without a year this year's is meant, unless a limit would be past.
    """
    text = _plain(text)
    row = _apart(
        [*find_periods(text, today, calendar), *_day_words(text, today, calendar), *_from_now(text, today)]
    )
    if len(row) > 1 and (row[0].form, row[1].form) == ("weekday", "day"):
        beside = _BESIDE.fullmatch(text, row[0].end, row[1].start)
        row = row[1:] if beside else row  # 周日, 二月十号: the date says which
    try:
        return _joined(text, row, today) if row else _lone_year(text)
    except (ValueError, OverflowError):
        return None


# The text without what is no day -------------------------------------------------------------------

_TITLE = re.compile("《[^《》]{0,40}》")
_PART_OF_DAY = "(?:凌晨|清晨|早晨|早上|早间|上午|中午|正午|午后|下午|傍晚|晚上|晚间|夜里|夜间|[前后]?半夜|深夜|黎明|午夜)"
_CLOCK = re.compile(
    rf"{_PART_OF_DAY}?(?:[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?[时分]?"
    rf"|(?:{NUMERAL}[-~到至])?{NUMERAL}(?:点钟?|时(?![间候期段代刻]))"
    rf"(?:半|整|[一二三1-3]刻|{NUMERAL}(?![0-9日月号年天个])分?(?:{NUMERAL}秒)?)?许?)|{_PART_OF_DAY}"
)
_SPACE = re.compile(r"(?<![0-9])\s+|\s+(?![0-9])")
_DASHES = re.compile("[-~]{2,}")


def _plain(text: str) -> str:
    """Without titles of books and games, times of the day, and spaces that part no numbers."""
    text = _CLOCK.sub(" ", _SPACE.sub("", _TITLE.sub(",", text)))
    return _DASHES.sub("-", _SPACE.sub("", text))


# What one word says --------------------------------------------------------------------------------

_BARE_DAY = re.compile(rf"{NUMERAL}[日号](?:[之以]?前|[以之]?内)?")
_BARE_WEEKDAY = re.compile(rf"{WEEK}[一二三四五六日天末1-7](?:[之以]?前)?")
_WEEKS_AFTER = re.compile(r"[^天日月年]*(?:周|星期|礼拜)(?:的?时间)?[之以]?后$")


def _day_words(text: str, today: date, calendar: Calendar) -> list[Said]:
    """What `dates` reads, as stretches: a week has seven days, a weekend two, a limit is its last day."""
    return [_as_said(day, text[day.start : day.end]) for day in find_days(text, today, calendar)]


def _as_said(day: DaySpan, words: str) -> Said:
    first = last = day.ahead
    form, fixed = "other", True
    if _BARE_DAY.fullmatch(words):
        form, fixed = "bare", False
    elif _BARE_WEEKDAY.fullmatch(words):
        form, fixed = "weekday", False
    elif day.grain is Grain.DAY:
        form = "day"
    if not words.endswith("前"):
        if day.grain is Grain.WEEK:
            first = last - timedelta(days=6)
        elif words.endswith("末") and "周" in words:
            first = last - timedelta(days=1)
        elif words.startswith(("周内", "月内", "旬内", "季度内", "年内")):
            start = {"周": last - timedelta(days=6), "季": add_months(last.replace(day=1), -2),
                     "旬": last.replace(day=(min(last.day, 30) - 1) // 10 * 10 + 1), "年": date(last.year, 1, 1)}  # fmt: skip
            first = start.get(words[0], last.replace(day=1))
        elif _WEEKS_AFTER.match(words):
            last = first + timedelta(days=6)
    return Said(first, last, day.start, day.end, form, fixed)


# Joining -------------------------------------------------------------------------------------------

_FROM_NOW = re.compile("(?:即日|现在|目前|今(?=起))(?=起|开始|一?直?[到至])")
_BESIDE = re.compile(r"[,、(的是]*")
_UNTIL = re.compile(rf"(?:起|开始|止)?一?直?{TO}了?")
_NOW = re.compile("今(?![年天日晚早晨])|现在|目前|如今|当前")
_LIMIT = re.compile(BEFORE)
_NEXT_OF_LIST = re.compile("[,、和及]")
_NUMBER = re.compile(rf"({NUMERAL})(?![0-9./·-]|[个家名项亿万千百天周年月元条点件次%])")
_CLOSING_YEAR = re.compile("((?:19[5-9]|20[0-9])[0-9])(?![0-9./年月万亿元个人吨米%])")
_LONE = re.compile(r"(?<![0-9.\-/:])((?:19[5-9]|20[0-9])[0-9])(?![0-9.\-/年万亿元个人吨米%])")


def _from_now(text: str, today: date) -> list[Said]:
    """即日起, 从现在到年底: today, where it begins something."""
    return [Said(today, today, match.start(), match.end(), "day", True) for match in _FROM_NOW.finditer(text)]


def _apart(found: list[Said]) -> list[Said]:
    """Those that don't overlap, in their order; the one that begins earlier goes first, then the longer."""
    row: list[Said] = []
    for said in sorted(found, key=lambda one: (one.start, -one.end)):
        if not row or said.start >= row[-1].end:
            row.append(said)
    return row


def _joined(text: str, row: list[Said], today: date) -> Span:
    said = row[0]
    first, last, end = said.first, said.last, said.end
    until = _UNTIL.match(text, end)
    if until is not None and _NOW.match(text, until.end()):
        return Span(first, max(first, today))
    closing = row[1] if until is not None and len(row) > 1 and row[1].start == until.end() else None
    if closing is not None:
        first, last = _from_to(said, closing, today)
        end = closing.end
    elif until is not None:
        number, year = _NUMBER.match(text, until.end()), _CLOSING_YEAR.match(text, until.end())
        if number is not None and said.form in ("day", "bare"):
            last, end = _day_from(first, count_of(number[1])), number.end()
        elif year is not None:
            last, end = date(int(year[1]), 12, 31), year.end()
    for following in row[1:]:
        if following.form != "bare" or not _NEXT_OF_LIST.fullmatch(text, end, following.start):
            break
        last, end = _day_from(last, following.last.day), following.end
    if last < first:
        return Span(said.first, said.last)
    if since := SINCE.match(text, end):
        if since[0].endswith("后"):
            return Span(first, last)
        return Span(first, max(first, today) if first <= today else last)
    limit = _LIMIT.match(text, end)
    if limit is not None and limit[0].endswith("前"):
        first = last
    return Span(first, last)


def _day_from(first: date, day: int) -> date:
    """The next such day of a month from that day on."""
    month = first.replace(day=1)
    for step in range(3):
        this = add_months(month, step)
        if day <= last_of_month(this).day and this.replace(day=day) >= first:
            return this.replace(day=day)
    raise ValueError(day)


def _from_to(said: Said, until: Said, today: date) -> tuple[date, date]:
    """From the one to the other: the second lies in the year, month and week of the first if it says none."""
    first = said.first
    if until.form == "bare":
        return first, _day_from(first, until.last.day)
    if until.form == "weekday":
        return first, first + timedelta(days=(until.last.weekday() - first.weekday()) % 7)
    last = until.last
    if not until.fixed:
        last = _in_year(last, first.year, until)
        if last < first:
            last = _in_year(last, first.year + 1, until)
        if not said.fixed and first > today:
            before = _in_year(first, first.year - 1, said), _in_year(last, last.year - 1, until)
            if before[0] <= today <= before[1]:
                return before
    elif not said.fixed and said.form != "weekday":
        first = _in_year(first, last.year, said)
        if first > last:
            first = _in_year(first, last.year - 1, said)
    return first, last


def _in_year(day: date, year: int, said: Said) -> date:
    """The same day in another year, the month's end if it was one of a period."""
    if said.form != "day" and day == last_of_month(day):
        return last_of_month(date(year, day.month, 1))
    return add_months(day, 12 * (year - day.year))


def _lone_year(text: str) -> Span | None:
    """Four digits that can be a year, where nothing else says a day."""
    match = _LONE.search(text)
    return months_from(date(int(match[1]), 1, 1), 12) if match else None
