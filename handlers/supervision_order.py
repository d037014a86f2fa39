"""督办单: the office issues a numbered order to the unit that has a ticket; the unit answers it in the chat."""

import re

from bot.mechanism.states import WITH_UNIT
from bot.people import Rank
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import date_words
from handlers import clocks, rights
from handlers.telling import note, tell
from storage import papers, supervision, tickets
from storage.supervision import Order
from storage.tickets import Ticket

router = Router()

_DAYS = 3  # working days for the answer where the office names none
_DUE = re.compile(
    r"[，,；;。\s]*(?:请)?(?:于|在)?(?P<day>[^，,；;。]{1,12}?)前(?:书面)?(?:回复|答复|反馈|报)[。！!\s]*$"
)


@router.phrase(
    r"(?:给|对|就)?(?P<number>\d{1,6})号(?:问题|工单)?(?:发|下|下发|出)(?:一?[张份个])?督办单(?:[：:，,。\s]+(?P<words>.*))?[。！!]?"
)
def issue(match: re.Match[str], turn: Turn) -> Reply | None:
    """17号发督办单：一周内没有实质进展，请说明原因，20日前回复."""
    ticket = rights.must_set_limits(turn, int(match["number"]))
    rights.must_be_in(ticket, *WITH_UNIT)
    unit = turn.directory.units[ticket.lead_id or 0]
    waits = supervision.open_of_ticket(turn.tx, ticket.id)
    if waits is not None:
        raise Refusal(
            f"{ticket.number}号的督办单{waits.called}还没有回复，{date_words(waits.due, turn.today)}前应回复。"
        )
    words = (match["words"] or "").strip()
    said = _DUE.search(words)
    due = clocks.day_said(turn, ticket, said["day"]) if said else None
    if due is None:
        due = turn.rules.calendar.add_workdays(turn.today, _DAYS)
    elif said is not None:
        words = words[: said.start()]
    words = words.strip("，,；;。 ") or "请抓紧办理，说明目前进展、存在的困难和办结日期。"
    order = supervision.issue(
        turn.tx,
        ticket_id=ticket.id,
        unit_id=unit.id,
        words=words,
        due=due,
        by=turn.writer.id,
        at=turn.now,
        inbox_id=turn.inbox_id,
    )
    tickets.step(
        turn.tx,
        ticket,
        "supervise_order",
        note(turn, data={"order": order.id, "called": order.called}),
        rules=turn.rules,
    )
    papers.order(turn.tx, "supervision-order", {"order": order.id}, turn.now)
    leaders = [one for one in turn.directory.in_unit(unit.id) if Rank.DEPUTY_HEAD <= one.rank <= Rank.HEAD]
    tell(
        turn,
        [*turn.directory.contacts(unit.id), *leaders],
        "supervision-order",
        f"督办单{order.called}：{ticket.number}号 {ticket.title}。{words}请{date_words(due, turn.today)}前回复",
        ticket=ticket,
        answer=f"回一句即可：“{ticket.number}号督办单回复：…”。正式文本随后发来。",
        why=f"{unit.name}承办这件事",
    )
    return Reply(
        f"督办单{order.called}已发{unit.name}联系人和负责人，{date_words(due, turn.today)}前回复；到期没有回复我告诉您。",
        about={"ticket": ticket.number},
    )


@router.phrase(
    r"(?:(?P<number>\d{1,6})号(?:问题|工单)?(?:的)?督办单?|督办单(?:[〔\[(（]?(?P<year>20\d\d)[〕\])）]?)?(?P<order>\d{1,4})号)"
    r"(?:的)?(?:回复|答复|反馈)[：:，,\s]+(?P<words>.+)"
)
def answer(match: re.Match[str], turn: Turn) -> Reply | None:
    """17号督办单回复：…; 督办单〔2025〕3号回复：…: on the record, and the office reads it."""
    order, ticket = _named(match, turn)
    if rights.acts_for_unit(turn, ticket) != order.unit_id:
        unit = turn.directory.units.get(order.unit_id)
        raise Refusal(
            f"督办单{order.called}由{unit.name if unit else '承办单位'}回复，有情况请告诉他们或重点办。"
        )
    words = match["words"].strip()
    supervision.answered(turn.tx, order, words, turn.now, turn.inbox_id)
    late = turn.today > order.due
    ticket = tickets.step(
        turn.tx,
        ticket,
        "order_answer",
        note(turn, data={"order": order.id, "called": order.called, "attachments": list(turn.attachments)}),
        rules=turn.rules,
    )
    tell(
        turn,
        rights.office_of(turn, ticket),
        "order-answered",
        f"督办单{order.called}（{ticket.number}号 {ticket.title}）{turn.sender.signed}回复{'，已过回复时限' if late else ''}：“{words[:150]}”",
        ticket=ticket,
        why="督办单由重点办跟踪",
    )
    return Reply(
        f"督办单{order.called}的回复已记下，已转重点办。事项照常办理，办结请申请销号。",
        about={"ticket": ticket.number},
    )


def _named(match: re.Match[str], turn: Turn) -> tuple[Order, Ticket]:
    """The order that is answered, with its ticket, if the sender may see it."""
    if match["number"]:
        ticket = rights.must_see_ticket(turn, int(match["number"]))
        order = supervision.open_of_ticket(turn.tx, ticket.id)
        if order is None:
            raise Refusal(f"{ticket.number}号没有要回复的督办单。")
        return order, ticket
    year = int(match["year"]) if match["year"] else turn.today.year
    found = supervision.numbered(turn.tx, year, int(match["order"]))
    mine = tickets.by_id(turn.tx, [found.ticket_id]) if found else []
    if found is None or not rights.may_see(turn, mine[0]):
        raise Refusal("没有查到这张督办单。请写事项编号，如“17号督办单回复：…”。")
    if found.answered_at is not None:
        raise Refusal(f"督办单{found.called}已经回复过了。有新情况请回“{mine[0].number}号反馈，…”。")
    return found, mine[0]
