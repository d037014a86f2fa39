"""The reader: takes a message apart and lets the families of acts conclude from it, by the sender's role."""

import logging
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path

import jieba

from bot.acts import Act, Ask, Blocker, Instruct, Progress, Understood, Undo, Urge
from bot.calendar import Calendar, day_of
from bot.people import ProjectName, Role, Sender, TicketTitle, Unit

from .blockers import blockers
from .contact import contact_acts
from .dates import find_days
from .edits import bind, edit
from .explain import reasons
from .leader import leader_acts
from .lexicon import any_of, entries, lazily, lists, prepare
from .liaison import liaison_decisions
from .money import find_amounts
from .nicknames import nicknamed
from .normal import clean
from .office import office_acts
from .progress import progress
from .projects import ProjectMention, Projects
from .queries import asks_help, asks_when, pressed_on, presses, queries, reproaches
from .reading import Reading, blanked, split
from .refs import TicketRef, find_refs
from .shares import find_shares
from .sounds import Sounds
from .together import each
from .trace import Reason, Trace
from .troubles import troubles as lexicon_of_troubles
from .units import UnitMention, Units
from .usual import used_for

_UNKNOWN = re.compile(
    "(?P<name>[一-鿿A-Za-z0-9]{2,14}?)(?:项目|工程)(?!进展|进度|款|量|师|机械|部|单位|方|资金|缺|有|的|都|用|建设单位|一|名|法人|经理|组|专班|推进|中心)|(?P<name2>[一-鿿A-Za-z0-9]{2,14}?)项目(?!部|法人|经理|组|专班|单位|方|现场|办)"
)
# A name without 项目 at the head of a report: 南同蒲货运枢纽本月完成500万. Only what seldom is a part of another.
_HEADED = re.compile(
    "(?:^|[,。;])(?P<name>[一-鿿A-Za-z0-9]{2,14}?(?:枢纽|产业园|物流园|工业园|科技园|产业城|综合体|基地|水库|电厂|电站|高速公路|污水处理厂|医院|中学))"
    "(?=本月|这个?月|上月|[0-9]{1,2}月|今年|年度|累计|形象进度|总?投资|被|因|有(?:村民|群众|人)|开工了?|复工了?|竣工了?)"
)
_VERBS = (
    "影响",
    "推进",
    "推动",
    "服务",
    "抓好",
    "加快",
    "支持",
    "保障",
    "耽误",
    "拖累",
    "促进",
    "围绕",
    "聚焦",
    "正值",
    "抓",
)
HARDLY = 2  # how often the corpus has a word at most that hardly anybody means: 东木 is a slip for 东睦
COMMON = 150  # how often the tokenizer's corpus has a word that is called ordinary
_Found = tuple[list[Act], Ask | None]


@dataclass(frozen=True, slots=True)
class Message:
    """What was written, by whom, when (an aware moment), in a private chat or a group."""

    text: str
    sent_at: datetime
    chat: str
    sender: Sender
    tickets: tuple[TicketTitle, ...] = ()


class Understanding:
    """Built once from the names of a city, used for all messages; it doesn't change after building."""

    def __init__(
        self,
        projects: Sequence[ProjectName],
        units: Sequence[Unit],
        calendar: Calendar,
        areas: Sequence[str] | None = None,
    ) -> None:
        self._calendar = calendar
        self._tokenizer = _tokenizer()
        self._units = Units(nicknamed(units))
        self._projects = Projects(
            projects,
            self._tokenizer.lcut,
            entries("weak"),
            entries("fillers"),
            lambda word: (self._tokenizer.FREQ.get(word) or 0) >= COMMON,
            lambda word: (self._tokenizer.FREQ.get(word) or 0) > HARDLY,
            lists("nicknames"),
            self._units.words,
        )
        self._areas = frozenset(areas) if areas is not None else frozenset(self._projects.areas)
        self._general = frozenset(entries("general"))
        spoken = {
            *entries("spoken"),
            *(word for word in self._units.words if len(word) > 2),
        }
        self._sounds = Sounds(spoken, self._tokenizer.lcut, self._known)
        prepare()

    def _known(self, word: str) -> bool:
        return bool(self._tokenizer.FREQ.get(word))

    def understand(self, message: Message) -> Understood:
        """The acts of a message, and what has to be asked. Texts over 2,000 characters are cut."""
        reading = self._read(message)
        if not reading.text:
            return Understood()
        acts, ask = _conclude(reading)
        return Understood(tuple(acts), ask)

    def explain(self, message: Message) -> tuple[Understood, tuple[Reason, ...]]:
        """The same, with the reasons: which words led to which act, and what was discarded."""
        reading = replace(self._read(message), trace=Trace())
        written = clean(message.text)  # before slips were put right
        if not reading.text:
            return Understood(), ()
        acts, ask = _conclude(reading)
        return Understood(tuple(acts), ask), reasons(reading, written, acts, ask)

    def find_project(self, text: str, sender: Sender | None = None) -> tuple[int, ...]:
        """The numbers of all projects that fit what the text names, ascending; the sender's own first of all."""
        cleaned = self._sounds.repair(clean(text))
        mentions = self._projects.numbered(cleaned) or self._projects.find(cleaned)
        sure = [mention for mention in mentions if mention.sure] or mentions
        if not sure:
            return ()
        numbers = sure[0].numbers
        own = numbers & frozenset(sender.projects) if sender else frozenset[int]()
        return tuple(sorted(own or numbers))

    def called(self, words: str) -> frozenset[int]:
        """The projects that are called exactly so, or have it as a piece of their name."""
        return self._projects.called(words)

    def may_be_called(self, words: str) -> bool:
        """Whether a project could be known by these words alone."""
        return self._projects.may_be_called(words) and words not in self._general

    def used_for(self, words: str) -> str:
        """What the words are used for in messages whatever the project: “说堵点”; empty if for nothing."""
        return used_for(words)

    def unclear(self, message: Message) -> str:
        """The words that were meant as a project's name and fit several or none; empty where no project, or more
        than one, is named so. A place names none."""
        reading = self._read(message)
        if reading.unknown_name:
            return self._unknown(_without(reading.units, reading.text))
        open_ones = {
            reading.text[one.start : one.end].strip(" ,")
            for one in reading.named
            if len(one.numbers) != 1 and not one.by_place
        }
        return open_ones.pop() if len(open_ones) == 1 else ""

    def find_units(self, text: str) -> tuple[str, ...]:
        """The canonical names of the units that the text mentions, in their order."""
        mentions = self._units.find(self._sounds.repair(clean(text)))
        return tuple(dict.fromkeys(unit.name for unit in mentions if unit.name))

    def _read(self, message: Message) -> Reading:
        text = self._sounds.repair(clean(message.text))
        today = day_of(message.sent_at)
        units = _governments(text, self._units.find(text))
        asked = [(unit.start, unit.end) for unit in units if not unit.bare and not unit.place and unit.name]
        numbered = self._projects.numbered(text)
        taken = _places(numbered)
        mentions = _listed(text, self._projects.find(text, asked))
        if numbered:
            mentions = tuple(sorted((*numbered, *mentions), key=lambda mention: mention.start))
        refs = tuple(
            ref
            for ref in find_refs(text, {ticket.number for ticket in message.tickets}, message.sender.role)
            if not taken or taken.isdisjoint(range(ref.start, ref.end))
        )
        taken |= _places(refs)
        days = tuple(
            day
            for day in find_days(text, today, self._calendar)
            if not taken or taken.isdisjoint(range(day.start, day.end))
        )
        area = self._projects.area(text)
        return Reading(
            text=text,
            today=today,
            sender=message.sender,
            tickets=message.tickets,
            clauses=split(text),
            units=units,
            projects=mentions,
            named=tuple(mention for mention in mentions if mention.sure) or _not_asked(text, mentions),
            days=days,
            amounts=find_amounts(text),
            shares=find_shares(text),
            refs=refs,
            area=area[0] if area and area[0] in self._areas else None,
            unknown_name=not any(mention.sure for mention in mentions)
            and bool(self._unknown(_without(units, text))),
        )

    def _unknown(self, text: str) -> str:
        """The name in 某某项目, or at the head of a report, if its words are neither general nor a county."""
        if "项目" in text or "工程" in text:
            for match in _UNKNOWN.finditer(text):
                name = match["name"] or match["name2"]
                if not name.endswith(_VERBS) and self._tells(name):
                    return str(name)
        headed = _HEADED.search(text)
        return headed["name"] if headed and self._tells(headed["name"]) else ""

    def _tells(self, name: str) -> bool:
        telling = (
            token not in self._general and len(token) > 1 and not token.isdigit()
            for token in self._tokenizer.lcut(name)
        )
        return any(telling) and self._projects.area(name) is None


def _without(units: Iterable[UnitMention], text: str) -> str:
    """The text with commas for the units in it: 请环保局给民生工程 names no project."""
    for unit in units:
        if not unit.place:
            text = text[: unit.start] + "," * (unit.end - unit.start) + text[unit.end :]
    return text


_AND = re.compile("[县市区]?\\s*[、,和与及跟]\\s*")
_PROJECTS_OF = re.compile("[县市区]?[这那]?[两三四五六七八九几](?:个|家)")
_COUNTY_OFFICE = re.compile(".*(?:人民政府|管委会)")
_GOVERNMENTS = re.compile("[县市区]?(?:[两三四五六七八九几]个?[县市区]{1,3}|[县市区]{1,2})?(?:人民)?政府")


def _listed(text: str, mentions: Sequence[ProjectMention]) -> tuple[ProjectMention, ...]:
    """垣曲、平陆两个项目: counties in a list that ends in 两个 stand for their projects."""
    out: list[ProjectMention] = []
    for mention in reversed(mentions):
        if mention.by_place and (
            _PROJECTS_OF.match(text, mention.end)
            if not out or not _AND.fullmatch(text, mention.end, out[0].start)
            else out[0].by_place and out[0].sure
        ):
            mention = replace(mention, sure=True)
        out.insert(0, mention)
    return tuple(out)


_ASKED = lazily(lambda: any_of(entries("requests", "before")) + "(?:一下|市里|重点办|帮忙|能|再)?$")


def _not_asked(text: str, mentions: Sequence[ProjectMention]) -> tuple[ProjectMention, ...]:
    """请盐湖区做工作 names who is asked, and no project."""
    return tuple(one for one in mentions if not _ASKED.search(text, max(0, one.start - 8), one.start))


def _governments(text: str, units: Sequence[UnitMention]) -> tuple[UnitMention, ...]:
    """新绛、河津两县市政府: counties in a list that ends in 政府 are the governments."""
    out: list[UnitMention] = []
    for unit in reversed(units):
        if unit.place and (
            _GOVERNMENTS.match(text, unit.end)
            if not out or not _AND.fullmatch(text, unit.end, out[0].start)
            else _COUNTY_OFFICE.fullmatch(out[0].name or "") and not out[0].place
        ):
            unit = replace(unit, place=False)
        out.insert(0, unit)
    return tuple(out)


def _places(named: Iterable[ProjectMention | TicketRef]) -> set[int]:
    """All places of the text that these cover."""
    return {at for one in named for at in range(one.start, one.end)}


@cache
def _tokenizer() -> jieba.Tokenizer:
    """A tokenizer of our own, one for all readers: nothing is added to its dictionary.

    Its cache goes to XIAOHAO_CACHE, else to the user's cache folder.
    """
    folder = Path(
        os.environ.get("XIAOHAO_CACHE")
        or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "xiaohao"
    )
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tokenizer.tmp_dir = str(folder)
    except OSError:  # no cache: it is built anew at each start
        tokenizer.tmp_dir = None
    tokenizer.initialize()
    return tokenizer


def _conclude(reading: Reading) -> _Found:
    introduced = bind(reading)
    if introduced is not None:
        return [introduced], None
    if asks_help(reading):
        return queries(reading)
    edited = edit(reading)
    if edited is not None and (reading.sender.role is not Role.LEADER or isinstance(edited, Undo)):
        return [edited], None
    by_role = {
        Role.LIAISON: _of_liaison,
        Role.CONTACT: _of_contact,
        Role.OFFICE: _of_office,
        Role.LEADER: _of_leader,
    }
    return each(reading, *by_role[reading.sender.role](reading))


def _of_liaison(reading: Reading) -> _Found:
    decided, ask = liaison_decisions(reading)
    if decided:
        figures, more = progress(reading)
        counted = [act for act in figures if isinstance(act, Progress) and (act.invested or act.percent)]
        return [*decided, *counted], ask or (more if counted else None)
    told, told_ask = progress(reading)
    figures_told = any(
        isinstance(act, Progress) and (act.invested or act.percent or act.status) for act in told
    )
    troubles, trouble_ask = blockers(reading)
    if not figures_told and (not troubles or _wonders(reading, troubles)):
        asked, asked_ask = queries(reading)
        if asked:
            return asked, asked_ask
    return [*told, *troubles], told_ask or trouble_ask


def _wonders(reading: Reading, troubles: list[Act]) -> bool:
    """Whether a trouble is asked about, not reported: 什么时候能下来; of a known one, 办得咋样了."""
    if asks_when(reading) and not any(isinstance(act, Blocker) and act.units for act in troubles):
        return True
    return all(isinstance(act, Urge) for act in troubles) and not _presses(reading, troubles)


def _of_contact(reading: Reading) -> _Found:
    asked, ask = queries(reading)
    answers, answer_ask = contact_acts(reading)
    plain = all(act.name in ("feedback", "plan") for act in answers)
    if asked and plain:
        return asked, ask
    return answers, answer_ask


def _presses(reading: Reading, decided: list[Act]) -> bool:
    """Whether a question is meant to press on what it names: 怎么还没办; 咋样了，催一下."""
    aimed = all(isinstance(act, Urge) and (act.ticket or act.project or act.unit) for act in decided)
    return reproaches(reading) or (bool(decided) and aimed and pressed_on(reading))


def _of_office(reading: Reading) -> _Found:
    decided, ask = office_acts(reading)
    asked, asked_ask = ([], None) if _presses(reading, decided) else queries(reading)
    if asked and all(act.name in ("urge", "approve", "reject", "reopen") for act in decided):
        return asked, asked_ask
    if decided and (reading.refs or not all(isinstance(act, Urge) for act in decided)):
        return decided, ask
    troubles, trouble_ask = blockers(reading)
    told = [act for act in troubles if isinstance(act, Blocker)]
    if presses(reading):
        aimed = "催" in reading.text or any(isinstance(act, Urge) and act.ticket for act in decided)
        hurt = any(
            lexicon_of_troubles().trouble(blanked(reading, one.start, one.end, units=True))
            for one in reading.clauses
        )
        told = [act for act in told if act.units and hurt and not aimed]
    if decided and not told:
        return decided, ask
    return troubles, trouble_ask


def _of_leader(reading: Reading) -> _Found:
    decided, ask = leader_acts(reading)
    asked, asked_ask = ([], None) if _presses(reading, decided) else queries(reading)
    mild = ("urge", "approve", "reject")
    if asked and all(
        act.name in mild or (isinstance(act, Instruct) and act.due is None and "请" not in reading.text)
        for act in decided
    ):
        return asked, asked_ask
    if not decided:
        return asked, asked_ask
    return decided, ask
