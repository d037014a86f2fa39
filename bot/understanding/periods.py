"""Single stretches of days: 2025年前三季度, 明年三月第二周, 去年底, 2025.9.20, 1-8月, 近30天.

What a word says that messages use for a day (周五, 国庆前, 三天内) is read by `dates`.
"""

import re
from calendar import isleap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.calendar import Calendar, add_months, last_of_month

from .durations import read_length
from .numbers import whole


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both in it."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Said(Span):
    """What a stretch of the text says, before it is joined with what stands beside it."""

    start: int
    end: int
    form: str  # bare (25号), weekday, day, period or other: how it is joined with what follows
    fixed: bool  # it says its year, or counts from today: nothing beside it moves it


NUMERAL = "(?:[0-9]{1,2}|[零〇一二两三四五六七八九十]{1,3})"
SINCE = re.compile("的?(?:[或及]?[以之]后|[或及]?以来|起|开始|至今|到现在|到目前)")

# Years ---------------------------------------------------------------------------------------------

_YEARS = {"今年": 0, "本年": 0, "当年": 0, "同年": 0, "这一年": 0, "明年": 1, "来年": 1, "次年": 1, "下一年": 1, "后年": 2,
          "大后年": 3, "去年": -1, "上年": -1, "上一年": -1, "前年": -2, "大前年": -3}  # fmt: skip
_DIGIT = "[零〇○一二三四五六七八九]"
_NOT_COUNTED = "(?!(?:以|之)?[内后前](?![0-9一二两三四五六七八九十半])|来|多|间)"  # 三五年内, 24年前
_YEAR = (
    rf"(?:(?:公元|纪元)?(?P<y>(?<![0-9.])[12][0-9]{{3}}(?=年)|(?<!{_DIGIT}){_DIGIT}{{4}}(?=年)"
    rf"|(?:(?<![0-9.近去来])[0-9]{{2}}|(?<![零〇○一二三四五六七八九十百近去来]){_DIGIT}{{2}})(?=年{_NOT_COUNTED})"
    rf"|[一二两]千(?:零?{_DIGIT}|零?{_DIGIT}?十{_DIGIT}?)?(?=年))年度?"
    rf"|(?P<ry>{'|'.join(sorted(_YEARS, key=len, reverse=True))})度?)"
)


def _year(words: Mapping[str, str | None], today: date) -> int | None:
    """The year that is said, None if none is; two digits are the nearest such year."""
    said, relative = words.get("y"), words.get("ry")
    if relative is not None:
        return today.year + _YEARS[relative]
    if said is None:
        return None
    year = whole(said.replace("○", "〇"))
    if year is None:
        raise ValueError(said)
    return _nearest_century(year, today) if len(said) == 2 and year < 100 else year


def _nearest_century(year: int, today: date) -> int:
    century = today.year - today.year % 100
    return min((century + step + year for step in (-100, 0, 100)), key=lambda one: abs(one - today.year))


# Years, halves, quarters and months, and what lies in them -----------------------------------------

_N = "(?:[0-9]{1,3}|[一二两俩仨三四五六七八九十]{1,3}|首)"
WEEK = "(?:周|星期|礼拜)"
_MONTH = (
    "(?:(?<![0-9.零一二三四五六七八九十])(?P<m>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?"
    "|(?P<rm>上上个?月|上一?个?月|下下个?月|下一?个?月|本月|这一?个?月|当月|同月|次月)份?)"
)
_QUARTER = "(?P<q>[Qq][1-4](?:季度)?|第?[1-4一二三四首]个?季度|(?:上上|下下|上一?|下一?|本|这一?|当)个?季度)"
_HALF = "(?P<half>[上下前后]半年|[上下]个半年|全年)"
_PART = "(?P<part>[年月季]?[底末]|[年月]?初|伊始|[上中下]旬|[上下前后]半月|年中|月?中(?![午心间小学国标铁冶石煤核央共医]))"
_COUNT_IN = (
    rf"(?:第(?P<on>{_N})个?(?P<ou>工作日|天|日(?!期)|{WEEK}(?![一二三四五六日])|月|季度)|(?P<first>首月)"
    rf"|(?P<side>前|头|后|最后)(?P<sn>{_N})个?(?P<su>工作日|天|日|{WEEK}|月|季度))"
)
_DAY = rf"(?P<d>(?<=[月份]){NUMERAL})(?:[日号]|(?![0-9个家名项亿万千百十天周年月元条点件次户台套米期标段层楼处座栋吨批股%.多余来]))"
_WEEKDAY_IN = rf"(?:第?(?P<wn>{_N})个|最后一?个)的?{WEEK}(?P<wd>[一二三四五六日天])"
BEFORE = "(?:的?(?:[或及]?[以之]?前(?!后)|[以之]?内))"
_INSIDE = rf"(?:的?(?:{_PART}|{_DAY}|{_WEEKDAY_IN}|{_COUNT_IN}))?(?P<close>{BEFORE})?"
_PLACE = rf"(?:{_MONTH}|{_QUARTER}|{_HALF})"
_WITH_YEAR = re.compile(rf"{_YEAR}(?:的?{_PLACE})?{_INSIDE}")
_WITHOUT_YEAR = re.compile(rf"{_PLACE}{_INSIDE}")
_ALONE = re.compile(
    rf"(?<![月0-9一二三四五六七八九十个])(?P<part>月[底末初中]|[上中下]旬|[上下前后]半月|年[底末初中])(?![午心间小学])(?P<close>{BEFORE})?"
    rf"|(?P<side>前|头)(?P<sn>{_N})(?P<su>个?季度)(?P<close2>{BEFORE})?"
)
_STEPS = {"上上": -2, "下下": 2, "上": -1, "下": 1, "次": 1}


def _step(word: str) -> int:
    """上个, 下下: how many units away; 本, 这, 当, 同 are 0."""
    return _STEPS.get(word[:2]) or _STEPS.get(word[:1], 0)


def _month_of(day: date) -> Span:
    return Span(day.replace(day=1), last_of_month(day))


def months_from(first: date, count: int) -> Span:
    return Span(first, add_months(first, count) - timedelta(days=1))


def _place(words: Mapping[str, str | None], year: int, today: date) -> Span:
    """The year, half, quarter or month that is said, in that year."""
    if relative := words.get("rm"):
        return _month_of(add_months(date(year, today.month, 1), _step(relative)))
    if month := words.get("m"):
        return _month_of(date(year, whole(month) or 0, 1))
    if quarter := words.get("q"):
        number = re.search("[1-4一二三四首]", re.sub("[上下这]一", "", quarter))
        if number is None:
            this = date(year, (today.month - 1) // 3 * 3 + 1, 1)
            return months_from(add_months(this, 3 * _step(quarter)), 3)
        return months_from(date(year, 3 * count_of(number[0]) - 2, 1), 3)
    if half := words.get("half"):
        if half == "全年":
            return months_from(date(year, 1, 1), 12)
        if "个" in half:
            this = date(year, 1 if today.month <= 6 else 7, 1)
            return months_from(add_months(this, 6 * _step(half)), 6)
        return months_from(date(year, 1 if half[0] in "上前" else 7, 1), 6)
    part = words.get("part")
    if part is not None and words.get("y") is None and words.get("ry") is None and not part.startswith("年"):
        return _month_of(today)
    return months_from(date(year, 1, 1), 12)


def count_of(said: str) -> int:
    count = 1 if said == "首" else whole(said.replace("仨", "三"))
    if count is None or count < 1:
        raise ValueError(said)
    return count


def _part_of(part: str, place: Span) -> Span:
    """底, 初, 上旬, 上半月 … of a month, quarter, half or year."""
    first, last = place.first, place.last
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if months > 1:
        if part in ("年中", "中") and months == 12:
            return _month_of(date(first.year, 6, 1))
        if part == "伊始":
            return _month_of(first)
        if part.endswith("初"):
            return months_from(first, 2 if months == 12 else 1)
        if part.endswith(("底", "末")):
            return months_from(
                add_months(last.replace(day=1), -1 if months == 12 else 0), 2 if months == 12 else 1
            )
        raise ValueError(part)
    days = {"初": (1, 10), "上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31), "中": (15, 15), "底": (25, 31), "末": (25, 31),
            "上半月": (1, 15), "前半月": (1, 15), "下半月": (16, 31), "后半月": (16, 31)}.get(part.removeprefix("月"))  # fmt: skip
    if days is None:
        raise ValueError(part)
    return Span(first.replace(day=days[0]), first.replace(day=min(days[1], last.day)))


def _weeks(place: Span) -> date:
    """The first Monday in it: its first week is the first that begins in it."""
    return place.first + timedelta(days=-place.first.weekday() % 7)


def _nth(place: Span, number: int, unit: str, calendar: Calendar) -> Span:
    if unit == "工作日":
        day = calendar.add_workdays(place.first - timedelta(days=1), number)
        said = Span(day, day)
    elif unit in ("天", "日"):
        day = place.first + timedelta(days=number - 1)
        said = Span(day, day)
    elif unit == "月":
        said = months_from(add_months(place.first, number - 1), 1)
    elif unit == "季度":
        said = months_from(add_months(place.first, 3 * number - 3), 3)
    else:
        monday = _weeks(place) + timedelta(days=7 * number - 7)
        said = Span(monday, monday + timedelta(days=6))
    if said.first > place.last:
        raise ValueError(number)
    return said


def _inside(words: Mapping[str, str | None], place: Span, calendar: Calendar) -> Span:
    """What is said of the place: a day, a part, its third week, its last ten days; all of it if nothing."""
    if part := words.get("part"):
        return _part_of(part, place)
    if day := words.get("d"):
        said = place.first.replace(day=count_of(day))
        return Span(said, said)
    if weekday := words.get("wd"):
        offset = "一二三四五六日天".index(weekday) % 7 if weekday != "天" else 6
        first = place.first + timedelta(days=(offset - place.first.weekday()) % 7)
        if number := words.get("wn"):
            said = first + timedelta(days=7 * count_of(number) - 7)
        else:
            said = place.last - timedelta(days=(place.last.weekday() - offset) % 7)
        if said > place.last:
            raise ValueError(number)
        return Span(said, said)
    if number := words.get("on"):
        return _nth(place, count_of(number), words["ou"] or "", calendar)
    if words.get("first"):
        return _nth(place, 1, "月", calendar)
    if number := words.get("sn"):
        unit = (words["su"] or "").removeprefix("个")
        count = count_of(number)
        if words["side"] in ("前", "头"):
            first = place.first if unit in ("天", "日", "工作日") else _nth(place, 1, unit, calendar).first
            return Span(first, _nth(place, count, unit, calendar).last)
        length = read_length(str(count), "个" + unit if unit in ("月", "季度") else unit)
        if length is None:
            raise ValueError(number)
        following = length.after(place.last + timedelta(days=1), calendar, -1)
        return Span(following, following if unit == "工作日" and count == 1 else place.last)
    return place


def _of_calendar(match: re.Match[str], today: date, calendar: Calendar) -> Said | None:
    words = match.groupdict()
    year = _year(words, today)
    if match.re is _WITH_YEAR and words.get("part") and _is_month_part(words):
        return None
    fixed = (
        year is not None
        or words.get("rm") is not None
        or bool(re.match("[上下本这当]", words.get("q") or ""))
        or "个" in (words.get("half") or "")
    )

    def read(of: int) -> Span:
        return _inside(words, _place(words, of, today), calendar)

    leap = (words.get("m"), words.get("d")) in _LEAP_DAYS
    said = _of_first_year(read, today.year, leap=leap) if year is None else read(year)
    close = words.get("close") or words.get("close2") or ""
    alone = match.re is _ALONE and words.get("part") is not None
    since = SINCE.match(match.string, match.end()) is not None  # 年初以来 is no year to come
    limit = bool(close) or (words.get("part") or "").endswith(("底", "末"))
    if not fixed and said.last < today and (limit or alone) and not since:
        if alone and not (words["part"] or "").startswith("年"):
            said = _inside(words, _month_of(add_months(today.replace(day=1), 1)), calendar)
        else:
            said = _of_first_year(read, today.year + 1, leap=leap)
    if close.endswith("前"):
        said = Span(said.last, said.last)
    form = "day" if words.get("d") else "period"
    return Said(said.first, said.last, match.start(), match.end(), form, fixed)


def _is_month_part(words: Mapping[str, str | None]) -> bool:
    """今年下旬: a part of no month that is said."""
    part = words["part"] or ""
    return not any(words.get(name) for name in ("m", "rm")) and part.endswith(("旬", "半月"))


_LEAP_DAYS = {(month, day) for month in ("2", "02", "二") for day in ("29", "二十九")}


def _of_first_year(read: Callable[[int], Span], year: int, *, leap: bool) -> Span:
    """What is read in that year; a 29 February in the next that has one."""
    while leap and not isleap(year):
        year += 1
    return read(year)


# Dates in digits -----------------------------------------------------------------------------------

_MM, _DD = "(?P<m>1[0-2]|0?[1-9])", "(?P<d>3[01]|[12][0-9]|0?[1-9])"
_DIGITS = re.compile(
    rf"(?<![0-9])(?:(?P<y>(?:19|20)[0-9]{{2}})[-/. ]{_MM}[-/. ]{_DD}(?![0-9])[日号]?(?P<close>{BEFORE})?)"
)
_SHORT_YEAR = re.compile(rf"(?<![0-9./-])(?P<y>[0-9]{{2}})-{_MM}-{_DD}(?![0-9-])(?P<close>{BEFORE})?")
_COMPACT = re.compile(
    rf"(?<![0-9.])(?P<y>(?:19|20)[0-9]{{2}})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12][0-9]|3[01])(?![0-9.万元])(?P<close>{BEFORE})?"
)
_YEAR_MONTH = re.compile(
    rf"(?<![0-9./-])(?P<y>(?:19|20)[0-9]{{2}})[-/.]{_MM}(?![0-9]|[-/.][0-9]{{1,2}}(?![0-9]))(?P<close>{BEFORE})?"
    rf"|(?<=[-~到至])(?P<y2>(?:19|20)[0-9]{{2}})[-/.](?P<m2>1[0-2]|0?[1-9])(?![0-9]|[-/.][0-9])"
)
_MONTH_DAY = re.compile(
    rf"(?<![0-9./·:-]){_MM}[-/·.]{_DD}(?:[日号]|(?=$|\s|[,。;?!)到至~前起后之以开])|(?=-[0-9]{{1,2}}[-/·.]))(?P<close>{BEFORE})?"
    rf"|(?<=[-~到至])(?P<m2>1[0-2]|0?[1-9])[-/·.](?P<d2>3[01]|[12][0-9]|0?[1-9])(?![0-9.])"
)


def _of_digits(match: re.Match[str], today: date, calendar: Calendar) -> Said | None:
    words = match.groupdict()
    month = words.get("m") or words.get("m2") or ""
    year, day = words.get("y") or words.get("y2"), words.get("d") or words.get("d2")
    close = words.get("close") or ""

    def read(of: int) -> Span:
        if day is None:
            return _month_of(date(of, int(month), 1))
        said = date(of, int(month), int(day))
        return Span(said, said)

    if year is None:
        leap = (month, day) in _LEAP_DAYS
        said = _of_first_year(read, today.year, leap=leap)
        if close and said.last < today:
            said = _of_first_year(read, today.year + 1, leap=leap)
    else:
        said = read(_nearest_century(int(year), today) if len(year) == 2 else int(year))
    if close.endswith("前"):
        said = Span(said.last, said.last)
    form = "period" if day is None else "day"
    return Said(said.first, said.last, match.start(), match.end(), form, year is not None)


# Two numbers before one unit -----------------------------------------------------------------------

TO = "[-~到至]"
_BETWEEN_MONTHS = re.compile(
    rf"(?:{_YEAR}的?)?(?<![0-9./-])(?P<m>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]){TO}(?P<m2>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?(?!{NUMERAL}[日号])"
)
_TWO_MONTHS = re.compile(
    rf"(?:{_YEAR}的?)?(?<![零〇一二三四五六七八九十])(?P<m>[一二三四五六七八])(?P<m2>[二三四五六七八九])月份?"
)
_BETWEEN_YEARS = re.compile(
    rf"(?<![0-9.-])(?P<y>(?:19|20)[0-9]{{2}}){TO}(?:(?P<y2>(?:19|20)?[0-9]{{2}})年(?:(?P<m2>1[0-2]|0?[1-9])月(?![0-9]))?"
    rf"|(?P<y3>(?:19|20)[0-9]{{2}})(?![0-9年月.]))"
)


def _of_months(match: re.Match[str], today: date, calendar: Calendar) -> Said | None:
    words = match.groupdict()
    year = _year(words, today)
    months = [whole(words[name] or "") or 0 for name in ("m", "m2")]
    if match.re is _TWO_MONTHS and months[1] != months[0] + 1:
        return None
    of = today.year if year is None else year
    first = date(of, months[0], 1)
    last = last_of_month(date(of + (months[1] < months[0]), months[1], 1))
    return Said(first, last, match.start(), match.end(), "period", year is not None)


def _of_years(match: re.Match[str], today: date, calendar: Calendar) -> Said:
    first = int(match["y"])
    said = match["y2"] or match["y3"]
    last = int(said) if len(said) == 4 else first - first % 100 + int(said)
    if last < first:
        raise ValueError(said)
    month = int(match["m2"] or 12)
    end = last_of_month(date(last, month, 1))
    return Said(date(first, 1, 1), end, match.start(), match.end(), "period", True)


# Counted from today --------------------------------------------------------------------------------

_ROLLING = re.compile(
    rf"(?<![0-9年月日号天周之以大])(?P<way>最近|近|过去|未来|今后|接下来|往后|前|上|后|下)的?(?P<n>[0-9]{{1,3}}|[一二两俩仨三四五六七八九十]{{1,3}}|半)"
    rf"(?P<u>个?工作日|天|日|{WEEK}(?![一二三四五六日])|个(?:星期|礼拜|月|季度)|季度|年|月)(?!前|[以之]前)"
)
_PAIR = re.compile("(?P<a>今明|明后|昨今)(?P<n>两|二|2)?(?P<u>年|天)")
_HALF_WEEK = re.compile(rf"(?P<step>上|下|本|这)?个?{WEEK}?(?P<side>[上下前后])半{WEEK}")


def _of_count(match: re.Match[str], today: date, calendar: Calendar) -> Said | None:
    way, number, unit = match["way"], match["n"], match["u"]
    recent = way in ("近", "最近", "过去")
    if way in ("上", "下") and number in ("一", "1", "半"):
        return None  # 上一周 is a week of the calendar
    if unit == "月" and not recent:
        return None
    length = read_length(number, "个" + unit if unit in ("月", "季度") else unit)
    if length is None:
        return None
    day = timedelta(days=1)
    if recent:
        said = Span(length.after(today, calendar, -1), today)
    elif way in ("前", "上"):
        # 前五个月 is January to May once May is over, as reports say it
        if way == "前" and length.unit == "month" and length.value < today.month:
            said = months_from(date(today.year, 1, 1), int(length.value))
        else:
            said = Span(length.after(today, calendar, -1), today - day)
    elif way in ("后", "下"):
        said = Span(today + day, length.after(today, calendar))
    else:
        said = Span(today, length.after(today, calendar))
    return Said(said.first, said.last, match.start(), match.end(), "period", True)


def _of_pair(match: re.Match[str], today: date, calendar: Calendar) -> Said:
    step = {"今明": 0, "明后": 1, "昨今": -1}[match["a"]]
    if match["u"] == "年":
        said = Span(date(today.year + step, 1, 1), date(today.year + step + 1, 12, 31))
    else:
        said = Span(today + timedelta(days=step), today + timedelta(days=step + 1))
    return Said(said.first, said.last, match.start(), match.end(), "period", True)


def _of_half_week(match: re.Match[str], today: date, calendar: Calendar) -> Said:
    monday = today + timedelta(days=7 * _step(match["step"] or "本") - today.weekday())
    days = (0, 2) if match["side"] in "上前" else (3, 6)
    first, last = (monday + timedelta(days=day) for day in days)
    return Said(first, last, match.start(), match.end(), "period", True)


# All forms ----------------------------------------------------------------------------------------

_Reader = Callable[[re.Match[str], date, Calendar], "Said | None"]
_FORMS: Sequence[tuple[re.Pattern[str], _Reader]] = (
    (_WITH_YEAR, _of_calendar),
    (_WITHOUT_YEAR, _of_calendar),
    (_ALONE, _of_calendar),
    (_DIGITS, _of_digits),
    (_SHORT_YEAR, _of_digits),
    (_COMPACT, _of_digits),
    (_YEAR_MONTH, _of_digits),
    (_MONTH_DAY, _of_digits),
    (_BETWEEN_MONTHS, _of_months),
    (_TWO_MONTHS, _of_months),
    (_BETWEEN_YEARS, _of_years),
    (_ROLLING, _of_count),
    (_PAIR, _of_pair),
    (_HALF_WEEK, _of_half_week),
)


def find_periods(text: str, today: date, calendar: Calendar) -> list[Said]:
    """All that some form reads in the text. They overlap; impossible days (9月31日) are left out."""
    found = []
    for pattern, read in _FORMS:
        for match in pattern.finditer(text):
            try:
                said = read(match, today, calendar)
            except (ValueError, OverflowError):
                continue
            if said is not None:
                found.append(said)
    return found
