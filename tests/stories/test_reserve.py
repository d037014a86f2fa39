"""Projects before the ledger: signed ones that start in their year (P9), the reserve and its targets (P10)."""

import io
from pathlib import Path

import pytest
from openpyxl import Workbook

from bot import importing
from bot.documents.faults import DocumentError
from tests.stories.conftest import Story, Tell

OFFICE = "office-1"
SIGNED = "签约项目：碳化硅衬底项目，闻喜县，产业，总投资5亿元，年计划1亿元，9月10日；光伏玻璃项目，盐湖，产业，投资2亿元，2月3日"


def sheet(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(
        ("项目名称", "县（市、区）", "领域", "总投资（亿元）", "年度计划投资（亿元）", "阶段", "签约时间")
    )
    for row in rows:
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def imported(story: Story, tmp_path: Path, *rows: tuple[object, ...]) -> str:
    file = tmp_path / "储备.xlsx"
    file.write_bytes(sheet(*rows))
    plan = importing.plan("reserve", file, 2025)
    shown = story.city.db.read_now(plan.show)
    story.city.db.write_now(lambda tx: plan.apply(tx, story.now, shown))
    return shown


@pytest.mark.parametrize(
    ("regime", "wants"),
    [
        ("yuncheng-2025", "全年应达60%，还差2个"),
        ("yuncheng-2019", "全年应达30%，还差1个"),
        ("jincheng-2025", "全年应达40%，还差1个"),
        ("yangquan-2025", "全年应达40%，还差1个"),
    ],
)
async def test_P9_the_share_of_signed_projects_started_in_their_year(
    tell: Tell, regime: str, wants: str
) -> None:
    story = await tell(regime=regime)
    said = await story.says(OFFICE, SIGNED)
    assert "碳化硅衬底项目，闻喜县，总投资5亿元，年计划1亿元，9月10日签约" in said
    assert wants in await story.says(OFFICE, "签约开工率")
    assert "签约项目光伏" not in await story.says(OFFICE, "签约项目碳化硅衬底9月14日开工")
    said = await story.says(OFFICE, "签约项目当年开工率是多少")
    assert "50%：今年签约2个，已开工1个" in said and "光伏玻璃" in said
    waiting = await story.says(OFFICE, "未开工的签约项目")
    assert "盐湖区　光伏玻璃项目（2月3日签约" in waiting and "碳化硅" not in waiting
    await story.says(OFFICE, "签约项目碳化硅衬底9月13日竣工")
    assert "储备项目的登记" in await story.says(OFFICE, "撤销")


async def test_P9_what_became_a_project_of_the_ledger_goes_by_its_reports(story: Story) -> None:
    await story.says(OFFICE, SIGNED)
    assert "诺维兰" in await story.says(OFFICE, "签约项目光伏玻璃列入台账诺维兰")
    assert "已开工0个" in await story.says(OFFICE, "签约开工率")
    await story.says("liaison-10", "诺维兰9月12日开工")
    assert "已开工1个" in await story.says(OFFICE, "签约开工率")
    await story.says("liaison-10", "撤销")
    assert "已开工0个" in await story.says(OFFICE, "签约开工率")


async def test_P9_signed_last_year_is_not_of_this_year(story: Story, tmp_path: Path) -> None:
    imported(
        story,
        tmp_path,
        ("去年签的", "闻喜县", "产业类", 3, 1, "签约", "2024-11-05"),
        ("今年签的", "闻喜县", "产业类", 3, 1, "签约", "2025-03-05"),
    )
    assert "今年签约1个" in await story.says(OFFICE, "签约开工率")


@pytest.mark.parametrize(
    ("regime", "wants"),
    [
        ("yuncheng-2025", ("储备总投资6100亿元，应不低于5000亿元：达到", "产业项目个数占比50%", "闻喜县储备年度计划投资88亿元，为固投任务80亿元的1.1倍，应不低于1.5倍：未达到")),
        ("yuncheng-2019", ("储备总投资6100亿元，应不低于2000亿元：达到", "储备项目转化率33.3%（1/3），应不低于30%：达到")),
        ("jincheng-2025", ("闻喜县储备总投资6000亿元，为固投任务80亿元的75倍，应不低于5倍：达到",)),
        ("yangquan-2025", ("为年度计划投资86.6亿元的70.44倍，应不低于2倍：达到",)),
    ],
)  # fmt: skip
async def test_P10_the_reserve_against_each_notices_demands(
    tell: Tell, tmp_path: Path, regime: str, wants: tuple[str, ...]
) -> None:
    story = await tell(regime=regime)
    shown = imported(
        story,
        tmp_path,
        ("大项目", "闻喜", "产业类", 6000, 88, "前期", None),
        ("小项目", "市直", "社会民生类", 100, 1, "谋划", None),
        ("已开工的", "盐湖区", "产业类", 10, 1, "开工", "2025-03-05"),
    )
    assert "3个储备项目" in shown and "新增3个" in shown
    await story.says(OFFICE, "闻喜县固投任务80亿元")
    said = await story.says(OFFICE, "储备项目情况")
    for words in wants:
        assert words in said, said
    assert "谋划1个、前期1个、开工1个" in said


async def test_P10_the_office_reads_it_after_each_quarter_and_every_county_its_own(
    story: Story, tmp_path: Path
) -> None:
    imported(story, tmp_path, ("大项目", "闻喜", "产业类", 60, 9, "前期", None))
    await story.at("2025-10-09 12:00")
    told = [one for one in await story.reads(OFFICE) if "储备和签约项目（截至9月30日）" in one]
    assert len(told) == 1 and "应不低于5000亿元" in told[0]
    await story.at("2025-11-05 12:00")
    assert not [one for one in await story.reads(OFFICE) if "储备和签约项目" in one], "a month is no quarter"
    assert "大项目" not in await story.says("county-wenxi", "储备项目情况")
    assert "闻喜县储备项目1个" in await story.says("county-wenxi", "储备项目情况")
    assert "请问市重点办" in await story.says("county-wenxi", "盐湖区储备项目情况")
    assert "由重点办掌握" in await story.says("liaison-21", "储备项目情况")
    assert "私聊" in await story.says(OFFICE, "各县储备", group="city")


async def test_P10_a_project_rolls_on_from_stage_to_stage(story: Story) -> None:
    await story.says("county-wenxi", "储备项目：汽车配件二期，产业，总投资60亿元")
    for stage in ("签约", "前期", "开工"):
        assert f"{stage}，记下了" in await story.says("county-wenxi", f"储备项目汽车配件二期转{stage}")
    assert "已经是“开工”" in await story.says("county-wenxi", "储备项目汽车配件二期转前期")
    assert "开工1个" in await story.says("county-wenxi", "储备库")
    assert "已转化1个" in await story.says(OFFICE, "各县储备")


@pytest.mark.parametrize(
    ("account", "says", "answer"),
    [
        (OFFICE, "签约项目：某项目，闻喜县，产业，总投资5亿元", "请写明哪天签约"),
        (OFFICE, "签约项目：某项目，产业，总投资5亿元，9月10日", "请写明是哪个县"),
        (OFFICE, "签约项目：某项目，闻喜县，总投资5亿元，9月10日", "请写明领域和总投资"),
        (OFFICE, "签约项目：某项目，闻喜县，产业，总投资5亿元，12月10日", "还没到"),
        (OFFICE, "签约项目：某项目，闻喜县，产业，五亿左右", "没有读懂"),
        ("county-wenxi", "储备项目：某项目，盐湖区，产业，总投资5亿元", "只能登记本县"),
        ("liaison-21", "储备项目：某项目，闻喜县，产业，总投资5亿元", "由重点办登记"),
        ("county-wenxi", "盐湖区固投任务80亿元", "由市重点办或盐湖区重点办"),
    ],
)
async def test_P10_what_cannot_be_entered_is_said(story: Story, account: str, says: str, answer: str) -> None:
    assert answer in await story.says(account, says)
    assert "还没有登记" in await story.says(OFFICE, "储备项目情况")


async def test_P10_a_sheet_with_faults_is_not_taken(story: Story, tmp_path: Path) -> None:
    file = tmp_path / "储备.xlsx"
    file.write_bytes(
        sheet(
            ("大项目", "闻喜", "产业", "六十亿", 9, "在谈", "去年"),
            ("大项目", "闻喜", "农业", 60, 9, "前期", None),
        )
    )
    with pytest.raises(DocumentError) as caught:
        importing.plan("reserve", file, 2025)
    faults = "\n".join(map(str, caught.value.faults))
    for words in ("不是数", "阶段应是", "看不懂的日期", "重复", "领域应是"):
        assert words in faults
    file.write_bytes(sheet(("大项目", "某某县", "产业", 60, 9, "前期", None)))
    plan = importing.plan("reserve", file, 2025)
    with pytest.raises(DocumentError, match="没有这个县"):
        story.city.db.read_now(plan.show)


async def test_P10_an_import_can_be_undone(story: Story, tmp_path: Path) -> None:
    imported(story, tmp_path, ("大项目", "闻喜", "产业类", 60, 9, "前期", None))
    assert "1处改动" in story.city.db.write_now(lambda tx: importing.undo(tx, "reserve", story.now))
    assert "还没有登记" in await story.says(OFFICE, "储备项目情况")
