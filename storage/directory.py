"""The city as it stands: units, people, projects and who answers for what, as one frozen picture.

Read whole and kept until something in it changes (`touched`): a message costs one look at the version.
"""

import secrets
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import select

from bot.channel import ACCOUNTS_OF, PAGE, person_on_page
from bot.people import ProjectName, Rank, Role
from bot.people import Unit as UnitName
from storage import directory_rows, settings
from storage.database import Tx
from storage.directory_entries import (
    AREA_HEAD,
    CITY_SPONSOR,
    COUNTY_SPONSOR,
    DIRECT,
    FIELD_LEADER,
    INSPECTORATE,
    LIAISON,
    PUSH_HEAD,
    SECRETARY,
    Area,
    Group,
    Person,
    Project,
    Scope,
    Unit,
)
from storage.tables import (
    area,
    chat_group,
    substitute,
    unit,
)

__all__ = [
    "AREA_HEAD",
    "CITY_SPONSOR",
    "COUNTY_SPONSOR",
    "DIRECT",
    "FIELD_LEADER",
    "INSPECTORATE",
    "LIAISON",
    "PUSH_HEAD",
    "SECRETARY",
    "Area",
    "Directory",
    "DirectoryCache",
    "Group",
    "Person",
    "Project",
    "Scope",
    "Unit",
    "read",
    "touched",
]


@dataclass(frozen=True)
class Directory:
    """The picture. Numbers are ledger numbers of the year; `projects` has those gone from it too."""

    year: int
    version: int
    areas: tuple[Area, ...]
    units: Mapping[int, Unit]
    people: Mapping[int, Person]
    projects: Mapping[int, Project]
    groups: Mapping[int, Group]
    substitutes: tuple[tuple[int, int, date, date], ...]

    @cached_property
    def ledger(self) -> tuple[Project, ...]:
        """The projects of the year's ledger, by number."""
        return tuple(
            sorted((p for p in self.projects.values() if not p.gone), key=lambda project: project.number)
        )

    @cached_property
    def _by_account(self) -> dict[tuple[str, str], Person]:
        return {(c, a): p for p in self.people.values() for c, a in p.accounts.items()}

    @cached_property
    def _by_number(self) -> dict[int, Project]:
        return {p.number: p for p in self.ledger}

    @cached_property
    def _left(self) -> dict[int, Project]:
        left = (p for p in self.projects.values() if p.left)
        return {p.number: p for p in left if p.number not in self._by_number}

    @cached_property
    def _unit_by_name(self) -> dict[str, Unit]:
        return {u.name: u for u in self.units.values()}

    @cached_property
    def _of_unit(self) -> dict[int, list[Person]]:
        found: dict[int, list[Person]] = {}
        for one in self.people.values():
            if one.unit_id is not None:
                found.setdefault(one.unit_id, []).append(one)
        return found

    @cached_property
    def _reports_on(self) -> dict[int, tuple[int, ...]]:
        found: dict[int, list[int]] = {}
        for one in self.ledger:
            for who in one.liaisons:
                found.setdefault(who, []).append(one.number)
        return {who: tuple(sorted(numbers)) for who, numbers in found.items()}

    @cached_property
    def _answers_for(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = {}
        for one in self.projects.values():
            for who in one.answering:
                found.setdefault(who, set()).add(one.id)
        return found

    def person_of(self, channel: str, name: str) -> Person | None:
        """Who writes from that account; on a page of ours whoever it was made for."""
        if channel == PAGE:
            return self.people.get(person_on_page(name))
        return self._by_account.get((channel, name)) or self._by_account.get(
            (ACCOUNTS_OF.get(channel, channel), name)
        )

    def person_called(self, words: str) -> Person | None:
        """The one person of that name or form of address; None if nobody or several fit."""
        fits = [p for p in self.people.values() if words in (p.name, p.address, f"{p.unit}{p.name}")]
        return fits[0] if len(fits) == 1 else None

    def leaders_called(self, words: str) -> list[Person]:
        """The county's and the city's leaders of that name or form of address."""
        return [
            one
            for one in self.people.values()
            if one.rank >= Rank.COUNTY_LEADER and words in (one.name, one.address, f"{one.unit}{one.name}")
        ]

    def project_numbered(self, number: int) -> Project | None:
        """The project with that ledger number."""
        return self._by_number.get(number)

    def left_ledger(self, number: int) -> Project | None:
        """The project that had this number in this year's ledger and left it."""
        return self._left.get(number)

    def unit_named(self, name: str) -> Unit | None:
        """The unit of that canonical name."""
        return self._unit_by_name.get(name)

    def unit_called(self, words: str) -> Unit | None:
        """The unit of that name, or of one that people use for it."""
        return self._unit_by_name.get(words) or self._unit_by_alias.get(words)

    @cached_property
    def _unit_by_alias(self) -> dict[str, Unit]:
        return {alias: one for one in self.units.values() for alias in one.aliases}

    @cached_property
    def _under(self) -> dict[int, frozenset[int]]:
        found: dict[int, set[int]] = {}
        for one in self.units.values():
            for above in self.units_above(one.id):
                found.setdefault(above, set()).add(one.id)
        return {above: frozenset(ids) for above, ids in found.items()}

    def units_above(self, unit_id: int | None) -> tuple[int, ...]:
        """That unit and all above it, the nearest first; a circle ends where it began."""
        found: list[int] = []
        while unit_id is not None and unit_id in self.units and unit_id not in found:
            found.append(unit_id)
            unit_id = self.units[unit_id].above_id
        return tuple(found)

    def units_under(self, unit_id: int) -> frozenset[int]:
        """That unit and all under it, at any depth."""
        return self._under.get(unit_id, frozenset())

    def reports_on(self, who: Person) -> tuple[int, ...]:
        """Ledger numbers of the projects that he reports on, ascending."""
        return self._reports_on.get(who.id, ())

    def in_unit(self, unit_id: int, role: str | None = None, rank: Rank | None = None) -> list[Person]:
        """People of a unit with that role, that rank."""
        return [
            one
            for one in self._of_unit.get(unit_id, [])
            if (role is None or one.has(role)) and (rank is None or one.rank == rank)
        ]

    def contacts(self, unit_id: int) -> list[Person]:
        """The unit's 13710 contacts."""
        return self.in_unit(unit_id, Role.CONTACT)

    def office_people(self, area_id: int | None) -> list[Person]:
        """Staff of the city's office (None) or of a county's; the head of the office is no staff."""
        return [
            one
            for one in self.people.values()
            if one.has(Role.OFFICE) and one.unit_id is not None and self.units[one.unit_id].area_id == area_id
        ]

    def office_of(
        self, project: Project, level: str | None, unit_ids: Iterable[int], asked: Iterable[str]
    ) -> list[Person]:
        """Staff of the office that carries a ticket: the county's if it is the county's matter, else the city's.

        Own reading of N4 (十一): a county matter is one said to be the county's, or one of its units alone:
        those that handle it, before that those that were asked.
        """
        units = [unit for one in unit_ids if (unit := self.units.get(one)) is not None]
        units = units or [unit for one in asked if (unit := self.unit_named(one)) is not None]
        of_county = bool(units) and all(one.area_id == project.area_id for one in units)
        carries = project.area_id is not None and (level == "county" or (level is None and of_county))
        return (self.office_people(project.area_id) if carries else []) or self.office_people(None)

    def reached_by(self, who: Person, day: date) -> Person:
        """Who gets what is meant for him: his substitute of the day, and that one's secretary."""
        present = self.substitute_for(who, day)
        return self.people.get(present.secretary_id or 0, present)

    def substitute_for(self, who: Person, day: date) -> Person:
        """Who stands in for him on that day; chains are followed, a circle ends where it began.

        Who is gone himself stands in for nobody.
        """
        seen = {who.id}
        while True:
            stands_in = next(
                (
                    by
                    for whom, by, first, last in self.substitutes
                    if whom == who.id and first <= day <= last and by in self.people
                ),
                None,
            )
            if stands_in is None or stands_in in seen:
                return who
            seen.add(stands_in)
            who = self.people[stands_in]

    def stood_in_for(self, who: Person, day: date) -> list[Person]:
        """For whom he stands in on that day: what they may do he may do for them."""
        absent = {whom for whom, _, first, last in self.substitutes if first <= day <= last}
        return [
            self.people[one]
            for one in sorted(absent)
            if one in self.people
            and one != who.id
            and self.substitute_for(self.people[one], day).id == who.id
        ]

    def area_of(self, who: Person) -> int | None:
        """The county whose unit he belongs to; None for the city's and for who belongs to no unit of ours."""
        unit = None if who.unit_id is None else self.units.get(who.unit_id)
        return unit.area_id if unit else None

    def scope_of(self, who: Person) -> Scope:
        """What he may see, by all the roles that he holds. Who heads the office's unit sees what it sees."""
        area_id = self.area_of(who)
        is_head = Rank.DEPUTY_HEAD <= who.rank <= Rank.HEAD
        of_office = who.unit_id is not None and (
            who.has(Role.OFFICE) or (is_head and bool(self.in_unit(who.unit_id, Role.OFFICE)))
        )
        if (of_office and area_id is None) or who.has(INSPECTORATE) or who.rank >= Rank.CITY_LEADER:
            return Scope(True)
        projects = set(self._answers_for.get(who.id, ()))
        units: set[int] = set()
        if area_id is not None and (of_office or who.rank == Rank.COUNTY_LEADER):
            projects |= {p.id for p in self.projects.values() if p.area_id == area_id}
            units |= {u.id for u in self.units.values() if u.area_id == area_id}
        if who.unit_id is not None and (who.has(Role.CONTACT) or who.rank >= Rank.DEPUTY_HEAD):
            units |= self.units_under(who.unit_id)
        if who.has(SECRETARY):
            for leader in self.people.values():
                if leader.secretary_id == who.id and leader.id != who.id:
                    his = self.scope_of(leader)
                    if his.everything:
                        return his
                    projects |= his.project_ids
                    units |= his.unit_ids
        return Scope(False, frozenset(projects), frozenset(units))

    def names(self) -> tuple[list[ProjectName], list[UnitName], list[str]]:
        """Projects, units and areas as understanding wants them.

        Who still speaks of a project that left the ledger means no other one.
        """
        projects = [
            ProjectName(p.number, p.name, p.owners, p.place, p.area, p.nicknames + p.former_names)
            for p in (*self.ledger, *self._left.values())
        ]
        units = [UnitName(u.name, u.level, u.aliases) for u in self.units.values()]
        return projects, units, [one.name for one in self.areas]


class DirectoryCache:
    """Keeps the latest picture; safe to use from several threads."""

    def __init__(self, year: int) -> None:
        self.year = year
        self._kept: Directory | None = None
        self._lock = threading.Lock()

    def get(self, tx: Tx) -> Directory:
        """The picture as this transaction sees it."""
        version = settings.get(tx, "directory_version") or 0
        kept = self._kept
        if kept is None or kept.version != version:
            with self._lock:
                kept = self._kept = read(tx, self.year, version)
        return kept


def touched(tx: Tx) -> None:
    """Say that something of the directory was changed in this transaction."""
    # Counted up, a version that was undone would come again and be taken for the picture kept of it.
    settings.put(tx, "directory_version", secrets.randbits(53))


def read(tx: Tx, year: int, version: int = 0) -> Directory:
    """The picture from the tables. Projects of the year's ledger, and those that stood in another."""
    areas = tuple(Area(r.id, r.name, r.position) for r in tx.execute(select(area).order_by(area.c.position)))
    units = {
        r.id: Unit(r.id, r.name, r.level, r.area_id, r.above_id, tuple(r.aliases))
        for r in tx.execute(select(unit).where(unit.c.gone.is_(False)).order_by(unit.c.id))
    }
    return Directory(
        year,
        version,
        areas,
        units,
        directory_rows.people(tx, units),
        directory_rows.projects(tx, year, {a.id: a.name for a in areas}),
        {
            r.id: Group(r.id, r.channel, r.key, r.name, r.area_id, r.summary_time, r.naming, r.since)
            for r in tx.execute(
                select(chat_group).where(chat_group.c.gone.is_(False)).order_by(chat_group.c.id)
            )
        },
        tuple((r.person_id, r.by_id, r.first_day, r.last_day) for r in tx.execute(select(substitute))),
    )
