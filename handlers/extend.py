"""申请延期: before the limit is over, with a date and a reason; the office decides, until then it stands."""

import re
from dataclasses import replace
from datetime import date, timedelta

from bot.acts import Act, Extend, Query, Undo
from bot.channel import Button
from bot.mechanism.deadlines import extension_fault
from bot.mechanism.states import WITH_UNIT
from bot.questions import yes_or_no
from bot.routing import Asked, Refusal, Reply, Router, Turn
from bot.wording import day, due_words, last_day
from handlers import clocks, rights
from handlers.reasons import reason_in
from handlers.telling import note, tell
from storage import tickets
from storage.questions import Question
from storage.tickets import DeadlineRow, Ticket

router = Router()

REQUEST = re.compile(
    r"\d+号(?:问题|工单)?|(?:我们|我局|我单位)?(?:想|要|请|特|现|拟|需要?)?(?:求|予以)?(?:申请)?(?:再|办理|给予)?"
    r"(?:延期|延长|顺延|展期|宽限|延)(?:办理|办结|时限|期限)?(?:[到至]|[一二两三四五六七八九十\d]+(?:个?(?:工作日|星期|礼拜|周|天|日|月)))?"
    r"|申请|办不完|做不完|来不及|(?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}[日号](?:前|之前|以前)?|(?:下个?|本|这)?(?:周|星期)[一二三四五六日天末]|月底|月末|下周|下个?月"
    r"|请批准|望批准|请同意|谢谢|一下|行吗|可以吗|吧|吗|了|[?？]"
)


@router.on(Extend)
def ask_extension(act: Extend, turn: Turn) -> Reply:
    """Hand the request to the office. Without a date or a reason these are asked for first."""
    ticket = _must_have_extendable(act.ticket, turn)
    row = clocks.solving(turn, ticket)
    assert row is not None  # it is extendable
    now_due, number = due_words(row.due, turn.today), ticket.number
    if act.until is None:
        _must_be_granted_more(ticket, row, last_day(row.due) + timedelta(days=1), turn)
        return Reply(
            f"{number}号想延到哪天？为什么？回一句即可，如“延到26日，管材未到货”。现在的时限{now_due}不变。",
            about={"ticket": number},
            asks=Asked("extend-until", {"ticket": number, "text": turn.text}),
        )
    _must_be_granted_more(ticket, row, act.until, turn)
    reason = reason_in(turn.text, REQUEST)
    if not reason:
        return Reply(
            f"{number}号延到{day(act.until, turn.today)}，原因是什么？回一句，我一并转重点办。现在的时限{now_due}不变。",
            about={"ticket": number},
            asks=Asked(
                "extend-reason", {"ticket": number, "until": act.until.isoformat(), "text": turn.text}
            ),
        )
    return _submit(ticket, row, act.until, reason, turn)


@router.answer("extend-until")
def answer_until(question: Question, turn: Turn) -> Reply | None:
    """The day, with or without the reason: “26日，管材未到货”."""
    number = int(question.data["ticket"])
    if yes_or_no(turn.text) is False:
        return Reply(f"好，{number}号不申请延期，时限不变。")
    if is_of_its_own(turn, number):
        return None
    said = turn.text.strip()
    for words in (f"{number}号申请延期到{said}", f"{number}号申请延期，{said}"):
        for act in turn.understand(turn, words).acts:
            if isinstance(act, Extend) and act.ticket == number and act.until is not None:
                return ask_extension(act, replace(turn, text=f"{question.data['text']}，{said}"))
    return None


@router.answer("extend-reason")
def answer_reason(question: Question, turn: Turn) -> Reply | None:
    """Whatever is no message of its own is the reason."""
    number = int(question.data["ticket"])
    if yes_or_no(turn.text) is False:
        return Reply(f"好，{number}号不申请延期，时限不变。")
    said = turn.text.strip()
    if len(said) < 2 or yes_or_no(said) or is_of_its_own(turn, number):
        return None
    until = date.fromisoformat(question.data["until"])
    return ask_extension(Extend(number, until), replace(turn, text=f"{question.data['text']}，原因：{said}"))


def is_of_its_own(turn: Turn, number: int) -> bool:
    """Whether the message is one by itself, not an answer about that ticket: a query, an undo, another number."""
    if re.match(r"\s*(?:#|第)?\d{1,6}号", turn.text) and not re.match(rf"\s*(?:#|第)?{number}号", turn.text):
        named = {act.ticket for act in _acts(turn) if hasattr(act, "ticket")}
        return bool(named - {None, number})
    return any(isinstance(act, (Query, Undo)) for act in _acts(turn))


def _acts(turn: Turn) -> tuple[Act, ...]:
    return turn.understand(turn, turn.text).acts


def _must_have_extendable(number: int | None, turn: Turn) -> Ticket:
    ticket, unit_id = rights.must_handle(turn, number)
    rights.must_be_in(ticket, *WITH_UNIT)
    if unit_id != ticket.lead_id:
        raise Refusal(f"{ticket.number}号贵单位是协办，时限由牵头单位申请延期，请与牵头单位商量。")
    if (ticket.asks or {}).get("what") == "return":
        raise Refusal(f"{ticket.number}号的退回申请正等重点办答复，答复后再申请延期。")
    if clocks.solving(turn, ticket) is None:
        raise Refusal(f"{ticket.number}号没有在走的办结时限，不用申请延期。")
    return ticket


def _must_be_granted_more(ticket: Ticket, row: DeadlineRow, until: date, turn: Turn) -> None:
    fault = extension_fault(
        clocks.regime_of(turn, ticket),
        row.as_due(),
        until,
        asked_at=turn.now,
        granted=_granted(turn, ticket),
    )
    if fault is not None:
        raise Refusal(
            f"{ticket.number}号不能这样延期：{fault}。请抓紧办理并回“{ticket.number}号”加进展；确有困难请直接联系重点办。"
        )


def _granted(turn: Turn, ticket: Ticket) -> int:
    """How often this unit was granted more since it got the ticket (anew, if it was opened again); what was
    undone does not count."""
    steps = tickets.steps_of(turn.tx, ticket.id)
    undone = {step.data.get("step") for step in steps if step.kind == "undo"}
    kinds = [step.kind for step in steps if step.id not in undone]
    given = max((place for place, kind in enumerate(kinds) if kind in ("dispatch", "reopen")), default=0)
    return kinds[given:].count("extend")


def must_still_be_later(ticket: Ticket, row: DeadlineRow, until: date, turn: Turn) -> None:
    """What was asked for may be over by the time that it is granted: the day gone by, the limit later already."""
    number, wanted, now_due = ticket.number, day(until, turn.today), last_day(row.due)
    if until < turn.today:
        gone = f"申请延到的{wanted}已经过去"
    elif until <= now_due:
        gone = f"申请延到{wanted}，现在的时限已是{day(now_due, turn.today)}，同意反而缩短"
    else:
        return
    raise Refusal(
        f"{number}号{gone}，时限没有动。请回“{number}号不同意延期，原因：请另报日期”，由承办单位重新申请。"
    )


def overtaken(ticket: Ticket) -> tuple[dict[str, object], str]:
    """What a new limit changes of a request for extension that waits, and how that is said: it is over."""
    if (ticket.asks or {}).get("what") != "extension":
        return {}, ""
    return {"asks": None}, "；原来的延期申请作废，需要延期请重新申请"


def _submit(ticket: Ticket, row: DeadlineRow, until: date, reason: str, turn: Turn) -> Reply:
    number, now_due = ticket.number, due_words(row.due, turn.today)
    asks = {"what": "extension", "until": until.isoformat(), "reason": reason}
    ticket = tickets.step(
        turn.tx, ticket, "wish_extend", note(turn, data=asks), rules=turn.rules, change={"asks": asks}
    )
    wanted = day(until, turn.today)
    unit = turn.directory.units[ticket.lead_id].name if ticket.lead_id else turn.sender.unit
    tell(
        turn,
        rights.office_of(turn, ticket),
        "extension-asked",
        f"{number}号 {ticket.title}。{unit}申请延期到{wanted}（现在时限{now_due}，{row.say}），原因：{reason}。",
        ticket=ticket,
        answer=f"同意回“{number}号同意延期”，不同意回“{number}号不同意延期，原因…”。",
        why="延期由重点办批准",
        buttons=(
            Button("同意延期", f"{number}号同意延期"),
            Button("不同意延期", f"{number}号不同意延期"),
        ),
        while_states=tuple(WITH_UNIT),
    )
    return Reply(
        f"{number}号延期到{wanted}的申请已转重点办，原因：{reason}。批准前仍按{now_due}办结，有进展照常反馈。",
        about={"ticket": number},
    )
