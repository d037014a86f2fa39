"""Rates as people read them. Pure."""

from bot.mechanism.model import Starts
from bot.mechanism.rates import Kind, Rate, Target
from bot.wording import number

WHAT = {Kind.START: "新建", Kind.RESUME: "续建", Kind.BOTH: "新建、续建"}
DONE = {Kind.START: "开工", Kind.RESUME: "复工", Kind.BOTH: "开复工"}


def percent(share: float | None) -> str:
    """61.5%; where there is nothing to divide by, a dash."""
    return "—" if share is None else f"{number(share * 100, 1)}%"


def rate_line(kind: Kind, rate: Rate) -> str:
    """开工率61.5%：新建13个，已开工8个；按计划应开工9个，已开工7个（77.8%）."""
    done = DONE[kind]
    if not rate.denominator:
        return f"没有{WHAT[kind]}项目"
    line = f"{rate.name}{percent(rate.share)}：{WHAT[kind]}{rate.denominator}个，已{done}{rate.numerator}个"
    if not rate.due:
        return f"{line}；还没有到计划{done}时间的"
    return f"{line}；到期应{done}{rate.due}个，已{done}{rate.due_done}个（{percent(rate.share_of_due)}）"


def target_line(rate: Rate) -> str:
    """一季度应达40%，已达到；上半年应达80%，还差3个. Empty where the regime has none."""
    if not rate.denominator:
        return ""
    parts = []
    if rate.target is not None:
        lacks = rate.lacks(rate.target)
        parts.append(f"{_said(rate.target)}，{f'差{lacks}个' if lacks else '已达到'}")
    if rate.ahead is not None:
        lacks = rate.lacks(rate.ahead)
        until = f"（{rate.ahead.until.month}月{rate.ahead.until.day}日前）"
        parts.append(f"{_said(rate.ahead)}{until}，{f'还差{lacks}个' if lacks else '已提前达到'}")
    return "；".join(parts)


def _said(target: Target) -> str:
    return f"{target.say}{'力争' if target.aim else '应达'}{percent(target.share)}"


def period_words(rule: Starts | None) -> str:
    """The span that plans are broken down to."""
    return "旬" if rule is not None and rule.plan_by == "tenday" else "月"
