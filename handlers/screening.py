"""筛选: the open problems in the order in which they are to be taken up, and those that projects share (T10).

问题清单      what is open, by importance and urgency: the list of the monthly meeting
共性难题      one category with one unit on several projects, as one list
"""

import re

from bot import lamps
from bot.acts import Category, Severity
from bot.mechanism.screening import OpenTicket, Placed, screened, shared_troubles
from bot.routing import Reply, Router, Turn
from bot.wording import CATEGORY, due_words, numbers
from handlers import rights
from storage import tickets
from storage.tickets import DeadlineRow, Ticket

router = Router()

_MOST = 12


@router.phrase(r"(?:给我|看看?|出)?(?:月度会|月调度会?|调度会)?(?:的)?问题清单[。？?]?|月度会清单[。？?]?")
def list_problems(match: re.Match[str], turn: Turn) -> Reply | None:
    """What is open, the first to be taken up first, in the regime's layers."""
    if not rights.may_see_all_of_an_area(turn):
        return None
    found, limits = _open(turn)
    if not found:
        return Reply("现在没有在办的问题。")
    by_number = {ticket.number: ticket for ticket in found}
    lines: list[str] = []
    layer = ""
    placed = screened(turn.rules.regime, [_weighed(one, limits, turn) for one in found], turn.now)
    for one in placed[:_MOST]:
        if one.layer != layer:
            layer = one.layer
            lines.append(f"【{layer}】")
        lines.append(_line(one, by_number[one.ticket.number], limits, turn))
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
    found, limits = _open(turn)
    shared = shared_troubles(turn.rules.regime, [_weighed(one, limits, turn) for one in found])
    if not shared:
        return Reply("现在没有几个项目共有的难题。")
    lines = [
        f"{CATEGORY[one.category]}（{one.unit}）：{len(one.projects)}个项目，{numbers(one.tickets)}"
        for one in shared[:_MOST]
    ]
    return Reply("\n".join(["共性难题，建议一并协调：", *lines]))


def _open(turn: Turn) -> tuple[list[Ticket], dict[int, DeadlineRow | None]]:
    found = tickets.visible(turn.tx, turn.directory, turn.sender, tickets.ALL)
    rows = tickets.deadlines_of(turn.tx, [one.id for one in found])
    return found, {one.id: lamps.next_limit(one, rows[one.id]) for one in found}


def _weighed(ticket: Ticket, limits: dict[int, DeadlineRow | None], turn: Turn) -> OpenTicket:
    limit = limits[ticket.id]
    project = turn.directory.projects[ticket.project_id]
    lead = turn.directory.units.get(ticket.lead_id or 0)
    return OpenTicket(
        ticket.number,
        project.number,
        Category(ticket.category),
        lead.name if lead else next(iter(ticket.asked_units), None),
        Severity(ticket.severity),
        limit.due if limit else None,
        ticket.listed,
        province_key=project.tier == "province",
    )


def _line(one: Placed, ticket: Ticket, limits: dict[int, DeadlineRow | None], turn: Turn) -> str:
    limit = limits[ticket.id]
    when = f"，{due_words(limit.due, turn.today)}到期" if limit else ""
    late = "，已超期" if limit and lamps.is_over(limit, turn.now) else ""
    return f"{ticket.number}号 {ticket.title}（{one.ticket.unit or '未交办'}{when}{late}）"
