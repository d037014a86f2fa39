"""What the regime in force does not have is said so, and never taken for something else."""

import pytest

from tests.stories.conftest import Story, Tell

OFFICE, LIAISON = "office-1", "liaison-21"


@pytest.mark.parametrize(
    "text",
    [
        "9月谁还没交账",
        "谁还没交账",
        "9月交账情况",
        "9月数全部确认",
        "9月对账无误",
        "9月关账",
        "诺维兰8月数确认",
        "9月诺维兰不对，差200万",
        "诺维兰8月核减200万，原因：重复入账",
        "9月核增核减",
    ],
)
async def test_without_monthly_accounts_no_word_about_them_decides_a_ticket(story: Story, text: str) -> None:
    number = await story.dispatched()
    await story.says("contact-swj", f"{number}号已迁完，申请销号")
    before = story.state(number)
    assert "现行机制没有月账这一项" in await story.says(OFFICE, text)
    assert story.state(number) == before


async def test_a_liaison_does_not_confirm_accounts(story: Story, tell: Tell) -> None:
    assert "现行机制没有月账这一项" in await story.says(LIAISON, "9月数全部确认")
    yangquan = await tell(regime="yangquan-2025")
    assert "9月没有建账" in await yangquan.says(OFFICE, "9月数全部确认")


@pytest.mark.parametrize(
    ("regime", "text", "what"),
    [
        ("yuncheng-2025", "项目谋划排名", "项目谋划排名"),
        ("yuncheng-2025", "落后项目", "落后预警"),
        ("yuncheng-2025", "资金到位情况", "资金到位和支付"),
        ("yuncheng-2025", "哪些项目没进展", "“一二三”"),
        ("yuncheng-2025", "五个一", "“五个一”"),
        ("yuncheng-2019", "三率", "“三率”"),
        ("yuncheng-2019", "入库入统情况", "入库入统"),
        ("yuncheng-2019", "要素清单", "要素清单"),
        ("yangquan-2025", "奖励名单", "当年开工投产奖励"),
        ("yangquan-2025", "年终考核", "年终考核"),
        ("yangquan-2025", "约谈名单", "约谈"),
        ("yangquan-2025", "表扬名单", "通报表扬"),
        ("yangquan-2025", "末位解剖", "排名"),
    ],
)
async def test_what_the_notice_does_not_ask_for_is_said_so(
    tell: Tell, regime: str, text: str, what: str
) -> None:
    story = await tell(regime=regime)
    assert f"现行机制没有{what}" in await story.says(OFFICE, text)


async def test_who_is_in_charge_however_it_is_asked(story: Story) -> None:
    told = await story.says(OFFICE, "国道342谁负责")
    assert "联络员：刘明亮" in told
    for text in ("谁负责国道342", "现在谁在负责342改线项目", "请问谁分管国道342？"):
        assert await story.says(OFFICE, text) == told, text
    assert "没有查到" in await story.says("contact-swj", "谁负责国道342")
