"""中止: while a ticket rests nothing of it is due, and what it rested is given back, no more and no less."""

from bot.wording import last_day
from tests.stories.conftest import Story


async def _paused(story: Story, until: str = "9月22日") -> int:
    number = await story.dispatched()
    await story.says("office-1", f"{number}号中止到{until}，原因：等省厅批复")
    return number


async def test_all_limits_of_the_unit_rest_and_it_is_told_the_new_ones(story: Story) -> None:
    number = await _paused(story)
    await story.reads("contact-swj")
    await story.at("2025-09-22 12:00")
    said = "\n".join(await story.reads("contact-swj"))
    assert "中止到期，恢复办理，29日24时前办结" in said
    assert "至今未" not in said, "nothing was due while it rested"
    assert await story.reads("deputy-swj") == []
    assert {last_day(row.due).isoformat() for row in story.limits(number).values()} == {
        "2025-09-22",
        "2025-09-25",
        "2025-09-29",
    }


async def test_a_paused_ticket_is_not_over(story: Story) -> None:
    await _paused(story, "10月20日")
    await story.at("2025-10-10 09:00")
    assert "超期" not in await story.says("office-1", "今日明细")
    assert "没有超期的问题" in await story.says("office-1", "哪些超期了")


async def test_a_claim_refused_after_the_pause_keeps_the_days(story: Story) -> None:
    number = await _paused(story)
    await story.at("2025-09-18 09:00")
    await story.says("contact-swj", f"{number}号已解决，申请销号")
    await story.at("2025-09-24 09:00")
    await story.says("liaison-21", f"{number}号不同意销号，原因：管子还在")
    assert last_day(story.limits(number)["ordinary"].due).isoformat() == "2025-09-25"
