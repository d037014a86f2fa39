"""为什么: the limit behind a ticket or behind the last reminder: clause, start, sum, and why he of all people."""

import re
from datetime import datetime
from typing import Any

from bot import lamps
from bot.mechanism import explain
from bot.mechanism.model import Kind
from bot.people import Rank, Role
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import due_words
from handlers import rights
from handlers.stalled import why_stalled
from storage import outbox, stalled, tickets
from storage.directory import Person
from storage.tickets import DeadlineRow, Ticket

router = Router()

_ASKS = r"(?:为什么|为啥|依据|凭什么|什么依据|怎么算的|时限怎么算的|为什么催我|为什么提醒我|为什么找我|为什么发给我|为什么是我)"


@router.phrase(r"(?:请问)?" + _ASKS + r"(?:是什么|呢|啊)?[？?。！!]*")
def why_last(match: re.Match[str], turn: Turn) -> Reply | None:
    """为什么, alone: of the ticket that is quoted, else of the last thing that he was told."""
    quoted = (turn.about or {}).get("ticket")
    if quoted is not None:
        return why_ticket(rights.must_see_ticket(turn, int(quoted)), turn, None)
    last = outbox.last_told(turn.tx, turn.sender.id)
    if last is None:
        raise Refusal("最近没有给您发过提醒。想知道某一件的时限怎么算，请写“17号为什么”。")
    if last.ticket_id is None and last.project_id is not None and last.key.startswith(f"{stalled.KEY}:"):
        told_with = stalled.told_with(turn.tx, last.message_id)
        return why_stalled(turn.directory.projects[told_with[0]], turn, told_with)
    if last.ticket_id is None:
        return Reply(f"最近一条是：“{last.line[:80]}”。{last.why or '这是例行通知，没有时限。'}")
    return why_ticket(tickets.by_id(turn.tx, [last.ticket_id])[0], turn, last)


@router.phrase(
    r"#?(?P<a>\d{1,6})号(?:问题|工单)?(?:的)?(?:时限)?"
    + _ASKS
    + r".*|"
    + _ASKS
    + r"(?:是)?(?P<b>\d{1,6})号.*"
)
def why_number(match: re.Match[str], turn: Turn) -> Reply | None:
    """17号为什么, 为什么17号."""
    ticket = rights.must_see_ticket(turn, int(match["a"] or match["b"]))
    return why_ticket(ticket, turn, outbox.last_told(turn.tx, turn.sender.id, ticket.id))


def why_ticket(ticket: Ticket, turn: Turn, told: Any) -> Reply:
    """The limit that the notice was about, else the one that ends first; the others in a word."""
    rows = tickets.deadlines_of(turn.tx, [ticket.id])[ticket.id]
    row = _of_notice(rows, told) or lamps.first_limit(rows) or next(iter(reversed(rows)), None)
    lines = [f"{ticket.number}号 {ticket.title}"]
    if row is None:
        lines.append(f"现在是“{ticket.state.words}”，还没有时限。交办后各项时限开始计算。")
    else:
        regime = turn.rules.of(ticket.regime_hash)
        lines += explain.why(
            row.as_due(), regime, turn.rules.calendar, dispatched_at=_dispatched_at(ticket, row, turn)
        )
        others = [
            f"{lamps.LIMIT[Kind(one.kind)]}{due_words(one.due, turn.today)}（{one.say}）"
            for one in rows
            if one.runs and one.id != row.id
        ]
        if others:
            lines.append(f"同时在计的：{'；'.join(others)}。")
    lines.append(why_he(turn.sender, ticket, turn))
    return Reply("\n".join(lines), about={"ticket": ticket.number})


def why_he(who: Person, ticket: Ticket, turn: Turn) -> str:
    """His relation to the ticket, in the words of the duty."""
    project = turn.directory.projects.get(ticket.project_id)
    unit_id = rights.acts_for_unit(turn, ticket)
    if unit_id is not None:
        unit = turn.directory.units[unit_id].name
        duty = {Rank.DEPUTY_HEAD: "分管领导", Rank.HEAD: "主要负责人"}.get(who.rank, "13710联系人")
        part = "承办" if unit_id == ticket.lead_id else "协办"
        return f"为什么是您：这件由{unit}{part}，您是{unit}{duty}。"
    if project is not None and who.id in project.liaisons:
        return f"为什么是您：您是{project.short}的联络员。"
    if project is not None and who.id in project.city_sponsors + project.county_sponsors:
        return f"为什么报给您：您包联{project.short}。"
    if who.has(Role.OFFICE):
        return "为什么是您：您是重点办值守人员，负责核实、交办和督办。"
    if who.id == ticket.reporter_id:
        return "为什么是您：这件是您报的。"
    return "为什么报给您：您分管的范围内有这件事。" if who.rank >= Rank.COUNTY_LEADER else ""


def _of_notice(rows: list[DeadlineRow], told: Any) -> DeadlineRow | None:
    """The limit that the notice's key names (remind:LIMIT:…, overdue:LIMIT:…)."""
    match = re.match(r"(?:remind|overdue|draft|waits):(\d+):", told.key) if told is not None else None
    return next((row for row in rows if row.id == int(match[1])), None) if match else None


def _dispatched_at(ticket: Ticket, row: DeadlineRow, turn: Turn) -> datetime | None:
    steps = [step for step in tickets.steps_of(turn.tx, ticket.id) if step.kind == "dispatch"]
    before = [step.at for step in steps if step.at <= row.start]
    return before[-1] if before else None
