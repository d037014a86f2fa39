"""Tickets: read them, enter them, and `step`, the only mover.

A step writes the state (only from the state it was seen in), what else changes, the step itself with what
it changed, deadlines and the time of the next look, all in one go. Steps are never rewritten; taking one
back is a step of its own.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, insert, or_, select, update

from bot.mechanism.deadlines import Basis, Due
from bot.mechanism.model import Kind
from bot.mechanism.rules import Rules
from bot.mechanism.states import OPEN, State
from bot.people import TicketTitle
from storage import settings, watch, withdrawn
from storage.database import Tx
from storage.directory import Directory, Person, Project
from storage.settings import new_id
from storage.tables import deadline, ticket, ticket_step, ticket_unit

DISPATCHED = (State.DISPATCHED, State.IN_PROGRESS, State.RESOLVED)
AUTOMATIC = ("remind", "escalate")  # steps that the clock takes: nobody's, and no hindrance to an undo
NOBODY = 0  # in the place of a unit: the ticket has none any more
_MOST_TITLES = 300
ALL = 1_000_000  # as a most: of no ticket it is said that there are too many


class Moved(Exception):
    """Somebody else moved the ticket first."""


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
    def unit_ids(self) -> tuple[int, ...]:
        """The lead and the assisting units."""
        return (*((self.lead_id,) if self.lead_id is not None else ()), *self.assisting_ids)


_COLUMNS = tuple(f.name for f in fields(Ticket) if f.name not in ("lead_id", "assisting_ids"))
_VALUES = attrgetter(*_COLUMNS)


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


# ---- reading ----------------------------------------------------------------------------------


def numbered(tx: Tx, numbers: Collection[int]) -> list[Ticket]:
    """Tickets with those numbers, ascending; unknown ones are left out."""
    return _read(tx, select(ticket).where(ticket.c.number.in_(numbers)).order_by(ticket.c.number))


def one(tx: Tx, number: int) -> Ticket | None:
    """The ticket with that number, to be acted upon: on PostgreSQL nobody else moves it meanwhile.

    Two who decide on it at once wait here for each other, and the second sees what the first decided.
    """
    query = select(ticket).where(ticket.c.number == number)
    found = _read(tx, query if tx.dialect.name == "sqlite" else query.with_for_update())
    return found[0] if found else None


def by_id(tx: Tx, ids: Collection[int]) -> list[Ticket]:
    """Tickets with those ids, by number."""
    return _read(tx, select(ticket).where(ticket.c.id.in_(ids)).order_by(ticket.c.number))


def of_projects(tx: Tx, project_ids: Collection[int], states: Collection[State] = OPEN) -> list[Ticket]:
    """Tickets of those projects in those states, by number."""
    return _read(
        tx,
        select(ticket)
        .where(ticket.c.project_id.in_(project_ids), ticket.c.state.in_(states))
        .order_by(ticket.c.number),
    )


def of_units(tx: Tx, unit_ids: Collection[int], states: Collection[State] = DISPATCHED) -> list[Ticket]:
    """Tickets dispatched to those units (lead or assisting), by number."""
    mine = select(ticket_unit.c.ticket_id).where(ticket_unit.c.unit_id.in_(unit_ids))
    return _read(
        tx,
        select(ticket).where(ticket.c.id.in_(mine), ticket.c.state.in_(states)).order_by(ticket.c.number),
    )


def all_open(tx: Tx, most: int = 100_000) -> list[Ticket]:
    """The newest open tickets, by number."""
    newest = (
        select(ticket.c.id)
        .where(ticket.c.state.in_(OPEN))
        .order_by(ticket.c.number.desc())
        .limit(most)
        .scalar_subquery()
    )
    return _read(tx, select(ticket).where(ticket.c.id.in_(newest)).order_by(ticket.c.number))


def stood(tx: Tx, since: datetime, moment: datetime) -> list[Ticket]:
    """Tickets reported up to `moment` that are open or ended at or after `since`, by number."""
    return _read(
        tx,
        select(ticket)
        .where(ticket.c.reported_at <= moment, or_(ticket.c.state.in_(OPEN), ticket.c.moved_at >= since))
        .order_by(ticket.c.number),
    )


def listed(tx: Tx) -> list[tuple[Ticket, datetime]]:
    """Open tickets under 挂牌督办 with the moment since when, by number."""
    found = _read(
        tx,
        select(ticket).where(ticket.c.listed.is_(True), ticket.c.state.in_(OPEN)).order_by(ticket.c.number),
    )
    since = {
        row.ticket_id: row.since
        for row in tx.execute(
            select(ticket_step.c.ticket_id, func.max(ticket_step.c.at).label("since"))
            .where(ticket_step.c.ticket_id.in_([one.id for one in found]), ticket_step.c.kind == "list")
            .group_by(ticket_step.c.ticket_id)
        )
    }
    return [(one, since[one.id]) for one in found]


def entered_since(tx: Tx, since: datetime) -> list[Ticket]:
    """Tickets reported since then and not taken back, by number."""
    return _read(
        tx,
        select(ticket)
        .where(ticket.c.reported_at >= since, ticket.c.state != State.WITHDRAWN)
        .order_by(ticket.c.number),
    )


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
    rows = tx.execute(
        _ALL_TITLES if scope.everything else _TITLES,
        {} if scope.everything else {"projects": list(scope.project_ids), "units": list(scope.unit_ids)},
    ).all()
    return tuple(
        TicketTitle(row.number, 0 if project.gone else project.number, row.category, row.title)
        for row in reversed(rows)
        if (project := directory.projects.get(row.project_id)) is not None
    )


_ALL_TITLES = (
    select(ticket.c.number, ticket.c.project_id, ticket.c.category, ticket.c.title)
    .where(ticket.c.state.in_(sorted(OPEN)))
    .order_by(ticket.c.number.desc())
    .limit(_MOST_TITLES)
)
_TITLES = _ALL_TITLES.where(
    or_(
        ticket.c.project_id.in_(bindparam("projects", expanding=True)),
        and_(
            ticket.c.state.in_(sorted(DISPATCHED)),
            ticket.c.id.in_(
                select(ticket_unit.c.ticket_id).where(
                    ticket_unit.c.unit_id.in_(bindparam("units", expanding=True))
                )
            ),
        ),
    )
)


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


def states_of(tx: Tx, ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """{id: (number, state)}."""
    if not ids:
        return {}
    rows = tx.execute(select(ticket.c.id, ticket.c.number, ticket.c.state).where(ticket.c.id.in_(ids)))
    return {r.id: (r.number, r.state) for r in rows}


_UNITS = (
    select(ticket_unit)
    .where(ticket_unit.c.ticket_id.in_(bindparam("tickets", expanding=True)))
    .order_by(ticket_unit.c.ticket_id, ticket_unit.c.unit_id)
)


def _read(tx: Tx, query: Select[Any]) -> list[Ticket]:
    rows = tx.execute(query).all()
    if not rows:
        return []
    lead: dict[int, int] = {}
    assisting: dict[int, list[int]] = {}
    units = tx.execute(_UNITS, {"tickets": [row.id for row in rows]})
    for r in units:
        if r.part == "lead":
            lead[r.ticket_id] = r.unit_id
        else:
            assisting.setdefault(r.ticket_id, []).append(r.unit_id)
    found = []
    for row in rows:
        values = dict(zip(_COLUMNS, _VALUES(row), strict=True))
        values["state"] = State(values["state"])
        values["asked_units"] = tuple(values["asked_units"])
        found.append(
            Ticket(**values, lead_id=lead.get(row.id), assisting_ids=tuple(assisting.get(row.id, ())))
        )
    return found


# ---- moving -----------------------------------------------------------------------------------


def enter(
    tx: Tx,
    *,
    project: Project,
    category: str,
    title: str,
    level: str | None,
    severity: str,
    asked_units: Sequence[str],
    wanted_by: date | None,
    rules: Rules,
    note: StepNote,
) -> Ticket:
    """A new ticket, 待核实, with the next number of the city. Numbers never start again."""
    number = _next_number(tx)
    inserted = tx.execute(
        insert(ticket).values(
            number=number,
            project_id=project.id,
            category=category,
            title=title[:200],
            words=note.words,
            level=level,
            severity=severity,
            state=State.REPORTED,
            wanted_by=wanted_by,
            asked_units=list(asked_units),
            reporter_id=note.by,
            on_behalf=note.on_behalf,
            inbox_id=note.inbox_id,
            regime_hash=rules.regime.sha256,
            reported_at=note.at,
            moved_at=note.at,
        )
    )
    ticket_id = new_id(inserted)
    _write_step(tx, ticket_id, "report", note, {})
    return by_id(tx, [ticket_id])[0]


def step(
    tx: Tx,
    seen: Ticket,
    kind: str,
    note: StepNote,
    *,
    rules: Rules,
    to: State | None = None,
    change: Mapping[str, Any] | None = None,
    dues: Sequence[Due] = (),
    meet: Collection[str] = (),
    meet_ids: Collection[int] = (),
    void: Collection[str] = (),
    void_why: str = "",
    again: Collection[int] = (),
    lead: int | None = None,
    assisting: Sequence[int] | None = None,
    unit_state: tuple[int, str] | None = None,
) -> Ticket:
    """Move a ticket, or change something of it, and date the step. The ticket as it is then.

    `meet` and `void` name kinds of running deadlines that end here, `meet_ids` single ones; `dues` begin
    here; `again` are ids of deadlines that were met and run on as they stood. `lead` (NOBODY: none) and
    `assisting` replace the units; `unit_state` is where one of them stands by itself: told, arranged or
    done. Raises Moved if the ticket is no longer in the state it was seen in.
    """
    values = {"moved_at": note.at, **(change or {})}
    if to is not None:
        values["state"] = to
    moved = tx.execute(
        update(ticket).where(ticket.c.id == seen.id, ticket.c.state == seen.state).values(**values)
    )
    if moved.rowcount != 1:
        raise Moved(seen.number)
    before = {name: _plain(getattr(seen, name)) for name in values if name != "moved_at"}
    if lead is not None or assisting is not None:
        before["units"] = [seen.lead_id, list(seen.assisting_ids)]
        _set_units(
            tx,
            seen.id,
            seen.lead_id if lead is None else lead or None,
            seen.assisting_ids if assisting is None else assisting,
        )
    if unit_state is not None:
        before["unit_state"] = _mark_unit(tx, seen.id, *unit_state)
    if again:
        before["again"] = _run_again(tx, again)
    step_id = _write_step(tx, seen.id, kind, note, before)
    _end_deadlines(tx, seen.id, step_id, note.at, meet, meet_ids, void, void_why)
    add_deadlines(tx, seen.id, step_id, dues)
    if values.get("paused_until") is not None:
        withdrawn.for_a_pause(tx, seen.id, step_id)
    elif seen.paused_until is not None and "paused_until" in values:
        withdrawn.back_after_pause(tx, seen.id)
    watch.look_again(tx, [seen.id], rules, note.at)
    return by_id(tx, [seen.id])[0]


def add_deadlines(tx: Tx, ticket_id: int, step_id: int, dues: Sequence[Due]) -> None:
    """Deadlines that begin with that step; computed once, they stand."""
    if dues:
        tx.execute(
            insert(deadline),
            [
                {
                    "ticket_id": ticket_id,
                    "kind": due.kind,
                    "step_id": step_id,
                    "start": due.start,
                    "due": due.due,
                    "clause": due.clause,
                    "say": due.say,
                    "row": due.row,
                    "basis": due.basis,
                    "provisional": due.provisional,
                }
                for due in dues
            ],
        )


def last_steps_by(tx: Tx, inbox_id: int) -> Sequence[Any]:
    """Steps that one message caused, newest first."""
    return tx.execute(
        select(ticket_step).where(ticket_step.c.inbox_id == inbox_id).order_by(ticket_step.c.id.desc())
    ).all()


def newest_step_by(tx: Tx, person_id: int, kinds: Collection[str], since: datetime) -> Any:
    """The newest step of those kinds that he wrote at or after `since`, or None."""
    return tx.execute(
        select(ticket_step)
        .where(ticket_step.c.person_id == person_id, ticket_step.c.kind.in_(kinds), ticket_step.c.at >= since)
        .order_by(ticket_step.c.id.desc())
        .limit(1)
    ).first()


def take_back(tx: Tx, seen: Ticket, taken: Any, note: StepNote, *, rules: Rules) -> bool:
    """Undo the newest step of a ticket: everything as it was before. False if others came after it."""
    if _newest_standing(tx, seen.id) != taken.id:
        return False
    before = dict(taken.before)
    units = before.pop("units", None)
    if units is not None:
        _set_units(tx, seen.id, units[0], units[1])
    if "unit_state" in before:
        _mark_unit(tx, seen.id, *before.pop("unit_state"))
    watch.no_receipt(tx, seen.id, taken.at)
    for deadline_id, met_at, met_by_id in before.pop("again", ()):
        tx.execute(
            update(deadline)
            .where(deadline.c.id == deadline_id)
            .values(met_at=datetime.fromisoformat(met_at), met_by_id=met_by_id)
        )
        withdrawn.with_their_limits(tx, seen.id, met_by_id, "事项已有变化")
    values = {name: _unplain(name, value) for name, value in before.items()}
    tx.execute(update(ticket).where(ticket.c.id == seen.id).values(moved_at=note.at, **values))
    note = replace(note, data={**note.data, "step": taken.id})
    step_id = _write_step(tx, seen.id, "undo", note, {})
    for ended, by in (("met_at", "met_by_id"), ("void_at", "void_by_id")):
        tx.execute(
            update(deadline)
            .where(deadline.c.ticket_id == seen.id, deadline.c[by] == taken.id)
            .values({ended: None, by: None})
        )
    tx.execute(
        update(deadline)
        .where(deadline.c.ticket_id == seen.id, deadline.c.step_id == taken.id)
        .values(void_at=note.at, void_by_id=step_id, void_why="撤销")
    )
    withdrawn.back(tx, taken.id)
    withdrawn.with_their_limits(tx, seen.id, step_id, "撤销")
    watch.look_again(tx, [seen.id], rules, note.at)
    return True


def _newest_standing(tx: Tx, ticket_id: int) -> int | None:
    """The newest step that a person took and nobody took back."""
    mine = [step.id for step in standing(steps_of(tx, ticket_id)) if step.kind not in AUTOMATIC]
    return max(mine, default=None)


def _next_number(tx: Tx) -> int:
    if tx.dialect.name != "sqlite":
        # Two replicas must not take one number: they wait here for each other until the commit.
        tx.execute(select(func.pg_advisory_xact_lock(13710)))
    number = int(settings.get(tx, "last_ticket_number") or 0) + 1
    settings.put(tx, "last_ticket_number", number)
    return number


def _write_step(tx: Tx, ticket_id: int, kind: str, note: StepNote, before: Mapping[str, Any]) -> int:
    return new_id(
        tx.execute(
            insert(ticket_step).values(
                ticket_id=ticket_id,
                at=note.at,
                person_id=note.by,
                on_behalf=note.on_behalf,
                kind=kind,
                way=note.way,
                words=note.words,
                before=dict(before),
                data=dict(note.data),
                inbox_id=note.inbox_id,
            )
        )
    )


def _end_deadlines(
    tx: Tx,
    ticket_id: int,
    step_id: int,
    at: datetime,
    meet: Collection[str],
    meet_ids: Collection[int],
    void: Collection[str],
    why: str,
) -> None:
    running = (deadline.c.ticket_id == ticket_id, deadline.c.met_at.is_(None), deadline.c.void_at.is_(None))
    if meet:
        tx.execute(
            update(deadline).where(*running, deadline.c.kind.in_(meet)).values(met_at=at, met_by_id=step_id)
        )
    if meet_ids:
        tx.execute(
            update(deadline).where(*running, deadline.c.id.in_(meet_ids)).values(met_at=at, met_by_id=step_id)
        )
    if void:
        tx.execute(
            update(deadline)
            .where(*running, deadline.c.kind.in_(void))
            .values(void_at=at, void_by_id=step_id, void_why=why)
        )
    withdrawn.with_their_limits(tx, ticket_id, step_id, "事项已有变化")


def _run_again(tx: Tx, ids: Collection[int]) -> list[list[Any]]:
    """Let met deadlines run on; what ended them, so that an undo can put it back."""
    met = tx.execute(select(deadline).where(deadline.c.id.in_(ids), deadline.c.met_at.is_not(None))).all()
    withdrawn.back_with_limits(tx, ids)
    tx.execute(update(deadline).where(deadline.c.id.in_(ids)).values(met_at=None, met_by_id=None))
    return [[row.id, _plain(row.met_at), row.met_by_id] for row in met]


def _set_units(tx: Tx, ticket_id: int, lead: int | None, assisting: Sequence[int]) -> None:
    stood = {
        row.unit_id: row.state
        for row in tx.execute(select(ticket_unit).where(ticket_unit.c.ticket_id == ticket_id))
    }
    tx.execute(ticket_unit.delete().where(ticket_unit.c.ticket_id == ticket_id))
    rows = [{"unit_id": lead, "part": "lead"}] if lead is not None else []
    rows += [{"unit_id": unit_id, "part": "assisting"} for unit_id in assisting if unit_id != lead]
    if rows:
        tx.execute(
            insert(ticket_unit),
            [{"ticket_id": ticket_id, "state": stood.get(row["unit_id"], "told"), **row} for row in rows],
        )


def _mark_unit(tx: Tx, ticket_id: int, unit_id: int, state: str) -> list[Any]:
    """Let one of the units stand there; the unit and where it stood, so that an undo can put it back."""
    mine = (ticket_unit.c.ticket_id == ticket_id, ticket_unit.c.unit_id == unit_id)
    stood = tx.execute(select(ticket_unit.c.state).where(*mine)).scalar()
    tx.execute(update(ticket_unit).where(*mine).values(state=state))
    return [unit_id, stood]


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return value


def _unplain(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in ("planned", "wanted_by", "paused_until"):
        return date.fromisoformat(value)
    if name in ("told_at", "reported_at"):
        return datetime.fromisoformat(value)
    return value
