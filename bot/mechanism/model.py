"""What a regime holds: the shape of regimes/*.toml. Values only; every title is what people read.

Days are days of the city; hours of ladders are working hours (hours.py). A rule that no notice
contains is marked `own = true`; every other names its notice and part, as “N4 (十四)”.
"""

from collections.abc import Mapping
from datetime import date, time
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    model_validator,
)


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


def _hour(value: object) -> object:
    """An hour as HH:MM. ValueError (in the reader's words) for anything else."""
    if isinstance(value, time):
        return value
    if isinstance(value, str) and len(value) == 5:
        try:
            return time.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError("要写成“08:30”这样的钟点")


Hour = Annotated[time, BeforeValidator(_hour)]
Text = Annotated[str, Field(min_length=1)]
Count = Annotated[StrictInt, Field(ge=0)]
WorkingHours = Annotated[StrictFloat, Field(ge=0)]
SomeWorkingHours = Annotated[StrictFloat, Field(gt=0)]


class Part(BaseModel):
    """Base of a regime's parts: frozen, and a key that we don't know is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(Part):
    """A part that has a clause, or is marked as the regime's own."""

    row: str = Field("", title="条目")
    clause: str = Field("", title="依据条款")
    own: StrictBool = Field(False, title="本机制自定")

    @model_validator(mode="after")
    def _clause_or_own(self) -> Self:
        if bool(self.clause) == self.own:
            raise ValueError("要么写依据条款 clause，要么标明自定 own = true，二者取其一")
        return self


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


class Near(Rule):
    """What asks for reminders before a limit and for supervision after it, apart from the limit itself."""

    quote: str = Field("", title="原文")


class StandstillTier(StrEnum):
    """Who is told that a project makes no progress."""

    COUNTY = "county"  # the county's office and the liaison; of the city's own projects the liaison's unit
    OFFICE = "office"  # the city's
    CITY_LEADERS = "city_leaders"  # the mayor and the leaders who answer for the project
    INSPECTORATE = "inspectorate"


class StandstillTold(Part):
    """A reader of a rung of the standstill's ladder, and how it goes to him."""

    to: StandstillTier = Field(title="告知")
    release: Literal["auto", "office", "never"] = Field(title="发出")

    @model_validator(mode="after")
    def _by_the_office(self) -> Self:
        wanted = {StandstillTier.CITY_LEADERS: "office", StandstillTier.INSPECTORATE: "never"}
        if self.release != wanted.get(self.to, "auto"):
            raise ValueError(
                f'告知 {self.to} 的，发出方式要写 release = "{wanted.get(self.to, "auto")}"：'
                "给市领导的由重点办发出，给督查室的只拟稿，其余自动发"
            )
        return self


class MonthRung(Part):
    """A rung of the standstill's ladder: after so many calendar months without progress."""

    months: Annotated[StrictInt, Field(ge=1)] = Field(title="几个月没有进展")
    name: Annotated[str, Field(min_length=1, max_length=40)] = Field(title="名称")
    owes_report: StrictBool = Field(False, title="欠专题报告")
    tell: tuple[StandstillTold, ...] = Field(title="告知", min_length=1)


class Stalled(Rule):
    """“一二三”: what follows when a project makes no progress for months."""

    say: Text = Field(title="简称")
    quote: str = Field("", title="原文")
    ladder: tuple[MonthRung, ...] = Field(title="逐级督促", min_length=1)
    gap_days: Count = Field(title="停机后补走，两级至少隔几天")

    @model_validator(mode="after")
    def _climbs(self) -> Self:
        faults = []
        months = [rung.months for rung in self.ladder]
        if months != sorted(set(months)):
            faults.append("ladder 的月数要从少到多，不重复")
        if len({rung.name for rung in self.ladder}) != len(self.ladder):
            faults.append("ladder 各级名称 name 不能重复")
        if faults:
            raise ValueError("；".join(faults))
        return self


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


class Regime(Part):
    """One notice, or a city's combination of them. `text` is the file that it was read from."""

    id: Text = Field(title="编号")
    version: Annotated[StrictInt, Field(ge=1)] = Field(title="版本")
    title: Text = Field(title="名称")
    short: Text = Field(title="简称")
    notice: Text = Field(title="主要依据")
    valid_from: date = Field(title="施行日期")
    valid_until: date = Field(title="有效期至")
    notices: dict[str, Notice] = Field(title="文件")
    office: Office = Field(title="办事机构")
    hours: Hours = Field(title="时间")
    holidays: Holidays = Field(title="放假安排")
    days: Days = Field(title="天数")
    limits: Limits = Field(title="时限")
    own_limit: Shift = Field(title="重点办自定时限")
    extensions: Extensions = Field(title="延期")
    pause: Pause = Field(title="中止")
    ladders: dict[str, tuple[Rung, ...]] = Field(title="提级")
    least_gap: SomeWorkingHours = Field(title="提级最小间隔工作小时")
    release_after: SomeWorkingHours = Field(title="拟稿未处理自动发出工作小时")
    undo_minutes: Count = Field(title="可撤销分钟")
    withdraw_minutes: Count = Field(title="可撤回问题分钟")
    question_lapses_hours: Annotated[StrictInt, Field(ge=1)] = Field(title="询问有效小时")
    together_minutes: Count = Field(title="照片与文字算一件事的分钟")
    due_soon_days: Annotated[StrictInt, Field(ge=1)] = Field(title="临期天数")
    all_round_months: Annotated[StrictInt, Field(ge=1)] = Field(title="大起底月数")
    bind: Literal["office", "itself"] = Field(title="身份绑定由谁确认")
    listing: Listing = Field(title="挂牌督办")
    screening: Screening = Field(title="问题筛选")
    summary: Summary = Field(title="日报和周报")
    waiting: Waiting = Field(title="待核实待销号的提醒")
    near: Near | None = Field(None, title="临期提醒和超时督办")
    stalled: Stalled | None = Field(None, title="“一二三”督促")
    text: str = Field(exclude=True, repr=False)

    @model_validator(mode="after")
    def _valid_for_a_time(self) -> Self:
        if self.valid_until < self.valid_from:
            raise ValueError("有效期至 valid_until 早于施行日期 valid_from")
        return self

    @cached_property
    def sha256(self) -> str:
        """The hash of the file's text, by which history names the regime."""
        return sha256(self.text.encode()).hexdigest()

    def duty(self, kind: Kind) -> Duty:
        """The rule of a kind of limit."""
        duty: Duty = getattr(self.limits, kind)
        return duty

    def limit(self, kind: Kind) -> Limit:
        """The rule of a kind that the regime counts. TypeError for a day that people name."""
        duty = self.duty(kind)
        if not isinstance(duty, Limit):
            raise TypeError(f"{kind} is a day that people name")
        return duty

    def ladder(self, kind: Kind) -> tuple[Rung, ...]:
        """Who is told of a passed limit, lowest first; empty if nobody is."""
        name = self.duty(kind).ladder
        return self.ladders[name] if name else ()

    def notice_of(self, clause: str) -> str:
        """A clause as people cite it: “N4 (十四)” → 运政办发〔2019〕12号（十四）."""
        name, _, part = clause.partition(" ")
        return self.notices[name].number + part.replace("(", "（").replace(")", "）")
