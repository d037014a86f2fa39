"""Several tickets in one message: each is done by itself, one answer says what became of each (feature 25)."""

from tests.stories.conftest import Story


async def three(story: Story) -> list[int]:
    found = [
        await story.reported("342改线供水管没迁，请市水务局解决"),
        await story.reported("八达铸造供水没接通，请市水务局解决"),
        await story.reported("342改线K12电杆没迁，请供电公司解决"),
    ]
    assert found == [1, 2, 3]
    return found


async def test_several_are_dispatched_at_once_and_each_line_is_said(story: Story) -> None:
    await three(story)
    answer = await story.says("office-1", "1、2、3号交办市水务局")
    for number in (1, 2, 3):
        assert f"{number}号已交办市水务局" in answer
        assert story.state(number) == "已交办"
    # one that can't be is said, and stops no other
    await story.says("office-1", "1号限17日前办结")
    again = await story.says("office-1", "1、2号交办国网运城供电公司")
    assert "1号已交办国网运城供电公司" in again and "2号已交办国网运城供电公司" in again


async def test_several_are_struck_off_at_once_and_one_that_is_not_claimed_is_said(story: Story) -> None:
    await three(story)
    await story.says("office-1", "1、2、3号交办市水务局")
    for number in (1, 2):
        await story.says("contact-swj", f"{number}号已解决，申请销号，附文号运水函〔2025〕{number}号")
    answer = await story.says("office-1", "同意1、2、3号销号")
    assert "1号" in answer and "2号" in answer and "3号现在是“已交办”" in answer
    assert [story.state(number) for number in (1, 2, 3)] == ["已销号", "已销号", "已交办"]


async def test_several_are_verified_declined_and_resumed_at_once(story: Story) -> None:
    await three(story)
    answer = await story.says("office-1", "1、2号核实列入")
    assert "1号" in answer and "2号" in answer
    assert [story.state(number) for number in (1, 2, 3)] == ["待交办", "待交办", "待核实"]
    await story.says("office-1", "1-2号交办市水务局")
    assert [story.state(number) for number in (1, 2)] == ["已交办", "已交办"]
