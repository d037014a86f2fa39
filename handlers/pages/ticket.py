"""One ticket with its whole trail: every step with who and when, its limits, who was told what by which way and
whether it was read (A4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot import lamps as ticket_lamps
from bot.mechanism import lamps
from bot.mechanism.lamps import Lamp
from bot.mechanism.model import Kind
from bot.people import Rank
from bot.steps import named
from bot.visiting import Asked, NotToSee, Page, PageRouter, Visitor
from bot.wording import CATEGORY, channel, date_words, due_words
from handlers import rights
from storage import attachments, outbox_trail, tickets
from storage.database import Tx
from storage.outbox_trail import Telling
from storage.tickets import DeadlineRow, Ticket

router = PageRouter()

_WAYS = {"phone": "电话", "paper": "书面", "meeting": "会上"}
_SEVERITY = {"ordinary": "一般性问题", "complex": "重大复杂问题"}


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a ticket as people read it."""

    at: datetime
    who: str
    what: str
    words: str
    files: Sequence[Any]
    automatic: bool
    undone: bool


@dataclass(frozen=True, slots=True)
class LimitLine:
    """A limit: what is owed, until when, and what became of it."""

    what: str
    say: str
    clause: str
    due: str
    lamp: Lamp
    word: str


@dataclass(frozen=True, slots=True)
class ToldLine:
    """Somebody who was told, or is going to be."""

    at: datetime
    whom: str
    line: str
    state: str
    way: str


@router.get(r"/tickets/{number:\d{1,6}}")
def show_ticket(tx: Tx, visitor: Visitor, asked: Asked) -> Page:
    """The ticket, for who may see it."""
    found = tickets.numbered(tx, [int(asked["number"])])
    if not found or not rights.sees_ticket(visitor.directory, visitor.person, found[0]):
        raise NotToSee("没有查到您可以查看的这个问题。")
    ticket = found[0]
    project = visitor.directory.projects[ticket.project_id]
    limits = tickets.deadlines_of(tx, [ticket.id])[ticket.id]
    first = ticket_lamps.next_limit(ticket, limits)
    lamp = lamps.of_ticket(first.due if first else None, visitor.rules.regime, visitor.now)
    lamp = lamp if ticket.is_open else Lamp.OFF
    return Page(
        "ticket.html",
        {
            "title": f"{ticket.number}号 {ticket.title}",
            "ticket": ticket,
            "project": project,
            "sees_project": rights.sees_project(visitor.directory, visitor.person, project)
            and not project.gone,
            "lamp": lamp,
            "word": ticket_lamps.lamp(ticket, first, visitor.now) or ticket.state.words,
            "facts": _facts(visitor, ticket),
            "limits": [_limit(visitor, one) for one in limits],
            "steps": steps_of(tx, visitor, ticket),
            "told": _told(tx, visitor, ticket),
            "Lamp": Lamp,
        },
    )


def steps_of(tx: Tx, visitor: Visitor, ticket: Ticket) -> list[Step]:
    """All steps, oldest first; what was taken back stays and says so."""
    rows = tickets.steps_of(tx, ticket.id)
    standing = {one.id for one in tickets.standing(rows)}
    files = attachments.files_of(tx, {row.inbox_id for row in rows if row.inbox_id is not None})
    people, told, steps = visitor.directory.people, set(), []
    for row in rows:
        who = people.get(row.person_id or 0)
        behind = f"（代{row.on_behalf}）" if row.on_behalf else ""
        way = f"（{_WAYS[row.way]}）" if row.way in _WAYS else ""
        first = row.inbox_id not in told  # what came with a message is shown once
        told.add(row.inbox_id)
        steps.append(
            Step(
                row.at,
                f"{who.signed if who else ''}{behind}",
                f"{named(row)}{way}",
                row.words,
                files.get(row.inbox_id or 0, ()) if first else (),
                row.kind in tickets.AUTOMATIC,
                row.id not in standing and row.kind != "undo",
            )
        )
    return steps


def _facts(visitor: Visitor, ticket: Ticket) -> list[tuple[str, str]]:
    directory = visitor.directory
    reporter = directory.people.get(ticket.reporter_id)
    helping = [directory.units[one].name for one in ticket.assisting_ids if one in directory.units]
    marks = [word for word, holds in (("挂牌督办", ticket.listed), ("退回补充", ticket.sent_back)) if holds]
    facts = [
        ("现在", "，".join([ticket.state.words, *marks])),
        ("类别", f"{CATEGORY[ticket.category]}　{_SEVERITY.get(ticket.severity, '')}"),  # type: ignore[index]
        ("承办", f"{ticket_lamps.holder(directory, ticket)}{ticket.assignee}"),
        ("协办", "、".join(helping)),
        ("报告", ticket.on_behalf or (reporter.signed if reporter else "")),
        ("希望", f"{date_words(ticket.wanted_by, visitor.today)}前解决" if ticket.wanted_by else ""),
        ("中止", f"至{date_words(ticket.paused_until, visitor.today)}" if ticket.paused_until else ""),
        ("原话", ticket.words),
    ]
    return [(what, words) for what, words in facts if words.strip()]


def _limit(visitor: Visitor, row: DeadlineRow) -> LimitLine:
    lamp, word = Lamp.OFF, ""
    if row.void_at is not None:
        word = "不再计"
    elif row.met_at is not None:
        word = "按时完成" if row.met_at <= row.due else f"超期{ticket_lamps.days_over(row, row.met_at)}天完成"
    else:
        lamp = lamps.of_ticket(row.due, visitor.rules.regime, visitor.now)
        over = ticket_lamps.days_over(row, visitor.now)
        word = f"超期{over}天" if lamp is Lamp.RED else lamps.TICKET_WORDS[lamp]
    regime = visitor.rules.regime
    known = row.clause.partition(" ")[0] in regime.notices
    return LimitLine(
        ticket_lamps.LIMIT[Kind(row.kind)],
        row.say,
        regime.notice_of(row.clause) if row.clause and known else row.clause,
        due_words(row.due, visitor.today),
        lamp,
        word,
    )


def _told(tx: Tx, visitor: Visitor, ticket: Ticket) -> list[ToldLine]:
    """Who was told. What goes to leaders and to the inspectorate, or waits to go, only the offices and leaders see."""
    directory, who = visitor.directory, visitor.person
    project = directory.projects[ticket.project_id]
    sees_all = visitor.scope.everything or rights.is_office_for(directory, who, project)
    lines = []
    for one in outbox_trail.of_ticket(tx, ticket.id):
        reader = directory.people.get(one.person_id or 0)
        if reader is None:
            continue
        if not sees_all and reader.id != who.id and (reader.rank >= Rank.COUNTY_LEADER or not one.is_out):
            continue
        lines.append(
            ToldLine(one.sent_at or one.at, reader.signed, one.line, _state(one), channel(one.channel))
        )
    return lines


def _state(one: Telling) -> str:
    if one.read_at is not None:
        return f"已读 {one.read_at:%m-%d %H:%M}"
    return _STATES.get(one.state, one.state) + (f"（{one.why}）" if one.why and not one.is_out else "")


_STATES = {
    "sent": "已送达平台",
    "waiting": "等待发出",
    "given_up": "没有送达",
    "withdrawn": "已撤下",
    "draft": "草稿待重点办发出",
    "held": "重点办压下",
    "undeliverable": "没有账号，未送达",
}
