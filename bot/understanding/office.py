"""What the office decides on tickets and whom it presses: 交办, 同意, 退回, 挂牌, 定级, 挂起, 催办."""

import re
from collections.abc import Sequence

from bot.acts import Act, Ask, Dispatch

from .decisions import (
    AGREED,
    HUNG,
    NO_OBJECTION,
    RELAYED,
    REOPEN,
    THREAT,
    URGE,
    decided,
    limit,
    named_units,
    stretches,
    urge,
)
from .leader import leader_acts
from .lexicon import matcher
from .reading import Reading, blanked
from .tickets import MOST_TOLD, which_tickets
from .troubles import troubles

_APPROVE, _REJECT, _SUPERVISE, _DISPATCH = (
    matcher("answers", "office", name) for name in ("approve", "reject", "supervise", "dispatch")
)
_COMPLEX, _PAUSE = matcher("answers", "office", "grade_complex"), matcher("answers", "office", "pause")
_NOT_YET = re.compile("暂[缓停]?(?:予以)?(?:销号|办结|同意|销|延)")
_GIVEN_ANEW = re.compile("(?:改派|重新派|重派|改由|改交|改转|重新交办|另派|转派)(?:给|到|由)?$")
_PRESSED = re.compile("催|提醒|过问")
_URGED_ALREADY = re.compile("(?:电话|微信|当面|已经?|又|刚)(?:电话|微信|当面|再)?催")
_DOES_IT = re.compile("(?:来|去|主)?(?:办|管)(?![公得了完没到过])")
_HURRIED = re.compile(
    "(?:他们|领导|那边|这边|也)*(?:赶紧|抓紧|赶快|尽快|快点|快一?些|快一点|麻利)(?:点|些|的|啊|吧|呀|一?下|了|时间)*[,。! ]*"
)
_SENT_BACK = re.compile("不同意|不予|不准|驳回|退回|打回")
_REFUSED = re.compile("不(?:予|同意|准)(?:受理|退|销|延|批准|办结)|驳回|(?:退|打)回[^,。;]{0,8}重(?:新|办)")
_ASKING = re.compile("[?]|吗|呢|怎么|咋|什么|啥|哪|多少|几[个件天]|没有$|了没|是否|有没有|谁")
_GRADE = re.compile(
    "(?:按|定为|属|算|归为|列为|作为|是|定成|升为|改为|调为|转为)(?:一般|重大|复杂|个重大)|(?:重大复杂|一般性?问题|一般性)"
)


def office_acts(reading: Reading) -> tuple[list[Act], Ask | None]:
    """The office's decisions; nothing where the message tells of a trouble without a ticket."""
    if RELAYED.search(reading.text):
        return leader_acts(reading)
    acts: list[Act] = []
    ask: Ask | None = None
    for start, end in _handed_out(reading) or stretches(reading):
        more, question = _office_stretch(reading, start, end)
        acts += more
        ask = ask or question
    return _shared_limit(reading, acts), ask


def _handed_out(reading: Reading) -> list[tuple[int, int]]:
    """环评给环保局,纳统给统计局: clauses that each name a unit and choose a ticket, where no number is said."""
    if reading.refs or len(reading.tickets) < 2:
        return []
    starts: list[int] = []
    chosen: set[int] = set()
    for clause in reading.clauses[:MOST_TOLD]:
        which = which_tickets(reading, clause.start, clause.end)
        if len(which.numbers) == 1 and which.described and named_units(reading, clause.start, clause.end):
            starts.append(clause.start)
            chosen.update(which.numbers)
    if len(chosen) < 2 or len(chosen) != len(starts):
        return []
    return list(zip(starts, [*starts[1:], len(reading.text)], strict=True))


def _office_stretch(reading: Reading, start: int, end: int) -> tuple[list[Act], Ask | None]:
    text = reading.text[start:end]
    has_ref = bool(reading.refs_in(start, end))
    decision = _decision(reading, text, start, end, has_ref)
    if decision:
        kind, word = decision
        which = which_tickets(reading, start, end)
        if not has_ref and not reading.tickets and not re.search("销号|延期|挂牌", text):
            return [], None
        numbers: Sequence[int | None] = which.numbers or (None,)
        acts = [act for number in numbers for act in decided(kind, reading, start, end, number)]
        for act in acts:
            reading.note(None, word, act=act)
        return acts, None if which.numbers else which.ask
    units = _anew(reading, start, end) or named_units(reading, start, end)
    pressed = URGE.search(text)
    if (
        units
        and not _hurried(reading, start, end)
        and not _URGED_ALREADY.search(text)
        and (
            _DISPATCH.search(text)
            or _handed(reading, start, end)
            or (has_ref and not pressed and not _ASKING.search(text))
            or (has_ref and limit(reading, start, end) and not _PRESSED.search(text))
        )
        and (has_ref or _aims_at_ticket(reading, start, end))
    ):
        which = which_tickets(reading, start, end)
        due = limit(reading, start, end)
        numbers = which.numbers or (None,)
        pairs = [(number, unit) for number in numbers for unit in units]
        if len(units) == len(numbers) and "分别" in text:
            pairs = list(zip(numbers, units, strict=True))
        given: list[Act] = [Dispatch(number, unit, due) for number, unit in pairs]
        for act in given:
            reading.note(None, _DISPATCH.search(text), act=act)
        return given, None if which.numbers else which.ask
    if pressed:
        return urge(reading, start, end)
    return [], None


def _anew(reading: Reading, start: int, end: int) -> list[str]:
    """工信局不同意承办,重新派给卫健委: those that it is given to now, where others had it before."""
    given = [
        unit.start
        for unit in reading.units_in(start, end)
        if _GIVEN_ANEW.search(reading.text, max(start, unit.start - 6), unit.start)
    ]
    return named_units(reading, given[0], end) if given else []


def _hurried(reading: Reading, start: int, end: int) -> bool:
    """1号让水务局赶紧的: the unit is told to be quick and nothing else."""
    last = max(reading.units_in(start, end), key=lambda unit: unit.end)
    return _HURRIED.fullmatch(reading.text, last.end, end) is not None


def _handed(reading: Reading, start: int, end: int) -> bool:
    """6号环保局办: a unit that the ticket is for, without a word of handing over."""
    return any(_DOES_IT.match(reading.text, unit.end, end) for unit in reading.units_in(start, end))


def _aims_at_ticket(reading: Reading, start: int, end: int) -> bool:
    if not reading.tickets:
        return False
    if re.search("派|交办|转|分办|交给|交由|移送", reading.text[start:end]):
        return True
    if len(reading.tickets) == 1 and not reading.projects and _only_orders(reading, start, end):
        return True
    which = which_tickets(reading, start, end)
    return which.described and bool(which.numbers) and not _tells_another(reading, start, end, which.numbers)


def _only_orders(reading: Reading, start: int, end: int) -> bool:
    """23号前让林业局办完: who shall do it and by when, and no word of what it is about."""
    text = blanked(reading, start, end, units=True)
    return not troubles().matters(text) and not troubles().trouble(text) and not _PRESSED.search(text)


def _tells_another(reading: Reading, start: int, end: int, numbers: Sequence[int]) -> bool:
    """Whether the stretch complains of something that those tickets are not about."""
    clauses = reading.clauses_in(start, end)
    told = {troubles().trouble(blanked(reading, one.start, one.end, units=True)) for one in clauses} - {None}
    about = {ticket.category for ticket in reading.tickets if ticket.number in numbers}
    return bool(told) and told.isdisjoint(about)


def _decision(
    reading: Reading, text: str, start: int, end: int, has_ref: bool
) -> tuple[str, re.Match[str]] | None:
    """The decision, with the word that says it."""
    if (word := _SUPERVISE.search(text)) and (
        (HUNG.search(text) and not THREAT.search(text))
        or ("督办" in text and not named_units(reading, start, end))
    ):
        return "supervise", word
    if (
        (word := _GRADE.search(text))
        and (has_ref or reading.tickets)
        and not named_units(reading, start, end)
    ):
        return "complex" if _COMPLEX.search(text) else "ordinary", word
    if (word := _PAUSE.search(text)) and not _NOT_YET.search(text) and (has_ref or reading.tickets):
        return "pause", word
    if (
        (word := REOPEN.search(text))
        and has_ref
        and not _SENT_BACK.search(text)
        and not named_units(reading, start, end)
    ):
        return "reopen", word
    if (word := AGREED.search(text)) and not re.search("不同意|不予|不准|驳回", text):
        return "approve", word
    if (
        (word := _REJECT.search(NO_OBJECTION.sub("没意见", text)))
        and (has_ref or reading.tickets)
        and (_REFUSED.search(text) or not named_units(reading, start, end))
    ):
        return "reject", word
    if (
        (word := _APPROVE.search(text))
        and not named_units(reading, start, end)
        and (has_ref or len(text) <= 12)
    ):
        return "approve", word
    return None


def _shared_limit(reading: Reading, acts: list[Act]) -> list[Act]:
    """62号给供电公司，63号给住建局，都是月底前办完: a limit said of all."""
    given = [act for act in acts if isinstance(act, Dispatch)]
    last = next((act.due for act in reversed(given) if act.due), None)
    if len(given) < 2 or last is None:
        return acts
    if not re.search("都|均|统一", reading.text) and not _closes(reading, given):
        return acts
    return [
        Dispatch(act.ticket, act.unit, act.due or last) if isinstance(act, Dispatch) else act for act in acts
    ]


def _closes(reading: Reading, given: Sequence[Dispatch]) -> bool:
    """48号环境局办,50号自规局办,本周内给话: a clause of its own after the list, without unit or number."""
    clause = reading.clauses[-1]
    alone = not reading.units_in(clause.start, clause.end) and not reading.refs_in(clause.start, clause.end)
    listed = reading.sentence_span(clause.sentence)[0] <= reading.refs[0].start if reading.refs else False
    return (
        alone
        and listed
        and bool(reading.days_in(clause.start, clause.end))
        and all(act.due is None for act in given[:-1])
    )
