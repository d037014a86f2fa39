"""What a regime says of how things are shown: when a lamp is red or yellow, and the nodes of a wall chart."""

from typing import Annotated, Self

from pydantic import Field, StrictFloat, model_validator

from bot.mechanism.model.parts import Count, Part, Rule, Text

Points = Annotated[StrictFloat, Field(ge=0)]


class Lamps(Rule):
    """红黄绿灯: a ticket's by its limit, a project's by its investment, its tickets and its nodes."""

    yellow_days: Count = Field(title="到期前几天内亮黄灯")
    yellow_points: Points = Field(title="低于序时几个百分点亮黄灯")
    red_points: Points = Field(title="低于序时几个百分点亮红灯")

    @model_validator(mode="after")
    def _red_is_worse(self) -> Self:
        if self.red_points < self.yellow_points:
            raise ValueError("红灯 red_points 不能比黄灯 yellow_points 还低")
        return self


class NodeShape(Part):
    """A node of a template: its name, and where between start (0) and end (1) of the building it stands."""

    name: Text = Field(title="名称")
    at: Annotated[StrictFloat, Field(ge=0, le=1)] = Field(title="在工期的哪里")


class NodeTemplate(Part):
    """The nodes that projects of a field usually have, in order."""

    field: Annotated[str, Field(pattern="^(industry|infrastructure|livelihood)$")] = Field(title="领域")
    months: Annotated[int, Field(ge=1, le=120)] = Field(title="缺开工或竣工时间时按几个月工期")
    nodes: tuple[NodeShape, ...] = Field(title="节点", min_length=2)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        places = [one.at for one in self.nodes]
        if places != sorted(places) or len({one.name for one in self.nodes}) != len(self.nodes):
            raise ValueError("nodes 要从早到晚，名称不重复")
        return self


class WallChart(Rule):
    """挂图作战: nodes laid out forward or back from the end date, and who hears of a late one."""

    quote: str = Field("", title="原文")
    templates: tuple[NodeTemplate, ...] = Field((), title="节点模板")
    remind_before: Count = Field(title="节点前几天提醒联络员")
    tell_office_after: Count = Field(title="晚了几天告诉重点办")

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        fields = [one.field for one in self.templates]
        if len(set(fields)) != len(fields):
            raise ValueError("templates 里一个领域只能有一个模板")
        return self
