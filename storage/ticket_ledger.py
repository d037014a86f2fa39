"""The ledger of problems, row by row: what stands of each ticket, with its limit and the clause of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.acts import Category, Severity
from bot.mechanism.model import SOLVING
from bot.mechanism.rules import Rules
from bot.mechanism.states import OPEN, State
from bot.wording import CATEGORY
from storage import history, tickets
from storage.database import Tx
from storage.directory import Directory
from storage.tables import ticket

_TOGETHER = 500
_SEVERITY = {Severity.ORDINARY: "一般", Severity.COMPLEX: "重大复杂"}


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket as it stands in the ledger of problems."""

    number: int
    state: str
    project: str
    area: str
    category: str
    severity: str
    title: str
    words: str
    reporter: str
    reported_at: datetime
    unit: str
    assignee: str
    due: datetime | None
    clause: str
    listed: bool
    ended_at: datetime | None


def read(
    tx: Tx,
    directory: Directory,
    rules: Rules,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    only_open: bool = False,
) -> Iterator[TicketRow]:
    """Tickets reported in [since, until) by number, those taken back left out."""
    ids = select(ticket.c.id).where(ticket.c.state != State.WITHDRAWN)
    if since is not None:
        ids = ids.where(ticket.c.reported_at >= since)
    if until is not None:
        ids = ids.where(ticket.c.reported_at < until)
    if only_open:
        ids = ids.where(ticket.c.state.in_(OPEN))
    wanted = list(tx.execute(ids.order_by(ticket.c.number)).scalars())
    for first in range(0, len(wanted), _TOGETHER):
        some = wanted[first : first + _TOGETHER]
        limits, ended = tickets.deadlines_of(tx, some), history.struck_off_at(tx, some)
        words = {
            row.id: row.words
            for row in tx.execute(select(ticket.c.id, ticket.c.words).where(ticket.c.id.in_(some)))
        }
        for one in sorted(tickets.by_id(tx, some), key=lambda found: found.number):
            solving = [row for row in limits[one.id] if row.kind in SOLVING and row.void_at is None]
            last = max(solving, key=lambda row: row.due, default=None)
            regime = rules.of(one.regime_hash)
            project = directory.projects.get(one.project_id)
            unit = directory.units.get(one.lead_id or 0)
            reporter = directory.people.get(one.reporter_id)
            yield TicketRow(
                one.number,
                one.state.words,
                project.name if project else "",
                project.area or "市直" if project else "",
                CATEGORY.get(Category(one.category), str(one.category)),
                _SEVERITY.get(Severity(one.severity), str(one.severity)),
                one.title,
                words[one.id],
                reporter.signed if reporter else "",
                one.reported_at,
                unit.name if unit else "",
                one.assignee,
                last.due if last else None,
                (regime.notice_of(last.clause) if last.clause else "本机制自定") if last else "",
                one.listed,
                ended.get(one.id),
            )
