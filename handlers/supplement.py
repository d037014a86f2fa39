"""补充: the reporter's side adds to a ticket what was missing, asked for by the office or not (T0)."""

import re

from bot.mechanism.states import WITH_UNIT, State
from bot.routing import Refusal, Reply, Router, Turn
from handlers import rights
from handlers.telling import note, tell
from storage import tickets

router = Router()

_SHOWN = 120  # characters of the words that others read


@router.phrase(r"(?P<number>\d{1,6})号补充(?:说明|情况)?[：:，,\s]\s*(?P<words>.+)")
def supplement(match: re.Match[str], turn: Turn) -> Reply | None:
    """17号补充：管径DN600，产权属…: the office reads it, and the unit that has the ticket."""
    ticket = rights.must_see_ticket(turn, int(match["number"]))
    number, project = ticket.number, turn.directory.projects[ticket.project_id]
    if rights.acts_for_unit(turn, ticket) is not None:
        return None  # the unit's word is feedback
    if turn.sender.id != ticket.reporter_id and not rights.reports_on(turn.directory, turn.sender, project):
        raise Refusal(f"{number}号由报告人补充。")
    if not ticket.is_open:
        raise Refusal(f"{number}号现在是“{ticket.state.words}”。情况有变请回“{number}号重新打开，原因…”。")
    tickets.step(turn.tx, ticket, "joined", note(turn), rules=turn.rules, change={"sent_back": False})
    line = f"{number}号 {ticket.title} 有补充（{turn.sender.signed}）：“{match['words'].strip()[:_SHOWN]}”"
    waits = ticket.state in (State.REPORTED, State.ENTERED)
    tell(
        turn,
        rights.office_of(turn, ticket),
        "joined",
        line,
        ticket=ticket,
        answer=f"属实回“{number}号交办XX局”；不属13710回“{number}号不列入，原因…”。" if waits else "",
        why="您负责核实交办" if waits else "",
    )
    if ticket.state in WITH_UNIT and ticket.lead_id is not None:
        tell(turn, turn.directory.contacts(ticket.lead_id), "joined", line, ticket=ticket)
    whom = "重点办和承办单位" if ticket.state in WITH_UNIT else "重点办"
    return Reply(f"{number}号的补充已记下，已转{whom}。", about={"ticket": number})
