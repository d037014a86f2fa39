"""We write by 钉钉: within its limits, in words where it has no buttons, at most once too often (3.3, 3.4)."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import unquote

import pytest
import structlog
from sqlalchemy import select

from bot.channel import Button, ChannelError
from bot.channels.dingtalk.api import denied
from storage import attachments
from storage.tables import attachment, attempt, message, notice
from tests.channels.conftest import Open, Outside
from tests.channels.dingtalk_kit import (
    APP_SECRET,
    CARD_SECRET,
    EVENT_TOKEN,
    ROBOT,
    Ding,
    message_body,
    now_ms,
    pressed,
    said,
)
from tests.channels.fake_dingtalk import SECRET, FakeDingtalk, dingtalk_tables, opened_city, post
from tests.channels.wecom_kit import AES_KEY
from tests.conftest import Databases

BUTTONS = [Button("接单", "17号接单"), Button("已解决", "17号已解决，申请销号")]
GROUP = "cidGroup+/=="


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """SQLite alone: what a platform is sent doesn't depend on the database; 企业微信's tests run on both."""
    return Databases("sqlite", tmp_path_factory.mktemp("databases"), None)


@pytest.fixture
async def ding() -> AsyncIterator[FakeDingtalk]:
    """The fake 钉钉."""
    one = FakeDingtalk()
    async with one:
        yield one


@pytest.fixture
async def outside(open_city: Open, ding: FakeDingtalk) -> Outside:
    """The demo city on the fake 钉钉, with a webhook of a group's own robot."""
    return await opened_city(open_city, ding, **webhook(ding))


def webhook(ding: FakeDingtalk) -> dict[str, str]:
    return {"webhook_url": f"{ding.url}/robot/send?access_token=T1-secret", "webhook_secret": SECRET}


def say(outside: Outside, text: str, **more: Any) -> int:
    return outside.say(text, **{"channel": "dingtalk", **more})


def keep_file(outside: Outside, name: str, kind: str, body: bytes) -> str:
    at = outside.city.clock.now()
    return outside.city.db.write_now(
        lambda tx: attachments.keep(tx, name=name, media_type=kind, body=body, at=at)
    )


def attach(outside: Outside, message_id: int, *files: str) -> None:
    change = message.update().where(message.c.id == message_id).values(attachments=list(files))
    outside.city.db.write_now(lambda tx: tx.execute(change))


def later(outside: Outside, seconds: float) -> None:
    """Real time as the limits see it."""
    outside.city.platforms.limits._clock = lambda: time.time() + seconds


# ---- the token ----------------------------------------------------------------------------------


async def test_one_token_is_fetched_for_all_who_wait(outside: Outside, ding: FakeDingtalk) -> None:
    for number in range(12):
        say(outside, f"第{number}条", account=f"u{number}")
    await outside.send_all()
    assert len(ding.delivered) == 12
    assert ding.fetched_tokens == 1


async def test_a_token_that_was_refused_is_fetched_again_and_the_message_sent(
    outside: Outside, ding: FakeDingtalk
) -> None:
    say(outside, "一")
    await outside.send_all()
    ding.tokens.clear()
    for number in range(5):
        say(outside, "二", account=f"u{number}")
    await outside.send_all()
    assert (len(ding.delivered), ding.fetched_tokens) == (6, 2)
    assert all(row.failures == 0 for row in outside.messages())


async def test_a_token_is_renewed_before_its_end(outside: Outside, ding: FakeDingtalk) -> None:
    ding.token_lives = 0
    say(outside, "一")
    say(outside, "二")
    await outside.send_all()
    assert (len(ding.delivered), ding.fetched_tokens) == (2, 2)


async def test_a_wrong_secret_is_told_in_plain_words(open_city: Open, ding: FakeDingtalk) -> None:
    outside = await opened_city(open_city, ding, app_secret="wrong")
    say(outside, "一")
    await outside.send_all()
    row = outside.messages()[0]
    assert row.state == "given_up"
    assert "AppSecret" in row.reason and APP_SECRET not in row.reason


# ---- what is sent -------------------------------------------------------------------------------


async def test_a_text_to_a_person_and_to_a_group(outside: Outside, ding: FakeDingtalk) -> None:
    say(outside, "个人")
    say(outside, "群里", group=GROUP)
    await outside.send_all()
    assert ding.to("liaison-21") == [{"msgKey": "sampleText", "param": {"content": "个人"}}]
    assert ding.to(GROUP) == [{"msgKey": "sampleText", "param": {"content": "群里"}}]


async def test_a_long_text_goes_in_pieces_cut_at_line_ends(outside: Outside, ding: FakeDingtalk) -> None:
    lines = [f'{number}号 “供水管"迁改\\卡在征地' + "一" * (number % 40) for number in range(300)]
    say(outside, "\n".join(lines))
    await outside.send_all()
    pieces = ding.texts("liaison-21")
    assert len(pieces) > 2
    assert all(len(piece.encode()) <= 5000 for piece in pieces)
    assert "\n".join(pieces).split("\n") == lines


@pytest.mark.parametrize(
    ("count", "msg_key", "links"),
    [
        (1, "sampleActionCard", ["singleURL"]),
        (2, "sampleActionCard2", ["actionURL1", "actionURL2"]),
        (5, "sampleActionCard5", [f"actionURL{one}" for one in range(1, 6)]),
        (6, "sampleMarkdown", []),
    ],
)
async def test_buttons_to_a_person_are_links_that_say_their_words(
    outside: Outside, ding: FakeDingtalk, count: int, msg_key: str, links: list[str]
) -> None:
    buttons = [Button(f"第{one}个", f"{one}号接单&") for one in range(count)]
    say(outside, "17号请接单\n供水管迁改，9月30日前", buttons=buttons)
    await outside.send_all()
    [body] = ding.to("liaison-21")
    assert body["msgKey"] == msg_key
    assert body["param"]["title"] == "17号请接单"
    assert "供水管迁改，9月30日前" in body["param"]["text"]
    for number, name in enumerate(links):
        head, _, content = body["param"][name].partition("?content=")
        assert head == "dtmd://dingtalkclient/sendMessage"
        assert (unquote(content), "&" in content) == (f"{number}号接单&", False)
        assert f"第{number}个：{number}号接单&" in body["param"]["text"]
    if not links:
        assert body["param"]["text"].count("](dtmd://dingtalkclient/sendMessage?content=") == count


async def test_buttons_to_a_group_are_words_with_a_mention(outside: Outside, ding: FakeDingtalk) -> None:
    say(outside, "17号请接单", group=GROUP, buttons=BUTTONS)
    await outside.send_all()
    [text] = ding.texts(GROUP)
    assert text == "17号请接单\n请@我回复——\n接单：17号接单\n已解决：17号已解决，申请销号"


async def test_links_can_be_switched_off(open_city: Open, ding: FakeDingtalk) -> None:
    outside = await opened_city(open_city, ding, links=False)
    say(outside, "17号请接单", buttons=BUTTONS)
    await outside.send_all()
    [body] = ding.to("liaison-21")
    assert body["msgKey"] == "sampleText" and "接单：17号接单" in body["param"]["content"]


async def test_a_message_never_goes_to_everybody(outside: Outside, ding: FakeDingtalk) -> None:
    for to in ("@all", "@ALL"):
        say(outside, "一", account=to)
    await outside.send_all()
    assert not ding.to("@all") and not ding.to("@ALL")
    assert {row.state for row in outside.messages() if row.text == "一"} == {"given_up"}


async def test_pictures_and_files_are_uploaded_once_and_sent(outside: Outside, ding: FakeDingtalk) -> None:
    picture = keep_file(outside, "图.png", "image/png", b"\x89PNG" + b"1" * 100)
    report = keep_file(outside, "通报.docx", "application/msword", b"PK" + b"2" * 100)
    for to in ({"account": "liaison-21"}, {"group": GROUP}):
        attach(outside, say(outside, "本月通报", **to), picture, report)
    await outside.send_all()
    for to in ("liaison-21", GROUP):
        text, image, file = ding.to(to)
        assert text["param"] == {"content": "本月通报"}
        assert (image["msgKey"], image["param"]) == (
            "sampleImageMsg",
            {"photoURL": image["param"]["photoURL"]},
        )
        assert file["msgKey"] == "sampleFile"
        assert (file["param"]["fileName"], file["param"]["fileType"]) == ("通报.docx", "docx")
        assert ding.uploads[file["param"]["mediaId"]] == b"PK" + b"2" * 100
        assert ding.uploads[image["param"]["photoURL"]] == b"\x89PNG" + b"1" * 100


async def test_an_upload_is_used_again(outside: Outside, ding: FakeDingtalk) -> None:
    report = keep_file(outside, "通报.docx", "application/msword", b"PK" + b"2" * 100)
    for number in range(3):
        attach(outside, say(outside, "本月通报", account=f"u{number}"), report)
        await outside.send_all()
    assert len(ding.uploads) == 1
    assert len(ding.delivered) == 6


async def test_a_file_that_can_not_go_is_told(outside: Outside, ding: FakeDingtalk) -> None:
    empty = keep_file(outside, "空.docx", "application/msword", b"")
    attach(outside, say(outside, "一"), empty)
    attach(outside, say(outside, "二", account="u2"), "nothing-there")
    await outside.send_all()
    reasons = {row.reason for row in outside.messages() if row.state == "given_up"}
    assert reasons == {"要发的文件是空的或超过20MB", "要发的文件已经不在了"}


# ---- answers to the address that came with the message ------------------------------------------


async def asked(outside: Outside, ding: FakeDingtalk, **more: Any) -> int:
    """Somebody wrote, with an address for the answer; the number of his message."""
    until = int((time.time() + 3600) * 1000)
    answers = {"sessionWebhook": ding.session, "sessionWebhookExpiredTime": until}
    await post(outside, said("你好", **(answers | more)))
    return int(outside.kept()[-1].id)


async def test_an_answer_goes_to_the_address_that_came_as_often_as_one_likes(
    outside: Outside, ding: FakeDingtalk
) -> None:
    number = await asked(outside, ding, group=GROUP)
    say(outside, "已记录。", group=GROUP, inbox_id=number)
    say(outside, "再说一句。", group=GROUP, inbox_id=number)
    await outside.send_all()
    assert ding.texts("session") == ["已记录。", "再说一句。"]
    assert ding.used == 0  # no call of the month's


async def test_an_answer_with_buttons_is_a_card_of_links(outside: Outside, ding: FakeDingtalk) -> None:
    say(outside, "17号请接单", buttons=BUTTONS, inbox_id=await asked(outside, ding))
    await outside.send_all()
    [body] = ding.to("session")
    assert body["msgtype"] == "actionCard"
    assert [one["title"] for one in body["actionCard"]["btns"]] == ["接单", "已解决"]
    assert unquote(body["actionCard"]["btns"][0]["actionURL"]).endswith("content=17号接单")


async def test_an_address_that_is_closed_is_replaced_by_the_robot(
    outside: Outside, ding: FakeDingtalk
) -> None:
    ding.sessions_closed = True
    say(outside, "已记录。", inbox_id=await asked(outside, ding))
    say(outside, "已记录。", group=GROUP, inbox_id=await asked(outside, ding, msg_id="2", group=GROUP))
    await outside.send_all()
    assert ding.texts("liaison-21") == ["已记录。"] and ding.texts(GROUP) == ["已记录。"]


@pytest.mark.parametrize("fault", [500, "html", {"errcode": 777}], ids=str)
async def test_what_the_address_did_not_take_the_robot_says(
    outside: Outside, ding: FakeDingtalk, fault: Any
) -> None:
    ding.faults.append(fault)
    say(outside, "已记录。", inbox_id=await asked(outside, ding))
    await outside.send_all()
    assert ding.texts("liaison-21") == ["已记录。"] and ding.to("session") == []


async def test_an_answer_that_was_cut_is_repeated_once_at_most(outside: Outside, ding: FakeDingtalk) -> None:
    ding.faults.extend(["cut_after"] * 4)
    say(outside, "已记录。", inbox_id=await asked(outside, ding))
    await outside.send_all(rounds=4)
    assert ding.texts("session") == ["已记录。"] * 2 and ding.texts("liaison-21") == []


async def test_after_its_end_the_robot_writes_instead(outside: Outside, ding: FakeDingtalk) -> None:
    ended = int((time.time() + 0.3) * 1000)
    await post(outside, said("你好", sessionWebhook=ding.session, sessionWebhookExpiredTime=ended))
    say(outside, "已记录。", inbox_id=outside.kept()[0].id)
    await asyncio.sleep(0.4)
    await outside.send_all()
    assert ding.texts("liaison-21") == ["已记录。"] and ding.to("session") == []


async def test_an_outsider_is_only_reached_by_the_address_that_came(
    outside: Outside, ding: FakeDingtalk
) -> None:
    number = await asked(outside, ding, senderStaffId=None)
    say(outside, "您还没有登记。", account="外部:$:LWCP_v1:$abc", inbox_id=number)
    say(outside, "催办", account="外部:$:LWCP_v1:$abc")
    await outside.send_all()
    assert ding.texts("session") == ["您还没有登记。"]
    [row] = [one for one in outside.messages() if one.state == "given_up"]
    assert "不是本企业" in row.reason
    assert not any(to.startswith("外部") for to, _ in ding.delivered)


# ---- cards whose buttons call us ----------------------------------------------------------------


async def with_cards(open_city: Open, ding: FakeDingtalk, **more: Any) -> Outside:
    values = {
        "card_template_id": "T.schema",
        "card_callback_url": "https://bot.example/dingtalk/card/callback",
    }
    return await opened_city(open_city, ding, **values, **more)


async def test_a_card_is_sent_and_its_buttons_come_back(open_city: Open, ding: FakeDingtalk) -> None:
    outside = await with_cards(open_city, ding)
    say(outside, "17号请接单\n供水管迁改", buttons=BUTTONS, about={"ticket": 17})
    say(outside, "18号请接单", buttons=BUTTONS, group=GROUP, about={"ticket": 18})
    await outside.send_all()
    route = ding.routes_known["xiaohao"]
    assert route["callbackUrl"] == "https://bot.example/dingtalk/card/callback"
    assert (route["apiSecret"], len(ding.routes_known)) == (CARD_SECRET, 1)
    assert ding.calls["/pre/v1.0/card/callbacks/register"] == 1
    [one], [two] = ding.to("liaison-21"), ding.to(GROUP)
    assert (one["card"]["title"], one["card"]["label1"], one["callback"]) == ("17号请接单", "接单", "HTTP")
    for card in (one, two):
        for _ in range(3):
            await post(outside, pressed(card["card"]["action2"], card=card["outTrackId"]), stamp=now_ms())
    assert [(row.text, row.group_key, row.about) for row in outside.kept()] == [
        ("17号已解决，申请销号", "", {"ticket": 17}),
        ("17号已解决，申请销号", GROUP, {"ticket": 18}),
    ]


async def test_a_long_text_with_buttons_is_a_text_and_cards(open_city: Open, ding: FakeDingtalk) -> None:
    outside = await with_cards(open_city, ding)
    say(outside, "明日到期事项：\n" + "供水管迁改\n" * 100, buttons=BUTTONS * 4)
    await outside.send_all()
    text, *rest = ding.to("liaison-21")
    assert text["msgKey"] == "sampleText"
    cards = [body["card"] for body in rest]
    assert [sum(1 for name in card if name.startswith("label")) for card in cards] == [6, 2]
    assert {card["text"] for card in cards} == {"明日到期事项："}


async def test_where_the_card_is_refused_the_same_is_said_in_words(
    open_city: Open, ding: FakeDingtalk
) -> None:
    ding.cards = False
    outside = await with_cards(open_city, ding)
    say(outside, "17号请接单", buttons=BUTTONS)
    say(outside, "18号请接单", buttons=BUTTONS, group=GROUP)
    await outside.send_all()
    assert ding.texts("liaison-21") == [
        "17号请接单\n可以直接回复——\n接单：17号接单\n已解决：17号已解决，申请销号"
    ]
    assert ding.texts(GROUP) == ["18号请接单\n请@我回复——\n接单：17号接单\n已解决：17号已解决，申请销号"]


async def test_a_quoted_card_is_known_by_what_the_platform_calls_it(
    open_city: Open, ding: FakeDingtalk
) -> None:
    ding.card_carrier = "carrier-1"
    outside = await with_cards(open_city, ding)
    say(outside, "请接单", buttons=BUTTONS, about={"ticket": 17})
    await outside.send_all()
    await post(outside, Ding(ROBOT, message_body("周工负责", originalProcessQueryKey="carrier-1")))
    assert outside.kept()[0].about == {"ticket": 17}


# ---- what can't be delivered --------------------------------------------------------------------


async def test_who_left_is_found_out_although_all_went_well(outside: Outside, ding: FakeDingtalk) -> None:
    ding.gone.add("liaison-21")
    say(outside, "一")
    await outside.send_all()
    row = outside.messages()[0]
    assert row.state == "given_up" and "可见范围" in row.reason


async def test_who_is_flow_controlled_gets_it_later(outside: Outside, ding: FakeDingtalk) -> None:
    ding.flow_controlled.add("liaison-21")
    say(outside, "一")
    await outside.city.delivery.drain()
    row = outside.messages()[0]
    assert row.state == "waiting" and "太快" in row.reason
    ding.flow_controlled.clear()
    outside.soon()
    await outside.send_all()
    assert ding.texts("liaison-21") == ["一"]


async def test_a_robot_that_left_the_group_is_told(outside: Outside, ding: FakeDingtalk) -> None:
    ding.gone.add(GROUP)
    say(outside, "一", group=GROUP)
    await outside.send_all(rounds=3)
    row = outside.messages()[0]
    assert (row.state, row.failures) == ("given_up", 1)
    assert "不在这个群" in row.reason


async def test_the_office_is_told_what_did_not_arrive(outside: Outside, ding: FakeDingtalk) -> None:
    ding.gone.add("contact-swj")
    await post(outside, said("342改线卡在供水管迁改，请市水务局9月30日前解决"))
    await outside.city.settle()
    await post(outside, said("1号交办市水务局", msg_id="2", senderStaffId="office-1"))
    await outside.city.settle()
    told = outside.city.db.read_now(
        lambda tx: tx.execute(select(notice.c.line).where(notice.c.kind == "undelivered")).scalars().all()
    )
    assert any("可见范围" in line for line in told)


@pytest.mark.parametrize(
    ("code", "status", "permanent", "says"),
    [
        ("InvalidAuthentication", 401, False, "令牌"),
        ("Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", 403, False, "太快"),
        ("Forbidden.AccessDenied.QpsLimitForApi", 403, False, "太快"),
        ("90018", 200, False, "太快"),
        ("90002", 200, False, "太快"),
        ("", 429, False, "太快"),
        ("Forbidden.AccessDenied.ApiCountLimitForOrg", 403, True, "本月"),
        ("90020", 200, True, "本月"),
        ("Forbidden.AccessDenied.AccessTokenPermissionDenied", 403, True, "权限"),
        ("staffId.notExisted", 400, True, "离职"),
        ("resource.not.found", 404, True, "群"),
        ("130101", 200, False, "十分钟"),
        ("410100", 200, False, "十分钟"),
        ("300001", 200, True, "失效"),
        ("300005", 200, True, "失效"),
        ("400101", 200, True, "失效"),
        ("400102", 200, True, "停用"),
        ("400106", 200, True, "移除"),
        ("400013", 200, True, "解散"),
        ("-1", 200, False, "忙"),
        ("whatever.else", 400, True, "没有接受"),
        ("777", 200, False, "没有接受"),
    ],
)
def test_what_an_error_means(code: str, status: int, permanent: bool, says: str) -> None:
    error = denied(code, status)
    assert (error.permanent, error.unknown) == (permanent, False)
    assert says in error.reason


@pytest.mark.parametrize(
    ("message_of_platform", "says"),
    [
        ("keywords not in content", "关键词"),
        ("sign not match", "加签"),
        ("ip 1.2.3.4 not in whitelist", "白名单"),
        ("invalid timestamp", "时钟"),
        ("", "安全设置"),
    ],
)
def test_a_robots_security_is_told_apart(message_of_platform: str, says: str) -> None:
    error = denied("310000", 200, message_of_platform)
    assert error.permanent and says in error.reason and "1.2.3.4" not in error.reason


def test_a_code_that_is_no_code_is_not_quoted() -> None:
    assert "acs-token-1" not in denied("acs-token-1 https://x", 400).reason


# ---- when it fails ------------------------------------------------------------------------------

FAULTS: list[Any] = [500, 502, 503, "html", "not_json", "list", {"errcode": -1}, {"success": False}]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_what_was_not_taken_is_sent_again_until_it_is(
    outside: Outside, ding: FakeDingtalk, fault: Any
) -> None:
    ding.faults.extend([fault] * 3)
    say(outside, "一")
    await outside.send_all(rounds=5)
    assert ding.texts("liaison-21") == ["一"]
    assert outside.messages()[0].state == "sent"


@pytest.mark.parametrize("way", [{"account": "liaison-21"}, {"group": GROUP}])
async def test_where_delivery_is_unknown_it_is_repeated_once_at_most(
    outside: Outside, ding: FakeDingtalk, way: dict[str, str]
) -> None:
    ding.faults.extend(["cut_after"] * 5)
    say(outside, "一", **way)
    await outside.send_all(rounds=5)
    assert len([to for to, _ in ding.delivered if to in way.values()]) == 2
    row = outside.messages()[0]
    assert row.state == "given_up" and "不明" in row.reason


async def test_what_was_cut_before_is_not_lost(outside: Outside, ding: FakeDingtalk) -> None:
    ding.faults.append("cut_before")
    say(outside, "一")
    await outside.send_all(rounds=3)
    assert ding.texts("liaison-21") == ["一"]


async def test_a_platform_behind_a_closed_firewall_is_tried_until_it_opens(
    open_city: Open, ding: FakeDingtalk
) -> None:
    """Nothing was sent where no connection came about, so that is no unknown outcome."""
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        address = deaf.getsockname()
        with socket.socket() as one, socket.socket() as two:
            for waiting in (one, two):
                waiting.setblocking(False)
                waiting.connect_ex(address)
            outside = await opened_city(open_city, ding, webhook_url=f"http://127.0.0.1:{address[1]}/send")
            say(outside, "日报", channel="dingtalk_robot", group="g")
            await outside.city.delivery.drain()
    row = outside.messages()[0]
    assert (row.state, row.unknown, row.reason) == ("waiting", 0, "钉钉群机器人连不上")


async def test_pieces_that_are_out_are_not_sent_again(outside: Outside, ding: FakeDingtalk) -> None:
    text = "\n".join(f"{number} " + "供水管" * 100 for number in range(20))
    say(outside, text)
    ding.faults.extend([None, None, 500])
    await outside.send_all(rounds=3)
    assert "\n".join(ding.texts("liaison-21")) == text


async def test_an_upload_that_failed_sends_nothing_twice(outside: Outside, ding: FakeDingtalk) -> None:
    ding.sending.add("/pre/media/upload")
    report = keep_file(outside, "通报.docx", "application/msword", b"PK" + b"2" * 100)
    attach(outside, say(outside, "本月通报"), report)
    ding.faults.extend([None, "cut_after", "cut_before", 502])
    await outside.send_all(rounds=5)
    assert [body["msgKey"] for body in ding.to("liaison-21")] == ["sampleText", "sampleFile"]


# ---- limits -------------------------------------------------------------------------------------


async def test_a_person_and_a_group_get_fifteen_a_minute(outside: Outside, ding: FakeDingtalk) -> None:
    for number in range(25):
        say(outside, f"第{number}条", group=GROUP)
    say(outside, "别人的", account="liaison-22")
    await outside.send_all(rounds=3)
    assert len(ding.to(GROUP)) == 15
    assert ding.texts("liaison-22") == ["别人的"]
    assert all(row.failures == 0 for row in outside.messages())
    ding._recent.clear()
    later(outside, 61)
    await outside.send_all(rounds=2)
    assert ding.texts(GROUP) == [f"第{number}条" for number in range(25)]


async def test_answers_count_for_the_groups_limit_too(outside: Outside, ding: FakeDingtalk) -> None:
    number = await asked(outside, ding, group=GROUP)
    for one in range(10):
        say(outside, f"答{one}", group=GROUP, inbox_id=number)
        say(outside, f"报{one}", group=GROUP)
    await outside.send_all(rounds=3)
    assert len(ding.delivered) == 15


async def test_when_a_robot_is_limited_its_group_rests_for_ten_minutes(
    outside: Outside, ding: FakeDingtalk
) -> None:
    ding.faults.append({"errcode": 130101})
    say(outside, "一", group=GROUP)
    say(outside, "二", group=GROUP)
    say(outside, "三", group="cidOther")
    await outside.send_all(rounds=4)
    assert ding.to(GROUP) == [] and ding.texts("cidOther") == ["三"]
    assert ding.calls["/pre/v1.0/robot/groupMessages/send"] == 2
    later(outside, 601)
    await outside.send_all(rounds=3)
    assert ding.texts(GROUP) == ["一", "二"]


async def test_calls_stay_below_twenty_a_second(outside: Outside, ding: FakeDingtalk) -> None:
    for number in range(40):
        say(outside, "一", account=f"u{number}")
    for _ in range(8):
        await outside.send_all()
        if len(ding.delivered) == 40:
            break
    assert len(ding.delivered) == 40
    assert [row.reason for row in outside.messages() if row.failures] == []
    starts = ding.arrived_at
    assert all(late - early > 0.6 for early, late in zip(starts, starts[20:], strict=False))


async def test_too_many_calls_a_second_are_tried_again(outside: Outside, ding: FakeDingtalk) -> None:
    ding.faults.append({"code": "Forbidden.AccessDenied.QpsLimitForApi", "message": "x"})
    say(outside, "一")
    await outside.city.delivery.drain()
    assert "太快" in outside.messages()[0].reason
    later(outside, 2)
    outside.soon()
    await outside.send_all()
    assert ding.texts("liaison-21") == ["一"]


async def test_a_blocked_address_rests_for_five_minutes(outside: Outside, ding: FakeDingtalk) -> None:
    ding.faults.append({"status": 1111, "wait": 5})
    say(outside, "一")
    say(outside, "二", account="u2")
    await outside.send_all()
    calls = ding.calls["/pre/v1.0/robot/oToMessages/batchSend"]
    await outside.send_all(rounds=3)
    assert ding.calls["/pre/v1.0/robot/oToMessages/batchSend"] == calls
    later(outside, 301)
    await outside.send_all(rounds=2)
    assert sorted(to for to, _ in ding.delivered) == ["liaison-21", "u2"]


async def test_the_months_calls_are_kept_below_and_the_last_are_for_what_is_urgent(
    open_city: Open, ding: FakeDingtalk
) -> None:
    outside = await opened_city(open_city, ding, per_month=20, per_api_second=1000)
    for number in range(19):
        say(outside, f"第{number}条", account=f"u{number}", urgency="reminder")
    await outside.send_all(rounds=2)
    assert len(ding.delivered) == 17  # 18 of 20 calls, one was for the token
    left = [row for row in outside.messages() if row.text.startswith("第") and row.state == "given_up"]
    assert len(left) == 2 and all("额度" in row.reason for row in left)
    say(outside, "急", urgency="urgent", account="v1")
    say(outside, "答", urgency="reply", account="v2")
    await outside.send_all(rounds=2)
    assert ding.texts("v1") == ["急"] and ding.texts("v2") == ["答"]
    assert ding.used <= 20


async def test_a_month_that_is_used_up_is_not_tried_again_for_an_hour(
    outside: Outside, ding: FakeDingtalk
) -> None:
    ding.month = 0
    say(outside, "一")
    say(outside, "二", account="u2")
    await outside.send_all(rounds=3)
    rows = [row for row in outside.messages() if row.text in ("一", "二")]
    assert {row.state for row in rows} == {"given_up"}
    assert all("本月" in row.reason for row in rows)
    assert ding.used <= 2


# ---- a group's own robot ------------------------------------------------------------------------


async def test_a_webhook_is_signed_and_says_buttons_in_words(outside: Outside, ding: FakeDingtalk) -> None:
    say(outside, "日报", channel="dingtalk_robot", group="g", buttons=BUTTONS)
    await outside.send_all()
    [body] = ding.to("hook")
    assert body["msgtype"] == "text"
    assert "接单：17号接单" in body["text"]["content"]


async def test_a_webhooks_long_text_is_cut_below_its_bytes(outside: Outside, ding: FakeDingtalk) -> None:
    lines = [f'{number}号\t“供水管"迁改' + "一" * (number % 40) for number in range(900)]
    say(outside, "\n".join(lines), channel="dingtalk_robot", group="g")
    await outside.send_all()
    assert len(ding.to("hook")) > 1
    assert "\n".join(ding.texts("hook")).split("\n") == lines


async def test_a_webhook_stays_below_twenty_a_minute(outside: Outside, ding: FakeDingtalk) -> None:
    for number in range(20):
        say(outside, f"第{number}条", channel="dingtalk_robot", group="g")
    await outside.send_all(rounds=3)
    assert len(ding.to("hook")) == 15


async def test_a_limited_webhook_rests_for_ten_minutes(outside: Outside, ding: FakeDingtalk) -> None:
    ding.faults.append({"errcode": 410100, "errmsg": "x"})
    say(outside, "一", channel="dingtalk_robot", group="g")
    await outside.send_all(rounds=4)
    assert ding.calls["/pre/robot/send"] == 1
    later(outside, 601)
    await outside.send_all()
    assert ding.texts("hook") == ["一"]


async def test_a_wrong_webhook_is_told_in_plain_words(open_city: Open, ding: FakeDingtalk) -> None:
    values = webhook(ding) | {"webhook_secret": "wrong"}
    outside = await opened_city(open_city, ding, **values)
    say(outside, "一", channel="dingtalk_robot", group="g")
    say(outside, "二", channel="dingtalk_robot")
    await outside.send_all(rounds=2)
    reasons = [row.reason for row in outside.messages() if row.text in ("一", "二")]
    assert "加签" in reasons[0] and "私聊" in reasons[1]


async def test_a_webhook_says_that_it_cannot_bring_the_file(outside: Outside, ding: FakeDingtalk) -> None:
    attach(outside, say(outside, "三", channel="dingtalk_robot", group="g"), "f")
    await outside.send_all()
    [text] = ding.texts("hook")
    assert text.startswith("三\n") and "不能发文件，附件请向重点办索取" in text


# ---- who has which number -----------------------------------------------------------------------


async def test_an_account_is_found_by_its_mobile_number(outside: Outside, ding: FakeDingtalk) -> None:
    channel: Any = outside.city.delivery.channels["dingtalk"]
    ding.mobiles["13900000001"] = "zhang.san"
    assert await channel.account_of("13900000001") == "zhang.san"
    assert await channel.account_of("13900000002") == ""
    ding.tokens.clear()
    assert await channel.account_of("13900000001") == "zhang.san"
    ding.may_look_up = False
    with pytest.raises(ChannelError, match="权限") as refused:
        await channel.account_of("13900000001")
    assert refused.value.permanent and "139" not in refused.value.reason


# ---- media that came ----------------------------------------------------------------------------


def file_rows(outside: Outside) -> list[Any]:
    return list(outside.city.db.read_now(lambda tx: tx.execute(select(attachment)).all()))


async def test_what_came_with_a_message_is_fetched(outside: Outside, ding: FakeDingtalk) -> None:
    ding.files["D1"] = (b"\xff\xd8\xffjpeg", "image/jpeg")
    await post(outside, Ding(ROBOT, message_body(msgtype="picture", content={"downloadCode": "D1"})))
    assert await outside.city.fetching.drain() == 1
    assert [row.body for row in file_rows(outside)] == [b"\xff\xd8\xffjpeg"]


@pytest.mark.parametrize(
    "url", ["https://evil.example/f", "http://169.254.169.254/x", "http://down.dingtalk.com/f", "file:///x"]
)
async def test_a_host_that_we_dont_trust_is_never_asked(
    outside: Outside, ding: FakeDingtalk, url: str
) -> None:
    ding.files["D1"], ding.download_url = (b"x", "image/png"), url
    await post(outside, Ding(ROBOT, message_body(msgtype="picture", content={"downloadCode": "D1"})))
    assert await outside.city.fetching.drain() == 0
    await outside.city.settle()
    assert any("没有取到" in text for text in ding.texts("liaison-21"))


async def test_a_redirect_is_not_followed(outside: Outside, ding: FakeDingtalk) -> None:
    ding.files["D1"], ding.download_url = (b"x", "image/png"), f"{ding.url}/files/moved"
    await post(outside, Ding(ROBOT, message_body(msgtype="picture", content={"downloadCode": "D1"})))
    assert await outside.city.fetching.drain() == 0


# ---- secrets ------------------------------------------------------------------------------------


async def test_nothing_secret_is_logged_or_kept_in_a_reason(
    open_city: Open, ding: FakeDingtalk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    with structlog.testing.capture_logs() as logs:
        outside = await with_cards(open_city, ding, **webhook(ding))
        number = await asked(outside, ding, sessionWebhookExpiredTime=None)
        await post(outside, said("你好", msg_id="2"), signature="0" * 44)
        ways: list[dict[str, Any]] = [
            {"account": "liaison-21"},
            {"group": GROUP},
            {"channel": "dingtalk_robot", "group": "g"},
            {"account": "liaison-21", "inbox_id": number},
            {"account": "u9", "buttons": BUTTONS},
        ]
        leak = f"T1-secret {APP_SECRET} acs-token-1 S1-secret"
        for fault in (
            500,
            "html",
            "not_json",
            "cut_before",
            "cut_after",
            {"errcode": 300001, "errmsg": leak},
            {"code": leak, "message": leak, "errcode": leak},
        ):
            for way in ways:
                ding.faults.append(fault)
                say(outside, "一", **way)
                await outside.send_all()
        await ding.server.close()
        for way in ways:
            say(outside, "三", **way)
            await outside.send_all()
    tries = outside.city.db.read_now(lambda tx: tx.execute(select(attempt.c.outcome)).scalars().all())
    written = repr(logs) + caplog.text + repr([row.reason for row in outside.messages()]) + repr(tries)
    assert "callback refused" in written and ("连不上" in written or "中断" in written)
    for secret in (
        APP_SECRET,
        CARD_SECRET,
        EVENT_TOKEN,
        AES_KEY,
        SECRET,
        "T1-secret",
        "S1-secret",
        "acs-token",
        "access_token=",
        "0000000000",
    ):
        assert secret not in written


def test_the_config_hides_what_is_secret(ding: FakeDingtalk) -> None:
    from bot.config import Channels

    table = Channels.model_validate(dingtalk_tables(ding, webhook_url="https://x/?access_token=T1-secret"))
    for secret in (APP_SECRET, CARD_SECRET, EVENT_TOKEN, AES_KEY, "T1-secret"):
        assert secret not in repr(table) and secret not in json.dumps(table.model_dump(), default=str)
