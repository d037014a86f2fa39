"""接单: a bare 收到 is a receipt; who does it, or by when, is the arrangement that T2 asks for the same day."""

import re
from dataclasses import replace

from bot.acts import Acknowledge, Act, Feedback
from bot.mechanism.deadlines import at_promise
from bot.mechanism.model import Kind, Tier
from bot.mechanism.states import WITH_UNIT, State
from bot.people import Rank, Role
from bot.routing import Asked, Refusal, Reply, Router, Turn
from bot.wording import day, due_words, last_day
from handlers import clocks, rights
from handlers.substeps import running_steps
from handlers.telling import note, reporters, tell
from storage import tickets, watch
from storage.directory import Person
from storage.questions import Question
from storage.tickets import DeadlineRow, Ticket

router = Router()

_MYSELF = re.compile(r"我(?:来|去|自己|本人|亲自)*(?:负责|办|跟进|盯|处理)")


@router.on(Acknowledge)
def acknowledge(act: Acknowledge, turn: Turn) -> Reply:
    """Note a receipt, or take the arrangement: 办理中 with who and by when."""
    ticket, unit_id = rights.must_handle(turn, act.ticket)
    rights.must_be_in(ticket, *WITH_UNIT)
    if act.planned is not None and act.planned < turn.today:
        raise Refusal(
            f"{day(act.planned, turn.today)}已经过去了，{ticket.number}号哪天办结？请重写日期，如“周工，22日前办完”。"
        )
    if act.assignee is None and _MYSELF.search(turn.text):
        act = replace(act, assignee=turn.sender.name)
    if act.assignee is None and act.planned is None:
        return _receipt(ticket, unit_id, turn)
    if unit_id != ticket.lead_id:
        return _arrange_assisting(ticket, unit_id, act, turn)
    return _arrange(ticket, act, turn)


@router.phrase(
    r"(?P<number>\d{1,6})号(?:已?收到)?[，,\s]*(?P<name>(?!我|由)[\u4e00-\u9fff]{2,4}?)(?:同志)?(?:来|负责|去)?配合.*"
)
def assist(match: re.Match[str], turn: Turn) -> Reply | None:
    """17号王工配合: the arrangement of an assisting unit."""
    number = int(match["number"])
    ticket = tickets.one(turn.tx, number)
    if ticket is None or rights.acts_for_unit(turn, ticket) not in ticket.assisting_ids:
        return None
    read = arrangement_in(turn, number)
    return acknowledge(Acknowledge(number, match["name"], read.planned if read else None), turn)


@router.answer("arrangement")
def answer_arrangement(question: Question, turn: Turn) -> Reply | None:
    """“周工，22日前迁完”, read in the context of the ticket that was asked about."""
    number = int(question.data["ticket"])
    if any(_speaks_of_else(act, number) for act in _read_as_contact(turn, turn.text)):
        return None
    act = arrangement_in(turn, number)
    return None if act is None else acknowledge(act, turn)


def arrangement_in(turn: Turn, number: int) -> Acknowledge | None:
    """Who or by when, as the words say it of that ticket; None if they say neither.

    由 lets a bare name be read as who does it; the reading that finds more counts.
    """
    found = [
        act
        for lead in ("", "由")
        for act in _read_as_contact(turn, f"{number}号收到，{lead}{turn.text.strip()}")
        if isinstance(act, Acknowledge) and act.ticket == number and (act.assignee or act.planned)
    ]
    best = max(found, key=lambda act: (act.assignee is not None) + (act.planned is not None), default=None)
    if best is None and _MYSELF.search(turn.text):
        return Acknowledge(number, turn.sender.name)
    return best


def _read_as_contact(turn: Turn, text: str) -> tuple[Act, ...]:
    """What the words mean from the unit's side, be it that its head writes them."""
    who = turn.sender
    if not who.has(Role.CONTACT):
        who = replace(who, roles=(Role.CONTACT, *who.roles))
    return turn.understand(replace(turn, sender=who), text).acts


def _speaks_of_else(act: Act, number: int) -> bool:
    """A message of its own, or one about another ticket: no answer to what was asked."""
    return not isinstance(act, (Acknowledge, Feedback)) or act.ticket not in (None, number)


def _receipt(ticket: Ticket, unit_id: int, turn: Turn) -> Reply:
    """收到: the rung that told the sender is not repeated; nothing is arranged by it."""
    watch.receipt(turn.tx, ticket.id, _rungs_of(turn, ticket), turn.now)
    ticket = tickets.step(turn.tx, ticket, "receipt", note(turn, data={"unit": unit_id}), rules=turn.rules)
    number = ticket.number
    if unit_id != ticket.lead_id:
        lead = turn.directory.units[ticket.lead_id].name if ticket.lead_id else "牵头单位"
        return _ask_who(number, f"{number}号已签收（协办，{lead}牵头）。贵单位谁配合办？直接回，如“周工”。")
    arrange = arrange_limit(turn, ticket)
    if arrange is None:
        known = "，".join(part for part in (ticket.assignee, _by(ticket, turn)) if part)
        return Reply(
            f"{number}号已签收{f'，已定{known}' if known else ''}。有进展回“{number}号”加情况，办完回“{number}号已办完，申请销号”。",
            about={"ticket": number},
        )
    if turn.sender.rank >= Rank.DEPUTY_HEAD:
        contacts = turn.directory.contacts(unit_id)
        or_contact = f"，也可请{contacts[0].called}来报" if contacts else ""
        return _ask_who(
            number,
            f"{turn.sender.called}，{number}号记您已收到。还没定谁办、哪天办结（{arrange.say}），"
            f"您有安排可直接回，如“王科长，22日前办结”{or_contact}。",
        )
    late = (
        "已过安排时限"
        if arrange.due <= turn.now
        else f"{due_words(arrange.due, turn.today)}前要定下来（{arrange.say}）"
    )
    return _ask_who(
        number, f"{number}号已签收。谁办、哪天办结？直接回，如“周工，22日前办完”；{late}，光收到还不算安排。"
    )


def _ask_who(number: int, text: str) -> Reply:
    return Reply(text, about={"ticket": number}, asks=Asked("arrangement", {"ticket": number}))


def _rungs_of(turn: Turn, ticket: Ticket) -> set[str]:
    """Names of the rungs at which somebody of the sender's standing is told."""
    who = turn.sender
    tiers = {Tier.CONTACT} if who.has(Role.CONTACT) else set()
    tiers |= {Tier.DEPUTY_HEAD} if who.rank == Rank.DEPUTY_HEAD else set()
    tiers |= {Tier.HEAD} if who.rank == Rank.HEAD else set()
    ladders = clocks.regime_of(turn, ticket).ladders.values()
    return {rung.name for ladder in ladders for rung in ladder if rung.to in tiers}


def _arrange(ticket: Ticket, act: Acknowledge, turn: Turn) -> Reply:
    change: dict[str, object] = {}
    if act.assignee is not None:
        change["assignee"] = act.assignee
    if act.planned is not None:
        change["planned"] = act.planned
    new_promise = act.planned is not None and act.planned != ticket.planned
    promise = at_promise(clocks.regime_of(turn, ticket), act.planned, turn.now) if act.planned else None
    before = ticket
    ticket = tickets.step(
        turn.tx,
        ticket,
        "arrange",
        note(turn, data={"unit": ticket.lead_id}),
        rules=turn.rules,
        to=State.IN_PROGRESS,
        change=change,
        meet=(Kind.ARRANGE,),
        void=(Kind.PROMISE,) if new_promise else (),
        void_why="改了日期" if new_promise else "",
        dues=(promise, *running_steps(turn, ticket)) if promise is not None and new_promise else (),
        unit_state=(ticket.lead_id, "arranged") if ticket.lead_id is not None else None,
    )
    if (before.assignee, before.planned) != (ticket.assignee, ticket.planned):
        _tell_arranged(before, ticket, turn)
    return _arranged(ticket, turn)


def _arranged(ticket: Ticket, turn: Turn) -> Reply:
    """What was taken down, what the promise means beside the limit, and what comes next."""
    number = ticket.number
    said = [f"{number}号记下了：{_who_and_when(ticket, turn)}，已告诉报告人。"]
    solve = clocks.solving(turn, ticket)
    if solve is not None and ticket.planned is not None and ticket.planned > last_day(solve.due):
        said.append(
            f"规定{due_words(solve.due, turn.today)}前办结（{solve.say}），您定的日子晚于时限，时限不变；"
            f"确实办不完，请到期前回“{number}号申请延期到…，原因…”。"
        )
    if ticket.planned is None:
        return _ask_who(number, "".join([*said, "哪天办结？回日期即可，如“22日前”。"]))
    if not ticket.assignee:
        return _ask_who(number, "".join([*said, "由谁具体办？回姓名即可，如“周工”。"]))
    feedback = _running(turn, ticket, Kind.FEEDBACK)
    if feedback is not None and feedback.due > turn.now:
        said.append(f"{due_words(feedback.due, turn.today)}前请反馈一次情况，如“{number}号已到现场，…”。")
    else:
        said.append(f"办完回“{number}号已办完，申请销号”，附照片或文号。")
    return Reply("".join(said), about={"ticket": number})


def _tell_arranged(before: Ticket, ticket: Ticket, turn: Turn) -> None:
    unit = turn.directory.units[ticket.lead_id].name if ticket.lead_id else ""
    changed = "安排有调整：" if before.assignee or before.planned else ""
    tell(
        turn,
        reporters(turn, ticket),
        "arranged",
        f"{ticket.number}号 {ticket.title}。{changed}{unit}{_who_and_when(ticket, turn)}。",
        ticket=ticket,
        why="这是您报告的问题或您的项目",
    )
    if not turn.sender.has(Role.CONTACT) and ticket.lead_id is not None:
        tell(
            turn,
            turn.directory.contacts(ticket.lead_id),
            "arranged-for-you",
            f"{ticket.number}号：{turn.sender.called}已答复，{_who_and_when(ticket, turn)}。",
            ticket=ticket,
            why="您是贵单位13710联系人",
        )


def _arrange_assisting(ticket: Ticket, unit_id: int, act: Acknowledge, turn: Turn) -> Reply:
    """An assisting unit has a state of its own; the ticket's clocks are the lead's."""
    unit = turn.directory.units[unit_id]
    said = "，".join(
        part
        for part in (
            f"{act.assignee}配合" if act.assignee else "",
            f"{day(act.planned, turn.today)}前办好" if act.planned else "",
        )
        if part
    )
    data = {"unit": unit_id, "assignee": act.assignee, "planned": act.planned and act.planned.isoformat()}
    tickets.step(
        turn.tx,
        ticket,
        "assist_arrange",
        note(turn, data=data),
        rules=turn.rules,
        unit_state=(unit_id, "arranged"),
    )
    readers: list[Person] = reporters(turn, ticket)
    readers += turn.directory.contacts(ticket.lead_id) if ticket.lead_id else []
    tell(
        turn,
        readers,
        "assist-arranged",
        f"{ticket.number}号 {ticket.title}。{unit.name}（协办）{said}。",
        ticket=ticket,
    )
    return Reply(
        f"{ticket.number}号记下了（协办）：{said}，已告诉牵头单位。办好了回“{ticket.number}号我局已办好”。",
        about={"ticket": ticket.number},
    )


def _who_and_when(ticket: Ticket, turn: Turn) -> str:
    return "，".join(
        part for part in (f"{ticket.assignee}负责" if ticket.assignee else "", _by(ticket, turn)) if part
    )


def _by(ticket: Ticket, turn: Turn) -> str:
    return f"{day(ticket.planned, turn.today)}前办结" if ticket.planned else ""


def arrange_limit(turn: Turn, ticket: Ticket) -> DeadlineRow | None:
    """The limit of the day's arrangement (T2) while nothing is arranged."""
    return _running(turn, ticket, Kind.ARRANGE)


def _running(turn: Turn, ticket: Ticket, kind: Kind) -> DeadlineRow | None:
    return next((row for row in clocks.running(turn, ticket) if row.kind == kind), None)
