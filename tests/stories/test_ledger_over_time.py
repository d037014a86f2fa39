"""The ledger over time: month ends kept, compared, and who changed what (A5; N4 (八))."""

import re
from datetime import date

from sqlalchemy import select

from bot.app import demo_time
from bot.documents.ledger_in import read_ledger
from bot.mechanism.month_end import kept_at, months_to_keep, next_kept
from bot.mechanism.regime import load
from storage import ledger_at, month_ends
from storage.tables import attachment
from tests.stories.conftest import Story


async def test_A5_the_ledger_of_each_month_is_kept_and_the_office_hears_it(story: Story) -> None:
    await story.at("2025-10-09 09:00")
    told = [line for line in await story.reads("office-1") if "9月末台账已存" in line]
    assert len(told) == 1 and "30个项目" in told[0] and "9月台账有什么变化" in told[0]
    state = story.city.db.read_now(lambda tx: month_ends.read(tx, "2025-09"))
    assert state is not None and state.kept and len(state.rows) == 30


async def test_A5_what_changed_between_two_months(story: Story) -> None:
    await story.says("liaison-21", "342改线9月完成投资1800万元，今年累计2.1亿元")
    await story.at("2025-10-14 09:00")
    await story.says("liaison-21", "342改线10月完成投资500万元，今年累计2.15亿元")
    await story.says("office-1", "8号退出年度计划，原因：与9号合并建设")
    answer = await story.says("office-1", "9月和10月台账有什么变化")
    assert "30个 → 29个" in answer and "退出 8" in answer and "与9号合并建设" in answer
    assert "增500万元" in answer
    assert await story.says("office-1", "10月台账有什么变化？") == answer
    assert "还没有台账" in await story.says("office-1", "7月和8月台账有什么变化")
    assert "还没有到" in await story.says("office-1", "2025年12月台账有什么变化")
    assert "私聊" in await story.says("office-1", "10月台账有什么变化", group="city")


async def test_A5_a_kept_month_stands_whatever_comes_later(story: Story) -> None:
    await story.says("liaison-21", "342改线9月完成投资1800万元，今年累计2.1亿元")
    await story.at("2025-10-09 09:00")
    await story.says("office-1", "8号退出年度计划，原因：与9号合并建设")
    await story.says("liaison-21", "改成今年累计2.2亿元")
    state = story.city.db.read_now(lambda tx: month_ends.read(tx, "2025-09"))
    assert state is not None
    assert {row.entry.number for row in state.rows.values()} == set(range(1, 31))
    assert [row.figures.year_invested for row in state.rows.values() if row.entry.number == 21] == [
        210_000_000
    ]


async def test_A5_months_that_were_missed_are_kept_as_they_stood(story: Story) -> None:
    await story.says("office-1", "8号退出年度计划，原因：与9号合并建设")
    story.city.clock.move(demo_time("2025-10-20 09:00"))  # type: ignore[attr-defined]
    await story.says("office-1", "9号退出年度计划，原因：重新论证")
    story.city.clock.move(demo_time("2025-12-09 09:00"))  # type: ignore[attr-defined]
    await story.city.settle()
    read = story.city.db.read_now
    states = {
        month: read(lambda tx, m=month: month_ends.read(tx, m)) for month in ("2025-09", "2025-10", "2025-11")
    }
    assert [len(state.rows) for state in states.values() if state] == [29, 28, 28]
    told = re.findall(r"(\d+)月末台账已存", "\n".join(await story.reads("office-1")))
    assert told == ["9", "11"], "of those missed only the latest is told"


async def test_A5_any_day_can_be_had_again(story: Story) -> None:
    before = story.now
    await story.pass_time(days=1)
    await story.says("office-1", "8号退出年度计划，原因：与9号合并建设")
    await story.says("office-1", "撤销")
    await story.pass_time(days=1)
    await story.says("office-1", "8号退出年度计划，原因：已竣工")
    left = story.now
    await story.pass_time(days=1)

    def numbers(moment: object) -> int:
        return len(story.city.db.read_now(lambda tx: ledger_at.entries(tx, 2025, moment)))  # type: ignore[arg-type]

    assert (numbers(before), numbers(left), numbers(story.now)) == (30, 29, 29)


async def test_A5_who_changed_which_cell_when_and_why(story: Story) -> None:
    assert "没有改过" in await story.says("office-1", "342改线台账改过什么")
    await story.says("liaison-21", "342改线9月完成投资1800万元")
    await story.says("liaison-21", "改成1900万")
    corrected = await story.says("office-1", "342改线台账变更记录")
    assert "进展" in corrected and "1800万" in corrected and "1900万" in corrected and "刘明亮" in corrected
    await story.says("office-1", "8号退出年度计划，原因：与9号合并建设")
    mine = await story.says("office-1", "9月台账谁改过")
    assert "退出" in mine and "与9号合并建设" in mine and "改动2处" in mine
    assert "改动1处" in await story.says("liaison-21", "台账改动记录"), "of his own project alone"


def test_A5_a_short_month_ends_on_its_last_day() -> None:
    rule = load("yuncheng-2025").month_end
    assert rule is not None
    assert kept_at(rule, date(2026, 2, 10)) == demo_time("2026-02-28 20:00")
    assert next_kept(rule, demo_time("2025-09-30 20:00")) == demo_time("2025-10-31 20:00")
    since, now = demo_time("2025-09-30 19:59"), demo_time("2025-11-30 20:00")
    assert list(months_to_keep(rule, since, now)) == ["2025-09", "2025-10", "2025-11"]


async def test_A5_the_ledger_of_a_month_comes_as_a_workbook_of_what_he_may_see(story: Story) -> None:
    await story.at("2025-10-09 09:00")
    assert "30个项目" in await story.says("office-1", "导出9月台账")
    await story.city.settle()
    assert any("9月台账（30个项目，月末存的）" in line for line in await story.reads("office-1"))
    assert "好了就发给您" in await story.says("liaison-21", "发我10月份台账")
    await story.city.settle()
    assert any("10月台账（2个项目" in line for line in await story.reads("liaison-21"))
    rows = story.city.db.read_now(
        lambda tx: tx.execute(select(attachment.c.name, attachment.c.body).order_by(attachment.c.name)).all()
    )
    assert [row.name for row in rows] == ["2025-09台账.xlsx", "2025-10台账.xlsx"]
    assert [len(read_ledger(row.body, row.name, 2025).rows) for row in rows] == [30, 2]
    assert "还没有台账" in await story.says("office-1", "导出3月台账")
    assert "私聊" in await story.says("office-1", "导出9月台账", group="city")
