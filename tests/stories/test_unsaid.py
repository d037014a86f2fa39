"""Words and topics that never enter a group's summary (feature 68); a long ticket in a few sentences (16)."""

import pytest

from tests.stories.conftest import Story

OFFICE, CITY = "office-1", "group:city"


async def summary(story: Story, day: str = "2025-09-15") -> str:
    """What the city's group reads at the end of that day."""
    await story.reads(CITY)
    await story.at(f"{day} 18:00")
    found = [text for text in await story.reads(CITY) if "重大项目日报" in text]
    assert len(found) == 1
    return found[0]


async def test_a_word_keeps_a_problem_out_of_the_groups_summary(story: Story) -> None:
    number = await story.dispatched()
    assert "记下了：各群日报不再提“供水管”" in await story.says(OFFICE, "日报不提供水管")
    text = await summary(story)
    assert f"{number}号" not in text and "新增问题0件" in text and "在办0件" in text
    assert f"{number}号" in await story.says(OFFICE, "我的问题"), "in private everything is there"
    assert f"{number}号" in await story.says(OFFICE, "今日明细")


async def test_a_topic_keeps_all_its_problems_out(story: Story) -> None:
    number = await story.reported("342改线有村民阻工，请市公安局处理")
    other = await story.reported("八达精密铸造缺资金，请市财政局协调")
    await story.says(OFFICE, "日报不提阻工类")
    text = await summary(story)
    assert f"{number}号" not in text and f"{other}号" in text and "新增问题1件" in text


async def test_what_was_left_out_may_be_said_again(story: Story) -> None:
    number = await story.reported()
    await story.says(OFFICE, "日报不提供水管")
    assert "“供水管”" in await story.says(OFFICE, "日报不提哪些")
    assert "恢复提“供水管”" in await story.says(OFFICE, "日报可以提供水管了")
    assert "没有不提的词" in await story.says(OFFICE, "日报不提哪些")
    assert f"{number}号" in await summary(story)


async def test_a_countys_office_sets_its_own_groups_alone(story: Story) -> None:
    number = await story.reported()
    assert "本县各群" in await story.says("county-wenxi", "日报不提供水管")
    assert f"{number}号" in await summary(story), "the city's group is the city's office's"


@pytest.mark.parametrize(
    ("who", "text", "says"),
    [
        ("liaison-21", "日报不提征地补偿", "由重点办定"),
        (OFFICE, "日报不提水", "两个字以上"),
        (OFFICE, "日报可以提征地补偿了", "没有这样不提的词"),
    ],
)
async def test_who_may_leave_out_what(story: Story, who: str, text: str, says: str) -> None:
    assert says in await story.says(who, text)


async def test_a_long_ticket_in_a_few_sentences(story: Story) -> None:
    number = await story.dispatched()
    await story.says("contact-swj", f"{number}号周工负责，22日前迁完")
    await story.at("2025-09-16 09:00")
    await story.says("contact-swj", f"{number}号已到现场，正在开挖")
    await story.at("2025-09-17 09:00")
    await story.says(OFFICE, f"催{number}号")
    await story.says("contact-swj", f"{number}号开挖过半，等管材")
    answer = await story.says("liaison-21", f"{number}号概要")
    assert "历时2天" in answer and "起因：9月15日闻喜县人民政府刘明亮报“342改线卡在供水管迁改" in answer
    assert "9月15日交办，现由市水务局周工承办；反馈2次；催办1次" in answer
    assert "最近：9月17日市水务局叶海燕反馈“1号开挖过半，等管材”" in answer
    assert "现在：办理中，22日到期" in answer
    assert len(answer.splitlines()) <= 6
    assert "没有查到" in await story.says("liaison-10", f"{number}号来龙去脉")
