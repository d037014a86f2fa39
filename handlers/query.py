"""查询: what stands, for who may see it; what he may not see isn't there. One screen."""

import re

from bot.acts import About, Query
from bot.routing import Reply, Router, Turn
from handlers.query_help import help_for
from handlers.query_lists import due_soon, my_projects, my_tickets, overdue
from handlers.query_project import project_card
from handlers.query_sums import ranking, summary
from handlers.query_ticket import ticket_card

router = Router()

_LISTS = {
    "我的问题": About.MY_TICKETS,
    "我的项目": About.MY_PROJECTS,
    "超期问题": About.OVERDUE,
    "临期问题": About.DUE_SOON,
}


@router.on(Query)
def answer_query(act: Query, turn: Turn) -> Reply:
    """Answer by what is asked about."""
    return _answer(act, turn, 1)


@router.phrase(
    r"(?P<list>我的问题|我的项目|超期问题|临期问题)(?:清单)?[，,\s]*(?:第(?P<page>\d{1,3})页)?[？?。]?"
)
def answer_page(match: re.Match[str], turn: Turn) -> Reply | None:
    """我的问题, 我的问题第2页."""
    return _answer(Query(_LISTS[match["list"]]), turn, int(match["page"] or 1))


@router.phrase(r"#?(?P<number>\d{1,6})号(?:问题|工单)?[？?。]?")
def answer_number(match: re.Match[str], turn: Turn) -> Reply | None:
    """17号, alone: how it stands."""
    return ticket_card(int(match["number"]), turn)


@router.phrase(r"帮助|怎么用|使用说明|说明|help|\?|？")
def answer_help(match: re.Match[str], turn: Turn) -> Reply | None:
    """帮助."""
    return help_for(turn)


def _answer(act: Query, turn: Turn, page: int) -> Reply:
    match act.about:
        case About.PROJECT:
            return project_card(act.project, turn)
        case About.TICKET:
            return ticket_card(act.ticket, turn)
        case About.MY_PROJECTS:
            return my_projects(turn, page)
        case About.MY_TICKETS:
            return my_tickets(act, turn, page)
        case About.OVERDUE:
            return overdue(act, turn, page)
        case About.DUE_SOON:
            return due_soon(act, turn, page)
        case About.SUMMARY:
            return summary(act, turn)
        case About.RANKING | About.BULLETIN:
            return ranking(turn)
        case About.HELP:
            return help_for(turn)
