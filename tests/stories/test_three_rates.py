"""三率 (P6), 入库入统 (P8), the same-year award (P12)."""

from tests.stories.conftest import Story, Tell

OFFICE = "office-1"


async def told(story: Story, account: str, *words: str) -> list[str]:
    return [one for one in await story.reads(account) if all(word in one for word in words)]


async def test_P6_the_three_rates_of_the_whole_ledger(story: Story) -> None:
    await story.says("liaison-20", "圆通9月完成投资500万元，今年累计2亿元")
    await story.says("liaison-29", "鸿运智控8月1日投产了")
    said = await story.says(OFFICE, "三率")
    assert "开复工率6.9%：29个里已有2个" in said
    assert "投资完成率2.3%：计划86.6亿元，完成2亿元" in said
    assert "项目达产率0%：1个里已有0个。还差：鸿运智控" in said
    await story.says("liaison-29", "鸿运智控9月10日达产达效")
    assert "项目达产率100%" in await story.says(OFFICE, "三率怎么样")
    county = await story.says(OFFICE, "新绛县三率")
    assert "投资完成率57.1%：计划3.5亿元" in county and "达产率：还没有可算的项目" in county
    assert "还差" not in await story.says(OFFICE, "三率", group="city"), "a group reads no names"
    assert "开复工率0%：2个里已有0个" in await story.says("county-wenxi", "三率")


async def test_P6_of_the_batches_as_the_other_notices_define_them(tell: Tell) -> None:
    for regime, names in (
        ("jincheng-2025", ("开工率", "投产率", "达效率")),
        ("yangquan-2025", ("签约开工率", "开工投产率", "投产达效率")),
    ):
        story = await tell(regime=regime)
        assert "没有可算三率的三个一批项目" in await story.says(OFFICE, "三率")
        await story.says(
            OFFICE,
            "签约项目：碳化硅，闻喜县，产业，总投资5亿元，9月1日；光伏玻璃，盐湖，产业，总投资2亿元，2月3日",
        )
        await story.says(OFFICE, "签约项目碳化硅9月10日开工")
        await story.says(OFFICE, "10月28日三个一批开工：G108")
        await story.says("liaison-1", "G108 9月12日开工了")
        await story.says("liaison-1", "G108 9月13日投产了")
        said = await story.says(OFFICE, "三率")
        first, second, third = names
        assert f"{first}66.7%：3个里已有2个。还差：光伏玻璃" in said, said
        assert f"{second}50%：2个里已有1个。还差：碳化硅" in said
        assert f"{third}0%：1个里已有0个" in said
        assert "碳化硅" in await story.says("county-wenxi", "三率")
        assert "光伏" not in await story.says("county-wenxi", "三率")


async def test_P8_started_and_not_in_the_statistics_is_listed_and_chased(story: Story) -> None:
    await story.says("liaison-19", "超细纳米材料9月10日开工了")
    said = await story.says(OFFICE, "未入统的项目")
    assert (
        "应入库入统的1个，已入0个，未入1个" in said and "稷山县　二氧化硅超细纳米材料（9月10日开工）" in said
    )
    await story.at("2025-09-25 08:00")
    assert not await told(story, "liaison-19", "入库入统")
    await story.at("2025-09-25 12:00")
    (asked,) = await told(story, "liaison-19", "还没有报入库入统")
    assert "请市统计局协调" in asked
    assert await told(story, OFFICE, "还没有报入库入统")
    await story.at("2025-09-30 12:00")
    assert not await told(story, "liaison-19", "还没有报入库入统")
    await story.at("2025-10-09 12:00")
    assert len(await told(story, "liaison-19", "还没有报入库入统")) == 1, "a fortnight later, again"
    await story.says("liaison-19", "超细纳米材料10月8日已入统")
    assert "已入1个，未入0个" in await story.says(OFFICE, "入库入统情况")
    await story.at("2025-11-20 12:00")
    assert not await told(story, "liaison-19", "还没有报入库入统")


async def test_P8_what_is_not_fit_is_not_chased_and_only_the_office_says_so(story: Story) -> None:
    await story.says("liaison-19", "超细纳米材料8月20日开工了")
    assert "由重点办" in await story.says("liaison-19", "超细纳米材料暂不具备入统条件，原因：没有注册")
    assert "请写明原因" in await story.says(OFFICE, "超细纳米材料暂不具备入统条件")
    assert "不再催" in await story.says(OFFICE, "超细纳米材料暂不具备入统条件，原因：法人没有注册")
    assert "另有1个暂不具备条件" in await story.says(OFFICE, "入库入统情况")
    await story.at("2025-10-20 12:00")
    assert not await told(story, "liaison-19", "还没有报入库入统")
    assert "记下了" not in await story.says("liaison-21", "342改线还没入统"), "somebody's word is no list"


async def test_P8_a_regime_without_it_chases_nobody(tell: Tell) -> None:
    story = await tell(regime="yuncheng-2019")
    await story.says("liaison-19", "超细纳米材料8月20日开工了")
    await story.at("2025-10-20 12:00")
    assert not await told(story, "liaison-19", "还没有报入库入统")


async def test_P12_started_completed_producing_and_above_scale_in_one_year(story: Story) -> None:
    assert "还没有当年开工" in await story.says(OFFICE, "奖励名单")
    await story.says("liaison-19", "超细纳米材料8月20日开工了")
    await story.says("liaison-19", "超细纳米材料9月10日投产")
    assert "缺入规" in await story.says(OFFICE, "奖励名单")
    assert "由联络员" in await story.says("liaison-21", "超细纳米材料已入规")
    said = await story.says("liaison-19", "超细纳米材料已入规")
    assert "列入50万元奖励名单" in said
    assert "可报50万元奖励的1个：二氧化硅超细纳米材料" in await story.says(OFFICE, "50万元奖励名单")
    await story.says("liaison-19", "撤销")
    assert "缺入规" in await story.says(OFFICE, "奖励名单")


async def test_P12_what_began_in_another_year_or_is_no_industry_is_not_in_the_running(story: Story) -> None:
    await story.says("liaison-29", "鸿运智控8月1日投产了")  # continuing: begun in 2024
    await story.says("liaison-18", "万荣县人民医院迁建8月1日开工了")
    await story.says("liaison-18", "万荣县人民医院迁建9月1日投产了")  # livelihood
    assert "还没有当年开工" in await story.says(OFFICE, "奖励名单")
