"""Days in a text: 9月28号, 下周三前, 三天内, 国庆前, 月底, 正月十五.

What a day means depends on whether something is wanted or was done, so each span carries both readings.
"""

import re
from calendar import isleap
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from bot.calendar import Calendar, add_months, festival, from_lunar, last_of_month

from .durations import read_length
from .numbers import COUNT, whole


class Grain(IntEnum):
    """How exactly the day is said."""

    DAY = 0
    WEEK = 1
    MONTH = 2  # a month, or its end
    LONGER = 3


@dataclass(frozen=True, slots=True)
class DaySpan:
    """A stretch of the text that says a day."""

    start: int
    end: int
    ahead: date  # read as a limit or as something to come
    behind: date | None  # read as something done; None where only a period is said
    grain: Grain
    closing: bool  # 前, 之前, 内, 底 …: it is a limit

    def nearest(self, today: date) -> date:
        """The reading that is nearer to today; the coming one if both are."""
        if self.behind is None or abs(self.ahead - today) <= abs(today - self.behind):
            return self.ahead
        return self.behind


_N = COUNT
_CLOSE = r"(?P<close>(?:之|以)?前(?!后)|(?:之|以)?内)?"
_YEAR = r"(?:今年|明年|去年|后年|前年|本年|来年|20[0-9]{2}年|(?<![0-9])2[0-9]年|二[零〇][零〇一二三四五六七八九]{2}年)"
_DATE = re.compile(
    "(?=[0-9零〇一二两俩三四五六七八九十今明后前昨本这下上当次月年半周星礼国元端中小春正腊农大除季过清来去劳])(?:"
    rf"(?P<full>(?P<fy>20[0-9]{{2}})(?:年|[-/.])(?P<fm>{_N})(?:月|[-/.])(?P<fd>{_N})[日号]?)"
    rf"|(?:农历)?(?P<lunar>正月|腊月|冬月|(?<=农历){_N}月)(?P<ld>初?[一二三四五六七八九十]{{1,3}}|底|末)"
    rf"|(?P<md>(?:(?P<my>{_YEAR})度?的?)?(?P<mm>{_N})月(?:份)?(?:(?P<mday>{_N})[日号]|(?P<mpart>底|末|初|中旬|上旬|下旬|中(?![午心间小学国标铁冶石煤核央共医]))|(?!以来|起)))"
    rf"|(?P<dot>(?<![0-9.])(?P<dm>1[0-2]|0?[1-9])[./](?P<dd>3[01]|[12][0-9]|0?[1-9])(?=[日号]|(?:之|以)?前|开工|复工|竣工|停工|投产)[日号]?)"
    rf"|(?P<rm>(?P<rmw>下下个?月|下个?月|本月|这个?月|当月|上个?月|次月)(?:份|的)?(?:(?P<rmday>{_N})[日号]|(?P<rmpart>底|末|初|中旬|上旬|下旬|中(?![午心间小学国标铁冶石煤核央共医])))?)"
    rf"|(?P<bm>(?<![0-9一二三四五六七八九十个])月(?P<bmpart>底|末|初|中(?![午心间小学国标铁冶石煤核央共医])))|(?<![月0-9])(?P<xun>上旬|中旬|下旬)"
    rf"|(?P<dur>(?P<dn>半|{_N})(?P<du>个半月|个?多?(?:工作|交易)日|天|日(?!前)|周|个?星期|个?礼拜|个月|个?小时|年)(?:的?时间)?(?P<dw>(?:之|以)?内|(?:之|以)?后|(?:之|以)?前|(?=(?:就|即)[能可]|(?:就)?(?:足够|够了))))"
    rf"|(?P<lim>(?<=[限期时为是:])(?:(?<=期限|限期|时限|限时)|(?<=限)|(?<=期限为|限期为|时限为|期限是|时限是)|(?<=期限:|限期:|时限:))(?P<ln>半|{_N})(?P<lu>个半月|个?(?:工作|交易)日|天|日|周|个?星期|个?礼拜|个月|个?小时)(?!之?[前后]))"
    rf"|(?P<dom>(?<![0-9.#第单])(?P<domn>{_N})[号日](?![楼线机标院段桥塔泵锅坑井库地厂炉工支路]))"
    r"|(?P<wk>(?P<wkw>下下个?|下一?个?|本|这一?个?|上上个?|上一?个?|当)?(?:周|星期|礼拜)(?:(?:周|星期|礼拜)(?=[一二三四五六日天末]))?(?P<wkd>[一二三四五六日天末1-7](?![个期年月0-9.]))?(?![边围转报末期年]))"
    r"|(?P<rel>大{1,2}后天|大{1,2}前天|今天|今日|今儿|今晚|今早|今晨|今夜|本日|明天|明日|明儿|明早|明晚|后天|后日|昨天|昨日|昨晚|昨儿|前天|前日|当天)"
    rf"|(?P<fest>(?P<festy>{_YEAR})?(?:过)?(?P<festn>春节|农历新年|国庆节?|元旦节?|五一(?:国际劳动节)?|劳动节|端午节?|中秋节?|小年|元宵节?|清明节?"
    r"|(?<![零〇一二三四五六七八九十百第月年])十一(?=(?:之|以)?[前后]|期间|假期|长假)|^十一$))|(?P<nian>(?<![小几多数来往近])年前|过年前)"
    rf"|(?P<yr>(?P<yrw>{_YEAR})?(?P<yrp>年底|年末|年中|年初|上半年|下半年|底(?=之?前)|(?P<q>{_N}|第{_N}|本|这个?)季度末?|全年))"
    r"|(?P<qe>季度末|季末)|(?P<inn>(?P<innw>周内|月内|年内|季度内|旬内))|(?P<ny>明年|今年|本年)(?=之?前|以?内|之内)"
    rf")(?:早上|上午|中午|下午|晚上|晚|下班|24时|零时|白天)?{_CLOSE}"
)
_DAYS = {"大后天": 3, "后天": 2, "后日": 2, "明天": 1, "明日": 1, "明儿": 1, "明早": 1, "明晚": 1, "昨天": -1, "昨日": -1,
         "昨晚": -1, "昨儿": -1, "前天": -2, "前日": -2, "大前天": -3, "大大后天": 4, "大大前天": -4}  # fmt: skip
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6, "末": 6, "1": 0, "2": 1, "3": 2, "4": 3,
             "5": 4, "6": 5, "7": 6}  # fmt: skip
_STEPS = {"下下": 2, "下": 1, "上": -1, "上上": -2}  # weeks
_Reading = tuple[date, date | None, Grain, bool]


def find_days(text: str, today: date, calendar: Calendar) -> list[DaySpan]:
    """All stretches that say a day, in their order. Impossible days (2月30日) are left out."""
    found = []
    read: dict[tuple[str, str], _Reading | None] = {}  # the same words mean the same day
    for match in _DATE.finditer(text):
        kind = match.lastgroup if match.lastgroup != "close" else None
        name = next((name for name in _READERS if match[name] is not None), kind)
        if name is None or name not in _READERS:
            continue
        said = match[0], name
        if said not in read:
            try:
                read[said] = _READERS[name](match, today, calendar)
            except (ValueError, OverflowError):
                read[said] = None
        reading = read[said]
        if reading is None:
            continue
        ahead, behind, grain, closing = reading
        closing = closing or match["close"] is not None
        found.append(DaySpan(match.start(), match.end(), ahead, behind, grain, closing))
    return found


def _full(match: re.Match[str], today: date, calendar: Calendar) -> _Reading | None:
    month, day = whole(match["fm"]), whole(match["fd"])
    if month is None or day is None:
        return None
    said = date(int(match["fy"]), month, day)
    return said, said, Grain.DAY, False


def _lunar(match: re.Match[str], today: date, calendar: Calendar) -> _Reading | None:
    name = match["lunar"][:-1]
    month = {"正": 1, "冬": 11, "腊": 12}.get(name) or whole(name)
    if month is None:
        return None
    said = match["ld"].removeprefix("初")

    def of(year: int) -> date:
        if said in ("底", "末"):
            following = (year + 1, 1) if month == 12 else (year, month + 1)
            return from_lunar(following[0], following[1], 1) - timedelta(days=1)
        day = whole(said)
        if day is None:
            raise ValueError(said)
        return from_lunar(year, month, day)

    days = [of(today.year + step) for step in (-1, 0, 1)]
    return (
        min(day for day in days if day >= today),
        max((day for day in days if day <= today), default=None),
        Grain.DAY,
        False,
    )


def _part(year: int, month: int, part: str) -> date:
    if part.startswith(("初", "上")):
        return date(year, month, 10)
    if part == "中旬":
        return date(year, month, 20)
    if part == "中":
        return date(year, month, 15)
    return last_of_month(date(year, month, 1))


def _year(word: str, today: date) -> int:
    """今年, 2026年, 二〇二六年, 26年. ValueError if it is no year."""
    steps = {"今年": 0, "本年": 0, "明年": 1, "来年": 1, "去年": -1, "后年": 2, "前年": -2}
    if word in steps:
        return today.year + steps[word]
    said = whole(word.removesuffix("年"))
    if said is None:
        raise ValueError(word)
    return said if said > 99 else 2000 + said


def _leap_days(today: date) -> tuple[date, date]:
    """The next 29 February from today on, and the last one until today."""
    years = [year for year in range(today.year - 8, today.year + 9) if isleap(year)]
    days = [date(year, 2, 29) for year in years]
    return min(day for day in days if day >= today), max(day for day in days if day <= today)


def _month_day(match: re.Match[str], today: date, calendar: Calendar) -> _Reading | None:
    month = whole(match["mm"])
    if month is None or not 1 <= month <= 12:
        return None
    day_said = match["mday"]
    grain = Grain.DAY if day_said else Grain.MONTH

    def of(year: int) -> date:
        if day_said:
            day = whole(day_said)
            if day is None:
                raise ValueError(day_said)
            return date(year, month, day)
        return _part(year, month, match["mpart"] or "底")

    if match["my"]:
        said = of(_year(match["my"], today))
        return said, said if day_said else None, grain, False
    if month == 2 and day_said and whole(day_said) == 29:
        return *_leap_days(today), grain, False
    ahead, behind = of(today.year), of(today.year)
    if ahead < today:
        ahead = of(today.year + 1)
    if behind > today:
        behind = of(today.year - 1)
    return ahead, behind if day_said else None, grain, False


def _dot(match: re.Match[str], today: date, calendar: Calendar) -> _Reading:
    month, day = int(match["dm"]), int(match["dd"])
    ahead = behind = date(today.year, month, day)
    if ahead < today:
        ahead = date(today.year + 1, month, day)
    if behind > today:
        behind = date(today.year - 1, month, day)
    return ahead, behind, Grain.DAY, False


def _of_relative_month(match: re.Match[str], today: date, calendar: Calendar) -> _Reading | None:
    word = match["rmw"]
    step = -1 if word.startswith("上") else 2 if word.startswith("下下") else 1 if word[0] in "下次" else 0
    first = add_months(today.replace(day=1), step)
    if match["rmday"]:
        day = whole(match["rmday"])
        if day is None:
            return None
        said = date(first.year, first.month, day)
        return said, said, Grain.DAY, False
    return (
        _part(first.year, first.month, match["rmpart"] or "底"),
        None,
        Grain.MONTH,
        match["rmpart"] is not None,
    )


def _of_month(match: re.Match[str], today: date, calendar: Calendar) -> _Reading:
    part = match["bmpart"] or match["xun"]
    said = _part(today.year, today.month, part)
    if said < today:
        following = add_months(today.replace(day=1), 1)
        return _part(following.year, following.month, part), None, Grain.MONTH, True
    return said, None, Grain.MONTH, True


_LONGEST = (4000, 500)  # days, workdays


def _duration(match: re.Match[str], today: date, calendar: Calendar) -> _Reading | None:
    number, unit, way = match["dn"], match["du"], match["dw"]
    if number == "半" and unit in ("天", "日"):
        return _onward(way, today, today)
    length = read_length(number, unit)
    if length is None or length.value > _LONGEST[length.unit == "workday"]:
        return None
    return _onward(way, length.after(today, calendar), length.after(today, calendar, -1))


def _limit(match: re.Match[str], today: date, calendar: Calendar) -> _Reading | None:
    """限期三天, 期限五个工作日: the last day, without 内."""
    if match["ln"] == "半" and match["lu"] in ("天", "日"):
        return today, None, Grain.DAY, True
    length = read_length(match["ln"], match["lu"])
    if length is None or length.value > _LONGEST[length.unit == "workday"]:
        return None
    return length.after(today, calendar), None, Grain.DAY, True


def _onward(way: str, ahead: date, back: date) -> _Reading:
    """三天内, 三天就能 and 三天后 lie ahead, 三天前 behind."""
    if way.endswith("前"):
        return back, back, Grain.DAY, False
    return ahead, None, Grain.DAY, way.endswith("内")


def _day_of_month(match: re.Match[str], today: date, calendar: Calendar) -> _Reading | None:
    day = whole(match["domn"])
    if day is None or not 1 <= day <= 31:
        return None
    first = today.replace(day=1)

    def seek(step: int, fits: Callable[[date], bool]) -> date:
        for months in range(0, 3 * step, step):
            month = add_months(first, months)
            if day <= last_of_month(month).day and fits(month.replace(day=day)):
                return month.replace(day=day)
        raise ValueError(day)

    return seek(1, lambda said: said >= today), seek(-1, lambda said: said <= today), Grain.DAY, False


def _week(match: re.Match[str], today: date, calendar: Calendar) -> _Reading | None:
    word, weekday = match["wkw"], match["wkd"]
    if not word and not weekday:
        return None
    monday = today - timedelta(days=today.weekday())
    if not weekday:
        step = _STEPS.get((word or "").rstrip("个一"), 0)
        return monday + timedelta(days=7 * step + 6), None, Grain.WEEK, False
    offset = _WEEKDAYS[weekday]
    if word:
        step = _STEPS.get(word.rstrip("个一"), 0)
        said = monday + timedelta(days=7 * step + offset)
        return said, said, Grain.DAY, False
    said = monday + timedelta(days=offset)
    ahead = said if said >= today else said + timedelta(days=7)
    behind = said if said <= today else said - timedelta(days=7)
    return ahead, behind, Grain.DAY, False


def _relative(match: re.Match[str], today: date, calendar: Calendar) -> _Reading:
    said = today + timedelta(days=_DAYS.get(match["rel"], 0))
    return said, said, Grain.DAY, False


_SAME_FESTIVAL = {
    "春节": "春节",
    "农历新年": "春节",
    "劳动节": "五一",
    "五一国际劳动节": "五一",
    "十一": "国庆",
}


def _festival(match: re.Match[str], today: date, calendar: Calendar) -> _Reading:
    name = match["festn"]
    name = _SAME_FESTIVAL.get(name, name.removesuffix("节"))
    before = match["close"] is not None and match["close"].endswith("前")

    def of(year: int) -> date:
        fixed = {"国庆": (10, 1), "元旦": (1, 1), "五一": (5, 1), "清明": (4, 5)}
        day = date(year, *fixed[name]) if name in fixed else festival(name, year)
        return day - timedelta(days=1) if before else day

    if match["festy"]:
        said = of(_year(match["festy"], today))
        return said, said, Grain.DAY, False
    days = [of(today.year + step) for step in (-1, 0, 1, 2)]
    return (
        min(day for day in days if day >= today),
        max((day for day in days if day <= today), default=None),
        Grain.DAY,
        False,
    )


def _new_year(match: re.Match[str], today: date, calendar: Calendar) -> _Reading:
    days = [festival("春节", today.year + step) - timedelta(days=1) for step in (0, 1)]
    return min(day for day in days if day >= today), None, Grain.DAY, True


def _of_year(match: re.Match[str], today: date, calendar: Calendar) -> _Reading | None:
    word, part = match["yrw"], match["yrp"]
    year = _year(word, today) if word else today.year
    if match["q"] is not None:
        quarter = (today.month + 2) // 3 if match["q"][0] in "本这" else whole(match["q"])
        if quarter is None or not 1 <= quarter <= 4:
            return None
        said = last_of_month(date(year, 3 * quarter, 1))
    elif part in ("年中", "上半年"):
        said = date(year, 6, 30)
    elif part == "年初":
        said = last_of_month(date(year, 2, 1))
    else:
        said = date(year, 12, 31)
    if not word and said < today:
        said = last_of_month(date(year + 1, said.month, 1))
    return said, None, Grain.LONGER, part.endswith(("底", "末"))


def _quarter_end(match: re.Match[str], today: date, calendar: Calendar) -> _Reading:
    return last_of_month(date(today.year, (today.month + 2) // 3 * 3, 1)), None, Grain.LONGER, True


def _within(match: re.Match[str], today: date, calendar: Calendar) -> _Reading:
    word = match["innw"]
    if word == "周内":
        said = today + timedelta(days=6 - today.weekday())
    elif word == "年内":
        said = date(today.year, 12, 31)
    elif word == "季度内":
        return _quarter_end(match, today, calendar)
    elif word == "旬内" and today.day <= 20:
        said = today.replace(day=10 if today.day <= 10 else 20)
    else:
        said = last_of_month(today)
    return said, None, Grain.MONTH, True


def _named_year(match: re.Match[str], today: date, calendar: Calendar) -> _Reading:
    return date(_year(match["ny"], today), 12, 31), None, Grain.LONGER, False


_READERS: dict[str, Callable[[re.Match[str], date, Calendar], _Reading | None]] = {
    "full": _full,
    "lunar": _lunar,
    "md": _month_day,
    "dot": _dot,
    "rm": _of_relative_month,
    "bm": _of_month,
    "xun": _of_month,
    "dur": _duration,
    "lim": _limit,
    "dom": _day_of_month,
    "wk": _week,
    "rel": _relative,
    "fest": _festival,
    "nian": _new_year,
    "yr": _of_year,
    "qe": _quarter_end,
    "inn": _within,
    "ny": _named_year,
}
