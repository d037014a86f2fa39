"""What asks, or says that something is not so yet, enters nothing."""

import pytest

from tests.stories.conftest import Story

OFFICE, LIAISON = "office-1", "liaison-21"


@pytest.mark.parametrize(
    "text",
    [
        "342改线联络员换成谁了",
        "342改线法人是谁",
        "342改线法人是刘强吗",
        "342改线专班长换成谁了？",
        "342改线推进组组长是哪位",
        "342改线由哪位领导包联",
        "刘明亮调离，由哪位接联络员",
    ],
)
async def test_who_holds_a_post_is_asked_and_nobody_is_entered(story: Story, text: str) -> None:
    before = await story.says(OFFICE, "国道342谁负责")
    people = len(story.city.db.read_now(story.city.directory.get).people)
    answer = await story.says(OFFICE, text)
    assert "记下了" not in answer and "已交接" not in answer
    assert await story.says(OFFICE, "国道342谁负责") == before
    assert len(story.city.db.read_now(story.city.directory.get).people) == people


async def test_the_chain_answers_for_one_link_too(story: Story) -> None:
    told = await story.says(OFFICE, "国道342谁负责")
    for text in ("342改线法人是谁", "342改线联络员换成谁了", "342改线由哪位领导包联？"):
        assert await story.says(OFFICE, text) == told, text


async def test_a_name_ends_before_its_particle(story: Story) -> None:
    assert "的项目法人是刘强" in await story.says(OFFICE, "342改线法人换成刘强了")
    assert "刘强了" not in await story.says(OFFICE, "国道342谁负责")
    assert "刘强了" not in await story.says(OFFICE, "342改线联络员换成刘强了")


@pytest.mark.parametrize("rest", ["没完成", "还没有完成", "预计10月12日完成", "争取下周完成", "未完成"])
async def test_a_node_that_is_not_done_is_not_noted_as_done(story: Story, rest: str) -> None:
    await story.says(LIAISON, "342改线节点：10月15日主体封顶，11月30日设备安装")
    answer = await story.says(LIAISON, f"342改线节点主体封顶{rest}")
    assert "按时" not in answer
    assert "下一个：主体封顶" not in answer
    assert "主体封顶" in await story.says(LIAISON, "342改线节点")
    assert "9月15日完成" not in await story.says(LIAISON, "342改线节点")


@pytest.mark.parametrize("text", ["日报不写了吗", "日报不要提前发", "日报不提征地了吗"])
async def test_a_question_about_the_summary_hides_nothing(story: Story, text: str) -> None:
    await story.says(OFFICE, text)
    assert "日报没有不提的词" in await story.says(OFFICE, "日报不提哪些")


@pytest.mark.parametrize(
    "text", ["大起底什么时候结束", "大起底报表发我", "大起底报了几个", "大起底结束了吗？"]
)
async def test_words_about_a_round_begin_none(story: Story, text: str) -> None:
    await story.says(OFFICE, text)
    assert "还没有开展过大起底" in await story.says(OFFICE, "大起底情况")


@pytest.mark.parametrize(
    "text",
    [
        "342改线不会退出年度计划，原因：资金已到位",
        "342改线没有退出年度计划，原因是还在建",
        "342改线暂不退出台账，原因：手续正在办",
        "342改线退出年度计划了吗？",
        "342改线要不要退出年度计划，原因是什么？",
    ],
)
async def test_what_does_not_leave_the_year_stays_in_it(story: Story, text: str) -> None:
    assert "记下了" not in await story.says(OFFICE, text)
    assert "记下了" in await story.says(OFFICE, "342改线退出年度计划，原因：已竣工投产")


@pytest.mark.parametrize("text", ["诺维兰什么时候入规", "诺维兰还没入规", "诺维兰没有入规", "诺维兰是否入规"])
async def test_an_enterprise_that_is_asked_about_is_not_above_the_scale(story: Story, text: str) -> None:
    assert "记下了" not in await story.says(OFFICE, text)


async def test_what_to_do_is_no_reason(story: Story) -> None:
    assert "不再催" not in await story.says(OFFICE, "诺维兰还没有入统条件，怎么办")


async def test_asked_whether_it_went_up_or_a_step_is_done_nothing_is_noted(story: Story) -> None:
    number = await story.dispatched()
    await story.says("contact-swj", f"{number}号分步：9月18日前现场踏勘，9月25日前开挖")
    state = story.state(number)
    await story.says("contact-swj", f"{number}号第一步完成了吗")
    await story.says(OFFICE, f"{number}号已呈报省水利厅了吗")
    assert story.state(number) == state and story.ticket(number).above == ""
    assert "现场踏勘" in await story.says("contact-swj", f"{number}号第一步完成")
