"""Units, people, templates, and what a new ledger changes."""

import io
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from bot.documents.faults import DocumentError
from bot.documents.ledger_diff import compare
from bot.documents.ledger_in import LedgerFile, read_ledger
from bot.documents.ledger_out import ledger_xlsx
from bot.documents.people_in import read_people
from bot.documents.templates_out import template
from bot.documents.units_in import read_units
from tests.documents.books import GOOD, HEAD, csv_, line, xlsx

DEMO = Path(__file__).resolve().parents[2] / "bot" / "demo"


def said(error: pytest.ExceptionInfo[DocumentError]) -> str:
    return "\n".join(map(str, error.value.faults))


def test_the_directory_of_units() -> None:
    units = {unit.name: unit for unit in read_units((DEMO / "units.csv").read_bytes(), "units.csv")}
    assert len(units) == 45
    assert units["市水务局"].aliases == ("水务局", "水利局")
    assert units["闻喜县人民政府"].level == "county"


def test_wrong_units_are_named() -> None:
    with pytest.raises(DocumentError) as caught:
        read_units(csv_([("单位名称", "级别"), ("市水务局", "处级"), ("", "市级")]), "单位.csv")
    assert "第2行，B“级别”列：级别应是 市级、县级或企业，这里是“处级”" in said(caught)
    assert "第3行，A“单位名称”列：没有单位名称" in said(caught)


def test_an_alias_means_one_unit_only() -> None:
    rows = [("单位名称", "级别", "简称"), ("市规划局", "市级", "规划局"), ("市住建局", "市级", "规划局")]
    with pytest.raises(DocumentError) as caught:
        read_units(csv_(rows), "单位.csv")
    assert "第3行，C“简称”列：简称“规划局”已是市规划局（第2行）的叫法" in said(caught)


def test_units_stand_in_a_tree() -> None:
    head = ("单位名称", "级别", "上级单位")
    rows = [
        head,
        ("市水务局", "市级", ""),
        ("市供水公司", "市级", "市水务局"),
        ("东城供水所", "市级", "市供水公司"),
    ]
    assert [one.above for one in read_units(csv_(rows), "单位.csv")] == ["", "市水务局", "市供水公司"]
    with pytest.raises(DocumentError) as caught:
        read_units(
            csv_([head, ("甲局", "市级", "乙局"), ("乙局", "市级", "甲局"), ("丙局", "市级", "丁局")]),
            "单位.csv",
        )
    assert "甲局的上级绕了一圈又回到它自己" in said(caught) and "上级单位“丁局”不在单位目录里" in said(caught)


def test_the_demos_people_are_all_made_up() -> None:
    people = read_people((DEMO / "people.csv").read_bytes(), "people.csv")
    assert all(one.made_up for one in people)
    assert {number for one in people if "联络员" in one.roles for number in one.projects} == set(range(1, 31))


def test_the_demos_people_have_the_titles_of_their_units() -> None:
    people = read_people((DEMO / "people.csv").read_bytes(), "people.csv")
    units = {one.name for one in read_units((DEMO / "units.csv").read_bytes(), "units.csv")}
    assert len({one.name for one in people}) == len(people)
    assert {one.unit for one in people if "13710联系人" in one.roles} == units
    mayors = [one.address for one in people if one.address.endswith(("市长", "县长", "区长"))]
    assert len(set(mayors)) == len(mayors)
    heads = {one.unit: one for one in people if "主要负责人" in one.roles}
    assert {unit: (heads[unit].title, heads[unit].address) for unit in (
        "市发展改革委", "市金融办", "市消防救援支队", "国网运城供电公司", "市水务局", "永济市人民政府", "运城开发区管委会",
    )} == {
        "市发展改革委": ("主任", "马主任"), "市金融办": ("主任", "马主任"), "市消防救援支队": ("支队长", "姚支队长"),
        "国网运城供电公司": ("总经理", "梁总"), "市水务局": ("局长", "苏局长"),
        "永济市人民政府": ("市长", "永济宋市长"), "运城开发区管委会": ("主任", "开发区蒋主任"),
    }  # fmt: skip
    sponsors = [one for one in people if "县级包联领导" in one.roles]
    assert {one.title for one in sponsors} == {"副县长", "副市长", "副区长", "副主任"}


def test_wrong_people_are_named() -> None:
    rows = [
        ("姓名", "单位", "角色", "项目", "电话", "账号"),
        ("张三", "市水务局", "局长", "", "", ""),
        ("李四", "市水务局", "联络员", "甲", "12", "zhangsan"),
        ("王五", "市水务局", "联络员", "", "", "wecom:a"),
        ("赵六", "市水务局", "联络员", "", "", "wecom:a"),
    ]
    with pytest.raises(DocumentError) as caught:
        read_people(xlsx(rows), "人员.xlsx")
    words = said(caught)
    assert "第2行，C“角色”列：没有“局长”这个角色" in words
    assert "“甲”不是台账序号" in words
    assert "不像电话号码" in words
    assert "账号应写成 平台:账号" in words
    assert "账号wecom:a与第4行重复" in words


@pytest.mark.parametrize("kind", ["ledger", "units", "people"])
def test_a_template_has_the_columns_that_are_read(kind: str) -> None:
    reads = {
        "ledger": lambda data: read_ledger(data, "模板.xlsx", None),
        "units": lambda data: read_units(data, "模板.xlsx"),
        "people": lambda data: read_people(data, "模板.xlsx"),
    }
    with pytest.raises(DocumentError) as caught:
        reads[kind](template(kind))
    assert "表头下面没有" in said(caught), "its headings are understood, and it is empty"


def test_a_filled_template_is_read_and_keeps_2025_10_as_october() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template("ledger")))
    sheet = book.worksheets[0]
    values = (
        1,
        "供水管网改造",
        "市住建局、市水务局",
        "盐湖区",
        "盐湖区",
        "新建",
        2.5,
        1,
        "2025.10",
        "2026-12",
        "基础设施类",
        "省重点",
    )
    for place, value in enumerate(values, 1):
        sheet.cell(2, place).value = value
    assert sheet["I2"].number_format == "@"
    out = io.BytesIO()
    book.save(out)
    (row,) = read_ledger(out.getvalue(), "台账.xlsx", 2025).rows
    assert (row.owners, row.start_month, row.total_investment) == (
        ("市住建局", "市水务局"),
        "2025-10",
        250_000_000,
    )


def test_the_ledger_that_goes_out_is_the_one_that_came_in() -> None:
    real = read_ledger((DEMO / "yuncheng-2025.xlsx").read_bytes(), "台账.xlsx", 2025)
    again = read_ledger(ledger_xlsx(real.rows, "运城市重点推进项目", 2025), "台账.xlsx", 2025)
    assert [replace(row, row=0) for row in again.rows] == [replace(row, row=0) for row in real.rows]
    assert (again.title, again.groups) == ("运城市重点推进项目", real.groups)


def test_a_name_that_looks_like_a_formula_goes_out_as_text(ledger: LedgerFile) -> None:
    rows = [replace(ledger.rows[0], name="=1+1", note="2025年3月（实际）", start_is_actual=True)]
    (row,) = read_ledger(ledger_xlsx(rows, "台账", 2025), "台账.xlsx", 2025).rows
    assert (row.name, row.start_is_actual) == ("=1+1", True)


@pytest.fixture
def ledger() -> LedgerFile:
    return read_ledger(xlsx(GOOD), "台账.xlsx", 2025)


def test_nothing_changes_when_the_same_ledger_comes_again(ledger: LedgerFile) -> None:
    diff = compare(ledger.rows, ledger)
    assert (diff.new, diff.changed, diff.renamed, diff.gone, diff.unchanged) == ((), (), (), (), 2)


def test_new_changed_renamed_and_gone(ledger: LedgerFile) -> None:
    first, second = ledger.rows
    old = [
        replace(first, annual_plan=50_000_000),
        replace(second, name="乙项目（一期）"),
        replace(first, number=9, name="别的什么工程", owners=("另一家",)),
    ]
    diff = compare(old, ledger)
    assert [str(change) for change in diff.changed] == ["1 甲项目　年度计划投资：0.50亿元 → 1.00亿元"]
    assert [(a.name, b.name) for a, b in diff.renamed] == [("乙项目（一期）", "乙项目")]
    assert [row.name for row in diff.gone] == ["别的什么工程"]
    assert compare([first], ledger).new == (second,)


def test_cells_longer_than_their_column_are_named_with_their_place() -> None:
    rows = [("姓名", "单位", "职务", "角色"), ("王工", "市水务局", "主" * 130, "联络员")]
    with pytest.raises(DocumentError) as fault:
        read_people(xlsx(rows), "人员.xlsx")
    assert str(fault.value) == "工作表“项目表”，第2行，C“职务”列：太长：130字，最多120字"
    with pytest.raises(DocumentError, match="第2行，A“单位名称”列：太长：121字，最多120字"):
        read_units(xlsx([("单位名称", "级别", "简称"), ("局" * 121, "市级", "")]), "单位.xlsx")
    with pytest.raises(DocumentError, match="第2行，B“项目名称”列：太长：301字，最多300字"):
        read_ledger(xlsx([HEAD, line(name="路" * 301)]), "台账.xlsx", None)
    with pytest.raises(DocumentError, match="序号应是正整数"):
        read_ledger(xlsx([HEAD, line(10**12)]), "台账.xlsx", None)
