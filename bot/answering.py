"""A kept message and its answer: who writes, an answer to our question or acts of his own, each done.

What a message asks for stands or falls act by act: a refused act leaves nothing behind, and the reply
says so beside what was done.
"""

import re
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot.acts import Act, Blocker, Correct, Instruct, Progress, Query, Understood, Urge
from bot.mechanism.rules import Rules
from bot.people import Rank, Role, Sender, TicketTitle
from bot.questions import ask_which, fill
from bot.routing import Asked, Chat, Refusal, Reply, Router, Turn, joined, tried
from bot.standing_in import speaker
from bot.standings import understood_as
from bot.understanding import Message, Understanding
from storage import outbox, questions, tickets
from storage.database import Tx, all_or_nothing
from storage.directory import Directory, DirectoryCache, Person
from storage.inbox import Stored
from storage.questions import Question

_LONGEST = 2000  # characters that are read; what is longer is kept whole and said to be too long
_SHOWN = 30  # characters of the words by which a question that was let go is named
_STRANGER = 0  # id of a person whom the directory does not know


class Vocabulary:
    """The reader for the directory as it stands; built anew when names change."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._kept: tuple[int, Understanding] | None = None
        self._lock = threading.Lock()

    def of(self, directory: Directory) -> Understanding:
        """The reader that knows this directory's names."""
        kept = self._kept
        if kept is None or kept[0] != directory.version:
            with self._lock:
                projects, units, areas = directory.names()
                reader = Understanding(projects, units, self._rules.calendar, areas)
                kept = self._kept = (directory.version, reader)
        return kept[1]


class Answering:
    """Everything that stands between a kept message and its answer."""

    def __init__(
        self,
        router: Router,
        directory: DirectoryCache,
        rules: Rules,
        stranger: Callable[[Turn], Reply],
    ) -> None:
        self._router = router
        self.directory = directory
        self.rules = rules
        self.vocabulary = Vocabulary(rules)
        self._stranger = stranger

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
        )
        understood: Understood | None = None
        try:
            if writer is None:
                reply = self._stranger(turn)
            else:
                sender, text = speaker(directory, writer, stored.text)
                turn = replace(turn, sender=sender, text=text)
                if text == stored.text and self._reports_himself(turn):
                    turn = replace(turn, sender=writer)
                reply, understood = self._answer(turn)
        except Refusal as refusal:
            reply = Reply(str(refusal))
        if reply.asks is not None:
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
        question = questions.open_for(turn.tx, chat.channel, chat.account, chat.group)
        if question is not None:
            with all_or_nothing(turn.tx):  # a refusal leaves nothing of it behind
                reply = self._try_answer(question, turn)
            if reply is not None:
                questions.close(turn.tx, question.id, questions.ANSWERED, turn.now)
                return reply, None
        with all_or_nothing(turn.tx):
            reply = self._router.say(turn)
        if reply is not None:
            return reply, None
        understood = turn.understand(turn, turn.text)
        return self.carry_out(understood, turn), understood

    def _try_answer(self, question: Question, turn: Turn) -> Reply | None:
        if not question.kind.startswith("which-"):
            return self._router.try_answer(question, turn)
        # A name alone is an answer; a name in a report of its own is not.
        says_more = bool(turn.understand(turn, turn.text).acts)
        fitting = () if says_more else self.vocabulary.of(turn.directory).find_project(turn.text[:_LONGEST])
        acts = fill(question, turn, fitting)
        if acts is None:
            return None
        # What was said with the question stands on the record, not the bare answer to it.
        return self.carry_out(Understood(tuple(acts)), replace(turn, text=question.data["text"]))

    def carry_out(self, understood: Understood, turn: Turn) -> Reply:
        """Do the acts one by one; ask what the message left open."""
        if not understood.acts and understood.ask is None:
            return nothing_understood(turn)
        replies: list[Reply] = []
        pending: list[Act] = []
        for act in understood.acts:
            if understood.ask is not None and _lacks(act, understood.ask.about):
                pending.append(act)
                continue
            replies.append(tried(turn, partial(self._router.do, act, turn)))
        if understood.ask is not None:
            replies.append(ask_which(understood.ask.about, understood.ask.candidates, pending, turn))
        if len(turn.text) > _LONGEST:
            replies.append(
                Reply(
                    f"您的消息有{len(turn.text)}字，只读了前{_LONGEST}字；原文已全部保存，后面的请分条再发。"
                )
            )
        return joined(replies)

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
        where = "group" if turn.chat.group else "private"

        def read(role: Role) -> Understood:
            writes = Sender(role, sender.unit, directory.reports_on(sender))
            return self.vocabulary.of(directory).understand(Message(text, turn.now, where, writes, titles))

        return understood_as(directory, sender, text, read)

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


def nothing_understood(turn: Turn) -> Reply:
    """The honest answer to what we can't read; pleasantries and group chatter are left alone."""
    text = turn.text.strip()
    reports = bool(re.search(r"\d", text)) and len(text) >= 6
    if turn.chat.group and not reports:
        return Reply("")
    if _PLEASANTRY.match(text) and re.search(r"[\u4e00-\u9fffA-Za-z]", text):
        return Reply("")
    if turn.attachments and not text:
        return Reply("文件收到，已保存。是哪个项目的？请补一句说明，如“342改线 现场照片”。")
    return Reply(f"这句我没读懂，原话已保存，没有记成进展或问题。{_EXAMPLE[turn.sender.role]}", missed=True)


_EXAMPLE = {
    Role.LIAISON: "可以这样写：“342改线本月完成1800万元，今年累计2.1亿元”，或“342改线卡在供水管迁改，请市水务局9月30日前解决”。",
    Role.CONTACT: "可以这样写：“17号周工负责，22日前迁完”“17号已迁完，申请销号”“17号申请延期到26日，原因…”。",
    Role.OFFICE: "可以这样写：“17号交办市水务局，22日前办结”“17号同意销号”“哪些超期了”。",
    Role.LEADER: "可以这样写：“17号办到哪一步了”“哪些超期了”“342改线请市水务局本周五前解决”。",
}
