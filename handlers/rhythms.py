"""调度材料 in chat: the paper of a meeting made anew, as of now (H2 to H6). 双周调度材料; 有哪些调度."""

import re

from bot.agenda import agenda
from bot.mechanism.describe_assessment import when
from bot.mechanism.rhythms import following
from bot.people import Role
from bot.routing import Reply, Router, Turn
from bot.wording import moment
from handlers import rights
from handlers.bulletin_parts import may_make

router = Router()


@router.phrase(
    r"(?:请|帮我)?(?:重?出|看看?|准备)?(?:一下|一份)?(?P<name>[\u4e00-\u9fff“”（）()3+]{2,20}?)(?:的)?(?:会议?)?材料[。？?]?"
)
def make_again(match: re.Match[str], turn: Turn) -> Reply | None:
    """双周调度材料: of the city for its office, of the county for the county's. None where no meeting is named."""
    named = [
        one
        for one in turn.rules.regime.rhythms
        if match["name"].strip("“”") in one.name.replace("“", "").replace("”", "")
    ]
    office = may_make(turn)
    if len(named) != 1 or not (office or turn.sender.has(Role.OFFICE)):
        return None
    if turn.chat.group:
        return Reply("材料请私聊我要，群里不发。")
    area_id = None if office else turn.directory.area_of(turn.sender)
    return Reply(agenda(turn.tx, turn.directory, turn.rules, named[0], turn.now, area_id))


@router.phrase(r"(?:有)?(?:哪些|什么)调度(?:安排)?[？?。]?|调度安排[？?。]?")
def list_rhythms(match: re.Match[str], turn: Turn) -> Reply | None:
    """有哪些调度: what comes back when, and when next."""
    if not rights.may_see_all_of_an_area(turn) or not turn.rules.regime.rhythms:
        return None
    lines = [
        f"{one.name}：{when(one)}，下次{moment(following(one, turn.rules.calendar, turn.now))}"
        for one in turn.rules.regime.rhythms
    ]
    return Reply("\n".join(["现行机制的调度：", *lines, "要材料写“双周调度材料”这样。"]))
