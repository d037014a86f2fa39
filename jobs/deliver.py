"""From the outbox to the platforms: notices become messages, messages are sent in order, once.

What waits for one person is merged into one message; a notice whose ticket has moved on since is
withdrawn. Sends are claimed by a lease with an attempt number; what failed for good is told to the office.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

import structlog

from bot.calendar import day_of
from bot.channel import Channel, ChannelError
from bot.clock import Clock
from bot.mechanism import hours
from bot.mechanism.rules import Rules
from bot.people import Rank
from jobs import undelivered
from jobs.bundle import bundle, portions
from storage import outbox, tickets, watch
from storage.database import Database, Tx
from storage.directory import Directory, DirectoryCache, Person

log = structlog.get_logger()

_FIRST_PAUSE, _MOST_ATTEMPTS = timedelta(seconds=2), 12
_LONGEST_SEND = outbox.LEASE / 2  # one that hangs must not hold up all the others


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

    async def work(self) -> None:
        """Send what waits, as long as the process lives."""
        while True:
            with contextlib.suppress(TimeoutError):
                # What failed before is tried again after its pause: look without being woken.
                await asyncio.wait_for(self._wake.wait(), timeout=1.0)
            self._wake.clear()
            try:
                await self.drain()
            except Exception:  # the database may be away for a while: the loop must outlive that
                log.exception("delivery stopped; it goes on in a moment")
                await asyncio.sleep(1.0)

    async def drain(self) -> int:
        """Merge and send all that may go out now; how many messages were sent."""
        sent = 0
        async with self._busy:
            while True:
                merged = await self.db.write(self._merge)
                leased = await self.db.write(lambda tx: outbox.lease(tx, datetime.now(UTC), self.most))
                if not leased:
                    if merged:
                        continue
                    return sent
                outcomes = await asyncio.gather(*(self._send(one) for one in leased))
                now = self.clock.now()
                await self.db.write(lambda tx, o=outcomes, n=now: self._settle(tx, o, n))  # type: ignore[misc]
                sent += sum(1 for _, failure, _ in outcomes if failure is None)

    async def _send(self, one: outbox.Leased) -> tuple[outbox.Leased, str | None, bool]:
        """The message, why it failed (None: sent), and whether for good."""
        channel = self.channels.get(one.channel)
        if channel is None:
            return one, f"平台 {one.channel} 没有启用", True
        try:
            async with asyncio.timeout(_LONGEST_SEND.total_seconds()):
                await channel.send(one.outgoing)
        except TimeoutError:
            return one, f"{_LONGEST_SEND.seconds}秒内没有发出", False
        except ChannelError as error:
            return one, error.reason, error.permanent
        except Exception as error:  # the outcome is unknown: the uuid makes the next try harmless
            log.exception("send failed", message=one.id)
            return one, f"发送出错：{error}", False
        return one, None, False

    def _settle(
        self, tx: Tx, outcomes: Sequence[tuple[outbox.Leased, str | None, bool]], now: datetime
    ) -> None:
        done = [one for one, failure, _ in outcomes if failure is None]
        outbox.sent(tx, [(one.id, one.attempt) for one in done], now)
        watch.sent(tx, [one.id for one in done], self.rules, now)
        for one, failure, permanent in outcomes:
            if failure is None:
                continue
            real_now = datetime.now(UTC)
            give_up = permanent or one.attempt >= _MOST_ATTEMPTS
            pause = min(_FIRST_PAUSE * 2 ** (one.attempt - 1), outbox.LONGEST_PAUSE)
            outbox.not_sent(tx, one.id, one.attempt, failure, real_now, None if give_up else real_now + pause)
            if give_up:
                undelivered.tell_office(tx, self.directory.get(tx), self.rules, one.id, failure, now)

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
                with tx.begin_nested():
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
                tx, channel=group.channel, group=group.key, text=row.line, urgency=row.urgency, at=now
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
        via = None if reader is None else reached_by(directory, reader, now)
        address = None if via is None else self._address(via)
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
            )
            outbox.settle(tx, [row.id for row in part], outbox.MERGED, message_id=message_id)

    def _address(self, who: Person) -> tuple[str, str] | None:
        return next(
            ((channel, name) for channel, name in who.accounts.items() if channel in self.channels), None
        )


def reached_by(directory: Directory, reader: Person, now: datetime) -> Person:
    """Who gets what is meant for him: his substitute of the day, and that one's secretary."""
    present = directory.substitute_for(reader, day_of(now))
    if present.secretary_id is not None and present.secretary_id in directory.people:
        return directory.people[present.secretary_id]
    return present
