"""From the outbox to the platforms: notices become messages, messages are sent in order, once.

What waits for one person is merged into one message; a notice whose ticket has moved on since is
withdrawn. Sends are claimed by a lease with an attempt number; what failed for good is told to the office.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

import structlog
from sqlalchemy import select

from bot import logs
from bot.calendar import day_of
from bot.channel import Channel, ChannelError, NoFiles, Outgoing, Sent
from bot.clock import Clock
from bot.mechanism import hours
from bot.mechanism.rules import Rules
from bot.people import Rank
from bot.worker import keep_at
from jobs import undelivered
from jobs.bundle import bundle, portions
from storage import outbox, outbox_log, sending, sent_refs, tickets, watch
from storage.database import Database, Tx, all_or_nothing
from storage.directory import Directory, DirectoryCache, Person
from storage.tables import notice

log = structlog.get_logger()

_FIRST_PAUSE = timedelta(seconds=2)
_MOST_FAILURES = 150  # with the pauses between them, a day
_PERHAPS = "发送结果不明，可能已经送达；为免重复不再发"
_NAMELESS = Sent()
_TOGETHER = 0.005  # seconds
_AT_ONCE = timedelta(seconds=30)  # what waited longer is looked at once more before it goes
_LAST_MOMENTS = 3.0  # seconds in which sends under way may finish when the process ends
_TO_SOMEBODY = Outgoing("", "somebody", "", "")
_LONGEST_WAIT = 20.0  # seconds for a place: a lease holds for that and the longest send
_LONGEST_SEND = sending.LEASE / 2  # one that hangs must not hold up all the others


@dataclass
class Delivery:
    """The open channels and what is needed to fill them."""

    db: Database
    clock: Clock
    directory: DirectoryCache
    rules: Rules
    channels: Mapping[str, Channel]
    most: int = 100

    def __post_init__(self) -> None:
        self._wake = asyncio.Event()
        self._busy = asyncio.Lock()

    def wake(self) -> None:
        """There may be something to send."""
        self._wake.set()

    @property
    def woken(self) -> asyncio.Event:
        """Set by `wake`."""
        return self._wake

    async def work(self) -> None:
        """Send what waits, as long as the process lives."""
        await keep_at("delivery", self.drain, self._wake, every=1.0)

    async def drain(self) -> int:
        """Merge and send all that may go out now; how many messages were sent."""
        async with self._busy:
            return await _Round(self).run()

    def step(
        self, tx: Tx, outcomes: Sequence["Outcome"], rooms: Mapping[str, int] | None, merge: bool
    ) -> tuple[int, list[sending.Leased]]:
        """Note what became of sends, merge what waits, take what may be sent next: (merged, taken).

        `rooms` is how many each channel may take; None: nothing is taken.
        """
        if outcomes:
            self._settle(tx, outcomes, self.clock.now())
        merged = self._merge(tx) if merge else 0
        if rooms is None:
            return merged, []
        taken = sending.lease(tx, datetime.now(UTC), self.most, rooms)
        waited = self.clock.now() - _AT_ONCE
        tried = [one.id for one in taken if one.attempt > 1 or one.unknown or one.at < waited]
        gone = set(self._withdraw(tx, tried)) if tried else set()
        return merged, [one for one in taken if one.id not in gone]

    async def send(self, one: sending.Leased) -> "Outcome":
        """Send one message; what became of it."""
        channel = self.channels.get(one.channel)
        if channel is None:
            return Outcome(one, ChannelError(f"平台 {one.channel} 没有启用", permanent=True))
        repeats_are_safe = channel.repeats_are_safe(one.outgoing)
        if one.unknown > 1 and not repeats_are_safe:
            return Outcome(one, ChannelError(_PERHAPS, permanent=True))
        try:
            async with asyncio.timeout(_LONGEST_SEND.total_seconds()):
                return Outcome(one, None, await channel.send(_without_files(one.outgoing, channel)))
        except TimeoutError:
            error = ChannelError(f"{_LONGEST_SEND.seconds}秒内没有发出", permanent=False, unknown=True)
        except ChannelError as failure:
            error = failure
        except Exception as bug:  # the outcome is unknown; what it says may hold an address with a key
            log.error("send failed", message=one.id, **logs.bug(bug))
            error = ChannelError(f"发送出错（{type(bug).__name__}）", permanent=False, unknown=True)
        if error.unknown and one.unknown and not repeats_are_safe:
            error = ChannelError(_PERHAPS, permanent=True, unknown=True, parts_sent=error.parts_sent)
        return Outcome(one, error)

    def _settle(self, tx: Tx, outcomes: Sequence["Outcome"], now: datetime) -> None:
        done = [(one.message, one.sent) for one in outcomes if one.error is None]
        sending.sent(tx, [(one.id, one.attempt) for one, _ in done], now)
        sent_refs.keep(tx, [(one.channel, one.id, name) for one, sent in done for name in sent.names])
        # Answers carry no notice: only what does can start a clock.
        if ids := sending.with_notices(tx, [one.id for one, _ in done]):
            watch.sent(tx, ids, self.rules, now)
            undelivered.reached_after_all(tx, self.directory.get, self.rules, ids, now)
        for outcome in outcomes:
            if outcome.error is not None:
                self._not_sent(tx, outcome.message, outcome.error, now)

    def _not_sent(self, tx: Tx, one: sending.Leased, error: ChannelError, now: datetime) -> None:
        real_now = datetime.now(UTC)
        give_up = error.permanent or (not error.ours and one.failures + 1 >= _MOST_FAILURES)
        sending.not_sent(
            tx,
            one.id,
            one.attempt,
            error.reason,
            real_now,
            None if give_up else real_now + _pause(one.failures, error),
            failed=not error.ours,
            unknown=error.unknown,
            parts_sent=error.parts_sent,
        )
        if give_up:
            undelivered.tell_office(
                tx, self.directory.get(tx), self.rules, one.id, error.reason, now, self.channels
            )

    def _withdraw(self, tx: Tx, message_ids: Sequence[int]) -> list[int]:
        """Messages that had to wait and by now say nothing any more are not sent."""
        gone = sending.overtaken(tx, message_ids)
        for message_id in gone:
            rows = tx.execute(select(notice).where(notice.c.message_id == message_id)).all()
            outbox.settle(
                tx, [row.id for row in rows], outbox.WITHDRAWN, "事项已有变化，不再提醒", message_id
            )
            rungs = [row.rung_id for row in rows if row.rung_id is not None]
            watch.passed(tx, rungs, self.rules, self.clock.now())
        return gone

    def _merge(self, tx: Tx) -> int:
        """Notices that may go out now become messages; how many notices those were."""
        now = self.clock.now()
        rows = outbox.due_notices(tx, now)
        if not rows:
            return 0
        directory = self.directory.get(tx)
        states = tickets.states_of(tx, {row.ticket_id for row in rows if row.ticket_id is not None})
        stale = [row for row in rows if row.while_states and states[row.ticket_id][1] not in row.while_states]
        outbox.settle(tx, [row.id for row in stale], outbox.WITHDRAWN, "事项已有变化，不再提醒")
        watch.passed(tx, [row.rung_id for row in stale if row.rung_id is not None], self.rules, now)
        fresh = [row for row in rows if row not in stale and not self._put_back(tx, directory, row, now)]
        numbers = {ticket_id: number for ticket_id, (number, _) in states.items()}
        fresh.sort(key=lambda row: (row.person_id or 0, row.group_id or 0, row.urgency == "event", row.id))
        for (person_id, group_id), found in groupby(fresh, key=lambda row: (row.person_id, row.group_id)):
            mine = list(found)
            try:
                with all_or_nothing(tx):
                    if group_id is not None:
                        self._to_group(tx, directory, group_id, mine, now)
                    else:
                        self._to_person(tx, directory, directory.people.get(person_id), mine, numbers, now)
            except Exception:  # whatever is wrong with these, everybody else's go out
                log.exception("notices can't be made a message", notices=[row.id for row in mine])
                outbox.settle(tx, [row.id for row in mine], outbox.UNDELIVERABLE, "生成消息出错")
                watch.passed(tx, [row.rung_id for row in mine if row.rung_id is not None], self.rules, now)
        return len(rows)

    def _put_back(self, tx: Tx, directory: Directory, row: Any, now: datetime) -> bool:
        """Whether its reader may not be written to now, say after an outage: it waits until he may."""
        reader = directory.people.get(row.person_id or 0)
        if reader is None:
            return False
        when = hours.allowed(
            self.rules.regime,
            self.rules.calendar,
            now,
            hours.Urgency(row.urgency),
            leader=reader.rank >= Rank.COUNTY_LEADER,
        )
        if when > now:
            outbox.hold_until(tx, row.id, when)
        return when > now

    def _to_group(self, tx: Tx, directory: Directory, group_id: int, rows: list[Any], now: datetime) -> None:
        group = directory.groups[group_id]
        for row in rows:
            message_id = outbox.put_message(
                tx,
                channel=group.channel,
                group=group.key,
                text=row.line,
                urgency=row.urgency,
                at=now,
                attachments=row.attachments,
            )
            outbox.settle(tx, [row.id], outbox.MERGED, message_id=message_id)

    def _to_person(
        self,
        tx: Tx,
        directory: Directory,
        reader: Person | None,
        rows: list[Any],
        numbers: dict[int, int],
        now: datetime,
    ) -> None:
        via = None if reader is None else directory.reached_by(reader, day_of(now))
        address = None if via is None else self._address(tx, via)
        if reader is None or via is None or address is None:
            for row in rows:
                undelivered.no_account(tx, directory, self.rules, row, now)
            return
        for part in portions(rows):
            whole = bundle(reader, via, part, self.rules.regime.office.short, numbers)
            message_id = outbox.put_message(
                tx,
                channel=address[0],
                account=address[1],
                text=whole.text,
                buttons=whole.buttons,
                about=whole.about,
                urgency=min((row.urgency for row in part), key=["urgent", "event", "reminder"].index),
                at=now,
                attachments=list(dict.fromkeys(file for row in part for file in row.attachments)),
            )
            outbox.settle(tx, [row.id for row in part], outbox.MERGED, message_id=message_id)

    def _address(self, tx: Tx, who: Person) -> tuple[str, str] | None:
        """By which of his accounts he is written to: where it did not fail last, where he wrote last."""
        ways = [(channel, name) for channel, name in who.accounts.items() if channel in self.channels]
        return outbox_log.best_way(tx, ways) if len(ways) > 1 else next(iter(ways), None)


def _without_files(message: Outgoing, channel: Channel) -> Outgoing:
    """The message as that channel can take it: what is written must not be lost with a file that it refuses."""
    if not message.attachments or not isinstance(channel, NoFiles):
        return message
    return replace(
        message, attachments=(), text=f"{message.text}\n（{channel.no_files}，附件请向重点办索取。）"
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a send: `sent`, or the error."""

    message: sending.Leased
    error: ChannelError | None
    sent: Sent = _NAMELESS


class _Round:
    """Sends all that waits. A slow send holds up nobody but its own recipient."""

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery
        self._under_way: dict[asyncio.Task[Outcome], sending.Leased] = {}
        self._begun: set[int] = set()
        self._turns = {
            name: asyncio.Semaphore(channel.at_once) for name, channel in delivery.channels.items()
        }
        # While what was sent is noted, the next ones are at hand. Not where a message that was taken and then
        # lost with the process would count as perhaps sent.
        self._room = {
            name: channel.at_once * (2 if channel.repeats_are_safe(_TO_SOMEBODY) else 1)
            for name, channel in delivery.channels.items()
        }

    async def run(self) -> int:
        """How many messages were sent."""
        sent, look = 0, True
        outcomes: list[Outcome] = []
        woken: asyncio.Task[bool] | None = None
        try:
            while True:
                rooms = self._rooms()
                merged, taken = await self._delivery.db.write(
                    lambda tx, o=outcomes, r=rooms, m=look: self._delivery.step(tx, o, r, m)  # type: ignore[misc]
                )
                for one in taken:
                    self._under_way[asyncio.create_task(self._send(one))] = one
                # What failed may have told the office something: look at the notices once more.
                look = merged > 0 or any(one.error is not None for one in outcomes)
                if not self._under_way and not taken and not look:
                    return sent
                if not self._under_way:
                    outcomes = []
                    continue
                if woken is None or woken.done():
                    woken = asyncio.create_task(self._delivery.woken.wait())
                outcomes, something_new = await self._finished(woken)
                look = look or something_new
                sent += sum(1 for one in outcomes if one.error is None)
        finally:
            if woken is not None:
                woken.cancel()
            if self._under_way:
                await self._end()

    async def _send(self, one: sending.Leased) -> Outcome:
        """Send it when its channel has a place; one that waited too long for that goes back."""
        turn = self._turns.get(one.channel)
        if turn is None:
            return await self._delivery.send(one)
        taken = time.monotonic()
        async with turn:
            if time.monotonic() - taken > _LONGEST_WAIT:
                return _put_back(one)
            self._begun.add(one.id)
            return await self._delivery.send(one)

    async def _finished(self, woken: "asyncio.Task[bool]") -> tuple[list[Outcome], bool]:
        """Sends that are done by now, and whether there may be something new to send."""
        done, _ = await asyncio.wait(
            [*self._under_way, woken], timeout=1.0, return_when=asyncio.FIRST_COMPLETED
        )
        if 2 * sum(task.done() for task in self._under_way) < len(self._under_way):
            await asyncio.sleep(_TOGETHER)  # what ends at about the same time is noted together
        outcomes = [task.result() for task in list(self._under_way) if task.done()]
        self._under_way = {task: one for task, one in self._under_way.items() if not task.done()}
        if woken in done:
            self._delivery.woken.clear()
        return outcomes, woken in done or not done

    def _rooms(self) -> dict[str, int] | None:
        """How many more each channel may take, each only when a good part of its room is free; None: none."""
        used = Counter(one.channel for one in self._under_way.values())
        free = {name: room - used[name] for name, room in self._room.items()}
        rooms = {
            name: room if room >= max(1, self._delivery.channels[name].at_once // 8) else 0
            for name, room in free.items()
        }
        return rooms if any(rooms.values()) or not rooms else None

    async def _end(self) -> None:
        """The process ends: let what is under way finish, so that it isn't sent again by the next one."""
        waiting = {task: one for task, one in self._under_way.items() if one.id not in self._begun}
        for task in waiting:
            task.cancel()
        begun = [task for task in self._under_way if task not in waiting]
        if begun:
            await asyncio.wait(begun, timeout=_LAST_MOMENTS)
        outcomes = [task.result() for task in begun if task.done() and not task.cancelled()]
        outcomes += [_put_back(one) for one in waiting.values()]
        for task in begun:
            task.cancel()
        if outcomes:
            await self._delivery.db.write(lambda tx: self._delivery.step(tx, outcomes, None, merge=False))


def _put_back(one: sending.Leased) -> Outcome:
    """It was taken, but never begun."""
    return Outcome(one, ChannelError("还没有轮到", permanent=False, ours=True, again_in=timedelta()))


def _pause(failures: int, error: ChannelError) -> timedelta:
    """Before the next try: growing, jittered, and no shorter than the platform asks for."""
    if error.ours and error.again_in is not None:
        return min(error.again_in, sending.LONGEST_PAUSE)
    grown = _FIRST_PAUSE * 2.0 ** min(failures, 20) * random.uniform(0.8, 1.2)
    return min(max(grown, error.again_in or grown), sending.LONGEST_PAUSE)
