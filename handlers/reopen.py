"""重新打开: what was struck off is no end after all; what was declined is looked at once more."""

import re
from dataclasses import replace

from bot.acts import Reopen
from bot.mechanism.states import State
from bot.questions import yes_or_no
from bot.routing import Asked, Refusal, Reply, Router, Turn
from handlers import clocks, rights
from handlers.dispatch import tell_unit
from handlers.reasons import reason_in
from handlers.telling import note, reached, reporters, tell
from storage import tickets
from storage.questions import Question
from storage.tickets import Ticket

router = Router()

_REQUEST = re.compile(r"\d+号|请?(?:重新打开|重新办理|重开)")


@router.on(Reopen)
def reopen_ticket(act: Reopen, turn: Turn) -> Reply:
    """Open a ticket again, for a reason: the office, its reporter or the project's liaison may."""
    ticket = rights.must_see_ticket(turn, act.ticket)
    project = turn.directory.projects[ticket.project_id]
    if turn.sender.id not in (*project.liaisons, ticket.reporter_id) and not rights.decides(turn, ticket):
        raise Refusal(f"{ticket.number}号由报告人或重点办重新打开。")
    rights.must_be_in(ticket, State.STRUCK_OFF, State.DECLINED)
    why = reason_in(turn.text, _REQUEST)
    if not why:
        return Reply(
            f"{ticket.number}号为什么要重新打开？回一句原因即可。",
            about={"ticket": ticket.number},
            asks=Asked("reopen", {"ticket": ticket.number, "text": turn.text}),
        )
    if ticket.state is State.DECLINED:
        return _look_once_more(ticket, why, turn)
    return _back_to_unit(ticket, why, turn)


@router.answer("reopen")
def answer_reopen(question: Question, turn: Turn) -> Reply | None:
    """The reason for opening it again."""
    number, words = question.data["ticket"], turn.text.strip()
    if yes_or_no(words) is False:
        return Reply(f"好，{number}号没有动。")
    if len(words) < 2 or yes_or_no(words):
        return None
    return reopen_ticket(Reopen(number), replace(turn, text=f"{number}号重新打开，原因：{words}"))


def _look_once_more(ticket: Ticket, why: str, turn: Turn) -> Reply:
    number = ticket.number
    ticket = tickets.step(
        turn.tx, ticket, "reopen", note(turn, data={"reason": why}), rules=turn.rules, to=State.REPORTED
    )
    tell(
        turn,
        rights.office_of(turn, ticket),
        "to-verify",
        f"请再核实：{number}号 {ticket.title}（{turn.sender.signed}：{why}）",
        ticket=ticket,
        answer=f"属实回“{number}号交办XX局”；不属13710回“{number}号不列入，原因…”。",
        why="您负责核实交办",
        while_states=(State.REPORTED,),
    )
    return Reply(f"{number}号重新打开，请重点办再核实。", about={"ticket": number})


def _back_to_unit(ticket: Ticket, why: str, turn: Turn) -> Reply:
    """The unit is told anew and its limits start anew from then."""
    number = ticket.number
    unit = turn.directory.units.get(ticket.lead_id or 0)
    if unit is None:
        raise Refusal(f"{number}号的承办单位已不在名录里，请作为新问题上报。")
    told = clocks.told(turn, ticket)
    new = clocks.started(turn, ticket, told, entered=turn.now, own_limit=None)
    contacts = reached(turn.directory, unit, turn.now)
    ticket = tickets.step(
        turn.tx,
        ticket,
        "reopen",
        note(turn, data={"reason": why, "entered": turn.now.isoformat()}),
        rules=turn.rules,
        to=State.DISPATCHED,
        change={
            "told_at": told if contacts else None,
            "claimed_by_id": None,
            "asks": None,
            "assignee": "",
            "planned": None,
        },
        dues=new.dues if contacts else (),
    )
    others = [*reporters(turn, ticket), *rights.office_of(turn, ticket)]
    tell(turn, others, "reopened", f"{number}号 {ticket.title} 重新打开：{why}", ticket=ticket)
    if not contacts:
        return Reply(
            f"{number}号已重新打开，但{unit.name}没有能收到消息的联系人，时限没有起算。"
            f"请另行告知后回“{number}号已电话告知{unit.name}”。",
            about={"ticket": number},
        )
    tell_unit(turn, ticket, unit, new.dues, head=f"重新打开（{why}）：")
    return Reply(
        f"{number}号已重新打开，交{unit.name}再办：{clocks.limits_words(new.dues, turn.today)}。",
        about={"ticket": number},
    )
