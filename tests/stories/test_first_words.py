"""Who does not know what to write: a greeting, 帮助, what could not be read; examples of his own, days ahead."""

from tests.stories.conftest import Story, Tell


async def test_a_greeting_is_answered_by_what_can_be_written(story: Story) -> None:
    for hello in ("你好", "您好！", "在吗？"):
        answer = await story.says("liaison-21", hello)
        assert "本月完成" in answer and "帮助" in answer and "\n" not in answer, hello
    for thanks in ("好的", "谢谢", "好的，谢谢领导", "收到"):
        assert await story.says("liaison-21", thanks) == "", thanks
    assert await story.says("liaison-21", "你好", group="city") == ""
    assert await story.says("office-1", "没读懂的") == "一周内没有读不懂的消息。"


async def test_an_example_names_a_day_ahead(tell: Tell) -> None:
    story = await tell(at="2025-11-03 09:00")
    answer = await story.says("liaison-21", "那个弄了8个了，图7也送了")
    assert "月底前解决" in answer and "9月30日" not in answer
    await story.at("2025-11-27 09:00")
    answer = await story.says("liaison-21", "那个弄了8个了，图7也送了")
    assert "12月4日前解决" in answer
    assert "12月4日前解决" in await story.says("liaison-21", "帮助")
    assert "12月2日前办结" in await story.says("office-1", "帮助")
    await story.at("2025-11-28 09:00")
    assert "下周五前解决" in await story.says("mayor", "帮助")


async def test_help_speaks_of_his_own(story: Story) -> None:
    assert "报进展：“盐湖·乐学天地" in await story.says("liaison-11", "帮助")
    number = await story.dispatched()
    assert f"接单：“{number}号周工负责" in await story.says("contact-swj", "帮助")
    assert f"“{number}号交办市水务局" in await story.says("office-1", "帮助")


async def test_what_could_not_be_read_this_minute_and_before(story: Story) -> None:
    await story.says("liaison-21", "那个弄了8个了，图7也送了")
    assert "弄了8个了" in await story.says("office-1", "没读懂的")
    await story.pass_time(days=3)
    await story.says("liaison-11", "那个弄了9个了，图8也送了")
    answer = await story.says("office-1", "没读懂的")
    assert "弄了8个了" in answer and "弄了9个了" in answer
    assert await story.says("liaison-21", "没读懂的") == "这个由重点办看。"
    assert "这个由重点办看" not in await story.says("liaison-21", "没读懂的", group="city")
    assert "2条" in await story.says("office-1", "没读懂的")


async def test_trouble_that_is_not_named_is_no_ticket_and_the_reporter_hears_so(story: Story) -> None:
    said = await story.says("liaison-21", "342改线上个月完成2000万，土石方那边有点问题")
    assert "8月投资2000万元" in said and "“土石方那边有点问题”没有登记成问题" in said
    assert "请写清卡在什么" in said
    assert "土石方那边有点问题" in await story.says("office-1", "没读懂的")
    fine = await story.says("liaison-21", "342改线形象进度45%，没有问题")
    assert "没有登记" not in fine and "形象进度45%" in fine


async def test_a_number_without_its_unit_is_asked_for(story: Story) -> None:
    await story.says("liaison-11", "乐学天地本月完成1800万元")
    assert "如“改成500万”" in await story.says("liaison-11", "改成500")
    assert "改为500万元" in await story.says("liaison-11", "改成500万")


async def test_a_card_says_what_is_known(story: Story) -> None:
    assert "今年累计还没报过" in await story.says("office-1", "乐学天地怎么样")
    await story.says("liaison-11", "乐学天地本月完成1800万元")
    card = await story.says("office-1", "乐学天地怎么样")
    assert "今年累计还没报过" not in card and card.count("9月投资1800万元") == 1
    await story.says("liaison-11", "乐学天地形象进度65%")
    card = await story.says("office-1", "乐学天地怎么样")
    assert "今年累计还没报过" not in card and "9月投资1800万元" in card and "形象进度65%" in card
    await story.says("liaison-11", "乐学天地今年累计1.5亿元")
    assert "今年累计1.5亿元" in await story.says("office-1", "乐学天地怎么样")
