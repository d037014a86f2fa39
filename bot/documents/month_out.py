"""The ledger of a month as a workbook: the notice's annex, and beside it what was reported by then. Pure."""

from bot.documents.ledger_month import LedgerState, MonthRow
from bot.documents.ledger_out import ledger_xlsx
from bot.documents.sheet_out import Table, Value, with_sheets
from bot.wording import STATUS, moment

_WAN = 10_000
_HEADINGS = (
    "序号", "项目名称", "县（市、区）", "年度计划（万元）", "今年累计完成（万元）", "占年计划（%）", "形象进度（%）", "状态", "最近报送", "在办问题（件）",
)  # fmt: skip


def month_xlsx(state: LedgerState, city: str, month: str) -> bytes:
    """The ledger as it stood, `read_ledger` reads its first sheet back."""
    year, _, number = month.partition("-")
    how = "存" if state.kept else "还原"
    title = f"{city}{year}年重大项目台账（{int(number)}月，{moment(state.at)}{how}）"
    rows = sorted(state.rows.values(), key=lambda row: row.entry.number)
    return with_sheets(
        ledger_xlsx(state.entries, title, state.year), [Table("进展", _HEADINGS, [_row(row) for row in rows])]
    )


def _row(row: MonthRow) -> tuple[Value, ...]:
    entry, figures = row.entry, row.figures
    done = figures.year_invested
    return (
        entry.number,
        entry.name,
        entry.group,
        entry.annual_plan / _WAN,
        None if done is None else done / _WAN,
        round(done * 100 / entry.annual_plan, 1) if done is not None and entry.annual_plan else None,
        figures.percent,
        next((words for status, words in STATUS.items() if status == figures.status), figures.status or ""),
        figures.last_reported or "",
        figures.open_tickets,
    )
