"""日报 before it goes and of any day: the office reads what a group will read, or read, and may post it again.

预览日报, 预览盐湖区群日报      9月18日日报, 昨天的日报, 重做9月18日日报      发9月18日日报
"""

import contextlib
import re
from datetime import date, timedelta

from bot import daily
from bot.calendar import CITY
from bot.channel import Button
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import date_words
from handlers import rights
from storage import outbox
from storage.directory import Group

router = Router()

_GROUP = r"(?P<group>[\u4e00-\u9fff\w]{2,20}?群)?(?:的)?"
_DAY = r"(?:(?P<near>今天|今日|昨天|昨日|前天)|(?:(?P<month>1[0-2]|0?[1-9])月)?(?P<day>3[01]|[12]\d|0?[1-9])[日号])(?:的)?"
_MOST = 3  # a screen; more are named and asked for one by one


@router.phrase(r"(?:请|重?出|看看?)?预览(?:一下)?" + _GROUP + r"日报[。？?]?|日报预览")
def preview(match: re.Match[str], turn: Turn) -> Reply | None:
    """预览日报: what the groups would read now."""
    return None if turn.chat.group else _shown(match["group"] or "", turn.today, turn)


@router.phrase(
    r"(?:请)?(?P<again>重新生成|重新|重|再|预览)?(?:出|看|做|发我)?(?:一下|看)?"
    + _GROUP
    + _DAY
    + r"日报[。？?]?"
)
def of_day(match: re.Match[str], turn: Turn) -> Reply | None:
    """9月18日日报, 重做9月18日日报: of that day, as it stood at its hour by what is known now."""
    if turn.chat.group or not (match["again"] or _mine(turn)):  # of others it asks how things stand
        return None
    return _shown(match["group"] or "", _day(match, turn.today), turn)


@router.phrase(r"(?:请)?(?:补发|发出|发)" + _GROUP + _DAY + r"日报(?:到群里)?[。]?")
def post(match: re.Match[str], turn: Turn) -> Reply | None:
    """发9月18日日报: into the groups, made anew."""
    day = _day(match, turn.today)
    groups = [one for one in _groups(match["group"] or "", turn) if _may_post(one, turn)]
    if not groups:
        raise Refusal("日报由重点办发到群里。")
    for group in groups:
        outbox.add(
            turn.tx,
            outbox.Notice(
                key=f"summary:{group.id}:{day.isoformat()}:{turn.inbox_id}",
                kind="summary",
                urgency="event",
                group_id=group.id,
                line=_text(group, day, turn),
                inbox_id=turn.inbox_id,
            ),
            turn.now,
        )
    return Reply(f"{_said(day)}日报已发到{'、'.join(f'“{one.name}”' for one in groups)}。")


def _shown(named: str, day: date, turn: Turn) -> Reply:
    groups = _groups(named, turn)
    parts = []
    for group in groups[:_MOST]:
        goes = daily.summary_moment(group, day)
        then = f"今天{goes.astimezone(CITY):%H:%M}发，现在是这样" if turn.now < goes else "按现在知道的重出"
        parts.append(f"〔{group.name}，{then}〕\n{_text(group, day, turn)}")
    if rest := groups[_MOST:]:
        parts.append(
            f"还有{'、'.join(one.name for one in rest)}，看哪个请写群名，如“预览{rest[0].name}日报”。"
        )
    if not (len(groups) <= _MOST and all(_may_post(one, turn) for one in groups)):
        return Reply("\n\n".join(parts))
    send = f"发{named}{_said(day)}日报"
    return Reply("\n\n".join([*parts, f"要发到群里请回“{send}”。"]), (Button("发到群里", send),))


def _text(group: Group, day: date, turn: Turn) -> str:
    return daily.of_group(turn.tx, turn.directory, turn.rules, group, day, turn.now)


def _groups(named: str, turn: Turn) -> list[Group]:
    """Those of that name whose summary is the sender's affair; unnamed, those of his own level.

    The city's office looks after all, a county's office after its own; Refusal for everybody else.
    """
    mine = _mine(turn)
    if not mine:
        raise Refusal("日报由重点办管理；您可以私聊回“今日明细”。")
    if named:
        found = [one for one in mine if named.removesuffix("群") in one.name]
        if not found:
            raise Refusal(f"没有“{named}”，有{'、'.join(one.name for one in mine)}。")
        return found
    return [one for one in mine if one.area_id is None] or mine


def _mine(turn: Turn) -> list[Group]:
    city = rights.is_city_office(turn.directory, turn.sender) or rights.heads_city_office(
        turn.directory, turn.sender
    )
    own = turn.directory.area_of(turn.sender)
    return [
        one
        for one in turn.directory.groups.values()
        if city or (turn.sender.has("office") and own is not None and one.area_id == own)
    ]


def _may_post(group: Group, turn: Turn) -> bool:
    """The sender is of the office that writes to the group; its head reads, the office posts."""
    if group.area_id is None:
        return rights.is_city_office(turn.directory, turn.sender)
    return turn.sender.has("office") and turn.directory.area_of(turn.sender) in (None, group.area_id)


def _day(match: re.Match[str], today: date) -> date:
    if match["near"]:
        return today - timedelta(days={"昨": 1, "前": 2}.get(match["near"][0], 0))
    month, of_month = int(match["month"] or today.month), int(match["day"])
    found = []
    for year in (today.year, today.year - 1):
        with contextlib.suppress(ValueError):  # 29 February is not a day of every year
            found.append(date(year, month, of_month))
    if not found:
        raise Refusal(f"没有{month}月{of_month}日这一天，请核对日期。")
    past = [one for one in found if one <= today]
    # In January the December that one means is last year's; a day some weeks ahead has not come yet.
    if not past or (found[0] > today and (found[0] - today).days < 180):
        raise Refusal(f"{date_words(found[0], today)}还没有到。")
    return past[0]


def _said(day: date) -> str:
    return f"{day.month}月{day.day}日"
