"""What a platform's folder gives to the application, and what it is handed for that."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.channel import Channel, Fetched, Fetcher
from bot.channels.common.callback import Callback
from bot.channels.common.limits import Limits
from bot.channels.common.web import Web


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
