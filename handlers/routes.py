"""分级: which way a ticket goes and whom to propose for it, from what is known of it here."""

from bot.acts import Category, Level
from bot.mechanism.proposals import Matter, Proposal, Way, is_the_citys, level_of, propose, way_of
from bot.routing import Turn
from storage.directory import Project
from storage.tickets import Ticket


def matter_of(turn: Turn, ticket: Ticket) -> Matter:
    """What is known of the ticket's trouble."""
    project = turn.directory.projects[ticket.project_id]
    return _matter(turn, project, Category(ticket.category), ticket.level, ticket.asked_units)


def proposal_for(turn: Turn, ticket: Ticket) -> Proposal:
    """Who is proposed to lead and to assist."""
    regime = turn.rules.of(ticket.regime_hash)
    return propose(regime, matter_of(turn, ticket), lambda name: turn.directory.unit_named(name) is not None)


def way_for(turn: Turn, ticket: Ticket) -> Way:
    """Who dispatches it to whom."""
    return way_of(turn.rules.of(ticket.regime_hash), matter_of(turn, ticket))


def routed_level(
    turn: Turn, project: Project, category: Category, level: Level | None, asked: tuple[str, ...]
) -> Level | None:
    """The level under which a trouble is entered: what was said, unless the regime makes it the city's."""
    matter = _matter(turn, project, category, level, asked)
    if (
        is_the_citys(turn.rules.regime, category, project.tier)
        and level_of(turn.rules.regime, matter) is Level.CITY
    ):
        return Level.CITY
    return level


def _matter(
    turn: Turn, project: Project, category: Category, level: str | None, asked: tuple[str, ...]
) -> Matter:
    units = [unit for name in asked if (unit := turn.directory.unit_named(name)) is not None]
    of_county = bool(units) and all(
        unit.area_id == project.area_id and unit.area_id is not None for unit in units
    )
    county = next(
        (
            one.name
            for one in turn.directory.units.values()
            if one.area_id is not None and one.area_id == project.area_id and one.above_id is None
        ),
        "",
    )
    return Matter(
        category,
        Level(level) if level else None,
        project.tier,
        county,
        tuple(unit.name for unit in units),
        of_county,
    )
