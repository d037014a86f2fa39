"""What an office person ticks and taps on the desk, in the words that the chat would have carried. Pure.

Each line ticked is a message of its own with the acts that are meant, so it is carried out, and answered, by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.acts import Act, Approve, Dispatch, Reject, dump
from bot.channel import PAGE, Incoming, Key
from bot.visiting import Asked
from bot.wording import date_words
from handlers.desk_items import (
    ACCOUNTS,
    ANSWER,
    CONFIRM,
    DISPATCH,
    FIGURES,
    MESSAGES,
    PEOPLE,
    RELEASE,
    VERIFY,
    Entry,
)

LONGEST = 500  # characters of a reason, or of words that were typed


class Incomplete(Exception):
    """Something is missing; the text says what."""


@dataclass(frozen=True, slots=True)
class Tap:
    """A button: its name in the form, its label, whether it needs a reason, whether it stands at each line."""

    name: str
    label: str
    needs_reason: bool = False
    at_each: bool = False


TAPS: Mapping[str, Sequence[Tap]] = {
    VERIFY: (
        Tap("verify", "核实列入", at_each=True),
        Tap("decline", "不列入", needs_reason=True),
        Tap("send_back", "退回补充", needs_reason=True),
    ),
    DISPATCH: (Tap("dispatch", "交办", at_each=True),),
    ANSWER: (Tap("agree", "同意", at_each=True), Tap("disagree", "不同意", needs_reason=True)),
    CONFIRM: (Tap("strike_off", "同意销号", at_each=True), Tap("not_yet", "不同意销号", needs_reason=True)),
    RELEASE: (Tap("send", "发送", at_each=True), Tap("hold", "暂缓", needs_reason=True)),
    ACCOUNTS: (Tap("in_order", "确认", at_each=True), Tap("differs", "不对", needs_reason=True)),
    FIGURES: (Tap("ask_again", "请本人核对", at_each=True),),
    PEOPLE: (Tap("is_he", "确认", at_each=True), Tap("is_not", "不是本人", at_each=True)),
    MESSAGES: (Tap("settled", "不用管", at_each=True),),
}
PUT_OFF = "put_off"
LATER = ("今天下午", "明天上午", "后天上午", "下周一")
CANT_WAIT = (ACCOUNTS, FIGURES)  # what goes away by itself can't be put off


def messages(
    entries: Sequence[Entry], tap: str, asked: Asked, account: str, today: date
) -> tuple[Incoming, ...]:
    """A message for each of these lines. Raises Incomplete."""
    if not entries:
        raise Incomplete("请先勾选要办的，再按下面的按钮。")
    once = asked.get("once", "")
    if not once:
        raise Incomplete("页面不完整，请刷新后再办。")
    said = [_said(one, tap, asked, today) for one in entries]
    return tuple(
        Incoming(PAGE, account, text, (Key(PAGE, f"{account}:{once}:{place}"),), about=about)
        for place, (text, about) in enumerate(said)
    )


def undoing(asked: Asked, account: str) -> Incoming:
    """撤销: the last step is taken back, as in the chat."""
    return Incoming(
        PAGE, account, "撤销", (Key(PAGE, f"{account}:{asked.get('once', '')}:0"),), about={"alone": True}
    )


def _said(entry: Entry, tap: str, asked: Asked, today: date) -> tuple[str, dict[str, Any]]:
    about: dict[str, Any] = {"alone": True}
    if entry.ticket is not None:
        about |= {"ticket": entry.item[1], "seen": asked.get(f"seen-{entry.name}", entry.seen)}
    if tap == PUT_OFF:
        when = asked.get("when", "")
        if when not in LATER:
            raise Incomplete("放到什么时候？请选一个时间。")
        return f"{entry.name}{when}再看", {"alone": True}
    if tap not in _WORDS:
        raise Incomplete("没有这个办法，请刷新页面。")
    # Of whatever section: the line may lie under another one by now, and the handler says what became of it.
    known = next((one for taps in TAPS.values() for one in taps if one.name == tap), None)
    reason = asked.get("reason", "").strip()[:LONGEST]
    if known is not None and known.needs_reason and len(reason) < 2:
        raise Incomplete(f"请先写明理由，再按“{known.label}”。")
    words, act = _WORDS[tap](entry, asked, reason, today)
    if act is not None:
        about["acts"] = [dump(act)]
    return words, about


Words = tuple[str, Act | None]


def _number(entry: Entry) -> int:
    return entry.item[1]


def _dispatch(entry: Entry, asked: Asked, reason: str, today: date) -> Words:
    number = _number(entry)
    lead = asked.get(f"lead-{entry.name}", "").strip()[:60]
    if not lead:
        raise Incomplete(f"{entry.name}交办给哪个单位？请写上。")
    helpers = asked.get(f"assist-{entry.name}", "").strip()[:200]
    said = asked.get(f"due-{entry.name}", "")
    try:
        due = date.fromisoformat(said) if said else None
    except ValueError:
        raise Incomplete(f"{entry.name}的办结日期不对，请重选。") from None
    parts = [f"{number}号交办{lead}"]
    if helpers:
        parts.append(f"{helpers}配合")
    if due:
        parts.append(f"{date_words(due, today)}前办结")
    return "，".join(parts), Dispatch(number, lead, due)


def _reword(entry: Entry, asked: Asked, reason: str, today: date) -> Words:
    words = asked.get(f"words-{entry.name}", "").strip()[:2000]
    if not words:
        raise Incomplete(f"{entry.name}改成什么？请写上。")
    return f"{entry.name}改为：{words}", None


def _for_him(entry: Entry, asked: Asked, reason: str, today: date) -> Words:
    words = asked.get(f"words-{entry.name}", "").strip()[:LONGEST]
    if not words or not entry.writer:
        raise Incomplete("请写明他说的是什么意思，再按“代他报”。")
    return f"代{entry.writer}报：{words}", None


def _plain(words: str, act: Callable[[int], Act] | None = None) -> Callable[[Entry, Asked, str, date], Words]:
    """Words with the entry's name, what it wants and the reason in their place."""

    def say(entry: Entry, asked: Asked, reason: str, today: date) -> Words:
        said = words.format(name=entry.name, wants=entry.wants, key=entry.key, reason=reason)
        return said, act(_number(entry)) if act else None

    return say


_WORDS: Mapping[str, Callable[[Entry, Asked, str, date], Words]] = {
    "verify": _plain("{name}核实列入", Approve),
    "decline": _plain("{name}不列入，原因：{reason}", Reject),
    "send_back": _plain("{name}退回补充，请说明：{reason}", Reject),
    "dispatch": _dispatch,
    "agree": _plain("{name}同意{wants}", Approve),
    "disagree": _plain("{name}不同意{wants}，原因：{reason}", Reject),
    "strike_off": _plain("{name}同意销号", Approve),
    "not_yet": _plain("{name}不同意销号，原因：{reason}", Reject),
    "send": lambda entry, asked, reason, today: (
        f"{entry.name}已转交督查室" if entry.letter else f"{entry.name}发送",
        None,
    ),
    "hold": _plain("{name}暂缓，理由：{reason}"),
    "reword": _reword,
    "in_order": _plain("{name}确认"),
    "differs": _plain("{name}不对，{reason}"),
    "ask_again": _plain("{name}请本人核对"),
    "is_he": _plain("确认身份：{key}"),
    "is_not": _plain("身份不符：{key}"),
    "settled": _plain("{name}不用管"),
    "for_him": _for_him,
}
