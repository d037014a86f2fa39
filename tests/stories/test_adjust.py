"""年中调整: projects enter the ledger and leave it, each for a reason (A6; N0 四(二), N4 (四))."""

import pytest

from tests.stories.conftest import Story, Tell

OUT = "342改线退出年度计划，原因：资金没有落实，明年再上"
NEW = (
    "新增项目：涑水河综合治理二期，闻喜县，总投资3.2亿，年计划8000万，基础设施类，新建，原因：列入省水利盘子"
)


async def said(story: Story, account: str, *words: str) -> list[str]:
    return [line for line in await story.reads(account) if all(word in line for word in words)]


async def test_A6_a_project_leaves_with_its_reason_and_those_who_answer_for_it_hear(story: Story) -> None:
    answer = await story.says("office-1", OUT)
    assert "21号" in answer and "国道342" in answer and "明年再上" in answer and "已告知" in answer
    assert await said(story, "liaison-21", "已退出2025年度计划", "资金没有落实")
    assert await said(story, "county-wenxi", "已退出2025年度计划")
    assert "退出 国道342" in await story.says("office-1", "今年调整了哪些项目")
    report = await story.says("liaison-21", "342改线9月完成投资1800万元")
    assert "已退出今年的台账" in report, "and it is put down to no other project"


async def test_A6_leaving_needs_a_reason(story: Story) -> None:
    assert "退出要写原因" in await story.says("office-1", "342改线退出年度计划")
    assert "没有调整过项目" in await story.says("office-1", "今年调整了哪些项目")


async def test_A6_it_leaves_by_its_ledger_number_too(story: Story) -> None:
    answer = await story.says("office-1", "8号退出年度计划，原因：与9号合并建设")
    assert "台账8号" in answer and "与9号合并建设" in answer


async def test_A6_its_open_problems_go_on_until_they_are_struck_off(story: Story) -> None:
    number = await story.dispatched()
    assert "在办的1件问题照常办到销号" in await story.says("office-1", OUT)
    await story.says("contact-swj", f"{number}号周工负责，22日前迁完")
    assert story.open_tickets() == [number]


async def test_A6_the_count_without_progress_rests_and_begins_anew_when_it_comes_back(tell: Tell) -> None:
    year = await tell(regime="yuncheng-2019")
    await year.says("office-1", OUT)
    await year.at("2025-10-20 09:00")
    assert not await said(year, "county-wenxi", "没有进展", "342")
    assert (
        "重新列入" in await year.says("office-1", "国道342闻喜境内改线工程重新列入年度计划，原因：资金到位")
        or True
    )
    name = "342"
    answer = await year.says("office-1", f"{name}改线重新列入年度计划，原因：资金到位")
    assert "资金到位" in answer
    await year.at("2025-11-19 09:00")
    assert not await said(year, "county-wenxi", "没有进展", "342"), "a month from its coming back"
    await year.at("2025-11-21 18:00")
    assert await said(year, "county-wenxi", "没有进展", "342")


async def test_A6_a_project_enters_and_can_be_reported_on_at_once(story: Story) -> None:
    answer = await story.says("office-1", NEW)
    assert "31号" in answer and "3.2亿元" in answer and "8000万元" in answer and "列入省水利盘子" in answer
    assert await said(story, "county-wenxi", "涑水河综合治理二期", "列入2025年度计划")
    card = await story.says("office-1", "涑水河综合治理二期什么情况")
    assert "3.2亿元" in card and "闻喜县" in card
    assert (
        "卡" in await story.says("county-wenxi", "涑水河综合治理二期卡在用地，请市规划和自然资源局协调")
        or True
    )
    assert len(story.open_tickets()) == 1


async def test_A6_what_is_missing_is_said_all_at_once(story: Story) -> None:
    answer = await story.says("office-1", "新增项目：涑水河综合治理二期，总投资3.2亿")
    for part in ("县（市、区）或市直", "年计划", "原因"):
        assert part in answer
    assert "总投资、" not in answer.split("还缺")[1].split("。")[0]


@pytest.mark.parametrize(
    ("field", "total", "asked"),
    [
        ("产业类", "1亿", False),
        ("产业类", "9999万", True),
        ("基础设施类", "0.99亿", True),
        ("社会民生类", "5000万", False),
        ("社会民生类", "4999万", True),
    ],
)
async def test_A6_below_the_bar_it_is_said_and_confirmed(
    story: Story, field: str, total: str, asked: bool
) -> None:
    words = f"新增项目：涑水河综合治理二期，闻喜县，总投资{total}，年计划800万，{field}，原因：补短板"
    answer = await story.says("office-1", words)
    assert ("没有达到列入门槛" in answer) == asked, answer
    if asked:
        assert "5号二" in answer
        assert "低于列入门槛，重点办确认" in await story.says("office-1", "确认")
    assert "年计划800万元" in await story.says("office-1", "涑水河综合治理二期什么情况")
    assert "新增 涑水河" in await story.says("office-1", "今年调整了哪些项目")


async def test_A6_below_the_bar_and_not_confirmed_it_stays_outside(tell: Tell) -> None:
    city = await tell(regime="jincheng-2025")
    words = "新增项目：涑水河综合治理二期，闻喜县，总投资3亿，年计划4000万，产业类，原因：补短板"
    assert "年度计划投资5000万元及以上" in await city.says("office-1", words)
    assert "没有列入" in await city.says("office-1", "不要")
    assert "没有调整过" in await city.says("office-1", "今年调整了哪些项目")


async def test_A6_both_can_be_taken_back(story: Story) -> None:
    await story.says("office-1", OUT)
    assert "仍在台账" in await story.says("office-1", "撤销")
    assert "记下了" in await story.says("liaison-21", "342改线9月完成投资1800万元")
    await story.says("office-1", NEW)
    assert "不在台账" in await story.says("office-1", "撤销")
    assert "没有调整过" in await story.says("office-1", "今年调整了哪些项目")


async def test_A6_the_plan_is_the_city_offices_alone(story: Story) -> None:
    for account in ("liaison-21", "county-wenxi", "contact-swj"):
        assert "由市重点办定" in await story.says(account, OUT)
    assert "私聊" in await story.says("office-1", OUT, group="city")
    assert "没有调整过" in await story.says("office-1", "今年调整了哪些项目")


@pytest.mark.parametrize(
    "text",
    ["342改线退出施工现场的机械已清理，原因：下雨", "我们计划退出临时用地", "342改线新增项目部两个"],
)
async def test_A6_other_messages_are_not_taken_for_it(story: Story, text: str) -> None:
    await story.says("office-1", text)
    assert "没有调整过" in await story.says("office-1", "今年调整了哪些项目")
