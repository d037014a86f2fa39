"""督办单: the office's order to a unit as an official document. Pure. Feature 53."""

from dataclasses import dataclass
from datetime import date

from bot.documents.official import Fonts, Grid, Heading, Paper, Text, official_docx


@dataclass(frozen=True, slots=True)
class OrderPaper:
    """What stands in the order."""

    called: str  # 〔2025〕3号
    unit: str
    project: str
    number: int  # of the matter
    title: str
    words: str  # what is asked
    limit: str
    since: str
    due: str
    office: str
    issued_on: date


def supervision_order_docx(order: OrderPaper, fonts: Fonts) -> bytes:
    """The document, with room for the unit's answer."""
    rows = (
        ("事项", f"{order.number}号 {order.title}"),
        ("项目", order.project),
        ("交办", order.since),
        ("办结时限", order.limit),
        ("督办要求", order.words),
        ("回复时限", f"{order.due}前"),
    )
    blocks = (
        Text("以下事项请贵单位抓紧办理，并按时书面回复办理情况："),
        Grid("", ("栏目", "内容"), rows, (1, 4)),
        Heading(1, "承办单位回复"),
        Grid("", ("办理情况", "承办人", "单位负责人"), (("\n\n\n", "", ""),), (4, 1, 1)),
    )
    paper = Paper(
        ("督办单",),
        blocks,
        number=f"督办{order.called}",
        to=order.unit,
        signed_by=order.office,
        signed_on=order.issued_on,
    )
    return official_docx(paper, fonts)
