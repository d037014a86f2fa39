"""月度通报 in chat: the office makes the draft, puts words right (A2, feature 74).

出9月通报            the month's figures are frozen as a draft; again: they are frozen anew
看通报草稿           the draft as it stands, with its files
通报改：下步要求：…   a part of its text in the office's own words
"""

import re
from datetime import datetime

from bot.bulletins import issue_of, waiting_words
from bot.calendar import end_of_day
from bot.channel import Button
from bot.mechanism.bulletin import Section, State, as_of, change_words, message, section
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import date_words
from handlers.bulletin_parts import (
    DAY,
    MONTH,
    day_of_year,
    doing,
    frozen,
    month_said,
    must_be_open,
    must_make,
    must_rule,
    order,
)
from storage import assessed, bulletins
from storage.bulletins import Bulletin

router = Router()

_MOST = 8


@router.phrase(
    r"(?:请|帮我)?(?:重新?)?(?:出|做|生成|拟|起草)(?:一下|一份)?"
    + MONTH
    + r"(?:月度)?通报(?:草稿)?(?:[，,\s]*(?:数据)?截[至止]"
    + DAY.format("to_")
    + r")?[。！!]?"
)
def make_draft(match: re.Match[str], turn: Turn) -> Reply | None:
    """出9月通报, 出9月通报，截至9月28日: the figures are frozen. A signed one stands."""
    must_make(turn)
    rule = must_rule(turn)
    year, month = month_said(match, turn)
    if (year, month) > (turn.today.year, turn.today.month):
        raise Refusal(f"{year}年{month}月还没有到，不能出通报。")
    until = as_of(turn.rules.regime, year, month, turn.now)
    if match["to_day"]:
        until = _moment_said(match, turn, year, month)
    there = bulletins.of_month(turn.tx, year, month)
    if there is not None and there.state is State.SIGNED:
        raise Refusal(f"{month}月通报第{there.number}期已签发，不能重出。数据有变化的，写进下一期。")
    snapshot = assessed.snapshot(turn.tx, turn.directory, turn.rules, year, month, until)
    bulletins.make(turn.tx, snapshot, turn.rules.regime.sha256, doing(turn))
    made = bulletins.of_month(turn.tx, year, month)
    assert made is not None
    head = (
        f"{month}月{rule.say}草稿已{'重出' if there else '出'}，数据冻结在{frozen(made)}，只有重点办看得到。"
    )
    return _show(made, turn, head)


@router.phrase(r"(?:看看?|查看|打开)?(?:一下)?(?:" + MONTH + r")?(?:月度)?通报(?:的)?草稿[。？?]?")
def show_draft(match: re.Match[str], turn: Turn) -> Reply | None:
    """看通报草稿."""
    must_make(turn)
    return _show(must_be_open(turn, match), turn, "")


@router.phrase(r"(?:" + MONTH + r")?通报(?:草稿)?(?:改|修改|改成|改为)[：:，,\s]*(?P<words>.+)")
def reword(match: re.Match[str], turn: Turn) -> Reply | None:
    """通报改：下步要求：…; 通报改：下步要求恢复."""
    must_make(turn)
    if turn.chat.group:
        raise Refusal("草稿请私聊我改，群里只发签发了的。")
    one = must_be_open(turn, match)
    said = re.fullmatch(
        f"(?P<part>{'|'.join(Section)})(?:[：:，,\\s]*(?P<back>恢复|还原)|[：:，,\\s]+(?P<words>.+?))[。]?",
        match["words"].strip(),
        re.DOTALL,
    )
    if said is None:
        parts = "、".join(Section)
        raise Refusal(
            f"请写明改哪一段：{parts}。例如“通报改：下步要求：……”；要恢复原来的写“通报改：下步要求恢复”。"
        )
    words = "" if said["back"] else f"{said['words'].rstrip('。')}。"
    bulletins.reword(turn.tx, one, said["part"], words, doing(turn))
    changed = bulletins.of_month(turn.tx, one.year, one.month)
    assert changed is not None
    issue = issue_of(turn.tx, turn.directory, turn.rules, changed)
    return Reply(f"通报“{said['part']}”现在是：{section(issue, Section(said['part']))}")


def _show(one: Bulletin, turn: Turn, head: str) -> Reply:
    if turn.chat.group:
        return Reply("草稿请私聊我看，群里只发签发了的。")
    issue = issue_of(turn.tx, turn.directory, turn.rules, one)
    lines = [head] if head else [f"{one.month}月通报{one.state.words}，数据冻结在{frozen(one)}。"]
    lines.append(message(issue))
    if issue.changes:
        lines.append("截止后有变化：" + "；".join(change_words(change) for change in issue.changes[:_MOST]))
    for part, words in issue.edits.items():
        if part != Section.OVERALL:
            lines.append(f"{part}（已改）：{words}")
    buttons: tuple[Button, ...] = ()
    if one.state is State.DRAFT:
        lines.append("文件随后发来。改文字回“通报改：下步要求：…”，发各县核对回“通报征求意见”。")
        buttons = (Button("征求意见", "通报征求意见"),)
    else:
        waiting = waiting_words(bulletins.objections(turn.tx, one))
        lines.append(f"没有答复的：异议{waiting}。" if waiting else "没有待答复的异议。")
    order(turn, one, f"{one.month}月通报草稿的文件：")
    return Reply("\n".join(lines), buttons)


def _moment_said(match: re.Match[str], turn: Turn, year: int, month: int) -> datetime:
    day = day_of_year(year, int(match["to_month"] or month), int(match["to_day"]))
    if day > turn.today:
        raise Refusal(f"{date_words(day, turn.today)}还没有到，数据截至日不能在今天之后。")
    return min(end_of_day(day), turn.now)
