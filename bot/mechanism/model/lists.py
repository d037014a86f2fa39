"""What a regime says of where a matter goes, whom to propose for it, and of the lists of what is open."""

from typing import Annotated, Self

from pydantic import Field, StrictBool, StrictInt, model_validator

from bot.acts import Category
from bot.mechanism.model.parts import Part, Rule, Text
from bot.mechanism.model.rhythms import EveryWeeks


class CityApprovals(Rule):
    """Approval problems of these projects go to the city's unit whatever the level."""

    quote: str = Field("", title="原文")
    categories: tuple[Category, ...] = Field(title="哪些问题", min_length=1)
    tiers: tuple[Text, ...] = Field(title="哪些项目", min_length=1)


class Routing(Rule):
    """分级: a county's matter to the county's units, a city's to the city's, a province's upward."""

    quote: str = Field("", title="原文")
    province_office: Text = Field(title="省级重点项目呈报")
    ask_after_days: Annotated[StrictInt, Field(ge=1)] = Field(title="呈报后几天没有答复问重点办")
    upward_stops_clock: StrictBool = Field(title="呈报期间停止计时")
    approvals: CityApprovals | None = Field(None, title="审批问题不论层级由市直单位牵头")


class UnitsFor(Part):
    """Which city unit leads and which assist where the trouble is of that category."""

    category: Category = Field(title="问题类别")
    lead: Text = Field(title="牵头单位")
    assisting: tuple[Text, ...] = Field((), title="配合单位")


class Proposals(Rule):
    """Whom to propose for a trouble that names no unit; the office decides."""

    county: tuple[Category, ...] = Field(title="一般由县里办的类别")
    units: tuple[UnitsFor, ...] = Field(title="类别对应单位", min_length=1)

    @model_validator(mode="after")
    def _each_category_once(self) -> Self:
        if len({one.category for one in self.units}) != len(self.units):
            raise ValueError("units 里同一个类别 category 只能写一次")
        return self


class LookThrough(EveryWeeks):
    """双周: the ledger of blockers laid before the office, until all are struck off."""


class UpwardLists(EveryWeeks):
    """列报: open problems to the vice mayor in charge at a fixed rhythm, major ones to the mayor."""


class Factor(Part):
    """A factor list: which categories it takes, and the words that tell it from others of the category."""

    name: Text = Field(title="名称")
    categories: tuple[Category, ...] = Field(title="问题类别", min_length=1)
    words: tuple[Text, ...] = Field((), title="字样")
    clause: Text = Field(title="依据条款")


class Factors(Rule):
    """要素清单: the factor needs of all projects, by factor."""

    quote: str = Field("", title="原文")
    lists: tuple[Factor, ...] = Field(title="各张清单", min_length=1)
