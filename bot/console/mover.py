"""The demo's clock, moved on by hand: what waits is handled, what falls due on the way is done in order."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.clock import Clock

from .requests import Fault


class Busy(Exception):
    """The clock is being moved."""


class ClockMover:
    """Moves the demo's clock: handles what waits, then runs what falls due on the way, in order."""

    def __init__(
        self,
        clock: Clock,
        move: Callable[[datetime], Awaitable[None]],
        settle: Callable[[], Awaitable[None]],
        next_due: Callable[[], Awaitable[datetime | None]],
    ) -> None:
        self._clock = clock
        self._move = move
        self._settle = settle
        self.next_due = next_due
        self._busy = False

    async def advance(self, to: Callable[[datetime, datetime | None], datetime]) -> datetime:
        """Go to `to(now, next_due)`. Raises Busy while another one is under way."""
        if self._busy:
            raise Busy
        self._busy = True
        try:
            await self._settle()
            target = to(self._clock.now(), await self.next_due())
            while (due := await self.next_due()) is not None and due <= target:
                if due > self._clock.now():
                    await self._move(due)
                await self._settle()
                after = await self.next_due()
                if after is not None and after <= self._clock.now():
                    break  # something can't be got out of the way now: it must not hold up the clock
            if target > self._clock.now():
                await self._move(target)
                await self._settle()
            return self._clock.now()
        finally:
            self._busy = False


_ADVANCE = {"h": "hours", "d": "days", "w": "weeks", "m": "minutes"}
_FARTHEST = timedelta(days=3700)


def target_of(body: Mapping[str, Any]) -> Callable[[datetime, datetime | None], datetime]:
    """Where the clock shall go: {"advance": "1d" | "2h" | "next"} or {"to": RFC3339}."""
    if ("advance" in body) == ("to" in body):
        raise Fault(400, "请给出 advance（如 1d、2h、next）或 to（时刻）之一")
    if "to" in body:
        try:
            moment = datetime.fromisoformat(str(body["to"]))
        except ValueError:
            raise Fault(400, "to 应是带时区的时刻，如 2025-09-16T09:00:00+08:00") from None
        if moment.tzinfo is None:
            raise Fault(400, "to 缺时区，如 2025-09-16T09:00:00+08:00")
        return lambda now, _due: _forward(now, moment)
    step = str(body["advance"])
    if step == "next":
        return lambda now, due: max(now, due) if due is not None else now
    amount, unit = step[:-1], step[-1:]
    if not (amount.isascii() and amount.isdigit() and len(amount) <= 5 and unit in _ADVANCE):
        raise Fault(400, "advance 应是 1d、2h、30m、1w 或 next")
    delta = timedelta(**{_ADVANCE[unit]: int(amount)})
    return lambda now, _due: _forward(now, now + delta)


def _forward(now: datetime, moment: datetime) -> datetime:
    if moment < now:
        raise Fault(400, "时间只能往前走")
    if moment > now + _FARTHEST:
        raise Fault(400, "一次最多前进十年")
    return moment
