"""What contacts answer about their tickets: 接单, 反馈, 申请销号, 延期, 退回; and written plans."""

import re
from collections.abc import Sequence
from datetime import date

from bot.acts import Acknowledge, Act, Ask, Extend, Feedback, Node, Plan, Resolve, Return

from .dates import DaySpan
from .decisions import plain_decisions
from .lexicon import Matcher, any_of, entries, lazily, matcher
from .people import assignee, named_alone
from .queries import TO_PERSON
from .reading import Reading
from .tickets import MOST_TOLD, WhichTickets, which_tickets
from .trace import Rule

_RETURN, _EXTEND, _RESOLVE = (matcher("answers", "contact", name) for name in ("return", "extend", "resolve"))
_ACKNOWLEDGE, _FEEDBACK, _NOT_RESOLVED = (
    matcher("answers", "contact", name) for name in ("acknowledge", "feedback", "not_resolved")
)
_CLAIMED = re.compile("核?销(?!售|毁|路|往|量)|闭环|结案|摘号|单[^,。;]{0,3}结了?吧")
_LATER = re.compile(
    "预计|争取|力争|计划|届时|到时|等(?!等)|才|确保|保证|打算|准备|尽快|抓紧|早日|以便|不[能可符宜]|暂[不缓]|[没未不]|怎么|如何|[底末日号天周月旬][之以]?[前内后](?!已)|再(?:申请|来|报|行|提|销)|后(?:即|就|再)?(?:可)?(?:申请|销)|什么|哪些|[吗?]|请问|(?:[0-9][日号]|[月年周]底|周[一二三四五六日天末]|明天|后天)[^,。;]{0,6}(?:可以?|能|就)|下周|下月|明天"
)
_NO_LATER = re.compile(
    "(?:核实|审核|核查|确认|复核|核验|查实)(?:以|之)?后|[没无]有?(?:任何|什么)?(?:问题|异议|意见|遗留|人)|不再|(?:月|周|天|日|号)前已"
)
_PLAN = re.compile(
    "方案(?:如下)?[:,]|方案是|(?:工作|办理|解决|推进)(?:方案|计划|节点)[:,]|节点[:是]|分[两三四]步|时间节点"
)
_HANDS_IN = re.compile(
    "(?:^|(?<=[,。;:! \n号]))(?:我们?|现|要|先|再|来)*(?:上?报|交|提交|报送|补报|发)(?:一下|个|一份|下)?"
    "(?:(?:工作|解决|办理|推进|实施|处置|整改)的?)?方案(?:吧|来了|如下)?(?=[,。;:! \n]|$)"
)
_PROMISE = re.compile(
    "(?:之?前|以?内|底|末|[日号天])?(?:能|可|可以|就|要|把|将|给|会|一定|保证|确保|预计)*[一-鿿0-9]{0,8}?"
    "(?:办结|完成|解决|答复|回复|出具|出|拨付|到位|迁完|办完|办好|搞定|反馈|给|报结果|通|批|硬化完|拿出|销号|到账|处理完|修好|修完|接通|落实|办理完|完|好|结)"
)
_CLAUSES = re.compile("[,。;!?\\n ]")
_BACK = re.compile("(?<![一-鿿0-9])退(?:了|掉)?吧?[。! ]*$")
_NO_RETURN = re.compile(
    "退回来|被退回|(?:暂时|目前|现在|这几天|今天|暂)(?:还)?(?:办|弄|管)不了|退回(?:去)?(?:补|修|企业|完善|重做|整改)"
    "|(?:材料|资料|报件|组件|卷宗|图纸)[^,。;]{0,4}退回|退回了?[^,。;]{0,6}(?:材料|资料|报件)|退(?:给|还|回)了?(?:企业|业主|建设单位|设计院|编制单位|项目单位|施工单位)"
)
_NO_EXTEND = re.compile(
    "(?:无需|不用|不再|不需要?|没有?|不会|避免)(?:申请)?(?:延期|推迟|顺延|延后)|(?:推迟|延期|延后|推后)(?:发货|到货|交货|供货|开会|召开|交付)"
)
_HOPE = matcher("answers", "contact", "hope")
_ONLY_STEP = lazily(lambda: any_of(entries("answers", "contact", "visit")) + "|对接(?!完)")
_WHOSE = re.compile(
    "(?:是|找|转|归|由|属于?|得|给|退给|该|推给|请|属于|请转|应为|应是|去|让|交)(?:你们|给|到|由|找)?$"
)
_TELLING = 8  # characters beside a number that tell something
_NEAR = 40  # characters after a day that say what is promised for it
_PROMISED = re.compile(
    "(?:预计|保证|确保|争取|力争|尽快|抓紧|马上|尽量|计划)(?:[^,。]{0,10})(?:办结|办完|解决|完成|处理|办理|答复|办好|落实|通|迁完|反馈|拿回来|拿到|批下来|办下来|跑下来|出具)"
)
_GOING_ON = re.compile("正在|正|已|了|过|还在|还有|还差|剩|没|未|等")
_ASKING = re.compile("[?]|吗$|谁|哪|如何|什么|咋|啥|订了|几点")
_CHATTER = lazily(lambda: any_of(entries("polite", "chatter")) + "|[您你]好$")


def contact_acts(reading: Reading) -> tuple[list[Act], Ask | None]:
    """The contact's answers, one act for each ticket named; without a number by sentence where these differ."""
    decided = plain_decisions(reading)
    if decided is not None:
        return decided
    stretches = _stretches(reading)
    acts: list[Act] = []
    ask: Ask | None = None
    for start, end in stretches:
        more, question = _read(reading, start, end)
        acts += more
        ask = ask or question
    return _spread(reading, _once_told(acts)), ask


def _stretches(reading: Reading) -> list[tuple[int, int]]:
    """From one ticket number to the next; without numbers each sentence that is about a ticket of its own."""
    text = reading.text
    if reading.refs:
        starts = [0, *(_start_of(reading, ref.start) for ref in reading.refs[1:])]
        return [(a, b) for a, b in zip(starts, [*starts[1:], len(text)], strict=True) if a < b]
    if len(reading.tickets) < 2:
        return [(0, len(text))]
    sentences = [
        reading.sentence_span(number)
        for number in dict.fromkeys(clause.sentence for clause in reading.clauses)
    ]
    return (
        _told_apart(reading, sentences)
        or _told_apart(reading, [(clause.start, clause.end) for clause in reading.clauses])
        or [(0, len(text))]
    )


def _once_told(acts: list[Act]) -> list[Act]:
    """34、59都要延期,34延到月底: what is first said of all, then of each with its day, is said once; and how far
    a ticket has got is no act of its own beside what is asked or claimed of it."""
    dated = {act.ticket for act in acts if isinstance(act, Extend) and act.until}
    answered = {act.ticket for act in acts if isinstance(act, Resolve | Extend | Return | Acknowledge)}

    def is_said(act: Act) -> bool:
        if isinstance(act, Extend):
            return act.until is None and act.ticket in dated
        return isinstance(act, Feedback) and act.ticket is not None and act.ticket in answered

    return list(dict.fromkeys(act for act in acts if not is_said(act)))


def _told_apart(reading: Reading, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The stretches, each with the spans after it that choose no ticket; none where all are about the same."""
    if len(spans) < 2:
        return []
    starts: list[int] = []
    last: tuple[int, ...] = ()
    for start, end in spans[:MOST_TOLD]:
        which = which_tickets(reading, start, end)
        if which.described and which.numbers and which.numbers != last and _kind(reading.text[start:end]):
            starts.append(start)
            last = which.numbers
    if len(starts) < 2:
        return []
    starts[0] = 0
    return [(a, b) for a, b in zip(starts, [*starts[1:], len(reading.text)], strict=True) if a < b]


def _start_of(reading: Reading, at: int) -> int:
    clause = reading.clause_at(at)
    return at if reading.refs_in(clause.start, at) else clause.start


def _kind(text: str) -> str | None:
    """Which answer the stretch gives."""
    if (_RETURN.search(text) or _BACK.search(text)) and not _NO_RETURN.search(text):
        return "return"
    if _EXTEND.search(_NO_EXTEND.sub("", text)):
        return "extend"
    if ("方案" in text and _HANDS_IN.search(text)) or _PLAN.search(text):
        return "plan"
    if _resolved(text):
        return "resolve"
    if _ACKNOWLEDGE.search(text) or (assignee(text) and not re.search("正在|已经|已派", text)):
        return "acknowledge"
    if _FEEDBACK.search(text):
        return "feedback"
    return None


def _resolved(text: str) -> bool:
    """Whether a clause says that it is done and none that something is open, or a clause asks to strike it off."""
    done = False
    for clause in _CLAUSES.split(text):
        if _RESOLVE.search(clause) and not _LATER.search(_NO_LATER.sub("", clause)):
            if _CLAIMED.search(clause):
                return True
            done = True
    return done and not _NOT_RESOLVED.search(text)


def _read(reading: Reading, start: int, end: int) -> tuple[list[Act], Ask | None]:
    text = reading.text[start:end]
    kind = _kind(text)
    if (
        kind in (None, "feedback")
        and (_PROMISED.search(text) or _planned(reading, start, end))
        and not _GOING_ON.search(text)
    ):
        kind = "acknowledge"
    if kind is None and reading.refs_in(start, end) and len(text) > _TELLING:
        kind = "feedback"
    if kind is None:
        return [], None
    which = which_tickets(reading, start, end)
    if kind == "acknowledge" and not which.described and not reading.tickets:
        return [], None
    if kind == "feedback" and not which.described and (len(reading.tickets) != 1 or _CHATTER.search(text)):
        return [], None
    if kind == "feedback" and not which.described and (_ASKING.search(text) or TO_PERSON.match(text)):
        return [], None
    if kind == "feedback" and (_CHATTER.search(text) or (not which.numbers and not reading.tickets)):
        return [], None
    numbers: tuple[int | None, ...] = which.numbers or (None,)
    acts = [_act(kind, reading, start, end, number) for number in numbers]
    if reading.trace is not None:
        _note(reading, start, end, kind, acts)
    return acts, _ask(which)


_CARRIED_BY: dict[str, tuple[Matcher | re.Pattern[str], ...]] = {
    "return": (_RETURN,),
    "extend": (_EXTEND,),
    "plan": (_HANDS_IN, _PLAN),
    "resolve": (_RESOLVE,),
    "acknowledge": (_ACKNOWLEDGE, _PROMISED),
    "feedback": (_FEEDBACK,),
}


def _note(reading: Reading, start: int, end: int, kind: str, acts: Sequence[Act]) -> None:
    text = reading.text[start:end]
    word = next(filter(None, (pattern.search(text) for pattern in _CARRIED_BY[kind])), None)
    for act in acts:
        reading.note(None, word, act=act)
    if kind in ("acknowledge", "feedback") and _RESOLVE.search(text):
        reading.note(Rule.RESOLVE, _NOT_RESOLVED.search(text), _RESOLVE.search(text), discarded="还没有办好")
    for day in reading.days_in(start, end):
        clause = reading.clause_at(day.start)
        if kind == "feedback":
            reading.note(Rule.DATE, day, discarded="反馈里预计的日子，不算答应的期限")
        elif kind == "acknowledge" and (hope := _HOPE.search(clause.text)):
            reading.note(Rule.DATE, hope, day, discarded="只是争取，不算答应的期限")
        elif kind == "acknowledge" and (visit := _ONLY_STEP.search(reading.text[day.end : clause.end])):
            reading.note(Rule.DATE, day, visit, discarded="只是去一趟、开个会，不是办结的日子")


def _ask(which: WhichTickets) -> Ask | None:
    return None if which.numbers else which.ask


def _act(kind: str, reading: Reading, start: int, end: int, ticket: int | None) -> Act:
    if kind == "return":
        return Return(ticket, _whose(reading, start, end))
    if kind == "extend":
        return Extend(ticket, _until(reading, start, end))
    if kind == "plan":
        nodes = plan_nodes(reading, start, end)
        reported = _HANDS_IN.search(reading.text, start, end)
        return Plan(ticket, nodes) if nodes or reported else Feedback(ticket)
    if kind == "resolve":
        return Resolve(ticket)
    if kind == "acknowledge":
        text, planned = reading.text[start:end], _planned(reading, start, end)
        return Acknowledge(ticket, assignee(text) or named_alone(text), planned)
    return Feedback(ticket)


def _whose(reading: Reading, start: int, end: int) -> str | None:
    """The unit whose job it is instead: not the sender's own."""
    names = [unit for unit in reading.units_in(start, end) if unit.name and unit.name != reading.sender.unit]
    for unit in names:
        if _WHOSE.search(reading.text[max(start, unit.start - 4) : unit.start]):
            return unit.name
    firm = [unit for unit in names if not unit.bare and not unit.place]
    return firm[-1].name if firm else None


def _until(reading: Reading, start: int, end: int) -> date | None:
    """The day asked for: after the word of the extension, else the last that is ahead."""
    days = [day for day in reading.days_in(start, end) if day.ahead >= reading.today]
    word = _EXTEND.search(reading.text, start, end)
    after = [day for day in days if word and day.start >= word.start()]
    chosen = [
        day
        for day in after or _beside(reading, days, word)
        if not reading.text.startswith(("后", "之后", "以后", "过后"), day.end)
    ]
    return chosen[0].ahead if chosen else None


def _beside(reading: Reading, days: list[DaySpan], word: re.Match[str] | None) -> list[DaySpan]:
    """The days before the word, in its own clause; one that can't be kept (月底干不完) is not asked for."""
    if word is None:
        return days
    clause = reading.clause_at(word.start())
    kept = not re.search("[不没未原]", reading.text[clause.start : word.start()])
    return [day for day in days if kept and clause.start <= day.start]


def _planned(reading: Reading, start: int, end: int) -> date | None:
    """The day promised; a hope, or a mere visit, promises nothing."""
    hoped: dict[int, bool] = {}  # by where the clause begins
    for day in reading.days_in(start, end):
        clause = reading.clause_at(day.start)
        if clause.start not in hoped:
            hoped[clause.start] = _HOPE.search(clause.text) is not None
        over = reading.text.startswith(("今早", "今晨", "今天上午"), day.start)
        if over or day.ahead < reading.today or hoped[clause.start]:
            continue
        rest = reading.text[day.end : min(clause.end, day.end + _NEAR)]
        if _ONLY_STEP.search(rest) and not re.search("办结|完成|解决|答复|回复", rest):
            continue
        if (
            day.closing
            or _PROMISE.match(rest)
            or re.match("^(?:办|交|给|出|通|结|就(?:去|能)?(?:处[理置]|解决|拨|修|发|安排))", rest)
        ):
            return day.ahead
    return None


def _spread(reading: Reading, acts: list[Act]) -> list[Act]:
    """72号、73号都收到，赵敏负责: what closes the list with 都 covers the whole list."""
    acknowledged = [act for act in acts if isinstance(act, Acknowledge)]
    if len(acknowledged) < 2 or len(acknowledged) != len(acts) or "都" not in reading.text:
        return acts
    last = acknowledged[-1]
    return [
        Acknowledge(act.ticket, act.assignee or last.assignee, act.planned or last.planned)
        for act in acknowledged
    ]


def plan_nodes(reading: Reading, start: int, end: int) -> tuple[Node, ...]:
    """The dated steps of a plan: each day with the words after it, up to the next mark or day."""
    nodes = []
    days = [day for day in reading.days_in(start, end) if day.ahead >= reading.today]
    for place, day in enumerate(days):
        until = days[place + 1].start if place + 1 < len(days) else end
        words = re.split("[。;\n]", reading.text[day.end : until])[0].strip(" ,:、;")
        if words:
            nodes.append(Node(day.ahead, words))
    return tuple(nodes)
