"""“一二三” in chat: which projects make no progress, and why one is supervised (P1)."""

import re
from collections.abc import Sequence

from bot.acts import About, Query
from bot.mechanism import stalled as rule
from bot.people import Role
from bot.routing import Refusal, Reply, Router, Turn
from handlers import rights
from handlers.not_in_regime import not_in_regime
from handlers.paging import page
from storage import stalled
from storage.directory import Project
from storage.stalled import Counted

router = Router()

_MONTHS = {"一": 1, "1": 1, "两": 2, "二": 2, "2": 2, "三": 3, "3": 3}
_NO_PROGRESS = r"(?:还)?(?:没有?|无|毫无|未有)(?:什么|任何|新|实质性?)?(?:进展|动静)"
_SINCE = r"(?:(?:满|超过)?(?P<{}>[一两二三123])个?月(?:以上)?)?"
_OF_WHAT = r"(?:要|被|在)*(?:督办|专项督办|督促|督查|[写报交]专题报告|上报|没有?进展|一二三).*"


@router.phrase(
    r"(?:现在|目前|看看?|查|问一?下)*(?:有|还有)?(?:哪些|哪几个|哪个|什么|多少)(?:个)?项目"
    + _SINCE.format("a")
    + _NO_PROGRESS
    + r"的?(?:清单)?(?:[，,\s]*第(?P<page_a>\d{1,3})页)?[？?。]?"
    r"|(?:现在|目前|看看?|查|问一?下)*"
    + _SINCE.format("b")
    + _NO_PROGRESS
    + r"的项目(?:还?有)?(?:哪些|哪几个|多少|清单)?(?:[，,\s]*第(?P<page_b>\d{1,3})页)?[？?。]?"
)
def list_stalled(match: re.Match[str], turn: Turn) -> Reply | None:
    """哪些项目没进展, 两个月没进展的项目: what the sender may see of them, in private. The longest first."""
    stalled_rule = turn.rules.regime.stalled
    if stalled_rule is None:
        return not_in_regime("“一二三”（多久没有进展）", "一个项目上次报送请回“某某项目怎么样”")
    if turn.chat.group:
        return Reply("请私聊我问“哪些项目没进展”，群里不点名。")
    least = _MONTHS.get(match["a"] or match["b"] or "", stalled_rule.ladder[0].months)
    scope = turn.directory.scope_of(turn.sender)
    mine = {one.id: one for one in turn.directory.ledger if scope.everything or one.id in scope.project_ids}
    found = [
        one
        for one in stalled.read(turn.tx, list(mine), turn.directory.year)
        if rule.months_without(one.standstill.since, turn.now) >= least
    ]
    what = f"{rule.month_words(least)}以上没有进展的项目"
    if not found:
        return Reply(f"没有{what}。")
    found.sort(key=lambda one: (one.standstill.since, mine[one.project_id].number))
    lines = [f"{mine[one.project_id].short}：{_words(one, turn)}" for one in found]
    number = int(match["page_a"] or match["page_b"] or 1)
    again = (
        "没进展的项目" if least == stalled_rule.ladder[0].months else f"{rule.month_words(least)}没进展的项目"
    )
    return Reply(page(f"{what}{len(lines)}个：", lines, number, again, "个"))


@router.phrase(r"(?P<what>[^？?]{2,40}?)(?:项目)?(?:为什么|为啥|凭什么)" + _OF_WHAT)
def ask_why_stalled(match: re.Match[str], turn: Turn) -> Reply | None:
    """342改线为什么督办. None where no project is named or it does not stand still."""
    project = project_named(match["what"], turn)
    if project is None or not _may_see(project, turn) or not standing_still(project, turn):
        return None
    return why_stalled(project, turn)


def why_stalled(project: Project, turn: Turn, told_with: Sequence[int] = ()) -> Reply:
    """Where the count begins, its sum, its clause, and why the sender of all people was told.

    `told_with` are ids of projects of which the same message spoke.
    """
    stalled_rule = turn.rules.regime.stalled
    if stalled_rule is None:
        raise Refusal("现行工作机制没有这一条。")
    (counted,) = stalled.read(turn.tx, [project.id], turn.directory.year)
    lines = rule.why(counted.standstill, stalled_rule, turn.rules.regime, turn.rules.calendar, turn.now)
    others = [turn.directory.projects[one].short for one in told_with if one != project.id]
    if others:
        lines.append(f"同一条里还有{len(others)}个项目，逐个问请写“{others[0]}为什么督办”。")
    return Reply(
        "\n".join([f"{project.short}（{stalled_rule.say}）", *lines, _why_he(project, turn)]).rstrip(),
        about={"project": project.number},
    )


def standing_still(project: Project, turn: Turn) -> str:
    """A line for the project's card; empty while it is within the first month, or gone from the ledger."""
    stalled_rule = turn.rules.regime.stalled
    if stalled_rule is None or project.gone:
        return ""
    (counted,) = stalled.read(turn.tx, [project.id], turn.directory.year)
    if rule.months_without(counted.standstill.since, turn.now) < stalled_rule.ladder[0].months:
        return ""
    return f"“一二三”：{_words(counted, turn)}。"


def project_named(words: str, turn: Turn) -> Project | None:
    """The one project that these words name."""
    acts = turn.understand(turn, f"{words.strip(' ，,：:的')}什么情况").acts
    named = [act.project for act in acts if isinstance(act, Query) and act.about is About.PROJECT]
    if len(named) != 1 or named[0] is None:
        return None
    return turn.directory.project_numbered(named[0])


def _words(counted: Counted, turn: Turn) -> str:
    standstill = counted.standstill
    months = rule.months_without(standstill.since, turn.now)
    since = rule.since_words(standstill, turn.today, months)
    return f"{since}；{rule.report_words(standstill, turn.today)}"


def _may_see(project: Project, turn: Turn) -> bool:
    scope = turn.directory.scope_of(turn.sender)
    return scope.everything or project.id in scope.project_ids


def _why_he(project: Project, turn: Turn) -> str:
    who = turn.sender
    if who.id in project.liaisons:
        return f"为什么是您：您是{project.short}的联络员。"
    if rights.is_city_office(turn.directory, who):
        return "为什么是您：您是市重点办值守人员，负责专项督办和上报。"
    if who.has(Role.OFFICE):
        return f"为什么是您：您是{who.unit}重点办值守人员，专题报告由县（市、区）写。"
    if who.id in project.city_sponsors + project.county_sponsors:
        return f"为什么报给您：您包联{project.short}。"
    return ""
