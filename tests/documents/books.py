"""Makes the files that offices send, good and bad."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import openpyxl
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

HEAD = (
    "序号", "项目名称", "项目单位", "建设地点", "建设性质", "总投资（亿元）", "2025年计划投资（亿元）",
    "计划(实际)开工时间", "计划竣工时间", "领域", "备注",
)  # fmt: skip


def line(number: Any = 1, name: str = "甲项目", **other: Any) -> tuple[Any, ...]:
    """A project's row in the order of HEAD."""
    values = {
        "owners": "某公司", "place": "盐湖区", "kind": "新建", "total": 2.5, "plan": 1.0,
        "start": "2025年3月", "finish": "2026-12", "field": "产业类", "note": "",
    } | other  # fmt: skip
    return (number, name, *values.values())


GOOD: tuple[tuple[Any, ...], ...] = (
    ("附件",),
    HEAD,
    ("共计 2 个项目", "", "", "", "", 4.5, 1.8),
    ("盐湖区 1个", "", "", "", "", 2.5, 1.0),
    line(),
    ("绛 县 1个", "", "", "", "", 2.0, 0.8),
    line(2, "乙项目", place="绛 县", total=2, plan=0.8, owners="一公司\n二公司"),
    ("注：计划投资以批复为准",),
)


def xlsx(
    rows: Sequence[Sequence[Any]], merge: Sequence[str] = (), hidden: Sequence[Sequence[Any]] = ()
) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "项目表"
    for row in rows:
        sheet.append(list(row))
    for area in merge:
        sheet.merge_cells(area)
    if hidden:
        other = book.create_sheet("旧表", 0)
        for row in hidden:
            other.append(list(row))
        other.sheet_state = "hidden"
        book.active = 1
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(rows: Sequence[Sequence[Any]]) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("项目表")
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            sheet.write(r, c, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods(rows: Sequence[Sequence[Any]]) -> bytes:
    book = OpenDocumentSpreadsheet()
    table = Table(name="项目表")
    for row in rows:
        line_ = TableRow()
        for value in row:
            if isinstance(value, (int, float)):
                cell = TableCell(valuetype="float", value=str(value))
            else:
                cell = TableCell(valuetype="string")
            for part in str(value).split("\n"):
                cell.addElement(P(text=part))
            line_.addElement(cell)
        table.addElement(line_)
    book.spreadsheet.addElement(table)
    out = io.BytesIO()
    book.write(out)
    return out.getvalue()


def csv_(rows: Sequence[Sequence[Any]], encoding: str = "utf-8-sig") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)
