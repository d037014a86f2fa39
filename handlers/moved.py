"""不是8号项目是9号: what was just reported belongs to another project.

The report counts there and no more here; a ticket that nobody has verified yet goes along with its number.
Both projects keep it in their history, and 撤销 puts it back.
"""

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.acts import Correct, Money, Scope
from bot.mechanism.states import State
from bot.questions import Rather, chosen, projects_named, rather, which_project
from bot.routing import Asked, Refusal, Reply, Router, Turn, joined
from handlers import rights
from handlers.blocker import tell_to_verify
from handlers.figures import doubts, recorded, said
from handlers.progress import ask_if_right, keep, tell_liaison
from handlers.telling import note, tell
from storage import effects, remembered, reports, tickets
from storage.directory import Project
from storage.questions import Question
from storage.reports import Report
from storage.tickets import Ticket

router = Router()


@dataclass(frozen=True, slots=True)
class _Reported:
    """What one message reported of one project."""

    project: Project
    inbox_id: int
    reports: tuple[Report, ...]
    tickets: tuple[Ticket, ...]


@router.phrase(r"[^\n]{0,50}是[^\n]{1,60}")
def put_right(match: re.Match[str], turn: Turn) -> Reply | None:
    """不是盐湖的，是万荣的; 是河津三期的: the last report goes to the project that is named."""
    meant = rather(turn.text)
    fits = projects_named(meant.right, turn) if meant else ()
    if meant is None or not fits:
        return None
    found = _just_reported(meant, turn)
    if found is None:
        return None
    own = set(turn.directory.reports_on(turn.sender))
    fits = tuple(number for number in fits if number in own) or fits
    fits = tuple(number for number in fits if number != found.project.number)
    if not fits:
        raise Refusal(f"刚才的本来就记在{found.project.short}，没有变。")
    if len(fits) == 1:
        return _move(found, fits[0], turn)
    text, buttons = which_project(fits, turn)
    data = {
        "candidates": list(fits),
        "text": turn.text,
        "from": found.project.id,
        "inbox": found.inbox_id,
        "tickets": [one.number for one in found.tickets],
    }
    return Reply(text, buttons, asks=Asked("move-to", data))


@router.answer("move-to")
def settle_where(question: Question, turn: Turn) -> Reply | None:
    """第二个, or the name: one of the projects that fitted."""
    data = question.data
    choice = chosen(turn.text, data["candidates"])
    if choice is None:
        fitting = [one for one in projects_named(turn.text, turn) if one in data["candidates"]]
        choice = fitting[0] if len(fitting) == 1 else None
    if choice is None:
        return None
    found = _reported(turn.directory.projects[data["from"]], data["inbox"], tuple(data["tickets"]), turn)
    return _move(found, choice, replace(turn, text=data["text"]))


def _just_reported(meant: Rather, turn: Turn) -> _Reported | None:
    """What the words are about: his last message that reported something, or the ticket named; else nothing.

    Named without what it is not (是河津三期的), the words must come soon after.
    """
    wrong = projects_named(meant.wrong, turn) if meant.wrong else ()
    if meant.wrong and not wrong:
        return None  # 不是水务局的，是住建局的: that is no project
    if meant.ticket is not None:
        return _of_ticket(rights.must_see_ticket(turn, meant.ticket), wrong, turn)
    regime = turn.rules.regime
    minutes = regime.question_lapses_hours * 60 if meant.wrong else regime.undo_minutes
    caused = effects.lately(turn.tx, turn.chat.channel, turn.chat.account, turn.inbox_id)
    last = next(iter(caused), None)
    if last is None or last.is_undone or turn.now - last.at > timedelta(minutes=minutes):
        if meant.wrong:
            raise Refusal("没有找到您刚才报过的，没有可改的。请把对的直接再报一遍。")
        return None
    made = [one.project_id for one in reports.of_message(turn.tx, last.inbox_id)]
    entered = _entered_by(last.inbox_id, turn)
    made += [one.project_id for one in entered]
    of = {project_id: turn.directory.projects[project_id] for project_id in made}
    fits = [project for project in of.values() if not wrong or project.number in wrong]
    if not of:
        return None  # it did something else
    if not fits:
        names = "、".join(project.short for project in of.values())
        raise Refusal(f"您刚才报的是{names}，没有报“{meant.wrong}”的，所以没有改。整条不要了回“撤销”。")
    if len(fits) > 1:
        names = "、".join(project.short for project in fits)
        raise Refusal(f"您刚才报了{names}，要改哪一个请写“不是…的，是…的”。")
    numbers = tuple(one.number for one in entered if one.project_id == fits[0].id)
    return _reported(fits[0], last.inbox_id, numbers, turn)


def _of_ticket(ticket: Ticket, wrong: tuple[int, ...], turn: Turn) -> _Reported | None:
    project = turn.directory.projects[ticket.project_id]
    if wrong and project.number not in wrong:
        raise Refusal(f"{ticket.number}号记在{project.short}，不在您说的项目，所以没有改。")
    if ticket.reporter_id not in (turn.writer.id, turn.sender.id) and not rights.decides(turn, ticket):
        raise Refusal(f"{ticket.number}号不是您报的，改项目请联系报告人或重点办。")
    return _Reported(project, ticket.inbox_id or 0, (), (ticket,))


def _entered_by(inbox_id: int, turn: Turn) -> list[Ticket]:
    steps = tickets.last_steps_by(turn.tx, inbox_id)
    return tickets.by_id(
        turn.tx, [step.ticket_id for step in steps if step.kind in ("report", "other_project")]
    )


def _reported(project: Project, inbox_id: int, numbers: tuple[int, ...], turn: Turn) -> _Reported:
    made = [one for one in reports.of_message(turn.tx, inbox_id) if one.project_id == project.id]
    found = [one for number in numbers if (one := tickets.one(turn.tx, number)) is not None]
    return _Reported(project, inbox_id, tuple(made), tuple(found))


def _move(found: _Reported, number: int, turn: Turn) -> Reply:
    to = rights.must_report_on(turn, number)
    replies = [_move_ticket(ticket, found.project, to, turn) for ticket in found.tickets]
    replies += [_move_report(report, found.project, to, turn) for report in reversed(found.reports)]
    for known in remembered.forget_of(turn.tx, found.inbox_id):
        remembered.put(turn.tx, turn.writer.id, known.said, to.id, turn.now, turn.inbox_id)
        replies.append(Reply(f"以后您说“{known.said}”就按{to.short}办；不是这样请回“忘掉{known.said}”。"))
    return joined(replies)


def _move_report(report: Report, old: Project, to: Project, turn: Turn) -> Reply:
    figures = recorded(report)
    words = f"{turn.text}（更正“{report.words}”）"
    facts = "，".join(said(figures, to, report.words, turn.today)) or f"进展“{report.words[:40]}”"
    doubtful = doubts(turn.tx, figures, to, report.words, turn.now)
    if doubtful:
        sums = tuple(
            Money(yuan / 10_000, Scope(scope) if scope else None) for scope, yuan in figures.invested.items()
        )
        act = Correct(to.number, sums, figures.percent, figures.status, figures.status_day)
        return ask_if_right(act, to, doubtful, turn, words, report)
    keep(to, figures, turn, words, report)
    for project, told in ((old, f"{old.short}的一条改记到{to.short}"), (to, f"{to.short}，{facts}")):
        tell_liaison(project, told, turn)
    return Reply(
        f"已改过来：{facts}，从{old.short}改记到{to.short}，两个项目的记录里都注明了。写错了回“撤销”。",
        about={"project": to.number},
    )


def _move_ticket(ticket: Ticket, old: Project, to: Project, turn: Turn) -> Reply:
    number = ticket.number
    if ticket.state is not State.REPORTED:
        raise Refusal(f"{number}号现在是“{ticket.state.words}”，已过了核实，换项目请联系重点办。")
    steps = tickets.standing(tickets.steps_of(turn.tx, ticket.id))
    if any(one.kind == "joined" and one.person_id != ticket.reporter_id for one in steps):
        raise Refusal(f"{number}号别人也补充过情况，换项目请联系重点办。")
    before = rights.office_of(turn, ticket)
    title = f"{to.short}：{ticket.title.removeprefix(f'{old.short}：')}"[:200]
    ticket = tickets.step(
        turn.tx,
        ticket,
        "other_project",
        note(turn, data={"from": old.id, "to": to.id}),
        rules=turn.rules,
        change={"project_id": to.id, "title": title},
    )
    for project, words in ((old, f"{number}号改记到{to.short}"), (to, f"{number}号由{old.short}改记过来")):
        reports.add_step(
            turn.tx,
            project.id,
            "ticket_moved",
            by=turn.writer.id,
            words=words,
            at=turn.now,
            on_behalf=turn.on_behalf,
            inbox_id=turn.inbox_id,
        )
    tell_to_verify(ticket, f"（{turn.sender.signed}更正：不是{old.short}的）", turn)
    rest = [one for one in before if one not in rights.office_of(turn, ticket)]
    tell(turn, rest, "moved-away", f"{number}号不是{old.short}的，已改到{to.short}", ticket=ticket)
    return Reply(
        f"已改过来：{number}号从{old.short}改记到{to.short}，现在是“{ticket.title}”，仍待重点办核实交办。"
        "写错了回“撤销”。",
        about={"ticket": number},
    )
