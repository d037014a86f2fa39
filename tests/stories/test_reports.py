"""Reports as they are written: put right, taken back, with pictures. Features 1, 3, 5, 6, 14, 24."""

from datetime import timedelta

from aiohttp import FormData

from bot.app import demo_time
from storage import attachments, reports
from tests.stories.conftest import Story

LIAISON, OFFICE, CONTACT = "liaison-21", "office-1", "contact-swj"
REPORT = "342改线9月完成投资1800万元，今年累计2.1亿元，形象进度65%"


async def picture(story: Story) -> str:
    form = FormData()
    form.add_field("file", b"\x89PNG\r\n\x1a\n", filename="site.png", content_type="image/png")
    response = await story.client.post("/console/api/files", data=form)
    answer = await response.json()
    return str(answer["id"])


def sums(story: Story) -> list[dict[str, int]]:
    """万元 by scope of the reports on 342改线 that count, newest first."""
    project = next(
        p for p in story.city.db.read_now(story.city.directory.get).projects.values() if p.number == 21
    )
    found = story.city.db.read_now(lambda tx: reports.latest(tx, project.id))
    return [{scope: yuan // 10_000 for scope, yuan in one.invested.items()} for one in found]


async def test_a_report_is_said_back(story: Story) -> None:
    answer = await story.says(LIAISON, REPORT)
    assert "9月投资1800万元，今年累计2.1亿元（年计划2.5亿元的84%），形象进度65%" in answer
    assert "写错了回“改成1900万”或“撤销”" in answer


async def test_one_short_message_puts_it_right(story: Story) -> None:
    await story.says(LIAISON, REPORT)
    assert "1800万元改为1900万元" in await story.says(LIAISON, "改成1900万")
    assert sums(story) == [{"month": 1900, "year": 21_000}]


async def test_undo_takes_back_a_report(story: Story) -> None:
    await story.says(LIAISON, REPORT)
    answer = await story.says(LIAISON, "撤销")
    assert "已撤回" in answer and "1800万元" in answer
    assert sums(story) == []


async def test_undo_of_a_correction_says_what_counts_again(story: Story) -> None:
    await story.says(LIAISON, REPORT)
    await story.says(LIAISON, "改成1900万")
    answer = await story.says(LIAISON, "撤销")
    assert "恢复为更正前的9月投资1800万元" in answer
    assert sums(story) == [{"month": 1800, "year": 21_000}]


async def test_undo_twice_neither_undoes_the_undo_nor_reaches_further(story: Story) -> None:
    await story.says(LIAISON, REPORT)
    await story.says(LIAISON, "342改线本周投资200万元")
    await story.says(LIAISON, "撤销")
    assert "已经撤回过了" in await story.says(LIAISON, "撤销")
    assert sums(story) == [{"month": 1800, "year": 21_000}]


async def test_undo_comes_too_late_after_the_regimes_minutes(story: Story) -> None:
    await story.says(LIAISON, REPORT)
    await story.pass_time(minutes=11)
    assert "不能撤销" in await story.says(LIAISON, "撤销")
    assert sums(story) == [{"month": 1800, "year": 21_000}]


async def test_undo_is_in_time_to_the_last_minute(story: Story) -> None:
    await story.says(LIAISON, REPORT)
    await story.pass_time(minutes=10)
    assert "已撤回" in await story.says(LIAISON, "撤销")


async def test_a_reporter_takes_his_ticket_back_before_dispatch(story: Story) -> None:
    number = await story.reported()
    await story.pass_time(minutes=25)
    answer = await story.says(LIAISON, "撤销")
    assert f"{number}号问题" in answer
    assert story.state(number) == "已撤回"
    assert any("已撤回" in line for line in await story.reads(OFFICE))


async def test_after_dispatch_only_the_office_takes_it_back(story: Story) -> None:
    number = await story.dispatched()
    assert "请联系重点办" in await story.says(LIAISON, "撤销")
    assert story.state(number) == "已交办"


async def test_undo_of_a_dispatch_tells_the_unit(story: Story) -> None:
    number = await story.dispatched()
    await story.reads(CONTACT)
    assert f"{number}号的“交办”" in await story.says(OFFICE, "撤销")
    assert story.state(number) in ("待核实", "待交办")
    assert story.limits(number).keys() <= {"dispatch"}
    assert any("已撤回" in line for line in await story.reads(CONTACT))


async def test_undo_closes_the_question_that_still_waits(story: Story) -> None:
    await story.says(LIAISON, REPORT)
    await story.says(LIAISON, "完成了500万")
    assert "没有记账" in await story.says(LIAISON, "撤销")
    assert sums(story) == [{"month": 1800, "year": 21_000}]


async def test_a_figure_beyond_the_total_counts_only_when_it_is_confirmed(story: Story) -> None:
    assert "超过总投资5.96亿元" in await story.says(LIAISON, "342改线今年累计21亿元")
    assert sums(story) == []
    assert "今年累计2.1亿元" in await story.says(LIAISON, "改成2.1亿")
    assert sums(story) == [{"year": 21_000}]


async def test_the_button_confirms(story: Story) -> None:
    await story.says(LIAISON, "342改线今年累计4.5亿元")
    assert "记下了" in await story.presses(LIAISON, "属实，记下")
    assert sums(story) == [{"year": 45_000}]


async def test_two_doubtful_projects_are_one_question(story: Story) -> None:
    answer = await story.says(LIAISON, "342改线今年累计21亿元，八达今年累计30亿元")
    assert answer.count("还没有记") == 2
    assert (await story.says(LIAISON, "是")).count("记下了") == 2


async def test_a_picture_alone_joins_the_report_just_made(story: Story) -> None:
    await story.says(LIAISON, REPORT)
    await story.pass_time(minutes=9)
    assert "现有附件1个" in await story.says(LIAISON, "", files=[await picture(story)])
    assert "现有附件2个" in await story.says(LIAISON, "", files=[await picture(story)])
    report = story.city.db.read_now(lambda tx: reports.between(tx, story.now - timedelta(days=1), story.now))[
        0
    ]
    kept = story.city.db.read_now(lambda tx: attachments.of_message(tx, report.inbox_id or 0))
    assert [one.name for one in kept] == ["site.png", "site.png"]


async def test_a_picture_that_came_first_joins_too(story: Story) -> None:
    await story.says(LIAISON, "", files=[await picture(story)])
    assert "附件1个" in await story.says(LIAISON, REPORT)


async def test_a_picture_long_after_asks_where_it_belongs(story: Story) -> None:
    await story.says(LIAISON, REPORT)
    await story.pass_time(minutes=11)
    assert "是哪个项目的" in await story.says(LIAISON, "", files=[await picture(story)])


async def test_a_picture_joins_the_blocker_just_reported(story: Story) -> None:
    number = await story.reported()
    assert f"{number}号" in await story.says(LIAISON, "", files=[await picture(story)])


async def test_the_office_reports_for_a_liaison_and_both_are_on_record(story: Story) -> None:
    answer = await story.says(OFFICE, "代刘明亮报：342改线9月完成投资1800万元")
    assert "记下了" in answer
    card = await story.says(OFFICE, "342改线怎么样")
    assert "刘明亮：9月投资1800万元" in card


async def test_new_year_counts_from_zero(story: Story) -> None:
    await story.says(LIAISON, REPORT)
    await story.at(demo_time("2026-01-05 10:00"))
    assert "记下了" in await story.says(LIAISON, "342改线今年累计300万元")
