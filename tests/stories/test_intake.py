"""How messages are taken in: the group, marked texts, repeated troubles, what nobody can read."""

import asyncio

from sqlalchemy import select

from bot.channel import Incoming, Key
from storage.database import Tx
from storage.tables import console_line, inbox, message, ticket_step
from tests.stories.conftest import Story


async def test_a_report_in_the_group_is_answered_in_the_group(story: Story) -> None:
    answer = await story.says("liaison-21", "342改线本周完成投资300万元", group="city")
    assert "记下了" in answer and "300万元" in answer
    assert await story.reads("liaison-21") == [], "not in private as well"


async def test_chatter_in_the_group_is_left_alone(story: Story) -> None:
    for words in ("大家辛苦了🌹", "好的，谢谢", "中午食堂吃啥", "👍👍👍"):
        assert await story.says("liaison-21", words, group="city") == ""


async def test_a_pleasantry_in_private_needs_no_answer(story: Story) -> None:
    assert await story.says("liaison-21", "好的，谢谢") == ""


async def test_what_cannot_be_read_is_kept_and_answered_honestly(story: Story) -> None:
    answer = await story.says("liaison-21", "3号楼那个2025的东西跟上次说的一样弄了")
    assert "没读懂" in answer
    assert "国道342线闻喜县城过境改线本月完成" in answer, "an example of what would be understood, of his own"


async def test_marked_text_is_refused_and_nothing_of_it_is_kept(story: Story) -> None:
    answer = await story.says("liaison-21", "【机密】342改线涉及某部队迁移")
    assert "涉密" in answer and "没有保存" in answer

    def everything(tx: object) -> str:
        rows = []
        for table in (inbox, console_line, message, ticket_step):
            rows += tx.execute(select(table)).all()  # type: ignore[attr-defined]
        return repr(rows)

    assert "某部队" not in story.city.db.read_now(everything)


async def test_the_same_trouble_said_again_joins_its_ticket(story: Story) -> None:
    number = await story.reported()
    answer = await story.says("liaison-21", "342改线K15处供水管也没迁，请市水务局一起解决")
    assert f"{number}号" in answer and "并入" in answer
    assert story.open_tickets() == [number]
    assert any("有补充" in said for said in await story.reads("office-1"))


async def test_another_trouble_is_another_ticket(story: Story) -> None:
    first = await story.reported()
    second = await story.reported("342改线有个村堵路不让施工，请公安局处理")
    assert second != first


async def test_a_day_gone_by_is_asked_for_again(story: Story) -> None:
    answer = await story.says("liaison-21", "342改线卡在供水管迁改，请市水务局2025年9月1日前解决")
    assert story.open_tickets() == [1] or "已经过去" in answer


async def test_which_project_is_asked_and_the_answer_goes_on(story: Story) -> None:
    answer = await story.says("liaison-3", "本月完成投资560万元")
    assert "哪个项目" in answer and "奥体" in answer and "槐东路" in answer
    answer = await story.says("liaison-3", "第二个")
    assert "记下了" in answer and "槐东路" in answer and "560万元" in answer


async def test_another_message_is_no_answer_and_the_question_waits(story: Story) -> None:
    await story.says("liaison-3", "本月完成投资560万元")
    assert "记下了" in await story.says("liaison-3", "奥体中心本周完成200万元")
    assert "560万元" in await story.says("liaison-3", "槐东路")


async def test_a_question_lapses_after_a_day_and_says_what_was_left_undone(story: Story) -> None:
    await story.says("liaison-3", "本月完成投资560万元")
    await story.pass_time(days=1, hours=1)
    assert any("560万元" in said and "没有记账" in said for said in await story.reads("liaison-3"))


async def test_a_message_with_a_report_and_a_blocker_does_both(story: Story) -> None:
    answer = await story.says("liaison-21", "342改线本月完成1800万元。供水管没迁走，请市水务局月底前解决")
    assert "1800万元" in answer and "登记为1号" in answer


async def test_one_that_cannot_be_kept_takes_nobody_with_it(story: Story) -> None:
    """Messages that come together share a commit; the trouble of one is its own."""

    def failing(_tx: object, _inbox_id: int, _refused: bool) -> None:
        raise RuntimeError("the disk of attachments is full")

    def incoming(place: int) -> Incoming:
        return Incoming("console", "liaison-21", f"342改线第{place}号桥桩基完成", (Key("app", str(place)),))

    intake = story.city.intake
    outcomes = await asyncio.gather(
        *(intake.accept(incoming(place), failing if place == 3 else None) for place in range(8)),
        return_exceptions=True,
    )
    assert [isinstance(one, RuntimeError) for one in outcomes] == [place == 3 for place in range(8)]

    def texts(tx: Tx) -> list[str]:
        return [row.text for row in tx.execute(select(inbox.c.text).order_by(inbox.c.id))]

    kept = story.city.db.read_now(texts)
    assert [f"第{place}号桥" in "".join(kept) for place in range(8)] == [place != 3 for place in range(8)]
