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
    """A rule by its short name and its section of the contract (docs/understanding.md names it)."""

    INVESTED = "完成投资", "Money and percent"
    PERCENT = "形象进度", "Money and percent"
    STATUS = "项目状态", "Progress"
    STEP = "走了一步", "Progress"
    BLOCKER = "堵点", "Blockers"
    LEVEL = "哪一级协调", "Blockers"
    UNIT = "请的单位", "Blockers"
    KNOWN = "已有工单，再说一遍是催办", "Blockers"
    ACKNOWLEDGE = "接单", "Tickets"
    FEEDBACK = "反馈", "Tickets"
    PLAN = "报方案", "Out"
    RESOLVE = "申请销号", "Tickets"
    EXTEND = "申请延期", "Tickets"
    RETURN = "退回", "Tickets"
    APPROVE = "同意", "Tickets"
    REJECT = "不同意", "Tickets"
    DISPATCH = "交办", "Finer points"
    SUPERVISE = "挂牌督办", "Tickets"
    INSTRUCT = "批示", "Tickets"
    URGE = "催办", "Tickets"
    GRADE = "定级", "Out"
    PAUSE = "挂起", "Out"
    REOPEN = "重新打开", "Out"
    QUERY = "查询", "Queries"
    AREA = "哪个县", "Queries"
    PERIOD = "哪段时间", "Queries"
    CORRECT = "更正", "The rest"
    UNDO = "撤回", "The rest"
    BIND = "自我介绍", "The rest"
    PERSON = "人名", "Tickets"
    DATE = "日期", "Dates"
    TICKET_NUMBER = "工单：说了号数", "Which ticket"
    TICKET_MATTER = "工单：说的事对得上", "Which ticket"
    TICKET_ONLY = "工单：只看得到这一张", "Which ticket"
    TICKET_OPEN = "工单：分不清是哪张，要问", "Which ticket"
    PROJECT_NAME = "项目：说了名称", "Which project"
    PROJECT_OWN = "项目：没说名称，是发言人自己的", "Which project"
    PROJECT_OF_OWN = "项目：说的合几个，取发言人自己的", "Which project"
    PROJECT_OPEN = "项目：分不清是哪个，要问", "Which project"

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
