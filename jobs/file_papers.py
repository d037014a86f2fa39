"""How files and reports of tickets and projects become documents: what is gathered, and what is made of it."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from bot.acts import Category, Level
from bot.calendar import day_of
from bot.documents.blocker_report import BlockerReport, blocker_report_docx
from bot.documents.dossier import Dossier, dossier_docx, dossier_zip, moment
from bot.documents.official import Fonts
from bot.documents.supervision_order import OrderPaper, supervision_order_docx
from bot.mechanism.model import SOLVING
from bot.people import Rank
from bot.wording import CATEGORY, LEVEL, date_words, last_day, money
from jobs.papers import Desk, Maker
from storage import dossier, outbox, supervision, tickets
from storage.dossier import Gathering
from storage.papers import File

_LARGEST = 19_000_000  # bytes that the platforms take as one file
_MOST_STEPS = 20


def makers(fonts: Fonts) -> Mapping[str, Maker]:
    """The makers of these papers, in those fonts."""
    return {
        "dossier": Maker(gather_dossier, partial(make_dossier, fonts)),
        "blocker-report": Maker(gather_report, partial(make_report, fonts)),
        "supervision-order": Maker(gather_order, partial(make_order, fonts), order_is_made),
    }


def gather_dossier(desk: Desk, of: Mapping[str, Any]) -> Dossier:
    """The file of a ticket, or of a project's year."""
    with_all = Gathering(desk.tx, desk.now, desk.rules, desk.directory)
    if "ticket" in of:
        return dossier.of_ticket(with_all, tickets.by_id(desk.tx, [of["ticket"]])[0])
    return dossier.of_project(with_all, desk.directory.projects[of["project"]], of["year"])


def make_dossier(fonts: Fonts, gathered: Dossier) -> Sequence[File]:
    """The document, and the archive where the platforms take it."""
    document = dossier_docx(gathered, fonts)
    files = [File(f"{gathered.name}.docx", document)]
    archive = dossier_zip(gathered, document)
    return [*files, File(f"{gathered.name}.zip", archive)] if len(archive) <= _LARGEST else files


def gather_report(desk: Desk, of: Mapping[str, Any]) -> BlockerReport:
    """What the report of a blocker says (T14); the project's money only for who may see the project."""
    with_all = Gathering(desk.tx, desk.now, desk.rules, desk.directory)
    ticket = tickets.by_id(desk.tx, [of["ticket"]])[0]
    project, today = desk.directory.projects[ticket.project_id], day_of(desk.now)
    units = desk.directory.units
    lead = units.get(ticket.lead_id or 0)
    helping = [units[one].name for one in ticket.assisting_ids if one in units]
    steps = tickets.standing(tickets.steps_of(desk.tx, ticket.id))
    limits = dossier.limits_of(with_all, ticket)
    where = f"位于{project.place}，" if project.place else ""
    scope = desk.directory.scope_of(desk.directory.people[of["person"]])
    sees_project = scope.everything or project.id in scope.project_ids
    sums = (
        f"，总投资{money(project.total_investment)}，{desk.directory.year}年计划投资{money(project.annual_plan)}"
        if sees_project
        else ""
    )
    handling = [
        f"责任单位：{lead.name if lead else '还没有交办'}；责任人：{ticket.assignee or '未定'}"
        + (f"；配合单位：{'、'.join(helping)}" if helping else "")
        + f"。目前{ticket.state.words}{'，已挂牌督办' if ticket.listed else ''}。"
    ]
    if ticket.above:
        handling.append(f"已呈报{ticket.above}，正等答复。")
    asked = []
    if ticket.asked_units:
        asked.append(f"请{'、'.join(ticket.asked_units)}协调解决。")
    if ticket.level:
        asked.append(f"需要{LEVEL[Level(ticket.level)]}协调。")
    if ticket.wanted_by:
        asked.append(f"项目单位希望{date_words(ticket.wanted_by, today)}前解决。")
    matter = ticket.title.removeprefix(f"{project.short}：")
    return BlockerReport(
        ticket.number,
        project.short,
        f"“{matter}”",
        (f"{project.name}，{where}项目单位{'、'.join(project.owners)}{sums}。",),
        (
            f"{date_words(day_of(ticket.reported_at), today)}，{with_all.signed(ticket.reporter_id, ticket.on_behalf)}"
            f"报告：“{ticket.words}”。",
            f"属于{CATEGORY[Category(ticket.category)]}问题，编号{ticket.number}号。",
        ),
        tuple(handling),
        tuple((row[0], row[2], row[4]) for row in limits.rows),
        tuple(
            (moment(one.at), one.who, f"{one.what}：{one.words}" if one.words else one.what)
            for one in dossier.entries_of(with_all, steps)[-_MOST_STEPS:]
        ),
        tuple(asked) or ("请责任单位按时限办结。",),
        tuple(dossier.files_of(with_all, [step.inbox_id for step in steps])),
        desk.rules.regime.office.name,
        today,
    )


def make_report(fonts: Fonts, report: BlockerReport) -> Sequence[File]:
    """The document."""
    name = f"{report.number}号堵点报告.docx"
    return [File(name, blocker_report_docx(report, fonts))]


def gather_order(desk: Desk, of: Mapping[str, Any]) -> OrderPaper:
    """What a supervision order says."""
    order = supervision.one(desk.tx, of["order"])
    if order is None:
        raise LookupError("the order was taken back")
    (ticket,) = tickets.by_id(desk.tx, [order.ticket_id])
    rows = tickets.deadlines_of(desk.tx, [ticket.id])[ticket.id]
    running = [row for row in rows if row.runs and row.kind in SOLVING]
    row = min(running, key=lambda one: one.due, default=None)
    today = day_of(order.at)
    since = f"{date_words(day_of(ticket.told_at), today)}交办" if ticket.told_at else "已交办"
    return OrderPaper(
        order.called,
        desk.directory.units[order.unit_id].name,
        desk.directory.projects[ticket.project_id].name,
        ticket.number,
        ticket.title,
        order.words,
        f"{date_words(last_day(row.due), today)}（{row.say}）" if row else "未定",
        since,
        date_words(order.due, today),
        desk.rules.regime.office.name,
        today,
    )


def make_order(fonts: Fonts, order: OrderPaper) -> Sequence[File]:
    """The document."""
    return [File(f"督办单{order.called}.docx", supervision_order_docx(order, fonts))]


def order_is_made(desk: Desk, of: Mapping[str, Any], files: Sequence[str]) -> None:
    """The document goes to the unit's people and to who issued it."""
    order = supervision.one(desk.tx, of["order"])
    if order is None:
        return
    (ticket,) = tickets.by_id(desk.tx, [order.ticket_id])
    directory = desk.directory
    readers = [
        *directory.contacts(order.unit_id),
        *(one for one in directory.in_unit(order.unit_id) if Rank.DEPUTY_HEAD <= one.rank <= Rank.HEAD),
        *(one for one in [directory.people.get(order.issued_by_id)] if one is not None),
    ]
    notices = [
        outbox.Notice(
            key=f"order-paper:{order.id}:{reader.id}",
            kind="order-paper",
            urgency="event",
            person_id=reader.id,
            ticket_id=ticket.id,
            line=f"督办单{order.called}正式文本（{ticket.number}号）",
            attachments=tuple(files),
        )
        for reader in {one.id: one for one in readers}.values()
    ]
    outbox.add_in_hours(desk.tx, notices, desk.now, directory, desk.rules)
