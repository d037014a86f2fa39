"""申请销号: the unit, or who reported it, says that it is solved. Somebody else confirms (T7)."""

from collections.abc import Sequence
from dataclasses import replace

from bot.acts import Resolve
from bot.channel import Button
from bot.mechanism.proof import documents
from bot.mechanism.states import WITH_UNIT, State
from bot.routing import Refusal, Reply, Router, Turn
from handlers import clocks, rights
from handlers.proof import add_to_claim, used_before
from handlers.strike_off import must_confirm, strike_off
from handlers.telling import note, reporters, tell
from storage import attachments, pauses, tickets
from storage.directory import Person
from storage.tickets import Ticket

router = Router()

_SHOWN = 100  # characters of the words that others read


@router.on(Resolve)
def claim_end(act: Resolve, turn: Turn) -> Reply:
    """待销号 by the unit or a reporter. A reporter who says so after the unit did confirms the end."""
    ticket = rights.must_see_ticket(turn, act.ticket)
    unit_id = rights.acts_for_unit(turn, ticket)
    if unit_id is not None and unit_id != ticket.lead_id:
        return _done_assisting(ticket, unit_id, turn)
    if unit_id is not None:
        if ticket.state is State.RESOLVED and turn.attachments:
            return add_to_claim(ticket, turn)
        if ticket.state is State.RESOLVED:
            raise Refusal(
                f"{ticket.number}号已经申请销号，正等报告人或重点办确认，不用再报。补充佐证可直接发照片。"
            )
        rights.must_be_in(ticket, *WITH_UNIT)
        return _claim(ticket, turn)
    project = turn.directory.projects[ticket.project_id]
    if not (rights.reports_on(turn.directory, turn.sender, project) or ticket.reporter_id == turn.sender.id):
        raise Refusal(f"{ticket.number}号是否解决，由承办单位或报告人来报。")
    if ticket.state is State.RESOLVED:
        return strike_off(ticket, turn)
    if ticket.state in (State.REPORTED, State.ENTERED):
        return _solved_before_dispatch(ticket, turn)
    rights.must_be_in(ticket, *WITH_UNIT)
    return _claim(ticket, turn)


def _claim(ticket: Ticket, turn: Turn) -> Reply:
    """The limits are met for now: an end that is not confirmed lets them run on as they stood.

    A claim ends a pause, so that the days paused are kept if it is refused.
    """
    if ticket.paused_until is not None:
        ticket = pauses.resume(turn.tx, ticket, note(turn), turn.rules)
    proof = [one["name"] for one in attachments.named(turn.tx, turn.attachments)]
    proof += documents(turn.text)
    ticket = tickets.step(
        turn.tx,
        ticket,
        "resolve",
        note(turn, data={"attachments": list(turn.attachments), "proof": proof}),
        rules=turn.rules,
        to=State.RESOLVED,
        change={"claimed_by_id": turn.sender.id, "asks": None},
        meet=clocks.UNIT_KINDS,
        unit_state=(ticket.lead_id, "done")
        if ticket.lead_id and turn.sender.unit_id == ticket.lead_id
        else None,
    )
    used = used_before(ticket, turn)
    asked = _ask_to_confirm(ticket, proof, turn, has_used=bool(used))
    _tell_unit_of_foreign_claim(ticket, turn)
    return _claimed(ticket, asked, proof, used, turn)


def _ask_to_confirm(ticket: Ticket, proof: Sequence[str], turn: Turn, *, has_used: bool) -> list[Person]:
    """Reporters and office are asked, without whoever may not confirm this claim. The reporters asked."""
    number = ticket.number
    shown = f"佐证：{'、'.join(proof[:3])}" if proof else "未附佐证"
    shown += "，其中有用过的照片" if has_used else ""
    line = (
        f"{number}号 {ticket.title}。{turn.sender.signed}报已解决，申请销号。"
        f"“{turn.text[:_SHOWN]}”（{shown}）"
    )
    buttons = (Button("同意销号", f"{number}号同意销号"), Button("不同意", f"{number}号不同意销号"))
    asked = tell(
        turn,
        [one for one in reporters(turn, ticket) if _may_confirm(turn, ticket, one)],
        "to-confirm",
        line,
        ticket=ticket,
        answer=f"确已解决回“{number}号同意销号”，没解决回“{number}号不同意销号，原因…”。",
        why="您是报告人，请核实",
        buttons=buttons,
        while_states=(State.RESOLVED,),
    )
    known = {one.id for one in asked}
    waits = f"等{asked[0].called}确认，重点办也可" if asked else "请重点办"
    tell(
        turn,
        [
            one
            for one in rights.office_of(turn, ticket)
            if one.id not in known and _may_confirm(turn, ticket, one)
        ],
        "to-confirm",
        line,
        ticket=ticket,
        answer=f"{waits}核实后回“{number}号同意销号”或“{number}号不同意销号，原因…”。",
        why="销号由承办单位以外的第二人确认",
        buttons=buttons,
        while_states=(State.RESOLVED,),
    )
    return asked


def _may_confirm(turn: Turn, ticket: Ticket, who: Person) -> bool:
    try:
        must_confirm(replace(turn, sender=who, writer=who), ticket)
    except Refusal:
        return False
    return True


def _tell_unit_of_foreign_claim(ticket: Ticket, turn: Turn) -> None:
    if ticket.lead_id is None or turn.sender.unit_id == ticket.lead_id:
        return
    tell(
        turn,
        turn.directory.contacts(ticket.lead_id),
        "claimed-for-you",
        f"{ticket.number}号 {ticket.title}。{turn.sender.signed}说已经解决，等确认销号。",
        ticket=ticket,
        answer=f"情况不符请回“{ticket.number}号反馈，…”。",
        why="您是承办单位13710联系人",
        while_states=(State.RESOLVED,),
    )


def _claimed(ticket: Ticket, asked: Sequence[Person], proof: Sequence[str], used: str, turn: Turn) -> Reply:
    number = ticket.number
    whom = f"报告人{asked[0].called}和重点办" if asked else "重点办"
    text = f"{number}号已转“待销号”，请{whom}核实，确认后销号；不同意会退回，时限照旧。"
    if not proof:
        text += "请补现场照片或办结文号，现在直接发来即可，便于核实。"
    else:
        text += f"佐证记下了：{'、'.join(proof[:3])}。"
    return Reply(text + used, about={"ticket": number})


def _done_assisting(ticket: Ticket, unit_id: int, turn: Turn) -> Reply:
    """An assisting unit ends its own part; the end of the ticket is the lead's to claim."""
    rights.must_be_in(ticket, *WITH_UNIT)
    number, unit = ticket.number, turn.directory.units[unit_id]
    tickets.step(
        turn.tx,
        ticket,
        "assist_done",
        note(turn, data={"unit": unit_id}),
        rules=turn.rules,
        unit_state=(unit_id, "done"),
    )
    lead = turn.directory.units.get(ticket.lead_id or 0)
    contacts = turn.directory.contacts(lead.id) if lead else []
    tell(
        turn,
        contacts,
        "assist-done",
        f"{number}号 {ticket.title}。{unit.name}（协办）说已办好。“{turn.text[:_SHOWN]}”",
        ticket=ticket,
        answer=f"全部解决后回“{number}号已办完，申请销号”。",
        why="您是牵头单位13710联系人",
        while_states=tuple(WITH_UNIT),
    )
    return Reply(
        f"{number}号贵单位协办的部分记为已办好，已告诉{lead.name if lead else '牵头单位'}；销号由牵头单位申请。",
        about={"ticket": number},
    )


def _solved_before_dispatch(ticket: Ticket, turn: Turn) -> Reply:
    """Nothing leaves the list by itself: the office decides what becomes of it."""
    number = ticket.number
    tickets.step(turn.tx, ticket, "solved_early", note(turn), rules=turn.rules)
    reported = ticket.state is State.REPORTED
    answer = (
        f"属实回“{number}号不列入，原因：已自行解决”；仍要办回“{number}号交办XX局”。"
        if reported
        else f"已列入台账，请回“{number}号交办XX局”由其核实销号。"
    )
    tell(
        turn,
        rights.office_of(turn, ticket),
        "solved-early",
        f"{number}号 {ticket.title}（{ticket.state.words}）：{turn.sender.signed}说已经解决。“{turn.text[:_SHOWN]}”",
        ticket=ticket,
        answer=answer,
        why="您负责核实交办",
        buttons=(Button("不列入", f"{number}号不列入，原因：已自行解决"),) if reported else (),
        while_states=(ticket.state,),
    )
    return Reply(f"{number}号还没有交办，您说的已解决已转重点办核定，定了告诉您。", about={"ticket": number})
