"""What a measurement says, and how rounds are taken: ours and the floor in turn, the median of each."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """A measured value beside its floor of the same run. `goal`: what performance asks of the ratio."""

    name: str
    value: float
    unit: str
    floor: float
    goal: str

    @property
    def ratio(self) -> float:
        """How the value stands to the floor."""
        return self.value / self.floor


def in_turn(ours: Callable[[], float], floor: Callable[[], float], rounds: int) -> tuple[float, float]:
    """The medians of both, taken in turn so that a slow moment of the machine meets both."""
    taken = [(ours(), floor()) for _ in range(rounds)]
    return statistics.median(value for value, _ in taken), statistics.median(value for _, value in taken)


def seconds(work: Callable[[], object]) -> float:
    """How long the work takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
