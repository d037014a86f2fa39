"""9月交账情况, 9月谁还没交账: how a month's accounts stand, for who may see them (P2)."""

import re
from collections.abc import Sequence

from bot.mechanism.figures import line_of
from bot.routing import Reply, Router, Turn
from bot.wording import date_words, last_day
from handlers.accounts import opened_month
from handlers.month_words import MONTH, called, month_said, names, standing
from handlers.paging import page
from storage import figures
from storage.directory import Project
from storage.months import MonthState, last_opened

router = Router()

_WHO = r"(?:还有|还)?(?:谁|哪些|哪几个|哪个)(?:县|单位|项目|人)?(?:还)?(?:没有?|未)(?:交账|报账|交|确认)(?:的|了)?(?:账)?"
_HOW = r"(?:月?账|交账|对账|建账)(?:的)?(?:情况|进度|怎么样|如何)(?:了)?"
_PAGE = r"(?:[，,\s]*第(?P<page>\d{1,3})页)?[？?。]?"


@router.phrase(r"(?:看看?|查)?(?:" + MONTH + rf")?(?:{_WHO}|{_HOW})" + _PAGE)
def list_accounts(match: re.Match[str], turn: Turn) -> Reply | None:
    """Counts, then who has not handed over, who is not confirmed: by county in their official order."""
    if turn.chat.group:
        return Reply("月账情况请私聊我问，群里不点名。")
    if match["month"] is None and not re.search(r"账|确认", turn.text):
        return None
    month = month_said(match["month"], turn) if match["month"] else last_opened(turn.tx)
    month = month or (turn.today.year, turn.today.month)
    state = opened_month(month, turn)
    scope = turn.directory.scope_of(turn.sender)
    mine = [
        one
        for one in turn.directory.ledger
        if one.id in state.accounts and (scope.everything or one.id in scope.project_ids)
    ]
    if not mine:
        return Reply(f"{called(month, turn)}账里没有您可以查看的项目。")
    if len(mine) <= 3 and not scope.everything:
        return Reply("\n".join([_head(state, mine, turn), *_each(state, mine, turn)]))
    lines = [
        line for kind in ("objected", "missing", "unconfirmed") for line in _by_area(state, mine, kind, turn)
    ]
    again = f"{month[1]}月交账情况"
    return Reply(
        page(_head(state, mine, turn), lines or ["全部确认。"], int(match["page"] or 1), again, "行")
    )


def _head(state: MonthState, mine: Sequence[Project], turn: Turn) -> str:
    ids = {one.id for one in mine}
    missing = len(ids & set(state.missing))
    unconfirmed = len(ids & set(state.unconfirmed))
    month = called((state.year, state.month), turn)
    if state.closed_at is not None:
        stands = f"{date_words(state.closed_at.date(), turn.today)}已关账"
    elif state.closes_at is not None:
        stands = f"{date_words(last_day(state.closes_at), turn.today)}24时关账"
    else:
        stands = ""
    return (
        f"{month}账{len(ids)}个项目：已交{len(ids) - missing}个，其中已确认{len(ids) - missing - unconfirmed}个；"
        f"未交{missing}个。{stands}"
    )


_KINDS = {"missing": "未交", "unconfirmed": "待确认", "objected": "有异议待重报"}


def _by_area(state: MonthState, mine: Sequence[Project], kind: str, turn: Turn) -> list[str]:
    objected = {one for one, account in state.accounts.items() if account.objection}
    chosen = {
        "missing": set(state.missing),
        "unconfirmed": set(state.unconfirmed) - objected,
        "objected": objected,
    }[kind]
    lines = []
    for area_id, name in [(None, "市直"), *((one.id, one.name) for one in turn.directory.areas)]:
        some = [one for one in mine if one.area_id == area_id and one.id in chosen]
        if some:
            lines.append(f"{_KINDS[kind]}　{name}{len(some)}个：{names(some)}")
    return lines


def _each(state: MonthState, mine: Sequence[Project], turn: Turn) -> list[str]:
    found = figures.as_of(turn.tx, state.year, state.month, line_of(turn.rules.regime))
    lines = []
    for one in mine:
        account = state.accounts[one.id]
        stands = (
            "未交账"
            if account.handed_over_at is None
            else f"有异议（{account.objection}）"
            if account.objection
            else "已确认"
            if account.confirmed_at is not None
            else "已交待确认"
        )
        lines.append(f"{one.short}：{stands}；{standing(found[one.id])}")
    return lines
