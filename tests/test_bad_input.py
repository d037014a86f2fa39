"""Whatever is sent: a reason in Chinese or a sentence in the chat; nothing half done, and the server goes on."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import FormData, MultipartWriter
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import func, select

from bot.app import City, demo_time
from bot.clock import MovableClock
from storage.tables import attachment, inbox, metadata, question, report, ticket
from tests.conftest import START, demo_config

MESSAGES, PRESS, CLOCK, FILES = (f"/console/api/{name}" for name in ("messages", "press", "clock", "files"))
LIAISON = "liaison-12"
MB = 1_048_576


class Outside:
    """The city as the outside sees it: an address, and answers."""

    def __init__(self, city: City, client: TestClient[Any, Any]) -> None:
        self.city = city
        self.client = client

    async def post(self, path: str, **more: Any) -> tuple[int, Any]:
        async with self.client.post(path, **more) as response:
            text = await response.text()
            assert "Traceback" not in text and 'File "' not in text
            return response.status, json.loads(text)

    async def refused(self, path: str, status: int, **more: Any) -> str:
        """The reason, after looking that it is one, and that nothing was kept of the attempt."""
        before = await self.rows()
        answered, body = await self.post(path, **more)
        assert answered == status, body
        assert re.search("[\u4e00-\u9fff]", body["error"]), body
        await self.city.settle()
        assert await self.rows() == before
        return str(body["error"])

    async def says(self, text: str, account: str = LIAISON, **more: Any) -> str:
        """What the bot answers in the chat."""
        message = {"id": f"{account} {hash(text)} {len(await self.lines(account))}", "from": account}
        seen = len(await self.lines(account))
        status, body = await self.post(MESSAGES, json={**message, "text": text, **more})
        assert status == 202, body
        await self.city.settle()
        return "\n".join(line["text"] for line in (await self.lines(account))[seen:] if line["from"] == "bot")

    async def lines(self, account: str) -> list[dict[str, Any]]:
        async with self.client.get(MESSAGES, params={"account": account, "after": "0"}) as response:
            found: list[dict[str, Any]] = await response.json()
            return found

    async def rows(self) -> dict[str, int]:
        """How many rows each table of what people did has."""
        tables = (inbox, ticket, report, question, attachment)
        return {
            table.name: await self.city.db.read(
                lambda tx, table=table: tx.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[misc]
            )
            for table in tables
        }


@pytest.fixture
async def outside(demo_url: str) -> AsyncIterator[Outside]:
    city = City(demo_config(demo_url), clock=MovableClock(demo_time(START)))
    async with TestClient(TestServer(city.web_app())) as client:
        there = Outside(city, client)
        yield there
        # Whatever it was: the next message is answered.
        assert "记下了" in await there.says("今年累计完成1010万元", "liaison-16")


def message(**fields: Any) -> dict[str, Any]:
    return {"id": "m1", "from": LIAISON, "text": "这个怎么弄呀", **fields}


# ---- what is said -----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "   ", "\n\t　"])
async def test_an_empty_message_is_refused(outside: Outside, text: str) -> None:
    assert "空" in await outside.refused(MESSAGES, 400, json=message(text=text))


async def test_the_longest_message_is_kept_whole_and_the_sender_hears_how_much_was_read(
    outside: Outside,
) -> None:
    text = "卡在供水管迁改，请市水务局9月30日前解决。" + "情况说明" * 5000
    text = text[:20_000]
    answer = await outside.says(text)
    assert "20000字" in answer and "前2000字" in answer
    kept = await outside.city.db.read(lambda tx: tx.execute(select(inbox.c.text)).scalar_one())
    assert kept == text


async def test_a_message_beyond_that_is_refused(outside: Outside) -> None:
    assert "太长" in await outside.refused(MESSAGES, 413, json=message(text="长" * 20_001))


@pytest.mark.parametrize("text", ["👍", "😀😀😀😀😀", "🏗️🚧👷‍♀️", "。。。", "？", "!!!!"])
async def test_pictures_and_marks_alone_do_nothing(outside: Outside, text: str) -> None:
    before = await outside.rows()
    await outside.says(text)
    assert await outside.rows() == {**before, "inbox": before["inbox"] + 1}


@pytest.mark.parametrize(
    "text",
    [
        "今年累计\x00完成\x001020万元",
        "今年累计\u200b完成1020\u202e万元",
        "今年累计完成1020万元\ud800",
        "\udfff今年累计完成1020万元",
        "今年累计完成1020万元\x1b[2J\x07",
    ],
)
async def test_what_nobody_sees_does_not_hinder_the_reading(outside: Outside, text: str) -> None:
    assert "1020万元" in await outside.says(text)


@pytest.mark.parametrize(
    "text",
    [
        "'; DROP TABLE ticket; --",
        "<script>alert(1)</script>",
        "{{7*7}} ${jndi:ldap://x}",
        "%s%s%s%n",
        "../../../../etc/passwd",
        "a" * 2000,
        "1" * 2000,
        "（" * 1000,
        "号" * 1500,
        "9" * 400 + "号交办市水务局",
        "今年累计完成" + "9" * 300 + "万元",
        "今年累计完成-500万元，形象进度1000%",
        "2月30日前解决，13月45日，25点61分",
    ],
)
async def test_strange_words_get_a_sentence(outside: Outside, text: str) -> None:
    answer = await outside.says(text)
    assert re.search("[\u4e00-\u9fff]", answer)
    assert "系统出错" not in answer and "稍后回复" not in answer


async def test_a_figure_that_no_project_costs_does_not_count(outside: Outside) -> None:
    await outside.says("今年累计完成" + "9" * 30 + "万元")
    counted = await outside.city.db.read(lambda tx: tx.execute(select(report.c.invested)).scalars().all())
    assert not any(counted)


async def test_a_ticket_that_does_not_exist_or_is_not_his(outside: Outside) -> None:
    await outside.says("卡在供水管迁改，请市水务局9月30日前解决")
    await outside.says("1号交办市水务局", "office-1")
    for account, text in (
        ("contact-czj", "1号已解决，申请销号"),
        ("liaison-16", "1号同意销号"),
        ("contact-swj", "999号周工负责，22日前完成"),
        ("office-1", "99999999999999999999号交办市水务局"),
        ("liaison-16", "撤回1号"),
    ):
        answer = await outside.says(text, account)
        assert re.search("[\u4e00-\u9fff]", answer), text
    stands = await outside.city.db.read(lambda tx: tx.execute(select(ticket.c.number, ticket.c.state)).all())
    assert [tuple(row) for row in stands] == [(1, "dispatched")]


async def test_somebody_unknown_is_asked_who_he_is_and_changes_nothing(outside: Outside) -> None:
    before = await outside.rows()
    answer = await outside.says("342改线卡在供水管迁改，请市水务局9月30日前解决", "nobody")
    assert "不认识您" in answer
    after = await outside.rows()
    assert after == {**before, "inbox": before["inbox"] + 1}


async def test_nobody_speaks_for_the_bot(outside: Outside) -> None:
    assert "bot" in await outside.refused(MESSAGES, 400, json=message(**{"from": "bot"}))


@pytest.mark.parametrize(
    "text", ["这是机密文件的内容", "附件为绝 密 级材料", "请按秘密级传阅：某某工程", "机\u200b密：坐标"]
)
async def test_classified_words_are_refused_and_nothing_of_the_text_is_kept(
    outside: Outside, text: str
) -> None:
    answer = await outside.says(text + "北纬三十五度")
    assert "涉密" in answer
    assert "北纬" not in json.dumps(await outside.lines(LIAISON), ensure_ascii=False)

    def anywhere(tx: Any) -> list[str]:
        return [
            table.name
            for table in metadata.sorted_tables
            for row in tx.execute(select(table))
            if "北纬" in str(tuple(row))
        ]

    assert await outside.city.db.read(anywhere) == []


# ---- what is sent -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"not json",
        b"[1, 2, 3]",
        b'"text"',
        b"null",
        b"NaN",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    ],
    ids=["empty", "open", "words", "list", "string", "null", "nan", "bytes", "deep-list", "deep-object"],
)
@pytest.mark.parametrize("path", [MESSAGES, PRESS, CLOCK])
async def test_what_is_no_json_object_is_refused(outside: Outside, path: str, body: bytes) -> None:
    await outside.refused(path, 400, data=body, headers={"Content-Type": "application/json"})


@pytest.mark.parametrize(
    "fields",
    [
        {"id": ""},
        {"id": None},
        {"id": 7},
        {"id": ["m"]},
        {"id": "i" * 10_000},
        {"from": ""},
        {"from": 3},
        {"from": {"account": "x"}},
        {"from": "f" * 10_000},
        {"text": 12},
        {"text": None},
        {"text": ["a"]},
        {"group": 5},
        {"group": "g" * 10_000},
        {"attachments": "file"},
        {"attachments": [1, 2]},
        {"attachments": {"a": 1}},
        {"attachments": ["no such file"]},
        {"attachments": ["x"] * 10},
    ],
    ids=str,
)
async def test_wrong_types_and_lengths_are_refused(outside: Outside, fields: dict[str, Any]) -> None:
    await outside.refused(MESSAGES, 400, json=message(**fields))


async def test_an_unknown_group_is_refused(outside: Outside) -> None:
    assert "群" in await outside.refused(MESSAGES, 404, json=message(group="no such group"))


@pytest.mark.parametrize("key", ["id", "from"])
async def test_names_that_no_database_keeps_do_no_harm(outside: Outside, key: str) -> None:
    for value in ("a\x00b", "a\ud800b"):
        status, body = await outside.post(MESSAGES, json=message(**{key: value, "id": value}))
        assert status in (202, 400), body
        await outside.city.settle()


@pytest.mark.parametrize("name", ["account", "group"])
@pytest.mark.parametrize("value", ["%00", "a%00b", "%ED%A0%80", "x" * 5000])
async def test_reading_a_chat_by_a_strange_name(outside: Outside, name: str, value: str) -> None:
    async with outside.client.get(f"{MESSAGES}?{name}={value}") as response:
        assert response.status in (200, 400, 404), await response.text()


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "9" * 30, "１"])
async def test_reading_on_from_nowhere_is_refused(outside: Outside, after: str) -> None:
    async with outside.client.get(MESSAGES, params={"account": LIAISON, "after": after}) as response:
        assert response.status == 400
        assert "after" in (await response.json())["error"]


async def test_the_same_id_again_is_the_same_message_and_with_other_words_refused(outside: Outside) -> None:
    assert (await outside.post(MESSAGES, json=message()))[0] == 202
    await outside.city.settle()
    before = (await outside.rows(), await outside.lines(LIAISON))
    assert (await outside.post(MESSAGES, json=message()))[0] == 202
    assert "编号" in await outside.refused(MESSAGES, 409, json=message(text="另一句话"))
    assert "编号" in await outside.refused(MESSAGES, 409, json=message(**{"from": "liaison-16"}))
    assert (await outside.rows(), await outside.lines(LIAISON)) == before


@pytest.mark.parametrize("button", ["", "nothing", "x" * 10_000, "a.1", None, 5, "a\x00b", "a\ud800b"])
async def test_a_button_that_is_not_there_is_refused(outside: Outside, button: Any) -> None:
    status, body = await outside.post(PRESS, json={"id": "p1", "from": LIAISON, "button": button})
    assert status in (400, 404), body
    assert re.search("[\u4e00-\u9fff]", body["error"])


async def test_an_unknown_address_and_a_wrong_method_have_a_reason(outside: Outside) -> None:
    for path, status in (("/nothing", 404), ("/console/secret.py", 404), ("/console/..%2fapp.py", 404)):
        async with outside.client.get(path) as response:
            assert response.status == status
            assert re.search("[\u4e00-\u9fff]", (await response.json())["error"])
    async with outside.client.put(MESSAGES, json={}) as response:
        assert response.status == 405


# ---- files and large bodies ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", [MESSAGES, PRESS, CLOCK])
async def test_a_body_of_twenty_megabytes_is_refused(outside: Outside, path: str) -> None:
    body = b'{"text":"' + b"a" * (20 * MB) + b'"}'
    assert "太大" in await outside.refused(path, 413, data=body)


async def test_a_file_that_is_too_large_is_refused(outside: Outside) -> None:
    form = FormData()
    form.add_field("file", b"x" * (10 * MB + 1), filename="现场.jpg", content_type="image/jpeg")
    assert "太大" in await outside.refused(FILES, 413, data=form)


async def test_the_largest_file_is_kept(outside: Outside) -> None:
    form = FormData(quote_fields=False)
    form.add_field("file", b"x" * (10 * MB), filename="现场.jpg", content_type="image/jpeg")
    status, body = await outside.post(FILES, data=form)
    assert status == 201
    await outside.says("现场照片", attachments=[body["id"]])
    shown = (await outside.lines(LIAISON))[0]["attachments"]
    assert [one["name"] for one in shown] == ["现场.jpg"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x\r\n",
        b"--x\r\nContent-Disposition: form-data; name=f; filename=a\r\n\r\nhalf",
        b"\x00" * 1000,
    ],
    ids=["empty", "only-begun", "half", "zeros"],
)
async def test_a_broken_upload_is_refused(outside: Outside, body: bytes) -> None:
    await outside.refused(FILES, 400, data=body, headers={"Content-Type": "multipart/form-data; boundary=x"})


async def test_an_upload_that_names_no_boundary_or_is_none_is_refused(outside: Outside) -> None:
    await outside.refused(FILES, 400, data=b"x", headers={"Content-Type": "multipart/form-data"})
    await outside.refused(FILES, 415, data=b"x", headers={"Content-Type": "application/json"})


async def test_an_upload_without_a_file_or_with_an_empty_one_is_refused(outside: Outside) -> None:
    with MultipartWriter("form-data") as none:
        none.append("text").set_content_disposition("form-data", name="text")
    await outside.refused(FILES, 400, data=none)
    form = FormData()
    form.add_field("file", b"", filename="空.jpg")
    assert "空" in await outside.refused(FILES, 400, data=form)


@pytest.mark.parametrize("name", ["../../etc/passwd", "a" * 1000 + ".jpg", "空\x00名.jpg", "名\ud800.jpg"])
async def test_a_file_with_a_strange_name_is_kept_as_a_file(outside: Outside, name: str) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="'
        + name.encode("utf-8", "surrogatepass")
        + b'"\r\nContent-Type: image/jpeg\r\n\r\nbytes\r\n--x--\r\n'
    )
    status, answer = await outside.post(
        FILES, data=body, headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    assert status in (201, 400), answer


async def test_a_file_that_is_not_there(outside: Outside) -> None:
    for name in ("nothing", "%00", "a" * 5000):
        async with outside.client.get(f"{FILES}/{name}") as response:
            assert response.status in (400, 404), name


# ---- the clock ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"advance": ""},
        {"advance": "soon"},
        {"advance": "-1d"},
        {"advance": "1.5d"},
        {"advance": "１d"},
        {"advance": "999999d"},
        {"advance": "99999w"},
        {"advance": None},
        {"advance": {"days": 1}},
        {"advance": 5},
        {"to": "tomorrow"},
        {"to": "2025-09-16"},
        {"to": "2025-09-16T09:00:00"},
        {"to": None},
        {"to": 1e300},
        {"to": "2025-09-14T09:00:00+08:00"},
        {"to": "9999-12-31T23:59:59+08:00"},
        {"to": "0001-01-01T00:00:00+14:00"},
        {"advance": "1d", "to": "2025-09-16T09:00:00+08:00"},
    ],
    ids=str,
)
async def test_a_clock_moved_to_nowhere_or_back_stands(outside: Outside, body: dict[str, Any]) -> None:
    await outside.refused(CLOCK, 400, json=body)
    assert outside.city.clock.now() == demo_time(START)


async def test_of_two_who_move_the_clock_at_once_one_is_refused(outside: Outside) -> None:
    moves = await asyncio.gather(*(outside.post(CLOCK, json={"advance": "30d"}) for _ in range(2)))
    (_, moved), (status, refused) = sorted(moves, key=lambda answer: answer[0])
    assert moved["now"].startswith("2025-10-15T09:00")
    assert status == 409
    assert "时间" in refused["error"]


async def test_who_hangs_up_in_the_middle_leaves_nothing_behind(outside: Outside) -> None:
    before = await outside.rows()
    assert outside.client.port is not None
    _, writer = await asyncio.open_connection("127.0.0.1", outside.client.port)
    writer.write(b'POST /console/api/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"id": "m')
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    await outside.city.settle()
    assert await outside.rows() == before
