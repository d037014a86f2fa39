"""集中开工、三个一批: who goes in, who is ready, what came of it (P15)."""

import pytest

from tests.stories.conftest import Story, Tell

OFFICE = "office-1"


async def told(story: Story, account: str, *words: str) -> list[str]:
    return [one for one in await story.reads(account) if all(word in one for word in words)]


async def test_P15_opened_by_the_office_answered_by_liaisons(story: Story) -> None:
    could = await story.says(OFFICE, "10月28日集中开工")
    assert "按计划可列入" in could and "G108" in could
    said = await story.says(OFFICE, "10月28日集中开工：G108、奥体中心、没听过的")
    assert "列入2个" in said and "“没听过的”没有读懂" in said
    assert await told(story, "liaison-1", "G108", "拟列入10月28日集中开工", "集中开工已备好")
    assert "已备好" in await story.says("liaison-1", "G108集中开工已备好")
    assert "还缺：施工许可" in await story.says("liaison-3", "奥体中心集中开工还缺施工许可")
    assert await told(story, OFFICE, "奥体中心", "还缺：施工许可")
    said = await story.says(OFFICE, "集中开工")
    assert "列入2个：备好1个，没有回的0个" in said and "运城奥体中心：还缺施工许可" in said
    assert "已备好" in await story.says("liaison-3", "奥体中心集中开工已经准备好了")
    assert "备好2个" in await story.says(OFFICE, "集中开工准备情况")


async def test_P15_the_silent_are_asked_again_and_what_came_of_it_is_read(story: Story) -> None:
    await story.says(OFFICE, "10月28日集中开工：G108、奥体中心")
    await story.says("liaison-1", "G108集中开工已备好")
    for account in ("liaison-1", "liaison-3", OFFICE):
        await story.reads(account)
    await story.at("2025-10-24 12:00")
    assert await told(story, "liaison-3", "还没有回是否备好")
    assert not await told(story, "liaison-1", "还没有回是否备好")
    assert await told(story, OFFICE, "10月28日集中开工列入2个，还缺条件的0个，没有回的1个")
    await story.at("2025-10-29 09:00")
    await story.says("liaison-1", "G108 10月28日开工了")
    await story.at("2025-11-27 12:00")
    assert await told(story, OFFICE, "10月28日集中开工列入2个，已开工1个")
    said = await story.says(OFFICE, "集中开工成效")
    assert "已开工1个" in said and "还没有的：运城奥体中心" in said


async def test_P15_projects_are_added_and_taken_back(story: Story) -> None:
    await story.says(OFFICE, "10月28日集中开工：G108")
    assert "加入1个" in await story.says(OFFICE, "10月28日集中开工：G108、诺维兰")
    assert "列入的1个项目" in await story.says(OFFICE, "撤销")
    assert "列入1个" in await story.says(OFFICE, "集中开工")


async def test_P15_signed_projects_go_into_a_batch_from_the_reserve(tell: Tell) -> None:
    story = await tell(regime="jincheng-2025")
    await story.says(OFFICE, "谋划项目：碳化硅衬底，闻喜县，产业，总投资5亿元")
    assert "碳化硅衬底" in await story.says(OFFICE, "9月20日三个一批签约")
    assert "列入1个" in await story.says(OFFICE, "9月20日三个一批签约：碳化硅衬底")
    await story.at("2025-09-22 09:00")
    assert "已签约0个" in await story.says(OFFICE, "三个一批签约情况")
    await story.says(OFFICE, "签约项目碳化硅衬底9月20日签约")
    assert "已签约1个" in await story.says(OFFICE, "三个一批签约情况")


@pytest.mark.parametrize(("regime", "warned"), [("yuncheng-2025", True), ("jincheng-2025", False)])
async def test_P15_a_quarter_without_one_is_said_where_the_notice_wants_one(
    tell: Tell, regime: str, warned: bool
) -> None:
    story = await tell(at="2025-09-09 09:00", regime=regime)
    await story.at("2025-09-12 12:00")
    assert bool(await told(story, OFFICE, "本季度还没有登记集中开工")) == warned


async def test_P15_a_countys_own_is_not_the_citys_of_the_quarter(tell: Tell) -> None:
    story = await tell(at="2025-09-09 09:00")
    assert "列入1个" in await story.says("county-wanrong", "9月28日集中开工：万荣县人民医院迁建")
    await story.at("2025-09-12 12:00")
    assert await told(story, OFFICE, "本季度还没有登记集中开工")


async def test_P15_a_county_opens_its_own_and_others_none(story: Story) -> None:
    said = await story.says("county-wanrong", "9月28日集中开工：万荣县人民医院迁建、G108")
    assert "列入1个" in said and "G108" in said and "不是本县的" in said
    assert "由重点办组织" in await story.says("liaison-1", "9月28日集中开工：G108")
    assert "没有列入还没举行的" in await story.says("liaison-1", "G108集中开工已备好")
    assert "由联络员" in await story.says("liaison-21", "万荣县人民医院迁建集中开工已备好")
    assert "已经过去" in await story.says(OFFICE, "8月28日集中开工：G108")
    assert "请写明还缺什么" in await story.says("liaison-18", "万荣县人民医院迁建集中开工还缺")
    assert "没有读懂一个项目" in await story.says(OFFICE, "9月28日集中开工：没听过的")
