"""查询: what stands, for who may see it; what he may not see isn't there. One screen."""

import re

from bot.acts import About, Period, Query
from bot.mechanism.states import State
from bot.routing import Reply, Router, Turn
from handlers.query_help import help_for
from handlers.query_lists import due_soon, my_projects, my_tickets, overdue, silent_in, waiting
from handlers.query_project import project_card
from handlers.query_sums import summary
from handlers.query_ticket import ticket_card
from handlers.ranking import answer_bulletin, answer_ranking

router = Router()

_PERIODS = {
    "今天": Period.TODAY,
    "今日": Period.TODAY,
    "本周": Period.WEEK,
    "上周": Period.LAST_WEEK,
    "本月": Period.MONTH,
    "上月": Period.LAST_MONTH,
    "本季度": Period.QUARTER,
    "今年": Period.YEAR,
    "这周": Period.WEEK,
    "这个月": Period.MONTH,
    "这月": Period.MONTH,
    "这个季度": Period.QUARTER,
    "上个月": Period.LAST_MONTH,
}
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


@router.phrase(
    r"(?:现在|还有|看看?|查)*(?P<state>待核实|待交办|待销号)的?(?:问题|工单)?(?:还?有)?(?:哪些|哪几件|多少|清单)?(?:问题)?"
    r"[，,\s]*(?:第(?P<page>\d{1,3})页)?[？?。]?"
)
def answer_waiting(match: re.Match[str], turn: Turn) -> Reply | None:
    """待核实的有哪些, 待销号的有哪些第2页."""
    state = next(one for one in State if one.words == match["state"])
    return waiting(state, turn, int(match["page"] or 1))


@router.phrase(
    r"(?P<when>今[天日]|本周|这周|本月|这个月|(?:1[0-2]|[1-9])月份?)?(?:还)?(?:有)?(?:谁|哪些|哪个|哪几个)(?:项目|人|单位)?(?:还)?没有?"
    r"(?:报|报送|上报|报进展|报数)(?:的|了)?(?:呢)?[？?。]?"
)
def answer_silent(match: re.Match[str], turn: Turn) -> Reply | None:
    """今天谁没报, 9月哪些没报, in private: no group reads who is behind. Nothing said is this week."""
    if turn.chat.group:
        return Reply("请私聊我问“谁没报”，群里不点名。")
    return silent_in(match["when"] or "本周", turn)


@router.phrase(r"#?(?P<number>\d{1,6})号(?:问题|工单)?[？?。]?")
def answer_number(match: re.Match[str], turn: Turn) -> Reply | None:
    """17号, alone: how it stands."""
    return ticket_card(int(match["number"]), turn)


@router.phrase(
    r"(?P<what>[\u4e00-\u9fff]{2,12}?)(?:的)?(?:(?P<period>"
    + "|".join(_PERIODS)
    + r")?(?:的)?(?:工作|项目)?情况|(?P<bare>"
    + "|".join(_PERIODS)
    + r"))(?:怎么样|如何|咋样)?[？?。]?"
)
def answer_standing(match: re.Match[str], turn: Turn) -> Reply | None:
    """闻喜县情况, 市水务局本周情况, 运城开发区这个月; None where the words name neither county nor unit."""
    what, period = match["what"], _PERIODS.get(match["period"] or match["bare"] or "")
    area = next((one.name for one in turn.directory.areas if what in (one.name, one.name[:-1])), None)
    units = turn.directory.units.values()
    unit = next((one.name for one in units if what == one.name or what in one.aliases), None)
    if area is None and unit is None and what not in ("全市", "总体"):
        return None
    return summary(Query(About.SUMMARY, area=area, unit=None if area else unit, period=period), turn)


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
        case About.RANKING:
            return answer_ranking(act, turn)
        case About.BULLETIN:
            return answer_bulletin(act, turn)
        case About.HELP:
            return help_for(turn)
