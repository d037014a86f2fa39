"""挂牌督办: a listing, decided by people, begins when its five are in place (五到位, T9).

The office lists; a leader's wish is kept and passed to the office, which is told what is still missing.
Method and deadline are said; unit, person and leader are taken from the ticket and the directory where they
are known, and may be said otherwise.
"""

import re
from dataclasses import replace
from datetime import datetime

from bot.acts import Supervise
from bot.mechanism.listing import FiveInPlace, missing, next_bulletin
from bot.mechanism.states import State
from bot.people import Rank
from bot.questions import yes_or_no
from bot.routing import Asked, Refusal, Reply, Router, Turn
from bot.wording import date_words, last_day, moment
from handlers import clocks, rights
from handlers.telling import note, reached, reporters, tell
from storage import tickets
from storage.questions import Question
from storage.tickets import Ticket

router = Router()

_KEYS = {
    "解决办法": "solution",
    "办法": "solution",
    "责任领导": "leader",
    "领导": "leader",
    "责任人": "person",
    "解决时限": "deadline",
    "时限": "deadline",
    "期限": "deadline",
}
_KEY = "|".join(_KEYS)
_PART = re.compile(
    rf"(?P<key>{_KEY})(?:是|为)?[：:\s]*(?P<said>.+?)(?=[；;，,。、\s]*(?:{_KEY})(?:是|为|[：:])|[；;，,。、\s]+(?:{_KEY})|[；;。\s]*$|[；;]\s*)",
    re.DOTALL,
)

_DAY = re.compile(
    r"[，,；;\s](?P<day>(?:\d{1,2}月)?\d{1,2}[日号])(?:之前|以前|前)(?:办结|解决|完成)?[。！!\s]*$"
)


@router.on(Supervise)
def list_ticket(act: Supervise, turn: Turn) -> Reply:
    """List a ticket, or say what of the five is missing."""
    ticket = rights.must_see_ticket(turn, act.ticket)
    if not rights.decides(turn, ticket):
        if rights.is_leader(turn.sender):
            return _wish(ticket, turn)
        raise Refusal(f"挂牌督办由重点办或领导决定。要催办请写“催{ticket.number}号”。")
    return _list_or_ask(rights.must_set_limits(turn, ticket.number), {}, turn)


@router.phrase(
    r"(?:(?P<number>\d{1,6})号挂牌(?:督办)?|挂牌(?:督办)?(?P<named>\d{1,6})号)[：:，,\s]\s*(?P<parts>.+)"
)
def list_with_parts(match: re.Match[str], turn: Turn) -> Reply | None:
    """17号挂牌：办法…；责任领导…；责任人…；期限…"""
    parts = _parts(match["parts"])
    if not parts:
        return None
    ticket = rights.must_see_ticket(turn, int(match["number"] or match["named"]))
    if not rights.decides(turn, ticket) and rights.is_leader(turn.sender):
        return _wish(ticket, turn)
    return _list_or_ask(rights.must_set_limits(turn, ticket.number), parts, turn)


@router.answer("listing")
def answer_parts(question: Question, turn: Turn) -> Reply | None:
    """What the listing still lacked, all of it or a part."""
    number = question.data["ticket"]
    if yes_or_no(turn.text) is False:
        return Reply(f"好，{number}号没有挂牌。")
    parts = _parts(turn.text)
    if not parts:
        return None
    return _list_or_ask(rights.must_set_limits(turn, number), {**question.data["parts"], **parts}, turn)


def _parts(text: str) -> dict[str, str]:
    found = {}
    if day := _DAY.search(text):
        found["deadline"] = day["day"]
        text = text[: day.start()]
    return found | {
        _KEYS[match["key"]]: match["said"].strip(" ，,、；;。：:\n")
        for match in _PART.finditer(text.strip())
        if match["said"].strip(" ，,、；;。：:\n")
    }


def _list_or_ask(ticket: Ticket, parts: dict[str, str], turn: Turn) -> Reply:
    number = ticket.number
    rights.must_be_in(ticket, State.ENTERED, State.DISPATCHED, State.IN_PROGRESS)
    if ticket.listed:
        raise Refusal(f"{number}号已经挂牌督办，{moment(_next_bulletin(ticket, turn))}通报。")
    five = _five(ticket, parts, turn)
    lacks = missing(clocks.regime_of(turn, ticket), five)
    if lacks:
        unit = "先交办承办单位，再" if five.unit is None else ""
        return Reply(
            f"{number}号挂牌还缺：{'、'.join(lacks)}。请{unit}回“{number}号挂牌：办法…；责任领导…；责任人…；期限…”，缺什么写什么。",
            about={"ticket": number},
            asks=Asked("listing", {"ticket": number, "parts": parts, "text": turn.text}),
        )
    return _list(ticket, five, turn)


def _five(ticket: Ticket, parts: dict[str, str], turn: Turn) -> FiveInPlace:
    """What is known of the five: what was said, else the ticket and the directory."""
    unit = turn.directory.units.get(ticket.lead_id or 0)
    leader = parts.get("leader")
    if leader is None and unit is not None:
        heads = [
            *turn.directory.in_unit(unit.id, rank=Rank.DEPUTY_HEAD),
            *turn.directory.in_unit(unit.id, rank=Rank.HEAD),
        ]
        leader = heads[0].name if heads else None
    row = clocks.solving(turn, ticket)
    deadline = last_day(row.due) if row else None
    if "deadline" in parts:
        deadline = clocks.day_said(turn, ticket, parts["deadline"])
    return FiveInPlace(
        parts.get("solution"),
        unit.name if unit else None,
        leader,
        parts.get("person") or ticket.assignee or None,
        deadline,
    )


def _list(ticket: Ticket, five: FiveInPlace, turn: Turn) -> Reply:
    number = ticket.number
    assert five.deadline is not None  # nothing is missing
    new, ignored = clocks.shortened(turn, ticket, five.deadline)
    row = clocks.solving(turn, ticket)
    if new is None and row is not None:
        five = replace(five, deadline=last_day(row.due))
    assert five.deadline is not None
    words = (
        f"办法：{five.solution}；责任单位：{five.unit}；责任领导：{five.leader}；责任人：{five.person}；"
        f"时限：{date_words(five.deadline, turn.today)}"
    )
    ticket = tickets.step(
        turn.tx,
        ticket,
        "list",
        note(
            turn,
            data={
                "solution": five.solution,
                "unit": five.unit,
                "leader": five.leader,
                "person": five.person,
                "deadline": five.deadline.isoformat(),
            },
        ),
        rules=turn.rules,
        change={"listed": True},
        dues=clocks.replacing(turn, ticket, new) if new else (),
        void=(new.kind,) if new else (),
        void_why="挂牌督办",
    )
    unit = turn.directory.units[ticket.lead_id or 0]
    leaders = [
        *turn.directory.in_unit(unit.id, rank=Rank.DEPUTY_HEAD),
        *turn.directory.in_unit(unit.id, rank=Rank.HEAD),
    ]
    tell(
        turn,
        [*reached(turn.directory, unit, turn.now), *leaders],
        "listed",
        f"{number}号 {ticket.title} 已挂牌督办。{words}",
        ticket=ticket,
        answer=f"办好请回“{number}号已解决，申请销号”。",
        why=f"{unit.name}承办这件事",
    )
    tell(
        turn,
        reporters(turn, ticket),
        "listed",
        f"{number}号 {ticket.title} 已挂牌督办，责任单位{unit.name}",
        ticket=ticket,
    )
    late = f"{ignored}。" if ignored else ""
    return Reply(
        f"{number}号已挂牌督办。{words}。{late}{moment(_next_bulletin(ticket, turn))}起定期通报，销号为止。",
        about={"ticket": number},
    )


def _next_bulletin(ticket: Ticket, turn: Turn) -> datetime:
    return next_bulletin(clocks.regime_of(turn, ticket), turn.rules.calendar, turn.now)


def _wish(ticket: Ticket, turn: Turn) -> Reply:
    """A leader wants it listed: kept, and the office is told what is still missing."""
    number = ticket.number
    if ticket.listed:
        return Reply(f"{number}号已经挂牌督办，按期通报。", about={"ticket": number})
    lacks = missing(clocks.regime_of(turn, ticket), _five(ticket, {}, turn))
    tickets.step(turn.tx, ticket, "wish_listing", note(turn), rules=turn.rules)
    tell(
        turn,
        rights.office_of(turn, ticket),
        "wish-listing",
        f"{turn.sender.called}要求{number}号 {ticket.title} 挂牌督办，还缺：{'、'.join(lacks) or '无'}",
        ticket=ticket,
        answer=f"请回“{number}号挂牌：办法…；责任领导…；责任人…；期限…”，缺什么写什么。",
        why="挂牌由重点办落实五到位后办理",
    )
    return Reply(
        f"您要求{number}号挂牌督办已记录，重点办落实五到位后挂牌，定期通报。", about={"ticket": number}
    )
