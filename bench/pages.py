"""The board of 30 and of 1,561 projects and a project's page: milliseconds to the whole HTML and its size, beside
a page that says hello, all over HTTP in this process."""

import asyncio
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bench import wide_city
from bench.line import Line
from bot.app import City

_ROUNDS = 15
_HELLO = "<!doctype html><title>hello</title><p>{{ name }}"


def measure() -> list[Line]:
    """Each page again and again, as the office sees it."""
    with tempfile.TemporaryDirectory() as small, tempfile.TemporaryDirectory() as large:
        few = wide_city.make(Path(small), 30, 400)
        many = wide_city.make(Path(large), wide_city.PROJECTS, wide_city.TICKETS)
        lines = asyncio.run(_measure(few, many))
        few.close()
        many.close()
    return lines


async def _measure(few: City, many: City) -> list[Line]:
    hello = await _hello()
    small, small_kb = await _page(few, "/board")
    large, large_kb = await _page(many, "/board")
    project, project_kb = await _page(many, "/projects/7")
    return [
        Line("board_small", small * 1000, "ms", hello * 1000, "first paint below 1 s"),
        Line("board_large", large * 1000, "ms", hello * 1000, "first paint below 1 s"),
        Line("project_page", project * 1000, "ms", hello * 1000, "first paint below 1 s"),
        Line("board_small_size", small_kb, "kB", 200, "≤ 1"),
        Line("board_large_size", large_kb, "kB", 200, "≤ 1"),
        Line("project_page_size", project_kb, "kB", 200, "≤ 1"),
    ]


async def _page(city: City, address: str) -> tuple[float, float]:
    app = web.Application()
    app.router.add_routes(city.web.routes())
    city.db.read_now(city.directory.get)  # it stays in memory: a page that finds none is one in thousands
    token = city.db.write_now(lambda tx: wide_city.office_link(tx, city, address))
    async with TestClient(TestServer(app)) as client:
        await (await client.get(f"/l/{token}")).read()
        return await _taken(client, address)


async def _hello() -> float:
    from jinja2 import Environment

    template = Environment(autoescape=True).from_string(_HELLO)

    async def say(_request: web.Request) -> web.Response:
        return web.Response(text=template.render(name="hello"), content_type="text/html")

    app = web.Application()
    app.router.add_get("/", say)
    async with TestClient(TestServer(app)) as client:
        return (await _taken(client, "/"))[0]


async def _taken(client: TestClient[Any, Any], address: str) -> tuple[float, float]:
    taken, size = [], 0
    for _ in range(_ROUNDS):
        begun = time.perf_counter()
        answer = await client.get(address, headers={"Accept-Encoding": "identity"})
        body = await answer.read()
        taken.append(time.perf_counter() - begun)
        assert answer.status == 200, body
        size = len(body)
    return median(taken[1:]), size / 1000
