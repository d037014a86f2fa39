"""Who is asked to act, at which level, and by when."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.acts import Level

from .dates import DaySpan
from .lexicon import any_of, entries, lazily, matcher
from .reading import Clause, Reading, blanked
from .units import UnitMention


@dataclass(frozen=True, slots=True)
class Request:
    """What a clause asks; nothing asked: no units, no level, no day, and `asks` False."""

    units: tuple[str, ...] = ()
    level: Level | None = None
    wanted_by: date | None = None
    asks: bool = False

    def __bool__(self) -> bool:
        return bool(self.units or self.level or self.wanted_by)

    def joined(self, other: "Request") -> "Request":
        """Both requests as one."""
        units = tuple(dict.fromkeys((*self.units, *other.units)))
        return Request(
            units, self.level or other.level, self.wanted_by or other.wanted_by, self.asks or other.asks
        )


_NOT_BEFORE = matcher("requests", "not_before")
_BEFORE = matcher("requests", "before")
_AFTER = lazily(
    lambda: (
        "^(?:的?(?:领导|同志|那边|人|主要负责人|主要负责同志|及时|能|也|再|给|来|一定|要|务必|今天|明天|本周|[0-9月日号底前内]+)){0,4}"
        + any_of(entries("requests", "after"))
    )
)
_ASKS = matcher("requests", "asks")
_LINK = re.compile(
    "^(?:的?(?:领导|同志|主要负责同志)?(?:、|和|与|及|以及|跟|同|会同|配合|还有|或|并|牵头|,|、市|和市|及市|与市|以及市|会同市)\\s*){0,2}$"
)
_FILL = re.compile(
    "^(?:一下|下|市里的?|市|我们|咱们?|给|联系|帮忙|再|也|尽快|抓紧|赶紧|能|各级|相关部门|有关|上级|领导|这边|那边|到|向|去|县里的?|重点办|来|尽早|继续|进一步|还是){0,3}$"
)
LEVELS = tuple((level, matcher("requests", level)) for level in (Level.PROVINCE, Level.CITY, Level.COUNTY))
_ANY_LEVEL = lazily(lambda: any_of(word for level, _ in LEVELS for word in entries("requests", level)))
_LEVEL_AFTER = re.compile(
    "^(?:层面|领导|这边|都|得|也|要|一起|共同|务必|一定|能不能|能否|能|来|给|帮忙?|尽快|再|专门|统筹|有关部门|相关部门|部门){0,3}(?:协调|出面|解决|支持|帮|推动|对接|牵头|批|研究|统筹|调度|介入|拿|定|处理|想办法|给)(?!不|没)"
)
_NO_UNIT_AFTER = re.compile("^(?:的(?!领导|同志|人)|段|至|到|项目|境内|那段|老百姓|村民|群众)")
_MATTER_AFTER = re.compile(
    "^(?:验收|审查|审批|设计|手续|许可|批复|问题|评估|方案|设施|督察|管控|指标|资金|站|线|工程|费|水池|备案|器材|车|管道|通道)"
)
_WISH = re.compile("要|得把|行不|行吗|成不|给|办|前|解决|搞定|能不能|必须|务必|请|麻烦|希望|完成|迁|通")
_NO_WISH = re.compile(
    "力争|计划|预计|争取|确保|定于|合同约定|原定|应该|本该|原计划|投产|竣工(?!验收)|完工|复工|答应|承诺|说好|拟"
)
_UNASKED = (
    (
        ("让", "叫"),
        re.compile(
            "(?:的人|执法队|大队)?(?:给|强行|又|全|都)*(?:查封|查扣|扣|叫停|罚|拦|封|退回|退了|打回|否了|卡|拖走|停了)"
        ),
    ),
    (("要", "得", "须"), re.compile("(?:来)?(?:审?批(?!一下|下|掉)|审核|核准|备案|同意|点头|发证)")),
    (
        ("配合", "会同", "联合", "联系", "找", "协调", "督促"),
        re.compile("[^请]*(?:完|好|妥|到位)[^请]{0,4}了$|[^请]*过了?$"),
    ),
)
_BY = re.compile(
    "(?:必须|要|能|得|给|把|就|全部|都|务必)*(?:完成|解决|办结|到位|落实|[一-鿿]{1,2}(?:走|好|完|通|掉|成|毕|下来|到位|清零))"
)
_MUST = re.compile("(?:务必|必须|一定要?|得|要|须|应当?|给(?!了)|把|组织)(?!不|没)")
_NEAR = 40  # characters around a unit that can ask it
OFFICE = re.compile("重点办|专班办?|推进中心")


def _verbs(text: str) -> list[tuple[int, int]]:
    blocked = [match.span() for match in _NOT_BEFORE.finditer(text)]
    return [
        match.span()
        for match in _BEFORE.finditer(text)
        if not any(a <= match.start() < b for a, b in blocked)
    ]


def asked_units(reading: Reading, clause: Clause) -> list[UnitMention]:
    """The units (and the bureaus that stand for a level) that the clause asks to act, in their order."""
    units = reading.units_in(clause.start, clause.end)
    if not units:
        return []
    text, offset = clause.text, clause.start
    verbs = _verbs(text)
    ends = [end for _, end in verbs]
    asked: list[UnitMention] = []
    for place, unit in enumerate(units):
        start, end = unit.start - offset, unit.end - offset
        rest = text[end : end + _NEAR]
        of_county = place + 1 < len(units) and units[place + 1].level and units[place + 1].start == unit.end
        if of_county or _NO_UNIT_AFTER.match(rest) or (unit.bare and _MATTER_AFTER.match(rest)):
            continue
        before = bisect_right(ends, start)
        verb_end = ends[before - 1] if before else -_NEAR
        governed = start - verb_end < _NEAR and _FILL.match(text[verb_end:start]) is not None
        if governed and _no_wish(text[verbs[before - 1][0] : verb_end], rest):
            continue
        if not governed and asked and place and asked[-1] is units[place - 1]:
            governed = _LINK.match(text[asked[-1].end - offset : start]) is not None
        if not governed and not unit.bare and not unit.place:
            governed = _called_on(reading, text, unit, offset)
        if not governed and not unit.bare and place + 1 < len(units) and not unit.place:
            following = units[place + 1]
            linked = _LINK.match(text[end : following.start - offset])
            governed = linked is not None and _called_on(reading, text, following, offset)
        if governed:
            asked.append(unit)
    return _without_go_between(reading, asked)


def _called_on(reading: Reading, text: str, unit: UnitMention, offset: int) -> bool:
    """Whether the words after the unit call on it: 环保局抓紧办, 供电公司年前务必送电."""
    end = unit.end - offset
    if _AFTER.match(text[end : end + _NEAR]):
        return True
    day = next(iter(reading.days_in(unit.end, unit.end + 1)), None)
    rest = text[day.end - offset :][:_NEAR] if day else ""
    return bool(rest) and (_AFTER.match(rest) or _MUST.match(rest)) is not None


def _no_wish(verb: str, rest: str) -> bool:
    """让城管局查封了, 要省厅批 and 配合文物局做完了 ask for nothing."""
    return any(verb in verbs and said.match(rest) for verbs, said in _UNASKED)


def _without_go_between(reading: Reading, asked: Sequence[UnitMention]) -> list[UnitMention]:
    """请重点办协调X局 asks X局 alone."""
    if len(asked) < 2:
        return list(asked)
    kept = [unit for unit in asked if not OFFICE.search(reading.text[unit.start : unit.end])]
    return kept or list(asked)


def request_of(reading: Reading, clause: Clause, *, asked_before: bool) -> Request:
    """What the clause asks. `asked_before`: a trouble or a request stands before it, so a bare limit belongs to it."""
    asked = asked_units(reading, clause)
    names = tuple(dict.fromkeys(unit.name for unit in asked if unit.name))
    levels = [Level(unit.level) for unit in asked if unit.level]
    if _ANY_LEVEL.search(clause.text):
        levels += _levels(blanked(reading, clause.start, clause.end, units=True))
    level = next((level for level in (Level.PROVINCE, Level.CITY, Level.COUNTY) if level in levels), None)
    asks = bool(names or level) or _ASKS.search(clause.text) is not None
    wanted = None
    days = sorted(reading.days_in(clause.start, clause.end), key=lambda day: not day.closing)
    if days and not _NO_WISH.search(clause.text):
        for day in days:
            if day.ahead < reading.today:
                continue
            if (
                ((asks or asked_before) and day.behind is None and _due_by(reading, day, clause))
                or (day.closing and (asks or asked_before))
                or (
                    asks
                    and not day.closing
                    and _WISH.search(reading.text, day.end, clause.end)
                    and day.grain <= 1
                )
            ) or (
                asked_before
                and day.grain == 0
                and day.behind in (None, day.ahead)
                and re.match("就要|要|必须|得", reading.text[day.end :])
            ):
                wanted = day.ahead
            if wanted:
                break
    return Request(names, level, wanted, asks)


def _due_by(reading: Reading, day: DaySpan, clause: Clause) -> bool:
    """12月上旬迁走: a period in which it shall be done, and no report of what was done in it."""
    figures = [figure for row in (reading.amounts, reading.shares) for figure in row]
    return _BY.match(reading.text, day.end, clause.end) is not None and not any(
        day.end <= figure.start < clause.end for figure in figures
    )


def _levels(text: str) -> list[Level]:
    verbs = _verbs(text)
    found = []
    for level, words in LEVELS:
        for match in words.finditer(text):
            before = [verb for verb in verbs if verb[1] <= match.start()]
            governed = bool(before) and _FILL.match(text[before[-1][1] : match.start()]) is not None
            if governed or _LEVEL_AFTER.match(text[match.end() :]):
                found.append(level)
    return found
