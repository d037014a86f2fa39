"""挂图作战 in chat: the nodes of a project are laid out, put off, done and shown (P7).

342改线倒排节点                                   by the regime's template, back from the planned finish
3号节点：10月15日主体封顶，11月30日设备安装         as the liaison or the office says it
342改线加节点：12月20日通水
342改线节点主体封顶10月12日完成                    done
342改线节点主体封顶改到11月5日，原因连续降雨        put off
342改线节点 · 晚了的节点有哪些                      shown
"""

import re
from collections.abc import Sequence
from datetime import date

from bot.calendar import add_months
from bot.mechanism import milestones as rule
from bot.mechanism.milestones import Node, NoEnds, Way
from bot.mechanism.model import WallChart
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import date_words
from handlers import rights
from handlers.asked_days import DAY, day_named
from handlers.paging import page
from handlers.stalled import project_named
from handlers.telling import tell
from storage import milestones, tickets
from storage.directory import Project
from storage.milestones import By, Milestone

router = Router()

_DAY = rf"(?:20\d\d[-./]\d{{1,2}}[-./]\d{{1,2}}|(?:20\d\d年|明年|后年)?{DAY})"
_DATED = re.compile(r"(20\d\d)[-./](\d{1,2})[-./](\d{1,2})")
_YEAR = re.compile(r"(20\d\d年|明年|后年)")
_WHAT = r"(?P<what>[^：:，,\n]{1,40}?)(?:号?项目)?的?"
_NODES = r"(?:关键|施工|工程|工期)?节点"
_DAY_FIRST = re.compile(
    rf"(?P<day>{_DAY})(?:之?前|底前)?(?:要|须|应)?(?:完成|实现|达到)?[\s：:]*(?P<name>.+)"
)
_NAME_FIRST = re.compile(rf"(?P<name>.+?)(?:完成)?[\s：:]*(?P<day>{_DAY})(?:之?前|底前)?(?:完成)?")
_LONGEST, _MOST = 30, 30  # characters of a name, nodes of a project
_FARTHEST = 10  # years
_NOT_YET = re.compile(
    r"没|未|不能|无法|难以|预计|计划|争取|力争|确保|准备|即将|将|快|才能|拟|有望|明天|后天|下[周月旬]"
)


@router.phrase(rf"{_WHAT}(?P<more>加|增加|新增)?{_NODES}(?:安排|计划)?(?:如下)?[：:]\s*(?P<items>.+)")
def set_nodes(match: re.Match[str], turn: Turn) -> Reply | None:
    """3号节点：10月15日主体封顶，11月30日设备安装. None where no project is named."""
    project = _project(match["what"], turn)
    if project is None:
        return None
    must_lay_out(project, turn)
    nodes = _read(match["items"], turn)
    return _laid_out(project, nodes, Way.CHAT, turn, replaces=not match["more"])


@router.phrase(
    rf"(?:请)?(?:把|给|按)?{_WHAT}(?:要|请)?(?P<way>倒排|顺排)(?:一下)?(?:工期|工序|{_NODES})*"
    rf"(?:[，,：:\s]*(?P<day>{_DAY})(?:前)?(?P<end>竣工|完工|开工)?)?[。]?"
)
def lay_out(match: re.Match[str], turn: Turn) -> Reply | None:
    """342改线倒排节点, 342改线倒排工期，2026年10月30日竣工: by the template of the project's field."""
    project = _project(match["what"], turn)
    if project is None or (rights.is_leader(turn.sender) and not _may(project, turn)):
        return None  # a leader who says so instructs
    chart = must_lay_out(project, turn)
    way = Way.BACK if match["way"] == "倒排" else Way.FORWARD
    template = rule.template_for(chart, project.field)
    if template is None:
        raise Refusal(f"机制里没有这类项目的节点模板。请直接写：“{project.short}节点：10月15日主体封顶，…”。")
    start = rule.month_day(project.start_month)
    finish = rule.month_day(project.finish_month)
    if match["day"]:
        said = _day(match["day"], turn)
        start, finish = (said, finish) if match["end"] == "开工" or way is Way.FORWARD else (start, said)
    try:
        nodes = rule.lay_out(template, start, finish, way)
    except NoEnds:
        end = "竣工" if way is Way.BACK else "开工"
        raise Refusal(
            f"台账里没有{project.short}的{end}时间，排不出来。请写“{project.short}{match['way']}节点，2026年10月30日{end}”。"
        ) from None
    return _laid_out(project, nodes, way, turn, replaces=True)


@router.phrase(rf"{_WHAT}{_NODES}(?P<rest>[^：:\n]{{2,60}}?)(?:已经?|已于)?(?:完成|做完|达到)了?[。！!]?")
def finish_node(match: re.Match[str], turn: Turn) -> Reply | None:
    """342改线节点主体封顶10月12日完成. None where no project is named."""
    project = _project(match["what"], turn)
    if project is None:
        return None
    must_lay_out(project, turn)
    node = _node(project, match["rest"], turn)
    beside = match["rest"].replace(node.name, "", 1)
    if _NOT_YET.search(beside):
        raise Refusal(
            f"没有记完成。“{node.name}”完成了再报；要调整计划请写“{project.short}节点{node.name}改到11月5日，原因…”。"
        )
    found = re.search(_DAY, beside)
    day = _day(found[0], turn) if found else turn.today
    if day > turn.today:
        raise Refusal(
            f"{date_words(day, turn.today)}还没有到，完成了再报。要调整计划请写“改到{date_words(day, turn.today)}”。"
        )
    milestones.finish(turn.tx, node, day, _by(turn))
    late = rule.days_late(node.planned, day, turn.today)
    how = f"比计划（{date_words(node.planned, turn.today)}）晚{late}天" if late else "按时"
    return Reply(
        f"{project.short}节点“{node.name}”{date_words(day, turn.today)}完成，{how}。{_next(project, turn)}写错了回“撤销”。",
        about={"project": project.number},
    )


@router.phrase(
    rf"{_WHAT}{_NODES}(?P<rest>[^：:\n]{{2,40}}?)(?:计划)?(?:时间)?(?:改|调整|推迟|提前|延期?|顺延)(?:到|为|至)(?P<day>{_DAY})"
    r"(?:完成)?(?:[，,。；;\s]*(?:原因是?|因为?|由于)?[：:]?\s*(?P<why>.*))?"
)
def move_node(match: re.Match[str], turn: Turn) -> Reply | None:
    """342改线节点主体封顶改到11月5日，原因连续降雨. A later day needs a reason, and the office hears it."""
    project = _project(match["what"], turn)
    if project is None:
        return None
    must_lay_out(project, turn)
    node, to = _node(project, match["rest"], turn), _day(match["day"], turn)
    why = (match["why"] or "").strip(" 。")
    if node.done is not None:
        raise Refusal(f"“{node.name}”{date_words(node.done, turn.today)}已经完成，不用再调。")
    if to == node.planned:
        raise Refusal(f"“{node.name}”本来就是{date_words(to, turn.today)}，没有变化。")
    if to > node.planned and len(why) < 2:
        raise Refusal(
            f"节点往后调要写原因：“{project.short}节点{node.name}改到{date_words(to, turn.today)}，原因…”。"
        )
    milestones.move(turn.tx, node, to, _by(turn))
    line = (
        f"{project.short}节点“{node.name}”由{date_words(node.planned, turn.today)}调到{date_words(to, turn.today)}"
        f"{f'，原因：{why}' if why else ''}"
    )
    offices = turn.directory.office_people(project.area_id) or turn.directory.office_people(None)
    tell(
        turn,
        offices,
        "node-moved",
        f"{turn.sender.signed}：{line}",
        project=project,
        why="节点调整报重点办知道",
    )
    return Reply(
        f"{line}。已告诉重点办，原计划保留在图上。写错了回“撤销”。", about={"project": project.number}
    )


@router.phrase(
    rf"(?:看看?|查)?{_WHAT}(?<!倒排)(?<!顺排){_NODES}(?:情况|清单|计划)?(?:怎么样|有哪些|呢)?[。？?]?"
)
def show_nodes(match: re.Match[str], turn: Turn) -> Reply | None:
    """342改线节点. None where no project is named."""
    project = _project(match["what"], turn)
    if project is None:
        return None
    if not rights.sees_project(turn.directory, turn.sender, project):
        raise Refusal("没有查到您可以查看的这个项目。您能看的请问“我的项目”。")
    return Reply(nodes_words(project, turn), about={"project": project.number})


@router.phrase(
    rf"(?:看看?|查|现在|目前|有|还有)*(?:哪些)?(?:项目)?(?:晚了|滞后|逾期|超期|没按时完成)的?(?:项目)?{_NODES}(?:有?哪些|有?多少|清单)?"
    r"[，,\s]*(?:第(?P<page>\d{1,3})页)?[？?。]?"
)
def late_nodes(match: re.Match[str], turn: Turn) -> Reply | None:
    """晚了的节点有哪些."""
    return list_late(turn, int(match["page"] or 1))


def list_late(turn: Turn, number: int) -> Reply:
    """Late nodes of the projects that he sees, the longest late first; in private."""
    if turn.chat.group:
        return Reply("请私聊我问“晚了的节点”，群里不点名。")
    seen = [one for one in turn.directory.ledger if rights.sees_project(turn.directory, turn.sender, one)]
    found = milestones.of_projects(turn.tx, [one.id for one in seen])
    late = sorted(
        (
            (node.planned, project.number, project, node)
            for project in seen
            for node in found.get(project.id, ())
            if rule.is_late(node.planned, node.done, turn.today)
        ),
        key=lambda one: one[:2],
    )
    if not late:
        return Reply("没有晚了的节点。")
    lines = [
        f"{project.short} {node.name}：计划{date_words(node.planned, turn.today)}，"
        f"晚{rule.days_late(node.planned, None, turn.today)}天"
        for _, _, project, node in late
    ]
    return Reply(page(f"晚了的节点{len(lines)}个：", lines, number, "晚了的节点", "个"))


def nodes_words(project: Project, turn: Turn) -> str:
    """The project's nodes, a line for each."""
    nodes = milestones.of_project(turn.tx, project.id)
    if not nodes:
        return f"{project.short}还没有排节点。请写“{project.short}倒排节点”，或“{project.short}节点：10月15日主体封顶，…”。"
    late = sum(1 for one in nodes if rule.is_late(one.planned, one.done, turn.today))
    head = f"{project.short}节点{len(nodes)}个（{rule.WAY_WORDS[Way(nodes[0].source)]}）"
    head += f"，晚了{late}个：" if late else "："
    return "\n".join([head, *(_line(one, turn.today) for one in nodes)])


def _line(one: Milestone, today: date) -> str:
    put_off = f"，原{date_words(one.planned_first, today)}" if one.planned_first != one.planned else ""
    return f"{date_words(one.planned, today)} {one.name}（{rule.word_of(one.planned, one.done, today)}{put_off}）"


def _laid_out(project: Project, nodes: Sequence[Node], way: Way, turn: Turn, *, replaces: bool) -> Reply:
    stood = milestones.lay_out(turn.tx, project.id, nodes, way, _by(turn), replaces=replaces)
    head = f"{project.short}的节点排好了（{rule.WAY_WORDS[way]}），共{len(stood)}个："
    tail = f"要改一个回“{project.short}节点{nodes[0].name}改到…，原因…”，完成了回“{project.short}节点{nodes[0].name}完成”；整个不要回“撤销”。"
    return Reply(
        "\n".join([head, *(_line(one, turn.today) for one in stood), tail]),
        about={"project": project.number},
    )


def _read(items: str, turn: Turn) -> list[Node]:
    """The nodes that were listed. A day before the one in front of it, of which no year was said, is next year's."""
    nodes: list[Node] = []
    for item in filter(
        None, (one.strip(" 。．.、") for one in re.split(r"[，,；;\n]|、(?=[^，]*?\d)", items))
    ):
        found = _DAY_FIRST.fullmatch(item) or _NAME_FIRST.fullmatch(item)
        name = found["name"].strip(' “”"：:') if found else ""
        if found is None or not 2 <= len(name) <= _LONGEST:
            raise Refusal(f"“{item[:30]}”没有读懂，没有记。请写日期和名称，如“10月15日主体封顶”。")
        day = _day(found["day"], turn)
        while (
            nodes
            and day < nodes[-1].planned
            and not _YEAR.search(found["day"])
            and not _DATED.match(found["day"])
        ):
            day = add_months(day, 12)
        nodes.append(Node(name, day))
    if len({one.name for one in nodes}) != len(nodes):
        raise Refusal("有两个节点同名，没有记。请给它们起不同的名字。")
    if not nodes or len(nodes) > _MOST:
        raise Refusal(f"一个项目排1到{_MOST}个节点。请写“10月15日主体封顶，11月30日设备安装”。")
    return nodes


def _day(words: str, turn: Turn) -> date:
    dated, year = _DATED.fullmatch(words), turn.today.year
    try:
        if dated:
            day: date | None = date(int(dated[1]), int(dated[2]), int(dated[3]))
        else:
            said = _YEAR.match(words)
            if said:
                year = {"明年": year + 1, "后年": year + 2}.get(said[1]) or int(said[1][:4])
            day = day_named(_YEAR.sub("", words, count=1), turn.today, year)
    except ValueError:
        day = None
    if day is None or abs(day.year - turn.today.year) > _FARTHEST:
        raise Refusal(f"“{words}”不是能用的日期，没有记。请写成“10月15日”或“2026年3月30日”。")
    return day


def _project(words: str, turn: Turn) -> Project | None:
    """By its ledger number or its name; a number that is a ticket of his own unit is that."""
    number = re.fullmatch(r"\s*(\d{1,4})号?", words)
    if number is None:
        return project_named(words, turn)
    ticket = next(iter(tickets.numbered(turn.tx, [int(number[1])])), None)
    if ticket is not None and rights.acts_for_unit(turn, ticket) is not None:
        return None
    return turn.directory.project_numbered(int(number[1]))


def _node(project: Project, words: str, turn: Turn) -> Milestone:
    """The node that these words name: of several the longest name."""
    nodes = milestones.of_project(turn.tx, project.id)
    found = [one for one in nodes if one.name in words]
    if not found:
        names = "、".join(one.name for one in nodes)
        known = f"它的节点有：{names}" if names else "它还没有排节点"
        raise Refusal(f"{project.short}没有这个节点，没有记。{known}。请回“{project.short}节点”核对。")
    return max(found, key=lambda one: len(one.name))


def _next(project: Project, turn: Turn) -> str:
    ahead = next((one for one in milestones.of_project(turn.tx, project.id) if one.done is None), None)
    if ahead is None:
        return "节点全部完成。"
    word = rule.word_of(ahead.planned, None, turn.today)
    return f"下一个：{ahead.name}，{date_words(ahead.planned, turn.today)}（{word}）。"


def _may(project: Project, turn: Turn) -> bool:
    return rights.reports_on(turn.directory, turn.sender, project)


def must_lay_out(project: Project, turn: Turn) -> WallChart:
    """The regime's rule, if there is one and the sender may lay out nodes of that project."""
    chart = turn.rules.regime.wall_chart
    if chart is None:
        raise Refusal("现行工作机制没有挂图作战这一项。要用请重点办在机制文件里加上。")
    if not _may(project, turn):
        raise Refusal(f"{project.short}的节点由它的联络员或重点办排。有意见请告诉重点办。")
    return chart


def _by(turn: Turn) -> By:
    return By(turn.now, turn.writer.id, turn.on_behalf, turn.text, turn.inbox_id)
