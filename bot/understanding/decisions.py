"""What is common to all who decide on tickets: which stretch is about which, the acts of a decision, 催办."""

import re
from collections.abc import Sequence
from datetime import date

from bot.acts import (
    Act,
    Approve,
    Ask,
    Dispatch,
    Grade,
    Instruct,
    Pause,
    Reject,
    Reopen,
    Severity,
    Supervise,
    Urge,
)
from bot.people import Role

from .dates import Grain
from .lexicon import matcher
from .reading import Reading
from .requests import asked_units
from .targets import target_of
from .tickets import which_tickets
from .trace import Rule

URGE = matcher("answers", "office", "urge")
REOPEN = matcher("answers", "office", "reopen")
AGREED = re.compile("(?<![不未没])(?<!不能)(?<!不宜)(?:同意|准予|批准|予以(?:通过|销号|办结|认可|延期|核销))")
REFUSED = re.compile(
    "不能?同意|不宜同意|[没未]同意|不予|驳回|退回|打回|重办|不准|不能[销延批]|不行|不批|不可以|不通过"
)
_FORMER = re.compile("(?:原(?:来|先|定|交|派)?(?:的|由|给)*|抄[送报告]|报告)$")
AGREES_WITH = re.compile("(?<!不)同意[^,。;]{0,10}(?:意见|方案|建议|申请|请示|所请)(?!.*(?:请|由|牵头))")
NO_OBJECTION = re.compile("没(?:有|什么|啥|有什么|有啥)意见")
_LISTED = re.compile("[、和与及]")
HUNG = re.compile("挂(?:上|个|一下|了)?牌")
THREAT = re.compile("(?:再不|否则|不然|要不|逾期|仍未|如果|若|还不)[^。;]{0,12}(?:挂(?:上|个)?牌|问责|通报)")
RELAYED = re.compile("批示|指示|要求:|强调")
_PLAIN = re.compile(
    "^[,: ]*(?:的?问题|工单)?(?:我们?|已|可以|都|均|全部|请|予以|就)*"
    "(?:(?P<approve>(?:同意|准予|批准)(?:它|其|该问题)?(?:销号|延期|退回|销了))"
    "|(?P<reject>(?:不同意|不予|不准|驳回|不批准)(?:它|其|该问题)?(?:销号|延期|退回|销了))|(?P<supervise>挂牌督办|挂牌|督办))"
    "(?:吧|了|啊|一下|处理)?[,。! ]*$"
)


def plain_decisions(reading: Reading) -> tuple[list[Act], Ask | None] | None:
    """17号同意销号, and nothing else said, whoever says it; None for all other messages."""
    start = reading.refs[-1].end if reading.refs else 0
    if reading.refs and (len(reading.refs) > 1 or reading.text[: reading.refs[0].start].strip(" ,")):
        return None
    match = _PLAIN.match(reading.text[start:])
    if match is None or not (reading.refs or reading.tickets):
        return None
    return decide(reading, 0, len(reading.text), str(match.lastgroup), match[str(match.lastgroup)])


def stretches(reading: Reading) -> list[tuple[int, int]]:
    """From one ticket number to the next, the whole text where there is none."""
    starts = [0]
    if not reading.refs:
        starts = _apart(reading)
    for before, ref in zip(reading.refs, reading.refs[1:], strict=False):
        clause = reading.clause_at(ref.start)
        starts.append(clause.start if before.end <= clause.start else ref.start)
    ends = [*starts[1:], len(reading.text)]
    return [(a, b) for a, b in zip(starts, ends, strict=True) if a < b]


def _apart(reading: Reading) -> list[int]:
    """槐东路请住建局抓紧。奥体请自规局办: where sentences that name projects of their own begin."""
    starts, last = [0], frozenset[int]()
    for number in dict.fromkeys(clause.sentence for clause in reading.clauses):
        start, end = reading.sentence_span(number)
        named = next((one.numbers for one in reading.named if start <= one.start < end and one.sure), None)
        if named is None or named == last:
            continue
        if last:
            starts.append(start)
        last = named
    return starts


def decide(
    reading: Reading, start: int, end: int, decision: str, word: re.Match[str] | str | None
) -> tuple[list[Act], Ask | None]:
    """The decision on the tickets that the stretch is about."""
    which = which_tickets(reading, start, end)
    numbers: Sequence[int | None] = which.numbers or (None,)
    acts = [act for number in numbers for act in decided(decision, reading, start, end, number)]
    for act in acts:
        reading.note(None, word, act=act)
    return acts, None if which.numbers else which.ask


def decided(decision: str, reading: Reading, start: int, end: int, ticket: int | None) -> list[Act]:
    """The acts of a decision on one ticket: 挂牌督办 with a unit or a limit is two."""
    if decision == "supervise":
        due = limit(reading, start, end)
        units = named_units(reading, start, end)
        acts: list[Act] = [Supervise(ticket)]
        if reading.sender.role is Role.LEADER:
            if due or units:
                acts += [Instruct(ticket, None, unit, due) for unit in units or (None,)]
        elif units or due:
            acts += [Dispatch(ticket, unit, due) for unit in units or (None,)]
        return acts
    if decision in ("complex", "ordinary"):
        return [Grade(ticket, Severity(decision))]
    if decision == "pause":
        return [Pause(ticket, limit(reading, start, end))]
    if decision == "reopen":
        return [Reopen(ticket)]
    return [Approve(ticket)] if decision == "approve" else [Reject(ticket)]


def named_units(reading: Reading, start: int, end: int) -> list[str]:
    """The units named in the stretch by a name that means nothing else, in their order."""
    named: list[str] = []
    last: int | None = None
    asked_here = asked_places(reading, start, end)
    for unit in reading.units_in(start, end):
        if unit.name is None:
            continue
        before = reading.text[max(start, unit.start - 3) : unit.start]
        if _FORMER.search(reading.text, max(start, unit.start - 5), unit.start):
            continue
        own = unit.name == reading.sender.unit and reading.sender.role is Role.OFFICE
        if own and not before.endswith(("交办", "派给", "交给")):
            continue
        asked = unit.start in asked_here
        given = re.search("(?:派|给|转|由|交|交办|让|请|改派|提醒|督促|催|催下|一下)$", before)
        listed = last is not None and _LISTED.fullmatch(reading.text, last, unit.start) is not None
        if not (unit.bare or unit.place) or asked or given or listed:
            named.append(unit.name)
            last = unit.end
    return list(dict.fromkeys(named))


def asked_places(reading: Reading, start: int, end: int) -> set[int]:
    """Where the units stand that are asked to act."""
    clauses = reading.clauses_in(start, end)
    return {unit.start for clause in clauses for unit in asked_units(reading, clause)}


def limit(reading: Reading, start: int, end: int) -> date | None:
    """The limit set: a closing day first, else any day that is ahead."""
    days = [day for day in reading.days_in(start, end) if day.ahead >= reading.today]
    closing = [day for day in days if day.closing]
    for day in closing or days:
        if day.closing or day.grain is Grain.DAY or day.grain is Grain.MONTH:
            return day.ahead
    return None


def urge(
    reading: Reading, start: int, end: int, word: re.Match[str] | None = None
) -> tuple[list[Act], Ask | None]:
    """One target: a ticket before a project before a unit; several units without either: an act each.

    `word`: what presses where no word of URGE is said.
    """
    acts, ask = _urged(reading, start, end)
    if reading.trace is not None:
        word = URGE.search(reading.text, start, end) or word
        for act in acts:
            reading.note(None, word, act=act)
        if any(isinstance(act, Urge) and not act.unit for act in acts):
            for unit in reading.units_in(start, end):
                reading.note(Rule.UNIT, unit, discarded="催办只记一样：先工单，再项目，最后单位")
    return acts, ask


def _urged(reading: Reading, start: int, end: int) -> tuple[list[Act], Ask | None]:
    target = target_of(reading, start, end)
    units = named_units(reading, start, end)
    several = _several_projects(reading, start, end)
    if len(several) > 1 and not target.tickets and not units:
        return [Urge(project=number) for number in several], None
    if target.tickets and (target.named or not units):
        return [Urge(ticket=number) for number in target.tickets], None
    if target.project is not None and (target.named or not units):
        return [Urge(project=target.project)], None
    if target.named and target.ask is not None:
        return [Urge()], target.ask
    if units:
        return [Urge(unit=unit) for unit in units], None
    return ([Urge()], target.ask) if target.ask else ([], None)


def _several_projects(reading: Reading, start: int, end: int) -> list[int]:
    """The projects named one after the other, as far as each is plain."""
    named = [
        reading.own(mention.numbers)
        for mention in reading.named
        if start <= mention.start < end and mention.sure
    ]
    return list(dict.fromkeys(next(iter(numbers)) for numbers in named if len(numbers) == 1))
