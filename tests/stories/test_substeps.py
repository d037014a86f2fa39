"""分步: a ticket's steps with days of their own (feature 26)."""

import pytest

from tests.stories.conftest import Story


async def test_steps_with_their_own_days_are_reminded_of_and_done_one_by_one(story: Story) -> None:
    number = await story.dispatched()
    answer = await story.says("contact-swj", f"{number}号分步：17日前完成设计；20日前管材到场；22日前迁完")
    assert "分3步" in answer and "办结时限不变" in answer
    assert any("第1步完成设计" in line for line in await story.reads("liaison-21"))
    assert "第2步管材到场" in await story.says("office-1", f"{number}号"), "the card shows them"
    assert "下一步：“第2步管材到场”" in await story.says("contact-swj", f"{number}号第一步完成")
    assert "已经报过完成" in await story.says("contact-swj", f"{number}号第1步完成")
    await story.reads("contact-swj")
    await story.at("2025-09-19 10:00")
    assert any("第2步管材到场" in line for line in await story.reads("contact-swj")), "near its day"
    # a new day for the whole leaves the steps
    await story.says("contact-swj", f"{number}号周工负责，21日前办完")
    assert "下一步：“第3步迁完”" in await story.says("contact-swj", f"{number}号第二步完成")
    assert "申请销号" in await story.says("contact-swj", f"{number}号第三步完成")
    assert "只有3步" in await story.says("contact-swj", f"{number}号第四步完成")


async def test_a_missed_step_goes_up_no_ladder(story: Story) -> None:
    number = await story.dispatched()
    await story.says("contact-swj", f"{number}号分步：16日前完成设计；22日前迁完")
    await story.says("contact-swj", f"{number}号反馈，设计单位在改图")
    await story.reads("deputy-swj")
    await story.at("2025-09-18 12:00")
    assert not any("第1步" in line for line in await story.reads("deputy-swj"))


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("完成设计；22日前迁完", "没有写到哪天"),
        ("20日前完成设计；17日前迁完", "从早到晚"),
        ("17日前完成设计；30日前迁完", "晚于办结时限"),
        ("10日前完成设计；22日前迁完", "已经过去了"),
    ],
)
async def test_steps_that_cannot_be_are_refused(story: Story, words: str, answer: str) -> None:
    number = await story.dispatched()
    assert answer in await story.says("contact-swj", f"{number}号分步：{words}")
    assert "promise" not in story.limits(number)


async def test_the_lead_lays_out_the_steps(story: Story) -> None:
    number = await story.dispatched()
    await story.says("office-1", f"{number}号请市交通运输局协办")
    assert "由牵头单位定" in await story.says("contact-jtj", f"{number}号分步：22日前迁完")
    assert "由承办单位来报" in await story.says("liaison-21", f"{number}号分步：22日前迁完")
