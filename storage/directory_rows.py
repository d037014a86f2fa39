"""How the directory's people and projects are read from the tables."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from bot.people import Rank
from storage.database import Tx
from storage.directory_entries import (
    CITY_SPONSOR,
    COUNTY_SPONSOR,
    DIRECT,
    FIELD_LEADER,
    LIAISON,
    PUSH_HEAD,
    Person,
    Project,
    Unit,
)
from storage.tables import account, ledger_entry, person, person_role, project, responsibility


def _grouped(rows: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for key, value in rows:
        found.setdefault(key, []).append(value)
    return found


def people(tx: Tx, units: Mapping[int, Unit]) -> dict[int, Person]:
    """Who is there, by id."""
    roles = _grouped(
        (r.person_id, r.role) for r in tx.execute(select(person_role).order_by(person_role.c.position))
    )
    accounts = _grouped((r.person_id, (r.channel, r.account)) for r in tx.execute(select(account)))
    found = {}
    for r in tx.execute(select(person).where(person.c.gone.is_(False)).order_by(person.c.id)):
        in_unit = units.get(r.unit_id)
        found[r.id] = Person(
            r.id,
            r.name,
            r.address,
            r.title,
            r.phone,
            r.unit_id,
            in_unit.name if in_unit else r.unit_words,
            Rank(r.rank),
            tuple(roles.get(r.id, ())),
            r.secretary_id,
            dict(accounts.get(r.id, ())),
        )
    return found


_OTHERS = (DIRECT, PUSH_HEAD, FIELD_LEADER)


def projects(tx: Tx, year: int, areas: Mapping[int, str]) -> dict[int, Project]:
    """The projects of that year's ledger, and (gone) those that left it or stood in another's, by id."""
    duties: dict[tuple[int, str], list[tuple[bool, int]]] = {}
    for r in tx.execute(select(responsibility)):
        duties.setdefault((r.project_id, r.duty), []).append((not r.main, r.person_id))
    rows = tx.execute(
        select(
            project,
            ledger_entry.c.number,
            ledger_entry.c.total_investment,
            ledger_entry.c.annual_plan,
            ledger_entry.c.year,
            ledger_entry.c.gone,
        )
        .join(ledger_entry, ledger_entry.c.project_id == project.c.id)
        .order_by(ledger_entry.c.year == year, ledger_entry.c.year, ledger_entry.c.number)
    )

    def who(project_id: int, duty: str) -> tuple[int, ...]:
        return tuple(person_id for _, person_id in sorted(duties.get((project_id, duty), ())))

    return {
        r.id: Project(
            r.id,
            r.number,
            r.name,
            tuple(r.nicknames),
            tuple(r.former_names),
            tuple(r.owners),
            r.place,
            r.area_id,
            areas.get(r.area_id, ""),
            r.build_kind,
            r.field,
            r.tier,
            r.start_month,
            r.finish_month,
            r.total_investment,
            r.annual_plan,
            who(r.id, LIAISON),
            who(r.id, CITY_SPONSOR),
            who(r.id, COUNTY_SPONSOR),
            gone=r.gone or r.year != year,
            others={duty: who(r.id, duty) for duty in _OTHERS if (r.id, duty) in duties},
            left=r.gone and r.year == year,
        )
        for r in rows
    }
