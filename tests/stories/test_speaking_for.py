"""Who may speak for whom, and for whom a secretary writes."""

from sqlalchemy import insert, select

from storage.database import Tx
from storage.directory import touched
from storage.tables import ledger_entry, person, person_role, responsibility
from tests.stories.conftest import Story

LIAISON, OFFICE = "liaison-21", "office-1"


async def test_a_colleague_gets_no_say_of_the_office_by_speaking_for_it(story: Story) -> None:
    number = await story.reported()
    for colleague in (LIAISON, "contact-wenxi"):
        answer = await story.says(colleague, f"代孙雪梅报：{number}号交办闻喜县人民政府")
        assert "由本人来办" in answer and "联系重点办" in answer
    answer = await story.says("contact-xmzx", f"代邓素芬报：{number}号交办市水务局")
    assert "由本人来办" in answer
    assert story.state(number) == "待核实"


async def test_the_office_speaks_for_its_own_people_and_a_colleague_for_a_contact(story: Story) -> None:
    number = await story.reported()
    assert "已交办市水务局" in await story.says("office-2", f"代邓素芬报：{number}号交办市水务局")
    assert f"{number}号" in await story.says("contact-swj", f"{number}号收到")


async def test_a_secretary_passes_on_the_words_of_his_own_leader_only(story: Story) -> None:
    number = await story.dispatched()
    answer = await story.says("secretary-1", f"吕市长说{number}号加快")
    assert "本人、其秘书或重点办" in answer
    assert f"批示已记在{number}号" in await story.says("secretary-2", f"吕市长批示：{number}号加快")
    assert "吕市长的批示" in await story.says(OFFICE, f"吕市长说{number}号抓紧")


async def test_a_secretary_who_is_a_liaison_too_reports_his_own_project(story: Story) -> None:
    def also_liaison(tx: Tx) -> None:
        who = tx.execute(select(person.c.id).where(person.c.name == "潘桂芳")).scalar_one()
        project_id = tx.execute(select(ledger_entry.c.project_id).where(ledger_entry.c.number == 21)).scalar()
        tx.execute(
            insert(responsibility).values(person_id=who, project_id=project_id, duty="liaison", main=False)
        )
        tx.execute(insert(person_role).values(person_id=who, role="liaison", position=5))
        touched(tx)

    story.city.db.write_now(also_liaison)
    answer = await story.says("secretary-1", "342改线本月完成1800万元")
    assert "记下了" in answer and "1800万元" in answer
    assert "问题登记为1号" in await story.says(
        "secretary-1", "342改线卡在供水管迁改，请市水务局9月30日前解决"
    )


async def test_a_county_leader_writes_to_other_units_through_the_office(story: Story) -> None:
    await story.reads("head-czj")
    await story.reads("head-yanhu")
    for unit in ("市财政局", "盐湖区人民政府"):
        assert "由市重点办酌定转办" in await story.says("sponsor-wenxi", f"请{unit}抓紧拨付")
    assert not await story.reads("head-czj") and not await story.reads("head-yanhu")
    assert any("请酌定是否转市财政局办理" in text for text in await story.reads(OFFICE))
    number = await story.dispatched()
    await story.reads("head-swj")
    assert "已转" in await story.says("sponsor-wenxi", "请市水务局抓紧")
    assert any("闻喜卢副县长批示" in text for text in await story.reads("head-swj")), number
