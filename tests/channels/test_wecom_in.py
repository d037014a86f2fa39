"""企业微信 calls us: every rule of its protocol, honest and forged (platforms.md, 1, 2.1–2.4)."""

import asyncio
import base64
import gzip
import json
import os
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.common.callback import Refused, Request
from bot.channels.wecom.sign import Seal
from tests.channels.conftest import Open, Outside, wecom_tables
from tests.channels.fake import FakeWecom
from tests.channels.wecom_kit import (
    AES_KEY,
    APP,
    BOT,
    CORP,
    ROBOT,
    TOKEN,
    Call,
    app_press,
    app_text,
    app_xml,
    bot_call,
    bot_text,
    encrypt,
    pad,
    plain_frame,
    robot_text,
    seal,
    sign,
)

TEXT = "342改线今年累计完成2.1亿元"
PATHS = {APP: CORP, BOT: "", ROBOT: ""}


# ---- the handshake ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PATHS)
async def test_the_handshake_reads_its_own_text_and_nothing_else(outside: Outside, path: str) -> None:
    call = Call(path, seal("7364912038571", PATHS[path]))
    response = await outside.client.get(path, params={**call.query, "echostr": call.encrypted})
    assert response.status == 200
    assert await response.read() == b"7364912038571"
    assert response.content_type == "text/plain"


@pytest.mark.parametrize("path", PATHS)
async def test_a_forged_handshake_reads_nothing(outside: Outside, path: str) -> None:
    honest = Call(path, seal("7364912038571", PATHS[path]))
    foreign = Call(path, seal("7364912038571", "wwother"))
    stale = Call(path, honest.encrypted, stamp="1790000000")
    for query in (
        {**honest.query, "echostr": honest.encrypted, "msg_signature": "0" * 40},
        {**honest.query, "echostr": honest.encrypted, "msg_signature": "签" * 40},
        {**stale.query, "echostr": stale.encrypted},
        {**foreign.query, "echostr": foreign.encrypted},
        {**honest.query},
        {"echostr": honest.encrypted},
        {},
    ):
        response = await outside.client.get(path, params=query)
        assert 400 <= response.status < 500
        assert b"7364912038571" not in await response.read()


# ---- honest messages ----------------------------------------------------------------------------


async def test_a_message_is_kept_before_the_platform_reads_200(outside: Outside) -> None:
    response = await outside.post(app_text(TEXT))
    assert (response.status, await response.read()) == (200, b"")
    [kept] = outside.kept()
    assert (kept.channel, kept.account, kept.group_key, kept.text) == ("wecom", "liaison-21", "", TEXT)


async def test_what_could_not_be_kept_is_not_answered_with_200(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: Any) -> Any:
        raise OSError("the disk is full")

    monkeypatch.setattr(outside.city.intake, "accept", away)
    assert (await outside.post(app_text(TEXT))).status == 500
    monkeypatch.undo()
    assert (await outside.post(app_text(TEXT))).status == 200
    assert len(outside.kept()) == 1


async def test_a_retry_with_a_new_nonce_is_the_same_message(outside: Outside) -> None:
    for nonce in ("1", "2", "3"):
        assert (await outside.post(app_text(TEXT), nonce=nonce)).status == 200
    both = [outside.post(app_text(TEXT)) for _ in range(5)]
    assert [one.status for one in await asyncio.gather(*both)] == [200] * 5
    assert len(outside.kept()) == 1


async def test_two_messages_with_the_same_words_are_two(outside: Outside) -> None:
    await outside.post(app_text(TEXT, msg_id="1"))
    await outside.post(app_text(TEXT, msg_id="2"))
    assert len(outside.kept()) == 2


async def test_a_report_is_answered_through_the_app(open_city: Open, fake: FakeWecom) -> None:
    outside = await open_city(wecom_tables(fake))
    await outside.post(app_text("342改线卡在供水管迁改，请市水务局9月30日前解决"))
    await outside.city.settle()
    [answer] = fake.to("liaison-21")
    assert answer["msgtype"] in ("text", "template_card")
    assert "登记为" in json.dumps(answer, ensure_ascii=False)
    assert answer["agentid"] == 1000002 and answer["enable_duplicate_check"] == 1
    assert fake.to("office-1")


@pytest.mark.parametrize(
    ("kind", "inner", "text", "files"),
    [
        ("image", "<PicUrl>http://p/1</PicUrl><MediaId>M1</MediaId>", "", 1),
        ("voice", "<MediaId>M1</MediaId><Format>amr</Format>", "", 1),
        ("video", "<MediaId>M1</MediaId><ThumbMediaId>T</ThumbMediaId>", "", 1),
        ("file", "<MediaId>M1</MediaId><FileName>现场.pdf</FileName>", "", 1),
        (
            "location",
            "<Location_X>35.02</Location_X><Location_Y>110.98</Location_Y><Scale>15</Scale><Label>盐湖区</Label>",
            "位置：盐湖区（35.02,110.98）",
            0,
        ),
        (
            "link",
            "<Title>通知</Title><Description>关于</Description><Url>https://a.cn/1</Url>",
            "通知\n关于\nhttps://a.cn/1",
            0,
        ),
    ],
)
async def test_each_kind_of_message_is_kept(
    outside: Outside, kind: str, inner: str, text: str, files: int
) -> None:
    assert (await outside.post(Call(APP, seal(app_xml(inner, kind=kind))))).status == 200
    [kept] = outside.kept()
    assert (kept.text, len(kept.attachments)) == (text, files)


@pytest.mark.parametrize(
    "event", ["enter_agent", "subscribe", "LOCATION", "click", "view", "batch_job_result"]
)
async def test_other_events_are_acknowledged_and_left_alone(outside: Outside, event: str) -> None:
    inner = f"<Event><![CDATA[{event}]]></Event><EventKey><![CDATA[]]></EventKey>"
    call = Call(APP, seal(app_xml(inner, kind="event", msg_id=None)))
    response = await outside.post(call)
    assert (response.status, await response.read()) == (200, b"")
    assert outside.kept() == []


async def test_a_kind_that_nobody_knows_is_acknowledged(outside: Outside) -> None:
    assert (await outside.post(Call(APP, seal(app_xml("<X>1</X>", kind="shortvideo2"))))).status == 200
    assert outside.kept() == []


async def test_a_classified_text_is_not_kept(outside: Outside) -> None:
    await outside.post(app_text("【机密】关于某工程的通知"))
    [kept] = outside.kept()
    assert (kept.text, kept.state) == ("", "refused")


async def test_a_file_with_a_classified_name_is_not_kept(outside: Outside) -> None:
    inner = "<MediaId>M1</MediaId><FileName>【机密】台账.xlsx</FileName>"
    await outside.post(Call(APP, seal(app_xml(inner, kind="file"))))
    [kept] = outside.kept()
    assert (kept.attachments, kept.state) == ([], "refused")


# ---- buttons ------------------------------------------------------------------------------------


async def with_card(outside: Outside, account: str = "liaison-21") -> str:
    """A card went out with a button; the button's id."""
    from bot.channel import Button

    message_id = outside.say(
        "17号请接单", account=account, buttons=[Button("接单", "17号接单")], about={"ticket": 17}
    )
    [row] = [one for one in outside.messages() if one.id == message_id]
    return str(row.buttons[0]["id"])


async def test_a_button_pressed_five_times_is_pressed_once(outside: Outside) -> None:
    button = await with_card(outside)
    for second in range(5):
        assert (await outside.post(app_press(button, created=1790000000 + second))).status == 200
    [kept] = outside.kept()
    assert (kept.text, kept.about) == ("17号接单", {"ticket": 17})


async def test_somebody_elses_button_says_nothing(outside: Outside) -> None:
    button = await with_card(outside, account="office-1")
    await outside.post(app_press(button))
    [kept] = outside.kept()
    assert "失效" in kept.text and kept.about is None


# ---- forged, damaged, stale, foreign ------------------------------------------------------------

DOCTYPE = '<!DOCTYPE xml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def inner(path: str, text: str | None = None) -> str:
    """The honest plain text for that address."""
    if path == APP:
        return app_xml(f"<Content>{text or TEXT}</Content>")
    if path == BOT:
        body = {"msgid": "B1", "chattype": "single", "from": {"userid": "u"}, "msgtype": "text"}
        return json.dumps({**body, "text": {"content": text or TEXT}})
    return (
        f"<xml><MsgId>R1</MsgId><ChatId>g</ChatId><ChatType>group</ChatType><From><UserId>u</UserId></From>"
        f"<MsgType>text</MsgType><Text><Content>{text or TEXT}</Content></Text></xml>"
    )


def honest(path: str) -> Call:
    return Call(path, seal(inner(path), PATHS[path]))


def with_body(path: str, body: bytes) -> Call:
    call = honest(path)
    call.body = body
    return call


def flipped(path: str, place: int) -> Call:
    raw = bytearray(base64.b64decode(honest(path).encrypted))
    raw[place] ^= 1
    return Call(path, base64.b64encode(bytes(raw)).decode())


def padded(path: str, tail: bytes) -> Call:
    plain = plain_frame(inner(path), PATHS[path])
    missing = -(len(plain) + len(tail)) % 16
    return Call(path, encrypt(plain + b"\x07" * missing + tail))


def resigned(path: str, **changes: Any) -> Call:
    call = honest(path)
    for name, value in changes.items():
        setattr(call, name, value)
    return call


SPOILT: dict[str, Callable[[str], Call]] = {
    "no signature": lambda p: resigned(p, signature=""),
    "another signature": lambda p: resigned(p, signature="0" * 40),
    "a signature in capitals": lambda p: resigned(p, signature=sign(honest(p).encrypted, "1", "2").upper()),
    "a signature that is not ascii": lambda p: resigned(p, signature="签名\u0000"),
    "the signature of another frame": lambda p: resigned(p, signature=honest(p).query["msg_signature"]),
    "no stamp": lambda p: resigned(p, stamp=""),
    "a stamp that is no number": lambda p: resigned(p, stamp="now"),
    "a stamp of full-width digits": lambda p: resigned(p, stamp="１７９０００００００"),
    "an endless stamp": lambda p: resigned(p, stamp="1" * 5000),
    "a stale stamp": lambda p: resigned(p, stamp=str(int(datetime.now(UTC).timestamp()) - 3602)),
    "a stamp of the future": lambda p: resigned(p, stamp=str(int(datetime.now(UTC).timestamp()) + 3602)),
    "no nonce": lambda p: resigned(p, nonce=""),
    "first block changed": lambda p: flipped(p, 20),
    "length changed": lambda p: flipped(p, 0),
    "last block changed": lambda p: flipped(p, -1),
    "last but one block changed": lambda p: flipped(p, -20),
    "half a block missing": lambda p: Call(
        p, base64.b64encode(base64.b64decode(honest(p).encrypted)[:-8]).decode()
    ),
    "a block missing": lambda p: Call(
        p, base64.b64encode(base64.b64decode(honest(p).encrypted)[:-16]).decode()
    ),
    "no base64": lambda p: Call(p, "*" * 64),
    "base64 with a line end": lambda p: Call(p, honest(p).encrypted[:40] + "\n\n" + honest(p).encrypted[40:]),
    "nothing encrypted": lambda p: Call(p, ""),
    "only a pad": lambda p: Call(p, encrypt(b"\x20" * 32)),
    "pad 0": lambda p: padded(p, b"\x00"),
    "pad 33": lambda p: padded(p, b"\x21" * 33),
    "pad 255": lambda p: padded(p, b"\xff"),
    "a pad that is not all the same": lambda p: padded(p, b"\x01\x04\x03\x04"),
    "a length that is too long": lambda p: Call(
        p, encrypt(pad(plain_frame(inner(p), PATHS[p], length=99_999)))
    ),
    "a length that is too short": lambda p: Call(p, encrypt(pad(plain_frame(inner(p), PATHS[p], length=10)))),
    "a length of four billion": lambda p: Call(
        p, encrypt(pad(plain_frame(inner(p), PATHS[p], length=2**32 - 1)))
    ),
    "a foreign receiver": lambda p: Call(p, seal(inner(p), "wwother")),
    "a receiver with a tail": lambda p: Call(p, seal(inner(p), PATHS[p] + "x")),
    "another key": lambda p: Call(p, encrypt(pad(plain_frame(inner(p), PATHS[p])), AES_KEY[::-1])),
    "no utf-8": lambda p: Call(p, seal(inner(p).encode()[:-6] + b"\xff\xfe</xml>", PATHS[p])),
    "an empty body": lambda p: with_body(p, b""),
    "a body of something else": lambda p: with_body(p, b"\x89PNG\r\n\x1a\n" * 30),
    "DOCTYPE in the envelope": lambda p: with_body(
        p, f"<?xml version='1.0'?>{DOCTYPE}<xml><Encrypt>&b;</Encrypt></xml>".encode()
    ),
    "an external entity in the envelope": lambda p: with_body(
        p, f"{EXTERNAL}<xml><Encrypt>{honest(p).encrypted}&a;</Encrypt></xml>".encode()
    ),
    "DOCTYPE in utf-16": lambda p: with_body(
        p, f"{DOCTYPE}<xml><Encrypt>&b;</Encrypt></xml>".encode("utf-16")
    ),
    "an encoding that nobody knows": lambda p: with_body(p, b"<?xml version='1.0' encoding='zz9'?><xml/>"),
    "XML that is cut": lambda p: with_body(p, b"<xml><Encrypt>" + honest(p).encrypted.encode()),
    "XML without a frame": lambda p: with_body(p, b"<xml/>"),
    "deep XML": lambda p: with_body(p, b"<a>" * 100_000),
    "deep XML that is closed": lambda p: with_body(p, b"<a>" * 30_000 + b"</a>" * 30_000),
    "deep JSON": lambda p: with_body(p, b'{"encrypt":' + b"[" * 200_000),
    "JSON of another kind": lambda p: with_body(p, b'{"encrypt":{"a":1}}'),
    "JSON with an endless number": lambda p: with_body(p, b'{"encrypt":' + b"9" * 5000 + b"}"),
    "JSON with NaN": lambda p: with_body(p, b'{"encrypt":NaN}'),
    "a name twice": lambda p: with_body(p, b'{"encrypt":"a","encrypt":"b"}'),
    "nothing but plain text inside": lambda p: Call(p, seal("hello", PATHS[p])),
    "an empty frame": lambda p: Call(p, seal("", PATHS[p])),
    "deep JSON inside": lambda p: Call(p, seal('{"a":' + "[" * 100_000, PATHS[p])),
    "20 MB": lambda p: with_body(p, b"<xml>" + b" " * 20_000_000 + b"</xml>"),
    "a gzip bomb": lambda p: resigned(
        p, body=gzip.compress(b"<xml>" + b"a" * 50_000_000), headers={"Content-Encoding": "gzip"}
    ),
    "a small gzip bomb": lambda p: resigned(
        p, body=gzip.compress(b"<xml>" + b"a" * 1_100_000), headers={"Content-Encoding": "gzip"}
    ),
    "a large gzip bomb": lambda p: resigned(
        p, body=os.urandom(3_000_000) + gzip.compress(bytes(30_000_000)), headers={"Content-Encoding": "gzip"}
    ),
    "gzip that is cut": lambda p: resigned(
        p, body=gzip.compress(honest(p).data)[:-9], headers={"Content-Encoding": "gzip"}
    ),
    "gzip with a tail": lambda p: resigned(
        p, body=gzip.compress(honest(p).data) + b"tail", headers={"Content-Encoding": "gzip"}
    ),
    "two encodings": lambda p: resigned(p, headers={"Content-Encoding": "gzip, gzip"}),
    "an encoding that we don't know": lambda p: resigned(p, headers={"Content-Encoding": "zstd"}),
    "broken gzip": lambda p: resigned(
        p, body=b"\x1f\x8b\x08\x00broken", headers={"Content-Encoding": "gzip"}
    ),
    "gzip that isn't": lambda p: resigned(p, headers={"Content-Encoding": "gzip"}),
}
SPOILT_INSIDE = {
    "DOCTYPE inside": lambda p: Call(p, seal(DOCTYPE + inner(p, "&b;"), PATHS[p])),
    "an external entity inside": lambda p: Call(p, seal(EXTERNAL + inner(p, "&a;"), PATHS[p])),
    "an entity that nobody named": lambda p: Call(p, seal(inner(p, "&a;"), PATHS[p])),
}
FOREIGN = {
    "another company inside": lambda: Call(APP, seal(app_xml("<Content>a</Content>", to="wwother"))),
    "another app inside": lambda: Call(APP, seal(app_xml("<Content>a</Content>", agent="1000003"))),
    "another company outside": lambda: Call(APP, seal(inner(APP)), to="wwother"),
    "nobody": lambda: Call(APP, seal(app_xml("<Content>a</Content>", sender=""))),
    "a name of control characters": lambda: Call(
        APP, seal(app_xml("<Content>a</Content>", sender="a\nb\tc"))
    ),
    "an endless name": lambda: Call(APP, seal(app_xml("<Content>a</Content>", sender="a" * 300))),
    "an endless text": lambda: Call(APP, seal(app_xml(f"<Content>{'字' * 30_000}</Content>"))),
    "no kind": lambda: Call(APP, seal(app_xml("<Content>a</Content>", kind=""))),
    "a picture without a name": lambda: Call(APP, seal(app_xml("<PicUrl>http://a</PicUrl>", kind="image"))),
}


async def answers(outside: Outside, calls: dict[str, Call]) -> dict[str, int]:
    """Those that were not refused with 4xx, with what they were answered."""
    found = {name: (await outside.post(call)).status for name, call in calls.items()}
    return {name: status for name, status in found.items() if not 400 <= status < 500}


@pytest.mark.parametrize("path", PATHS)
async def test_what_is_spoilt_is_refused_and_nothing_is_kept(outside: Outside, path: str) -> None:
    assert await answers(outside, {name: spoil(path) for name, spoil in SPOILT.items()}) == {}
    assert outside.kept() == []


@pytest.mark.parametrize("path", [APP, ROBOT])
async def test_no_doctype_inside_the_frame(outside: Outside, path: str) -> None:
    assert await answers(outside, {name: spoil(path) for name, spoil in SPOILT_INSIDE.items()}) == {}
    assert outside.kept() == []


async def test_what_is_not_for_us_is_refused(outside: Outside) -> None:
    assert await answers(outside, {name: make() for name, make in FOREIGN.items()}) == {}
    assert outside.kept() == []


@pytest.mark.parametrize("path", PATHS)
async def test_other_methods_are_refused(outside: Outside, path: str) -> None:
    for method in ("PUT", "DELETE", "PATCH"):
        assert (await outside.client.request(method, path)).status == 405


@pytest.mark.parametrize(
    ("name", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("identity", bytes)]
)
async def test_a_compressed_honest_message_is_taken(
    outside: Outside, name: str, pack: Callable[[bytes], bytes]
) -> None:
    call = app_text(TEXT)
    call.body, call.headers = pack(call.data), {"Content-Encoding": name}
    assert (await outside.post(call)).status == 200
    assert len(outside.kept()) == 1


@pytest.mark.parametrize(
    ("away", "taken"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)]
)
def test_the_window_of_freshness_at_its_edges(away: int, taken: bool) -> None:
    call = app_text(TEXT)
    now = datetime.fromtimestamp(int(call.stamp) - away, UTC)
    request = Request("POST", call.data, {}, call.query, now)
    callback = Seal(TOKEN, AES_KEY, CORP, 300)
    if taken:
        assert TEXT in callback.open(request, call.encrypted)
    else:
        with pytest.raises(Refused):
            callback.open(request, call.encrypted)


async def test_an_address_is_there_only_if_the_config_names_it(open_city: Open, fake: FakeWecom) -> None:
    outside = await open_city({"wecom": wecom_tables(fake)["wecom"]})
    assert (await outside.post(app_text(TEXT))).status == 200
    assert (await outside.post(bot_text(TEXT))).status == 404
    assert (await outside.post(robot_text(TEXT))).status == 404
    closed = await open_city({"wecom": {**wecom_tables(fake)["wecom"], "enabled": False}})
    assert (await closed.post(app_text(TEXT))).status == 404


# ---- 智能机器人 ------------------------------------------------------------------------------------


async def test_a_group_message_to_the_bot_is_kept_without_its_mention(outside: Outside) -> None:
    assert (await outside.post(bot_text(f"@项目助手 {TEXT}", group="wrGroup"))).status == 200
    [kept] = outside.kept()
    assert (kept.channel, kept.account, kept.group_key, kept.text) == (
        "wecom_bot",
        "liaison-21",
        "wrGroup",
        TEXT,
    )


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("@项目助手\u2005桩基完成50%", "桩基完成50%"),
        ("桩基完成50% @项目助手", "桩基完成50%"),
        ("@项目助手 17号请@李科长 抓紧", "17号请@李科长 抓紧"),
        ("请@李科长 和@王科长 抓紧", "请@李科长 和@王科长 抓紧"),
    ],
)
async def test_mentions_of_the_bot_are_cut_off_and_no_others(outside: Outside, said: str, read: str) -> None:
    await outside.post(bot_text(said, group="wrGroup"))
    assert outside.kept()[0].text == read


async def test_the_bot_reads_the_same_people_as_the_app(open_city: Open, fake: FakeWecom) -> None:
    outside = await open_city(wecom_tables(fake))
    url = f"{fake.url}/cgi-bin/aibot/response?response_code=RC1"
    await outside.post(bot_text("342改线卡在供水管迁改，请市水务局9月30日前解决", response_url=url))
    await outside.city.settle()
    [answer] = fake.to("RC1")
    assert answer["msgtype"] == "markdown" and "登记为" in answer["markdown"]["content"]


async def test_text_and_picture_in_one_message(outside: Outside, fake: FakeWecom) -> None:
    body = {
        "msgid": "B7",
        "chatid": "wrGroup",
        "chattype": "group",
        "from": {"userid": "liaison-21"},
        "msgtype": "mixed",
        "mixed": {
            "msg_item": [
                {"msgtype": "text", "text": {"content": f"@项目助手 {TEXT}"}},
                {"msgtype": "image", "image": {"url": f"{fake.url}/files/1"}},
            ]
        },
    }
    assert (await outside.post(bot_call(body))).status == 200
    [kept] = outside.kept()
    assert (kept.text, len(kept.attachments)) == (TEXT, 1)


async def test_a_voice_message_to_the_bot_is_read_as_its_transcript(outside: Outside) -> None:
    await outside.post(bot_text("", msgtype="voice", voice={"content": TEXT}))
    assert outside.kept()[0].text == TEXT


async def test_a_reply_that_quotes_a_ticket_is_about_it(outside: Outside) -> None:
    quote = {"msgtype": "text", "text": {"content": "【交办】17号：供水管迁改，9月30日前办结"}}
    await outside.post(bot_text("周工负责", quote=quote))
    assert outside.kept()[0].about == {"ticket": 17}
    both = {"msgtype": "text", "text": {"content": "17号、18号"}}
    await outside.post(bot_text("周工负责", msg_id="2", quote=both))
    assert outside.kept()[1].about is None


@pytest.mark.parametrize(
    "body",
    [
        {"msgtype": "stream", "stream": {"id": "S9"}, "msgid": "B", "from": {"userid": "u"}},
        {"msgtype": "event", "event": {"eventtype": "enter_chat"}, "msgid": "B", "from": {"userid": "u"}},
        {"msgtype": "event", "event": {"eventtype": "feedback_event"}, "msgid": "B", "from": {"userid": "u"}},
    ],
)
async def test_polls_and_other_events_of_the_bot_are_left_alone(
    outside: Outside, body: dict[str, Any]
) -> None:
    response = await outside.post(bot_call(body))
    assert (response.status, await response.read()) == (200, b"")
    assert outside.kept() == []


@pytest.mark.parametrize(
    "body",
    [
        {"msgtype": "text", "from": {"userid": "u"}, "text": {"content": "a"}},
        {"msgtype": "text", "msgid": "B", "text": {"content": "a"}},
        {"msgtype": "text", "msgid": "B", "from": "u", "text": {"content": "a"}},
        {
            "msgtype": "text",
            "msgid": "B",
            "from": {"userid": "u"},
            "chattype": "group",
            "text": {"content": "a"},
        },
        {"msgtype": "text", "msgid": "B\u0000", "from": {"userid": "u"}, "text": {"content": "a"}},
        {"msgid": "B", "from": {"userid": "u"}},
        {
            "msgtype": "event",
            "msgid": "B",
            "from": {"userid": "u"},
            "event": {"eventtype": "template_card_event", "template_card_event": {"event_key": "a\u0000"}},
        },
        {
            "msgtype": "file",
            "msgid": "B",
            "from": {"userid": "u"},
            "file": {"url": "https://a.cn", "filename": "\u0000"},
        },
    ],
)
async def test_a_message_of_the_bot_that_lacks_something_is_refused(
    outside: Outside, body: dict[str, Any]
) -> None:
    assert (await outside.post(bot_call(body))).status == 400
    assert outside.kept() == []


async def test_odd_fields_are_borne(outside: Outside) -> None:
    body = {"msgtype": "text", "msgid": 12345, "from": {"userid": "u", "x": [1]}, "text": {"content": TEXT}}
    assert (
        await outside.post(bot_call({**body, "quote": 3, "response_url": None, "new": {"a": 1}}))
    ).status == 200
    assert outside.kept()[0].text == TEXT


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/response?response_code=RC",
        "http://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=RC",
        "https://qyapi.weixin.qq.com@evil.example/x",
        "https://qyapi.weixin.qq.com:8443/x",
        "file:///etc/passwd",
        "not an address",
        "https://[::1/x",
    ],
)
async def test_an_answer_never_goes_to_a_host_that_we_dont_trust(outside: Outside, url: str) -> None:
    from sqlalchemy import select

    from storage.tables import reply_handle

    assert (await outside.post(bot_text(TEXT, response_url=url))).status == 200
    assert outside.city.db.read_now(lambda tx: tx.execute(select(reply_handle)).all()) == []


# ---- 群机器人 --------------------------------------------------------------------------------------


async def test_a_message_to_the_group_robot_is_kept_and_answered_in_its_group(
    open_city: Open, fake: FakeWecom
) -> None:
    outside = await open_city(wecom_tables(fake))
    hook = f"{fake.url}/cgi-bin/webhook/send?key=came-with-it"
    for nonce in ("1", "2"):
        await outside.post(
            robot_text("@助手 342改线卡在供水管迁改，请市水务局9月30日前解决", webhook=hook), nonce=nonce
        )
    [kept] = outside.kept()
    assert (kept.channel, kept.account, kept.group_key) == ("wecom_robot", "liaison-21", "wrkRobot")
    await outside.city.settle()
    [answer] = fake.to("came-with-it")
    assert "登记为" in answer["text"]["content"]


async def test_the_group_robot_in_json(outside: Outside) -> None:
    body = {
        "webhook_url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k",
        "msg_id": "J1",
        "chat_id": "wrkJ",
        "chat_type": "group",
        "from": {"user_id": "Liaison-21", "name": "王"},
        "msg_type": "text",
        "text": {"content": f"@助手 {TEXT}"},
    }
    call = Call(ROBOT, seal(json.dumps(body), ""))
    call.body = json.dumps({"encrypt": call.encrypted}).encode()
    assert (await outside.post(call)).status == 200
    [kept] = outside.kept()
    assert (kept.account, kept.group_key, kept.text) == ("liaison-21", "wrkJ", TEXT)


async def test_a_button_under_a_group_robots_message(outside: Outside) -> None:
    from bot.channel import Button

    message_id = outside.say(
        "17号请接单",
        channel="wecom_robot",
        group="wrkRobot",
        buttons=[Button("接单", "17号接单")],
        about={"ticket": 17},
    )
    button = next(one.buttons[0]["id"] for one in outside.messages() if one.id == message_id)
    for number in range(3):
        xml = (
            f"<xml><MsgId>A{number}</MsgId><ChatId>wrkRobot</ChatId><ChatType>group</ChatType><From><UserId>u</UserId></From>"
            f"<MsgType>attachment</MsgType><Attachment><CallbackId>c</CallbackId>"
            f"<Actions><Name>n</Name><Value>{button}</Value></Actions></Attachment></xml>"
        )
        assert (await outside.post(Call(ROBOT, seal(xml, "")))).status == 200
    [kept] = outside.kept()
    assert (kept.text, kept.about) == ("17号接单", {"ticket": 17})


async def test_mixed_messages_of_the_group_robot(outside: Outside, fake: FakeWecom) -> None:
    xml = (
        "<xml><MsgId>A1</MsgId><ChatId>g</ChatId><ChatType>group</ChatType><From><UserId>u</UserId></From>"
        "<MsgType>mixed</MsgType><MixedMessage>"
        f"<MsgItem><MsgType>text</MsgType><Text><Content>@助手 {TEXT}</Content></Text></MsgItem>"
        f"<MsgItem><MsgType>image</MsgType><Image><ImageUrl>{fake.url}/files/1</ImageUrl></Image></MsgItem>"
        "</MixedMessage></xml>"
    )
    assert (await outside.post(Call(ROBOT, seal(xml, "")))).status == 200
    [kept] = outside.kept()
    assert (kept.text, len(kept.attachments)) == (TEXT, 1)
