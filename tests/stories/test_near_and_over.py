"""T10 and T11: what comes first, what is shared; near a limit, past it, and a round of questions to all."""

from tests.stories.conftest import Story


async def test_T10_the_problem_list_puts_the_urgent_and_weighty_first(story: Story) -> None:
    first = await story.dispatched()
    blocked = await story.dispatched("市公安局", "槐东路村民堵路不让施工，请公安局处理", by="liaison-3")
    await story.pass_time(days=2)
    answer = await story.says("office-1", "问题清单")
    assert answer.startswith("在办问题2件，按轻重缓急")
    assert answer.index(f"{blocked}号") < answer.index(f"{first}号"), "obstruction due in a day comes first"


async def test_T10_what_several_projects_share_is_one_list(story: Story) -> None:
    one = await story.dispatched(
        "市规划和自然资源局", "诺维兰用地手续没办下来，请自然资源局支持", by="liaison-10"
    )
    two = await story.dispatched(
        "市规划和自然资源局", "乐学天地用地手续没批，请自然资源局支持", by="liaison-11"
    )
    answer = await story.says("office-1", "共性难题")
    assert "用地（市规划和自然资源局）：2个项目" in answer
    assert f"{one}号、{two}号" in answer


async def test_T10_a_liaison_has_no_problem_list_of_the_city(story: Story) -> None:
    await story.dispatched()
    assert "按轻重缓急" not in await story.says("liaison-10", "问题清单")


async def test_T11_near_its_limit_the_contact_is_reminded_and_over_it_the_next_are_told(story: Story) -> None:
    number = await story.dispatched()
    await story.says("contact-swj", f"{number}号周工负责，22日前迁完")
    await story.says("contact-swj", f"{number}号正在开挖")
    await story.at("2025-09-22 09:00")
    assert any("今天办结" in said and f"：{number}号" in said for said in await story.reads("contact-swj"))
    await story.reads("deputy-swj")
    await story.at("2025-09-23 09:00")
    assert any("超期" in said and f"{number}号" in said for said in await story.reads("contact-swj"))
    assert any(f"{number}号" in said and "至今未办结" in said for said in await story.reads("deputy-swj"))
    await story.at("2025-09-25 09:00")
    assert any(f"{number}号" in said for said in await story.reads("head-swj"))


async def test_T11_a_round_of_questions_to_all_liaisons_names_the_silent(story: Story) -> None:
    answer = await story.says("office-1", "大起底，20日前报齐")
    assert "已问" in answer
    assert any("大起底" in said for said in await story.reads("liaison-10"))
    await story.says("liaison-10", "无堵点")
    number = await story.reported()
    shown = await story.says("office-1", "大起底情况")
    assert "报来问题1件，1位答无堵点" in shown
    assert "还没有答的" in shown
    assert number == 1


async def test_T11_an_answer_that_joined_a_ticket_or_came_by_the_office_is_none_of_silence(
    story: Story,
) -> None:
    await story.reported()
    await story.at("2025-09-16 09:00")
    await story.says("office-1", "大起底，20日前报齐")
    await story.says("liaison-21", "342改线供水管迁改还是没动，请市水务局解决")
    await story.says("office-1", "诺维兰卡在征地，请盐湖区政府解决")
    shown = await story.says("office-1", "大起底情况")
    assert "已答2位" in shown


async def test_T11_a_round_ends_on_its_day(story: Story) -> None:
    await story.says("office-1", "大起底，20日前报齐")
    assert "记下了" in await story.says("liaison-10", "无堵点")
    await story.at("2025-11-21 09:00")
    assert "记下了" not in await story.says("liaison-10", "没问题")


async def test_T11_a_round_is_the_city_offices_to_begin(story: Story) -> None:
    assert "市重点办发起" in await story.says("liaison-10", "发起大起底")
