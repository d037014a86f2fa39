"""已电话告知…: the office tells a unit by another way; if its clocks were void they start now.

Nobody is overdue by a notice that never reached him: where the dispatch could not be delivered, the unit's
limits begin with this note.
"""

import re

from bot.mechanism.model import Kind
from bot.mechanism.states import WITH_UNIT
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import day, last_day
from handlers import clocks, rights
from handlers.telling import note, reporters, tell
from storage import tickets, unit_clocks
from storage.directory import Unit
from storage.tickets import Ticket

router = Router()

_WAYS = {
    "电话": "phone",
    "打电话": "phone",
    "当面": "in-person",
    "现场": "in-person",
    "口头": "in-person",
    "短信": "sms",
    "发短信": "sms",
    "微信": "other-chat",
    "书面": "paper",
    "传真": "paper",
    "发函": "paper",
}


@router.phrase(
    r"(?P<number>\d{1,6})号(?:问题|工单)?[，,\s]*(?:刚才?|今早|今天|上午|下午|现)?(?:已经|已)?(?:用|通过|打)?"
    rf"(?P<way>{'|'.join(sorted(_WAYS, key=len, reverse=True))})(?:告知|通知|告诉|转告|送达)了?(?P<whom>[^。！!]*)[。！!]?"
)
def tell_by_other_way(match: re.Match[str], turn: Turn) -> Reply | None:
    """17号已电话告知市水务局李科长: noted with who was told and how."""
    ticket = rights.must_be_office(turn, int(match["number"]))
    rights.must_be_in(ticket, *WITH_UNIT)
    lead = turn.directory.units.get(ticket.lead_id or 0)
    if lead is None:
        raise Refusal(f"{ticket.number}号没有承办单位，请先回“{ticket.number}号交办XX局”。")
    unit, person = _told_whom(turn, ticket, lead, match["whom"].strip(" ，,"))
    way = _WAYS[match["way"]]
    data: dict[str, object] = {"unit": unit.id, "person": person}
    said = f"{match['way'].removeprefix('打')}告知{unit.name}{person}"
    if unit.id != lead.id or ticket.told_at is not None:
        tickets.step(turn.tx, ticket, "told", note(turn, way=way, data=data), rules=turn.rules)
        return Reply(_only_noted(ticket, unit, lead, said, turn), about={"ticket": ticket.number})
    return _start(ticket, lead, note_data=data, way=way, said=said, turn=turn)


def _told_whom(turn: Turn, ticket: Ticket, lead: Unit, whom: str) -> tuple[Unit, str]:
    """The ticket's unit that was told (the lead, if only a person is named), and the person as named."""
    named = sorted(
        ((name, unit) for unit in turn.directory.units.values() for name in (unit.name, *unit.aliases)),
        key=lambda pair: -len(pair[0]),
    )
    for name, unit in named:
        if whom.startswith(name):
            if unit.id not in ticket.unit_ids:
                raise Refusal(
                    f"{ticket.number}号的承办单位是{lead.name}，不是{unit.name}。要改交请回“{ticket.number}号交办{unit.name}”。"
                )
            return unit, whom.removeprefix(name)
    return lead, whom


def _only_noted(ticket: Ticket, unit: Unit, lead: Unit, said: str, turn: Turn) -> str:
    number = ticket.number
    if unit.id != lead.id or ticket.told_at is None:
        return f"{number}号记下了：{said}（协办，不另计时限）。"
    since = day(ticket.told_at.date(), turn.today)
    left = [row for row in clocks.running(turn, ticket) if row.due > turn.now and row.kind != Kind.PROMISE]
    limits = f"：{clocks.limits_words(left, turn.today)}" if left else ""
    return f"{number}号记下了：{said}。时限从{since}起已在计算，不重算{limits}。"


def _start(
    ticket: Ticket, lead: Unit, *, note_data: dict[str, object], way: str, said: str, turn: Turn
) -> Reply:
    number, told = ticket.number, clocks.told(turn, ticket)
    new = clocks.started(
        turn,
        ticket,
        told,
        entered=clocks.entered_at(turn, ticket),
        own_limit=unit_clocks.own_limit(turn.tx, ticket),
    )
    arranged = bool(ticket.assignee or ticket.planned)  # by somebody who heard of it before the note
    dues = [due for due in new.dues if not (arranged and due.kind is Kind.ARRANGE)]
    ticket = tickets.step(
        turn.tx,
        ticket,
        "told",
        note(turn, way=way, data=note_data),
        rules=turn.rules,
        change={"told_at": told},
        dues=dues,
        void=clocks.UNIT_KINDS,
        void_why="另行告知，重新起算",
    )
    words = clocks.limits_words(dues, turn.today)
    tell(
        turn,
        reporters(turn, ticket),
        "told",
        f"{number}号 {ticket.title}。已告知{lead.name}，{day(last_day(dues[-1].due), turn.today)}前办结。",
        ticket=ticket,
    )
    return Reply(
        f"{number}号记下了：{said}，时限从{'现在' if told <= turn.now else ''}起算：{words}。"
        f"{clocks.since_words(told, turn.now)}对方没有账号，后面的情况请您代报，如“替{lead.name}反馈：{number}号…”。",
        about={"ticket": number},
    )
