"""书面方案: dated nodes for what a month can't solve; once handed in they are what is tracked (T6)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from bot.acts import Node, Plan
from bot.mechanism.deadlines import Due, at_plan, at_promise, plan_fault
from bot.mechanism.model import Kind
from bot.mechanism.states import WITH_UNIT, State
from bot.questions import yes_or_no
from bot.routing import Asked, Refusal, Reply, Router, Turn
from bot.wording import day, due_words, last_day
from handlers import clocks, rights
from handlers.extend import is_of_its_own, overtaken
from handlers.telling import note, reporters, tell
from storage import tickets
from storage.questions import Question
from storage.tickets import DeadlineRow, Ticket

router = Router()

_LONGEST_SAY = 40  # characters that a limit's short form may have
_PLACES = {word: place for place, word in enumerate("一二三四五六七八九十", 1)}


@router.on(Plan)
def hand_in_plan(act: Plan, turn: Turn) -> Reply:
    """Take the nodes in the place of the month's limit and tell the office, to which the plan is handed in."""
    ticket = _must_be_complex(act.ticket, turn)
    number = ticket.number
    if not act.nodes:
        return Reply(
            f"{number}号的方案有哪些节点？请写日期和内容，如“10月10日完成设计，10月25日迁完”；方案文件可直接发来。",
            about={"ticket": number},
            asks=Asked("plan-nodes", {"ticket": number, "text": turn.text}),
        )
    _must_be_in_order(number, act.nodes, turn.today)
    _must_not_skip_missed_nodes(ticket, turn)
    dues = _with_their_words(at_plan(clocks.regime_of(turn, ticket), act.nodes, turn.now), act.nodes)
    nodes = [{"date": node.date.isoformat(), "text": node.text} for node in act.nodes]
    change, over = overtaken(ticket)
    ticket = tickets.step(
        turn.tx,
        ticket,
        "plan",
        note(turn, data={"nodes": nodes, "attachments": list(turn.attachments)}),
        rules=turn.rules,
        to=State.IN_PROGRESS,
        change=change,
        dues=dues,
        meet=(Kind.ARRANGE, Kind.FEEDBACK, Kind.COMPLEX),
        void=(Kind.NODE,),
        void_why="改报方案",
    )
    said = "；".join(f"{day(node.date, turn.today)}{node.text}" for node in act.nodes)
    unit = turn.directory.units[ticket.lead_id].name if ticket.lead_id else turn.sender.unit
    line = f"{number}号 {ticket.title}。{unit}报来书面方案，{len(dues)}个节点：{said}。今后按节点跟踪{over}。"
    tell(
        turn,
        rights.office_of(turn, ticket),
        "plan",
        line,
        ticket=ticket,
        answer=f"方案不妥请直接找{unit}改报，或回“{number}号限X日前办结”。",
        why="一个月内办不结的，书面方案报重点办",
    )
    tell(turn, reporters(turn, ticket), "plan", line, ticket=ticket)
    return Reply(
        f"{number}号方案收到，{len(dues)}个节点：{said}。已报重点办，今后按节点提醒{over}；"
        f"做完一个回“{number}号第一个节点完成”，全部解决回“{number}号已解决，申请销号”。",
        about={"ticket": number},
    )


@router.answer("plan-nodes")
def answer_nodes(question: Question, turn: Turn) -> Reply | None:
    """The nodes that were asked for."""
    number = int(question.data["ticket"])
    if yes_or_no(turn.text) is False:
        return Reply(f"好，{number}号的方案以后再报，时限不变。")
    if is_of_its_own(turn, number):
        return None
    for act in turn.understand(turn, f"{number}号方案：{turn.text}").acts:
        if isinstance(act, Plan) and act.ticket == number and act.nodes:
            return hand_in_plan(act, replace(turn, text=f"{question.data['text']}：{turn.text}"))
    return None


@router.phrase(
    r"(?P<number>\d{1,6})号(?:问题|工单)?[，,：:\s]*(?:方案)?(?:的)?"
    r"(?:第?(?P<place>[一二三四五六七八九十]|\d{1,2})个?|(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})[日号]的?)?节点"
    r"(?:任务|工作)?(?:已经|已|都)?(?:按期|如期)?(?:完成|办完|做完|到位)了?(?P<rest>.*)"
)
def finish_node(match: re.Match[str], turn: Turn) -> Reply | None:
    """17号第一个节点完成: that node is met. Without a place or a day it is the next one."""
    ticket, unit_id = rights.must_handle(turn, int(match["number"]))
    rights.must_be_in(ticket, *WITH_UNIT)
    number = ticket.number
    rows = _nodes(turn, ticket)
    if not rows or unit_id != ticket.lead_id:
        return None
    row = _named(match, rows)
    if row is None:
        raise Refusal(f"{number}号的方案没有这个节点。节点有：{_listed(rows, turn.today)}。")
    if not row.runs:
        raise Refusal(f"{number}号{row.say}已经报过完成。")
    left = [one for one in rows if one.runs and one.id != row.id]
    ticket = tickets.step(
        turn.tx,
        ticket,
        "node",
        note(turn, data={"deadline": row.id, "attachments": list(turn.attachments)}),
        rules=turn.rules,
        to=State.IN_PROGRESS,
        meet_ids=(row.id,),
        dues=() if left else (_claim_limit(ticket, turn),),
    )
    tell(
        turn,
        [*rights.office_of(turn, ticket), *reporters(turn, ticket)],
        "node",
        f"{number}号 {ticket.title}。{turn.sender.signed}报“{row.say}”已完成。{'' if left else '方案的节点都完成了，还没有申请销号。'}",
        ticket=ticket,
    )
    then = (
        f"下一个：“{left[0].say}”"
        if left
        else f"节点都完成了，下一个工作日前请回“{number}号申请销号”，附照片或文号"
    )
    return Reply(f"{number}号“{row.say}”记为完成，已告诉重点办。{then}。", about={"ticket": number})


def _must_be_complex(number: int | None, turn: Turn) -> Ticket:
    ticket, unit_id = rights.must_handle(turn, number)
    rights.must_be_in(ticket, *WITH_UNIT)
    if unit_id != ticket.lead_id:
        raise Refusal(f"{ticket.number}号的方案由牵头单位报，请把贵单位的节点告诉牵头单位。")
    running = {row.kind for row in clocks.running(turn, ticket)}
    if running & {Kind.COMPLEX, Kind.NODE}:
        return ticket
    row = clocks.solving(turn, ticket)
    limit = f"，{due_words(row.due, turn.today)}前办结（{row.say}）" if row else ""
    raise Refusal(
        f"{ticket.number}号是按一般问题办的{limit}，不报方案。如确属重大复杂，请联系重点办定级后再报；"
        f"只是时间不够，可回“{ticket.number}号申请延期到…，原因…”。"
    )


def _must_be_in_order(number: int, nodes: Sequence[Node], today: date) -> None:
    fault = plan_fault(nodes, today)
    if fault is not None:
        raise Refusal(f"{number}号方案没有收：{fault}。请改好日期重发。")
    for earlier, later in pairwise(nodes):
        if later.date < earlier.date:
            raise Refusal(
                f"{number}号方案没有收：节点要从早到晚，{day(later.date, today)}写在{day(earlier.date, today)}后面了。请改好重发。"
            )


def _must_not_skip_missed_nodes(ticket: Ticket, turn: Turn) -> None:
    """A new plan may not wipe out a node that was missed (own rule)."""
    missed = [row for row in _nodes(turn, ticket) if row.runs and row.due <= turn.now]
    if missed:
        raise Refusal(
            f"{ticket.number}号{missed[0].say}已过，还没报完成，不能改报方案。"
            f"做完了先回“{ticket.number}号第一个节点完成”；没做完请联系重点办。"
        )


def _claim_limit(ticket: Ticket, turn: Turn) -> Due:
    """When all nodes are done the end is to be claimed by the next workday, or nothing would ask for it (own rule)."""
    last = turn.rules.calendar.next_workday(turn.today + timedelta(days=1))
    return replace(at_promise(clocks.regime_of(turn, ticket), last, turn.now), say="节点完成，申请销号")


def _with_their_words(dues: Sequence[Due], nodes: Sequence[Node]) -> list[Due]:
    """The limits with what is to be done by then, so that a reminder says it."""
    return [
        replace(due, say=f"{due.say}{node.text}"[:_LONGEST_SAY])
        for due, node in zip(dues, nodes, strict=True)
    ]


def _nodes(turn: Turn, ticket: Ticket) -> list[DeadlineRow]:
    """The nodes of the plan that counts, in its order, those that are done among them."""
    rows = tickets.deadlines_of(turn.tx, [ticket.id])[ticket.id]
    return sorted(
        (row for row in rows if row.kind == Kind.NODE and row.void_at is None), key=lambda row: row.due
    )


def _named(match: re.Match[str], rows: Sequence[DeadlineRow]) -> DeadlineRow | None:
    if match["place"]:
        place = _PLACES.get(match["place"]) or int(match["place"])
        return rows[place - 1] if 0 < place <= len(rows) else None
    if match["day"]:
        for row in rows:
            last = last_day(row.due)
            if last.day == int(match["day"]) and (not match["month"] or last.month == int(match["month"])):
                return row
        return None
    return next((row for row in rows if row.runs), rows[-1])


def _listed(rows: Sequence[DeadlineRow], today: date) -> str:
    return "、".join(f"第{place}个{day(last_day(row.due), today)}" for place, row in enumerate(rows, 1))
