"""责任链, 包联: who answers for a project, and where nobody does (R1, R2, R3)."""

import pytest
from sqlalchemy import delete, select

from storage import directory
from storage.database import Tx
from storage.tables import account, person_role
from tests.stories.conftest import Story, Tell


@pytest.fixture
async def of_2019(tell: Tell) -> Story:
    """The demo city under the notices of 2019."""
    return await tell(regime="yuncheng-2019")


async def test_R1_who_answers_for_a_project_link_by_link(of_2019: Story) -> None:
    answer = await of_2019.says("office-1", "国道342谁负责")
    assert "联络员：刘明亮" in answer
    assert "县级包联领导：卢长青（闻喜县人民政府，主要包联责任人）" in answer, (
        "N4 (三): the county's is the main one"
    )
    assert "市级包联领导：丁思远（市政府办公室）" in answer
    assert "空缺：项目具体责任人（法人代表）、推进组组长" in answer


async def test_R1_the_citys_own_project_has_its_unit_in_the_chain(of_2019: Story) -> None:
    answer = await of_2019.says("office-1", "G108改扩建责任链")
    assert "责任单位主要负责人：彭小平（市交通运输局，第一责任人）" in answer
    assert "责任单位分管领导（具体责任人）：杨红霞（市交通运输局）" in answer
    assert "县（市、区）长" not in answer


async def test_R1_the_office_fills_a_link_and_he_stands_there_from_then_on(of_2019: Story) -> None:
    assert "记下了" in await of_2019.says("office-1", "342改线法人是王强")
    assert "记下了" in await of_2019.says("county-wenxi", "342改线推进组组长是李明（闻喜县交通运输局）")
    answer = await of_2019.says("liaison-21", "342改线谁负责")
    assert "项目具体责任人（法人代表）：王强（闻喜县交通运输局）" in answer
    assert "推进组组长：李明（闻喜县交通运输局，第一责任人）" in answer
    assert any("推进组组长是李明" in text for text in await of_2019.reads("liaison-21"))
    assert "原为王强" in await of_2019.says("office-1", "342改线法人换成赵平")


@pytest.mark.parametrize("who", ["liaison-21", "county-yanhu", "contact-swj", "vice-3"])
async def test_R1_nobody_but_the_projects_office_enters_a_link(of_2019: Story, who: str) -> None:
    answer = await of_2019.says(who, "342改线法人是王强")
    assert "由重点办登记" in answer
    assert "王强" not in await of_2019.says("office-1", "342改线谁负责")


async def test_R1_what_he_may_not_see_is_not_there(of_2019: Story) -> None:
    assert "没有查到" in await of_2019.says("liaison-10", "342改线谁负责")
    assert "王素芬" not in await of_2019.says("contact-swj", "342改线责任链")


async def test_R1_the_gaps_are_shown_to_the_office_and_to_a_county_its_own(of_2019: Story) -> None:
    answer = await of_2019.says("office-1", "责任链缺口")
    assert "30个项目中30个有空缺" in answer and "推进组组长30个" in answer
    assert "责任链缺口第2页" in answer
    county = await of_2019.says("county-wenxi", "责任链缺口")
    assert "2个项目中2个有空缺" in county and "诺维兰" not in county
    assert "由重点办掌握" in await of_2019.says("liaison-21", "责任链缺口")


async def test_R1_the_deputy_mayor_of_the_field_under_the_notice_that_names_him(tell: Tell) -> None:
    story = await tell(regime="yangquan-2025")
    assert "分管副市长（对口领域分指挥部指挥长）" in await story.says("office-1", "342改线谁负责")
    assert "个由吕市长分管" in await story.says("office-1", "基础设施类项目由吕市长分管")
    answer = await story.says("office-1", "342改线谁负责")
    assert "分管副市长（对口领域分指挥部指挥长）：吕长青" in answer


async def test_R2_projects_without_a_leader_and_leaders_with_too_many(of_2019: Story) -> None:
    answer = await of_2019.says("office-1", "包联覆盖")
    assert "市级或县级领导：30个项目全覆盖" in answer
    assert "多于2项的4位" in answer and "吕市长9项" in answer, "N4 (五): one or two each"
    assert "运政办发〔2019〕12号（五）" in answer


async def test_R2_both_levels_under_the_notice_that_wants_both(story: Story) -> None:
    answer = await story.says("office-1", "包联覆盖")
    assert "市级领导：30个项目全覆盖" in answer and "县级领导：21个项目全覆盖" in answer
    assert "多于" not in answer


async def test_R2_a_leader_is_entered_and_sees_the_project_from_then_on(story: Story) -> None:
    assert "没有查到" in await story.says("sponsor-wenxi", "乐学天地怎么样")
    refused = await story.says("office-1", "乐学天地由卢长青包联")
    assert "不是盐湖区的领导" in refused
    assert "原为丁思远" in await story.says("office-1", "342改线改由赵市长包联")
    assert any("342" in text and "由您包联" in text for text in await story.reads("vice-2"))
    assert "国道342" in await story.says("vice-2", "我包联的项目怎么样") or "342" in await story.says(
        "vice-2", "我的项目第2页"
    )
    assert "由市重点办登记" in await story.says("county-wenxi", "342改线由吕市长包联")


async def test_R3_units_that_named_nobody_are_shown_to_the_office(story: Story) -> None:
    assert "个单位没有配齐专人" not in await story.says("office-1", "责任链缺口")

    def nobody(tx: Tx) -> None:
        his = select(account.c.person_id).where(account.c.account == "contact-swj")
        tx.execute(delete(person_role).where(person_role.c.person_id.in_(his)))
        directory.touched(tx)

    story.city.db.write_now(nobody)
    answer = await story.says("office-1", "责任链缺口")
    assert "1个单位没有配齐专人" in answer and "市水务局：没有明确联络员（13710联系人）" in answer


@pytest.mark.parametrize("text", ["17号谁负责", "谁负责", "这事谁负责", "法人是谁", "这个由李市长包联"])
async def test_R1_what_names_no_project_is_no_question_about_a_chain(story: Story, text: str) -> None:
    answer = await story.says("liaison-21", text)
    assert "记下了" not in answer and "联络员：" not in answer
