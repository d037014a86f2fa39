"""The city's time: the only reader of domain time. The real one runs; the demo's stands until it is moved."""

from datetime import datetime
from typing import Protocol

from bot.calendar import CITY


class Clock(Protocol):
    """What time it is in the city."""

    def now(self) -> datetime:
        """The present moment, aware, in Asia/Shanghai."""
        ...


class RealClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, aware, in Asia/Shanghai."""
        return datetime.now(CITY)


class MovableClock:
    """A clock that stands still until it is moved, and only forward: for the demo and for stories."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(CITY)

    def now(self) -> datetime:
        """The moment to which the clock was last moved."""
        return self._now

    def move(self, to: datetime) -> None:
        """Go on to `to`. ValueError if that lies behind."""
        if to < self._now:
            raise ValueError(f"the clock stands at {self._now} and does not go back to {to}")
        self._now = to.astimezone(CITY)
