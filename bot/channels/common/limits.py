"""A platform's limits, kept below it by us: so many in any stretch of seconds, or in a calendar month.

Counted in memory, noted in the table rate_use by the minute, so that a restart forgets nothing.
"""

import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.calendar import CITY
from bot.channel import ChannelError

MONTH = -1  # a calendar month of the city
_MINUTE, _DAY = 60, 86_400


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many in any `seconds`, or in a month. `what` completes “…发得太快”."""

    name: str  # of the rows that it keeps, at most 60 characters
    what: str
    most: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Use:
    """How often a limit was used for a key in the minute, or month, that began then."""

    name: str
    key: str
    since: datetime
    count: int


class Limits:
    """Counts uses. `clock` is real time in seconds since 1970."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._used: dict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._months: Counter[tuple[str, str, str]] = Counter()
        self._resting: dict[tuple[str, str], float] = {}
        self._unsaved: Counter[tuple[str, str, float]] = Counter()

    def take(self, *wanted: tuple[Limit, str]) -> None:
        """Count one use of each (limit, key), or of none: raises ChannelError (ours) that says when again."""
        now = self._clock()
        for limit, key in wanted:
            wait = self._wait(limit, key, now)
            if wait > 0:
                monthly = limit.seconds == MONTH
                reason = f"{limit.what}本月额度已用完" if monthly else f"{limit.what}发得太快，稍等再发"
                raise ChannelError(
                    reason, permanent=monthly, ours=not monthly, again_in=timedelta(seconds=wait)
                )
        for limit, key in wanted:
            if limit.seconds == MONTH:
                self._months[limit.name, key, _month(now)] += 1
                self._unsaved[limit.name, key, _month_start(now)] += 1
            else:
                self._used[limit.name, key].append(now)
                self._unsaved[limit.name, key, now - now % _MINUTE] += 1

    def rest(self, limit: Limit, key: str, seconds: float) -> None:
        """The platform says that it was too much: nothing more under that key for so long."""
        self._resting[limit.name, key] = self._clock() + seconds

    def used(self, limit: Limit, key: str) -> int:
        """How often in the stretch, or month, that ends now."""
        now = self._clock()
        if limit.seconds == MONTH:
            return self._months[limit.name, key, _month(now)]
        return len(self._fresh(limit, key, now))

    def unsaved(self) -> list[Use]:
        """Uses since this was asked last: to be added to the table."""
        rows = [
            Use(name, key, datetime.fromtimestamp(since, CITY), count)
            for (name, key, since), count in self._unsaved.items()
        ]
        self._unsaved.clear()
        for place in [place for place, used in self._used.items() if not used]:
            del self._used[place]
        return rows

    def load(self, rows: Iterable[Use]) -> None:
        """What the table knows from before: each use counts as made at the end of its minute, at most now."""
        now = self._clock()
        for row in sorted(rows, key=lambda one: one.since):
            since = row.since.timestamp()
            self._months[row.name, row.key, _month(since)] += row.count
            self._used[row.name, row.key].extend([min(since + _MINUTE, now)] * row.count)

    def _wait(self, limit: Limit, key: str, now: float) -> float:
        resting = self._resting.get((limit.name, key), 0.0)
        if resting > now:
            return resting - now
        self._resting.pop((limit.name, key), None)
        if limit.seconds == MONTH:
            return 1.0 if self._months[limit.name, key, _month(now)] >= limit.most else 0.0
        used = self._fresh(limit, key, now)
        if len(used) < limit.most:
            return 0.0
        return max(used[len(used) - limit.most] + limit.seconds - now, 0.05)

    def _fresh(self, limit: Limit, key: str, now: float) -> "deque[float]":
        used = self._used[limit.name, key]
        # One that lies ahead was counted before the machine's clock was set back.
        while used and (used[0] <= now - limit.seconds or used[0] > now + _DAY):
            used.popleft()
        return used


def _month(moment: float) -> str:
    return datetime.fromtimestamp(moment, CITY).strftime("%Y-%m")


def _month_start(moment: float) -> float:
    start = datetime.fromtimestamp(moment, CITY).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return start.timestamp()
