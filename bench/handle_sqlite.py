"""Messages carried to the end a second, beside a naive handler that stores one row. Over HTTP, 32 connections,
each server a process of its own."""

import asyncio
import itertools
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import aiohttp

from bench import city as cities
from bench import texts
from bench.line import Line, in_turn

_MESSAGES, _CONNECTIONS, _ROUNDS = 1500, 32, 5


def measure() -> Line:
    """Send the messages in their own mix to both servers."""
    with tempfile.TemporaryDirectory() as folder:
        city = cities.make(Path(folder), with_tickets=False)
        written = city.db.read_now(lambda tx: texts.as_written(city.directory.get(tx)))
        city.close()
    value, floor = in_turn(lambda: _rate("ours", written), lambda: _rate("naive", written), _ROUNDS)
    return Line("handle_sqlite", value, "messages/s", floor, "≥ 0.7, aim 1.5")


def _rate(kind: str, written: list[texts.Written]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [sys.executable, "-m", "bench.handle_server", kind, folder],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert server.stdout is not None
        try:
            port = int(server.stdout.readline())
            return asyncio.run(_send_all(f"http://127.0.0.1:{port}", written))
        finally:
            server.terminate()
            server.wait()


async def _send_all(url: str, written: list[texts.Written]) -> float:
    messages = itertools.islice(enumerate(itertools.cycle(written)), _MESSAGES)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=_CONNECTIONS)) as http:

        async def send() -> None:
            for n, one in messages:
                body = {"id": f"m{n}", "from": one.account, "group": one.group, "text": one.text}
                async with http.post(f"{url}/messages", json=body) as response:
                    assert response.status == 202

        begun = time.perf_counter()
        await asyncio.gather(*(send() for _ in range(_CONNECTIONS)))
        async with http.get(f"{url}/idle", timeout=aiohttp.ClientTimeout(total=600)):
            return _MESSAGES / (time.perf_counter() - begun)
