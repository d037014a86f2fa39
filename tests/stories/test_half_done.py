"""What is refused leaves nothing behind, and what else was said is done."""

from tests.stories.conftest import Story

LIAISON, OFFICE, CONTACT = "liaison-21", "office-1", "contact-swj"
POWER = "342改线卡在电力线路迁改，请国网运城供电公司9月30日前解决"


async def test_of_two_tickets_instructed_the_open_one_is_noted_and_the_other_named(story: Story) -> None:
    first = await story.dispatched()
    second = await story.reported(POWER)
    await story.says(OFFICE, f"{second}号不列入，原因：已自行解决")
    answer = await story.says(OFFICE, f"吕市长批示：{first}号、{second}号本周五前解决")
    assert f"批示已记在{first}号" in answer and f"{second}号现在是“不列入”" in answer
    assert story.limits(first)["ordinary"].say == "批示限9月19日"


async def test_who_assists_already_does_not_stop_the_dispatch(story: Story) -> None:
    number = await story.dispatched()
    await story.says(OFFICE, f"{number}号请市住建局协办")
    answer = await story.says(OFFICE, f"{number}号交办市交通运输局，市住建局配合")
    assert f"{number}号已交办市交通运输局" in answer and "市住建局已经在协办" in answer
    assert any(f"交办{number}号" in text for text in await story.reads("contact-jtj"))


async def test_an_answer_with_a_helper_who_assists_already_dispatches(story: Story) -> None:
    number = await story.dispatched()
    await story.says(OFFICE, f"{number}号请市住建局协办")
    await story.says(CONTACT, f"{number}号退回，应由市交通运输局办")
    await story.says(OFFICE, f"{number}号同意退回")
    answer = await story.says(OFFICE, "市交通运输局，市住建局配合")
    assert f"{number}号已交办市交通运输局" in answer and "市住建局" in answer


async def test_every_paused_ticket_that_is_named_goes_on(story: Story) -> None:
    first, second = await story.dispatched(), await story.dispatched("国网运城供电公司", POWER)
    for number in (first, second):
        await story.says(OFFICE, f"{number}号中止到10月20日，原因：等省厅批复")
    answer = await story.says(OFFICE, f"{first}、{second}号恢复办理")
    assert f"{first}号已恢复办理" in answer and f"{second}号已恢复办理" in answer
    assert story.ticket(first).paused_until is None and story.ticket(second).paused_until is None
    assert f"{first}号没有中止" in await story.says(OFFICE, f"{first}、{second}号恢复办理")


async def test_an_end_is_refused_for_a_reason_that_is_asked_for(story: Story) -> None:
    number = await story.dispatched()
    await story.says(CONTACT, f"{number}号已办完，申请销号")
    await story.reads(CONTACT)
    assert "原因是什么" in await story.presses(LIAISON, "不同意")
    assert story.state(number) == "待销号"
    await story.says(LIAISON, "K12那段还没有通水")
    assert story.state(number) == "办理中"
    await story.pass_time(minutes=5)
    assert any("K12那段还没有通水" in text for text in await story.reads(CONTACT))


async def test_a_unit_that_gave_it_back_does_not_read_next_morning_to_do_it(story: Story) -> None:
    await story.at("2025-09-15 20:30")
    number = await story.dispatched()
    await story.says(CONTACT, f"{number}号退回，应由市住建局办")
    await story.says(OFFICE, f"{number}号同意退回")
    await story.reads(CONTACT)
    await story.at("2025-09-16 09:00")
    (text,) = await story.reads(CONTACT)
    assert "贵单位不用再办" in text and "谁办、哪天办结" not in text


async def test_the_office_hears_of_every_unit_that_a_leader_names(story: Story) -> None:
    await story.reads(OFFICE)
    await story.says("mayor", "请市水务局抓紧，请市住建局抓紧")
    await story.pass_time(minutes=5)
    read = "\n".join(await story.reads(OFFICE))
    assert "市水务局：王市长批示" in read and "市住建局：王市长批示" in read
