"""What a regime says of starting and resuming: targets by day, and how they are warned of."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StrictBool, StrictFloat, model_serializer, model_validator

from bot.mechanism.model.parts import Count, Part, Rule, Text

Share = Annotated[StrictFloat, Field(ge=0, le=1)]


class DayOfYear(Part):
    """A day of every year, written 06-30."""

    month: Annotated[int, Field(ge=1, le=12)] = Field(title="月")
    day: Annotated[int, Field(ge=1, le=31)] = Field(title="日")

    @model_validator(mode="before")
    @classmethod
    def _written(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            day = date.fromisoformat(f"2001-{value}")  # no leap year: the 29th of February comes too seldom
        except ValueError:
            raise ValueError("要写成“06-30”这样的月和日") from None
        return {"month": day.month, "day": day.day}

    @model_serializer
    def _said(self) -> str:
        return f"{self.month:02}-{self.day:02}"

    def on(self, year: int) -> date:
        """That day of that year."""
        return date(year, self.month, self.day)

    def __str__(self) -> str:
        return f"{self.month}月{self.day}日"


class StartTarget(Part):
    """A share of the new, of the continuing or of both that is to be reached by the end of a day."""

    until: DayOfYear = Field(title="到哪天")
    of: Literal["new", "continuing", "both"] = Field(title="哪些项目")
    share: Share = Field(title="应达比例")
    say: Text = Field(title="简称")
    aim: StrictBool = Field(False, title="力争")


class Starts(Rule):
    """开复工率: the targets, and when the office is warned of them."""

    say: Text = Field(title="简称")
    quote: str = Field("", title="原文")
    plan_by: Literal["month", "tenday"] = Field(title="开复工计划落实到")
    plan_clause: str = Field("", title="计划的依据条款")
    targets: tuple[StartTarget, ...] = Field(title="目标", min_length=1)
    work_resumes: StrictBool = Field(title="续建项目当年报有投资即算复工")
    warn_days: Count = Field(title="目标日前几天预警")
    late_days: Count = Field(title="停机后补发预警最晚几天")

    @model_validator(mode="after")
    def _climb(self) -> Self:
        faults = []
        for kind in ("new", "continuing", "both"):
            mine = [one for one in self.targets if one.of == kind]
            days = [(one.until.month, one.until.day) for one in mine]
            if days != sorted(set(days)):
                faults.append(f"targets 里 {kind} 的日期要从早到晚，不重复")
            if [one.share for one in mine] != sorted(one.share for one in mine):
                faults.append(f"targets 里 {kind} 的比例不能越来越低")
        if faults:
            raise ValueError("；".join(faults))
        return self
