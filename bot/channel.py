"""What a messaging platform is to the rest: messages that came, messages that go, and its limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, runtime_checkable

WEBHOOK = "webhook"  # key of the one group that a channel's configured webhook writes to

# Channels whose senders are the people of another one: a robot of 企业微信 sees the same accounts as the app.
ACCOUNTS_OF = {"wecom_bot": "wecom", "wecom_robot": "wecom"}

PAGE = "page"  # what is sent from a page of ours; its accounts are those of `page_account`


def page_account(person_id: int, where: str) -> str:
    """The account of somebody on a page: 12/desk. What he asks and is asked there stays there."""
    return f"{person_id}/{where}"


def person_on_page(account: str) -> int:
    """The id of whom that account is; 0 for what is none."""
    digits = account.partition("/")[0]
    return int(digits) if digits.isascii() and digits.isdigit() else 0


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message; pressing it says `text`. Its id comes with the message that carries it."""

    label: str
    text: str
    id: str = ""

    def as_json(self) -> dict[str, str]:
        """`{"id", "label", "text"}`."""
        return {"id": self.id, "label": self.label, "text": self.text}


@dataclass(frozen=True, slots=True)
class Key:
    """A name by which a platform may deliver the same message again.

    `digest` tells a repeated delivery from another message under the same key; a platform's own id of a
    message needs none ("").
    """

    app: str
    key: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or file that came with a message and is fetched after the answer.

    `source` is what the platform's own fetcher needs to find it: {"media_id": …} or {"url": …}.
    """

    kind: str  # image | voice | video | file
    source: Mapping[str, str]
    name: str = ""


@dataclass(frozen=True, slots=True)
class ReplyHandle:
    """An address that came with a message and takes answers to it until then (real time). It is a secret."""

    url: str
    until: datetime
    once: bool = True


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as a platform delivered it, verified and parsed.

    `pressed` is the id of a button of ours and `quotes` the platform's id of the message that this one
    answers: the door looks up what they stand for, so a parser leaves `text` empty when a button was
    pressed. `media` are fetched later; `attachments` are files that are here already.
    """

    channel: str
    account: str
    text: str
    keys: tuple[Key, ...]
    group: str = ""
    attachments: tuple[str, ...] = ()
    about: Mapping[str, Any] | None = None
    media: tuple[Media, ...] = ()
    pressed: str = ""
    quotes: str = ""
    reply: ReplyHandle | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """Somebody has read messages of ours; `names` are what the platform calls them."""

    channel: str
    account: str
    names: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that goes to an account or a group; its uuid makes a repeated send harmless where it can.

    `attachments` are ids of kept files. `answers` is the inbox id of the message that it replies to, 0 for
    none; `parts_sent` how many of its parts an earlier attempt brought out.
    """

    uuid: str
    account: str
    group: str
    text: str
    buttons: tuple[Button, ...] = ()
    about: Mapping[str, Any] | None = None
    attachments: tuple[str, ...] = field(default=())
    urgency: str = "reply"
    answers: int = 0
    parts_sent: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    """What the platform calls the parts of a message that it took, so that a quote of one is understood."""

    names: tuple[str, ...] = ()


class ChannelError(Exception):
    """A platform failed; `reason` says why in plain Chinese, without any secret.

    `permanent`: give up and tell the office; else try again, not before `again_in`. `unknown`: the message
    may have arrived. `ours`: our own limit held it back, which is no failed attempt. `parts_sent`: of a
    message in parts, those that are out.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool,
        unknown: bool = False,
        ours: bool = False,
        again_in: timedelta | None = None,
        parts_sent: int = 0,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.unknown = unknown
        self.ours = ours
        self.again_in = again_in
        self.parts_sent = parts_sent


class Channel(Protocol):
    """One platform, as deliver sees it."""

    name: str
    at_once: int  # sends under way at the same time, at most

    def repeats_are_safe(self, message: Outgoing) -> bool:
        """Whether the platform shows this message once even if it is sent twice under its uuid."""
        ...

    async def send(self, message: Outgoing) -> Sent:
        """Send. Raises ChannelError; anything else leaves the outcome unknown."""
        ...


@runtime_checkable
class FindsAccounts(Protocol):
    """A channel that may look somebody up in the platform's directory, where the office permits that."""

    async def account_of(self, mobile: str) -> str:
        """The account of who has that mobile number (eleven digits); "" if nobody has. Raises ChannelError."""
        ...


@runtime_checkable
class NotEveryGroup(Protocol):
    """A channel that hears in groups to which it can't write by itself."""

    def cant_write_to(self, group: str) -> str:
        """Why it can't write to that group, and what to do instead; empty if it can."""
        ...


@runtime_checkable
class NoFiles(Protocol):
    """A channel that takes no files: its messages go without, and say so."""

    no_files: str  # why, in plain Chinese


@dataclass(frozen=True, slots=True)
class Fetched:
    """A picture or file as it was fetched."""

    body: bytes
    media_type: str
    name: str = ""


class Fetcher(Protocol):
    """Fetches what came with a message of one channel."""

    async def fetch(self, media: Media, most: int) -> Fetched:
        """The bytes, at most `most` of them. Raises ChannelError."""
        ...
