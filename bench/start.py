"""From the start of the process to /readyz, beside importing what it is made of with jieba's dictionary."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from bench import city as cities
from bench.line import Line, in_turn, seconds

_ROUNDS = 7
_IMPORTS = (
    "import aiohttp.web, sqlalchemy, apscheduler.schedulers.asyncio, pydantic, jieba;"
    "jieba.setLogLevel(30); jieba.initialize()"
)


def measure() -> Line:
    """Start `serve` on a city that is there, and the imports alone, again and again."""
    with tempfile.TemporaryDirectory() as folder:
        cities.make(Path(folder)).close()
        with serving(Path(folder)):  # once before, so that jieba's cache is there for both
            pass
        value, floor = in_turn(lambda: _ready(Path(folder)), _imports, _ROUNDS)
    return Line("start", value, "s", floor, "≤ 2, aim 1.3")


class serving:
    """`xiaohao serve` on that folder's city with its console, in a process of its own, ready."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._environment = {
            **os.environ,
            "XIAOHAO_SERVER__PORT": str(port),
            "XIAOHAO_STORAGE__URL": f"sqlite:///{folder / 'city.db'}",
            "XIAOHAO_CHANNELS__CONSOLE__ENABLED": "true",
            "XIAOHAO_LOGGING__LEVEL": "error",
        }

    def __enter__(self) -> "serving":
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "serve"], env=self._environment, stdout=subprocess.DEVNULL
        )
        while True:
            try:
                with urllib.request.urlopen(f"{self.url}/readyz"):
                    return self
            except urllib.error.URLError:
                if self.process.poll() is not None:
                    raise RuntimeError("serve did not start") from None
                time.sleep(0.005)

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()


def _ready(folder: Path) -> float:
    begun = time.perf_counter()
    with serving(folder):
        return time.perf_counter() - begun


def _imports() -> float:
    return seconds(lambda: subprocess.run([sys.executable, "-c", _IMPORTS], check=True))
