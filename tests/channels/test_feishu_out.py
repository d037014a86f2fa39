"""We write by 飞书: within its limits, in words where it has no buttons, once even when it fails (4.3)."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.channel import Button, ChannelError, Outgoing
from bot.channels.common.platform import Ports
from bot.channels.common.web import Web
from bot.channels.feishu import check
from bot.channels.feishu.cards import pieces, plain
from bot.channels.feishu.send import TEXT_BYTES, AppChannel
from bot.channels.feishu.sign import robot_sign
from bot.documents.month_sheet import SheetRow, Standing, month_sheet_xlsx
from storage import attachments
from storage.tables import attachment, attempt, media, message, notice
from tests.channels.conftest import Open, Outside
from tests.channels.fake_feishu import HOOK, MESSAGES, FakeFeishu
from tests.channels.feishu_kit import Call, envelope, say
from tests.channels.feishu_kit import message as feishu_message
from tests.channels.test_feishu_in import POST, bind_all, feishu_table

BUTTONS = [Button("接单", "17号接单"), Button("已解决", "17号已解决，申请销号")]
ME = "ou_liaison"
NOTHING: Any = None


def robot(fake: FakeFeishu, **more: Any) -> dict[str, Any]:
    hook = f"{fake.url}/open-apis/bot/v2/hook/hook-key"
    return feishu_table(fake, webhook_url=hook, webhook_secret=fake.hook_secret, **more)


@pytest.fixture
async def fake() -> AsyncIterator[FakeFeishu]:
    one = FakeFeishu()
    async with one:
        yield one


@pytest.fixture
async def outside(open_city: Open, fake: FakeFeishu) -> Outside:
    """The city with the app and a custom robot, and limits that no test but those of limits meets."""
    return await open_city(robot(fake, per_person_second=5, per_group_second=5, per_app_second=49))


def say_to(outside: Outside, text: str, account: str = ME, **more: Any) -> int:
    to = {} if "group" in more else {"account": account}
    return outside.say(text, **{"channel": "feishu", **to, **more})


def texts(bodies: list[dict[str, Any]]) -> list[str]:
    return [body["content"]["text"] for body in bodies]


def row_of(outside: Outside, message_id: int) -> Any:
    [row] = [one for one in outside.messages() if one.id == message_id]
    return row


def later(outside: Outside) -> None:
    """So much later that no limit is in the way."""
    outside.city.platforms.limits._resting.clear()
    outside.city.platforms.limits._used.clear()


def keep_file(outside: Outside, name: str, kind: str, body: bytes) -> str:
    at = outside.city.clock.now()
    return outside.city.db.write_now(
        lambda tx: attachments.keep(tx, name=name, media_type=kind, body=body, at=at)
    )


def attach(outside: Outside, message_id: int, *files: str) -> None:
    values = {"attachments": list(files)}
    outside.city.db.write_now(
        lambda tx: tx.execute(message.update().where(message.c.id == message_id).values(**values))
    )


# ---- the token ----------------------------------------------------------------------------------


async def test_one_token_is_fetched_for_all_who_wait(outside: Outside, fake: FakeFeishu) -> None:
    for number in range(30):
        say_to(outside, f"第{number}条", f"ou_{number}")
    await outside.send_all()
    assert (len(fake.delivered), fake.asked_for_tokens) == (30, 1)


async def test_a_token_that_was_revoked_is_fetched_again_and_the_message_sent(
    outside: Outside, fake: FakeFeishu
) -> None:
    say_to(outside, "一")
    await outside.send_all()
    fake.expire()
    for number in range(10):
        say_to(outside, "二", f"ou_{number}")
    await outside.send_all()
    assert (len(fake.delivered), fake.asked_for_tokens) == (11, 2)
    assert all(row.failures == 0 for row in outside.messages())


async def test_a_token_with_less_than_half_an_hour_left_is_renewed(
    outside: Outside, fake: FakeFeishu
) -> None:
    fake.token_lives = 0
    say_to(outside, "一")
    say_to(outside, "二")
    await outside.send_all()
    assert (len(fake.delivered), fake.asked_for_tokens) == (2, 2)


async def test_a_wrong_secret_loses_nothing_and_is_told_in_plain_words(
    open_city: Open, fake: FakeFeishu
) -> None:
    outside = await open_city(feishu_table(fake, app_secret="wrong-secret"))
    message_id = say_to(outside, "一")
    with capture_logs() as lines:
        await outside.send_all()
    row = row_of(outside, message_id)
    assert row.state == "waiting" and "app_secret" in row.reason
    assert "wrong-secret" not in row.reason + repr(lines)


# ---- what is sent -------------------------------------------------------------------------------


async def test_a_text_goes_to_a_person_and_to_a_group(outside: Outside, fake: FakeFeishu) -> None:
    say_to(outside, "你好")
    say_to(outside, "日报", group="oc_1")
    await outside.send_all()
    assert texts(fake.to(ME)) == ["你好"] and texts(fake.to("oc_1")) == ["日报"]
    assert fake.to(ME)[0]["msg_type"] == "text"


async def test_a_long_text_goes_in_pieces_cut_at_line_ends(outside: Outside, fake: FakeFeishu) -> None:
    lines = [f"{number}号 “供水管”迁改\\卡在征地" + "一" * (number % 400) for number in range(600)]
    say_to(outside, "\n".join(lines))
    await outside.send_all()
    found = texts(fake.to(ME))
    assert len(found) > 1
    assert "\n".join(found).split("\n") == lines
    assert row_of(outside, outside.messages()[0].id).failures == 0


@pytest.mark.parametrize(
    "text", ["\u0001" * 60_000, '\\"' * 40_000, "<at" * 60_000, "𠮷" * 60_000, "\n" * 90_000]
)
def test_no_piece_is_too_long_whatever_it_becomes_on_its_way(text: str) -> None:
    for piece in pieces(text, TEXT_BYTES):
        content = json.dumps({"text": plain(piece)}, ensure_ascii=False)
        assert len(json.dumps({"content": content}, ensure_ascii=False).encode()) < 150_000


async def test_a_text_mentions_nobody(outside: Outside, fake: FakeFeishu) -> None:
    say_to(outside, '<at user_id="all">所有人</at> < AT id=all></at> 1<2')
    await outside.send_all()
    assert texts(fake.to(ME)) == ['＜at user_id="all">所有人＜/at> < AT id=all>＜/at> 1<2']


async def test_buttons_go_as_a_card(outside: Outside, fake: FakeFeishu) -> None:
    message_id = say_to(outside, "17号请接单\n供水管迁改，9月30日前", buttons=BUTTONS)
    await outside.send_all()
    [body] = fake.to(ME)
    card = body["content"]
    assert body["msg_type"] == "interactive"
    assert card["header"]["title"] == {"tag": "plain_text", "content": "17号请接单"}
    assert card["elements"][0]["text"] == {"tag": "plain_text", "content": "供水管迁改，9月30日前"}
    actions = card["elements"][1]["actions"]
    assert [one["text"]["content"] for one in actions] == ["接单", "已解决"]
    ids = [button["id"] for button in row_of(outside, message_id).buttons]
    assert [one["value"] for one in actions] == [{"id": one, "group": ""} for one in ids]


async def test_a_group_has_buttons_too(outside: Outside, fake: FakeFeishu) -> None:
    say_to(outside, "17号请接单", group="oc_1", buttons=BUTTONS)
    await outside.send_all()
    card = fake.to("oc_1")[0]["content"]
    assert card["elements"][0]["text"]["content"] == "17号请接单"
    assert {one["value"]["group"] for one in card["elements"][1]["actions"]} == {"oc_1"}


async def test_a_long_text_with_buttons_is_a_text_and_a_card(outside: Outside, fake: FakeFeishu) -> None:
    say_to(outside, "明日到期事项：\n" + "供水管迁改\n" * 2000, buttons=BUTTONS)
    await outside.send_all()
    assert [body["msg_type"] for body in fake.to(ME)] == ["text", "interactive"]
    assert fake.to(ME)[1]["content"]["elements"][0]["text"]["content"] == "明日到期事项："


async def test_where_cards_are_refused_the_message_says_what_to_write(
    outside: Outside, fake: FakeFeishu
) -> None:
    fake.cards = False
    message_id = say_to(outside, "17号请接单", buttons=BUTTONS)
    await outside.send_all()
    [text] = texts(fake.to(ME))
    assert "接单：17号接单" in text and "已解决：17号已解决，申请销号" in text
    assert row_of(outside, message_id).state == "sent"


async def test_pictures_and_files_are_uploaded_once_and_sent(outside: Outside, fake: FakeFeishu) -> None:
    picture = keep_file(outside, "图.png", "image/png", b"\x89PNG" + b"1" * 100)
    report = keep_file(outside, "通报.docx", "application/msword", b"PK" + b"2" * 100)
    attach(outside, say_to(outside, "本月通报"), picture, report)
    attach(outside, say_to(outside, "", "ou_2"), report)
    fake.faults.extend([None, 500])
    await outside.send_all(rounds=3)
    assert [body["msg_type"] for body in fake.to(ME)] == ["text", "image", "file"]
    assert [body["msg_type"] for body in fake.to("ou_2")] == ["file"]
    assert sorted(fake.uploads.values()) == sorted(
        [("message:", b"\x89PNG" + b"1" * 100), ("doc:通报.docx", b"PK" + b"2" * 100)]
    )


@pytest.mark.parametrize("body", [b"", b"1" * (30 * 1_048_576 + 1)], ids=["empty", "too big"])
async def test_a_file_that_the_platform_wont_take_is_given_up(outside: Outside, body: bytes) -> None:
    message_id = say_to(outside, "通报")
    attach(outside, message_id, keep_file(outside, "a.pdf", "application/pdf", body))
    await outside.send_all()
    row = row_of(outside, message_id)
    assert (row.state, row.parts_sent) == ("given_up", 1) and "30MB" in row.reason


async def test_what_is_urgent_is_pushed_as_well(outside: Outside, fake: FakeFeishu) -> None:
    say_to(outside, "17号今天到期", urgency="urgent")
    say_to(outside, "日报")
    say_to(outside, "群里", group="oc_1", urgency="urgent")
    await outside.send_all()
    assert len(fake.delivered) == 3
    [(name, who)] = fake.pushed
    assert who == [ME] and name.startswith("om_sent")


async def test_a_push_that_is_not_allowed_costs_one_try_and_no_message(
    outside: Outside, fake: FakeFeishu
) -> None:
    fake.push_code = 99991672
    for number in range(3):
        say_to(outside, "17号今天到期", f"ou_{number}", urgency="urgent")
    with capture_logs() as lines:
        await outside.send_all()
        say_to(outside, "18号今天到期", urgency="urgent")
        await outside.send_all()
    assert len(fake.delivered) == 4 and outside.unsent() == 0
    assert sum(count for path, count in fake.calls.items() if path.endswith("urgent_app")) <= 3
    assert "im:message.urgent" in repr(lines)


# ---- what can't be delivered --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (99991672, "权限管理"),
        (230002, "不在这个群里"),
        (230013, "可用范围"),
        (230029, "离职"),
        (230034, "编号不对"),
        (230006, "机器人能力"),
        (230025, "太长"),
        (230022, "审核"),
        (230028, "审核"),
        (230053, "停用"),
        (232009, "解散"),
        (230999, "不接受"),
        (99992351, "不接受"),
    ],
)
async def test_a_final_refusal_is_told_with_its_reason(
    outside: Outside, fake: FakeFeishu, code: int, says: str
) -> None:
    fake.gone[ME] = code
    message_id = say_to(outside, "一")
    await outside.send_all(rounds=3)
    row = row_of(outside, message_id)
    assert (row.state, row.failures) == ("given_up", 1)
    assert says in row.reason and str(code) in row.reason
    assert ME not in row.reason
    assert fake.calls[MESSAGES] == 1


async def test_the_office_is_told_what_did_not_arrive(outside: Outside, fake: FakeFeishu) -> None:
    bind_all(outside)
    fake.gone["ou_contact-swj"] = 230029
    await outside.post(say("342改线卡在供水管迁改，请市水务局9月30日前解决", sender="ou_liaison-21"))
    await outside.city.settle()
    await outside.post(say("1号交办市水务局", "e2", sender="ou_office-1", message_id="om_2"))
    await outside.city.settle()
    told = outside.city.db.read_now(
        lambda tx: tx.execute(select(notice.c.line).where(notice.c.kind == "undelivered")).scalars().all()
    )
    assert any("离职" in line for line in told)


# ---- when it fails ------------------------------------------------------------------------------

FAULTS: list[Any] = [
    500,
    502,
    503,
    "html",
    "not_json",
    "list",
    {"code": 230049, "msg": "being sent"},
    {"code": 230020, "msg": "frequency limit"},
    {"code": 99991400, "msg": "request trigger frequency limit"},
    {"code": 99991663, "msg": "token invalid"},
    {"code": 1500, "msg": "internal error"},
    {"code": "x"},
    {"errcode": 0},
    {},
    "cut_before",
    "cut_after",
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_a_person_gets_it_once_whatever_fails(outside: Outside, fake: FakeFeishu, fault: Any) -> None:
    fake.faults.extend([fault] * 4)
    message_id = say_to(outside, "一")
    for _ in range(6):
        later(outside)
        await outside.send_all()
    assert texts(fake.to(ME)) == ["一"]
    assert row_of(outside, message_id).state == "sent"


async def test_a_group_gets_a_card_once_although_each_connection_was_cut(
    outside: Outside, fake: FakeFeishu
) -> None:
    fake.faults.extend(["cut_after"] * 4)
    say_to(outside, "17号请接单", group="oc_1", buttons=BUTTONS)
    for _ in range(5):
        later(outside)
        await outside.send_all()
    assert len(fake.to("oc_1")) == 1 and fake.folded == 4


async def test_same_words_twice_are_two_messages(outside: Outside, fake: FakeFeishu) -> None:
    say_to(outside, "已记录。")
    say_to(outside, "已记录。")
    await outside.send_all()
    assert texts(fake.to(ME)) == ["已记录。"] * 2


async def test_pieces_that_are_out_are_not_sent_again(outside: Outside, fake: FakeFeishu) -> None:
    text = "\n".join(f"{number} " + "供水管" * 500 for number in range(100))
    say_to(outside, text)
    fake.faults.extend([None, 500, None, "cut_after"])
    for _ in range(4):
        later(outside)
        await outside.send_all()
    assert "\n".join(texts(fake.to(ME))) == text


async def test_after_an_hour_the_platform_knows_a_uuid_no_more(outside: Outside, fake: FakeFeishu) -> None:
    channel = outside.city.channels["feishu"]
    assert isinstance(channel, AppChannel)
    time = [0.0]
    channel._clock = lambda: time[0]
    fake.faults.extend(["cut_before"] * 9)
    message_id = say_to(outside, "一")
    await outside.send_all(rounds=3)
    assert row_of(outside, message_id).state == "waiting"
    time[0] = 3501.0
    await outside.send_all()
    row = row_of(outside, message_id)
    assert row.state == "given_up" and "不明" in row.reason
    assert channel.repeats_are_safe(Outgoing("u", ME, "", "一"))


async def test_a_platform_that_is_down_for_long_gets_it_later(outside: Outside, fake: FakeFeishu) -> None:
    fake.faults.extend([503] * 40)
    say_to(outside, "一")
    for _ in range(41):
        later(outside)
        await outside.send_all()
    assert texts(fake.to(ME)) == ["一"]
    tries = outside.city.db.read_now(lambda tx: tx.execute(select(attempt.c.outcome)).scalars().all())
    assert len(tries) == 40


# ---- limits -------------------------------------------------------------------------------------


async def test_one_person_and_one_group_get_less_than_the_platform_allows(
    open_city: Open, fake: FakeFeishu
) -> None:
    outside = await open_city(feishu_table(fake))
    now = [1_790_000_000.0]
    outside.city.platforms.limits._clock = lambda: now[0]
    for number in range(12):
        say_to(outside, f"第{number}条")
        say_to(outside, f"第{number}条", group="oc_1")
    say_to(outside, "别人的", "ou_2")
    await outside.send_all()
    assert len(fake.to(ME)) == 4 and len(fake.to("oc_1")) == 3
    assert texts(fake.to("ou_2")) == ["别人的"]
    for _ in range(4):
        now[0] += 1
        fake._recent.clear()
        await outside.send_all()
    assert texts(fake.to(ME)) == texts(fake.to("oc_1")) == [f"第{number}条" for number in range(12)]
    assert fake.too_fast == 0 and all(row.failures == 0 for row in outside.messages())


async def test_the_app_stays_below_its_limit(open_city: Open, fake: FakeFeishu) -> None:
    outside = await open_city(feishu_table(fake, per_app_minute=30))
    outside.city.platforms.limits._clock = lambda: 1_790_000_000.0
    for number in range(60):
        say_to(outside, "一", f"ou_{number}")
    await outside.send_all()
    assert len(fake.delivered) == 30 and outside.unsent() == 30


async def test_when_the_platform_says_too_fast_everybody_waits_as_long_as_it_says(
    outside: Outside, fake: FakeFeishu
) -> None:
    now = [1_790_000_000.0]
    outside.city.platforms.limits._clock = lambda: now[0]
    fake.throttles_next = True
    say_to(outside, "一", "ou_1")
    await outside.send_all()
    say_to(outside, "一", "ou_2")
    for _ in range(2):
        now[0] += 0.9
        await outside.send_all()
    assert fake.calls[MESSAGES] == 1
    now[0] += 0.3
    await outside.send_all()
    assert {to for to, _ in fake.delivered} == {"ou_1", "ou_2"}


# ---- the custom robot of a group ----------------------------------------------------------------


def test_the_robots_signature_has_key_and_text_the_other_way_round() -> None:
    wanted = hmac.new(b"1790000000\ns3cret", b"", hashlib.sha256).digest()
    assert robot_sign("s3cret", "1790000000") == base64.b64encode(wanted).decode()


async def test_the_robot_writes_to_its_group_in_words(outside: Outside, fake: FakeFeishu) -> None:
    outside.say("17号请接单", channel="feishu_robot", group="g", buttons=BUTTONS)
    await outside.send_all()
    [body] = fake.to("hook")
    assert body["msg_type"] == "text" and "接单：17号接单" in body["content"]["text"]


async def test_a_long_text_of_the_robot_is_cut(outside: Outside, fake: FakeFeishu) -> None:
    lines = ["“供水管迁改”卡在征地" * 5 for _ in range(200)]
    outside.say("\n".join(lines), channel="feishu_robot", group="g")
    await outside.send_all()
    assert "\n".join(texts(fake.to("hook"))).split("\n") == lines and len(fake.to("hook")) > 1


@pytest.mark.parametrize(("code", "says"), [(19001, "移除"), (19022, "白名单"), (19024, "关键词")])
async def test_a_robot_that_is_refused_is_given_up(
    outside: Outside, fake: FakeFeishu, code: int, says: str
) -> None:
    fake.gone["hook"] = code
    message_id = outside.say("日报", channel="feishu_robot", group="g")
    await outside.send_all()
    row = row_of(outside, message_id)
    assert row.state == "given_up" and says in row.reason and "hook-key" not in row.reason


async def test_a_robot_with_a_wrong_secret_is_told_so(open_city: Open, fake: FakeFeishu) -> None:
    outside = await open_city({"feishu": {**robot(fake)["feishu"], "webhook_secret": "wrong"}})
    message_id = outside.say("日报", channel="feishu_robot", group="g")
    await outside.send_all()
    assert "webhook_secret" in row_of(outside, message_id).reason


@pytest.mark.parametrize("words", ["too many request", "Bad Request"])
async def test_9499_is_judged_by_its_words(outside: Outside, fake: FakeFeishu, words: str) -> None:
    fake.faults.append({"code": 9499, "msg": words})
    message_id = outside.say("日报", channel="feishu_robot", group="g")
    await outside.send_all()
    assert row_of(outside, message_id).state == ("waiting" if "many" in words else "given_up")
    await outside.send_all()
    assert fake.calls[HOOK] == 1
    later(outside)
    await outside.send_all()
    assert len(fake.to("hook")) == (1 if "many" in words else 0)


async def test_a_robot_that_was_cut_is_repeated_once_at_most(outside: Outside, fake: FakeFeishu) -> None:
    fake.faults.extend(["cut_after"] * 5)
    message_id = outside.say("日报", channel="feishu_robot", group="g")
    await outside.send_all(rounds=5)
    assert len(fake.to("hook")) == 2
    row = row_of(outside, message_id)
    assert row.state == "given_up" and "不明" in row.reason


async def test_a_robot_writes_to_no_person_and_sends_no_file(outside: Outside, fake: FakeFeishu) -> None:
    private = outside.say("一", channel="feishu_robot", account=ME)
    filed = outside.say("通报", channel="feishu_robot", group="g")
    attach(outside, filed, keep_file(outside, "a.pdf", "application/pdf", b"%PDF-1.4"))
    await outside.send_all()
    assert [row_of(outside, one).state for one in (private, filed)] == ["given_up"] * 2
    assert texts(fake.to("hook")) == ["通报"] and "文件" in row_of(outside, filed).reason


# ---- pictures and files that came ---------------------------------------------------------------


def files(outside: Outside) -> list[Any]:
    return list(outside.city.db.read_now(lambda tx: tx.execute(select(attachment)).all()))


def sent(kind: str, content: dict[str, Any]) -> Call:
    return Call(envelope("im.message.receive_v1", feishu_message(kind, content, sender="ou_liaison-21")))


@pytest.mark.parametrize(
    ("kind", "content", "resource"),
    [
        ("image", {"image_key": "img/1"}, ("img/1", "image")),
        ("audio", {"file_key": "f1"}, ("f1", "file")),
        ("media", {"file_key": "f1", "image_key": "i1", "file_name": "现场.mp4"}, ("f1", "file")),
        ("file", {"file_key": "f1", "file_name": "台账.xlsx"}, ("f1", "file")),
    ],
)
async def test_what_came_is_fetched_by_its_key(
    outside: Outside, fake: FakeFeishu, kind: str, content: dict[str, Any], resource: tuple[str, str]
) -> None:
    fake.files["om_1", *resource] = (b"bytes", "application/octet-stream")
    say_to(outside, "一")
    await outside.send_all()
    fake.expire()
    for _ in range(2):
        assert (await outside.post(sent(kind, content))).status == 200
    assert await outside.city.fetching.drain() == 1
    [row] = files(outside)
    assert (row.body, row.inbox_id) == (b"bytes", outside.kept()[0].id)
    assert row.name == content.get("file_name", row.name)


async def test_a_filled_sheet_is_shown_once_it_was_fetched(outside: Outside, fake: FakeFeishu) -> None:
    """The file comes after its message: it is answered that it is coming, then what it would record."""
    bind_all(outside)
    row = SheetRow(21, "国道 342 线闻喜县城过境改线工程", 250_000_000, Standing(), Standing(18_000_000))
    fake.files["om_1", "f1", "file"] = (month_sheet_xlsx([row], "2025-09", ""), "application/octet-stream")
    assert (await outside.post(sent("file", {"file_key": "f1", "file_name": "9月填报表.xlsx"}))).status == 200
    await outside.city.settle()
    assert "取好以后给您看" in str(fake.to("ou_liaison-21"))
    assert await outside.city.fetching.drain() == 1
    await outside.city.settle()
    said = str(fake.to("ou_liaison-21"))
    assert "9月填报表，要记1个项目" in said


async def test_all_pictures_of_a_post_are_fetched(outside: Outside, fake: FakeFeishu) -> None:
    fake.files["om_1", "img_1", "image"] = (b"jpeg", "image/jpeg")
    fake.files["om_1", "file_1", "file"] = (b"mp4", "video/mp4")
    await outside.post(sent("post", POST))
    assert await outside.city.fetching.drain() == 2
    assert {row.body for row in files(outside)} == {b"jpeg", b"mp4"}


async def test_a_picture_that_is_gone_is_told_to_its_sender(outside: Outside, fake: FakeFeishu) -> None:
    bind_all(outside)
    await outside.post(sent("image", {"image_key": "gone"}))
    await outside.city.fetching.drain()
    await outside.city.settle()
    assert any("没有取到" in str(body) for body in fake.to("ou_liaison-21"))


@pytest.mark.parametrize(
    ("status", "body", "state"),
    [
        (429, {"code": 99991400}, "waiting"),
        (400, {"code": 99991400}, "waiting"),
        (500, {}, "waiting"),
        (400, {"code": 234037}, "failed"),
        (400, {"code": 99991672, "msg": "scopes is required: [im:resource]"}, "failed"),
        (404, [1], "failed"),
    ],
)
async def test_a_fetch_is_tried_again_only_where_that_helps(
    outside: Outside, fake: FakeFeishu, status: int, body: Any, state: str
) -> None:
    fake.faults.append((status, body))  # type: ignore[arg-type]
    await outside.post(sent("image", {"image_key": "i1"}))
    await outside.city.fetching.drain()
    rows = outside.city.db.read_now(lambda tx: tx.execute(select(media)).all())
    assert [row.state for row in rows] == [state]


# ---- secrets ------------------------------------------------------------------------------------


async def test_nothing_secret_is_in_logs_reasons_and_attempts(outside: Outside, fake: FakeFeishu) -> None:
    with capture_logs() as lines:
        for number, fault in enumerate([*FAULTS, {"code": 10014, "msg": fake.secret}]):
            fake.faults.extend([fault] * 2)
            say_to(outside, "一", f"ou_{number}")
            outside.say("日报", channel="feishu_robot", group="g")
            later(outside)
            await outside.send_all()
    tries = outside.city.db.read_now(lambda tx: tx.execute(select(attempt.c.outcome)).scalars().all())
    said = repr(lines) + repr(tries) + repr([row.reason for row in outside.messages()])
    for secret in (fake.secret, fake.hook_secret, "hook-key", "t-1", "Bearer", fake.url):
        assert secret not in said


async def test_what_certainly_did_not_arrive_begins_no_hour(outside: Outside, fake: FakeFeishu) -> None:
    channel = outside.city.channels["feishu"]
    assert isinstance(channel, AppChannel)
    time = [0.0]
    channel._clock = lambda: time[0]
    fake.faults.extend([503, 503, "cut_after", "cut_after"])
    say_to(outside, "一")
    await outside.send_all(rounds=2)
    time[0] = 7200.0
    for _ in range(3):
        later(outside)
        await outside.send_all()
    assert texts(fake.to(ME)) == ["一"] and outside.messages()[0].state == "sent"
    assert channel._began == {}


# ---- who is who ---------------------------------------------------------------------------------


async def test_an_account_is_found_by_its_mobile_number(outside: Outside, fake: FakeFeishu) -> None:
    channel = outside.city.channels["feishu"]
    assert isinstance(channel, AppChannel)
    fake.mobiles["13800000001"] = "ou_wang"
    assert await channel.account_of("13800000001") == "ou_wang"
    assert await channel.account_of("13800000002") == ""
    fake.directory_code = 99991672
    with pytest.raises(ChannelError) as failed:
        await channel.account_of("13800000001")
    assert failed.value.permanent and "contact:user.id:readonly" in failed.value.reason
    assert "13800000001" not in failed.value.reason


# ---- the doctor ---------------------------------------------------------------------------------


async def test_the_doctor_says_what_is_not_set_up(open_city: Open, fake: FakeFeishu) -> None:
    whole = await open_city(feishu_table(fake))
    ports = Ports(Web(), whole.city.platforms.limits, NOTHING)
    assert [one.level for one in await check(whole.city.config.channels, ports)] == ["good", "good"]
    bare = await open_city(feishu_table(fake, encrypt_key=None, tenant_key=""))
    found = await check(bare.city.config.channels, ports)
    assert [(one.level, bool(one.todo)) for one in found][2:] == [("fault", True), ("hint", True)]
    wrong = await open_city(feishu_table(fake, app_secret="wrong"))
    with pytest.raises(ChannelError) as failed:
        await check(wrong.city.config.channels, ports)
    assert "app_secret" in failed.value.reason
    await ports.web.close()
