"""17号概要: a long ticket in a few sentences, by its steps. Feature 16."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from bot import lamps
from bot.calendar import day_of
from bot.routing import Reply, Router, Turn
from bot.steps import named
from bot.wording import date_words
from handlers import rights
from storage import tickets
from storage.tickets import Ticket

router = Router()

_QUOTED = 40
_COUNTED = {
    "feedback": "反馈",
    "urge": "催办",
    "extend": "延期",
    "reject": "退回重办",
    "return": "退回",
    "pause": "中止",
    "reopen": "重新打开",
    "instruct": "领导批示",
    "joined": "补充情况",
}


@router.phrase(
    r"#?(?P<number>\d{1,6})号(?:问题|工单)?的?(?:概要|小结|摘要|总结|来龙去脉|前后经过|前因后果|全过程)[？?。]?"
)
def show(match: re.Match[str], turn: Turn) -> Reply | None:
    """Where it began, who has it, what was done how often, what was said last, where it stands."""
    ticket = rights.must_see_ticket(turn, int(match["number"]))
    steps = tickets.standing(tickets.steps_of(turn.tx, ticket.id))
    by_people = [step for step in steps if step.kind not in tickets.AUTOMATIC]
    days = (day_of(turn.now if ticket.is_open else ticket.moved_at) - day_of(ticket.reported_at)).days
    lines = [
        f"{ticket.number}号 {ticket.title}（{len(by_people)}步，历时{days}天）",
        _beginning(ticket, turn),
        _way(by_people, ticket, turn),
        _newest(by_people, turn),
        _stands(ticket, turn),
    ]
    return Reply("\n".join(line for line in lines if line), about={"ticket": ticket.number})


def _beginning(ticket: Ticket, turn: Turn) -> str:
    who = turn.directory.people.get(ticket.reporter_id)
    return f"起因：{date_words(day_of(ticket.reported_at), turn.today)}{who.signed if who else ''}报“{ticket.words[:_QUOTED]}”。"


def _way(steps: Sequence[Any], ticket: Ticket, turn: Turn) -> str:
    """When it was dispatched (and dispatched anew), who took it, what happened how often, how high it climbed."""
    said = []
    given = [step for step in steps if step.kind == "dispatch"]
    if given:
        unit = lamps.holder(turn.directory, ticket)
        again = f"，改交{len(given) - 1}次" if len(given) > 1 else ""
        said.append(
            f"{date_words(day_of(given[0].at), turn.today)}交办{again}，现由{unit}{ticket.assignee}承办"
        )
    counts = Counter(_COUNTED[step.kind] for step in steps if step.kind in _COUNTED)
    said += [f"{what}{count}次" for what, count in counts.items()]
    if ticket.listed:
        said.append("挂牌督办")
    climbed = [step.words for step in tickets.steps_of(turn.tx, ticket.id) if step.kind == "escalate"]
    if climbed:
        said.append(
            f"提级{len(climbed)}次（最近：{climbed[-1][:20]}）" if climbed[-1] else f"提级{len(climbed)}次"
        )
    return f"经过：{'；'.join(said)}。" if said else ""


def _newest(steps: Sequence[Any], turn: Turn) -> str:
    """The newest of what people said of it."""
    told = [step for step in steps if step.words and step.kind not in ("report", "dispatch")]
    if not told:
        return ""
    last = told[-1]
    who = turn.directory.people.get(last.person_id or 0)
    return f"最近：{date_words(day_of(last.at), turn.today)}{who.signed if who else ''}{named(last)}“{last.words[:_QUOTED]}”。"


def _stands(ticket: Ticket, turn: Turn) -> str:
    rows = tickets.deadlines_of(turn.tx, [ticket.id])[ticket.id]
    lamp = lamps.lamp(ticket, lamps.next_limit(ticket, rows), turn.now) if ticket.is_open else ""
    return f"现在：{ticket.state.words}{f'，{lamp}' if lamp else ''}。"
