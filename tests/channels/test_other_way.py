"""What could not be delivered is told to the office with its reason and the other ways that there are; by one
message it goes another way, and the limits begin when it has arrived."""

from typing import Any

import pytest
from sqlalchemy import select, update

from storage import binding, directory, tickets
from storage.tables import message, notice
from tests.channels.conftest import Open, Outside, wecom_tables
from tests.channels.fake import FakeWecom
from tests.channels.wecom_kit import app_text

UNIT = "contact-swj"


@pytest.fixture
async def both(open_city: Open, fake: FakeWecom) -> Outside:
    """The city on 企业微信 and on its console: everybody has an account on both."""
    return await open_city({**wecom_tables(fake), "console": {"enabled": True}})


def told_office(outside: Outside, kind: str = "undelivered") -> list[Any]:
    wanted = select(notice).where(notice.c.kind == kind).order_by(notice.c.id)
    return list(outside.city.db.read_now(lambda tx: tx.execute(wanted).all()))


async def says(outside: Outside, who: str, text: str, msg_id: str) -> None:
    await outside.post(app_text(text, sender=who, msg_id=msg_id))
    await outside.city.settle()


async def dispatched(outside: Outside) -> None:
    await says(outside, "liaison-21", "342改线卡在供水管迁改，请市水务局9月30日前解决", "1")
    await says(outside, "office-1", "1号交办市水务局", "2")


def ticket(outside: Outside) -> tickets.Ticket:
    found = outside.city.db.read_now(lambda tx: tickets.one(tx, 1))
    assert found is not None
    return found


def running(outside: Outside) -> set[str]:
    one = ticket(outside)
    rows = outside.city.db.read_now(lambda tx: tickets.deadlines_of(tx, [one.id]))[one.id]
    return {str(row.kind) for row in rows if row.runs}


async def test_the_office_sends_a_lost_dispatch_another_way_and_its_limits_begin_then(
    both: Outside, fake: FakeWecom
) -> None:
    fake.gone.add(UNIT)
    await says(both, UNIT, "谢谢", "0")  # he writes from 企业微信: that is where he is written to
    await dispatched(both)
    lost = next(
        row for row in both.messages() if row.account == UNIT and row.channel == "wecom" and "1号" in row.text
    )
    assert lost.state == "given_up"
    one = next(row for row in told_office(both) if row.ticket_id is not None)
    assert "时限没有起算" in one.line and "可见范围" in one.line and f"{lost.id}号消息" in one.line
    assert f"{lost.id}号消息改用聊天台重发" in one.answer
    assert [button["text"] for button in one.buttons] == [f"{lost.id}号消息改用聊天台重发"]
    assert ticket(both).told_at is None and "arrange" not in running(both)

    await says(both, "office-1", f"{lost.id}号消息改用聊天台重发", "3")
    again = both.messages()[-1] if both.messages()[-1].channel == "console" else None
    sent = [row for row in both.messages() if row.channel == "console" and row.account == UNIT]
    assert [row.state for row in sent] == ["sent"], again
    assert "1号的时限从您收到这条起重新计算" in sent[0].text
    assert ticket(both).told_at is not None and "arrange" in running(both)
    assert any("交办已补送达市水务局" in row.line for row in told_office(both, "told"))


async def test_only_the_office_sends_again(both: Outside, fake: FakeWecom) -> None:
    fake.gone.add(UNIT)
    await says(both, UNIT, "谢谢", "0")
    await dispatched(both)
    lost = next(row for row in both.messages() if row.account == UNIT and "1号" in row.text)
    await says(both, "liaison-21", f"{lost.id}号消息重发", "9")
    assert "由市重点办值守人员办理" in fake.to("liaison-21")[-1]["text"]["content"]


async def test_one_who_was_not_reached_by_one_way_is_written_to_by_the_other(
    both: Outside, fake: FakeWecom
) -> None:
    fake.gone.add(UNIT)
    await says(both, UNIT, "谢谢", "0")
    await dispatched(both)
    await says(both, "office-1", "1号催办一下，请抓紧", "4")
    urged = [row for row in both.messages() if row.account == UNIT and row.channel == "console"]
    assert [row.state for row in urged] == ["sent"]


async def test_an_answer_that_does_not_arrive_is_told_once_a_day(outside: Outside, fake: FakeWecom) -> None:
    fake.gone.add("liaison-21")
    for n in range(3):
        await says(outside, "liaison-21", "342改线进度50%", f"{n}")
    lines = {row.line for row in told_office(outside)}
    assert len(lines) == 1
    assert "的答复没有送达企业微信（收件人不在应用的可见范围内，或已离职）" in lines.pop()


async def test_without_another_account_the_office_reads_what_else_it_can_do(
    outside: Outside, fake: FakeWecom
) -> None:
    def only_wecom(tx: Any) -> None:
        from storage.tables import account

        tx.execute(account.delete().where(account.c.channel == "console"))
        directory.touched(tx)

    outside.city.db.write_now(only_wecom)
    fake.gone.add(UNIT)
    await dispatched(outside)
    one = next(row for row in told_office(outside) if row.ticket_id is not None)
    assert "没有别的账号可用，请用电话等方式告知" in one.answer
    assert "已电话告知" in one.answer
    assert list(one.buttons) == []


async def test_what_is_sent_again_and_fails_again_is_told_again(both: Outside, fake: FakeWecom) -> None:
    fake.gone.add(UNIT)
    await says(both, UNIT, "谢谢", "0")
    await dispatched(both)
    lost = next(row for row in both.messages() if row.account == UNIT and "1号" in row.text)
    before = len(told_office(both))
    await says(both, "office-1", f"{lost.id}号消息重发", "5")
    assert len(told_office(both)) > before


@pytest.mark.parametrize("why", ["failed before", "held back by our limit", "behind another of his"])
async def test_a_reminder_that_had_to_wait_is_not_sent_once_its_ticket_is_struck_off(
    outside: Outside, fake: FakeWecom, why: str
) -> None:
    await dispatched(outside)
    fake.delivered.clear()
    reminder = outside.say("1号今天反馈", account=UNIT, urgency="reminder")
    values: dict[str, Any] = {
        "failed before": {"failures": 1, "attempt": 1},
        "held back by our limit": {"attempt": 1},
        "behind another of his": {},
    }[why]

    def waits(tx: Any) -> None:
        about = select(notice.c.id).where(notice.c.kind == "dispatched")
        tx.execute(
            update(notice)
            .where(notice.c.id.in_(about))
            .values(message_id=reminder, while_states=["dispatched"])
        )
        if values:
            tx.execute(update(message).where(message.c.id == reminder).values(**values))

    outside.city.db.write_now(waits)
    await outside.post(app_text("收到，周工负责，9月22日前办完", sender=UNIT, msg_id="7"))
    await outside.city.intake.drain()  # the ticket is in progress now
    assert ticket(outside).state == "in_progress"
    outside.city.clock.move(outside.city.clock.now().replace(minute=30))  # type: ignore[attr-defined]
    await outside.send_all()
    row = next(row for row in outside.messages() if row.id == reminder)
    assert (row.state, row.reason) == ("withdrawn", "事项已有变化，不再提醒")
    assert not any("1号今天反馈" in str(body) for body in fake.to(UNIT))


async def test_an_account_that_was_bound_anew_is_where_a_message_goes_again(
    outside: Outside, fake: FakeWecom
) -> None:
    fake.gone.add(UNIT)
    await dispatched(outside)
    lost = next(row for row in outside.messages() if row.account == UNIT and "1号" in row.text)
    found = outside.city.db.read_now(lambda tx: outside.city.directory.get(tx).person_of("wecom", UNIT))
    assert found is not None
    outside.city.db.write_now(
        lambda tx: binding.bind(tx, found.id, "wecom", "swj-new", outside.city.clock.now())
    )
    await says(outside, "office-1", f"{lost.id}号消息重发", "5")
    assert any("补发" in str(body) for body in fake.to("swj-new"))
