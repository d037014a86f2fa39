"""Progress reports: kept as they came; what counts of a project follows from those that stand."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import String, bindparam, cast, desc, func, insert, select, update

from bot.calendar import day_of
from bot.mechanism.stalled import is_progress
from storage import report_figures, stalled
from storage.database import Tx
from storage.prepared import Prepared
from storage.tables import project, project_step, report

COUNTED, UNDONE, CORRECTED = "counted", "undone", "corrected"
_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Report:
    """A progress report; sums in 元 by scope (of bot.acts.Scope, "" where none was said)."""

    id: int
    project_id: int
    reporter_id: int
    on_behalf: str
    inbox_id: int | None
    at: datetime
    invested: Mapping[str, int]
    percent: float | None
    status: str | None
    status_day: date | None
    words: str
    state: str
    corrects_id: int | None

    @property
    def is_ahead(self) -> bool:
        """Whether the status was fixed for a day to come when it was reported."""
        return self.status_day is not None and self.status_day > day_of(self.at)


# Built once: these run for every report.
_INSERT = Prepared(
    insert(report).returning(report.c.id),
    (
        "project_id",
        "reporter_id",
        "on_behalf",
        "inbox_id",
        "at",
        "invested",
        "percent",
        "status",
        "status_day",
        "words",
        "state",
        "corrects_id",
    ),
)
_INSERT_STEP = Prepared(
    insert(project_step),
    ("project_id", "at", "person_id", "on_behalf", "kind", "words", "data", "inbox_id"),
)
_LATEST = Prepared(
    select(report)
    .where(report.c.project_id == bindparam("of"), report.c.state == COUNTED)
    .order_by(desc(report.c.id))
    .limit(bindparam("most"))
)
_WITH_PERCENT = Prepared(
    select(report)
    .where(report.c.project_id == bindparam("of"), report.c.state == COUNTED, report.c.percent.is_not(None))
    .order_by(desc(report.c.id))
    .limit(2)
)
_WITH_SUMS = Prepared(
    select(report)
    .where(
        report.c.project_id == bindparam("of"),
        report.c.state == COUNTED,
        cast(report.c.invested, String) != "[]",
    )
    .order_by(desc(report.c.id))
    .limit(bindparam("most"))
)
_TAKE_UP = Prepared(
    update(project)
    .where(project.c.id == bindparam("wanted"))
    .values(
        status=func.coalesce(bindparam("now_status", type_=project.c.status.type), project.c.status),
        percent=func.coalesce(bindparam("now_percent", type_=project.c.percent.type), project.c.percent),
        last_progress_at=bindparam("last_at"),
        **stalled.TAKEN_UP,
    )
    .returning(project.c.stalled)
)
_SETTLE = (
    update(project)
    .where(project.c.id == bindparam("wanted"))
    .values(
        status=bindparam("now_status"),
        percent=bindparam("now_percent"),
        last_progress_at=bindparam("last_at"),
    )
)


def add(
    tx: Tx,
    *,
    project_id: int,
    reporter_id: int,
    on_behalf: str,
    inbox_id: int,
    at: datetime,
    invested: Mapping[str, int],
    percent: float | None,
    status: str | None,
    status_day: date | None,
    words: str,
    corrects: Report | None = None,
) -> int:
    """Keep a report that counts; `corrects` is the one whose place it takes."""
    if corrects is not None:
        _set_state(tx, corrects.id, CORRECTED)
        report_figures.end(tx, corrects.id, at)
    inserted = _INSERT.first(
        tx,
        {
            "project_id": project_id,
            "reporter_id": reporter_id,
            "on_behalf": on_behalf,
            "inbox_id": inbox_id,
            "at": at,
            "invested": [{"scope": scope, "yuan": yuan} for scope, yuan in invested.items()],
            "percent": percent,
            "status": status,
            "status_day": status_day,
            "words": words,
            "state": COUNTED,
            "corrects_id": corrects.id if corrects else None,
        },
    )
    report_id = int(inserted.id)
    report_figures.keep(
        tx,
        report_id,
        project_id,
        reporter_id,
        invested=invested,
        percent=percent,
        words=words,
        at=at,
        corrects_id=corrects.id if corrects else None,
    )
    _INSERT_STEP.run(
        tx,
        {
            "project_id": project_id,
            "at": at,
            "person_id": reporter_id,
            "on_behalf": on_behalf,
            "kind": "correct" if corrects else "progress",
            "words": words,
            "data": {"report": report_id},
            "inbox_id": inbox_id,
        },
    )
    if corrects is not None and corrects.project_id != project_id:
        _leave(tx, corrects, report_id, reporter_id, at)
    if corrects is not None:
        _settle_project(tx, project_id, at)
    else:
        moves = is_progress(invested, percent, status, words)
        now_status = None if status_day and status_day > day_of(at) else status
        _take_up(tx, project_id, at, percent, now_status, moves=moves)
    return report_id


def add_step(
    tx: Tx,
    project_id: int,
    kind: str,
    *,
    by: int | None,
    words: str,
    at: datetime,
    on_behalf: str = "",
    inbox_id: int | None = None,
) -> None:
    """Something that happened to a project and is no report, for its history."""
    tx.execute(
        insert(project_step).values(
            project_id=project_id,
            at=at,
            person_id=by,
            on_behalf=on_behalf,
            kind=kind,
            words=words,
            inbox_id=inbox_id,
        )
    )


def take_back(tx: Tx, inbox_id: int, by: int, at: datetime) -> list[Report]:
    """Undo the reports of a message; what they had corrected counts again. The reports taken back."""
    taken = _read(tx, report.c.inbox_id == inbox_id, report.c.state == COUNTED)
    for one in taken:
        _set_state(tx, one.id, UNDONE)
        tx.execute(
            update(report)
            .where(report.c.id == select(report.c.corrects_id).where(report.c.id == one.id).scalar_subquery())
            .values(state=COUNTED)
        )
        report_figures.end(tx, one.id, at)
        if one.corrects_id is not None:
            report_figures.count_again(tx, one.corrects_id, by, at)
        _come_back(tx, one, by, at)
        tx.execute(
            insert(project_step).values(
                project_id=one.project_id,
                at=at,
                person_id=by,
                kind="undo",
                data={"report": one.id},
                inbox_id=None,
            )
        )
        _settle_project(tx, one.project_id, at)
    return taken


def last_by(tx: Tx, person_id: int, project_id: int | None = None) -> Report | None:
    """The last report of that person that counts (of that project, if given)."""
    conditions = [report.c.reporter_id == person_id, report.c.state == COUNTED]
    if project_id is not None:
        conditions.append(report.c.project_id == project_id)
    found = _read(tx, *conditions, most=1)
    return found[0] if found else None


def projects_lately_by(tx: Tx, person_id: int, most: int = 20) -> list[int]:
    """Ids of the projects of which he reported last, the newest first."""
    found = _read(tx, report.c.reporter_id == person_id, report.c.state == COUNTED, most=most)
    return list(dict.fromkeys(one.project_id for one in found))


def latest(tx: Tx, project_id: int, most: int = 20) -> list[Report]:
    """The project's last reports that count, newest first."""
    return [_report(row) for row in _LATEST.all(tx, {"of": project_id, "most": most})]


def with_percent(tx: Tx, project_id: int) -> list[Report]:
    """The project's last two reports that count and say a percentage, newest first."""
    return [_report(row) for row in _WITH_PERCENT.all(tx, {"of": project_id})]


def with_sums(tx: Tx, project_id: int, most: int = 500) -> list[Report]:
    """The project's last reports that count and say a sum, newest first."""
    return [_report(row) for row in _WITH_SUMS.all(tx, {"of": project_id, "most": most})]


def one(tx: Tx, report_id: int) -> Report | None:
    """The report with that id, whether it counts or not."""
    found = _read(tx, report.c.id == report_id)
    return found[0] if found else None


def of_message(tx: Tx, inbox_id: int) -> list[Report]:
    """The reports that one message made and that count, newest first."""
    return _read(tx, report.c.inbox_id == inbox_id, report.c.state == COUNTED)


def sums(tx: Tx, project_ids: Collection[int], since: datetime) -> dict[int, dict[str, tuple[int, Report]]]:
    """{project id: {scope: (元, the report it stands in)}}: the newest sum of each scope since then."""
    found: dict[int, dict[str, tuple[int, Report]]] = {project_id: {} for project_id in project_ids}
    rows = _read(
        tx,
        report.c.project_id.in_(project_ids),
        report.c.at >= since,
        report.c.state == COUNTED,
        most=100_000,
    )
    for one in rows:
        for scope, yuan in one.invested.items():
            found[one.project_id].setdefault(scope, (yuan, one))
    return found


def highest(tx: Tx, project_id: int, scope: str, since: datetime | None = None) -> int | None:
    """The highest cumulative sum that was reported of that scope (since then), in 元."""
    conditions = [report.c.project_id == project_id, report.c.state == COUNTED]
    if since is not None:
        conditions.append(report.c.at >= since)
    sums = [one.invested[scope] for one in _read(tx, *conditions, most=200) if scope in one.invested]
    return max(sums, default=None)


def between(tx: Tx, since: datetime, until: datetime) -> list[Report]:
    """Reports that count, received in [since, until), oldest first."""
    found = _read(tx, report.c.at >= since, report.c.at < until, report.c.state == COUNTED, most=100_000)
    return found[::-1]


def reported_since(tx: Tx, since: datetime, until: datetime) -> set[int]:
    """Ids of the projects of which something was reported in [since, until)."""
    rows = tx.execute(
        select(report.c.project_id)
        .distinct()
        .where(report.c.at >= since, report.c.at < until, report.c.state == COUNTED)
    )
    return {row[0] for row in rows}


def moved_before(tx: Tx, moment: datetime) -> dict[int, datetime | None]:
    """{project: its last progress up to that moment} of those that have made some since."""
    ids = tx.execute(select(project.c.id).where(project.c.moved_at > moment)).scalars().all()
    found: dict[int, datetime | None] = dict.fromkeys(ids)
    # one that was put right since counted then
    which = (report.c.project_id.in_(ids), report.c.at <= moment, report.c.state != UNDONE)
    for one in _read(tx, *which, most=_ALL):
        if found[one.project_id] is None and is_progress(one.invested, one.percent, one.status, one.words):
            found[one.project_id] = _first_said(tx, one)
    return found


def project_facts(tx: Tx, ids: Collection[int]) -> dict[int, Any]:
    """{project id: row with status, percent, last_progress_at}."""
    rows = tx.execute(
        select(project.c.id, project.c.status, project.c.percent, project.c.last_progress_at).where(
            project.c.id.in_(ids)
        )
    )
    return {row.id: row for row in rows}


def projects_with(tx: Tx, kind: str, since: datetime) -> set[int]:
    """Ids of the projects that took a step of that kind since then."""
    rows = tx.execute(
        select(project_step.c.project_id)
        .distinct()
        .where(project_step.c.kind == kind, project_step.c.at >= since)
    )
    return {row.project_id for row in rows}


def newest_steps(tx: Tx, kind: str, since: datetime) -> dict[int, datetime]:
    """The projects with a step of that kind since then, with the moment of the newest."""
    rows = tx.execute(
        select(project_step.c.project_id, func.max(project_step.c.at).label("at"))
        .where(project_step.c.kind == kind, project_step.c.at >= since)
        .group_by(project_step.c.project_id)
    )
    return {row.project_id: row.at for row in rows}


def steps_of(tx: Tx, project_id: int) -> Sequence[Any]:
    """The project's history, oldest first."""
    return tx.execute(
        select(project_step).where(project_step.c.project_id == project_id).order_by(project_step.c.id)
    ).all()


def _set_state(tx: Tx, report_id: int, state: str) -> None:
    tx.execute(update(report).where(report.c.id == report_id).values(state=state))


def _leave(tx: Tx, moved: Report, to: int, by: int, at: datetime) -> None:
    """A report was put down to the wrong project: it counts there no more, as its history says."""
    _note(tx, moved.project_id, "moved_away", by, at, {"report": moved.id, "to": to})
    _settle_project(tx, moved.project_id, at)


def _come_back(tx: Tx, taken: Report, by: int, at: datetime) -> None:
    """The report whose place that one had taken counts again where it had been."""
    stood = one(tx, taken.corrects_id) if taken.corrects_id else None
    if stood is not None and stood.project_id != taken.project_id:
        _note(tx, stood.project_id, "moved_back", by, at, {"report": stood.id})
        _settle_project(tx, stood.project_id, at)


def _note(tx: Tx, project_id: int, kind: str, by: int, at: datetime, data: Mapping[str, int]) -> None:
    tx.execute(
        insert(project_step).values(project_id=project_id, at=at, person_id=by, kind=kind, data=dict(data))
    )


def _take_up(
    tx: Tx, project_id: int, at: datetime, percent: float | None, status: str | None, *, moves: bool
) -> None:
    """A new report counts: what it says of the project stands; what it doesn't say stands as before."""
    told = {"last_at": at, "now_percent": percent, "now_status": status, "moved": at if moves else None}
    taken_up = _TAKE_UP.first(tx, {"wanted": project_id, **told})
    if moves and taken_up is not None and taken_up.stalled is not None:
        stalled.moves_again(tx, project_id)


def _settle_project(tx: Tx, project_id: int, at: datetime) -> None:
    """Status, percent and last progress of a project are those of its last reports that count."""
    standing = latest(tx, project_id, most=50)
    tx.execute(
        _SETTLE,
        {
            "wanted": project_id,
            "now_status": next((one.status for one in standing if one.status and not one.is_ahead), None),
            "now_percent": next((one.percent for one in standing if one.percent is not None), None),
            "last_at": standing[0].at if standing else None,
        },
    )
    moves = [
        _first_said(tx, one)
        for one in standing
        if is_progress(one.invested, one.percent, one.status, one.words)
    ]
    stalled.counts_anew(tx, project_id, max(moves, default=None), at)


def _first_said(tx: Tx, one_report: Report) -> datetime:
    """When what the report says was first reported: putting a figure right is no progress."""
    at, corrects = one_report.at, one_report.corrects_id
    while corrects is not None and (earlier := one(tx, corrects)) is not None:
        at, corrects = earlier.at, earlier.corrects_id
    return at


def _read(tx: Tx, *conditions: Any, most: int = 100) -> list[Report]:
    rows = tx.execute(select(report).where(*conditions).order_by(desc(report.c.id)).limit(most))
    return [_report(row) for row in rows]


def _report(r: Any) -> Report:
    return Report(
        r.id,
        r.project_id,
        r.reporter_id,
        r.on_behalf,
        r.inbox_id,
        r.at,
        {item["scope"]: item["yuan"] for item in r.invested},
        r.percent,
        r.status,
        r.status_day,
        r.words,
        r.state,
        r.corrects_id,
    )
