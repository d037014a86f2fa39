"""抽查: the office draws from what was claimed lately, looks on the spot and says what it found (feature 115).

抽查5个          抽查（还没有结果的）          8号抽查属实          G108开工抽查不实，现场没有动工
"""

import random
import re
from dataclasses import replace
from datetime import timedelta

from bot.calendar import day_of
from bot.mechanism.proof import RESOLVE, claim_words
from bot.people import Role
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import date_words
from handlers import rights
from handlers.claims import STATUSES
from handlers.paging import page
from handlers.stalled import project_named
from handlers.telling import tell
from storage import proof, reports, tickets
from storage.directory import Person, Project
from storage.proof import Claim, SpotCheck

router = Router()

_MOST = 30
_FINDING = r"抽查(?:结果)?[：:，,]?\s*(?:(?P<true>属实)|(?P<false>不实|不属实|虚报|有假))(?:[，,。；;：:\s]+(?P<words>.*))?"


@router.phrase(
    r"抽查\s*(?P<count>\d{1,3})\s*(?:个|件|项)?(?:项目|事项)?[。]?|随机抽查(?P<some>\d{1,3})(?:个|件|项)?[。]?"
)
def draw(match: re.Match[str], turn: Turn) -> Reply:
    """So many claims of the last days at random, none twice."""
    _must_be_office(turn)
    rule = turn.rules.regime.proof
    if rule is None:
        raise Refusal("现行工作机制没有规定佐证和抽查。")
    count = min(int(match["count"] or match["some"]), _MOST)
    since = turn.now - timedelta(days=rule.spot_days)
    drawn = {(one.report_id, one.ticket_id) for one in proof.checks(turn.tx)}
    may = [
        one
        for one in proof.claims(turn.tx, since, rule.needs)
        if (one.report_id, one.ticket_id) not in drawn and _is_mine(one.project_id, turn)
    ]
    if not may or count == 0:
        raise Refusal(f"最近{rule.spot_days}天报的都抽过了，或者还没有人报。没有结果的请回“抽查”看。")
    chosen = sorted(random.SystemRandom().sample(may, min(count, len(may))), key=lambda one: one.at)
    claimed = [replace(one, unit_id=_unit_of(one, turn)) for one in chosen]
    proof.draw(
        turn.tx,
        [(one, turn.directory.projects[one.project_id].area_id) for one in claimed],
        by=turn.writer.id,
        moment=turn.now,
        inbox_id=turn.inbox_id,
    )
    lines = [_claim_line(one, turn) for one in claimed]
    few = f"（最近{rule.spot_days}天只有这些）" if len(chosen) < count else ""
    return Reply("\n".join([f"抽到{len(lines)}件{few}，请到现场看：", *lines, _HOW]))


_HOW = "看了回“8号抽查属实”或“某项目开工抽查不实，现场情况…”。"


@router.phrase(r"抽查(?:情况|结果|清单)?(?:[，,\s]*第(?P<page>\d{1,3})页)?[？?。]?")
def list_checks(match: re.Match[str], turn: Turn) -> Reply:
    """What was drawn and nobody has looked at; what was found this year in numbers."""
    _must_be_office(turn)
    if turn.chat.group:
        raise Refusal("请私聊我问，群里不点名。")
    found = [one for one in proof.checks(turn.tx) if _is_mine(one.project_id, turn)]
    waiting = [one for one in found if one.holds is None]
    false = [one for one in found if one.holds is False]
    done = f"已查{len(found) - len(waiting)}件，不实{len(false)}件"
    if not waiting:
        return Reply(f"没有等结果的抽查；{done}。要抽请回“抽查5个”。")
    lines = [_check_line(one, turn) for one in waiting]
    return Reply(
        page(f"等结果的抽查{len(lines)}件（{done}）：", lines, int(match["page"] or 1), "抽查", "件")
    )


@router.phrase(rf"#?(?P<number>\d{{1,6}})号(?:问题|工单)?(?:销号|申请销号)?{_FINDING}")
def find_of_ticket(match: re.Match[str], turn: Turn) -> Reply:
    """8号抽查属实, 8号抽查不实，…."""
    _must_be_office(turn)
    ticket = rights.must_see_ticket(turn, int(match["number"]))
    rights.must_be_office(turn, ticket.number)
    claim = next((one for one in _claims(turn) if one.ticket_id == ticket.id), None)
    if claim is None:
        raise Refusal(f"{ticket.number}号现在是“{ticket.state.words}”，没有申请销号可查。")
    reply = _found(claim, match, turn)
    if match["false"]:
        return replace(reply, text=f"{reply.text}要继续办请回“{ticket.number}号重新打开，原因：抽查不实”。")
    return reply


@router.phrase(
    rf"(?P<what>[^：:\n]{{2,40}}?)(?:项目)?的?(?P<status>开工|复工|竣工|投产|达效|达产|入统|入库){_FINDING}"
)
def find_of_project(match: re.Match[str], turn: Turn) -> Reply | None:
    """G108开工抽查不实，现场没有动工."""
    project = project_named(match["what"], turn)
    if project is None:
        return None
    _must_be_office(turn)
    if not _is_mine(project.id, turn):
        raise Refusal(f"{project.short}的抽查由市重点办或本县重点办办理。")
    claim = proof.last_claim(turn.tx, project.id, STATUSES[match["status"]])
    if claim is None:
        raise Refusal(f"{project.short}没有报过{match['status']}，没有可查的。")
    return _found(claim, match, turn)


def _found(claim: Claim, match: re.Match[str], turn: Turn) -> Reply:
    """Keep the finding; what is false does not count, its claimant and the county's office hear it."""
    if claim.by in (turn.sender.id, turn.writer.id):
        raise Refusal("自己报的不能自己查，请重点办其他同志记录。")
    holds, words = bool(match["true"]), (match["words"] or "").strip()
    if not holds and not words:
        raise Refusal(f"抽查不实要写明现场情况，如“{turn.text.strip(' 。')}，现场没有动工”。")
    claim = replace(claim, unit_id=_unit_of(claim, turn))
    project = turn.directory.projects[claim.project_id]
    check = _open_check(claim, project, turn)
    proof.find(
        turn.tx, check.id, holds=holds, by=turn.writer.id, on_behalf=turn.on_behalf, words=words,
        moment=turn.now, inbox_id=turn.inbox_id,
    )  # fmt: skip
    reports.add_step(
        turn.tx, project.id, "spot_check", by=turn.writer.id, words=turn.text, at=turn.now,
        on_behalf=turn.on_behalf, inbox_id=turn.inbox_id,
    )  # fmt: skip
    what = f"{project.short}{claim_words(claim.what)}"
    if holds:
        return Reply(f"记下了：{what}抽查属实。")
    tell(
        turn,
        _answerable(claim, project, turn),
        "spot-check",
        f"{what}抽查不实：“{words[:80]}”。原来报的不算数，记虚报一次",
        project=project,
        answer="有异议请直接回给我，我转重点办；实际情况请重新报。",
        why="这件是您报的，或由您核" if claim.what == RESOLVE else "您负责报这个项目的进展",
    )
    counts = "" if claim.what == RESOLVE else "，不再计入开复工率"
    return Reply(f"记下了：{what}抽查不实，记虚报一次{counts}，已告诉报的人。")


def _open_check(claim: Claim, project: Project, turn: Turn) -> SpotCheck:
    """The drawn check of that claim; one that was not drawn is, now. Refused if it was looked at before."""
    same = [
        one
        for one in proof.checks(turn.tx)
        if (one.report_id, one.ticket_id) == (claim.report_id, claim.ticket_id) and one.claimed_at == claim.at
    ]
    done = next((one for one in same if one.holds is not None), None)
    if done is not None and done.found_at is not None:
        result = "属实" if done.holds else "不实"
        day = date_words(day_of(done.found_at), turn.today)
        raise Refusal(f"这一件{day}已经抽查过，结果是{result}。记错了请记的人回“撤销”，或联系重点办。")
    if not same:
        proof.draw(
            turn.tx, [(claim, project.area_id)], by=turn.writer.id, moment=turn.now, inbox_id=turn.inbox_id
        )
        return _open_check(claim, project, turn)
    return same[-1]


def _answerable(claim: Claim, project: Project, turn: Turn) -> list[Person]:
    claimant = turn.directory.people.get(claim.by or 0)
    found = [claimant] if claimant is not None else []
    found += turn.directory.office_people(None)
    if project.area_id is not None:
        found += turn.directory.office_people(project.area_id)
    return found


def _unit_of(claim: Claim, turn: Turn) -> int | None:
    """The unit that claimed a ticket's end; none if somebody of the project did."""
    who = turn.directory.people.get(claim.by or 0)
    if claim.ticket_id is None or who is None:
        return None
    ticket = tickets.by_id(turn.tx, [claim.ticket_id])[0]
    return who.unit_id if who.unit_id in ticket.unit_ids else None


def _claims(turn: Turn) -> list[Claim]:
    rule = turn.rules.regime.proof
    return [] if rule is None else proof.claims(turn.tx, turn.now - timedelta(days=366), (RESOLVE,))


def _must_be_office(turn: Turn) -> None:
    if not turn.sender.has(Role.OFFICE):
        raise Refusal("抽查由重点办办理。发现虚报请直接写给我，我转重点办。")


def _is_mine(project_id: int, turn: Turn) -> bool:
    project = turn.directory.projects.get(project_id)
    return project is not None and rights.is_office_for(turn.directory, turn.sender, project)


def _claim_line(one: Claim, turn: Turn) -> str:
    project, who = turn.directory.projects[one.project_id], turn.directory.people.get(one.by or 0)
    said = f"{date_words(day_of(one.at), turn.today)}{who.called if who else ''}报"
    if one.ticket_id is not None:
        ticket = tickets.by_id(turn.tx, [one.ticket_id])[0]
        return f"{ticket.number}号 {ticket.title}：{claim_words(one.what)}（{said}）"
    return f"{project.short}：{claim_words(one.what)}（{said}）"


def _check_line(one: SpotCheck, turn: Turn) -> str:
    found = None if one.report_id is None else reports.one(turn.tx, one.report_id)
    what = found.status if found is not None and found.status is not None else RESOLVE
    claim = Claim(
        what, one.project_id, one.claimed_at, one.claimed_by_id, None, "", one.report_id, one.ticket_id
    )
    return _claim_line(claim, turn)
