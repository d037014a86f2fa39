"""From a delivered request to its answer: kept, then understood, then handled, each message once.

`accept` keeps a message and returns when it is committed; `work` handles what waits, in order for one
account, each message in a transaction of its own: records, steps, notices and reply stand or fall together.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeAlias

import structlog

from bot import marking
from bot.acts import Understood
from bot.answering import Answering
from bot.channel import Incoming
from bot.clock import Clock
from bot.documents import month_sheet
from bot.routing import Reply
from bot.worker import keep_at
from storage import attachments, inbox, month_sheets, outbox
from storage.database import Database, Tx

log = structlog.get_logger()

_TOGETHER = 32
_KEPT_TOGETHER = 64  # messages that share one commit at most: bounds how long the first of them waits
_NOTHING_MORE = Reply("")
LATER = "已收到，稍后回复您。"

Beside: TypeAlias = Callable[[Tx, int, bool], None]
"""What is kept with a new message: in its transaction, by its id; and whether it was refused as classified."""


@dataclass(frozen=True, slots=True)
class _Came:
    """A message that waits to be kept, and who waits for that."""

    incoming: Incoming
    refused: bool
    beside: Beside | None
    kept: "asyncio.Future[inbox.Kept]"


class Intake:
    """The one door for messages, whatever platform they come from. `handled` is called after each batch."""

    def __init__(self, db: Database, clock: Clock, answering: Answering, classified: tuple[str, ...]) -> None:
        self._db = db
        self._clock = clock
        self._answering = answering
        self._classified = classified
        self._wake = asyncio.Event()
        self._busy = asyncio.Lock()
        self._came: list[_Came] = []
        self._keeping: asyncio.Task[None] | None = None
        self.handled: Callable[[], None] = lambda: None

    def is_marked(self, text: str) -> bool:
        """Whether the text is refused as classified."""
        return marking.is_marked(text, self._classified)

    async def accept(self, incoming: Incoming, beside: Beside | None = None) -> inbox.Kept:
        """Keep a message; committed when this returns. Raises inbox.OtherContent.

        `beside` is done in the same transaction if the message is new.
        """
        text = marking.writable(incoming.text)
        refused = self.is_marked(text)
        kept: asyncio.Future[inbox.Kept] = asyncio.get_running_loop().create_future()
        self._came.append(_Came(replace(incoming, text=text), refused, beside, kept))
        if self._keeping is None or self._keeping.done():
            self._keeping = asyncio.create_task(self._keep_all())
        outcome = await kept
        if refused:
            self.handled()
        else:
            self._wake.set()
        return outcome

    async def _keep_all(self) -> None:
        """Keep what came, all that waits in one transaction, until nothing more came meanwhile."""
        while self._came:
            together, self._came = self._came[:_KEPT_TOGETHER], self._came[_KEPT_TOGETHER:]
            try:
                await self._keep(together)
            except Exception:  # one of them may be the cause: the others must not suffer for it
                for one in together:
                    try:
                        await self._keep([one])
                    except Exception as error:  # it is told to the platform, which sends again
                        if not one.kept.done():
                            one.kept.set_exception(error)

    async def _keep(self, together: "Sequence[_Came]") -> None:
        def keep(tx: Tx) -> list[inbox.Kept | inbox.OtherContent]:
            now = self._clock.now()
            outcomes = inbox.receive_all(tx, [(one.incoming, one.refused) for one in together], now)
            for one, outcome in zip(together, outcomes, strict=True):
                if isinstance(outcome, inbox.OtherContent) or not outcome.is_new:
                    continue
                if one.beside is not None:
                    one.beside(tx, outcome.id, one.refused)
                if one.refused:
                    self._say(tx, one.incoming, marking.REFUSED, now, outcome.id)
            return outcomes

        for one, outcome in zip(together, await self._db.write(keep), strict=True):
            if one.kept.done():  # whoever waited has gone
                continue
            if isinstance(outcome, inbox.OtherContent):
                one.kept.set_exception(outcome)
            else:
                one.kept.set_result(outcome)

    async def work(self) -> None:
        """Handle what waits, as long as the process lives."""
        self._wake.set()
        await keep_at("handling", self.drain, self._wake, every=1.0)

    async def drain(self) -> int:
        """Handle all that waits now; how many messages that were."""
        done = 0
        async with self._busy:
            while claimed := await self._db.write(lambda tx: inbox.claim(tx, datetime.now(UTC), _TOGETHER)):
                await asyncio.gather(*(self._one(inbox_id, attempt) for inbox_id, attempt in claimed))
                done += len(claimed)
                self.handled()
        return done

    async def _one(self, inbox_id: int, attempt: int) -> None:
        if attempt > inbox.DEATHS:
            await self._db.write(lambda tx: self._set_aside(tx, inbox_id))
            return
        try:
            if unread := await self._db.write(lambda tx: self._handle(tx, inbox_id)):
                await self._read_sheets(unread)
                await self._db.write(lambda tx: self._handle(tx, inbox_id))
        except Exception:  # whatever its trouble is, the next message gets its turn
            log.exception("handling failed", inbox=inbox_id, attempt=attempt)
            if attempt < inbox.ATTEMPTS:
                await self._db.write(lambda tx: inbox.put_off(tx, inbox_id, attempt, datetime.now(UTC)))
            else:
                await self._db.write(lambda tx: self._set_aside(tx, inbox_id))

    async def _read_sheets(self, ids: Sequence[str]) -> None:
        """Read spreadsheets before their message is handled: that takes longer than a transaction may."""
        for file_id in ids:
            row = await self._db.read(lambda tx, one=file_id: attachments.body_of(tx, one))  # type: ignore[misc]
            kind, data = await asyncio.to_thread(month_sheet.reading_of, row.body, row.name)
            await self._db.write(
                lambda tx, one=file_id, k=kind, d=data: month_sheets.keep(tx, one, k, d)  # type: ignore[misc]
            )

    def _handle(self, tx: Tx, inbox_id: int) -> list[str]:
        """Handle the message; else the spreadsheets that must be read before."""
        stored = inbox.take(tx, inbox_id)
        if stored is None:
            return []
        if stored.attachments and (unread := month_sheets.unread(tx, stored.attachments)):
            return unread
        reply, understood = self._answering.answer(tx, stored, self._clock.now())
        if reply.text:
            self._say(tx, stored, reply.text, self._clock.now(), inbox_id, reply)
        inbox.finish(tx, inbox_id, _record(understood), missed=reply.missed)
        return []

    def _set_aside(self, tx: Tx, inbox_id: int) -> None:
        stored = inbox.take(tx, inbox_id)
        if stored is None:
            return
        now = self._clock.now()
        inbox.set_aside(tx, inbox_id)
        self._say(tx, stored, LATER, now, inbox_id)
        self._answering.tell_office_of(tx, stored, now)

    @staticmethod
    def _say(
        tx: Tx,
        to: "Incoming | inbox.Stored",
        text: str,
        now: datetime,
        inbox_id: int,
        reply: Reply = _NOTHING_MORE,
    ) -> None:
        """Answer where the message was written."""
        outbox.put_message(
            tx,
            channel=to.channel,
            account="" if to.group else to.account,
            group=to.group,
            text=text,
            buttons=reply.buttons,
            about=reply.about,
            urgency="reply",
            at=now,
            inbox_id=inbox_id,
            attachments=reply.attachments,
        )


def _record(understood: Understood | None) -> dict[str, object] | None:
    return None if understood is None else understood.as_json()
