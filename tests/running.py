"""A fake platform in a thread of its own: for commands, which have an event loop of their own."""

import asyncio
import threading
from datetime import datetime
from email.utils import format_datetime
from typing import Generic, TypeVar

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.channels.fake import Fake

F = TypeVar("F", bound=Fake)


class Running(Generic[F]):
    """The fake, serving until `end`. `date`: what its clock says, if not the time."""

    def __init__(self, fake: F) -> None:
        self.fake = fake
        self.date: datetime | None = None

        async def stamp(_request: web.Request, response: web.StreamResponse) -> None:
            if self.date is not None:
                response.headers["Date"] = format_datetime(self.date, usegmt=True)

        async def healthy(_request: web.Request) -> web.Response:
            return web.json_response({"alive": True})

        self.fake.app.on_response_prepare.append(stamp)
        self.fake.app.router.add_get("/healthz", healthy)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self.fake.server = TestServer(self.fake.app)
        self._loop.run_until_complete(self.fake.__aenter__())
        self._ready.set()
        self._loop.run_forever()

    def end(self) -> None:
        """It is gone."""
        asyncio.run_coroutine_threadsafe(self.fake.__aexit__(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
