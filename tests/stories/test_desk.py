"""The office's desk in the chat: what waits, what is put off and comes back, what is settled."""

import pytest

from tests.stories.conftest import Story, Tell


async def test_25_the_desk_says_what_waits_for_the_office(story: Story) -> None:
    assert await story.says("office-1", "工作台") == "工作台上没有等着办的。"
    verified = await story.reported()
    await story.says("office-1", f"{verified}号核实列入")
    reported = await story.reported("342改线缺8台摊铺机，请市交通局协调")
    await story.says("liaison-24", "那个3号楼的事情跟上回说的差不多吧")
    answer = await story.says("office-1", "工作台")
    assert f"待核实1件：{reported}号" in answer
    assert f"待交办1件：{verified}号" in answer and "供水管" in answer
    assert "没读懂1件：消息" in answer


async def test_25_a_countys_desk_holds_its_own_county_and_no_one_elses(story: Story) -> None:
    await story.reported()
    assert "待核实1件" in await story.says("county-wenxi", "工作台")
    assert await story.says("county-ruicheng", "工作台") == "工作台上没有等着办的。"
    await story.says("liaison-24", "那个3号楼的事情跟上回说的差不多吧")
    assert "没读懂" not in await story.says("county-wenxi", "工作台")
    assert await story.says("liaison-21", "工作台") == "工作台是重点办用的。您的请问“我的项目”“我的问题”。"


async def test_25_what_was_put_off_comes_back_by_itself(story: Story) -> None:
    number = await story.reported()
    answer = await story.says("office-1", f"{number}号明天上午再看")
    assert "放到16日08:00（周二）再看" in answer
    desk = await story.says("office-1", "工作台")
    assert "待核实" not in desk and f"放到以后的1件：{number}号" in desk
    await story.reads("office-1")
    await story.at("2025-09-16 09:00")
    assert any("放到现在再看的1件" in text and "供水管" in text for text in await story.reads("office-1"))
    assert f"待核实1件：{number}号" in await story.says("office-1", "工作台")


async def test_25_what_was_settled_meanwhile_does_not_come_back(story: Story) -> None:
    number = await story.reported()
    await story.says("office-1", f"{number}号明天上午再看")
    await story.says("office-2", f"{number}号不列入，原因企业自行解决")
    await story.reads("office-1")
    await story.at("2025-09-16 12:00")
    assert not any("再看" in text for text in await story.reads("office-1"))


@pytest.mark.parametrize(
    ("said", "comes_back"),
    [
        ("明天上午再看", "16日08:00（周二）"),
        ("今天下午再看", "15日15:30（周一）"),
        ("周五再看", "19日08:00（周五）"),
        ("下周三再办", "24日08:00（周三）"),
        ("放到20日再看", "22日08:00（周一）"),  # a rest day: the next opening
        ("10月9日再说", "10月9日08:00（周四）"),
        ("后天下午再看", "17日15:30（周三）"),
    ],
)
async def test_25_put_off_until(story: Story, said: str, comes_back: str) -> None:
    number = await story.reported()
    assert f"放到{comes_back}再看" in await story.says("office-1", f"{number}号{said}")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("再看", "放到什么时候"),
        ("今天上午再看", "放到什么时候"),
        ("12月30日再看", "最多放31天"),
        ("2月30日再看", "没有这一天"),
    ],
)
async def test_25_not_put_off(story: Story, said: str, why: str) -> None:
    number = await story.reported()
    assert why in await story.says("office-1", f"{number}号{said}")
    assert "待核实1件" in await story.says("office-1", "工作台")


async def test_25_several_at_once_and_a_limit_before_then_is_said(story: Story) -> None:
    first = await story.reported()
    await story.says("office-1", f"{first}号核实列入")
    second = await story.reported("342改线缺8台摊铺机，请市交通局协调")
    answer = await story.says("office-1", f"{first}、{second}号周五再看")
    assert f"{first}号、{second}号放到19日08:00" in answer
    assert f"{first}号的时限在那之前就到" in answer
    assert await story.says("office-1", "撤销") != ""
    assert "待核实1件" in await story.says("office-1", "工作台")


async def test_25_a_message_that_was_looked_after_leaves_the_desk(story: Story) -> None:
    await story.says("liaison-24", "那个3号楼的事情跟上回说的差不多吧")
    desk = await story.says("office-1", "工作台")
    number = desk.split("消息")[1].split(" ")[0]
    assert "已处理" in await story.says("office-1", f"消息{number}不用管")
    assert "没读懂" not in await story.says("office-2", "工作台")
    assert "没有等您办的" in await story.says("office-1", f"消息{number}明天再看")


async def test_25_who_does_not_belong_to_the_office_puts_nothing_off(tell: Tell) -> None:
    story = await tell()
    number = await story.reported()
    await story.says("county-ruicheng", f"{number}号明天上午再看")
    await story.says("liaison-21", f"{number}号明天上午再看")
    assert f"待核实1件：{number}号" in await story.says("office-1", "工作台")
