"""The meetings and papers that come back: every week, two weeks, month, quarter."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StrictInt, model_validator

from bot.mechanism.model.parts import Hour, Rule, Text


class Material(StrEnum):
    """What is laid before those who meet."""

    FIGURES = "figures"  # investment and rates, of the whole and by county
    PROBLEMS = "problems"  # open problems in their order
    SHARED = "shared"  # troubles that several projects share
    OVERDUE = "overdue"  # what is over its limit
    NOT_STARTED = "not_started"  # projects that are due to start or resume and did not
    STALLED = "stalled"  # projects without progress
    SILENT = "silent"  # projects of which nothing was reported in the span
    RANKING = "ranking"  # the latest ranking: the first and the last
    PLANNING = "planning"  # who planned how much in the quarter


class EveryWeeks(Rule):
    """A fixed day of every so many weeks, counted from a week on, over the ends of years. A rest day moves it on."""

    quote: str = Field("", title="原文")
    every_weeks: Annotated[StrictInt, Field(ge=1)] = Field(title="每几周")
    begins: date | None = Field(None, title="从哪一周起算")
    weekday: Annotated[StrictInt, Field(ge=1, le=7)] = Field(title="周几")
    at: Hour = Field(title="几点")

    @model_validator(mode="after")
    def _counted_from(self) -> Self:
        if (self.every_weeks > 1) != (self.begins is not None):
            raise ValueError("隔周的要写 begins（从哪一周起算），每周的不写")
        return self


class Rhythm(Rule):
    """Material that is laid before the office (or more) at its time. A rest day moves it."""

    id: Annotated[str, Field(pattern="^[a-z0-9-]{1,30}$")] = Field(title="编号")
    name: Text = Field(title="名称")
    quote: str = Field("", title="原文")
    every: Literal["week", "two_weeks", "month", "quarter", "year"] = Field(title="周期")
    weekday: Annotated[StrictInt, Field(ge=1, le=7)] | None = Field(None, title="星期")
    day: Annotated[StrictInt, Field(ge=1, le=31)] | None = Field(None, title="几日")
    begins: date | None = Field(None, title="双周从哪一周起算")
    at: Hour = Field(title="时间")
    on_rest: Literal["earlier", "later"] = Field("earlier", title="遇休息日")
    material: tuple[Material, ...] = Field(title="材料", min_length=1)
    to: Literal["office", "offices"] = Field("office", title="给谁")

    @model_validator(mode="after")
    def _one_day(self) -> Self:
        weekly = self.every in ("week", "two_weeks")
        if weekly != (self.weekday is not None) or weekly == (self.day is not None):
            raise ValueError("周、双周写 weekday，月、季、年写 day，二者取其一")
        if (self.every == "two_weeks") != (self.begins is not None):
            raise ValueError("双周要写 begins（从哪一周起算），别的周期不写")
        return self
