"""What is counted: once, on the day when it was, and all of it however many there are."""

from sqlalchemy import update

from storage import tickets
from storage.database import Tx
from storage.tables import ticket
from storage.tickets import StepNote
from tests.stories.conftest import Story


async def test_a_strike_off_counts_on_its_own_day_only(story: Story) -> None:
    number = await story.dispatched()
    await story.at("2025-09-16 10:00")
    await story.says("contact-swj", f"{number}号已解决，申请销号")
    await story.says("liaison-21", f"{number}号同意销号")
    await story.at("2025-09-17 10:00")
    seen = story.ticket(number)
    note = StepNote(story.now, seen.reporter_id, "补一张照片")
    story.city.db.write_now(lambda tx: tickets.step(tx, seen, "supplement", note, rules=story.city.rules))
    assert "销号：" not in await story.says("office-1", "今日明细")
    assert "销号0件" in await story.says("office-1", "全市今天情况")
    assert "销号：1号" in await story.says("office-1", "9月16日明细")


async def test_the_oldest_overdue_ticket_is_found_among_hundreds(story: Story) -> None:
    number = await story.dispatched()

    def many(tx: Tx) -> None:
        project = next(iter(story.city.directory.get(tx).ledger))
        for _ in range(320):
            tickets.enter(
                tx,
                project=project,
                category="other",
                title="又一件",
                level=None,
                severity="ordinary",
                asked_units=(),
                wanted_by=None,
                rules=story.city.rules,
                note=StepNote(story.now, 1, "又一件"),
            )
        tx.execute(update(ticket).where(ticket.c.number != number).values(next_look=None))

    story.city.db.write_now(many)
    await story.at("2025-09-25 09:00")
    assert f"{number}号" in await story.says("office-1", "哪些超期了")
    assert "在办问题321件" in await story.says("office-1", "问题清单")


async def test_a_day_that_is_in_no_calendar_is_said_to_be_none(story: Story) -> None:
    assert "没有这一天" in await story.says("office-1", "2月30日明细")
    assert "2024年2月29日明细" in await story.says("office-1", "2月29日明细")
