"""投资、进度双控制: behind plan is warned of, a corrected plan is asked for and tracked (P3); plans by month (P14)."""

import pytest

from storage import corrections, figures
from tests.stories.conftest import Story, Tell
from tests.stories.test_months import said

WARNED = "落后计划"


@pytest.fixture
async def control(tell: Tell) -> Story:
    """The demo city under 晋城's notice on 15 September 2025, a Monday."""
    return await tell(regime="jincheng-2025")


async def behind(control: Story) -> None:
    """国道342 (年计划2.5亿元) has 1.6亿元 by the end of September: 75 % were due."""
    await control.at("2025-09-30 17:00")
    await control.says("liaison-21", "342改线今年累计完成1.6亿元")
    await control.at("2025-10-09 09:00")


async def test_P3_behind_plan_is_warned_of_with_the_gap_and_a_plan_asked_for(control: Story) -> None:
    await behind(control)
    (told,) = await said(control, "liaison-21", WARNED)
    assert "今年累计1.6亿元，应完成1.875亿元，落后11个百分点、差2750万元" in told
    assert "纠偏计划：" in told and "10月10日前报纠偏计划" in told
    assert await said(control, "county-wenxi", WARNED, "342")
    (office,) = await said(control, "office-1", WARNED)
    assert "闻喜县1个" in office and "342" not in office
    assert not await said(control, "liaison-23", WARNED), "of who reported nothing nothing is known"
    assert "纠偏计划未报" in await control.says("liaison-21", "342改线怎么样")
    listed = await control.says("office-1", "落后项目")
    assert "落后11个百分点" in listed and "纠偏计划未报" in listed
    assert "私聊" in await control.says("office-1", "落后项目", group="city")


async def test_P3_the_corrected_plans_day_is_kept(control: Story) -> None:
    await behind(control)
    assert "哪天补到多少" in await control.says("liaison-21", "342改线纠偏计划：加大投入抓紧干")
    assert "不算追赶" in await control.says("liaison-21", "342改线纠偏计划：10月底补到1.5亿元，增加两个班组")
    answer = await control.says("liaison-21", "纠偏计划：10月底补到2.1亿元，增加两个班组")
    assert "10月31日补到2.1亿元" in answer, "he has only one that owes a plan"
    assert await said(control, "office-1", "报来", "增加两个班组")
    await control.at("2025-10-14 09:00")
    assert not await said(control, "liaison-21", "还没有报")
    await control.says("liaison-21", "342改线今年累计完成1.9亿元")
    await control.at("2025-10-31 18:00")
    assert not await said(control, "liaison-21", "没有完成")
    await control.at("2025-11-03 09:00")
    (missed,) = await said(control, "liaison-21", "纠偏计划没有完成")
    assert "今年累计1.9亿元，计划2.1亿元" in missed
    assert await said(control, "office-1", "纠偏计划没有完成")


async def test_P3_who_catches_up_is_left_alone(control: Story) -> None:
    await behind(control)
    await control.says("liaison-21", "342改线纠偏计划：10月20日补到2亿元，增加两个班组")
    await control.says("liaison-21", "342改线今年累计完成2.05亿元")
    await control.at("2025-10-21 09:00")
    assert await said(control, "office-1", "纠偏计划完成")
    assert not await said(control, "liaison-21", "纠偏计划没有完成")
    await control.at("2025-10-27 10:00")
    assert not await said(control, "liaison-21", WARNED)


async def test_P3_a_plan_that_is_not_handed_in_is_named(control: Story) -> None:
    await behind(control)
    await control.reads("office-1")
    await control.at("2025-10-13 09:00")
    assert await said(control, "office-1", "纠偏计划还没有报", "342")
    assert await said(control, "liaison-21", "纠偏计划还没有报")
    await control.at("2025-10-20 09:00")
    assert not await said(control, "liaison-21", WARNED), "once in a month"
    await control.at("2025-11-05 09:00")
    (again,) = await said(control, "liaison-21", WARNED)
    assert "今年累计1.6亿元，应完成2.0833亿元" in again, "silence does not end it"
    assert (await control.says("office-1", "落后项目")).count("国道342") == 1


async def test_P3_physical_progress_and_the_finish_are_watched_too(control: Story) -> None:
    await control.at("2025-09-16 09:00")
    await control.says("liaison-21", "342改线今年累计完成1.9亿元，形象进度60%")
    await control.at("2025-10-09 09:00")
    by_week, told = await said(control, "liaison-21", WARNED)  # he said nothing: with the month once more
    assert "9月27日前报纠偏计划" in by_week
    assert "形象进度60%，工期已过87%，落后27个百分点" in told and "今年累计" not in told.split("（")[1]
    assert "10月31日到80%" in await control.says("liaison-21", "342改线纠偏计划：10月底达到80%，增加两个班组")


async def test_P3_each_week_by_what_is_due_until_then(control: Story) -> None:
    await control.at("2025-10-09 09:00")
    await control.says("liaison-21", "342改线今年累计完成1.85亿元")
    await control.at("2025-10-13 10:00")
    assert not await said(control, "liaison-21", WARNED), "1 point behind"
    await control.at("2025-10-20 10:00")
    (told,) = await said(control, "liaison-21", WARNED)
    assert "应完成2.0027亿元，落后6.1个百分点" in told, "nine months, and nineteen days of October"


async def test_P3_what_another_source_says_stands_beside(control: Story) -> None:
    await control.says("liaison-21", "342改线今年累计完成1.8亿元")
    assert "由市重点办录入" in await control.says("county-wenxi", "统计：342改线1—8月完成1.5亿元")
    answer = await control.says("office-1", "统计：342改线1—9月完成1.5亿元")
    assert "统计口径1.5亿元" in answer and "今年累计1.8亿元" in answer and "互不替代" in answer
    assert "统计口径1—9月1.5亿元" in await control.says("liaison-21", "342改线怎么样")
    number = 21
    (project,) = [
        one for one in control.city.db.read_now(control.city.directory.get).ledger if one.number == number
    ]
    one = control.city.db.read_now(lambda tx: figures.as_of(tx, 2025, 9))[project.id]
    assert one.invested == 180_000_000 and [each.yuan for each in one.second] == [150_000_000]
    await control.says("office-1", "第三方：342改线1—9月完成1.6亿元")
    card = await control.says("office-1", "342改线怎么样")
    assert "统计口径1—9月1.5亿元" in card and "第三方口径1—9月1.6亿元" in card
    assert "第三方口径" in await control.says("office-1", "撤销")
    assert "第三方" not in await control.says("office-1", "342改线怎么样")


async def test_P14_the_years_plan_by_month(tell: Tell) -> None:
    year = await tell(regime="yuncheng-2019")
    assert "没有分解到月" in await year.says("liaison-21", "342改线月计划")
    assert "由闻喜县重点办定" in await year.says("liaison-21", "342改线10月计划1500万")
    answer = await year.says("office-1", "342改线计划分解到月")
    assert "1月2083万元" in answer and "12月2087万元" in answer
    answer = await year.says("office-1", "342改线10月计划1500万")
    assert "10月计划1500万元" in answer and "比年计划少583万元" in answer
    assert [one for one in await year.reads("liaison-21") if "10月计划定为1500万元" in one]
    assert "9月已经过了" not in await year.says("county-wenxi", "342改线9月计划2000万")
    assert "8月已经过了" in await year.says("office-1", "342改线8月计划2000万")
    assert "超过全年" in await year.says("office-1", "342改线11月计划3亿")
    assert "10月1500万元" in await year.says("liaison-21", "342改线月计划")
    assert "月计划" in await year.says("county-wenxi", "撤销")
    assert "9月2083万元" in await year.says("liaison-21", "342改线月计划")


async def test_P14_completion_is_judged_against_the_plan_by_month(tell: Tell) -> None:
    year = await tell(regime="yuncheng-2019")
    await year.says("office-1", "全部项目计划分解到月")
    directory = year.city.db.read_now(year.city.directory.get)
    (late,) = [one for one in directory.ledger if one.number == 1]  # 新建，2025年10月开工，年计划5亿元
    found = year.city.db.read_now(lambda tx: figures.as_of(tx, 2025, 9))[late.id]
    assert found.planned == 0, "nothing was due before it is to start"
    found = year.city.db.read_now(lambda tx: figures.as_of(tx, 2025, 10))[late.id]
    assert found.planned == 166_660_000


async def test_P3_the_plan_can_be_taken_back(control: Story) -> None:
    await behind(control)
    await control.says("liaison-21", "342改线纠偏计划：10月底补到2.1亿元，增加两个班组")
    assert "纠偏计划" in await control.says("liaison-21", "撤销")
    rows = control.city.db.read_now(corrections.all_open)
    assert {row.state for row in rows} == {"owed"}
