"""The office's and the leaders' side told as stories: T0, T1, T7, T9, drafts, who somebody is."""

from datetime import date

from bot.calendar import end_of_day
from tests.stories.conftest import Story, Tell

LIAISON, OFFICE, COUNTY_OFFICE = "liaison-21", "office-1", "county-wenxi"
CONTACT, HEAD, OTHER_CONTACT = "contact-swj", "head-swj", "contact-zjj"


async def test_T0_what_is_reported_is_verified_before_it_stands_in_the_ledger(story: Story) -> None:
    number = await story.reported()
    assert story.state(number) == "待核实"
    assert any(f"{number}号" in text and "待核实" in text for text in await story.reads(OFFICE))
    answer = await story.says(OFFICE, f"{number}号核实列入")
    assert "列入台账" in answer and "市水务局" in answer
    assert story.state(number) == "待交办"
    assert any("列入台账" in text for text in await story.reads(LIAISON))


async def test_T0_the_office_declines_with_a_reason_that_the_reporter_reads(story: Story) -> None:
    number = await story.reported()
    assert "原因" in await story.says(OFFICE, f"{number}号不列入")
    assert story.state(number) == "待核实"
    await story.says(OFFICE, "这是企业内部事项，请自行协调")
    assert story.state(number) == "不列入"
    assert any("企业内部事项" in text for text in await story.reads(LIAISON))


async def test_T0_a_report_is_sent_back_for_more_and_joined_by_the_answer(story: Story) -> None:
    number = await story.reported()
    await story.says(OFFICE, f"{number}号退回补充，请写清管径和产权单位")
    assert story.state(number) == "待核实" and story.ticket(number).sent_back
    assert any("请写清管径和产权单位" in text for text in await story.reads(LIAISON))


async def test_T1_the_day_for_dispatching_begins_at_the_entry(story: Story) -> None:
    number = await story.reported()
    await story.says(OFFICE, f"{number}号核实列入")
    assert story.limits(number)["dispatch"].due == end_of_day(date(2025, 9, 16))
    await story.reads(OFFICE)
    await story.at("2025-09-16 12:00")
    assert any(f"{number}号" in text and "交办" in text for text in await story.reads(OFFICE))
    await story.at("2025-09-17 12:00")
    assert any(f"{number}号" in text for text in await story.reads(OFFICE)), "overdue: the office is told"


async def test_T1_the_unit_and_the_reporter_read_who_and_by_when(story: Story) -> None:
    number = await story.reported()
    answer = await story.says(OFFICE, f"{number}号交办市水务局")
    assert "今天定人、18日反馈、22日办结（13710第7天）" in answer
    (unit,) = [text for text in await story.reads(CONTACT) if f"交办{number}号" in text]
    assert "22日办结" in unit and f"{number}号周工负责" in unit
    assert any("已交办市水务局" in text and "9月22日前" in text for text in await story.reads(LIAISON))


async def test_T1_two_units_in_one_message_are_lead_and_assisting(story: Story) -> None:
    number = await story.reported()
    await story.says(OFFICE, f"{number}号交办市水务局、市住建局")
    ticket = story.ticket(number)
    assert len(ticket.unit_ids) == 2 and len(ticket.assisting_ids) == 1
    assert any(f"请协办{number}号" in text for text in await story.reads(OTHER_CONTACT))
    assert "feedback" in story.limits(number)


async def test_T1_dispatched_on_friday_evening_counts_from_monday(tell: Tell) -> None:
    story = await tell(at="2025-09-19 17:30")
    number = await story.reported()
    answer = await story.says(OFFICE, f"{number}号交办市水务局")
    assert "从22日08:00起算" in answer
    assert story.limits(number)["ordinary"].due == end_of_day(date(2025, 9, 29))


async def test_T7_nothing_leaves_the_list_but_by_a_second_person(story: Story) -> None:
    number = await story.dispatched()
    await story.says(CONTACT, f"{number}号已迁完，申请销号")
    assert story.state(number) == "待销号"
    await story.says(HEAD, f"{number}号同意销号")
    await story.says(CONTACT, f"{number}号同意销号")
    assert story.open_tickets() == [number]
    await story.presses(LIAISON, "同意销号")
    assert story.open_tickets() == []
    assert any("已销号" in text for text in await story.reads(CONTACT))


async def test_T7_a_refused_end_runs_on_with_the_old_limit(story: Story) -> None:
    number = await story.dispatched()
    due = story.limits(number)["ordinary"].due
    await story.pass_time(days=1)
    await story.says(CONTACT, f"{number}号已迁完，申请销号")
    assert "ordinary" not in story.limits(number)
    await story.says(LIAISON, f"{number}号不同意销号，还在漏水")
    assert story.state(number) == "办理中"
    assert story.limits(number)["ordinary"].due == due
    assert any("还在漏水" in text for text in await story.reads(CONTACT))


async def test_T7_what_was_struck_off_can_be_opened_again(story: Story) -> None:
    number = await story.dispatched()
    await story.says(CONTACT, f"{number}号已迁完，申请销号")
    await story.says(OFFICE, f"{number}号同意销号")
    assert story.state(number) == "已销号"
    await story.says(LIAISON, f"{number}号重新打开，又漏水了")
    assert story.state(number) == "已交办"
    assert set(story.limits(number)) == {"arrange", "feedback", "ordinary"}


async def test_T9_listed_only_with_its_five_and_bulletined_until_struck_off(story: Story) -> None:
    number = await story.dispatched()
    assert "还缺" in await story.says(OFFICE, f"{number}号挂牌督办")
    assert not story.ticket(number).listed
    answer = await story.says(OFFICE, "办法：县里先垫付；责任人：周工；期限：9月20日")
    assert "已挂牌督办" in answer and story.ticket(number).listed
    assert story.limits(number)["ordinary"].due == end_of_day(date(2025, 9, 20))
    await story.reads("group:city")
    await story.at("2025-09-30 12:00")
    (bulletin,) = [text for text in await story.reads("group:city") if "挂牌督办通报" in text]
    assert f"{number}号" in bulletin and "市水务局" in bulletin and "周工" not in bulletin
    await story.says(CONTACT, f"{number}号已迁完，申请销号")
    await story.says(LIAISON, f"{number}号同意销号")
    await story.at("2025-10-16 12:00")
    assert not [text for text in await story.reads("group:city") if "挂牌督办通报" in text]


async def test_T9_a_leader_wishes_and_the_office_lists(story: Story) -> None:
    number = await story.dispatched()
    answer = await story.says("mayor", f"{number}号挂牌督办")
    assert "重点办" in answer and not story.ticket(number).listed
    assert any("要求" in text and "还缺" in text for text in await story.reads(OFFICE))


async def test_an_extension_is_granted_and_the_reporter_knows(story: Story) -> None:
    number = await story.dispatched()
    await story.says(CONTACT, f"{number}号申请延期到26日，原因是管材未到货")
    await story.presses(OFFICE, "同意延期")
    assert story.limits(number)["ordinary"].due == end_of_day(date(2025, 9, 26))
    assert any("管材未到货" in text for text in await story.reads(LIAISON))


async def test_a_return_is_granted_and_the_right_unit_gets_it(story: Story) -> None:
    number = await story.dispatched()
    await story.says(CONTACT, f"{number}号退回，产权属市住建局，应由市住建局办")
    assert "交办给哪个单位" in await story.says(OFFICE, f"{number}号同意退回")
    assert story.state(number) == "待交办"
    assert "已交办市住建局" in await story.says(OFFICE, "市住建局")
    assert any(f"交办{number}号" in text for text in await story.reads(OTHER_CONTACT))


async def test_a_pause_rests_the_clock_and_ends_by_itself(story: Story) -> None:
    number = await story.dispatched()
    await story.says(OFFICE, f"{number}号中止到9月19日，等省厅批复")
    assert story.ticket(number).paused_until == date(2025, 9, 19)
    await story.at("2025-09-19 09:00")
    assert story.ticket(number).paused_until is None
    assert story.limits(number)["ordinary"].due == end_of_day(date(2025, 9, 26))


async def test_an_instruction_on_paper_is_entered_by_the_office(story: Story) -> None:
    number = await story.dispatched()
    answer = await story.says(OFFICE, f"赵市长批示：{number}号本周五前解决")
    assert f"赵市长的批示已记在{number}号" in answer
    assert story.limits(number)["ordinary"].due == end_of_day(date(2025, 9, 19))
    for account in (CONTACT, HEAD):
        assert any("赵市长批示" in text and "本周五前解决" in text for text in await story.reads(account))


async def test_a_secretary_writes_for_his_leader(story: Story) -> None:
    number = await story.dispatched()
    await story.says("secretary-1", f"{number}号本周五前解决，水务局要到现场")
    assert story.limits(number)["ordinary"].due == end_of_day(date(2025, 9, 19))
    assert any("王市长批示" in text for text in await story.reads(CONTACT))


async def test_the_leader_hears_of_the_end_when_the_office_releases_it(story: Story) -> None:
    number = await story.dispatched()
    await story.says("vice-2", f"{number}号本周五前解决")
    await story.says(CONTACT, f"{number}号已迁完，申请销号")
    await story.says(LIAISON, f"{number}号同意销号")
    await story.reads("vice-2")
    shown = await story.says(OFFICE, "待发呈报")
    assert "呈报1" in shown and "赵市长" in shown
    assert "已发" in await story.says(OFFICE, "呈报1发送")
    (text,) = await story.reads("vice-2")
    assert text.startswith("赵市长：您9月15日批示的") and "已办结销号" in text


async def test_T8_a_county_matter_is_the_county_offices(story: Story) -> None:
    number = await story.reported()
    answer = await story.says(COUNTY_OFFICE, f"{number}号交办市水务局")
    assert "已提请市级重点办" in answer and story.state(number) == "待核实"
    assert any("建议交办市水务局" in text for text in await story.reads(OFFICE))


async def test_urging_is_passed_on_once_a_day(story: Story) -> None:
    number = await story.dispatched()
    await story.reads(CONTACT)
    assert "已催办" in await story.says(LIAISON, f"催一下{number}号")
    assert any("催办" in text for text in await story.reads(CONTACT))
    assert "已经催过" in await story.says(LIAISON, f"催一下{number}号")
    assert "已记录" in await story.says(OFFICE, f"{number}号已电话催市水务局叶科长")
    assert await story.reads(CONTACT) == []


async def test_an_unknown_account_is_let_in_by_one_tap(story: Story) -> None:
    assert "我还不认识您" in await story.says("new-phone", "在吗")
    assert "已转重点办确认" in await story.says("new-phone", "我是市水务局的周立，负责13710工作")
    await story.presses(OFFICE, "确认")
    assert any("您的身份已确认" in text for text in await story.reads("new-phone"))
    number = await story.dispatched()
    assert any(f"交办{number}号" in text for text in await story.reads("new-phone"))
