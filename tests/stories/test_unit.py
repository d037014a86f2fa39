"""What the undertaking unit says, told as stories: rows T2, T3, T4, T5, T6 and the claim of T7."""

from aiohttp import FormData

from tests.stories.conftest import Story

CONTACT, DEPUTY, HEAD = "contact-swj", "deputy-swj", "head-swj"
LIAISON, OFFICE = "liaison-21", "office-1"
BLOCKED_SITE = "342改线有村民阻工，请市水务局协调"


def last(messages: list[str]) -> str:
    assert messages, "nothing was read"
    return messages[-1]


def any_says(messages: list[str], *words: str) -> bool:
    return any(all(word in message for word in words) for message in messages)


async def test_T2_a_bare_receipt_is_no_arrangement_and_the_answer_is(story: Story) -> None:
    number = await story.dispatched()
    answer = await story.says(CONTACT, "收到")
    assert "谁办、哪天办结" in answer
    assert "arrange" in story.limits(number)
    await story.reads(LIAISON)

    answer = await story.says(CONTACT, "周工，22日前迁完")
    assert "周工负责，22日前办结" in answer
    assert "arrange" not in story.limits(number)
    assert story.state(number) == "办理中"
    assert any_says(await story.reads(LIAISON), f"{number}号", "市水务局周工负责，22日前办结")


async def test_T2_the_answer_that_the_notice_proposes_is_understood(story: Story) -> None:
    number = await story.dispatched()
    answer = await story.says(CONTACT, f"{number}号周工负责，9月22日前办完")
    assert "周工负责，22日前办结" in answer
    assert story.ticket(number).assignee == "周工"


async def test_T2_who_suffices_and_the_day_is_asked_for(story: Story) -> None:
    number = await story.dispatched()
    answer = await story.says(CONTACT, f"{number}号收到，周工负责")
    assert "哪天办结" in answer
    assert "arrange" not in story.limits(number)
    assert "周工负责，20日前办结" in await story.says(CONTACT, "20日前办完")


async def test_T2_a_promise_after_the_limit_leaves_the_limit(story: Story) -> None:
    number = await story.dispatched()
    limit = story.limits(number)["ordinary"].due
    answer = await story.says(CONTACT, f"{number}号收到，周工负责，28日前办完")
    assert "时限不变" in answer
    assert "申请延期" in answer
    assert story.limits(number)["ordinary"].due == limit
    assert "promise" in story.limits(number)


async def test_T2_a_promised_day_is_reminded_of(story: Story) -> None:
    number = await story.dispatched()
    await story.says(CONTACT, f"{number}号收到，周工负责，19日前办完")
    await story.says(CONTACT, f"{number}号已到现场，正在开挖")
    await story.reads(CONTACT)
    await story.at("2025-09-18 12:00")
    assert any_says(await story.reads(CONTACT), f"{number}号", "贵单位定的9月19日")


async def test_T2_a_receipt_quiets_the_repeats_of_its_rung(story: Story) -> None:
    quiet = await story.dispatched()
    loud = await story.dispatched("市财政局", "342改线项目资金没到位，请市财政局解决")
    await story.at("2025-09-16 09:00")
    await story.says(CONTACT, f"{quiet}号收到")
    for contact in (CONTACT, "contact-czj"):
        await story.reads(contact)
    await story.at("2025-09-17 08:40")
    assert any_says(await story.reads("contact-czj"), f"{loud}号", "至今未定人")
    assert not any_says(await story.reads(CONTACT), "至今未定人")
    await story.at("2025-09-17 12:00")
    assert any_says(await story.reads(CONTACT), f"{quiet}号", "至今未定人")


async def test_T2_the_head_of_the_unit_may_answer_too(story: Story) -> None:
    number = await story.dispatched()
    await story.reads(CONTACT)
    answer = await story.says(HEAD, f"{number}号收到")
    assert "您有安排可直接回" in answer
    answer = await story.says(HEAD, "王科长，20日前办结")
    assert "王科长负责，20日前办结" in answer
    assert any_says(await story.reads(CONTACT), f"{number}号", "已答复，王科长负责")


async def test_T2_another_unit_cannot_answer(story: Story) -> None:
    number = await story.dispatched()
    answer = await story.says("contact-czj", f"{number}号收到，张工负责，20日前办完")
    assert "没有查到" in answer
    assert story.state(number) == "已交办"


async def test_T2_an_assisting_unit_has_no_clock_of_its_own(story: Story) -> None:
    number = await story.reported()
    await story.says(OFFICE, f"{number}号交办市水务局、市财政局")
    answer = await story.says("contact-czj", f"{number}号王工配合")
    assert "协办" in answer
    assert "arrange" in story.limits(number)
    assert story.state(number) == "已交办"


async def test_T3_feedback_ends_its_limit_and_the_office_and_reporter_read_it(story: Story) -> None:
    number = await story.dispatched()
    await story.says(CONTACT, f"{number}号收到，周工负责，22日前办完")
    await story.reads(LIAISON)
    await story.reads(OFFICE)
    answer = await story.says(CONTACT, f"{number}号已到现场，正在开挖")
    assert "反馈记下了" in answer
    assert "feedback" not in story.limits(number)
    assert "ordinary" in story.limits(number)
    assert any_says(await story.reads(LIAISON), "市水务局反馈", "正在开挖")
    assert any_says(await story.reads(OFFICE), "市水务局反馈", "正在开挖")


async def test_T3_feedback_alone_is_no_arrangement(story: Story) -> None:
    number = await story.dispatched()
    answer = await story.says(CONTACT, f"{number}号已到现场，正在开挖")
    assert "还没定谁办" in answer
    assert "arrange" in story.limits(number)
    assert "feedback" not in story.limits(number)


async def test_T4_obstruction_has_three_days(story: Story) -> None:
    number = await story.dispatched(text=BLOCKED_SITE)
    assert str(story.limits(number)["obstruction"].due.date()) == "2025-09-19"
    await story.says(CONTACT, f"{number}号收到，周工负责，18日前办完")
    await story.says(CONTACT, f"{number}号已解决，村民已撤离")
    assert story.state(number) == "待销号"
    assert story.limits(number) == {}


async def test_T5_an_extension_is_asked_for_with_day_and_reason_and_the_limit_stands(story: Story) -> None:
    number = await story.dispatched()
    limit = story.limits(number)["ordinary"].due
    answer = await story.says(CONTACT, f"{number}号申请延期")
    assert "想延到哪天" in answer
    answer = await story.says(CONTACT, "26日，管材未到货")
    assert "批准前仍按22日24时办结" in answer
    assert story.limits(number)["ordinary"].due == limit
    read = last(await story.reads(OFFICE))
    assert "申请延期到26日" in read
    assert "管材未到货" in read
    await story.presses(OFFICE, "同意延期")
    assert str(story.limits(number)["ordinary"].due.date()) == "2025-09-27"


async def test_T5_the_reason_is_asked_for_if_only_a_day_was_said(story: Story) -> None:
    number = await story.dispatched()
    assert "原因是什么" in await story.says(CONTACT, f"{number}号申请延期到26日")
    assert story.ticket(number).asks is None
    assert "原因：管材未到货" in await story.says(CONTACT, "管材未到货")


async def test_T5_no_extension_once_it_is_over_nor_to_an_earlier_day(story: Story) -> None:
    number = await story.dispatched()
    answer = await story.says(CONTACT, f"{number}号申请延期到20日，管材未到货")
    assert "晚于现在的时限" in answer
    await story.at("2025-09-23 09:00")
    answer = await story.says(CONTACT, f"{number}号申请延期到26日，管材未到货")
    assert "已超期" in answer
    assert story.ticket(number).asks is None


async def test_T5_a_third_extension_is_refused(story: Story) -> None:
    number = await story.dispatched()
    for until in ("26日", "29日"):
        await story.says(CONTACT, f"{number}号申请延期到{until}，管材未到货")
        await story.says(OFFICE, f"{number}号同意延期")
    answer = await story.says(CONTACT, f"{number}号申请延期到30日，管材未到货")
    assert "最多2次" in answer


async def test_T5_a_miss_is_flagged_and_goes_up(story: Story) -> None:
    number = await story.dispatched()
    await story.says(CONTACT, f"{number}号收到，周工负责，22日前办完")
    await story.says(CONTACT, f"{number}号已到现场，正在开挖")
    await story.at("2025-09-23 12:00")
    assert any_says(await story.reads(CONTACT), "超期", f"{number}号")
    assert any_says(await story.reads(DEPUTY), f"{number}号", "13710第7天")


async def test_T6_a_plan_is_for_complex_problems_only(story: Story) -> None:
    number = await story.dispatched()
    answer = await story.says(CONTACT, f"{number}号方案：10月10日完成设计，10月25日迁完")
    assert "一般问题" in answer
    assert "定级" in answer
    assert "node" not in story.limits(number)


async def test_T6_the_nodes_of_the_plan_are_what_is_tracked(story: Story) -> None:
    number = await story.dispatched()
    await story.says(OFFICE, f"{number}号定为重大复杂")
    assert str(story.limits(number)["complex"].due.date()) == "2025-10-16"
    await story.reads(OFFICE)

    answer = await story.says(CONTACT, f"{number}号方案：10月25日完成设计，10月10日迁完")
    assert "从早到晚" in answer
    answer = await story.says(CONTACT, f"{number}号方案：10月10日完成设计，10月25日迁完")
    assert "2个节点" in answer
    assert "complex" not in story.limits(number)
    assert any_says(await story.reads(OFFICE), "书面方案", "10月10日完成设计")

    await story.at("2025-10-10 10:00")
    assert any_says(await story.reads(CONTACT), "方案节点10月10日完成设计")
    answer = await story.says(CONTACT, f"{number}号第一个节点已完成")
    assert "下一个：“方案节点10月25日迁完”" in answer

    await story.at("2025-10-27 12:00")
    assert any_says(await story.reads(DEPUTY), f"{number}号", "方案节点10月25日")
    answer = await story.says(CONTACT, f"{number}号方案：12月10日迁完")
    assert "不能改报方案" in answer


async def test_T7_the_unit_claims_and_the_reporter_confirms(story: Story) -> None:
    number = await story.dispatched()
    await story.reads(LIAISON)
    answer = await story.says(CONTACT, f"{number}号已迁完，申请销号")
    assert "待销号" in answer
    assert "请补现场照片" in answer
    assert story.state(number) == "待销号"
    assert any_says(await story.reads(LIAISON), "申请销号", f"{number}号同意销号")
    await story.presses(LIAISON, "同意销号")
    assert story.state(number) == "已销号"


async def test_T7_a_refused_claim_has_its_old_limit_again(story: Story) -> None:
    number = await story.dispatched()
    limit = story.limits(number)["ordinary"].due
    await story.says(CONTACT, f"{number}号已迁完，申请销号")
    assert story.limits(number) == {}
    await story.says(LIAISON, f"{number}号不同意销号，还差一段没接")
    assert story.state(number) == "办理中"
    assert story.limits(number)["ordinary"].due == limit
    assert any_says(await story.reads(CONTACT), "还差一段没接")


async def test_T7_who_reported_and_claims_himself_needs_the_office(story: Story) -> None:
    number = await story.dispatched()
    answer = await story.says(LIAISON, f"{number}号已经解决了")
    assert story.state(number) == "待销号"
    assert "请重点办核实" in answer
    assert any_says(await story.reads(CONTACT), "说已经解决")
    await story.says(LIAISON, f"{number}号同意销号")
    assert story.state(number) == "待销号"
    await story.says(OFFICE, f"{number}号同意销号")
    assert story.state(number) == "已销号"


async def test_T7_the_liaison_who_says_solved_after_the_unit_confirms(story: Story) -> None:
    number = await story.dispatched()
    await story.says(CONTACT, f"{number}号已迁完，申请销号")
    await story.says(LIAISON, f"{number}号解决了")
    assert story.state(number) == "已销号"


async def test_T7_what_was_never_dispatched_is_not_struck_off(story: Story) -> None:
    number = await story.reported()
    await story.reads(OFFICE)
    answer = await story.says(LIAISON, f"{number}号已经解决了")
    assert "还没有交办" in answer
    assert story.state(number) == "待核实"
    assert any_says(await story.reads(OFFICE), "说已经解决", f"{number}号不列入")


async def test_T7_a_return_needs_a_reason_and_the_clocks_go_on(story: Story) -> None:
    number = await story.dispatched()
    before = story.limits(number)
    assert "为什么退回" in await story.says(CONTACT, f"{number}号退回")
    answer = await story.says(CONTACT, "管线权属在市自然资源局")
    assert "时限照走" in answer
    assert story.limits(number) == before
    read = last(await story.reads(OFFICE))
    assert "申请退回，应由市规划和自然资源局办" in read
    await story.presses(OFFICE, "同意退回")
    assert story.state(number) == "待交办"


async def sends_picture(story: Story, account: str) -> str:
    """The person sends a picture without a word; what he is answered."""
    form = FormData()
    form.add_field("file", b"\xff\xd8\xff picture", filename="现场.jpg", content_type="image/jpeg")
    response = await story.client.post("/console/api/files", data=form)
    assert response.status < 300, await response.text()
    return await story.says(account, "", files=[(await response.json())["id"]])


async def test_T7_a_picture_right_after_the_claim_is_its_proof(story: Story) -> None:
    number = await story.dispatched()
    await story.says(CONTACT, f"{number}号已迁完，申请销号")
    await story.reads(LIAISON)
    answer = await sends_picture(story, CONTACT)
    assert f"{number}号" in answer
    assert "附件1个" in answer
    assert any_says(await story.reads(LIAISON), f"{number}号", "附件1个", "同意销号")


async def test_T7_a_picture_long_after_is_asked_about(story: Story) -> None:
    number = await story.dispatched()
    await story.says(CONTACT, f"{number}号已迁完，申请销号")
    await story.pass_time(hours=2)
    assert f"{number}号" not in await sends_picture(story, CONTACT)
