"""What a regime says of ranking, of the monthly bulletin, and of who is talked to or praised."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StrictBool, StrictFloat, StrictInt, model_validator

from bot.mechanism.model.parts import Count, Rule, Text

Weight = Annotated[StrictFloat, Field(gt=0)]
Place = Annotated[StrictInt, Field(ge=1, le=20)]


class Measure(StrEnum):
    """What can be counted of a county or a unit."""

    INVESTMENT = "investment"  # done since the year began, of the plan fixed at its start
    RUNNING = "running"  # started and resumed, of those due by now
    STARTED = "started"  # new projects started, of all new ones
    PRODUCING = "producing"  # in production, of those that were to be completed by now
    CAPACITY = "capacity"  # at capacity, of those that were to be completed by now
    SOLVED = "solved"  # problems struck off, of those due by now
    IN_TIME = "in_time"  # problems struck off within their limit, of those due by now
    REPORTED = "reported"  # projects of which something was reported in the month


class Cause(StrEnum):
    """What points are taken off for."""

    FALSE_CLAIM = "false_claim"
    OVERDUE = "overdue"
    STALLED = "stalled"
    SILENT = "silent"


class Indicator(Rule):
    """A measure with its weight; who has fewer than `least` to be measured by is not measured by it."""

    measure: Measure = Field(title="指标")
    name: Text = Field(title="名称")
    weight: Weight = Field(title="权重")
    least: Annotated[StrictInt, Field(ge=1)] = Field(1, title="基数至少")
    cap: Annotated[StrictFloat, Field(gt=0, le=2)] = Field(1.0, title="封顶（1.0＝100%）")


class Deduction(Rule):
    """Points taken off for each case of a cause, at most so many in all."""

    cause: Cause = Field(title="事由")
    name: Text = Field(title="名称")
    points: Weight = Field(title="每项扣分")
    most: Weight = Field(title="最多扣分")


class Ranking(Rule):
    """月排名: counties and the zone in one series, the city's units in another."""

    say: Text = Field(title="简称")
    quote: str = Field("", title="原文")
    digits: Annotated[StrictInt, Field(ge=0, le=3)] = Field(title="得分小数位，四舍五入后相同的并列")
    show: Place = Field(title="通报前几名、后几名")
    counties: tuple[Indicator, ...] = Field(title="县（市、区）、开发区", min_length=1)
    units: tuple[Indicator, ...] = Field((), title="市直单位")
    deductions: tuple[Deduction, ...] = Field((), title="扣分")

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for series, name in ((self.counties, "counties"), (self.units, "units")):
            measures = [one.measure for one in series]
            if len(set(measures)) != len(measures):
                raise ValueError(f"{name} 里同一个指标 measure 写了两次")
        return self


class Bulletin(Rule):
    """月度通报: as of which day, how long counties may object, by when the last ones explain."""

    say: Text = Field(title="简称")
    quote: str = Field("", title="原文")
    as_of_day: Annotated[StrictInt, Field(ge=1, le=31)] = Field(title="数据截至每月几日")
    objection_workdays: Count = Field(title="征求意见几个工作日")
    explain_workdays: Count = Field(title="后几名几个工作日内报原因")
    to_groups: StrictBool = Field(title="签发后发各群")
    to_leaders: StrictBool = Field(title="签发后呈市领导")


class Talks(Rule):
    """约谈、末位解剖: who is put on the list, with the facts."""

    say: Text = Field(title="简称")
    quote: str = Field("", title="原文")
    last: Place = Field(title="后几名列入")
    behind_points: Weight = Field(title="低于序时几个百分点列入")
    overdue: Annotated[StrictInt, Field(ge=1)] = Field(title="超期问题几件以上列入")


class Praise(Rule):
    """通报表扬: the first ones, if they reach so many points."""

    say: Text = Field(title="简称")
    quote: str = Field("", title="原文")
    first: Place = Field(title="前几名")
    least_score: Annotated[StrictFloat, Field(ge=0, le=100)] = Field(title="至少多少分")


class YearEnd(Rule):
    """年终考核, from the months' signed figures."""

    say: Text = Field(title="简称")
    quote: str = Field("", title="原文")
    least_months: Annotated[StrictInt, Field(ge=1, le=12)] = Field(title="至少几个月有签发的通报")


class PlanningRanking(Rule):
    """项目谋划按季度排队通报: by the number and the sum of projects planned in the quarter."""

    say: Text = Field(title="简称")
    quote: str = Field("", title="原文")
    number_weight: Weight = Field(title="个数权重")
    sum_weight: Weight = Field(title="投资额权重")
