"""The ledger as it stood at a moment, with what was reported by then. Pure values."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from bot.documents.ledger_in import LedgerRow


@dataclass(frozen=True, slots=True)
class Figures:
    """What was reported of a project by then: sums in 元, days as 2025-09-30; none: nothing was said."""

    year_invested: int | None = None  # 今年累计
    percent: float | None = None
    status: str | None = None
    last_reported: str | None = None
    open_tickets: int = 0


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A project in the ledger of that moment."""

    project_id: int
    entry: LedgerRow
    figures: Figures


@dataclass(frozen=True)
class LedgerState:
    """A ledger as it stood `at`. `kept`: it was frozen then; else it is put together from the records."""

    year: int
    at: datetime
    kept: bool
    rows: Mapping[int, MonthRow] = field(default_factory=dict)

    @property
    def entries(self) -> list[LedgerRow]:
        """The rows of the ledger by number."""
        return sorted((row.entry for row in self.rows.values()), key=lambda row: row.number)


def as_json(value: LedgerRow | Figures) -> dict[str, Any]:
    """As it is kept."""
    return asdict(value)


def entry_of(kept: Mapping[str, Any]) -> LedgerRow:
    """A row that was kept; what later versions added to rows is empty in it."""
    known = {one.name for one in fields(LedgerRow)}
    values = {name: value for name, value in kept.items() if name in known}
    return LedgerRow(**{**values, "owners": tuple(values["owners"])})


def figures_of(kept: Mapping[str, Any]) -> Figures:
    """Figures that were kept."""
    known = {one.name for one in fields(Figures)}
    return Figures(**{name: value for name, value in kept.items() if name in known})
