"""A whole regime."""

from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Literal, Self

from pydantic import Field, StrictInt, model_validator

from bot.mechanism.model.assessment import (
    Bulletin,
    PlanningRanking,
    Praise,
    Ranking,
    Talks,
    YearEnd,
)
from bot.mechanism.model.city import Days, Holidays, Hours, Notice, Office
from bot.mechanism.model.leaders import (
    Asking,
    Chain,
    Counted,
    Digest,
    FiveOnes,
    Instructions,
    Pairs,
    Rounds,
    Sponsorship,
)
from bot.mechanism.model.ledger import Adjust, MonthEnd, Validity
from bot.mechanism.model.lists import Factors, LookThrough, Proposals, Routing, UpwardLists
from bot.mechanism.model.months import Months, Plans
from bot.mechanism.model.parts import Count, Part, SomeWorkingHours, Text
from bot.mechanism.model.projects import Stalled
from bot.mechanism.model.proof import Proof
from bot.mechanism.model.rates import Starts
from bot.mechanism.model.registration import Award, Batches, Registration, ThreeRates
from bot.mechanism.model.reserve import Reserve, Signed
from bot.mechanism.model.rhythm import Summary, Waiting
from bot.mechanism.model.rhythms import Rhythm
from bot.mechanism.model.tickets import (
    ComplexSigns,
    Duty,
    Extensions,
    Kind,
    Limit,
    Limits,
    Listing,
    Near,
    Pause,
    Rung,
    Screening,
    Shift,
)
from bot.mechanism.model.views import Lamps, WallChart


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
    complex_signs: ComplexSigns | None = Field(None, title="像重大复杂问题的")
    near: Near | None = Field(None, title="临期提醒和超时督办")
    stalled: Stalled | None = Field(None, title="“一二三”督促")
    proof: Proof | None = Field(None, title="佐证和抽查")
    starts: Starts | None = Field(None, title="开复工率")
    three_rates: ThreeRates | None = Field(None, title="三率")
    registration: Registration | None = Field(None, title="入库入统")
    award: Award | None = Field(None, title="当年开工投产奖励")
    batches: Batches | None = Field(None, title="集中开工、三个一批")
    signed: Signed | None = Field(None, title="签约项目当年开工率")
    reserve: Reserve | None = Field(None, title="储备项目")
    chain: Chain | None = Field(None, title="责任链")
    sponsorship: Sponsorship | None = Field(None, title="领导包联")
    pairs: Pairs | None = Field(None, title="单位专人")
    five_ones: FiveOnes | None = Field(None, title="“五个一”")
    digest: Digest | None = Field(None, title="领导每日待办")
    instructions: Instructions | None = Field(None, title="批示跟踪")
    rounds: Rounds | None = Field(None, title="一键调度")
    counted: tuple[Counted, ...] = Field((), title="计次职责")
    asking: tuple[Asking, ...] = Field((), title="定期询问")
    month_end: MonthEnd | None = Field(None, title="月末台账")
    adjust: Adjust | None = Field(None, title="年中调整")
    validity: Validity | None = Field(None, title="机制到期提醒")
    months: Months | None = Field(None, title="月账")
    plans: Plans | None = Field(None, title="计划和投资")
    routing: Routing | None = Field(None, title="分级办理")
    proposals: Proposals | None = Field(None, title="交办建议")
    lamps: Lamps | None = Field(None, title="红黄绿灯")
    wall_chart: WallChart | None = Field(None, title="挂图作战")
    ranking: Ranking | None = Field(None, title="月排名")
    bulletin: Bulletin | None = Field(None, title="月度通报")
    talks: Talks | None = Field(None, title="约谈")
    praise: Praise | None = Field(None, title="通报表扬")
    year_end: YearEnd | None = Field(None, title="年终考核")
    planning: PlanningRanking | None = Field(None, title="项目谋划排名")
    rhythms: tuple[Rhythm, ...] = Field((), title="调度")
    look_through: LookThrough | None = Field(None, title="堵点台账定期过堂")
    upward: UpwardLists | None = Field(None, title="定期列报")
    factors: Factors | None = Field(None, title="要素清单")
    text: str = Field(exclude=True, repr=False)

    @model_validator(mode="after")
    def _valid_for_a_time(self) -> Self:
        if self.valid_until < self.valid_from:
            raise ValueError("有效期至 valid_until 早于施行日期 valid_from")
        return self

    @model_validator(mode="after")
    def _rhythms_by_name(self) -> Self:
        if len({one.id for one in self.rhythms}) != len(self.rhythms):
            raise ValueError("rhythms 的编号 id 不能重复")
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
