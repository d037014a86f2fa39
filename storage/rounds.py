"""Rounds of questions: one question to many people, answered by a time; who is silent is named. Rows A8, T11.

A round is answered by what somebody reports since it was asked, as well as by a plain word.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, insert, or_, select, update

from storage import reports
from storage.database import Tx
from storage.settings import new_id
from storage.tables import project_step, question_round, report, round_asked, ticket, ticket_step
from storage.tickets import AUTOMATIC

TAP, SCHEDULED = "tap", "scheduled"


@dataclass(frozen=True, slots=True)
class Asked:
    """One who was asked; `project_ids` are those of which he reports, none for a unit's contact."""

    person_id: int
    project_ids: tuple[int, ...]
    answered_at: datetime | None
    answer: str


@dataclass(frozen=True, slots=True)
class Round:
    """A round as it stands. `asked_by_id`: none for the regime's own."""

    id: int
    kind: str
    name: str
    at: datetime
    until: datetime
    asked_by_id: int | None
    closed_at: datetime | None
    inbox_id: int | None
    asked: tuple[Asked, ...]


def begin(
    tx: Tx,
    *,
    kind: str,
    name: str,
    words: str,
    at: datetime,
    until: datetime,
    asked: Mapping[int, Collection[int]],
    asked_by_id: int | None = None,
    on_behalf: str = "",
    inbox_id: int | None = None,
) -> int:
    """Ask these people, each about these projects."""
    round_id = new_id(
        tx.execute(
            insert(question_round).values(
                kind=kind,
                name=name[:120],
                words=words,
                at=at,
                until=until,
                asked_by_id=asked_by_id,
                on_behalf=on_behalf,
                inbox_id=inbox_id,
            )
        )
    )
    tx.execute(
        insert(round_asked),
        [
            {"round_id": round_id, "person_id": person_id, "project_ids": sorted(ids)}
            for person_id, ids in asked.items()
        ],
    )
    return round_id


def due(tx: Tx, now: datetime) -> list[Round]:
    """Rounds whose time is up and that were not closed."""
    rows = select(question_round).where(question_round.c.closed_at.is_(None), question_round.c.until <= now)
    return _with_asked(tx, tx.execute(rows.order_by(question_round.c.id)).all())


def next_until(tx: Tx) -> datetime | None:
    """When the next round is over."""
    rows = select(func.min(question_round.c.until)).where(question_round.c.closed_at.is_(None))
    return tx.execute(rows).scalar()


def close(tx: Tx, round_id: int, at: datetime) -> None:
    """It is over: what comes later answers it no more."""
    tx.execute(update(question_round).where(question_round.c.id == round_id).values(closed_at=at))


def newest(tx: Tx, asked_by_id: int | None = None, most: int = 5) -> list[Round]:
    """The newest rounds (of that asker), newest first."""
    rows = select(question_round).order_by(question_round.c.id.desc()).limit(most)
    if asked_by_id is not None:
        rows = rows.where(question_round.c.asked_by_id == asked_by_id)
    return _with_asked(tx, tx.execute(rows).all())


def about_since(tx: Tx, since: datetime) -> dict[int, datetime]:
    """The projects that rounds begun since then asked about, with the newest of them."""
    rows = tx.execute(
        select(question_round.c.at, round_asked.c.project_ids)
        .join(round_asked, round_asked.c.round_id == question_round.c.id)
        .where(question_round.c.at >= since)
        .order_by(question_round.c.at)
    )
    return {project_id: row.at for row in rows for project_id in row.project_ids}


def answer(tx: Tx, person_ids: Collection[int], words: str, at: datetime) -> Sequence[str]:
    """A plain word answers all open rounds that wait for one of these people; their names."""
    waiting = (
        select(question_round.c.id, question_round.c.name)
        .join(round_asked, round_asked.c.round_id == question_round.c.id)
        .where(
            question_round.c.closed_at.is_(None),
            round_asked.c.person_id.in_(person_ids),
            round_asked.c.answered_at.is_(None),
        )
    )
    found = {row.id: row.name for row in tx.execute(waiting)}
    if found:
        tx.execute(
            update(round_asked)
            .where(round_asked.c.round_id.in_(found), round_asked.c.person_id.in_(person_ids))
            .values(answered_at=at, answer=words[:500])
        )
    return list(found.values())


def hand_on(tx: Tx, from_id: int, to_id: int) -> int:
    """What open rounds ask of the one they ask of the other; how many."""
    open_ids = select(question_round.c.id).where(question_round.c.closed_at.is_(None))
    his = select(round_asked.c.round_id).where(round_asked.c.person_id == to_id)
    moved = tx.execute(
        update(round_asked)
        .where(
            round_asked.c.person_id == from_id,
            round_asked.c.answered_at.is_(None),
            round_asked.c.round_id.in_(open_ids),
            round_asked.c.round_id.not_in(his),
        )
        .values(person_id=to_id)
    )
    return moved.rowcount


def answers(tx: Tx, one: Round) -> dict[int, str]:
    """What each who has answered said, by person: his plain word, else what was reported since it was asked."""
    said = {asked.person_id: asked.answer for asked in one.asked if asked.answered_at is not None}
    until = one.closed_at or max(one.until, one.at)
    by_person, by_project = _done_since(tx, one, until)
    for asked in one.asked:
        words = by_person.get(asked.person_id)
        if words is None:
            words = next(
                (by_project[project] for project in asked.project_ids if project in by_project), None
            )
        if words is not None:
            said.setdefault(asked.person_id, words)
    return said


def _done_since(tx: Tx, one: Round, until: datetime) -> tuple[dict[int, str], dict[int, str]]:
    """The newest words of each person, and about each project, in reports and steps since it was asked.

    Of what happened at the very moment of asking, what came with a later message.
    """

    def since(table: Any) -> Any:
        later = and_(table.c.at == one.at, table.c.inbox_id > (one.inbox_id or 0))
        return and_(or_(table.c.at > one.at, later), table.c.at <= until)

    told = select(report.c.at, report.c.reporter_id, report.c.project_id, report.c.words).where(
        since(report), report.c.state == reports.COUNTED
    )
    said = [(at, person_id, project_id, words, True) for at, person_id, project_id, words in tx.execute(told)]
    stepped = (
        select(
            ticket_step.c.at,
            ticket_step.c.person_id,
            ticket.c.project_id,
            ticket_step.c.words,
            ticket_step.c.kind,
        )
        .join(ticket, ticket.c.id == ticket_step.c.ticket_id)
        .where(since(ticket_step), ticket_step.c.kind.not_in(AUTOMATIC))
    )
    for at, person_id, project_id, words, kind in tx.execute(stepped):
        said.append((at, person_id, project_id, words, kind in ("report", "joined")))
    noted = select(
        project_step.c.at, project_step.c.person_id, project_step.c.project_id, project_step.c.words
    ).where(since(project_step), project_step.c.kind == "no-blockers")
    said += [
        (at, person_id, project_id, words, True) for at, person_id, project_id, words in tx.execute(noted)
    ]
    by_person: dict[int, str] = {}
    by_project: dict[int, str] = {}
    for _, person_id, project_id, words, speaks_for_project in sorted(said, key=lambda each: each[0]):
        by_person[person_id] = words
        if speaks_for_project:
            by_project[project_id] = words
    return by_person, by_project


def _with_asked(tx: Tx, rows: Sequence[Any]) -> list[Round]:
    found: dict[int, list[Asked]] = {row.id: [] for row in rows}
    asked = select(round_asked).where(round_asked.c.round_id.in_(found)).order_by(round_asked.c.person_id)
    for one in tx.execute(asked):
        found[one.round_id].append(Asked(one.person_id, tuple(one.project_ids), one.answered_at, one.answer))
    return [
        Round(r.id, r.kind, r.name, r.at, r.until, r.asked_by_id, r.closed_at, r.inbox_id, tuple(found[r.id]))
        for r in rows
    ]
