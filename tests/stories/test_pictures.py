"""一张图, 走势图, 挂图 in the chat, and the links under replies (A4, P7)."""

import re
from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.app import City, demo_time
from bot.clock import MovableClock
from bot.config import Server
from tests.conftest import START, Databases, demo_config, fill_demo
from tests.stories.conftest import Story

_LINK = re.compile(r"https://a\.gov\.cn(/l/\S+)")


async def picture_of(story: Story, account: str) -> bytes:
    """The picture under the last message that the bot wrote to that person; empty if there is none."""
    params: dict[str, str | int] = {"account": account, "after": 0}
    lines = await (await story.client.get("/console/api/messages", params=params)).json()
    files = lines[-1]["attachments"]
    if not files:
        return b""
    answer = await story.client.get(f"/console/api/files/{files[0]['id']}")
    return await answer.read()


@pytest.fixture
async def outside(databases: Databases) -> AsyncIterator[Story]:
    """The demo city, reached from outside."""
    config = demo_config(databases.make("demo", fill_demo)).model_copy(
        update={"server": Server(public_url="https://a.gov.cn")}
    )
    city = City(config, clock=MovableClock(demo_time(START)))
    async with TestClient(TestServer(city.web_app())) as client:
        yield Story(city, client)


@pytest.mark.parametrize(
    ("account", "asked", "path", "shows"),
    [
        ("liaison-21", "342改线怎么样", "/projects/21", "责任链"),
        ("contact-swj", "1号", "/tickets/1", "告知记录"),
        ("office-1", "一张图", "/board", "一图知项目"),
        ("mayor", "看板", "/board", "一图知项目"),
    ],
)
async def test_A4_a_reply_leads_to_its_page(
    outside: Story, account: str, asked: str, path: str, shows: str
) -> None:
    await outside.dispatched()
    answer = await outside.says(account, asked)
    link = _LINK.search(answer)
    assert link is not None, answer
    page = await outside.client.get(link[1], allow_redirects=False)
    assert page.headers["Location"] == path
    cookie = page.headers["Set-Cookie"].split(";")[0]
    assert shows in await (await outside.client.get(path, headers={"Cookie": cookie})).text()


async def test_A4_no_link_in_a_group_and_none_without_an_outside_address(
    outside: Story, story: Story
) -> None:
    said = await outside.says("liaison-21", "342改线怎么样", group="city")
    assert "总投资" in said and "详情" not in said
    assert "详情" not in await story.says("liaison-21", "342改线怎么样")
    assert "没有开通对外地址" in (await story.says("office-1", "一张图")).replace("还没有开通", "没有开通")


async def test_A4_one_picture_says_what_the_sender_may_see(story: Story) -> None:
    await story.says("liaison-21", "342改线截至8月底今年累计完成投资1.6亿元")
    everything = await story.says("office-1", "一张图")
    assert "30个项目" in everything and "今年完成投资1.6亿元" in everything and "开工率" in everything
    assert "2个项目" in await story.says("liaison-21", "一张图")
    assert "私聊" in await story.says("office-1", "一张图", group="city")


@pytest.mark.parametrize(
    ("account", "asked", "says"),
    [
        ("office-1", "342改线一图知项目", "总投资5.96亿元"),
        ("office-1", "闻喜县一张图", "闻喜县2个项目："),
        ("mayor", "全市一张图", "30个项目："),
        ("liaison-23", "342改线一图知项目", "没有查到"),
        ("liaison-23", "闻喜县一张图", "看不到"),
    ],
)
async def test_A4_the_picture_of_one_project_or_county(
    story: Story, account: str, asked: str, says: str
) -> None:
    assert says in await story.says(account, asked)


@pytest.mark.parametrize(
    ("account", "asked", "says"),
    [
        ("office-1", "走势图", "全市：完成年计划的"),
        ("office-1", "闻喜县走势图", "闻喜县：完成年计划的48.5%"),
        ("liaison-21", "发一下342改线的走势图", "国道342线闻喜县城过境改线：完成年计划的64%"),
        ("vice-3", "342走势图", "国道342线闻喜县城过境改线：完成年计划的64%"),
        ("mayor", "各县完成率图", "按规定次序"),
        ("liaison-21", "21号挂图", "主体封顶"),
    ],
)
async def test_A4_P7_charts_come_as_pictures(story: Story, account: str, asked: str, says: str) -> None:
    await story.says("liaison-21", "342改线截至8月底今年累计完成投资1.6亿元")
    await story.says("liaison-21", "342改线节点：9月10日路基完工，10月15日主体封顶")
    answer = await story.says(account, asked)
    assert says in answer, answer
    picture = await picture_of(story, account)
    assert picture.startswith(b"\x89PNG") and len(picture) > 10_000


@pytest.mark.parametrize(
    ("account", "asked", "answer"),
    [
        ("liaison-23", "342改线走势图", "没有查到"),
        ("liaison-23", "闻喜县走势图", "看不到"),
        ("liaison-21", "各县完成率图", "看不到"),
        ("liaison-21", "342改线挂图", "还没有排节点"),
        ("contact-czj", "走势图", "没有项目"),
    ],
)
async def test_A4_what_is_not_his_is_not_drawn(story: Story, account: str, asked: str, answer: str) -> None:
    assert answer in await story.says(account, asked)
    assert await picture_of(story, account) == b""
