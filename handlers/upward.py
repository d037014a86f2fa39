"""呈报上级: what the province must settle goes up with its thread, and the answer comes back into it (T8).

N4 (十一): of a city project the city's unit in charge goes upward, of a province's key project the city's
office reports to the province's. While the answer is waited for the unit's clocks rest, where the regime
says so; the office is asked when none came.
"""

import re
from datetime import timedelta

from bot.channel import Button
from bot.mechanism.model import Kind
from bot.mechanism.states import WITH_UNIT, State
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import date_words
from handlers import clocks, rights
from handlers.said_otherwise import asks
from handlers.telling import note, reached, reporters, tell
from storage import pauses, tickets
from storage.tickets import Ticket

router = Router()

_ABOVE = r"(?:省|国家|国务院|自治区|部委|上级)[^，,。；;：:\s]{0,14}?"


@router.phrase(
    r"(?P<number>\d{1,6})号(?:问题)?(?:已经|已|请|现)?(?:上报|呈报|报送|报请|报)(?:给|到|至)?"
    rf"(?P<whom>{_ABOVE})(?:了)?(?:[，,；;。：:\s]+(?P<words>.*))?[。！!]?"
)
def report_up(match: re.Match[str], turn: Turn) -> Reply | None:
    """17号上报省重点办: by the city's office; 17号已报省水利厅: by the unit in charge."""
    if asks(turn.text):
        return None
    number = int(match["number"])
    ticket = tickets.one(turn.tx, number)
    if ticket is None or not rights.may_see(turn, ticket):
        return None
    whom = match["whom"].rstrip("了吧")
    if rights.decides(turn, ticket):
        return _by_office(rights.must_be_office(turn, number), whom, turn)
    if rights.acts_for_unit(turn, ticket) == ticket.lead_id and ticket.lead_id is not None:
        return _by_unit(ticket, whom, turn)
    return None


@router.phrase(
    rf"(?P<number>\d{{1,6}})号(?:问题)?[，,\s]*(?P<whom>{_ABOVE})(?:已经|已)?(?:答复|批复|回复|回函|批准|同意|不同意)了?(?P<words>.*)"
)
def answer_from_above(match: re.Match[str], turn: Turn) -> Reply | None:
    """17号省重点办答复：…: a dated step; the unit's clocks go on."""
    number = int(match["number"])
    ticket = tickets.one(turn.tx, number)
    if ticket is None or not ticket.above or not rights.may_see(turn, ticket):
        return None
    by_unit = ticket.lead_id is not None and rights.acts_for_unit(turn, ticket) == ticket.lead_id
    if not by_unit and not rights.decides(turn, ticket):
        return None
    above = ticket.above
    if ticket.paused_until is not None and ticket.state in WITH_UNIT:
        ticket = pauses.resume(turn.tx, ticket, note(turn, f"{above}已有答复，恢复办理"), turn.rules)
    ticket = tickets.step(
        turn.tx,
        ticket,
        "answer_above",
        note(turn, data={"above": above}),
        rules=turn.rules,
        change={"above": "", "ask_above_at": None},
    )
    row = clocks.solving(turn, ticket)
    limit = f"，{clocks.limits_words([row], turn.today)}" if row else ""
    unit = turn.directory.units.get(ticket.lead_id or 0)
    contacts = reached(turn.directory, unit, turn.now) if unit else []
    people = [*contacts, *reporters(turn, ticket)]
    if by_unit:
        people += rights.office_of(turn, ticket)
    tell(
        turn,
        people,
        "answered-above",
        f"{number}号 {ticket.title}：{above}有答复了。“{turn.text[:120]}”{limit}",
        ticket=ticket,
    )
    then = f"承办单位继续办理{limit}。" if unit else f"请接着回“{number}号交办XX局”；办妥由承办单位申请销号。"
    return Reply(f"{number}号记下{above}的答复，报告人和承办单位已通知。{then}", about={"ticket": number})


def _by_office(ticket: Ticket, whom: str, turn: Turn) -> Reply:
    number = ticket.number
    if not (
        rights.is_city_office(turn.directory, turn.sender)
        or rights.heads_city_office(turn.directory, turn.sender)
    ):
        raise Refusal(
            f"呈报省里由市重点办办理。{number}号请先提请市重点办：回“{number}号交办”加建议的市直单位。"
        )
    rights.must_be_in(ticket, State.REPORTED, State.ENTERED, *WITH_UNIT)
    if ticket.above:
        raise Refusal(
            f"{number}号已经呈报{ticket.above}，正等答复。有答复请回“{number}号{ticket.above}答复：…”。"
        )
    routing = clocks.regime_of(turn, ticket).routing
    if routing is None:
        raise Refusal("现行机制没有写呈报上级怎么办。要停下来等的，请回“中止”加恢复日期和原因。")
    ask_on = turn.today + timedelta(days=routing.ask_after_days)
    rests = routing.upward_stops_clock and ticket.state in WITH_UNIT and ticket.paused_until is None
    change: dict[str, object] = {
        "above": whom[:60],
        "ask_above_at": turn.now + timedelta(days=routing.ask_after_days),
        "level": "province",
    }
    if rests:
        change["paused_until"] = ask_on
    fresh = ticket.state is State.REPORTED  # verified and entered by this very step
    ticket = tickets.step(
        turn.tx,
        ticket,
        "report_up",
        note(turn, data={"above": whom, **({"entered": turn.now.isoformat()} if fresh else {})}),
        rules=turn.rules,
        to=State.ENTERED if fresh else None,
        change=change,
        meet=(Kind.DISPATCH,),
    )
    unit = turn.directory.units.get(ticket.lead_id or 0)
    contacts = reached(turn.directory, unit, turn.now) if unit else []
    rest = "，等答复期间不计入办结时限" if rests else ""
    tell(
        turn,
        [*contacts, *reporters(turn, ticket)],
        "reported-up",
        f"{number}号 {ticket.title} 已呈报{whom}协调{rest}，有答复告诉您",
        ticket=ticket,
    )
    return Reply(
        f"{number}号记为已呈报{whom}{rest}。有答复请回“{number}号{whom}答复：…”；"
        f"{date_words(ask_on, turn.today)}还没有答复我再问您。",
        about={"ticket": number},
    )


def _by_unit(ticket: Ticket, whom: str, turn: Turn) -> Reply:
    """The unit in charge has gone upward: noted; whether its clocks rest the office decides."""
    number = ticket.number
    rights.must_be_in(ticket, *WITH_UNIT)
    routing = clocks.regime_of(turn, ticket).routing
    days = routing.ask_after_days if routing else 0
    ticket = tickets.step(
        turn.tx,
        ticket,
        "report_up",
        note(turn, data={"above": whom}),
        rules=turn.rules,
        to=State.IN_PROGRESS,
        change={"above": whom[:60], **({"ask_above_at": turn.now + timedelta(days=days)} if days else {})},
        meet=(Kind.ARRANGE, Kind.FEEDBACK),
    )
    until = turn.today + timedelta(days=days or 7)
    pause = f"{number}号中止到{date_words(until, turn.today)}，原因：等{whom}答复"
    tell(
        turn,
        [*rights.office_of(turn, ticket), *reporters(turn, ticket)],
        "reported-up",
        f"{number}号 {ticket.title}：{turn.sender.signed}已报{whom}。“{turn.text[:80]}”",
        ticket=ticket,
        answer=f"等答复期间要停止计时的，请重点办回“{pause}”。",
        buttons=(Button("停止计时", pause),),
        while_states=tuple(WITH_UNIT),
    )
    return Reply(
        f"{number}号记为已报{whom}，重点办已知道；时限照走，要停由重点办定。有答复请回“{number}号{whom}答复：…”。",
        about={"ticket": number},
    )
