"""调度: prepared material comes at its time, moved off rest days, once after an outage (H2 to H6); the daily
summary before it goes and of any day (feature 66)."""

import pytest

from bot.app import demo_time
from bot.clock import MovableClock
from tests.stories.conftest import Story, Tell

OFFICE = "office-1"


async def papers(story: Story, who: str, name: str) -> list[str]:
    """What that person read under that heading since he looked last."""
    return [text for text in await story.reads(who) if f"【{name}】" in text]


async def test_H2_each_week_the_open_problems_every_other_week_the_progress(story: Story) -> None:
    number = await story.dispatched()
    await story.says("liaison-21", "342改线今年累计完成2.1亿元")
    await story.at("2025-09-22 08:00")
    assert not await papers(story, OFFICE, "每周协调")
    await story.at("2025-09-22 09:00")
    (weekly,) = await papers(story, OFFICE, "每周协调")
    assert f"{number}号 国道342线" in weekly and "供水管迁改（市水务局" in weekly
    await story.at("2025-09-25 15:30")
    (fortnight,) = await papers(story, OFFICE, "双周调度")
    assert "占年计划86.60亿元" in fortnight and "各县投资完成率：" in fortnight
    assert "应开复工未开复工" in fortnight and "没有报送" in fortnight
    await story.at("2025-10-08 18:00")
    assert not await papers(story, OFFICE, "双周调度"), "only every other week"
    await story.at("2025-10-09 18:00")
    assert len(await papers(story, OFFICE, "双周调度")) == 1


async def test_H2_a_rest_day_moves_it(story: Story) -> None:
    await story.at("2025-10-01 18:00")
    await story.reads(OFFICE)
    await story.at("2025-10-08 18:00")  # Monday the 6th lies in the holidays
    assert not await papers(story, OFFICE, "每周协调")
    await story.at("2025-10-09 09:00")
    assert len(await papers(story, OFFICE, "每周协调")) == 1


async def test_H2_the_months_material_is_there_when_the_figures_are(story: Story) -> None:
    await story.at("2025-09-26 09:30")
    (month,) = await papers(story, OFFICE, "月度通报")
    assert "排名：前3名" in month and "应开复工未开复工" in month


async def test_H2_after_an_outage_only_the_latest_comes(story: Story) -> None:
    await story.pass_time(minutes=1)
    assert isinstance(story.city.clock, MovableClock)
    story.city.clock.move(demo_time("2025-11-12 10:00"))
    await story.city.settle()
    await story.pass_time(minutes=1)
    read = await story.reads(OFFICE)
    for name in ("每周协调", "双周调度", "月度通报"):
        assert len([text for text in read if f"【{name}】" in text]) == 1, name


@pytest.mark.parametrize("account", ["liaison-21", "contact-swj", "head-swj", "mayor"])
async def test_H2_the_material_is_the_offices(story: Story, account: str) -> None:
    await story.at("2025-09-26 09:30")
    assert not [text for text in await story.reads(account) if "材料" in text]
    assert "占年计划" not in await story.says(account, "双周调度材料")


async def test_H2_it_can_be_made_anew_and_the_county_has_its_own(story: Story) -> None:
    await story.says("liaison-21", "342改线今年累计完成2.1亿元")
    assert "30个项目完成2.10亿元" in await story.says(OFFICE, "双周调度材料")
    own = await story.says("county-wenxi", "双周调度材料")
    assert "闻喜县材料" in own and "2个项目完成2.10亿元" in own and "新绛" not in own
    assert "私聊" in await story.says(OFFICE, "双周调度材料", group="city")
    said = await story.says(OFFICE, "有哪些调度")
    assert "每周协调：每周周一08:40" in said and "下次9月22日 08:40" in said


async def test_H3_month_by_month_with_what_stands_still(tell: Tell) -> None:
    story = await tell(regime="yuncheng-2019")
    await story.at("2025-10-27 09:30")
    before, month = await papers(story, OFFICE, "月调度")
    assert "没有进展" not in before, "entered eleven days ago"
    assert "没有进展30个" in month and "（一个月）" in month and "排名：" in month
    await story.at("2025-10-31 15:30")
    assert len(await papers(story, OFFICE, "月报告")) == 1


async def test_H4_week_month_and_year_goals_and_the_race(tell: Tell) -> None:
    story = await tell(regime="jincheng-2025")
    await story.at("2025-09-19 15:30")
    (week,) = await papers(story, OFFICE, "周目标分析")
    assert "低于序时" in week and "没有报送9月12日以来30个" in week
    await story.at("2025-10-09 09:30")
    (month,) = await papers(story, OFFICE, "月度目标分析和“赛马”")
    assert "排名：前3名" in month
    await story.at("2025-10-14 09:00")
    assert await papers(story, OFFICE, "“3+2”现场调度（周二）")


async def test_H5_double_weeks_month_and_quarter(tell: Tell) -> None:
    story = await tell(regime="yangquan-2025")
    await story.dispatched()
    await story.at("2025-09-25 15:30")
    read = await story.reads(OFFICE)
    assert [text for text in read if "【问题堵点双周调度】" in text and "供水管迁改" in text]
    assert [text for text in read if "【项目建设“看述评”】" in text]
    await story.at("2025-10-09 09:30")
    assert await papers(story, OFFICE, "逐月调度")


async def test_H6_what_counties_planned_is_ranked_by_quarter(tell: Tell) -> None:
    story = await tell(regime="yuncheng-2019")
    assert "还没有登记谋划项目" in await story.says(OFFICE, "项目谋划排名")
    for words in (
        "谋划项目：新材料产业园，闻喜县，产业类，总投资4亿元，9月1日",
        "谋划项目：镁合金压铸，闻喜县，产业类，总投资1亿元，7月1日",
        "谋划项目：储能电站，绛县，产业类，总投资10亿元，9月14日",
        "谋划项目：上季度的电站，绛县，产业类，总投资10亿元，6月30日",
        "谋划项目：不知哪天的电站，夏县，产业类，总投资10亿元",
    ):
        await story.says(OFFICE, words)
    answer = await story.says(OFFICE, "三季度项目谋划排名")
    assert "1.闻喜县75.0分（2个，5亿元）" in answer and "1.绛县75.0分（1个，10亿元）" in answer
    assert "没有新谋划的：" in answer and "另有1个没写哪天谋划" in answer
    assert "还没有到" in await story.says(OFFICE, "四季度谋划排名")
    assert "由市重点办通报" in await story.says("county-wenxi", "项目谋划排名")
    await story.at("2025-09-30 15:30")
    (paper,) = await papers(story, OFFICE, "项目谋划按季度排队通报")
    assert "闻喜县75.0分" in paper
    await story.at("2025-10-09 09:00")
    assert "还没有登记" in await story.says(OFFICE, "项目谋划排名"), "a quarter of its own"
    assert "闻喜县75.0分" in await story.says(OFFICE, "三季度项目谋划排名")


# ---- the daily summary before it goes, and of any day ------------------------------------------------


async def test_a_summary_is_previewed_and_made_again_for_any_day(story: Story) -> None:
    await story.says("liaison-21", "342改线本月完成投资1800万元")
    before = await story.says(OFFICE, "预览日报")
    assert "今天17:30发，现在是这样" in before and "今日报送1个项目" in before
    await story.at("2025-09-15 17:31")
    (sent,) = [text for text in await story.reads("group:city") if "日报" in text]
    await story.at("2025-09-18 09:00")
    assert sent in await story.says(OFFICE, "9月15日日报")
    assert "今日报送0个项目" in await story.says(OFFICE, "昨天的日报")
    assert "还没有到" in await story.says(OFFICE, "9月20日日报")
    assert "没有9月31日" in await story.says(OFFICE, "9月31日日报")
    assert "今日报送" not in await story.says("liaison-21", "预览日报")


async def test_H2_a_county_reads_no_place_before_the_ranking_is_signed(story: Story) -> None:
    await story.says("liaison-21", "342改线今年累计完成2.1亿元")
    await story.at("2025-09-26 09:30")
    assert "排名" not in await story.says("county-wenxi", "月度通报材料")
    await story.says(OFFICE, "出9月通报")
    assert "排名" not in await story.says("county-wenxi", "月度通报材料")
    assert "排名：前3名" in await story.says(OFFICE, "月度通报材料")
    await story.says(OFFICE, "通报征求意见")
    await story.at("2025-09-30 09:00")
    await story.says(OFFICE, "通报签发，签发人王主任")
    assert "排名：第1名（9月），58.5分" in await story.says("county-wenxi", "月度通报材料")


async def test_H4_what_is_laid_down_on_the_first_is_measured_by_the_month_that_is_over(tell: Tell) -> None:
    story = await tell(regime="jincheng-2025")
    await story.says("liaison-21", "342改线今年累计完成2.1亿元")
    await story.at("2025-10-09 09:30")  # the 1st lies in the holidays
    (month,) = await papers(story, OFFICE, "月度目标分析和“赛马”")
    assert "2.4%，低于序时72.6个百分点" in month, "75 % by the end of September"
