"""Makes the documents and pictures that were asked for, one at a time and off the thread that writes.

A page of text takes a tenth of a second, a picture two: while they are made, messages are handled. A maker
is named in `MAKERS` by the kind under which handlers and jobs order it (storage/papers.py).
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import structlog

from bot.clock import Clock
from bot.mechanism.rules import Rules
from bot.worker import keep_at
from jobs import blocker_papers, ledger_papers, month_sheets
from storage import papers
from storage.database import Database, Tx
from storage.directory import Directory, DirectoryCache
from storage.papers import File

log = structlog.get_logger()

_LOOKS = 1.0  # seconds between two looks
_PAUSES = (timedelta(seconds=5), timedelta(minutes=1))


@dataclass(frozen=True, slots=True)
class Desk:
    """What is gathered by: the transaction (reading only), the moment, the rules and the directory."""

    tx: Tx
    now: datetime
    rules: Rules
    directory: Directory


@dataclass(frozen=True, slots=True)
class Maker:
    """How papers of a kind are made: `gather` reads the values, `make` turns them into files (pure, a thread
    of its own), `then` does in one transaction with keeping them what follows from their being there."""

    gather: Callable[[Desk, Mapping[str, Any]], Any]
    make: Callable[[Any], Sequence[File]]
    then: Callable[[Desk, Mapping[str, Any], Sequence[str]], None] | None = None


MAKERS: Mapping[str, Maker] = {
    "blockers": Maker(blocker_papers.ledger, blocker_papers.workbook),
    "factors": Maker(blocker_papers.factors, blocker_papers.workbook),
    "month-sheet": Maker(month_sheets.gather, month_sheets.make),
    "ledger-month": Maker(ledger_papers.gather, ledger_papers.make),
}


@dataclass
class Making:
    """Makes what was ordered. `made` is called when there is a message to send."""

    db: Database
    clock: Clock
    directory: DirectoryCache
    rules: Rules
    made: Callable[[], None]
    makers: Mapping[str, Maker] = field(default_factory=lambda: MAKERS)

    def __post_init__(self) -> None:
        self._busy = asyncio.Lock()

    async def work(self) -> None:
        """Make what waits, as long as the process lives."""
        await keep_at("making papers", self.drain, asyncio.Event(), every=_LOOKS)

    async def drain(self) -> int:
        """Make all that may be made now; how many were made, or given up."""
        done = 0
        async with self._busy:
            while await self.db.read(papers.waits):  # a look that writes nothing: most find nothing
                row = await self.db.write(lambda tx: papers.lease(tx, datetime.now(UTC)))
                if row is None:
                    break
                done += await self._one(row)
        if done:
            self.made()
        return done

    async def _one(self, row: Any) -> bool:
        if row.tries > len(_PAUSES):  # the process was killed each time: it may be this that kills it
            return await self.db.write(lambda tx: self._missed(tx, row, "没有做完"))
        try:
            maker = self.makers[row.kind]
            values = await self.db.read(lambda tx: maker.gather(self._desk(tx), row.of))
            files = await asyncio.to_thread(partial(maker.make, values))
        except Exception as error:  # the next paper gets its turn
            log.exception("paper not made", paper=row.id, kind=row.kind)
            reason = f"{type(error).__name__}"
            return await self.db.write(lambda tx: self._missed(tx, row, reason))
        await self.db.write(lambda tx: self._made(tx, maker, row, files))
        return True

    def _made(self, tx: Tx, maker: Maker, row: Any, files: Sequence[File]) -> None:
        ids = papers.made(tx, row, files, self.clock.now())
        if ids and maker.then is not None:
            maker.then(self._desk(tx), row.of, ids)

    def _missed(self, tx: Tx, row: Any, reason: str) -> bool:
        if row.tries < len(_PAUSES):
            papers.put_off(tx, row, datetime.now(UTC) + _PAUSES[row.tries], reason)
            return False
        papers.failed(tx, row, reason, self.clock.now())
        return True

    def _desk(self, tx: Tx) -> Desk:
        return Desk(tx, self.clock.now(), self.rules, self.directory.get(tx))
