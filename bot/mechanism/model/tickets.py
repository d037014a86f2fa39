"""What a regime says of tickets: limits, ladders, listing, screening."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, StrictInt, model_validator

from bot.mechanism.model.parts import Count, Hour, Part, Rule, SomeWorkingHours, Text, WorkingHours


class Kind(StrEnum):
    """The limits of a ticket."""

    DISPATCH = "dispatch"  # T1
    ARRANGE = "arrange"  # T2 “1”
    FEEDBACK = "feedback"  # T3 “3”
    OBSTRUCTION = "obstruction"  # T4
    ORDINARY = "ordinary"  # T5 “7”
    COMPLEX = "complex"  # T6 second “1”
    NODE = "node"  # T6 a node of the written plan
    PROMISE = "promise"  # a day that the contact named himself


SOLVING = frozenset({Kind.OBSTRUCTION, Kind.ORDINARY, Kind.COMPLEX, Kind.NODE})
"""The limits that the end of the blocker meets; extension and the office's own limit concern these."""


class Tier(StrEnum):
    """Who is told at a rung."""

    CONTACT = "contact"
    DEPUTY_HEAD = "deputy_head"
    HEAD = "head"
    OFFICE = "office"
    PROJECT_LEADERS = "project_leaders"
    INSPECTORATE = "inspectorate"


TIER_NAMES: Mapping[Tier, str] = {
    Tier.CONTACT: "承办单位联系人",
    Tier.DEPUTY_HEAD: "承办单位分管领导",
    Tier.HEAD: "承办单位主要负责人",
    Tier.OFFICE: "重点办",
    Tier.PROJECT_LEADERS: "项目包联领导",
    Tier.INSPECTORATE: "督查室",
}


class Duty(Rule):
    """What is owed by a day, what reminds of it, and who is told once it has passed."""

    say: Text = Field(title="简称")
    quote: str = Field("", title="原文")
    duty: Text = Field(title="要做的事")
    owed_by: Literal["contact", "office"] = Field(title="谁来办")
    remind: tuple[Count, ...] = Field(title="提前几天提醒")
    ladder: str = Field("", title="超期提级")


class Limit(Duty):
    """A limit that the regime counts: so many days or months from a step."""

    start: Literal["entered", "told"] = Field(title="起算")
    days: Annotated[StrictInt, Field(ge=0)] | None = Field(None, title="天数")
    months: Annotated[StrictInt, Field(ge=1)] | None = Field(None, title="月数")
    count: Literal["calendar", "workdays"] | None = Field(None, title="天数算法")
    last_day_on_rest: Literal["keep", "next_workday"] | None = Field(None, title="到期遇休息日")

    @model_validator(mode="after")
    def _days_or_months(self) -> Self:
        if (self.days is None) == (self.months is None):
            raise ValueError("天数 days 和月数 months 要写一个，也只写一个")
        return self


class NamedDay(Duty):
    """A limit whose day people name; {day} in `say` is that day."""

    @model_validator(mode="after")
    def _says_its_day(self) -> Self:
        if "{day}" not in self.say:
            raise ValueError("简称 say 里要有 {day}")
        return self


class Limits(Part):
    """The limits of a ticket."""

    dispatch: Limit = Field(title="交办")
    arrange: Limit = Field(title="研究安排")
    feedback: Limit = Field(title="反馈")
    obstruction: Limit = Field(title="阻工解除")
    ordinary: Limit = Field(title="一般问题办结")
    complex: Limit = Field(title="重大复杂问题办结")
    node: NamedDay = Field(title="方案节点")
    promise: NamedDay = Field(title="承诺日期")


class Shift(Rule):
    """Why a solving limit ends on another day than the regime counts; {day} in `say` is that day."""

    say: Text = Field(title="简称")
    quote: str = Field("", title="原文")

    @model_validator(mode="after")
    def _says_its_day(self) -> Self:
        if "{day}" not in self.say:
            raise ValueError("简称 say 里要有 {day}")
        return self


class Extensions(Shift):
    """延期."""

    most: Count = Field(title="最多次数")
    needs: Literal["office"] = Field(title="谁批准")
    before_due: StrictBool = Field(title="须到期前提出")


class Pause(Shift):
    """中止."""

    stops_clock: StrictBool = Field(title="中止期间不计时")


class Rung(Part):
    """A rung of a ladder: who is told, and when after the rung before it."""

    name: Text = Field(title="名称")
    to: Tier = Field(title="告知")
    after: WorkingHours = Field(title="间隔工作小时")
    release: Literal["auto", "office", "never"] = Field(title="发出")
    repeat_after: SomeWorkingHours | None = Field(None, title="重复间隔工作小时")
    most_repeats: Count = Field(0, title="最多重复次数")
    receipt_lasts: WorkingHours = Field(0.0, title="签收管多少工作小时")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        faults = []
        if (self.repeat_after is None) != (self.most_repeats == 0):
            faults.append("重复间隔 repeat_after 和最多重复次数 most_repeats 要一起写")
        if self.most_repeats and self.release != "auto":
            faults.append("要重点办发出或转交的，不能自动重复")
        if self.to is Tier.PROJECT_LEADERS and self.release != "office":
            faults.append('给市领导的须由重点办发出：release = "office"')
        if self.to is Tier.INSPECTORATE and self.release != "never":
            faults.append('给督查室的只拟稿，由重点办转交：release = "never"')
        if faults:
            raise ValueError("；".join(faults))
        return self


class Listing(Rule):
    """挂牌督办."""

    needs: tuple[Literal["solution", "unit", "leader", "person", "deadline"], ...] = Field(title="五到位")
    bulletin_days: tuple[Annotated[StrictInt, Field(ge=1, le=31)], ...] = Field(
        title="每月通报日", min_length=1
    )
    bulletin_at: Hour = Field(title="通报时间")
    quote: str = Field("", title="原文")


class ComplexSigns(Rule):
    """What makes a problem look major and complex; the office decides what it is."""

    levels: tuple[Literal["county", "city", "province"], ...] = Field((), title="要哪一级协调")
    units: Annotated[StrictInt, Field(ge=2)] | None = Field(None, title="请几家以上单位")


class Near(Rule):
    """What asks for reminders before a limit and for supervision after it, apart from the limit itself."""

    quote: str = Field("", title="原文")


class Importance(Part):
    """Weights that add up to a ticket's importance."""

    ordinary: Count = Field(title="一般问题")
    complex: Count = Field(title="重大复杂问题")
    obstruction: Count = Field(title="阻工扰工")
    province_key: Count = Field(title="省重点项目")
    priority: Count = Field(title="重点推进项目")
    listed: Count = Field(title="挂牌督办")


class Urgency(Part):
    """The weight of tickets that have at most so many days left (0: due today, -1: overdue)."""

    days_left: StrictInt = Field(title="剩余天数不超过")
    weight: Annotated[StrictInt, Field(ge=1)] = Field(title="权重")


class Layer(Part):
    """A layer of the open tickets: those whose product reaches `at_least`."""

    name: Text = Field(title="层次")
    at_least: Count = Field(title="得分不低于")


class Screening(Rule):
    """Importance times urgency; layers from the highest down; troubles that several projects share."""

    importance: Importance = Field(title="重要程度")
    urgency: tuple[Urgency, ...] = Field(title="紧急程度")
    otherwise: Annotated[StrictInt, Field(ge=1)] = Field(title="其余紧急程度权重")
    layers: tuple[Layer, ...] = Field(title="分层", min_length=1)
    shared_least: Annotated[StrictInt, Field(ge=2)] = Field(title="共性难题最少项目数")
    quote: str = Field("", title="原文")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        faults = []
        if [step.days_left for step in self.urgency] != sorted({step.days_left for step in self.urgency}):
            faults.append("urgency 的剩余天数要从少到多，不重复")
        bars = [layer.at_least for layer in self.layers]
        if bars != sorted(set(bars), reverse=True) or bars[-1] != 0:
            faults.append("layers 要从高到低，最后一层 at_least = 0")
        if faults:
            raise ValueError("；".join(faults))
        return self
