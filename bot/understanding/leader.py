"""A leader's words: 同意, 不同意, 挂牌督办, 批示, 催办."""

import re
from collections.abc import Sequence

from bot.acts import Act, Ask, Instruct

from .decisions import (
    AGREED,
    AGREES_WITH,
    HUNG,
    REFUSED,
    RELAYED,
    THREAT,
    URGE,
    asked_places,
    decide,
    limit,
    stretches,
    urge,
)
from .lexicon import matcher
from .queries import reproaches
from .reading import Reading
from .targets import Target, target_of
from .units import UnitMention

_TASK = matcher("answers", "leader", "task")
_ASKING = re.compile("[?]|吗$|什么|怎么样|咋样|啥")


def leader_acts(reading: Reading) -> tuple[list[Act], Ask | None]:
    """A leader's words: 同意, 不同意, 挂牌督办, 批示, 催办."""
    acts: list[Act] = []
    ask: Ask | None = None
    for start, end in stretches(reading):
        more, question = _leader_stretch(reading, start, end)
        acts += more
        ask = ask or question
    return acts, ask


def _leader_stretch(reading: Reading, start: int, end: int) -> tuple[list[Act], Ask | None]:
    text = reading.text[start:end]
    has_ref = bool(reading.refs_in(start, end))
    if (HUNG.search(text) and not THREAT.search(text)) or (has_ref and "督办" in text):
        word = re.search("挂牌督办|督办", text) or HUNG.search(text)
        return decide(reading, start, end, "supervise", word)
    if agreed := AGREES_WITH.search(text):
        return decide(reading, start, end, "approve", agreed)
    units = _leader_units(reading, start, end)
    due = limit(reading, start, end)
    if not units and not RELAYED.search(text):
        concerned = has_ref or bool(reading.tickets)
        if (word := AGREED.search(text)) and "不同意" not in text:
            return decide(reading, start, end, "approve", word)
        if concerned and (word := REFUSED.search(text)):
            return decide(reading, start, end, "reject", word)
        if concerned and due is None and (word := re.search("^(?:可以|准|批准|没意见|行)", text)):
            return decide(reading, start, end, "approve", word)
    if (
        not units
        and not has_ref
        and (
            (_ASKING.search(text) and not reproaches(reading))
            or (due and not _closing(reading, start, end) and not _TASK.search(text))
        )
    ):
        return [], None
    task = _TASK.search(text) is not None
    pressed = URGE.search(text) is not None
    if not (units or due or task or pressed):
        return [], None
    target = target_of(reading, start, end)
    alone = bool(units) and not target.named and not re.search("问题|工单|这件|这个|此事|该", text)
    if alone and (len(reading.tickets) != 1 or reading.sender.projects):
        target = Target()
    if not (target.tickets or target.project or target.ask or units):
        return [], None
    ask = target.ask
    instructs = bool(units and not (pressed and not due and not _governs(reading, start, end))) or bool(due)
    if not instructs and task and not pressed:
        instructs = target.named or bool(units)
    if not instructs:
        return urge(reading, start, end, _TASK.search(text))
    tickets: Sequence[int | None] = target.tickets or (None,)
    names: Sequence[str | None] = units or [None]
    acts: list[Act] = [Instruct(ticket, target.project, unit, due) for ticket in tickets for unit in names]
    for act in acts:
        reading.note(None, _TASK.search(text) or URGE.search(text), act=act)
    return acts, ask


def _closing(reading: Reading, start: int, end: int) -> bool:
    return any(day.closing for day in reading.days_in(start, end))


def _governs(reading: Reading, start: int, end: int) -> bool:
    """Whether a unit is told to do something, not only to be pressed (催一下环保局)."""
    return not re.search("催", reading.text[start:end])


def _leader_units(reading: Reading, start: int, end: int) -> list[str]:
    """The units asked to act, those that begin a clause included."""
    names: list[str] = []
    asked_here = asked_places(reading, start, end)
    for unit in reading.units_in(start, end):
        clause = reading.clause_at(unit.start)
        asked = unit.start in asked_here
        if asked or (not (unit.bare or unit.place) and _is_subject(reading, unit, clause.start)):
            if unit.name:
                names.append(unit.name)
        elif re.search("催|督促", reading.text[max(start, unit.start - 5) : unit.start]) and unit.name:
            names.append(unit.name)
    return list(dict.fromkeys(names))


def _is_subject(reading: Reading, unit: UnitMention, start: int) -> bool:
    before = reading.text[start : unit.start]
    after = reading.text[unit.end : unit.end + 1]
    return after not in "的" and not re.search("(?:被|和|跟|向|到|在|从)$", before) if after else True
