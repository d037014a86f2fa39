"""What a regime says of projects that stand still."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, StrictInt, model_validator

from bot.mechanism.model.parts import Count, Part, Rule, Text


class StandstillTier(StrEnum):
    """Who is told that a project makes no progress."""

    COUNTY = "county"  # the county's office and the liaison; of the city's own projects the liaison's unit
    OFFICE = "office"  # the city's
    CITY_LEADERS = "city_leaders"  # the mayor and the leaders who answer for the project
    INSPECTORATE = "inspectorate"


class StandstillTold(Part):
    """A reader of a rung of the standstill's ladder, and how it goes to him."""

    to: StandstillTier = Field(title="告知")
    release: Literal["auto", "office", "never"] = Field(title="发出")

    @model_validator(mode="after")
    def _by_the_office(self) -> Self:
        wanted = {StandstillTier.CITY_LEADERS: "office", StandstillTier.INSPECTORATE: "never"}
        if self.release != wanted.get(self.to, "auto"):
            raise ValueError(
                f'告知 {self.to} 的，发出方式要写 release = "{wanted.get(self.to, "auto")}"：'
                "给市领导的由重点办发出，给督查室的只拟稿，其余自动发"
            )
        return self


class MonthRung(Part):
    """A rung of the standstill's ladder: after so many calendar months without progress."""

    months: Annotated[StrictInt, Field(ge=1)] = Field(title="几个月没有进展")
    name: Annotated[str, Field(min_length=1, max_length=40)] = Field(title="名称")
    owes_report: StrictBool = Field(False, title="欠专题报告")
    tell: tuple[StandstillTold, ...] = Field(title="告知", min_length=1)


class Stalled(Rule):
    """“一二三”: what follows when a project makes no progress for months."""

    say: Text = Field(title="简称")
    quote: str = Field("", title="原文")
    ladder: tuple[MonthRung, ...] = Field(title="逐级督促", min_length=1)
    gap_days: Count = Field(title="停机后补走，两级至少隔几天")

    @model_validator(mode="after")
    def _climbs(self) -> Self:
        faults = []
        months = [rung.months for rung in self.ladder]
        if months != sorted(set(months)):
            faults.append("ladder 的月数要从少到多，不重复")
        if len({rung.name for rung in self.ladder}) != len(self.ladder):
            faults.append("ladder 各级名称 name 不能重复")
        if faults:
            raise ValueError("；".join(faults))
        return self
