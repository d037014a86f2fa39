"""销号: the only way out of the list, confirmed by a second person from outside the unit (T7)."""

import re
from typing import Any

from bot.calendar import day_of
from bot.mechanism.model import SOLVING
from bot.mechanism.states import State
from bot.mechanism.strike_off import confirm_fault
from bot.routing import Refusal, Reply, Turn
from bot.wording import date_words
from handlers import clocks, rights
from handlers.telling import note, reporters, submit, tell
from storage import instructions, tickets
from storage.directory import Person
from storage.tickets import Ticket


def must_confirm(turn: Turn, ticket: Ticket) -> None:
    """Whether the sender may say that the end is an end: reporter, liaison or office, not who claimed it.

    The rule of the second person holds for who writes as well as for whom he speaks for.
    """
    project = turn.directory.projects[ticket.project_id]
    if turn.sender.id not in (*project.liaisons, ticket.reporter_id) and not rights.decides(turn, ticket):
        raise Refusal(f"{ticket.number}号由报告人或重点办确认销号。")
    claimers = _claimers(turn, ticket)
    units = {unit_id for one in claimers for unit_id in [one.unit_id] if unit_id is not None}
    if ticket.lead_id is not None:
        units.add(ticket.lead_id)
    for who in (turn.sender, turn.writer):
        fault = confirm_fault(
            claimers=[one.id for one in claimers],
            claiming_units=units,
            confirmer=who.id,
            confirmer_units=turn.directory.units_above(who.unit_id),
        )
        if fault is not None:
            others = [one for one in reporters(turn, ticket) if one.id != who.id and one not in claimers]
            asks = f"请{others[0].called}或重点办其他同志确认" if others else "请重点办其他同志确认"
            raise Refusal(f"{fault}。{ticket.number}号{asks}。")


def strike_off(ticket: Ticket, turn: Turn) -> Reply:
    """Confirm the claimed end. The unit, the reporter, the office and who gave instructions are told."""
    must_confirm(turn, ticket)
    number = ticket.number
    ticket = tickets.step(
        turn.tx,
        ticket,
        "strike_off",
        note(turn),
        rules=turn.rules,
        to=State.STRUCK_OFF,
        change={"asks": None, "listed": False, "paused_until": None},
        meet=clocks.UNIT_KINDS,
    )
    days = (turn.today - day_of(ticket.told_at or ticket.reported_at)).days
    took = f"历时{days}天" if days > 0 else "当天办结"
    office = rights.office_of(turn, ticket)
    done = f"{number}号 {ticket.title} 已销号（{turn.sender.signed}确认）"
    tell(turn, _contacts(turn, ticket), "struck-off", f"{done}，感谢", ticket=ticket)
    tell(turn, [*reporters(turn, ticket), *office], "struck-off", done, ticket=ticket)
    claim = _claim(turn, ticket)
    outcome = _how(ticket, claim.words if claim is not None else "")
    for given in instructions.carried_out(turn.tx, ticket.id, turn.now, outcome):
        leader = turn.directory.people.get(given.leader_id)
        if leader is None:
            continue
        day = date_words(day_of(given.at), turn.today)
        line = f"您{day}批示的{ticket.title}（{number}号）已办结销号，{took}{f'：{outcome}' if outcome else ''}。"
        if rights.is_leader(leader):
            submit(turn, leader, line, "instruction-done", ticket=ticket, office=office)
        else:
            tell(turn, [leader], "instruction-done", line, ticket=ticket)
    return Reply(
        f"{number}号已销号：{ticket.title}，{took}。又出现问题请回“{number}号重新打开，原因…”。",
        about={"ticket": number},
    )


def refuse_claim(ticket: Ticket, reason: str, turn: Turn) -> Reply:
    """The end is no end: back to 办理中, what the claim had met runs on as it stood."""
    must_confirm(turn, ticket)
    number = ticket.number
    claim = _claim(turn, ticket)
    rows = tickets.deadlines_of(turn.tx, [ticket.id])[ticket.id]
    met = [row for row in rows if claim is not None and row.met_by_id == claim.id]
    ticket = tickets.step(
        turn.tx,
        ticket,
        "reject",
        note(turn, data={"reason": reason}),
        rules=turn.rules,
        to=State.IN_PROGRESS,
        change={"claimed_by_id": None, "asks": None},
        again=[row.id for row in met],
    )
    solving = [row for row in met if row.kind in SOLVING]
    limits = f"，时限不变：{clocks.limits_words(solving, turn.today)}" if solving else ""
    why = f"：{reason}"
    tell(
        turn,
        _contacts(turn, ticket),
        "claim-refused",
        f"{number}号 {ticket.title} 未同意销号（{turn.sender.signed}）{why}{limits}",
        ticket=ticket,
        answer=f"办好后再回“{number}号已解决，申请销号”。",
    )
    tell(
        turn,
        [*reporters(turn, ticket), *rights.office_of(turn, ticket)],
        "claim-refused",
        f"{number}号未销号，退回重办{why}",
        ticket=ticket,
    )
    return Reply(f"{number}号未销号，已退回承办单位重办{limits}，原因已告诉对方。", about={"ticket": number})


def _how(ticket: Ticket, claim: str) -> str:
    """How it was solved, in the words of who claimed the end; empty if he said no more than that."""
    words = re.sub(
        rf"{ticket.number}号|(?:请求?)?申请销号|请(?:予以)?销号|可以销号了?|已经?(?:全部)?(?:解决|办结|办完)了?",
        "",
        claim,
    )
    return words.strip("，,。；; ！!：:\n")[:60]


def _contacts(turn: Turn, ticket: Ticket) -> list[Person]:
    return [one for unit_id in ticket.unit_ids for one in turn.directory.contacts(unit_id)]


def _claimers(turn: Turn, ticket: Ticket) -> list[Person]:
    """Who claimed the end, and who wrote that for him."""
    ids: set[int | None] = {ticket.claimed_by_id}
    claim = _claim(turn, ticket)
    if claim is not None:
        ids.add(claim.person_id)
    people = turn.directory.people
    return [people[one] for one in ids if one is not None and one in people]


def _claim(turn: Turn, ticket: Ticket) -> Any:
    """The newest step by which the end was claimed."""
    steps = tickets.steps_of(turn.tx, ticket.id)
    return next((step for step in reversed(steps) if step.kind == "resolve"), None)
