"""现场办公纪要: what an on-site meeting gave to each unit becomes tickets with person and limit (T16).

What was read is shown first; nothing is entered before a yes. A line without a unit of ours or without a day
is said to be unread, never guessed. The limit is the meeting's, be it later than the regime's (own reading of
N4 (十三): 限时解决).
"""

import re
from dataclasses import dataclass, replace
from datetime import date

from bot.acts import Blocker, Category, Dispatch
from bot.documents.minutes_in import Item, NotReadable, items_in, project_in, text_of
from bot.mechanism.deadlines import at_extension
from bot.mechanism.states import WITH_UNIT
from bot.people import Role
from bot.questions import yes_or_no
from bot.routing import Asked, Refusal, Reply, Router, Turn, tried
from bot.wording import date_words, last_day
from handlers import clocks, rights
from handlers.dispatch import dispatch_ticket
from handlers.named import units_in
from handlers.telling import note
from storage import attachments, tickets
from storage.directory import Project
from storage.questions import Question

router = Router()

_MOST = 20
_LONGEST_TITLE = 40


@dataclass(frozen=True, slots=True)
class _Order:
    """An item whose unit and day were read."""

    line: str
    matter: str
    unit: str
    due: date
    person: str


@router.phrase(
    r"(?:录入|导入)?(?:[^，,。；;：:\n]{0,24})?现场办公(?:会议?|会)?纪要(?:录入|见附件)?[：:，,。！!\s]*(?P<words>.*)"
)
def read_minutes(match: re.Match[str], turn: Turn) -> Reply | None:
    """The minutes, pasted or as a file: what was read is shown and asked about."""
    if not (turn.sender.has(Role.OFFICE) or rights.heads_city_office(turn.directory, turn.sender)):
        return None
    text = turn.text if match["words"].strip() else ""
    for file_id in turn.attachments:
        row = attachments.body_of(turn.tx, file_id)
        if row is not None and not row.size:
            raise Refusal("纪要文件还在接收，请过一分钟再回一句“现场办公纪要”，并把文件一起发来。")
        if row is not None:
            try:
                text += "\n" + text_of(bytes(row.body), row.name)
            except NotReadable as fault:
                raise Refusal(str(fault)) from None
    if not text.strip():
        return Reply("请把现场办公纪要的文字粘贴在后面，或把 .docx、.txt 文件连同“现场办公纪要”一起发来。")
    project = _project_of(text, turn)
    orders, unread = _read(items_in(text, turn.today), turn)
    if not orders:
        raise Refusal(
            "没有读出谁办什么、哪天办完。每行请写成“由市水务局于9月30日前完成供水管迁改（周工）”，再发一次。"
        )
    lines = [
        f"{place}. {one.unit}{one.person}，{date_words(one.due, turn.today)}前：{one.matter[:60]}"
        for place, one in enumerate(orders, 1)
    ]
    if unread:
        lines.append("没有读出单位或日期，不登记：" + "；".join(line[:40] for line in unread[:5]))
    return Reply(
        "\n".join([f"{project.short}现场办公纪要读出{len(orders)}件：", *lines, "登记并交办请回“是”，不对请改好重发。"]),
        asks=Asked(
            "minutes",
            {
                "text": turn.text,
                "project": project.id,
                "orders": [
                    {"line": one.line, "matter": one.matter, "unit": one.unit, "due": one.due.isoformat(), "person": one.person}
                    for one in orders
                ],
            },
        ),
    )  # fmt: skip


@router.answer("minutes")
def enter_minutes(question: Question, turn: Turn) -> Reply | None:
    """是: each item becomes a ticket, dispatched, with its person and its limit."""
    said = yes_or_no(turn.text)
    if said is None:
        return None
    if not said:
        return Reply("好，纪要没有登记。改好后请整段重发。")
    project = turn.directory.projects[question.data["project"]]
    lines = []
    for one in question.data["orders"]:
        order = _Order(one["line"], one["matter"], one["unit"], date.fromisoformat(one["due"]), one["person"])
        lines.append(tried(turn, lambda o=order: _enter(o, project, turn)).text)  # type: ignore[misc]
    return Reply("\n".join(["纪要已登记交办，办到哪里照常跟踪：", *lines]))


def _project_of(text: str, turn: Turn) -> Project:
    """The one project of the minutes, for which the sender's office answers."""
    named = project_in(text)
    head = next((line for line in text.splitlines() if line.strip()), "")
    for words in (named, re.sub(r"现场办公.*", "", head), text[:200]):
        found = turn.reader.find_project(words) if words.strip() else ()
        if len(found) == 1:
            project = rights.must_know_project(turn, found[0])
            if rights.is_office_for(turn.directory, turn.sender, project) or rights.heads_office(
                turn.directory, turn.sender, project
            ):
                return project
            raise Refusal(f"{project.short}不归您的重点办管，纪要请它的重点办录入。")
    raise Refusal("没有认准是哪个项目的纪要。请在第一行写“项目：国道342闻喜改线”，再发一次。")


def _read(items: list[Item], turn: Turn) -> tuple[list[_Order], list[str]]:
    """What can be entered, and the lines that lack a unit of ours or a day ahead."""
    orders: list[_Order] = []
    unread: list[str] = []
    for item in items[:_MOST]:
        units = units_in(turn.directory, item.line)
        if not units or item.due is None or item.due < turn.today:
            unread.append(item.line)
            continue
        orders.append(_Order(item.line, item.matter, units[0].name, item.due, item.person))
    return orders, [*unread, *(item.line for item in items[_MOST:])]


def _enter(order: _Order, project: Project, turn: Turn) -> Reply:
    said = replace(turn, text=order.line)
    acts = turn.understand(said, f"{project.short}{order.matter}没有解决").acts
    category = next((act.category for act in acts if isinstance(act, Blocker)), Category.OTHER)
    ticket = tickets.enter(
        turn.tx,
        project=project,
        category=category,
        title=f"{project.short}：{order.matter[:_LONGEST_TITLE]}",
        level=None,
        severity="ordinary",
        asked_units=(order.unit,),
        wanted_by=order.due,
        rules=turn.rules,
        note=note(turn, f"现场办公纪要：{order.line}"),
    )
    number = ticket.number
    dispatch_ticket(Dispatch(number, order.unit, order.due), said)
    (ticket,) = tickets.by_id(turn.tx, [ticket.id])
    if ticket.state not in WITH_UNIT:
        return Reply(f"{number}号 {order.matter[:_LONGEST_TITLE]}：已登记，提请市重点办交办{order.unit}")
    row = clocks.solving(turn, ticket)
    later = row is not None and last_day(row.due) < order.due
    new = at_extension(clocks.regime_of(turn, ticket), row.as_due(), order.due) if row and later else None
    if new is not None:
        new = replace(new, say=f"现场办公定{date_words(order.due, turn.today)}", clause="", row="T16")
    tickets.step(
        turn.tx,
        ticket,
        "minutes",
        note(turn, f"现场办公定：{order.line}", data={"due": order.due.isoformat(), "person": order.person}),
        rules=turn.rules,
        change={"assignee": order.person} if order.person else {},
        dues=clocks.replacing(turn, ticket, new) if new else (),
        void=(new.kind,) if new else (),
        void_why="现场办公会定",
    )
    return Reply(
        f"{number}号 {order.matter[:_LONGEST_TITLE]}：{order.unit}{order.person}，{date_words(order.due, turn.today)}前"
    )
