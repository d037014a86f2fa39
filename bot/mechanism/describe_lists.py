"""What a regime says of routing and of its lists, in words that an office head can check. Pure."""

from collections.abc import Callable, Iterator, Mapping

from bot.mechanism.model import EveryWeeks, Regime, Rule
from bot.wording import CATEGORY, week_day

_TIERS = {"province": "省重点", "city": "市重点", "county": "县重点"}
VALUES: Mapping[str, str] = {str(category): name for category, name in CATEGORY.items()}


def lines(regime: Regime, source: Callable[[Rule], str]) -> Iterator[str]:
    """A line for each rule, with its clause."""
    if (routing := regime.routing) is not None:
        clock = "不计入承办时限" if routing.upward_stops_clock else "照常计时"
        yield (
            "分级：县里的事县重点办交办县里的单位，市里的事市重点办交办市直单位；省级和国家的事，市级项目由市直单位向上协调，"
            f"省级重点项目呈报{routing.province_office}，等答复的天数{clock}，{routing.ask_after_days}天没有答复问重点办；{source(routing)}"
        )
        if (approvals := routing.approvals) is not None:
            kinds = "、".join(CATEGORY[one] for one in approvals.categories)
            tiers = "、".join(_TIERS.get(one, one) for one in approvals.tiers)
            yield f"　{tiers}项目的{kinds}问题不论层级由市直单位牵头；{source(approvals)}"
    if (proposals := regime.proposals) is not None:
        yield f"交办建议：没有点名单位的，{'、'.join(CATEGORY[one] for one in proposals.county)}先请县里办，其余按类别提市直单位；{source(proposals)}"
        for one in proposals.units:
            helping = f"，{'、'.join(one.assisting)}配合" if one.assisting else ""
            yield f"　{CATEGORY[one.category]}：{one.lead}{helping}"
    if (look := regime.look_through) is not None:
        yield f"堵点台账：{_rhythm(look)}过一遍，缺单位、缺人、缺时限的问重点办，直到全部销号；{source(look)}"
    if (upward := regime.upward) is not None:
        yield f"列报：{_rhythm(upward)}把在办问题拟报分管副市长，重大的拟报市长，由重点办发出；{source(upward)}"
    if (factors := regime.factors) is not None:
        yield f"要素清单：{'、'.join(one.name for one in factors.lists)}；{source(factors)}"
        for factor in factors.lists:
            yield f"　{factor.name}：依据{regime.notice_of(factor.clause)}"


def _rhythm(rule: EveryWeeks) -> str:
    return f"每{rule.every_weeks}周的{week_day(rule.weekday)}{rule.at:%H:%M}"
