"""核增, 核减: the only change of a closed month, by the city's office, with its day and reason (P2)."""

import re
from typing import Any

from bot.calendar import day_of
from bot.mechanism.figures import line_of
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import date_words, money
from handlers import rights
from handlers.accounts import opened_month
from handlers.month_words import MONTH, SUM, called, month_said, project_said, standing, yuan_said
from handlers.telling import tell
from storage import accounts, figures

router = Router()

_LEAST = 4  # characters that give a reason
_SIGN = {"核增": 1, "核减": -1}
_WHAT = (
    r"(?:的)?(?:投资|数据|数)?(?P<sign>核增|核减)[了为]?"
    + SUM
    + r"(?:[，,。；;：:\s]*(?:原因|理由|因为|因|系)?[是为：:，,\s]*(?P<why>.+?))?[。！\s]*"
)


@router.phrase(r"(?P<a>[^，,。？?\n]{2,30}?)" + MONTH + _WHAT)
@router.phrase(MONTH + r"(?P<a>[^，,。？?\n]{2,30}?)" + _WHAT)
def adjust(match: re.Match[str], turn: Turn) -> Reply | None:
    """鑫泽源9月核减200万，原因…: dated, with its reason; liaison and county read it."""
    project = project_said(match["a"], turn)
    if project is None:
        return None
    month = month_said(match["month"], turn)
    state = opened_month(month, turn)
    if not rights.is_city_office(turn.directory, turn.sender):
        raise Refusal("核增核减由市重点办办理，请把数和原因报市重点办。")
    if not state.is_closed or project.id not in state.accounts:
        raise Refusal(f"{called(month, turn)}还没有关账，请联络员直接报对的数，由县里确认。")
    why = (match["why"] or "").strip()
    if len(why) < _LEAST:
        raise Refusal(
            f"核增核减要写明原因：“{project.short}{month[1]}月{match['sign']}{match['sum']}{match['in']}，原因：发票重复入账”。"
        )
    yuan = _SIGN[match["sign"]] * yuan_said(match["sum"], match["in"])
    before = figures.as_of(turn.tx, *month, line_of(turn.rules.regime), project.id)[project.id]
    if before.invested is None or before.invested + yuan < 0:
        stands = "没有累计数" if before.invested is None else f"累计只有{money(before.invested)}"
        raise Refusal(
            f"{project.short}{called(month, turn)}{stands}，不能{match['sign']}{money(abs(yuan))}。"
        )
    accounts.adjust(
        turn.tx,
        project.id,
        month,
        yuan,
        why,
        by=turn.writer.id,
        on_behalf=turn.on_behalf,
        inbox_id=turn.inbox_id,
        at=turn.now,
    )
    after = figures.as_of(turn.tx, *month, line_of(turn.rules.regime), project.id)[project.id]
    liaisons = [turn.directory.people[one] for one in project.liaisons if one in turn.directory.people]
    county = turn.directory.office_people(project.area_id) if project.area_id is not None else []
    done = f"{project.short}{called(month, turn)}{match['sign']}{money(abs(yuan))}（{why}）"
    tell(
        turn,
        [*liaisons, *county],
        "figure-adjusted",
        f"{turn.sender.signed}{done}，核后{standing(after)}",
        project=project,
        answer="以后报今年累计请按核后的数。",
        why="您负责报送或确认这个项目的月账",
    )
    return Reply(
        f"已记：{done}。核前今年累计{money(before.invested)}，核后{standing(after)}。关账时的数不改，核增核减列在旁边。",
        about={"project": project.number},
    )


@router.phrase(r"(?:看看?|查)?" + MONTH + r"(?:有哪些)?核增核减(?:有哪些|情况|清单|明细)?[？?。]?")
def list_adjustments(match: re.Match[str], turn: Turn) -> Reply | None:
    """9月核增核减: those of what the sender may see."""
    if turn.chat.group:
        return Reply("核增核减请私聊我问，群里不点名。")
    month = month_said(match["month"], turn)
    opened_month(month, turn)
    scope = turn.directory.scope_of(turn.sender)
    rows = [
        row
        for row in accounts.adjusted(turn.tx, *month)
        if scope.everything or row.project_id in scope.project_ids
    ]
    if not rows:
        return Reply(f"{called(month, turn)}没有核增核减。")
    lines = [
        f"{turn.directory.projects[row.project_id].short}："
        f"{'核增' if row.yuan > 0 else '核减'}{money(abs(row.yuan))}，{row.reason}"
        f"（{date_words(day_of(row.at), turn.today)}，{_who(row, turn)}）"
        for row in rows[:12]
    ]
    more = [f"还有{len(rows) - 12}项。"] if len(rows) > 12 else []
    return Reply("\n".join([f"{called(month, turn)}核增核减{len(rows)}项：", *lines, *more]))


def _who(row: Any, turn: Turn) -> str:
    person = turn.directory.people.get(row.person_id)
    return str(row.on_behalf or (person.signed if person else ""))
