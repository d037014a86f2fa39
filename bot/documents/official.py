"""An official document as .docx in the layout of GB/T 9704-2012 (党政机关公文格式). Pure.

A4; the text area is 156 × 225 mm, 37 mm from the top and 28 mm from the left, on a grid of 22 lines of 28
characters; title 小标宋 2号, text 仿宋 3号, headings 黑体 “一、” and 楷体 “（一）”, the page's number in 4号
half-width 宋体 between dashes on the outer side, 7 mm below the text area.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from docx.document import Document

TWO, THREE, FOUR = 22.0, 16.0, 14.0  # 2号, 3号, 4号 in points
TOP_MM, LEFT_MM, WIDTH_MM, HEIGHT_MM = 37.0, 28.0, 156.0, 225.0
LINES, CHARACTERS = 22, 28
RED = "FF0000"
_PAGE_MM = (210.0, 297.0)
_HEAD_MM = 35.0  # from the text area's top to the head
_NUMBER_MM = 7.0  # from the text area to the page's number
_LINE = HEIGHT_MM / LINES / 25.4 * 72  # points
_IN_TABLES = 10.5  # 5号
_CLOSER = int((WIDTH_MM / CHARACTERS / 25.4 * 72 - THREE) * 20) - 1  # twentieths of a point
_THICK, _THIN = 8, 6  # eighths of a point: 0.35 mm, 0.25 mm


@dataclass(frozen=True, slots=True)
class Fonts:
    """The names of the fonts; a machine that lacks one shows another in its place."""

    title: str = "方正小标宋简体"
    text: str = "仿宋_GB2312"
    heading: str = "黑体"
    subheading: str = "楷体_GB2312"
    number: str = "宋体"

    def names(self) -> tuple[str, ...]:
        """Each once."""
        return tuple(dict.fromkeys((self.title, self.text, self.heading, self.subheading, self.number)))


@dataclass(frozen=True, slots=True)
class Heading:
    """“一、…” (level 1) or “（一）…” (level 2)."""

    level: int
    words: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, its first line two characters in."""

    words: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with its caption; `widths` are shares of the text area."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with what is written below it; one that can't be read leaves its caption alone."""

    body: bytes
    caption: str


Block: TypeAlias = Heading | Text | Grid | Picture


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands in the document. `head`: the red 发文机关标志, empty for a plain one; `number`: 发文字号."""

    title: tuple[str, ...]
    blocks: tuple[Block, ...]
    head: str = ""
    number: str = ""
    to: str = ""
    attachments: tuple[str, ...] = ()
    signed_by: str = ""
    signed_on: date | None = None
    note: str = ""  # 附注, in brackets below the date
    copies: str = ""
    issued_by: str = ""  # 印发机关
    annexes: tuple[tuple[str, tuple[Block, ...]], ...] = field(default=())  # (title, blocks), a page each


def official_docx(paper: Paper, fonts: Fonts = Fonts()) -> bytes:  # frozen
    """The document as bytes."""
    from docx import Document

    document = Document()
    _Writer(document, fonts).write(paper)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def chinese_date(day: date) -> str:
    """2025年9月30日."""
    return f"{day.year}年{day.month}月{day.day}日"


class _Writer:
    def __init__(self, document: "Document", fonts: Fonts) -> None:
        self.document = document
        self.fonts = fonts

    def write(self, paper: Paper) -> None:
        self._page()
        self._head(paper)
        for place, line in enumerate(paper.title):
            self._line(
                line, self.fonts.title, TWO, align="center", before=0 if place or not paper.number else 2
            )
        self._line("", self.fonts.text)
        if paper.to:
            self._line(f"{paper.to.rstrip('：')}：", self.fonts.text)
        self._blocks(paper.blocks)
        self._attachments(paper.attachments)
        self._signature(paper)
        for number, (title, blocks) in enumerate(paper.annexes, 1):
            self._annex(number if len(paper.annexes) > 1 else 0, title, blocks)
        self._imprint(paper)

    # ---- the page ----

    def _page(self) -> None:
        from docx.oxml.ns import qn
        from docx.shared import Mm, Pt

        style: Any = self.document.styles["Normal"]
        style.font.name, style.font.size = self.fonts.text, Pt(THREE)
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), self.fonts.text)
        for size in self.document.styles.element.iter(qn("w:sz"), qn("w:szCs")):
            if size.getparent().getparent().tag == qn("w:rPrDefault"):
                size.set(qn("w:val"), str(int(THREE * 2)))  # the grid's characters are measured by it
        style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
        _off_grid(style.element)
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(_PAGE_MM[0]), Mm(_PAGE_MM[1])
        section.top_margin, section.left_margin = Mm(TOP_MM), Mm(LEFT_MM)
        section.right_margin = Mm(_PAGE_MM[0] - LEFT_MM - WIDTH_MM)
        section.bottom_margin = Mm(_PAGE_MM[1] - TOP_MM - HEIGHT_MM)
        number_mm = FOUR / 72 * 25.4
        section.footer_distance = Mm(_PAGE_MM[1] - TOP_MM - HEIGHT_MM - _NUMBER_MM - number_mm)
        grid = _element(
            "w:docGrid",
            type="linesAndChars",
            linePitch=int(_LINE * 20),
            charSpace=int((WIDTH_MM / CHARACTERS / 25.4 * 72 - THREE) * 4096),
        )
        for old in section._sectPr.findall(qn("w:docGrid")):
            section._sectPr.remove(old)
        section._sectPr.append(grid)
        self.document.settings.odd_and_even_pages_header_footer = True
        self._page_number(section.footer, "right")
        self._page_number(section.even_page_footer, "left")

    def _page_number(self, footer: Any, side: str) -> None:
        """— n —, a character in from the outer side."""
        paragraph = footer.paragraphs[0]
        _align(paragraph, side)
        _indent(paragraph, **{f"{side}Chars": 100})
        self._run(paragraph, "— ", self.fonts.number, FOUR)
        run = self._run(paragraph, "", self.fonts.number, FOUR)
        for part in (
            _element("w:fldChar", fldCharType="begin"),
            _instruction(" PAGE "),
            _element("w:fldChar", fldCharType="end"),
        ):
            run._r.append(part)
        self._run(paragraph, " —", self.fonts.number, FOUR)

    # ---- from the head to the signature ----

    def _head(self, paper: Paper) -> None:
        if paper.head:
            size = int(min(54.0, WIDTH_MM / 25.4 * 72 / len(paper.head)) * 2) / 2
            head = self._line(paper.head, self.fonts.title, size, align="center", color=RED, exact=size * 1.3)
            _space_before(head, _HEAD_MM / 25.4 * 72)
            number = self._line(paper.number, self.fonts.text, align="center", before=2)
            _border(number, bottom=(12, 11, RED))
        elif paper.number:
            self._line(paper.number, self.fonts.text, align="center")

    def _blocks(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            match block:
                case Heading(level, words):
                    font = self.fonts.heading if level == 1 else self.fonts.subheading
                    paragraph = self._line(words, font, indent=2)
                    paragraph.paragraph_format.keep_with_next = True
                case Text(words):
                    self._line(words, self.fonts.text, indent=2)
                case Grid():
                    self._grid(block)
                case Picture():
                    self._picture(block)

    def _picture(self, picture: Picture) -> None:
        from docx.image.exceptions import (
            InvalidImageStreamError,
            UnexpectedEndOfFileError,
            UnrecognizedImageError,
        )
        from docx.shared import Mm

        paragraph = self.document.add_paragraph()
        _align(paragraph, "center")
        paragraph.paragraph_format.keep_with_next = True
        caption = picture.caption
        try:
            paragraph.add_run().add_picture(io.BytesIO(picture.body), width=Mm(WIDTH_MM * 0.7))
        except (InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError, ZeroDivisionError):
            caption = f"{caption}（图片打不开，原文件见压缩包）"
        self._line(caption, self.fonts.text, FOUR, align="center")

    def _grid(self, grid: Grid) -> None:
        from docx.shared import Mm

        if grid.caption:
            caption = self._line(grid.caption, self.fonts.heading, FOUR, align="center")
            caption.paragraph_format.keep_with_next = True
        table: Any = self.document.add_table(rows=0, cols=len(grid.headings))
        table.style, table.autofit = "Table Grid", False
        table._tbl.tblPr.append(_element("w:jc", val="center"))
        whole = sum(grid.widths)
        for column, width in zip(table.columns, grid.widths, strict=True):
            column.width = Mm(WIDTH_MM * width / whole)
        for place, values in enumerate((grid.headings, *grid.rows)):
            row = table.add_row()
            row._tr.get_or_add_trPr().append(_element("w:cantSplit"))
            if place == 0:
                row._tr.get_or_add_trPr().append(_element("w:tblHeader"))
            for cell, words, width in zip(row.cells, values, grid.widths, strict=True):
                cell.width = Mm(WIDTH_MM * width / whole)
                cell.vertical_alignment = 1
                paragraph = cell.paragraphs[0]
                _align(paragraph, "center")
                _height(paragraph, 20.0)
                self._run(paragraph, words, self.fonts.text if place else self.fonts.heading, _IN_TABLES)
        self._line("", self.fonts.text, 12.0)

    def _attachments(self, names: Sequence[str]) -> None:
        if names:
            self._line("", self.fonts.text)
        for number, name in enumerate(names, 1):
            head = "附件：" if number == 1 else "　　　"
            which = f"{number}." if len(names) > 1 else ""
            paragraph = self._line(f"{head}{which}{name}", self.fonts.text)
            _indent(paragraph, leftChars=550 if which else 500, hangingChars=350 if which else 300)

    def _signature(self, paper: Paper) -> None:
        """The signer's name centred over the date, which ends four characters from the right."""
        if not paper.signed_by and paper.signed_on is None:
            return
        # The name never stands alone on a page: the last words go with it.
        for before in (self.document.paragraphs[-1], self._line("", self.fonts.text)):
            before.paragraph_format.keep_with_next = True
        day = chinese_date(paper.signed_on) if paper.signed_on else "　　年　月　日"
        by, on = _width(paper.signed_by), _width(day)
        right_of_name = max(1.0, 4 + (on - by) / 2)
        right_of_date = max(4.0, right_of_name + (by - on) / 2)
        for words, right in ((paper.signed_by, right_of_name), (day, right_of_date)):
            if words:
                paragraph = self._line(words, self.fonts.text, align="right")
                _indent(paragraph, rightChars=round(right * 100))
                paragraph.paragraph_format.keep_with_next = words != day or bool(paper.note)
        if paper.note:
            self._line(f"（{paper.note}）", self.fonts.text, indent=2)

    def _annex(self, number: int, title: str, blocks: Sequence[Block]) -> None:
        first = self._line(f"附件{number or ''}", self.fonts.heading)
        first.paragraph_format.page_break_before = True
        self._line("", self.fonts.text)
        self._line(title, self.fonts.title, TWO, align="center")
        self._line("", self.fonts.text)
        self._blocks(blocks)

    def _imprint(self, paper: Paper) -> None:
        """版记: at the foot of the last page, in 4号, between rules: thick, thin, thick.

        Each line has a frame of its own at its height: readers differ in what they make of rules inside one.
        """
        from docx.enum.text import WD_TAB_ALIGNMENT
        from docx.shared import Mm, Pt

        if not paper.issued_by:
            return
        when = f"{chinese_date(paper.signed_on) if paper.signed_on else '　　年　月　日'}印发"
        copies = f"抄送：{paper.copies.rstrip('。')}。" if paper.copies else ""
        inside = WIDTH_MM / 25.4 * 72 / FOUR - 2  # characters of a line
        high = -(-_width(copies) // inside)
        thick, thin = (_THICK, 1, "000000"), (_THIN, 1, "000000")
        rows = [(copies, 1 + high, {"top": thick})] if copies else []
        rows.append((f"{paper.issued_by}\t{when}", 1, {"top": thin if copies else thick, "bottom": thick}))
        for words, above_foot, rules in rows:
            paragraph = self._line(words, self.fonts.text, FOUR)
            _border(paragraph, **rules)
            y = _twips(HEIGHT_MM) - round(above_foot * _LINE * 20)
            place = {"hAnchor": "margin", "vAnchor": "margin", "xAlign": "center"}
            frame = _element("w:framePr", w=_twips(WIDTH_MM), wrap="notBeside", y=y, **place)
            paragraph._p.get_or_add_pPr().insert(0, frame)
            _indent(paragraph, leftChars=100, left=round(FOUR * 20), rightChars=100, right=round(FOUR * 20))
            end = Mm(WIDTH_MM) - Pt(FOUR)
            paragraph.paragraph_format.tab_stops.add_tab_stop(end, WD_TAB_ALIGNMENT.RIGHT)
        self._line("", self.fonts.text, 1.0, exact=1.0)  # the last paragraph can't stand in a frame

    # ---- a line and a run ----

    def _line(
        self,
        words: str,
        font: str,
        size: float = THREE,
        *,
        align: str = "both",
        indent: int = 0,
        before: int = 0,
        color: str = "",
        exact: float = 0,
    ) -> Any:
        """A paragraph on the grid: a line of the grid each, larger letters as much as they need."""
        paragraph = self.document.add_paragraph()
        _align(paragraph, align)
        _height(paragraph, exact or max(int(_LINE * 20) / 20, size * 1.35))
        if before:
            _space_before(paragraph, before * _LINE)
        if indent:
            _indent(paragraph, firstLineChars=indent * 100, firstLine=round(indent * size * 20))
        self._run(paragraph, words, font, size, color)
        return paragraph

    def _run(self, paragraph: Any, words: str, font: str, size: float, color: str = "") -> Any:
        from docx.oxml.ns import qn
        from docx.shared import Pt, RGBColor

        run = paragraph.add_run(words)
        run.font.name, run.font.size = font, Pt(size)
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
        if size == THREE:  # 28 of them to a line
            run._r.rPr.insert_element_before(_element("w:spacing", val=_CLOSER), "w:sz", "w:szCs", "w:color")
        if color:
            run.font.color.rgb = RGBColor.from_string(color)
        return run


def _width(words: str) -> float:
    """In whole characters: digits and letters are half as wide."""
    return sum(0.5 if sign.isascii() else 1.0 for sign in words)


def _twips(mm: float) -> int:
    return round(mm / 25.4 * 1440)


def _element(tag: str, **values: str | int) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(tag)
    for name, value in values.items():
        element.set(qn(f"w:{name}"), str(value))
    return element


def _instruction(words: str) -> Any:
    element = _element("w:instrText")
    element.text = words
    return element


def _align(paragraph: Any, side: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH as SIDES

    paragraph.alignment = {
        "both": SIDES.JUSTIFY,
        "left": SIDES.LEFT,
        "right": SIDES.RIGHT,
        "center": SIDES.CENTER,
    }[side]


def _height(paragraph: Any, points: float) -> None:
    """Lines of exactly that height."""
    from docx.enum.text import WD_LINE_SPACING
    from docx.shared import Pt

    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.paragraph_format.line_spacing = Pt(points)


def _off_grid(style: Any) -> None:
    """Lines and characters are as far apart as they say themselves: readers differ in how they snap to a grid."""
    style.get_or_add_pPr().insert_element_before(
        _element("w:snapToGrid", val=0), "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:rPr"
    )


def _space_before(paragraph: Any, points: float) -> None:
    from docx.shared import Pt

    paragraph.paragraph_format.space_before = Pt(points)


def _indent(paragraph: Any, **values: int) -> None:
    """Indents in hundredths of a character (…Chars) beside their twips for readers that know only these."""
    from docx.oxml.ns import qn

    indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
    for name, value in values.items():
        indent.set(qn(f"w:{name}"), str(value))
        plain = name.removesuffix("Chars")
        if plain != name and plain not in values:
            indent.set(qn(f"w:{plain}"), str(round(value / 100 * THREE * 20)))


def _border(paragraph: Any, **rules: tuple[int, int, str]) -> None:
    """Rules at the top, the bottom, between paragraphs alike: (eighths of a point, distance in points, colour)."""
    borders = _element("w:pBdr")
    for side, (size, space, color) in rules.items():
        borders.append(_element(f"w:{side}", val="single", sz=size, space=space, color=color))
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders,
        "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr",
    )  # fmt: skip
