"""Days as people name them in questions and plans: 9月底, 一季度末, 10月中旬. Pure; None for what is no day."""

import re
from datetime import date, timedelta

from bot.calendar import last_of_month

DAY = (
    r"(?:(?:今年|本年)?(?:1[0-2]|[1-9])月(?:(?:[12]\d|3[01]|[1-9])[日号]|[上中下]旬|[底末初]|份底?)?|本月[底末]?|上月[底末]?"
    r"|[一二三四1-4]季度(?:[底末])?|上半年|前三季度|年底|全年|今天|昨天|目前|现在)"
)
_MONTH = re.compile(r"(?:今年|本年)?(1[0-2]|[1-9])月(?:(\d{1,2})[日号]|([上中下])旬|[底末]|份底?|(初))?")
_QUARTER = re.compile(r"([一二三四1-4])季度[底末]?")
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_TENDAYS = {"上": 10, "中": 20}
_ENDS = {"上半年": (6, 30), "前三季度": (9, 30), "年底": (12, 31), "全年": (12, 31)}


def day_named(words: str, today: date, year: int) -> date | None:
    """The day, a period's last one, in that year: 9月底 the 30th, 10月中旬 the 20th, 10月 its last day."""
    if words in ("今天", "目前", "现在"):
        return today
    if words == "昨天":
        return today - timedelta(days=1)
    if words in _ENDS:
        return date(year, *_ENDS[words])
    if words.startswith("本月"):
        return last_of_month(today)
    if words.startswith("上月"):
        return today.replace(day=1) - timedelta(days=1)
    if match := _QUARTER.fullmatch(words):
        return last_of_month(date(year, 3 * _QUARTERS[match[1]], 1))
    match = _MONTH.fullmatch(words)
    if match is None:
        return None
    month = date(year, int(match[1]), 1)
    if match[2]:
        try:
            return month.replace(day=int(match[2]))
        except ValueError:
            return None
    if match[4]:
        return month.replace(day=10)
    return month.replace(day=_TENDAYS[match[3]]) if match[3] in _TENDAYS else last_of_month(month)
