"""Whatever the clock finds at night after an outage is read by day."""

from bot.calendar import CITY
from tests.stories.conftest import Story, Tell


async def _moments(story: Story, who: str, words: str) -> list[str]:
    response = await story.client.get("/console/api/messages", params={"account": who})
    return [
        story.now.fromisoformat(line["at"]).astimezone(CITY).strftime("%m-%d %H:%M")
        for line in await response.json()
        if line["from"] == "bot" and words in line["text"]
    ]


async def test_a_question_that_lapses_at_night_is_spoken_of_in_the_morning(tell: Tell) -> None:
    story = await tell(at="2025-09-15 23:30")
    await story.says("liaison-21", "本月完成1800万元")
    await story.at("2025-09-17 12:00")
    said = [text for text in await story.reads("liaison-21") if "还差一句答复" in text]
    assert await _moments(story, "liaison-21", "还差一句答复") in (["09-17 08:00"], ["09-17 08:30"]), said
    assert "您15日的" in said[0]


async def test_who_is_silent_in_a_week_of_one_workday_is_reminded_that_morning(tell: Tell) -> None:
    story = await tell(at="2025-01-26 09:00")
    await story.at("2025-01-28 09:00")
    assert await _moments(story, "liaison-21", "本周进展还没收到") == ["01-27 08:30"]
    following = story.city.db.read_now(story.city.schedule.next_due)
    assert following is None or following > story.now


async def test_messages_not_understood_while_nobody_listened_are_not_skipped(tell: Tell) -> None:
    story = await tell(at="2025-09-15 16:00")
    await story.says("liaison-21", "呜哩哇啦咕噜噜")
    # The process is down at half past five, and starts again at three in the morning.
    story.city.clock.move(story.now.replace(day=16, hour=3))
    await story.at("2025-09-16 12:00")
    said = [text for text in await story.reads("office-1") if "没有读懂" in text]
    assert len(said) == 1 and "呜哩哇啦" in said[0]
    assert await _moments(story, "office-1", "没有读懂") == ["09-16 08:00"]
    assert "呜哩哇啦" in await story.says("office-1", "没读懂的")
