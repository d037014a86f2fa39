"""What goes to leaders by the office: drafts and letters, until when they make sense, and by which hour (T5, T11)."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from bot.app import demo_time
from bot.channel import Outgoing
from bot.clock import MovableClock
from jobs import deliver, undelivered
from jobs.bundle import Bundle, bundle
from storage import directory
from storage.database import Tx
from storage.directory import Person
from storage.tables import account, notice, person, responsibility, substitute
from tests.stories.conftest import Story
from tests.stories.test_ladder import arranged

LEADERS = ("sponsor-wenxi", "vice-3")


async def drafted(story: Story) -> int:
    """A ticket so late that a draft to the project's leaders waits for the office."""
    number = await arranged(story)
    await story.at("2025-09-28 09:30")
    assert "呈报1" in await story.says("office-1", "待发呈报")
    return number


async def read_by_leaders(story: Story) -> list[str]:
    """What the project's leaders have read since this was asked last, the mornings' reminders of it left out."""
    return [said for who in LEADERS for said in await story.reads(who) if "请您阅处" not in said]


async def test_T5_a_draft_does_not_outlive_its_limit(story: Story) -> None:
    number = await drafted(story)
    await story.says("office-1", "呈报1发送")
    await story.says("office-1", f"{number}号交办市住建局")
    assert await story.says("office-1", "待发呈报") == "没有待发的呈报。"
    assert "已撤下" in await story.says("office-1", "呈报2发送")
    await read_by_leaders(story)
    await story.at("2025-09-29 12:00")
    assert not any("市水务局尚未办结" in said for said in await read_by_leaders(story))


async def test_T5_a_pause_holds_the_draft_back(story: Story) -> None:
    number = await drafted(story)
    await story.says("office-1", f"{number}号中止到10月20日，原因：等省厅批复")
    await story.at("2025-09-30 12:00")
    assert await read_by_leaders(story) == []


async def test_T5_undone_what_overtook_the_draft_brings_it_back(story: Story) -> None:
    number = await drafted(story)
    await story.says("office-1", f"{number}号交办市住建局")
    answer = await story.says("office-1", "撤销")
    assert "已撤回" in answer
    assert "呈报1" in await story.says("office-1", "待发呈报")


async def test_T7_a_refused_claim_brings_the_draft_back(story: Story) -> None:
    number = await drafted(story)
    await story.says("contact-swj", f"{number}号已解决，申请销号")
    assert await story.says("office-1", "待发呈报") == "没有待发的呈报。"
    await story.says("liaison-21", f"{number}号不同意销号，原因：还没迁")
    assert "呈报1" in await story.says("office-1", "待发呈报")


async def test_T4_what_did_not_reach_the_former_unit_stops_no_clock(story: Story) -> None:
    number = await story.dispatched()

    def first_message(tx: Tx) -> int:
        rows = select(notice.c.message_id).where(notice.c.kind == "dispatched")
        return int(tx.execute(rows).scalars().one())

    to_former = story.city.db.read_now(first_message)
    await story.says("office-1", f"{number}号交办市住建局")

    def given_up(tx: Tx) -> None:
        city = story.city
        undelivered.tell_office(tx, city.directory.get(tx), city.rules, to_former, "账号已停用", story.now)

    story.city.db.write_now(given_up)
    await story.city.settle()
    assert set(story.limits(number)) >= {"arrange", "feedback", "ordinary"}
    (said,) = [said for said in await story.reads("office-1") if "没有送达" in said]
    assert "时限没有起算" not in said


async def test_T11_leaders_who_cannot_be_reached_do_not_end_the_ladder(story: Story) -> None:
    def take_accounts(tx: Tx) -> None:
        tx.execute(delete(account).where(account.c.account.in_(LEADERS)))
        directory.touched(tx)

    story.city.db.write_now(take_accounts)
    await arranged(story)
    await story.pass_time(days=40)
    assert any("督查" in said and "由您转交" in said for said in await story.reads("office-1"))
    letter = await story.says("office-1", "待发呈报")
    assert "已依次告知承办单位联系人、分管领导、主要负责人。" in letter, "the leaders were never told"


async def test_T11_a_project_without_leaders_still_comes_to_the_inspectorate(story: Story) -> None:
    def take_leaders(tx: Tx) -> None:
        tx.execute(delete(responsibility).where(responsibility.c.duty != directory.LIAISON))
        directory.touched(tx)

    story.city.db.write_now(take_leaders)
    await arranged(story)
    await story.pass_time(days=40)
    assert any("督查" in said and "由您转交" in said for said in await story.reads("office-1"))


async def test_T11_a_draft_that_is_stale_is_not_said_to_be_sent(story: Story) -> None:
    number = await drafted(story)
    await story.says("contact-swj", f"{number}号已解决，申请销号")
    assert "已撤下" in await story.says("office-1", "呈报1发送")


async def test_after_an_outage_leaders_are_not_written_to_at_night(story: Story) -> None:
    await drafted(story)
    await read_by_leaders(story)
    assert isinstance(story.city.clock, MovableClock)
    story.city.clock.move(demo_time("2025-09-29 03:00"))
    await story.city.settle()
    assert await read_by_leaders(story) == []
    await story.at("2025-09-29 08:30")
    assert len(await read_by_leaders(story)) == len(LEADERS)


async def test_one_reader_whose_notices_fail_stops_nobody(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(reader: Person, *rest: Any) -> Bundle:
        if reader.unit == "市水务局":
            raise KeyError(reader.id)
        return bundle(reader, *rest)

    monkeypatch.setattr("jobs.deliver.bundle", failing)
    number = await story.dispatched()
    assert any(f"{number}号" in said and "已交办市水务局" in said for said in await story.reads("liaison-21"))


async def test_a_substitute_who_is_gone_stands_in_for_nobody(story: Story) -> None:
    def gone(tx: Tx) -> None:
        who = {
            row.account: row.person_id
            for row in tx.execute(select(account).where(account.c.account.in_(("contact-swj", "deputy-swj"))))
        }
        first, last = date(2025, 9, 15), date(2025, 9, 16)
        by = who["deputy-swj"]
        tx.execute(
            insert(substitute).values(person_id=who["contact-swj"], by_id=by, first_day=first, last_day=last)
        )
        tx.execute(update(person).where(person.c.id == by).values(gone=True))
        directory.touched(tx)

    story.city.db.write_now(gone)
    number = await story.dispatched()
    assert any(f"交办{number}号" in said for said in await story.reads("contact-swj"))


async def test_a_send_that_hangs_holds_up_nobody_else(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    channel = story.city.delivery.channels["console"]
    send = channel.send

    async def hangs(out: Outgoing) -> Any:
        if out.account == "contact-swj":
            await asyncio.sleep(3600)
        return await send(out)

    monkeypatch.setattr(channel, "send", hangs)
    monkeypatch.setattr(deliver, "_LONGEST_SEND", timedelta(milliseconds=20))
    number = await story.dispatched()
    assert any("已交办市水务局" in said for said in await story.reads("liaison-21"))
    assert number
