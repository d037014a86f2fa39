"""What files bring in: the ledger, units, people. Each change is kept with what stood before it, so that
the last import of a kind can be undone."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from sqlalchemy import func, insert, select, update

from bot.documents.faults import DocumentError, Fault
from bot.documents.ledger_diff import LedgerDiff, compare
from bot.documents.ledger_in import LedgerFile, LedgerRow
from bot.documents.people_in import PersonRow
from bot.documents.units_in import UnitRow
from bot.people import Rank, Role
from storage import directory, month_plans, second_figures, stalled
from storage.changes import ADJUST, NOBODY, By, Run, changes_of, put_back
from storage.database import Tx
from storage.settings import new_id
from storage.tables import (
    account,
    area,
    change,
    import_run,
    ledger_entry,
    person,
    person_role,
    project,
    responsibility,
    ticket_unit,
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
    "县区长": (directory.AREA_HEAD, Rank.COUNTY_LEADER),
    "分管副市长": (Role.LEADER, Rank.CITY_LEADER),
    "项目法人": (directory.DIRECT, Rank.STAFF),
    "推进组组长": (directory.PUSH_HEAD, Rank.STAFF),
    "秘书": (directory.SECRETARY, Rank.STAFF),
    "督查室": (directory.INSPECTORATE, Rank.STAFF),
}
_OF_A_UNIT = (
    "13710联系人",
    "重点办",
    "县重点办",
    "分管领导",
    "主要负责人",
    "县区长",
)  # they speak for a unit of ours
_OF_A_PROJECT = {"联络员", "项目法人", "推进组组长"}  # they may be of an enterprise
_DUTIES = {
    "联络员": directory.LIAISON,
    "县级包联领导": directory.COUNTY_SPONSOR,
    "市级包联领导": directory.CITY_SPONSOR,
    "市长": directory.CITY_SPONSOR,
    "分管副市长": directory.FIELD_LEADER,
    "项目法人": directory.DIRECT,
    "推进组组长": directory.PUSH_HEAD,
}


class NothingToUndo(Exception):
    """No import of that kind stands."""


class ImportFault(Exception):
    """Units that the file leaves out, or its undo would take away, are in use; `faults` in Chinese."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


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


def year_to_compare(tx: Tx, year: int) -> int:
    """The year whose ledger a file for `year` follows: that year's if there is one, else the latest earlier."""
    earlier = select(func.max(ledger_entry.c.year)).where(
        ledger_entry.c.year <= year, ledger_entry.c.gone.is_(False)
    )
    return tx.execute(earlier).scalar() or year


def compare_ledger(tx: Tx, year: int, file: LedgerFile) -> LedgerDiff:
    """What the file would change in the ledger that it follows."""
    return compare(ledger_of(tx, year_to_compare(tx, year)), file)


def apply_ledger(
    tx: Tx,
    year: int,
    file: LedgerFile,
    body: bytes,
    file_name: str,
    at: datetime,
    summary: str,
    by: By = NOBODY,
    reasons: Mapping[int, str] | None = None,
) -> None:
    """Make the year's ledger that of the file. A project stays the same one under its name, a former name
    or a recognised new one, whatever the year. `reasons`: why a number of the ledger that stood is left out,
    and under 0 why whatever else changes."""
    diff = compare_ledger(tx, year, file)
    run = Run(tx, "ledger", file_name, body, at, summary, by)
    whys = reasons or {}
    renamed = {new.name: old.name for old, new in diff.renamed}
    ids = ids_by_name(tx, {row.name for row in file.rows} | set(renamed.values()))
    rows = tx.execute(
        select(ledger_entry.c.project_id, ledger_entry.c.gone).where(ledger_entry.c.year == year)
    ).all()
    entered, there = {r.project_id for r in rows}, {r.project_id for r in rows if not r.gone}
    new: list[int] = []
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
        run.put(project, {"id": project_id}, values, whys.get(0, ""))
        entry = {
            "number": row.number,
            "group_name": row.group,
            "total_investment": row.total_investment,
            "annual_plan": row.annual_plan,
            "gone": False,
        }
        if project_id not in entered:
            entry["plan_at_start"] = row.annual_plan
        run.put(ledger_entry, {"year": year, "project_id": project_id}, entry, whys.get(0, ""))
        if project_id not in there:
            new.append(project_id)
    begin_counts(tx, year, new, at)
    listed = {row.name for row in file.rows} | set(renamed.values())
    for old in ledger_of(tx, year):
        if old.name not in listed:
            why = whys.get(old.number, whys.get(0, ""))
            run.put(ledger_entry, {"year": year, "project_id": ids[old.name]}, {"gone": True}, why)
            stalled.look_at_once(tx, [ids[old.name]], at)
    link_units_to_areas(tx, run)
    directory.touched(tx)


def begin_counts(tx: Tx, year: int, project_ids: Sequence[int], at: datetime) -> None:
    """Projects entered the ledger: what they make no progress from (P1)."""
    mine = (ledger_entry.c.year == year, ledger_entry.c.project_id.in_(project_ids))
    tx.execute(update(ledger_entry).where(*mine).values(entered_at=at))
    stalled.look_at_once(tx, project_ids, at)


_BARE = {"build_kind": "", "field": "", "tier": ""}


def apply_units(
    tx: Tx, rows: Sequence[UnitRow], body: bytes, file_name: str, at: datetime, summary: str
) -> None:
    """Make the directory of units that of the file; units that are not in it are kept, but gone.

    Raises ImportFault.
    """
    if faults := check_units(tx, rows):
        raise ImportFault(faults)
    run = Run(tx, "units", file_name, body, at, summary)
    for row in rows:
        run.put(unit, {"name": row.name}, {"level": row.level, "aliases": list(row.aliases), "gone": False})
    named = {row.name for row in rows}
    for name in tx.execute(select(unit.c.name).where(unit.c.gone.is_(False))).scalars().all():
        if name not in named:
            run.put(unit, {"name": name}, {"gone": True})
    _put_in_tree(tx, run, rows)
    link_units_to_areas(tx, run)
    directory.touched(tx)


def _put_in_tree(tx: Tx, run: Run, rows: Sequence[UnitRow]) -> None:
    """Each unit under the one that the file names; a file without that column leaves the tree alone."""
    called = {alias: row.name for row in rows for alias in (row.name, *row.aliases)}
    ids = {r.name: r.id for r in tx.execute(select(unit.c.id, unit.c.name))}
    for row in rows:
        if row.above is not None:
            run.put(unit, {"name": row.name}, {"above_id": ids[called[row.above]] if row.above else None})


def link_units_to_areas(tx: Tx, run: Run) -> None:
    """A county's unit belongs to the area whose name it, or a unit above it, carries (闻喜县人民政府 → 闻喜县)."""
    areas = {r.name: r.id for r in tx.execute(select(area))}
    rows = {r.id: r for r in tx.execute(select(unit)).all()}
    for row in rows.values():
        if row.level != "county":
            continue
        fits, seen = list[int](), set[int]()
        at = rows.get(row.id)
        while at is not None and at.id not in seen and not fits:
            seen.add(at.id)
            fits = [area_id for name, area_id in areas.items() if at.name.startswith(name)]
            at = rows.get(at.above_id)
        if len(fits) == 1 and row.area_id != fits[0]:
            run.put(unit, {"name": row.name}, {"area_id": fits[0]})


def check_units(tx: Tx, rows: Sequence[UnitRow]) -> list[str]:
    """Why units that the file leaves out can't go: people or tickets use them."""
    named = {row.name for row in rows}
    there = tx.execute(select(unit.c.id, unit.c.name).where(unit.c.gone.is_(False))).all()
    return [
        f"{fault}，不能从单位目录里去掉；请把它留在文件里，或先给这些人换单位"
        for fault in _in_use(tx, [row.id for row in there if row.name not in named])
    ]


def _in_use(tx: Tx, unit_ids: Sequence[int]) -> list[str]:
    """Of those units the ones that people belong to or tickets name: “市水务局还有3人、2件事项”."""
    faults = []
    for row in tx.execute(select(unit.c.id, unit.c.name).where(unit.c.id.in_(unit_ids)).order_by(unit.c.id)):
        people = select(func.count()).where(person.c.unit_id == row.id, person.c.gone.is_(False))
        tickets = select(func.count()).where(ticket_unit.c.unit_id == row.id)
        counts = [(tx.execute(people).scalar_one(), "人"), (tx.execute(tickets).scalar_one(), "件事项")]
        used = "、".join(f"{count}{what}" for count, what in counts if count)
        if used:
            faults.append(f"{row.name}还有{used}")
    return faults


def check_people(tx: Tx, year: int, rows: Sequence[PersonRow]) -> list[Fault]:
    """Faults of a people file against the city: projects, units and secretaries that are not there."""
    numbers = set(_projects_by_number(tx, year))
    if not numbers and any(row.projects for row in rows):
        return [Fault(f"还没有{year}年的台账，请先导入台账，再导入人员")]
    units = _names_of_units(tx)
    ours = _owners(tx, year)
    faults = []
    for row in rows:
        faults += [
            Fault(f"{row.name}：{year}年台账里没有序号{n}的项目", row=row.row, column="项目")
            for n in row.projects
            if n not in numbers
        ]
        needs_unit = [role for role in row.roles if role in _OF_A_UNIT]
        if units.get(row.unit) != row.unit and (needs_unit or (row.unit and not _is_outside(row, ours))):
            needs = f"，{needs_unit[0]}要有目录里的单位" if needs_unit else ""
            reason = f"{row.name}：单位目录里没有“{row.unit}”{needs}{_nearest(row.unit, units)}"
            faults.append(Fault(reason, row=row.row, column="单位"))
        if row.secretary and len(fits := _secretaries(row, rows)) != 1:
            reason = (
                f"{row.name}：秘书“{row.secretary}”有{len(fits)}个同名的人，请写成单位加姓名，"
                f"如 {fits[0].unit}{fits[0].name}"
                if fits
                else f"{row.name}：秘书“{row.secretary}”不在名单里"
            )
            faults.append(Fault(reason, row=row.row, column="秘书"))
    return faults


def units_not_listed(tx: Tx, rows: Sequence[PersonRow]) -> list[str]:
    """Units of people that the directory does not have, in the file's order: those of enterprises."""
    units = _names_of_units(tx)
    return list(dict.fromkeys(row.unit for row in rows if row.unit and units.get(row.unit) != row.unit))


_AUTHORITY = re.compile("(?:局|厅|委|委员会|办|办公室|政府|管委会|部门|处|科|街道)$")


def _is_outside(row: PersonRow, owners: frozenset[str]) -> bool:
    """Whether the person is of an enterprise that builds a project: its unit is whatever he calls it."""
    return set(row.roles) <= _OF_A_PROJECT and (row.unit in owners or not _AUTHORITY.search(row.unit))


def _owners(tx: Tx, year: int) -> frozenset[str]:
    """Who builds the projects of the year's ledger."""
    found = tx.execute(
        select(project.c.owners).join(ledger_entry).where(ledger_entry.c.year == year)
    ).scalars()
    return frozenset(owner for owners in found for owner in owners)


def _names_of_units(tx: Tx) -> dict[str, str]:
    """The names of the directory's units by all that they are called."""
    rows = tx.execute(select(unit.c.name, unit.c.aliases).where(unit.c.gone.is_(False))).all()
    return {alias: row.name for row in rows for alias in row.aliases} | {row.name: row.name for row in rows}


def _nearest(words: str, units: Mapping[str, str]) -> str:
    """“，是不是市住建局？”: the unit whose name is most like it; empty if none is."""
    like = get_close_matches(words, units, n=1, cutoff=0.5)
    return f"，是不是“{units[like[0]]}”？" if like else ""


def _secretaries(leader: PersonRow, rows: Sequence[PersonRow]) -> list[PersonRow]:
    """Who may be meant as the leader's secretary: of several with that name the one of his own unit."""
    fits = {
        (row.name, row.unit): row for row in rows if leader.secretary in (row.name, f"{row.unit}{row.name}")
    }
    own = [row for row in fits.values() if row.unit == leader.unit]
    return own if len(own) == 1 else list(fits.values())


def _projects_by_number(tx: Tx, year: int) -> dict[int, int]:
    """Project ids by the number that they have in the year's ledger."""
    rows = tx.execute(
        select(ledger_entry.c.number, ledger_entry.c.project_id).where(
            ledger_entry.c.year == year, ledger_entry.c.gone.is_(False)
        )
    )
    return {row.number: row.project_id for row in rows}


def apply_people(
    tx: Tx, year: int, rows: Sequence[PersonRow], body: bytes, file_name: str, at: datetime, summary: str
) -> None:
    """Enter or update the people of the file; nobody is removed. Raises DocumentError."""
    faults = check_people(tx, year, rows)
    if faults:
        raise DocumentError(faults)
    run = Run(tx, "people", file_name, body, at, summary)
    units = {r.name: r.id for r in tx.execute(select(unit))}
    projects = _projects_by_number(tx, year)
    ids: dict[tuple[str, str], int] = {}
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
        ids[row.name, row.unit] = person_id = put["id"]
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
            secretary = _secretaries(row, rows)[0]
            values = {"secretary_id": ids[secretary.name, secretary.unit]}
            run.put(person, {"id": ids[row.name, row.unit]}, values)
    directory.touched(tx)


def apply_nicknames(
    tx: Tx,
    nicknames: Mapping[int, Sequence[str]],
    body: bytes,
    file_name: str,
    at: datetime,
    summary: str,
) -> None:
    """Add nicknames to projects, by their ids; those that are there stay. Where none is new, nothing was imported."""
    if not any(nicknames.values()):
        return
    run = Run(tx, "nicknames", file_name, body, at, summary)
    for project_id, new in nicknames.items():
        stood = tx.execute(select(project.c.nicknames).where(project.c.id == project_id)).scalar_one()
        run.put(project, {"id": project_id}, {"nicknames": list(dict.fromkeys((*stood, *new)))})
    directory.touched(tx)


def _without_added(tx: Tx, one: Any) -> list[str]:
    """The project's nicknames without those that the file brought; what was said in the chat since stays."""
    added = set(one.after["nicknames"]) - set(one.before["nicknames"])
    stands = tx.execute(select(project.c.nicknames).where(project.c.id == one.row_key["id"])).scalar_one()
    return [nickname for nickname in stands if nickname not in added]


def names_of(tx: Tx, kind: str) -> set[str]:
    """Names of the units or people that are there."""
    table = unit if kind == "units" else person
    return set(tx.execute(select(table.c.name).where(table.c.gone.is_(False))).scalars())


@dataclass(frozen=True, slots=True)
class Undone:
    """An import that was taken back: its file, how many rows it had changed, and the nicknames that went."""

    file_name: str
    changes: int
    nicknames: tuple[tuple[str, tuple[str, ...]], ...] = ()  # of which project, which ones


def _nicknames_brought(tx: Tx, changes: Sequence[Any]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """By the projects' names the nicknames of a file that still stand."""
    found = []
    for one in changes:
        row = tx.execute(
            select(project.c.name, project.c.nicknames).where(project.c.id == one.row_key["id"])
        ).one()
        rest = _without_added(tx, one)
        if going := tuple(word for word in row.nicknames if word not in rest):
            found.append((row.name, going))
    return tuple(reversed(found))


def undo_last(tx: Tx, kind: str, at: datetime) -> Undone:
    """Put back what the last import of that kind changed, and say what.

    Raises NothingToUndo, and ImportFault where people or tickets use the units that would go.
    """
    last = tx.execute(
        select(import_run)
        .where(import_run.c.kind == kind, import_run.c.undone_at.is_(None))
        .order_by(import_run.c.id.desc())
        .limit(1)
    ).first()
    if last is None:
        raise NothingToUndo(kind)
    if kind == "units" and (faults := _in_use(tx, _brought_in(tx, last.id))):
        raise ImportFault([f"{fault}，撤销后就没有这个单位了，所以没有撤销" for fault in faults])
    brought = _figures_back(tx, last, at)
    changes = changes_of(tx, last.id)
    if kind == "ledger" and (adjusted := _adjusted_since(tx, last.id, changes)):
        raise ImportFault(
            [f"导入以后重点办又调整过{name}，撤销会把调整也抹掉，所以没有撤销" for name in adjusted]
        )
    words = _nicknames_brought(tx, changes) if kind == "nicknames" else ()
    for one in changes:
        if last.kind == "nicknames":
            rest = _without_added(tx, one)
            tx.execute(update(project).where(project.c.id == one.row_key["id"]).values(nicknames=rest))
        else:
            put_back(tx, one)
    entries = [one.row_key["id"] for one in changes if one.table_name == ledger_entry.name]
    mine = select(ledger_entry.c.project_id).where(ledger_entry.c.id.in_(entries))
    stalled.look_at_once(tx, tx.execute(mine).scalars().all(), at)
    tx.execute(update(import_run).where(import_run.c.id == last.id).values(undone_at=at))
    directory.touched(tx)
    return Undone(last.file_name, len(changes) + brought, words)


def _figures_back(tx: Tx, run: Any, at: datetime) -> int:
    """Figures and plans by month are never rewritten: those of the file count no more. How many."""
    if run.kind == "figures":
        return len(second_figures.take_back(tx, at, came_by=second_figures.way(run.id)))
    return len(month_plans.take_file_back(tx, run.at, at)) if run.kind == "plans" else 0


def _adjusted_since(tx: Tx, run_id: int, changes: Sequence[Any]) -> list[str]:
    """Projects of the import that the office's words have entered or taken out since, by name."""
    mine = {(one.table_name, one.row_key["id"]) for one in changes if one.table_name == ledger_entry.name}
    later = tx.execute(
        select(change.c.table_name, change.c.row_key)
        .join(import_run)
        .where(import_run.c.kind == ADJUST, import_run.c.id > run_id, import_run.c.undone_at.is_(None))
    )
    ids = [row.row_key["id"] for row in later if (row.table_name, row.row_key.get("id")) in mine]
    names = select(project.c.name).join(ledger_entry).where(ledger_entry.c.id.in_(ids)).order_by(project.c.id)
    return list(tx.execute(names).scalars())


def _brought_in(tx: Tx, run_id: int) -> list[int]:
    """Units that this import made, or brought back."""
    rows = tx.execute(
        select(change).where(change.c.import_run_id == run_id, change.c.table_name == unit.name)
    )
    return [row.row_key["id"] for row in rows if row.before is None or row.before.get("gone")]


def ids_by_name(tx: Tx, names: set[str]) -> dict[str, int]:
    """Project ids by name, of any year, and by a former name that no project has now and `names` doesn't
    also ask for under its present one."""
    rows = tx.execute(
        select(project.c.id, project.c.name, project.c.former_names).order_by(project.c.id)
    ).all()
    ids = {row.name: row.id for row in reversed(rows)}
    for row in rows:
        if row.name not in names:
            for former in row.former_names:
                ids.setdefault(former, row.id)
    return ids
