"""计次职责: reported in a line, counted against the number, reminded of before the period ends (A7)."""

import pytest

from tests.stories.conftest import Story, Tell

OFFICE, COUNTY = "office-1", "county-wenxi"


async def test_A7_visits_are_reported_in_a_line_and_counted_against_six_a_quarter(story: Story) -> None:
    answer = await story.says(COUNTY, "今天外出招商1次，去苏州对接汽车零部件企业")
    assert "闻喜县9月15日党政主要领导外出招商1次，本季度1次，还差5次（每季度6次）" in answer
    assert "本季度3次" in await story.says("sponsor-wenxi", "9月12日外出招商两次，到无锡、常州")
    whole = await story.says(OFFICE, "招商完成情况")
    assert "运政办发〔2025〕5号第4项" in whole and "闻喜县3次" in whole and "盐湖区0次" in whole
    assert whole.index("盐湖区") < whole.index("闻喜县"), "the official order"
    own = await story.says(COUNTY, "招商完成情况")
    assert "闻喜县3次" in own and "盐湖区" not in own


async def test_A7_a_new_quarter_begins_at_nothing(story: Story) -> None:
    assert "本季度6次，已达到" in await story.says(COUNTY, "今天外出招商6次")
    assert "已达到" in await story.says(COUNTY, "外出招商1次")
    await story.at("2025-10-09 09:00")
    assert "闻喜县0次" in await story.says(COUNTY, "招商完成情况")
    assert "7月1日起8次" in await story.says(COUNTY, "9月30日外出招商1次")


async def test_A7_meetings_of_banks_and_presentations(story: Story) -> None:
    assert "闻喜县9月15日“政银企”对接活动1场，今年1场，还差1场" in await story.says(
        COUNTY, "开了银企对接会，6家银行到场"
    )
    assert "全市9月15日向民间资本推介项目3个，今年3个，还差37个" in await story.says(
        "contact-fgw", "今天向民间资本推介项目3个"
    )
    answer = await story.says(OFFICE, "计次完成情况")
    assert "每年40个" in answer and "全市3个" in answer and "每年2场" in answer


async def test_A7_what_was_reported_wrongly_is_taken_back(story: Story) -> None:
    await story.says(COUNTY, "今天外出招商3次")
    assert "已撤回" in await story.says(COUNTY, "撤销")
    assert "闻喜县0次" in await story.says(COUNTY, "招商完成情况")


@pytest.mark.parametrize(
    ("who", "text", "says"),
    [
        (OFFICE, "今天外出招商1次", "请写明是哪个"),
        (OFFICE, "闻喜县今天外出招商1次", "闻喜县9月15日"),
        (COUNTY, "向民间资本推介项目2个", "按全市计"),
        (COUNTY, "外出招商999次", "太多了"),
        (COUNTY, "9月31日外出招商1次", "没有这一天"),
    ],
)
async def test_A7_whose_it_is_and_what_cannot_be(story: Story, who: str, text: str, says: str) -> None:
    assert says in await story.says(who, text)


@pytest.mark.parametrize(
    ("who", "text"),
    [
        (COUNTY, "明天外出招商"),
        (COUNTY, "计划外出招商2次"),
        (COUNTY, "外出招商什么时候报"),
        ("liaison-21", "今天外出招商1次"),
        ("liaison-21", "342改线卡在征地，外出招商的企业等着进场"),
    ],
)
async def test_A7_plans_questions_and_what_others_say_are_not_counted(
    story: Story, who: str, text: str
) -> None:
    assert "党政主要领导外出招商" not in await story.says(who, text)
    assert "闻喜县0次" in await story.says(OFFICE, "招商完成情况")


async def test_A7_before_the_quarter_ends_who_is_behind_is_reminded_once(story: Story) -> None:
    await story.says("county-yanhu", "今天外出招商6次")
    await story.at("2025-09-19 08:00")
    assert not [text for text in await story.reads(COUNTY) if "外出招商" in text]
    await story.at("2025-09-19 09:00")  # ten days before the end: 20 September, a Saturday
    told = [text for text in await story.reads(COUNTY) if "外出招商" in text]
    assert len(told) == 1 and "还差6次" in told[0] and "到9月30日止" in told[0]
    assert not [text for text in await story.reads("county-yanhu") if "还差" in text]
    office = [text for text in await story.reads(OFFICE) if "还没有达到的" in text]
    assert office and "闻喜县0次" in office[0] and "盐湖区" not in office[0]
    await story.at("2025-09-30 18:00")
    assert not [text for text in await story.reads(COUNTY) if "外出招商" in text]


async def test_A7_site_visits_every_month_by_the_units_that_the_notice_names(tell: Tell) -> None:
    story = await tell(regime="yangquan-2025")
    answer = await story.says("contact-gxj", "今天到项目现场察看了2个项目")
    assert "市工信局9月15日到项目现场察看1次，本月1次，已达到" in answer
    assert "由市工信局、市能源局承担" in await story.says("contact-swj", "今天到项目现场察看1次")
    await story.at("2025-09-23 09:00")
    assert [text for text in await story.reads("contact-nengyuan") if "还差" in text] == []
    assert [text for text in await story.reads("contact-gxj") if "还差" in text] == []


async def test_A7_activities_outside_the_province_are_the_citys(tell: Tell) -> None:
    story = await tell(regime="yuncheng-2019")
    assert "全市9月15日省外招商活动1次，今年1次，还差19次" in await story.says(
        OFFICE, "今天组织省外招商1次，赴深圳"
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [("今天召开民间资本推介会", "本季度1次，已达到"), ("今天推介项目5个", "今年5个，还差45个")],
)
async def test_A7_once_a_quarter_and_fifty_a_year(tell: Tell, text: str, says: str) -> None:
    story = await tell(regime="jincheng-2025")
    assert says in await story.says(OFFICE, text)


async def test_A7_the_reminder_comes_before_the_holidays_not_after_them(tell: Tell) -> None:
    story = await tell(regime="yangquan-2025", at="2026-02-01 09:00")
    await story.reads("contact-gxj")
    await story.at("2026-02-14 09:00")  # a worked Saturday; the 21st lies in the Spring Festival
    assert [text for text in await story.reads("contact-gxj") if "到项目现场察看0次" in text]
