"""撤销: what is undone leaves nothing behind, and what can't be undone is said to be so (P, T4, T7, T11)."""

import re
from datetime import timedelta

from sqlalchemy import select

from storage import drafts
from storage.tables import rung, ticket_unit
from tests.stories.conftest import Story, Tell
from tests.stories.test_leaders import drafted, read_by_leaders


async def test_T5_undone_releases_of_a_draft_wait_again(story: Story) -> None:
    await drafted(story)
    stood = await story.says("office-1", "呈报1")
    for words in ("呈报1改为：请您过问。", "呈报1暂缓，理由：再核实"):
        await story.says("office-1", words)
        assert "已撤回" in await story.says("office-1", "撤销")
        assert await story.says("office-1", "呈报1") == stood


async def test_T5_a_draft_whose_time_went_by_while_it_was_held_does_not_go_at_once(story: Story) -> None:
    await drafted(story)
    (first, *_) = story.city.db.read_now(drafts.waiting)
    assert first.release_at is not None
    await story.at(f"{first.release_at - timedelta(minutes=2):%Y-%m-%d %H:%M}")
    await story.says("office-1", "呈报1暂缓，理由：再核实")
    await story.pass_time(minutes=5)
    assert "已撤回" in await story.says("office-1", "撤销")
    await read_by_leaders(story)
    await story.pass_time(hours=1)
    assert await read_by_leaders(story) == []
    await story.pass_time(days=1)
    assert len(await read_by_leaders(story)) == 1


async def test_T5_a_draft_that_its_reader_has_is_not_taken_back(story: Story) -> None:
    await drafted(story)
    await story.says("office-1", "呈报1发送")
    assert len(await read_by_leaders(story)) == 1
    assert "已经送出" in await story.says("office-1", "撤销")


async def test_T11_a_letter_handed_over_by_mistake_waits_again(story: Story) -> None:
    await drafted(story)
    await story.at("2025-10-20 09:00")
    stood = await story.says("office-1", "待发呈报")
    letter = re.search(r"呈报\d+(?=（致督查室)", stood)
    assert letter is not None
    await story.says("office-1", f"{letter[0]}已转交督查室")
    assert "已撤回" in await story.says("office-1", "撤销")
    assert await story.says("office-1", "待发呈报") == stood


async def test_T4_undone_the_redispatch_tells_the_first_unit_to_go_on(story: Story) -> None:
    number = await story.dispatched()
    await story.reads("contact-swj")
    await story.says("office-1", f"{number}号交办市住建局")
    (moved,) = await story.reads("contact-swj")
    assert "不用再办" in moved
    await story.says("office-1", "撤销")
    (said,) = await story.reads("contact-swj")
    assert f"{number}号仍由市水务局承办" in said and "22日办结" in said
    assert "请不必再办" not in said
    assert any("请不必再办" in said for said in await story.reads("contact-zjj"))


async def test_a_message_that_cannot_be_undone_is_not_passed_over(story: Story) -> None:
    number = await story.reported()
    await story.says("office-1", f"{number}号核实列入")
    await story.says("office-1", "大起底，20日前报齐")
    answer = await story.says("office-1", "撤销")
    assert "不能撤回" in answer and "大起底" in answer
    assert story.state(number) == "待交办"


async def test_T0_a_reporter_takes_back_what_was_verified_but_not_dispatched(story: Story) -> None:
    number = await story.reported()
    await story.says("office-1", f"{number}号核实列入")
    await story.reads("office-1")
    assert "已撤回" in await story.says("liaison-21", "撤销")
    assert story.state(number) == "已撤回"
    assert story.limits(number) == {}
    assert "不" in await story.says("office-1", f"{number}号交办市水务局")
    assert "已经撤回过" in await story.says("liaison-21", "撤销")


async def test_T7_struck_off_again_the_leader_hears_of_it_again(story: Story) -> None:
    number = await story.dispatched()
    await story.says("office-1", f"赵市长批示：{number}号本周五前解决")
    await story.says("contact-swj", f"{number}号已解决，申请销号")
    await story.says("liaison-21", f"{number}号同意销号")
    assert "已办结销号" in await story.says("office-1", "待发呈报")
    await story.says("liaison-21", "撤销")
    assert await story.says("office-1", "待发呈报") == "没有待发的呈报。"
    await story.says("liaison-21", f"{number}号同意销号")
    assert "已办结销号" in await story.says("office-1", "待发呈报")


async def test_T7_a_refused_claim_lets_all_its_limits_run_again(story: Story) -> None:
    number = await story.dispatched()
    before = story.limits(number)
    await story.says("contact-swj", f"{number}号已解决，申请销号")
    assert story.limits(number) == {}
    await story.says("liaison-21", f"{number}号不同意销号，原因：还没迁")
    assert story.limits(number) == before


async def test_an_undone_urge_can_be_repeated(story: Story) -> None:
    number = await story.dispatched()
    await story.says("liaison-21", f"催{number}号")
    assert "已经催过" in await story.says("liaison-21", f"催{number}号")
    await story.says("liaison-21", "撤销")
    assert "已催办" in await story.says("liaison-21", f"催{number}号")


async def test_T2_an_undone_receipt_lets_the_repeats_go_on(story: Story) -> None:
    def receipts() -> list[object]:
        found = story.city.db.read_now(lambda tx: tx.execute(select(rung.c.receipt_at)).scalars().all())
        return [one for one in found if one is not None]

    number = await story.dispatched()
    await story.pass_time(days=1)
    await story.says("contact-swj", f"{number}号收到")
    assert receipts()
    await story.says("contact-swj", "撤销")
    assert not receipts()


async def test_T4_an_undone_part_of_an_assisting_unit_is_open_again(story: Story) -> None:
    number = await story.dispatched()
    await story.says("office-1", f"{number}号请市住建局配合")

    def states() -> list[str]:
        rows = select(ticket_unit.c.state).where(ticket_unit.c.part == "assisting")
        return story.city.db.read_now(lambda tx: list(tx.execute(rows).scalars()))

    assert states() == ["told"]
    await story.says("contact-zjj", f"{number}号我局已办好")
    assert states() == ["done"]
    await story.says("contact-zjj", "撤销")
    assert states() == ["told"]


async def test_T5_drafts_of_december_are_still_shown_in_january(tell: Tell) -> None:
    story = await tell(at="2025-12-16 09:00")
    number = await story.dispatched()
    await story.says("contact-swj", f"{number}号周工负责，23日前迁完")
    await story.says("contact-swj", f"{number}号正在开挖")
    await story.at("2026-01-12 09:00")
    found = re.search(r"呈报\d+(?=（致督查室)", await story.says("office-1", "待发呈报"))
    assert found is not None
    letter = await story.says("office-1", found[0])
    assert "督查" in letter
