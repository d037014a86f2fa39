"""The city's targets of the year (P4, P13) and public money by month (P11)."""

import pytest

from tests.stories.conftest import Story, Tell


@pytest.fixture
async def year(tell: Tell) -> Story:
    """The demo city under 阳泉's notice."""
    return await tell(regime="yangquan-2025", at="2025-10-10 09:00")


async def test_P4_fixed_assets_by_quarter(year: Story) -> None:
    asked = await year.says("office-1", "年度目标")
    assert "全年目标235亿元" in asked and "还没有录入" in asked
    answer = await year.says("office-1", "全市固投1—9月完成180亿元")
    assert "1—9月180亿元" in answer
    asked = await year.says("office-1", "年度目标")
    assert "完成76.6%；9月底应达80%，差3.4个百分点、8亿元" in asked
    await year.says("office-1", "全市固投1-9月完成190亿")
    assert "9月底应达80%，达到" in await year.says("office-1", "年度目标")
    await year.says("office-1", "全市固投1-8月完成140亿")
    assert "6月底应达50%（6月底的要求，现已是8月的数），达到" in await year.says("office-1", "8月年度目标")


async def test_P13_the_projects_total_and_its_share(year: Story) -> None:
    await year.says("liaison-21", "342改线1—9月累计完成2亿元")
    await year.says("liaison-25", "垣曲抽水蓄能1—9月累计完成5亿元")
    await year.says("office-1", "全市固投1—9月完成10亿元")
    asked = await year.says("office-1", "年度目标")
    assert "1—9月完成7亿元" in asked and "30个项目中2个报了数" in asked
    assert "全年目标152亿元，已完成4.6%" in asked
    assert "占固定资产投资70%，目标65%，达到" in asked
    assert "两者不混用" in asked


async def test_P13_only_who_sees_the_whole_city(year: Story) -> None:
    assert "全年目标" not in await year.says("liaison-21", "年度目标")
    assert "全年目标" in await year.says("mayor", "年度目标")


async def test_P11_money_that_came_in_and_was_paid(year: Story) -> None:
    answer = await year.says("liaison-21", "342改线专项债到位3000万，支付1200万")
    assert "国道342" in answer and "专项债到位3000万元，支付1200万元（40%）" in answer
    answer = await year.says("liaison-21", "342改线9月专项债支付500万，中央预算内投资到位800万")
    assert "9月资金" in answer and "中央预算内投资到位800万元" in answer
    listed = await year.says("county-wenxi", "资金到位情况")
    assert (
        "到位3800万元，支付1700万元（支付率44.7%）" in listed and "专项债到位3000万元，支付1700万元" in listed
    )
    assert "还没有报过资金" in await year.says("county-yanhu", "资金到位情况")
    assert "比到位3000万元还多" in await year.says("liaison-21", "342改线专项债支付2000万")
    assert "超过总投资" in await year.says("liaison-21", "342改线专项债到位9亿")
    answer = await year.says("liaison-21", "342改线专项债累计到位3500万，累计支付2000万")
    assert "专项债到位3500万元，支付2000万元" in answer
    assert "已撤回" in await year.says("liaison-21", "撤销")
    assert "专项债到位3000万元，支付1700万元" in await year.says("office-1", "资金到位情况")


@pytest.mark.parametrize(
    "text",
    [
        "342改线专项债没到位，请市财政局协调",
        "342改线资金缺口3000万，请市财政局解决",
        "342改线本月完成投资1800万元",
    ],
)
async def test_P11_trouble_with_money_is_a_problem_not_a_figure(year: Story, text: str) -> None:
    assert "到位" not in (await year.says("liaison-21", text)).split("：")[0]
    assert "还没有报过资金" in await year.says("office-1", "资金到位情况")
