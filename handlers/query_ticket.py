"""问题卡片: where a ticket stands, who does it, its limits and its history in short."""

from bot import lamps
from bot.mechanism.model import Kind
from bot.mechanism.states import State
from bot.people import Role
from bot.routing import Reply, Turn
from bot.steps import named
from bot.wording import UNIT_STATE, date_words, due_words, moment
from handlers import rights
from handlers.linking import details_line
from storage import tickets
from storage.tickets import DeadlineRow, Ticket

_MOST_STEPS = 5
_LONGEST_WORDS = 40


def ticket_card(number: int | None, turn: Turn) -> Reply:
    """The card of a ticket that the sender may see."""
    ticket = rights.must_see_ticket(turn, number)
    limits = tickets.deadlines_of(turn.tx, [ticket.id])[ticket.id]
    lines = [
        f"{ticket.number}号 {ticket.title}",
        _standing(ticket, turn),
        _limits(limits, turn),
        *_history(ticket, turn),
        _next(ticket, turn),
        details_line(turn, f"/tickets/{ticket.number}"),
    ]
    return Reply("\n".join(line for line in lines if line), about={"ticket": ticket.number})


def _standing(ticket: Ticket, turn: Turn) -> str:
    marks = ["挂牌督办"] if ticket.listed else []
    marks += ["退回补充"] if ticket.sent_back else []
    if ticket.above:
        marks.append(f"已呈报{ticket.above}，等答复")
    if ticket.paused_until is not None:
        marks.append(f"中止至{date_words(ticket.paused_until, turn.today)}")
    if ticket.asks:
        marks.append(
            {"extension": "已申请延期", "return": "已申请退回"}.get(ticket.asks.get("what", ""), "有申请待办")
        )
    parts = [f"现在：{ticket.state.words}" + (f"（{'，'.join(marks)}）" if marks else "")]
    if lead := lamps.holder(turn.directory, ticket):
        parts.append(f"承办：{lead}{ticket.assignee}")
    stands = tickets.unit_states(turn.tx, ticket.id) if ticket.assisting_ids else {}
    helping = [
        f"{turn.directory.units[one].name}（{UNIT_STATE[stands[one]]}）"
        for one in ticket.assisting_ids
        if one in turn.directory.units
    ]
    if helping:
        parts.append(f"协办：{'、'.join(helping)}")
    if ticket.wanted_by is not None:
        parts.append(f"报告人希望{date_words(ticket.wanted_by, turn.today)}前解决")
    return "；".join(parts) + "。"


def _limits(rows: list[DeadlineRow], turn: Turn) -> str:
    said = []
    for row in sorted((row for row in rows if row.runs), key=lambda row: row.due):
        over = f"，超期{lamps.days_over(row, turn.now)}天" if lamps.is_over(row, turn.now) else ""
        what = lamps.LIMIT[Kind(row.kind)]
        said.append(f"{what}{due_words(row.due, turn.today)}前（{row.say}{over}）")
    return f"时限：{'；'.join(said)}。" if said else ""


def _history(ticket: Ticket, turn: Turn) -> list[str]:
    steps = [step for step in tickets.steps_of(turn.tx, ticket.id) if step.kind not in tickets.AUTOMATIC]
    reminded = sum(1 for step in tickets.steps_of(turn.tx, ticket.id) if step.kind in tickets.AUTOMATIC)
    lines = []
    for step in steps[-_MOST_STEPS:]:
        who = turn.directory.people.get(step.person_id or 0)
        behind = f"（代{step.on_behalf}）" if step.on_behalf else ""
        words = f"：“{step.words[:_LONGEST_WORDS]}”" if step.words else ""
        lines.append(f"{moment(step.at)} {who.signed if who else ''}{behind}{named(step)}{words}")
    earlier = len(steps) - _MOST_STEPS
    head = "经过" + (f"（前面还有{earlier}步，概要请回“{ticket.number}号概要”）" if earlier > 0 else "")
    return [f"{head}：", *lines, *([f"到期提醒和提级{reminded}次。"] if reminded else [])]


def _next(ticket: Ticket, turn: Turn) -> str:
    """The one thing to write back, by who reads."""
    number = ticket.number
    if not ticket.is_open:
        return ""
    if rights.acts_for_unit(turn, ticket) is not None and ticket.state in (
        State.DISPATCHED,
        State.IN_PROGRESS,
    ):
        return f"办好请回“{number}号已解决，申请销号”。"
    if turn.sender.has(Role.OFFICE) and ticket.state in (State.REPORTED, State.ENTERED):
        return f"请回“{number}号交办XX局”。"
    if ticket.state is State.RESOLVED:
        return f"确已解决请回“同意{number}号销号”，没有解决回“{number}号退回重办，原因…”。"
    return f"要催请回“催{number}号”；时限怎么算的回“{number}号为什么”。"
