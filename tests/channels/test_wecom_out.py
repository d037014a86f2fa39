"""We write by 企业微信: within its limits, in words where it has no buttons, once even when it fails (2.5–2.8)."""

import asyncio
import time
from typing import Any

import pytest
import structlog
from sqlalchemy import select

from bot.channel import Button, ChannelError
from storage import attachments, sending
from storage.tables import attempt, notice
from tests.channels.conftest import Open, Outside, wecom_tables
from tests.channels.fake import FakeWecom
from tests.channels.wecom_kit import bot_text

BUTTONS = [Button("接单", "17号接单"), Button("已解决", "17号已解决，申请销号")]


def texts(bodies: list[dict[str, Any]]) -> list[str]:
    return [body["text"]["content"] for body in bodies]


def keep_file(outside: Outside, name: str, kind: str, body: bytes) -> str:
    at = outside.city.clock.now()
    return outside.city.db.write_now(
        lambda tx: attachments.keep(tx, name=name, media_type=kind, body=body, at=at)
    )


def attach(outside: Outside, message_id: int, *files: str) -> None:
    from storage.tables import message

    outside.city.db.write_now(
        lambda tx: tx.execute(
            message.update().where(message.c.id == message_id).values(attachments=list(files))
        )
    )


# ---- the token ----------------------------------------------------------------------------------


async def test_one_token_is_fetched_for_all_who_wait(outside: Outside, fake: FakeWecom) -> None:
    for number in range(30):
        outside.say(f"第{number}条", account=f"u{number}")
    await outside.send_all()
    assert len(fake.delivered) == 30
    assert fake.fetched_tokens == 1


async def test_a_token_that_was_revoked_is_fetched_again_and_the_message_sent(
    outside: Outside, fake: FakeWecom
) -> None:
    outside.say("一")
    await outside.send_all()
    fake.expire()
    for number in range(10):
        outside.say("二", account=f"u{number}")
    await outside.send_all()
    assert len(fake.delivered) == 11
    assert fake.fetched_tokens == 2
    assert all(row.failures == 0 for row in outside.messages())


@pytest.mark.parametrize("code", [40014, 42001, 41001, 40001])
async def test_each_code_that_means_the_token_is_answered_with_a_new_one(
    outside: Outside, fake: FakeWecom, code: int
) -> None:
    fake.faults.append({"errcode": code})
    outside.say("一")
    await outside.send_all()
    assert texts(fake.to("liaison-21")) == ["一"]
    assert fake.fetched_tokens == 2


async def test_a_token_is_renewed_before_its_end(outside: Outside, fake: FakeWecom) -> None:
    fake.token_lives = 0
    outside.say("一")
    outside.say("二")
    await outside.send_all()
    assert (len(fake.delivered), fake.fetched_tokens) == (2, 2)


async def test_a_wrong_secret_is_told_in_plain_words(open_city: Open, fake: FakeWecom) -> None:
    outside = await open_city(wecom_tables(fake, wecom={"secret": "wrong"}))
    outside.say("一")
    await outside.send_all()
    [row] = [one for one in outside.messages() if one.text == "一"]
    assert row.state == "given_up"
    assert "Secret" in row.reason and fake.secret not in row.reason


# ---- what is sent -------------------------------------------------------------------------------


async def test_a_long_text_goes_in_pieces_cut_at_line_ends(outside: Outside, fake: FakeWecom) -> None:
    lines = [f"{number}号 供水管迁改卡在征地" + "一" * (number % 40) for number in range(120)]
    outside.say("\n".join(lines))
    await outside.send_all()
    pieces = texts(fake.to("liaison-21"))
    assert len(pieces) > 2
    assert all(len(piece.encode()) <= 2048 for piece in pieces)
    assert "\n".join(pieces).split("\n") == lines


async def test_buttons_go_as_a_card(outside: Outside, fake: FakeWecom) -> None:
    outside.say("17号请接单\n供水管迁改，9月30日前", buttons=BUTTONS)
    await outside.send_all()
    [body] = fake.to("liaison-21")
    card = body["template_card"]
    assert (body["msgtype"], card["card_type"]) == ("template_card", "button_interaction")
    assert card["main_title"]["title"] == "17号请接单"
    assert [one["text"] for one in card["button_list"]] == ["接单", "已解决"]
    assert all(len(one["key"]) <= 1024 for one in card["button_list"])
    assert len(card["task_id"]) <= 128


async def test_a_long_text_with_buttons_is_a_text_and_a_card(outside: Outside, fake: FakeWecom) -> None:
    outside.say("明日到期事项：\n" + "供水管迁改\n" * 60, buttons=BUTTONS * 4)
    await outside.send_all()
    kinds = [body["msgtype"] for body in fake.to("liaison-21")]
    assert kinds == ["text", "template_card", "template_card"]
    cards = [body["template_card"] for body in fake.to("liaison-21")[1:]]
    assert [len(card["button_list"]) for card in cards] == [6, 2]
    assert len({card["task_id"] for card in cards}) == 2


@pytest.mark.parametrize("by_config", [True, False])
async def test_where_there_are_no_cards_the_message_says_what_to_write(
    open_city: Open, fake: FakeWecom, by_config: bool
) -> None:
    fake.cards = by_config
    outside = await open_city(wecom_tables(fake, wecom={"cards": not by_config}))
    outside.say("17号请接单", buttons=BUTTONS)
    await outside.send_all()
    [text] = texts(fake.to("liaison-21"))
    assert "接单：17号接单" in text and "已解决：17号已解决，申请销号" in text


async def test_a_refused_card_told_twice_in_words_is_two_messages_to_the_duplicate_check(
    outside: Outside, fake: FakeWecom
) -> None:
    fake.cards = False
    for _ in range(2):
        outside.say("17号请接单", buttons=BUTTONS)
    await outside.send_all(rounds=2)
    first, second = texts(fake.to("liaison-21"))
    assert second == f"{first}\n（第2次）" and fake.folded == 0


async def test_pictures_and_files_are_uploaded_and_sent(outside: Outside, fake: FakeWecom) -> None:
    picture = keep_file(outside, "图.png", "image/png", b"\x89PNG" + b"1" * 100)
    report = keep_file(outside, "通报.docx", "application/msword", b"PK" + b"2" * 100)
    attach(outside, outside.say("本月通报"), picture, report)
    await outside.send_all()
    assert [body["msgtype"] for body in fake.to("liaison-21")] == ["text", "image", "file"]
    assert list(fake.uploads.values()) == [b"\x89PNG" + b"1" * 100, b"PK" + b"2" * 100]


async def test_a_group_of_the_app_has_no_cards(outside: Outside, fake: FakeWecom) -> None:
    outside.say("日报", group="wrAppChat", buttons=BUTTONS)
    await outside.send_all()
    [body] = fake.to("wrAppChat")
    assert body["msgtype"] == "text" and "17号接单" in body["text"]["content"]


@pytest.mark.parametrize("to", ["@all", "a|b"])
async def test_a_message_never_goes_to_everybody(outside: Outside, fake: FakeWecom, to: str) -> None:
    outside.say("一", account=to)
    await outside.send_all()
    assert fake.to(to) == []
    assert outside.messages()[0].state == "given_up"


# ---- what can't be delivered --------------------------------------------------------------------


async def test_who_left_is_found_out_although_all_went_well(outside: Outside, fake: FakeWecom) -> None:
    fake.gone.add("liaison-21")
    outside.say("一")
    await outside.send_all()
    row = outside.messages()[0]
    assert row.state == "given_up"
    assert "可见范围" in row.reason


@pytest.mark.parametrize(
    ("code", "says"),
    [(60020, "企业可信IP"), (81013, "可见范围"), (60011, "没有权限"), (40058, "不合要求")],
)
async def test_a_final_refusal_is_told_with_its_reason(
    outside: Outside, fake: FakeWecom, code: int, says: str
) -> None:
    fake.faults.append({"errcode": code, "errmsg": "not allow to access from your ip, from ip: 1.2.3.4"})
    outside.say("一")
    await outside.send_all(rounds=3)
    row = outside.messages()[0]
    assert (row.state, row.failures) == ("given_up", 1)
    assert says in row.reason
    assert fake.to("liaison-21") == []


async def test_the_office_is_told_what_did_not_arrive(outside: Outside, fake: FakeWecom) -> None:
    from tests.channels.wecom_kit import app_text

    fake.gone.add("contact-swj")
    await outside.post(app_text("342改线卡在供水管迁改，请市水务局9月30日前解决"))
    await outside.city.settle()
    await outside.post(app_text("1号交办市水务局", sender="office-1", msg_id="2"))
    await outside.city.settle()
    told = outside.city.db.read_now(
        lambda tx: tx.execute(select(notice.c.line).where(notice.c.kind == "undelivered")).scalars().all()
    )
    assert any("可见范围" in line for line in told)


# ---- when it fails ------------------------------------------------------------------------------

FAULTS: list[Any] = [500, 502, 503, "html", "not_json", "list", {"errcode": -1}, {"errcode": 45033}]


@pytest.mark.parametrize("fault", [*FAULTS, "cut_before", "cut_after"], ids=str)
async def test_a_person_gets_it_once_whatever_fails(outside: Outside, fake: FakeWecom, fault: Any) -> None:
    fake.faults.extend([fault] * 3)
    outside.say("一")
    await outside.send_all(rounds=1)
    outside.city.platforms.limits._resting.clear()
    for _ in range(4):
        outside.city.platforms.limits._resting.clear()
        await outside.send_all()
    assert texts(fake.to("liaison-21")) == ["一"]
    assert outside.messages()[0].state == "sent"
    tries = outside.city.db.read_now(lambda tx: tx.execute(select(attempt.c.outcome)).scalars().all())
    assert len(tries) == 3


async def test_pieces_that_are_out_are_not_sent_again(outside: Outside, fake: FakeWecom) -> None:
    text = "\n".join(f"{number} " + "供水管" * 50 for number in range(20))
    outside.say(text, channel="wecom_robot", group="g")
    fake.faults.extend([None, None, 500])  # type: ignore[list-item]
    await outside.send_all(rounds=3)
    assert "\n".join(texts(fake.to("hook-key"))) == text


async def test_same_words_twice_are_two_messages_to_the_duplicate_check(
    outside: Outside, fake: FakeWecom
) -> None:
    for _ in range(3):
        outside.say("已记录。")
    fake.faults.append("cut_after")
    await outside.send_all(rounds=3)
    assert texts(fake.to("liaison-21")) == ["已记录。", "已记录。\n（第2次）", "已记录。\n（第3次）"]
    assert fake.folded == 1


async def test_a_webhook_that_was_cut_is_repeated_once_at_most(outside: Outside, fake: FakeWecom) -> None:
    fake.faults.extend(["cut_after"] * 5)
    outside.say("日报", channel="wecom_robot", group="g")
    await outside.send_all(rounds=5)
    assert len(fake.to("hook-key")) == 2
    row = outside.messages()[0]
    assert row.state == "given_up" and "不明" in row.reason


async def test_a_webhook_that_was_cut_before_is_not_lost(outside: Outside, fake: FakeWecom) -> None:
    fake.faults.append("cut_before")
    outside.say("日报", channel="wecom_robot", group="g")
    await outside.send_all(rounds=3)
    assert len(fake.to("hook-key")) == 1


async def test_a_platform_that_is_down_for_long_gets_it_later(open_city: Open, fake: FakeWecom) -> None:
    outside = await open_city(wecom_tables(fake, wecom_robot={"per_minute": 1000}))
    fake.faults.extend([503] * 40)
    outside.say("一", channel="wecom_robot", group="g")
    await outside.send_all(rounds=41)
    assert texts(fake.to("hook-key")) == ["一"]


async def test_a_send_that_a_killed_process_left_is_repeated_once_at_most(
    outside: Outside, fake: FakeWecom
) -> None:

    outside.say("日报", channel="wecom_robot", group="g")
    for _ in range(2):
        from datetime import UTC, datetime

        outside.city.db.write_now(lambda tx: sending.lease(tx, datetime.now(UTC), 10))
        outside.city.db.write_now(sending.free)
    await outside.send_all()
    assert fake.to("hook-key") == []
    assert outside.messages()[0].state == "given_up"


async def test_a_reminder_whose_ticket_was_struck_off_meanwhile_is_not_sent(
    outside: Outside, fake: FakeWecom
) -> None:
    from storage import outbox
    from storage.tables import ticket
    from tests.channels.wecom_kit import app_text

    await outside.post(app_text("342改线卡在供水管迁改，请市水务局9月30日前解决"))
    await outside.city.settle()
    now = outside.city.clock.now()
    directory = outside.city.db.read_now(outside.city.directory.get)
    person = directory.person_of("wecom", "contact-swj")
    assert person is not None
    reminder = outbox.Notice(
        "k", "remind", "event", "1号快到期了", person_id=person.id, ticket_id=1, while_states=("reported",)
    )
    state = outside.city.db.read_now(lambda tx: tx.execute(select(ticket.c.state)).scalar_one())
    outside.city.db.write_now(lambda tx: outbox.add(tx, _while(reminder, state), now))
    fake.faults.append(503)
    await outside.send_all()
    outside.city.db.write_now(lambda tx: tx.execute(ticket.update().values(state="struck_off")))
    await outside.send_all(rounds=2)
    assert fake.to("contact-swj") == []
    [row] = [one for one in outside.messages() if one.account == "contact-swj"]
    assert row.state == "withdrawn"


def _while(one: Any, state: str) -> Any:
    from dataclasses import replace

    return replace(one, while_states=(state,))


# ---- limits -------------------------------------------------------------------------------------


async def test_one_person_gets_no_more_than_the_platform_would_drop(
    outside: Outside, fake: FakeWecom
) -> None:
    for number in range(40):
        outside.say(f"第{number}条")
    outside.say("别人的", account="liaison-22")
    await outside.send_all(rounds=2)
    assert len(fake.to("liaison-21")) == 20 and fake.dropped == 0
    assert texts(fake.to("liaison-22")) == ["别人的"]
    assert outside.unsent() == 20
    assert all(row.failures == 0 for row in outside.messages())


async def test_a_webhook_stays_below_twenty_a_minute(outside: Outside, fake: FakeWecom) -> None:
    for number in range(25):
        outside.say(f"第{number}条", channel="wecom_robot", group="g")
    await outside.send_all(rounds=3)
    assert len(fake.to("hook-key")) == 15
    outside.city.platforms.limits._clock = lambda: time.time() + 61
    fake.forget()
    await outside.send_all()
    assert texts(fake.to("hook-key")) == [f"第{number}条" for number in range(25)]


async def test_a_restart_forgets_no_use_of_a_limit(open_city: Open, fake: FakeWecom) -> None:
    outside = await open_city(wecom_tables(fake))
    for number in range(15):
        outside.say(f"第{number}条", channel="wecom_robot", group="g")
    await outside.send_all()
    await outside.city.platforms._save()
    again = await open_city(wecom_tables(fake), url=outside.city.db.url)
    work = asyncio.create_task(again.city.platforms.work())
    await asyncio.sleep(0.3)
    work.cancel()
    again.say("第16条", channel="wecom_robot", group="g")
    await again.send_all()
    assert len(fake.to("hook-key")) == 15


async def test_when_the_platform_says_too_much_nothing_more_goes_for_a_minute(
    outside: Outside, fake: FakeWecom
) -> None:
    fake.faults.append({"errcode": 45009})
    outside.say("一", channel="wecom_robot", group="g")
    outside.say("二", channel="wecom_robot", group="g")
    await outside.send_all(rounds=4)
    assert fake.to("hook-key") == []
    assert fake.calls["/pre/cgi-bin/webhook/send"] == 1


async def test_a_webhook_that_is_gone_is_given_up(open_city: Open, fake: FakeWecom) -> None:
    fake.gone.add("hook-key")
    outside = await open_city(wecom_tables(fake))
    outside.say("一", channel="wecom_robot", group="g")
    await outside.send_all()
    row = outside.messages()[0]
    assert row.state == "given_up" and "移除" in row.reason and "hook-key" not in row.reason


async def test_without_a_chatid_a_private_robot_writes_to_nobody(open_city: Open, fake: FakeWecom) -> None:
    outside = await open_city(wecom_tables(fake, wecom_robot={"chatid": True}))
    outside.say("一", channel="wecom_robot", account="liaison-21")
    outside.say("17号请接单", channel="wecom_robot", group="wrkGroup", buttons=BUTTONS)
    await outside.send_all()
    [(to, body)] = fake.delivered
    assert to == "wrkGroup" and body["chatid"] == "wrkGroup"
    assert body["markdown"]["attachments"][0]["actions"][0]["text"] == "接单"


# ---- 智能机器人 ------------------------------------------------------------------------------------


async def test_the_bot_answers_once_and_then_by_the_app(outside: Outside, fake: FakeWecom) -> None:
    url = f"{fake.url}/cgi-bin/aibot/response?response_code=RC1"
    await outside.post(bot_text("你好", response_url=url))
    [kept] = outside.kept()
    for text in ("一", "二"):
        outside.say(text, channel="wecom_bot", account="liaison-21", inbox_id=kept.id)
    await outside.send_all(rounds=2)
    assert [body["markdown"]["content"] for body in fake.to("RC1")] == ["一"]
    assert texts(fake.to("liaison-21")) == ["二"]


async def test_the_bots_answer_that_was_cut_goes_by_the_app(outside: Outside, fake: FakeWecom) -> None:
    url = f"{fake.url}/cgi-bin/aibot/response?response_code=RC1"
    await outside.post(bot_text("你好", response_url=url))
    fake.faults.append("cut_before")
    outside.say("一", channel="wecom_bot", account="liaison-21", inbox_id=outside.kept()[0].id)
    await outside.send_all(rounds=2)
    assert fake.to("RC1") == [] and texts(fake.to("liaison-21")) == ["一"]


async def test_an_answer_that_failed_goes_to_the_same_address_again(
    outside: Outside, fake: FakeWecom
) -> None:
    url = f"{fake.url}/cgi-bin/aibot/response?response_code=RC1"
    await outside.post(bot_text("你好", group="wrG", response_url=url))
    fake.faults.extend([500, "html"])
    outside.say("一", channel="wecom_bot", group="wrG", inbox_id=outside.kept()[0].id)
    await outside.send_all(rounds=3)
    assert len(fake.to("RC1")) == 1


async def test_a_group_out_of_the_bots_reach_is_told_to_the_office(outside: Outside) -> None:
    outside.say("日报", channel="wecom_bot", group="wrG")
    await outside.send_all()
    row = outside.messages()[0]
    assert row.state == "given_up" and "一小时" in row.reason


# ---- order and haste ----------------------------------------------------------------------------


async def test_a_slow_recipient_holds_up_nobody_else(open_city: Open, fake: FakeWecom) -> None:
    outside = await open_city(wecom_tables(fake))
    fake.latency = lambda to: 6.0 if to == "slow" else 0.0
    outside.say("一", account="slow")
    for number in range(60):
        outside.say("一", account=f"u{number}")
    sending = asyncio.create_task(outside.city.delivery.drain())
    await asyncio.sleep(0.5)
    outside.say("后来的", account="late", urgency="urgent")
    outside.city.delivery.wake()
    for _ in range(100):
        await asyncio.sleep(0.05)
        if len(fake.delivered) == 61:
            break
    assert fake.to("late") and len(fake.delivered) == 61 and not fake.to("slow")
    await sending
    assert fake.to("slow")


async def test_urgent_goes_before_ordinary_to_the_same_person_too(outside: Outside, fake: FakeWecom) -> None:
    for text, urgency in (("一", "event"), ("二", "reminder"), ("急", "urgent"), ("三", "reply")):
        outside.say(text, urgency=urgency)
    await outside.send_all()
    assert texts(fake.to("liaison-21")) == ["急", "一", "二", "三"]


async def test_in_order_for_each_recipient(outside: Outside, fake: FakeWecom) -> None:
    fake.faults.append(500)
    for number in range(5):
        outside.say(str(number))
    await outside.send_all(rounds=3)
    assert texts(fake.to("liaison-21")) == ["0", "1", "2", "3", "4"]


# ---- secrets ------------------------------------------------------------------------------------


async def test_nothing_secret_is_logged_or_kept_in_a_reason(
    open_city: Open, fake: FakeWecom, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    with structlog.testing.capture_logs() as logs:
        outside = await open_city(wecom_tables(fake))
        url = f"{fake.url}/cgi-bin/aibot/response?response_code=SECRET-RC"
        await outside.post(bot_text("你好", response_url=url))
        await outside.post(bot_text("你好"), signature="0" * 40)
        [kept] = outside.kept()
        ways: list[dict[str, Any]] = [
            {"channel": "wecom", "account": "liaison-21"},
            {"channel": "wecom_robot", "group": "g"},
            {"channel": "wecom_bot", "account": "liaison-21", "inbox_id": kept.id},
        ]
        for fault in (
            500,
            "html",
            "not_json",
            "cut_before",
            "cut_after",
            {"errcode": 93000, "errmsg": "hook-key"},
        ):
            for way in ways:
                fake.faults.append(fault)
                outside.say("一", **way)
                await outside.send_all()
        outside.city.delivery.channels["wecom"].send = _bug  # type: ignore[method-assign]
        outside.say("二")
        await outside.send_all()
        await fake.server.close()
        for way in ways:
            outside.say("三", **way)
            await outside.send_all()
    tries = outside.city.db.read_now(lambda tx: tx.execute(select(attempt.c.outcome)).scalars().all())
    written = repr(logs) + caplog.text + repr([row.reason for row in outside.messages()]) + repr(tries)
    assert (
        ("连不上" in written or "连接中断" in written)
        and "RuntimeError" in written
        and "callback refused" in written
    )
    for secret in (fake.secret, "hook-key", "SECRET-RC", "token-1", "t0ken", "access_token=", "0000000000"):
        assert secret not in written


async def _bug(_message: Any) -> Any:
    raise RuntimeError(_ADDRESS)


_ADDRESS = "https://qyapi.weixin.qq.com/?access_token=token-1"


async def test_a_restart_between_two_tries_changes_no_word(open_city: Open, fake: FakeWecom) -> None:
    outside = await open_city(wecom_tables(fake))
    for _ in range(2):
        outside.say("已记录。")
    fake.faults.extend([None, "cut_after"])
    await outside.city.delivery.drain()
    outside.soon()
    again = await open_city(wecom_tables(fake), url=outside.city.db.url)
    await again.send_all()
    assert texts(fake.to("liaison-21")) == ["已记录。", "已记录。\n（第2次）"]
    assert fake.folded == 1


# ---- who has that number ------------------------------------------------------------------------


async def test_an_account_is_found_by_its_mobile_number(outside: Outside, fake: FakeWecom) -> None:
    channel: Any = outside.city.delivery.channels["wecom"]
    fake.mobiles["13900000001"] = "ZhangSan"
    assert await channel.account_of("13900000001") == "zhangsan", "as callbacks name him"
    assert await channel.account_of("13900000002") == ""
    fake.expire()
    assert await channel.account_of("13900000001") == "zhangsan"
    fake.may_look_up = False
    with pytest.raises(ChannelError, match="权限") as refused:
        await channel.account_of("13900000001")
    assert refused.value.permanent and "139" not in refused.value.reason


async def test_a_file_sent_again_to_the_same_person_is_another_message(
    outside: Outside, fake: FakeWecom
) -> None:
    """The duplicate check would fold it into the first; for others one upload is enough."""
    file = keep_file(outside, "通报.docx", "application/msword", b"bulletin of a month")
    for account in ("liaison-21", "liaison-21", "liaison-22"):
        attach(outside, outside.say("通报", account=account), file)
        await outside.send_all()
    sent = [body["file"]["media_id"] for _, body in fake.delivered if body["msgtype"] == "file"]
    assert len(sent) == 3 and fake.folded == 0
    assert len(fake.uploads) == 2


@pytest.mark.parametrize("code", [40003, 48002, 60111, 301002])
async def test_what_will_never_go_is_given_up_at_once_with_its_reason(
    outside: Outside, fake: FakeWecom, code: int
) -> None:
    fake.faults.append({"errcode": code, "errmsg": "no"})
    outside.say("一")
    await outside.send_all()
    [row] = [one for one in outside.messages() if one.text == "一"]
    assert row.state == "given_up" and f"（{code}）" in row.reason
