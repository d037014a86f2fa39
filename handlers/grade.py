"""一般, 重大复杂: the office's grading of a problem decides between the week and the month (T5, T6)."""

from bot.acts import Category, Grade, Severity
from bot.channel import Button
from bot.mechanism.deadlines import at_regrade
from bot.mechanism.model import Kind
from bot.mechanism.states import OPEN, State
from bot.routing import Refusal, Reply, Router, Turn
from handlers import clocks, rights
from handlers.extend import overtaken
from handlers.telling import note, reached, reporters, tell
from storage import tickets

router = Router()

_NAMES = {Severity.ORDINARY: "一般问题", Severity.COMPLEX: "重大复杂问题"}


@router.on(Grade)
def grade_ticket(act: Grade, turn: Turn) -> Reply:
    """Grade a ticket. If its limit runs already, it is counted anew from the old start."""
    ticket = rights.must_set_limits(turn, act.ticket)
    number = ticket.number
    rights.must_be_in(ticket, *(OPEN - {State.RESOLVED}))
    if act.severity is None:
        words = tuple(f"{number}号定为{name}" for name in _NAMES.values())
        return Reply(
            f"{number}号定为一般问题还是重大复杂问题？回“{words[0]}”或“{words[1]}”。",
            tuple(Button(name, word) for name, word in zip(_NAMES.values(), words, strict=True)),
            about={"ticket": number},
        )
    name = _NAMES[act.severity]
    if ticket.severity == act.severity:
        raise Refusal(f"{number}号已经是{name}。")
    if ticket.category == Category.OBSTRUCTION:
        raise Refusal(f"{number}号是阻工扰工，按阻工时限解除，不分一般和重大复杂。")
    row = clocks.solving(turn, ticket)
    dues, void = [], []
    if row is not None and ticket.told_at is not None and row.kind in (Kind.ORDINARY, Kind.COMPLEX):
        dues = [
            at_regrade(
                clocks.regime_of(turn, ticket),
                turn.rules.calendar,
                row.as_due(),
                entered=clocks.entered_at(turn, ticket),
                told=ticket.told_at,
                severity=act.severity,
                regraded_at=turn.now,
            )
        ]
        void = [Kind(row.kind)]
    change, over = overtaken(ticket)
    ticket = tickets.step(
        turn.tx,
        ticket,
        "grade",
        note(turn),
        rules=turn.rules,
        change={"severity": act.severity, **change},
        dues=dues,
        void=void,
        void_why=f"改为{name}",
    )
    kept = row is not None and bool(dues) and dues[0].due == row.due
    limit = (
        f"，时限{'仍是' if kept else '改为'}{clocks.limits_words(dues, turn.today)}{over}" if dues else over
    )
    unit = turn.directory.units.get(ticket.lead_id or 0)
    if unit is not None:
        tell(
            turn,
            reached(turn.directory, unit, turn.now),
            "graded",
            f"{number}号 {ticket.title} 定为{name}{limit}",
            ticket=ticket,
            answer=f"一个月内确实办不结的，请报书面方案：“{number}号方案：10月20日完成…，11月5日完成…”。"
            if act.severity is Severity.COMPLEX
            else "",
        )
    tell(
        turn, reporters(turn, ticket), "graded", f"{number}号 {ticket.title} 定为{name}{limit}", ticket=ticket
    )
    return Reply(f"{number}号定为{name}{limit}。", about={"ticket": number})
