"""What `serve` holds in memory after fifty thousand messages, beside what it held after ten thousand."""

import asyncio
import itertools
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp

from bench import city as cities
from bench import texts
from bench.line import Line
from bench.start import serving
from storage import inbox
from storage.database import Database

_FIRST, _REST, _CONNECTIONS = 10_000, 40_000, 32


def measure() -> Line:
    """Send the messages in their own mix, and look twice."""
    with tempfile.TemporaryDirectory() as folder:
        city = cities.make(Path(folder))
        written = enumerate(
            itertools.cycle(city.db.read_now(lambda tx: texts.as_written(city.directory.get(tx))))
        )
        with serving(Path(folder)) as server:
            sizes = []
            for many in (_FIRST, _REST):
                asyncio.run(_send(server.url, itertools.islice(written, many)))
                _until_handled(city.db)
                sizes.append(_resident(server.process.pid))
        city.close()
    return Line("memory", sizes[1], "MB", sizes[0], "≤ 1.2, aim 1.05; the floor at most 220 MB")


async def _send(url: str, messages: Iterator[tuple[int, texts.Written]]) -> None:
    async with aiohttp.ClientSession() as http:

        async def send() -> None:
            for n, one in messages:
                body = {"id": f"m{n}", "from": one.account, "group": one.group, "text": one.text}
                async with http.post(f"{url}/console/api/messages", json=body) as response:
                    assert response.status == 202, await response.text()

        await asyncio.gather(*(send() for _ in range(_CONNECTIONS)))


def _until_handled(db: Database) -> None:
    while db.read_now(inbox.waiting):
        time.sleep(0.2)


def _resident(pid: int) -> float:
    """What the process holds in memory, in MB."""
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmRSS")
