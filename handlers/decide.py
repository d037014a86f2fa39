"""同意, 不同意: what a ticket waits for is granted or refused, whatever that is.

Own rule: the office decides on entry, extension and return; reporter or office confirm an end. The head
of the unit where the office sits decides what the office decides. What a county's or the city's leader
agrees to or not is his opinion: it is noted in his words and passed to the office, which carries it out.
A unit's own leaders decide nothing about their unit's ticket.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

from bot.acts import Approve, Dispatch, Reject
from bot.channel import Button
from bot.mechanism.deadlines import at_entry, at_extension
from bot.mechanism.model import Kind
from bot.mechanism.states import State
from bot.questions import yes_or_no
from bot.routing import Refusal, Reply, Router, Turn, joined, tried
from bot.wording import date_words
from handlers import clocks, rights
from handlers.dispatch import ask_unit, dispatch_ticket, take_from
from handlers.extend import must_still_be_later
from handlers.named import units_in
from handlers.numbered import NUMBERS, numbers_in
from handlers.reasons import reason_in
from handlers.strike_off import must_confirm, refuse_claim, strike_off
from handlers.telling import note, reporters, tell
from handlers.verify import ask_reason, enter_in_ledger, refuse_report
from storage import outbox, tickets
from storage.directory import Person
from storage.questions import Question
from storage.tickets import NOBODY, Ticket

router = Router()

_REQUEST = re.compile(r"\d+号|不(?:予)?同意|销号|延期|退回重办|退回|重办")
_WAITS = {"extension": "延期", "return": "退回"}


@router.on(Approve)
def approve(act: Approve, turn: Turn) -> Reply:
    """Grant what the ticket waits for."""
    ticket = rights.must_see_ticket(turn, act.ticket)
    if _is_opinion(turn, ticket):
        return _pass_on(ticket, "同意", turn)
    _must_speak_of_what_waits(ticket, turn)
    if ticket.state is State.RESOLVED:
        return strike_off(ticket, turn)
    what = (ticket.asks or {}).get("what")
    if what == "extension":
        return _extend(rights.must_set_limits(turn, act.ticket), turn)
    if what == "return":
        return _take_from_unit(rights.must_set_limits(turn, act.ticket), turn)
    if ticket.state is State.REPORTED:
        return enter_in_ledger(rights.must_be_office(turn, act.ticket), turn)
    raise Refusal(_nothing_waits(ticket))


@router.on(Reject)
def reject(act: Reject, turn: Turn) -> Reply:
    """Refuse what the ticket waits for, with the reason."""
    ticket = rights.must_see_ticket(turn, act.ticket)
    if _is_opinion(turn, ticket):
        return _pass_on(ticket, "不同意", turn)
    _must_speak_of_what_waits(ticket, turn)
    if ticket.state is State.RESOLVED:
        return _refuse_claim(ticket, turn)
    if ticket.asks is not None:
        return _refuse_wish(rights.must_set_limits(turn, act.ticket), turn)
    if ticket.state is State.REPORTED:
        return refuse_report(rights.must_be_office(turn, act.ticket), turn)
    raise Refusal(_nothing_waits(ticket))


@router.phrase(NUMBERS + r"(?:核实列入|列入台账|核实属实|核实|属实|列入)[。！!]?")
def verify_several(match: re.Match[str], turn: Turn) -> Reply | None:
    """3、5、8号核实列入: the office verifies, one by one."""
    return _each(match, lambda number: approve(Approve(number), turn), turn)


@router.phrase(NUMBERS + r"(?:不列入|不予列入|退回补充|退回补报).*")
def refuse_several(match: re.Match[str], turn: Turn) -> Reply | None:
    """17号不列入，原因…; 17号退回补充，…: what was reported does not enter, or not yet."""
    return _each(match, lambda number: reject(Reject(number), turn), turn)


@router.phrase(r"(?P<no>不)?同意(?:延期|退回|销号)?(?:[，,].+)?[。！!]?")
def decide_the_only_one(match: re.Match[str], turn: Turn) -> Reply | None:
    """A bare 同意 is about the request that he was told of last, if no other waits for him."""
    told = outbox.last_told(turn.tx, turn.sender.id)
    if turn.about or told is None:
        return None
    waiting = [
        one
        for one in tickets.visible(turn.tx, turn.directory, turn.sender)
        if (one.asks is not None or one.state is State.RESOLVED) and rights.decides(turn, one)
    ]
    if [one.id for one in waiting] != [told.ticket_id]:
        return None
    number = waiting[0].number
    said = replace(turn, text=f"{number}号{turn.text.strip()}")
    return reject(Reject(number), said) if match["no"] else approve(Approve(number), said)


@router.answer("reason")
def answer_reason(question: Question, turn: Turn) -> Reply | None:
    """The reason that was asked for; the step is done with it. Another ticket's number is no answer."""
    words = turn.text.strip()
    if re.match(r"\d+号", words) and not words.startswith(f"{question.data['ticket']}号"):
        return None
    if yes_or_no(words) is False:
        return Reply(f"好，{question.data['ticket']}号没有动。")
    if len(words) < 2 or yes_or_no(words):
        return None
    said = replace(turn, text=f"{question.data['text']}，原因：{words}")
    return reject(Reject(question.data["ticket"]), said)


def _each(match: re.Match[str], do: Callable[[int], Reply], turn: Turn) -> Reply:
    """The step for every number; a refused one leaves nothing behind and stops no other."""
    replies = [tried(turn, partial(do, number)) for number in numbers_in(match["numbers"])]
    return replies[0] if len(replies) == 1 else replace(joined(replies), about=None, asks=None)


_SUBJECTS = {
    "销号": re.compile(r"销号"),
    "延期": re.compile(r"延期"),
    "退回": re.compile(r"退回(?!重办|补)"),
    "核实": re.compile(r"核实|属实|列入"),
}


def _must_speak_of_what_waits(ticket: Ticket, turn: Turn) -> None:
    """Words of one request never decide another: 核实列入 confirms no end, 延期不同意 refuses none."""
    of_ticket = re.search(rf"(?<!\d){ticket.number}号[，,：:\s]*([^，,。；;]*)", turn.text)
    words = of_ticket[1] if of_ticket else re.split(r"[，,。；;]", turn.text, maxsplit=1)[0]
    spoken = {name for name, pattern in _SUBJECTS.items() if pattern.search(words)}
    if spoken and _waiting(ticket) not in spoken:
        raise Refusal(_nothing_waits(ticket))


def _waiting(ticket: Ticket) -> str:
    """What an answer is wanted to."""
    if ticket.state is State.RESOLVED:
        return "销号"
    if ticket.asks is not None:
        return _WAITS.get(ticket.asks["what"], "")
    return "核实" if ticket.state is State.REPORTED else ""


def _nothing_waits(ticket: Ticket) -> str:
    number, stands = ticket.number, f"现在是“{ticket.state.words}”"
    match _waiting(ticket):
        case "核实":
            return f"{number}号{stands}，请回“{number}号核实列入”或“{number}号不列入，原因…”。"
        case "":
            pass
        case waits:
            return f"{number}号{stands}，等您答复的是{waits}：请回“{number}号同意{waits}”或“{number}号不同意{waits}，原因…”。"
    match ticket.state:
        case State.ENTERED:
            return f"{number}号{stands}，等交办：请回“{number}号交办XX局”。"
        case State.DISPATCHED | State.IN_PROGRESS:
            return f"{number}号{stands}，承办单位还没有申请销号、延期或退回，没有要您答复的。催一下请回“催{number}号”。"
        case _:
            return f"{number}号{stands}，没有要答复的申请。重新办理请回“{number}号重新打开，原因…”。"


def _is_opinion(turn: Turn, ticket: Ticket) -> bool:
    return rights.is_leader(turn.sender) and not rights.decides(turn, ticket)


def _pass_on(ticket: Ticket, word: str, turn: Turn) -> Reply:
    """A leader's yes or no, kept whole and handed to the office that decides."""
    number = ticket.number
    waits = "" if ticket.state is State.REPORTED else _waiting(ticket)
    tickets.step(turn.tx, ticket, "opinion", note(turn), rules=turn.rules)
    tell(
        turn,
        rights.office_of(turn, ticket),
        "opinion",
        f"{turn.sender.called}{word}{number}号{waits}：“{turn.text[:100]}”（{ticket.title}）",
        ticket=ticket,
        answer=f"请按领导意见办理，回“{number}号{word}{waits}”。" if waits else "",
        why="领导意见由重点办办理",
        buttons=(Button(f"{word}{waits}", f"{number}号{word}{waits}"),) if waits else (),
    )
    return Reply(f"您对{number}号的意见已记录，转重点办办理，办结后向您报告。", about={"ticket": number})


def _extend(ticket: Ticket, turn: Turn) -> Reply:
    """The solving limit ends on the day that was asked for."""
    number = ticket.number
    asks = ticket.asks or {}
    row = clocks.solving(turn, ticket)
    if row is None:
        raise Refusal(f"{number}号的办结时限没有在走，无需延期。")
    until = date.fromisoformat(asks["until"])
    must_still_be_later(ticket, row, until, turn)
    new = at_extension(clocks.regime_of(turn, ticket), row.as_due(), until)
    ticket = tickets.step(
        turn.tx,
        ticket,
        "extend",
        note(turn, data={"until": asks["until"], "reason": asks.get("reason", "")}),
        rules=turn.rules,
        change={"asks": None},
        dues=clocks.replacing(turn, ticket, new),
        void=(Kind(row.kind),),
        void_why="延期",
    )
    day = date_words(until, turn.today)
    tell(
        turn,
        _lead_contacts(turn, ticket),
        "extended",
        f"{number}号 {ticket.title} 同意延期，办结时限改为{day}24时",
        ticket=ticket,
    )
    tell(
        turn,
        reporters(turn, ticket),
        "extended",
        f"{number}号 {ticket.title} 办结时限延至{day}，原因：{asks.get('reason') or '承办单位申请'}",
        ticket=ticket,
    )
    return Reply(f"{number}号同意延期到{day}，承办单位和报告人已通知。", about={"ticket": number})


def _take_from_unit(ticket: Ticket, turn: Turn) -> Reply:
    """Not that unit's job: back to 待交办, and its day to be dispatched begins anew (own reading of T1)."""
    number = ticket.number
    asks = ticket.asks or {}
    contacts = _lead_contacts(turn, ticket)
    former = turn.directory.units[ticket.lead_id or 0]
    back = tickets.step(
        turn.tx,
        ticket,
        "return",
        note(turn, data={"unit": former.id, "reason": asks.get("reason", "")}),
        rules=turn.rules,
        to=State.ENTERED,
        change={"asks": None, "told_at": None, "assignee": "", "planned": None, "paused_until": None},
        dues=at_entry(clocks.regime_of(turn, ticket), turn.rules.calendar, turn.now),
        void=clocks.UNIT_KINDS,
        void_why=f"{former.name}退回",
        lead=NOBODY,
    )
    take_from(ticket, former, f"{former.name}退回", turn)
    tell(
        turn,
        contacts,
        "returned",
        f"{number}号 {ticket.title} 同意退回，贵单位不用再办，原时限作废",
        ticket=back,
    )
    named = [one for one in units_in(turn.directory, turn.text) if one.id != former.id]
    if named:
        given = dispatch_ticket(Dispatch(number, named[0].name), turn)
        return replace(given, text=f"{number}号已从{former.name}退回。{given.text}")
    unit = asks.get("unit")
    return ask_unit(back, turn, f"{number}号已从{former.name}退回，待重新交办。", (unit,) if unit else ())


def _refuse_claim(ticket: Ticket, turn: Turn) -> Reply:
    """The end is no end, for a reason: without one the unit would not know what is left to do."""
    why = reason_in(turn.text, _REQUEST)
    if why:
        return refuse_claim(ticket, why, turn)
    must_confirm(turn, ticket)
    return ask_reason(ticket, "不同意销号", turn)


def _refuse_wish(ticket: Ticket, turn: Turn) -> Reply:
    """Extension or return is not granted: the limits stand."""
    number = ticket.number
    word = _WAITS[(ticket.asks or {})["what"]]
    why = reason_in(turn.text, _REQUEST)
    if not why:
        return ask_reason(ticket, f"不同意{word}", turn)
    tickets.step(
        turn.tx,
        ticket,
        "refuse",
        note(turn, data={"what": word, "reason": why}),
        rules=turn.rules,
        change={"asks": None},
    )
    row = clocks.solving(turn, ticket)
    limit = f"，时限不变：{clocks.limits_words([row], turn.today)}" if row else ""
    tell(
        turn,
        _lead_contacts(turn, ticket),
        "wish-refused",
        f"{number}号 {ticket.title} 未同意{word}：{why}{limit}",
        ticket=ticket,
        answer=f"回一句进展即可，如“{number}号正在…”。",
    )
    return Reply(f"{number}号不同意{word}，原因已告诉承办单位{limit}。", about={"ticket": number})


def _lead_contacts(turn: Turn, ticket: Ticket) -> list[Person]:
    return turn.directory.contacts(ticket.lead_id) if ticket.lead_id is not None else []
