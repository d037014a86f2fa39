"""中止: while a ticket waits for something outside, its limits rest until a day that is named; 恢复 ends that."""

import re
from dataclasses import replace
from datetime import date
from functools import partial

from bot.acts import Pause
from bot.mechanism.states import State
from bot.questions import yes_or_no
from bot.routing import Asked, Refusal, Reply, Router, Turn, joined, tried
from bot.wording import date_words
from handlers import clocks, rights
from handlers.numbered import NUMBERS, numbers_in
from handlers.reasons import reason_in
from handlers.telling import note, reached, reporters, tell
from storage import pauses, tickets
from storage.questions import Question
from storage.tickets import Ticket

router = Router()

_REQUEST = re.compile(r"\d+号|(?:先)?(?:中止|暂停|暂缓)(?:办理)?(?:[到至][^，,。]*)?|[^，,。]*恢复(?:办理)?")


@router.on(Pause)
def pause_ticket(act: Pause, turn: Turn) -> Reply:
    """Pause until a day, for a reason; both are asked for if they were not said."""
    ticket = rights.must_set_limits(turn, act.ticket)
    number = ticket.number
    rights.must_be_in(ticket, State.DISPATCHED, State.IN_PROGRESS)
    if act.until is not None and act.until <= turn.today:
        raise Refusal(f"恢复日期{date_words(act.until, turn.today)}要在今天以后，请重写。")
    why = reason_in(turn.text, _REQUEST)
    if act.until is None or not why:
        missing = "到哪天恢复" if act.until is None else ""
        missing += ("、" if missing else "") + ("原因" if not why else "")
        return Reply(
            f"{number}号中止还缺：{missing}。回一句即可，如“等省厅批复，10月20日恢复”。",
            about={"ticket": number},
            asks=Asked(
                "pause",
                {
                    "ticket": number,
                    "until": act.until.isoformat() if act.until else None,
                    "reason": why,
                    "text": turn.text,
                },
            ),
        )
    return _pause(ticket, act.until, why, turn)


@router.answer("pause")
def answer_pause(question: Question, turn: Turn) -> Reply | None:
    """The day, the reason or both that a pause still lacked."""
    number: int = question.data["ticket"]
    words = turn.text.strip()
    if yes_or_no(words) is False:
        return Reply(f"好，{number}号没有中止。")
    understood = turn.understand(turn, f"{number}号中止到{words}，原因：{words}")
    said = next((act.until for act in understood.acts if isinstance(act, Pause)), None)
    kept = question.data["until"]
    until = date.fromisoformat(kept) if kept else said
    why = question.data["reason"] or reason_in(words, _REQUEST)
    if until is None:
        return None
    return pause_ticket(Pause(number, until), replace(turn, text=f"{number}号中止，原因：{why}"))


@router.phrase(NUMBERS + r"(?:恢复办理|恢复|继续办理|解除中止)[。！!]?")
def resume_ticket(match: re.Match[str], turn: Turn) -> Reply | None:
    """17号恢复办理, 1、2号恢复办理: the office ends a pause before its day."""
    return joined([tried(turn, partial(_resume, number, turn)) for number in numbers_in(match["numbers"])])


def _resume(number: int, turn: Turn) -> Reply:
    ticket = rights.must_set_limits(turn, number)
    if ticket.paused_until is None:
        raise Refusal(f"{number}号没有中止，不用恢复。")
    ticket = pauses.resume(turn.tx, ticket, note(turn), turn.rules)
    row = clocks.solving(turn, ticket)
    limit = f"，{clocks.limits_words([row], turn.today)}" if row else ""
    _tell(ticket, f"{number}号 {ticket.title} 恢复办理{limit}", "resumed", turn)
    return Reply(f"{number}号已恢复办理{limit}，承办单位和报告人已通知。", about={"ticket": number})


def _pause(ticket: Ticket, until: date, why: str, turn: Turn) -> Reply:
    number, day = ticket.number, date_words(until, turn.today)
    again = ticket.paused_until is not None
    tickets.step(
        turn.tx,
        ticket,
        "prolong_pause" if again else "pause",
        note(turn, data={"until": until.isoformat(), "reason": why}),
        rules=turn.rules,
        change={"paused_until": until},
    )
    counts = clocks.regime_of(turn, ticket).pause.stops_clock
    days = "中止的天数不计入办结时限" if counts else "时限照常计算"
    _tell(ticket, f"{number}号 {ticket.title} 中止到{day}：{why}。{days}", "paused", turn)
    return Reply(
        f"{number}号已中止到{day}，{days}；到期自动恢复，提前恢复请回“{number}号恢复办理”。",
        about={"ticket": number},
    )


def _tell(ticket: Ticket, line: str, kind: str, turn: Turn) -> None:
    unit = turn.directory.units.get(ticket.lead_id or 0)
    contacts = reached(turn.directory, unit, turn.now) if unit else []
    tell(turn, [*contacts, *reporters(turn, ticket)], kind, line, ticket=ticket)
