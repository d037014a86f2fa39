"""A wrong reading is put right with one short message; why it was read so; what could not be read."""

import json
from pathlib import Path

from bot.app import City
from bot.mechanism import regime as regimes
from storage import reports
from storage.missed import missed_messages
from tests.stories.conftest import Story, Tell

LIAISON, OFFICE = "liaison-3", "office-1"
STADIUM, ROAD = "运城奥体中心", "运城市槐东路道路"


def reported(story: Story, number: int) -> list[dict[str, int]]:
    """万元 by scope of the reports on that project that count, newest first."""
    found = story.city.db.read_now(lambda tx: reports.latest(tx, project_id(story, number)))
    return [{scope: yuan // 10_000 for scope, yuan in one.invested.items()} for one in found]


def project_id(story: Story, number: int) -> int:
    project = story.city.db.read_now(story.city.directory.get).project_numbered(number)
    assert project is not None
    return project.id


def history(story: Story, number: int) -> list[str]:
    """What happened to the project."""
    return [
        step.kind
        for step in story.city.db.read_now(lambda tx: reports.steps_of(tx, project_id(story, number)))
    ]


async def test_a_report_goes_to_the_project_that_was_meant(story: Story) -> None:
    for wrong, right in (("不是3号项目是9号", 9), ("不是奥体的，是槐东路的", 9), ("是槐东路的", 9)):
        await story.says(LIAISON, "奥体中心本月完成投资560万元，形象进度12%")
        answer = await story.says(LIAISON, wrong)
        assert STADIUM in answer and ROAD in answer and "560万元" in answer
        assert reported(story, 3) == [] and reported(story, right) == [{"month": 560}]
        assert history(story, 3)[-1] == "moved_away" and history(story, right)[-1] == "correct"
        assert f"仍记在{STADIUM}" in await story.says(LIAISON, "撤销")
        assert reported(story, 3) == [{"month": 560}] and reported(story, right) == []
        await story.pass_time(hours=30)
        story.city.db.write_now(lambda tx: reports.take_back(tx, _last(story), 1, story.now))


def _last(story: Story) -> int:
    found = story.city.db.read_now(lambda tx: reports.latest(tx, project_id(story, 3), most=1))
    return found[0].inbox_id or 0


async def test_what_stands_of_the_project_goes_along(story: Story) -> None:
    await story.says(LIAISON, "奥体中心形象进度12%")
    await story.says(LIAISON, "不是奥体的，是槐东路的")
    assert "12%" not in await story.says(OFFICE, "奥体怎么样")
    assert "形象进度12%" in await story.says(OFFICE, "槐东路怎么样")


async def test_a_blocker_nobody_verified_goes_along_with_its_number(story: Story) -> None:
    number = await story.reported("奥体中心卡在征地，请市规自局协调", LIAISON)
    await story.reads(OFFICE)
    answer = await story.says(LIAISON, "不是奥体的，是槐东路的")
    assert f"{number}号从{STADIUM}改记到{ROAD}" in answer
    assert story.ticket(number).project_id == project_id(story, 9)
    assert story.ticket(number).title == f"{ROAD}：卡在征地"
    assert any("待核实" in one and ROAD in one for one in await story.reads(OFFICE))
    assert "ticket_moved" in history(story, 3) and "ticket_moved" in history(story, 9)
    assert f"仍记在{STADIUM}" in await story.says(LIAISON, "撤销")
    assert story.ticket(number).project_id == project_id(story, 3)


async def test_a_ticket_is_named_by_its_number(story: Story) -> None:
    number = await story.reported("奥体中心卡在征地，请市规自局协调", LIAISON)
    await story.pass_time(hours=30)
    assert ROAD in await story.says(LIAISON, f"{number}号不是奥体的，是槐东路的")


async def test_after_dispatch_the_office_is_asked(story: Story) -> None:
    number = await story.dispatched("市规划和自然资源局", "奥体中心卡在征地，请市规自局协调", LIAISON)
    assert "请联系重点办" in await story.says(LIAISON, "不是奥体的，是槐东路的")
    assert story.ticket(number).project_id == project_id(story, 3)


async def test_where_several_fit_it_is_asked(story: Story) -> None:
    await story.says("liaison-4", "山水城本月完成投资300万元")
    assert "哪个项目" in await story.says("liaison-4", "不是山水城的，是运发投的")
    answer = await story.says("liaison-4", "第二个")
    assert "改记到运城农科双创中心" in answer


async def test_what_does_not_fit_is_refused_and_nothing_moves(story: Story) -> None:
    assert "没有找到" in await story.says(LIAISON, "不是奥体的，是槐东路的")
    await story.says(LIAISON, "奥体中心本月完成投资560万元")
    assert f"刚才报的是{STADIUM}" in await story.says(LIAISON, "不是G108的，是槐东路的")
    assert "由联络员郑工报送" in await story.says(LIAISON, "是G108的")
    assert "没有变" in await story.says(LIAISON, "是奥体中心的")
    assert reported(story, 3) == [{"month": 560}]


async def test_a_figure_that_waits_may_be_another_projects(story: Story) -> None:
    assert "还没有记" in await story.says("liaison-21", "八达今年累计4亿元")
    answer = await story.says("liaison-21", "不是八达的，是342改线的")
    assert "国道342线闻喜县城过境改线" in answer and "4亿元" in answer
    await story.says("liaison-21", "是")
    assert reported(story, 21) == [{"year": 40_000}] and reported(story, 22) == []


async def test_a_correction_takes_what_is_remembered_along(story: Story) -> None:
    await story.says("liaison-2", "医院本月完成投资300万元")
    await story.says("liaison-2", "第二个")
    assert "以后您说“医院”就按运城市人民医院办" in await story.says("liaison-2", "不是中医院的，是市医院的")
    assert "按您上次说的，医院＝运城市人民医院" in await story.says("liaison-2", "医院本月完成投资310万元")


async def test_why_it_was_read_so(story: Story) -> None:
    assert "没有可解释的" in await story.says("liaison-21", "为什么这样理解")
    await story.says("liaison-21", "342改线本月完成1800万元，供水管没迁走，请市水务局月底前解决，主体完成80%")
    answer = await story.says("liaison-21", "为什么这样理解？")
    assert "读成报进展、报问题" in answer
    assert "“1800万元”" in answer and "“342改线”（项目：说了名称）" in answer
    assert "“供水管”" in answer and "“市水务局”（请的单位）" in answer
    assert "“主体”“80%”只是一部分的进度" in answer
    assert len(answer.splitlines()) <= 5


async def test_what_could_not_be_read_is_explained_too(story: Story) -> None:
    await story.says("liaison-21", "那个弄了8个了，图7也送了")
    assert "没有读出" in await story.says("liaison-21", "为什么这样理解")


async def test_the_example_is_of_his_own(story: Story) -> None:
    assert f"{STADIUM}本月完成" in await story.says(LIAISON, "那个弄了8个了，图7也送了")
    number = await story.dispatched()
    assert f"“{number}号周工负责" in await story.says("contact-swj", "呜哩哇啦 12345")


async def test_the_office_reads_how_many_and_the_first_three(story: Story) -> None:
    for place in range(1, 6):
        await story.says(LIAISON, f"那个弄了{place}个了，图7也送了")
    await story.reads(OFFICE)
    await story.at("2025-09-15 17:30")
    (text,) = [text for text in await story.reads(OFFICE) if "没有读懂" in text]
    assert "有5条消息没有读懂" in text and "弄了3个" in text and "弄了4个" not in text
    assert "另有2条，请回“没读懂的”" in text
    assert "弄了5个" in await story.says(OFFICE, "没读懂的")


async def test_what_could_not_be_read_comes_out_ready_to_be_annotated(story: Story) -> None:
    number = await story.reported()
    await story.says("liaison-21", "那个弄了8个了，图7也送了")
    await story.says("liaison-21", "大家辛苦了", group="city")
    (row,) = missed(story.city)
    assert row["text"] == "那个弄了8个了，图7也送了" and row["chat"] == "private"
    assert row["sender"] == {"role": "liaison", "unit": "闻喜县人民政府", "projects": [21, 22]}
    assert [one["number"] for one in row["tickets"]] == [number]
    assert row["sent_at"] == "2025-09-15T09:00:00+08:00" and row["acts"] == [] and row["ask"] is None
    json.dumps(row, ensure_ascii=False)


def missed(city: City) -> list[dict[str, object]]:
    return city.db.read_now(lambda tx: missed_messages(tx, city.directory.get(tx)))


async def test_what_is_no_answer_is_read_though_a_question_waits(story: Story) -> None:
    number = await story.dispatched()
    await story.says("contact-swj", f"{number}号应由市住建局办，原因：管子归他们")
    assert "原因是什么" in await story.says(OFFICE, f"{number}号不同意退回")
    await story.says("contact-swj", f"{number}号已迁完，申请销号")
    await story.says("liaison-21", f"同意{number}号销号")
    assert "重新打开" in await story.says(OFFICE, f"{number}号重新打开，原因：又漏水了")
    assert story.state(number) != "已销号"


async def test_what_joins_a_ticket_is_said_back(story: Story) -> None:
    await story.reported()
    answer = await story.says("liaison-21", "342改线K15处供水管也没迁，请市水务局10月5日前解决")
    assert "并入" in answer and "请市水务局10月5日前解决" in answer


async def test_a_problem_of_several_units_is_proposed_as_complex_and_a_person_decides(story: Story) -> None:
    number = await story.reported("342改线供水管没迁走，请市水务局、市住建局9月30日前解决")
    assert any("像是重大复杂问题" in one for one in await story.reads(OFFICE))
    assert story.ticket(number).severity == "ordinary"
    assert "重大复杂问题" in await story.presses(OFFICE, "定为重大复杂")
    assert story.ticket(number).severity == "complex"


async def test_what_looks_complex_is_written_in_the_regime(tell: Tell, tmp_path: Path) -> None:
    shipped = regimes.load("yuncheng-2025").text
    own = tmp_path / "own.toml"
    own.write_text(shipped.replace('levels = ["province"]\nunits = 2', "units = 3"), encoding="utf-8")
    story = await tell(regime=str(own))
    await story.reported("342改线供水管没迁走，请市水务局、市住建局9月30日前解决")
    assert not [one for one in await story.reads(OFFICE) if "像是重大复杂问题" in one]
    await story.reported("八达铸造电力增容没办，请市能源局、市住建局、市审批局9月30日前解决")
    assert any("请了3家单位，像是重大复杂问题" in one for one in await story.reads(OFFICE))
