"""佐证: pictures that come shortly after feedback or a claimed end belong to it; what comes later is added."""

from datetime import timedelta

from bot.mechanism.proof import RESOLVE
from bot.mechanism.states import State
from bot.routing import Reply, Router, Turn
from handlers import rights
from handlers.claims import said_of_reuse
from handlers.telling import note, reporters, tell
from storage import attachments, tickets
from storage.proof import Claim
from storage.tickets import Ticket

router = Router()

_SHOWN = 100  # characters of the words that others read


@router.phrase(r"")
def join_pictures(_match: object, turn: Turn) -> Reply | None:
    """A picture without words joins the feedback or claim that its sender has just written."""
    if not turn.attachments:
        return None
    since = turn.now - timedelta(minutes=turn.rules.regime.together_minutes)
    step = tickets.newest_step_by(turn.tx, turn.writer.id, ("feedback", "resolve", "proof", "node"), since)
    if step is None:
        return None
    ticket = tickets.by_id(turn.tx, [step.ticket_id])[0]
    if step.kind in ("resolve", "proof") and ticket.state is State.RESOLVED:
        return add_to_claim(ticket, turn)
    tickets.step(
        turn.tx, ticket, "proof", note(turn, data={"attachments": list(turn.attachments)}), rules=turn.rules
    )
    return Reply(
        f"{ticket.number}号收到附件{len(turn.attachments)}个，已附在刚才的情况后面。",
        about={"ticket": ticket.number},
    )


def add_to_claim(ticket: Ticket, turn: Turn) -> Reply:
    """After the end was claimed: proof, or what speaks against it, for those who confirm."""
    number = ticket.number
    tickets.step(
        turn.tx, ticket, "proof", note(turn, data={"attachments": list(turn.attachments)}), rules=turn.rules
    )
    said = f"“{turn.text[:_SHOWN]}”" if turn.text.strip() else "佐证"
    used = used_before(ticket, turn)
    tell(
        turn,
        [*reporters(turn, ticket), *rights.office_of(turn, ticket)],
        "proof",
        f"{number}号 {ticket.title}。{turn.sender.signed}补充{said}{files_words(turn)}"
        f"{'，其中有用过的照片' if used else ''}。",
        ticket=ticket,
        answer=f"核实后回“{number}号同意销号”或“{number}号不同意销号，原因…”。",
        why="销号由承办单位以外的第二人确认",
        while_states=(State.RESOLVED,),
    )
    return Reply(
        f"{number}号正等确认销号，您补充的{files_words(turn)}已转报告人和重点办。{used}",
        about={"ticket": number},
    )


def used_before(ticket: Ticket, turn: Turn) -> str:
    """That a photo of the claim was used before, as its claimant reads it; empty if none was."""
    rule = turn.rules.regime.proof
    if rule is None or RESOLVE not in rule.needs:
        return ""
    claim = Claim(
        RESOLVE,
        ticket.project_id,
        turn.now,
        turn.writer.id,
        turn.inbox_id,
        turn.text,
        ticket_id=ticket.id,
    )
    return said_of_reuse(claim, turn)


def files_words(turn: Turn) -> str:
    """How many files came with the message; empty if none."""
    count = len(attachments.named(turn.tx, turn.attachments))
    return f"（附件{count}个）" if count else ""
