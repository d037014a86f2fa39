"""A kept message and its answer: who writes, an answer to our question or acts of his own, each done.

What a message asks for stands or falls act by act: a refused act leaves nothing behind, and the reply
says so beside what was done.
"""

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot import from_page
from bot.acts import Act, Blocker, Correct, Feedback, Instruct, Progress, Query, Understood, Urge
from bot.mechanism.rules import Rules
from bot.people import Rank, Role, Sender, TicketTitle
from bot.questions import ask_which, fill
from bot.routing import NO_LINKS, Asked, Chat, Refusal, Reply, Router, Turn, joined, tried
from bot.standing_in import speaker, stands_in_for
from bot.standings import understood_as
from bot.understanding import Message, Understanding
from bot.understanding.half_read import vague_trouble
from handlers.examples import example_for
from handlers.groups import meet_group
from storage import outbox, questions, remembered, tickets
from storage.database import Tx, all_or_nothing
from storage.directory import Directory, DirectoryCache, Person, Project
from storage.inbox import Stored
from storage.links import Links
from storage.questions import Question

_LONGEST = 2000  # characters that are read; what is longer is kept whole and said to be too long
_SHOWN = 30  # characters of the words by which a question that was let go is named
_STRANGER = 0  # id of a person whom the directory does not know


class Vocabulary:
    """The reader for the directory as it stands; built anew when names change."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._kept: tuple[int, Any, Understanding] | None = None
        self._lock = threading.Lock()

    def of(self, directory: Directory) -> Understanding:
        """The reader that knows this directory's names."""
        kept = self._kept
        if kept is None or kept[0] != directory.version:
            with self._lock:
                names = directory.names()
                if kept is not None and kept[1] == names:  # something else of the directory has changed
                    reader = kept[2]
                else:
                    projects, units, areas = names
                    reader = Understanding(projects, units, self._rules.calendar, areas)
                kept = self._kept = (directory.version, names, reader)
        return kept[2]


class Answering:
    """Everything that stands between a kept message and its answer."""

    def __init__(
        self,
        router: Router,
        directory: DirectoryCache,
        rules: Rules,
        stranger: Callable[[Turn], Reply],
        links: Links = NO_LINKS,
    ) -> None:
        self._router = router
        self.directory = directory
        self.rules = rules
        self.vocabulary = Vocabulary(rules)
        self._stranger = stranger
        self._links = links
        self.cant_write_to: Callable[[str, str], str] = lambda _channel, _group: ""

    def answer(self, tx: Tx, stored: Stored, now: datetime) -> tuple[Reply, Understood | None]:
        """What the sender reads, all that his message causes done in `tx`, and what was understood."""
        directory = self.directory.get(tx)
        writer = directory.person_of(stored.channel, stored.account)
        known = writer or Person(
            _STRANGER, "", "", "", "", None, "", Rank.STAFF, (), None, {stored.channel: stored.account}
        )
        turn = Turn(
            tx,
            now,
            known,
            known,
            Chat(stored.channel, stored.account, stored.group),
            stored.text,
            stored.id,
            self.rules,
            directory,
            self._reader(),
            stored.attachments,
            stored.about,
            _Reading(self.vocabulary.of(directory)),
            self.cant_write_to,
            self._links,
        )
        if stored.group:
            meet_group(turn)
        understood: Understood | None = None
        try:
            if writer is None:
                reply = self._stranger(turn)
            else:
                sender, text = speaker(directory, writer, stored.text)
                sender = from_page.speaks_for(directory, stored) or sender
                turn = replace(turn, sender=sender, text=text)
                if text == stored.text and self._reports_himself(turn):
                    turn = replace(turn, sender=writer)
                reply, understood = self._answer(turn)
        except Refusal as refusal:
            reply = Reply(str(refusal))
        if reply.asks is not None and not from_page.is_alone(turn):
            reply = self._ask(turn, reply, reply.asks)
        return reply, understood

    def tell_office_of(self, tx: Tx, stored: Stored, now: datetime) -> None:
        """A message could not be handled: the city's office is told to look after it."""
        directory = self.directory.get(tx)
        writer = directory.person_of(stored.channel, stored.account)
        name = writer.signed if writer else stored.account
        for one in directory.office_people(None):
            notice = outbox.Notice(
                key=f"set-aside:{stored.id}:{one.id}",
                kind="set-aside",
                urgency="event",
                person_id=one.id,
                line=f"{name}的一条消息没能自动办理，请人工处理：“{stored.text[:60]}”",
                why="您是重点办值守人员",
            )
            outbox.add_in_hours(tx, [notice], now, directory, self.rules)

    def _answer(self, turn: Turn) -> tuple[Reply, Understood | None]:
        chat = turn.chat
        if words := from_page.overtaken(turn):
            return Reply(words), None
        if (given := from_page.carried(turn)) is not None:
            return self.carry_out(given, turn), given
        question = questions.open_for(turn.tx, chat.channel, chat.account, chat.group)
        if question is not None and not from_page.is_alone(turn):
            reply = None
            try:
                with all_or_nothing(turn.tx):  # a refusal leaves nothing of it behind
                    reply = self._try_answer(question, turn)
            except Refusal:
                if not self._is_of_its_own(turn):
                    raise
            if reply is not None:
                questions.close(turn.tx, question.id, questions.ANSWERED, turn.now)
                return reply, None
        reply = self._router.say(turn)
        if reply is not None:
            return reply, None
        understood = turn.understand(turn, turn.text)
        if not understood.acts:
            turn, understood = self._as_substitute(turn, understood)
        return self.carry_out(understood, turn), understood

    def _as_substitute(self, turn: Turn, understood: Understood) -> tuple[Turn, Understood]:
        """What says nothing from him may say something from whom he stands in for today."""
        for absent in stands_in_for(turn.directory, turn.writer, turn.today):
            for_him = replace(turn, sender=absent)
            found = for_him.understand(for_him, turn.text)
            if found.acts:
                return for_him, found
        return turn, understood

    def _is_of_its_own(self, turn: Turn) -> bool:
        """Whether what was refused as an answer asks for something else: 催市水务局 gives no reason."""
        acts = turn.understand(turn, turn.text).acts
        return bool(acts) and not any(isinstance(act, (Progress, Blocker, Feedback)) for act in acts)

    def _try_answer(self, question: Question, turn: Turn) -> Reply | None:
        if not question.kind.startswith("which-"):
            return self._router.try_answer(question, turn)
        # A name alone is an answer; a name in a report of its own is not.
        filled = fill(question, turn, says_more=bool(turn.understand(turn, turn.text).acts))
        if filled is None or isinstance(filled, Reply):
            return filled
        # What was said with the question stands on the record, not the bare answer to it.
        reply = self.carry_out(Understood(tuple(filled)), replace(turn, text=question.data["text"]))
        learnt = self._learn(question.data.get("words", ""), filled, turn)
        return joined([reply, Reply(learnt)]) if learnt else reply

    def _learn(self, words: str, filled: Sequence[Act], turn: Turn) -> str:
        """Remember what he calls the project that his answer named, and say so."""
        number = next((number for act in filled if (number := getattr(act, "project", None))), None)
        project = turn.directory.project_numbered(number) if words and number else None
        if project is None:
            return ""
        remembered.put(turn.tx, turn.writer.id, words, project.id, turn.now, turn.inbox_id)
        return f"以后您说“{words}”就按{project.short}办；不是这样请回“忘掉{words}”。"

    def carry_out(self, understood: Understood, turn: Turn) -> Reply:
        """Do the acts one by one; ask what the message left open."""
        if not understood.acts and understood.ask is None:
            return nothing_understood(turn)
        replies: list[Reply] = []
        pending: list[Act] = []
        asks_project = understood.ask is not None and understood.ask.about == "project"
        words = self._unclear(turn) if asks_project else ""
        meant = self._meant(words, understood, turn)
        for act in understood.acts:
            if understood.ask is not None and _lacks(act, understood.ask.about):
                if meant is None:
                    pending.append(act)
                    continue
                field: dict[str, Any] = {"project": meant.number}
                act = replace(act, **field)  # type: ignore[type-var]  # every act is a dataclass
            replies.append(tried(turn, partial(self._do, act, turn)))
        if meant is not None:
            told = f"按您上次说的，{words}＝{meant.short}；不是这样请回“忘掉{words}”。"
            replies.insert(0, Reply(told))
        elif understood.ask is not None:
            ask = understood.ask
            replies.append(ask_which(ask.about, ask.candidates, pending, turn, words))
        if vague := vague_trouble(understood.acts, turn.text):
            how = "请写清卡在什么、请谁办，如“卡在供水管迁改，请市水务局月底前解决”"
            replies.append(Reply(f"“{vague}”没有登记成问题；要登记{how}。", missed=True))
        if len(turn.text) > _LONGEST:
            replies.append(
                Reply(
                    f"您的消息有{len(turn.text)}字，只读了前{_LONGEST}字；原文已全部保存，后面的请分条再发。"
                )
            )
        return joined(replies)

    def _do(self, act: Act, turn: Turn) -> Reply:
        """Carry it out; what he may not do himself he does for whom he stands in today, and both names stand."""
        try:
            with all_or_nothing(turn.tx):
                return self._router.do(act, turn)
        except Refusal:
            for absent in stands_in_for(turn.directory, turn.writer, turn.today):
                with suppress(Refusal), all_or_nothing(turn.tx):
                    return self._router.do(act, replace(turn, sender=absent))
            raise

    def _unclear(self, turn: Turn) -> str:
        """The words by which he named a project without saying which."""
        message = self._message(turn, turn.text[:_LONGEST], turn.sender.role, ())
        return self.vocabulary.of(turn.directory).unclear(message)

    def _meant(self, words: str, understood: Understood, turn: Turn) -> Project | None:
        """The project that he meant by these words before, if it is one of those that fit."""
        known = remembered.of(turn.tx, turn.writer.id, words) if words else None
        project = turn.directory.projects.get(known.project_id) if known else None
        if project is None or project.gone or understood.ask is None:
            return None
        if understood.ask.candidates and project.number not in understood.ask.candidates:
            return None
        if not all(isinstance(act, Query) for act in understood.acts):  # to ask changes nothing
            remembered.went_by(turn.tx, turn.writer.id, words, turn.inbox_id)
        return project

    def _reader(self) -> Callable[[Turn, str], Understood]:
        """Reads for one message: nothing twice, and the tickets as they stood when it came."""
        read: dict[tuple[int, str], Understood] = {}
        seen: dict[int, tuple[TicketTitle, ...]] = {}

        def understand(turn: Turn, text: str) -> Understood:
            sender, text = turn.sender, text[:_LONGEST]
            if sender.id not in seen:
                seen[sender.id] = tickets.titles(turn.tx, turn.directory, sender)
            if (sender.id, text) not in read:
                read[sender.id, text] = self._understand(turn, text, seen[sender.id])
            return read[sender.id, text]

        return understand

    def _understand(self, turn: Turn, text: str, titles: tuple[TicketTitle, ...]) -> Understood:
        directory, sender = turn.directory, turn.sender
        quoted = (turn.about or {}).get("ticket")
        if quoted is not None and any(title.number == quoted for title in titles):
            titles = tuple(title for title in titles if title.number == quoted)

        def read(role: Role) -> Understood:
            return self.vocabulary.of(directory).understand(self._message(turn, text, role, titles))

        return understood_as(directory, sender, text, read)

    def _message(self, turn: Turn, text: str, role: Role, titles: tuple[TicketTitle, ...]) -> Message:
        writes = Sender(role, turn.sender.unit, turn.directory.reports_on(turn.sender))
        return Message(text, turn.now, "group" if turn.chat.group else "private", writes, titles)

    def _reports_himself(self, turn: Turn) -> bool:
        """Whether a secretary, who else writes for his leader, reports on a project of his own."""
        own = turn.directory.reports_on(turn.writer)
        if turn.writer.id == turn.sender.id or not own:
            return False
        acts = turn.understand(replace(turn, sender=turn.writer), turn.text).acts
        return bool(acts) and all(
            isinstance(act, (Progress, Blocker, Correct)) and act.project in own for act in acts
        )

    def _ask(self, turn: Turn, reply: Reply, asked: Asked) -> Reply:
        chat = turn.chat
        older = questions.open_for(turn.tx, chat.channel, chat.account, chat.group)
        questions.ask(
            turn.tx,
            kind=asked.kind,
            channel=turn.chat.channel,
            account=turn.chat.account,
            group=turn.chat.group,
            data=asked.data,
            at=turn.now,
            lapses_at=turn.now + timedelta(hours=turn.rules.regime.question_lapses_hours),
            inbox_id=turn.inbox_id,
        )
        which = older is not None and older.kind.startswith("which-")
        if older is None or (older.kind == asked.kind and not which):
            return reply
        lost = f"“{older.data['text'][:_SHOWN]}”" if which else "那件事"
        return replace(reply, text=f"{reply.text}\n（前面问您的{lost}先放下了，需要时请把整句话重发。）")


def _lacks(act: Act, about: str) -> bool:
    if about == "project":
        if isinstance(act, (Progress, Blocker)):
            return act.project is None
        if isinstance(act, Query):
            return act.about == "project" and act.project is None
    elif not isinstance(act, (Instruct, Urge, Query)):
        return hasattr(act, "ticket") and act.ticket is None
    elif isinstance(act, Query):
        return act.about == "ticket" and act.ticket is None
    return isinstance(act, (Instruct, Urge)) and act.ticket is None and act.project is None


_PLEASANTRY = re.compile(
    r"^(?:[\s。，,.!！~～?？👌🙏👍🌹]|好的?|收到|谢谢?|多谢|感谢|辛苦|大家|领导|您|你|了|啊|哈|嗯|噢|哦|知道|明白|早上?|上午|中午|下午|晚上?"
    r"|好|晚安|再见|拜拜|不客气|没事|是的?|对的?|行|可以|ok|OK|主任|科长|局长|老师|祝|节日|快乐|新年)+$"
)

_GREETING = re.compile(
    r"(?:(?:你|您|大家)好[呀啊]?|(?:小号)?在吗|在不在|有人吗|哈[喽啰]|hello|hi)[。，,.!！~？?\s]*",
    re.IGNORECASE,
)


def nothing_understood(turn: Turn) -> Reply:
    """The honest answer to what we can't read; pleasantries and group chatter are left alone."""
    text = turn.text.strip()
    has_facts = bool(re.search(r"\d", text)) and len(text) >= 6
    if turn.chat.group and not has_facts:
        return Reply("")
    if _GREETING.fullmatch(text) and not turn.chat.group and not turn.attachments:
        return Reply(f"您好。可以这样写：{example_for(turn)}；全部写法请回“帮助”。")
    if _PLEASANTRY.match(text) and re.search(r"[\u4e00-\u9fffA-Za-z]", text):
        return Reply("")
    if turn.attachments and not text:
        return Reply("文件收到，已保存。是哪个项目的？请补一句说明，如“342改线 现场照片”。")
    return Reply(
        f"这句我没读懂，原话已保存，没有记成进展或问题。可以这样写：{example_for(turn)}。", missed=True
    )


class _Reading:
    """What handlers may ask of understanding, in the words of `bot.routing.Reader`."""

    def __init__(self, reader: Understanding) -> None:
        self._reader = reader
        self.find_project: Callable[[str], tuple[int, ...]] = reader.find_project
        self.called, self.may_be_called = reader.called, reader.may_be_called
        self.used_for: Callable[[str], str] = reader.used_for

    def reasons(self, turn: Turn, text: str, at: datetime) -> tuple[Understood, list[Mapping[str, Any]]]:
        """Why the text was read as it was at that moment, among the tickets of which he knew then."""
        later = {one.number for one in tickets.entered_since(turn.tx, at)}
        titles = tickets.titles(turn.tx, turn.directory, turn.sender)
        known = tuple(one for one in titles if one.number not in later)
        found: list[tuple[Understood, list[Mapping[str, Any]]]] = []

        def read(role: Role) -> Understood:
            writes = Sender(role, turn.sender.unit, turn.directory.reports_on(turn.sender))
            where = "group" if turn.chat.group else "private"
            understood, why = self._reader.explain(Message(text[:_LONGEST], at, where, writes, known))
            found.append((understood, [one.as_json() for one in why]))
            return understood

        understood = understood_as(turn.directory, turn.sender, text, read)
        return understood, next(why for one, why in reversed(found) if one is understood)
