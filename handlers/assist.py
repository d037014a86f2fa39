"""协办: further units help the lead; their state is their own, only the lead's clocks count."""

import re

from bot.channel import Button
from bot.mechanism.states import WITH_UNIT
from bot.routing import Refusal, Reply, Turn
from handlers.named import units_in
from handlers.telling import note, reached, tell
from storage import tickets
from storage.directory import Unit
from storage.tickets import Ticket

ASSISTS = re.compile(r"协办|协助|配合|会同")
_LEADS = re.compile(r"牵头|主办")
_GIVES = re.compile(r"交办|改交|派给|转给")


def leading_in(turn: Turn) -> Unit | None:
    """The unit that the message names as the one that leads, as 供电公司牵头."""
    found = [
        unit
        for clause in _clauses(turn)
        if _LEADS.search(clause)
        for unit in units_in(turn.directory, clause)
    ]
    return found[0] if len(found) == 1 else None


def assisting_in(turn: Turn) -> list[Unit]:
    """Units that the message names beside the lead: 市住建局配合, or all the others where one is said to lead."""
    lead = leading_in(turn)
    return [
        unit
        for clause in _clauses(turn)
        if lead is not None or (ASSISTS.search(clause) and not _GIVES.search(clause))
        for unit in units_in(turn.directory, clause)
        if unit != lead
    ]


def _clauses(turn: Turn) -> list[str]:
    return re.split(r"[，,。；;\n]", turn.text)


def is_to_assist(unit: Unit, turn: Turn) -> bool:
    """Whether the message asks for help, and for this unit's: with 交办A局，B局配合 not A's."""
    helpers = assisting_in(turn)
    return ASSISTS.search(turn.text) is not None and (not helpers or unit in helpers)


def add_assisting(ticket: Ticket, unit: Unit, turn: Turn) -> Reply:
    lead = turn.directory.units[ticket.lead_id or 0]
    if unit.id in ticket.assisting_ids:
        raise Refusal(f"{unit.name}已经在协办{ticket.number}号。")
    tickets.step(
        turn.tx,
        ticket,
        "assist",
        note(turn, data={"unit": unit.id}),
        rules=turn.rules,
        assisting=[*ticket.assisting_ids, unit.id],
    )
    told = tell(
        turn,
        reached(turn.directory, unit, turn.now),
        "assisting",
        f"请协办{ticket.number}号 {ticket.title}，主办单位{lead.name}。报告原话：“{ticket.words[:80]}”",
        ticket=ticket,
        answer=f"回一句即可：“{ticket.number}号王工配合”。",
        why=f"您是{unit.name}13710联系人",
        buttons=(Button("收到", f"{ticket.number}号收到"),),
        while_states=tuple(WITH_UNIT),
    )
    reach = "，已通知联系人" if told else "，但没有能收到消息的联系人，请另行告知"
    return Reply(
        f"{ticket.number}号请{unit.name}协办，主办仍是{lead.name}{reach}。", about={"ticket": ticket.number}
    )
