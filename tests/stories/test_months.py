"""月初建账、月中对账、月底交账: by every liaison, confirmed by the county, closed; then 核增核减 only (P2, N3 第11项)."""

import pytest

from storage import curves, figures
from tests.stories.conftest import Story, Tell

WAN = 10_000


@pytest.fixture
async def month(tell: Tell) -> Story:
    """The demo city under 阳泉's notice, on 15 September 2025: the accounts of September were just opened."""
    return await tell(regime="yangquan-2025")


async def said(story: Story, who: str, *words: str) -> list[str]:
    """What that person read with all these words in it, since he looked last."""
    return [text for text in await story.reads(who) if all(word in text for word in words)]


def invested(story: Story, number: int, when: int) -> int | None:
    """万元 of the year so far by that month's end; its curve ends there too."""
    (project,) = [
        one for one in story.city.db.read_now(story.city.directory.get).ledger if one.number == number
    ]
    found = story.city.db.read_now(lambda tx: figures.as_of(tx, 2025, when))[project.id].invested
    curve = story.city.db.read_now(lambda tx: curves.of_projects(tx, 2025, when, [project.id]))[project.id]
    assert curve.invested[-1] == found
    return None if found is None else found // WAN


async def test_P2_opened_checked_handed_over_by_every_liaison(month: Story) -> None:
    await month.at("2025-09-15 10:00")
    (opened,) = await said(month, "liaison-21", "9月账已建", "342")
    assert "年计划2.5亿元" in opened and "9月30日前交账" in opened
    (office,) = await said(month, "office-1", "9月账已建")
    assert "29个项目" in office and "10月9日24时关账" in office, (
        "3 October is a holiday; 河津三期 has no plan"
    )
    await month.at("2025-09-24 18:00")
    assert not await said(month, "liaison-21", "请交9月账")
    await month.at("2025-09-25 10:00")
    (asked,) = await said(month, "liaison-21", "请交9月账")
    assert "342" in asked and "八达" in asked and "9月30日24时前" in asked, (
        "one message for both of his projects"
    )
    answer = await month.says("liaison-21", "342改线9月完成投资1800万元，今年累计2.1亿元")
    assert "算9月交账，等县里确认" in answer
    await month.at("2025-10-14 18:00")
    await month.says("liaison-21", "342改线10月投资300万元")
    assert not await said(month, "liaison-21", "10月对账")
    await month.at("2025-10-15 09:00")
    (checked,) = await said(month, "liaison-21", "10月对账")
    assert "本月300万元" in checked and "八达精密铸造生产线10月还没报过" in checked
    assert "对账记下了（2个项目）" in await month.says("liaison-21", "10月对账无误")


async def handed_over(month: Story) -> None:
    """国道342 has handed September over; its liaison's other project has not."""
    await month.at("2025-09-26 09:00")
    assert "算9月交账" in await month.says("liaison-21", "342改线9月完成投资1800万元，今年累计2.1亿元")


async def test_P2_the_county_confirms_and_who_has_not_is_named(month: Story) -> None:
    await handed_over(month)
    await month.at("2025-10-01 12:00")
    assert not await said(month, "county-wenxi", "等您确认"), "a holiday"
    await month.at("2025-10-09 09:00")
    (county,) = await said(month, "county-wenxi", "已交1个等您确认")
    assert "未交1个：八达" in county and "10月9日24时前关账" in county
    (office,) = await said(month, "office-1", "9月账未交28个")
    assert "闻喜县1个" in office and "盐湖区" in office
    assert "八达" in (await said(month, "liaison-21", "9月账还没交"))[0]
    own = await month.says("county-wenxi", "9月谁还没交账")
    assert "已交1个，其中已确认0个；未交1个" in own and "盐湖" not in own
    assert "9月数确认1个项目" in await month.says("county-wenxi", "9月数全部确认")
    assert "其中已确认1个" in await month.says("county-wenxi", "9月交账情况")
    assert "没有等您确认的数" in await month.says("county-wenxi", "9月数全部确认")


async def test_P2_the_county_does_not_agree_and_the_liaison_reports_again(month: Story) -> None:
    await handed_over(month)
    assert "由闻喜县重点办确认" in await month.says("county-yanhu", "9月342改线不对，差200万")
    answer = await month.says("county-wenxi", "9月342改线不对，差200万")
    assert "有异议" in answer and "刘工" in answer
    (told,) = await said(month, "liaison-21", "342", "差200万")
    assert "请核实后重报" in told
    assert "有异议待重报" in await month.says("office-1", "9月交账情况")
    assert "算9月交账" in await month.says("liaison-21", "342改线9月完成投资2000万元，今年累计2.12亿元")
    assert "342" in await month.says("county-wenxi", "342改线9月数确认")
    await month.says("liaison-21", "改成2050万")
    assert "已交1个，其中已确认0个" in await month.says("county-wenxi", "9月交账情况"), (
        "another figure: asked again"
    )


async def test_P2_closed_on_its_day_then_only_adjusted(month: Story) -> None:
    await handed_over(month)
    await month.says("county-wenxi", "9月数全部确认")
    await month.at("2025-10-09 23:59")
    assert "确认" in await month.says("county-wenxi", "9月交账情况")
    await month.at("2025-10-10 09:00")
    (closed,) = await said(month, "office-1", "9月已关账")
    assert "县里确认1个" in closed and "未交28个" in closed
    assert invested(month, 21, 9) == 21_000
    late = await month.says("liaison-21", "342改线9月投资2500万元")
    assert "9月已经关账" in late and "不改9月的账" in late
    assert invested(month, 21, 9) == 21_000, "kept, not counted"
    assert "已于10月10日关账" in await month.says("county-wenxi", "9月数全部确认")
    assert "由市重点办办理" in await month.says("county-wenxi", "342改线9月核减200万，原因：发票重复入账")
    assert "要写明原因" in await month.says("office-1", "342改线9月核减200万")
    done = await month.says("office-1", "342改线9月核减200万，原因：发票重复入账")
    assert "核前今年累计2.1亿元" in done and "9月1600万元，今年累计2.08亿元" in done
    assert invested(month, 21, 9) == 20_800
    assert [one for one in await month.reads("liaison-21") if "核减200万元（发票重复入账）" in one]
    listed = await month.says("county-wenxi", "9月核增核减")
    assert "核减200万元，发票重复入账（10月10日" in listed
    assert "不能核减" in await month.says("office-1", "342改线9月核减3亿，原因：发票重复入账")


async def test_P2_what_the_adjustment_took_is_out_until_the_next_sum_of_the_year(month: Story) -> None:
    await handed_over(month)
    await month.at("2025-10-10 09:00")
    await month.says("office-1", "342改线9月核减200万，原因：发票重复入账")
    await month.says("liaison-21", "342改线10月投资100万元")
    assert invested(month, 21, 10) == 20_900
    assert "记下了" in await month.says("liaison-21", "342改线今年累计完成2.09亿元"), "not less than it was"
    assert "比9月26日报的2.1亿元少" in await month.says("liaison-21", "342改线今年累计完成2.07亿元")
    await month.says("liaison-21", "不记")
    await month.says("liaison-21", "342改线今年累计完成2.2亿元")
    assert invested(month, 21, 10) == 22_000, "a sum said after it knows of it"


async def test_P2_an_adjustment_of_one_month_is_in_the_next_months_close_once(month: Story) -> None:
    await handed_over(month)
    await month.at("2025-10-10 09:00")
    await month.says("office-1", "342改线9月核减200万，原因：发票重复入账")
    await month.at("2025-10-28 09:00")
    await month.says("liaison-21", "342改线10月投资1000万元")
    await month.at("2025-11-04 09:00")
    assert "11月4日已关账" in await month.says("office-1", "10月交账情况")
    assert invested(month, 21, 10) == 21_800
    await month.says("office-1", "342改线9月核增100万，原因：发票补录入账")
    assert (invested(month, 21, 9), invested(month, 21, 10)) == (20_900, 21_900)
    await month.says("office-1", "342改线10月核减300万，原因：发票重复入账")
    assert (invested(month, 21, 9), invested(month, 21, 10)) == (20_900, 21_600)


async def test_P2_the_last_days_sums_are_the_old_months(month: Story) -> None:
    await month.at("2025-10-02 09:00")
    await month.says("liaison-21", "342改线今年累计完成2.1亿元")
    assert (invested(month, 21, 9), invested(month, 21, 10)) == (21_000, 21_000)
    await month.at("2025-10-10 09:00")
    await month.says("liaison-21", "342改线今年累计完成2.2亿元")
    assert (invested(month, 21, 9), invested(month, 21, 10)) == (21_000, 22_000)


async def test_P2_nothing_new_is_handed_over_with_one_word(month: Story) -> None:
    await month.says("liaison-21", "342改线今年累计完成2亿元")
    assert "9月25日起交" in await month.says("liaison-21", "9月数没有变化")
    await month.at("2025-09-28 09:00")
    assert "还没有报过累计" in await month.says("liaison-21", "9月数没有变化"), "八达 has no figure at all"
    await month.says("liaison-21", "八达今年累计完成0.5亿元")
    answer = await month.says("liaison-21", "9月数没有变化")
    assert "342" in answer and "按已报的数交了" in answer
    assert "已交2个" in await month.says("county-wenxi", "9月交账情况")


async def test_P2_what_is_taken_back_hands_nothing_over(month: Story) -> None:
    await handed_over(month)
    await month.says("county-wenxi", "9月数全部确认")
    assert "已撤回" in await month.says("county-wenxi", "撤销")
    assert "其中已确认0个" in await month.says("county-wenxi", "9月交账情况")
    await month.says("liaison-21", "撤销")
    assert "未交2个" in await month.says("county-wenxi", "9月交账情况")


async def test_P2_the_office_closes_only_after_the_last_day(month: Story) -> None:
    await handed_over(month)
    assert "由市重点办办理" in await month.says("county-wenxi", "9月关账")
    assert "9月30日24时前还在交" in await month.says("office-1", "9月关账")
    await month.at("2025-10-01 09:00")
    assert "已关账，29个项目" in await month.says("office-1", "9月关账")
    await month.at("2025-10-10 09:00")
    assert not await said(month, "office-1", "9月已关账："), "not twice"


async def test_P2_after_an_outage_only_what_is_due_now_is_said(month: Story) -> None:
    from bot.app import demo_time
    from bot.clock import MovableClock

    await month.at("2025-09-15 10:00")
    await month.reads("liaison-21")
    assert isinstance(month.city.clock, MovableClock)
    month.city.clock.move(demo_time("2025-10-09 10:00"))
    await month.city.settle()
    read = [one for one in await month.reads("liaison-21") if "月账" in one]
    assert len(read) == 1 and "9月账还没交" in read[0] and "10月账已建" in read[0], "one message, no storm"


async def test_P2_a_group_names_nobody(month: Story) -> None:
    assert "私聊" in await month.says("office-1", "9月谁还没交账", group="city")


async def test_P2_a_regime_without_accounts_opens_none(story: Story) -> None:
    await story.at("2025-10-10 09:00")
    assert not await said(story, "liaison-21", "月账")


async def test_P2_who_left_the_ledger_is_neither_missing_nor_confirmed(month: Story) -> None:
    await handed_over(month)
    await month.says("office-1", "342改线退出年度计划，原因：资金没有落实，明年再上")
    await month.at("2025-10-10 09:00")
    (closed,) = await said(month, "office-1", "9月已关账")
    assert "28个项目，县里确认0个" in closed and "未交28个" in closed


async def test_P2_a_step_that_was_missed_does_not_hold_up_the_clock(month: Story) -> None:
    from bot.app import demo_time
    from bot.clock import MovableClock

    await month.at("2025-09-15 10:00")
    assert isinstance(month.city.clock, MovableClock)
    month.city.clock.move(demo_time("2025-10-01 10:00"))  # nothing ran while September was to be handed over
    await month.city.settle()
    due = month.city.db.read_now(lambda tx: month.city.schedule.dues(tx)["months"])
    assert due == demo_time("2025-10-10 00:00"), "the close of September"
