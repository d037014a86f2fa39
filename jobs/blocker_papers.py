"""How the lists of blockers become sheets: what is gathered, and the file made of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.acts import Category
from bot.blocker_list import rows_of
from bot.calendar import day_of
from bot.documents.blocker_sheet import BlockerRow, blockers_xlsx
from bot.mechanism.factors import by_factor
from storage import tickets
from storage.papers import File

if TYPE_CHECKING:
    from jobs.papers import Desk


@dataclass(frozen=True, slots=True)
class Lists:
    """A workbook to be made: file name, title, rows by sheet."""

    name: str
    title: str
    sheets: Mapping[str, Sequence[BlockerRow]]


def ledger(desk: "Desk", of: Mapping[str, Any]) -> Lists:
    """The ledger of blockers that this person may see."""
    rows = rows_of(desk.tx, desk.directory, _seen(desk, of), desk.now)
    today = day_of(desk.now)
    title = f"{desk.rules.regime.office.short}堵点台账（{today.year}年{today.month}月{today.day}日）"
    return Lists(f"堵点台账{today:%Y%m%d}.xlsx", title, {"堵点台账": rows})


def factors(desk: "Desk", of: Mapping[str, Any]) -> Lists:
    """The factor lists that this person may see, or the one of them that he asked for."""
    rule = desk.rules.regime.factors
    found = _seen(desk, of)
    rows = {row.number: row for row in rows_of(desk.tx, desk.directory, found, desk.now)}
    named = [(Category(one.category), f"{one.title}{one.words}", rows[one.number]) for one in found]
    lists = by_factor(rule, named) if rule else {}
    only, today = of["only"], day_of(desk.now)
    sheets = {name: some for name, some in lists.items() if only in (None, name)} or {only or "要素": []}
    title = f"{today.year}年重大项目要素保障清单（{today.month}月{today.day}日）"
    return Lists(f"{only or '要素'}清单{today:%Y%m%d}.xlsx", title, sheets)


def workbook(lists: Lists) -> Sequence[File]:
    """The file."""
    return [File(lists.name, blockers_xlsx(lists.title, lists.sheets))]


def _seen(desk: "Desk", of: Mapping[str, Any]) -> list[tickets.Ticket]:
    who = desk.directory.people.get(of["person"])
    return tickets.visible(desk.tx, desk.directory, who, tickets.ALL) if who else []
