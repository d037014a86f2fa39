"""We write by 专有钉钉: signed work notifications to people; what is not verified is refused honestly (5)."""

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog
from sqlalchemy import select

from bot.channel import Button
from bot.channels.zwdd.sign import signature, signed_text, stamp_of
from storage.tables import attempt, message
from tests.channels.conftest import Open, Outside
from tests.channels.dingtalk_kit import mac
from tests.channels.fake_dingtalk import FakeZwdd
from tests.conftest import Databases


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """SQLite alone: what a platform is sent doesn't depend on the database; 企业微信's tests run on both."""
    return Databases("sqlite", tmp_path_factory.mktemp("databases"), None)


@pytest.fixture
async def gateway() -> AsyncIterator[FakeZwdd]:
    """The fake gateway."""
    one = FakeZwdd()
    async with one:
        yield one


@pytest.fixture
async def outside(open_city: Open, gateway: FakeZwdd) -> Outside:
    """The demo city on the fake gateway."""
    return await open_city(tables(gateway))


def tables(gateway: FakeZwdd, **more: Any) -> dict[str, Any]:
    values = {"base_url": gateway.url, "app_key": "zapp", "app_secret": gateway.secret, "tenant_id": "196729"}
    return {"zwdd": values | more}


def say(outside: Outside, text: str, **more: Any) -> int:
    return outside.say(text, **{"channel": "zwdd", **more})


def texts(gateway: FakeZwdd, to: str) -> list[str]:
    return [body["msg"]["text"]["content"] for body in gateway.to(to)]


# ---- the signature ------------------------------------------------------------------------------


def test_the_signed_text_has_a_line_for_each_part_and_sorted_parameters() -> None:
    params = [
        ("tenantId", "1"),
        ("Msg", '{"a":"中 文&="}'),
        ("b", "2"),
        ("b", "1"),
        ("empty", ""),
        ("a", "x"),
    ]
    text = signed_text("POST", "T", "N", "/p", params)
    assert text == 'POST\nT\nN\n/p\na=x&b=1&b=2&Msg={"a":"中 文&="}&tenantId=1'
    assert signed_text("GET", "T", "N", "/p", []) == "GET\nT\nN\n/p"
    assert signature("s", text) == mac("s", text)


def test_the_stamp_is_in_the_citys_time_with_milliseconds() -> None:
    assert stamp_of(datetime(2026, 11, 21, 2, 0, 0, 999, UTC)) == "2026-11-21T10:00:00.000+08:00"


async def test_every_call_carries_its_headers(open_city: Open, gateway: FakeZwdd) -> None:
    outside = await open_city(tables(gateway, ip="10.1.2.3", mac="aa:bb:cc:dd:ee:ff"))
    say(outside, "一")
    say(outside, "二")
    await outside.send_all()
    one, two = gateway.headers
    assert (one["apiKey"], one["X-Hmac-Auth-Version"]) == ("zapp", "1.0")
    assert (one["X-Hmac-Auth-IP"], one["X-Hmac-Auth-MAC"]) == ("10.1.2.3", "aa:bb:cc:dd:ee:ff")
    assert one["X-Hmac-Auth-Nonce"].isdigit() and one["X-Hmac-Auth-Nonce"] != two["X-Hmac-Auth-Nonce"]


# ---- what is sent -------------------------------------------------------------------------------


@pytest.mark.parametrize("as_text", [False, True])
async def test_a_person_gets_a_work_notification(outside: Outside, gateway: FakeZwdd, as_text: bool) -> None:
    gateway.content_as_text = as_text
    say(outside, "17号请接单 50% +&=", buttons=[Button("接单", "17号接单")])
    await outside.send_all()
    [body] = gateway.to("liaison-21")
    assert (body["tenantId"], body["receiverIds"]) == ("196729", "liaison-21")
    assert texts(gateway, "liaison-21") == ["17号请接单 50% +&=\n可以直接回复——\n接单：17号接单"]
    assert outside.messages()[0].state == "sent"


async def test_a_long_text_goes_in_pieces_each_with_its_own_id(outside: Outside, gateway: FakeZwdd) -> None:
    lines = [f'{number}号 供水管"迁改' + "一" * (number % 30) for number in range(60)]
    say(outside, "\n".join(lines))
    await outside.send_all()
    assert len(gateway.to("liaison-21")) > 1
    assert "\n".join(texts(gateway, "liaison-21")).split("\n") == lines


async def test_groups_are_refused_and_of_a_file_it_is_said_that_it_cannot_be_sent(
    outside: Outside, gateway: FakeZwdd
) -> None:
    say(outside, "群里", group="g")
    with_file = say(outside, "文件")
    change = message.update().where(message.c.id == with_file).values(attachments=["f"])
    outside.city.db.write_now(lambda tx: tx.execute(change))
    say(outside, "很多人", account="a,b")
    await outside.send_all()
    reasons = {row.text: row.reason for row in outside.messages()}
    assert "没有核实" in reasons["群里"] and "收件人" in reasons["很多人"]
    [text] = texts(gateway, "liaison-21")
    assert text.startswith("文件\n") and "发不了文件，附件请向重点办索取" in text


async def test_nothing_comes_in(outside: Outside) -> None:
    for path in ("/zwdd/callback", "/zwdd/robot/callback", "/dingtalk/robot/callback"):
        assert (await outside.client.post(path, json={})).status == 404


# ---- when it fails ------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [500, "html", "not_json", "list", {"success": False}, {}], ids=str)
async def test_what_the_gateway_did_not_take_is_sent_again(
    outside: Outside, gateway: FakeZwdd, fault: Any
) -> None:
    gateway.faults.extend([fault] * 2)
    say(outside, "一")
    await outside.send_all(rounds=4)
    assert texts(gateway, "liaison-21") == ["一"]
    assert outside.messages()[0].state == "sent"


async def test_a_cut_connection_repeats_under_the_same_id(outside: Outside, gateway: FakeZwdd) -> None:
    gateway.faults.append("cut_after")
    say(outside, "一")
    await outside.send_all(rounds=3)
    assert texts(gateway, "liaison-21") == ["一"]
    assert outside.messages()[0].state == "sent"


async def test_a_wrong_secret_is_told_in_plain_words(open_city: Open, gateway: FakeZwdd) -> None:
    outside = await open_city(tables(gateway, app_secret="wrong"))
    say(outside, "一")
    await outside.send_all()
    row = outside.messages()[0]
    assert row.state == "given_up" and "时钟" in row.reason and "OPF-B001-05-16-0009" in row.reason


@pytest.mark.parametrize(
    "content", [{"success": False, "errorMsg": "account not exist"}, '{"success":false,"errorCode":"4001"}']
)
async def test_what_the_service_refused_is_given_up(
    outside: Outside, gateway: FakeZwdd, content: Any
) -> None:
    gateway.faults.append({"success": True, "content": content})
    say(outside, "一")
    await outside.send_all()
    row = outside.messages()[0]
    assert row.state == "given_up" and "没有接受" in row.reason and "account" not in row.reason


async def test_one_person_gets_fifteen_a_minute(outside: Outside, gateway: FakeZwdd) -> None:
    for number in range(20):
        say(outside, f"第{number}条")
    for seconds in (0, 2, 4):
        outside.city.platforms.limits._clock = lambda: time.time() + seconds  # noqa: B023
        await outside.send_all()
    assert len(gateway.delivered) == 15
    assert all(row.failures == 0 for row in outside.messages())


async def test_nothing_secret_is_logged_or_kept_in_a_reason(
    outside: Outside, gateway: FakeZwdd, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    leak = {"success": False, "errorCode": gateway.secret, "errorMsg": gateway.secret}
    with structlog.testing.capture_logs() as logs:
        for number, fault in enumerate((500, "html", "cut_after", leak, {"success": True, "content": leak})):
            gateway.faults.append(fault)
            say(outside, "一", account=f"u{number}")
            await outside.send_all()
    tries = outside.city.db.read_now(lambda tx: tx.execute(select(attempt.c.outcome)).scalars().all())
    written = repr(logs) + caplog.text + repr([row.reason for row in outside.messages()]) + repr(tries)
    assert gateway.secret not in written and "X-Hmac" not in written
