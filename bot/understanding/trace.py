"""What led from a message to its acts: rules note the words they took and what they discarded, if anyone asks."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from bot.acts import (
    Acknowledge,
    Act,
    Approve,
    Bind,
    Blocker,
    Correct,
    Dispatch,
    Extend,
    Feedback,
    Grade,
    Instruct,
    Pause,
    Plan,
    Progress,
    Query,
    Reject,
    Reopen,
    Resolve,
    Return,
    Supervise,
    Undo,
    Urge,
)


class Rule(Enum):
    """A rule by its short name and what it is about, both as they are told (docs/understanding.md)."""

    INVESTED = "完成投资", "金额和百分数"
    PERCENT = "形象进度", "金额和百分数"
    STATUS = "项目状态", "进展"
    STEP = "走了一步", "进展"
    BLOCKER = "堵点", "堵点"
    LEVEL = "哪一级协调", "堵点"
    UNIT = "请的单位", "堵点"
    KNOWN = "已有工单，再说一遍是催办", "堵点"
    ACKNOWLEDGE = "接单", "工单"
    FEEDBACK = "反馈", "工单"
    PLAN = "报方案", "工单的其他动作"
    RESOLVE = "申请销号", "工单"
    EXTEND = "申请延期", "工单"
    RETURN = "退回", "工单"
    APPROVE = "同意", "工单"
    REJECT = "不同意", "工单"
    DISPATCH = "交办", "细处"
    SUPERVISE = "挂牌督办", "工单"
    INSTRUCT = "批示", "工单"
    URGE = "催办", "工单"
    GRADE = "定级", "工单的其他动作"
    PAUSE = "挂起", "工单的其他动作"
    REOPEN = "重新打开", "工单的其他动作"
    QUERY = "查询", "查询"
    AREA = "哪个县", "查询"
    PERIOD = "哪段时间", "查询"
    CORRECT = "更正", "其余"
    UNDO = "撤回", "其余"
    BIND = "自我介绍", "其余"
    PERSON = "人名", "工单"
    DATE = "日期", "日期"
    TICKET_NUMBER = "工单：说了号数", "哪张工单"
    TICKET_MATTER = "工单：说的事对得上", "哪张工单"
    TICKET_ONLY = "工单：只看得到这一张", "哪张工单"
    TICKET_OPEN = "工单：分不清是哪张，要问", "哪张工单"
    PROJECT_NAME = "项目：说了名称", "哪个项目"
    PROJECT_OWN = "项目：没说名称，是发言人自己的", "哪个项目"
    PROJECT_OF_OWN = "项目：说的合几个，取发言人自己的", "哪个项目"
    PROJECT_OPEN = "项目：分不清是哪个，要问", "哪个项目"

    def __init__(self, title: str, section: str) -> None:
        self.title = title
        self.section = section


RULE_OF: Mapping[type[Act], Rule] = {
    Acknowledge: Rule.ACKNOWLEDGE,
    Approve: Rule.APPROVE,
    Bind: Rule.BIND,
    Blocker: Rule.BLOCKER,
    Correct: Rule.CORRECT,
    Dispatch: Rule.DISPATCH,
    Extend: Rule.EXTEND,
    Feedback: Rule.FEEDBACK,
    Grade: Rule.GRADE,
    Instruct: Rule.INSTRUCT,
    Pause: Rule.PAUSE,
    Plan: Rule.PLAN,
    Progress: Rule.STEP,
    Query: Rule.QUERY,
    Reject: Rule.REJECT,
    Reopen: Rule.REOPEN,
    Resolve: Rule.RESOLVE,
    Return: Rule.RETURN,
    Supervise: Rule.SUPERVISE,
    Undo: Rule.UNDO,
    Urge: Rule.URGE,
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One answer to 为什么这样理解: the place of the act, or None; the rule; the words of the message that it
    went by; `discarded`: why these words count for nothing, in Chinese, empty where they count."""

    act: int | None
    rule: Rule
    words: tuple[str, ...]
    discarded: str = ""

    def as_json(self) -> dict[str, Any]:
        """`{"act", "rule", "section", "words", "discarded"}`."""
        return {
            "act": self.act,
            "rule": self.rule.title,
            "section": self.rule.section,
            "words": list(self.words),
            "discarded": self.discarded or None,
        }


@dataclass(frozen=True, slots=True)
class Note:
    """What a rule noted: for an act, or under a key until the act is made (`Trace.bind`)."""

    rule: Rule
    words: tuple[str, ...]
    discarded: str = ""
    act: Act | None = None
    key: Hashable = None


@dataclass(slots=True)
class Trace:
    """The notes on one message, in the order in which they were made."""

    notes: list[Note] = field(default_factory=list)
    acts_of: dict[Hashable, list[Act]] = field(default_factory=dict)

    def bind(self, act: Act, *keys: Hashable) -> None:
        """What was noted under these keys is of this act."""
        for key in keys:
            self.acts_of.setdefault(key, []).append(act)
