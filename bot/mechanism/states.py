"""The states of a ticket and the moves that are allowed between them. Pure. N4 (十一), (十四).

Who may cause a move is for the handlers; this says only from where to where. What is entered leaves
the list by strike-off alone (T7); a reporter may take back only what was never dispatched.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """Where a ticket stands."""

    REPORTED = "reported"
    ENTERED = "entered"
    DISPATCHED = "dispatched"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    STRUCK_OFF = "struck_off"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"

    @property
    def words(self) -> str:
        """The state as people read it."""
        return NAMES[self]


NAMES: Mapping[State, str] = MappingProxyType(
    {
        State.REPORTED: "待核实",
        State.ENTERED: "待交办",
        State.DISPATCHED: "已交办",
        State.IN_PROGRESS: "办理中",
        State.RESOLVED: "待销号",
        State.STRUCK_OFF: "已销号",
        State.DECLINED: "不列入",
        State.WITHDRAWN: "已撤回",
    }
)
OPEN = frozenset({State.REPORTED, State.ENTERED, State.DISPATCHED, State.IN_PROGRESS, State.RESOLVED})
WITH_UNIT = frozenset({State.DISPATCHED, State.IN_PROGRESS})
"""States in which the undertaking unit must act and its limits run."""


class Event(StrEnum):
    """What happens to a ticket."""

    VERIFY = "verify"  # 核实并形成台账
    DECLINE = "decline"  # 不列入
    SEND_BACK = "send_back"  # 退回补充
    WITHDRAW = "withdraw"  # 撤回
    DISPATCH = "dispatch"  # 交办, 改交
    ACKNOWLEDGE = "acknowledge"  # 签收: a receipt, no arrangement
    ARRANGE = "arrange"  # 研究安排: who, or by when
    FEEDBACK = "feedback"  # 反馈
    GRADE = "grade"  # 一般, 重大复杂
    PLAN = "plan"  # 书面方案
    EXTEND = "extend"  # 延期
    PAUSE = "pause"  # 中止
    RESUME = "resume"  # 恢复
    LIST = "list"  # 挂牌督办
    RETURN = "return"  # 退回 (not ours) granted: back to the office, to be dispatched anew
    RESOLVE = "resolve"  # 申请销号
    UNCLAIM = "unclaim"  # 申请撤回
    STRIKE_OFF = "strike_off"  # 同意销号
    REJECT = "reject"  # 退回重办
    REOPEN = "reopen"  # 重新打开


def _stays(state: State, *events: Event) -> dict[Event, State]:
    return dict.fromkeys(events, state)


_MOVES: Mapping[State, Mapping[Event, State]] = {
    State.REPORTED: _stays(State.REPORTED, Event.SEND_BACK, Event.GRADE)
    | {
        Event.VERIFY: State.ENTERED,
        Event.DECLINE: State.DECLINED,
        Event.WITHDRAW: State.WITHDRAWN,
        Event.DISPATCH: State.DISPATCHED,  # verified and entered thereby
    },
    State.ENTERED: _stays(State.ENTERED, Event.GRADE, Event.LIST)
    | {Event.DISPATCH: State.DISPATCHED, Event.WITHDRAW: State.WITHDRAWN},
    State.DISPATCHED: _stays(
        State.DISPATCHED,
        *(Event.DISPATCH, Event.ACKNOWLEDGE, Event.GRADE, Event.PLAN, Event.EXTEND),
        *(Event.PAUSE, Event.RESUME, Event.LIST),
    )
    | {
        Event.ARRANGE: State.IN_PROGRESS,
        Event.FEEDBACK: State.IN_PROGRESS,
        Event.RETURN: State.ENTERED,
        Event.RESOLVE: State.RESOLVED,
    },
    State.IN_PROGRESS: _stays(
        State.IN_PROGRESS,
        *(Event.ACKNOWLEDGE, Event.ARRANGE, Event.FEEDBACK, Event.GRADE, Event.PLAN, Event.EXTEND),
        *(Event.PAUSE, Event.RESUME, Event.LIST),
    )
    | {Event.DISPATCH: State.DISPATCHED, Event.RETURN: State.ENTERED, Event.RESOLVE: State.RESOLVED},
    State.RESOLVED: {
        Event.STRIKE_OFF: State.STRUCK_OFF,
        Event.REJECT: State.IN_PROGRESS,
        Event.UNCLAIM: State.IN_PROGRESS,
    },
    State.STRUCK_OFF: {Event.REOPEN: State.DISPATCHED},  # the unit is told anew and its limits start anew
    State.DECLINED: {Event.REOPEN: State.REPORTED},
    State.WITHDRAWN: {},
}


def move(state: State, event: Event) -> State | None:
    """Where the event leads from that state (perhaps nowhere else); None if it can't happen there."""
    return _MOVES[state].get(event)
