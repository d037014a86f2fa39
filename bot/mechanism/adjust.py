"""What a project must reach to enter the ledger during the year. Pure. Row A6."""

from bot.mechanism.model import Adjust, Bar, Regime
from bot.wording import money

FIELDS = {"industry": "产业类", "infrastructure": "基础设施类", "livelihood": "社会民生类"}
_WAN = 10_000


def below(rule: Adjust | None, field: str, total: int, plan: int) -> list[Bar]:
    """The bars that a project of that field and those sums (元) does not reach.

    Where no field is said, each bar counts: what is not known to be lower is not taken for lower.
    """
    if rule is None:
        return []
    return [
        bar
        for bar in rule.bars
        if (not bar.fields or not field or field in bar.fields)
        and (total < (bar.total_wan or 0) * _WAN or plan < (bar.plan_wan or 0) * _WAN)
    ]


def bar_words(bar: Bar, regime: Regime | None = None) -> str:
    """产业类、基础设施类项目总投资1亿元及以上（运政办发〔2025〕5号二）."""
    fields = "、".join(FIELDS[one] for one in bar.fields)
    what, wan = ("总投资", bar.total_wan) if bar.total_wan else ("年度计划投资", bar.plan_wan or 0)
    source = f"（{regime.notice_of(bar.clause)}）" if regime is not None and bar.clause else ""
    return f"{fields}项目{what}{money((wan or 0) * _WAN)}及以上{source}"
