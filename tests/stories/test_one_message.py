"""What waits for one person is one message that can be read: a line and a button for each ticket."""

from tests.stories.conftest import Story

OFFICE, CONTACT = "office-1", "contact-swj"


async def test_a_ticket_with_several_duties_is_one_line_with_one_answer(story: Story) -> None:
    number = await story.dispatched()
    await story.reads(CONTACT)
    await story.at("2025-09-22 09:00")
    read = (await story.reads(CONTACT))[-1]
    assert read.count("供水管迁改") == 1
    assert len(read.split("\n")) == 3, "what is due, what to write back, why"
    assert "9月19日前" not in read and "15日前" not in read, read
    assert f"{number}号" in read


async def test_of_several_tickets_each_has_one_button_with_its_number(story: Story) -> None:
    one = await story.dispatched(
        "市规划和自然资源局", "诺维兰用地手续没办下来，请自然资源局支持", by="liaison-10"
    )
    two = await story.dispatched(
        "市规划和自然资源局", "乐学天地用地手续没批，请自然资源局支持", by="liaison-11"
    )
    await story.reads("contact-zgj")
    await story.at("2025-09-15 16:00")
    read = (await story.reads("contact-zgj"))[-1]
    assert read.startswith("【市规划和自然资源局】2件")
    assert f"{one}号 " in read and f"{two}号 " in read
    response = await story.client.get("/console/api/messages", params={"account": "contact-zgj", "after": 0})
    labels = [button["label"] for button in (await response.json())[-1]["buttons"]]
    assert labels == [f"{one}号收到", f"{two}号收到"]


async def test_more_than_a_dozen_tickets_are_all_read(story: Story) -> None:
    numbers = []
    for place in range(14):
        text = f"另一件事：342改线第{place + 1}标段的供水管没迁，请市水务局解决"
        numbers.append(await story.reported(text))
    await story.at("2025-09-15 20:00")
    for number in numbers:
        await story.says(OFFICE, f"{number}号交办市水务局")
    await story.reads(CONTACT)
    await story.at("2025-09-16 09:00")
    read = "\n".join(await story.reads(CONTACT))
    assert "【市水务局】12件" in read and "【市水务局】2件" in read
    for number in numbers:
        assert f"交办{number}号" in read
