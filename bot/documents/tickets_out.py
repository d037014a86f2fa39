"""The ledger of problems as a table. Pure."""

from bot.documents.sheet_out import Table, Value

HEADINGS = (
    "编号", "状态", "项目", "县（市、区）", "类别", "程度", "标题", "原话", "报告人", "报告时间", "承办单位", "责任人", "办结时限",
    "依据", "挂牌督办", "办结（销号）时间",
)  # fmt: skip


def tickets_table(rows: list[tuple[Value, ...]]) -> Table:
    """Rows under HEADINGS, with the words that people read for states and kinds."""
    return Table("问题台账", HEADINGS, rows)
