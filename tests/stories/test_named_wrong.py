"""Who is named where he does not belong: a unit in a leader's words, a person in a dispatch."""

from tests.stories.conftest import Story

_LAND = "乐学天地的征地卡住了，两户没签，请市住建局10月20日前解决"


async def _with_housing(story: Story) -> int:
    number = await story.reported(_LAND, "liaison-11")
    await story.says("office-1", f"{number}号交办市住建局")
    for who in ("contact-zgj", "contact-zjj", "office-1"):
        await story.reads(who)
    return number


async def test_a_leader_names_a_unit_that_does_not_have_the_ticket(story: Story) -> None:
    number = await _with_housing(story)
    limits = story.limits(number)
    answer = await story.says("vice-1", "乐学天地的征地请自然资源局周五前拿方案")
    assert "您点的市规划和自然资源局不是承办单位（承办：市住建局），已请重点办酌定" in answer
    assert "9月19日" in answer and "办结时限不变" in answer
    assert story.limits(number) == limits
    assert await story.reads("contact-zgj") == []
    assert any("点的市规划和自然资源局不是承办单位" in said for said in await story.reads("office-1"))
    assert any("批示" in said and "重点办酌定" in said for said in await story.reads("contact-zjj"))
    await story.says("office-1", f"{number}号请市规划和自然资源局协办")
    assert len(story.ticket(number).assisting_ids) == 1


async def test_a_plan_by_a_day_ends_no_limit_but_the_end_by_a_day_does(story: Story) -> None:
    number = await _with_housing(story)
    limits = story.limits(number)
    for words in (
        "周三前报情况",
        "周三前拿出意见",
        "周三前提出解决方案",
        "周三前形成书面报告",
        "解决征地的方案周三前报来",
    ):
        assert "办结时限不变" in await story.says("mayor", f"{number}号请市住建局{words}"), words
        assert story.limits(number) == limits, words
    assert "办结时限提前" in await story.says("mayor", f"{number}号请市住建局周三前解决，报结果")


async def test_the_unit_that_has_it_is_not_spoken_of(story: Story) -> None:
    number = await _with_housing(story)
    assert "不是承办单位" not in await story.says("mayor", f"{number}号请市住建局周三前解决")


async def test_a_person_of_another_unit_is_pointed_out(story: Story) -> None:
    number = await story.reported()
    answer = await story.says("office-1", f"{number}号交办市水务局，杜明亮负责")
    assert "杜明亮是市农业农村局的，请核对；已按市水务局联系人叶海燕通知" in answer
    assert await story.reads("contact-nyj") == []
    assert any("交办" in said for said in await story.reads("contact-swj"))


async def test_a_person_of_the_unit_hears_of_it(story: Story) -> None:
    number = await story.reported()
    answer = await story.says("office-1", f"{number}号交办市水务局，刘新民负责")
    assert "刘新民负责，已告诉本人" in answer and "请核对" not in answer
    assert any("由您负责" in said for said in await story.reads("deputy-swj"))


async def test_the_contact_who_is_named_hears_once(story: Story) -> None:
    number = await story.reported()
    assert "叶海燕负责" in await story.says("office-1", f"{number}号交办市水务局，叶海燕负责")
    assert len([said for said in await story.reads("contact-swj") if f"{number}号" in said]) == 1


async def test_the_office_that_enters_it_decides_itself(story: Story) -> None:
    number = await _with_housing(story)
    answer = await story.says("office-1", f"吕长青批示：{number}号请自然资源局周五前拿方案")
    assert "吕市长点的市规划和自然资源局不是承办单位（承办：市住建局），请酌定" in answer
    assert await story.reads("contact-zgj") == []


async def test_what_no_unit_has_yet_is_proposed_for_the_named_one(story: Story) -> None:
    number = await story.reported(_LAND, "liaison-11")
    answer = await story.says("vice-1", f"{number}号请自然资源局周五前拿方案")
    assert "不是承办单位" not in answer
    assert any(f"{number}号交办市规划和自然资源局" in said for said in await story.reads("office-1"))
