"""督办单: issued by the office, answered by the unit, both on record and as a document (feature 53)."""

from tests.stories.conftest import Story
from tests.stories.test_files import sent_to, words_of


async def test_a_supervision_order_is_issued_with_its_number_and_answered_in_the_chat(story: Story) -> None:
    number = await story.dispatched()
    await story.reads("deputy-swj")
    answer = await story.says("office-1", f"{number}号发督办单：一周没有实质进展，请说明原因，18日前回复")
    assert "督办单〔2025〕1号已发市水务局" in answer and "9月18日前回复" in answer
    told = "\n".join(await story.reads("contact-swj"))
    assert "督办单〔2025〕1号" in told and "一周没有实质进展，请说明原因" in told
    assert any("督办单〔2025〕1号" in line for line in await story.reads("deputy-swj")), "its leaders too"
    ((name, body),) = (await sent_to(story, "contact-swj")).items()
    assert name == "督办单〔2025〕1号.docx"
    words = words_of(body)
    for said in ("督办〔2025〕1号", "市水务局：", "供水管迁改", "请说明原因", "9月18日前", "13710第7天"):
        assert said in words, said
    assert "没有回复" in await story.says("office-1", f"{number}号发督办单"), "one at a time"
    answer = await story.says("contact-swj", f"{number}号督办单回复：管材昨天到货，20日前迁完")
    assert "〔2025〕1号的回复已记下" in answer
    assert any("管材昨天到货" in line for line in await story.reads("office-1"))
    card = await story.says("office-1", f"{number}号")
    assert "发督办单" in card and "回复督办单" in card
    assert "没有要回复的督办单" in await story.says("contact-swj", f"{number}号督办单回复：再补一句")
    second = await story.says("office-1", f"{number}号发督办单")
    assert "督办单〔2025〕2号" in second, "numbers go on"


async def test_an_order_without_an_answer_is_told_once_to_the_units_leaders_and_the_office(
    story: Story,
) -> None:
    number = await story.dispatched()
    await story.says("office-1", f"{number}号发督办单：请说明原因，17日前回复")
    for who in ("office-1", "deputy-swj"):
        await story.reads(who)
    await story.at("2025-09-17 20:00")
    assert not any("还没有回复" in line for line in await story.reads("office-1"))
    await story.at("2025-09-18 10:00")
    assert any("督办单〔2025〕1号" in line and "还没有回复" in line for line in await story.reads("office-1"))
    assert any(
        "督办单〔2025〕1号" in line and "还没有回复" in line for line in await story.reads("deputy-swj")
    )
    await story.pass_time(days=7)
    assert not any("督办单" in line for line in await story.reads("office-1"))


async def test_only_the_office_issues_an_order_and_only_the_unit_answers_it(story: Story) -> None:
    number = await story.dispatched()
    assert "由重点办办理" in await story.says("contact-swj", f"{number}号发督办单：请加快")
    assert "市重点办" in await story.says("county-wenxi", f"{number}号发督办单：请加快")
    await story.says("office-1", f"{number}号发督办单：请加快")
    assert "由市水务局回复" in await story.says("liaison-21", f"{number}号督办单回复：我来说")
    assert "没有查到" in await story.says("contact-czj", "督办单1号回复：我来说")


async def test_an_order_and_an_answer_can_be_taken_back(story: Story) -> None:
    number = await story.dispatched()
    await story.says("office-1", f"{number}号发督办单：请加快")
    await story.says("contact-swj", "督办单〔2025〕1号回复：写错了")
    await story.pass_time(minutes=1)
    assert "已撤回" in await story.says("contact-swj", "撤销")
    assert "回复已记下" in await story.says("contact-swj", "督办单〔2025〕1号回复：正在办")
    await story.says("contact-swj", "撤销")
    await story.says("office-1", "撤销")
    assert "没有要回复的督办单" in await story.says("contact-swj", f"{number}号督办单回复：正在办")
