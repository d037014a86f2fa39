"""一图知项目: what people see when they open a link of the chat (A4)."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from storage.directory import touched
from storage.tables import message, person, read_receipt, sent_ref
from tests.stories.conftest import Story, Tell

_TAGS = re.compile(r"<[^>]+>")


async def sees(story: Story, account: str, address: str = "/board") -> str:
    """The words of that page for that person, without its tags; by a link of his own."""
    answer = await story.client.get("/console/open", params={"account": account, "to": address})
    text = await answer.text()
    assert answer.status == 200, text
    return re.sub(r"\s+", " ", _TAGS.sub("", text))


async def some_work(story: Story) -> None:
    """Three projects report, one has started, one has a problem that is over its limit."""
    await story.says("liaison-21", "342改线截至8月底今年累计完成投资4000万元")
    await story.says("liaison-11", "乐学天地截至8月底今年累计完成投资1.8亿元")
    await story.says("liaison-10", "诺维兰9月15日已开工")
    await story.dispatched()
    await story.pass_time(days=4)


async def test_A4_the_city_at_a_glance(story: Story) -> None:
    await some_work(story)
    board = await sees(story, "office-1")
    assert "一图知项目" in board and "30个" in board
    assert "完成2.2亿元，年计划86.6亿元" in board and "序时66.7%" in board
    assert "新建开工" in board and "续建复工" in board
    assert "闻喜县 2个" in board
    assert "超期 1" in board, "the lamp goes with its word"
    assert "定人定时 运政办发〔2019〕12号（十四）" in board, "by clause"
    assert "新增问题1件" in board and "1号 国道342线" in board
    assert "项目进展1个" in board, "what changed this week"


async def test_A4_counties_stand_in_their_official_order_and_open_to_their_projects(story: Story) -> None:
    board = await sees(story, "office-1")
    places = [board.index(f" {name} ") for name in ("盐湖区", "永济市", "河津市", "闻喜县", "芮城县")]
    assert places == sorted(places)
    county = await sees(story, "office-1", "/board?area=8")
    assert "项目2个" in county and "21 国道342线" in county and "诺维兰" not in county


@pytest.mark.parametrize(
    ("account", "title", "reads", "reads_not"),
    [
        ("mayor", "一图知项目", "项目30个", "没有这个"),
        ("inspect-1", "一图知项目", "项目30个", "没有这个"),
        ("county-wenxi", "闻喜县项目", "项目2个", "诺维兰"),
        ("sponsor-wenxi", "闻喜县项目", "项目2个", "诺维兰"),
        ("liaison-21", "我的项目", "国道342线", "诺维兰"),
        ("contact-swj", "我的项目", "1号 国道342线", "4000万元"),
        ("contact-czj", "我的项目", "您名下还没有项目", "国道342线"),
    ],
)
async def test_A4_everybody_sees_what_his_role_allows(
    story: Story, account: str, title: str, reads: str, reads_not: str
) -> None:
    await some_work(story)
    board = await sees(story, account)
    assert title in board and reads in board and reads_not not in board


async def test_A4_a_projects_page_has_facts_people_curve_tickets_and_photos(story: Story) -> None:
    await some_work(story)
    page = await sees(story, "sponsor-wenxi", "/projects/21")
    for words in (
        "国道 342 线", "今年累计4000万元", "责任链", "刘明亮", "县级包联", "在办问题1件", "交办", "进展报送",
    ):  # fmt: skip
        assert words in page, words
    raw = await (await story.client.get("/projects/21")).text()
    assert '<polyline class="done" points="' in raw and "style=" not in raw


async def test_A4_a_unit_reads_of_a_project_only_its_tickets(story: Story) -> None:
    await some_work(story)
    page = await sees(story, "contact-swj", "/projects/21")
    assert "与您单位有关" in page and "供水管迁改" in page
    assert "4000万元" not in page and "责任链" not in page


async def test_A4_a_ticket_shows_its_whole_trail_and_who_was_told_and_read(story: Story) -> None:
    await some_work(story)
    await story.says("contact-swj", "1号周工负责，22日前迁完")
    db = story.city.db

    def read_it(tx) -> None:  # type: ignore[no-untyped-def]  # the console has no read receipts: as a platform's
        told = tx.execute(message.select().where(message.c.account == "contact-swj")).first()
        tx.execute(sent_ref.insert().values(channel="console", name="m1", message_id=told.id))
        at = datetime(2025, 9, 15, 2, tzinfo=UTC)
        tx.execute(read_receipt.insert().values(channel="console", name="m1", account="contact-swj", at=at))

    db.write_now(read_it)
    page = await sees(story, "office-1", "/tickets/1")
    for words in (
        "登记问题",
        "交办",
        "研究安排",
        "“1号周工负责，22日前迁完”",
        "提醒",
        "超期",
        "已读 09-15 10:00",
        "聊天台 已送达平台",
    ):
        assert words in page, words
    assert page.index("登记问题") < page.index("研究安排")


async def test_A4_what_goes_to_leaders_is_seen_by_the_office_alone(story: Story) -> None:
    await story.dispatched()
    await story.pass_time(days=21)
    assert "有一事需您协调" in await sees(story, "office-1", "/tickets/1")
    unit = await sees(story, "contact-swj", "/tickets/1")
    assert "告知记录" in unit and "需您协调" not in unit and "督查室" not in unit.split("告知记录")[1]


@pytest.mark.parametrize(
    ("account", "sees_it"),
    [("office-1", True), ("county-wenxi", True), ("mayor", False), ("liaison-21", False)],
)
async def test_A4_phone_numbers_are_for_the_office(story: Story, account: str, sees_it: bool) -> None:
    def give_numbers(tx) -> None:  # type: ignore[no-untyped-def]
        tx.execute(update(person).values(phone="13900000000"))
        touched(tx)

    story.city.db.write_now(give_numbers)
    await some_work(story)
    shown = "".join([await sees(story, account, one) for one in ("/board", "/projects/21", "/tickets/1")])
    assert ("13900000000" in shown) == sees_it


async def test_A4_lamps_go_by_the_regimes_thresholds(tell: Tell) -> None:
    story = await tell(at="2025-09-15 09:00")
    await story.says(
        "liaison-21", "342改线截至8月底今年累计完成投资1.3亿元"
    )  # 52 % of the plan beside 66.7 %
    page = await sees(story, "office-1", "/projects/21")
    assert "偏慢" in page and "低于序时14.7个百分点" in page
    await story.says("liaison-21", "改成1.2亿元")
    assert "滞后" in await sees(story, "office-1", "/projects/21"), "more than fifteen points"


@pytest.mark.parametrize(
    "address", ["/projects/999", "/tickets/999", "/projects/23", "/tickets/2", "/board?area=3"]
)
async def test_A4_what_is_not_his_is_answered_like_what_is_not_there(story: Story, address: str) -> None:
    await some_work(story)
    await story.says("liaison-23", "绛县抽水蓄能卡在用地，请市自规局协调")
    answer = await story.client.get("/console/open", params={"account": "liaison-21", "to": address})
    assert answer.status == 404 and "这里没有内容" in await answer.text()


async def test_A4_words_of_people_are_never_read_as_markup(story: Story) -> None:
    await story.says("liaison-21", "342改线卡在<script>alert(1)</script>供水管迁改，请市水务局协调")
    for address in ("/board", "/projects/21", "/tickets/1"):
        answer = await story.client.get("/console/open", params={"account": "office-1", "to": address})
        text = await answer.text()
        assert answer.status == 200 and "<script" not in text
