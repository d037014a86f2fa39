"""What a browser gets around the pages: links, sessions, headers, errors."""

import gzip
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient, TestServer

from bot.app import City, demo_time
from bot.clock import MovableClock
from bot.config import Server
from storage import links
from tests.conftest import START, Databases, demo_config, fill_demo
from tests.stories.conftest import Story, Tell, story, tell  # noqa: F401

PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 2000


async def photo_of(story: Story, account: str = "liaison-21") -> str:  # noqa: F811
    """A photo that came with a report of 342改线."""
    form = FormData()
    form.add_field("file", PICTURE, filename="现场.png", content_type="image/png")
    answer = await story.client.post("/console/api/files", data=form)
    file_id: str = (await answer.json())["id"]
    await story.says(account, "342改线本月完成投资1800万元", files=[file_id])
    return file_id


async def opened(story: Story, account: str, to: str) -> tuple[int, str]:  # noqa: F811
    """What that person sees at that address, by a link of his own."""
    answer = await story.client.get(f"/console/open?account={account}&to={to}")
    return answer.status, await answer.text()


async def test_a_link_opens_its_page_and_leaves_the_address(story: Story) -> None:  # noqa: F811
    file_id = await photo_of(story)
    answer = await story.client.get(f"/console/open?account=liaison-21&to=/files/{file_id}")
    assert answer.status == 200 and answer.url.path == f"/files/{file_id}"
    assert await answer.read() == PICTURE
    cookie = answer.history[-1].headers["Set-Cookie"]
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Secure" not in cookie, "the demo is not reached by https"


@pytest.mark.parametrize(
    ("account", "sees"),
    [("liaison-21", True), ("office-1", True), ("liaison-1", False), ("contact-swj", False)],
)
async def test_a_photo_is_seen_by_who_sees_its_project(story: Story, account: str, sees: bool) -> None:  # noqa: F811
    file_id = await photo_of(story)
    status, text = await opened(story, account, f"/files/{file_id}") if not sees else (200, "")
    if sees:
        assert (await story.client.get(f"/console/open?account={account}&to=/files/{file_id}")).status == 200
    else:
        assert status == 404 and "不在您能看的范围" in text


async def test_who_has_no_link_is_told_to_ask_in_the_chat(story: Story) -> None:  # noqa: F811
    answer = await story.client.get("/files/1")
    assert answer.status == 401 and "请从聊天里打开" in await answer.text()


async def test_a_link_that_is_over_says_what_to_do(story: Story) -> None:  # noqa: F811
    past = datetime.now(UTC) - timedelta(days=4)
    token = story.city.db.write_now(
        lambda tx: links.make(tx, 1, links.VIEW, "/board", past, timedelta(days=3))
    )
    for each in (token, "nonsense"):
        answer = await story.client.get(f"/l/{each}")
        assert answer.status == 410 and "再问一次" in await answer.text()


async def test_a_link_of_one_purpose_opens_nothing_of_another(story: Story) -> None:  # noqa: F811
    file_id = await photo_of(story)
    person = story.city.db.read_now(story.city.directory.get).person_of("console", "liaison-21")
    assert person is not None
    now = datetime.now(UTC)
    token = story.city.db.write_now(
        lambda tx: links.make(tx, person.id, links.REPORT, f"/files/{file_id}", now, timedelta(days=3))
    )
    assert (await story.client.get(f"/l/{token}")).status == 401


async def test_pages_let_in_nothing_from_elsewhere_and_are_kept_nowhere(story: Story) -> None:  # noqa: F811
    answer = await story.client.get("/l/nonsense")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    text = await answer.text()
    assert "<style" not in text and "style=" not in text and "<script" not in text and "http://" not in text


async def test_the_style_sheet_is_packed_where_that_is_understood_and_kept(story: Story) -> None:  # noqa: F811
    packed = await story.client.get(
        "/pages/pages.css", headers={"Accept-Encoding": "gzip"}, auto_decompress=False
    )
    plain = await story.client.get("/pages/pages.css", headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain.headers
    assert gzip.decompress(await packed.read()) == await plain.read()
    assert "immutable" in plain.headers["Cache-Control"]
    assert (await story.client.get("/pages/console.js")).status == 404


async def test_an_unknown_address_is_a_page_for_a_browser_and_json_for_a_program(story: Story) -> None:  # noqa: F811
    page = await story.client.get("/nowhere", headers={"Accept": "text/html"})
    assert page.status == 404 and page.content_type == "text/html" and "没有这个地址" in await page.text()
    assert (await (await story.client.get("/nowhere")).json()) == {"error": "没有这个地址"}


async def test_behind_a_proxy_with_https_and_a_prefix(databases: Databases) -> None:
    config = demo_config(databases.make("demo", fill_demo)).model_copy(
        update={"server": Server(public_url="https://a.gov.cn/xh")}
    )
    city = City(config, clock=MovableClock(demo_time(START)))
    client: TestClient[Any, Any] = TestClient(TestServer(city.web_app()))
    await client.start_server()
    address = city.db.write_now(lambda tx: city.links.to(tx, 1, "/board"))
    assert address.startswith("https://a.gov.cn/xh/l/")
    answer = await client.get(address.removeprefix("https://a.gov.cn/xh"), allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/xh/board")
    assert "Secure" in answer.headers["Set-Cookie"] and "Path=/xh" in answer.headers["Set-Cookie"]
    assert '"/xh/pages/pages.css?v=' in await (await client.get("/l/nonsense")).text()
    await client.close()
