"""挂图作战: nodes laid out, put off, done and late, told with messages and a moving clock (P7)."""

import io
from datetime import date

import pytest
from aiohttp import FormData
from openpyxl import Workbook

from bot.calendar import Calendar
from bot.mechanism.milestones import Node, Way, due_call, lay_out, next_call, template_for, word_of
from bot.mechanism.regime import load
from storage import milestones
from tests.mechanism.moments import moment
from tests.stories.conftest import Story, Tell
from tests.stories.test_board import sees


def nodes(story: Story, project: int) -> list[tuple[str, str, str]]:
    """The nodes of the project of that ledger number: name, day, day done."""
    directory = story.city.db.read_now(story.city.directory.get)
    found = directory.project_numbered(project)
    assert found is not None
    stood = story.city.db.read_now(lambda tx: milestones.of_project(tx, found.id))
    return [(one.name, one.planned.isoformat(), one.done.isoformat() if one.done else "") for one in stood]


async def test_P7_nodes_are_laid_out_back_from_the_end_by_the_template(story: Story) -> None:
    answer = await story.says("liaison-10", "诺维兰倒排节点")
    found = nodes(story, 10)
    assert [name for name, _, _ in found] == ["开工", "基础完工", "主体封顶", "设备安装", "联调试车", "竣工"]
    assert ("按竣工时间倒排" in answer and found[-1][1].endswith("-31")) or found[-1][1].endswith("-30")
    assert [day for _, day, _ in found] == sorted(day for _, day, _ in found)


async def test_P7_nodes_are_laid_out_forward_from_the_start(story: Story) -> None:
    await story.says("liaison-10", "诺维兰顺排工序，2025年10月8日开工")
    found = nodes(story, 10)
    assert found[0][1] == "2025-10-08" and found[-1][1] == "2027-04-08", "eighteen months later"


async def test_P7_nodes_come_as_somebody_says_them(story: Story) -> None:
    answer = await story.says("liaison-21", "21号节点：10月15日主体封顶，11月30日设备安装；3月20日竣工")
    assert nodes(story, 21) == [
        ("主体封顶", "2025-10-15", ""),
        ("设备安装", "2025-11-30", ""),
        ("竣工", "2026-03-20", ""),
    ]
    assert "2026年3月20日 竣工" in answer
    await story.says("liaison-21", "342改线加节点：12月20日通水")
    assert [name for name, _, _ in nodes(story, 21)] == ["主体封顶", "设备安装", "通水", "竣工"]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("342改线节点：主体封顶", "没有读懂"),
        ("342改线节点：2月30日主体封顶", "不是能用的日期"),
        ("342改线节点：10月1日封顶，11月1日封顶", "同名"),
        ("342改线节点屋面完成", "还没有排节点"),
        ("绛县抽水蓄能倒排节点", "由它的联络员或重点办排"),
    ],
)
async def test_P7_what_cannot_be_is_answered_and_nothing_is_kept(
    story: Story, said: str, answer: str
) -> None:
    assert answer in await story.says("liaison-21", said)
    assert nodes(story, 21) == nodes(story, 23) == []


async def test_P7_a_node_is_done_late_and_it_shows(story: Story) -> None:
    await story.says("liaison-21", "342改线节点：9月18日路基完工，10月15日主体封顶")
    await story.pass_time(days=7)
    answer = await story.says("liaison-21", "342改线节点路基完工9月20日完成了")
    assert "晚2天" in answer and "下一个：主体封顶" in answer
    page = await sees(story, "office-1", "/projects/21")
    assert "挂图作战" in page and "晚2天完成" in page and "9月20日" in page


async def test_P7_a_node_put_off_needs_a_reason_and_keeps_its_first_day(story: Story) -> None:
    await story.says("liaison-21", "342改线节点：10月15日主体封顶")
    assert "原因" in await story.says("liaison-21", "342改线节点主体封顶改到11月5日")
    assert nodes(story, 21) == [("主体封顶", "2025-10-15", "")]
    await story.reads("county-wenxi")
    answer = await story.says("liaison-21", "342改线节点主体封顶改到11月5日，原因连续降雨")
    assert "由10月15日调到11月5日" in answer
    assert any("连续降雨" in line for line in await story.reads("county-wenxi"))
    assert "原10月15日" in await story.says("office-1", "342改线节点")
    await story.says("liaison-21", "撤销")
    assert nodes(story, 21) == [("主体封顶", "2025-10-15", "")]


async def test_P7_late_nodes_are_chased_and_seen_at_a_glance(story: Story) -> None:
    await story.says("liaison-21", "342改线节点：9月22日路基完工，12月15日主体封顶")
    await story.reads("liaison-21")
    await story.at("2025-09-18 18:00")
    assert not any("节点" in line for line in await story.reads("liaison-21"))
    await story.at("2025-09-22 09:00")  # the third day before is a Friday, the morning of the 19th
    (near,) = [line for line in await story.reads("liaison-21") if "节点" in line]
    assert "计划9月22日（周一），快到了" in near and "完成了回" in near
    await story.at("2025-09-23 09:00")
    assert any("到期还没有报完成" in line for line in await story.reads("liaison-21")), "the day after"
    await story.reads("county-wenxi")
    await story.at("2025-09-29 18:00")
    assert any("过了7天" in line for line in await story.reads("county-wenxi")), "the office after a week"
    assert "晚了的节点1个" in await story.says("office-1", "晚了的节点有哪些")
    assert "节点晚了1个" in await sees(story, "office-1", "/board?area=8")
    assert "没有晚了的节点" in await story.says("liaison-23", "晚了的节点")


async def test_P7_what_is_done_is_not_reminded_of(story: Story) -> None:
    await story.says("liaison-21", "342改线节点：9月17日路基完工，9月22日桥台完工")
    assert "快到了" not in "".join(await story.reads("liaison-21")), "he has just said so himself"
    await story.says("liaison-21", "342改线节点桥台完工完成")
    await story.reads("liaison-21")
    await story.pass_time(days=12)
    said = await story.reads("liaison-21")
    assert not any("桥台" in line for line in said)
    assert sum("路基完工" in line for line in said) == 1


async def test_P7_laid_out_anew_what_was_done_stays_and_undo_brings_the_old_ones_back(story: Story) -> None:
    await story.says("liaison-21", "342改线节点：9月10日路基完工，10月15日主体封顶")
    await story.says("liaison-21", "342改线节点路基完工9月12日完成")
    await story.pass_time(hours=1)
    before = nodes(story, 21)
    await story.says("liaison-21", "342改线节点：10月30日主体封顶，12月1日通车")
    assert nodes(story, 21) == [
        ("路基完工", "2025-09-10", "2025-09-12"),
        ("主体封顶", "2025-10-30", ""),
        ("通车", "2025-12-01", ""),
    ]
    assert "节点安排" in await story.says("liaison-21", "撤销")
    assert nodes(story, 21) == before


async def test_P7_a_city_whose_notice_does_not_ask_for_it_says_so(tell: Tell) -> None:
    story = await tell(regime="yangquan-2025")
    assert "没有挂图作战" in await story.says("liaison-21", "342改线倒排节点")


@pytest.mark.parametrize(
    "said",
    [
        "342改线本月完成投资1800万元，主体封顶节点按期推进",
        "奥体中心是民生工程，市住建局要倒排工期、挂图作战，10月底前必须开工",
        "各节点都正常",
    ],
)
async def test_P7_ordinary_messages_are_not_taken_for_nodes(story: Story, said: str) -> None:
    await story.says("liaison-21", said)
    await story.says("vice-3", said)
    assert nodes(story, 21) == nodes(story, 3) == []


async def sent(story: Story, rows: list[tuple[object, ...]], account: str = "office-1") -> str:
    """That person sends a sheet of nodes; what he is answered."""
    book = Workbook()
    assert book.active is not None
    for row in [("项目", "节点", "计划", "实际"), *rows]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    form = FormData()
    form.add_field("file", out.getvalue(), filename="节点.xlsx", content_type="application/vnd.ms-excel")
    answer = await story.client.post("/console/api/files", data=form)
    return await story.says(account, "节点表", files=[(await answer.json())["id"]])


async def test_P7_nodes_come_from_a_sheet(story: Story) -> None:
    answer = await sent(
        story,
        [
            (21, "路基完工", date(2025, 9, 10), date(2025, 9, 12)),
            ("", "主体封顶", "2025-10-15", None),
            (10, "基础完工", "2025年12月1日", ""),
        ],
    )
    assert "共3个节点" in answer
    assert nodes(story, 21) == [("路基完工", "2025-09-10", "2025-09-12"), ("主体封顶", "2025-10-15", "")]
    assert nodes(story, 10) == [("基础完工", "2025-12-01", "")]
    await story.says("office-1", "撤销")
    assert nodes(story, 21) == nodes(story, 10) == []


@pytest.mark.parametrize(
    ("rows", "account", "answer"),
    [
        ([(21, "主体封顶", "10月", "")], "office-1", "计划日期要写成"),
        ([(99, "主体封顶", "2025-10-15", "")], "office-1", "台账里没有"),
        (
            [(21, "主体封顶", "2025-10-15", ""), (23, "主体封顶", "2025-10-15", "")],
            "liaison-21",
            "由它的联络员",
        ),
        ([(21, "主体封顶", "2025-10-15", "2025-12-01")], "office-1", "还没有到"),
    ],
)
async def test_P7_a_sheet_with_a_fault_counts_for_nothing(
    story: Story, rows: list[tuple[object, ...]], account: str, answer: str
) -> None:
    said = await sent(story, rows, account)
    assert answer in said and "一行都没有记" in said
    assert nodes(story, 21) == nodes(story, 23) == []


# ---- the rule at its edges ----------------------------------------------------------------------


def test_P7_the_template_fits_into_any_time_of_building() -> None:
    chart = load("yuncheng-2025").wall_chart
    assert chart is not None
    shape = template_for(chart, "industry")
    assert shape is not None
    start, finish = date(2025, 1, 1), date(2025, 12, 31)
    back = lay_out(shape, start, finish, Way.BACK)
    assert (back[0], back[-1]) == (Node("开工", start), Node("竣工", finish))
    alone = lay_out(shape, None, finish, Way.BACK)
    assert alone[0].planned == date(2024, 6, 30), "eighteen months before its end"
    assert lay_out(shape, finish, start, Way.BACK)[-1].planned == start, (
        "a start behind the end is not believed"
    )


@pytest.mark.parametrize(
    ("today", "done", "words"),
    [
        (date(2025, 9, 15), None, "还有3天"),
        (date(2025, 9, 18), None, "今天到期"),
        (date(2025, 9, 19), None, "晚1天"),
        (date(2025, 10, 1), date(2025, 9, 18), "已完成"),
        (date(2025, 10, 1), date(2025, 9, 20), "晚2天完成"),
    ],
)
def test_P7_a_nodes_day_is_over_at_its_end(today: date, done: date | None, words: str) -> None:
    assert word_of(date(2025, 9, 18), done, today) == words


@pytest.mark.parametrize(
    ("now", "call", "following"),
    [
        ("2025-09-15 08:29", None, "2025-09-15 08:30"),
        ("2025-09-15 08:30", "near", "2025-09-19 08:30"),
        ("2025-09-18 23:59", "near", "2025-09-19 08:30"),
        ("2025-09-19 00:00", None, "2025-09-19 08:30"),
        ("2025-09-19 08:30", "late", "2025-09-25 08:30"),
        ("2025-09-25 08:30", "office", None),
    ],
)
def test_P7_who_is_told_when(now: str, call: str | None, following: str | None) -> None:
    regime = load("yuncheng-2025")
    chart = regime.wall_chart
    assert chart is not None
    at = moment(now)
    assert due_call(date(2025, 9, 18), chart, regime, Calendar(), at) == call
    found = next_call(date(2025, 9, 18), chart, regime, Calendar(), at)
    assert found == (moment(following) if following else None)


async def test_P7_before_a_holiday_the_liaison_is_reminded_while_he_can_still_act(story: Story) -> None:
    await story.says("liaison-21", "342改线节点：10月8日路基完工")
    await story.reads("liaison-21")
    await story.at("2025-09-29 18:00")
    assert not any("节点" in line for line in await story.reads("liaison-21"))
    await story.at("2025-09-30 09:00")  # the third day before lies in the holidays
    assert any("计划10月8日（周三），快到了" in line for line in await story.reads("liaison-21"))
