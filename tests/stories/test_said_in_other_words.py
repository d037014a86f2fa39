"""What is said in other words than the notice proposes is done all the same."""

from tests.stories.conftest import Story

LIAISON, OFFICE, CONTACT = "liaison-21", "office-1", "contact-swj"


async def test_another_thing_is_a_ticket_of_its_own_however_alike(story: Story) -> None:
    first = await story.reported()
    assert "另一件事" in await story.says(LIAISON, "342改线卡在自来水管迁改，请市水务局月底前解决")
    assert "卡在自来水管迁改" in await story.says(LIAISON, "另一件事")
    answer = await story.says(LIAISON, "另一件事，自来水泵房也没拆，请市水务局处理")
    assert "自来水泵房也没拆" in answer
    assert len(story.open_tickets()) == 3 and first in story.open_tickets()


async def test_tickets_of_one_message_are_called_by_their_own_trouble(story: Story) -> None:
    answer = await story.says("liaison-23", "绛县抽水蓄能1、电梯设备没到货；2、存在问题：消防验收没过")
    first, second = [line for line in answer.split("\n") if "登记为" in line]
    assert "：电梯设备没到货" in first and "：消防验收没过" in second


async def test_of_two_units_together_the_named_one_leads(story: Story) -> None:
    number = await story.reported("万荣县卡在线路迁改，请供电公司解决", by="liaison-17")
    answer = await story.says(OFFICE, f"{number}号交供电公司和万荣县一起办，供电公司牵头")
    assert "已交办国网运城供电公司" in answer and "请万荣县人民政府协办" in answer


async def test_a_head_arranges_as_the_notice_proposes(story: Story) -> None:
    number = await story.dispatched()
    assert "老周负责" in await story.says("head-swj", f"{number}号老周负责，22日前办结")
    assert story.state(number) == "办理中"


async def test_a_listing_sees_the_person_and_the_day(story: Story) -> None:
    number = await story.dispatched()
    answer = await story.says(OFFICE, f"挂牌督办{number}号，责任领导苏局长，责任人周工，9月20日前")
    assert "还缺：解决问题办法。" in answer
    answer = await story.says(OFFICE, "办法：改线")
    assert "责任领导：苏局长；责任人：周工；时限：9月20日" in answer


async def test_a_bare_yes_is_about_the_only_request(story: Story) -> None:
    number = await story.dispatched()
    await story.says(CONTACT, f"{number}号申请延期到26日，原因：管材未到货")
    await story.pass_time(minutes=5)
    assert f"{number}号同意延期到9月26日" in await story.says(OFFICE, "同意")


async def test_the_question_that_is_let_go_is_named(story: Story) -> None:
    assert "哪个项目" in await story.says("liaison-14", "本月完成投资500万元")
    answer = await story.says("liaison-14", "本周卡在电杆迁改，请供电公司解决")
    assert "“本月完成投资500万元”先放下了" in answer


async def test_when_all_nodes_are_done_the_end_is_asked_for(story: Story) -> None:
    number = await story.dispatched()
    await story.says(OFFICE, f"{number}号定为重大复杂问题")
    await story.says(CONTACT, f"{number}号方案：9月20日完成设计，9月25日迁完")
    await story.says(CONTACT, f"{number}号第一个节点完成")
    assert "申请销号" in await story.says(CONTACT, f"{number}号第二个节点完成")
    await story.pass_time(minutes=5)
    assert any("还没有申请销号" in text for text in await story.reads(OFFICE))
    await story.reads(CONTACT)
    await story.at("2025-09-17 18:00")
    assert any("申请销号" in text for text in await story.reads(CONTACT))
