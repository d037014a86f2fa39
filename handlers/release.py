"""呈报: what goes to leaders goes by the office: it sees each draft, sends it, words it anew or holds it.

Letters to the inspectorate are never sent: the office hands them over and says so. A draft belongs to the
office that answers for its project.
"""

import re

from bot.channel import Button
from bot.mechanism import hours
from bot.people import Role
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import due_words
from handlers import rights
from handlers.reasons import reason_in
from storage import drafts, outbox, reports, tickets
from storage.drafts import Draft
from storage.tickets import StepNote

router = Router()

_MOST_SHOWN = 5
_REQUEST = re.compile(r"呈报\d+|先?(?:暂缓|压下|不发|缓发)")


@router.phrase(r"(?:待发)?呈报(?:清单|草稿)?|待发(?:的)?呈报(?:有哪些)?[？?]?|看(?:看)?(?:待发)?呈报")
def show_waiting(match: re.Match[str], turn: Turn) -> Reply | None:
    """待发呈报: all that waits for the office's word."""
    if not is_office(turn):
        return None
    found = [one for one in drafts.waiting(turn.tx) if is_mine(one, turn)]
    if not found:
        return Reply("没有待发的呈报。")
    lines = [f"待发呈报{len(found)}件："]
    lines += [
        f"呈报{one.number}（{to_words(one, turn)}{_until(one, turn)}）{one.line}"
        for one in found[:_MOST_SHOWN]
    ]
    if len(found) > _MOST_SHOWN:
        rest = "、".join(f"呈报{one.number}" for one in found[_MOST_SHOWN:])
        lines.append(f"还有{rest}，回编号（如“呈报{found[_MOST_SHOWN].number}”）看全文。")
    lines.append("请回“呈报N发送”“呈报N改为：…”“呈报N暂缓，理由…”；给督查室的转交后回“呈报N已转交督查室”。")
    return Reply("\n".join(lines), tuple(_button(one) for one in found[:_MOST_SHOWN]))


@router.phrase(r"呈报(?P<number>\d{1,6})[。]?")
def show_one(match: re.Match[str], turn: Turn) -> Reply | None:
    """呈报3: its words, and what became of it."""
    draft = _must_have(match, turn)
    return Reply(
        f"呈报{draft.number}（{to_words(draft, turn)}{_until(draft, turn)}）{draft.line}",
        (_button(draft),) if draft.state in (outbox.DRAFT, outbox.HELD) else (),
    )


@router.phrase(r"呈报(?P<number>\d{1,6})(?:同意)?(?:发送|发出|照发|发)[。！!]?")
def send(match: re.Match[str], turn: Turn) -> Reply | None:
    """呈报3发送: to the leader, by his secretary where so set, within the hours in which he may be written to."""
    draft = _must_be_open(match, turn)
    if draft.kind == drafts.LETTER:
        raise Refusal(
            f"呈报{draft.number}给督查室，由您转交，不从这里发。转交后请回“呈报{draft.number}已转交督查室”。"
        )
    when = hours.allowed(turn.rules.regime, turn.rules.calendar, turn.now, hours.Urgency.EVENT, leader=True)
    drafts.send(turn.tx, draft, when)
    _history(draft, "release", turn)
    later = "" if when <= turn.now else f"，{due_words(when, turn.today)}送达"
    return Reply(f"呈报{draft.number}已发{to_words(draft, turn)}{later}。")


@router.phrase(r"呈报(?P<number>\d{1,6})(?:改为|改成|修改为)[：:，,\s]*(?P<words>.+)")
def reword(match: re.Match[str], turn: Turn) -> Reply | None:
    """呈报3改为：…: the office's words take the place of the draft's."""
    draft = _must_be_open(match, turn)
    drafts.reword(turn.tx, draft, match["words"].strip())
    _history(draft, "reword", turn)
    return Reply(
        f"呈报{draft.number}已改为：{match['words'].strip()}\n发出请回“呈报{draft.number}发送”。",
        (_button(draft),),
    )


@router.phrase(r"呈报(?P<number>\d{1,6})(?:先)?(?:暂缓|压下|不发|缓发).*")
def hold(match: re.Match[str], turn: Turn) -> Reply | None:
    """呈报3暂缓，理由…: not sent, neither now nor by itself."""
    draft = _must_be_open(match, turn)
    why = reason_in(turn.text, _REQUEST)
    if not why:
        raise Refusal(f"暂缓要写明理由，请回“呈报{draft.number}暂缓，理由…”。")
    drafts.hold(turn.tx, draft, why)
    _history(draft, "hold", turn)
    return Reply(f"呈报{draft.number}已暂缓：{why}。以后要发请回“呈报{draft.number}发送”。")


@router.phrase(r"呈报(?P<number>\d{1,6})已?经?(?:转交|移交|转|送)(?:市政府|市)?(?:督查室|督查)?[。！!]?")
def hand_over(match: re.Match[str], turn: Turn) -> Reply | None:
    """呈报3已转交督查室: the letter went by the office's own hand."""
    draft = _must_be_open(match, turn)
    if draft.kind != drafts.LETTER:
        raise Refusal(f"呈报{draft.number}不是给督查室的，发出请回“呈报{draft.number}发送”。")
    drafts.hand_over(turn.tx, draft, turn.rules, turn.now)
    _history(draft, "hand_over", turn)
    return Reply(f"呈报{draft.number}已记为转交督查室。")


def is_office(turn: Turn) -> bool:
    return turn.sender.has(Role.OFFICE) or any(
        rights.heads_office(turn.directory, turn.sender, one) for one in turn.directory.projects.values()
    )


def is_mine(draft: Draft, turn: Turn) -> bool:
    """Whether the sender's office answers for what the draft is about; without a ticket the city's does.

    What is reported of a whole project (“一二三”, N4 (十五)) is the city's office's to report.
    """
    if draft.ticket_id is None:
        return rights.is_city_office(turn.directory, turn.sender) or rights.heads_city_office(
            turn.directory, turn.sender
        )
    project_id = draft.project_id or next(one.project_id for one in tickets.by_id(turn.tx, [draft.ticket_id]))
    project = turn.directory.projects[project_id]
    return rights.is_office_for(turn.directory, turn.sender, project) or rights.heads_office(
        turn.directory, turn.sender, project
    )


def _must_have(match: re.Match[str], turn: Turn) -> Draft:
    if not is_office(turn):
        raise Refusal("呈报由重点办办理。有意见请直接写给我，我转告重点办。")
    draft = drafts.numbered(turn.tx, int(match["number"]))
    if draft is None or not is_mine(draft, turn):
        raise Refusal(f"没有呈报{match['number']}。请回“待发呈报”看有哪些。")
    return draft


def _must_be_open(match: re.Match[str], turn: Turn) -> Draft:
    draft = _must_have(match, turn)
    if draft.state not in (outbox.DRAFT, outbox.HELD):
        raise Refusal(f"呈报{draft.number}{_BECAME.get(draft.state, '已发出')}，不能再改。")
    if draft.is_stale:
        raise Refusal(f"呈报{draft.number}{_BECAME[outbox.WITHDRAWN]}，不再发出。")
    return draft


_BECAME = {
    drafts.HANDED_OVER: "已转交",
    outbox.WITHDRAWN: "因事项有变化已撤下",
    outbox.UNDELIVERABLE: "没有送达",
}


def to_words(draft: Draft, turn: Turn) -> str:
    reader = turn.directory.people.get(draft.reader_id)
    called = reader.called if reader else "收件人"
    return f"致督查室{called}" if draft.kind == drafts.LETTER else f"呈{called}"


def _until(draft: Draft, turn: Turn) -> str:
    if draft.state == outbox.HELD:
        return "，已暂缓"
    if draft.state == outbox.DRAFT and draft.release_at is not None:
        return f"，{due_words(draft.release_at, turn.today)}前不处理将自动发出"
    return "" if draft.state == outbox.DRAFT else f"，{_BECAME.get(draft.state, '已发出')}"


def _button(draft: Draft) -> Button:
    if draft.kind == drafts.LETTER:
        return Button(f"呈报{draft.number}已转交", f"呈报{draft.number}已转交督查室")
    return Button(f"呈报{draft.number}发送", f"呈报{draft.number}发送")


def _history(draft: Draft, kind: str, turn: Turn) -> None:
    """What the office did with the draft stands in the history of what it is about."""
    said = f"{turn.text}（原稿：{draft.line}）" if kind == "reword" else turn.text
    if draft.ticket_id is not None:
        ticket = tickets.by_id(turn.tx, [draft.ticket_id])[0]
        data = {"draft": drafts.as_it_stands(draft)}
        step = StepNote(turn.now, turn.writer.id, said, turn.on_behalf, inbox_id=turn.inbox_id, data=data)
        tickets.step(turn.tx, ticket, kind, step, rules=turn.rules)
    elif draft.project_id is not None:
        reports.add_step(
            turn.tx,
            draft.project_id,
            kind,
            by=turn.writer.id,
            on_behalf=turn.on_behalf,
            words=said,
            at=turn.now,
            inbox_id=turn.inbox_id,
        )
