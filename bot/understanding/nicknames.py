"""Nicknames of units that the directory does not have, by the lexicon."""

from collections.abc import Sequence
from dataclasses import replace

from bot.people import Unit

from .lexicon import lists


def nicknamed(units: Sequence[Unit]) -> list[Unit]:
    """The units with the nicknames that are no unit's already. A nickname belongs to the one unit whose name has
    all the words it is listed under, or to the one of the city among several."""
    out = {unit.name: unit for unit in units}
    taken = {name for unit in units for name in (unit.name, *unit.aliases)}
    for key, names in lists("units").items():
        meant = [unit for unit in units if all(part in unit.name for part in key.split())]
        if len(meant) > 1:
            meant = [unit for unit in meant if unit.level == "city"]
        if len(meant) == 1:
            unit = out[meant[0].name]
            new = tuple(name for name in names if name not in taken)
            out[unit.name] = replace(unit, aliases=(*unit.aliases, *new))
            taken.update(new)
    return list(out.values())
