"""A liaison's word on tickets: confirmed, refused, solved, opened again, pressed."""

import re

from bot.acts import Act, Approve, Ask, Blocker, Reject, Reopen, Resolve

from .blockers import blockers
from .decisions import NO_OBJECTION, REOPEN, URGE, limit, plain_decisions, stretches, urge
from .lexicon import matcher
from .queries import reproaches
from .reading import Reading, blanked
from .requests import asked_units
from .targets import target_of
from .tickets import describe, which_tickets
from .trace import Rule
from .troubles import troubles

_APPROVE, _REJECT = (matcher("answers", "office", name) for name in ("liaison_approve", "liaison_reject"))
_RESOLVED, _NOT_RESOLVED = (matcher("answers", "contact", name) for name in ("resolve", "not_resolved"))
_OTHERS_REFUSE = re.compile(
    "(?:户|村民|群众|老百姓|人家|他们|对方|业主|村里|商户|群里|有人)[^,。;]{0,8}(?:不同意|不认可|不满意|有意见)|不同意(?:迁|搬|拆|签|征|施工|让|交|补偿)"
)
_STILL = re.compile("还[没未]|仍[未没然]|一直[没未不]|没解决|未解决|没动静|没下文|老样子")
_COUNTED = re.compile("[0-9一二三四五六七八九十]+(?:户|亩|家|处|根|台|人|公里|米|吨|万)")
_REFUSED = re.compile("不能销|不同意|别销|不认可")
_SOLVED = re.compile(
    "(?<![请助动把将对等帮快进使让])(?:的?问题)(?:就|都|也|全|已经?)?(?:解决|消除|化解)了?(?:[,。! ]|$)"
)
_STILL_OPEN = re.compile(
    "[^,。;!?]{0,2}(?:问题|这个|这事|这件事|事情)?(?:还是?|仍然?|依然|依旧|根本|并)(?:就)?[没未](?:有)?(?:彻底|真正|完全|得到)?解决(?:呢|啊|了)?[。! ]*"
)
_CARRIED_BY = {"approve": _APPROVE, "reject": _REJECT, "resolve": _RESOLVED, "reopen": REOPEN}


def liaison_decisions(reading: Reading) -> tuple[list[Act], Ask | None]:
    """A liaison on tickets: confirmed, refused, solved, opened again, pressed."""
    decided = plain_decisions(reading)
    if decided is not None:
        return decided
    acts: list[Act] = []
    ask: Ask | None = None
    for start, end in stretches(reading):
        text = reading.text[start:end]
        has_ref = bool(reading.refs_in(start, end))
        kind = _liaison_kind(reading, text, has_ref)
        if kind is None:
            continue
        if kind == "urge":
            more, question = urge(reading, start, end)
        else:
            which = which_tickets(reading, start, end)
            one: dict[str, type[Approve | Reject | Resolve | Reopen]] = {
                "approve": Approve, "reject": Reject, "resolve": Resolve, "reopen": Reopen,
            }  # fmt: skip
            more = [one[kind](number) for number in which.numbers or (None,)]
            question = None if which.numbers else which.ask
            for act in more:
                reading.note(None, _CARRIED_BY[kind].search(text), act=act)
        acts += more
        ask = ask or question
    return acts, ask


def _liaison_kind(reading: Reading, text: str, has_ref: bool) -> str | None:
    concerned = has_ref or bool(reading.tickets)
    if (
        has_ref
        and not _REFUSED.search(text)
        and re.search("重新打开|重启|重开|恢复办理|又", text)
        and REOPEN.search(text)
    ):
        return "reopen"
    refused = (
        concerned
        and _REJECT.search(NO_OBJECTION.sub("没意见", text))
        and not re.search("能不能|什么时候", text)
    )
    if refused and reproaches(reading):
        refused = None
    if refused and not has_ref and (others := _OTHERS_REFUSE.search(text)):
        reading.note(Rule.REJECT, others, discarded="是别人不同意，不是联络员的答复")
        refused = None
    if concerned and _STILL_OPEN.fullmatch(text):
        return "reject"
    if refused and (
        has_ref or re.search("销号|不能销|别销|不同意|不认可|不确认|不满意|延期|有意见|先别", text)
    ):
        return "reject"
    if (
        (concerned or re.search("同意(?:销号|延期)", text))
        and _APPROVE.search(text)
        and not re.search("不同意|村民不|没同意|审批|才同意|[没未]确认", text)
    ):
        return "approve"
    claimed = re.search("销号|请销|销了", text)
    if (concerned or claimed) and (solved := _RESOLVED.search(text) or _SOLVED.search(text)):
        yet = _NOT_RESOLVED.search(text)
        if not yet or claimed:
            return "resolve"
        reading.note(Rule.RESOLVE, yet, solved, discarded="还没有办好")
    if re.search("催", text) and not re.search("催款|催我们|天天催", text):
        return None if not has_ref and _told_anew(reading, text) else "urge"
    if (
        concerned
        and (has_ref or len(reading.text) <= 40)
        and URGE.search(text)
        and not _asked_any(reading)
        and not limit(reading, 0, len(reading.text))
    ):
        return "urge" if has_ref or _tells_again(reading, text) else None
    return None


def _tells_again(reading: Reading, text: str) -> bool:
    """Whether the one ticket that is described is said to be open still, and nothing new."""
    fitting, described = describe(reading, 0, len(reading.text))
    return described and len(fitting) == 1 and _STILL.search(text) is not None and not _COUNTED.search(text)


def _told_anew(reading: Reading, text: str) -> bool:
    """Whether 催 asks for help with a trouble that has no ticket: told outright, or for a bureau that nobody here can
    press, of the province or of a county."""
    told = [act for act in blockers(reading)[0] if isinstance(act, Blocker)]
    if target_of(reading, 0, len(reading.text)).tickets:
        return False
    if any(act.level and not act.units for act in told) and troubles().matters(text):
        return True
    return bool(told) and any(
        troubles().trouble(blanked(reading, clause.start, clause.end, units=True))
        for clause in reading.clauses
    )


def _asked_any(reading: Reading) -> bool:
    """Whether any unit is asked to act."""
    return any(asked_units(reading, clause) for clause in reading.clauses)
