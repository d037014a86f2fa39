"""一堵点一报告: the report of a blocker as an official document. Pure. Row T14, N3 第11项."""

from dataclasses import dataclass
from datetime import date

from bot.documents.dossier import Kept, pictures_of
from bot.documents.official import Block, Fonts, Grid, Heading, Paper, Text, official_docx

_TITLE = 20  # characters of a line of the title: a longer one breaks before 的报告


@dataclass(frozen=True, slots=True)
class BlockerReport:
    """What stands in the report; each part a list of sentences or rows."""

    number: int
    project: str
    title: str  # what is the matter
    basics: tuple[str, ...]  # the project in sentences
    trouble: tuple[str, ...]  # what, since when, who reported it
    handling: tuple[str, ...]  # who, assisting, person
    limits: tuple[tuple[str, ...], ...]  # (limit, until, how it stands)
    steps: tuple[tuple[str, ...], ...]  # (when, who, what and words)
    asked: tuple[str, ...]  # what is asked for
    files: tuple[Kept, ...]
    office: str
    made_on: date


def blocker_report_docx(report: BlockerReport, fonts: Fonts) -> bytes:
    """The document, with the first pictures at its end."""
    blocks: list[Block] = [Heading(1, "一、项目情况"), *map(Text, report.basics)]
    blocks += [Heading(1, "二、存在的问题"), *map(Text, report.trouble)]
    blocks += [Heading(1, "三、办理情况"), *map(Text, report.handling)]
    if report.limits:
        blocks.append(Grid("时限", ("时限", "到期", "情况"), report.limits, (2, 2, 2)))
    if report.steps:
        blocks.append(Grid("经过", ("时间", "单位、人员", "情况"), report.steps, (1.4, 1.8, 4)))
    blocks += [Heading(1, "四、需要协调的事项"), *map(Text, report.asked)]
    pictures = pictures_of(report.files)
    if pictures:
        blocks += [Heading(1, "五、现场照片"), *pictures]
    whole = f"{report.title}的报告"
    title = (f"关于{report.project}", *([whole] if len(whole) <= _TITLE else [report.title, "的报告"]))
    return official_docx(
        Paper(title, tuple(blocks), signed_by=report.office, signed_on=report.made_on), fonts
    )
