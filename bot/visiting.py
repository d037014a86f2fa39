"""From an address to the page function that answers it: the browser's counterpart of routing.

A page is a plain function of a transaction, a visitor and the values of his request: may he, read it, say
what is shown. It raises `NotToSee` for what isn't there or isn't his. `bot/web.py` finds out who visits,
runs it off the event loop and fills in the template.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeAlias

from bot.calendar import day_of
from bot.channel import Incoming
from bot.mechanism.rules import Rules
from storage.database import Tx
from storage.directory import Directory, Person, Scope
from storage.links import DESK, VIEW


class NotToSee(Exception):
    """There is no such thing, or it is not his to see: both are answered alike. The text says what to do."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent with a form, by the name of its field."""

    field: str
    name: str
    media_type: str
    body: bytes


@dataclass(frozen=True)
class Visitor:
    """Who looks, by the link that he opened, and the city as it stands."""

    person: Person
    directory: Directory
    rules: Rules
    now: datetime
    city: str = ""
    root: str = ""  # stands before every address of ours
    purpose: str = VIEW
    target: str = ""  # what his link was made for
    link_id: int = 0
    form_token: str = ""  # what every form of his carries, and nobody else's page can know
    uploads: tuple[Upload, ...] = ()

    @property
    def today(self) -> date:
        """The city's day."""
        return day_of(self.now)

    @cached_property
    def scope(self) -> Scope:
        """What he may see."""
        return self.directory.scope_of(self.person)


@dataclass(frozen=True, slots=True)
class Page:
    """What is shown: a template beside the pages and its values; `visitor` and `root` come by themselves."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class File:
    """A picture or file to look at or to keep."""

    body: bytes
    media_type: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class GoTo:
    """Go on to another address of ours, without the root: after what was sent was done."""

    address: str


@dataclass(frozen=True, slots=True)
class Sends:
    """Messages of his: kept and handled like those of a chat, in this order; then on to an address of ours.

    Each names its key, so that what is sent twice is one message.
    """

    messages: tuple[Incoming, ...]
    then: str


Answer: TypeAlias = Page | File | GoTo | Sends
Asked: TypeAlias = Mapping[str, str]  # parts of the path, the query, and the fields of a form
OnVisit: TypeAlias = Callable[[Tx, Visitor, Asked], Answer]


@dataclass(frozen=True, slots=True)
class Route:
    """An address and what answers it; `purposes` are those of the links that may open it."""

    method: str
    path: str
    answer: OnVisit
    purposes: tuple[str, ...]


class PageRouter:
    """Page functions by their address. Each module of pages has one; handlers/pages joins them."""

    def __init__(self) -> None:
        self.routes: list[Route] = []

    def get(self, path: str, *, purposes: tuple[str, ...] = (VIEW, DESK)) -> Callable[[OnVisit], OnVisit]:
        """This function shows that address; it only reads."""
        return self._on("GET", path, purposes)

    def post(self, path: str, *, purposes: tuple[str, ...]) -> Callable[[OnVisit], OnVisit]:
        """This function takes what is sent to that address; it may write."""
        return self._on("POST", path, purposes)

    def include(self, other: "PageRouter") -> None:
        """Take over another router's functions."""
        self.routes += other.routes

    def _on(self, method: str, path: str, purposes: tuple[str, ...]) -> Callable[[OnVisit], OnVisit]:
        def register(answer: OnVisit) -> OnVisit:
            self.routes.append(Route(method, path, answer, purposes))
            return answer

        return register
