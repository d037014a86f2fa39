"""A look when nothing is due: with a million open tickets beside ten thousand."""

import tempfile
import time
from pathlib import Path
from statistics import median

from bench import backlog
from bench.line import Line, in_turn
from bot.app import City
from jobs import oversee
from jobs.schedule import Office
from storage.database import Tx

_MANY, _FEW, _LOOKS, _ROUNDS = 1_000_000, 10_000, 50, 9


def measure() -> Line:
    """Look many times at both; microseconds a look."""
    with tempfile.TemporaryDirectory() as many, tempfile.TemporaryDirectory() as few:
        large, small = backlog.make(Path(many), _MANY), backlog.make(Path(few), _FEW)
        value, floor = in_turn(lambda: _look(large), lambda: _look(small), _ROUNDS)
        large.close()
        small.close()
    return Line("sweep_idle", value, "µs/look", floor, "≤ 2, aim 1.2")


def _look(city: City) -> float:
    def sweep(tx: Tx) -> bool:
        return oversee.run(tx, backlog.NOW, Office(city.rules, city.directory.get(tx)))

    taken = []
    for _ in range(_LOOKS):
        begun = time.perf_counter()
        assert not city.db.write_now(sweep)
        taken.append(time.perf_counter() - begun)
    return median(taken) * 1e6
