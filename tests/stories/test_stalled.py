"""“一二三”: a month, two months, three months without progress (P1, N4 (十五))."""

from datetime import date

import pytest
from sqlalchemy import select, update

import jobs.stalled
from bot.app import demo_time
from bot.clock import MovableClock
from bot.mechanism.stalled import Standstill
from storage import directory
from storage.database import Tx
from storage.tables import ledger_entry, project
from tests.stories.conftest import Story, Tell

ONE, TWO = "满一个月没有进展", "满两个月没有进展"


@pytest.fixture
async def year(tell: Tell) -> Story:
    """The demo city under the notice of 2019; its ledger was read on 15 September 2025."""
    return await tell(regime="yuncheng-2019")


def only_21_stands_still(story: Story) -> None:
    """All other projects move all the time."""

    def move(tx: Tx) -> None:
        others = select(ledger_entry.c.project_id).where(ledger_entry.c.number != 21)
        tx.execute(update(project).where(project.c.id.in_(others)).values(moved_at=demo_time("2027-01-01")))

    story.city.db.write_now(move)


def jump(story: Story, to: str) -> None:
    """The clock is there; nothing ran on the way."""
    assert isinstance(story.city.clock, MovableClock)
    story.city.clock.move(demo_time(to))


async def said(story: Story, who: str, *words: str) -> list[str]:
    """What that person read with all these words in it, since he looked last."""
    return [text for text in await story.reads(who) if all(word in text for word in words)]


async def test_P1_a_month_without_progress_and_the_county_owes_a_special_report(year: Story) -> None:
    await year.at("2025-10-16 08:00")
    assert not await said(year, "county-wenxi", ONE)
    await year.at("2025-10-16 09:00")  # entered on 15 September: full at 24:00 of 15 October
    (told,) = await said(year, "county-wenxi", ONE)
    assert "请写专题报告报市重点办" in told and "9月15日列入台账以来没有进展" in told
    assert "专题报告：原因…" in told and "依据请回“为什么”" in told
    assert await said(year, "liaison-21", ONE), "the liaison too"
    assert not await said(year, "office-1", "专项督办"), "the city's office has nothing to do yet"
    assert not await said(year, "county-yanhu", "342"), "another county's"


async def test_P1_a_project_of_the_citys_own_is_its_units(year: Story) -> None:
    await year.at("2025-10-16 09:00")
    assert await said(year, "liaison-1", ONE)
    why = await year.says("liaison-4", "为什么")
    assert "起算" in why and "同一条里还有2个项目" in why
    assert await said(year, "contact-jtj", ONE), "项目所在单位"


async def test_P1_two_months_and_the_office_supervises(year: Story) -> None:
    await year.at("2025-11-14 18:00")
    assert not await said(year, "office-1", TWO)
    await year.at("2025-11-17 09:00")  # 15 November is a Saturday: told on Monday
    (told,) = await said(year, "office-1", TWO)
    assert "30个项目" in told and "请市重点办专项督办" in told, "all in one message"
    assert "等30个" in told and "没进展的项目" in told
    (county,) = await said(year, "county-wenxi", TWO)
    assert "专题报告未交" in county


async def test_P1_three_months_and_leaders_get_only_what_the_office_released(year: Story) -> None:
    only_21_stands_still(year)
    await year.at("2025-12-15 18:00")
    assert not await said(year, "office-1", "拟呈")
    await year.at("2025-12-16 09:00")
    found = await said(year, "office-1", "拟呈")
    assert found and "王市长、丁市长" in found[0] and "致督查室的信" in "".join(found)
    drafts = await year.says("office-1", "待发呈报")
    assert "满三个月没有进展" in drafts and "11月17日起市重点办专项督办" in drafts and "移送贵室" in drafts
    for leader in ("mayor", "secretary-1", "vice-3"):
        assert not await said(year, leader, "342")
    assert "没有呈报1" in await year.says("county-wenxi", "呈报1发送"), "the county does not report on itself"
    assert "已发" in await year.says("office-1", "呈报1发送")
    await year.at("2025-12-16 10:00")
    (mayor,) = await said(year, "secretary-1", "342")
    assert "请呈王市长" in mayor and "妥否，请示" in mayor
    assert not await said(year, "vice-3", "342"), "his is still a draft"
    await year.at("2025-12-19 18:00")
    assert await said(year, "vice-3", "342"), "left untouched for the regime's hours"
    assert not await year.reads("inspect-1"), "a letter goes by the office's own hand"
    assert "已记为转交" in await year.says("office-1", "呈报3已转交督查室")


async def test_P1_progress_ends_the_count_and_withdraws_what_has_not_gone_out(year: Story) -> None:
    only_21_stands_still(year)
    await year.at("2025-12-16 09:00")
    assert "呈报1" in await year.says("office-1", "待发呈报")
    await year.says("liaison-21", "342改线本月完成投资1800万元")
    assert await year.says("office-1", "待发呈报") == "没有待发的呈报。"
    assert "已撤下" in await year.says("office-1", "呈报1发送")
    await year.reads("office-1")
    await year.at("2025-12-16 09:30")
    (over,) = await said(year, "office-1", "已恢复进展")
    assert "342" in over and "专项督办结束" in over
    await year.at("2026-01-16 18:00")
    assert not await said(year, "office-1", "342")
    assert not [one for who in ("secretary-1", "vice-3", "inspect-1") for one in await said(year, who, "342")]
    await year.at("2026-01-19 09:00")  # 16 January has ended: a new count, from below
    assert await said(year, "county-wenxi", "12月16日以来没有进展", "专题报告")


async def test_P1_progress_that_is_taken_back_ends_nothing(year: Story) -> None:
    only_21_stands_still(year)
    await year.at("2025-12-16 09:00")
    await year.says("liaison-21", "342改线本月完成投资1800万元")
    await year.pass_time(minutes=3)
    assert "已撤回" in await year.says("liaison-21", "撤销")
    assert "呈报1" in await year.says("office-1", "待发呈报")
    await year.reads("office-1")
    await year.pass_time(hours=1)
    assert not await said(year, "office-1", "已恢复进展")
    assert "满三个月" in await year.says("liaison-21", "哪些项目没进展")


@pytest.mark.parametrize("text", ["342改线因冬季停工", "342改线本月完成投资0万元"], ids=["a stop", "a zero"])
async def test_P1_what_is_no_progress_does_not_end_the_count(year: Story, text: str) -> None:
    await year.at("2025-10-10 09:00")
    await year.says("liaison-21", text)
    await year.at("2025-10-16 09:00")
    (told,) = await said(year, "county-wenxi", ONE, "342")
    assert "9月15日列入台账以来没有进展" in told
    assert ("已登记停工，照常计算" in told) is ("停工" in text), "shown beside the count, which goes on"


async def test_P1_tickets_are_no_progress_and_a_step_on_paper_is(year: Story) -> None:
    number = await year.dispatched()
    await year.says("contact-swj", f"{number}号周工负责，22日前迁完")
    await year.at("2025-10-09 09:00")
    await year.says("contact-swj", f"{number}号已解决，申请销号")
    await year.says("liaison-21", f"{number}号同意销号")
    assert "开工" in await year.says("liaison-20", "智慧科创园10月9日开工")
    await year.at("2025-10-16 09:00")
    assert await said(year, "county-wenxi", ONE, "342")
    assert not await said(year, "county-xinjiang", ONE)


async def test_P1_a_special_report_settles_what_was_owed(year: Story) -> None:
    await year.at("2025-10-16 09:00")
    await year.reads("office-1")
    refused = await year.says("county-yanhu", "342改线专题报告：不是我们的，随便写写")
    assert "由闻喜县重点办或项目联络员写" in refused
    answer = await year.says(
        "county-wenxi", "342改线专题报告：供水管迁改没有完成，无法施工；下步月底前迁完复工"
    )
    assert "专题报告收到" in answer and "欠交的已了结" in answer
    (told,) = await said(year, "office-1", "专题报告")
    assert "孙雪梅报来国道342" in told and "月底前迁完复工" in told
    assert "供水管迁改没有完成" in await year.says("office-1", "342改线专题报告")
    assert "专题报告10月16日已交" in await year.says("county-wenxi", "没进展的项目")
    await year.at("2025-11-17 09:00")
    (supervised,) = await said(year, "county-wenxi", TWO)
    assert "专题报告10月16日已交" in supervised, "it is no progress: the count goes on"


@pytest.mark.parametrize(
    "text",
    [
        "342改线环评专题报告已通过审查",
        "342改线水土保持专题报告：已批复",
        "342改线已完成专题报告：送审了",
        "342改线专题报告已编制完成，等专家评审",
        "请闻喜县重点办写专题报告：三天内交",
    ],
)
async def test_P1_other_papers_are_no_special_report(year: Story, text: str) -> None:
    assert "专题报告收到" not in await year.says("liaison-21", text)
    assert "还没有交过专题报告" in await year.says("liaison-21", "342改线专题报告交了没？")


async def test_P1_a_special_report_can_be_taken_back(year: Story) -> None:
    await year.at("2025-10-16 09:00")
    await year.says("liaison-21", "342改线专题报告：供水管迁改没有完成，无法施工")
    assert "已撤回：" in await year.says("liaison-21", "撤销")
    assert "专题报告未交" in await year.says("liaison-21", "没进展的项目")


async def test_P1_who_has_written_before_the_month_is_over_owes_nothing(year: Story) -> None:
    await year.at("2025-10-14 09:00")
    await year.says("liaison-21", "342改线专题报告：供水管迁改没有完成，无法施工")
    await year.at("2025-10-16 09:00")
    (told,) = await said(year, "county-wenxi", ONE)
    assert "342" not in told, "only the county's other project"


async def test_P1_why_gives_start_sum_and_clause(year: Story) -> None:
    only_21_stands_still(year)
    await year.at("2025-10-16 09:00")
    why = await year.says("county-wenxi", "为什么")
    for words in (
        "342",
        "起算：9月15日",
        "＋一个月＝10月15日",
        "10月16日已告知",
        "12号（十五）",
        "闻喜县人民政府重点办",
    ):
        assert words in why, why
    assert "12号（十五）" in await year.says("liaison-21", "342改线为什么督办")


async def test_P1_the_list_is_each_ones_own_and_never_in_a_group(year: Story) -> None:
    assert "没有一个月以上没有进展的项目" in await year.says("office-1", "哪些项目没进展？")
    await year.at("2025-10-16 09:00")
    assert "30个" in await year.says("office-1", "哪些项目没有进展")
    mine = await year.says("county-wenxi", "没进展的项目有哪些")
    assert "2个" in mine and "342" in mine
    assert "没有两个月以上没有进展的项目" in await year.says("office-1", "两个月没进展的项目")
    assert "私聊" in await year.says("office-1", "哪些项目没进展", group="city")
    assert "满一个月；专题报告未交" in await year.says("liaison-21", "342改线什么情况")


@pytest.mark.parametrize(
    ("reported", "last_second", "first_second"),
    [
        ("2025-09-30 23:59:00", "2025-10-30 23:59:59", "2025-10-31 00:00:00"),
        ("2025-10-31 09:00:00", "2025-11-30 23:59:59", "2025-12-01 00:00:00"),
        ("2025-12-31 09:00:00", "2026-01-31 23:59:59", "2026-02-01 00:00:00"),
        ("2026-01-31 09:00:00", "2026-02-28 23:59:59", "2026-03-01 00:00:00"),
    ],
)
async def test_P1_a_month_ends_at_its_last_second(
    year: Story, reported: str, last_second: str, first_second: str
) -> None:
    jump(year, reported)
    await year.says("liaison-21", "342改线本月完成投资1800万元")
    jump(year, last_second)
    assert "342" not in await year.says("liaison-21", "没进展的项目")
    jump(year, first_second)
    assert "342" in await year.says("liaison-21", "没进展的项目")


async def test_P1_after_an_outage_the_lowest_rung_first_and_no_storm(year: Story) -> None:
    jump(year, "2026-03-04 10:00")  # nothing ran since September
    await year.city.settle()
    assert len(await said(year, "county-wenxi", ONE)) == 1
    assert not await said(year, "office-1", TWO) and not await said(year, "office-1", "拟呈")
    await year.at("2026-03-09 09:00")
    assert len(await said(year, "office-1", TWO)) == 1, "one message for thirty projects"
    assert not await said(year, "office-1", "拟呈")
    await year.at("2026-03-13 18:00")
    assert await said(year, "office-1", "拟呈")
    assert not await said(year, "county-wenxi", ONE), "nothing twice"


async def test_P1_a_figure_put_right_is_no_new_progress(year: Story) -> None:
    await year.says("liaison-21", "342改线本月完成投资1800万元")
    await year.at("2025-10-09 09:00")
    assert "已更正" in await year.says("liaison-21", "改成1900万")
    await year.at("2025-10-16 09:00")
    (told,) = await said(year, "county-wenxi", ONE, "342")
    assert "9月15日以来没有进展" in told


async def test_P1_a_project_that_left_the_ledger_is_left_alone(year: Story) -> None:
    only_21_stands_still(year)
    await year.at("2025-12-16 09:00")

    def goes(tx: Tx) -> None:
        gone = select(ledger_entry.c.project_id).where(ledger_entry.c.number == 21).scalar_subquery()
        tx.execute(update(ledger_entry).where(ledger_entry.c.number == 21).values(gone=True))
        tx.execute(update(project).where(project.c.id == gone).values(next_look=year.now))
        directory.touched(tx)

    year.city.db.write_now(goes)
    await year.city.settle()
    assert await year.says("office-1", "待发呈报") == "没有待发的呈报。"
    await year.at("2025-12-19 18:00")
    assert not await said(year, "secretary-1", "342")


async def test_P1_one_that_cannot_be_looked_at_stops_nobody(
    year: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    since_words = jobs.stalled.since_words

    def breaks(standstill: Standstill, today: date) -> str:
        return since_words(standstill, today) if not standstill.is_suspended else str(1 / 0)

    await year.says("liaison-21", "342改线因故停工")
    with monkeypatch.context() as broken:
        broken.setattr(jobs.stalled, "since_words", breaks)
        await year.at("2025-10-16 08:45")
    (told,) = await said(year, "county-wenxi", ONE)
    assert "342" not in told and "八达" in told
    await year.at("2025-10-16 10:00")
    assert await said(year, "county-wenxi", ONE, "342"), "an hour later, once"


async def test_P1_a_regime_without_it_leaves_projects_alone(story: Story) -> None:
    await story.at("2025-12-20 09:00")
    assert not await said(story, "county-wenxi", "没有进展")
