"""What handlers of bulletins share: who makes them, which one is meant, how its files are ordered."""

import re
from datetime import date, datetime

from bot.calendar import CITY, add_months, day_of
from bot.mechanism.bulletin import State, month_of
from bot.mechanism.model import Bulletin as BulletinRule
from bot.routing import Refusal, Turn
from bot.wording import due_words
from handlers import rights
from storage import bulletins, papers
from storage.bulletins import Bulletin, Doing

KIND = "bulletin"  # of the papers that are made of one
MONTH = r"(?:(?P<year>20\d\d)年)?(?P<month>(?:1[0-2]|0?[1-9])月份?|本月|这个?月|上个?月)(?:的)?"
DAY = r"(?:(?P<{0}month>1[0-2]|0?[1-9])月)?(?P<{0}day>3[01]|[12]\d|0?[1-9])[日号]"


def may_make(turn: Turn) -> bool:
    """The city's office, and who heads it."""
    return rights.is_city_office(turn.directory, turn.sender) or rights.heads_city_office(
        turn.directory, turn.sender
    )


def must_make(turn: Turn) -> None:
    """Only the city's office. Raises Refusal."""
    if not may_make(turn):
        raise Refusal("通报、约谈由市重点办办理；签发了的可以问“通报”“排名”。")


def must_rule(turn: Turn) -> BulletinRule:
    """The regime's rule of bulletins."""
    rule = turn.rules.regime.bulletin
    if rule is None:
        raise Refusal("现行工作机制没有月度通报这一项。")
    return rule


def order(turn: Turn, one: Bulletin, text: str, *, send: bool = False) -> None:
    """Have the files made and sent to this chat; `send`: then to groups and leaders too."""
    papers.order(
        turn.tx,
        KIND,
        {"bulletin": one.id, "send": send},
        turn.now,
        text=text,
        channel=turn.chat.channel,
        account=turn.chat.account,
        group=turn.chat.group,
        inbox_id=turn.inbox_id,
    )


def must_be_open(turn: Turn, match: re.Match[str]) -> Bulletin:
    """The bulletin of the month that was said, else the newest; it must not be signed yet."""
    must_rule(turn)
    if match["month"]:
        year, month = month_said(match, turn)
        one = bulletins.of_month(turn.tx, year, month)
    else:
        one = bulletins.open_one(turn.tx)
        month = turn.today.month
    if one is None:
        raise Refusal(
            f"还没有{'' if not match['month'] else f'{month}月'}通报草稿。请先写“出{month}月通报”。"
        )
    if one.state is State.SIGNED:
        raise Refusal(f"{one.month}月通报第{one.number}期已签发，不再改动。")
    return one


def month_said(match: re.Match[str], turn: Turn) -> tuple[int, int]:
    """9月, 本月, 上月 of MONTH."""
    said = match["month"]
    if said.startswith(("本", "这")):
        return turn.today.year, turn.today.month
    if said.startswith("上"):
        before = add_months(turn.today.replace(day=1), -1)
        return before.year, before.month
    month = int(re.sub(r"\D", "", said))
    if match["year"]:
        return int(match["year"]), month
    return month_of(turn.now, month)


def day_of_year(year: int, month: int, day: int) -> date:
    """That day. Refusal where there is none."""
    try:
        return datetime(year, month, day, tzinfo=CITY).date()
    except ValueError:
        raise Refusal(f"没有{month}月{day}日这一天，请核对日期。") from None


def frozen(one: Bulletin) -> str:
    """Until when its figures go: 25日24时."""
    moment = one.snapshot.as_of
    return due_words(moment, day_of(one.made_at))


def doing(turn: Turn) -> Doing:
    """Who does something to a bulletin, in which words."""
    return Doing(turn.now, turn.writer.id, turn.on_behalf, turn.text, turn.inbox_id)
