"""What a regime says of the months' accounts and of plans."""

from typing import Annotated, Literal, Self

from pydantic import Field, StrictFloat, StrictInt, model_validator

from bot.mechanism.model.parts import Part, Rule, Text

MonthDay = Annotated[StrictInt, Field(ge=1, le=31)]
EarlyDay = Annotated[StrictInt, Field(ge=1, le=28)]
Percent = Annotated[StrictFloat, Field(ge=0, le=100)]
Quarters = Annotated[tuple[Percent, ...], Field(min_length=4, max_length=4)]


class Months(Rule):
    """月初建账、月中对账、月底交账, confirmed, closed on a day of the next month."""

    say: Text = Field(title="简称")
    quote: str = Field("", title="原文")
    check_day: EarlyDay = Field(title="几日对账")
    hand_over_from: MonthDay = Field(title="几日起交账")
    hand_over_day: MonthDay = Field(title="几日前交账")
    close_day: EarlyDay = Field(title="下月几日关账")
    confirmed_by: Literal["county", "office"] = Field(title="由谁确认")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.check_day < self.hand_over_from <= self.hand_over_day:
            raise ValueError("对账、起交、交账三个日子要从早到晚")
        return self


def _rises(quarters: Quarters) -> None:
    if list(quarters) != sorted(quarters):
        raise ValueError("四个季度末的比例要从低到高")


class Pace(Rule):
    """序时进度: the share of its year's plan that a project should have done by the quarters' ends."""

    quarters: Quarters = Field(title="各季度末应完成百分比")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _rises(self.quarters)
        if self.quarters[-1] != 100:
            raise ValueError("quarters 最后一个是100：全年完成年度计划")
        return self


class FixedAssets(Rule):
    """The city's fixed-asset investment of the year: its target and what of it is due by the quarters' ends."""

    quote: str = Field("", title="原文")
    target_yi: Annotated[StrictFloat, Field(gt=0)] = Field(title="全年目标亿元")
    at_least: Quarters | None = Field(None, title="各季度末至少完成百分比")

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if self.at_least is not None:
            _rises(self.at_least)
        return self


class YearTotal(Rule):
    """The year's total of the projects, and its share of the fixed-asset investment."""

    say: Text = Field(title="哪些项目")
    quote: str = Field("", title="原文")
    total_yi: StrictFloat | None = Field(None, title="全年完成投资亿元")
    share: Percent | None = Field(None, title="占固定资产投资百分比")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.total_yi is None and self.share is None:
            raise ValueError("total_yi 和 share 至少写一个")
        return self


class Control(Rule):
    """投资、进度双控制: when a project counts as behind, and by when its corrected plan is owed."""

    say: Text = Field(title="简称")
    quote: str = Field("", title="原文")
    behind_points: Annotated[StrictFloat, Field(gt=0)] = Field(title="落后几个百分点预警")
    physical_points: Annotated[StrictFloat, Field(gt=0)] = Field(title="形象进度落后几个百分点预警")
    monthly_day: EarlyDay = Field(title="每月几日按上月底比")
    weekly_on: Annotated[StrictInt, Field(ge=1, le=7)] | None = Field(None, title="周几看周目标和关键节点")
    plan_days: Annotated[StrictInt, Field(ge=1)] = Field(title="几天内报纠偏计划")


class Funds(Rule):
    """资金到位和支付: reported and shown by month."""

    say: Text = Field(title="简称")
    quote: str = Field("", title="原文")


class PlanByMonth(Rule):
    """The year's plan broken down to months: from a sheet, else spread over the months of building."""

    quote: str = Field("", title="原文")


class Plans(Part):
    """Plans and totals of the year."""

    pace: Pace = Field(title="序时进度")
    control: Control | None = Field(None, title="双控制")
    fixed_assets: FixedAssets | None = Field(None, title="固定资产投资")
    totals: tuple[YearTotal, ...] = Field((), title="年度总量目标")
    by_month: PlanByMonth | None = Field(None, title="计划分解到月")
    funds: Funds | None = Field(None, title="资金到位和支付")
