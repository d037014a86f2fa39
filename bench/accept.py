"""What both databases' lines of `accept` share: callbacks sent to ours and to the floor in turn."""

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from bench import callbacks, texts
from bench import city as cities
from bench.line import Line

_MESSAGES, _ROUNDS = 3000, 5
_TEXT = "进度50%"


def measure(name: str, goal: str, new_url: Callable[[], str | None]) -> Line:
    """Messages a second, answered with 200 and all handled within twice the time that took.

    Where handling takes longer, it is half of its own time that counts. Every liaison writes the sentence that
    stands in the platform's own example: what the mix of dev.ndjson costs is handle_sqlite's to say.
    """
    with tempfile.TemporaryDirectory() as folder:
        city = cities.make(Path(folder), with_tickets=False)
        people = city.db.read_now(lambda tx: city.directory.get(tx)).people.values()
        city.close()
    written = [
        texts.Written(one.accounts["console"], "", _TEXT)
        for one in people
        if one.has("liaison") and "console" in one.accounts
    ]
    calls = callbacks.requests(written, _MESSAGES)
    rounds = [(_round("ours", calls, new_url()), _round("floor", calls, new_url())) for _ in range(_ROUNDS)]
    answered, handled, p99 = (statistics.median(one[0][place] for one in rounds) for place in range(3))
    print(
        f"  {name}: answered {_MESSAGES / answered:,.0f}/s, p99 {p99 * 1000:.0f} ms; "
        f"all handled after {handled / answered:.2f} times that"
    )
    ours = [_MESSAGES / max(one[0][0], one[0][1] / 2) for one in rounds]
    floor = statistics.median(_MESSAGES / one[1][0] for one in rounds)
    return Line(name, statistics.median(ours), "messages/s", floor, goal)


def _round(kind: str, calls: list[bytes], url: str | None) -> tuple[float, float, float]:
    """Seconds until all were answered, until all were handled, and the p99 of the answers."""
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [sys.executable, "-m", "bench.accept_server", kind, folder, *([url] if url else [])],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert server.stdout is not None
        try:
            port = int(server.stdout.readline())
            begun = time.perf_counter()
            answered = asyncio.run(callbacks.send(port, iter(calls)))
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/idle", timeout=600):
                return answered.seconds, time.perf_counter() - begun, answered.p99
        finally:
            server.terminate()
            server.wait()
