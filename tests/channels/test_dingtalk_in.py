"""钉钉 calls us: robot, events and card buttons, honest and forged (platforms.md, 1, 3.1–3.3)."""

import asyncio
import base64
import gzip
import json
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.channel import Button
from bot.channels.common.callback import Refused, Request
from bot.channels.dingtalk.sign import Headers
from storage.tables import inbox_key, reply_handle
from tests.channels.conftest import Open, Outside
from tests.channels.dingtalk_kit import (
    APP_KEY,
    APP_SECRET,
    CARD,
    CARD_SECRET,
    CORP,
    EVENT,
    PATHS,
    ROBOT,
    ROBOT_CODE,
    Ding,
    event,
    honest,
    mac,
    message_body,
    now_ms,
    opened,
    pressed,
    said,
)
from tests.channels.fake_dingtalk import FakeDingtalk, opened_city, post
from tests.channels.wecom_kit import AES_KEY, encrypt, pad, plain_frame

TEXT = "342改线今年累计完成2.1亿元"
GROUP = "cidGroup+/=="


@pytest.fixture
async def ding() -> AsyncIterator[FakeDingtalk]:
    """The fake 钉钉."""
    one = FakeDingtalk()
    async with one:
        yield one


@pytest.fixture
async def outside(open_city: Open, ding: FakeDingtalk) -> Outside:
    """The demo city on the fake 钉钉."""
    return await opened_city(open_city, ding)


async def answers(outside: Outside, calls: dict[str, Ding]) -> dict[str, int]:
    """Those that were not refused with 4xx, with what they were answered."""
    found = {name: (await post(outside, call)).status for name, call in calls.items()}
    return {name: status for name, status in found.items() if not 400 <= status < 500}


# ---- the robot: honest messages -----------------------------------------------------------------


async def test_a_message_is_kept_before_the_platform_reads_200(outside: Outside) -> None:
    response = await post(outside, said(TEXT))
    assert (response.status, await response.json()) == (200, {})
    [kept] = outside.kept()
    assert (kept.channel, kept.account, kept.group_key, kept.text) == ("dingtalk", "liaison-21", "", TEXT)


async def test_the_same_message_with_another_stamp_is_the_same(outside: Outside) -> None:
    for away in (-30, 0, 30):
        assert (await post(outside, said(TEXT), stamp=now_ms(away))).status == 200
    both = [post(outside, said(TEXT)) for _ in range(5)]
    assert [one.status for one in await asyncio.gather(*both)] == [200] * 5
    assert len(outside.kept()) == 1


async def test_two_messages_with_the_same_words_are_two(outside: Outside) -> None:
    await post(outside, said(TEXT, msg_id="1"))
    await post(outside, said(TEXT, msg_id="2"))
    assert len(outside.kept()) == 2


async def test_a_group_message_belongs_to_its_group(outside: Outside) -> None:
    await post(outside, said(TEXT, group=GROUP))
    [kept] = outside.kept()
    assert (kept.group_key, kept.account, kept.text) == (GROUP, "liaison-21", TEXT)


BOT = {"dingtalkId": "$:LWCP_v1:$bot"}
LI = {"dingtalkId": "$:LWCP_v1:$li", "staffId": "li"}


MENTIONS = [
    (" 桩基完成50%", [BOT], "桩基完成50%"),  # cut off by the platform already
    ("@项目助手 桩基完成50%", [BOT], "桩基完成50%"),
    ("桩基完成50% @项目助手", [BOT], "桩基完成50%"),
    ("@项目助手\u2005桩基完成50%", [BOT], "桩基完成50%"),
    (" @李科长 抓紧", [BOT, LI], "@李科长 抓紧"),
    ("@项目助手 @李科长 抓紧", [BOT, LI], "@李科长 抓紧"),
    (" 发到a@b.cn，抓紧", [BOT], "发到a@b.cn，抓紧"),
    (" @李科长 抓紧", None, "@李科长 抓紧"),
]


async def test_the_mention_of_the_bot_is_cut_off_and_no_others(outside: Outside) -> None:
    for number, (content, listed, _) in enumerate(MENTIONS):
        body = message_body(msg_id=f"m{number}", group=GROUP, text={"content": content}, atUsers=listed)
        assert (await post(outside, Ding(ROBOT, body))).status == 200
    assert [one.text for one in outside.kept()] == [read for _, _, read in MENTIONS]


KINDS: list[tuple[str, dict[str, Any], str, int]] = [
    ("picture", {"downloadCode": "D1"}, "", 1),
    ("picture", {"pictureDownloadCode": "D1"}, "", 1),
    ("audio", {"downloadCode": "D1", "recognition": TEXT, "duration": 4000}, TEXT, 1),
    ("video", {"downloadCode": "D1", "videoType": "mp4"}, "", 1),
    ("file", {"downloadCode": "D1", "fileName": "现场.pdf"}, "", 1),
    (
        "richText",
        {"richText": [{"text": TEXT}, {"type": "picture", "downloadCode": "D1"}, {"text": "\n"}]},
        TEXT,
        1,
    ),
    (
        "richText",
        {"richText": [{"type": "picture", "downloadCode": f"D{one}"} for one in range(3)]},
        "",
        3,
    ),
]


async def test_each_kind_of_message_is_kept(outside: Outside) -> None:
    for number, (kind, content, _, _) in enumerate(KINDS):
        body = message_body(msg_id=f"m{number}", msgtype=kind, content=content, text=None)
        assert (await post(outside, Ding(ROBOT, body))).status == 200
    assert [(one.text, len(one.attachments)) for one in outside.kept()] == [
        (text, files) for _, _, text, files in KINDS
    ]


async def test_a_kind_that_nobody_knows_is_acknowledged(outside: Outside) -> None:
    for kind in ("unknownMsgType", "interactiveCard", "zzz"):
        body = message_body(msgtype=kind, text=None, content={"unknownMsgType": "x"})
        assert (await post(outside, Ding(ROBOT, body))).status == 200
    assert outside.kept() == []


async def test_a_mention_without_words_is_acknowledged(outside: Outside) -> None:
    assert (await post(outside, said("  ", group=GROUP))).status == 200
    assert outside.kept() == []


async def test_missing_and_odd_fields_are_borne(outside: Outside) -> None:
    bare = {
        "conversationType": 1,
        "msgId": 12345,
        "senderStaffId": 678,
        "msgtype": "text",
        "text": {"content": 50},
    }
    odd = message_body(
        TEXT,
        msg_id="odd",
        atUsers="x",
        sessionWebhook=["x"],
        sessionWebhookExpiredTime={"a": 1},
        isInAtList="true",
        createAt="1790000000000",
        senderNick=None,
        new={"a": [1]},
        content=7,
    )
    for body in (bare, odd):
        assert (await post(outside, Ding(ROBOT, body))).status == 200
    assert [(one.account, one.text) for one in outside.kept()] == [("678", "50"), ("liaison-21", TEXT)]


async def test_a_classified_text_is_not_kept(outside: Outside) -> None:
    await post(outside, said("【机密】关于某工程的通知"))
    [kept] = outside.kept()
    assert (kept.text, kept.state) == ("", "refused")


async def test_who_has_no_account_in_the_company_is_answered_as_a_stranger(
    outside: Outside, ding: FakeDingtalk
) -> None:
    until = int((time.time() + 3600) * 1000)
    for number in range(3):
        body = message_body(
            TEXT,
            msg_id=f"m{number % 2}",
            senderStaffId=None,
            senderCorpId="dingother",
            sessionWebhook=ding.session,
            sessionWebhookExpiredTime=until,
        )
        assert (await post(outside, Ding(ROBOT, body))).status == 200
    assert {one.account for one in outside.kept()} == {"外部:$:LWCP_v1:$abc"}
    await outside.city.settle()
    assert ding.texts("session") and not ding.to("liaison-21")


async def test_a_reply_to_a_message_of_ours_is_about_the_same(outside: Outside, ding: FakeDingtalk) -> None:
    outside.say("请抓紧办理", channel="dingtalk", about={"ticket": 17})
    await outside.send_all()
    quoted = message_body("周工负责", text={"content": "周工负责", "isReplyMsg": True})
    await post(outside, Ding(ROBOT, {**quoted, "originalProcessQueryKey": "pqk-1"}))
    named = {"isReplyMsg": True, "repliedMsg": {"content": {"text": "【交办】18号：供水管迁改"}}}
    await post(outside, said("周工负责", msg_id="2", text={"content": "周工负责", **named}))
    assert [one.about for one in outside.kept()] == [{"ticket": 17}, {"ticket": 18}]


async def test_a_report_in_a_group_is_answered_where_it_came_from(
    outside: Outside, ding: FakeDingtalk
) -> None:
    until = int((time.time() + 3600) * 1000)
    call = said(
        "342改线卡在供水管迁改，请市水务局9月30日前解决",
        group=GROUP,
        sessionWebhook=ding.session,
        sessionWebhookExpiredTime=until,
    )
    assert (await post(outside, call)).status == 200
    await outside.city.settle()
    assert any("登记为" in text for text in ding.texts("session"))
    assert ding.to("office-1")


# ---- where answers may go -----------------------------------------------------------------------


UNTRUSTED = [
    "https://evil.example/robot/sendBySession?session=1",
    "http://oapi.dingtalk.com/robot/sendBySession?session=1",
    "https://oapi.dingtalk.com@evil.example/x",
    "https://oapi.dingtalk.com.evil.example/x",
    "https://oapi.dingtalk.com:8443/x",
    "https://evil.aliyuncs.com/x",
    "http://169.254.169.254/latest/meta-data",
    "file:///etc/passwd",
    "not an address",
    "https://[::1/x",
]


async def test_an_answer_never_goes_to_a_host_that_we_dont_trust(outside: Outside) -> None:
    until = int((time.time() + 3600) * 1000)
    for number, url in enumerate(UNTRUSTED):
        call = said(TEXT, msg_id=f"m{number}", sessionWebhook=url, sessionWebhookExpiredTime=until)
        assert (await post(outside, call)).status == 200
    assert len(outside.kept()) == len(UNTRUSTED)
    assert outside.city.db.read_now(lambda tx: tx.execute(select(reply_handle)).all()) == []


EXPIRY: list[tuple[Callable[[float], Any], int, int]] = [
    (lambda now: int((now + 600) * 1000), 500, 601),
    (lambda now: str(int((now + 600) * 1000)), 500, 601),
    (lambda now: int((now + 86_400) * 1000), 5000, 5401),
    (lambda now: None, 1700, 1801),
    (lambda now: "soon", 1700, 1801),
    (lambda now: 10**30, 1700, 1801),
]


async def test_an_address_for_answers_is_good_until_it_ends(outside: Outside) -> None:
    url = "https://oapi.dingtalk.com/robot/sendBySession?session=1"
    for number, (expires, _, _) in enumerate(EXPIRY):
        until = expires(time.time())
        call = said(TEXT, msg_id=f"m{number}", sessionWebhook=url, sessionWebhookExpiredTime=until)
        assert (await post(outside, call)).status == 200
    order = select(reply_handle).order_by(reply_handle.c.inbox_id)
    rows = outside.city.db.read_now(lambda tx: tx.execute(order).all())
    for row, (_, least, most) in zip(rows, EXPIRY, strict=True):
        assert not row.once
        assert timedelta(seconds=least) < row.until - datetime.now(UTC) < timedelta(seconds=most)


async def test_an_address_that_has_ended_is_not_kept(outside: Outside) -> None:
    url = "https://oapi.dingtalk.com/robot/sendBySession?session=1"
    ended = int((time.time() - 5) * 1000)
    await post(outside, said(TEXT, sessionWebhook=url, sessionWebhookExpiredTime=ended))
    assert outside.city.db.read_now(lambda tx: tx.execute(select(reply_handle)).all()) == []


# ---- encrypted messages to the robot ------------------------------------------------------------


def sealed(body: Any, receiver: str = APP_KEY, key: str = AES_KEY) -> Ding:
    text = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return Ding(ROBOT, {"encrypt": encrypt(pad(plain_frame(text, receiver)), key)})


async def test_an_encrypted_message_to_the_robot_is_read(outside: Outside) -> None:
    for receiver in (APP_KEY, ROBOT_CODE, CORP, ""):
        body = message_body(TEXT, msg_id=f"for {receiver}")
        assert (await post(outside, sealed(body, receiver))).status == 200
    assert [one.text for one in outside.kept()] == [TEXT] * 4


async def test_with_a_key_of_the_robot_plain_bodies_are_refused(open_city: Open, ding: FakeDingtalk) -> None:
    key = AES_KEY[::-1]
    outside = await opened_city(open_city, ding, robot_aes_key=key, robot_receivers=["ours"])
    assert (await post(outside, said(TEXT))).status == 403
    assert (await post(outside, sealed(message_body(TEXT), "ours"))).status == 400
    assert (await post(outside, sealed(message_body(TEXT), APP_KEY, key))).status == 403
    assert outside.kept() == []
    assert (await post(outside, sealed(message_body(TEXT), "ours", key))).status == 200
    assert len(outside.kept()) == 1


async def test_without_any_key_an_encrypted_body_is_refused(open_city: Open, ding: FakeDingtalk) -> None:
    outside = await opened_city(open_city, ding, aes_key=None, token=None, card_secret=None)
    assert (await post(outside, sealed(message_body(TEXT)))).status == 400
    assert (await post(outside, event())).status == 404
    assert (await post(outside, pressed("a"))).status == 404
    assert (await post(outside, said(TEXT))).status == 200


# ---- events -------------------------------------------------------------------------------------


async def test_every_event_is_answered_with_a_sealed_success(outside: Outside) -> None:
    for kind in ("check_url", "user_leave_org", "chat_disband"):
        for receiver in (APP_KEY, CORP):
            response = await post(outside, event(kind, receiver=receiver))
            assert (response.status, response.content_type) == (200, "application/json")
            answer = await response.json()
            assert set(answer) == {"msg_signature", "timeStamp", "nonce", "encrypt"}
            assert opened(answer, receiver) == "success"
            assert abs(int(answer["timeStamp"]) / 1000 - time.time()) < 10
    assert outside.kept() == []


async def test_either_name_of_the_signature_and_both_kinds_of_stamp(outside: Outside) -> None:
    for names in (("msg_signature",), ("signature",), ("signature", "msg_signature")):
        for stamp in (now_ms(), str(int(time.time()))):
            assert (await post(outside, event(names=names, stamp=stamp))).status == 200


async def test_two_signatures_must_both_be_right(outside: Outside) -> None:
    call = event()
    query = {**call.query, "signature": "0" * 40}
    response = await outside.client.post(EVENT, params=query, data=call.data)
    assert response.status == 403


# ---- buttons of cards ---------------------------------------------------------------------------


async def with_card(outside: Outside, **to: str) -> str:
    """A card went out with a button; the button's id."""
    message_id = outside.say(
        "17号请接单", channel="dingtalk", buttons=[Button("接单", "17号接单")], about={"ticket": 17}, **to
    )
    [row] = [one for one in outside.messages() if one.id == message_id]
    return str(row.buttons[0]["id"])


async def test_a_button_pressed_five_times_is_pressed_once(outside: Outside) -> None:
    button = await with_card(outside)
    for away in range(5):
        response = await post(outside, pressed(button), stamp=now_ms(away))
        assert (response.status, await response.json()) == (200, {})
    [kept] = outside.kept()
    assert (kept.text, kept.about, kept.account) == ("17号接单", {"ticket": 17}, "liaison-21")


async def test_a_button_in_a_group_is_for_all_who_are_in_it(outside: Outside) -> None:
    button = await with_card(outside, group=GROUP)
    for user in ("liaison-21", "office-1"):
        await post(outside, pressed(f"{button}@{GROUP}", user=user))
    assert [(one.text, one.group_key) for one in outside.kept()] == [("17号接单", GROUP)] * 2


async def test_somebody_elses_button_says_nothing(outside: Outside) -> None:
    button = await with_card(outside, account="office-1")
    await post(outside, pressed(button))
    [kept] = outside.kept()
    assert "失效" in kept.text and kept.about is None


async def test_the_button_is_named_by_its_action_or_its_id(outside: Outside) -> None:
    contents: list[Any] = [
        {"cardPrivateData": {"actionIds": ["B"], "params": {}}},
        {"cardPrivateData": {"actionIds": ["B"]}},
        {"cardPrivateData": {"params": {"action": "B"}}},
    ]
    for content in contents:
        for given in (json.dumps(content), content):
            assert (await post(outside, pressed("", content=given))).status == 200
    assert len(outside.kept()) == 1
    keys = outside.city.db.read_now(lambda tx: tx.execute(select(inbox_key)).all())
    assert [one.key for one in keys] == ["card:card-1:liaison-21:B"]


async def test_other_calls_for_cards_are_acknowledged(outside: Outside) -> None:
    assert (await post(outside, pressed("a", type="openCallback"))).status == 200
    assert outside.kept() == []


# ---- forged, damaged, stale, foreign ------------------------------------------------------------


def changed(path: str, **changes: Any) -> Ding:
    call = honest(path)
    for name, value in changes.items():
        setattr(call, name, value)
    return call


STAMP = {ROBOT: "timestamp", EVENT: "timestamp", CARD: "x-ddpaas-signature-timestamp"}
SIGN = {ROBOT: ("sign",), EVENT: ("msg_signature", "signature"), CARD: ("x-ddpaas-signature",)}

SPOILT: dict[str, Callable[[str], Ding]] = {
    "no signature": lambda p: changed(p, without=SIGN[p]),
    "an empty signature": lambda p: changed(p, signature=""),
    "another signature": lambda p: changed(p, signature="0" * 44),
    "the signature of another stamp": lambda p: changed(
        p, signature=(honest(p).all_headers | honest(p).query)[SIGN[p][0]], stamp=now_ms(5)
    ),
    "a signature with the secret of nobody": lambda p: changed(p, signature=mac("", now_ms())),
    "no stamp": lambda p: changed(p, without=(STAMP[p],)),
    "a stamp that is no number": lambda p: changed(p, stamp="now"),
    "a negative stamp": lambda p: changed(p, stamp="-" + now_ms()),
    "a stamp with a dot": lambda p: changed(p, stamp=f"{time.time():.3f}"),
    "an endless stamp": lambda p: changed(p, stamp="1" * 5000),
    "a stale stamp": lambda p: changed(p, stamp=now_ms(-3605)),
    "a stamp of last year": lambda p: changed(p, stamp=now_ms(-86_400 * 365)),
    "a stamp of the future": lambda p: changed(p, stamp=now_ms(3605)),
    "an empty body": lambda p: changed(p, body=b""),
    "a body of something else": lambda p: changed(p, body=b"\x89PNG\r\n\x1a\n" * 30),
    "no object": lambda p: changed(p, body=b"[]"),
    "null": lambda p: changed(p, body=b"null"),
    "an empty object": lambda p: changed(p, body=b"{}"),
    "JSON that is cut": lambda p: changed(p, body=honest(p).data[:-5]),
    "JSON with a tail": lambda p: changed(p, body=honest(p).data + b"x"),
    "JSON in gbk": lambda p: changed(p, body='{"encrypt":"密文","msgId":"中"}'.encode("gbk")),
    "JSON with half a character": lambda p: changed(p, body=b'{"encrypt":"\\ud800"}'),
    "JSON with NaN": lambda p: changed(p, body=b'{"encrypt":NaN,"msgId":NaN}'),
    "JSON with an endless number": lambda p: changed(p, body=b'{"encrypt":' + b"9" * 5000 + b"}"),
    "a name twice": lambda p: changed(p, body=b'{"encrypt":"a","encrypt":"b"}'),
    "deep JSON": lambda p: changed(p, body=b'{"encrypt":' + b"[" * 200_000),
    "deep JSON that is closed": lambda p: changed(p, body=b'{"a":' + b"[" * 90_000 + b"]" * 90_000 + b"}"),
    "XML": lambda p: changed(p, body=b'<!DOCTYPE a [<!ENTITY b "c">]><xml><Encrypt>&b;</Encrypt></xml>'),
    "20 MB": lambda p: changed(p, body=b'{"a":"' + b" " * 20_000_000 + b'"}'),
    "a gzip bomb": lambda p: changed(
        p, body=gzip.compress(b'{"a":"' + b"a" * 50_000_000), headers={"Content-Encoding": "gzip"}
    ),
    "broken gzip": lambda p: changed(p, body=b"\x1f\x8b\x08\x00broken", headers={"Content-Encoding": "gzip"}),
    "gzip that isn't": lambda p: changed(p, headers={"Content-Encoding": "gzip"}),
    "zlib that isn't": lambda p: changed(p, headers={"Content-Encoding": "deflate"}),
}


@pytest.mark.parametrize("path", PATHS)
async def test_what_is_spoilt_is_refused_and_nothing_is_kept(outside: Outside, path: str) -> None:
    assert await answers(outside, {name: spoil(path) for name, spoil in SPOILT.items()}) == {}
    assert outside.kept() == []


def frame(text: str | bytes = '{"EventType":"check_url"}', receiver: str = APP_KEY, **more: Any) -> bytes:
    return plain_frame(text, receiver, **more)


def cut_off(encrypted: str, count: int) -> str:
    return base64.b64encode(base64.b64decode(encrypted)[:-count]).decode()


def flipped(encrypted: str, place: int) -> str:
    raw = bytearray(base64.b64decode(encrypted))
    raw[place] ^= 1
    return base64.b64encode(bytes(raw)).decode()


GOOD = encrypt(pad(frame()))
FRAMES = {
    "first block changed": flipped(encrypt(pad(frame())), 20),
    "length changed": flipped(GOOD, 0),
    "last block changed": flipped(GOOD, -1),
    "half a block missing": cut_off(GOOD, 8),
    "a block missing": cut_off(GOOD, 16),
    "no base64": "*" * 64,
    "base64 with a line end": GOOD[:20] + "\n" + GOOD[20:],
    "nothing": "",
    "only a pad": encrypt(b"\x20" * 32),
    "pad 0": encrypt(frame() + b"\x00" * (32 - len(frame()) % 32)),
    "pad 33": encrypt(frame() + b"\x21" * (16 - len(frame()) % 16 + 32)),
    "pad 255": encrypt(frame() + b"\xff" * (16 - len(frame()) % 16)),
    "a pad that is not all the same": encrypt(pad(frame())[:-2] + b"\x01\x02"),
    "a length that is too long": encrypt(pad(frame(length=9999))),
    "a length that is too short": encrypt(pad(frame(length=3))),
    "a length of four billion": encrypt(pad(frame(length=2**32 - 1))),
    "a foreign receiver": encrypt(pad(frame(receiver="dingother"))),
    "a receiver with a tail": encrypt(pad(frame(receiver=APP_KEY + "x"))),
    "the beginning of our receiver": encrypt(pad(frame(receiver=APP_KEY[:-1]))),
    "another key": encrypt(pad(frame()), AES_KEY[::-1]),
    "no utf-8": encrypt(pad(frame(b'{"EventType":"\xff\xfe"}'))),
    "no JSON": encrypt(pad(frame("hello"))),
    "an empty text": encrypt(pad(frame(""))),
    "no event": encrypt(pad(frame('{"a":1}'))),
    "an event that is a number": encrypt(pad(frame('{"EventType":7}'))),
    "a list": encrypt(pad(frame("[]"))),
    "deep JSON": encrypt(pad(frame('{"a":' + "[" * 50_000))),
}


async def test_a_damaged_frame_is_refused_by_every_address_that_takes_one(outside: Outside) -> None:
    events = {name: Ding(EVENT, None, encrypted=one) for name, one in FRAMES.items()}
    robots = {name: Ding(ROBOT, {"encrypt": one}) for name, one in FRAMES.items()}
    assert await answers(outside, events) == {}
    assert await answers(outside, robots) == {}
    assert outside.kept() == []


async def test_an_event_without_a_nonce_or_with_an_endless_one_is_refused(outside: Outside) -> None:
    calls = {
        "none": event(nonce=""),
        "left out": event(without=("nonce",)),
        "endless": event(nonce="1" * 999),
    }
    assert await answers(outside, calls) == {}


async def test_no_answer_tells_a_forger_anything(outside: Outside) -> None:
    for path in PATHS:
        for name in ("another signature", "a stale stamp", "JSON that is cut"):
            text = await (await post(outside, SPOILT[name](path))).text()
            assert text == '{"error": "refused"}'


FOREIGN = {
    "another robot": message_body(TEXT, robotCode="dingother"),
    "a robot of another company": message_body(TEXT, chatbotCorpId="dingother"),
    "an employee of another company": message_body(TEXT, senderCorpId="dingother"),
    "nobody": message_body(TEXT, senderStaffId=None, senderId=None),
    "nobody but a list": message_body(TEXT, senderStaffId=["a"], senderId={}),
    "somebody who looks like an outsider": message_body(TEXT, senderStaffId="外部:$:x"),
    "no message id": message_body(TEXT, msgId=None),
    "a message id that is a list": message_body(TEXT, msgId=[1]),
    "no kind": message_body(TEXT, msgtype=None),
    "a kind that is a table": message_body(TEXT, msgtype={"a": 1}),
    "a group without an id": message_body(TEXT, conversationType="2", conversationId=None),
    "a group whose id is a number too long": message_body(TEXT, conversationType="2", conversationId=10**60),
    "a third kind of chat": message_body(TEXT, conversationType="3"),
    "a name of control characters": message_body(TEXT, senderStaffId="a\nb"),
    "an endless name": message_body(TEXT, senderStaffId="a" * 300),
    "an endless text": message_body("字" * 30_000),
    "no text": message_body(text=None),
    "a text that is a text": message_body(text="a"),
    "a text that is a list": message_body(text={"content": ["a"]}),
    "a text that is null": message_body(text={"content": None}),
    "a text that is true": message_body(text={"content": True}),
    "a picture without a code": message_body(msgtype="picture", content={}),
    "a picture of no table": message_body(msgtype="picture", content="D1"),
    "a picture with a code of another kind": message_body(msgtype="picture", content={"downloadCode": [1]}),
    "rich text of no list": message_body(msgtype="richText", content={"richText": {"text": "a"}}),
    "rich text of nothing": message_body(msgtype="richText", content=None),
}


async def test_what_is_not_for_us_or_lacks_something_is_refused(outside: Outside) -> None:
    assert await answers(outside, {name: Ding(ROBOT, body) for name, body in FOREIGN.items()}) == {}
    assert outside.kept() == []


SPOILT_PRESSES = {
    "another company": pressed("a", corpId="dingother"),
    "nobody": pressed("a", userId=None),
    "nobody but a list": pressed("a", userId=["x"]),
    "no card": pressed("a", outTrackId=None),
    "no content": pressed("a", content=None),
    "content that is no JSON": pressed("a", content="{"),
    "content that is a list": pressed("a", content="[]"),
    "content that is a number": pressed("a", content=5),
    "deep content": pressed("a", content='{"a":' + "[" * 100_000),
    "no action": pressed("", content='{"cardPrivateData":{"actionIds":[],"params":{}}}'),
    "an action that is a table": pressed("", content='{"cardPrivateData":{"params":{"action":{"a":1}}}}'),
    "ids that are no list": pressed("", content='{"cardPrivateData":{"actionIds":"a"}}'),
    "private data that is a list": pressed("", content='{"cardPrivateData":["a"]}'),
    "an endless action": pressed("a" * 2000),
    "an action of control characters": pressed("a\nb"),
    "an endless group": pressed("a@" + "b" * 500),
}


async def test_a_press_that_lacks_something_is_refused(outside: Outside) -> None:
    assert await answers(outside, SPOILT_PRESSES) == {}
    assert outside.kept() == []


WRONG: tuple[Any, ...] = (
    None,
    True,
    7,
    1.5,
    10**400,
    "",
    "\u0000",
    [],
    ["a"],
    {},
    {"a": {"b": 1}},
    "字" * 40_000,
)


async def test_the_wrong_kind_of_value_in_any_field_is_never_our_fault(outside: Outside) -> None:
    rich = {"richText": [{"text": "a"}, {"type": "picture", "downloadCode": "D"}]}
    whole = [
        (ROBOT, message_body(TEXT, group=GROUP, sessionWebhook="https://oapi.dingtalk.com/x")),
        (ROBOT, message_body(msgtype="richText", content=rich)),
        (ROBOT, message_body(msgtype="audio", content={"downloadCode": "D", "recognition": "a"})),
        (CARD, honest(CARD).payload),
    ]
    for path, body in whole:
        for place in _places(body):
            for wrong in WRONG:
                call = Ding(path, _with(body, place, wrong))
                status = (await post(outside, call)).status
                assert status == 200 or 400 <= status < 500, (place, wrong)


def _places(value: Any) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(name, *rest) for name, inner in items for rest in [(), *_places(inner)]]


def _with(value: Any, place: tuple[Any, ...], wrong: Any) -> Any:
    if not place:
        return wrong
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[place[0]] = _with(value[place[0]], place[1:], wrong)
    return copy


async def test_other_methods_are_refused(outside: Outside) -> None:
    for path in PATHS:
        for method in ("GET", "PUT", "DELETE", "PATCH"):
            assert (await outside.client.request(method, path)).status == 405


async def test_a_compressed_honest_message_is_taken(outside: Outside) -> None:
    call = said(TEXT)
    call.body, call.headers = gzip.compress(call.data), {"Content-Encoding": "gzip"}
    assert (await post(outside, call)).status == 200
    assert len(outside.kept()) == 1


@pytest.mark.parametrize(
    ("away", "taken"), [(-3601, False), (-3600, True), (0, True), (3600, True), (3601, False)]
)
@pytest.mark.parametrize("robot", [True, False])
def test_the_window_of_freshness_at_its_edges(away: int, taken: bool, robot: bool) -> None:
    stamp = "1790000000000"
    theirs = mac(APP_SECRET, f"{stamp}\n{APP_SECRET}") if robot else mac(CARD_SECRET, stamp)
    now = datetime.fromtimestamp(1790000000 - away, UTC)
    request = Request("POST", b"{}", {"t": stamp, "s": theirs}, {}, now)
    secret = APP_SECRET if robot else CARD_SECRET
    seal = Headers(secret, 3600, stamp="t", sign="s", robot=robot)
    if taken:
        seal.check(request)
    else:
        with pytest.raises(Refused):
            seal.check(request)


def test_the_signature_is_that_of_the_platforms_sample() -> None:
    """HMAC over stamp, line end, secret, with the secret as key: calculated with openssl."""
    from bot.channels.dingtalk.sign import robot_signature

    assert robot_signature("this is secret", "1577262236757") == SAMPLE


SAMPLE = "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM="


async def test_a_switched_off_table_opens_nothing(open_city: Open, ding: FakeDingtalk) -> None:
    outside = await opened_city(open_city, ding, enabled=False)
    for path in PATHS:
        assert (await post(outside, honest(path))).status == 404
