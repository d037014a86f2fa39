"""The monthly bulletin: frozen, commented on, signed, sent (A2; features 73 to 75). The ranking in it (A1)."""

import io

import pytest
from docx import Document
from openpyxl import load_workbook

from bot.app import demo_time
from bot.clock import MovableClock
from storage import bulletins
from storage.bulletins import Bulletin
from tests.stories.conftest import Story, Tell

OFFICE, COUNTY = "office-1", "county-wenxi"
OTHERS = {  # a sum of the year from each county but 夏县
    ("liaison-10", ""): 1,
    ("liaison-12", ""): 2,
    ("liaison-14", "宏达薄带"): 3,
    ("liaison-16", ""): 1,
    ("liaison-17", ""): 1,
    ("liaison-19", ""): 0.5,
    ("liaison-23", ""): 2,
    ("liaison-25", ""): 3,
    ("liaison-27", ""): 1.5,
    ("liaison-29", ""): 1,
}


@pytest.fixture
async def month(tell: Tell) -> Story:
    """The last week of September: some counties have reported, one problem is over its limit."""
    story = await tell(at="2025-09-15 09:00")
    number = await story.dispatched()
    await story.says("contact-swj", f"{number}号周工负责，22日前迁完")
    await story.says("liaison-21", "342改线9月完成投资1800万元，今年累计2.1亿元")
    await story.says("liaison-20", "智慧科创园今年累计完成3.36亿元，9月完成3000万元")
    await story.says("liaison-28", "独立储能今年累计完成3.22亿元")
    await story.says("liaison-1", "G108新绛至河津段今年累计完成2亿元")
    for liaison, what in OTHERS:
        assert "记下了" in await story.says(liaison, f"{what}今年累计完成{OTHERS[liaison, what]}亿元")
    await story.at("2025-09-26 09:30")
    return story


def kept(story: Story, month: int = 9) -> Bulletin:
    found = story.city.db.read_now(lambda tx: bulletins.of_month(tx, 2025, month))
    assert found is not None
    return found


async def files(story: Story, account: str, group: str | None = None) -> dict[str, bytes]:
    """The files of the last message that has any."""
    lines = await story._lines(account, group, 0)
    attached = next((line["attachments"] for line in reversed(lines) if line["attachments"]), [])
    found = {}
    for one in attached:
        response = await story.client.get(f"/console/api/files/{one['id']}")
        found[one["name"].rsplit(".", 1)[1]] = await response.read()
    return found


async def signed(story: Story) -> None:
    """The whole way, nobody objects."""
    await story.says(OFFICE, "出9月通报")
    await story.says(OFFICE, "通报征求意见")
    await story.at("2025-09-30 09:00")
    answer = await story.says(OFFICE, "通报第9期签发，签发人王主任，9月30日")
    assert "已签发：第9期，签发人王主任，9月30日" in answer


async def test_A2_the_draft_is_the_offices_with_its_figures_as_of_the_regimes_day(month: Story) -> None:
    answer = await month.says(OFFICE, "出9月通报")
    assert "数据冻结在25日24时，只有重点办看得到" in answer
    assert "30个项目完成26.68亿元，占年计划86.60亿元的30.8%，低于序时44.2个百分点" in answer
    assert "县（市、区）、开发区前三：" in answer and "后三：" in answer
    assert "河津三期2×100万千瓦（前期，无年计划）不计" in answer and "市直单列" in answer
    made = await files(month, OFFICE)
    assert set(made) == {"docx", "xlsx", "png"}
    text = "\n".join(one.text for one in Document(io.BytesIO(made["docx"])).paragraphs)
    assert "重点项目推进情况的通报" in text and "二、排名情况" in text and "注：口径：单位填报" in text
    sheet = load_workbook(io.BytesIO(made["xlsx"])).active
    assert sheet is not None
    row = next(row for row in sheet.iter_rows(values_only=True) if row[0] == 21)
    assert [str(one) for one in row[11:]] == ["2.1", "84.0%", "已复工", "已报"]
    assert made["png"].startswith(b"\x89PNG")


async def test_A2_many_that_tie_are_counted_and_not_called_the_first(story: Story) -> None:
    answer = await story.says(OFFICE, "出9月通报")
    assert "前三" not in answer and "后三" not in answer
    assert "得分最高的14个并列0" in answer
    await story.says("liaison-21", "342改线今年累计完成2.1亿元")
    answer = await story.says(OFFICE, "出9月通报")
    assert "前三：闻喜县" in answer and "13个并列0" in answer
    assert "芮城县" not in answer and "后三" not in answer


async def test_A2_people_outside_the_office_see_only_signed_editions(month: Story) -> None:
    await month.says(OFFICE, "出9月通报")
    for account in ("liaison-21", COUNTY, "mayor", "inspect-1", "head-swj"):
        for asked in ("9月通报", "9月排名", "看通报草稿", "出9月通报", "约谈名单"):
            answer = await month.says(account, asked)
            assert "26.68" not in answer and "新绛县9" not in answer, (account, asked)
    await signed(month)
    answer = await month.says(COUNTY, "通报")
    assert "【通报第9期】1—9月重点项目，9月30日签发" in answer
    assert set(await files(month, COUNTY)) == {"docx", "xlsx", "png"}
    assert "1.新绛县" in await month.says("liaison-21", "9月排名")


async def test_A2_the_draft_is_not_shown_in_a_group(month: Story) -> None:
    answer = await month.says(OFFICE, "出9月通报", group="city")
    assert "私聊" in answer and "86.60" not in answer
    assert "86.60" not in await month.says(OFFICE, "看通报草稿", group="city")


async def test_A2_what_is_reported_later_does_not_move_the_frozen_figures(month: Story) -> None:
    await month.says(OFFICE, "出9月通报")
    await month.says("liaison-26", "黄河金三角智能制造产业园今年累计完成1亿元")
    assert "完成26.68亿元" in await month.says(OFFICE, "看通报草稿")
    assert "完成27.68亿元" in await month.says(OFFICE, "出9月通报，截至9月26日"), "unless it is made anew"


async def test_A2_what_is_corrected_after_the_freeze_is_listed(month: Story) -> None:
    await month.says(OFFICE, "出9月通报")
    assert "已更正" in await month.says("liaison-28", "改成3亿")
    draft = await month.says(OFFICE, "看通报草稿")
    assert "完成26.68亿元" in draft and "截止后有变化" in draft
    assert "3.22亿元 → 3亿元（核减2200万元）" in draft
    await signed_after_comments(month)
    text = "\n".join(
        cell.text
        for table in Document(io.BytesIO((await files(month, OFFICE))["docx"])).tables
        for row in table.rows
        for cell in row.cells
    )
    assert "-2200" in text
    assert "核增核减1项，见附表" in await month.says(COUNTY, "通报")


async def signed_after_comments(story: Story) -> None:
    await story.says(OFFICE, "通报征求意见")
    await story.at("2025-09-30 09:00")
    assert "已签发" in await story.says(OFFICE, "通报签发，签发人王主任")


async def test_A2_the_office_puts_a_part_in_its_own_words_and_back(month: Story) -> None:
    await month.says(OFFICE, "出9月通报")
    assert "请写明改哪一段" in await month.says(OFFICE, "通报改：语气再重些")
    answer = await month.says(OFFICE, "通报改：下步要求：各县抓紧冲刺四季度")
    assert "各县抓紧冲刺四季度。" in answer
    text = "\n".join(one.text for one in Document(io.BytesIO((await remade(month))["docx"])).paragraphs)
    assert "各县抓紧冲刺四季度。" in text
    assert "按时据实报送" in await month.says(OFFICE, "通报改：下步要求恢复")


async def remade(story: Story) -> dict[str, bytes]:
    await story.says(OFFICE, "看通报草稿")
    return await files(story, OFFICE)


async def test_A2_counties_read_their_own_figures_and_may_object(month: Story) -> None:
    await month.says(OFFICE, "出9月通报")
    assert "没有征求意见" in await month.says(COUNTY, "对通报有异议：342应为2.3亿元")
    await month.reads(COUNTY)
    assert "各县只看到自己的数" in await month.says(OFFICE, "通报征求意见")
    (asked,) = [text for text in await month.reads(COUNTY) if "征求意见" in text]
    assert "闻喜县" in asked and "2.1亿元/2.5亿元（84.0%）" in asked and "新绛" not in asked
    await month.reads(OFFICE)
    assert "请写明哪个数不对" in await month.says(COUNTY, "对通报有异议")
    assert "异议1已转市重点办" in await month.says(COUNTY, "对通报有异议：342今年累计应为2.3亿元")
    assert "记下了：绛县" in await month.says("county-jiangxian", "对通报无异议")
    assert any("闻喜县对9月通报的异议1" in text for text in await month.reads(OFFICE))
    await month.at("2025-09-30 09:00")
    assert any("征求意见到期：异议1条，异议1还没有答复" in text for text in await month.reads(OFFICE))
    assert "异议1还没有答复" in await month.says(OFFICE, "通报签发，签发人王主任")
    assert "要写理由" in await month.says(OFFICE, "异议1不采纳")
    await month.says(OFFICE, "异议1不采纳：没有佐证材料")
    assert any("不采纳，没有佐证材料" in text for text in await month.reads(COUNTY))
    assert "不采纳：没有佐证材料" in await month.says(OFFICE, "通报异议")
    assert "已签发" in await month.says(OFFICE, "通报签发，签发人王主任")
    assert "异议1条，采纳0条" in await month.says(COUNTY, "通报")


async def test_A2_the_window_is_kept_to_its_last_second(month: Story) -> None:
    await month.says(OFFICE, "出9月通报")
    assert "还没有征求各县意见" in await month.says(OFFICE, "通报签发，签发人王主任")
    await month.says(OFFICE, "通报征求意见")  # Friday; Sunday the 28th is worked: until Monday 18:00
    assert isinstance(month.city.clock, MovableClock)
    month.city.clock.move(demo_time("2025-09-29 17:59:59"))
    assert "征求意见到29日18:00" in await month.says(OFFICE, "通报签发，签发人王主任")
    assert "异议1已转" in await month.says(COUNTY, "对通报有异议：有出入，342少算")
    month.city.clock.move(demo_time("2025-09-29 18:00:00"))
    assert "已截止" in await month.says("county-jiangxian", "对通报有异议：少算")
    await month.says(OFFICE, "异议1采纳：请联络员更正")
    assert "已签发" in await month.says(OFFICE, "通报签发，签发人王主任")


async def test_A2_all_counties_agree_and_it_is_signed_before_the_time_is_up(month: Story) -> None:
    await month.says(OFFICE, "出9月通报")
    await month.says(OFFICE, "通报征求意见")
    offices = [
        one.accounts["console"]
        for one in month.city.db.read_now(month.city.directory.get).people.values()
        if one.has("office") and one.accounts["console"].startswith("county-")
    ]
    for account in offices:
        await month.says(account, "对通报无异议")
    assert "已签发" in await month.says(OFFICE, "通报签发，签发人王主任")
    assert "9月26日各县核对无异议" in await month.says(COUNTY, "通报")


async def test_A2_the_signed_one_goes_to_groups_and_leaders_with_its_files(month: Story) -> None:
    await signed(month)
    await month.at("2025-09-30 10:00")
    (told,) = [text for text in await month.reads("group:city") if "【通报第9期】" in text]
    assert "前三：" in told and "请于10月11日前报原因和追赶计划" in told
    assert set(await files(month, OFFICE, "city")) == {"docx", "xlsx", "png"}
    assert any("请呈王市长" in text and "【通报第9期】" in text for text in await month.reads("secretary-1"))
    assert any("【通报第9期】" in text for text in await month.reads("vice-3"))
    assert not any("【通报第9期】" in text for text in await month.reads("inspect-1"))


async def test_A2_what_is_signed_stands(month: Story) -> None:
    await signed(month)
    for words in ("出9月通报", "9月通报改：下步要求：再改", "9月通报征求意见", "9月通报签发，签发人李主任"):
        assert "已签发" in await month.says(OFFICE, words), words
    await month.at("2025-10-27 09:00")
    await month.says(OFFICE, "出10月通报")
    await month.says(OFFICE, "通报征求意见")
    await month.at("2025-10-31 09:00")
    assert "第9期已经有了，是9月的" in await month.says(OFFICE, "通报第9期签发，签发人王主任")
    assert "第10期" in await month.says(OFFICE, "通报签发，签发人王主任")
    steps = month.city.db.read_now(lambda tx: bulletins.steps_of(tx, kept(month).id))
    assert [one.kind for one in steps] == ["made", "comments", "signed"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("出13月通报", ""),
        ("出11月通报", "2024"),
        ("出9月通报，截至9月31日", "没有9月31日"),
        ("出9月通报，截至9月30日", "还没有到"),
        ("通报签发，签发人王主任", "还没有通报草稿"),
        ("看通报草稿", "还没有通报草稿"),
        ("通报征求意见", "还没有通报草稿"),
    ],
)
async def test_A2_what_cannot_be_is_said(month: Story, words: str, says: str) -> None:
    assert says in await month.says(OFFICE, words)


async def test_A2_a_regime_without_ranking_bulletins_in_the_official_order(tell: Tell) -> None:
    story = await tell(at="2025-09-15 09:00", regime="yangquan-2025")
    await story.says("liaison-21", "342改线今年累计完成2.1亿元")
    await story.at("2025-10-09 09:30")
    answer = await story.says(OFFICE, "出9月通报")
    assert "30个项目完成2.10亿元" in answer and "前三" not in answer and "截至9月30日" in answer


# ---- the ranking in it --------------------------------------------------------------------------------


async def test_A1_each_figure_opens_to_the_items_behind_it(month: Story) -> None:
    await month.says(OFFICE, "出9月通报")
    answer = await month.says(OFFICE, "闻喜县为什么第3")
    assert "只有重点办看得到" in answer
    assert (
        "投资完成率63.6%" in answer
        and "2.1亿元/2.5亿元（84.0%）" in answer
        and "未报，年计划8000万元" in answer
    )
    assert "没有基数，不计，权重摊给其余各项" in answer
    assert "明细只看得到本县" in await signed_and(month, "county-jiangxian", "闻喜县为什么排最后")
    assert "投资完成率63.6%" in await month.says(COUNTY, "闻喜县为什么第3名")
    assert "投资完成率63.6%" in await month.says("mayor", "闻喜为什么这么低")


async def signed_and(story: Story, account: str, words: str) -> str:
    await story.says(OFFICE, "通报征求意见")
    await story.at("2025-09-30 09:00")
    await story.says(OFFICE, "通报签发，签发人王主任")
    return await story.says(account, words)


async def test_A1_deductions_come_with_their_causes(month: Story) -> None:
    await month.says(OFFICE, "出9月通报")
    assert "市水务局扣1.0分" in await month.says(OFFICE, "市水务局扣分")
    answer = await month.says(OFFICE, "市水务局为什么扣分")
    assert "超期未办结1项，每项1分" in answer and "1号" in answer and "超期" in answer
    assert "闻喜县没有扣分" in await month.says(OFFICE, "闻喜县扣分")


async def test_A1_units_are_a_series_of_their_own(month: Story) -> None:
    await month.says(OFFICE, "出9月通报")
    answer = await month.says(OFFICE, "9月排名")
    assert "县（市、区）、开发区排名" in answer and "市直单位：" in answer
    counties = answer.split("市直单位")[0]
    assert "市水务局" not in counties and "新绛县" in counties


async def test_A1_ranked_on_the_plan_fixed_at_the_years_start(month: Story) -> None:
    from sqlalchemy import update

    from storage.database import Tx
    from storage.tables import ledger_entry

    def halve(tx: Tx) -> None:
        mine = update(ledger_entry).where(ledger_entry.c.number == 21)
        tx.execute(mine.values(annual_plan=125_000_000))

    month.city.db.write_now(halve)
    await month.says(OFFICE, "出9月通报")
    assert "2.1亿元/2.5亿元（84.0%）" in await month.says(OFFICE, "闻喜县为什么第3")


async def test_A1_an_end_claimed_in_time_is_not_late_while_the_office_has_yet_to_confirm(tell: Tell) -> None:
    story = await tell(at="2025-09-15 09:00")
    number = await story.dispatched()
    await story.says("contact-swj", f"{number}号已经解决，申请销号，管线已迁完，附件是验收单")
    assert story.state(number) == "待销号"
    await story.at("2025-09-26 09:30")
    await story.says(OFFICE, "出9月通报")
    assert "扣1" not in await story.says(OFFICE, "市水务局扣分")
    assert "超期" not in await story.says(OFFICE, "9月通报")
    await story.says("liaison-21", f"同意{number}号销号")
    assert story.state(number) == "已销号"
    await story.at("2025-10-26 09:30")
    await story.says(OFFICE, "出10月通报")
    assert "按期办结率100.0%" in await story.says(OFFICE, "市水务局为什么排第1")


async def test_A1_what_comes_after_the_day_of_the_figures_is_of_the_next_month(tell: Tell) -> None:
    story = await tell(at="2025-09-15 09:00")
    number = await story.dispatched()
    await story.at("2025-09-28 10:00")
    await story.says("liaison-21", "342改线9月完成投资1800万元")
    await story.says("contact-swj", f"{number}号已经解决，申请销号，管线已迁完，附件是验收单")
    await story.says("liaison-21", f"同意{number}号销号")
    await story.at("2025-10-26 09:30")
    await story.says(OFFICE, "出10月通报")
    month = kept(story, 10).snapshot
    assert next(one for one in month.projects if one.number == 21).reported
    (ticket,) = month.tickets
    assert ticket.number == number and ticket.solved and not ticket.in_time


async def test_A1_progress_after_the_freeze_does_not_take_a_deduction_back(tell: Tell) -> None:
    story = await tell(at="2025-09-15 09:00", regime="yuncheng-2019")
    await story.says("liaison-20", "智慧科创园今年累计完成3.36亿元")
    await story.at("2025-10-27 09:30")
    await story.says("liaison-21", "342改线今年累计完成2.1亿元，10月完成3000万元")
    await story.says(OFFICE, "出10月通报")
    (stands,) = [
        one
        for one in kept(story, 10).snapshot.lapses
        if one.words.startswith("国道342") and one.cause == "stalled"
    ]
    assert stands.words.endswith("一个月没有进展")
