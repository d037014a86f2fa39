"""堵点台账、要素清单: what is open as lists with unit, person and limit, in the chat and as a sheet (T13, T15)."""

import re

from bot.acts import Category
from bot.blocker_list import lacks, rows_of
from bot.mechanism.factors import by_factor
from bot.routing import Reply, Router, Turn
from bot.wording import day, numbers
from handlers import rights
from handlers.not_in_regime import not_in_regime
from handlers.ordering import order
from storage import tickets
from storage.tickets import Ticket

router = Router()

_MOST = 10


@router.phrase(r"(?:给我|看看?|出|导出)?(?:问题|堵点)台账(?:表|表格)?[。！!？?]?")
def show_ledger(match: re.Match[str], turn: Turn) -> Reply | None:
    """堵点台账: what is open and what each still lacks; the sheet follows."""
    found = tickets.visible(turn.tx, turn.directory, turn.sender, tickets.ALL)
    if not found:
        whole = rights.may_see_all_of_an_area(turn)
        return Reply("现在没有在办的堵点，全部销号了。" if whole else "您能看到的里没有在办的堵点。")
    rows = rows_of(turn.tx, turn.directory, found, turn.now)
    open_ends = [(row.number, "、".join(lacks(row))) for row in rows if lacks(row)]
    said = [f"堵点台账在办{len(rows)}件，单位、责任人、时限齐全{len(rows) - len(open_ends)}件。"]
    said += [f"{number}号缺{what}" for number, what in open_ends[:_MOST]]
    if len(open_ends) > _MOST:
        said.append(f"还有{len(open_ends) - _MOST}件不齐，见表。")
    order(turn, "blockers", {"person": turn.sender.id}, "堵点台账：")
    return Reply("\n".join([*said, "表格马上发来。"]))


@router.phrase(
    r"(?:给我|看看?|出|导出)?(?P<name>要素(?:保障)?|融资需求|[\u4e00-\u9fff]{2,4}?)(?:需求)?(?:清单|台账)[。！!？?]?"
)
def show_factors(match: re.Match[str], turn: Turn) -> Reply | None:
    """要素清单, 用地清单: the factor needs of all projects that he may see, by factor."""
    rule = turn.rules.regime.factors
    names = [one.name for one in rule.lists] if rule else []
    name = _ALSO_CALLED.get(match["name"], match["name"])
    whole = name in ("要素", "要素保障")
    if not whole and name not in names:
        return None
    if rule is None:
        return not_in_regime("要素清单", "在办的问题请回“问题清单”")
    found = tickets.visible(turn.tx, turn.directory, turn.sender, tickets.ALL)
    lists = by_factor(rule, [(Category(one.category), f"{one.title}{one.words}", one) for one in found])
    if not whole:
        lists = {name: lists[name]} if name in lists else {}
    if not lists:
        where = "现在" if turn.directory.scope_of(turn.sender).everything else "您能看到的里"
        return Reply(f"{where}没有在办的{name if not whole else '要素'}需求。")
    lines = [f"要素需求在办{sum(len(some) for some in lists.values())}件，办一件销一件："]
    for kind, some in lists.items():
        if whole:
            lines.append(f"{kind}{len(some)}件：{numbers(one.number for one in some[:_MOST])}")
        else:
            lines += [_line(one, turn) for one in some[:_MOST]]
            if len(some) > _MOST:
                lines.append(f"还有{len(some) - _MOST}件，见表。")
    order(turn, "factors", {"person": turn.sender.id, "only": None if whole else name}, "要素清单：")
    return Reply("\n".join([*lines, "表格马上发来。"]))


_ALSO_CALLED = {
    "融资需求": "资金",
    "融资": "资金",
    "土地": "用地",
    "环境": "环境容量",
    "环评": "环境容量",
    "能耗": "用能",
    "通信": "通讯",
    "道路": "进出道路",
}


def _line(one: Ticket, turn: Turn) -> str:
    (row,) = rows_of(turn.tx, turn.directory, [one], turn.now)
    by = f"{day(row.limit, turn.today)}前" if row.limit else "未定时限"
    return f"{one.number}号 {one.title}（{row.unit or '未交办'}{row.person}，{row.state}，{by}）"
