"""When groups and the office are written to."""

from typing import Annotated

from pydantic import Field, StrictBool, StrictInt

from bot.mechanism.model.parts import Hour, Rule


class Summary(Rule):
    """The groups' daily summary, and the week's report whose absence it names."""

    at: Hour = Field(title="日报时间")
    skip_rest_days: StrictBool = Field(title="休息日不发")
    most_lines: Annotated[StrictInt, Field(ge=4)] = Field(title="最多行数")
    report_weekday: Annotated[StrictInt, Field(ge=1, le=7)] = Field(title="周报截止星期")
    report_at: Hour = Field(title="周报截止时间")
    nudge_at: Hour = Field(title="前一工作日提醒时间")


class Waiting(Rule):
    """When the office is reminded of what waits for it to be verified or confirmed."""

    after_hours: Annotated[StrictInt, Field(ge=1)] = Field(title="多少小时后提醒")
