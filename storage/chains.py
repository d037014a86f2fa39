"""责任链: who answers for a project, link by link, as the directory has it. Row R1."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.mechanism.model import Chain, ChainLink, LinkRole
from bot.people import Rank
from storage import directory as directories
from storage.directory import Directory, Person, Project, Unit

SPONSORS = (LinkRole.COUNTY_SPONSOR, LinkRole.CITY_SPONSOR)
NAMES = {
    LinkRole.DIRECT: "项目法人",
    LinkRole.PUSH_HEAD: "推进组组长",
    LinkRole.LIAISON: "联络员",
    LinkRole.UNIT_DEPUTY: "责任单位分管领导",
    LinkRole.UNIT_HEAD: "责任单位主要负责人",
    LinkRole.AREA_HEAD: "县（市、区）长",
    LinkRole.COUNTY_SPONSOR: "县级包联领导",
    LinkRole.CITY_SPONSOR: "市级包联领导",
    LinkRole.FIELD_LEADER: "分管副市长",
}


@dataclass(frozen=True, slots=True)
class Link:
    """One who answers for a project. `main`: the main one of the leaders who look after it."""

    role: LinkRole
    person: Person
    unit: str
    main: bool = False


def chain_of(directory: Directory, project: Project, rule: Chain | None = None) -> tuple[Link, ...]:
    """All who answer for the project, from the site upward.

    The main sponsor is the first of the regime's order that there is; without a rule the county's.
    """
    order = rule.main if rule is not None and rule.main else SPONSORS
    found = {role: people_of(directory, project, role) for role in LinkRole}
    main = next((role for role in order if found[role]), None)
    return tuple(
        Link(role, one, one.unit, main=role is main and place == 0)
        for role in LinkRole
        for place, one in enumerate(found[role])
    )


def missing(directory: Directory, project: Project, rule: Chain) -> tuple[ChainLink, ...]:
    """The links that the regime wants of this project and that nobody holds."""
    return tuple(
        link
        for link in rule.links
        if _is_wanted(link, project) and not people_of(directory, project, link.role)
    )


def _is_wanted(link: ChainLink, project: Project) -> bool:
    return link.where == "all" or (link.where == "county") == (project.area_id is not None)


def people_of(directory: Directory, project: Project, role: LinkRole) -> list[Person]:
    """Who holds that link of the project's chain; the first one of several stands first."""
    match role:
        case LinkRole.UNIT_DEPUTY | LinkRole.UNIT_HEAD:
            unit = unit_of(directory, project)
            rank = Rank.HEAD if role is LinkRole.UNIT_HEAD else Rank.DEPUTY_HEAD
            return [] if unit is None else directory.in_unit(unit.id, rank=rank)
        case LinkRole.AREA_HEAD:
            if project.area_id is None:
                return []
            heads = (one for one in directory.people.values() if one.has(directories.AREA_HEAD))
            return [one for one in heads if directory.area_of(one) == project.area_id]
        case LinkRole.LIAISON:
            ids: Sequence[int] = project.liaisons
        case LinkRole.COUNTY_SPONSOR:
            ids = project.county_sponsors
        case LinkRole.CITY_SPONSOR:
            ids = project.city_sponsors
        case _:
            ids = project.others.get(role, ())
    return [directory.people[one] for one in ids if one in directory.people]


def unit_of(directory: Directory, project: Project) -> Unit | None:
    """The unit of the directory that answers for the project: its owner, else that of its liaison.

    Own reading: of a county's project whose owner is no unit of ours, the county itself answers (its 县长).
    """
    for owner in project.owners:
        if unit := directory.unit_called(owner):
            return unit
    if project.area_id is not None:
        return None
    liaisons = [directory.people[one] for one in project.liaisons if one in directory.people]
    return next((unit for one in liaisons if (unit := directory.units.get(one.unit_id or 0))), None)
