"""一键调度 and the rounds of the rhythm: all are asked, answers collected, the silent named (A8, feature 4)."""

import pytest

from tests.stories.conftest import Story, Tell

OFFICE, LEADER = "office-1", "vice-3"


async def asked(story: Story, who: str) -> list[str]:
    """What that person was asked in a round since he looked last."""
    return [text for text in await story.reads(who) if "请" in text and "前回一句" in text]


async def test_A8_one_tap_asks_all_of_a_project_and_names_the_silent(story: Story) -> None:
    await story.dispatched()
    answer = await story.says(LEADER, "一键调度342改线，今天17时前")
    assert "已问2人" in answer and "15日17:00汇总给您" in answer
    (said,) = await asked(story, "liaison-21")
    assert "丁市长一键调度国道342" in said and "没有变化回“正常推进”" in said
    assert await asked(story, "contact-swj"), "the unit that has its open problem"
    assert not await asked(story, "liaison-10")
    await story.says("liaison-21", "342改线本月完成投资1800万元")
    assert "已答1人" in await story.says(LEADER, "调度情况")
    await story.reads(LEADER)
    await story.at("2025-09-15 17:05")
    (over,) = [text for text in await story.reads(LEADER) if "没有答的" in text]
    assert "闻喜县人民政府刘明亮：“342改线本月完成投资1800万元”" in over
    assert "没有答的：市水务局叶海燕" in over
    await story.at("2025-09-16 18:00")
    assert not [text for text in await story.reads(LEADER) if "没有答的" in text], "told once"


async def test_A8_a_plain_word_is_an_answer_where_a_round_waits_and_only_there(story: Story) -> None:
    assert "记下了（" not in await story.says("liaison-21", "正常推进")
    await story.says(OFFICE, "一键调度342改线")
    assert "记下了（一键调度国道342" in await story.says("liaison-21", "正常推进，没有问题")
    assert "已答1人" in await story.says(OFFICE, "调度情况")
    assert "记下了（" not in await story.says("liaison-21", "正常推进"), "it has been answered"


@pytest.mark.parametrize(
    ("who", "text", "says"),
    [
        (OFFICE, "一键调度闻喜县，明天12点前", "已问1人（闻喜县），16日12:00汇总"),
        ("county-wenxi", "一键调度闻喜县", "已问1人（闻喜县）"),
        (OFFICE, "一键调度市水务局", "已问1人（市水务局）"),
        (OFFICE, "一键调度全部项目，20日前", "已问24人（全部项目），20日24时汇总"),
        (LEADER, "一键调度我包联的项目", "（您包联的项目）"),
        ("sponsor-wenxi", "一键调度我包联的项目", "已问1人（您包联的项目）"),
        ("county-wenxi", "一键调度盐湖区", "没有您可以查看的项目"),
        ("county-wenxi", "一键调度市水务局", "不在您能调度的范围里"),
        ("liaison-21", "一键调度闻喜县", "由重点办或领导发起"),
        ("contact-swj", "一键调度342改线", "由重点办或领导发起"),
        (OFFICE, "一键调度火星基地", "没认出“火星基地”"),
        (OFFICE, "一键调度342改线，31日32时前", "没有这个钟点"),
        (OFFICE, "一键调度342改线，今天8点前", "已经过了"),
    ],
)
async def test_A8_who_is_asked_by_whom_and_by_when(story: Story, who: str, text: str, says: str) -> None:
    assert says in await story.says(who, text)


async def test_A8_what_is_over_is_asked_of_the_units_that_have_it(story: Story) -> None:
    assert "没有可以问的" in await story.says(OFFICE, "一键调度超期问题")
    await story.dispatched()
    await story.at("2025-09-16 09:00")
    assert "已问1人（超期问题）" in await story.says(OFFICE, "一键调度超期问题")
    assert await asked(story, "contact-swj")


async def test_A8_in_the_rhythm_of_the_notice_each_liaison_is_asked_and_the_silent_named(tell: Tell) -> None:
    story = await tell(regime="jincheng-2025")
    await story.says("liaison-10", "诺维兰本周完成投资100万元")
    await story.at("2025-09-16 09:55")
    assert not await asked(story, "liaison-21")
    await story.at("2025-09-16 10:05")
    (said,) = await asked(story, "liaison-21")
    assert said.startswith("周调度：国道342") and "有没有堵点" in said and "18日10:00前回一句" not in said
    assert not await asked(story, "liaison-10"), "he has reported this week"
    assert "记下了（周调度）" in await story.says("liaison-21", "按计划推进")
    await story.says("liaison-28", "独立储能本周完成投资300万元")
    await story.reads(OFFICE)
    await story.at("2025-09-18 10:00")
    (over,) = [text for text in await story.reads(OFFICE) if text.startswith("周调度：")]
    assert "问了23人，已答2人" in over and "等21人" in over and "刘明亮" in over
    assert not await asked(story, "liaison-21")


async def test_A8_every_second_week_under_the_notice_that_says_so(story: Story) -> None:
    await story.at("2025-09-19 18:00")
    assert not await asked(story, "liaison-21"), "the 38th week of the year"
    await story.at("2025-09-23 10:30")
    assert await asked(story, "liaison-21")
    await story.at("2025-10-06 10:30")
    assert not await asked(story, "liaison-21")


async def test_A8_a_round_that_was_slept_through_is_not_made_up_for(tell: Tell) -> None:
    story = await tell(regime="jincheng-2025", at="2025-09-19 09:00")
    await story.pass_time(hours=3)
    assert not await asked(story, "liaison-21")
