"""People that a file brings in, with what they answer for; nobody is removed."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches

from sqlalchemy import select

from bot.documents.faults import DocumentError, Fault
from bot.documents.people_in import PersonRow
from bot.people import Rank, Role
from storage import directory
from storage.changes import Run
from storage.database import Tx
from storage.tables import (
    account,
    ledger_entry,
    person,
    person_role,
    project,
    responsibility,
    unit,
)

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
