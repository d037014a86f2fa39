"""Extensions: what is granted is later than what stands, and counts for the unit that has the ticket."""

from tests.stories.conftest import Story

OFFICE, CONTACT = "office-1", "contact-swj"


async def test_a_request_that_the_month_overtook_is_over(story: Story) -> None:
    number = await story.dispatched()
    await story.says(CONTACT, f"{number}号申请延期到26日，原因：管材未到货")
    answer = await story.says(OFFICE, f"{number}号定为重大复杂问题")
    assert "延期申请作废" in answer
    assert any("延期申请作废" in text for text in await story.reads(CONTACT))
    month = story.limits(number)["complex"].due
    assert "没有要您答复的" in await story.says(OFFICE, f"{number}号同意延期")
    assert story.limits(number)["complex"].due == month


async def test_no_day_that_is_over_is_granted(story: Story) -> None:
    number = await story.dispatched()
    await story.says(CONTACT, f"{number}号申请延期到23日，原因：管材未到货")
    await story.at("2025-09-24 09:00")
    answer = await story.says(OFFICE, f"{number}号同意延期")
    assert "23日已经过去" in answer and "不同意延期" in answer
    assert "1号不同意延期" in await story.says(OFFICE, f"{number}号不同意延期，原因：请另报日期")


async def test_an_own_limit_answers_the_request(story: Story) -> None:
    number = await story.dispatched()
    await story.says(CONTACT, f"{number}号申请延期到26日，原因：管材未到货")
    assert "延期申请作废" in await story.says(OFFICE, f"{number}号限20日前办结")
    assert story.ticket(number).asks is None


async def test_what_was_undone_or_granted_to_another_unit_does_not_count(story: Story) -> None:
    number = await story.dispatched()
    for _ in range(2):
        await story.says(CONTACT, f"{number}号申请延期到26日，原因：管材未到货")
        assert "同意延期到" in await story.says(OFFICE, f"{number}号同意延期")
        await story.says(OFFICE, "撤销")
        await story.says(OFFICE, f"{number}号不同意延期，原因：再想想")
    await story.says(CONTACT, f"{number}号申请延期到26日，原因：管材未到货")
    assert "同意延期到" in await story.says(OFFICE, f"{number}号同意延期")
    await story.says(OFFICE, f"{number}号交办市住建局")
    assert "已转重点办" in await story.says("contact-zjj", f"{number}号申请延期到28日，原因：管材未到货")


async def test_what_was_granted_before_it_was_opened_again_does_not_count(story: Story) -> None:
    number = await story.dispatched()
    for day in (26, 28):
        await story.says(CONTACT, f"{number}号申请延期到{day}日，原因：管材未到货")
        assert "同意延期到" in await story.says(OFFICE, f"{number}号同意延期")
    assert "已延期2次" in await story.says(CONTACT, f"{number}号申请延期到29日，原因：管材未到货")
    await story.says(CONTACT, f"{number}号已解决，申请销号")
    assert "销号" in await story.says(OFFICE, f"{number}号同意销号")
    await story.says(OFFICE, f"{number}号重新打开，原因：又漏水了")
    assert "已转重点办" in await story.says(CONTACT, f"{number}号申请延期到30日，原因：管材未到货")
