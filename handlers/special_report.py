"""专题报告: the county's office or the liaison says why a project makes no progress; the city's office hears it (P1)."""

import re

from bot.calendar import day_of
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import date_words
from handlers import rights
from handlers.stalled import project_named
from handlers.telling import tell
from storage import attachments, stalled
from storage.directory import Person, Project

router = Router()

_SHOWN = 300  # characters that the office reads at once
_ANOTHER_REPORT = re.compile(  # 环评专题报告 and the like are papers of a procedure: progress, if anything
    r"(?:环评|环境影响|水保|水土保持|文物|地灾|地质|压覆|节能|能评|社稳|稳评|安评|安全|可研|可行性|洪评|防洪|评估|评价|论证|选址"
    r"|用地|占用|林地|审查|编制|完成|通过|取得|报了|交了|已经?)$"
)
_LEAST = 4  # characters that say something


@router.phrase(
    r"(?:现?(?:报送|上报|提交|呈报|报|交)(?:一份)?)?\s*(?P<what>[^：:\n]{2,40}?)(?:项目)?的?专题报告"
    r"(?:(?:如下|在附件|见附件|附后)?\s*[：:\n]\s*(?P<words>.+)|(?:如下|在附件|见附件|附后|有吗|呢|交了没有?|看看)?[：:。？?！!\s]*)"
)
def file_report(match: re.Match[str], turn: Turn) -> Reply | None:
    """342改线专题报告：… hands one in; 342改线专题报告 alone shows the last. None where no project is named."""
    if _ANOTHER_REPORT.search(match["what"]):
        return None
    project = project_named(match["what"], turn)
    if project is None:
        return None
    words, files = (match["words"] or "").strip(), len(attachments.named(turn.tx, turn.attachments))
    if not words and not files:
        return _show(project, turn)
    _must_write_on(project, turn)
    if len(words) < _LEAST and not files:
        raise Refusal(
            f"专题报告要写明原因和下一步打算：“{project.short}专题报告：原因…，下步打算…”，也可以附文件。"
        )
    (before,) = stalled.read(turn.tx, [project.id], turn.directory.year)
    stalled.file_report(
        turn.tx,
        project.id,
        by=turn.writer.id,
        on_behalf=turn.on_behalf,
        words=words,
        at=turn.now,
        inbox_id=turn.inbox_id,
        attachments=turn.attachments,
    )
    owed = _owed(before, turn)
    shown = f"“{words[:_SHOWN]}”" if words else "见附件"
    enclosed = f"（附件{files}个）" if files else ""
    tell(
        turn,
        turn.directory.office_people(None),
        "special-report",
        f"{turn.sender.signed}报来{project.short}专题报告{enclosed}：{shown}",
        project=project,
        answer=f"看全文请回“{project.short}专题报告”。",
        why="一个月没有进展的，专题报告报市重点办",
    )
    settled = "欠交的已了结，" if owed else ""
    return Reply(
        f"{project.short}专题报告收到{enclosed}，已报市重点办。{settled}没有进展的时间照常计算，有进展请直接报进展。",
        about={"project": project.number},
    )


def _owed(before: stalled.Counted, turn: Turn) -> bool:
    """Whether one was owed."""
    rule = turn.rules.regime.stalled
    given = before.standstill.given
    owes = rule is not None and any(rung.owes_report and rung.name in given for rung in rule.ladder)
    return owes and before.standstill.reported_at is None


def _must_write_on(project: Project, turn: Turn) -> None:
    """The liaison or his unit's contact, the county's office; the city's office gets it and does not write it."""
    who, directory = turn.sender, turn.directory
    mine = project.liaisons + tuple(one.id for one in _contacts(project, turn))
    if who.id in mine:
        return
    if rights.is_office_for(directory, who, project) and not rights.is_city_office(directory, who):
        return
    by = f"{project.area}重点办或项目联络员" if project.area else "项目联络员或其单位"
    raise Refusal(f"{project.short}的专题报告由{by}写，报市重点办。")


def _contacts(project: Project, turn: Turn) -> list[Person]:
    """Own rule: a project of the city's own has no county, its liaison's unit writes."""
    if project.area_id is not None:
        return []
    people = turn.directory.people
    units = {people[one].unit_id for one in project.liaisons if one in people}
    return [who for unit_id in units if unit_id is not None for who in turn.directory.contacts(unit_id)]


def _show(project: Project, turn: Turn) -> Reply:
    scope = turn.directory.scope_of(turn.sender)
    if not scope.everything and project.id not in scope.project_ids:
        raise Refusal("没有查到您可以查看的这个项目。您能看的请问“我的项目”。")
    last = stalled.last_report(turn.tx, project.id)
    if last is None:
        return Reply(
            f"{project.short}还没有交过专题报告。要交请写“{project.short}专题报告：原因…，下步打算…”。"
        )
    reporter = turn.directory.people.get(last.reporter_id)
    who = last.on_behalf or (reporter.signed if reporter else "")
    return Reply(
        f"{project.short}专题报告（{date_words(day_of(last.at), turn.today)}，{who}）：{last.words or '见附件'}",
        about={"project": project.number},
    )
