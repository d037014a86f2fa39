"""分步: a ticket's steps with days of their own, for what is no complex problem with a written plan.

They are the unit's own days: reminded of, no reason to escalate, and the limit of the whole stands.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.documents.minutes_in import day_in
from bot.mechanism.deadlines import Due, at_promise
from bot.mechanism.model import Kind
from bot.mechanism.states import WITH_UNIT, State
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import date_words, day, last_day
from handlers import clocks, rights
from handlers.said_otherwise import asks
from handlers.telling import note, reporters, tell
from storage import tickets
from storage.tickets import DeadlineRow, Ticket

router = Router()

STEP = "step"  # marks, in the place of a row, a day that is a step's
_MOST = 8
_LONGEST_SAY = 40  # characters that a limit's short form may have
_PLACES = {word: place for place, word in enumerate("一二三四五六七八", 1)}


@router.phrase(
    r"(?P<number>\d{1,6})号(?:问题|工单)?(?:分步|分步骤|分几步|步骤)(?:办理|安排|实施)?[：:，,\s]+(?P<words>.+)"
)
def lay_out(match: re.Match[str], turn: Turn) -> Reply | None:
    """17号分步：18日前完成设计；22日前迁完（周工）. New steps take the place of those not done."""
    ticket, unit_id = rights.must_handle(turn, int(match["number"]))
    rights.must_be_in(ticket, *WITH_UNIT)
    if unit_id != ticket.lead_id:
        raise Refusal(f"{ticket.number}号的步骤由牵头单位定，贵单位的部分请告诉牵头单位。")
    found = _read(match["words"], turn.today)
    number = ticket.number
    end = clocks.solving(turn, ticket)
    if end is not None and found[-1][0] > last_day(end.due):
        raise Refusal(
            f"最后一步{date_words(found[-1][0], turn.today)}晚于办结时限{date_words(last_day(end.due), turn.today)}，"
            f"请改早，或先回“{number}号申请延期到…，原因…”。"
        )
    done = [row for row in rows_of(turn, ticket) if not row.runs]
    regime = clocks.regime_of(turn, ticket)
    dues = [
        replace(at_promise(regime, due, turn.now), say=f"第{place}步{words}"[:_LONGEST_SAY], row=STEP)
        for place, (due, words) in enumerate(found, len(done) + 1)
    ]
    kept = [
        row.as_due() for row in clocks.running(turn, ticket) if row.kind == Kind.PROMISE and row.row != STEP
    ]
    ticket = tickets.step(
        turn.tx,
        ticket,
        "substeps",
        note(turn),
        rules=turn.rules,
        to=State.IN_PROGRESS,
        dues=[*kept, *dues],
        meet=(Kind.ARRANGE,),
        void=(Kind.PROMISE,),
        void_why="改定步骤",
    )
    said = "；".join(f"{due.say}（{day(last_day(due.due), turn.today)}）" for due in dues)
    tell(
        turn,
        [*rights.office_of(turn, ticket), *reporters(turn, ticket)],
        "substeps",
        f"{number}号 {ticket.title}：{turn.sender.signed}分{len(dues)}步办：{said}",
        ticket=ticket,
    )
    return Reply(
        f"{number}号分{len(dues)}步：{said}。到日子提醒您，做完一步回“{number}号第一步完成”；办结时限不变。",
        about={"ticket": number},
    )


@router.phrase(
    r"(?P<number>\d{1,6})号(?:问题|工单)?[，,：:\s]*第(?P<place>[一二三四五六七八]|\d)步(?:已经|已|都)?(?:完成|办完|做完|到位)了?(?P<rest>.*)"
)
def finish(match: re.Match[str], turn: Turn) -> Reply | None:
    """17号第一步完成: that step is met."""
    if asks(match["rest"]):
        return None
    ticket, unit_id = rights.must_handle(turn, int(match["number"]))
    rights.must_be_in(ticket, *WITH_UNIT)
    number, rows = ticket.number, rows_of(turn, ticket)
    place = _PLACES.get(match["place"]) or int(match["place"])
    if not rows or unit_id != ticket.lead_id:
        return None
    if not 0 < place <= len(rows):
        raise Refusal(f"{number}号只有{len(rows)}步。")
    row = rows[place - 1]
    if not row.runs:
        raise Refusal(f"{number}号{row.say}已经报过完成。")
    left = [one for one in rows if one.runs and one.id != row.id]
    ticket = tickets.step(
        turn.tx,
        ticket,
        "substep",
        note(turn, data={"deadline": row.id, "attachments": list(turn.attachments)}),
        rules=turn.rules,
        to=State.IN_PROGRESS,
        meet=(Kind.FEEDBACK,),
        meet_ids=(row.id,),
    )
    tell(
        turn,
        [*rights.office_of(turn, ticket), *reporters(turn, ticket)],
        "substep",
        f"{number}号 {ticket.title}。{turn.sender.signed}报“{row.say}”已完成",
        ticket=ticket,
    )
    then = f"下一步：“{left[0].say}”" if left else f"步骤都完成了，请回“{number}号申请销号”，附照片或文号"
    return Reply(f"{number}号“{row.say}”记为完成，已告诉重点办。{then}。", about={"ticket": number})


def rows_of(turn: Turn, ticket: Ticket) -> list[DeadlineRow]:
    """The steps that count, in their order, those that are done among them."""
    rows = tickets.deadlines_of(turn.tx, [ticket.id])[ticket.id]
    mine = [row for row in rows if row.row == STEP and row.void_at is None]
    return sorted(mine, key=lambda row: (row.due, row.id))


def running_steps(turn: Turn, ticket: Ticket) -> Sequence[Due]:
    """Steps that are still to be done: a new day for the whole leaves them as they are."""
    return [row.as_due() for row in rows_of(turn, ticket) if row.runs]


def _read(words: str, today: date) -> list[tuple[date, str]]:
    """The steps as they were written, from the first day to the last. Refused where a day is missing."""
    found: list[tuple[date, str]] = []
    for part in (one.strip() for one in re.split(r"[；;\n]", words) if one.strip()):
        read = day_in(part, today)
        if read is None:
            raise Refusal(f"“{part[:30]}”没有写到哪天。请写成“18日前完成设计；22日前迁完”。")
        due, rest = read
        if due < today:
            raise Refusal(f"{date_words(due, today)}已经过去了，请改好日期重发。")
        if found and due < found[-1][0]:
            raise Refusal("步骤要从早到晚写，请改好重发。")
        found.append((due, rest))
    if len(found) > _MOST:
        raise Refusal(f"最多写{_MOST}步，请合并几步再发。")
    return found
