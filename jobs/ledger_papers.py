"""The ledger of a month as a workbook, for who asked for it in a chat: what he may see of it (A5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.documents.ledger_month import LedgerState
from bot.documents.month_out import month_xlsx
from storage import month_ends
from storage.papers import File

if TYPE_CHECKING:
    from jobs.papers import Desk


@dataclass(frozen=True, slots=True)
class Ordered:
    """What the workbook is made of."""

    state: LedgerState
    office: str
    month: str


def gather(desk: "Desk", of: Mapping[str, Any]) -> Ordered:
    """The month's ledger as far as the person sees it. ValueError where nothing is left of it."""
    state = month_ends.state_of(desk.tx, of["month"], desk.now)
    person = desk.directory.people.get(of["person"])
    if state is None or person is None:
        raise ValueError(f"no ledger of {of['month']} for person {of['person']}")
    scope = desk.directory.scope_of(person)
    rows = {one: row for one, row in state.rows.items() if scope.everything or one in scope.project_ids}
    return Ordered(
        LedgerState(state.year, state.at, state.kept, rows), desk.rules.regime.office.short, of["month"]
    )


def make(ordered: Ordered) -> Sequence[File]:
    """The workbook."""
    return [File(f"{ordered.month}台账.xlsx", month_xlsx(ordered.state, "", ordered.month))]
