"""A project that has left the ledger: its tickets go on, reports and lists of projects leave it out."""

from sqlalchemy import update

from storage import directory
from storage.database import Tx
from storage.tables import ledger_entry
from tests.stories.conftest import Story


def _strike_from_ledger(story: Story, number: int) -> None:
    def gone(tx: Tx) -> None:
        tx.execute(update(ledger_entry).where(ledger_entry.c.number == number).values(gone=True))
        directory.touched(tx)

    story.city.db.write_now(gone)


async def test_the_tickets_of_a_project_that_left_the_ledger_go_on(story: Story) -> None:
    number = await story.dispatched()
    _strike_from_ledger(story, 21)
    await story.reads("contact-swj")
    await story.at("2025-09-15 16:00")
    (said,) = await story.reads("contact-swj")
    assert f"{number}号" in said and "今天定人" in said
    assert f"{number}号" in await story.says("office-1", "问题清单")
    assert "待销号" in await story.says("contact-swj", f"{number}号已解决，申请销号")
    await story.says("liaison-21", f"{number}号同意销号")
    assert story.state(number) == "已销号"


async def test_a_ticket_whose_project_left_the_ledger_climbs_its_ladder(story: Story) -> None:
    number = await story.dispatched()
    _strike_from_ledger(story, 21)
    await story.pass_time(days=20)
    for who in ("deputy-swj", "head-swj", "office-1"):
        assert any(f"{number}号" in said and "至今未" in said for said in await story.reads(who)), who


async def test_a_project_that_left_the_ledger_is_in_no_list_and_takes_no_reports(story: Story) -> None:
    assert "国道342线" in await story.says("liaison-21", "我的项目")
    _strike_from_ledger(story, 21)
    assert "国道342线" not in await story.says("liaison-21", "我的项目")
