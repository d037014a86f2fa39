"""项目谋划季度排名 in chat: the office's until it is bulletined (H6). 三季度项目谋划排名."""

import re

from bot.agenda import planning_words, quarter_of
from bot.routing import Refusal, Reply, Router, Turn
from handlers.bulletin_parts import may_make
from handlers.not_in_regime import not_in_regime

router = Router()

_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}


@router.phrase(
    r"(?:看看?|出|查)?(?:(?:第)?(?P<quarter>[一二三四1-4])季度|本季度)?(?:的)?(?:项目)?谋划(?:工作|储备)?(?:的)?(?:季度)?(?:排名|排队|名次)[。？?]?"
)
def show(match: re.Match[str], turn: Turn) -> Reply | None:
    """项目谋划排名: of this quarter, or the one that is named."""
    if turn.rules.regime.planning is None:
        return not_in_regime("项目谋划排名", "储备情况请回“储备项目情况”")
    if not may_make(turn) or turn.chat.group:
        raise Refusal("项目谋划排名由市重点办通报，通报以前请私聊问重点办。")
    said = match["quarter"]
    quarter = quarter_of(turn.today) if said is None else _QUARTERS.get(said) or int(said)
    if quarter > quarter_of(turn.today):
        raise Refusal(f"第{quarter}季度还没有到。")
    return Reply(planning_words(turn.tx, turn.directory, turn.rules, turn.today, quarter))
