"""Fetches the pictures and files that came with messages, some at a time, and says so when one won't come."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from bot import logs
from bot.calendar import day_of
from bot.channel import ChannelError, Fetched, Fetcher, Media
from bot.clock import Clock
from bot.mechanism.rules import Rules
from bot.reused import office_notices, reused
from bot.worker import keep_at
from storage import inbox, media, month_sheets, outbox, proof
from storage.database import Database, Tx
from storage.directory import DirectoryCache

log = structlog.get_logger()

_AT_ONCE = 8
_LONGEST = 90  # seconds for one
_PAUSES = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5), timedelta(minutes=30))


@dataclass
class Fetching:
    """The fetchers by channel. `most` is the size of a file, in bytes; `sent` is called when there is a message."""

    db: Database
    clock: Clock
    fetchers: Mapping[str, Fetcher]
    most: int
    directory: DirectoryCache
    rules: Rules

    def __post_init__(self) -> None:
        self._wake = asyncio.Event()
        self._busy = asyncio.Lock()

    def wake(self) -> None:
        """There is something to fetch."""
        self._wake.set()

    async def work(self) -> None:
        """Fetch what waits, as long as the process lives."""
        await keep_at("fetching", self.drain, self._wake, every=5.0)

    async def drain(self) -> int:
        """Fetch all that may be fetched now; how many came."""
        came = 0
        async with self._busy:
            while rows := await self.db.write(lambda tx: media.lease(tx, datetime.now(UTC), _AT_ONCE)):
                came += sum(await asyncio.gather(*(self._one(row) for row in rows)))
        return came

    async def _one(self, row: Any) -> bool:
        try:
            file = await self._fetch(row)
        except ChannelError as error:
            reason, permanent = error.reason, error.permanent
        except TimeoutError:
            reason, permanent = f"{_LONGEST}秒内没有取完", False
        except Exception as error:  # the next file gets its turn; what it says may hold an address with a key
            log.error("fetch failed", attachment=row.attachment_id, **logs.bug(error))
            reason, permanent = f"取文件出错（{type(error).__name__}）", False
        else:
            await self.db.write(lambda tx: self._came(tx, row, file))
            return True
        await self.db.write(lambda tx: self._missed(tx, row, reason, permanent))
        return False

    async def _fetch(self, row: Any) -> Fetched:
        fetcher = self.fetchers.get(row.channel)
        if fetcher is None:
            raise ChannelError(f"平台 {row.channel} 没有启用", permanent=True)
        async with asyncio.timeout(_LONGEST):
            return await fetcher.fetch(Media(row.kind, row.source), self.most)

    def _came(self, tx: Tx, row: Any, file: Fetched) -> None:
        """Keep it; if it is to prove a claim and was used before, the claimant and the office hear it now."""
        came_with = media.fetched(tx, row.attachment_id, file)
        if came_with is not None and month_sheets.is_sheet(file.name or row.name):
            inbox.again(tx, came_with, row.attachment_id, self.clock.now())
        rule = self.rules.regime.proof
        if came_with is None or rule is None:
            return
        now, directory = self.clock.now(), self.directory.get(tx)
        for claim in proof.claims_of_message(tx, came_with, rule.needs):
            if used := reused(tx, claim, self.rules):
                told = office_notices(tx, claim, used, directory, day_of(now), to_claimant=True)
                outbox.add_in_hours(tx, told, now, directory, self.rules)

    def _missed(self, tx: Tx, row: Any, reason: str, permanent: bool) -> None:
        tries = row.tries + 1
        if not permanent and tries <= len(_PAUSES):
            media.put_off(tx, row.attachment_id, datetime.now(UTC) + _PAUSES[tries - 1], reason)
            return
        came_with = media.failed(tx, row.attachment_id, reason)
        if came_with is not None:
            outbox.put_message(
                tx,
                channel=came_with.channel,
                account="" if came_with.group_key else came_with.account,
                group=came_with.group_key,
                text=f"您发的“{row.name}”没有取到（{reason}），请重发一次。",
                urgency="reply",
                at=self.clock.now(),
                inbox_id=came_with.id,
            )
