"""筛选: the open problems in the order in which they are to be taken up, and those that projects share (T10).

问题清单      what is open, by importance and urgency: the list of the monthly meeting
共性难题      one category with one unit on several projects, as one list
"""

import re

from bot.agenda import Open, in_order, open_of, problem_line, weighed
from bot.mechanism.screening import shared_troubles
from bot.routing import Reply, Router, Turn
from bot.wording import CATEGORY, numbers
from handlers import rights
from storage import tickets

router = Router()

_MOST = 12


@router.phrase(r"(?:给我|看看?|出)?(?:月度会|月调度会?|调度会)?(?:的)?问题清单[。？?]?|月度会清单[。？?]?")
def list_problems(match: re.Match[str], turn: Turn) -> Reply | None:
    """What is open, the first to be taken up first, in the regime's layers."""
    if not rights.may_see_all_of_an_area(turn):
        return None
    found = _open(turn)
    if not found.tickets:
        return Reply("现在没有在办的问题。")
    by_number = {ticket.number: ticket for ticket in found.tickets}
    lines: list[str] = []
    layer = ""
    placed = in_order(turn.directory, turn.rules, found, turn.now)
    for one in placed[:_MOST]:
        if one.layer != layer:
            layer = one.layer
            lines.append(f"【{layer}】")
        ticket = by_number[one.ticket.number]
        lines.append(problem_line(one, ticket, found.limits[ticket.id], turn.now))
    if len(placed) > _MOST:
        lines.append(f"另有{len(placed) - _MOST}件，可问“哪些超期了”“快到期的有哪些”。")
    shared = shared_troubles(turn.rules.regime, [one.ticket for one in placed])
    if shared:
        lines.append(f"其中共性难题{len(shared)}类，看明细请回“共性难题”。")
    return Reply("\n".join([f"在办问题{len(placed)}件，按轻重缓急：", *lines]))


@router.phrase(r"(?:有哪些|看看?)?共性(?:难题|问题)(?:有哪些)?[。？?]?")
def list_shared(match: re.Match[str], turn: Turn) -> Reply | None:
    """Troubles of one category with one unit that several projects have."""
    if not rights.may_see_all_of_an_area(turn):
        return None
    shared = shared_troubles(turn.rules.regime, weighed(turn.directory, _open(turn)))
    if not shared:
        return Reply("现在没有几个项目共有的难题。")
    lines = [
        f"{CATEGORY[one.category]}（{one.unit}）：{len(one.projects)}个项目，{numbers(one.tickets)}"
        for one in shared[:_MOST]
    ]
    return Reply("\n".join(["共性难题，建议一并协调：", *lines]))


def _open(turn: Turn) -> Open:
    return open_of(turn.tx, tickets.visible(turn.tx, turn.directory, turn.sender, tickets.ALL))
