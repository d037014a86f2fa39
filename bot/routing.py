"""From an act to the handler that carries it out.

A handler is a plain function of an act and a `Turn`: may he, do it, tell them, answer. It raises
`Refusal` when the sender can't have what he asks for. Three kinds of handlers are listed here: for acts,
for fixed phrases of the office that no act covers, and for answers to what we asked.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Protocol, TypeAlias, TypeVar

from bot.acts import Act, Understood
from bot.calendar import day_of
from bot.channel import Button
from bot.mechanism.rules import Rules
from bot.phrases import needed
from storage.database import Tx, all_or_nothing
from storage.directory import Directory, Person
from storage.links import VIEW, Links
from storage.questions import Question


class Refusal(Exception):
    """The sender can't have this; the text is his answer and says what to do instead."""


@dataclass(frozen=True, slots=True)
class Chat:
    """Where a message was written; `group` is empty in a private chat."""

    channel: str
    account: str
    group: str = ""


class Reader(Protocol):
    """What handlers may ask of understanding beside the acts of a message."""

    def find_project(self, text: str) -> tuple[int, ...]:
        """The numbers of all projects that fit what the text names, ascending."""

    def called(self, words: str) -> frozenset[int]:
        """The projects that are called exactly so."""

    def may_be_called(self, words: str) -> bool:
        """Whether a project could be known by these words alone."""

    def used_for(self, words: str) -> str:
        """What the words are used for in messages whatever the project: “说堵点”; empty if for nothing."""

    def reasons(self, turn: "Turn", text: str, at: datetime) -> tuple[Understood, list[Mapping[str, Any]]]:
        """What the sender's message of that moment means, and why: the contract's `explain`."""


class _NoReader:
    """Where acts are given and nothing is read: no name is known."""

    def find_project(self, text: str) -> tuple[int, ...]:
        return ()

    def called(self, words: str) -> frozenset[int]:
        return frozenset()

    def may_be_called(self, words: str) -> bool:
        return True

    def used_for(self, words: str) -> str:
        return ""

    def reasons(self, turn: "Turn", text: str, at: datetime) -> tuple[Understood, list[Mapping[str, Any]]]:
        return Understood(), []


_NO_READER = _NoReader()


NO_LINKS = Links()


def _anywhere(_channel: str, _group: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message being handled.

    `sender` is the person whose rights count; `writer` typed it (a secretary for his leader, a colleague
    for another): both names stand on what the turn records, see `on_behalf`.
    """

    tx: Tx
    now: datetime
    sender: Person
    writer: Person
    chat: Chat
    text: str
    inbox_id: int
    rules: Rules
    directory: Directory
    understand: Callable[["Turn", str], Understood]
    attachments: tuple[str, ...] = ()
    about: Mapping[str, Any] | None = None  # what the message quotes: {"ticket": 17}
    reader: Reader = _NO_READER
    cant_write_to: Callable[[str, str], str] = _anywhere  # why a channel can't write to a group by itself
    links: Links = NO_LINKS

    @property
    def today(self) -> date:
        """The city's day."""
        return day_of(self.now)

    @property
    def on_behalf(self) -> str:
        """Who stands behind the writer, for the record; empty if he speaks for himself."""
        return "" if self.writer.id == self.sender.id else self.sender.signed

    def link(self, target: str, purpose: str = VIEW) -> str:
        """A personal link for who wrote; empty in a group, where others would open it, and where we have none."""
        return "" if self.chat.group else self.links.to(self.tx, self.writer.id, target, purpose)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that goes with a reply; `data` is what its kind needs to go on."""

    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """What the sender reads. Empty text: nothing is said. `attachments`: ids of kept files that go along."""

    text: str
    buttons: tuple[Button, ...] = ()
    about: Mapping[str, Any] | None = None
    asks: Asked | None = None
    missed: bool = False  # the message seemed to report something that could not be read
    attachments: tuple[str, ...] = ()  # ids of kept files that go with it (storage/attachments.py)


def joined(replies: Sequence[Reply]) -> Reply:
    """Several answers as one message, and one question.

    Questions of one kind that hold `items` become one about all of them; of others the last one is asked.
    """
    spoken = [reply for reply in replies if reply.text]
    abouts = [reply.about for reply in spoken if reply.about]
    asks = next((reply.asks for reply in reversed(spoken) if reply.asks), None)
    if asks is not None and "items" in asks.data:
        alike = [reply.asks.data["items"] for reply in spoken if reply.asks and reply.asks.kind == asks.kind]
        asks = Asked(asks.kind, {**asks.data, "items": [item for items in alike for item in items]})
    buttons = {button.text: button for reply in spoken for button in reply.buttons}
    return Reply(
        "\n".join(reply.text for reply in spoken),
        tuple(buttons.values()),
        abouts[0] if abouts else None,
        asks,
        any(reply.missed for reply in replies),
        tuple(dict.fromkeys(file for reply in spoken for file in reply.attachments)),
    )


def tried(turn: Turn, do: Callable[[], Reply]) -> Reply:
    """What `do` answers. If it is refused, that is the answer and nothing of it is left behind."""
    try:
        with all_or_nothing(turn.tx):
            return do()
    except Refusal as refusal:
        return Reply(str(refusal))


A = TypeVar("A", bound=Act)
OnAct: TypeAlias = Callable[[Any, Turn], Reply]
OnPhrase: TypeAlias = Callable[["re.Match[str]", Turn], Reply | None]
OnAnswer: TypeAlias = Callable[[Question, Turn], Reply | None]


class _Phrase:
    """A pattern for whole messages and who answers them. Made ready when first asked: a start need not wait."""

    def __init__(self, pattern: str, handler: OnPhrase) -> None:
        self._text = pattern
        self.handler = handler

    @cached_property
    def pattern(self) -> "re.Pattern[str]":
        return re.compile(self._text, re.DOTALL)

    @cached_property
    def needs(self) -> frozenset[str]:
        """Characters without which there is no match."""
        return needed(self.pattern)


class Router:
    """Handlers by what they are for. Each handler module has one; handlers/__init__.py joins them."""

    def __init__(self) -> None:
        self._acts: dict[type[Act], OnAct] = {}
        self._phrases: list[_Phrase] = []
        self._answers: dict[str, OnAnswer] = {}

    def on(self, act: type[A]) -> Callable[[Callable[[A, Turn], Reply]], Callable[[A, Turn], Reply]]:
        """This handler carries out that act."""

        def register(handler: Callable[[A, Turn], Reply]) -> Callable[[A, Turn], Reply]:
            if act in self._acts:
                raise ValueError(f"two handlers for {act.__name__}")
            self._acts[act] = handler
            return handler

        return register

    def phrase(self, pattern: str) -> Callable[[OnPhrase], OnPhrase]:
        """This handler answers messages that match the whole pattern; None lets understanding read on."""

        def register(handler: OnPhrase) -> OnPhrase:
            self._phrases.append(_Phrase(pattern, handler))
            return handler

        return register

    def answer(self, kind: str) -> Callable[[OnAnswer], OnAnswer]:
        """This handler takes answers to questions of that kind; None: the message is no answer."""

        def register(handler: OnAnswer) -> OnAnswer:
            self._answers[kind] = handler
            return handler

        return register

    def include(self, other: "Router") -> None:
        """Take over another router's handlers."""
        for act, handler in other._acts.items():
            self.on(act)(handler)
        self._phrases += other._phrases
        self._answers |= other._answers

    def do(self, act: Act, turn: Turn) -> Reply:
        """Carry out an act. Raises Refusal."""
        handler = self._acts.get(type(act))
        if handler is None:
            raise Refusal("这类事项还不能在这里办理。")
        return handler(act, turn)

    def say(self, turn: Turn) -> Reply | None:
        """The answer to a fixed phrase, or None."""
        text = turn.text.strip()
        characters = frozenset(text)
        for phrase in self._phrases:
            if phrase.needs <= characters and (match := phrase.pattern.fullmatch(text)) is not None:
                with all_or_nothing(turn.tx):
                    reply = phrase.handler(match, turn)
                if reply is not None:
                    return reply
        return None

    def try_answer(self, question: Question, turn: Turn) -> Reply | None:
        """What follows if the message answers that question; None if it does not."""
        handler = self._answers.get(question.kind)
        return handler(question, turn) if handler else None
