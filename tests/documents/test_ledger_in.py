"""The ledger as offices keep it: what is read of good files, and what is said of wrong ones."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.documents.faults import DocumentError
from bot.documents.ledger_in import LedgerFile, read_ledger
from bot.documents.months import month_of
from tests.documents.books import GOOD, HEAD, csv_, line, ods, xls, xlsx

DEMO = Path(__file__).resolve().parents[2] / "bot" / "demo"
YI = 100_000_000


def read(rows: Sequence[Sequence[Any]], **how: Any) -> LedgerFile:
    return read_ledger(xlsx(rows, **how), "台账.xlsx", 2025)


def faults(data: bytes, name: str = "台账.xlsx") -> list[str]:
    with pytest.raises(DocumentError) as caught:
        read_ledger(data, name, 2025)
    return [str(fault) for fault in caught.value.faults]


# ---- the real one ----


@pytest.mark.parametrize("name", ["yuncheng-2025.xlsx", "yuncheng-2025.csv"])
def test_the_real_ledger_has_its_30_projects_and_sums(name: str) -> None:
    ledger = read_ledger((DEMO / name).read_bytes(), name, 2025)
    assert len(ledger.rows) == 30
    assert (ledger.total_investment, ledger.annual_plan) == (53_782_000_000, 8_660_000_000)
    groups = {g.name: (g.count, g.total_investment, g.annual_plan) for g in ledger.groups}
    assert groups["市直"] == (9, 12_860_000_000, 2_560_000_000)
    assert groups["绛县"] == (2, 9_587_000_000, 550_000_000)
    assert groups["运城开发区"] == (2, 934_000_000, 430_000_000)
    assert len(groups) == 15


def test_the_real_ledger_row_by_row() -> None:
    rows = {r.number: r for r in read_ledger((DEMO / "yuncheng-2025.xlsx").read_bytes(), "a.xlsx", 2025).rows}
    assert rows[5].owners == ("运发投集团", "国网运城供电公司")
    assert rows[23].place == "绛县"
    assert rows[1].name == "G108 新绛至河津段改扩建工程"
    assert (rows[1].start_month, rows[1].finish_month) == ("2025-10", "2027-10")
    assert (rows[14].build_kind, rows[14].annual_plan, rows[14].tier) == ("preliminary", 0, "province")
    assert rows[3].tier == "city"


# ---- every format, every spelling ----


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("台账.xlsx", xlsx),
        ("台账.xls", xls),
        ("台账.ods", ods),
        ("台账.csv", csv_),
        ("台账.csv", lambda rows: csv_(rows, "gb18030")),
    ],
    ids=["xlsx", "xls", "ods", "csv-utf8", "csv-gb18030"],
)
def test_the_same_ledger_in_every_format(name: str, make: Callable[..., bytes]) -> None:
    ledger = read_ledger(make(GOOD), name, 2025)
    assert [(r.number, r.name, r.group) for r in ledger.rows] == [
        (1, "甲项目", "盐湖区"),
        (2, "乙项目", "绛县"),
    ]
    assert ledger.rows[1].owners == ("一公司", "二公司")
    assert ledger.total_investment == 450_000_000


def test_other_orders_and_spellings_of_the_columns() -> None:
    head = (
        "年度投资计划（万元）",
        "工程名称",
        "编号",
        "业主单位",
        "项目总投资\n（万元）",
        "开工日期",
        "建成时间",
    )
    ledger = read([head, (3000, "丙项目", 7, "市水投", 12000, "2025.10", "2025年底")])
    row = ledger.rows[0]
    assert (row.number, row.name, row.total_investment, row.annual_plan) == (
        7,
        "丙项目",
        120_000_000,
        30_000_000,
    )
    assert (row.start_month, row.finish_month) == ("2025-10", "2025-12")


def test_two_header_rows_with_merged_headings() -> None:
    rows = [
        ("序号", "项目名称", "投资（亿元）", "", "时间", ""),
        ("序号", "项目名称", "总投资", "2025年计划投资", "开工时间", "竣工时间"),
        (1, "甲项目", 2.5, 1, "2025-03", "2026-12"),
    ]
    ledger = read(rows, merge=["A1:A2", "B1:B2", "C1:D1", "E1:F1"])
    assert ledger.rows[0].total_investment == 250_000_000
    assert ledger.rows[0].start_month == "2025-03"


def test_a_second_header_row_is_read_even_if_the_first_would_do() -> None:
    rows = [
        ("序号", "项目名称", "总投资（亿元）", "年度计划投资（亿元）", "时间", ""),
        ("", "", "", "", "开工", "竣工"),
        (1, "甲项目", 2.5, 1, "2025-03", "2026-12"),
    ]
    row = read(rows, merge=["A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1"]).rows[0]
    assert (row.start_month, row.finish_month) == ("2025-03", "2026-12")


def test_a_csv_that_lost_its_merged_cells() -> None:
    rows = [
        ("县区", "序号", "项目名称", "投资（万元）", "", "建设期限", ""),
        ("", "", "", "总投资", "年度计划投资", "开工时间", "竣工时间"),
        ("绛县", 1, "甲项目", 20000, 10000, "2025.10", "2026-12"),
        ("", 2, "乙项目", 20000, 10000, "", ""),
        ("小计", "", "2个", 40000, 20000, "", ""),
        ("夏县", 3, "丙项目", 20000, 10000, "", ""),
    ]
    ledger = read_ledger(csv_(rows), "台账.csv", 2025)
    assert [(row.group, row.start_month) for row in ledger.rows] == [
        ("绛县", "2025-10"),
        ("绛县", None),
        ("夏县", None),
    ]
    assert ledger.total_investment == 600_000_000


def test_the_unit_of_money_may_stand_in_a_row_of_its_own_or_in_the_cell() -> None:
    head = ("序号", "项目名称", "总投资", "年度计划投资")
    row = read([head, ("", "", "（亿元）", "（万元）"), (1, "甲", 2, 300)]).rows[0]
    assert (row.total_investment, row.annual_plan) == (200_000_000, 3_000_000)
    row = read([("单位：亿元",), head, (1, "甲", "2亿元", "300万元")]).rows[0]
    assert (row.total_investment, row.annual_plan) == (200_000_000, 3_000_000)


def test_of_two_years_plans_the_ledgers_year_counts() -> None:
    head = (
        "序号",
        "项目名称",
        "总投资（亿元）",
        "2024年计划投资（亿元）",
        "累计完成投资（亿元）",
        "2025年计划投资（亿元）",
    )
    assert read([head, (1, "甲", 9, 7, 8, 1)]).rows[0].annual_plan == 100_000_000


def test_subtotals_below_their_rows_name_the_group() -> None:
    head = ("序号", "项目名称", "总投资（亿元）", "年度计划投资（亿元）")
    rows = [
        head,
        (1, "甲", 2, 1),
        ("盐湖区小计", "1个", 2, 1),
        (2, "乙", 3, 1),
        ("夏县小计", "", 3, 1),
        ("总计", "", 5, 2),
    ]
    assert [row.group for row in read(rows).rows] == ["盐湖区", "夏县"]
    rows[2] = ("盐湖区小计", "2个", 2, 1)
    assert any("第3行" in one and "盐湖区小计写的是2个项目，下面实有1个" in one for one in faults(xlsx(rows)))


def test_groups_that_are_no_counties() -> None:
    head = ("序号", "项目名称", "总投资（亿元）", "年度计划投资（亿元）")
    rows = [head, ("市本级", "", 2, 1), (1, "甲", 2, 1), ("二、城市更新类", "", 3, 1), (2, "乙", 3, 1)]
    assert [group.name for group in read(rows).groups] == ["市本级", "城市更新类"]


def test_nothing_below_a_note_is_lost() -> None:
    head = ("序号", "项目名称", "总投资（亿元）", "年度计划投资（亿元）")
    rows = [
        head,
        (1, "甲", 2, 1),
        ("注：续表",),
        head,
        (2, "乙", 3, 1),
        ("以上为9月底数据",),
        ("填表人：张三", "", "电话：1"),
    ]
    assert [row.name for row in read(rows, merge=["A6:D6"]).rows] == ["甲", "乙"]


def test_a_name_that_is_wrapped_is_one_unit() -> None:
    ledger = read(
        [
            HEAD,
            line(owners="运城星运科技\n有限公司"),
            line(2, "道路（一期）\n工程", owners="甲集团\n市水务局"),
        ]
    )
    assert [row.owners for row in ledger.rows] == [("运城星运科技有限公司",), ("甲集团", "市水务局")]
    assert ledger.rows[1].name == "道路（一期）工程"


def test_whether_a_start_is_planned_or_actual() -> None:
    head = ("序号", "项目名称", "总投资（亿元）", "年度计划投资（亿元）", "实际开工时间")
    assert read([head, (1, "甲", 2, 1, "2025-03")]).rows[0].start_is_actual
    ledger = read([HEAD, line(start="2025年3月（实际）"), line(2, "乙"), line(3, "丙", kind="续建")])
    assert [row.start_is_actual for row in ledger.rows] == [True, False, True]


def test_sums_from_formulas_tally_in_spite_of_their_last_digit() -> None:
    head = ("序号", "项目名称", "总投资（亿元）", "年度计划投资（亿元）")
    assert read([head, (1, "甲", 0.1, 0.1), (2, "乙", 0.2, 0), ("合计", "", 0.1 + 0.2, 0.1)]).rows


def test_merged_county_columns() -> None:
    rows = [
        ("县（市、区）", "序号", "项目名称", "总投资（亿元）", "年度计划投资（亿元）"),
        ("绛县", 1, "甲项目", 2, 1),
        ("", 2, "乙项目", 3, 1),
        ("夏县", 3, "丙项目", 4, 1),
    ]
    ledger = read(rows, merge=["A2:A3"])
    assert [row.group for row in ledger.rows] == ["绛县", "绛县", "夏县"]


def test_hidden_sheets_are_left_alone() -> None:
    ledger = read(GOOD, hidden=[HEAD, line(9, "去年的项目")])
    assert [row.name for row in ledger.rows] == ["甲项目", "乙项目"]
    assert ledger.sheet == "项目表"


def test_the_unit_of_money_may_stand_above_the_table() -> None:
    head = ("序号", "项目名称", "总投资", "年度计划投资")
    assert read([("单位：万元",), head, (1, "甲", 12000, 3000)]).rows[0].total_investment == 120_000_000
    assert read([("单位：元",), head, (1, "甲", 12000, 3000)]).rows[0].total_investment == 12_000


@pytest.mark.parametrize(
    ("cell", "month"),
    [
        ("2025 年 10 月", "2025-10"),
        ("2025-10", "2025-10"),
        ("2025.10", "2025-10"),
        ("2025/3", "2025-03"),
        ("2025年3月底", "2025-03"),
        ("2025年底", "2025-12"),
        (2025.11, "2025-11"),
        (202510.0, "2025-10"),
        ("25年10月", "2025-10"),
        ("2025年10月（实际）", "2025-10"),
        ("已于2025年3月开工", "2025-03"),
        (date(2025, 10, 1), "2025-10"),
        ("2026年上半年", "2026-06"),
        ("", None),
        ("—", None),
    ],
)
def test_months_however_they_are_written(cell: Any, month: str | None) -> None:
    assert month_of(cell) == (month, "")


# ---- wrong files: refused with place and reason ----


def test_a_month_that_may_be_january_or_october_is_asked_about() -> None:
    (fault,) = faults(xlsx([HEAD, line(start=2025.1)]))
    assert fault == (
        "工作表“项目表”，第2行，H“计划(实际)开工时间”列：2025.1 可能是2025年1月，也可能是2025年10月，请写成 2025-01 或 2025-10"
    )


def test_a_csv_cannot_tell_january_from_october_either() -> None:
    (fault,) = faults(csv_([HEAD, line(start="2025.1")]), "台账.csv")
    assert "第2行，H“计划(实际)开工时间”列：2025.1 可能是2025年1月，也可能是2025年10月" in fault


def test_two_ledgers_in_a_file_are_asked_about() -> None:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(xlsx(GOOD)))
    book.copy_worksheet(book.worksheets[0]).title = "副本"
    out = io.BytesIO()
    book.save(out)
    assert "“项目表”、“副本”" in faults(out.getvalue())[0]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (line(total="三亿左右"), "第2行，F“总投资（亿元）”列：应是数字，这里是“三亿左右”"),
        (line(total=None), "第2行，F“总投资（亿元）”列：没有填总投资"),
        (line(start="2025年13月"), "第2行，H“计划(实际)开工时间”列：没有13月"),
        (line(start="2025年"), "第2行，H“计划(实际)开工时间”列：只有年份“2025年”，请写到月"),
        (line(start="2027-01"), "第2行，I“计划竣工时间”列：竣工时间2026-12早于开工时间2027-01"),
        (line(kind="大修"), "第2行，E“建设性质”列：应是前期、新建、续建"),
        (line(plan=9), "第2行，G“2025年计划投资（亿元）”列：年度计划投资大于总投资"),
        (line(number="甲"), "第2行，A“序号”列：序号应是正整数，这里是“甲”"),
        (line(name=""), "第2行，B“项目名称”列：没有项目名称"),
        (line(total=-1), "第2行，F“总投资（亿元）”列：不能是负数"),
    ],
)
def test_a_wrong_cell_is_named_with_its_reason(row: tuple[Any, ...], said: str) -> None:
    assert any(said in fault for fault in faults(xlsx([HEAD, row])))


def test_all_faults_come_at_once() -> None:
    found = faults(xlsx([HEAD, line(total="x"), line(2, "乙", start="2025年13月"), line(3, "丙", kind="")]))
    assert [fault.split("，")[1] for fault in found] == ["第2行", "第3行", "第4行"]


def test_duplicate_numbers_and_names() -> None:
    found = faults(xlsx([HEAD, line(), line(1, "乙项目"), line(3, "甲项目")]))
    assert any("序号1与第2行重复" in fault for fault in found)
    assert any("项目名称与第2行重复" in fault for fault in found)


def test_sums_that_do_not_tally() -> None:
    rows = list(GOOD)
    rows[2] = ("共计 3 个项目", "", "", "", "", 4.6, 1.8)
    found = faults(xlsx(rows))
    assert any("第3行" in fault and "合计写的是3个项目，下面实有2个" in fault for fault in found)
    assert any("合计写的是4.60亿元，各项目相加是4.50亿元" in fault for fault in found)


def test_a_groups_sum_that_does_not_tally() -> None:
    rows = list(GOOD)
    rows[5] = ("绛 县 1个", "", "", "", "", 2.0, 0.9)
    assert any(
        "第6行" in one and "绛县写的是0.90亿元，各项目相加是0.80亿元" in one for one in faults(xlsx(rows))
    )


def test_money_without_a_unit_is_asked_about() -> None:
    head = ("序号", "项目名称", "总投资", "年度计划投资")
    assert any("没写金额单位" in fault for fault in faults(xlsx([head, (1, "甲", 2, 1)])))


def test_other_columns() -> None:
    assert any("没找到表头" in one for one in faults(xlsx([("日期", "温度"), ("1日", 20)])))
    assert any(
        "缺这些列：总投资、年度计划投资" in one for one in faults(xlsx([("序号", "项目名称"), (1, "甲")]))
    )


def test_another_years_ledger() -> None:
    head = tuple(one.replace("2025", "2024") for one in HEAD)
    assert any("这是2024年的台账" in fault for fault in faults(xlsx([head, line()])))


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (150 * 1024 * 1024))
    return out.getvalue()


def far_corner() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "序号"
    sheet["XFD1048576"] = "x"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "空.xlsx", "文件是空的"),
        (b"\xef\xbb\xbf\r\n", "空.csv", "文件是空的"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 99, "照片.xlsx", "这是一张PNG图片"),
        (b"\xff\xd8\xff\xe0" + b"0" * 99, "照片.xlsx", "这是一张JPG图片"),
        (ENCRYPTED, "加密.xlsx", "文件有密码"),
        (b"Rar!\x1a\x07" + b"0" * 99, "台账.xlsx", "是压缩包"),
        (b"," * 5000, "逗号.csv", "超过20000行或200列"),
        (xlsx([]), "空表.xlsx", "表格里什么也没有"),
        (xlsx(GOOD)[:3000], "断.xlsx", "文件损坏"),
        (b"%PDF-1.7", "扫描.xlsx", "这是PDF"),
        (b"<html><table></table></html>", "导出.xls", "这是网页"),
        (b"PK\x03\x04" + b"1" * 50, "坏.xlsx", "文件损坏"),
        (b"x" * (100 * 1024 * 1024), "大.xlsx", "文件有100MB，太大"),
        (b"hello", "改名.xlsx", "内容不是表格"),
        (b"\x80\x81\xff\xff", "乱码.csv", "编码认不出来"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_ledger_is_refused(data: bytes, name: str, said: str) -> None:
    assert said in "\n".join(faults(data, name))


def test_a_zip_bomb_is_not_opened() -> None:
    assert "展开后有" in faults(bomb())[0]


def test_a_cell_at_the_far_corner_harms_nobody() -> None:
    assert "台账.xlsx" in faults(far_corner())[0]


def test_an_empty_table() -> None:
    assert any("没有项目" in fault for fault in faults(xlsx([HEAD])))
