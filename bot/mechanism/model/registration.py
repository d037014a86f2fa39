"""What a regime says of the three rates, of entry in the statistics, of the same-year award and of batch events."""

from typing import Annotated, Literal, Self

from pydantic import Field, StrictInt, model_validator

from bot.mechanism.model.parts import Count, Part, Rule, Text

Some = Annotated[StrictInt, Field(ge=1)]


class NamedRate(Part):
    """One of the three: what must have been reached, of which projects."""

    name: Text = Field(title="名称")
    reached: Literal["running", "invested", "started", "in_production", "at_capacity"] = Field(title="达到")
    base: Literal["building", "plan", "signed", "started", "in_production"] = Field(title="占")


class ThreeRates(Rule):
    """三率."""

    say: Text = Field(title="简称")
    quote: str = Field("", title="原文")
    of: Literal["ledger", "batches"] = Field(title="哪些项目")
    rates: tuple[NamedRate, ...] = Field(title="三率", min_length=1)


class Registration(Rule):
    """入库入统: started, fit for it, and not yet entered: who is asked, how often."""

    quote: str = Field("", title="原文")
    least_total_wan: Count = Field(title="总投资多少万元以上应入统")
    after_days: Count = Field(title="开工后几天起催")
    every_days: Some = Field(title="每隔几天再催")


class Award(Rule):
    """当年开工、当年竣工投产并进入规上企业的重大产业项目."""

    quote: str = Field("", title="原文")
    prize_wan: Some = Field(title="奖励万元")
    fields: tuple[Literal["industry", "infrastructure", "livelihood"], ...] = Field(
        title="领域", min_length=1
    )


class Batches(Rule):
    """集中开工、三个一批: who is asked whether all is ready, when what came of it is read."""

    say: Text = Field(title="简称")
    quote: str = Field("", title="原文")
    each_quarter: bool = Field(title="每季度一次")
    quarter_days: Count | None = Field(None, title="还没有活动的，季末前几天提醒")
    remind_days: Count = Field(title="活动前几天催没有回的")
    follow_days: Count = Field(title="活动后几天看成效")

    @model_validator(mode="after")
    def _follows(self) -> Self:
        if self.follow_days < 1:
            raise ValueError("活动后几天看成效 follow_days 至少1天")
        if self.each_quarter != (self.quarter_days is not None):
            raise ValueError("每季度一次的要写 quarter_days（季末前几天提醒），不是的不写")
        return self
