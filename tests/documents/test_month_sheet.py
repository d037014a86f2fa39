"""填报表: filled in before, read back as it was; what is wrong is named by its cell."""

import io
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from bot.acts import Status
from bot.documents.faults import DocumentError
from bot.documents.month_sheet import FilledSheet, SheetRow, Standing, month_sheet_xlsx, read_month_sheet

ROWS = [
    SheetRow(21, "国道342闻喜改线", 250_000_000, Standing(18_000_000, 210_000_000, 60.0)),
    SheetRow(22, "=东睦磁电", 100_000_000, Standing(), Standing(5_000_000, 90_000_000, 12.5, Status.STARTED)),
]


def sheet(**cells: Any) -> bytes:
    """The sheet of ROWS with these cells filled in."""
    book = load_workbook(io.BytesIO(month_sheet_xlsx(ROWS, "2025-09", "闻喜县")))
    for place, value in cells.items():
        book.active[place] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(**cells: Any) -> FilledSheet:
    found = read_month_sheet(sheet(**cells), "闻喜县2025年9月填报表.xlsx")
    assert found is not None
    return found


def test_what_was_filled_in_before_is_read_back() -> None:
    found = read()
    assert (found.month, found.faults) == ("2025-09", ())
    first, second = found.rows
    assert (first.number, first.name, first.now) == (21, "国道342闻喜改线", Standing())
    assert second.now == Standing(5_000_000, 90_000_000, 12.5, Status.STARTED)
    assert FilledSheet.from_json(found.as_json()) == found


@pytest.mark.parametrize(
    ("written", "yuan"),
    [(1800, 18_000_000), ("1800", 18_000_000), ("1,800", 18_000_000), ("１８００", 18_000_000), ("1800万", 18_000_000),
     ("1800万元", 18_000_000), ("0.18亿", 18_000_000), (0, 0), ("0", 0), ("-", None), ("", None), (None, None), (12.34, 123_400)],
)  # fmt: skip
def test_sums_as_people_write_them(written: Any, yuan: int | None) -> None:
    found = read(G4=written)
    assert found.faults == () and found.rows[0].now.month == yuan


@pytest.mark.parametrize(
    ("cell", "written", "fault"),
    [
        ("G4", "约五百", "G4：“约五百”不是数"),
        ("G4", -5, "G4：“-5”小于0"),
        ("H5", "一个亿", "H5：“一个亿”不是数"),
        ("G4", True, "不是数"),
        ("I4", 0.65, "I4：“0.65”是0.65%还是65%？"),
        ("I4", 101, "I4：“101”不在0到100之间"),
        ("J4", "停了", "J4：“停了”不是状态"),
        ("A5", 21, "A5：序号21和第4行重复"),
        ("A4", None, ""),
        ("G6", 5, "A6：没有序号"),
        ("G4", 10**11, "太大"),
    ],
)
def test_faults_are_named_by_their_cell(cell: str, written: Any, fault: str) -> None:
    faults = "；".join(read(**{cell: written}).faults)
    assert fault in faults and bool(faults) == bool(fault)


def test_a_title_without_its_month_is_a_fault() -> None:
    assert "哪个月" in read(A1="填报表").faults[0]


def test_other_sheets_are_none_of_it() -> None:
    book = Workbook()
    book.active.append(["姓名", "电话"])
    out = io.BytesIO()
    book.save(out)
    assert read_month_sheet(out.getvalue(), "通讯录.xlsx") is None
    assert read_month_sheet(b"no sheet at all", "现场.xlsx") is None
    with pytest.raises(DocumentError, match=r"缺这些列|没找到表头"):
        read_month_sheet(out.getvalue(), "9月填报表.xlsx")
