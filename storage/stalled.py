"""Projects without progress: when each is to be looked at, what the count of it is, what was done, set by set.

Every project carries the time of its next look, indexed: a sweep costs what is due, not what is in the ledger.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, func, insert, select, update

from bot.acts import Status
from bot.mechanism.stalled import Standstill, counted_from
from storage.database import Tx
from storage.tables import ledger_entry, notice, project, project_step, special_report, standstill_rung
from storage.withdrawn import UNSENT, WITHDRAWN

KEY = "stalled"
"""How the keys of all that is said about standstills begin: stalled:PROJECT:WHAT:…"""
ENDED = "ended"
_MOVES_AGAIN = "已有新进展"


@dataclass(frozen=True, slots=True)
class Counted:
    """A project and its count. `told` is the last rung of which somebody was told, in this count or before."""

    project_id: int
    standstill: Standstill
    told: str | None
    report: str = ""  # the words of the special report of this count


@dataclass(frozen=True, slots=True)
class SpecialReport:
    """A special report as it was written."""

    reporter_id: int
    on_behalf: str
    at: datetime
    words: str


@dataclass
class Outcome:
    """What looking at projects led to, collected to be written at once."""

    next_looks: dict[int, tuple[datetime | None, str | None]] = field(default_factory=dict)  # and `stalled`
    rungs: list[dict[str, Any]] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    notices: list[Any] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        """Take in what another look led to."""
        self.next_looks |= other.next_looks
        self.rungs += other.rungs
        self.steps += other.steps
        self.notices += other.notices


def due_ids(tx: Tx, now: datetime, most: int) -> list[int]:
    """Projects to look at now, the longest due first, locked for this transaction."""
    rows = select(project.c.id).where(project.c.next_look <= now).order_by(project.c.next_look).limit(most)
    if tx.dialect.name != "sqlite":
        rows = rows.with_for_update(skip_locked=True)
    return list(tx.execute(rows).scalars())


def next_look(tx: Tx) -> datetime | None:
    """When the next project is to be looked at."""
    return tx.execute(select(func.min(project.c.next_look))).scalar()


def read(
    tx: Tx, ids: Collection[int], year: int, moved: Mapping[int, datetime | None] | None = None
) -> list[Counted]:
    """Those projects with their counts in that year's ledger, by id; `moved`: of which the last progress is taken
    to be that one."""
    rows = tx.execute(_COUNTS, {"ids": list(ids), "of_year": year}).all()
    known = moved or {}
    since = {row.id: counted_from(year, row.entered_at, known.get(row.id, row.moved_at)) for row in rows}
    given: dict[int, dict[str, datetime]] = {}
    for row in tx.execute(_RUNGS, {"ids": list(ids)}):
        if row.since == since[row.project_id][0]:
            given.setdefault(row.project_id, {})[row.name] = row.given_at
    reports = {
        row.project_id: row  # the newest stays
        for row in tx.execute(_REPORTS, {"ids": list(ids)})
        if row.at >= since[row.project_id][0]
    }
    return [
        Counted(
            row.id,
            Standstill(
                *since[row.id],
                given.get(row.id, {}),
                row.status == Status.SUSPENDED,
                reports[row.id].at if row.id in reports else None,
            ),
            row.stalled,
            reports[row.id].words if row.id in reports else "",
        )
        for row in rows
    ]


_COUNTS = (
    select(project.c.id, project.c.moved_at, project.c.status, project.c.stalled, ledger_entry.c.entered_at)
    .outerjoin(
        ledger_entry,
        (ledger_entry.c.project_id == project.c.id) & (ledger_entry.c.year == bindparam("of_year")),
    )
    .where(project.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(project.c.id)
)
_RUNGS = (
    select(standstill_rung)
    .where(standstill_rung.c.project_id.in_(bindparam("ids", expanding=True)))
    .order_by(standstill_rung.c.id)
)
_REPORTS = (
    select(special_report)
    .where(
        special_report.c.project_id.in_(bindparam("ids", expanding=True)),
        special_report.c.undone_at.is_(None),
    )
    .order_by(special_report.c.id)
)


def write(tx: Tx, outcome: Outcome) -> None:
    """Write what a sweep led to, notices excepted: one statement a table."""
    if outcome.rungs:
        tx.execute(insert(standstill_rung), outcome.rungs)
    if outcome.steps:
        tx.execute(insert(project_step), outcome.steps)
    if outcome.next_looks:
        tx.execute(
            _LOOK_AT,
            [{"of": one, "moment": when, "told": told} for one, (when, told) in outcome.next_looks.items()],
        )


_LOOK_AT = (
    update(project)
    .where(project.c.id == bindparam("of"))
    .values(next_look=bindparam("moment"), stalled=bindparam("told"))
)


def put_off(tx: Tx, project_id: int, until: datetime) -> None:
    """Look at a project later."""
    tx.execute(update(project).where(project.c.id == project_id).values(next_look=until))


def look_at_once(tx: Tx, ids: Collection[int], now: datetime) -> None:
    """Projects entered the ledger or left it."""
    if ids:
        tx.execute(update(project).where(project.c.id.in_(ids)).values(next_look=now))


# ---- what ends a count, and what brings it back ------------------------------------------------

TAKEN_UP: Mapping[str, Any] = {  # for the UPDATE that takes up a report; `moved` is none if it is no progress
    "moved_at": func.coalesce(bindparam("moved", type_=project.c.moved_at.type), project.c.moved_at),
    "next_look": case(  # a count of which nobody was told is looked at in its time
        (
            project.c.stalled.is_not(None),
            func.coalesce(bindparam("moved", type_=project.c.moved_at.type), project.c.next_look),
        ),
        else_=project.c.next_look,
    ),
}


def moves_again(tx: Tx, project_id: int) -> None:
    """There is progress: what has not gone out about the standstill will not."""
    _withdraw(tx, project_id, _MOVES_AGAIN)


def has_left(tx: Tx, project_id: int, look_again: datetime) -> None:
    """The project is in no ledger of the year: nothing more is said of it, unless it comes back."""
    _withdraw(tx, project_id, "已不在今年台账")
    put_off(tx, project_id, look_again)


def _withdraw(tx: Tx, project_id: int, why: str) -> None:
    tx.execute(
        update(notice)
        .where(*_about(project_id), notice.c.state.in_(UNSENT))
        .values(state=WITHDRAWN, state_why=why, withdrawn_from=notice.c.state)
    )


def counts_anew(tx: Tx, project_id: int, moved_at: datetime | None, now: datetime) -> None:
    """Reports were taken back or put right: the last progress is of that moment, the count is as it would be.

    What the report that is gone had stopped is said after all.
    """
    tx.execute(update(project).where(project.c.id == project_id).values(moved_at=moved_at, next_look=now))
    of_this_count = _about(project_id) + (() if moved_at is None else (notice.c.at >= moved_at,))
    tx.execute(
        update(notice)
        .where(*_about(project_id, ENDED), notice.c.state.in_(UNSENT))
        .values(state=WITHDRAWN, state_why="进展已撤回")
    )
    tx.execute(
        update(notice)
        .where(*of_this_count, notice.c.state == WITHDRAWN, notice.c.state_why == _MOVES_AGAIN)
        .values(state=notice.c.withdrawn_from, state_why="", withdrawn_from=None)
    )


def _about(project_id: int, what: str = "") -> tuple[Any, ...]:
    start = f"{KEY}:{project_id}:{what}"
    return notice.c.project_id == project_id, notice.c.key.startswith(start, autoescape=True)


def told_with(tx: Tx, message_id: int) -> list[int]:
    """The projects whose standstill a message spoke of, in its order."""
    rows = (
        select(notice.c.project_id)
        .where(notice.c.message_id == message_id, notice.c.key.startswith(f"{KEY}:"))
        .order_by(notice.c.id)
    )
    return list(dict.fromkeys(tx.execute(rows).scalars()))


# ---- special reports ---------------------------------------------------------------------------


def file_report(
    tx: Tx,
    project_id: int,
    *,
    by: int,
    on_behalf: str,
    words: str,
    at: datetime,
    inbox_id: int,
    attachments: Sequence[str],
) -> None:
    """Keep a special report; what still waits to ask for one is not sent."""
    tx.execute(
        insert(special_report).values(
            project_id=project_id,
            reporter_id=by,
            on_behalf=on_behalf,
            inbox_id=inbox_id,
            at=at,
            words=words,
            attachments=list(attachments),
        )
    )
    tx.execute(
        update(notice)
        .where(*_about(project_id, "owes"), notice.c.state.in_(UNSENT))
        .values(state=WITHDRAWN, state_why="专题报告已交", withdrawn_from=notice.c.state)
    )
    tx.execute(
        insert(project_step).values(
            project_id=project_id,
            at=at,
            person_id=by,
            on_behalf=on_behalf,
            kind="special_report",
            words=words,
            inbox_id=inbox_id,
        )
    )


def take_report_back(tx: Tx, inbox_id: int, by: int, at: datetime) -> list[int]:
    """The message that handed in special reports is taken back: they are owed as before. Of which projects."""
    taken = tx.execute(
        update(special_report)
        .where(special_report.c.inbox_id == inbox_id, special_report.c.undone_at.is_(None))
        .values(undone_at=at)
        .returning(special_report.c.project_id)
    )
    ids = sorted(taken.scalars())
    for one in ids:
        tx.execute(insert(project_step).values(project_id=one, at=at, person_id=by, kind="undo"))
        tx.execute(
            update(notice)
            .where(*_about(one, "owes"), notice.c.state == WITHDRAWN, notice.c.state_why == "专题报告已交")
            .values(state=notice.c.withdrawn_from, state_why="", withdrawn_from=None)
        )
    return ids


def last_report(tx: Tx, project_id: int) -> SpecialReport | None:
    """The project's newest special report."""
    row = tx.execute(
        select(special_report)
        .where(special_report.c.project_id == project_id, special_report.c.undone_at.is_(None))
        .order_by(special_report.c.id.desc())
        .limit(1)
    ).first()
    return None if row is None else SpecialReport(row.reporter_id, row.on_behalf, row.at, row.words)
