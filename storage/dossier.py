"""What is known of a ticket, or of a project's year, gathered for its file (一事一档)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select

from bot.acts import Category, Level, Scope, Severity, Status
from bot.calendar import at as moment_of
from bot.calendar import day_of
from bot.documents.dossier import Dossier, Entry, Kept, Section, Told, moment
from bot.mechanism.rules import Rules
from bot.mechanism.states import State
from bot.steps import named
from bot.wording import CATEGORY, LEVEL, SCOPE, STATUS, UNIT_STATE, channel, last_day, money, number
from storage import outbox, read_receipts, reports, ticket_rows, tickets
from storage.database import Tx
from storage.directory import Directory, Project
from storage.tables import attachment, inbox, message, notice, report, special_report, ticket_step
from storage.ticket_rows import Ticket

_WAYS = {"chat": "", "clock": "到点自动", "phone": "电话"}
_REPORTS = {reports.COUNTED: "计数", reports.UNDONE: "已撤回", reports.CORRECTED: "已更正"}
_NOT_SENT = {
    outbox.DRAFT: "待重点办发出",
    outbox.HELD: "重点办暂缓",
    outbox.WITHDRAWN: "已撤下，没有发",
    outbox.UNDELIVERABLE: "没有送达",
    outbox.GIVEN_UP: "没有送达",
    outbox.WAITING: "待发",
    "handed_over": "重点办转交",
}


@dataclass(frozen=True, slots=True)
class Gathering:
    """What gathering goes by."""

    tx: Tx
    now: datetime
    rules: Rules
    directory: Directory

    def signed(self, person_id: int | None, on_behalf: str = "") -> str:
        """Who stands in the record."""
        who = self.directory.people.get(person_id or 0)
        name = who.signed if who else ("已不在名录的人" if person_id else "系统")
        return f"{name}（代{on_behalf}）" if on_behalf else name


def of_ticket(desk: Gathering, ticket: Ticket) -> Dossier:
    """The ticket's whole file."""
    steps = tickets.steps_of(desk.tx, ticket.id)
    return Dossier(
        name=f"{ticket.number}号档案",
        title=f"{ticket.number}号事项档案",
        facts=tuple(_facts(desk, ticket)),
        sections=(limits_of(desk, ticket),),
        entries=tuple(entries_of(desk, steps)),
        told=tuple(_told(desk, notice.c.ticket_id == ticket.id)),
        files=tuple(files_of(desk, [step.inbox_id for step in steps])),
        office=desk.rules.regime.office.name,
        made_at=desk.now,
    )


def of_project(desk: Gathering, project: Project, year: int) -> Dossier:
    """The file of the project's year."""
    since, until = moment_of(date(year, 1, 1), _MIDNIGHT), moment_of(date(year + 1, 1, 1), _MIDNIGHT)
    tx = desk.tx
    rows = tx.execute(
        select(report)
        .where(report.c.project_id == project.id, report.c.at >= since, report.c.at < until)
        .order_by(report.c.id)
    ).all()
    steps = [one for one in reports.steps_of(tx, project.id) if since <= one.at < until]
    specials = tx.execute(
        select(special_report)
        .where(
            special_report.c.project_id == project.id,
            special_report.c.at >= since,
            special_report.c.at < until,
        )
        .order_by(special_report.c.id)
    ).all()
    mine = [
        one
        for one in ticket_rows.of_projects(tx, [project.id], list(State))
        if one.reported_at < until and (one.is_open or one.moved_at >= since)
    ]
    of_tickets = tx.execute(
        select(ticket_step.c.inbox_id).where(
            ticket_step.c.ticket_id.in_([one.id for one in mine]),
            ticket_step.c.at >= since,
            ticket_step.c.at < until,
        )
    ).scalars()
    came = [*(one.inbox_id for one in (*rows, *steps, *specials)), *of_tickets]
    entries = [
        *(Entry(one.at, desk.signed(one.reporter_id, one.on_behalf), "报进展", one.words) for one in rows),
        *(
            Entry(one.at, desk.signed(one.reporter_id, one.on_behalf), "专题报告", one.words)
            for one in specials
        ),
        *(Entry(one.at, desk.signed(one.person_id, one.on_behalf), named(one), one.words) for one in steps),
    ]
    return Dossier(
        name=f"{project.short}{year}年档案",
        title=f"{project.short}{year}年档案",
        facts=tuple(_project_facts(desk, project)),
        sections=(_figures(desk, rows), _tickets(desk, mine)),
        entries=tuple(sorted(entries, key=lambda one: one.at)),
        told=tuple(
            _told(desk, (notice.c.project_id == project.id) & (notice.c.at >= since) & (notice.c.at < until))
        ),
        files=tuple(files_of(desk, came)),
        office=desk.rules.regime.office.name,
        made_at=desk.now,
    )


def entries_of(desk: Gathering, steps: Sequence[Any]) -> list[Entry]:
    """The steps as the file shows them."""
    return [
        Entry(
            step.at,
            desk.signed(step.person_id, step.on_behalf),
            named(step),
            step.words,
            _WAYS.get(step.way, step.way),
        )
        for step in steps
    ]


def limits_of(desk: Gathering, ticket: Ticket) -> Section:
    """Every limit that the ticket had, with its ground and what became of it."""
    regime = desk.rules.of(ticket.regime_hash)
    rows = []
    for row in tickets.deadlines_of(desk.tx, [ticket.id])[ticket.id]:
        if row.met_at is not None:
            stands = f"{moment(row.met_at)}办到" + ("，超期" if row.met_at > row.due else "")
        elif row.void_at is not None:
            stands = f"{moment(row.void_at)}作废"
        else:
            stands = "超期" if row.due <= desk.now else "在走"
        source = regime.notice_of(row.clause) if row.clause else "本机制自定"
        rows.append((row.say, moment(row.start), f"{last_day(row.due):%Y.%m.%d}", source, stands))
    return Section("时限", ("时限", "起算", "到期日", "依据", "结果"), tuple(rows), (2, 1.6, 1.6, 2.6, 2))


def files_of(desk: Gathering, inbox_ids: Collection[int | None]) -> list[Kept]:
    """What came with those messages, with who sent it; files that never came are left out."""
    ids = sorted({one for one in inbox_ids if one is not None})
    rows = desk.tx.execute(
        select(attachment, inbox.c.channel, inbox.c.account)
        .join(inbox, inbox.c.id == attachment.c.inbox_id)
        .where(attachment.c.inbox_id.in_(ids), attachment.c.size > 0)
        .order_by(attachment.c.at, attachment.c.id)
    )
    found = []
    for row in rows:
        sender = desk.directory.person_of(row.channel, row.account)
        found.append(
            Kept(row.name, row.type, bytes(row.body), sender.signed if sender else row.account, row.at)
        )
    return found


def _facts(desk: Gathering, ticket: Ticket) -> list[tuple[str, str]]:
    project = desk.directory.projects[ticket.project_id]
    stands = tickets.unit_states(desk.tx, ticket.id)
    units = desk.directory.units
    helping = [
        f"{units[one].name}（{UNIT_STATE[stands[one]]}）" for one in ticket.assisting_ids if one in units
    ]
    lead = units.get(ticket.lead_id or 0)
    facts = [
        ("项目", f"{project.name}（{project.area or '市直'}）"),
        ("问题", ticket.title),
        ("原话", ticket.words),
        ("类别", f"{CATEGORY[Category(ticket.category)]}，{_SEVERITY[Severity(ticket.severity)]}"),
        ("层级", LEVEL[Level(ticket.level)] if ticket.level else ""),
        ("状态", ticket.state.words + ("，挂牌督办" if ticket.listed else "")),
        ("报告", f"{desk.signed(ticket.reporter_id, ticket.on_behalf)}，{moment(ticket.reported_at)}"),
        ("责任单位", lead.name if lead else ""),
        ("责任人", ticket.assignee),
        ("配合单位", "、".join(helping)),
        ("呈报上级", f"{ticket.above}，等答复" if ticket.above else ""),
        ("中止", f"到{ticket.paused_until}" if ticket.paused_until else ""),
    ]
    return [(name, said) for name, said in facts if said]


def _project_facts(desk: Gathering, project: Project) -> list[tuple[str, str]]:
    def people(ids: Sequence[int]) -> str:
        return "、".join(desk.signed(one) for one in ids)

    facts = [
        ("项目名称", project.name),
        ("项目单位", "、".join(project.owners)),
        ("建设地点", f"{project.place or project.area}"),
        ("总投资", money(project.total_investment)),
        ("年度计划", money(project.annual_plan)),
        ("计划开工", project.start_month or ""),
        ("计划竣工", project.finish_month or ""),
        ("联络员", people(project.liaisons)),
        ("市级包联领导", people(project.city_sponsors)),
        ("县级包联领导", people(project.county_sponsors)),
    ]
    return [(name, said) for name, said in facts if said]


def _figures(desk: Gathering, rows: Sequence[Any]) -> Section:
    lines = []
    for row in rows:
        sums = "，".join(f"{_scope(item['scope'])}{money(item['yuan'])}" for item in row.invested)
        percent = f"{number(row.percent)}%" if row.percent is not None else ""
        status = STATUS[Status(row.status)] if row.status else ""
        lines.append(
            (
                moment(row.at),
                desk.signed(row.reporter_id, row.on_behalf),
                sums,
                percent,
                status,
                _REPORTS[row.state],
            )
        )
    headings = ("时间", "谁报的", "投资", "形象进度", "节点", "状态")
    return Section("进展数字", headings, tuple(lines), (1.6, 1.8, 2.6, 1, 1, 1))


def _scope(scope: str) -> str:
    return SCOPE[Scope(scope)] if scope else ""


def _tickets(desk: Gathering, mine: Sequence[Ticket]) -> Section:
    units = desk.directory.units
    rows = [
        (
            f"{one.number}号",
            one.title,
            lead.name if (lead := units.get(one.lead_id or 0)) else "",
            one.assignee,
            f"{day_of(one.reported_at):%Y.%m.%d}",
            one.state.words,
        )
        for one in mine
    ]
    headings = ("编号", "问题", "责任单位", "责任人", "报告日期", "状态")
    return Section("堵点", headings, tuple(rows), (0.7, 3, 1.6, 1, 1.6, 1))


def _told(desk: Gathering, which: Any) -> list[Told]:
    rows = desk.tx.execute(
        select(notice, message.c.channel, message.c.sent_at, message.c.state.label("message_state"))
        .outerjoin(message, message.c.id == notice.c.message_id)
        .where(which, or_(notice.c.person_id.is_not(None), notice.c.group_id.is_not(None)))
        .order_by(notice.c.id)
    ).all()
    read = read_receipts.read_at(desk.tx, [row.message_id for row in rows if row.message_id is not None])
    return [_line(desk, row, read) for row in rows]


def _line(desk: Gathering, row: Any, read: Mapping[int, datetime]) -> Told:
    group = desk.directory.groups.get(row.group_id or 0)
    state = row.message_state if row.state == outbox.MERGED and row.message_state else row.state
    return Told(
        row.at,
        f"群“{group.name}”" if group else desk.signed(row.person_id),
        f"{row.heading}：{row.line}" if row.heading else row.line,
        channel(row.channel) if row.channel else "",
        row.sent_at,
        read.get(row.message_id or 0),
        "已发出" if row.sent_at else _NOT_SENT.get(state, "没有发"),
    )


_MIDNIGHT = datetime.min.time()
_SEVERITY = {Severity.ORDINARY: "一般问题", Severity.COMPLEX: "重大复杂问题"}
