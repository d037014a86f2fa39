"""飞书 calls us: every rule of its protocol, honest and forged (platforms.md, 0 and 4.1–4.2)."""

import asyncio
import base64
import gzip
import hashlib
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.channel import Button
from bot.channels.common.callback import Refused, Request
from bot.channels.feishu.sign import Seal, decrypted
from storage import binding, directory, read_receipts
from storage.database import Tx
from storage.tables import account, read_receipt
from tests.channels.conftest import Open, Outside
from tests.channels.fake_feishu import FakeFeishu
from tests.channels.feishu_kit import (
    APP_ID,
    BOT,
    ENCRYPT_KEY,
    PATH,
    TENANT,
    TOKEN,
    Call,
    encrypt,
    envelope,
    mention,
    message,
    now,
    pad,
    press_event,
    read_event,
    say,
    sign,
    text_event,
)

TEXT = "342改线今年累计完成2.1亿元"
RECEIVE = "im.message.receive_v1"


def feishu_table(fake: FakeFeishu, **more: Any) -> dict[str, Any]:
    """The config table of 飞书 over that fake."""
    return {
        "feishu": {
            "base_url": fake.url,
            "app_id": APP_ID,
            "app_secret": fake.secret,
            "verification_token": TOKEN,
            "encrypt_key": ENCRYPT_KEY,
            "tenant_key": TENANT,
            **more,
        }
    }


def bind_all(outside: Outside) -> None:
    """Everybody of the demo has his account of the console on 飞书, behind ou_."""

    def bind(tx: Tx) -> None:
        rows = tx.execute(select(account).where(account.c.channel == "console")).all()
        for row in rows:
            binding.bind(tx, row.person_id, "feishu", f"ou_{row.account}", outside.city.clock.now())
        directory.touched(tx)

    outside.city.db.write_now(bind)


@pytest.fixture
async def fake() -> AsyncIterator[FakeFeishu]:
    one = FakeFeishu()
    async with one:
        yield one


@pytest.fixture
async def outside(open_city: Open, fake: FakeFeishu) -> Outside:
    return await open_city(feishu_table(fake))


@pytest.fixture
async def open_plain(open_city: Open, fake: FakeFeishu) -> Outside:
    """Without an encrypt key and without a tenant."""
    return await open_city(feishu_table(fake, encrypt_key=None, tenant_key=""))


# ---- the handshake ------------------------------------------------------------------------------


def handshake(token: str = TOKEN, **more: Any) -> dict[str, Any]:
    return {"challenge": "ajls384k-c", "token": token, "type": "url_verification", **more}


async def test_the_handshake_comes_encrypted_and_unsigned(outside: Outside) -> None:
    response = await outside.post(Call(handshake(), signature="", stamp=""))
    assert (response.status, await response.json()) == (200, {"challenge": "ajls384k-c"})
    assert response.content_type == "application/json"
    assert (await outside.post(Call(handshake()))).status == 200
    assert outside.kept() == []


async def test_the_handshake_in_plain_text(open_plain: Outside) -> None:
    response = await open_plain.post(Call(handshake(), plain=True))
    assert (response.status, await response.json()) == (200, {"challenge": "ajls384k-c"})


async def test_a_forged_handshake_reads_nothing(outside: Outside, open_plain: Outside) -> None:
    for where, call in (
        (outside, Call(handshake("wrong"), signature="", stamp="")),
        (outside, Call(handshake(), plain=True)),
        (outside, Call(handshake(challenge=""))),
        (outside, Call(handshake(challenge={"a": 1}))),
        (outside, Call({"type": "url_verification", "token": TOKEN})),
        (open_plain, Call(handshake("wrong"), plain=True)),
        (open_plain, Call(handshake("验证"), plain=True)),
        (open_plain, Call(handshake(token=["x"]), plain=True)),
        (open_plain, Call({"challenge": "ajls384k-c", "type": "url_verification"}, plain=True)),
        (open_plain, Call(handshake())),
    ):
        response = await where.post(call)
        assert 400 <= response.status < 500
        assert b"ajls384k-c" not in await response.read()


def test_the_official_vector_is_decrypted() -> None:
    key = hashlib.sha256(b"test key").digest()
    assert decrypted(key, "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=") == b"hello world"


# ---- honest messages ----------------------------------------------------------------------------


async def test_a_message_is_kept_before_the_platform_reads_200(outside: Outside) -> None:
    response = await outside.post(say(TEXT))
    assert (response.status, await response.json()) == (200, {})
    [kept] = outside.kept()
    assert (kept.channel, kept.account, kept.group_key, kept.text) == ("feishu", "ou_liaison", "", TEXT)


async def test_a_plain_message_is_taken_where_there_is_no_key(open_plain: Outside) -> None:
    assert (await open_plain.post(Call(text_event(TEXT), plain=True))).status == 200
    other = text_event(TEXT, "e2", message_id="om_2")
    stamped = Call(other, plain=True, extra={"X-Lark-Request-Timestamp": now()})
    assert (await open_plain.post(stamped)).status == 200
    assert len(open_plain.kept()) == 2


async def test_a_retry_is_the_same_message_whatever_is_new_about_it(outside: Outside) -> None:
    """The platform repeats after 15 s, 5 min, 1 h and 6 h; events may repeat and come in any order."""
    for away, nonce in ((0, "1"), (-15, "2"), (-315, "3"), (-3915, "4"), (-25_515, "5")):
        call = say(TEXT)
        call.stamp, call.nonce = now(away), nonce
        assert (await outside.post(call)).status == 200
    await asyncio.gather(*(outside.post(say(TEXT)) for _ in range(5)))
    assert len(outside.kept()) == 1


async def test_the_same_message_in_another_event_is_the_same(outside: Outside) -> None:
    await outside.post(say(TEXT, "e1", message_id="om_1"))
    await outside.post(say(TEXT, "e2", message_id="om_1"))
    await outside.post(say(TEXT, "e1", message_id="om_2"))
    assert len(outside.kept()) == 1
    await outside.post(say(TEXT, "e3", message_id="om_3"))
    assert len(outside.kept()) == 2


async def test_a_report_is_answered_through_the_app(outside: Outside, fake: FakeFeishu) -> None:
    bind_all(outside)
    await outside.post(say("342改线卡在供水管迁改，请市水务局9月30日前解决", sender="ou_liaison-21"))
    await outside.city.settle()
    [answer] = fake.to("ou_liaison-21")
    assert "登记为" in json.dumps(answer, ensure_ascii=False)
    assert fake.to("ou_office-1")


async def test_a_report_in_a_group_is_answered_there(outside: Outside, fake: FakeFeishu) -> None:
    bind_all(outside)
    call = say(
        "@_user_1 342改线卡在供水管迁改，请市水务局9月30日前解决",
        sender="ou_liaison-21",
        group="oc_1",
        mentions=[mention(1, "项目助手", BOT)],
    )
    await outside.post(call)
    await outside.city.settle()
    assert "登记为" in json.dumps(fake.to("oc_1"), ensure_ascii=False)


POST = {
    "title": "本周进展",
    "content": [
        [
            {"tag": "at", "user_id": "@_user_1", "user_name": "项目助手"},
            {"tag": "text", "text": " 桩基完成50%，见"},
            {"tag": "a", "href": "https://a.cn", "text": "附表"},
        ],
        [
            {"tag": "img", "image_key": "img_1", "width": 1, "height": 1},
            {"tag": "emotion", "emoji_type": "OK"},
        ],
        [{"tag": "media", "file_key": "file_1", "image_key": "img_2"}],
        [{"tag": "at", "user_id": "@_user_2", "user_name": "李工"}, {"tag": "text", "text": "请看"}],
    ],
}


@pytest.mark.parametrize(
    ("kind", "content", "text", "files"),
    [
        ("text", {"text": f"  {TEXT}\n"}, TEXT, 0),
        ("post", POST, "本周进展\n桩基完成50%，见附表\n@李工 请看", 2),
        ("post", {"zh_cn": POST}, "本周进展\n桩基完成50%，见附表\n@李工 请看", 2),
        ("image", {"image_key": "img_1"}, "", 1),
        ("audio", {"file_key": "file_1", "duration": 2000}, "", 1),
        ("media", {"file_key": "file_1", "image_key": "img_1", "file_name": "现场.mp4"}, "", 1),
        ("file", {"file_key": "file_1", "file_name": "台账.xlsx"}, "", 1),
        (
            "location",
            {"name": "盐湖区", "longitude": "110.98", "latitude": "35.02"},
            "位置：盐湖区（35.02,110.98）",
            0,
        ),
        (
            "location",
            {"name": "盐湖区", "longitude": 110.98, "latitude": 35.02},
            "位置：盐湖区（35.02,110.98）",
            0,
        ),
    ],
)
async def test_each_kind_of_message_is_kept(
    outside: Outside, kind: str, content: dict[str, Any], text: str, files: int
) -> None:
    who = [mention(1, "项目助手", BOT), mention(2, "李工")] if kind == "post" else None
    event = message(kind, content, group="oc_1" if kind == "post" else "", mentions=who)
    assert (await outside.post(Call(envelope(RECEIVE, event)))).status == 200
    [kept] = outside.kept()
    assert (kept.text, len(kept.attachments)) == (text, files)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("@_user_1 桩基完成50%", "桩基完成50%"),
        ("@_user_1桩基完成50%", "桩基完成50%"),
        ("桩基完成50% @_user_1", "桩基完成50%"),
        ("@_user_1 @_user_2 负责17号", "@张三 负责17号"),
        ("请@_user_2 负责17号 @_user_1", "请@张三 负责17号"),
        ("@_user_2 17号", "@张三 17号"),
        ("@_user_1 @_all 桩基完成50%", "桩基完成50%"),
        ("@_user_10 桩基@_user_1 完成", "@李四 桩基完成"),
        ("@_user_1\n第一行 \n第二行", "第一行\n第二行"),
        ("@_user_99 谁也不是", "@_user_99 谁也不是"),
    ],
)
async def test_mentions_of_the_bot_are_cut_off(outside: Outside, said: str, read: str) -> None:
    fetched = outside.city.platforms._open[0].callbacks[0]
    fetched._api.bot = BOT  # type: ignore[attr-defined]
    who = [mention(1, "项目助手", BOT), mention(2, "张三", "ou_3"), mention(10, "李四", "ou_4")]
    assert (await outside.post(say(said, group="oc_1", mentions=who))).status == 200
    assert outside.kept()[0].text == read


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("@_user_1 @_user_2 负责17号", "@张三 负责17号"),
        ("17号办完了 @_user_1", "17号办完了"),
    ],
)
async def test_before_the_bot_knows_itself_the_first_mention_is_its(
    outside: Outside, said: str, read: str
) -> None:
    await outside.post(say(said, group="oc_1", mentions=[mention(1, "助手", BOT), mention(2, "张三")]))
    assert outside.kept()[0].text == read


async def test_the_platform_may_say_which_mention_is_a_bot(outside: Outside) -> None:
    who = [mention(1, "张三"), {**mention(2, "助手"), "mentioned_type": "bot"}]
    await outside.post(say("@_user_1 负责17号 @_user_2", group="oc_1", mentions=who))
    assert outside.kept()[0].text == "@张三 负责17号"


async def test_a_mention_in_private_stays(outside: Outside) -> None:
    await outside.post(say("17号请@_user_1 负责", mentions=[mention(1, "张三")]))
    assert outside.kept()[0].text == "17号请@张三 负责"


async def test_the_bot_learns_who_it_is_with_its_token(outside: Outside, fake: FakeFeishu) -> None:
    outside.say("一", channel="feishu", account="ou_liaison")
    await outside.send_all()
    await outside.post(
        say(
            "@_user_1 负责17号 @_user_2", group="oc_1", mentions=[mention(1, "张三"), mention(2, "助手", BOT)]
        )
    )
    assert outside.kept()[0].text == "@张三 负责17号"


async def test_a_reply_that_quotes_a_message_of_ours_is_about_its_ticket(outside: Outside) -> None:
    outside.say("17号请接单", channel="feishu", account="ou_liaison", about={"ticket": 17})
    await outside.send_all()
    await outside.post(say("周工负责", parent_id="om_sent1", root_id="om_sent1"))
    await outside.post(say("周工负责", "e2", message_id="om_2", parent_id="om_other", root_id="om_sent1"))
    assert [row.about for row in outside.kept()] == [{"ticket": 17}, None]


async def test_a_long_text_is_taken(outside: Outside) -> None:
    assert (await outside.post(say("字" * 50_000))).status == 200
    assert outside.kept()[0].text == "字" * 20_000


async def test_a_classified_text_is_not_kept(outside: Outside) -> None:
    await outside.post(say("【机密】关于某工程的通知"))
    [kept] = outside.kept()
    assert (kept.text, kept.state) == ("", "refused")


@pytest.mark.parametrize(
    "inner",
    [
        envelope("im.chat.member.bot.added_v1", {"chat_id": "oc_1"}),
        envelope("im.message.reaction.created_v1", {}),
        envelope(RECEIVE, message("sticker", {"file_key": "f"})),
        envelope(RECEIVE, message("share_chat", {"chat_id": "oc_2"})),
        envelope(RECEIVE, message("interactive", {"elements": []})),
        text_event("@_user_1", mentions=[mention(1, "助手", BOT)], group="oc_1"),
        text_event("   "),
        {
            "uuid": "u1",
            "token": TOKEN,
            "ts": "1790000000",
            "type": "event_callback",
            "event": {"type": "message"},
        },
    ],
)
async def test_other_events_are_acknowledged_and_left_alone(outside: Outside, inner: dict[str, Any]) -> None:
    response = await outside.post(Call(inner))
    assert (response.status, await response.json()) == (200, {})
    assert outside.kept() == []


async def test_another_bot_is_not_answered(outside: Outside) -> None:
    event = message("text", {"text": TEXT})
    event["sender"]["sender_type"] = "app"
    assert (await outside.post(Call(envelope(RECEIVE, event)))).status == 200
    assert outside.kept() == []


async def test_odd_fields_are_borne(outside: Outside) -> None:
    event = message(
        "text", {"text": TEXT, "x": [1]}, mentions="none", parent_id=None, root_id=[], thread_id=7
    )
    event["sender"]["sender_id"]["user_id"] = None
    event["message"] |= {"create_time": 5, "update_time": {}, "user_agent": None}
    inner = envelope(RECEIVE, event, create_time=None, new={"a": 1}) | {"more": [1]}
    assert (await outside.post(Call(inner))).status == 200
    assert outside.kept()[0].text == TEXT


# ---- presses of buttons -------------------------------------------------------------------------


async def with_card(outside: Outside, fake: FakeFeishu, **to: str) -> Any:
    """A card went out with a button; the button's value, as the platform gives it back."""
    to = to or {"account": "ou_liaison"}
    outside.say(
        "17号请接单", channel="feishu", buttons=[Button("接单", "17号接单")], about={"ticket": 17}, **to
    )
    await outside.send_all()
    [body] = fake.to(to.get("account") or to["group"])
    return body["content"]["elements"][-1]["actions"][0]["value"]


async def test_a_button_pressed_five_times_is_pressed_once(outside: Outside, fake: FakeFeishu) -> None:
    value = await with_card(outside, fake)
    for number in range(5):
        response = await outside.post(Call(press_event(value, f"p{number}")))
        assert response.status == 200
        assert (await response.json())["toast"]["content"] == "已收到，正在办理"
    [kept] = outside.kept()
    assert (kept.text, kept.about, kept.group_key) == ("17号接单", {"ticket": 17}, "")


async def test_a_button_in_a_group_is_pressed_for_the_group(outside: Outside, fake: FakeFeishu) -> None:
    value = await with_card(outside, fake, group="oc_1")
    await outside.post(Call(press_event(value, "p1", sender="ou_a", chat="oc_1")))
    await outside.post(Call(press_event(value, "p2", sender="ou_b", chat="oc_1")))
    assert [(row.text, row.group_key) for row in outside.kept()] == [("17号接单", "oc_1")] * 2


async def test_a_card_that_was_forwarded_says_nothing(outside: Outside, fake: FakeFeishu) -> None:
    in_group = await with_card(outside, fake, group="oc_1")
    mine = await with_card(outside, fake)
    await outside.post(Call(press_event(in_group, "p1", chat="oc_other")))
    await outside.post(Call(press_event(mine, "p2", sender="ou_other", chat="oc_other")))
    assert ["失效" in row.text and row.about is None for row in outside.kept()] == [True, True]


@pytest.mark.parametrize("value", [{}, {"action": "done"}, "", '{"id":"x"}', {"id": ["x"]}])
async def test_a_button_that_is_not_ours_is_told_so(outside: Outside, value: Any) -> None:
    assert (await outside.post(Call(press_event(value)))).status == 200
    assert "失效" in outside.kept()[0].text


GO_STAMP = "%Y-%m-%d %H:%M:%S.052290112 +0800 CST m=+3612.1"


def go_time(seconds: float = 0, shape: str = GO_STAMP) -> str:
    return (datetime.now(UTC) + timedelta(hours=8, seconds=seconds)).strftime(shape)


@pytest.mark.parametrize(
    "make",
    [
        lambda: go_time(),
        lambda: go_time(shape="%Y-%m-%d %H:%M:%S +0800 CST"),
        lambda: go_time(-290),
        lambda: now(-290),
    ],
)
async def test_a_press_may_be_stamped_as_go_prints_time(outside: Outside, make: Callable[[], str]) -> None:
    call = Call(press_event({"id": "x"}))
    call.stamp = make()
    assert (await outside.post(call)).status == 200
    assert len(outside.kept()) == 1


@pytest.mark.parametrize(
    "stamp",
    [
        lambda: go_time(-310),
        lambda: go_time(310),
        lambda: now(-310),
        "2026-13-04 18:23:46 +0800 CST",
        "2026-10-04 18:23:46 +9999 CST",
        "2026-10-04 18:23:46 CST",
        "２０２６-10-04 18:23:46 +0800 CST",
        "0000-00-00 00:00:00 +0000",
        "9999-12-31 23:59:59 -2359",
        "now",
        "1" * 5000,
        "-1790000000",
        "1790000000.5",
    ],
)
async def test_a_press_is_never_repeated_so_an_old_one_is_refused(
    outside: Outside, stamp: str | Callable[[], str]
) -> None:
    call = Call(press_event({"id": "x"}))
    call.stamp = stamp if isinstance(stamp, str) else stamp()
    assert 400 <= (await outside.post(call)).status < 500
    assert outside.kept() == []


# ---- receipts -----------------------------------------------------------------------------------


async def test_what_was_read_is_noted_for_its_message(outside: Outside) -> None:
    message_id = outside.say("17号请接单", channel="feishu", account="ou_liaison")
    await outside.send_all()
    for number in range(3):
        call = Call(read_event(["om_sent1", "om_unknown"], event_id=f"r{number}"))
        response = await outside.post(call)
        assert (response.status, await response.json()) == (200, {})
    read = outside.city.db.read_now(lambda tx: read_receipts.read_at(tx, [message_id]))
    assert abs((datetime.now(UTC) - read[message_id]).total_seconds()) < 60
    assert outside.kept() == []


async def test_a_receipt_may_come_before_the_send_is_noted(outside: Outside) -> None:
    await outside.post(Call(read_event(["om_sent1"])))
    message_id = outside.say("17号请接单", channel="feishu", account="ou_liaison")
    other_id = outside.say("日报", channel="feishu", account="ou_other")
    await outside.send_all()
    read = outside.city.db.read_now(lambda tx: read_receipts.read_at(tx, [message_id, other_id]))
    assert list(read) == [message_id]


async def test_who_merely_saw_it_is_not_its_reader(outside: Outside) -> None:
    message_id = outside.say("17号请接单", channel="feishu", account="ou_liaison")
    await outside.send_all()
    await outside.post(Call(read_event(["om_sent1"], reader="ou_other")))
    assert outside.city.db.read_now(lambda tx: read_receipts.read_at(tx, [message_id])) == {}


# ---- forged, damaged, stale, foreign ------------------------------------------------------------


def honest() -> Call:
    return say(TEXT)


def changed(**values: Any) -> Call:
    call = honest()
    for name, value in values.items():
        setattr(call, name, value)
    return call


def body(raw: bytes) -> Call:
    """That body, honestly signed."""
    return changed(body=raw)


def frame(text: str) -> Call:
    return body(json.dumps({"encrypt": text}).encode())


def flipped(place: int) -> Call:
    raw = bytearray(base64.b64decode(json.loads(honest().data)["encrypt"]))
    raw[place] ^= 1
    return frame(base64.b64encode(bytes(raw)).decode())


def padded(tail: bytes) -> Call:
    plain = json.dumps(text_event(TEXT)).encode()
    return frame(encrypt(plain + b" " * (-(len(plain) + len(tail)) % 16) + tail))


def without_signature_but(data: bytes) -> Call:
    """Signed for another body."""
    return changed(body=data, signature=sign(now(), "123456789", b"{}"))


SPOILT: dict[str, Callable[[], Call]] = {
    "no signature": lambda: changed(signature=""),
    "no headers": lambda: changed(signature="", stamp="", nonce=""),
    "another signature": lambda: changed(signature="0" * 64),
    "a short signature": lambda: changed(signature="0"),
    "an endless signature": lambda: changed(signature="0" * 5000),
    "a signature that is not ascii": lambda: changed(signature="签" * 64),
    "a signature in capitals": lambda: changed(signature=sign(now(), "123456789", honest().data).upper()),
    "the signature of another body": lambda: without_signature_but(honest().data),
    "the legacy signature over the token": lambda: changed(
        signature=hashlib.sha1((now() + "123456789" + TOKEN).encode() + honest().data).hexdigest()
    ),
    "no stamp": lambda: changed(stamp=""),
    "a stamp that is no number": lambda: changed(stamp="now"),
    "an endless stamp": lambda: changed(stamp="1" * 5000),
    "a stamp of nine hours ago": lambda: changed(stamp=now(-32_400)),
    "a stamp of yesterday": lambda: changed(stamp=now(-86_400)),
    "a stamp of the future": lambda: changed(stamp=now(310)),
    "a stamp of tomorrow, in milliseconds": lambda: changed(stamp=now(86_400) + "000"),
    "a message without encryption": lambda: changed(body=json.dumps(text_event(TEXT)).encode()),
    "an unsigned message without encryption": lambda: Call(text_event(TEXT), plain=True),
    "encrypted as an empty text": lambda: frame(""),
    "encrypted as a number": lambda: body(b'{"encrypt":1}'),
    "encrypted as a list": lambda: body(b'{"encrypt":["a"]}'),
    "encrypted as null": lambda: body(b'{"encrypt":null}'),
    "no base64": lambda: frame("签名 %%%"),
    "base64 with line ends": lambda: frame(json.loads(honest().data)["encrypt"][:40] + "\n" * 4),
    "only an iv": lambda: frame(base64.b64encode(b"1" * 16).decode()),
    "half a block": lambda: frame(base64.b64encode(b"1" * 40).decode()),
    "another key": lambda: frame(encrypt(pad(json.dumps(text_event(TEXT)).encode()), "another")),
    "first block changed": lambda: flipped(18),
    "last block changed": lambda: flipped(-1),
    "last but one block changed": lambda: flipped(-17),
    "pad 0": lambda: padded(b"\x00"),
    "pad 17": lambda: padded(b"\x11" * 17),
    "pad 32": lambda: padded(b"\x20" * 32),
    "pad 255": lambda: padded(b"\xff"),
    "a pad that is not all the same": lambda: padded(b"\x01\x04\x03\x04"),
    "no pad": lambda: frame(encrypt(b"{}" + b" " * 14)),
    "a pad and nothing else": lambda: frame(encrypt(b"\x10" * 16)),
    "no utf-8": lambda: frame(encrypt(pad(b'{"schema":"2.0\xff\xfe"}'))),
    "no JSON inside": lambda: Call("hello world"),
    "a list inside": lambda: Call([1]),
    "a number inside": lambda: Call(5),
    "deep JSON inside": lambda: Call('{"a":' + "[" * 100_000),
    "deep JSON in the content": lambda: Call(envelope(RECEIVE, message("text", '{"text":' + "[" * 100_000))),
    "NaN inside": lambda: Call('{"schema":NaN}'),
    "an endless number inside": lambda: Call('{"schema":' + "9" * 5000 + "}"),
    "a name twice inside": lambda: Call('{"schema":"2.0","schema":"2.0"}'),
    "half a surrogate pair inside": lambda: Call(
        json.dumps(text_event("\ud800"))  # an escape that stands for no character
    ),
    "half a surrogate pair in the content": lambda: Call(
        envelope(RECEIVE, message("text", '{"text":"\\ud800"}'))
    ),
    "an empty body": lambda: body(b""),
    "a body of something else": lambda: body(b"\x89PNG\r\n\x1a\n" * 30),
    "an XML body": lambda: body(b"<xml><Encrypt>1</Encrypt></xml>"),
    "JSON that is cut": lambda: body(honest().data[:-3]),
    "deep JSON": lambda: body(b'{"encrypt":' + b"[" * 200_000),
    "a byte order mark": lambda: body(b"\xef\xbb\xbf{}"),
    "utf-16": lambda: body(honest().data.decode().encode("utf-16")),
    "20 MB": lambda: body(b'{"encrypt":"' + b"A" * 20_000_000 + b'"}'),
    "a gzip bomb": lambda: changed(
        body=gzip.compress(b'{"encrypt":"' + b"A" * 50_000_000), extra={"Content-Encoding": "gzip"}
    ),
    "broken gzip": lambda: changed(body=b"\x1f\x8b\x08\x00broken", extra={"Content-Encoding": "gzip"}),
    "gzip that isn't": lambda: changed(extra={"Content-Encoding": "gzip"}),
}


def headed(**header: Any) -> Call:
    return Call(envelope(RECEIVE, message("text", {"text": TEXT}), **header))


def sent_by(**sender: Any) -> Call:
    event = message("text", {"text": TEXT})
    event["sender"] |= sender
    return Call(envelope(RECEIVE, event))


CONTENT = ("event", "message", "content")
FOREIGN: dict[str, Callable[[], Call]] = {
    "another token": lambda: headed(token="wrong"),
    "no token": lambda: headed(token=None),
    "a token of another kind": lambda: headed(token=[TOKEN]),
    "another app": lambda: headed(app_id="cli_2"),
    "no app": lambda: headed(app_id=None),
    "another tenant": lambda: headed(tenant_key="tk2"),
    "no tenant": lambda: headed(tenant_key=None),
    "a tenant of another kind": lambda: headed(tenant_key={"k": TENANT}),
    "somebody of another tenant": lambda: sent_by(tenant_key="tk2"),
    "a press of another tenant": lambda: Call(
        press_event({"id": "x"}, operator={"open_id": "ou_1", "tenant_key": "tk2"})
    ),
    "a press with another token": lambda: Call(
        {**press_event({"id": "x"}), "header": {**press_event({})["header"], "token": "wrong"}}
    ),
    "the first version with another token": lambda: Call(
        {"token": "wrong", "type": "event_callback", "uuid": "u"}
    ),
    "a receipt with another token": lambda: Call(envelope("im.message.message_read_v1", {}, token="wrong")),
    "a press of old": lambda: Call(
        {"open_id": "ou_1", "open_message_id": "om_1", "token": "c-1", "action": {"value": {"id": "x"}}}
    ),
    "no event id": lambda: headed(event_id=""),
    "no event type": lambda: headed(event_type=None),
    "an event id of another kind": lambda: headed(event_id={"a": 1}),
    "an endless event id": lambda: headed(event_id="e" * 300),
    "no header": lambda: Call({"schema": "2.0", "event": {}}),
    "a header of another kind": lambda: Call({"schema": "2.0", "header": [TOKEN], "event": {}}),
    "another schema": lambda: Call({**text_event(TEXT), "schema": "3.0"}),
    "a schema of another kind": lambda: Call({**text_event(TEXT), "schema": 2.0}),
    "no event": lambda: Call({**text_event(TEXT), "event": None}),
    "an event of another kind": lambda: Call({**text_event(TEXT), "event": "text"}),
    "nobody": lambda: Call(text_event(TEXT, sender="")),
    "a name of control characters": lambda: Call(text_event(TEXT, sender="a\nb")),
    "an endless name": lambda: Call(text_event(TEXT, sender="a" * 300)),
    "a sender of another kind": lambda: sent_by(sender_id="ou_1"),
    "an open id of another kind": lambda: sent_by(sender_id={"open_id": ["ou_1"]}),
    "a group without a name": lambda: Call(text_event(TEXT, group="oc_1", chat_id=None)),
    "no kind of chat": lambda: Call(text_event(TEXT, chat_type=None)),
    "no message id": lambda: Call(text_event(TEXT, message_id="")),
    "a message id of another kind": lambda: Call(text_event(TEXT, message_id=["om"])),
    "no kind of message": lambda: Call(text_event(TEXT, message_type=None)),
    "content that is an object": lambda: Call(replaced(text_event(TEXT), CONTENT, {"text": TEXT})),
    "content that is no JSON": lambda: Call(text_event(TEXT, content=TEXT)),
    "content that is a list": lambda: Call(text_event(TEXT, content="[1]")),
    "text that is an object": lambda: Call(text_event(TEXT, content='{"text":{"a":1}}')),
    "no text": lambda: Call(text_event(TEXT, content="{}")),
    "no content": lambda: Call(text_event(TEXT, content=None)),
    "a picture without a key": lambda: Call(envelope(RECEIVE, message("image", {}))),
    "a picture with a key of another kind": lambda: Call(
        envelope(RECEIVE, message("image", {"image_key": ["a"]}))
    ),
    "a picture with a key that climbs": lambda: Call(
        envelope(RECEIVE, message("image", {"image_key": ".."}))
    ),
    "a file without a key": lambda: Call(envelope(RECEIVE, message("file", {"file_name": "a"}))),
    "a post without lines": lambda: Call(envelope(RECEIVE, message("post", {"title": "a"}))),
    "a post of another kind": lambda: Call(envelope(RECEIVE, message("post", {"content": "a"}))),
    "a press of nobody": lambda: Call(press_event({"id": "x"}, operator=None)),
    "a press of nothing": lambda: Call(press_event({"id": "x"}, action=None)),
    "a press of another kind": lambda: Call(press_event({"id": "x"}, action=["x"])),
    "a value of another kind": lambda: Call(press_event(["x"])),
    "a value that is no JSON": lambda: Call(press_event("x")),
    "an endless button": lambda: Call(press_event({"id": "x" * 500})),
    "a receipt of nobody": lambda: Call(read_event(["om_1"], reader="")),
    "a receipt for nothing": lambda: Call(read_event("om_1")),
}


async def answers(outside: Outside, calls: dict[str, Callable[[], Call]]) -> dict[str, int]:
    """Those that were not refused with 4xx, with what they were answered."""
    found = {name: (await outside.post(make())).status for name, make in calls.items()}
    return {name: status for name, status in found.items() if not 400 <= status < 500}


async def test_what_is_spoilt_is_refused_and_nothing_is_kept(outside: Outside) -> None:
    assert await answers(outside, SPOILT) == {}
    assert outside.kept() == []


async def test_what_is_not_for_us_is_refused(outside: Outside) -> None:
    assert await answers(outside, FOREIGN) == {}
    assert outside.kept() == []
    assert outside.city.db.read_now(lambda tx: tx.execute(select(read_receipt)).all()) == []


async def test_the_same_is_refused_in_plain_text(open_plain: Outside) -> None:
    def plainly(make: Callable[[], Call]) -> Callable[[], Call]:
        return lambda: Call(make().inner, plain=True)

    tenant = {name for name in FOREIGN if "tenant" in name}
    calls = {name: plainly(make) for name, make in FOREIGN.items() if name not in tenant}
    inside = {name: plainly(make) for name, make in SPOILT.items() if "inside" in name or "content" in name}
    stale = lambda: Call(text_event(TEXT), plain=True, extra={"X-Lark-Request-Timestamp": now(-32_400)})  # noqa: E731
    assert await answers(open_plain, {**calls, **inside, "stale": stale, "encrypted": honest}) == {}
    assert open_plain.kept() == []


WRONG: list[Any] = [None, True, 7, -1.5, 10**40, "", "x", "\u0000", [], [[]], {}, {"a": {"b": []}}]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return found + [place for key, one in inner for place in places(one, (*path, key))]


def replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    if not path:
        return by
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(copy[path[0]], path[1:], by)
    return copy


@pytest.mark.parametrize(
    "event",
    [
        text_event(TEXT, group="oc_1", mentions=[mention(1, "助手", BOT)], parent_id="om_0", root_id="om_0"),
        press_event({"id": "x", "group": "oc_1"}),
        read_event(["om_1"]),
    ],
    ids=["message", "press", "receipt"],
)
async def test_a_wrong_type_in_any_field_is_never_our_error(outside: Outside, event: dict[str, Any]) -> None:
    for number, (place, wrong) in enumerate(product(places(event), WRONG)):
        fresh = replaced(event, ("header", "event_id"), f"e{number}")  # so that each is kept if it is taken
        if "message" in fresh["event"]:
            fresh = replaced(fresh, ("event", "message", "message_id"), f"om_{number}")
        response = await outside.post(Call(replaced(fresh, place, wrong)))
        assert response.status in (200, 400, 403), (place, wrong)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("text", {"text": TEXT}),
        ("post", {"zh_cn": POST}),
        ("image", {"image_key": "i"}),
        ("media", {"file_key": "f", "image_key": "i", "file_name": "现场.mp4"}),
        ("location", {"name": "盐湖区", "latitude": "35.02", "longitude": 110.98}),
    ],
)
async def test_a_wrong_type_in_any_content_is_never_our_error(
    outside: Outside, kind: str, content: dict[str, Any]
) -> None:
    for number, (place, wrong) in enumerate(product(places(content), WRONG)):
        event = message(kind, replaced(content, place, wrong), message_id=f"om_{number}")
        call = Call(envelope(RECEIVE, event, f"e{number}"))
        assert (await outside.post(call)).status in (200, 400), (place, wrong)


async def test_other_methods_are_refused(outside: Outside) -> None:
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        assert (await outside.client.request(method, PATH)).status == 405


async def test_a_compressed_honest_message_is_signed_as_it_was_before(outside: Outside) -> None:
    call = honest()
    data = call.data
    headers = {**call.headers, "Content-Encoding": "gzip"}
    response = await outside.client.post(PATH, data=gzip.compress(data), headers=headers)
    assert response.status == 200
    assert len(outside.kept()) == 1


@pytest.mark.parametrize(
    ("away", "taken"), [(-28_801, False), (-28_800, True), (0, True), (300, True), (301, False)]
)
def test_the_window_of_freshness_at_its_edges(away: int, taken: bool) -> None:
    call = honest()
    data = call.data
    at = datetime.fromtimestamp(int(call.stamp) - away, UTC)
    request = Request("POST", data, {name.lower(): text for name, text in call.headers.items()}, {}, at)
    seal = Seal(ENCRYPT_KEY, 28_800)
    if taken:
        assert seal.open(request).body["schema"] == "2.0"
    else:
        with pytest.raises(Refused):
            seal.open(request)


async def test_an_address_is_there_only_if_the_config_names_it(open_city: Open, fake: FakeFeishu) -> None:
    closed = await open_city(feishu_table(fake, enabled=False))
    assert (await closed.post(honest())).status == 404


async def test_nothing_secret_is_in_logs_and_answers(outside: Outside) -> None:
    said = ""
    with capture_logs() as lines:
        for make in [*SPOILT.values(), *FOREIGN.values()]:
            if len(make().data) < 100_000:
                said += await (await outside.post(make())).text()
    said += repr(lines)
    assert "callback refused" in said
    for secret in (TOKEN, ENCRYPT_KEY, "c-update-token", "wrong", "ou_liaison"):
        assert secret not in said
