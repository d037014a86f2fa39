"""A leader's day: what waits in the morning, his projects on one screen, what is late by what was released (R2)."""

import pytest

from tests.stories.conftest import Story
from tests.stories.test_ladder import arranged

LEADER, COUNTY, OFFICE = "vice-3", "sponsor-wenxi", "office-1"


async def late(story: Story) -> int:
    """A ticket of 国道342 is over; its leaders have not yet been told."""
    number = await arranged(story)
    await story.at("2025-09-24 09:00")
    return number


async def test_R2_a_leaders_projects_on_one_screen_with_what_needs_him(story: Story) -> None:
    number = await late(story)
    answer = await story.says(LEADER, "我包联的项目怎么样")
    lines = answer.splitlines()
    assert lines[0] == "您包联的项目9个：红灯1个、未报8个。"
    assert lines[1] == "请您关注：" and f"{number}号" in lines[2] and "超期" in lines[2]
    assert f"“{number}号请抓紧，周五前解决”" in answer
    assert "【红灯】国道342线闻喜县城过境改线" in answer
    assert len(lines) <= 14, "one screen"


async def test_R2_the_lamps_in_the_chat_are_those_of_the_board(story: Story) -> None:
    await story.says("liaison-21", "342改线今年累计完成4000万元")
    answer = await story.says(LEADER, "我包联的项目怎么样")
    assert "【红灯】国道342线闻喜县城过境改线：完成年计划的16%，低于序时50.7个百分点" in answer
    await story.says("liaison-21", "342改线今年累计完成2亿元")
    assert "绿灯1个" in await story.says(LEADER, "我包联的项目怎么样")


@pytest.mark.parametrize("who", ["mayor", LEADER, COUNTY, "secretary-1"])
async def test_R2_what_is_over_is_answered_with_what_to_write(story: Story, who: str) -> None:
    number = await late(story)
    answer = await story.says(who, "哪些超期了")
    assert f"{number}号" in answer and f"“催{number}号”" in answer


@pytest.mark.parametrize("text", ["运城开发区这个月", "运城开发区这个月怎么样", "运城开发区本月情况"])
async def test_R2_a_county_by_its_name_and_a_month(story: Story, text: str) -> None:
    await story.says("liaison-29", "鸿运智控9月完成投资300万元，今年累计1.2亿元")
    answer = await story.says("mayor", text)
    assert answer.startswith("运城开发区本月：项目2个") and "报送1个项目" in answer
    assert "没有您可以查看" in await story.says(COUNTY, text)


async def test_R2_a_project_as_it_stands_now(story: Story) -> None:
    assert "山西绛县抽水蓄能电站" in await story.says("mayor", "绛县抽蓄现在什么情况")
    assert "没有查到" in await story.says(COUNTY, "绛县抽蓄现在什么情况")


async def test_R2_once_a_week_what_is_long_late_goes_by_the_office(story: Story) -> None:
    number = await arranged(story)
    await story.at("2025-09-24 10:00")
    assert not [text for text in await story.reads(OFFICE) if "包联项目超期情况" in text], "two days over"
    await story.at("2025-10-09 10:00")  # Wednesday 8 October is a holiday
    assert any("拟呈丁市长" in text and "包联项目超期情况" in text for text in await story.reads(OFFICE))
    draft = await story.says(OFFICE, "待发呈报")
    assert "您包联的9个项目，超期未办结1件" in draft and f"{number}号" in draft
    assert not [text for text in await story.reads(LEADER) if "您包联的9个项目" in text]
    place = next(line for line in draft.splitlines() if "您包联的9个项目" in line).split("（")[0]
    await story.says(OFFICE, f"{place}发送")
    await story.pass_time(minutes=5)
    assert [text for text in await story.reads(LEADER) if "您包联的9个项目，超期未办结1件" in text]


async def test_R2_nothing_late_is_no_brief(story: Story) -> None:
    await story.dispatched()
    await story.at("2025-09-17 12:00")
    assert not [text for text in await story.reads(OFFICE) if "包联项目超期情况" in text]


async def drafted_and_released(story: Story) -> int:
    """A request to the project's leaders was released on a Sunday that is worked (28 September 2025)."""
    number = await arranged(story)
    await story.says(OFFICE, "呈报1暂缓，理由：先由分管领导协调")
    await story.at("2025-09-28 09:30")
    waiting = await story.says(OFFICE, "待发呈报")
    for line in waiting.splitlines():
        if line.startswith("呈报") and "请示" in line:
            await story.says(OFFICE, f"{line.split('（')[0]}发送")
    await story.pass_time(minutes=5)
    return number


async def test_the_morning_says_what_waits_and_nothing_when_nothing_waits(story: Story) -> None:
    number = await drafted_and_released(story)
    await story.reads(LEADER)
    await story.at("2025-09-29 08:25")
    assert not await story.reads(LEADER)
    await story.at("2025-09-29 08:35")
    (digest,) = await story.reads(LEADER)
    assert "今天请您阅处" in digest and "待您批示" in digest
    await story.says(LEADER, f"{number}号请抓紧，9月30日前解决")
    await story.reads(LEADER)
    await story.at("2025-09-30 09:00")
    assert not [text for text in await story.reads(LEADER) if "今天请您阅处" in text], "he has answered"


async def test_the_same_is_said_on_so_many_mornings_only_and_never_on_rest_days(story: Story) -> None:
    await drafted_and_released(story)
    await story.reads(LEADER)
    await story.at("2025-10-20 18:00")
    digests = [text for text in await story.reads(LEADER) if "今天请您阅处1件" in text]
    assert len(digests) <= 3


async def test_who_heads_the_office_reads_what_waits_for_it(story: Story) -> None:
    number = await story.dispatched()
    await story.says("contact-swj", f"{number}号周工负责，当天迁完")
    await story.says("contact-swj", f"{number}号已迁完，申请销号")
    await story.at("2025-09-16 09:00")
    assert [text for text in await story.reads("head-xmzx") if f"待确认销号1件（{number}号）" in text]
    await story.says("liaison-21", f"同意{number}号销号")
    await story.at("2025-09-17 09:00")
    assert not await story.reads("head-xmzx")


async def test_the_digest_goes_through_the_secretary(story: Story) -> None:
    await story.says("mayor", "G108改扩建请市财政局9月19日前拨付")
    await story.says("contact-czj", "批示1已办结：已拨付300万元")
    await story.says(OFFICE, "批示1销号")
    await story.says(OFFICE, "呈报1发送")
    await story.at("2025-09-16 09:00")
    found = [text for text in await story.reads("secretary-1") if "您批示的已有结果" in text]
    assert found and found[0].startswith("请呈王市长")
