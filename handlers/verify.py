"""核实: what was reported is entered in the ledger, declined with a reason, or sent back for more (T0)."""

import re

from bot.mechanism.deadlines import at_entry
from bot.mechanism.states import State
from bot.routing import Asked, Refusal, Reply, Turn
from handlers import clocks
from handlers.dispatch import ask_unit
from handlers.reasons import reason_in
from handlers.telling import note, reporters, tell
from storage import tickets
from storage.tickets import Ticket

WANTS_MORE = re.compile(r"补|说明|不清|核清|讲清|写清|退回")
_REQUEST = re.compile(r"\d+号|不(?:予)?列入(?:台账)?|退回(?:补充|补报)?")
_DECLINES = re.compile(r"不列入|不属|不归|企业自行|自行解决")


def enter_in_ledger(ticket: Ticket, turn: Turn) -> Reply:
    """核实列入: the day within which it is dispatched begins (T1); asked is to which unit it goes."""
    number = ticket.number
    ticket = tickets.step(
        turn.tx,
        ticket,
        "verify",
        note(turn),
        rules=turn.rules,
        to=State.ENTERED,
        change={"sent_back": False},
        dues=at_entry(clocks.regime_of(turn, ticket), turn.rules.calendar, turn.now),
    )
    tell(
        turn,
        reporters(turn, ticket),
        "entered",
        f"{number}号 {ticket.title} 已核实、列入台账，交办给哪个单位定下后告诉您",
        ticket=ticket,
    )
    return ask_unit(ticket, turn, f"{number}号已核实，列入台账。")


def refuse_report(ticket: Ticket, turn: Turn) -> Reply:
    """不列入, or 退回补充 where the words ask for more. Both need their reason."""
    why = reason_in(turn.text, _REQUEST)
    if _DECLINES.search(turn.text) or not WANTS_MORE.search(turn.text):
        return _decline(ticket, why, turn) if why else ask_reason(ticket, "不列入", turn)
    return _send_back(ticket, why, turn) if why else ask_reason(ticket, "退回补充", turn)


def ask_reason(ticket: Ticket, what: str, turn: Turn) -> Reply:
    """Ask for the reason without which nothing is refused; the refusal waits with the question."""
    number = ticket.number
    wanted = f"{number}号要补充什么" if what == "退回补充" else f"{number}号{what}的原因是什么"
    return Reply(
        f"{wanted}？回一句，我连同结果告诉有关的人。",
        about={"ticket": number},
        asks=Asked("reason", {"ticket": number, "text": f"{number}号{what}"}),
    )


def _decline(ticket: Ticket, why: str, turn: Turn) -> Reply:
    number = ticket.number
    tickets.step(
        turn.tx,
        ticket,
        "decline",
        note(turn, data={"reason": why}),
        rules=turn.rules,
        to=State.DECLINED,
        change={"sent_back": False},
    )
    tell(
        turn,
        reporters(turn, ticket),
        "declined",
        f"{number}号 {ticket.title} 没有列入13710台账：{why}",
        ticket=ticket,
        answer=f"情况有变请回“{number}号重新打开，原因…”。",
    )
    return Reply(f"{number}号不列入台账，原因已告诉报告人：{why}。", about={"ticket": number})


def _send_back(ticket: Ticket, what: str, turn: Turn) -> Reply:
    number = ticket.number
    if ticket.sent_back:
        raise Refusal(f"{number}号已经退回补充，正等报告人回复。")
    tickets.step(
        turn.tx,
        ticket,
        "send_back",
        note(turn, data={"reason": what}),
        rules=turn.rules,
        change={"sent_back": True},
    )
    tell(
        turn,
        reporters(turn, ticket),
        "sent-back",
        f"{number}号 {ticket.title} 需要补充：{what}",
        ticket=ticket,
        answer=f"直接回“{number}号补充：…”即可，不用重报。",
    )
    return Reply(f"{number}号已退回补充，请报告人说明：{what}。", about={"ticket": number})
