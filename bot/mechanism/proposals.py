"""Where a matter goes, and whom to propose for it: from its category, place and level. Pure. Row T8.

The office decides; what is said here is a proposal with its reason.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.acts import Category, Level
from bot.mechanism.model import Regime


class Way(StrEnum):
    """Who dispatches to whom."""

    COUNTY = "county"  # the county's office to the county's units
    CITY = "city"  # the city's office to the city's units
    UNIT_UPWARD = "unit_upward"  # the city's unit in charge, which goes upward
    PROVINCE_OFFICE = "province_office"  # handed to the province's office


@dataclass(frozen=True, slots=True)
class Matter:
    """What is known of a trouble. `area`: the county's unit of the project, empty for the city's own (市直)."""

    category: Category
    level: Level | None
    tier: str  # of the project: province | city | county
    area: str
    asked: tuple[str, ...] = ()
    asked_county: bool = False  # all units asked are the county's


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who leads and who assists, which way it goes and why; `lead` is empty where nobody can be named."""

    way: Way
    lead: str
    assisting: tuple[str, ...]
    why: str


def level_of(regime: Regime, matter: Matter) -> Level:
    """At which level the matter is solved: what was said, else the units asked, else by category and place.

    Approval problems of the city's key projects are the city's whatever was said, where the regime says so,
    but for what the province alone decides: that the city's unit carries upward.
    """
    if is_the_citys(regime, matter.category, matter.tier):
        return Level.PROVINCE if matter.level is Level.PROVINCE else Level.CITY
    if matter.level is not None:
        return matter.level
    if matter.asked:
        return Level.COUNTY if matter.asked_county else Level.CITY
    proposals = regime.proposals
    if matter.area and proposals is not None and matter.category in proposals.county:
        return Level.COUNTY
    return Level.CITY


def is_the_citys(regime: Regime, category: Category, tier: str) -> bool:
    """Whether the city's unit leads in such a trouble of such a project whatever the level."""
    rule = regime.routing.approvals if regime.routing else None
    return rule is not None and category in rule.categories and tier in rule.tiers


def way_of(regime: Regime, matter: Matter) -> Way:
    """Who dispatches it to whom."""
    level = level_of(regime, matter)
    if level is Level.PROVINCE:
        province = regime.routing is not None and matter.tier == "province"
        return Way.PROVINCE_OFFICE if province else Way.UNIT_UPWARD
    return Way.COUNTY if level is Level.COUNTY and matter.area else Way.CITY


def propose(regime: Regime, matter: Matter, known: Callable[[str], bool]) -> Proposal:
    """The proposal; units that the directory does not know (`known`) are left out, those asked come first."""
    way = way_of(regime, matter)
    rule = regime.proposals
    by_category = next((one for one in rule.units if one.category == matter.category), None) if rule else None
    names = [name for name in matter.asked if known(name)]
    if way is Way.COUNTY and not names and known(matter.area):
        names = [matter.area]
    if by_category is not None and way is not Way.COUNTY:
        ours = [by_category.lead, *by_category.assisting]
        names = [*ours, *names] if matter.asked_county else [*names, *ours]
    names = [name for name in dict.fromkeys(names) if known(name)]
    return Proposal(way, names[0] if names else "", tuple(names[1:]), _why(regime, matter, way))


def _why(regime: Regime, matter: Matter, way: Way) -> str:
    if way in (Way.CITY, Way.UNIT_UPWARD) and is_the_citys(regime, matter.category, matter.tier):
        return "市级重点项目的审批问题，不论层级由市直单位牵头"
    match way:
        case Way.COUNTY:
            return "县里的事，由县重点办交办"
        case Way.UNIT_UPWARD:
            return "要省里定的，市级项目由市直单位向上协调"
        case Way.PROVINCE_OFFICE:
            office = regime.routing.province_office if regime.routing else ""
            return f"省级重点项目要省里定的，呈报{office}"
        case Way.CITY:
            return ""
