"""Bytes → sheets of cells: xlsx, xls, ods, csv. Looked at before it is opened, read in a process of its own.

python-calamine swallows zip bombs and aborts its whole process on a cell at the sheet's far corner; so the
zip's sizes are checked first, and the reading happens in a child with limited memory and time.
"""

import csv
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from bot.documents.faults import DocumentError, refuse

Cell: TypeAlias = str | float | bool | date | None

LARGEST = 20 * 1024 * 1024  # bytes of a file
_UNPACKED = 100 * 1024 * 1024
_ENTRIES = 2000
_ROWS, _COLUMNS = 20_000, 200
_LETTERS = 20_000_000  # of all cells together: one long text can stand in many of them
_MEMORY = 1024 * 1024 * 1024
_SECONDS = 30
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = {b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPG", b"GIF8": "GIF", b"BM": "BMP", b"RIFF": "WEBP"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as people see it: row 1 is rows[0]; merged cells carry their value in each of their cells.

    `typed` is False where numbers, dates and texts can't be told apart (csv).
    """

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    hidden: bool = False
    typed: bool = True


def read(data: bytes, filename: str) -> list[Sheet]:
    """All sheets, hidden ones too. Raises DocumentError with a reason in Chinese."""
    kind = _kind(data, filename)
    return [_csv(data, filename)] if kind == "csv" else _in_child(data, filename)


def _kind(data: bytes, filename: str) -> str:
    if len(data) > LARGEST:
        raise refuse(
            f"{filename}：文件有{len(data) / 1_048_576:.0f}MB，太大（最多20MB）；台账通常不到1MB，请检查是否带了图片"
        )
    if not data.strip(b"\x00\r\n\t \xef\xbb\xbf"):
        raise refuse(f"{filename}：文件是空的")
    for head, name in _PICTURES.items():
        if data.startswith(head):
            raise refuse(f"{filename}：这是一张{name}图片，不是表格；请发原来的表格文件")
    if data.startswith((b"Rar!", b"7z\xbc\xaf")):
        raise refuse(f"{filename}：是压缩包，不是表格；请解压后发里面的表格")
    if data.startswith(b"%PDF"):
        raise refuse(f"{filename}：这是PDF，不是表格；请发原来的表格文件")
    if data.startswith(_OLE2):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise refuse(f"{filename}：文件有密码，请去掉密码后再导入")
        if "WordDocument".encode("utf-16-le") in data:
            raise refuse(f"{filename}：这是Word文档，不是表格")
        return "xls"
    if data.startswith(b"PK"):
        return _zip(data, filename)
    if data.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html", b"<?xml", b"<table")):
        raise refuse(f"{filename}：这是网页，不是表格；请另存为 xlsx 后再导入")
    if filename.lower().endswith((".xlsx", ".xls", ".ods", ".et")):
        raise refuse(f"{filename}：内容不是表格，文件可能损坏，或者只是改了后缀名")
    return "csv"


def _zip(data: bytes, filename: str) -> str:
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise refuse(f"{filename}：文件损坏，打不开；请重新另存一份") from None
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries) or "META-INF/encryption.xml" in names:
        raise refuse(f"{filename}：文件有密码，请去掉密码后再导入")
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > _ENTRIES or unpacked > _UNPACKED:
        raise refuse(f"{filename}：展开后有{unpacked / 1_048_576:.0f}MB，不像一份台账，没有打开")
    if any(name.startswith("word/") for name in names):
        raise refuse(f"{filename}：这是Word文档，不是表格")
    if "xl/workbook.xml" not in names and "xl/workbook.bin" not in names and "content.xml" not in names:
        raise refuse(f"{filename}：是压缩包，里面不是表格；请解压后发里面的表格")
    return "zip"


def _csv(data: bytes, filename: str) -> Sheet:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise refuse(f"{filename}：文字编码认不出来，请存成 UTF-8 或 GB18030（GBK）的 csv")
    if "\x00" in text:
        raise refuse(f"{filename}：不是文字文件，也不是表格")
    delimiter = max(",\t;，", key=text[:4000].count)
    try:
        rows = [tuple(row) for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    except csv.Error:
        raise refuse(f"{filename}：不是 csv，或者引号没有成对（一格里有十几万字）") from None
    if len(rows) > _ROWS or any(len(row) > _COLUMNS for row in rows):
        raise refuse(f"{filename}：超过{_ROWS}行或{_COLUMNS}列，不像一份台账")
    return Sheet(filename.rsplit(".", 1)[0], tuple(rows), typed=False)


def _in_child(data: bytes, filename: str) -> list[Sheet]:
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", _CHILD],
            input=data,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise refuse(f"{filename}：读了{_SECONDS}秒还没读完，表格太大或者损坏") from None
    if done.returncode != 0:
        said = done.stdout.decode("utf-8", "replace")
        if said == "password":
            raise refuse(f"{filename}：文件有密码，请去掉密码后再导入")
        if said == "large":
            raise refuse(
                f"{filename}：表格超过{_ROWS}行或{_COLUMNS}列，或者文字太多；请删掉远处多余的单元格再导入"
            )
        raise refuse(f"{filename}：打不开，文件损坏，或者远处有多余的单元格；请另存一份再试")
    sheets = [
        Sheet(one["name"], tuple(tuple(map(_cell, row)) for row in one["rows"]), one["hidden"])
        for one in json.loads(done.stdout)
    ]
    if not sheets:
        raise refuse(f"{filename}：里面没有工作表")
    return sheets


def _cell(value: Any) -> Cell:
    if isinstance(value, dict):
        return date.fromisoformat(value["day"])
    return None if value == "" else value


# The limits are set by the child itself: a process with threads must run no Python between fork and exec.
_CHILD = f"""
import resource
resource.setrlimit(resource.RLIMIT_AS, ({_MEMORY}, {_MEMORY}))
resource.setrlimit(resource.RLIMIT_CPU, ({_SECONDS}, {_SECONDS}))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
import io, json, sys
from datetime import date, datetime
import python_calamine as calamine
def plain(value):
    if isinstance(value, datetime):
        return {{"day": value.date().isoformat()}}
    if isinstance(value, date):
        return {{"day": value.isoformat()}}
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)
def stop(word):
    sys.stdout.write(word); sys.stdout.flush(); sys.exit(1)
try:
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
except calamine.PasswordError:
    stop("password")
out, letters = [], 0
for place, about in enumerate(book.sheets_metadata):
    if about.typ != calamine.SheetTypeEnum.WorkSheet:
        continue
    sheet = book.get_sheet_by_index(place)
    if sheet.end and (sheet.end[0] >= {_ROWS} or sheet.end[1] >= {_COLUMNS}):
        stop("large")
    rows = [[plain(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if top >= len(rows) or left >= len(rows[top]) or isinstance(rows[top][left], (int, float)):
            continue  # a sum that is merged over rows would count more than once
        for r in range(top, min(bottom + 1, len(rows))):
            for c in range(left, min(right + 1, len(rows[r]))):
                rows[r][c] = rows[top][left]
    letters += sum(len(value) for row in rows for value in row if isinstance(value, str))
    if letters > {_LETTERS}:
        stop("large")
    hidden = about.visible != calamine.SheetVisibleEnum.Visible
    out.append({{"name": about.name, "rows": rows, "hidden": hidden}})
sys.stdout.write(json.dumps(out))
"""


def column_letter(place: int) -> str:
    """0 → A, 26 → AA."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def text_of(cell: Cell) -> str:
    """A cell as one line of text; a whole number without its “.0”."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        cell = cell.date()
    return str(cell).strip()


def is_blank(row: Sequence[Cell]) -> bool:
    """Whether nothing stands in the row."""
    return not any(text_of(cell) for cell in row)


__all__ = ["Cell", "DocumentError", "Sheet", "column_letter", "is_blank", "read", "text_of"]
