"""People for a ledger that comes without any: a liaison a project, the offices, each unit's three, the leaders. Made up."""

from collections.abc import Sequence

from bot.console import NAME
from bot.documents.ledger_in import CITY_GROUP, LedgerRow
from bot.documents.people_in import PersonRow
from bot.documents.units_in import UnitRow

OFFICE_UNIT, GOVERNMENT, INSPECTORATE_UNIT = "市项目推进中心", "市政府办公室", "市政府督查室"
_PROJECTS_OF_A_LEADER = 12


def units_for(rows: Sequence[LedgerRow], units: Sequence[UnitRow]) -> list[UnitRow]:
    """The units, with a government for each county of the ledger that has none among them."""
    found = list(units)
    for name in (OFFICE_UNIT, GOVERNMENT, INSPECTORATE_UNIT):
        if not any(unit.name == name for unit in found):
            found.append(UnitRow(name, "city", ()))
    for area in _areas(rows):
        if not any(unit.level == "county" and unit.name.startswith(area) for unit in found):
            found.append(UnitRow(f"{area}人民政府", "county", ()))
    return found


def people_for(rows: Sequence[LedgerRow], units: Sequence[UnitRow]) -> list[PersonRow]:
    """Everybody whom a regime writes to."""
    found = [
        _person(
            f"联络员{row.number}",
            "项目联络员",
            _owner(row),
            ("联络员",),
            f"liaison-{row.number}",
            (row.number,),
        )
        for row in rows
    ]
    for place, unit in enumerate(units, 1):
        if unit.level == "enterprise":
            continue
        for role, title, account in (
            ("13710联系人", "科长", "contact"),
            ("分管领导", "副职", "deputy"),
            ("主要负责人", "正职", "head"),
        ):
            found.append(_person(f"{title}{place}", title, unit.name, (role,), f"{account}-{place}"))
    found.append(_person("值守员", "重点办值守", OFFICE_UNIT, ("重点办",), "office"))
    counties = {area: [row.number for row in rows if row.group == area] for area in _areas(rows)}
    for place, (area, numbers) in enumerate(counties.items(), 1):
        unit = next(unit for unit in units if unit.level == "county" and unit.name.startswith(area))
        found.append(_person(f"县办{place}", "县重点办", unit.name, ("县重点办",), f"county-{place}"))
        found.append(
            _person(
                f"县领导{place}", "副县长", unit.name, ("县级包联领导",), f"sponsor-{place}", tuple(numbers)
            )
        )
    found.append(_person("市长", "市长", GOVERNMENT, ("市长",), "mayor", secretary="秘书"))
    found.append(_person("秘书", "秘书", GOVERNMENT, ("秘书",), "secretary"))
    everything = [row.number for row in rows]
    for place in range(0, len(everything), _PROJECTS_OF_A_LEADER):
        mine = tuple(everything[place : place + _PROJECTS_OF_A_LEADER])
        name = f"市领导{place // _PROJECTS_OF_A_LEADER + 1}"
        found.append(_person(name, "副市长", GOVERNMENT, ("市级包联领导",), name, mine))
    found.append(_person("督查员", "督查室", INSPECTORATE_UNIT, ("督查室",), "inspectorate"))
    return found


def _areas(rows: Sequence[LedgerRow]) -> list[str]:
    return [area for area in dict.fromkeys(row.group for row in rows) if area != CITY_GROUP]


def _owner(row: LedgerRow) -> str:
    return row.owners[0] if row.owners else "项目单位"


def _person(
    name: str,
    title: str,
    unit: str,
    roles: tuple[str, ...],
    account: str,
    projects: tuple[int, ...] = (),
    secretary: str = "",
) -> PersonRow:
    return PersonRow(
        name, "", title, "", unit, roles, projects, secretary, {NAME: f"sim-{account}"}, made_up=True
    )
