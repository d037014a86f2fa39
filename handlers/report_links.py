"""填报链接: a personal page with one project's report form, for who has no account on the platform (feature 116).

给鑫泽源填报链接            made for the project's liaison, by the office or the liaison himself
给鑫泽源的李会计填报链接    for somebody else of the unit: he is named beside the liaison, for whom he reports
收回鑫泽源填报链接          opens nothing any more
"""

import re

from bot.people import Rank, Role
from bot.routing import Refusal, Reply, Router, Turn
from handlers import rights
from handlers.stalled import project_named
from storage import binding, links, reports
from storage.directory import Person, Project
from storage.links import REPORT

router = Router()

_NAME = r"[\u4e00-\u9fff·]{2,5}"


@router.phrase(
    rf"(?:请|麻烦)?(?:给|发|要|生成|开)?(?P<what>[^，,。？?\n]{{2,40}}?)(?:项目)?(?:的(?P<who>{_NAME}))?(?:的|发|开)?(?:一个|个)?"
    r"填报(?:链接|网址|页面)[。！!]?"
)
def give(match: re.Match[str], turn: Turn) -> Reply | None:
    """给鑫泽源填报链接: its address, to be passed on by SMS or read out."""
    if match["what"].startswith(("收回", "作废")):
        return _take_back(match["what"][2:], turn)
    project = project_named(match["what"], turn)
    if project is None:
        return None
    liaison = _main_liaison(project, turn)
    _must_give(project, turn)
    if turn.chat.group:
        raise Refusal("填报链接只给本人，请私聊我要。")
    holder = _holder(project, liaison, match["who"] or "", turn)
    behind = liaison or turn.sender
    address = turn.links.to(turn.tx, holder.id, f"/report/{project.id}/{behind.id}", REPORT)
    if not address:
        raise Refusal("系统还没有设对外地址（public_url），给不了链接。请联系管理员。")
    reports.add_step(
        turn.tx,
        project.id,
        "form-link",
        by=turn.writer.id,
        words=f"{turn.text}（给{holder.signed}）",
        at=turn.now,
        on_behalf=turn.on_behalf,
        inbox_id=turn.inbox_id,
    )
    hours = round(turn.links.lasts.total_seconds() / 3600)
    named = "" if holder.id == behind.id else f"，并注明代{behind.name}报"
    return Reply(
        f"{project.short}填报链接，给{holder.name}本人用，{hours}小时内有效：\n{address}\n"
        f"请发短信给他，手机上打开就能报，不用账号；报的记在他名下{named}。收回请回“收回{project.short}填报链接”。",
        about={"project": project.number},
    )


def _take_back(words: str, turn: Turn) -> Reply | None:
    project = project_named(words, turn)
    if project is None:
        return None
    _must_give(project, turn)
    gone = links.revoke_to(turn.tx, turn.links.real_now(), REPORT, f"/report/{project.id}/")
    return Reply(
        f"{project.short}的填报链接收回{gone}个，再点就打不开了。"
        if gone
        else f"{project.short}没有还能用的填报链接。"
    )


def _must_give(project: Project, turn: Turn) -> None:
    """The office that answers for the project, or its main liaison."""
    who = turn.sender
    office = rights.is_office_for(turn.directory, who, project) or rights.heads_office(
        turn.directory, who, project
    )
    if not office and who.id != next(iter(project.liaisons), None):
        raise Refusal(f"{project.short}的填报链接由其联络员或重点办给。")


def _main_liaison(project: Project, turn: Turn) -> Person | None:
    return next(
        (turn.directory.people[one] for one in project.liaisons if one in turn.directory.people), None
    )


def _holder(project: Project, liaison: Person | None, name: str, turn: Turn) -> Person:
    """Whom the link is made for. A name that is nobody's of the unit is somebody new, without any right of his own."""
    if not name:
        if liaison is None:
            raise Refusal(f"{project.short}还没有联络员，请写给谁：“给{project.short}的李会计填报链接”。")
        return liaison
    owners = {unit.id for one in project.owners if (unit := turn.directory.unit_named(one)) is not None}
    if liaison is not None and liaison.unit_id is not None:
        owners.add(liaison.unit_id)
    whose = liaison.unit if liaison is not None else next(iter(project.owners), "")
    fits = [
        one
        for one in turn.directory.people.values()
        if name in (one.name, one.address)
        and one.rank is Rank.STAFF
        and not one.has(Role.OFFICE)
        and (
            one.id in project.liaisons or one.unit_id in owners or (one.unit_id is None and one.unit == whose)
        )
    ]
    if fits:
        return fits[0]
    unit_id = liaison.unit_id if liaison is not None else next(iter(owners), None)
    person_id = binding.new_person(turn.tx, name, unit_id, whose)
    return Person(person_id, name, "", "", "", unit_id, whose, Rank.STAFF, (), None, {})
