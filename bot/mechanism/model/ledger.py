"""What a regime says of the project ledger over time, and of its own end."""

from typing import Annotated, Literal, Self

from pydantic import Field, StrictInt, model_validator

from bot.mechanism.model.parts import Count, Hour, Rule


class MonthEnd(Rule):
    """The ledger of each month's end is kept as it stood."""

    quote: str = Field("", title="原文")
    day: Annotated[StrictInt, Field(ge=1, le=31)] = Field(title="每月几日存（没有这一天的，存在月末）")
    at: Hour = Field(title="几点存")


class Bar(Rule):
    """What a project must reach to enter the ledger; sums in 万元."""

    quote: str = Field("", title="原文")
    fields: tuple[Literal["industry", "infrastructure", "livelihood"], ...] = Field((), title="领域")
    total_wan: Annotated[StrictInt, Field(gt=0)] | None = Field(None, title="总投资不低于（万元）")
    plan_wan: Annotated[StrictInt, Field(gt=0)] | None = Field(None, title="年度计划投资不低于（万元）")

    @model_validator(mode="after")
    def _one_sum(self) -> Self:
        if (self.total_wan is None) == (self.plan_wan is None):
            raise ValueError("总投资 total_wan 和年度计划 plan_wan 要写一个，也只写一个")
        return self


class Adjust(Rule):
    """Projects enter and leave during the year, with their reasons."""

    quote: str = Field("", title="原文")
    bars: tuple[Bar, ...] = Field((), title="列入门槛")


class Validity(Rule):
    """When the office hears that the regime ends."""

    warn_days: tuple[Count, ...] = Field(title="到期前多少天提醒重点办", min_length=1)
