"""The console's HTTP interface: files of refused messages, closed pages, and a page that isn't the demo's."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from bot.app import City, demo_time
from bot.clock import MovableClock, RealClock
from storage.database import Database
from storage.tables import attachment, inbox
from tests.conftest import START, demo_config

API = "/console/api"
LIAISON = "liaison-12"
Client = TestClient[Any, Any]


@pytest.fixture
async def city(demo_url: str) -> City:
    return City(demo_config(demo_url), clock=MovableClock(demo_time(START)))


@pytest.fixture
async def client(city: City) -> AsyncIterator[Client]:
    async with TestClient(TestServer(city.web_app())) as client:
        yield client


async def upload(client: Client, name: str = "现场.jpg", media_type: str = "image/jpeg") -> tuple[int, Any]:
    form = FormData(quote_fields=False)  # as browsers do
    form.add_field("file", b"\xff\xd8 picture", filename=name, content_type=media_type)
    async with client.post(f"{API}/files", data=form) as response:
        return response.status, await response.json()


async def says(client: Client, message_id: str, text: str, *files: str) -> int:
    body = {"id": message_id, "from": LIAISON, "text": text, "attachments": list(files)}
    async with client.post(f"{API}/messages", json=body) as response:
        return response.status


async def status(client: Client, path: str) -> int:
    async with client.get(f"{API}{path}") as response:
        return response.status


async def test_the_files_of_a_refused_message_are_gone(client: Client) -> None:
    _, answer = await upload(client)
    assert await says(client, "m1", "绝密：供水管迁改的图", answer["id"]) == 202
    assert await status(client, f"/files/{answer['id']}") == 404


async def test_a_refused_message_takes_no_file_from_another(client: Client) -> None:
    _, answer = await upload(client)
    assert await says(client, "m1", "今年累计完成1020万元", answer["id"]) == 202
    assert await says(client, "m2", "机密：同一张图", answer["id"]) == 202
    assert await status(client, f"/files/{answer['id']}") == 200


async def test_a_file_belongs_to_the_message_that_named_it_first(city: City, client: Client) -> None:
    _, answer = await upload(client)
    await says(client, "m1", "今年累计完成1020万元", answer["id"])
    await says(client, "m2", "供水管迁改卡住了，请市水务局解决", answer["id"])
    rows = await city.db.read(lambda tx: tx.execute(select(attachment.c.inbox_id)).scalars().all())
    first = await city.db.read(
        lambda tx: tx.execute(select(inbox.c.id).order_by(inbox.c.id)).scalars().first()
    )
    assert rows == [first]


async def test_a_file_name_with_a_marking_is_refused(city: City, client: Client) -> None:
    answered, answer = await upload(client, "机密-迁改图.jpg")
    assert answered == 400 and "涉密" in answer["error"]
    assert await city.db.read(lambda tx: tx.execute(select(attachment.c.id)).all()) == []


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("messages", {"from": "li\ud800", "text": "你好"}),
        ("messages", {"from": "li\x00", "text": "你好"}),
        ("messages", {"from": LIAISON, "text": "你好", "attachments": ["a\ud800"]}),
        ("messages", {"from": LIAISON, "text": "你好", "attachments": ["a\x00"]}),
        ("press", {"from": LIAISON, "button": "b\ud800"}),
        ("press", {"from": "l\x00", "button": "b"}),
    ],
)
async def test_characters_that_no_database_keeps_are_refused(client: Client, path: str, fields: Any) -> None:
    async with client.post(f"{API}/{path}", json={"id": "m1", **fields}) as response:
        assert response.status == 400
        assert "不能用的字符" in (await response.json())["error"]


@pytest.mark.parametrize("query", ["account=%00", "group=%00"])
async def test_such_characters_in_the_address_are_refused_too(client: Client, query: str) -> None:
    assert 400 <= await status(client, f"/messages?{query}") < 500


async def test_closing_a_page_is_no_error(
    city: City, client: Client, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.ERROR):
        response = await client.get(f"{API}/events")
        assert await response.content.readline() == b": here\n"
        response.close()
        await asyncio.sleep(0)
        for number in range(5):
            city.feed.publish({"account": LIAISON, "seq": number})
            await asyncio.sleep(0.01)
    assert "Traceback" not in caplog.text + "".join(capfd.readouterr())


@pytest.mark.parametrize(("clock", "movable"), [(MovableClock(demo_time(START)), True), (RealClock(), False)])
async def test_the_page_learns_whether_the_clock_can_be_moved(
    demo_url: str, clock: MovableClock | RealClock, movable: bool
) -> None:
    async with TestClient(TestServer(City(demo_config(demo_url), clock=clock).web_app())) as client:
        async with client.get(f"{API}/clock") as response:
            assert (await response.json())["movable"] is movable
        async with client.get("/readyz") as response:
            assert (await response.json())["ledger"] is True


async def test_readiness_knows_a_city_without_a_ledger(db: Database) -> None:
    app = City(demo_config(db.url)).web_app()
    async with TestClient(TestServer(app)) as client, client.get("/readyz") as response:
        assert (await response.json())["ledger"] is False
