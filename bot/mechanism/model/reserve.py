"""What a regime says of projects before their start: signed ones and the reserve."""

from typing import Annotated, Literal, Self

from pydantic import Field, StrictFloat, model_validator

from bot.mechanism.model.parts import Part, Rule, Text
from bot.mechanism.model.rates import Share

Times = Annotated[StrictFloat, Field(gt=0)]
Yi = Annotated[StrictFloat, Field(gt=0)]


class Signed(Rule):
    """签约项目当年开工率: the share of the projects signed in a year that start in it."""

    quote: str = Field("", title="原文")
    share: Share = Field(title="应达比例")


class Bars(Part):
    """From which total investment a project counts as a major one, in 亿元."""

    industry: Yi = Field(title="产业类（亿元）")
    infrastructure: Yi = Field(title="基础设施类（亿元）")
    livelihood: Yi = Field(title="社会民生类（亿元）")


class CountyTimes(Part):
    """What a county's reserve must be, as a multiple of its yearly task of fixed-asset investment."""

    times: Times = Field(title="倍数")
    of: Literal["annual_plan", "total"] = Field(title="按年度计划投资还是总投资")


class Reserve(Rule):
    """储备项目: how large the reserve is to be, and how often it is looked through."""

    quote: str = Field("", title="原文")
    total_yi: Yi | None = Field(None, title="储备总投资不低于（亿元）")
    major_yi: Yi | None = Field(None, title="储备重大项目总投资不低于（亿元）")
    major_bars: Bars | None = Field(None, title="重大项目标准")
    industry_share: Share | None = Field(None, title="产业项目个数占比不低于")
    county: CountyTimes | None = Field(None, title="县域规模")
    plan_times: Times | None = Field(None, title="总投资不低于年度计划投资的倍数")
    conversion: Share | None = Field(None, title="转化率不低于")
    look_through: Literal["month", "quarter"] = Field(title="多久梳理一次")
    say: Text = Field(title="简称")

    @model_validator(mode="after")
    def _with_bars(self) -> Self:
        if (self.major_yi is None) != (self.major_bars is None):
            raise ValueError("写了储备重大项目规模 major_yi，就要写重大项目标准 major_bars，二者同有同无")
        return self
