"""By when something is wanted, as it is said in a fixed phrase: 20日前, 今天17时前, 明天中午前. Pure."""

import contextlib
import re
from datetime import date, datetime, time, timedelta

from bot.calendar import add_months, at, end_of_day
from bot.routing import Refusal

_NEAR = {"今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2}
_HOUR = re.compile(r"(?P<half>上午|中午|下午)?(?P<h>\d{1,2})(?:[点时](?P<half_hour>半)?|[:：](?P<m>\d{2}))")
_WEEKDAYS = "一二三四五六日"


def day_named(words: str, today: date) -> date | None:
    """The next such day that lies ahead; None where none is named. Raises Refusal for one that does not exist."""
    for word, days in _NEAR.items():
        if word in words:
            return today + timedelta(days=days)
    if named := re.search(r"(?:周|星期)([一二三四五六日天])", words):
        wanted = _WEEKDAYS.index(named[1].replace("天", "日"))
        return today + timedelta(days=(wanted - today.weekday()) % 7)
    named = re.search(r"(?:(?P<m>\d{1,2})月)?(?P<d>\d{1,2})[日号]", words)
    if named is None:
        return None
    for ahead in range(13):
        first = add_months(today.replace(day=1), ahead)
        if named["m"] is None or int(named["m"]) == first.month:
            with contextlib.suppress(ValueError):  # not every month has that day
                named_day = first.replace(day=int(named["d"]))
                if named_day >= today:
                    return named_day
    raise Refusal("没有这一天，请写成“20日前”这样。")


def moment_named(words: str, now: datetime, today: date) -> datetime | None:
    """The moment up to which it is wanted: an hour of the day that is named, else the day's end."""
    named = day_named(words, today)
    hour = _HOUR.search(words)
    if hour is None:
        return None if named is None else end_of_day(named)
    value = int(hour["h"])
    if hour["half"] == "下午" and value < 12:
        value += 12
    minute = 30 if hour["half_hour"] else int(hour["m"] or 0)
    if value > 23 or minute > 59:
        raise Refusal("没有这个钟点，请写成“今天17时前”这样。")
    moment = at(named or today, time(value, minute))
    if named is None and moment <= now:
        moment += timedelta(days=1)
    if moment <= now:
        raise Refusal("这个时间已经过了，请重写一个。")
    return moment
