"""What files bring in: the ledger, units, people. Each change is kept with what stood before it, so that
the last import of a kind can be undone."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.documents.ledger_diff import LedgerDiff, compare
from bot.documents.ledger_in import LedgerFile, LedgerRow
from bot.documents.people_in import PersonRow
from bot.documents.units_in import UnitRow
from sqlalchemy import Table, and_, insert, select, update

from bot.people import Rank, Role
from storage import directory
from storage.database import Tx
from storage.settings import new_id
from storage.tables import (
    account,
    area,
    change,
    import_run,
    ledger_entry,
    metadata,
    person,
    person_role,
    project,
    responsibility,
    unit,
)

CITY_GROUP = "市直"
_ROLES: Mapping[str, tuple[str | None, Rank]] = {
    "联络员": (Role.LIAISON, Rank.STAFF),
    "13710联系人": (Role.CONTACT, Rank.STAFF),
    "重点办": (Role.OFFICE, Rank.STAFF),
    "县重点办": (Role.OFFICE, Rank.STAFF),
    "分管领导": (Role.LEADER, Rank.DEPUTY_HEAD),
    "主要负责人": (Role.LEADER, Rank.HEAD),
    "县级包联领导": (Role.LEADER, Rank.COUNTY_LEADER),
    "市级包联领导": (Role.LEADER, Rank.CITY_LEADER),
    "市长": (Role.LEADER, Rank.MAYOR),
    "秘书": (directory.SECRETARY, Rank.STAFF),
    "督查室": (directory.INSPECTORATE, Rank.STAFF),
}
_DUTIES = {
    "联络员": directory.LIAISON,
    "县级包联领导": directory.COUNTY_SPONSOR,
    "市级包联领导": directory.CITY_SPONSOR,
    "市长": directory.CITY_SPONSOR,
}


class NothingToUndo(Exception):
    """No import of that kind stands."""


class ImportFault(Exception):
    """The file is well formed, but speaks of what is not there; `faults` in Chinese."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class _Run:
    """One import: rows are put through it, so that each change is kept."""

    def __init__(self, tx: Tx, kind: str, file_name: str, body: bytes, at: datetime, summary: str) -> None:
        self.tx = tx
        self.id = new_id(
            tx.execute(
                insert(import_run).values(
                    kind=kind,
                    file_name=file_name[:200],
                    hash=hashlib.sha256(body).hexdigest(),
                    at=at,
                    summary=summary,
                )
            )
        )

    def put(self, table: Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
        """Make the row with that key have these values; the row as it is then."""
        where = and_(*(table.c[name] == value for name, value in key.items()))
        before = self.tx.execute(select(table).where(where)).mappings().first()
        if before is None:
            self.tx.execute(insert(table).values(**key, **values))
        elif any(before[name] != value for name, value in values.items()):
            self.tx.execute(update(table).where(where).values(**values))
        else:
            return before
        after = self.tx.execute(select(table).where(where)).mappings().one()
        self._keep(table, before, after)
        return after

    def drop(self, table: Table, key: Mapping[str, Any]) -> None:
        """Remove a row that only ties others together."""
        where = and_(*(table.c[name] == value for name, value in key.items()))
        before = self.tx.execute(select(table).where(where)).mappings().first()
        if before is not None:
            self.tx.execute(table.delete().where(where))
            self._keep(table, before, None)

    def _keep(self, table: Table, before: Any, after: Any) -> None:
        row = after if after is not None else before
        self.tx.execute(
            insert(change).values(
                import_run_id=self.id,
                table_name=table.name,
                row_key={c.name: row[c.name] for c in table.primary_key},
                before=_plain(before, table) if before is not None else None,
                after=_plain(after, table) if after is not None else None,
            )
        )


def ledger_of(tx: Tx, year: int) -> list[LedgerRow]:
    """The year's ledger as rows of a file, to compare a new file with."""
    rows = tx.execute(
        select(project, ledger_entry)
        .join(ledger_entry, ledger_entry.c.project_id == project.c.id)
        .where(ledger_entry.c.year == year, ledger_entry.c.gone.is_(False))
        .order_by(ledger_entry.c.number)
    )
    return [
        LedgerRow(
            number=r.number,
            group=r.group_name,
            name=r.name,
            owners=tuple(r.owners),
            place=r.place,
            build_kind=r.build_kind,
            field=r.field,
            total_investment=r.total_investment,
            annual_plan=r.annual_plan,
            start_month=r.start_month,
            finish_month=r.finish_month,
            start_is_actual=r.start_is_actual,
            tier=r.tier,
            note=r.note,
            row=0,
        )
        for r in rows
    ]


def compare_ledger(tx: Tx, year: int, file: LedgerFile) -> LedgerDiff:
    """What the file would change."""
    return compare(ledger_of(tx, year), file)


def apply_ledger(
    tx: Tx, year: int, file: LedgerFile, body: bytes, file_name: str, at: datetime, summary: str
) -> None:
    """Make the year's ledger that of the file. Projects keep their id when number or name stays."""
    diff = compare_ledger(tx, year, file)
    run = _Run(tx, "ledger", file_name, body, at, summary)
    ids = _ids_by_name(tx, year)
    renamed = {new.name: old.name for old, new in diff.renamed}
    areas = {r.name: r.id for r in tx.execute(select(area))}
    for position, name in enumerate(dict.fromkeys(row.group for row in file.rows), 1):
        if name != CITY_GROUP and name not in areas:
            areas[name] = run.put(area, {"name": name}, {"position": position})["id"]
    for row in file.rows:
        former = renamed.get(row.name)
        project_id = ids.get(former or row.name)
        values = {
            "name": row.name,
            "owners": list(row.owners),
            "place": row.place,
            "area_id": areas.get(row.group),
            "build_kind": row.build_kind,
            "field": row.field,
            "tier": row.tier,
            "start_month": row.start_month,
            "finish_month": row.finish_month,
            "start_is_actual": row.start_is_actual,
            "note": row.note,
        }
        if project_id is None:
            project_id = new_id(tx.execute(insert(project).values(name=row.name, **_BARE)))
        elif former is not None:
            before = tx.execute(select(project.c.former_names).where(project.c.id == project_id)).scalar_one()
            values["former_names"] = [*before, former]
        run.put(project, {"id": project_id}, values)
        entry = {
            "number": row.number,
            "group_name": row.group,
            "total_investment": row.total_investment,
            "annual_plan": row.annual_plan,
            "gone": False,
        }
        if row.name not in ids and former is None:
            entry["plan_at_start"] = row.annual_plan
        run.put(ledger_entry, {"year": year, "project_id": project_id}, entry)
    for old in diff.gone:
        run.put(ledger_entry, {"year": year, "project_id": ids[old.name]}, {"gone": True})
    link_units_to_areas(tx, run)
    directory.touched(tx)


_BARE = {"build_kind": "", "field": "", "tier": ""}


def apply_units(
    tx: Tx, rows: Sequence[UnitRow], body: bytes, file_name: str, at: datetime, summary: str
) -> None:
    """Make the directory of units that of the file; units that are not in it are kept, but gone."""
    run = _Run(tx, "units", file_name, body, at, summary)
    for row in rows:
        run.put(unit, {"name": row.name}, {"level": row.level, "aliases": list(row.aliases), "gone": False})
    named = {row.name for row in rows}
    for name in tx.execute(select(unit.c.name).where(unit.c.gone.is_(False))).scalars().all():
        if name not in named:
            run.put(unit, {"name": name}, {"gone": True})
    link_units_to_areas(tx, run)
    directory.touched(tx)


def link_units_to_areas(tx: Tx, run: _Run) -> None:
    """A county's unit belongs to the area whose name it carries (闻喜县人民政府 → 闻喜县)."""
    areas = {r.name: r.id for r in tx.execute(select(area))}
    for row in tx.execute(select(unit.c.name, unit.c.level, unit.c.area_id)).all():
        fits = [area_id for name, area_id in areas.items() if row.name.startswith(name)]
        if row.level == "county" and len(fits) == 1 and row.area_id != fits[0]:
            run.put(unit, {"name": row.name}, {"area_id": fits[0]})


def check_people(tx: Tx, year: int, rows: Sequence[PersonRow]) -> list[str]:
    """Faults of a people file against the ledger: unknown roles, projects, secretaries."""
    numbers = set(tx.execute(select(ledger_entry.c.number).where(ledger_entry.c.year == year)).scalars())
    names = {row.name for row in rows}
    faults = []
    for row in rows:
        faults += [f"{row.name}：角色“{role}”不认识" for role in row.roles if role not in _ROLES]
        faults += [f"{row.name}：台账里没有序号{n}的项目" for n in row.projects if n not in numbers]
        if row.secretary and row.secretary not in names:
            faults.append(f"{row.name}：秘书“{row.secretary}”不在名单里")
    return faults


def apply_people(
    tx: Tx, year: int, rows: Sequence[PersonRow], body: bytes, file_name: str, at: datetime, summary: str
) -> None:
    """Enter or update the people of the file; nobody is removed. Raises ImportFault."""
    faults = check_people(tx, year, rows)
    if faults:
        raise ImportFault(faults)
    run = _Run(tx, "people", file_name, body, at, summary)
    units = {r.name: r.id for r in tx.execute(select(unit))}
    projects = {
        r.number: r.project_id for r in tx.execute(select(ledger_entry).where(ledger_entry.c.year == year))
    }
    ids: dict[str, int] = {}
    for row in rows:
        rank = max((_ROLES[role][1] for role in row.roles), default=Rank.STAFF)
        put = run.put(
            person,
            {"name": row.name, "unit_words": row.unit},
            {
                "address": row.address,
                "title": row.title,
                "phone": row.phone,
                "unit_id": units.get(row.unit),
                "rank": int(rank),
                "made_up": row.made_up,
                "gone": False,
            },
        )
        ids[row.name] = person_id = put["id"]
        for position, role in enumerate(row.roles):
            name, _ = _ROLES[role]
            run.put(person_role, {"person_id": person_id, "role": str(name)}, {"position": position})
        for channel, name in row.accounts.items():
            run.put(account, {"channel": channel, "account": name}, {"person_id": person_id})
        for role in row.roles:
            duty = _DUTIES.get(role)
            for number in row.projects if duty else ():
                key = {"project_id": projects[number], "person_id": person_id, "duty": duty}
                run.put(responsibility, key, {"main": duty == directory.COUNTY_SPONSOR})
    for row in rows:
        if row.secretary:
            run.put(person, {"id": ids[row.name]}, {"secretary_id": ids[row.secretary]})
    directory.touched(tx)


def names_of(tx: Tx, kind: str) -> set[str]:
    """Names of the units or people that are there."""
    table = unit if kind == "units" else person
    return set(tx.execute(select(table.c.name).where(table.c.gone.is_(False))).scalars())


def undo_last(tx: Tx, kind: str, at: datetime) -> str:
    """Put back what the last import of that kind changed; its file's name. Raises NothingToUndo."""
    last = tx.execute(
        select(import_run)
        .where(import_run.c.kind == kind, import_run.c.undone_at.is_(None))
        .order_by(import_run.c.id.desc())
        .limit(1)
    ).first()
    if last is None:
        raise NothingToUndo(kind)
    changes = tx.execute(
        select(change).where(change.c.import_run_id == last.id).order_by(change.c.id.desc())
    ).all()
    for one in changes:
        table = metadata.tables[one.table_name]
        where = and_(*(table.c[name] == value for name, value in one.row_key.items()))
        if one.after is None:
            tx.execute(insert(table).values(**one.before))
        elif one.before is not None:
            tx.execute(update(table).where(where).values(**one.before))
        elif "gone" in table.c:
            tx.execute(update(table).where(where).values(gone=True))
        elif table.name not in ("project", "area"):
            tx.execute(table.delete().where(where))
    tx.execute(update(import_run).where(import_run.c.id == last.id).values(undone_at=at))
    directory.touched(tx)
    return str(last.file_name)


def _ids_by_name(tx: Tx, year: int) -> dict[str, int]:
    rows = tx.execute(
        select(project.c.name, project.c.id)
        .join(ledger_entry, ledger_entry.c.project_id == project.c.id)
        .where(ledger_entry.c.year == year)
    )
    return {r.name: r.id for r in rows}


def _plain(row: Any, table: Table) -> dict[str, Any]:
    """A row as JSON; moments don't occur in what files bring in, so they are left as the tables hold them."""
    return {c.name: row[c.name] for c in table.c if not hasattr(row[c.name], "tzinfo")}
