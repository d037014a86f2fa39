"""What a liaison reports of his projects: figures, where they stand, steps taken."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from bot.acts import Act, Ask, Category, Money, Progress, Scope, Status

from .dates import DaySpan, Grain
from .figures import EACH, Sum, done_shares, sums, told_each
from .lexicon import any_of, entries, lazily, lists, matcher, once
from .money import Amount
from .numbers import tidy
from .reading import Clause, Reading, Which, blanked, which_project
from .shares import Share
from .trace import Rule
from .troubles import troubles


@once
def _status_of() -> dict[str, Status]:
    return {word: Status(name) for name, words in lists("status").items() for word in words}


_ACCEPTED = (
    "通过了?[^,。;!?\n等待没未还再后]{0,6}?竣工验收"
    "|竣工验收(?:已经?|都|也|一次性?|一次就|顺利|正式|全部|全面|圆满|成功){0,3}(?:通过|合格)"
)
_STATUS = lazily(
    lambda: (
        f"(?P<accepted>{_ACCEPTED})|(?P<status>{any_of(_status_of())})"
        + "(?:(?P<set>的?(?:日期|时间|日子|仪式的?时间))(?!之?前)|(?!以来|后(?!期)|至今|到现在|前(?!期)|率|报告|手续|资料|条件|令|损失|日期|时间|材料|验收|备案|纳统的|入统的|的(?:手续|资料|材料|五证|证|要件|报表|事|问题|条件)|复产?方案|不了|不成|通知|证|建设以来|难|计划|风险|边缘|准备|申请|检查|审批|许可证|结算|决算|图|档案|所需|必备|节点|累计|要求|标准|需要?|工作|流程|审核|前提|环节|阶段|期间))"
    )
)
_HOPE = matcher("progress", "hope")
_FIXED = matcher("progress", "fixed")
_NEGATED = matcher("progress", "negated")
_PART = matcher("progress", "parts")
_STEP = matcher("progress", "steps")
_DONE = lazily(lambda: any_of((*entries("progress", "done"), *entries("progress", "complete"))))
_UNDER_WAY = matcher("progress", "under_way")
_ALREADY = re.compile("已|了|的$|刚|昨|前天|上周|上月|于今")
_ASKED = re.compile("(?<!申)请|希望|麻烦|恳请|盼|需要|催")
_ASKING = re.compile("[?]|吗|呢$|什么|怎么|咋|多少|没有$|为啥|哪")
_UNDONE = matcher("progress", "undone")
_NOT_STATUS = matcher("progress", "not_status")
_THREAT = matcher("progress", "threats")
_SINCE = re.compile("(?:自|从|打|自从)(?:项目|工程)?$")
_NOT_AFTER = re.compile(
    "^(?:一直|一|还|又|都|也|到现在|至今|目前|仍然?|始终|的事)*(?:[没未](?!多久|几天)|不(?!到|久|足)|卡|被[^,。;]{0,6}?(?:卡|退|打|否|拒)|遥|早(?:着|得很)?(?![就已日点些])|远(?:着|得很)?(?![程销])|受阻|受限|推迟(?!到)|延[后期迟](?!到)|滞后)"
)
_HOLDS = re.compile(
    "^(?:至今|到现在)?(?:已|都)?(?:了|(?:[0-9]+|[一二三四五六七八九十两半]+)多?个?(?:天|周|月|星期|礼拜))"
)
_TO_COME = re.compile("(?:要|会|得|快|将)$")
_WARNED = re.compile("(?:预警|管控|应急响应)(?:而|被|要求|期间)*$")
_MUCH_DONE = re.compile(  # 吊了6台, 敷设了3.2公里
    "(?<![缺差停欠拖少扣堵塌罚报等误涨降晚超剩跑走死伤])了(?:约|近|大概|差不多)?(?:[0-9.]+|[一二三四五六七八九十百千两半]+)(?:多|来|余)?万?"
    "(?:公里|米|方|立方|平米|平方|吨|台|套|根|片|孔|座|榀|棵|株|组|层|延米|环|跨|幅|节|面|块|张|基|口|眼|栋|间)"
)
_OF_IT = re.compile("(?:就|才|从)?(?:开始|起)?(?:(?:停|开|复|投|竣|完)(?:工|产)?)?的?")
_JUST_PAST = 270  # days: a month that comes again no earlier has just been
_SET_TO = re.compile("改|定|调|推|提前|延|是|为|在|:")
_MOST_STATUSES = 60  # of a message: nobody tells of so many


@dataclass(slots=True)
class _Facts:
    which: Which
    at: int
    sums: list[Sum] = field(default_factory=list)
    percent: float | None = None
    statuses: list[tuple[Status, date | None]] = field(default_factory=list)
    places: list[tuple[int, Status | None]] = field(default_factory=list)  # where these are said


def progress(reading: Reading) -> tuple[list[Act], Ask | None]:
    """One act for each project; a second one only for a second status."""
    facts: dict[Which, _Facts] = {}
    each = _each(reading)

    def of(at: int, status: Status | None = None) -> _Facts:
        which = each.get(at) or which_project(reading, at)
        fact = facts.setdefault(which, _Facts(which, at))
        fact.places.append((at, status))
        return fact

    for item in sums(reading):
        of(item.at).sums.append(item)
    for share in done_shares(reading):
        if not share.denied:
            of(share.at).percent = share.percent
    for at, status, day in statuses(reading):
        of(at, status).statuses.append((status, day))
    for clause in reading.clauses:
        if _is_step(reading, clause):
            of(clause.end - 1)
    acts: list[Act] = []
    ask: Ask | None = None
    for fact in sorted(facts.values(), key=lambda fact: fact.at):
        ask = ask or fact.which.ask
        made = _acts(fact, reading.today)
        acts += made
        if reading.trace is not None:
            _note(reading, fact, made)
    return acts, ask


def _note(reading: Reading, fact: _Facts, acts: Sequence[Act]) -> None:
    """Bind what was noted at the places of the facts to their acts."""
    assert reading.trace is not None
    for at, status in fact.places:
        of_status = [act for act in acts if isinstance(act, Progress) and act.status is status]
        act = next(iter(of_status if status is not None else ()), acts[0])
        reading.trace.bind(act, *((kind, at) for kind in ("figure", "status")))
        if act == Progress(fact.which.number):  # nothing but steps
            reading.trace.bind(act, ("step", at))
    kept = invested(fact.sums)
    for item in fact.sums:
        if not item.denied and Money(tidy(item.wan), item.scope) not in kept:
            amount = next((amount for amount in reading.amounts if amount.start == item.at), None)
            reading.note(Rule.INVESTED, amount, discarded="同一时段另有更近的一笔")


def _each(reading: Reading) -> dict[int, Which]:
    """甲和乙分别完成2亿和7000万: for the place of each figure of such a row, the project it belongs to."""
    found: dict[int, Which] = {}
    rows: tuple[Sequence[Amount | Share], ...] = (reading.amounts, reading.shares)
    for figures in rows if EACH.search(reading.text) else ():
        row: list[int] = []
        for place, figure in enumerate(figures):
            row = (
                [*row, figure.start]
                if place and told_each(reading, figures[place - 1].end, figure.start)
                else [figure.start]
            )
            first, _ = reading.sentence_span(reading.clause_at(figure.start).sentence)
            named = dict.fromkeys(
                reading.own(mention.numbers) for mention in reading.named if first <= mention.start < row[0]
            )
            if len(row) > 1 and len(row) == len(named):
                found.update(zip(row, map(Which.of, named), strict=True))
    return found


def _acts(fact: _Facts, today: date) -> list[Act]:
    said = list(dict.fromkeys(fact.statuses))
    kept: dict[Status, date | None] = {}
    for status, day in said:
        kept[status] = kept.get(status) or day
    resumed = kept.get(Status.RESUMED)
    if Status.RESUMED in kept and (resumed is None or resumed <= today):
        kept.pop(Status.SUSPENDED, None)
    ordered = list(kept.items())
    first: tuple[Status | None, date | None] = ordered[0] if ordered else (None, None)
    acts: list[Act] = [Progress(fact.which.number, invested(fact.sums), fact.percent, *first)]
    acts += [Progress(fact.which.number, status=status, date=day) for status, day in ordered[1:]]
    return acts


def invested(items: Sequence[Sum]) -> tuple[Money, ...]:
    """One sum for each span of time: the running one before the last, else the later said."""
    kept: dict[Scope | None, Sum] = {}
    for item in items:
        if item.denied:
            continue
        before = kept.get(item.scope)
        if before is None or not before.closer or item.closer:
            kept[item.scope] = item
    return tuple(Money(tidy(item.wan), item.scope) for item in kept.values())


def statuses(reading: Reading) -> list[tuple[int, Status, date | None]]:
    """Where projects stand, as far as it happened or is fixed, with the day."""
    out = []
    for match in islice(_STATUS.finditer(reading.text), _MOST_STATUSES):
        clause = reading.clause_at(match.start())
        before = blanked(reading, clause.start, match.start())
        after = reading.text[match.end() : clause.end]
        status = Status.COMPLETED if match["accepted"] else _status_of()[match["status"]]
        if reading.in_plan(match.start()):
            reading.note(Rule.STATUS, match, discarded="只是打算、希望")
            continue
        if wrong := _not_so(reading, clause, before, after, status):
            reading.note(Rule.STATUS, wrong[0], match, discarded=wrong[1])
            continue
        subject = blanked(reading, clause.start, match.start()).rpartition("某")[2]
        if part := _PART.search(_unquantified(subject)):
            reading.note(Rule.STATUS, part, match, discarded="只是一部分，不是整个项目的状态")
            continue
        fits, day = (
            _set_day(reading, clause)
            if match["set"]
            else _day(reading, clause, match["accepted"] or match["status"], before, after)
        )
        if fits:
            out.append((match.start(), status, day))
            reading.note(Rule.STATUS, match, key=("status", match.start()))
        else:
            reading.note(Rule.STATUS, match, discarded="日子还没到，也没有定下来")
    return out


def _unquantified(subject: str) -> str:
    return subject.replace("项目", "").replace("全部", "").replace("工程", "")


def _not_so(
    reading: Reading, clause: Clause, before: str, after: str, status: Status
) -> tuple[re.Match[str] | str | None, str] | None:
    """Why the status is none, with the word that says so."""
    near = before[-8:]
    negated = _NEGATED.search(near.replace("不日", "").replace("不久", "")) or _NOT_STATUS.search(near)
    negated = negated or _SINCE.search(near) or _NOT_AFTER.match(after)
    if negated:
        return negated, "还没有，或不再是"
    if before.endswith("集中") and not after.startswith(("了", "仪式")):
        return None, "说的是集中开工这件事，不是项目开了工"
    if status is Status.SUSPENDED:
        threat = (
            _TO_COME.search(before)
            or _THREAT.search(before)
            or (_HOLDS.match(after) is None and _WARNED.search(before))
        )
        if threat:
            return threat, "只是可能要停，还没有停"
    if status is Status.REGISTERED and troubles().trouble(clause.text) is Category.STATISTICS:
        return None, "说的是入库的困难"
    asking = _ASKING.search(after)
    if asking or reading.text[clause.end : clause.end + 1] == "?":
        return asking, "是在问"
    hope = _HOPE.search(before.replace("计划性", "").replace("应该是", ""))
    return (hope, "只是打算、希望") if hope and not _FIXED.search(before) else None


def _set_day(reading: Reading, clause: Clause) -> tuple[bool, date | None]:
    """开工日期定在10月16日; 投产的日子敲定了, 11月30日: the day that is said of it, else nothing is known."""
    start, end = reading.sentence_span(clause.sentence)
    fixed = _FIXED.search(reading.text, start, end) is not None
    days = [day for day in reading.days_in(clause.start, end) if day.ahead > reading.today]
    if not days or not (fixed or (_SET_TO.search(clause.text) and days[-1].grain is Grain.DAY)):
        return False, None
    return True, days[-1].ahead


def _is_fixed(reading: Reading, clause: Clause) -> bool:
    """Whether the clause says that it is fixed, or another of the sentence that has no status of its own."""
    if _FIXED.search(clause.text):
        return True
    start, end = reading.sentence_span(clause.sentence)
    return any(
        _FIXED.search(other.text) and not _STATUS.search(other.text)
        for other in reading.clauses_in(start, end)
    )


def _day(reading: Reading, clause: Clause, word: str, before: str, after: str) -> tuple[bool, date | None]:
    """Whether the status, said by that word, holds or is fixed, and its day."""
    days = reading.days_in(clause.start, clause.end) or _lone_days(reading, clause)
    already = (
        word[-2] in "了的" or _ALREADY.search(after[:3]) is not None or _ALREADY.search(before) is not None
    )
    fixed = _is_fixed(reading, clause)
    if not days:
        return (not fixed or already), None
    day = days[-1]
    if reading.text.startswith(("后", "之后", "以后", "过后"), day.end) and not fixed:
        return already, None  # 春节后复工
    past = already and not fixed
    if past:
        said = day.behind if day.behind is not None else None
        if said is not None and said > reading.today:
            said = None
        return True, said if day.grain is Grain.DAY else None
    said = day.ahead if fixed else day.nearest(reading.today)
    if said <= reading.today:
        return True, said if day.grain is Grain.DAY else None
    if day.grain is Grain.MONTH and not fixed and (said - reading.today).days > _JUST_PAST:
        return True, None  # 5月底动工, said in June
    if (day.grain is Grain.DAY and not day.closing) or fixed:
        return True, said
    return False, None


def _lone_days(reading: Reading, clause: Clause) -> Sequence[DaySpan]:
    """The day of the clause right before or after, if that clause says little else: 1月18号停的."""
    at = reading.clauses.index(clause)
    for beside, most in ((at - 1, 1), (at + 1, 4)):
        if not 0 <= beside < len(reading.clauses) or reading.clauses[beside].sentence != clause.sentence:
            continue
        lone = reading.clauses[beside]
        days = reading.days_in(lone.start, lone.end)
        if not days or lone.end - days[-1].end > most or days[-1].start - lone.start > 2:
            continue
        if beside < at or _OF_IT.fullmatch(reading.text, days[-1].end, lone.end):
            return days
    return []


def _is_step(reading: Reading, clause: Clause) -> bool:
    """Whether the clause tells of a step that was taken."""
    if not _DONE.search(clause.text):
        return False
    text = blanked(reading, clause.start, clause.end)
    step = _STEP.search(text) or (_MUCH_DONE.search(text) if "了" in text else None)
    if step is None:
        return False
    done = _DONE.search(text)
    if not done or _ASKED.search(text) or reading.in_plan(clause.start):
        return False
    if other := _UNDONE.search(text):
        reading.note(Rule.STEP, other, step, discarded="没有做成")
        return False
    if other := _NEGATED.search(text):
        reading.note(Rule.STEP, other, step, discarded="还没有做")
        return False
    if other := _HOPE.search(text):
        reading.note(Rule.STEP, other, step, discarded="只是打算、希望")
        return False
    if _ASKING.search(text) or reading.text[clause.end : clause.end + 1] == "?":
        return False
    other = _UNDER_WAY.search(text)
    if other and not text.rstrip().endswith("了"):
        reading.note(Rule.STEP, other, step, discarded="只是正在做")
        return False
    if any(
        day.ahead > reading.today and (day.closing or (day.behind == day.ahead and "了" not in text))
        for day in reading.days_in(clause.start, clause.end)
    ):
        reading.note(Rule.STEP, step, discarded="是限期，还没有做")
        return False
    if troubles().trouble(text) is not None:
        return False
    reading.note(Rule.STEP, step, done, key=("step", clause.end - 1))
    return True
