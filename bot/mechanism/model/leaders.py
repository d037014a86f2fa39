"""What a regime says of who answers for a project: the chain, the leaders, the pairs, the five ones."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, StrictInt, model_validator

from bot.mechanism.model.parts import Hour, Part, Rule, SomeWorkingHours, Text
from bot.mechanism.model.rhythms import EveryWeeks


class LinkRole(StrEnum):
    """The links of a project's chain of responsibility."""

    DIRECT = "direct"  # 法人代表
    PUSH_HEAD = "push_head"  # 推进组组长
    LIAISON = "liaison"
    UNIT_DEPUTY = "unit_deputy"  # of the unit that answers for the project
    UNIT_HEAD = "unit_head"
    AREA_HEAD = "area_head"  # 县（市、区）长, 管委会主任
    COUNTY_SPONSOR = "county_sponsor"
    CITY_SPONSOR = "city_sponsor"
    FIELD_LEADER = "field_leader"  # the deputy mayor of the field


class ChainLink(Rule):
    """A link that the regime wants filled, and what it is called."""

    role: LinkRole = Field(title="环节")
    name: Text = Field(title="称谓")
    where: Literal["all", "city", "county"] = Field("all", title="哪些项目")
    first: StrictBool = Field(False, title="第一责任人")


class Chain(Rule):
    """责任链: who answers for a project; `main` are the sponsors in the order in which they are the main one."""

    quote: str = Field("", title="原文")
    links: tuple[ChainLink, ...] = Field(title="责任链环节", min_length=1)
    main: tuple[LinkRole, ...] = Field((), title="主要包联责任人的次序")

    @model_validator(mode="after")
    def _each_link_once(self) -> Self:
        if len({link.role for link in self.links}) != len(self.links):
            raise ValueError("links 里同一个环节 role 只能写一次")
        return self


class Sponsorship(Rule):
    """领导包联: which projects want a leader, how many a leader may have, when he is told what is late there."""

    quote: str = Field("", title="原文")
    wants: Literal["both", "either"] = Field(title="每个项目要有的包联领导")
    city_most: Annotated[StrictInt, Field(ge=1)] | None = Field(None, title="每位市级领导最多包联几项")
    brief_weekday: Annotated[StrictInt, Field(ge=1, le=7)] | None = Field(
        None, title="每周几拟呈包联项目超期情况"
    )
    brief_at: Hour | None = Field(None, title="拟呈时间")
    brief_after: Annotated[StrictInt, Field(ge=1)] = Field(7, title="超期几天以上才拟呈")

    @model_validator(mode="after")
    def _day_and_hour(self) -> Self:
        if (self.brief_weekday is None) != (self.brief_at is None):
            raise ValueError("brief_weekday 和 brief_at 要一起写")
        return self


class Pairs(Rule):
    """分管领导和专职人员（联络员）: whom each unit of the city names."""

    quote: str = Field("", title="原文")
    needs: tuple[Literal["deputy_head", "contact"], ...] = Field(title="每个单位明确", min_length=1)


class OfFive(StrEnum):
    """What each of the “五个一” is."""

    TEAM = "team"
    LIST = "list"
    REPORT = "report"
    REVIEW = "review"
    INSPECTION = "inspection"


class One(Part):
    """One of the five, and what it is called."""

    what: OfFive = Field(title="内容")
    name: Text = Field(title="名称")


class FiveOnes(Rule):
    """“五个一”: one team a project, one list a node, one report a blocker, one review a stage, one inspection a month."""

    quote: str = Field("", title="原文")
    ones: tuple[One, ...] = Field(title="五个一", min_length=1)
    handbook: str = Field("", title="手册")


class Digest(Rule):
    """早上要办的: when leaders read what waits for them, and how many mornings the same thing is said."""

    at: Hour = Field(title="每日待办时间")
    most_mornings: Annotated[StrictInt, Field(ge=1)] = Field(title="同一件最多提几个早上")


class Instructions(Rule):
    """批示: when who owes the answer is reminded, and the office of what is over."""

    remind: tuple[Annotated[StrictInt, Field(ge=0)], ...] = Field(title="批示提前几天提醒")
    over_every: Annotated[StrictInt, Field(ge=1)] = Field(title="逾期后每几个工作日再提醒")
    over_most: Annotated[StrictInt, Field(ge=0)] = Field(title="逾期提醒最多几次")


class Counted(Rule):
    """A duty that is counted: how often within a period, by whom, and the words by which it is reported."""

    name: Text = Field(title="名称")
    quote: str = Field("", title="原文")
    words: tuple[Text, ...] = Field(title="报的时候怎么说", min_length=1)
    of: Literal["area", "unit", "city"] = Field(title="按谁计")
    units: tuple[Text, ...] = Field((), title="哪些单位")
    times: Annotated[StrictInt, Field(ge=1)] = Field(title="次数")
    measure: Text = Field("次", title="量词")
    period: Literal["month", "quarter", "year"] = Field(title="期间")
    remind_days: Annotated[StrictInt, Field(ge=1)] = Field(title="期末前几天提醒")


class Rounds(Rule):
    """一键调度: how long a round of questions waits for its answers."""

    quote: str = Field("", title="原文")
    hours: SomeWorkingHours = Field(title="一键调度几个工作小时内答")


class Asking(EveryWeeks):
    """定期问联络员: in which rhythm the bot asks each liaison, and by when answers are collected."""

    name: Text = Field(title="名称")
    hours: Annotated[StrictInt, Field(ge=1)] = Field(title="几个工作小时内答")
    question: Text = Field(title="问什么")
