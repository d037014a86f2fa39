"""Units as a clause names them, by their full name or by one that people use. Pure."""

from storage.directory import Directory, Unit


def units_in(directory: Directory, text: str) -> list[Unit]:
    """The units named in these words, in their order; of names that overlap the longest counts."""
    names = sorted(
        ((name, unit) for unit in directory.units.values() for name in (unit.name, *unit.aliases) if name),
        key=lambda pair: -len(pair[0]),
    )
    found: dict[int, Unit] = {}
    for name, unit in names:
        place = text.find(name)
        if place >= 0:
            found.setdefault(place, unit)
            text = text.replace(name, "\0" * len(name))
    return list(dict.fromkeys(found[place] for place in sorted(found)))
