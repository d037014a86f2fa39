"""Troubles told by liaisons and the office: category, who shall act, at which level, by when."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.acts import Act, Ask, Blocker, Category, Level, Urge
from bot.people import TicketTitle

from .numbers import whole
from .reading import Clause, Reading, Which, blanked, which_project
from .requests import Request, request_of
from .trace import Rule
from .troubles import troubles

_REASON = re.compile(
    "^(?:主要)?(?:是)?(?:因为?|由于|为了?|嫌)|(?:村民|群众|老百姓|村里人|农户|住户)(?:们)?(?:说|嫌|认为|反映|因|要求|觉得)|(?:的原因|为由|问题)$"
)
_NUMBERS = re.compile(
    "([0-9一二两三四五六七八九十]+)多?(?:户|亩|家|处|根|台|套|人|公里|米|吨|万|座|棵|栋|条|段)"
)
_MORE = re.compile("又(?:多|冒|出|有|来|新|加)|多出|新增|新冒|加到")
_ANSWERED = re.compile("已(?:经)?(?:全部)?(?:解决|办结|到位|协调好|处理完|通了|批复|到货)|解决了")
_FOR_ALL = re.compile("(?:都|均|以上|上述|一并)(?:问题|事项)?(?:,)?(?:请|需|希望|要|麻烦)")
_EXPECTED = re.compile("^(?:预警|红色预警|因预警)")
_DONE_WORDS = (
    "完成|拿到|批下来了|办下来|通过|办[完好]|办结|取得|到位|正常|正式|已(?:经)?(?:批|获|取|出|发|下)"
)
_DONE = re.compile(_DONE_WORDS)
_DONE_OR_DOING = re.compile(f"{_DONE_WORDS}|正在|在办|进行中|有序|已(?:经)?报")
_NOT_BEGUN = re.compile("[没未](?:有|能)?(?:正式|全面)?(?:开工|动工|复工|开始|进场|实施)")
_HARMLESS = re.compile(
    "(?:但|不过|可|目前|暂时|基本|倒|都|也|还|对[^,。]{1,6})*(?:不影响|没影响|没有影响|影响不大|问题不大|不碍事|不要紧|没大碍|能克服|自己能解决|能自行解决|已克服)"
    "|(?:今天|今早|今儿|昨天|昨晚|现在|目前|刚刚|这会儿?|已经?)+(?:又|都|全|恢复)*(?:通了|恢复了|解决了|好了|正常了|弄好了|修好了|协调好了|处理好了)$"
)
_REPORTED = re.compile("完成|投资|进度|累计")
_THEREFORE = re.compile(
    "^(?:严重|直接|已经?|就|都|也|从而|因此|还|必将|将|会|势必)*(?:影响|导致|造成|耽误|制约|致使|使得|耽搁|拖累|误了)"
)


@dataclass(slots=True)
class _Entry:
    category: Category
    project: Which
    sentence: int
    at: int
    units: list[str] = field(default_factory=list)
    level: Level | None = None
    wanted_by: date | None = None
    reason: bool = False
    general: bool = True  # said is only 批复, 手续: which, the unit asked may tell
    vague: bool = False  # said is only that work can't go on, or that papers were not enough

    def take(self, request: Request) -> None:
        self.units += [unit for unit in request.units if unit not in self.units]
        levels = [level for level in (self.level, request.level) if level]
        self.level = min(levels, key=_HIGH.index) if levels else None
        days = [day for day in (self.wanted_by, request.wanted_by) if day]
        self.wanted_by = min(days) if days else None


_APPROVED = (
    Category.ENVIRONMENT,
    Category.ENERGY,
    Category.PLANNING,
    Category.LAND,
    Category.ACCEPTANCE,
    Category.STATISTICS,
    Category.FUNDING,
)
_HEADING = re.compile(
    "(?:需要?(?:市里|县里|省里|上级|领导)?(?:帮助|帮忙)?(?:协调|解决)(?:解决)?的?|存在的?(?:主要|突出)?|主要|目前|当前|现在|现存|记个|报个|反映个?|反映一个|反映一下)?的?(?:事项|问题|困难|堵点|难点|卡点|痛点)(?:如下|有|是)?$"
    "|(?:困难|问题|堵点)有[一二两三四五六七八几0-9]+(?:个|条|项|件|方面)$|[一二两三四五六七八几0-9]+(?:件事|(?:个|项|条|点|大)(?:问题|困难|堵点|难题|事))(?:要?(?:汇报|反映|协调|麻烦))?$"
)
_OTHER_HEADING = re.compile("^(?:下周|下步|下一步|下月|工作)(?:工作)?(?:计划|打算|安排)")
_FOLLOWING = 20  # clauses of a sentence after the one that asks
_HIGH = (Level.PROVINCE, Level.CITY, Level.COUNTY)


def blockers(reading: Reading) -> tuple[list[Act], Ask | None]:
    """The troubles as acts, one for each category of a project; what a visible ticket already says is an urge."""
    entries = _entries(reading)
    acts: list[Act] = []
    ask: Ask | None = None
    for entry in entries:
        ticket = _known(reading, entry)
        act: Act
        if ticket is not None:
            act = Urge(ticket=ticket)
            reading.note(Rule.KNOWN, act=act)
        else:
            ask = ask or entry.project.ask
            act = Blocker(
                entry.category, entry.project.number, tuple(entry.units), entry.level, entry.wanted_by
            )
        acts.append(act)
        if reading.trace is not None:
            reading.trace.bind(act, ("blocker", entry.at))
    return list(dict.fromkeys(acts)), ask


def _entries(reading: Reading) -> list[_Entry]:
    entries: list[_Entry] = []
    open_ones: list[_Entry] = []
    held: tuple[Request, Clause] | None = None
    answered = listed = False
    silent: list[Clause] = []  # those since the last trouble
    for clause in reading.clauses:
        if reading.text[clause.end : clause.end + 1] in (":", "\n") and _HEADING.search(clause.text):
            listed = True
            continue
        if _has_figures(reading, clause) or _OTHER_HEADING.search(clause.text):
            listed = False
        text = blanked(reading, clause.start, clause.end, units=True)
        category = _category(reading, text, listed=listed)
        request = request_of(reading, clause, asked_before=bool(open_ones) or held is not None)
        if request and troubles().none_told(text):
            request = Request()
        if open_ones and _HARMLESS.match(clause.text.strip()):
            reading.note(Rule.BLOCKER, clause.text, discarded="说了不要紧")
            entries = [entry for entry in entries if entry.sentence != clause.sentence]
            open_ones = [entry for entry in entries if entry in open_ones]
            continue
        if category is not None and open_ones and _THEREFORE.match(clause.text.strip()):
            category = None
        vague = False
        if category is None and not open_ones:
            category, vague = _meant(reading, clause, text, silent, request)
        silent = [] if category is not None else [*silent, clause]
        if category is not None:
            project = which_project(reading, clause.end - 1)
            category = _same_matter(category, clause, project, open_ones)
            if open_ones and (open_ones[-1].project != project or (answered and entries)):
                open_ones, answered = [], False
            for one in (category, *troubles().beside(text, category, listed=listed)):
                entry = _merge(entries, one, project, clause)
                if reading.trace is not None:
                    _note(reading, clause, one, entry)
                entry.general = entry.general and troubles().only_general(clause.text)
                entry.vague = vague and (entry.vague or entry not in open_ones)
                entry.reason = entry.reason or _REASON.search(clause.text.strip()) is not None
                if held is not None and held[1].sentence == clause.sentence:
                    entry.take(held[0])
                if entry not in open_ones:
                    open_ones.append(entry)
            held = None
        if request:
            same = [entry for entry in open_ones if entry.sentence == clause.sentence]
            for entry in _unanswered(entries, request) if _FOR_ALL.search(clause.text) else same or open_ones:
                entry.take(request)
            if not open_ones:
                held = (request, clause) if held is None else (held[0].joined(request), clause)
            elif request.units or request.level or request.wanted_by:
                answered = True
    for entry in entries:
        if entry.general:
            entry.category = _of_unit(entry.category, entry.units)
    entries = _without_vague(_without_reasons(reading, entries))
    if not entries and held is not None and (held[0].units or held[0].level):
        start, end = reading.sentence_span(held[1].sentence)
        matters = troubles().matters(blanked(reading, start, end, units=True))
        category = matters[0] if matters else troubles().of_unit(held[0].units)
        if troubles().only_general(reading.text[start:end]):
            category = _of_unit(category, held[0].units)
        entry = _Entry(category, which_project(reading, held[1].end - 1), held[1].sentence, held[1].start)
        entry.take(held[0])
        entries.append(entry)
        if reading.trace is not None:
            _note(reading, held[1], category, entry)
    return entries


def _of_unit(category: Category, units: Sequence[str]) -> Category:
    """手续 of the forestry bureau are those of land."""
    domain = troubles().of_unit(units)
    return domain if category is Category.APPROVAL and domain in _APPROVED else category


def _meant(
    reading: Reading, clause: Clause, text: str, before: Sequence[Clause], request: Request
) -> tuple[Category | None, bool]:
    """The category of a trouble that the clause tells without its name, or asks to be helped with; whether it is
    vague: 没法施工, and nothing said before."""
    asks = bool(request.units or request.level)
    if troubles().papers(text):
        category = _complained_of(reading, clause) or Category.APPROVAL
        return _named_before(reading, clause, before, asks=True) or category, True
    stuck = troubles().stuck(text) and not _NOT_BEGUN.search(text)
    if not stuck and not asks:
        return None, False
    here = troubles().matters(text)
    effect = stuck and troubles().effect(text)
    if effect or (stuck and not here):
        matter = _named_before(reading, clause, before, asks=False)
        if matter is None and not effect and not asks:
            matter = _complained_of(reading, clause)
        if matter or effect:
            return matter or Category.OTHER, matter is None
    if asks and not _told_later(reading, clause):
        return here[0] if here else _named_before(reading, clause, before, asks=True), False
    return None, False


def _complained_of(reading: Reading, clause: Clause) -> Category | None:
    """供电公司一直不来人: what the unit is mostly asked for, where nothing else is said."""
    units = reading.units_in(clause.start, clause.end)
    category = troubles().of_unit(unit.name for unit in units if unit.name and not unit.bare)
    return None if category is Category.OTHER else category


def _named_before(
    reading: Reading, clause: Clause, before: Sequence[Clause], *, asks: bool
) -> Category | None:
    """What the last clauses named without telling a trouble or that it is done (水保方案报了两个月); the weather before
    anything else. `asks`: help is wanted with it, so it may be under way."""
    named = None
    for silent in reversed(before[-3:]):
        text = blanked(reading, silent.start, silent.end, units=True)
        over = _DONE if asks else _DONE_OR_DOING
        reported = _REPORTED.search(text) is not None and _has_figures(reading, silent)
        if reported or over.search(text) or troubles().none_told(text):
            continue
        if which_project(reading, silent.end - 1) != which_project(reading, clause.end - 1):
            break
        category = troubles().open_matter(text)
        if category is Category.OTHER:
            return category
        named = named or category
    return named


def _told_later(reading: Reading, clause: Clause) -> bool:
    """Whether the sentence goes on to tell a trouble: 请县政府协调一下送出线路, 老百姓不让立塔."""
    _, end = reading.sentence_span(clause.sentence)
    return any(
        _category(reading, blanked(reading, other.start, other.end, units=True), listed=False)
        for other in reading.clauses_in(clause.end, end)[:_FOLLOWING]
        if not _THEREFORE.match(other.text.strip())
    )


def _note(reading: Reading, clause: Clause, category: Category, entry: _Entry) -> None:
    text = blanked(reading, clause.start, clause.end, units=True)
    words = troubles().words(category, text)
    reading.note(Rule.BLOCKER, *words, *(() if words else (clause.text,)), key=("blocker", entry.at))


def _same_matter(category: Category, clause: Clause, project: Which, open_ones: list[_Entry]) -> Category:
    """环评公示期有人投诉，批复一直没出: a bare 批复 or 手续 is that of the trouble just told."""
    if category is Category.APPROVAL and open_ones and open_ones[-1].project == project:
        last = open_ones[-1]
        if (
            last.sentence == clause.sentence
            and last.category in _APPROVED
            and troubles().only_general(clause.text)
        ):
            return last.category
    return category


def _unanswered(entries: list[_Entry], request: Request) -> list[_Entry]:
    if not request.units and not request.level:
        return [entry for entry in entries if not entry.wanted_by]
    return [entry for entry in entries if not entry.units and not entry.level]


def _has_figures(reading: Reading, clause: Clause) -> bool:
    return any(clause.start <= amount.start < clause.end for amount in reading.amounts) or any(
        clause.start <= share.start < clause.end for share in reading.shares
    )


def _merge(entries: list[_Entry], category: Category, project: Which, clause: Clause) -> _Entry:
    for entry in entries:
        if entry.category is category and entry.project == project:
            entry.sentence = clause.sentence
            return entry
    entry = _Entry(category, project, clause.sentence, clause.start)
    entries.append(entry)
    return entry


def _category(reading: Reading, text: str, *, listed: bool) -> Category | None:
    """The category of the clause's trouble. `listed`: under a heading like 存在问题, where naming is complaining."""
    if over := _ANSWERED.search(text):
        reading.note(Rule.BLOCKER, over, discarded="已经解决了")
        return None
    if expected := _EXPECTED.search(text):
        reading.note(Rule.BLOCKER, expected, discarded="只是预警")
        return None
    category = troubles().trouble(text)
    if category is None and listed and not troubles().none_told(text):
        matters = troubles().matters(text)
        category = matters[0] if matters else None
    return category


def _without_reasons(reading: Reading, entries: list[_Entry]) -> list[_Entry]:
    """A cause named only as the reason of those who stop the work is no trouble of its own."""
    stopped = {entry.project for entry in entries if entry.category is Category.OBSTRUCTION}
    kept = []
    for entry in entries:
        if entry.reason and entry.category is not Category.OBSTRUCTION and entry.project in stopped:
            reading.note(Rule.BLOCKER, reading.clause_at(entry.at), discarded="只是阻工的原因，不另算堵点")
        else:
            kept.append(entry)
    return kept


def _without_vague(entries: list[_Entry]) -> list[_Entry]:
    """没法施工 is no trouble of its own where the cause is told; who is asked is asked about the cause."""
    kept = [entry for entry in entries if not entry.vague]
    for entry in entries:
        told = [other for other in kept if other.project == entry.project]
        if entry.vague and not told:
            kept.append(entry)
        for other in told if entry.vague else ():
            if not other.units and not other.level:
                other.take(Request(tuple(entry.units), entry.level, entry.wanted_by))
    return kept


def _more_told(reading: Reading, entry: _Entry, ticket: TicketTitle) -> bool:
    """Whether a number is said that the ticket's title hasn't, or that there are more."""
    start, end = reading.sentence_span(entry.sentence)
    known = {whole(said) for said in _NUMBERS.findall(ticket.title)}
    said = {whole(said) for said in _NUMBERS.findall(reading.text, start, end)}
    return bool(said - known) or _MORE.search(reading.text, start, end) is not None


def _known(reading: Reading, entry: _Entry) -> int | None:
    """The visible ticket that already says this, if the entry adds neither unit, level, day nor extent."""
    if entry.units or entry.level or entry.wanted_by or entry.project.number is None:
        return None
    fitting = [
        ticket
        for ticket in reading.tickets
        if ticket.project == entry.project.number and ticket.category == entry.category
    ]
    return fitting[0].number if len(fitting) == 1 and not _more_told(reading, entry, fitting[0]) else None
