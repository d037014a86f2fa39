"""Talks, 末位解剖, praise (A3, feature 72) and the year's end (A9): all of it is the office's."""

import pytest

from tests.stories.conftest import Story, Tell

OFFICE = "office-1"


@pytest.fixture
async def drafted(tell: Tell) -> Story:
    """September's draft: 市水务局 has let two problems pass their limits."""
    story = await tell(at="2025-09-15 09:00")
    await story.dispatched()
    await story.dispatched(text="八达精密铸造卡在高压线迁改，请市水务局9月20日前解决", by="liaison-21")
    await story.says("liaison-20", "智慧科创园今年累计完成3.36亿元，9月完成3000万元")
    await story.at("2025-09-26 09:30")
    await story.says(OFFICE, "出9月通报")
    return story


async def sign(story: Story, at: str, words: str = "通报签发，签发人王主任") -> None:
    await story.says(OFFICE, "通报征求意见")
    await story.at(at)
    assert "已签发" in await story.says(OFFICE, words)


async def test_A3_the_talk_list_has_the_facts(drafted: Story) -> None:
    answer = await drafted.says(OFFICE, "约谈名单")
    assert "9月约谈名单" in answer and "运政办发〔2025〕5号四（三）" in answer
    assert "综合得分" in answer and "低于序时75.0个百分点" in answer
    assert "市水务局：超期未办结问题2件（1号超期" in answer + await drafted.says(OFFICE, "约谈名单第2页")
    assert "新绛县" not in answer, "it has done 96 % of its plan"


async def test_A3_an_exemption_needs_its_reason_and_can_be_lifted(drafted: Story) -> None:
    before = await drafted.says(OFFICE, "约谈名单第2页")
    assert "要写理由" in await drafted.says(OFFICE, "约谈免除市水务局")
    assert "不在9月约谈名单里" in await drafted.says(OFFICE, "约谈免除新绛县：干得好")
    assert "理由：管线图有误" in await drafted.says(OFFICE, "约谈免除市水务局：管线图有误，责任不在该局")
    after = await drafted.says(OFFICE, "约谈名单第2页")
    assert "免除：市水务局（管线图有误，责任不在该局）" in after and "市水务局：超期" not in after
    assert "重新列入" in await drafted.says(OFFICE, "恢复约谈市水务局")
    assert await drafted.says(OFFICE, "约谈名单第2页") == before


async def test_A3_the_inspectorate_gets_the_list_by_the_offices_hand(drafted: Story) -> None:
    assert "签发后再转" in await drafted.says(OFFICE, "约谈名单转督查室")
    await sign(drafted, "2025-09-30 09:00")
    await drafted.says(OFFICE, "约谈免除夏县：受灾停工")
    assert "由您转交，不自动发出" in await drafted.says(OFFICE, "约谈名单转督查室")
    letter = await drafted.says(OFFICE, "待发呈报")
    assert "建议约谈" in letter and "市水务局" in letter and "夏县（" not in letter
    await drafted.at("2025-10-09 18:00")
    assert not [text for text in await drafted.reads("inspect-1") if "约谈" in text]
    assert "已经拟过信" in await drafted.says(OFFICE, "约谈名单转督查室")


async def test_A3_what_holds_the_last_one(drafted: Story) -> None:
    answer = await drafted.says(OFFICE, "末位解剖")
    assert "差在：" in answer and "1. " in answer and "各县平均" in answer
    named = await drafted.says(OFFICE, "闻喜县末位解剖")
    assert named.startswith("闻喜县") and "国道342" in named and "未报，年计划2.5亿元" in named


async def test_A3_the_best_are_proposed_for_praise(drafted: Story) -> None:
    answer = await drafted.says(OFFICE, "表扬名单")
    assert "建议表扬" in answer and "新绛县" in answer and "第1名" in answer and "夏县" not in answer


@pytest.mark.parametrize("words", ["约谈名单", "末位解剖", "表扬名单", "年终考核", "约谈免除夏县：受灾"])
async def test_A3_nobody_else_sees_or_changes_it(drafted: Story, words: str) -> None:
    for account in ("county-wenxi", "liaison-21", "head-swj", "mayor"):
        answer = await drafted.says(account, words)
        assert "超期未办结" not in answer and "新绛县" not in answer and "免除9月" not in answer, account


async def test_A9_the_year_is_made_of_the_months_signed_figures(drafted: Story) -> None:
    assert "至少要3个月" in await drafted.says(OFFICE, "年终考核")
    await sign(drafted, "2025-09-30 09:00")
    for month, day, signed in (
        (10, "2025-10-27 09:00", "2025-10-31 09:00"),
        (12, "2025-12-26 09:00", "2025-12-31 09:00"),
    ):
        await drafted.at(day)
        await drafted.says("liaison-20", "智慧科创园今年累计完成3.5亿元")
        await drafted.says(OFFICE, f"出{month}月通报")
        await sign(drafted, signed)
    answer = await drafted.says(OFFICE, "年终考核")
    assert "9月、10月、12月签发得分的平均" in answer and "1.新绛县" in answer
    assert "11月没有签发的通报，不计" in answer and "1月、2月" in answer
