"""开工率、复工率: of all and of those due by now, against each notice's targets; who holds them back (P5)."""

import pytest

from tests.stories.conftest import Story, Tell

SPRING = "2025-03-03 09:00"
NEW = {  # the new projects of the ledger, as their liaisons call them
    "liaison-18": "万荣县人民医院迁建",
    "liaison-19": "超细纳米材料",
    "liaison-30": "数智未来产业中心",
    "liaison-9": "槐东路",
}


async def warned(story: Story, account: str) -> list[str]:
    return [one for one in await story.reads(account) if "开复工：" in one]


async def test_P5_of_all_and_of_those_due_and_who_holds_it(tell: Tell) -> None:
    story = await tell(at=SPRING)
    said = await story.says("office-1", "开工率")
    assert "新建13个，已开工0个；到期应开工2个" in said and "一季度应达40%（3月31日前），还差6个" in said
    await story.says("liaison-18", "万荣县人民医院迁建2月26日开工了")
    said = await story.says("office-1", "开工率")
    assert "开工率7.7%：新建13个，已开工1个；到期应开工2个，已开工1个（50%）" in said
    assert "超细纳米材料（2月28日已到期）" in said and "人民医院迁建" not in said
    assert "到期应开工0个" not in await story.says("office-1", "1月底开工率"), "nothing was due by then"


async def test_P5_as_of_a_day_it_is_what_had_come_about_by_then(tell: Tell) -> None:
    story = await tell(at=SPRING)
    await story.says("liaison-18", "万荣县人民医院迁建2月26日开工了")
    assert "已开工0个" in await story.says("office-1", "2月25日开工率")
    assert "已开工1个" in await story.says("office-1", "2月26日开工率")
    assert "已开工1个" in await story.says("office-1", "万荣县2月底开工率")
    assert "12月31日还没到" in await story.says("office-1", "年底开工率")
    await story.says("liaison-18", "撤销")
    assert "已开工0个" in await story.says("office-1", "2月底开工率"), (
        "what was taken back did not come about"
    )


async def test_P5_continuing_projects_resume_by_word_or_by_work(tell: Tell) -> None:
    story = await tell(at=SPRING)
    assert "续建1个，已复工0个" in await story.says("office-1", "新绛县复工率")
    await story.says("liaison-20", "圆通智慧科创园2月完成投资500万元")
    said = await story.says("office-1", "新绛复工率")
    assert "复工率100%" in said and "已提前达到" in said
    await story.says("liaison-21", "八达3月1日复工了")
    said = await story.says("county-wenxi", "复工率")
    assert "续建2个，已复工1个" in said and "未复工：国道342" in said and "圆通" not in said
    await story.says("liaison-21", "八达因故停工")
    assert "续建2个，已复工0个" in await story.says("county-wenxi", "复工率")


@pytest.mark.parametrize(
    ("regime", "at", "asks", "words"),
    [
        ("yuncheng-2025", "2025-03-31 09:00", "开工率", "一季度应达40%，差6个；二季度应达80%（6月30日前）"),
        ("yuncheng-2025", "2025-06-30 09:00", "开工率", "二季度应达80%，差11个；三季度力争100%（9月30日前）"),
        ("yuncheng-2025", "2025-09-30 09:00", "开工率", "三季度力争100%，差13个"),
        ("yuncheng-2025", "2025-03-31 09:00", "复工率", "一季度应达100%，差16个"),
        ("yuncheng-2019", "2025-05-05 09:00", "开工率", "6月底前应达70%（6月30日前），还差10个"),
        ("yuncheng-2019", "2025-06-30 09:00", "复工率", "6月底前应达100%，差16个"),
        (
            "jincheng-2025",
            "2025-03-31 09:00",
            "开工率",
            "一季度应达40%，差6个；上半年应达80%（6月30日前），还差11个",
        ),
        ("jincheng-2025", "2025-03-31 09:00", "复工率", "一季度应达100%，差16个"),
        ("yangquan-2025", "2025-03-31 09:00", "开工率", "一季度应达35%，差5个"),
        ("yangquan-2025", "2025-06-30 09:00", "开复工率", "上半年应达80%，差24个"),
    ],
)
async def test_P5_each_notice_has_its_own_targets(
    tell: Tell, regime: str, at: str, asks: str, words: str
) -> None:
    story = await tell(at=at, regime=regime)
    assert words in await story.says("office-1", asks)


async def test_P5_the_office_is_warned_before_a_target_and_after_it_with_those_who_hold_it(
    tell: Tell,
) -> None:
    story = await tell(at="2025-09-17 09:00")
    await story.says("liaison-19", "超细纳米材料9月16日开工了")
    await story.at("2025-09-19 12:00")  # ten days before the 30th is a Saturday
    (near,) = await warned(story, "office-1")
    assert (
        "三季度力争100%（9月30日到期），13个已开工1个、7.7%，差12个" in near and "万荣县人民医院迁建" in near
    )
    (county,) = await warned(story, "county-wanrong")
    assert "本县2个已开工0个" in county and "槐东路" not in county
    assert not await warned(story, "county-jishan"), "its only new project has started"
    assert not await warned(story, "vice-3") and not await warned(story, "group:city")
    await story.at("2025-10-09 07:00")
    assert not await warned(story, "office-1"), "nobody is written to on the holidays"
    await story.at("2025-10-09 12:00")
    (missed,) = await warned(story, "office-1")
    assert "9月30日已到期" in missed and "计划9月开复工、到期没有报的5个" in missed
    await story.at("2025-10-20 12:00")
    assert not await warned(story, "office-1"), "once"


async def test_P5_what_is_reached_is_not_warned_of(tell: Tell) -> None:
    story = await tell(at="2025-03-03 09:00", regime="yangquan-2025")
    for liaison, name in (
        *NEW.items(), ("liaison-11", "乐学天地"), ("liaison-7", "池神庙社区"), ("liaison-10", "诺维兰")
    ):  # fmt: skip
        await story.says(liaison if liaison != "liaison-9" else "liaison-3", f"{name}3月1日开工了")
    await story.at("2025-03-21 12:00")
    told = "".join(await warned(story, "office-1"))
    assert "一季度应达100%" in told and "一季度应达35%" not in told


async def test_P5_the_plan_is_broken_down_and_can_be_changed_and_taken_back(tell: Tell) -> None:
    story = await tell(at="2025-09-15 09:00", regime="yangquan-2025")
    said = await story.says("liaison-1", "G108开工计划10月中旬")
    assert "10月20日前（原计划10月31日前）" in said
    plan = await story.says("office-1", "10月开工计划")
    assert "落实到旬" in plan and "10月中旬：G108" in plan and "10月下旬：运城奥体中心" in plan
    await story.says("liaison-1", "撤销")
    assert "10月下旬：G108" in await story.says("office-1", "10月开工计划")
    said = await story.says("office-1", "开工计划：G108 10月上旬；奥体中心 9月25日；没听过的 10月")
    assert "10月10日前" in said and "9月25日前" in said and "“没听过的 10月”没有读懂" in said
    await story.at("2025-10-13 12:00")
    (told,) = [one for one in await warned(story, "office-1") if "计划10月1日" in one]
    assert "计划10月1日—10日开复工、到期没有报的1个：G108" in told


@pytest.mark.parametrize(
    ("account", "says", "answer"),
    [
        ("liaison-21", "342改线开工计划10月中旬", "请写“国道342线闻喜县城过境改线复工计划"),
        ("liaison-1", "G108复工计划10月中旬", "不是续建项目"),
        ("liaison-1", "G108开工计划8月中旬", "已经过去"),
        ("liaison-1", "G108开工计划11月31日", "不是2025年的日子"),
        ("liaison-21", "G108开工计划10月中旬", "由联络员"),
    ],
)
async def test_P5_a_plan_that_cannot_be_is_refused(
    story: Story, account: str, says: str, answer: str
) -> None:
    assert answer in await story.says(account, says)
    assert "10月：G108" in await story.says("office-1", "开工计划")


async def test_P5_a_group_reads_no_names_and_others_read_their_own(story: Story) -> None:
    said = await story.says("office-1", "开工率", group="city")
    assert "新建13个" in said and "万荣" not in said and "私聊" in said
    assert "没有新建项目" in await story.says("liaison-21", "开工率")
    assert "没有您可以查看的" in await story.says("liaison-21", "新绛县复工率")
    each = await story.says("office-1", "各县开工率")
    assert each.index("盐湖区") < each.index("万荣县") < each.index("运城开发区"), "in the official order"
    assert "2个：" not in await story.says("liaison-21", "342改线还没开工，卡在征地")


async def test_P5_those_not_started_are_listed_page_by_page(story: Story) -> None:
    first = await story.says("office-1", "哪些项目还没开工")
    assert "未开工的项目13个" in first and "回“未开工的项目第2页”" in first
    assert "G108" in await story.says("office-1", "未开工的项目第2页")
    assert "圆通" in await story.says("office-1", "新绛县没复工的项目有哪些")
