"""What a platform's folder gives to the application, and what it is handed for that."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from bot.channel import Channel, Fetched, Fetcher
from bot.channels.common.callback import Callback
from bot.channels.common.limits import Limits
from bot.channels.common.web import Web
from bot.config import Channels


class Store(Protocol):
    """What a channel may ask of the database while it sends."""

    async def reply_url(self, inbox_id: int) -> str:
        """The address that came with that message and still takes an answer; "" if there is none."""
        ...

    async def reply_used(self, inbox_id: int) -> None:
        """An answer went there, or may have: an address that takes only one is forgotten."""
        ...

    async def said_before(self, uuid: str, seconds: int) -> int:
        """How many messages with the same words its reader was written in that time before the message of that
        uuid: for platforms that take what is written twice for a repetition."""
        ...

    async def file(self, attachment_id: str) -> Fetched | None:
        """A kept file that is to be sent."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """What a platform works with."""

    web: Web
    limits: Limits
    store: Store


@dataclass(frozen=True, slots=True)
class Platform:
    """What is open of a platform: addresses that it calls, channels by name, fetchers by channel."""

    callbacks: tuple[Callback, ...] = ()
    channels: tuple[Channel, ...] = ()
    fetchers: Mapping[str, Fetcher] = field(default_factory=dict)
    close: Callable[[], Awaitable[None]] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What `xiaohao doctor` found; `todo` is what a person does about a fault or a hint. Without secrets."""

    level: Literal["good", "hint", "fault"]
    what: str
    todo: str = ""


class Check(Protocol):
    """A function `check` that a platform's folder may have, beside `open_platform`: is it set up as it must be?

    It takes the place of the doctor's own check, which fetches the token.
    """

    def __call__(self, config: Channels, ports: Ports) -> Awaitable[Sequence[Finding]]:
        """Look. What a platform refuses is a finding; ChannelError may be raised, and becomes one."""
        ...
