"""撤销: takes back all that the sender's last message did, within the regime's minutes.

What was not yet sent is not sent; who was told before is told that it is taken back. A reporter may take
back his own ticket for longer, but only before its dispatch. Taking back twice does not undo the undo.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.acts import Undo
from bot.mechanism.events import EVENT_NAMES
from bot.mechanism.model import Kind
from bot.mechanism.states import WITH_UNIT, Event, State, move
from bot.routing import Refusal, Reply, Router, Turn
from bot.steps import named
from bot.wording import date_words
from handlers import clocks, rights
from handlers.desk import name_of as desk_name
from handlers.figures import recorded, said
from handlers.groups import setting_words
from handlers.telling import note, submit, tell
from handlers.undo_figures import figures_back
from storage import (
    adjusting,
    batches,
    counted,
    desk,
    drafts,
    effects,
    events,
    groups,
    instructions,
    milestones,
    nicknames,
    outbox,
    proof,
    questions,
    remembered,
    reports,
    reserve,
    stalled,
    supervision,
    tickets,
)
from storage.directory import Person
from storage.tickets import Ticket

router = Router()


@dataclass
class _TakenBack:
    """What is gone and what stands, in words."""

    gone: list[str] = field(default_factory=list)
    stands: list[str] = field(default_factory=list)


@router.on(Undo)
def undo_last(act: Undo, turn: Turn) -> Reply:
    """Take back the last message that did something, and the question that still waits."""
    caused = effects.lately(turn.tx, turn.chat.channel, turn.chat.account, turn.inbox_id)
    last = caused[0] if caused else None
    waiting = questions.open_for(turn.tx, turn.chat.channel, turn.chat.account, turn.chat.group)
    if waiting is not None and (last is None or (waiting.inbox_id or 0) > last.inbox_id):
        questions.close(turn.tx, waiting.id, questions.UNDONE, turn.now)
        return Reply("好，刚才那句不再等您答复，没有记账。")
    if last is None:
        raise Refusal("没有可撤回的内容：您最近没有报过进展，也没有办过问题。别人报的请联系他本人或重点办。")
    if last.is_undone:
        raise Refusal("上一条已经撤回过了，没有重复撤。更早的写错了，请回“改成…”，或联系重点办。")
    taken = _take_back(last, turn)
    if not taken.gone:
        why = taken.stands or [f"“{last.text[:20]}”已经办了，不能撤回，要更正请再写一条或联系重点办"]
        raise Refusal("；".join(why) + "。")
    questions.close_of(turn.tx, last.inbox_id, turn.now)
    _tell_those_told(last, turn)
    effects.taken_back(turn.tx, last.inbox_id, turn.inbox_id, turn.now)
    stands = f"没有撤回：{'；'.join(taken.stands)}。" if taken.stands else ""
    return Reply(f"已撤回：{'；'.join(taken.gone)}。{stands}对的请直接再发一遍。")


def _take_back(last: effects.Caused, turn: Turn) -> _TakenBack:
    regime, age = turn.rules.regime, turn.now - last.at
    is_fresh = age <= timedelta(minutes=regime.undo_minutes)
    taken = _TakenBack()
    if not is_fresh and reports.of_message(turn.tx, last.inbox_id):
        taken.stands.append(f"进展已过{regime.undo_minutes}分钟，不能撤销，写错了请回“改成…”")
    elif is_fresh:
        for report in reports.take_back(turn.tx, last.inbox_id, turn.writer.id, turn.now):
            project = turn.directory.projects[report.project_id]
            facts = "，".join(said(recorded(report), project, report.words, turn.today))
            what = "更正" if report.corrects_id else "进展"
            taken.gone.append(
                f"{project.short}的{what}" + (f"（{facts}）" if facts else "") + _before(report, turn)
            )
        for project_id in stalled.take_report_back(turn.tx, last.inbox_id, turn.writer.id, turn.now):
            taken.gone.append(f"{turn.directory.projects[project_id].short}的专题报告")
    if is_fresh:
        taken.gone += _names_back(last.inbox_id, turn)
        taken.gone += _events_back(last.inbox_id, turn)
        for project_id in milestones.take_back(turn.tx, last.inbox_id, turn.now):
            taken.gone.append(f"{turn.directory.projects[project_id].short}的节点安排")
        taken.gone += figures_back(last.inbox_id, turn)
        taken.gone += _checks_back(last.inbox_id, turn)
        taken.gone += _batches_back(last.inbox_id, turn)
        if (rows := reserve.take_back(turn.tx, last.inbox_id, turn.now)) > 0:
            taken.gone.append(f"储备项目的登记（{rows}处）")
        for event in counted.take_back(turn.tx, last.inbox_id, turn.now):
            taken.gone.append(f"{event.duty}{event.times}次")
        _groups_back(last.inbox_id, taken, turn)
        taken.gone += _ledger_back(last.inbox_id, turn)
        laid = desk.take_back(turn.tx, last.inbox_id, turn.now)
        taken.gone += [f"{desk_name(item)}放到以后再看，现在仍在工作台上" for item in laid]
    steps = tickets.last_steps_by(turn.tx, last.inbox_id)
    for step in steps:
        _take_step_back(step, is_fresh, age, taken, turn)
    if (taken.gone or (is_fresh and not steps)) and instructions.take_back(turn.tx, last.inbox_id, turn.now):
        taken.gone = taken.gone or [f"批示“{last.text[:40]}”"]
    return taken


def _names_back(inbox_id: int, turn: Turn) -> list[str]:
    """Nicknames, and what was remembered of his own words, as they were before that message."""
    said = nicknames.Said(turn.now, turn.writer.id, turn.text, turn.on_behalf, turn.inbox_id)
    gone = []
    for project_id, nickname, stands in nicknames.take_back(turn.tx, inbox_id, said):
        name = turn.directory.projects[project_id].short
        gone.append(f"{name}的叫法“{nickname}”" + ("，现在仍然认得" if stands else ""))
    for known in remembered.forget_of(turn.tx, inbox_id):
        project = turn.directory.projects.get(known.project_id)
        gone.append(f"“{known.said}”＝{project.short if project else '原来的项目'}，下次再问您")
    return gone


def _events_back(inbox_id: int, turn: Turn) -> list[str]:
    """Plans and notes of that message."""
    return [
        f"{turn.directory.projects[one.project_id].short}{EVENT_NAMES[one.event]}"
        + (
            f"计划{date_words(one.day, turn.today)}前"
            if one.planned
            else f"（{date_words(one.day, turn.today)}）"
        )
        for one in events.take_back(turn.tx, inbox_id, turn.now)
    ]


def _ledger_back(inbox_id: int, turn: Turn) -> list[str]:
    """Projects that the message had entered or taken out, as they stood before it."""
    found = adjusting.take_back(turn.tx, inbox_id, turn.writer.id, turn.now)
    what = {True: "退出年度计划，现在仍在台账", False: "列入年度计划，现在不在台账"}
    return [f"{turn.directory.projects[one].short}{what[listed]}" for one, listed in found]


def _batches_back(inbox_id: int, turn: Turn) -> list[str]:
    """Events that were opened, and projects that were put into one."""
    names, added = batches.take_back(turn.tx, inbox_id, turn.now)
    if not added and not names:
        return []
    return [f"{'、'.join(names) or '活动'}{'（已取消）' if names else ''}列入的{added}个项目"]


def _checks_back(inbox_id: int, turn: Turn) -> list[str]:
    """Spot checks that were drawn, and what was found."""
    drawn, found = proof.take_back(turn.tx, inbox_id, turn.now)
    gone = [f"抽到的{len(drawn)}件抽查"] if drawn else []
    return gone + [f"{turn.directory.projects[one.project_id].short}的抽查结果" for one in found]


def _groups_back(inbox_id: int, taken: _TakenBack, turn: Turn) -> None:
    """How a group stood before that message."""
    for back in groups.take_back(turn.tx, inbox_id, note(turn)):
        name = f"群“{back.setting.name}”的日报设置"
        stands = setting_words(turn.directory, back.setting)
        if back.is_done:
            taken.gone.append(f"{name}，现在{stands}")
        else:
            taken.stands.append(f"{name}之后又有人改过，现在{stands}，要改请在群里@我说")


def _before(report: reports.Report, turn: Turn) -> str:
    """What counts again where a correction was taken back."""
    stood = reports.one(turn.tx, report.corrects_id) if report.corrects_id else None
    if stood is None:
        return ""
    project = turn.directory.projects[stood.project_id]
    if stood.project_id != report.project_id:
        return f"，仍记在{project.short}"
    facts = "，".join(said(recorded(stood), project, stood.words, turn.today))
    return f"，恢复为更正前的{facts}"


def _take_step_back(step: Any, is_fresh: bool, age: timedelta, taken: _TakenBack, turn: Turn) -> None:
    regime = turn.rules.regime
    ticket = tickets.by_id(turn.tx, [step.ticket_id])[0]
    number = ticket.number
    if step.kind == "report":
        _withdraw(ticket, age, taken, turn)
        return
    if not is_fresh:
        taken.stands.append(f"{number}号的“{named(step)}”已过{regime.undo_minutes}分钟，要改请联系重点办")
        return
    draft = step.data.get("draft")
    if draft is not None and drafts.is_out(turn.tx, draft):
        taken.stands.append(f"{number}号的呈报已经送出或撤下，不能撤回")
        return
    if not tickets.take_back(turn.tx, ticket, step, note(turn), rules=turn.rules):
        taken.stands.append(f"{number}号之后又有人办过，要撤回请联系重点办")
        return
    if step.kind in ("supervise_order", "order_answer"):
        supervision.take_back(turn.tx, step.inbox_id, turn.now)
    if step.kind == "strike_off":
        instructions.wait_again(turn.tx, ticket.id, step.at)
    if draft is not None:
        drafts.put_back(turn.tx, draft, turn.rules, turn.now)
        taken.gone.append(f"{number}号的“{named(step)}”，呈报仍等重点办处理")
        return
    back = tickets.by_id(turn.tx, [ticket.id])[0]
    where = (
        f"仍记在{turn.directory.projects[back.project_id].short}，" if step.kind == "other_project" else ""
    )
    taken.gone.append(f"{number}号的“{named(step)}”，{where}现在是“{back.state.words}”")


def _withdraw(ticket: Ticket, age: timedelta, taken: _TakenBack, turn: Turn) -> None:
    """The reporter's own ticket: what the office did with it before its dispatch is no hindrance."""
    number, minutes = ticket.number, turn.rules.of(ticket.regime_hash).withdraw_minutes
    steps = tickets.standing(tickets.steps_of(turn.tx, ticket.id))
    if move(ticket.state, Event.WITHDRAW) is None:
        taken.stands.append(f"{number}号现在是“{ticket.state.words}”，要撤回请联系重点办")
    elif age > timedelta(minutes=minutes):
        taken.stands.append(f"{number}号登记已过{minutes}分钟，要撤回请联系重点办")
    elif any(one.kind == "joined" and one.person_id != ticket.reporter_id for one in steps):
        taken.stands.append(f"{number}号别人也补充过情况，要撤回请联系重点办")
    else:
        tickets.step(
            turn.tx,
            ticket,
            "withdraw",
            note(turn),
            rules=turn.rules,
            to=State.WITHDRAWN,
            change={"asks": None, "sent_back": False, "listed": False},
            void=(Kind.DISPATCH,),
            void_why="撤回",
        )
        taken.gone.append(f"{number}号问题（{ticket.title}）")


def _tell_those_told(last: effects.Caused, turn: Turn) -> None:
    sent = outbox.withdraw(turn.tx, last.inbox_id, "已撤回")
    for row in sent:
        reader = turn.directory.people.get(row.person_id or 0)
        if reader is None:
            continue
        ticket = tickets.by_id(turn.tx, [row.ticket_id])[0] if row.ticket_id else None
        kind = f"taken-back:{row.id}"
        line = f"更正：{turn.sender.signed}刚才的一条已撤回，{_what_now(row, reader, ticket, turn)}：“{row.line[:60]}”"
        if ticket is not None and row.kind == drafts.DRAFT:
            submit(turn, reader, line, kind, ticket=ticket, office=rights.office_of(turn, ticket))
        else:
            tell(turn, [reader], kind, line, ticket=ticket, why="此前已告知您")


def _what_now(row: Any, reader: Person, ticket: Ticket | None, turn: Turn) -> str:
    """What the taking back means to who was told: the unit that has the ticket now goes on with it."""
    if ticket is not None and ticket.state in WITH_UNIT and reader.unit_id == ticket.lead_id:
        limits = clocks.limits_words(clocks.running(turn, ticket), turn.today)
        return f"{ticket.number}号仍由{reader.unit}承办{f'，{limits}' if limits else ''}，不作数的是"
    return "请不必再办" if row.kind == "dispatched" else "不作数"
