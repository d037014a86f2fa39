"""What waits for the office itself: it is reminded in the morning, and may ask."""

import pytest

from bot.people import Rank
from tests.stories.conftest import Story


async def test_the_office_is_reminded_of_what_it_has_not_verified_nor_confirmed(story: Story) -> None:
    first = await story.dispatched()
    second = await story.reported("乐学天地供水管网没接入，请水务局解决", by="liaison-11")
    await story.says("contact-swj", f"{first}号已解决，申请销号")
    await story.at("2025-09-16 08:45")
    assert not any("都超过24小时了" in said for said in await story.reads("office-1")), "a day is not over"
    await story.at("2025-09-17 08:45")
    said = [said for said in await story.reads("office-1") if "都超过24小时了" in said]
    assert len(said) == 1
    assert f"等您核实的1件（{second}号）；等您销号确认的1件（{first}号）" in said[0]
    assert f"{second}号" in await story.says("office-1", "待核实的有哪些")
    answer = await story.says("office-1", "待销号的有哪些")
    assert f"{first}号" in answer and f"{second}号" not in answer


async def test_the_county_office_is_reminded_of_its_own_dispatch(story: Story) -> None:
    number = await story.reported("诺维兰卡在征地，请盐湖区政府解决", "liaison-10")
    offices = [
        one.accounts["console"]
        for one in story.city.db.read_now(story.city.directory.get).office_people(
            next(
                area.id
                for area in story.city.db.read_now(story.city.directory.get).areas
                if area.name == "盐湖区"
            )
        )
        if one.rank < Rank.DEPUTY_HEAD
    ]
    await story.says(offices[0], f"{number}号核实列入")
    await story.at("2025-09-16 09:00")
    said = "\n".join(await story.reads(offices[0]))
    assert "今天交办" in said and f"{number}号交办XX局" in said
    await story.at("2025-09-17 09:00")
    late = [text for text in await story.reads(offices[0]) if "至今未交办" in text]
    assert late and f"{number}号交办XX局" in late[0]


async def test_who_has_not_reported_today_is_asked_in_private(story: Story) -> None:
    before = await story.says("office-1", "今天谁没报")
    assert "国道342线" in before
    await story.says("liaison-21", "国道342线闻喜县城过境改线本月完成1800万元")
    after = await story.says("office-1", "今天谁没报")
    assert "国道342线" not in after and "没报" in after


@pytest.mark.parametrize("asked", ["谁没报", "本周哪些项目还没报？", "9月谁没报"])
async def test_who_has_not_reported_in_a_period_is_asked_in_private(story: Story, asked: str) -> None:
    await story.says("liaison-21", "国道342线闻喜县城过境改线本月完成1800万元")
    await story.at("2025-09-17 09:00")
    said = await story.says("office-1", asked)
    assert "30个项目，还有29个没报" in said and "国道342线" not in said
    assert "闻喜县：八达精密铸造生产线" in said
    assert "私聊" in await story.says("office-1", asked, group="city")
    assert "还没有到" in await story.says("office-1", "11月谁没报")


async def test_counties_that_reported_no_sum_of_the_year_read_as_not_reported(story: Story) -> None:
    await story.says("liaison-21", "国道342线闻喜县城过境改线开工以来累计完成2.1亿元")
    said = await story.says("office-1", "各县排名")
    assert "0万元" not in said.replace("00万元", "")
    assert "今年累计未报" in said and "2.1亿元" in said
