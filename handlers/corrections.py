"""纠偏计划: what a project that is behind will catch up and by when; which projects are behind (P3)."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.calendar import end_of_day, last_of_month
from bot.mechanism.figures import line_of
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import date_words, money, number
from handlers import rights
from handlers.month_words import project_said, standing, yuan_said
from handlers.not_in_regime import not_in_regime
from handlers.paging import page
from handlers.telling import tell
from storage import corrections, figures
from storage.directory import Project

router = Router()

_DAY = re.compile(r"(?P<month>1[0-2]|0?[1-9])月(?:(?P<day>3[01]|[12]\d|0?[1-9])[日号])?(?:底|末)?")
_TO = re.compile(
    r"(?:补到|追到|达到|完成到|干到|赶到|到)\s*(?:今年累计|累计)?(?P<sum>\d+(?:\.\d+)?)\s*(?P<in>亿|万|%|％)"
)
_LEAST = 6  # characters that make a plan


@router.phrase(r"(?:(?P<a>[^：:，,\n]{2,40}?)的?)?(?:纠偏|追赶)(?:计划|措施|方案)[：:，,\s]+(?P<plan>.+)")
def hand_in(match: re.Match[str], turn: Turn) -> Reply | None:
    """国道342纠偏计划：10月底补到2.2亿元，措施…: kept with the project, its day is tracked."""
    project = _meant(match["a"] or "", turn)
    if project is None:
        return None
    if not rights.reports_on(turn.directory, turn.sender, project):
        raise Refusal(f"{project.short}的纠偏计划由项目联络员或{project.area or '市'}重点办报。")
    words = match["plan"].strip()
    due = _due(words, turn.today)
    if due is None or len(words) < _LEAST:
        raise Refusal(
            f"纠偏计划要写明哪天补到多少：“{project.short}纠偏计划：{turn.today.month % 12 + 1}月底补到2.2亿元，措施…”。"
        )
    if due <= turn.today:
        raise Refusal(f"{date_words(due, turn.today)}已经过了，请写以后的日子。")
    target = _TO.search(words)
    percent = float(target["sum"]) if target and target["in"] in "%％" else None
    yuan = yuan_said(target["sum"], target["in"]) if target and percent is None else None
    one = figures.as_of(turn.tx, turn.directory.year, turn.now, line_of(turn.rules.regime), project.id)[
        project.id
    ]
    if yuan is not None and one.invested is not None and yuan <= one.invested:
        raise Refusal(
            f"{project.short}今年累计已是{money(one.invested)}，补到{money(yuan)}不算追赶，请核对。"
        )
    kept = corrections.plan(
        turn.tx,
        project.id,
        words,
        due,
        end_of_day(due),
        target_yuan=yuan,
        target_percent=percent,
        by=turn.writer.id,
        on_behalf=turn.on_behalf,
        inbox_id=turn.inbox_id,
        at=turn.now,
    )
    if not kept:
        raise Refusal(f"{project.short}现在没有要报的纠偏计划。进展请直接报数。")
    tell(
        turn,
        turn.directory.office_people(None),
        "corrected-plan",
        f"{turn.sender.signed}报来{project.short}纠偏计划：{words[:120]}",
        project=project,
        answer="不行请回“催办" + project.short + "”。",
        why="落后计划的项目要报纠偏计划",
    )
    aim = (
        f"补到{money(yuan)}"
        if yuan is not None
        else f"到{number(percent)}%"
        if percent is not None
        else "追上序时"
    )
    return Reply(
        f"{project.short}纠偏计划记下了：{date_words(due, turn.today)}{aim}，到那天按报的数核对。重报一遍就以新的为准。",
        about={"project": project.number},
    )


@router.phrase(
    r"(?:看看?|查|现在)?(?:有)?(?:哪些)?(?:项目)?(?:落后(?:计划|序时)?|滞后)(?:的)?(?:项目)?(?:有哪些|清单|情况)?"
    r"(?:[，,\s]*第(?P<page>\d{1,3})页)?[？?。]?"
)
def list_behind(match: re.Match[str], turn: Turn) -> Reply | None:
    """落后项目: what is behind, and its corrected plan. Never in a group."""
    plans = turn.rules.regime.plans
    if plans is None or plans.control is None:
        return not_in_regime("落后预警", "一个项目比序时高低请回“某某项目怎么样”")
    if turn.chat.group:
        return Reply("请私聊我问“落后项目”，群里不点名。")
    scope = turn.directory.scope_of(turn.sender)
    rows: dict[int, list[Any]] = {}
    for row in corrections.all_open(turn.tx):
        if scope.everything or row.project_id in scope.project_ids:
            rows.setdefault(row.project_id, []).append(row)
    mine = [one for one in turn.directory.ledger if one.id in rows]
    if not mine:
        return Reply("没有预警的落后项目。")
    lines = [f"{one.short}：{_stands(rows[one.id], turn.today)}" for one in mine]
    return Reply(page(f"落后计划的项目{len(mine)}个：", lines, int(match["page"] or 1), "落后项目", "个"))


def card_line(project: Project, turn: Turn) -> str:
    """Of a project that was warned of, for its card; else empty."""
    rows = corrections.open_of(turn.tx, [project.id])
    return f"落后预警：{_stands(rows, turn.today)}。" if rows else ""


def figures_line(project: Project, turn: Turn) -> str:
    """How it stands to its plan and what another source says, for its card; empty where nothing is known."""
    if turn.rules.regime.plans is None or project.gone:
        return ""
    one = figures.as_of(turn.tx, turn.directory.year, turn.now, line_of(turn.rules.regime), project.id).get(
        project.id
    )
    if one is None or (one.invested is None and not one.second):
        return ""
    beside = "".join(f"；{each.source}口径1—{each.month}月{money(each.yuan)}" for each in one.second)
    adjusted = "".join(
        f"；{each.month}月{'核增' if each.yuan > 0 else '核减'}{money(abs(each.yuan))}"
        for each in one.adjustments
    )
    return f"填报{standing(one)}{beside}{adjusted}。"


def _stands(rows: Sequence[Any], today: date) -> str:
    words = "；".join(dict.fromkeys(row.words for row in rows))
    planned = next((row for row in rows if row.state == corrections.PLANNED), None)
    if planned is None:
        return f"{words}；纠偏计划未报"
    return f"{words}；纠偏计划：{planned.plan[:60]}（{date_words(planned.due, today)}核对）"


def _meant(words: str, turn: Turn) -> Project | None:
    """The project that is named, else the only one of his that owes a corrected plan."""
    if words.strip():
        return project_said(words, turn)
    mine = [one for one in turn.directory.ledger if rights.reports_on(turn.directory, turn.sender, one)]
    owed = {row.project_id for row in corrections.open_of(turn.tx, [one.id for one in mine])}
    fits = [one for one in mine if one.id in owed]
    if len(fits) > 1:
        shown = "、".join(one.short for one in fits[:5])
        raise Refusal(f"请写明是哪个项目：“{fits[0].short}纠偏计划：…”。要报的有{shown}。")
    return fits[0] if fits else None


def _due(words: str, today: date) -> date | None:
    """The last day that the plan names: 10月20日; 10月(底) is its last day. A month gone by is next year's."""
    found = []
    for match in _DAY.finditer(words):
        month = int(match["month"])
        year = today.year if month >= today.month else today.year + 1
        try:
            found.append(
                date(year, month, int(match["day"])) if match["day"] else last_of_month(date(year, month, 1))
            )
        except ValueError:
            continue
    return max(found, default=None)
