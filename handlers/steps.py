"""The steps of a ticket, as people read them in its history. Values only."""

from typing import Any

STEP = {
    "report": "登记问题",
    "joined": "补充情况",
    "verify": "核实列入台账",
    "decline": "不列入",
    "send_back": "退回补充",
    "withdraw": "撤回",
    "dispatch": "交办",
    "assist": "协办单位安排",
    "hand_up": "转市里办理",
    "own_limit": "另定时限",
    "receipt": "收到",
    "arrange": "研究安排",
    "feedback": "反馈",
    "grade": "定级",
    "plan": "报方案",
    "extend": "延期",
    "pause": "中止",
    "prolong_pause": "延长中止",
    "resume": "恢复办理",
    "list": "挂牌督办",
    "wish_listing": "建议挂牌",
    "wish_extend": "申请延期",
    "wish_return": "申请退回",
    "return": "退回",
    "refuse": "不同意申请",
    "opinion": "提出意见",
    "resolve": "申请销号",
    "strike_off": "销号",
    "reject": "退回重办",
    "reopen": "重新打开",
    "urge": "催办",
    "instruct": "批示",
    "remind": "提醒",
    "escalate": "提级",
    "assist_arrange": "协办安排",
    "assist_done": "协办办好",
    "assist_return": "协办申请退回",
    "node": "完成方案节点",
    "proof": "补充佐证",
    "solved_early": "交办前已解决",
    "told": "另行告知",
    "release": "发出呈报",
    "reword": "修改呈报",
    "hold": "暂缓呈报",
    "hand_over": "转交督查室",
    "other_project": "改到另一个项目",
    "undo": "撤销上一步",
}


def named(step: Any) -> str:
    """What the step was; one that this list lacks is a note."""
    return STEP.get(step.kind, "记事")
