"""Sums invested, shares done and what they belong to: the figures of a progress report."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.acts import Scope

from .lexicon import any_of, lazily, lists, matcher
from .money import Amount
from .reading import Clause, Reading, blanked
from .shares import Share
from .trace import Rule

_SCOPE = lazily(
    lambda: (
        "(?:"
        + "|".join(f"(?P<{scope}>{any_of(words)})" for scope, words in lists("progress", "scopes").items())
        + ")(?<!周)|(?P<week_>(?:本|这|这个|上|当)周)(?![一二三四五六日天末])"
    )
)
_SPAN = re.compile(
    "(?:1|一|元)月?份?(?:-|~|到|至)(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})月|前(?:[0-9]{1,2}|[一二两三四五六七八九十]{1,2})个?月"
)
_MONTH = re.compile(
    "(?<![0-9年])(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2}|元)月(?:份)?(?![0-9一二三四五六七八九十底初末]{1,2}[日号]?|底|以来|起|初|末|中)"
)
_NOT_INVESTED = matcher("progress", "not_invested")
_MADE = re.compile("完成|投|干了|干|做了|花|砸|形成|实现|累计|进度|产值$")
_DENIED = re.compile(
    "(?:不是|而非|并非|非|原来|误报|错报|报成|写成|说成|打成|输成|填成|原报|之前报|发成)(?:是|的|了|为|成)?$"
)
_NOTHING = re.compile(
    "(?:没有?|无|零|0)(?:完成|产生|形成|发生|新增)?(?:什么)?投资(?!计划)|投资(?:额|完成)?(?:为|是)?(?:0(?![.0-9])|零)(?:元|万元?)?|没(?:投|花)(?:一分)?钱|一分钱?(?:都|也)?没(?:投|花|干|用)|分文未[投花]|零投入"
)
_MORE = re.compile(
    "(?:(?:同比|环比|比|较|与)[^,。;]{0,12}?(?:多|增|涨|少|减|高|低|超|升|降|快|慢)|多|增加|增长|少|减少|提高|下降|上涨|回落)"
    "(?:了|加了?|长了?|出了?|少了?)(?:约|近|差不多|大概)?$|(?:同比|环比|比|较)[^,。;]{0,12}?(?:多|增|涨|少|减|高|低|超)(?:约|近)?$"
)
_RAISED = re.compile(
    "^(?:元|左右|多)?(?:增加?|增长|涨|提高?|提升|上升|升|变|调整?|降|减少?|推进?|拉)[到至为成]了?$"
)
_NO_UNIT = re.compile("[0-9](?=[,: ])")  # 3000, : a figure of which no unit is said
_AND = re.compile("^(?:元|左右|多)?[,、和与及跟 ]{1,2}$")
_UNTIL = re.compile(
    "(?:截[至止]|到|至)(?:了|目前)?(?:今[天日]|昨[天日]|本周[一二三四五六日末]?|(?:上|本|这个?)月?底)(?:为止)?"
    "|截[至止](?:[0-9]{1,2}|[一二三四五六七八九十]{1,2}|上|本)月份?(?:底|末|[0-9]{1,2}[日号])?"
)
_YEAR = re.compile(
    "(?<![0-9])(?:20)?([0-9]{2})年(?:度|全年)?(?![^,。;]{0,8}(?:以来|至今|开工|动工|启动|起|开始|月|计划|任务|目标))|(?<!大)前年"
)
_SINCE_START = re.compile("以来|至今|到现在|[开动]工|开建|建设后")
_BESIDE = re.compile("计划|任务|目标|产值|预计|估计|争取|力争|确保")  # beside it stands what was done
_AFTER_IT = re.compile("(?:元|左右)?,?(?:就是|是|为|系|属)(?=[^,。;]{1,8}(?:投资|进度|完成))")
EACH = re.compile("分别|各")
_OF_PLAN = re.compile(
    "^(?:元|多|左右|,|\\s|约)*占?(?:到)?(?:年度|全年|今年|年)?(?:的)?(?:投资)?(?:计划|任务)"
)
_PLAN = re.compile("(?:年度|全年|今年|年)的?(?:投资)?(?:计划|任务|目标)")
_CLOSER = ("这", "本", "当", "今")
_WHOLE = re.compile(
    "(?:形象|整体|总体|工程|总|项目|全部|综合|施工|建设|实物)的?(?:形象)?(?:进度|完成|进展|工程量)|进度|整体|总体|整个"
)
_NO_SHARE = re.compile(
    "计划|投资|资金|占|兑付|拨付|签|率|增|同比|环比|任务|目标|拆|征|比重|超|力争|预计|争取|贷|评分|不到位|提高|提升|下降"
)
_DIFFERENCE = re.compile("快|慢|提高|提升|涨|增|推进了|前进|落后|超|多了|往前|又")
_PLAIN = re.compile(
    "^(?:那个|这个|分别|各自?|都|那边|这边|咱们?|我们?|目前|现在|截至|已经?|大概|也|就|了|项目|工程|总共|差不多|左右|都|完成|干完?|做完?|到|的|工程量|实物量|才|约|近|是|为|达到?|,|还|刚|:|\\s|可能|工地|有|应该|应为|改成|改为|超过?|不到|突破|累计|百分比|今年|本月|本周|到了|总的|总体|合计|一共|全部?|算下来|算|估摸|刚刚|刚好|正好|将近|接近|建到|建成|干到|活儿?|大约|基本|进展|施工|建设|现场|这个月|截至目前|某)*$"
)
_PART = matcher("progress", "parts")


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum invested. `denied`: said to be wrong (不是520万); `closer`: of the running period, not the last."""

    at: int
    wan: float
    scope: Scope | None
    denied: bool = False
    closer: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """A share of the whole work."""

    at: int
    percent: float
    denied: bool = False


def sums(reading: Reading, *, loose: bool = False) -> list[Sum]:
    """The sums invested, in their order. `loose`: also those of which only the number is said."""
    amounts, shares = reading.amounts, reading.shares
    out: list[Sum] = []
    planned: tuple[Scope | None, int] | None = (
        None  # the span of a plan just named: 今年计划1亿，已完成6000万
    )
    bare_total: list[int] = []  # places in `out` of a bare 累计 beside a share of the year's plan
    for place, amount in enumerate(amounts):
        if reading.in_plan(amount.start):
            continue
        clause = reading.clause_at(amount.start)
        start = _context_start(reading, amounts[:place], shares, amount.start, clause)
        context = reading.text[start : amount.start]
        in_clause = reading.text[max(start, clause.start) : amount.start]
        if other := _NOT_INVESTED.search(in_clause) or re.match(
            "的?(?:缺口|贷款|资金|工程款|专项债|计划|补偿|工资|欠款|合同|订单|国债)",
            reading.text[amount.end :],
        ):
            reading.note(Rule.INVESTED, other, amount, discarded="不是完成的投资")
            planned = (_scope(in_clause)[0], clause.sentence) if _BESIDE.search(in_clause) else None
            continue
        year = _YEAR.search(in_clause)
        if year and (not year[1] or int(year[1]) < reading.today.year % 100):
            reading.note(Rule.INVESTED, year, amount, discarded="是往年的数")
            continue
        if more := _MORE.search(in_clause):
            reading.note(Rule.INVESTED, more, amount, discarded="是增减的数，不是完成的数")
            continue
        denied = _DENIED.search(in_clause) is not None
        scope, closer = _scope(in_clause)
        if scope is None or (
            scope is Scope.TOTAL and _ends_with_scope(context[: len(context) - len(in_clause)])
        ):
            scope, closer = _scope(context)
        if scope is None and (loose or denied) and out and out[-1].denied != denied:
            scope, closer = out[-1].scope, out[-1].closer
        joined = place > 0 and told_each(reading, amounts[place - 1].end, amount.start)
        if place and out and out[-1].at == amounts[place - 1].start and _RAISED.match(in_clause):
            out[-1] = Sum(amount.start, amount.wan, out[-1].scope, out[-1].denied, out[-1].closer)
            continue
        if joined and out and out[-1].at == amounts[place - 1].start:
            out.append(Sum(amount.start, amount.wan, out[-1].scope, out[-1].denied, out[-1].closer))
            continue
        named = any(
            mention.end >= max(start, clause.start) and mention.start < amount.start
            for mention in reading.projects
        )
        if scope is None and named and in_clause and out and out[-1].at == amounts[place - 1].start:
            alike = reading.clause_at(out[-1].at).sentence == clause.sentence and not _MADE.search(in_clause)
            scope, closer = (out[-1].scope, out[-1].closer) if alike else (scope, closer)
        if scope is None and year:
            scope = Scope.YEAR
        if scope is None and planned is not None and planned[1] == clause.sentence:
            scope = planned[0]
        if scope is None:
            scope = _said_after(reading, amount)
        if scope is None and not (loose or denied or named or _MADE.search(in_clause)):
            reading.note(Rule.INVESTED, amount, discarded="没说是完成的投资")
            continue
        if scope is Scope.TOTAL and not _SINCE_START.search(context) and _plan_follows(reading, amount):
            bare_total.append(len(out))
        out.append(Sum(amount.start, amount.wan, scope, denied, closer))
    for match in _NOTHING.finditer(reading.text):
        clause = reading.clause_at(match.start())
        scope, closer = _scope(reading.text[clause.start : match.start()])
        if scope is None:
            scope, closer = _scope(reading.text[reading.sentence_span(clause.sentence)[0] : match.start()])
        if not any(item.at == match.start() for item in out) and (scope or clause.text.strip() != match[0]):
            out.append(Sum(match.start(), 0.0, scope, False, closer))
    if not any(item.scope is Scope.YEAR for item in out):
        for index in bare_total:
            item = out[index]
            out[index] = Sum(item.at, item.wan, Scope.YEAR, item.denied, item.closer)
    if reading.trace is not None:
        for item in out:
            _note_sum(reading, item)
    return out


def _said_after(reading: Reading, amount: Amount) -> Scope | None:
    """八百五十万, 就是这个月的完成投资."""
    link = _AFTER_IT.match(reading.text, amount.end)
    return _scope(reading.text[link.end() : link.end() + 8])[0] if link else None


def _plan_follows(reading: Reading, amount: Amount) -> bool:
    """Whether the sum's share of the year's plan is said right after it: 累计9800万, 完成年度计划的61%."""
    if _OF_PLAN.match(reading.text[amount.end :]):
        return True
    _, end = reading.sentence_span(reading.clause_at(amount.start).sentence)
    share = next((share for share in reading.shares if amount.end <= share.start < end), None)
    if share is None or any(amount.end <= other.start < share.start for other in reading.amounts):
        return False
    return _PLAN.search(reading.text, amount.end, share.start) is not None


def _note_sum(reading: Reading, item: Sum) -> None:
    start, _ = reading.sentence_span(reading.clause_at(item.at).sentence)
    context = reading.text[start : item.at]
    spans = [match for match in _SCOPE.finditer(context) if str(match.lastgroup).rstrip("_") == item.scope]
    if item.scope is not None and not spans:
        spans = [*_SPAN.finditer(context), *_MONTH.finditer(context)]
    made = [*_MADE.finditer(context)]
    said = next((amount for amount in reading.amounts if amount.start == item.at), None)
    reading.note(
        Rule.INVESTED,
        *spans[-1:],
        *made[-1:],
        said or _NOTHING.match(reading.text, item.at),
        key=("figure", item.at),
        discarded="说明是报错的数" if item.denied else "",
    )


def told_each(reading: Reading, end: int, start: int) -> bool:
    """Whether a figure that begins at `start` and one that ended at `end` are told of two things: 分别是85%和90%."""
    if not _AND.match(reading.text[end:start]):
        return False
    first, _ = reading.sentence_span(reading.clause_at(start).sentence)
    return EACH.search(reading.text, first, end) is not None


def _context_start(
    reading: Reading, before: Sequence[Amount], shares: Sequence[Share], at: int, clause: Clause
) -> int:
    """Where the words about a figure begin: after the figure before it, with a unit or without, in its sentence."""
    start, _ = reading.sentence_span(clause.sentence)
    ends = [figure.end for figure in before[-1:]] + [share.end for share in shares if share.end <= at]
    start = min(max(start, *ends, start), at)
    return max((match.end() for match in _NO_UNIT.finditer(reading.text, start, at)), default=start)


def _ends_with_scope(context: str) -> bool:
    """Whether the clause before does nothing but say the span of time: 今年以来，累计…"""
    last = context.rstrip(", :")
    said = [match.end() for match in _SCOPE.finditer(last)]
    return bool(said and said[-1] == len(last)) or last.endswith(("以来", "底", "末"))


def _scope(context: str) -> tuple[Scope | None, bool]:
    """The span of time said last before a sum; 累计 counts only where no other is said."""
    if _SPAN.search(context):
        return Scope.YEAR, False
    context = _UNTIL.sub(" ", context)
    found: Scope | None = None
    closer = False
    total = False
    at = -1
    for match in _SCOPE.finditer(context):
        scope = Scope(str(match.lastgroup).rstrip("_"))
        if scope is Scope.TOTAL:
            if match[0] in ("累计", "总共", "总计", "共完成", "一共", "合计", "共投", "总的"):
                total = True
                continue
            if found is not None:
                total = False
        if scope is Scope.TOTAL or found is not Scope.TOTAL:
            found, closer, at = scope, match[0].startswith(_CLOSER), match.start()
    for match in _MONTH.finditer(context):
        if (
            match.start() > at
            and found is not Scope.TOTAL
            and (found is None or found not in (Scope.YEAR, Scope.TENDAY))
        ):
            found, closer = Scope.MONTH, False
    if found is None and total:
        return Scope.TOTAL, False
    return found, closer


def _heading(reading: Reading, clause: Clause) -> int:
    """Where the words about the clause begin: those before a colon are about it."""
    if clause.start < 2 or reading.text[clause.start - 1] != ":":
        return clause.start
    return reading.clause_at(clause.start - 2).start


def done_shares(reading: Reading) -> list[Done]:
    """The shares of the whole work that are said to be done."""
    amounts, shares = reading.amounts, reading.shares
    out: list[Done] = []
    for place, share in enumerate(shares):
        if not 0 <= share.percent <= 100 or reading.in_plan(share.start):
            continue
        clause = reading.clause_at(share.start)
        if place and told_each(reading, shares[place - 1].end, share.start):
            if out and out[-1].at == shares[place - 1].start:
                out.append(Done(share.start, share.percent, out[-1].denied))
            continue
        ends = [amount.end for amount in amounts if amount.end <= share.start]
        start = max(clause.start, *ends, *(earlier.end for earlier in shares[:place]), clause.start)
        if start >= share.start:
            start = clause.start
        if start == clause.start and share.start - start <= 2:
            start = _heading(reading, clause)  # 主体：80%
        context = blanked(reading, start, share.start)
        denied = _DENIED.search(context) is not None or (
            place > 0 and _DENIED.search(context.rstrip()) is not None
        )
        plain = _DENIED.sub("", context)
        if place and out and out[-1].at == shares[place - 1].start and _RAISED.match(plain):
            out[-1] = Done(share.start, share.percent, out[-1].denied)
            reading.note(Rule.PERCENT, share, key=("figure", share.start))
            continue
        if other := _NO_SHARE.search(plain.replace("完成投资", "投资")):
            reading.note(Rule.PERCENT, other, share, discarded="是计划、资金等的百分数，不是形象进度")
            continue
        if share.points and (_DIFFERENCE.search(plain) or "进度" not in plain):
            reading.note(Rule.PERCENT, _DIFFERENCE.search(plain), share, discarded="是快慢的差，不是形象进度")
            continue
        whole = _WHOLE.search(plain)
        subject = plain[: whole.start()] if whole else plain
        if part := _PART.search(subject):
            reading.note(Rule.PERCENT, part, share, discarded="只是一部分的进度")
            continue
        if whole or _PLAIN.match(plain) or denied:
            after_denied = bool(out) and out[-1].denied and not whole
            out.append(Done(share.start, share.percent, denied and not after_denied))
            reading.note(
                Rule.PERCENT,
                whole,
                share,
                key=("figure", share.start),
                discarded="说明是报错的数" if out[-1].denied else "",
            )
        else:
            reading.note(Rule.PERCENT, share, discarded="没说是整个项目的进度")
    return out
