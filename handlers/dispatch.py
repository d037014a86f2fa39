"""交办: the office gives a ticket to the unit that must act; further units assist.

City units are the city office's to dispatch, a county's units its county office's (N4 (十一)): what a
county's office would give to a city unit is handed up, with its proposal.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from bot.acts import Category, Dispatch
from bot.channel import PAGE, Button
from bot.mechanism.deadlines import Due
from bot.mechanism.hours import Urgency
from bot.mechanism.model import SOLVING, Kind
from bot.mechanism.proposals import Way, is_the_citys
from bot.mechanism.states import State
from bot.people import Rank, Role
from bot.routing import Asked, Refusal, Reply, Router, Turn, tried
from bot.wording import date_words, last_day
from handlers import clocks, rights, routes
from handlers.assist import add_assisting, assisting_in, is_to_assist, leading_in
from handlers.extend import overtaken
from handlers.telling import note, reached, reporters, tell
from storage import outbox, tickets
from storage.directory import Person, Unit
from storage.questions import Question
from storage.tickets import Ticket

router = Router()

_WITH_UNIT = (State.DISPATCHED, State.IN_PROGRESS)


@router.on(Dispatch)
def dispatch_ticket(act: Dispatch, turn: Turn) -> Reply:
    """Give the ticket to a unit. Of several units in one message the first leads, the others assist."""
    ticket = rights.must_be_office(turn, act.ticket)
    rights.must_be_in(ticket, State.REPORTED, State.ENTERED, *_WITH_UNIT)
    unit = turn.directory.unit_named(act.unit) if act.unit else None
    unit = leading_in(turn) or unit
    if unit is None:
        if act.due is not None and ticket.state in _WITH_UNIT:
            return _shorten(act, rights.must_set_limits(turn, ticket.number), turn)
        return ask_unit(ticket, turn, "")
    if act.due is not None and act.due < turn.today:
        raise Refusal(f"办结日期{date_words(act.due, turn.today)}已经过去了，请重写一个日期。")
    if not _may_give_to(turn, unit):
        return _hand_up(ticket, unit, f"{unit.name}不归本县交办", turn)
    if _is_the_citys(ticket, turn):
        proposed = turn.directory.unit_named(routes.proposal_for(turn, ticket).lead)
        return _hand_up(ticket, proposed or unit, "市级重点项目的审批问题由市直单位牵头", turn)
    if unit.id in ticket.unit_ids and _given_in_this_message(ticket, turn):
        return Reply("")  # said twice in one message: done already
    if unit.id == ticket.lead_id:
        if act.due is not None:
            return _shorten(act, ticket, turn)
        raise Refusal(
            f"{ticket.number}号已经由{unit.name}承办。要改时限请写“{ticket.number}号限20日前办结”。"
        )
    if ticket.lead_id is not None and (_given_in_this_message(ticket, turn) or is_to_assist(unit, turn)):
        return add_assisting(ticket, unit, turn)
    ticket = rights.must_set_limits(turn, ticket.number)
    reply = _to_lead(act, ticket, unit, turn)
    helpers = [one for one in assisting_in(turn) if one.id != unit.id and _may_give_to(turn, one)]
    said = [tried(turn, partial(_with_assisting, ticket.number, one, turn)).text for one in helpers]
    return replace(reply, text="\n".join([reply.text, *said]))


@router.phrase(
    r"(?P<number>\d{1,6})号(?:限期?|时限(?:改为|提前到)|提前到)(?P<day>.{1,12}?)前?(?:必须)?(?:办结|完成|解决|办完)?[。！!]?"
)
def shorten_limit(match: re.Match[str], turn: Turn) -> Reply | None:
    """17号限20日前办结: the office's own limit for what a unit has already."""
    if not turn.sender.has(Role.OFFICE):
        return None  # a leader's limit is an instruction
    ticket = rights.must_set_limits(turn, int(match["number"]))
    day = clocks.day_said(turn, ticket, match["day"])
    if day is None:
        return None
    rights.must_be_in(ticket, *_WITH_UNIT)
    return _shorten(Dispatch(ticket.number, None, day), ticket, turn)


@router.answer("dispatch-unit")
def answer_unit(question: Question, turn: Turn) -> Reply | None:
    """The unit that was asked for, alone or with a day: 市水务局，20日前."""
    words = turn.text.strip().removeprefix("交办")
    understood = turn.understand(turn, f"{question.data['ticket']}号交办{words}")
    for act in understood.acts:
        if isinstance(act, Dispatch) and act.unit is not None and act.ticket == question.data["ticket"]:
            return dispatch_ticket(act, turn)
    return None


def ask_unit(ticket: Ticket, turn: Turn, done: str, proposed: Sequence[str] = ()) -> Reply:
    """Ask to which unit the ticket goes, with the units that the reporter asked for."""
    number = ticket.number
    if turn.chat.channel == PAGE:  # there it lies under 待交办, with the fields to fill in
        return Reply(f"{done}{number}号等交办，请在“待交办”里选单位。", about={"ticket": number})
    names = [name for name in (proposed or ticket.asked_units) if name]
    hint = f"报告人请{'、'.join(names)}办。" if names and not proposed else ""
    return Reply(
        f"{done}{number}号交办给哪个单位？{hint}回单位名即可，要定日期就写“市水务局，20日前办结”。",
        tuple(Button(f"交办{name}", f"{number}号交办{name}") for name in names[:3]),
        about={"ticket": number},
        asks=Asked("dispatch-unit", {"ticket": number, "text": turn.text}),
    )


def tell_unit(
    turn: Turn, ticket: Ticket, unit: Unit, dues: Sequence[Due], head: str = "交办"
) -> list[Person]:
    """Tell the undertaking unit's contacts what it must do by when. Who is told."""
    number = ticket.number
    up = (
        f"这件要省里定，请贵单位负责向上协调，报上去后回“{number}号已报省…”。"
        if routes.way_for(turn, ticket) is Way.UNIT_UPWARD
        else ""
    )
    end = next((due for due in dues if due.kind in SOLVING), None)
    by = date_words(last_day(end.due), turn.today) if end else "X日"
    return tell(
        turn,
        reached(turn.directory, unit, turn.now),
        "dispatched",
        f"{head}{number}号 {ticket.title}。{clocks.limits_words(dues, turn.today)}。"
        f"{clocks.since_words(dues[0].start, turn.now) if dues else ''}{up}报告原话：“{ticket.words[:80]}”",
        ticket=ticket,
        urgency=Urgency.URGENT if ticket.category == Category.OBSTRUCTION else Urgency.EVENT,
        answer=f"回一句谁办、哪天办结，如“{number}号周工负责，{by}前办完”；不归贵单位请回“{number}号退回，应由XX局办”。",
        why=f"您是{unit.name}13710联系人；依据请回“为什么”。",
        buttons=(Button("收到", f"{number}号收到"),),
        while_states=(State.DISPATCHED, State.IN_PROGRESS),
    )


def _with_assisting(number: int, unit: Unit, turn: Turn) -> Reply:
    return add_assisting(rights.must_be_office(turn, number), unit, turn)


def _may_give_to(turn: Turn, unit: Unit) -> bool:
    """The city's office to any unit, a county's to the units of its own county."""
    own = turn.directory.units.get(turn.sender.unit_id or 0)
    return own is None or own.area_id is None or own.area_id == unit.area_id


def _is_the_citys(ticket: Ticket, turn: Turn) -> bool:
    """Whether a county's office would give away what a city's unit leads in whatever the level."""
    of_county = turn.directory.area_of(turn.sender) is not None
    tier = turn.directory.projects[ticket.project_id].tier
    return of_county and is_the_citys(clocks.regime_of(turn, ticket), Category(ticket.category), tier)


def _hand_up(ticket: Ticket, unit: Unit, why: str, turn: Turn) -> Reply:
    rights.must_be_in(ticket, State.REPORTED, State.ENTERED)
    number = ticket.number
    names = tuple(dict.fromkeys((unit.name, *ticket.asked_units)))
    tickets.step(
        turn.tx,
        ticket,
        "hand_up",
        note(turn),
        rules=turn.rules,
        change={"level": "city", "asked_units": list(names)},
    )
    tell(
        turn,
        turn.directory.office_people(None),
        "handed-up",
        f"{turn.sender.unit}提请交办：{number}号 {ticket.title}，建议交办{unit.name}",
        ticket=ticket,
        answer=f"请回“{number}号交办{unit.name}”或另定单位。",
        why="市级单位由市级重点办交办",
        buttons=(Button(f"交办{unit.name}", f"{number}号交办{unit.name}"),),
        while_states=(State.REPORTED, State.ENTERED),
    )
    return Reply(
        f"{why}，{number}号已提请市级重点办，注明建议交办{unit.name}。定下后告诉报告人。",
        about={"ticket": number},
    )


def _to_lead(act: Dispatch, ticket: Ticket, unit: Unit, turn: Turn) -> Reply:
    number, now = ticket.number, turn.now
    fresh = ticket.state is State.REPORTED  # verified and entered by this very step
    entered = now if fresh else clocks.entered_at(turn, ticket)
    told = clocks.told(turn, ticket)
    contacts = reached(turn.directory, unit, now)
    new = clocks.started(turn, ticket, told, entered=entered, own_limit=act.due)
    data: dict[str, object] = {"unit": unit.id}
    if fresh:
        data["entered"] = now.isoformat()
    if act.due is not None:
        data["own_limit"] = act.due.isoformat()
    before = ticket
    ticket = tickets.step(
        turn.tx,
        ticket,
        "dispatch",
        note(turn, data=data),
        rules=turn.rules,
        to=State.DISPATCHED,
        change={
            "told_at": told if contacts else None,
            "asks": None,
            "sent_back": False,
            "assignee": "",
            "planned": None,
            "paused_until": None,
        },
        dues=new.dues if contacts else (),
        meet=(Kind.DISPATCH,),
        void=clocks.UNIT_KINDS,
        void_why=f"改交{unit.name}",
        lead=unit.id,
        assisting=[one for one in before.assisting_ids if one != unit.id],
    )
    _tell_former(before, unit, turn)
    if not contacts:
        return _untold(ticket, unit, turn)
    tell_unit(turn, ticket, unit, new.dues)
    named = _named_to_act(turn, ticket, unit, contacts)
    words = clocks.limits_words(new.dues, turn.today)
    end = new.dues[-1]
    _tell_reporters(ticket, unit, f"{date_words(last_day(end.due), turn.today)}前办结", turn)
    _copy_to_county(ticket, unit, words, turn)
    notes = [clocks.since_words(told, now), f"{new.ignored}。" if new.ignored else ""]
    if ticket.wanted_by is not None and ticket.wanted_by < last_day(end.due):
        notes.append(
            f"报告人希望{date_words(ticket.wanted_by, turn.today)}前解决，要缩短请回“{number}号限{ticket.wanted_by.day}日前办结”。"
        )
    names = "、".join(one.name for one in contacts)
    return Reply(
        f"{number}号已交办{unit.name}（{names}）：{words}。{''.join(notes)}联系人和报告人都已通知。{named}",
        about={"ticket": number},
    )


_ACTS = "(?:同志)?(?:来|去|具体|全程|牵头|亲自)*(?:负责|牵头|办理|承办|经办|主办|对接|跟进|落实|盯|跟|办)"
_NEXT = re.compile(r"(?=\d{1,6}号(?:问题|工单)?(?:交办|转|交|由|请))")


def _named_to_act(turn: Turn, ticket: Ticket, unit: Unit, contacts: Sequence[Person]) -> str:
    """杜明亮负责: who is named to act hears of it if he is the unit's; if he is another's, the office does."""
    number = f"{ticket.number}号"
    parts = _NEXT.split(turn.text)
    words = next((one for one in parts if one.startswith(number)), turn.text)
    own: list[Person] = []
    others: list[Person] = []
    for one in turn.directory.people.values():
        if one.rank > Rank.HEAD or not one.unit:
            continue
        of_unit = one.unit_id == unit.id
        called = {one.name, one.address} if of_unit else {one.name}
        if any(name and re.search(f"{re.escape(name)}{_ACTS}", words) for name in called):
            (own if of_unit else others).append(one)
    if own:
        tell(
            turn,
            [one for one in own if one not in contacts],
            "dispatched-named",
            f"交办{number} {ticket.title} 给贵单位，点名由您负责。报告原话：“{ticket.words[:80]}”",
            ticket=ticket,
            answer=f"请回一句哪天办结，如“{number}我负责，X日前办完”。",
            why="重点办交办时点到您",
        )
        return f"{'、'.join(dict.fromkeys(one.name for one in own))}负责，已告诉本人。"
    if not others:
        return ""
    whose = "、".join(dict.fromkeys(one.unit for one in others))
    told = "、".join(one.name for one in contacts)
    return f"{others[0].name}是{whose}的，请核对；已按{unit.name}联系人{told}通知。"


def _untold(ticket: Ticket, unit: Unit, turn: Turn) -> Reply:
    """Nobody of the unit can be reached: no clock runs until the office tells it by another way."""
    number = ticket.number
    people = turn.directory.contacts(unit.id)
    whom = people[0].name if people else "联系人"
    phone = f"（{people[0].phone}）" if people and people[0].phone else ""
    _tell_reporters(ticket, unit, "时限从单位得到通知时起算", turn)
    return Reply(
        f"{number}号已交办{unit.name}，但该单位没有能收到消息的13710联系人，时限没有起算。"
        f"请用别的方式告知{whom}{phone}后回“{number}号已电话告知{unit.name}{whom}”，时限从那时起算。",
        about={"ticket": number},
    )


def take_from(ticket: Ticket, former: Unit, why: str, turn: Turn) -> bool:
    """Take back what the unit's people have not read yet; whether something had reached them before."""
    people = [one.id for one in turn.directory.in_unit(former.id) if one.rank <= Rank.HEAD]
    return outbox.withdraw_from(turn.tx, ticket.id, people, why)


def _tell_former(before: Ticket, unit: Unit, turn: Turn) -> None:
    """The unit that had the ticket hears that it is another's now; what it had not read yet is taken back."""
    former = turn.directory.units.get(before.lead_id or 0)
    if former is None:
        return
    if take_from(before, former, f"已改交{unit.name}", turn):
        tell(
            turn,
            turn.directory.contacts(former.id),
            "moved-on",
            f"{before.number}号 {before.title} 已改交{unit.name}，贵单位不用再办，原时限作废。",
            ticket=before,
        )


def _tell_reporters(ticket: Ticket, unit: Unit, until: str, turn: Turn) -> None:
    tell(
        turn,
        reporters(turn, ticket),
        "dispatched-reporter",
        f"{ticket.number}号 {ticket.title}：已交办{unit.name}，{until}。谁具体办，定下后再告诉您。",
        ticket=ticket,
    )


def _copy_to_county(ticket: Ticket, unit: Unit, words: str, turn: Turn) -> None:
    """What the city's office dispatches for a county's project, the county's office should know."""
    area_id = turn.directory.projects[ticket.project_id].area_id
    if area_id is None or not rights.is_city_office(turn.directory, turn.sender):
        return
    tell(
        turn,
        turn.directory.office_people(area_id),
        "dispatched-copy",
        f"抄告：{ticket.number}号 {ticket.title} 已交办{unit.name}，{words}",
        ticket=ticket,
        why="您是县重点办，贵县项目",
    )


def _given_in_this_message(ticket: Ticket, turn: Turn) -> bool:
    return any(
        step.kind in ("dispatch", "assist") and step.ticket_id == ticket.id
        for step in tickets.last_steps_by(turn.tx, turn.inbox_id)
    )


def _shorten(act: Dispatch, ticket: Ticket, turn: Turn) -> Reply:
    """The office's own limit for a ticket that a unit has already: it may only end earlier."""
    assert act.due is not None  # the caller looked
    unit = turn.directory.units[ticket.lead_id or 0]
    new, ignored = clocks.shortened(turn, ticket, act.due)
    if new is None:
        stands = clocks.solving(turn, ticket)
        as_it_is = "的办结时限就是这一天" if stands else "的时限还没有起算，请先告知承办单位"
        raise Refusal(f"{ticket.number}号{ignored or as_it_is}。")
    change, over = overtaken(ticket)
    tickets.step(
        turn.tx,
        ticket,
        "own_limit",
        note(turn),
        rules=turn.rules,
        change=change,
        dues=clocks.replacing(turn, ticket, new),
        void=(new.kind,),
        void_why=new.say,
    )
    words = clocks.limits_words([new], turn.today)
    tell(
        turn,
        reached(turn.directory, unit, turn.now),
        "limit-changed",
        f"{ticket.number}号 {ticket.title} 的办结时限提前：{words}{over}",
        ticket=ticket,
        answer=f"办不到请尽早回“{ticket.number}号申请延期到X日，原因…”。",
    )
    return Reply(f"{ticket.number}号改为{words}{over}，已通知{unit.name}。", about={"ticket": ticket.number})
