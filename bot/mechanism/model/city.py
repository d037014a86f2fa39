"""The notices a regime rests on, its office, its hours and days."""

from datetime import time
from typing import Literal, Self

from pydantic import Field, model_validator

from bot.mechanism.model.parts import Count, Hour, Part, Text


class Notice(Part):
    """A notice that clauses refer to."""

    number: Text = Field(title="文号")
    title: Text = Field(title="标题")


class Office(Part):
    """Who carries the daily work."""

    name: Text = Field(title="全称")
    short: Text = Field(title="简称")
    seat: str = Field("", title="设在")
    seal: str = Field("", title="用印")


class Hours(Part):
    """When the bot writes, and when a unit counts as told."""

    days: Literal["workdays", "all"] = Field(title="办公日")
    open: Hour = Field(title="开始")
    close: Hour = Field(title="结束")
    last_dispatch: Hour = Field(title="当日最后交办时间")
    reminders_at: Hour = Field(title="提醒时间")
    same_day_reminder_at: Hour = Field(title="当天事项提醒时间")
    night: tuple[Hour, Hour] = Field(title="夜间")
    leader_night: tuple[Hour, Hour] | None = Field(None, title="领导夜间")

    @property
    def night_of_leaders(self) -> tuple[time, time]:
        """When leaders are not written to: their own, else everybody's night."""
        return self.leader_night or self.night

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        faults = []
        if not self.open < self.close:
            faults.append("结束 close 要晚于开始 open")
        if not self.open <= self.last_dispatch <= self.close:
            faults.append("当日最后交办时间 last_dispatch 要在办公时间内")
        for name in ("reminders_at", "same_day_reminder_at"):
            if not self.open <= getattr(self, name) < self.close:
                faults.append(f"{name} 要在办公时间内")
        for name, night in (("night", self.night), ("leader_night", self.night_of_leaders)):
            if not (night[1] <= self.open and self.close <= night[0]):
                faults.append(f"{name} 不能与办公时间重叠，要从晚上写到早晨")
        if faults:
            raise ValueError("；".join(faults))
        return self


class Holidays(Part):
    """What happens around years whose holidays are not published."""

    warn_days: Count = Field(title="提前提醒缺少下一年放假安排（天）")


class Days(Part):
    """How days are counted where a limit doesn't say otherwise."""

    count: Literal["calendar", "workdays"] = Field(title="天数算法")
    last_day_on_rest: Literal["keep", "next_workday"] = Field(title="到期遇休息日")
