"""A token of a platform: fetched once for all who wait, renewed before its end and when it was refused."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from bot.channel import ChannelError

Fetch = Callable[[], Awaitable[tuple[str, float]]]  # the token, and for how many seconds it is good

_EARLY = 300.0  # seconds before its end
_PAUSE = 5.0  # seconds after a failed fetch, in which nobody asks again


class Token:
    """Holds one app's token. `fetch` raises ChannelError; all who wait for it get the same error."""

    def __init__(
        self, fetch: Fetch, *, early: float = _EARLY, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetch = fetch
        self._early = early
        self._clock = clock
        self._value = ""
        self._renew_at = 0.0
        self._fetching: asyncio.Task[str] | None = None
        self._failed: tuple[float, ChannelError] | None = None

    async def get(self) -> str:
        """A token that is good for a while. Raises ChannelError."""
        if self._value and self._clock() < self._renew_at:
            return self._value
        if self._failed is not None and self._clock() < self._failed[0] + _PAUSE:
            raise _again(self._failed[1])
        if self._fetching is None or self._fetching.done():
            self._fetching = asyncio.create_task(self._renew())
        return await asyncio.shield(self._fetching)

    def refuse(self, value: str) -> None:
        """The platform says that this one is no good: the next `get` fetches another."""
        if value == self._value:
            self._value = ""

    async def close(self) -> None:
        """Let a fetch that is under way go."""
        if self._fetching is not None and not self._fetching.done():
            self._fetching.cancel()
            with suppress(asyncio.CancelledError, ChannelError):
                await self._fetching

    async def _renew(self) -> str:
        try:
            value, seconds = await self._fetch()
        except ChannelError as error:
            self._failed = (self._clock(), error)
            # Nothing was sent yet, whatever became of the fetch.
            raise _again(error) from None
        self._failed = None
        self._value = value
        self._renew_at = self._clock() + max(seconds - self._early, seconds / 2)
        return value


def _again(error: ChannelError) -> ChannelError:
    return ChannelError(error.reason, permanent=error.permanent, again_in=error.again_in)
