"""催办: of a ticket, of all that a project or a unit has open; by the bot, or noted where it was done by phone.

Once a day for each ticket and person, so that nobody is flooded.
"""

import re
from collections.abc import Sequence

from bot.acts import Urge
from bot.calendar import day_of
from bot.channel import Button
from bot.mechanism.states import State
from bot.people import Rank, Role
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import numbers
from handlers import clocks, rights
from handlers.telling import note, reached, reporters, tell
from storage import runs, tickets
from storage.database import all_or_nothing
from storage.directory import Person, Project, Unit
from storage.tickets import Ticket

router = Router()

_BY_HAND = re.compile(
    r"已(?:经)?(?:打)?(?:电话|当面|会上|微信|短信|上门)|(?:电话|当面|会上)已?(?:经)?催|打了?电话"
)
_WAYS = {"电话": "phone", "当面": "in person", "会上": "meeting", "上门": "in person"}
_MOST_AT_ONCE = 20


@router.on(Urge)
def urge(act: Urge, turn: Turn) -> Reply:
    """Urge a ticket, else a project, else a unit."""
    if act.ticket is not None:
        return _urge_ticket(rights.must_see_ticket(turn, act.ticket), turn)
    if act.project is not None:
        return _urge_project(rights.must_know_project(turn, act.project), turn)
    unit = turn.directory.unit_named(act.unit) if act.unit else None
    if unit is None:
        raise Refusal("催哪一件？请写编号、项目或单位，如“催17号”“催市水务局”。")
    return _urge_unit(unit, turn)


@router.phrase(r"(?P<number>\d{1,6})号(?:已(?:经)?)?(?:打)?(?:电话|当面|会上|微信|短信|上门)已?(?:经)?催.*")
def urged_by_hand(match: re.Match[str], turn: Turn) -> Reply | None:
    """17号已电话催市水务局李科长: noted, nobody is written to."""
    return _urge_ticket(rights.must_see_ticket(turn, int(match["number"])), turn)


def _urge_ticket(ticket: Ticket, turn: Turn) -> Reply:
    _must_urge(ticket, turn)
    number = ticket.number
    if way := _way(turn.text):
        tickets.step(turn.tx, ticket, "urge", note(turn, way=way), rules=turn.rules)
        return Reply(f"{number}号的催办已记录，不再另发通知。", about={"ticket": number})
    if earlier := _urged_today(ticket, turn):
        raise Refusal(
            f"{number}号今天{earlier}已经催过，明天可以再催。急的请直接打电话，打完回“{number}号已电话催XX”。"
        )
    told = _told(ticket, turn)
    tickets.step(turn.tx, ticket, "urge", note(turn), rules=turn.rules)
    names = "、".join(dict.fromkeys(one.signed for one in told))
    whom = f"，已转{names}" if names else "，但对方没有能收到消息的账号，请打电话"
    return Reply(f"{number}号已催办{whom}。", about={"ticket": number})


def _must_urge(ticket: Ticket, turn: Turn) -> None:
    """The office, a leader, the reporter's side, or the unit's own heads."""
    project = turn.directory.projects[ticket.project_id]
    own_unit = turn.sender.rank > Rank.STAFF and rights.acts_for_unit(turn, ticket) is not None
    if not (
        rights.decides(turn, ticket)
        or rights.is_leader(turn.sender)
        or own_unit
        or turn.sender.id in (*project.liaisons, ticket.reporter_id)
    ):
        raise Refusal(f"{ticket.number}号由报告人、重点办或领导催办。")
    if not ticket.is_open:
        raise Refusal(f"{ticket.number}号现在是“{ticket.state.words}”，不用再催。")


def _way(text: str) -> str:
    match = _BY_HAND.search(text)
    if match is None:
        return ""
    return next((way for word, way in _WAYS.items() if word in match[0]), "message")


def _urged_today(ticket: Ticket, turn: Turn) -> str:
    """At what hour the sender urged it today; empty if he did not."""
    for step in tickets.standing(tickets.steps_of(turn.tx, ticket.id)):
        mine = step.person_id == turn.writer.id and step.on_behalf == turn.on_behalf
        if step.kind == "urge" and step.way == "chat" and mine and day_of(step.at) == turn.today:
            return f"{step.at:%H:%M}"
    return ""


def _told(ticket: Ticket, turn: Turn) -> list[Person]:
    """Tell who must act now: before the dispatch the office, then the unit, at the end who confirms it."""
    number, office = ticket.number, rights.office_of(turn, ticket)
    who = _spoken(turn)
    if ticket.state in (State.REPORTED, State.ENTERED):
        wants = "核实交办" if ticket.state is State.REPORTED else "交办"
        line = f"{who}催办：{number}号 {ticket.title}，还没有{wants}"
        answer = f"回一句即可：“{number}号交办XX局”。"
        return tell(turn, office, "urged", line, ticket=ticket, answer=answer, why="您负责核实交办")
    if ticket.state is State.RESOLVED:
        line = f"{who}催办：{number}号 {ticket.title}，承办单位已申请销号，等您确认"
        return tell(
            turn,
            [*reporters(turn, ticket), *office],
            "urged",
            line,
            ticket=ticket,
            answer=f"回“{number}号同意销号”或“{number}号不同意销号，原因…”。",
            buttons=(Button("同意销号", f"{number}号同意销号"), Button("不同意", f"{number}号不同意销号")),
            while_states=(State.RESOLVED,),
        )
    unit = turn.directory.units[ticket.lead_id or 0]
    row = clocks.solving(turn, ticket)
    limit = f"，{clocks.limits_words([row], turn.today)}" if row else ""
    line = f"{who}催办：{number}号 {ticket.title}{limit}"
    told = tell(
        turn,
        reached(turn.directory, unit, turn.now),
        "urged",
        f"{line}。请今天回一句进展",
        ticket=ticket,
        answer=f"回一句即可：“{number}号已到现场，正在…”。",
        why=f"您是{unit.name}13710联系人",
        while_states=(State.DISPATCHED, State.IN_PROGRESS),
    )
    if turn.sender.rank >= Rank.HEAD:
        told += tell(
            turn,
            turn.directory.in_unit(unit.id, rank=Rank.HEAD),
            "urged",
            f"{line}。请您过问",
            ticket=ticket,
            answer=f"有安排可直接回“{number}号XX负责，X日前办结”。",
            why=f"您是{unit.name}主要负责人",
            while_states=(State.DISPATCHED, State.IN_PROGRESS),
        )
    if turn.sender.has(Role.LIAISON) or rights.is_leader(turn.sender):
        tell(turn, office, "urged", f"{who}催办：{number}号 {ticket.title}（{unit.name}）", ticket=ticket)
    return told


def _spoken(turn: Turn) -> str:
    """Who urges, as the reader hears it: the leader's address, the office's name, unit and name of others."""
    if turn.sender.rank > Rank.STAFF:
        return turn.sender.called
    return turn.sender.unit if turn.sender.has(Role.OFFICE) else turn.sender.signed


def _urge_project(project: Project, turn: Turn) -> Reply:
    """All that is open of the project; if nothing is, its liaison is asked how it goes."""
    found = [one for one in tickets.of_projects(turn.tx, [project.id]) if rights.may_see(turn, one)]
    if found:
        return _urge_all(found, project.short, turn)
    staff = rights.is_office_for(turn.directory, turn.sender, project)
    if not (staff or rights.is_leader(turn.sender)):
        raise Refusal(f"{project.short}没有在办的问题，没有可催的。")
    key = f"urge-project:{project.id}:{turn.sender.id}:{turn.today}"
    if not runs.first(turn.tx, key, turn.now):
        raise Refusal(f"{project.short}今天已经催过，明天可以再催。")
    liaisons = [turn.directory.people[one] for one in project.liaisons if one in turn.directory.people]
    told = tell(
        turn,
        liaisons,
        "urged-project",
        f"{_spoken(turn)}请您报{project.short}的进展",
        project=project,
        answer="直接写就行，如“本月完成1800万元，今年累计2.1亿元”。",
        why="您是这个项目的联络员",
    )
    if not told:
        raise Refusal(f"{project.short}还没有联络员，请先明确联络员。")
    return Reply(f"{project.short}没有在办的问题，已请联络员{told[0].called}报进展。")


def _urge_unit(unit: Unit, turn: Turn) -> Reply:
    open_ones = tickets.of_units(turn.tx, [unit.id], (State.DISPATCHED, State.IN_PROGRESS))
    found = [one for one in open_ones if one.lead_id == unit.id and rights.may_see(turn, one)]
    if not found:
        raise Refusal(f"{unit.name}没有您可以催的在办问题。")
    return _urge_all(found, unit.name, turn)


def _urge_all(found: Sequence[Ticket], name: str, turn: Turn) -> Reply:
    done, refused = [], []
    for ticket in found[:_MOST_AT_ONCE]:
        try:
            with all_or_nothing(turn.tx):
                _urge_ticket(ticket, turn)
            done.append(ticket.number)
        except Refusal:
            refused.append(ticket.number)
    if not done:
        raise Refusal(f"{name}的{numbers(refused)}今天都已经催过，明天可以再催。")
    rest = f"；{numbers(refused)}今天已催过" if refused else ""
    return Reply(f"{name}已催办{numbers(done)}{rest}。")
