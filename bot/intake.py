"""From a delivered request to its answer: kept, then understood, then handled, each message once.

`accept` keeps a message and returns when it is committed; `work` handles what waits, in order for one
account, each message in a transaction of its own: records, steps, notices and reply stand or fall together.
"""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import structlog

from bot import marking
from bot.acts import Understood
from bot.answering import Answering
from bot.channel import Incoming
from bot.clock import Clock
from storage import inbox, outbox
from storage.database import Database, Tx

log = structlog.get_logger()

_TOGETHER = 32
LATER = "已收到，稍后回复您。"


class Intake:
    """The one door for messages, whatever platform they come from. `handled` is called after each batch."""

    def __init__(self, db: Database, clock: Clock, answering: Answering, classified: tuple[str, ...]) -> None:
        self._db = db
        self._clock = clock
        self._answering = answering
        self._classified = classified
        self._wake = asyncio.Event()
        self._busy = asyncio.Lock()
        self.handled: Callable[[], None] = lambda: None

    def is_marked(self, text: str) -> bool:
        """Whether the text is refused as classified."""
        return marking.is_marked(text, self._classified)

    async def accept(
        self, incoming: Incoming, beside: Callable[[Tx, Incoming, bool], None] | None = None
    ) -> tuple[int, bool]:
        """Keep a message: its id, and whether it is new; committed when this returns.

        `beside` is done in the same transaction if the message is new (its last argument: refused as
        classified). Raises inbox.OtherContent.
        """
        text = marking.writable(incoming.text)
        refused = self.is_marked(text)
        incoming = replace(incoming, text=text)

        def keep(tx: Tx) -> tuple[int, bool]:
            now = self._clock.now()
            inbox_id, is_new = inbox.receive(tx, incoming, now, refused=refused)
            if is_new and beside is not None:
                beside(tx, incoming, refused)
            if is_new and refused:
                outbox.put_message(
                    tx,
                    channel=incoming.channel,
                    account="" if incoming.group else incoming.account,
                    group=incoming.group,
                    text=marking.REFUSED,
                    urgency="reply",
                    at=now,
                    inbox_id=inbox_id,
                )
            return inbox_id, is_new

        kept = await self._db.write(keep)
        if refused:
            self.handled()
        else:
            self._wake.set()
        return kept

    async def work(self) -> None:
        """Handle what waits, as long as the process lives."""
        self._wake.set()
        while True:
            with contextlib.suppress(TimeoutError):
                # A message that failed is tried again after its pause: look without being woken.
                await asyncio.wait_for(self._wake.wait(), timeout=1.0)
            self._wake.clear()
            try:
                await self.drain()
            except Exception:  # the database may be away for a while: the loop must outlive that
                log.exception("handling stopped; it goes on in a moment")
                await asyncio.sleep(1.0)

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
        if attempt > inbox.ATTEMPTS:
            await self._db.write(lambda tx: self._set_aside(tx, inbox_id))
            return
        try:
            await self._db.write(lambda tx: self._handle(tx, inbox_id))
        except Exception:  # whatever its trouble is, the next message gets its turn
            log.exception("handling failed", inbox=inbox_id, attempt=attempt)
            if attempt < inbox.ATTEMPTS:
                await self._db.write(lambda tx: inbox.put_off(tx, inbox_id, attempt, datetime.now(UTC)))
            else:
                await self._db.write(lambda tx: self._set_aside(tx, inbox_id))

    def _handle(self, tx: Tx, inbox_id: int) -> None:
        stored = inbox.take(tx, inbox_id)
        if stored is None:
            return
        reply, understood = self._answering.answer(tx, stored, self._clock.now())
        if reply.text:
            outbox.put_message(
                tx,
                channel=stored.channel,
                account="" if stored.group else stored.account,
                group=stored.group,
                text=reply.text,
                buttons=reply.buttons,
                about=reply.about,
                urgency="reply",
                at=self._clock.now(),
                inbox_id=inbox_id,
                attachments=reply.attachments,
            )
        inbox.finish(tx, inbox_id, _record(understood), missed=reply.missed)

    def _set_aside(self, tx: Tx, inbox_id: int) -> None:
        stored = inbox.take(tx, inbox_id)
        if stored is None:
            return
        now = self._clock.now()
        inbox.set_aside(tx, inbox_id)
        outbox.put_message(
            tx,
            channel=stored.channel,
            account="" if stored.group else stored.account,
            group=stored.group,
            text=LATER,
            urgency="reply",
            at=now,
            inbox_id=inbox_id,
        )
        self._answering.tell_office_of(tx, stored, now)


def _record(understood: Understood | None) -> dict[str, object] | None:
    return None if understood is None else understood.as_json()
