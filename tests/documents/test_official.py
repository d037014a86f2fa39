"""An official document in the layout of GB/T 9704-2012, read back."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from bot.documents.official import Fonts, Grid, Heading, Paper, Text, official_docx

PAPER = Paper(
    title=("关于2025年1—9月重点项目", "推进情况的通报"),
    blocks=(
        Heading(1, "一、总体情况"),
        Heading(2, "（一）投资"),
        Text("30个项目完成64.09亿元。"),
        Grid("排名", ("名次", "单位"), (("1", "新绛县"),), (1, 3)),
    ),
    head="某办公室文件",
    number="某办〔2025〕9号",
    to="各县（市、区）人民政府",
    attachments=("台账", "核增核减情况"),
    signed_by="某办公室",
    signed_on=date(2025, 9, 30),
    copies="市委办公室",
    issued_by="某办公室",
)


def read(body: bytes) -> Any:
    return Document(io.BytesIO(body))


def lines(document: Any) -> dict[str, Any]:
    return {paragraph.text: paragraph for paragraph in document.paragraphs if paragraph.text}


def font(paragraph: Any) -> tuple[str, float]:
    run = paragraph.runs[0]
    return run._r.rPr.rFonts.get(qn("w:eastAsia")), run.font.size.pt


def test_the_page_is_a4_with_the_text_area_of_the_standard() -> None:
    section = read(official_docx(PAPER)).sections[0]
    assert (section.page_width.mm, section.page_height.mm) == pytest.approx((210, 297), abs=0.1)
    assert section.top_margin.mm == pytest.approx(37, abs=1)
    assert section.left_margin.mm == pytest.approx(28, abs=1)
    width = section.page_width.mm - section.left_margin.mm - section.right_margin.mm
    height = section.page_height.mm - section.top_margin.mm - section.bottom_margin.mm
    assert (width, height) == pytest.approx((156, 225), abs=0.1)


def test_twenty_two_lines_of_twenty_eight_characters() -> None:
    document = read(official_docx(PAPER))
    grid = document.sections[0]._sectPr.find(qn("w:docGrid"))
    assert (
        22 * int(grid.get(qn("w:linePitch"))) / 20
        <= 225 / 25.4 * 72
        < 23 * int(grid.get(qn("w:linePitch"))) / 20
    )
    character = 16 + int(grid.get(qn("w:charSpace"))) / 4096
    assert 28 * character == pytest.approx(156 / 25.4 * 72, abs=0.5)
    text = lines(document)["30个项目完成64.09亿元。"]
    assert 22 * text.paragraph_format.line_spacing.pt <= 225 / 25.4 * 72
    closer = int(text.runs[0]._r.rPr.find(qn("w:spacing")).get(qn("w:val"))) / 20
    assert 28 * (16 + closer) <= 156 / 25.4 * 72 < 29 * (16 + closer)


def test_each_part_has_its_font_and_size() -> None:
    found = lines(read(official_docx(PAPER)))
    fonts = Fonts()
    assert font(found["推进情况的通报"]) == (fonts.title, 22)
    assert font(found["30个项目完成64.09亿元。"]) == (fonts.text, 16)
    assert font(found["一、总体情况"]) == (fonts.heading, 16)
    assert font(found["（一）投资"]) == (fonts.subheading, 16)
    assert found["30个项目完成64.09亿元。"]._p.pPr.ind.get(qn("w:firstLineChars")) == "200"


def test_the_head_is_red_over_a_red_rule_or_plain() -> None:
    found = lines(read(official_docx(PAPER)))
    assert str(found["某办公室文件"].runs[0].font.color.rgb) == "FF0000"
    rule = found["某办〔2025〕9号"]._p.pPr.find(qn("w:pBdr")).find(qn("w:bottom"))
    assert rule.get(qn("w:color")) == "FF0000"
    plain = Paper(PAPER.title, PAPER.blocks, number="第9期")
    assert (
        "FF0000" not in zipfile.ZipFile(io.BytesIO(official_docx(plain))).read("word/document.xml").decode()
    )


def test_the_pages_number_stands_between_dashes_on_the_outer_side() -> None:
    document = read(official_docx(PAPER))
    assert document.settings.odd_and_even_pages_header_footer
    section = document.sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        paragraph = footer.paragraphs[0]
        assert (paragraph.runs[0].text, paragraph.runs[-1].text) == ("— ", " —")
        assert font(paragraph) == (Fonts().number, 14)
        assert paragraph._p.pPr.ind.get(qn(f"w:{side}Chars")) == "100"
        assert "PAGE" in paragraph._p.xml


def test_the_imprint_stands_between_rules_at_the_foot() -> None:
    document = read(official_docx(PAPER))
    framed = [one for one in document.paragraphs if one._p.pPr.find(qn("w:framePr")) is not None]
    assert [one.text for one in framed] == ["抄送：市委办公室。", "某办公室\t2025年9月30日印发"]
    rules = [
        [(rule.tag.split("}")[1], rule.get(qn("w:sz"))) for rule in one._p.pPr.find(qn("w:pBdr"))]
        for one in framed
    ]
    assert rules == [[("top", "8")], [("top", "6"), ("bottom", "8")]], "thick, thin, thick"
    heights = [int(one._p.pPr.find(qn("w:framePr")).get(qn("w:y"))) for one in framed]
    line = 225 / 22 / 25.4 * 1440
    assert heights == pytest.approx([225 / 25.4 * 1440 - 2 * line, 225 / 25.4 * 1440 - line], abs=2)


def test_attachments_are_listed_before_the_signature() -> None:
    texts = [paragraph.text for paragraph in read(official_docx(PAPER)).paragraphs]
    first, second, name, day = (
        texts.index(one) for one in ("附件：1.台账", "　　　2.核增核减情况", "某办公室", "2025年9月30日")
    )
    assert first < second < name < day


def test_fonts_are_the_citys() -> None:
    body = official_docx(PAPER, Fonts(text="方正仿宋_GBK"))
    assert "方正仿宋_GBK" in zipfile.ZipFile(io.BytesIO(body)).read("word/document.xml").decode()
