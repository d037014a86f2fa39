"""Tickets: enter them, and `step`, the only mover; how they are read is in storage/ticket_rows.py.

A step writes the state (only from the state it was seen in), what else changes, the step itself with what
it changed, deadlines and the time of the next look, all in one go. Steps are never rewritten; taking one
back is a step of its own.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update

from bot.mechanism.deadlines import Due
from bot.mechanism.rules import Rules
from bot.mechanism.states import OPEN, State
from storage import settings, watch, withdrawn
from storage.database import Tx
from storage.directory import Project
from storage.settings import new_id
from storage.tables import deadline, ticket, ticket_step, ticket_unit
from storage.tables import project as project_table
from storage.ticket_rows import (
    ALL,
    AUTOMATIC,
    DISPATCHED,
    DeadlineRow,
    StepNote,
    Ticket,
    all_open,
    any_open,
    by_id,
    deadlines_of,
    entered_since,
    listed,
    next_unanswered,
    numbered,
    of_projects,
    of_units,
    one,
    ran_at,
    standing,
    states_of,
    steps_of,
    stood,
    titles,
    unanswered_above,
    unit_states,
    visible,
    waiting_for_office,
)

__all__ = [
    "ALL",
    "AUTOMATIC",
    "DISPATCHED",
    "NOBODY",
    "OPEN",
    "DeadlineRow",
    "Moved",
    "StepNote",
    "Ticket",
    "add_deadlines",
    "all_open",
    "any_open",
    "by_id",
    "deadlines_of",
    "enter",
    "entered_since",
    "hold",
    "last_steps_by",
    "listed",
    "newest_step_by",
    "next_unanswered",
    "numbered",
    "of_projects",
    "of_units",
    "one",
    "ran_at",
    "standing",
    "states_of",
    "step",
    "steps_of",
    "stood",
    "take_back",
    "titles",
    "unanswered_above",
    "unit_states",
    "visible",
    "waiting_for_office",
]

NOBODY = 0  # in the place of a unit: the ticket has none any more


class Moved(Exception):
    """Somebody else moved the ticket first."""


def hold(tx: Tx, project_id: int) -> None:
    """Let nobody else enter a ticket of that project until this transaction ends.

    On PostgreSQL two who report the same trouble at once wait here, and the second joins the first's ticket.
    """
    if tx.dialect.name != "sqlite":
        tx.execute(select(project_table.c.id).where(project_table.c.id == project_id).with_for_update())


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
    new = {f"new_{name}": value for name, value in values.items()}
    moved = tx.execute(_change(tuple(values)), {"the_id": seen.id, "the_state": seen.state, **new})
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
    return watch.look_again(tx, [seen.id], rules, note.at)[0]


@cache
def _change(names: tuple[str, ...]) -> Any:
    """An UPDATE of those columns of a ticket, from the state it was seen in; each is built once."""
    return (
        update(ticket)
        .where(ticket.c.id == bindparam("the_id"), ticket.c.state == bindparam("the_state"))
        .values({name: bindparam(f"new_{name}", type_=ticket.c[name].type) for name in names})
    )


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
    step = {
        "ticket_id": ticket_id,
        "at": note.at,
        "person_id": note.by,
        "on_behalf": note.on_behalf,
        "kind": kind,
        "way": note.way,
        "words": note.words,
        "before": dict(before),
        "data": dict(note.data),
        "inbox_id": note.inbox_id,
    }
    return new_id(tx.execute(_INSERT_STEP, step))


_INSERT_STEP = insert(ticket_step)


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
    if meet or meet_ids or void:
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
    if name in ("told_at", "reported_at", "ask_above_at"):
        return datetime.fromisoformat(value)
    return value
