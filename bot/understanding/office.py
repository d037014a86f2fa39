"""What the office, leaders and liaisons decide on tickets and whom they press: 交办, 同意, 退回, 挂牌, 批示, 催办."""

import re
from collections.abc import Sequence
from datetime import date

from bot.acts import (
    Act,
    Approve,
    Ask,
    Blocker,
    Dispatch,
    Grade,
    Instruct,
    Pause,
    Reject,
    Reopen,
    Resolve,
    Severity,
    Supervise,
    Urge,
)
from bot.people import Role

from .blockers import blockers
from .dates import Grain
from .lexicon import matcher, table
from .queries import reproaches
from .reading import Reading
from .requests import asked_units
from .targets import Target, target_of
from .tickets import which_tickets
from .troubles import troubles
from .units import UnitMention

_WORDS = table("answers")["office"]
_APPROVE, _REJECT, _SUPERVISE, _URGE, _DISPATCH = (
    matcher(_WORDS[name]) for name in ("approve", "reject", "supervise", "urge", "dispatch")
)
_LIAISON_APPROVE, _LIAISON_REJECT = matcher(_WORDS["liaison_approve"]), matcher(_WORDS["liaison_reject"])
_COMPLEX, _ORDINARY = matcher(_WORDS["grade_complex"]), matcher(_WORDS["grade_ordinary"])
_PAUSE, _REOPEN = matcher(_WORDS["pause"]), matcher(_WORDS["reopen"])
_RESOLVED = matcher(table("answers")["contact"]["resolve"])
_NOT_RESOLVED = matcher(table("answers")["contact"]["not_resolved"])
_AGREED = re.compile("(?<!不)(?:同意|准予|批准)")
_RELAYED = re.compile("批示|指示|要求:|强调")
_URGED_ALREADY = re.compile("(?:电话|微信|当面|已经?|又|刚)(?:电话|微信|当面|再)?催")
_DOES_IT = re.compile("(?:来|去|主)?(?:办|管)(?![公得了完没到过])")
_TASK = re.compile(
    "拿出|提出|研究|制定|形成|专题|查清|约谈|问责|倒排|必须|务必|开会|牵头|落实|保证|确保|报我|报结果|抓好|扫尾|解决掉|限期|想办法|协调好|亲自|专班|跟踪|说明|安排|组织|尽快解决|办好|解决"
)
_HURRIED = re.compile(
    "(?:他们|领导|那边|这边|也)*(?:赶紧|抓紧|赶快|尽快|快点|快一?些|快一点|麻利)(?:点|些|的|啊|吧|呀|一?下|了|时间)*[,。! ]*"
)
_ASKING = re.compile("[?]|吗$|什么|怎么样|咋样|啥")
_GRADE = re.compile(
    "(?:按|定为|属|算|归为|列为|作为|是|定成|升为|改为|调为|转为)(?:一般|重大|复杂|个重大)|(?:重大复杂|一般性?问题|一般性)"
)


def office_acts(reading: Reading) -> tuple[list[Act], Ask | None]:
    """The office's decisions; nothing where the message tells of a trouble without a ticket."""
    if _RELAYED.search(reading.text):
        return leader_acts(reading)
    acts: list[Act] = []
    ask: Ask | None = None
    for start, end in _stretches(reading):
        more, question = _office_stretch(reading, start, end)
        acts += more
        ask = ask or question
    return _shared_limit(reading, acts), ask


def _stretches(reading: Reading) -> list[tuple[int, int]]:
    """From one ticket number to the next, the whole text where there is none."""
    starts = [0]
    for before, ref in zip(reading.refs, reading.refs[1:], strict=False):
        clause = reading.clause_at(ref.start)
        starts.append(clause.start if before.end <= clause.start else ref.start)
    ends = [*starts[1:], len(reading.text)]
    return [(a, b) for a, b in zip(starts, ends, strict=True) if a < b]


def _office_stretch(reading: Reading, start: int, end: int) -> tuple[list[Act], Ask | None]:
    text = reading.text[start:end]
    has_ref = bool(reading.refs_in(start, end))
    decision = _decision(reading, text, start, end, has_ref)
    if decision:
        which = which_tickets(reading, start, end)
        if not has_ref and not reading.tickets and not re.search("销号|延期|挂牌", text):
            return [], None
        numbers: Sequence[int | None] = which.numbers or (None,)
        acts = [act for number in numbers for act in _decided(decision, reading, start, end, number)]
        return acts, None if which.numbers else which.ask
    units = _named_units(reading, start, end)
    pressed = _URGE.search(text)
    if (
        units
        and not _hurried(reading, start, end)
        and not _URGED_ALREADY.search(text)
        and (_DISPATCH.search(text) or _handed(reading, start, end))
        and (has_ref or _aims_at_ticket(reading, start, end))
    ):
        which = which_tickets(reading, start, end)
        due = limit(reading, start, end)
        numbers = which.numbers or (None,)
        return [
            Dispatch(number, unit, due) for number in numbers for unit in units
        ], None if which.numbers else which.ask
    if pressed:
        return _urge(reading, start, end)
    return [], None


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
    if re.search("派|交办|转|分办|交给|交由", reading.text[start:end]):
        return True
    which = which_tickets(reading, start, end)
    return which.described and bool(which.numbers)


def _decision(reading: Reading, text: str, start: int, end: int, has_ref: bool) -> str | None:
    if _SUPERVISE.search(text) and (
        "挂牌" in text or ("督办" in text and not _named_units(reading, start, end))
    ):
        return "supervise"
    if _GRADE.search(text) and (has_ref or reading.tickets) and not _named_units(reading, start, end):
        return "complex" if _COMPLEX.search(text) else "ordinary"
    if _PAUSE.search(text) and (has_ref or reading.tickets):
        return "pause"
    if _REOPEN.search(text) and has_ref and not _named_units(reading, start, end):
        return "reopen"
    agreed = _AGREED.search(text)
    refused = re.search("不同意|不予|不准|驳回", text)
    if agreed and not refused:
        return "approve"
    if _REJECT.search(text) and (has_ref or reading.tickets) and not _named_units(reading, start, end):
        return "reject"
    if _APPROVE.search(text) and not _named_units(reading, start, end) and (has_ref or len(text) <= 12):
        return "approve"
    return None


def _decided(decision: str, reading: Reading, start: int, end: int, ticket: int | None) -> list[Act]:
    if decision == "supervise":
        due = limit(reading, start, end)
        units = _named_units(reading, start, end)
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


def _named_units(reading: Reading, start: int, end: int) -> list[str]:
    """The units named in the stretch by a name that means nothing else, in their order."""
    named = []
    asked_here = _asked(reading, start, end)
    for unit in reading.units_in(start, end):
        if unit.name is None:
            continue
        before = reading.text[max(start, unit.start - 3) : unit.start]
        own = unit.name == reading.sender.unit and reading.sender.role is Role.OFFICE
        if own and not before.endswith(("交办", "派给", "交给")):
            continue
        asked = unit.start in asked_here
        given = re.search("(?:派|给|转|由|交|交办|让|请|改派)$", before)
        if not (unit.bare or unit.place) or asked or given:
            named.append(unit.name)
    return list(dict.fromkeys(named))


def limit(reading: Reading, start: int, end: int) -> date | None:
    """The limit set: a closing day first, else any day that is ahead."""
    days = [day for day in reading.days_in(start, end) if day.ahead >= reading.today]
    closing = [day for day in days if day.closing]
    for day in closing or days:
        if day.closing or day.grain is Grain.DAY or day.grain is Grain.MONTH:
            return day.ahead
    return None


def _shared_limit(reading: Reading, acts: list[Act]) -> list[Act]:
    """62号给供电公司，63号给住建局，都是月底前办完: a limit said of all."""
    given = [act for act in acts if isinstance(act, Dispatch)]
    last = next((act.due for act in reversed(given) if act.due), None)
    if len(given) < 2 or last is None or not re.search("都|均|统一", reading.text):
        return acts
    return [
        Dispatch(act.ticket, act.unit, act.due or last) if isinstance(act, Dispatch) else act for act in acts
    ]


def _urge(reading: Reading, start: int, end: int) -> tuple[list[Act], Ask | None]:
    """One target: a ticket before a project before a unit; several units without either: an act each."""
    target = target_of(reading, start, end)
    units = _named_units(reading, start, end)
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


def leader_acts(reading: Reading) -> tuple[list[Act], Ask | None]:
    """A leader's words: 同意, 不同意, 挂牌督办, 批示, 催办."""
    acts: list[Act] = []
    ask: Ask | None = None
    stretches = _stretches(reading) if reading.refs else [(0, len(reading.text))]
    for start, end in stretches:
        more, question = _leader_stretch(reading, start, end)
        acts += more
        ask = ask or question
    return acts, ask


def _leader_stretch(reading: Reading, start: int, end: int) -> tuple[list[Act], Ask | None]:
    text = reading.text[start:end]
    has_ref = bool(reading.refs_in(start, end))
    if "挂牌" in text or (has_ref and "督办" in text):
        return _decide(reading, start, end, "supervise")
    units = _leader_units(reading, start, end)
    due = limit(reading, start, end)
    if not units and not _RELAYED.search(text):
        if _AGREED.search(text) and "不同意" not in text:
            return _decide(reading, start, end, "approve")
        if (has_ref or reading.tickets) and re.search(
            "不同意|不予|驳回|退回|重办|不准|不能销|不行|不批", text
        ):
            return _decide(reading, start, end, "reject")
        if (has_ref or reading.tickets) and due is None and re.search("^(?:可以|准|批准|没意见|行)", text):
            return _decide(reading, start, end, "approve")
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
    pressed = _URGE.search(text) is not None
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
        return _urge(reading, start, end)
    tickets: Sequence[int | None] = target.tickets or (None,)
    names: Sequence[str | None] = units or [None]
    return [Instruct(ticket, target.project, unit, due) for ticket in tickets for unit in names], ask


def _closing(reading: Reading, start: int, end: int) -> bool:
    return any(day.closing for day in reading.days_in(start, end))


def _governs(reading: Reading, start: int, end: int) -> bool:
    """Whether a unit is told to do something, not only to be pressed (催一下环保局)."""
    return not re.search("催", reading.text[start:end])


def _asked(reading: Reading, start: int, end: int) -> set[int]:
    """Where the units stand that are asked to act."""
    clauses = reading.clauses_in(start, end)
    return {unit.start for clause in clauses for unit in asked_units(reading, clause)}


def _leader_units(reading: Reading, start: int, end: int) -> list[str]:
    """The units asked to act, those that begin a clause included."""
    names: list[str] = []
    asked_here = _asked(reading, start, end)
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


def _decide(reading: Reading, start: int, end: int, decision: str) -> tuple[list[Act], Ask | None]:
    which = which_tickets(reading, start, end)
    numbers: Sequence[int | None] = which.numbers or (None,)
    acts = [act for number in numbers for act in _decided(decision, reading, start, end, number)]
    return acts, None if which.numbers else which.ask


_OTHERS_REFUSE = re.compile(
    "(?:户|村民|群众|老百姓|人家|他们|对方|业主|村里|商户|群里|有人)[^,。;]{0,8}(?:不同意|不认可|不满意|有意见)|不同意(?:迁|搬|拆|签|征|施工|让|交|补偿)"
)
_STILL_OPEN = re.compile(
    "[^,。;!?]{0,2}(?:问题|这个|这事|这件事|事情)?(?:还是?|仍然?|依然|依旧|根本|并)(?:就)?[没未](?:有)?(?:彻底|真正|完全|得到)?解决(?:呢|啊|了)?[。! ]*"
)
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
    return _decide(reading, 0, len(reading.text), str(match.lastgroup))


def liaison_decisions(reading: Reading) -> tuple[list[Act], Ask | None]:
    """A liaison on tickets: confirmed, refused, solved, opened again, pressed."""
    decided = plain_decisions(reading)
    if decided is not None:
        return decided
    acts: list[Act] = []
    ask: Ask | None = None
    for start, end in _stretches(reading):
        text = reading.text[start:end]
        has_ref = bool(reading.refs_in(start, end))
        kind = _liaison_kind(reading, text, has_ref)
        if kind is None:
            continue
        if kind == "urge":
            more, question = _urge(reading, start, end)
        else:
            which = which_tickets(reading, start, end)
            one: dict[str, type[Approve | Reject | Resolve | Reopen]] = {
                "approve": Approve, "reject": Reject, "resolve": Resolve, "reopen": Reopen,
            }  # fmt: skip
            more = [one[kind](number) for number in which.numbers or (None,)]
            question = None if which.numbers else which.ask
        acts += more
        ask = ask or question
    return acts, ask


def _liaison_kind(reading: Reading, text: str, has_ref: bool) -> str | None:
    concerned = has_ref or bool(reading.tickets)
    if has_ref and re.search("重新打开|重启|重开|恢复办理|又", text) and _REOPEN.search(text):
        return "reopen"
    refused = concerned and _LIAISON_REJECT.search(text) and not re.search("能不能|什么时候", text)
    if refused and reproaches(reading):
        refused = None
    if refused and not has_ref and _OTHERS_REFUSE.search(text):
        refused = None
    if concerned and _STILL_OPEN.fullmatch(text):
        return "reject"
    if refused and (has_ref or re.search("销号|不同意|不认可|不确认|不满意|延期|有意见|先别", text)):
        return "reject"
    if (
        (concerned or re.search("同意(?:销号|延期)", text))
        and _LIAISON_APPROVE.search(text)
        and not re.search("不同意|村民不|没同意|审批|才同意|[没未]确认", text)
    ):
        return "approve"
    claimed = re.search("销号|请销|销了", text)
    if (concerned or claimed) and _RESOLVED.search(text) and (not _NOT_RESOLVED.search(text) or claimed):
        return "resolve"
    if re.search("催", text) and not re.search("催款|催我们|天天催", text):
        return None if not has_ref and _beyond_the_city(reading, text) else "urge"
    if (
        concerned
        and (has_ref or len(reading.text) <= 40)
        and _URGE.search(text)
        and not asked_any(reading)
        and not limit(reading, 0, len(reading.text))
    ):
        return "urge" if has_ref else None
    return None


def _beyond_the_city(reading: Reading, text: str) -> bool:
    """Whether a trouble without a ticket is for a bureau that nobody here can press: of the province, of a county."""
    told = [act for act in blockers(reading)[0] if isinstance(act, Blocker)]
    return (
        any(act.level and not act.units for act in told)
        and bool(troubles().matters(text))
        and not target_of(reading, 0, len(reading.text)).tickets
    )


def asked_any(reading: Reading) -> bool:
    """Whether any unit is asked to act."""
    return any(asked_units(reading, clause) for clause in reading.clauses)
