"""Tickets as they are read: a ticket, its limits, its steps, and which of them somebody sees."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from functools import cache, partial
from typing import Any

from sqlalchemy import Select, String, and_, bindparam, cast, func, or_, select

from bot.mechanism.deadlines import Basis, Due
from bot.mechanism.model import Kind
from bot.mechanism.states import OPEN, State
from bot.people import TicketTitle
from storage.database import Tx
from storage.directory import Directory, Person
from storage.prepared import Prepared
from storage.tables import deadline, ticket, ticket_step, ticket_unit

DISPATCHED = (State.DISPATCHED, State.IN_PROGRESS, State.RESOLVED)
AUTOMATIC = ("remind", "escalate")  # steps that the clock takes: nobody's, and no hindrance to an undo
_MOST_TITLES = 300
ALL = 1_000_000  # as a most: of no ticket it is said that there are too many


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as it was read. Units by id; `asks` is what waits for the office: {"what": …}."""

    id: int
    number: int
    project_id: int
    category: str
    title: str
    words: str
    level: str | None
    severity: str
    state: State
    wanted_by: date | None
    asked_units: tuple[str, ...]
    reporter_id: int
    on_behalf: str
    inbox_id: int | None
    assignee: str
    planned: date | None
    listed: bool
    asks: Mapping[str, Any] | None
    claimed_by_id: int | None
    sent_back: bool
    paused_until: date | None
    above: str
    ask_above_at: datetime | None
    regime_hash: str
    reported_at: datetime
    told_at: datetime | None
    moved_at: datetime
    next_look: datetime | None
    lead_id: int | None = None
    assisting_ids: tuple[int, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it still stands in the ledger of problems."""
        return self.state in OPEN

    @property
    def stands(self) -> str:
        """Where it stands, as a page remembers what it showed: another stand, and what is sent from there is
        about what has gone by."""
        waits = (self.asks or {}).get("what", "")
        return f"{self.state}.{waits}.{self.lead_id or 0}.{int(self.sent_back)}"

    @property
    def unit_ids(self) -> tuple[int, ...]:
        """The lead and the assisting units."""
        return (*((self.lead_id,) if self.lead_id is not None else ()), *self.assisting_ids)


_COLUMNS = tuple(f.name for f in fields(Ticket) if f.name not in ("lead_id", "assisting_ids"))
_STATE, _ASKED = _COLUMNS.index("state"), _COLUMNS.index("asked_units")
_MANY = partial(bindparam, expanding=True)

# A row for each unit of a ticket; built once, since these run for every message.
_TICKETS = (
    select(*(ticket.c[name] for name in _COLUMNS), ticket_unit.c.unit_id, ticket_unit.c.part)
    .outerjoin(ticket_unit, ticket_unit.c.ticket_id == ticket.c.id)
    .order_by(ticket.c.number, ticket_unit.c.unit_id)
)
_NUMBERED = Prepared(_TICKETS.where(ticket.c.number.in_(_MANY("numbers"))))
_NUMBERED_HELD = Prepared(_TICKETS.where(ticket.c.number.in_(_MANY("numbers"))).with_for_update(of=ticket))
_BY_ID = Prepared(_TICKETS.where(ticket.c.id.in_(_MANY("ids"))))
_OF_PROJECTS = Prepared(
    _TICKETS.where(ticket.c.project_id.in_(_MANY("projects")), ticket.c.state.in_(_MANY("states")))
)
_OF_UNITS = _TICKETS.where(
    ticket.c.id.in_(select(ticket_unit.c.ticket_id).where(ticket_unit.c.unit_id.in_(_MANY("units")))),
    ticket.c.state.in_(_MANY("states")),
)


@dataclass(frozen=True, slots=True)
class DeadlineRow:
    """A deadline of a ticket as it stands."""

    id: int
    ticket_id: int
    kind: str
    start: datetime
    due: datetime
    clause: str
    say: str
    row: str
    basis: str
    provisional: bool
    met_at: datetime | None
    met_by_id: int | None
    void_at: datetime | None

    def as_due(self) -> Due:
        """The limit as the mechanism computed it."""
        return Due(
            Kind(self.kind),
            self.start,
            self.due,
            self.row,
            self.clause,
            self.say,
            self.provisional,
            Basis(self.basis),
        )

    @property
    def runs(self) -> bool:
        """Neither met nor void."""
        return self.met_at is None and self.void_at is None


def ran_at(rows: Iterable[DeadlineRow], moment: datetime) -> list[DeadlineRow]:
    """The limits that ran at that moment, as running."""
    return [
        replace(row, met_at=None, void_at=None)
        for row in rows
        if row.start <= moment
        and (row.met_at is None or row.met_at > moment)
        and (row.void_at is None or row.void_at > moment)
    ]


@dataclass(frozen=True, slots=True)
class StepNote:
    """Who took a step, when, by which way and with what words."""

    at: datetime
    by: int | None
    words: str = ""
    on_behalf: str = ""
    way: str = "chat"
    inbox_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def numbered(tx: Tx, numbers: Collection[int]) -> list[Ticket]:
    """Tickets with those numbers, ascending; unknown ones are left out."""
    return _read(tx, _NUMBERED, {"numbers": list(numbers)})


def one(tx: Tx, number: int) -> Ticket | None:
    """The ticket with that number, to be acted upon: on PostgreSQL nobody else moves it meanwhile.

    Two who decide on it at once wait here for each other, and the second sees what the first decided.
    """
    found = _read(tx, _NUMBERED if tx.dialect.name == "sqlite" else _NUMBERED_HELD, {"numbers": [number]})
    return found[0] if found else None


def by_id(tx: Tx, ids: Collection[int]) -> list[Ticket]:
    """Tickets with those ids, by number."""
    return _read(tx, _BY_ID, {"ids": list(ids)})


def of_projects(tx: Tx, project_ids: Collection[int], states: Collection[State] = OPEN) -> list[Ticket]:
    """Tickets of those projects in those states, by number."""
    return _read(tx, _OF_PROJECTS, {"projects": list(project_ids), "states": list(states)})


def of_units(tx: Tx, unit_ids: Collection[int], states: Collection[State] = DISPATCHED) -> list[Ticket]:
    """Tickets dispatched to those units (lead or assisting), by number."""
    return _read(tx, _OF_UNITS, {"units": list(unit_ids), "states": list(states)})


def all_open(tx: Tx, most: int = 100_000) -> list[Ticket]:
    """The newest open tickets, by number."""
    newest = select(ticket.c.id).where(ticket.c.state.in_(OPEN)).order_by(ticket.c.number.desc()).limit(most)
    return _read(tx, _TICKETS.where(ticket.c.id.in_(newest.scalar_subquery())))


def waiting_for_office(tx: Tx) -> list[Ticket]:
    """Tickets to be verified, dispatched or confirmed, and those whose unit asks for something, by number."""
    return _read(tx, _WAIT_FOR_OFFICE)


_WAIT_FOR_OFFICE = _TICKETS.where(
    or_(
        ticket.c.state.in_((State.REPORTED, State.ENTERED, State.RESOLVED)),
        and_(
            ticket.c.state.in_((State.DISPATCHED, State.IN_PROGRESS)), cast(ticket.c.asks, String) != "null"
        ),
    )
)


def any_open(tx: Tx) -> bool:
    """Whether anything stands in the ledger of problems."""
    return tx.execute(select(ticket.c.id).where(ticket.c.state.in_(OPEN)).limit(1)).first() is not None


def stood(tx: Tx, since: datetime, moment: datetime) -> list[Ticket]:
    """Tickets reported up to `moment` that are open or ended at or after `since`, by number."""
    return _read(
        tx,
        _TICKETS.where(
            ticket.c.reported_at <= moment, or_(ticket.c.state.in_(OPEN), ticket.c.moved_at >= since)
        ),
    )


def listed(tx: Tx) -> list[tuple[Ticket, datetime]]:
    """Open tickets under 挂牌督办 with the moment since when, by number."""
    found = _read(tx, _TICKETS.where(ticket.c.listed.is_(True), ticket.c.state.in_(OPEN)))
    since = {
        row.ticket_id: row.since
        for row in tx.execute(
            select(ticket_step.c.ticket_id, func.max(ticket_step.c.at).label("since"))
            .where(ticket_step.c.ticket_id.in_([one.id for one in found]), ticket_step.c.kind == "list")
            .group_by(ticket_step.c.ticket_id)
        )
    }
    return [(one, since[one.id]) for one in found]


def unanswered_above(tx: Tx, now: datetime) -> list[Ticket]:
    """Open tickets sent upward for so long without an answer that the office is to be asked, by number."""
    return _read(tx, _TICKETS.where(ticket.c.ask_above_at <= now, ticket.c.state.in_(OPEN)))


def next_unanswered(tx: Tx) -> datetime | None:
    """When the next such ticket is to be asked about."""
    waits = select(func.min(ticket.c.ask_above_at)).where(ticket.c.state.in_(OPEN))
    return tx.execute(waits).scalar()


def entered_since(tx: Tx, since: datetime) -> list[Ticket]:
    """Tickets reported since then and not taken back, by number."""
    return _read(tx, _TICKETS.where(ticket.c.reported_at >= since, ticket.c.state != State.WITHDRAWN))


def visible(tx: Tx, directory: Directory, who: Person, most: int = _MOST_TITLES) -> list[Ticket]:
    """Open tickets that he may see: by his projects, his unit, his office's county, his field."""
    scope = directory.scope_of(who)
    if scope.everything:
        return all_open(tx, most)
    found = {one.id: one for one in of_projects(tx, scope.project_ids)} if scope.project_ids else {}
    if scope.unit_ids:
        found |= {one.id: one for one in of_units(tx, scope.unit_ids)}
    return sorted(found.values(), key=lambda t: t.number)[-most:]


def titles(tx: Tx, directory: Directory, who: Person) -> tuple[TicketTitle, ...]:
    """What understanding may know of the tickets that he sees: the newest of `visible`, in one statement."""
    scope = directory.scope_of(who)
    if not (scope.everything or scope.project_ids or scope.unit_ids):
        return ()
    wanted = {"projects": list(scope.project_ids), "units": list(scope.unit_ids)}
    wanted = {} if scope.everything else {name: ids for name, ids in wanted.items() if ids}
    rows = _titles(*wanted).all(tx, wanted)
    return tuple(
        TicketTitle(row.number, 0 if project.gone else project.number, row.category, row.title)
        for row in reversed(rows)
        if (project := directory.projects.get(row.project_id)) is not None
    )


@cache
def _titles(*of: str) -> Prepared:
    """The newest open tickets: of `projects`, of `units` (dispatched to them), of either, or all."""
    units = select(ticket_unit.c.ticket_id).where(ticket_unit.c.unit_id.in_(_MANY("units")))
    parts = {
        "projects": ticket.c.project_id.in_(_MANY("projects")),
        "units": and_(ticket.c.state.in_(sorted(DISPATCHED)), ticket.c.id.in_(units)),
    }
    found = (
        select(ticket.c.number, ticket.c.project_id, ticket.c.category, ticket.c.title)
        .where(ticket.c.state.in_(sorted(OPEN)))
        .order_by(ticket.c.number.desc())
        .limit(_MOST_TITLES)
    )
    return Prepared(found.where(or_(*(parts[name] for name in of))) if of else found)


def deadlines_of(tx: Tx, ticket_ids: Collection[int]) -> dict[int, list[DeadlineRow]]:
    """All deadlines of those tickets, in the order in which they were set."""
    found: dict[int, list[DeadlineRow]] = {ticket_id: [] for ticket_id in ticket_ids}
    for row in tx.execute(_DEADLINES, {"tickets": list(ticket_ids)}):
        found[row.ticket_id].append(DeadlineRow(*row))
    return found


_DEADLINES = (
    select(*(deadline.c[field.name] for field in fields(DeadlineRow)))
    .where(deadline.c.ticket_id.in_(bindparam("tickets", expanding=True)))
    .order_by(deadline.c.id)
)


def steps_of(tx: Tx, ticket_id: int) -> Sequence[Any]:
    """The ticket's history, oldest first."""
    return tx.execute(
        select(ticket_step).where(ticket_step.c.ticket_id == ticket_id).order_by(ticket_step.c.id)
    ).all()


def standing(steps: Sequence[Any]) -> list[Any]:
    """Those of a ticket's steps that nobody took back, without the taking back itself."""
    undone = {step.data.get("step") for step in steps if step.kind == "undo"}
    return [step for step in steps if step.kind != "undo" and step.id not in undone]


def unit_states(tx: Tx, ticket_id: int) -> dict[int, str]:
    """Where each of its units stands by itself: {unit: told | arranged | done}."""
    rows = tx.execute(select(ticket_unit).where(ticket_unit.c.ticket_id == ticket_id))
    return {row.unit_id: row.state for row in rows}


def states_of(tx: Tx, ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """{id: (number, state)}."""
    if not ids:
        return {}
    rows = tx.execute(select(ticket.c.id, ticket.c.number, ticket.c.state).where(ticket.c.id.in_(ids)))
    return {r.id: (r.number, r.state) for r in rows}


def _read(tx: Tx, query: Prepared | Select[Any], wanted: Mapping[str, Any] | None = None) -> list[Ticket]:
    found: list[list[Any]] = []
    rows = query.all(tx, wanted or {}) if isinstance(query, Prepared) else tx.execute(query, wanted or {})
    for row in rows:
        *values, unit_id, part = row
        if not found or found[-1][0] != values[0]:
            values[_STATE], values[_ASKED] = State(values[_STATE]), tuple(values[_ASKED])
            found.append([*values, None, ()])
        if part == "lead":
            found[-1][-2] = unit_id
        elif part is not None:
            found[-1][-1] += (unit_id,)
    return [Ticket(*values) for values in found]
