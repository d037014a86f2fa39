"""现场办公纪要: the minutes of an on-site meeting read for what each unit is to do by when. Pure. Row T16."""

import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date

from bot.calendar import last_of_month

_LARGEST = 20_000_000  # bytes of the unpacked document
_LONGEST = 200  # characters of an item
_MARK = re.compile(r"^\s*(?:[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[）)、.．]|[①-⑳●·\-—])\s*")
_DAY = re.compile(
    r"(?:于|在)?(?:(?P<year>20\d\d)年)?(?:(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})[日号]|(?P<end>底|末))|(?P<only>\d{1,2})[日号])"
    r"(?:之前|以前|前)(?:要|须|必须)?"
)
_PERSON = re.compile(r"[（(](?:责任人[：:])?(?P<person>[\u4e00-\u9fff]{2,5})[）)]\s*[。；;]?\s*$")
_ORDERS = re.compile(r"由|负责|牵头|请|责成")
_PROJECT = re.compile(r"^\s*(?:项目(?:名称)?|关于)[：:]?\s*(?P<name>[^：:。；;\n]{2,60})", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Item:
    """A line that gives something to somebody: the day by which (None: not read), who by name (maybe empty)."""

    line: str
    matter: str
    due: date | None
    person: str


class NotReadable(Exception):
    """The file is no document that we read; the text says what to do."""


def text_of(body: bytes, name: str) -> str:
    """The words of a .docx or .txt file. Raises NotReadable."""
    if name.lower().endswith(".txt"):
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return body.decode(encoding)
            except UnicodeDecodeError:
                continue
        raise NotReadable(f"“{name}”不是文本，请另存为 UTF-8 的 .txt 或直接粘贴文字。")
    if not name.lower().endswith(".docx"):
        raise NotReadable(f"“{name}”读不了，请发 .docx、.txt 或直接粘贴文字。")
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError

    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            if sum(one.file_size for one in archive.infolist()) > _LARGEST:
                raise NotReadable(f"“{name}”太大，请把纪要的文字直接粘贴发来。")
        document = Document(io.BytesIO(body))
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError):
        raise NotReadable(f"“{name}”打不开，请另存一份再发，或直接粘贴文字。") from None
    cells = [
        "，".join(dict.fromkeys(cell.text for cell in row.cells)) for t in document.tables for row in t.rows
    ]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def project_in(text: str) -> str:
    """The words by which the minutes name their project; empty if they have no such line."""
    found = _PROJECT.search(text)
    return found["name"].strip() if found else ""


def items_in(text: str, today: date) -> list[Item]:
    """Lines that give work to somebody, in their order: 由市水务局于9月30日前完成供水管迁改（周工）."""
    items = []
    for raw in re.split(r"[\n；;]", text):
        line = _MARK.sub("", raw).strip()
        day = _DAY.search(line)
        if not line or len(line) > _LONGEST or not _ORDERS.search(line):
            continue
        if day is None and not line.startswith(("由", "请", "责成")):
            continue
        person = _PERSON.search(line)
        matter = _PERSON.sub("", line)
        if day is not None:
            matter = matter.replace(day[0], "")
        items.append(
            Item(
                line,
                matter.strip("，,。；; "),
                _day(day, today) if day else None,
                person["person"] if person else "",
            )
        )
    return items


def day_in(words: str, today: date) -> tuple[date, str] | None:
    """The day by which something is to be done, and the words without it: 18日前完成设计; None if there is none."""
    found = _DAY.search(words)
    due = _day(found, today) if found else None
    if found is None or due is None:
        return None
    return due, words.replace(found[0], "").strip("，,。；; ")


def _day(said: re.Match[str], today: date) -> date | None:
    """The day; a month without a year that is long past is next year's, a bare day one of this month."""
    month = int(said["month"]) if said["month"] else today.month
    year = int(said["year"]) if said["year"] else today.year
    if not said["year"] and today.month - month > 6:
        year += 1
    try:
        first = date(year, month, 1)
        return last_of_month(first) if said["end"] else first.replace(day=int(said["day"] or said["only"]))
    except ValueError:
        return None
