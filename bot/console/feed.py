"""What is new, told to the browser pages that are open."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any


class Feed:
    """Tells the browser pages that there is something new."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[Mapping[str, Any] | None]] = set()

    def publish(self, event: Mapping[str, Any]) -> None:
        """Tell everyone who listens; who is too slow to read looks by himself later."""
        for listener in self._listeners:
            if not listener.full():
                listener.put_nowait(event)

    def close(self) -> None:
        """Let everyone who listens go: an open page must not hold up the end of the process."""
        for listener in self._listeners:
            if listener.full():
                listener.get_nowait()
            listener.put_nowait(None)

    @contextmanager
    def listening(self) -> Iterator[asyncio.Queue[Mapping[str, Any] | None]]:
        """A queue that gets what is published while the block lasts, and None at the end."""
        listener: asyncio.Queue[Mapping[str, Any] | None] = asyncio.Queue(1000)
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)


async def chunks(listener: "asyncio.Queue[Mapping[str, Any] | None]") -> AsyncIterator[bytes]:
    """The stream of events to one page, as the browser reads it."""
    yield b": here\n\n"
    while True:
        try:
            event = await asyncio.wait_for(listener.get(), timeout=20)
            if event is None:
                return
            yield f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode()
        except TimeoutError:
            yield b": still here\n\n"  # or a proxy would close what is silent
