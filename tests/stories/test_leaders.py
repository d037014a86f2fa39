"""What goes to leaders by the office: drafts and letters, until when they make sense, and by which hour (T5, T11)."""

from sqlalchemy import select

from jobs import undelivered
from storage.database import Tx
from storage.tables import notice
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
    """What the project's leaders have read since this was asked last."""
    return [said for who in LEADERS for said in await story.reads(who)]


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
