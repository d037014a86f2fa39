"""The demo as a newcomer starts it, and the system's Chromium. Where there is none, the tests say so."""

import ctypes.util
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = next(
    (path for path in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if path), None
)
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_START_SECONDS = 60


def missing() -> str | None:
    """Why the browser tests can't run here, or None."""
    if CHROMIUM is None:
        return "浏览器测试没有运行：这台机器上没有 Chromium（apt-get install chromium）"
    fonts = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False)
    if not fonts.stdout.strip():
        return "浏览器测试没有运行：这台机器上没有中文字体（apt-get install fonts-noto-cjk）"
    if ctypes.util.find_library("atomic") is None:
        return "浏览器测试没有运行：这台机器上没有 libatomic（apt-get install libatomic1）"
    return None


@dataclass
class Demo:
    """A running demo."""

    address: str


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """`xiaohao demo` on a free port, with data of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "demo", "--port", str(port), "--data", str(tmp_path / "demo")]
    )
    address = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + _START_SECONDS
        while True:
            try:
                urllib.request.urlopen(f"{address}/readyz", timeout=1).read()
                break
            except OSError:
                assert process.poll() is None, "the demo ended before it was ready"
                assert time.monotonic() < until, "the demo did not start"
                time.sleep(0.2)
        yield Demo(address)
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")  # no longer: while it is open, no other test of the session has an event loop
def browser() -> Iterator[Browser]:
    reason = missing()
    if reason:
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(params=[(360, 740), (1280, 800)], ids=["phone", "desk"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    one = context.new_page()
    faults: list[str] = []
    one.on("pageerror", lambda error: faults.append(str(error)))
    yield one
    context.close()
    assert not faults, faults
