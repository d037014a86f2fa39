"""一张图, 走势图, 挂图: the board's link with its figures, and the pages' charts as pictures for the chat (A4, P7).

一张图 · 看板                     the board in some lines, and the way to it
342改线一图知项目 · 闻喜县一张图         a project's card, a county's sums
走势图 · 闻喜县走势图 · 342改线走势图    how investment grew, beside the plan
各县完成率图                       counties side by side, in their official order
342改线挂图 · 挂图                  the nodes of a project; of all projects those that are late
"""

import re

from bot.documents import charts
from bot.documents.charts import Bar, NodeLine
from bot.mechanism import lamps
from bot.mechanism import milestones as rule
from bot.mechanism.figures import line_of
from bot.routing import Refusal, Reply, Router, Turn
from bot.visiting import Visitor
from bot.wording import date_words, money, number
from handlers import rights
from handlers.linking import details_line
from handlers.milestones import list_late, nodes_words
from handlers.pages.board import Sum, areas_of, rows_of, sum_of
from handlers.query_project import project_card
from handlers.stalled import project_named
from storage import attachments, curves, milestones
from storage.directory import Project

router = Router()

_ASK = r"(?:请|麻烦)?(?:发|看看?|打开|给我|要|来)?(?:一下|下|个|张)?"
_PRIVATELY = "图请私聊我要，群里不发。"


@router.phrase(rf"{_ASK}(?:一张图|一图知项目|项目一张图|总图|看板|大屏)(?:链接|地址)?[。！!]?")
def show_board(match: re.Match[str], turn: Turn) -> Reply | None:
    """一张图: what the board says at its head, and its link."""
    if turn.chat.group:
        return Reply("一张图请私聊我要：每个人看到的是自己权限内的。")
    visitor = _visitor(turn)
    rows = rows_of(turn.tx, visitor)
    if not rows:
        return Reply("您名下还没有项目，也没有在办问题。如果不对，请联系重点办核对。")
    link = details_line(turn, "/board")
    lines = [_head(sum_of(visitor, "", "", rows)), link]
    if not link:
        lines.append("图在网页上，还没有开通对外地址，请联系重点办。要图片回“走势图”“各县完成率图”。")
    return Reply("\n".join(line for line in lines if line))


@router.phrase(rf"{_ASK}(?P<what>[^：:，,\n]{{1,40}}?)(?:的)?(?:一张图|一图知项目|项目一张图)[。！!]?")
def show_one(match: re.Match[str], turn: Turn) -> Reply | None:
    """342改线一图知项目, 闻喜县一张图: the project's card, the county's sums. None where the words name nothing."""
    found = _projects(match["what"].strip(), turn)
    if found is None:
        return None
    name, projects, address = found
    if address.startswith("/projects/"):
        return project_card(projects[0].number, turn)
    if turn.chat.group:
        return Reply("一张图请私聊我要：每个人看到的是自己权限内的。")
    visitor, ids = _visitor(turn), {one.id for one in projects}
    rows = [row for row in rows_of(turn.tx, visitor) if row.project.id in ids]
    lines = [f"{name}{_head(sum_of(visitor, name, address, rows))}", details_line(turn, address)]
    return Reply("\n".join(line for line in lines if line))


def _head(whole: Sum) -> str:
    lit = "、".join(f"{lamps.PROJECT_WORDS[lamp]}{count}" for lamp, count in whole.lit.items() if count)
    parts = [f"{whole.projects}个项目：{lit}。"]
    if whole.rate is not None and whole.invested is not None:
        parts.append(
            f"今年完成投资{money(whole.invested)}，占年计划{number(whole.rate, 1)}%（序时{number(whole.planned_rate or 0, 1)}%）。"
        )
    for rate in (whole.start, whole.resume):
        if rate.denominator:
            parts.append(
                f"{rate.name}{number((rate.share or 0) * 100, 1)}%（{rate.numerator}/{rate.denominator}）。"
            )
    over = f"，超期{whole.counts.over}件" if whole.counts.over else ""
    parts.append(f"在办问题{whole.counts.open}件{over}。")
    return "".join(parts)


@router.phrase(rf"{_ASK}(?P<what>[^：:，,\n]{{0,40}}?)(?:的)?(?:投资)?(?:走势|进度曲线|投资曲线)图?[。！!]?")
def curve(match: re.Match[str], turn: Turn) -> Reply | None:
    """走势图, 闻喜县走势图, 342改线走势图. None where the words name nothing."""
    what = match["what"].strip()
    found = _projects(what, turn)
    if found is None:
        return None
    if turn.chat.group:
        return Reply(_PRIVATELY)
    name, projects, address = found
    until = turn.today.month if turn.today.year == turn.directory.year else 12
    line = line_of(turn.rules.regime)
    read = curves.of_projects(turn.tx, turn.directory.year, until, [one.id for one in projects], line)
    whole = curves.together([one for one in read.values() if one.plan])
    if not whole.plan:
        raise Refusal(f"{name}今年没有投资计划，画不出走势图。")
    done = curves.percents(whole)
    picture = charts.curve_png(
        f"{name}　{turn.directory.year}年投资",
        f"占年计划{money(whole.plan)}的百分比，截至{date_words(turn.today, turn.today)}，按各项目报送",
        [yuan * 100 / whole.plan for yuan in whole.planned],
        done,
    )
    last = next((value for value in reversed(done) if value is not None), None)
    said = f"完成年计划的{number(last, 1)}%" if last is not None else "今年累计还没有报过"
    return _with(picture, f"{name}走势图", f"{name}：{said}。", address, turn)


@router.phrase(
    rf"{_ASK}(?:各县|县区|各县区|各县（市、区）)(?:的)?(?:投资)?(?:完成率|完成情况|对比)图[。！!]?"
)
def counties(match: re.Match[str], turn: Turn) -> Reply | None:
    """各县完成率图: for who sees more than one county; in the official order."""
    if turn.chat.group:
        return Reply(_PRIVATELY)
    visitor = _visitor(turn)
    sums = areas_of(visitor, rows_of(turn.tx, visitor))
    if not sums:
        raise Refusal("各县对比您这里看不到，能看的请问“走势图”。")
    picture = charts.bars_png(
        "各县（市、区）、开发区投资完成率",
        f"占年计划的百分比，竖线为序时，截至{date_words(turn.today, turn.today)}，按规定次序",
        [Bar(one.name, one.rate, one.planned_rate) for one in sums],
    )
    return _with(picture, "各县投资完成率", "各县（市、区）、开发区投资完成率，按规定次序。", "/board", turn)


@router.phrase(rf"{_ASK}(?P<what>[^：:，,\n]{{0,40}}?)(?:的)?(?:挂图(?:作战)?|节点图)(?:图)?[。！!]?")
def wall_chart(match: re.Match[str], turn: Turn) -> Reply | None:
    """342改线挂图; 挂图 alone: the nodes that are late. None where the words name no project."""
    what = match["what"].strip()
    if not what:
        return list_late(turn, 1)
    found = _projects(what, turn)
    if found is None or len(found[1]) != 1:
        return None
    if turn.chat.group:
        return Reply(_PRIVATELY)
    project = found[1][0]
    nodes = milestones.of_project(turn.tx, project.id)
    if not nodes:
        return Reply(nodes_words(project, turn), about={"project": project.number})
    picture = charts.wall_png(
        f"{project.short}　节点",
        f"○计划　●完成　■晚了　截至{date_words(turn.today, turn.today)}",
        [
            NodeLine(
                one.name,
                one.planned,
                one.done,
                rule.is_late(one.planned, one.done, turn.today),
                rule.word_of(one.planned, one.done, turn.today),
            )
            for one in nodes
        ],
        turn.today,
    )
    return _with(
        picture, f"{project.short}挂图", nodes_words(project, turn), f"/projects/{project.number}", turn
    )


def _with(picture: bytes, name: str, words: str, address: str, turn: Turn) -> Reply:
    file_id = attachments.keep(turn.tx, name=f"{name}.png", media_type="image/png", body=picture, at=turn.now)
    lines = [words, details_line(turn, address)]
    return Reply("\n".join(line for line in lines if line), attachments=(file_id,))


def _projects(words: str, turn: Turn) -> tuple[str, list[Project], str] | None:
    """Whose chart is meant: all that he sees, a county's, a project's; with its address."""
    directory, who = turn.directory, turn.sender
    seen = [one for one in directory.ledger if rights.sees_project(directory, who, one)]
    if words in ("", "全市", "总体", "项目", "我的项目", "我的"):
        if not seen:
            raise Refusal("您名下还没有项目，没有可画的图。")
        return ("全市" if directory.scope_of(who).everything else "您的项目"), seen, "/board"
    area = next((one for one in directory.areas if words in (one.name, one.name[:-1])), None)
    if area is not None:
        mine = [one for one in seen if one.area_id == area.id]
        if not mine:
            raise Refusal(f"{area.name}的项目您这里看不到，能看的请问“我的项目”。")
        return area.name, mine, f"/board?area={area.id}"
    numbered = re.fullmatch(r"(\d{1,4})号?(?:项目)?", words)
    project = directory.project_numbered(int(numbered[1])) if numbered else None
    project = project or project_named(words, turn)  # 342 may be a road
    if project is None:
        return None
    if project not in seen:
        raise Refusal("没有查到您可以查看的这个项目。您能看的请问“我的项目”。")
    return project.short, [project], f"/projects/{project.number}"


def _visitor(turn: Turn) -> Visitor:
    """The board as the one whose rights count would see it."""
    return Visitor(turn.sender, turn.directory, turn.rules, turn.now)
