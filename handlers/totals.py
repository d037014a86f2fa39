"""年度目标: the city's fixed-asset investment by quarter, the projects' total and its share (P4, P13)."""

import re

from bot.mechanism import totals as rule
from bot.mechanism.figures import line_of
from bot.routing import Reply, Router, Turn
from bot.wording import number
from handlers.month_words import MONTH, month_said
from storage import figures, second_figures
from storage.months import month_state

router = Router()


@router.phrase(
    r"(?:看看?|查)?(?:全市)?(?:"
    + MONTH
    + r")?(?:底)?(?:年度|全年|总量|投资)目标(?:完成)?(?:情况|进度|怎么样)?[？?。]?"
)
def show(match: re.Match[str], turn: Turn) -> Reply | None:
    """年度目标, 9月年度目标: for who sees the whole city."""
    plans = turn.rules.regime.plans
    if plans is None or not turn.directory.scope_of(turn.sender).everything:
        return None
    assets = second_figures.of_city(turn.tx, turn.today.year)
    month = turn.today.year, assets.month if assets is not None else turn.today.month
    if match["month"]:
        month = month_said(match["month"], turn)
        assets = second_figures.of_city(turn.tx, *month)
    found = figures.as_of(turn.tx, *month, line_of(turn.rules.regime))
    known = [one for one in found.values() if one.invested is not None]
    stands = rule.Totals(
        month=month[1],
        invested=sum(one.invested or 0 for one in known),
        reporting=len(known),
        projects=len(found),
        plan=sum(one.plan for one in found.values()),
        planned=sum(one.planned for one in found.values()),
        assets=assets.yuan if assets is not None else None,
        assets_month=assets.month if assets is not None else 0,
    )
    state = month_state(turn.tx, *month)
    asked = "已关账" if state.is_closed else "未关账，按已报的数"
    return Reply(
        "\n".join(
            [
                f"年度目标（1—{number(month[1])}月，{asked}）",
                *rule.lines(plans, stands),
                "口径：单位填报；固定资产投资是统计口径，两者不混用。",
            ]
        )
    )
