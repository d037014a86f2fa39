"""H1: the daily summary in each group, the nudge before the week's report, what could not be read."""

import re

import pytest

from bot.app import City, demo_time
from bot.clock import MovableClock
from storage.database import Tx
from storage.groups import put_group
from tests.conftest import demo_config
from tests.stories.conftest import Story, Tell

GROUP, LIAISON, OFFICE = "group:city", "liaison-21", "office-1"
REPORT = "342改线9月完成投资1800万元，今年累计2.1亿元"


async def test_H1_the_group_reads_the_day_once(story: Story) -> None:
    number = await story.dispatched()
    await story.says(LIAISON, REPORT)
    await story.at("2025-09-15 17:29")
    assert await story.reads(GROUP) == []
    await story.at("2025-09-15 17:30")
    (text,) = await story.reads(GROUP)
    assert text.startswith("【重大项目日报】9月15日　今日报送1个项目；")
    assert f"新增问题1件（{number}号），销号0件。" in text
    assert "在办1件" in text
    assert text.endswith("明细请私聊回复“今日明细”。市专班办")
    await story.pass_time(hours=5)
    assert await story.reads(GROUP) == []


async def test_H1_due_tomorrow_and_overdue_with_what_is_done(story: Story) -> None:
    number = await story.dispatched()
    await story.says("contact-swj", f"{number}号周工负责，22日前迁完")
    await story.at("2025-09-17 18:00")
    assert f"明日到期1件：{number}号（市水务局）" in (await story.reads(GROUP))[-1]
    await story.at("2025-09-19 18:00")
    assert f"超期1件：{number}号，" in (await story.reads(GROUP))[-1]
    await story.says("contact-swj", f"{number}号正在与闻喜县会商费用")
    await story.at("2025-09-23 18:00")
    assert f"超期1件：{number}号，正在会商" in (await story.reads(GROUP))[-1]


async def test_H1_names_projects_and_units_never_people(story: Story) -> None:
    await story.dispatched()
    await story.at("2025-09-19 18:00")
    text = "\n".join(await story.reads(GROUP))
    everybody = story.city.db.read_now(story.city.directory.get).people.values()
    named = [one.name for one in everybody if one.name in text or (one.address and one.address in text)]
    assert named == []


async def test_H1_before_friday_five_they_are_asked_afterwards_they_are_late(story: Story) -> None:
    await story.at("2025-09-18 17:30")
    assert "本周尚未报送（周五17时前）" in (await story.reads(GROUP))[-1]
    await story.at("2025-09-19 17:30")
    assert "本周未报送（截至周五17时）" in (await story.reads(GROUP))[-1]


async def test_H1_a_few_silent_projects_are_named_in_the_official_order(story: Story) -> None:
    directory = story.city.db.read_now(story.city.directory.get)
    silent = {30, 10, 2}
    for project in directory.projects.values():
        if project.number not in silent:
            who = next(iter(directory.people[project.liaisons[0]].accounts.values()))
            await story.says(who, f"{project.name}今年累计100万元")
    await story.at("2025-09-15 17:30")
    text = (await story.reads(GROUP))[-1]
    shorts = [project.short for project in directory.projects.values() if project.number in silent]
    found = re.search("（周五17时前）：(.*?)。", text)
    assert found is not None, text
    assert found[1] == "、".join(shorts)


async def test_H1_nothing_on_rest_days_but_on_a_worked_sunday(story: Story) -> None:
    await story.at("2025-09-19 18:00")
    await story.reads(GROUP)
    await story.at("2025-09-21 20:00")
    assert await story.reads(GROUP) == []
    await story.at("2025-09-28 17:30")  # a Sunday that is worked before the October holidays
    assert "9月28日" in (await story.reads(GROUP))[-1]
    await story.at("2025-10-08 23:00")
    assert ["9月29日" in text or "9月30日" in text for text in await story.reads(GROUP)] == [True, True]


async def test_H1_after_an_outage_only_the_latest_day_is_sent(demo_url: str) -> None:
    """The process stood still from Monday to Thursday; the clock of a restarted one jumps."""
    clock = MovableClock(demo_time("2025-09-15 09:00"))
    city = City(demo_config(demo_url), clock=clock)
    await city.settle()
    clock.move(demo_time("2025-09-18 20:00"))
    await city.settle()
    await city.settle()
    assert city.db.read_now(_group_texts) == [], "what was missed does not come in the evening"
    clock.move(demo_time("2025-09-19 09:00"))
    await city.settle()
    sent = city.db.read_now(_group_texts)
    assert [re.search(r"9月(\d+)日", text)[1] for text in sent] == ["18"]  # type: ignore[index]
    city.close()
    again = City(demo_config(demo_url), clock=MovableClock(demo_time("2025-09-18 20:00")))
    await again.settle()
    assert again.db.read_now(_group_texts) == sent
    again.close()


def _group_texts(tx: Tx) -> list[str]:
    from sqlalchemy import select

    from storage.tables import message

    return list(tx.execute(select(message.c.text).where(message.c.group_key == "city")).scalars())


@pytest.mark.parametrize(
    ("naming", "says", "says_not"),
    [
        ("units", "运城市人民医院", "1号，"),
        ("counts", "本周尚未报送（周五17时前）：", "市直"),
    ],
)
async def test_H1_a_group_names_no_further_than_it_is_set_to(
    tell: Tell, naming: str, says: str, says_not: str
) -> None:
    story = await tell()
    story.city.db.write_now(lambda tx: put_group(tx, "console", "city", "工作群", naming=naming))
    if naming == "units":
        directory = story.city.db.read_now(story.city.directory.get)
        for project in directory.projects.values():
            if project.number != 2:
                who = next(iter(directory.people[project.liaisons[0]].accounts.values()))
                await story.says(who, f"{project.name}今年累计100万元")
    else:
        await story.dispatched()
    await story.at("2025-09-15 17:30")
    text = (await story.reads(GROUP))[-1]
    assert says in text
    assert says_not not in text


async def test_H1_each_group_has_its_own_time_and_scope(story: Story) -> None:
    def add(tx: Tx) -> None:
        directory = story.city.directory.get(tx)
        area = next(one for one in directory.areas if one.name == "闻喜县")
        put_group(tx, "console", "wenxi", "闻喜县工作群", area_id=area.id, summary_time="12:00")

    story.city.db.write_now(add)
    await story.says(LIAISON, REPORT)
    await story.at("2025-09-15 12:00")
    (text,) = await story.reads("group:wenxi")
    assert "今日报送1个项目" in text and "八达精密铸造" in text and "奥体" not in text
    assert await story.reads(GROUP) == []


async def test_H1_silent_liaisons_are_nudged_the_workday_before(story: Story) -> None:
    await story.says(LIAISON, REPORT)
    await story.reads(LIAISON)
    await story.at("2025-09-18 15:59")
    assert await story.reads("liaison-10") == []
    await story.at("2025-09-18 16:00")
    (text,) = await story.reads("liaison-10")
    assert "本周进展还没收到" in text and "周五17时前" in text
    (text,) = await story.reads(LIAISON)
    assert "八达" in text and "342" not in text
    await story.at("2025-09-19 16:00")
    assert await story.reads("liaison-10") == []


async def test_H1_one_liaison_of_several_projects_reads_one_nudge(story: Story) -> None:
    await story.at("2025-09-18 18:00")
    (text,) = await story.reads("liaison-4")
    assert "山水城" in text and text.count("本周进展还没收到") == 1


async def test_H1_the_office_reads_what_was_not_understood(story: Story) -> None:
    await story.says(LIAISON, "那个 23 号楼的图 7 张弄错位置了啊 8 8")
    await story.reads(OFFICE)
    await story.at("2025-09-15 17:30")
    texts = [text for text in await story.reads(OFFICE) if "没有读懂" in text]
    assert len(texts) == 1 and "弄错位置" in texts[0] and "刘明亮" in texts[0]


async def test_H1_details_in_private_name_in_full_what_he_may_see(story: Story) -> None:
    number = await story.dispatched()
    await story.says(LIAISON, REPORT)
    await story.says("liaison-10", "今年累计300万元")
    mine = await story.says(LIAISON, "今日明细")
    assert "9月投资1800万元" in mine and f"{number}号" in mine
    assert "300万元" not in mine
    assert "300万元" in await story.says(OFFICE, "今日明细")
    assert "私聊" in await story.says(LIAISON, "今日明细", group="city")


async def test_H1_the_office_makes_a_day_anew(story: Story) -> None:
    await story.says(LIAISON, REPORT)
    await story.at("2025-09-16 10:00")
    await story.reads(GROUP)
    answer = await story.says(OFFICE, "重做9月15日日报")
    assert "【重大项目日报】9月15日　今日报送1个项目" in answer
    assert await story.reads(GROUP) == []
    await story.presses(OFFICE, "发到群里")
    assert "9月15日" in (await story.reads(GROUP))[-1]
    assert "由重点办管理" in await story.says(LIAISON, "重做9月15日日报")


async def test_H1_only_the_office_reads_the_summary_of_a_group_others_ask_how_things_stand(
    story: Story,
) -> None:
    assert "由重点办管理" not in await story.says("mayor", "今天的日报")
