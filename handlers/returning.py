"""退回: not ours, says the unit, with the reason. The clocks run on until the office consents."""

import re
from dataclasses import replace

from bot.acts import Return
from bot.channel import Button
from bot.mechanism.model import Kind
from bot.mechanism.states import WITH_UNIT
from bot.questions import yes_or_no
from bot.routing import Asked, Refusal, Reply, Router, Turn
from handlers import clocks, rights
from handlers.extend import is_of_its_own
from handlers.reasons import reason_in
from handlers.telling import note, tell
from storage import tickets
from storage.questions import Question
from storage.tickets import Ticket

router = Router()

_REQUEST = re.compile(
    r"\d+号(?:问题|工单)?|(?:我局|我们|我单位)?(?:申请|要求|请求|请|想|要)?(?:予以)?退回(?:重点办|给?你们|一下|去)?|申请|谢谢|一下|吧|了"
)


@router.on(Return)
def ask_return(act: Return, turn: Turn) -> Reply:
    """Hand the wish to the office. Without a reason that is asked for first."""
    ticket, unit_id = rights.must_handle(turn, act.ticket)
    rights.must_be_in(ticket, *WITH_UNIT)
    number = ticket.number
    if act.unit is not None and act.unit == turn.directory.units[unit_id].name:
        raise Refusal(
            f"{number}号就在{act.unit}。要退回请写明应由哪个单位办，如“{number}号退回，应由XX局办”。"
        )
    reason = reason_in(turn.text, _REQUEST)
    if not reason and act.unit is None:
        return Reply(
            f"{number}号为什么退回，应由哪个单位办？回一句，如“管线权属在市电力公司”。重点办同意前，时限照走。",
            about={"ticket": number},
            asks=Asked("return-reason", {"ticket": number, "text": turn.text}),
        )
    reason = reason or f"应由{act.unit}办理"
    if unit_id != ticket.lead_id:
        return _assisting(ticket, unit_id, reason, turn)
    return _submit(ticket, act.unit, reason, turn)


@router.answer("return-reason")
def answer_reason(question: Question, turn: Turn) -> Reply | None:
    """Whatever is no message of its own is the reason; a unit in it is whose job it is instead."""
    number, said = int(question.data["ticket"]), turn.text.strip()
    if yes_or_no(said) is False:
        return Reply(f"好，{number}号不退回，请继续办理。")
    if len(said) < 2 or yes_or_no(said) or is_of_its_own(turn, number):
        return None
    read = turn.understand(turn, f"{number}号退回，{said}").acts
    unit = next((act.unit for act in read if isinstance(act, Return) and act.ticket == number), None)
    return ask_return(Return(number, unit), replace(turn, text=f"{question.data['text']}，原因：{said}"))


def _submit(ticket: Ticket, unit: str | None, reason: str, turn: Turn) -> Reply:
    number = ticket.number
    asks = {"what": "return", "unit": unit, "reason": reason}
    ticket = tickets.step(
        turn.tx, ticket, "wish_return", note(turn, data=asks), rules=turn.rules, change={"asks": asks}
    )
    instead = f"，应由{unit}办" if unit else ""
    tell(
        turn,
        rights.office_of(turn, ticket),
        "return-asked",
        f"{number}号 {ticket.title}。{turn.sender.signed}申请退回{instead}，原因：{reason}。",
        ticket=ticket,
        answer=f"同意回“{number}号同意退回”，不同意回“{number}号不同意退回，原因…”；改交回“{number}号交办XX局”。",
        why="退回由重点办同意",
        buttons=(
            Button("同意退回", f"{number}号同意退回"),
            *((Button(f"改交办{unit}", f"{number}号交办{unit}"),) if unit else ()),
            Button("不同意退回", f"{number}号不同意退回"),
        ),
        while_states=tuple(WITH_UNIT),
    )
    left = [row for row in clocks.running(turn, ticket) if row.due > turn.now and row.kind != Kind.PROMISE]
    limits = f"（{clocks.limits_words(left, turn.today)}）" if left else ""
    return Reply(
        f"{number}号的退回申请已转重点办{instead}，原因：{reason}。同意前仍由贵单位办理，时限照走{limits}。",
        about={"ticket": number},
    )


def _assisting(ticket: Ticket, unit_id: int, reason: str, turn: Turn) -> Reply:
    """An assisting unit's wish is noted and passed on; the ticket stays with its lead."""
    number, unit = ticket.number, turn.directory.units[unit_id]
    tickets.step(
        turn.tx,
        ticket,
        "assist_return",
        note(turn, data={"unit": unit_id, "reason": reason}),
        rules=turn.rules,
    )
    tell(
        turn,
        rights.office_of(turn, ticket),
        "assist-return",
        f"{number}号 {ticket.title}。协办单位{unit.name}认为不归其办，原因：{reason}。",
        ticket=ticket,
        answer=f"需要另请单位协办，回“{number}号请XX局协办”。",
        why="协办单位由重点办定",
    )
    return Reply(f"{number}号的情况已转重点办，由其重新确定协办单位。", about={"ticket": number})
