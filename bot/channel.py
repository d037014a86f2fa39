"""What a messaging platform is to the rest: messages that came, messages that go, and its limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


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

    `digest` tells a repeated delivery from another message under the same key.
    """

    app: str
    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as a platform delivered it, verified and parsed."""

    channel: str
    account: str
    text: str
    keys: tuple[Key, ...]
    group: str = ""
    attachments: tuple[str, ...] = ()
    about: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that goes to an account or a group; its uuid makes a repeated send harmless where it can."""

    uuid: str
    account: str
    group: str
    text: str
    buttons: tuple[Button, ...] = ()
    about: Mapping[str, Any] | None = None
    attachments: tuple[str, ...] = field(default=())


class ChannelError(Exception):
    """A platform failed. `permanent`: give up and tell the office; else try again later."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent


class Channel(Protocol):
    """One platform, as deliver sees it."""

    name: str
    at_once: int  # sends under way at the same time, at most

    async def send(self, message: Outgoing) -> None:
        """Send. Raises ChannelError; anything else leaves the outcome unknown."""
        ...
