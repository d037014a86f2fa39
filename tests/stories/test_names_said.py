"""What projects are called in the chat, what the bot remembers of somebody's words, and which project is asked for."""

from sqlalchemy import insert

from storage.database import Tx
from storage.directory import touched
from storage.tables import responsibility
from tests.stories.conftest import Story

OFFICE, LIAISON = "office-1", "liaison-1"
G108 = "G108新绛至河津段改扩建"
HOSPITAL, CHINESE_MEDICINE = "运城市人民医院", "运城市中医医院中医特色重点医院"


async def test_a_nickname_said_by_the_office_is_understood_from_everybody(story: Story) -> None:
    assert "没读懂" in await story.says(LIAISON, "新河路怎么样")
    answer = await story.says(OFFICE, "G108也叫新河路")
    assert "G108 新绛至河津段改扩建工程" in answer and "新河路" in answer
    assert f"{G108}，9月投资300万元" in await story.says(LIAISON, "新河路本月完成投资300万元")
    assert "新河路" in await story.says("liaison-2", "G108叫什么")


async def test_a_nickname_may_be_said_the_other_way_round_and_by_the_liaison(story: Story) -> None:
    assert "新河路" in await story.says(LIAISON, "以后新河路就是G108")
    assert "9月投资300万元" in await story.says(LIAISON, "新河路本月完成投资300万元")
    told = await story.reads(OFFICE)
    assert any("郑丽华" in one and "新河路" in one for one in told), "the office hears of it"
    assert "由联络员" in await story.says(LIAISON, "奥体也叫大体育场")


async def test_a_nickname_is_taken_back_by_word_and_by_undo(story: Story) -> None:
    await story.says(OFFICE, "G108也叫新河路")
    assert "新河路" in await story.says(OFFICE, "G108不叫新河路了")
    assert "新河路" not in await story.says(OFFICE, "G108叫什么")
    assert "叫法“新河路”" in await story.says(OFFICE, "撤销")
    assert "新河路" in await story.says(OFFICE, "G108叫什么")
    await story.says(OFFICE, "G108也叫老城路")
    assert "已撤回" in await story.says(OFFICE, "撤销")
    assert "老城路" not in await story.says(OFFICE, "G108叫什么")


async def test_a_nickname_that_means_something_else_is_refused_with_the_reason(story: Story) -> None:
    assert "已经是3号运城奥体中心的叫法" in await story.says(OFFICE, "G108也叫奥体")
    assert "“水务局”是市水务局" in await story.says(OFFICE, "G108也叫水务局")
    assert "太常用" in await story.says(OFFICE, "G108也叫工程")
    await story.says(OFFICE, "奥体也叫新场馆")
    assert "已经是3号运城奥体中心的叫法" in await story.says(OFFICE, "G108也叫新场馆")


async def test_what_stops_is_no_nickname(story: Story) -> None:
    assert "以后说" not in await story.says("liaison-21", "342改线也叫停了")


async def test_an_answer_is_remembered_for_its_sender_and_said(story: Story) -> None:
    assert "哪个项目" in await story.says("liaison-2", "医院本月完成投资300万元")
    answer = await story.says("liaison-2", "中医院")
    assert f"记下了：{CHINESE_MEDICINE}" in answer and "以后您说“医院”" in answer
    answer = await story.says("liaison-2", "医院本月完成投资310万元")
    assert f"按您上次说的，医院＝{CHINESE_MEDICINE}" in answer and "310万元" in answer
    assert "哪个项目" in await story.says(OFFICE, "医院项目怎么样"), "for its sender only"


async def test_what_is_remembered_is_forgotten_when_he_says_so(story: Story) -> None:
    for forgets in ("忘掉抽蓄", "抽蓄不是垣曲的"):
        await story.says(OFFICE, "抽蓄怎么样")
        assert "垣曲" in await story.says(OFFICE, "第二个")
        assert "按您上次说的" in await story.says(OFFICE, "抽蓄怎么样")
        assert "不再按" in await story.says(OFFICE, forgets)
        assert "哪个项目" in await story.says(OFFICE, "抽蓄怎么样")
        await story.says(OFFICE, "撤销")


async def test_undo_forgets_what_the_message_taught(story: Story) -> None:
    await story.says("liaison-2", "医院本月完成投资300万元")
    await story.says("liaison-2", "第二个")
    answer = await story.says("liaison-2", "撤销")
    assert "300万元" in answer and "“医院”" in answer
    assert "哪个项目" in await story.says("liaison-2", "医院本月完成投资300万元")


async def test_only_a_name_is_remembered(story: Story) -> None:
    for words in ("这个项目本月完成投资560万元", "本月完成投资570万元"):
        assert "哪个项目" in await story.says("liaison-3", words)
        assert "以后您说" not in await story.says("liaison-3", "第二个")


async def test_a_nickname_of_one_project_needs_no_memory(story: Story) -> None:
    await story.says("liaison-3", "新球场项目本月完成投资560万元")
    answer = await story.says("liaison-3", "奥体")
    assert "运城奥体中心，9月投资560万元" in answer and "以后您说“新球场”" in answer
    assert "按您上次说的" in await story.says("liaison-3", "新球场项目本月完成投资570万元")
    await story.says(OFFICE, "奥体也叫新球场")
    answer = await story.says("liaison-3", "新球场项目本月完成投资580万元")
    assert "运城奥体中心，9月投资580万元" in answer and "按您上次说的" not in answer


async def test_not_this_but_that_answers_the_question(story: Story) -> None:
    await story.says("liaison-3", "本月完成投资560万元")
    answer = await story.says("liaison-3", "不是奥体的，是槐东路的")
    assert "记下了：运城市槐东路道路" in answer


async def test_of_many_projects_a_word_more_is_asked_for(story: Story) -> None:
    def reports_on_all(tx: Tx) -> None:
        directory = story.city.directory.get(tx)
        who = directory.person_of("console", "liaison-3")
        assert who is not None
        for project in directory.ledger:
            if who.id not in project.liaisons:
                row = {"project_id": project.id, "person_id": who.id, "duty": "liaison", "main": False}
                tx.execute(insert(responsibility).values(row))
        touched(tx)

    story.city.db.write_now(reports_on_all)
    await story.says("liaison-3", "槐东路本月完成投资200万元")
    answer = await story.says("liaison-3", "本月完成投资560万元")
    assert "对得上的项目有30个" in answer and "哪个县（市、区）" in answer
    assert "第1个 运城市槐东路道路" in answer and "第7个" not in answer
    answer = await story.says("liaison-3", "绛县的")
    assert "第1个 山西绛县抽水蓄能电站；第2个 绛县经开区" in answer
    assert "绛县经开区源网荷储一体化试点，9月投资560万元" in await story.says("liaison-3", "第二个")


async def test_words_that_messages_are_read_by_are_no_nicknames(story: Story) -> None:
    for word, used in (("征地", "说堵点"), ("资金", "说堵点"), ("征地拆迁", "说堵点"), ("封顶", "报进展"),
                       ("市里", "请单位协调"),):  # fmt: skip
        answer = await story.says(LIAISON, f"G108也叫{word}")
        assert f"“{word}”是{used}常用的词，不能当叫法" in answer, answer
    assert "太常用" in await story.says(OFFICE, "奥体也叫道路")


async def test_a_project_named_outright_wins_over_a_nickname_beside_it(story: Story) -> None:
    assert "记下了" in await story.says(OFFICE, "奥体也叫老戏台")
    for text in ("G108到老戏台那段卡在征地，请河津市政府协调", "G108老戏台那段本月完成投资300万元"):
        answer = await story.says(LIAISON, text)
        assert "G108" in answer and "奥体" not in answer and "由联络员" not in answer, answer
    answer = await story.says(OFFICE, "G108和老戏台怎么样")
    assert "奥体" in answer and "G108" in answer, "two that are named side by side are two"
