"""一事一档: all that is known of a ticket or of a project's year, as a document and as an archive. Pure."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.documents.official import Block, Fonts, Grid, Heading, Paper, Picture, Text, official_docx

_MOST_PICTURES = 12  # in the document; the archive has all of them
_LARGEST_PICTURE = 4_000_000
_PICTURES = ("image/jpeg", "image/png", "image/gif")


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was done: when, by whom (and for whom), what, in which words, by which way."""

    at: datetime
    who: str
    what: str
    words: str
    way: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who was told something: when it was due to go, to whom, the words, and what became of it."""

    at: datetime
    whom: str
    text: str
    way: str
    sent_at: datetime | None
    read_at: datetime | None
    state: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture or file that was sent with a message."""

    name: str
    media_type: str
    body: bytes
    sender: str
    at: datetime

    @property
    def digest(self) -> str:
        """Its SHA-256, by which a copy can be told from another file."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class Section:
    """A table of the dossier: figures, limits, tickets."""

    name: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """What stands in the file, put together at `made_at`."""

    name: str  # 17号档案
    title: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    entries: tuple[Entry, ...]
    told: tuple[Told, ...]
    files: tuple[Kept, ...]
    office: str
    made_at: datetime


def dossier_docx(dossier: Dossier, fonts: Fonts) -> bytes:
    """The document: facts, tables, what was done, who was told, the list of files and the first pictures."""
    tables = [
        Section("基本情况", ("事项", "内容"), tuple(dossier.facts), (1, 4)),
        *dossier.sections,
        Section(
            "经过", ("时间", "谁", "做了什么", "原话"),
            tuple((moment(one.at), one.who, _by(one.what, one.way), one.words) for one in dossier.entries),
            (1.6, 1.5, 1.3, 4),
        ),
        Section(
            "告知", ("时间", "告知谁", "内容", "方式", "送达", "已读"),
            tuple(
                (
                    moment(one.at), one.whom, one.text, one.way,
                    moment(one.sent_at) if one.sent_at else one.state, moment(one.read_at) if one.read_at else "",
                )
                for one in dossier.told
            ),
            (2, 1.4, 3.4, 0.9, 2, 2),
        ),
        Section(
            "附件", ("编号", "名称", "谁发的", "时间"),
            tuple(
                (str(place), one.name, one.sender, moment(one.at)) for place, one in enumerate(dossier.files, 1)
            ),
            (0.6, 3, 2, 1.5),
        ),
    ]  # fmt: skip
    blocks: list[Block] = []
    for place, table in enumerate((one for one in tables if one.rows), 1):
        blocks.append(Heading(1, f"{_NUMERALS[place]}、{table.name}"))
        blocks.append(Grid("", table.headings, table.rows, table.widths))
    shown = pictures_of(dossier.files)
    if shown:
        blocks += [Text("照片："), *shown]
    paper = Paper((dossier.title,), tuple(blocks), signed_by=dossier.office, signed_on=dossier.made_at.date())
    return official_docx(paper, fonts)


def dossier_zip(dossier: Dossier, document: bytes) -> bytes:
    """The archive: 目录.csv, the document, the texts as tables, every file as it came."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        index: list[tuple[str, ...]] = []

        def put(path: str, body: bytes, what: str, sender: str = "", at: datetime | None = None) -> None:
            when = (at or dossier.made_at).timetuple()[:6]
            archive.writestr(zipfile.ZipInfo(path, when), body, zipfile.ZIP_DEFLATED)
            stamp = moment(at) if at else ""
            index.append((path, what, sender, stamp, str(len(body)), hashlib.sha256(body).hexdigest()))

        put(f"{dossier.name}.docx", document, "档案")
        put("经过.csv", _csv(("时间", "谁", "做了什么", "方式", "原话"), [
            (moment(one.at), one.who, one.what, one.way, one.words) for one in dossier.entries
        ]), "每一步")  # fmt: skip
        put("告知.csv", _csv(("时间", "告知谁", "内容", "方式", "送达", "已读", "结果"), [
            (
                moment(one.at), one.whom, one.text, one.way, moment(one.sent_at) if one.sent_at else "",
                moment(one.read_at) if one.read_at else "", one.state,
            )
            for one in dossier.told
        ]), "告知了谁")  # fmt: skip
        for table in dossier.sections:
            put(f"{table.name}.csv", _csv(table.headings, table.rows), table.name)
        for place, one in enumerate(dossier.files, 1):
            put(f"附件/{place:02d}_{_safe(one.name)}", one.body, "附件", one.sender, one.at)
        headings = ("文件", "内容", "谁发的", "时间", "字节", "SHA-256")
        archive.writestr(zipfile.ZipInfo("目录.csv", dossier.made_at.timetuple()[:6]), _csv(headings, index))
    return out.getvalue()


def pictures_of(files: Sequence[Kept]) -> list[Picture]:
    """The first pictures, each with its name, sender and time below it."""
    fit = [one for one in files if one.media_type in _PICTURES and len(one.body) <= _LARGEST_PICTURE]
    return [
        Picture(one.body, f"{one.name}（{one.sender}，{moment(one.at)}）") for one in fit[:_MOST_PICTURES]
    ]


def moment(value: datetime) -> str:
    """2025.09.24 09:30: a file is read years later, and a narrow column breaks it before the hour."""
    return f"{value:%Y.%m.%d %H:%M}"


_NUMERALS = "零一二三四五六七八九十"


def _by(what: str, way: str) -> str:
    return f"{what}（{way}）" if way else what


def _csv(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """A table that spreadsheets open as it is: nothing in it becomes a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(headings)
    writer.writerows([f"'{cell}" if cell[:1] in tuple("=+-@\t\r") else cell for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _safe(name: str) -> str:
    """The file's name without what a path could be made of."""
    kept = "".join("_" if sign in '/\\:*?"<>|' or ord(sign) < 32 else sign for sign in name)
    return kept.strip(". ")[-80:] or "文件"
