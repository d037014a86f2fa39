"""Which way a matter goes and who is proposed for it (T8)."""

import pytest

from bot.acts import Category, Level
from bot.mechanism import regime as regimes
from bot.mechanism.proposals import Matter, Way, propose, way_of

KNOWN = {
    "市审批服务管理局",
    "市水务局",
    "市公安局",
    "市住建局",
    "国网运城供电公司",
    "闻喜县人民政府",
    "市生态环境局",
}
WENXI = "闻喜县人民政府"


@pytest.mark.parametrize(
    ("regime", "category", "level", "tier", "area", "county_asked", "way"),
    [
        # what is said to be the county's is the county's office's to give, the city's the city's
        ("yuncheng-2025", "demolition", "county", "city", WENXI, False, Way.COUNTY),
        ("yuncheng-2025", "demolition", "city", "city", WENXI, False, Way.CITY),
        ("yuncheng-2025", "utilities", None, "city", WENXI, True, Way.COUNTY),
        # nothing said: by category and place
        ("yuncheng-2025", "obstruction", None, "city", WENXI, False, Way.COUNTY),
        ("yuncheng-2025", "obstruction", None, "city", "", False, Way.CITY),
        ("yuncheng-2025", "environment", None, "city", WENXI, False, Way.CITY),
        # a city's own project has no county
        ("yuncheng-2025", "demolition", "county", "city", "", False, Way.CITY),
        # the province's: of a city project by the unit in charge, of a province's key project by its office
        ("yuncheng-2025", "land", "province", "city", WENXI, False, Way.UNIT_UPWARD),
        ("yuncheng-2025", "land", "province", "province", WENXI, False, Way.PROVINCE_OFFICE),
        # N1: approvals of the city's key projects are the city unit's whatever the level
        ("yuncheng-2019", "approval", "county", "city", WENXI, False, Way.CITY),
        ("yuncheng-2019", "approval", None, "city", WENXI, True, Way.CITY),
        ("yuncheng-2019", "approval", "province", "city", WENXI, False, Way.UNIT_UPWARD),
        ("yuncheng-2019", "approval", "county", "province", WENXI, False, Way.COUNTY),
        ("yuncheng-2019", "demolition", "county", "city", WENXI, False, Way.COUNTY),
        ("yuncheng-2025", "approval", "county", "city", WENXI, False, Way.COUNTY),
    ],
)  # fmt: skip
def test_T8_a_matter_goes_by_its_level(
    regime: str, category: str, level: str | None, tier: str, area: str, county_asked: bool, way: Way
) -> None:
    asked = (WENXI,) if county_asked else ()
    matter = Matter(Category(category), Level(level) if level else None, tier, area, asked, county_asked)
    assert way_of(regimes.load(regime), matter) is way


def test_T8_lead_and_assisting_units_are_proposed_from_category_and_place() -> None:
    regime = regimes.load("yuncheng-2025")

    def proposed(matter: Matter) -> tuple[str, tuple[str, ...]]:
        found = propose(regime, matter, KNOWN.__contains__)
        return found.lead, found.assisting

    pipes = Matter(Category.UTILITIES, None, "city", WENXI)
    assert proposed(pipes) == ("市住建局", ("国网运城供电公司", "市水务局"))
    # who was asked comes first, the category's units help
    assert proposed(Matter(Category.UTILITIES, None, "city", WENXI, ("市水务局",)))[0] == "市水务局"
    # the county's matter is proposed to the county, and nobody of the city beside it
    assert proposed(Matter(Category.OBSTRUCTION, None, "city", WENXI)) == (WENXI, ())
    # nobody whom the directory does not know is proposed
    assert proposed(Matter(Category.FUNDING, None, "city", "")) == ("", ())
