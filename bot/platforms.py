"""The platforms that the config names: opened, their addresses mounted, what they share kept going."""

import asyncio
import contextlib
import importlib
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from aiohttp import web

from bot.calendar import CITY
from bot.channel import Channel, Fetched, Fetcher
from bot.channels.common.limits import Limits, Use
from bot.channels.common.platform import Platform, Ports
from bot.channels.common.web import Web
from bot.config import Channels
from bot.door import Door
from bot.intake import Intake
from storage import attachments, rate_use, reply_handles, sending
from storage.database import Database

log = structlog.get_logger()

# The folder under bot/channels, and the tables of the config that open it.
FOLDERS = {
    "wecom": ("wecom", "wecom_bot", "wecom_robot"),
    "dingtalk": ("dingtalk",),
    "zwdd": ("zwdd",),
    "feishu": ("feishu",),
}
_EVERY = 1.0  # seconds between two notes of what the limits counted
_TIDY = 3600.0  # seconds between two looks at what is over


class Platforms:
    """All open platforms. Folders are imported only if the config names them: cryptography is slow to load."""

    def __init__(self, config: Channels, db: Database) -> None:
        self._db = db
        self._web = Web(proxy=config.proxy, ca_file=config.ca_bundle)
        self.limits = Limits()
        ports = Ports(self._web, self.limits, _Store(db))
        self._open: list[Platform] = []
        for folder, tables in FOLDERS.items():
            if any((table := getattr(config, name)) is not None and table.enabled for name in tables):
                module = importlib.import_module(f"bot.channels.{folder}")
                self._open.append(module.open_platform(config, ports))
        self.channels: dict[str, Channel] = {
            channel.name: channel for platform in self._open for channel in platform.channels
        }
        self.fetchers: dict[str, Fetcher] = {
            name: fetcher for platform in self._open for name, fetcher in platform.fetchers.items()
        }

    def routes(self, intake: Intake, arrived: Callable[[], None]) -> list[web.AbstractRouteDef]:
        """The addresses that the platforms call."""
        return [
            route
            for platform in self._open
            for callback in platform.callbacks
            for route in Door(callback, self._db, intake, arrived).routes()
        ]

    async def work(self) -> None:
        """Note what the limits counted, as long as the process lives."""
        if not self._open:
            return
        self.limits.load(Use(*row) for row in await self._tidy())
        tidied = time.monotonic()
        while True:
            await asyncio.sleep(_EVERY)
            try:
                await self._save()
                if time.monotonic() > tidied + _TIDY:
                    tidied = time.monotonic()
                    await self._tidy()
            except Exception:  # the database may be away for a while: the loop must outlive that
                log.exception("use of limits not noted; it goes on in a moment")

    async def close(self) -> None:
        """Note the last, let go of tokens and connections."""
        with contextlib.suppress(Exception):
            await self._save()
        for platform in self._open:
            if platform.close is not None:
                await platform.close()
        await self._web.close()

    async def _tidy(self) -> list[tuple[str, str, datetime, int]]:
        """Let go of what is over; the uses of limits that still count."""
        await self._db.write(lambda tx: reply_handles.forget(tx, datetime.now(UTC)))
        return await self._db.write(lambda tx: rate_use.recent(tx, datetime.now(CITY)))

    async def _save(self) -> None:
        if uses := self.limits.unsaved():
            rows = [(use.name, use.key, use.since, use.count) for use in uses]
            await self._db.write(lambda tx: rate_use.add(tx, rows))


class _Store:
    """What a channel may ask of the database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def reply_url(self, inbox_id: int) -> str:
        """The address that came with that message, if it still takes an answer."""
        return await self._db.read(lambda tx: reply_handles.of(tx, inbox_id, datetime.now(UTC)))

    async def reply_used(self, inbox_id: int) -> None:
        """An answer went there, or may have."""
        await self._db.write(lambda tx: reply_handles.used(tx, inbox_id))

    async def said_before(self, uuid: str, seconds: int) -> int:
        """How many messages with the same words were written before to the reader of that one."""
        return await self._db.read(lambda tx: sending.said_before(tx, uuid, timedelta(seconds=seconds)))

    async def file(self, attachment_id: str) -> Fetched | None:
        """A kept file that is to be sent."""
        row = await self._db.read(lambda tx: attachments.body_of(tx, attachment_id))
        return None if row is None else Fetched(row.body, row.type, row.name)
