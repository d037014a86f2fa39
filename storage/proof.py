"""What was claimed and by what it is proven; photos that were used before; spot checks and what they found."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import bindparam, insert, select, update

from bot.acts import Status
from bot.calendar import day_of
from bot.mechanism.proof import RESOLVE, documents
from bot.mechanism.states import State
from storage.database import Tx
from storage.tables import attachment, project_step, report, spot_check, ticket, ticket_step

COUNTED = "counted"
_CLAIMED = (State.RESOLVED, State.STRUCK_OFF)


@dataclass(frozen=True, slots=True)
class Claim:
    """A status that was reported as come about, or an end that was claimed. `what` is the status or `resolve`."""

    what: str
    project_id: int
    at: datetime
    by: int | None
    inbox_id: int | None
    words: str
    report_id: int | None = None
    ticket_id: int | None = None
    unit_id: int | None = None
    is_proven: bool = False


@dataclass(frozen=True, slots=True)
class Used:
    """Where a file was used before: its name now, and the project, ticket and moment of then."""

    name: str
    hash: str
    project_id: int
    ticket_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class SpotCheck:
    """A claim that was drawn; `holds` is none until somebody has looked."""

    id: int
    project_id: int
    report_id: int | None
    ticket_id: int | None
    area_id: int | None
    unit_id: int | None
    claimed_by_id: int | None
    claimed_at: datetime
    drawn_at: datetime
    holds: bool | None
    found_at: datetime | None
    words: str


@dataclass(frozen=True, slots=True)
class Claimant:
    """Against whom a false claim counts: the unit that claimed an end, else the project's county (none: 市直)."""

    kind: Literal["area", "unit"]
    id: int | None


def false_claims(tx: Tx, since: datetime, until: datetime) -> dict[Claimant, list[SpotCheck]]:
    """What spot checks found false in [since, until), by who answers for the claim. Undone findings are left out."""
    rows = tx.execute(
        select(spot_check)
        .where(
            spot_check.c.holds.is_(False),
            spot_check.c.undone_at.is_(None),
            spot_check.c.found_at >= since,
            spot_check.c.found_at < until,
        )
        .order_by(spot_check.c.id)
    )
    found: dict[Claimant, list[SpotCheck]] = {}
    for row in rows:
        one = _check(row)
        who = Claimant("unit", one.unit_id) if one.unit_id is not None else Claimant("area", one.area_id)
        found.setdefault(who, []).append(one)
    return found


# ---- claims ------------------------------------------------------------------------------------


def claims(tx: Tx, since: datetime, needs: Collection[str]) -> list[Claim]:
    """What was claimed since then and still stands, oldest first, with whether it is proven."""
    found = _of_reports(
        tx.execute(_REPORTS.where(report.c.at >= since), {"needs": [one for one in needs if one != RESOLVE]})
    )
    if RESOLVE in needs:
        found += _of_tickets(tx.execute(_ENDS.where(ticket_step.c.at >= since)))
    return sorted(_proven(tx, found), key=lambda one: one.at)


def claims_of_message(tx: Tx, inbox_id: int, needs: Collection[str]) -> list[Claim]:
    """What one message claimed and still stands."""
    wanted = {"needs": [one for one in needs if one != RESOLVE]}
    found = _of_reports(tx.execute(_REPORTS.where(report.c.inbox_id == inbox_id), wanted))
    if RESOLVE in needs:
        found += _of_tickets(tx.execute(_ENDS.where(ticket_step.c.inbox_id == inbox_id)))
    return _proven(tx, found)


_REPORTS = select(report).where(
    report.c.status.in_(bindparam("needs", expanding=True)), report.c.state == COUNTED
)
_ENDS = (
    select(
        ticket_step.c.id,
        ticket_step.c.kind,
        ticket_step.c.at,
        ticket_step.c.person_id,
        ticket_step.c.inbox_id,
        ticket_step.c.words,
        ticket_step.c.data,
        ticket.c.id.label("ticket_id"),
        ticket.c.project_id,
    )
    .join(ticket, ticket.c.id == ticket_step.c.ticket_id)
    .where(ticket_step.c.kind.in_(("resolve", "proof")), ticket.c.state.in_(_CLAIMED))
    .order_by(ticket_step.c.id)
)


def _of_reports(rows: Iterable[Any]) -> list[Claim]:
    """What was only fixed for a day ahead is no claim yet."""
    return [
        Claim(
            row.status, row.project_id, row.at, row.reporter_id, row.inbox_id, row.words, row.id,
            is_proven=bool(documents(row.words)),
        )
        for row in rows
        if row.status_day is None or row.status_day <= day_of(row.at)
    ]  # fmt: skip


def _of_tickets(rows: Iterable[Any]) -> list[Claim]:
    """The newest claim of each ticket, with what was added to it."""
    found: dict[int, Claim] = {}
    for row in rows:
        proof = bool(row.data.get("proof") or row.data.get("attachments") or documents(row.words))
        earlier = found.get(row.ticket_id)
        if row.kind == "proof" and earlier is not None:  # added to what was claimed before
            found[row.ticket_id] = replace(earlier, is_proven=earlier.is_proven or proof)
        elif row.kind != "proof":
            found[row.ticket_id] = Claim(
                RESOLVE, row.project_id, row.at, row.person_id, row.inbox_id, row.words,
                ticket_id=row.ticket_id, is_proven=proof,
            )  # fmt: skip
    return list(found.values())


def _proven(tx: Tx, found: Sequence[Claim]) -> list[Claim]:
    ids = {one.inbox_id for one in found if one.inbox_id is not None and not one.is_proven}
    with_files = set(
        tx.execute(select(attachment.c.inbox_id).distinct().where(attachment.c.inbox_id.in_(ids))).scalars()
    )
    projects = {one.project_id for one in found if one.report_id is not None and not one.is_proven}
    added = {
        data.get("report")
        for data in tx.execute(
            select(project_step.c.data).where(
                project_step.c.project_id.in_(projects), project_step.c.kind == "proof"
            )
        ).scalars()
    }
    return [
        replace(one, is_proven=one.is_proven or one.inbox_id in with_files or one.report_id in added)
        if one.report_id is not None or one.inbox_id in with_files
        else one
        for one in found
    ]


def last_claim(tx: Tx, project_id: int, status: Status) -> Claim | None:
    """The project's newest report of that status."""
    rows = _REPORTS.where(report.c.project_id == project_id).order_by(report.c.id.desc()).limit(1)
    found = _of_reports(tx.execute(rows, {"needs": [status.value]}))
    return _proven(tx, found)[0] if found else None


def add_proof(
    tx: Tx,
    claim: Claim,
    *,
    by: int,
    on_behalf: str,
    words: str,
    moment: datetime,
    inbox_id: int,
    files: Sequence[str],
) -> None:
    """A photo or a document's number for what was reported before."""
    tx.execute(
        insert(project_step).values(
            project_id=claim.project_id,
            at=moment,
            person_id=by,
            on_behalf=on_behalf,
            kind="proof",
            words=words,
            data={"report": claim.report_id, "attachments": list(files), "documents": documents(words)},
            inbox_id=inbox_id,
        )
    )


# ---- photos that were used before --------------------------------------------------------------


def used_before(tx: Tx, inbox_id: int, project_id: int, apart_since: datetime) -> list[Used]:
    """Files of that message that came before with another report or ticket, the first use of each.

    The same file for the same project after `apart_since` is one thing said in two messages.
    """
    mine = {
        row.hash: row
        for row in tx.execute(
            select(attachment.c.hash, attachment.c.name, attachment.c.at).where(
                attachment.c.inbox_id == inbox_id, attachment.c.hash != ""
            )
        )
    }
    if not mine:
        return []
    twins = tx.execute(
        select(attachment.c.hash, attachment.c.inbox_id).where(
            attachment.c.hash.in_(mine), attachment.c.inbox_id < inbox_id
        )
    ).all()
    uses = _uses(tx, {row.inbox_id for row in twins}) if twins else {}
    found: dict[str, Used] = {}
    for row in twins:
        for use in uses.get(row.inbox_id, ()):
            if use.project_id == project_id and use.at >= apart_since:
                continue
            known = found.get(row.hash)
            if known is None or use.at < known.at:
                found[row.hash] = replace(use, name=mine[row.hash].name, hash=row.hash)
    return list(found.values())


def _uses(tx: Tx, ids: Collection[int]) -> dict[int, list[Used]]:
    """What those messages were about: reports that count, steps of tickets, proof that was added."""
    found: dict[int, list[Used]] = {}
    for table in (report, project_step):
        of_projects = select(table.c.inbox_id, table.c.project_id, table.c.at)
        for inbox_id, project_id, moment in tx.execute(of_projects.where(table.c.inbox_id.in_(ids))):
            found.setdefault(inbox_id, []).append(Used("", "", project_id, None, moment))
    for row in tx.execute(
        select(ticket_step.c.inbox_id, ticket_step.c.at, ticket.c.project_id, ticket.c.id)
        .join(ticket, ticket.c.id == ticket_step.c.ticket_id)
        .where(ticket_step.c.inbox_id.in_(ids))
    ):
        found.setdefault(row.inbox_id, []).append(Used("", "", row.project_id, row.id, row.at))
    return found


# ---- spot checks -------------------------------------------------------------------------------


def draw(
    tx: Tx, chosen: Iterable[tuple[Claim, int | None]], *, by: int, moment: datetime, inbox_id: int
) -> None:
    """Claims (each with its project's county) are to be looked at on the spot."""
    rows = [
        {
            "project_id": one.project_id,
            "report_id": one.report_id,
            "ticket_id": one.ticket_id,
            "area_id": area_id,
            "unit_id": one.unit_id,
            "claimed_by_id": one.by,
            "claimed_at": one.at,
            "drawn_at": moment,
            "drawn_by_id": by,
            "drawn_inbox_id": inbox_id,
        }
        for one, area_id in chosen
    ]
    if rows:
        tx.execute(insert(spot_check), rows)


def checks(tx: Tx, *, waiting: bool = False, since: datetime | None = None) -> list[SpotCheck]:
    """Spot checks that stand, oldest first: those nobody has looked at yet, those drawn since then."""
    rows = select(spot_check).where(spot_check.c.undone_at.is_(None)).order_by(spot_check.c.id)
    if waiting:
        rows = rows.where(spot_check.c.holds.is_(None))
    if since is not None:
        rows = rows.where(spot_check.c.drawn_at >= since)
    return [_check(row) for row in tx.execute(rows)]


def find(
    tx: Tx,
    check_id: int,
    *,
    holds: bool,
    by: int,
    on_behalf: str,
    words: str,
    moment: datetime,
    inbox_id: int,
) -> bool:
    """What was found on the spot. False: somebody has said it before."""
    done = (
        update(spot_check)
        .where(spot_check.c.id == check_id, spot_check.c.holds.is_(None))
        .values(
            holds=holds, found_by_id=by, on_behalf=on_behalf, words=words, found_at=moment, inbox_id=inbox_id
        )
    )
    return tx.execute(done).rowcount == 1


def take_back(tx: Tx, inbox_id: int, moment: datetime) -> tuple[list[SpotCheck], list[SpotCheck]]:
    """What that message drew, and what it found, is taken back: those drawn, those open again."""
    drawn = tx.execute(
        update(spot_check)
        .where(
            spot_check.c.drawn_inbox_id == inbox_id,
            spot_check.c.holds.is_(None),
            spot_check.c.undone_at.is_(None),
        )
        .values(undone_at=moment)
        .returning(spot_check)
    ).all()
    found = tx.execute(
        update(spot_check)
        .where(spot_check.c.inbox_id == inbox_id, spot_check.c.undone_at.is_(None))
        .values(undone_at=moment)
        .returning(spot_check)
    ).all()
    if found:  # the finding stands on record as taken back, and the claim is to be looked at anew
        tx.execute(insert(spot_check), [{name: row._mapping[name] for name in _DRAWN} for row in found])
    return [_check(row) for row in drawn], [_check(row) for row in found]


_DRAWN = (
    "project_id",
    "report_id",
    "ticket_id",
    "area_id",
    "unit_id",
    "claimed_by_id",
    "claimed_at",
    "drawn_at",
    "drawn_by_id",
)


def _check(row: Any) -> SpotCheck:
    return SpotCheck(
        row.id,
        row.project_id,
        row.report_id,
        row.ticket_id,
        row.area_id,
        row.unit_id,
        row.claimed_by_id,
        row.claimed_at,
        row.drawn_at,
        row.holds,
        row.found_at,
        row.words,
    )
