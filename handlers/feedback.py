"""反馈: how handling goes, within 3 days (T3). It ends no other limit than its own."""

from bot.acts import Feedback
from bot.mechanism.model import Kind
from bot.mechanism.states import State
from bot.routing import Reply, Router, Turn
from bot.wording import due_words
from handlers import clocks, rights
from handlers.acknowledge import acknowledge, arrange_limit, arrangement_in
from handlers.proof import add_to_claim, files_words
from handlers.telling import note, reporters, tell
from storage import tickets
from storage.tickets import Ticket

router = Router()

_SHOWN = 100  # characters of the words that others read


@router.on(Feedback)
def feed_back(act: Feedback, turn: Turn) -> Reply:
    """Note how far it has got and tell the reporter and the office."""
    ticket, unit_id = rights.must_handle(turn, act.ticket)
    if ticket.state is State.RESOLVED:
        return add_to_claim(ticket, turn)
    lead = unit_id == ticket.lead_id
    if lead and arrange_limit(turn, ticket) is not None:
        arrangement = arrangement_in(turn, ticket.number)
        if arrangement is not None:  # a first word that names who or by when arranges too
            acknowledge(arrangement, turn)
            ticket, _ = rights.must_handle(turn, ticket.number)
    ticket = tickets.step(
        turn.tx,
        ticket,
        "feedback",
        note(turn, data={"unit": unit_id, "attachments": list(turn.attachments)}),
        rules=turn.rules,
        to=State.IN_PROGRESS if lead else None,
        meet=(Kind.FEEDBACK,) if lead else (),
    )
    unit = turn.directory.units[unit_id].name
    tell(
        turn,
        [*reporters(turn, ticket), *rights.office_of(turn, ticket)],
        "feedback",
        f"{ticket.number}号 {ticket.title}。{unit}{'' if lead else '（协办）'}反馈“{turn.text[:_SHOWN]}”{files_words(turn)}。",
        ticket=ticket,
    )
    return Reply(_next(ticket, lead, turn), about={"ticket": ticket.number})


def _next(ticket: Ticket, lead: bool, turn: Turn) -> str:
    number = ticket.number
    if not lead:
        return f"{number}号反馈记下了，已告诉报告人和重点办。办好了回“{number}号我局已办好”。"
    said = f"{number}号反馈记下了，已告诉报告人和重点办。"
    arrange = arrange_limit(turn, ticket)
    if arrange is not None:
        return f"{said}还没定谁办、哪天办结（{arrange.say}），请回一句，如“{number}号周工，22日前办完”。"
    solve = clocks.solving(turn, ticket)
    until = f"{due_words(solve.due, turn.today)}前" if solve is not None and solve.due > turn.now else ""
    return f"{said}{until}办完请回“{number}号已办完，申请销号”，附照片或文号。"
