"""档案、报告: a ticket's or a project-year's whole file for the office, the report of a blocker for who sees it."""

import re

from bot.people import Role
from bot.routing import Refusal, Reply, Router, Turn
from handlers import rights
from handlers.ordering import order

router = Router()


@router.phrase(
    r"(?:给我|看看?|调|导出)?(?P<number>\d{1,6})号(?:问题|工单|事项)?(?:的)?(?:档案|一事一档|卷宗)[。！!]?"
)
def ticket_file(match: re.Match[str], turn: Turn) -> Reply | None:
    """17号档案: everything that was said, done and told, as document and archive."""
    ticket = rights.must_see_ticket(turn, int(match["number"]))
    if not rights.decides(turn, ticket):
        raise Refusal(
            f"{ticket.number}号的档案由重点办调阅。经过可回“{ticket.number}号”，报告可回“{ticket.number}号报告”。"
        )
    order(turn, "dossier", {"ticket": ticket.id}, f"{ticket.number}号档案：")
    return Reply(f"{ticket.number}号档案正在整理，马上发来。", about={"ticket": ticket.number})


@router.phrase(r"(?P<name>[^，,。；;\n]{2,30}?)(?P<year>20\d\d)年(?:度)?(?:的)?档案[。！!]?")
def project_file(match: re.Match[str], turn: Turn) -> Reply | None:
    """国道342改线2025年档案: what was reported, done and told of a project in a year."""
    found = turn.reader.find_project(match["name"])
    if not found and not turn.sender.has(Role.OFFICE):
        return None
    if len(found) != 1:
        raise Refusal("没有认准是哪个项目的档案，请写全一点，如“国道342闻喜改线2025年档案”。")
    project = rights.must_know_project(turn, found[0])
    if not rights.is_office_for(turn.directory, turn.sender, project):
        raise Refusal(f"{project.short}的档案由重点办调阅。")
    year = int(match["year"])
    order(turn, "dossier", {"project": project.id, "year": year}, f"{project.short}{year}年档案：")
    return Reply(f"{project.short}{year}年档案正在整理，马上发来。")


@router.phrase(
    r"(?:给我|出|写|导出)?(?P<number>\d{1,6})号(?:问题|工单|堵点)?(?:的)?(?:堵点|专题)?报告[。！!]?"
)
def blocker_report(match: re.Match[str], turn: Turn) -> Reply | None:
    """17号报告: one blocker, one report."""
    ticket = rights.must_see_ticket(turn, int(match["number"]))
    order(
        turn,
        "blocker-report",
        {"ticket": ticket.id, "person": turn.sender.id},
        f"{ticket.number}号堵点报告：",
    )
    return Reply(f"{ticket.number}号的报告正在写，马上发来。", about={"ticket": ticket.number})
