"""Who may speak for whom, and for whom a secretary writes."""

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
