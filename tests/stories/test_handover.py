"""岗位交接, 替班: a post changes hands, somebody is away, and nothing that is open is lost (R3, features 83, 84)."""

import pytest

from tests.stories.conftest import Story

OFFICE = "office-1"


async def test_R3_a_liaison_leaves_and_another_takes_all_that_is_open(story: Story) -> None:
    number = await story.dispatched()
    await story.says("liaison-21", "342改线9月完成投资1800万元，今年累计2.1亿元")
    answer = await story.says(OFFICE, "刘明亮调离，由蔡永刚接联络员")
    assert "已交接：闻喜县人民政府刘明亮的联络员由蔡永刚接任" in answer
    assert "项目2个" in answer and f"在办问题1件（{number}号）" in answer
    (told,) = [text for text in await story.reads("liaison-23") if "您接任" in text]
    assert "闻喜县人民政府刘明亮的联络员" in told and "项目2个" in told
    assert [text for text in await story.reads("liaison-21") if "此后的提醒不再发您" in text]
    assert "国道342" in await story.says("liaison-23", "我的项目")
    await story.says("contact-swj", f"{number}号周工负责，22日前迁完")
    assert [text for text in await story.reads("liaison-23") if f"{number}号" in text], (
        "reminders and news move"
    )
    assert not [text for text in await story.reads("liaison-21") if f"{number}号" in text]
    assert "刘明亮" in await story.says(OFFICE, "342改线怎么样"), "history keeps the old name"
    assert "刘明亮登记问题" in await story.says(OFFICE, f"{number}号")


async def test_R3_who_has_left_reports_and_sees_no_more(story: Story) -> None:
    number = await story.dispatched()
    await story.says(OFFICE, "刘明亮调离，由蔡永刚接联络员")
    assert "记下了" not in await story.says("liaison-21", "342改线9月完成投资1800万元")
    assert "没有查到" in await story.says("liaison-21", f"{number}号")
    await story.says("contact-swj", f"{number}号周工负责，22日前迁完")
    await story.says("contact-swj", f"{number}号已迁完，申请销号")
    assert "已销号" not in await story.says("liaison-21", f"同意{number}号销号")
    assert "已销号" in await story.says("liaison-23", f"同意{number}号销号")


async def test_R3_what_waited_for_him_reaches_his_successor(story: Story) -> None:
    await story.at("2025-09-15 20:00")
    number = await story.reported()
    await story.says(OFFICE, f"{number}号交办市水务局")
    await story.says(OFFICE, "叶海燕退休，由刘新民接任13710联系人")
    await story.at("2025-09-16 08:30")
    assert [text for text in await story.reads("deputy-swj") if f"交办{number}号" in text]
    assert not [text for text in await story.reads("contact-swj") if f"交办{number}号" in text]
    assert "办理中" not in story.state(number)
    await story.says("deputy-swj", f"{number}号周工负责，22日前迁完")
    assert story.state(number) == "办理中"


async def test_R3_the_head_of_a_unit_changes_his_own_and_the_office_hears_of_it(story: Story) -> None:
    answer = await story.says("head-swj", "叶海燕转岗，由刘新民接联系人")
    assert "已交接" in answer
    (told,) = [text for text in await story.reads(OFFICE) if "交接给刘新民" in text]
    assert "市水务局叶海燕的13710联系人" in told and "市水务局苏文军办理" in told
    assert "没有明确" not in await story.says(OFFICE, "责任链缺口")


async def test_R3_who_is_new_is_entered_and_asked_to_bind(story: Story) -> None:
    answer = await story.says(OFFICE, "叶海燕调离，由高建华接13710联系人")
    assert "高建华还没有绑定账号" in answer and "我是市水务局高建华" in answer
    number = await story.reported()
    await story.says(OFFICE, f"{number}号交办市水务局")
    assert not [text for text in await story.reads("contact-swj") if "交办" in text]


async def test_R3_one_project_alone_changes_its_liaison(story: Story) -> None:
    assert "已交接" in await story.says("county-wenxi", "342改线联络员换成蔡永刚")
    assert "记下了" in await story.says("liaison-23", "342改线9月完成投资1800万元")
    assert "您的项目1个" in await story.says("liaison-21", "我的项目"), "the other one stays his"


async def test_R3_a_leader_hands_on_what_he_looks_after(story: Story) -> None:
    answer = await story.says(OFFICE, "丁思远调离，由赵少华接包联")
    assert "项目9个" in answer
    assert "您包联的项目18个" in await story.says("vice-2", "我包联的项目怎么样")
    assert "还没有" in await story.says("vice-3", "我包联的项目怎么样")


async def test_R3_a_secretary_is_replaced(story: Story) -> None:
    assert "服务的领导1位" in await story.says(OFFICE, "潘桂芳转岗，由周建国接秘书")
    await story.says("mayor", "G108改扩建请市财政局9月19日前拨付")
    await story.says("contact-czj", "批示1已办结：已拨付300万元")
    await story.says(OFFICE, "批示1销号")
    await story.says(OFFICE, "呈报1发送")
    await story.pass_time(minutes=5)
    assert [text for text in await story.reads("secretary-2") if text.startswith("请呈王市长")]
    assert not [text for text in await story.reads("secretary-1") if text.startswith("请呈王市长")]


@pytest.mark.parametrize(
    ("who", "text", "says"),
    [
        ("liaison-21", "刘明亮调离，由蔡永刚接联络员", "由重点办或本单位负责人来交接"),
        ("contact-fgw", "叶海燕调离，由刘新民接联系人", "由重点办或本单位负责人来交接"),
        ("head-fgw", "叶海燕调离，由刘新民接联系人", "由重点办或本单位负责人来交接"),
        ("county-yanhu", "刘明亮调离，由蔡永刚接联络员", "由重点办或本单位负责人来交接"),
        ("head-xmzx", "邓素芬调离，由吕秀英接重点办工作", "已交接"),
        (OFFICE, "马有才调离，由蔡永刚接联络员", "名录里没有“马有才”"),
        (OFFICE, "刘明亮调离，由刘明亮接联络员", "不能是他自己"),
        (OFFICE, "叶海燕调离，由蔡永刚接联络员", "现在不是联络员"),
        (OFFICE, "叶海燕调离，由郭海燕接联系人", "不是市水务局的人"),
        (OFFICE, "丁思远调离，由蔡永刚接包联", "不是县级或市级领导"),
    ],
)
async def test_R3_who_may_hand_over_what_to_whom(story: Story, who: str, text: str, says: str) -> None:
    assert says in await story.says(who, text)


async def test_R3_a_substitute_is_told_to_the_office(story: Story) -> None:
    await story.says("contact-swj", "我9月20日至25日由刘新民替班")
    assert [text for text in await story.reads(OFFICE) if "市水务局叶海燕由市水务局刘新民替班" in text]


async def test_a_substitute_does_what_the_absent_may_do_and_both_names_stand(story: Story) -> None:
    number = await story.dispatched()
    await story.says("contact-swj", f"{number}号周工负责，22日前迁完")
    await story.says("contact-swj", f"{number}号已迁完，申请销号")
    assert "已销号" not in await story.says("liaison-10", f"同意{number}号销号")
    await story.says(OFFICE, "刘明亮15日至16日由刘思远替班")
    assert "已销号" in await story.says("liaison-10", f"同意{number}号销号")
    card = await story.says(OFFICE, f"{number}号")
    assert "刘思远（代闻喜县人民政府刘明亮）" in card
    assert "记下了" in await story.says("liaison-10", "342改线9月完成投资1800万元")
    await story.at("2025-09-17 09:00")
    assert "记下了" not in await story.says("liaison-10", "342改线9月完成投资1900万元"), "his days are over"


async def test_a_substitute_of_the_absent_does_not_confirm_his_own_end(story: Story) -> None:
    number = await story.dispatched()
    await story.says("contact-swj", f"{number}号周工负责，22日前迁完")
    await story.says("contact-swj", f"{number}号已迁完，申请销号")
    await story.says(OFFICE, "刘明亮15日至16日由叶海燕替班")
    assert "已销号" not in await story.says("contact-swj", f"同意{number}号销号")
    assert story.state(number) == "待销号"


async def test_the_offices_rights_do_not_come_by_a_substitute_who_is_no_office(story: Story) -> None:
    number = await story.reported()
    await story.says(OFFICE, "我15日至16日由叶海燕替班")
    await story.says("contact-swj", f"{number}号交办市水务局")
    assert story.state(number) == "待核实"
