"""为什么这样理解: by which words his last message was read as it was, and what of it counted for nothing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from bot.acts import Act, load
from bot.routing import Refusal, Reply, Router, Turn
from bot.standing_in import speaker
from storage import inbox
from storage.directory import Person

router = Router()

_LONGEST = 60  # characters of the message that are quoted
_MOST_ACTS, _MOST_DISCARDED = 3, 4
ACT = {
    "progress": "报进展", "blocker": "报问题", "acknowledge": "接单", "feedback": "反馈", "resolve": "申请销号",
    "extend": "申请延期", "return": "退回", "approve": "同意", "reject": "不同意", "dispatch": "交办",
    "supervise": "要求挂牌督办", "instruct": "批示", "urge": "催办", "query": "查询", "correct": "更正",
    "undo": "撤销", "bind": "自我介绍", "grade": "定级", "plan": "报方案", "pause": "中止", "reopen": "重新打开",
}  # fmt: skip


@router.phrase(
    r"(?:请问)?(?:你|您)?(?:为什么|为啥|怎么|凭什么|依据什么)(?:会)?(?:是)?(?:这样|这么|那样|那么)?"
    r"(?:理解|解读|读懂|认为|读|判断)(?:成)?(?:这样|那样)?(?:的|上一?[条句]|这[条句]|我的话)?(?:呢|啊|吗)?[？?。！!\s]*"
)
def explain_last(match: re.Match[str], turn: Turn) -> Reply | None:
    """Of the last message of his in this chat that was read, whether it came to something or not."""
    chat = turn.chat
    last = inbox.last_read(turn.tx, chat.channel, chat.account, chat.group, turn.inbox_id)
    if last is None:
        raise Refusal("您最近没有发过要我读懂的话，没有可解释的。")
    sender, text = speaker(turn.directory, turn.writer, last.text)
    understood, reasons = turn.reader.reasons(_as(turn, sender), text, last.at)
    stood = [load(act) for act in (last.understood or {}).get("acts", ())]
    quoted = f"{last.text[:_LONGEST]}{'…' if len(last.text) > _LONGEST else ''}"
    if not stood:
        return Reply(
            "\n".join([f"您的原话：“{quoted}”，没有读出要记、要办的事。", *_left_out(reasons), _MEND])
        )
    if list(understood.acts) != stood:
        reasons = []  # names or tickets have changed since: what is read today explains nothing
    read = "、".join(dict.fromkeys(ACT[act.name] for act in stood))
    lines = [f"您的原话：“{quoted}”，读成{read}。"]
    lines += list(_grounds(stood, reasons))[:_MOST_ACTS] or [
        "从那以后项目名或问题有变化，当时凭的词说不准了。"
    ]
    return Reply("\n".join([*lines, *_left_out(reasons), _MEND]))


_MEND = "读错了请回“改成…”“不是…的，是…的”或“撤销”。"


def _as(turn: Turn, sender: Person) -> Turn:
    return replace(turn, sender=sender)


def _grounds(acts: Sequence[Act], reasons: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """报进展：凭“本月”“560万元”（完成投资）、“342”（项目：说了名称）。"""
    for place, mine in groupby(
        (one for one in reasons if one["act"] is not None), key=lambda one: one["act"]
    ):
        told = []
        for one in mine:
            words = "".join(f"“{word}”" for word in one["words"])
            told.append(f"{words}（{one['rule']}）" if words else str(one["rule"]))
        yield f"{ACT[acts[place].name]}：凭{'、'.join(dict.fromkeys(told))}。"


def _left_out(reasons: Sequence[Mapping[str, Any]]) -> list[str]:
    told = [
        f"{''.join(f'“{word}”' for word in one['words'])}{one['discarded']}"
        for one in reasons
        if one["act"] is None and one["discarded"]
    ]
    return [f"没有算的：{'；'.join(list(dict.fromkeys(told))[:_MOST_DISCARDED])}。"] if told else []
