"""What people ask, and what they may see of it. Features 39, 81, 107; the words of a screen."""

import pytest

from tests.stories.conftest import Story

LIAISON, OFFICE, CONTACT = "liaison-21", "office-1", "contact-swj"
REPORT = "342改线9月完成投资1800万元，今年累计2.1亿元，形象进度65%"


async def test_a_projects_card(story: Story) -> None:
    number = await story.dispatched()
    await story.says(LIAISON, REPORT)
    card = await story.says(LIAISON, "342改线怎么样")
    assert "年计划2.5亿元" in card and "今年累计2.1亿元（年计划2.5亿元的84%）" in card
    assert "形象进度65%" in card
    assert "刘明亮：9月投资1800万元" in card
    assert f"{number}号" in card and "市水务局，已交办，今天到期" in card


async def test_what_he_may_not_see_is_not_there(story: Story) -> None:
    number = await story.dispatched()
    assert "没有查到" in await story.says("liaison-10", f"{number}号")
    assert "没有查到" in await story.says("liaison-10", "342改线怎么样")
    assert "没有查到" in await story.says("contact-fgw", f"{number}号为什么")
    assert "没有超期" in await story.says("liaison-10", "哪些超期了")


async def test_a_unit_sees_of_a_project_what_concerns_it(story: Story) -> None:
    number = await story.dispatched()
    await story.says(LIAISON, REPORT)
    card = await story.says(CONTACT, "342改线怎么样")
    assert f"{number}号" in card and "投资" not in card


async def test_a_tickets_card_says_where_it_stands_and_what_to_write(story: Story) -> None:
    number = await story.dispatched()
    card = await story.says(LIAISON, f"{number}号办到哪一步了")
    assert "现在：已交办；承办：市水务局" in card
    assert "反馈18日24时前（13710第3天）；办结22日24时前（13710第7天）" in card
    assert "刘明亮登记问题" in card and "交办" in card
    assert "申请销号" in await story.says(CONTACT, f"{number}号")


async def test_overdue_and_near_are_told_apart(story: Story) -> None:
    number = await story.dispatched()
    assert "没有超期" in await story.says(OFFICE, "哪些超期了")
    assert f"{number}号" in await story.says(OFFICE, "临期问题")
    await story.at("2025-09-16 09:00")
    answer = await story.says(OFFICE, "哪些超期了")
    assert f"{number}号" in answer and "超期1天" in answer


async def test_a_long_list_goes_on_by_page(story: Story) -> None:
    for count in range(30):
        project = count % 2 + 21
        name = "342改线" if project == 21 else "八达精密铸造"
        matters = (
            "卡在征地",
            "供电线路没接通",
            "施工许可没批",
            "缺资金",
            "环评没批",
            "能评没批",
            "规划许可证没办",
            "用地指标没落实",
        )
        await story.says(LIAISON, f"{name}{matters[count // 2 % len(matters)]}，请市里协调")
    count = len(story.open_tickets())
    assert count > 8
    first = await story.says(LIAISON, "我的问题")
    assert f"在办问题{count}件" in first and f"还有{count - 8}件，回“我的问题第2页”" in first
    second = await story.says(LIAISON, "我的问题第2页")
    assert not set(first.splitlines()[1:-1]) & set(second.splitlines()[1:])


async def test_my_projects(story: Story) -> None:
    await story.says(LIAISON, REPORT)
    answer = await story.says(LIAISON, "我的项目")
    assert answer.startswith("您的项目2个")
    assert "八达精密铸造生产线：还没报送过" in answer


async def test_a_county_in_numbers(story: Story) -> None:
    number = await story.dispatched()
    await story.says(LIAISON, REPORT)
    answer = await story.says(OFFICE, "闻喜县情况")
    assert "项目2个，年计划3.3亿元；1个项目报了今年累计，共2.1亿元，占其年计划的84%" in answer
    assert "新增问题1件，销号0件；在办1件" in answer
    assert "没有您可以查看" in await story.says("liaison-10", "闻喜县情况")
    assert f"{number}号" in await story.says(OFFICE, "市水务局情况")


async def test_a_ranking_is_seen_once_it_is_signed(story: Story) -> None:
    assert "签发后查看" in await story.says(LIAISON, "排名")
    answer = await story.says(OFFICE, "排名")
    directory = story.city.db.read_now(story.city.directory.get)
    places = [answer.index(f"\n{area.name}：") for area in directory.areas]
    assert "未排名" in answer and places == sorted(places)


@pytest.mark.parametrize(
    ("account", "says"),
    [(LIAISON, "改成1900万"), (CONTACT, "申请销号"), (OFFICE, "交办市水务局"), ("mayor", "您可以这样问")],
)
async def test_help_is_for_the_role(story: Story, account: str, says: str) -> None:
    assert says in await story.says(account, "帮助")


async def test_why_gives_clause_start_and_sum(story: Story) -> None:
    number = await story.dispatched()
    answer = await story.says(OFFICE, f"{number}号为什么")
    assert "运政办发〔2019〕12号（十四）" in answer
    assert "起算：9月15日 09:00交办告知" in answer
    assert "重点办" in answer


async def test_why_alone_is_about_the_last_reminder(story: Story) -> None:
    first = await story.dispatched()
    await story.says(CONTACT, f"{first}号周工负责，22日前办结")
    await story.at("2025-09-17 12:00")
    assert any("明天反馈" in text for text in await story.reads(CONTACT))
    answer = await story.says(CONTACT, "为什么")
    assert "向重点办反馈办理情况，9月18日（周四）24时前（13710第3天）" in answer
    assert "9月15日（周一）＋3天＝9月18日（周四）" in answer
    assert "您是市水务局13710联系人" in answer


async def test_why_for_a_leader_is_what_he_was_told(story: Story) -> None:
    number = await story.dispatched()
    await story.at("2025-09-16 12:00")
    assert await story.reads("deputy-swj")
    answer = await story.says("deputy-swj", "为什么")
    assert f"{number}号" in answer and "9月15日（周一）当天24时" in answer
    assert "您是市水务局分管领导" in answer


async def test_why_without_a_reminder(story: Story) -> None:
    assert "没有给您发过提醒" in await story.says("liaison-10", "为什么")
