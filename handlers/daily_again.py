"""日报 before it goes and of any day: the office reads what a group will read, or read (feature 66).

预览日报, 预览盐湖区群日报      9月18日日报, 昨天的日报
"""

import re
from datetime import date, timedelta

from bot import daily
from bot.calendar import CITY
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import date_words
from handlers import rights
from storage.directory import Group

router = Router()

_GROUP = r"(?P<group>[\u4e00-\u9fff\w]{2,20}?群)?(?:的)?"
_DAY = r"(?:(?P<near>今天|今日|昨天|昨日|前天)|(?:(?P<month>1[0-2]|0?[1-9])月)?(?P<day>3[01]|[12]\d|0?[1-9])[日号])(?:的)?"


@router.phrase(r"(?:重?出|看看?)?预览(?:一下)?" + _GROUP + r"(?:今天的?|今日)?日报[。？?]?")
def preview(match: re.Match[str], turn: Turn) -> Reply | None:
    """预览日报: what the groups would read now."""
    return _made(match, turn, turn.today)


@router.phrase(r"(?:重新?|再)?(?:出|看|做|发我)?(?:一下|看)?" + _GROUP + _DAY + r"日报[。？?]?")
def of_day(match: re.Match[str], turn: Turn) -> Reply | None:
    """9月18日日报: of that day, as it stood at its hour by what is known now."""
    if match["near"]:
        back = {"昨": 1, "前": 2}.get(match["near"][0], 0)
        return _made(match, turn, turn.today - timedelta(days=back))
    month = int(match["month"] or turn.today.month)
    try:
        day = date(turn.today.year, month, int(match["day"]))
    except ValueError:
        raise Refusal(f"没有{month}月{match['day']}日这一天，请核对日期。") from None
    return _made(match, turn, day)


def _made(match: re.Match[str], turn: Turn, day: date) -> Reply | None:
    groups = _groups(match["group"] or "", turn)
    if not groups or turn.chat.group:
        return None
    if day > turn.today:
        raise Refusal(f"{date_words(day, turn.today)}还没有到。")
    parts = []
    for group in groups:
        goes = daily.summary_moment(group, day)
        then = f"今天{goes.astimezone(CITY):%H:%M}发，现在是这样" if turn.now < goes else "按现在知道的重出"
        parts.append(
            f"〔{group.name}，{then}〕\n{daily.of_group(turn.tx, turn.directory, turn.rules, group, day, turn.now)}"
        )
    return Reply("\n\n".join(parts))


def _groups(named: str, turn: Turn) -> list[Group]:
    """The groups whose summary is the sender's affair: the city office's all, a county's office its own."""
    city = rights.is_city_office(turn.directory, turn.sender) or rights.heads_city_office(
        turn.directory, turn.sender
    )
    own = turn.directory.area_of(turn.sender)
    mine = [
        one
        for one in turn.directory.groups.values()
        if city or (turn.sender.has("office") and own is not None and one.area_id == own)
    ]
    found = [one for one in mine if not named or named.removesuffix("群") in one.name]
    return found[:3]
