"""Of projects that a job speaks of: whose they are, and how a line names them."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from storage.directory import Person, Project

if TYPE_CHECKING:
    from jobs.schedule import Office

_NAMED = 6  # projects that a line names


def by_reader(
    city: "Office", some: Sequence[Project], *, with_county: bool = False
) -> list[tuple[Person, list[Project]]]:
    """The liaisons (and the county's office), each with his projects."""
    found: dict[int, list[Project]] = {}
    for one in some:
        county = city.directory.office_people(one.area_id) if with_county and one.area_id is not None else []
        for reader in dict.fromkeys((*one.liaisons, *(who.id for who in county))):
            if reader in city.directory.people:
                found.setdefault(reader, []).append(one)
    return [(city.directory.people[one], mine) for one, mine in found.items()]


def each(mine: Sequence[Project], words: Callable[[Project], str]) -> str:
    """What is said of each, the first few of many."""
    said = "；".join(words(one) for one in mine[:_NAMED])
    return f"{said}；等{len(mine)}个" if len(mine) > _NAMED else said


def names(mine: Sequence[Project]) -> str:
    """Their names, the first few of many."""
    shown = "、".join(one.short for one in mine[:_NAMED])
    return f"{shown}等{len(mine)}个" if len(mine) > _NAMED else shown


def by_area(city: "Office", some: Sequence[Project], *, named: bool = False) -> str:
    """How many in each county, with their names if they are few and wanted; in the official order, never worst
    first."""
    parts = []
    for area_id, name in [(None, "市直"), *((one.id, one.name) for one in city.directory.areas)]:
        mine = [one for one in some if one.area_id == area_id]
        if mine:
            called = f"（{names(mine)}）" if named and len(some) <= 2 * _NAMED else ""
            parts.append(f"{name}{len(mine)}个{called}")
    return "、".join(parts)
