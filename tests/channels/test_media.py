"""Pictures and files that came with a message are fetched afterwards, from where we trust, within limits."""

import base64
from typing import Any

import pytest
from sqlalchemy import select

from storage.tables import attachment, media
from tests.channels.conftest import Open, Outside, wecom_tables
from tests.channels.fake import FakeWecom
from tests.channels.wecom_kit import APP, Call, app_text, app_xml, bot_text, encrypt, pad, robot_text, seal


def files(outside: Outside) -> list[Any]:
    return list(outside.city.db.read_now(lambda tx: tx.execute(select(attachment)).all()))


def states(outside: Outside) -> list[tuple[str, dict[str, str]]]:
    rows = outside.city.db.read_now(lambda tx: tx.execute(select(media.c.state, media.c.source)).all())
    return [(row.state, row.source) for row in rows]


def picture(media_id: str = "M1") -> Call:
    return Call(APP, seal(app_xml(f"<PicUrl>http://p/1</PicUrl><MediaId>{media_id}</MediaId>", kind="image")))


async def test_a_picture_to_the_app_is_fetched_by_its_id(outside: Outside, fake: FakeWecom) -> None:
    fake.files["M1"] = (b"\xff\xd8\xffjpeg", "image/jpeg")
    await outside.post(picture())
    assert [row.size for row in files(outside)] == [0]
    fake.expire()
    assert await outside.city.fetching.drain() == 1
    [row] = files(outside)
    assert (row.body, row.type, row.inbox_id) == (b"\xff\xd8\xffjpeg", "image/jpeg", outside.kept()[0].id)
    assert states(outside) == [("fetched", {})]


async def test_a_picture_that_comes_twice_is_fetched_once(outside: Outside, fake: FakeWecom) -> None:
    fake.files["M1"] = (b"jpeg", "image/jpeg")
    for nonce in ("1", "2"):
        await outside.post(picture(), nonce=nonce)
    assert len(files(outside)) == 1
    assert await outside.city.fetching.drain() == 1


async def test_a_picture_that_is_gone_is_told_to_its_sender(outside: Outside, fake: FakeWecom) -> None:
    await outside.post(picture("gone"))
    await outside.city.fetching.drain()
    assert states(outside) == [("failed", {})]
    await outside.city.settle()
    assert any("没有取到" in str(body) for body in fake.to("liaison-21"))


async def test_what_was_sent_to_a_bot_is_decrypted(outside: Outside, fake: FakeWecom) -> None:
    fake.files["1"] = (base64.b64decode(encrypt(pad(b"\x89PNG plain"))), "application/octet-stream")
    await outside.post(bot_text("", msgtype="image", image={"url": f"{fake.url}/files/1"}))
    assert await outside.city.fetching.drain() == 1
    [row] = files(outside)
    assert (row.body, row.type) == (b"\x89PNG plain", "image/png")


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:1/x",
        "https://evil.example/a.png",
        "https://qyapi.weixin.qq.com.evil.example/a.png",
        "file:///etc/passwd",
        "http://localhost/x",
    ],
)
async def test_a_host_that_we_dont_trust_is_never_asked(outside: Outside, url: str) -> None:
    await outside.post(bot_text("", msgtype="image", image={"url": url}))
    assert await outside.city.fetching.drain() == 0
    assert states(outside) == [("failed", {})]


async def test_a_redirect_is_not_followed(outside: Outside, fake: FakeWecom) -> None:
    await outside.post(bot_text("", msgtype="image", image={"url": f"{fake.url}/files/nowhere"}))
    assert await outside.city.fetching.drain() == 0
    assert states(outside) == [("failed", {})]


async def test_a_file_that_is_too_large_is_not_kept(open_city: Open, fake: FakeWecom) -> None:
    outside = await open_city(wecom_tables(fake))
    outside.city.fetching.most = 1000
    fake.files["M1"] = (b"x" * 2000, "image/jpeg")
    await outside.post(picture())
    assert await outside.city.fetching.drain() == 0
    assert [row.size for row in files(outside)] == [0]


async def test_a_damaged_file_is_not_kept(outside: Outside, fake: FakeWecom) -> None:
    fake.files["1"] = (base64.b64decode(encrypt(pad(b"\x89PNG plain")))[:-16], "image/png")
    await outside.post(bot_text("", msgtype="image", image={"url": f"{fake.url}/files/1"}))
    assert await outside.city.fetching.drain() == 0


async def test_what_fails_for_a_while_is_fetched_later(outside: Outside, fake: FakeWecom) -> None:
    fake.files["M1"] = (b"jpeg", "image/jpeg")
    fake.sending.add("/pre/cgi-bin/media/get")
    fake.faults.extend([500, "cut_before"])
    await outside.post(picture())
    for _ in range(3):
        await outside.city.fetching.drain()
        outside.city.db.write_now(lambda tx: tx.execute(media.update().values(retry_at=None)))
    assert states(outside) == [("fetched", {})]


async def test_photos_are_counted_with_the_report_before_they_are_here(
    outside: Outside, fake: FakeWecom
) -> None:
    text = "@助手 342改线今年累计完成2.1亿元"
    hook = f"{fake.url}/cgi-bin/webhook/send?key=k"
    await outside.post(robot_text(text, webhook=hook))
    await outside.city.settle()
    assert outside.kept()[0].state == "handled"


async def test_a_photo_used_before_is_found_once_it_is_fetched(outside: Outside, fake: FakeWecom) -> None:
    body = (b"\xff\xd8\xff the site", "image/jpeg")
    for number, says in enumerate(("八达9月14日复工了", "342改线9月14日复工了"), start=1):
        fake.files[f"M{number}"] = body
        await outside.post(app_text(says, msg_id=f"810{number}"))
        image = f"<PicUrl>http://p/1</PicUrl><MediaId>M{number}</MediaId>"
        await outside.post(Call(APP, seal(app_xml(image, kind="image", msg_id=f"820{number}"))))
        await outside.city.settle()
        assert not any("用过" in str(one) for one in fake.delivered), "it is not here yet"
        await outside.city.fetching.drain()
    await outside.city.settle()
    told = [str(one) for one in fake.to("liaison-21") if "照片是用过的" in str(one)]
    assert len(told) == 1 and "国道342" in told[0] and "八达" in told[0]
    assert any("所附照片是用过的" in str(one) for one in fake.to("office-1"))
