"""批示: one line becomes something that is followed and comes back (feature 61, R2)."""

import pytest

from tests.stories.conftest import Story

LEADER, SECRETARY, OFFICE = "vice-3", "secretary-2", "office-1"


async def instructed(story: Story, words: str = "342改线请市财政局9月19日前拨付迁改费") -> None:
    """The leader instructs a unit about a project that has no ticket: 批示1."""
    answer = await story.says(LEADER, words)
    assert "（批示1）" in answer and "已转市财政局" in answer and "办结后向您报告" in answer


async def test_R2_an_instruction_comes_back_to_who_gave_it(story: Story) -> None:
    await instructed(story)
    (told,) = [text for text in await story.reads("contact-czj") if "批示1" in text]
    assert "342改线请市财政局9月19日前拨付迁改费" in told and "批示1已办结：…" in told
    assert "已告诉重点办" in await story.says("contact-czj", "批示1：已报市政府，等签批")
    assert "最近答复“已报市政府，等签批”" in await story.says(LEADER, "我的批示")
    await story.pass_time(days=2)
    assert "等重点办确认" in await story.says("contact-czj", "批示1已办结：迁改费86万元已拨付")
    assert any("报办结：“迁改费86万元已拨付”" in text for text in await story.reads(OFFICE))
    assert "拟呈丁市长" in await story.says(OFFICE, "批示1销号")
    assert not [text for text in await story.reads(LEADER) if "已办结：" in text], (
        "a draft, until it is released"
    )
    await story.says(OFFICE, "呈报1发送")
    await story.pass_time(minutes=5)
    (back,) = [text for text in await story.reads(LEADER) if "已办结：" in text]
    assert "您9月15日批示的国道342线闻喜县城过境改线、市财政局已办结：迁改费86万元已拨付" in back
    assert "30天内办结1件" in await story.says(LEADER, "我的批示")


async def test_an_end_is_confirmed_by_a_second_person(story: Story) -> None:
    await instructed(story)
    assert "还没有报办结" in await story.says(OFFICE, "批示1销号")
    await story.says(OFFICE, "批示1已办结：财政局电话说已拨付")
    assert "另一人确认" in await story.says(OFFICE, "批示1销号")
    assert "已办结" in await story.says("office-2", "批示1销号")


async def test_a_claimed_end_that_is_none_goes_back_with_the_reason(story: Story) -> None:
    await instructed(story)
    await story.says("contact-czj", "批示1已办结：已安排")
    assert "写明理由" in await story.says(OFFICE, "批示1退回")
    assert "已退回" in await story.says(OFFICE, "批示1退回，原因：钱还没到账")
    assert any("没有同意办结：钱还没到账" in text for text in await story.reads("contact-czj"))
    assert "在办1件" in await story.says(LEADER, "我的批示")


async def test_who_owes_the_answer_is_reminded_and_the_office_hears_what_is_over(story: Story) -> None:
    await instructed(story)
    await story.reads("contact-czj")
    await story.at("2025-09-18 09:00")
    (near,) = [text for text in await story.reads("contact-czj") if "批示1" in text]
    assert "还有1天到期" in near
    await story.at("2025-09-19 09:00")
    assert [text for text in await story.reads("contact-czj") if "今天到期" in text]
    await story.reads(OFFICE)
    await story.at("2025-09-22 09:00")  # 20 and 21 September are a weekend
    (late,) = [text for text in await story.reads("contact-czj") if "超期3天" in text]
    assert "批示1" in late
    assert [text for text in await story.reads(OFFICE) if "超期3天" in text]
    assert "逾期3天" in await story.says(LEADER, "我的批示")
    await story.at("2025-09-23 09:00")
    assert not [text for text in await story.reads("contact-czj") if "批示1" in text], "not every day"
    await story.at("2025-11-20 09:00")
    assert len([text for text in await story.reads("contact-czj") if "批示1" in text]) <= 2, "and it ends"


async def test_what_is_answered_is_reminded_of_no_more(story: Story) -> None:
    await instructed(story)
    await story.says("contact-czj", "批示1已办结：迁改费86万元已拨付")
    await story.reads("contact-czj")
    await story.at("2025-09-24 09:00")
    assert not [text for text in await story.reads("contact-czj") if "批示1" in text]


async def test_an_instruction_about_a_ticket_ends_with_the_ticket(story: Story) -> None:
    number = await story.dispatched()
    assert "（批示1）" in await story.says(LEADER, f"{number}号请抓紧，9月18日前解决")
    assert f"随{number}号办理" in await story.says("contact-swj", "批示1已办结：管已迁完")
    await story.says("contact-swj", f"{number}号周工负责，18日前迁完")
    await story.at("2025-09-17 09:00")
    await story.says("contact-swj", f"{number}号供水管9月16日全部迁完，申请销号")
    await story.says("liaison-21", f"同意{number}号销号")
    drafts = await story.says(OFFICE, "待发呈报")
    assert "您9月15日批示的" in drafts and "已办结销号，历时2天：供水管9月16日全部迁完" in drafts


@pytest.mark.parametrize(
    ("who", "says"),
    [
        ("liaison-10", "没有查到"),
        ("contact-fgw", "没有查到"),
        ("sponsor-yanhu", "没有查到"),
        ("county-yanhu", "没有查到"),
    ],
)
async def test_who_has_nothing_to_do_with_it_sees_nothing_of_it(story: Story, who: str, says: str) -> None:
    await instructed(story)
    assert says in await story.says(who, "批示1")


async def test_a_liaison_owes_what_names_no_unit(story: Story) -> None:
    assert "（批示1）" in await story.says(LEADER, "342改线9月20日前拿出赶工方案")
    assert [text for text in await story.reads("liaison-21") if "批示1已办结：…" in text]
    assert "等重点办确认" in await story.says("liaison-21", "批示1已办结：赶工方案9月18日已报市专班办")


async def test_the_secretary_reads_and_asks_for_his_leader(story: Story) -> None:
    assert "已转市财政局" in await story.says(SECRETARY, "342改线请市财政局9月19日前拨付迁改费")
    assert "（批示1）" not in await story.says(LEADER, "我的批示"), "another leader's"
    assert "您的批示：在办1件" in await story.says(SECRETARY, "我的批示")


async def test_the_office_reads_all_leaders_instructions(story: Story) -> None:
    await instructed(story)
    answer = await story.says(OFFICE, "领导批示")
    assert "在办1件" in answer and "批示1（丁市长9月15日）" in answer
    assert "由领导本人和重点办查看" in await story.says("liaison-21", "领导批示")


async def test_what_was_taken_back_is_no_instruction(story: Story) -> None:
    await instructed(story)
    assert "已撤回" in await story.says(LEADER, "撤销")
    assert "近期没有批示" in await story.says(LEADER, "我的批示")
    assert "没有查到" in await story.says("contact-czj", "批示1已办结：已拨付")
