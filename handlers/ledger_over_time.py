"""台账各月: what changed between two months, who changed which cell, when and why (A5).

8月和9月台账有什么变化; 9月台账有什么变化 (since August); 342改线台账改过什么; 9月台账谁改过; 导出9月台账.
"""

import re
from datetime import date, datetime, time

from bot.calendar import add_months, at, day_of
from bot.documents import month_diff
from bot.documents.ledger_month import LedgerState
from bot.mechanism.month_end import first_day, month_name
from bot.questions import projects_named
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import date_words
from handlers.ordering import order
from handlers.paging import page
from storage import adjusting, ledger_history, month_ends
from storage.ledger_history import CellChange

router = Router()

MONTH = r"(?:(?:\d{4}年)?(?:\d{1,2}|十[一二]?|[一二三四五六七八九])月份?|上上个?月|上个?月|本月|这个月)"
_PAGE = r"(?:[，,\s]*第(?P<page>\d{1,3})页)?[？?。！!\s]*"
_DIGITS = {word: value for value, word in enumerate("零一二三四五六七八九十")} | {"十一": 11, "十二": 12}


@router.phrase(
    rf"(?:看看?|查一?下|比一?下)?(?:(?P<first>{MONTH})(?:末)?(?:台账)?(?:和|与|跟|到|、|比|—|-))?(?P<second>{MONTH})(?:末)?(?:的)?(?:项目)?台账"
    rf"(?:相比)?(?:都|有|有了|发生了?)*(?:什么|哪些|啥)?(?:变化|变动|不同|不一样|区别|差异|差别)(?:吗|呢)?{_PAGE}"
)
def compare_months(match: re.Match[str], turn: Turn) -> Reply | None:
    """8月和9月台账有什么变化, 9月台账有什么变化: of what the sender may see, in private."""
    second = read_month(match["second"], turn.today)
    first = read_month(match["first"], turn.today) if match["first"] else add_months(second, -1)
    if turn.chat.group:
        return Reply("请私聊我问台账变化，群里不逐项说。")
    if first > second:
        first, second = second, first
    before, after = (must_have(month, turn) for month in (first, second))
    diff = month_diff.compare(before, after)
    head = f"{_called(first, turn)}到{_called(second, turn)}台账（{_as_of(before, turn)} → {_as_of(after, turn)}）"
    if diff.is_empty:
        return Reply(f"{head}没有变化，{len(after.rows)}个项目。")
    whys = {
        (one.project_id, one.entered): one.why
        for one in adjusting.of_year(turn.tx, turn.directory.year)
        if before.at < one.at <= after.at
    }
    lines = month_diff.lines(diff, whys)
    again = f"{_called(first, turn)}和{_called(second, turn)}台账有什么变化"
    return Reply(page(f"{head}：", lines, int(match["page"] or 1), again, "条"))


@router.phrase(
    rf"(?P<what>[^，,：:\n]{{0,40}}?)(?:的)?(?:项目)?台账(?:里|上)?(?:都)?(?:是)?(?:谁|哪些人|什么人|什么时候)?(?:被)?(?:给)?"
    rf"(?:改过?了?|更正过?了?|变更过?了?|修改过?了?|动过?了?)(?:什么|哪些|哪里|几处|记录|吗|没有?)*{_PAGE}"
    rf"|(?P<of>[^，,：:\n]{{0,40}}?)(?:的)?(?:项目)?台账(?:的)?(?:修改|变更|更改|改动)(?:记录|历史|痕迹|情况){_PAGE.replace('page', 'page_b')}"
)
def who_changed(match: re.Match[str], turn: Turn) -> Reply | None:
    """342改线台账改过什么, 9月台账谁改过: cell by cell with who, when and why. None where nothing of ours is named."""
    what = (match["what"] or match["of"] or "").strip(" 的“”")
    scope = turn.directory.scope_of(turn.sender)
    ids = {
        one.id for one in turn.directory.projects.values() if scope.everything or one.id in scope.project_ids
    }
    since: datetime | None = None
    until: datetime | None = None
    if re.fullmatch(MONTH, what):
        month = read_month(what, turn.today)
        since, until = at(month, time.min), at(add_months(month, 1), time.min)
    elif what not in ("", "今年", "谁", "最近"):
        numbers = projects_named(what, turn)
        project = turn.directory.project_numbered(numbers[0]) if len(numbers) == 1 else None
        if project is None:
            return None
        ids &= {project.id}
    if turn.chat.group:
        return Reply("请私聊我问台账改动，群里不逐项说。")
    found = ledger_history.read(turn.tx, turn.directory.year, ids, since, until)
    if not found:
        return Reply(f"{what}台账没有改过。")
    lines = [_line(one, turn) for one in reversed(found)]
    return Reply(
        page(
            f"{what}台账改动{len(lines)}处，近的在前：",
            lines,
            int(match["page"] or match["page_b"] or 1),
            f"{what}台账变更记录",
            "处",
        )
    )


@router.phrase(
    rf"(?:请)?(?:帮我)?(?:导出|下载|发我|给我|要|发一?下|我要)(?:一份|一下)?(?P<month>{MONTH})?(?:末)?(?:的)?(?:项目)?台账(?:表格?|文件|excel)?[。！!？?\s]*"
)
def export_month(match: re.Match[str], turn: Turn) -> Reply | None:
    """导出9月台账: the workbook of that month, of what the sender may see, in private."""
    month = read_month(match["month"] or "本月", turn.today)
    state = must_have(month, turn)
    if not state.rows:
        raise Refusal("台账里没有您能看的项目。")
    how = "月末存的" if state.kept else f"{date_words(day_of(state.at), turn.today)}的样子"
    order(
        turn,
        "ledger-month",
        {"month": month_name(month), "person": turn.sender.id},
        f"{_called(month, turn)}台账（{len(state.rows)}个项目，{how}）：",
    )
    return Reply(f"正在做{_called(month, turn)}台账的表格，{len(state.rows)}个项目，好了就发给您。")


def read_month(words: str, today: date) -> date:
    """The first day of the month that is named: 9月 is this year's, or last year's if it has not come yet."""
    this = today.replace(day=1)
    if words.startswith("上上"):
        return add_months(this, -2)
    if words.startswith("上"):
        return add_months(this, -1)
    match = re.fullmatch(r"(?:(\d{4})年)?(\d{1,2}|[一二三四五六七八九十]{1,2})月份?", words)
    if match is None:
        return this
    number = int(match[2]) if match[2].isdigit() else _DIGITS[match[2]]
    if not 1 <= number <= 12:
        raise Refusal(f"没有{number}月，请写1到12月。")
    if match[1]:
        return date(int(match[1]), number, 1)
    return date(today.year if number <= today.month else today.year - 1, number, 1)


def must_have(month: date, turn: Turn) -> LedgerState:
    """The ledger of that month, as far as the sender may see it. Raises Refusal where there was none."""
    state = month_ends.state_of(turn.tx, month_name(month), turn.now)
    if state is None:
        raise Refusal(f"{_called(month, turn)}还没有到。")
    if not state.rows:
        kept = [_called(first_day(one), turn) for one in month_ends.kept_months(turn.tx)]
        have = f"现在存有：{'、'.join(kept)}。" if kept else ""
        raise Refusal(f"{_called(month, turn)}还没有台账。{have}")
    scope = turn.directory.scope_of(turn.sender)
    if scope.everything:
        return state
    rows = {one: row for one, row in state.rows.items() if one in scope.project_ids}
    return LedgerState(state.year, state.at, state.kept, rows)


def _called(month: date, turn: Turn) -> str:
    return f"{month.month}月" if month.year == turn.today.year else f"{month.year}年{month.month}月"


def _as_of(state: LedgerState, turn: Turn) -> str:
    return f"{date_words(day_of(state.at), turn.today)}{'存' if state.kept else '的样子'}"


def _line(one: CellChange, turn: Turn) -> str:
    who = turn.directory.people.get(one.person_id or 0)
    name = "，".join(
        part for part in (who.signed if who else "", f"代{one.who}" if who and one.who else one.who) if part
    )
    cell = f"：{one.before} → {one.after}" if one.before or one.after else ""
    why = f"，原因：{one.why}" if one.why else ""
    undone = "（已撤销）" if one.undone else ""
    short = turn.directory.projects[one.project_id].short
    return f"{date_words(day_of(one.at), turn.today)} {short} {one.what}{cell}{why}（{name or '未注明'}）{undone}"
