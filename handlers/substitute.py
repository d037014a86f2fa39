"""替班: while somebody is away, what is meant for him goes to another.

叶海燕9月20日至25日由刘新民替班        said by himself, a colleague of his unit, or the office
"""

import re
from datetime import date

from bot.calendar import add_months
from bot.people import Role
from bot.routing import Refusal, Reply, Router, Turn
from bot.standing_in import may_speak_for
from bot.wording import date_words
from handlers.telling import tell
from storage import substitutes
from storage.directory import Person

router = Router()

_DAY = r"(?:(?P<{0}_month>\d{{1,2}})月)?(?P<{0}_day>\d{{1,2}})[日号]"


@router.phrase(
    r"(?P<who>我|[\u4e00-\u9fff]{2,4}?)(?:出差|请假|不在|休假)?[，,]?\s*"
    + _DAY.format("first")
    + r"(?:到|至|-|—)"
    + _DAY.format("last")
    + r"[，,]?\s*由(?P<by>[\u4e00-\u9fff]{2,4}?)(?:替班|代班|顶替|代办|代管)[。！!]?"
)
def stand_in(match: re.Match[str], turn: Turn) -> Reply | None:
    """Enter who stands in for whom on which days, both of them in."""
    who = turn.writer if match["who"] == "我" else _called(match["who"], turn)
    by = _called(match["by"], turn)
    if not may_speak_for(turn.directory, turn.writer, who):
        raise Refusal(f"{who.called}的替班由本人、同单位同事或重点办来定。")
    if by.id == who.id:
        raise Refusal("替班的人不能是他自己，请换一个人。")
    first = _day(match, "first", turn.today)
    last = _day(match, "last", first)
    if last < turn.today:
        raise Refusal("这几天已经过去了，请重写日期。")
    substitutes.put(turn.tx, who.id, by.id, first, last)
    span = f"{date_words(first, turn.today)}至{date_words(last, turn.today)}"
    tell(
        turn,
        [who, by],
        "substitute",
        f"{span}，该{who.signed}办的事和提醒都转给{by.signed}",
        why="您是当事人",
    )
    if not turn.writer.has(Role.OFFICE):
        tell(
            turn,
            turn.directory.office_people(turn.directory.area_of(who)),
            "substitute-set",
            f"{span}，{who.signed}由{by.signed}替班",
            why="人员不在岗要告知重点办",
        )
    return Reply(f"记下了：{span}，给{who.signed}的都转给{by.signed}，到期自动恢复。")


def _called(words: str, turn: Turn) -> Person:
    person = turn.directory.person_called(words)
    if person is None:
        raise Refusal(f"名录里没有“{words}”，或者有重名，请写单位加姓名。")
    return person


def _day(match: re.Match[str], name: str, after: date) -> date:
    """The day said: in its month, else in that of `after`; the next such day that is not long gone."""
    month = int(match[f"{name}_month"] or after.month)
    try:
        day = date(after.year, month, int(match[f"{name}_day"]))
    except ValueError:
        raise Refusal("没有这一天，请重写日期。") from None
    if name == "last" and day < after:
        day = add_months(day, 1 if match["last_month"] is None else 12)
    return day
