"""Ranking, bulletin, talks and rhythms of a regime in words. Pure."""

from collections.abc import Callable, Iterator

from bot.mechanism.model import Indicator, Material, Regime, Rhythm, Rule
from bot.wording import number, week_day

_EVERY = {"week": "每周", "two_weeks": "每两周", "month": "每月", "quarter": "每季度", "year": "每年"}
VALUES = {
    "two_weeks": "两周",
    "week": "周",
    "earlier": "提前",
    "later": "顺延",
    "offices": "市、县重点办",
    "investment": "投资完成（按年初计划）",
    "running": "开复工（应开复工的）",
    "started": "新开工",
    "producing": "投产（应竣工的）",
    "capacity": "达产达效（应竣工的）",
    "solved": "问题销号（到期的）",
    "in_time": "按期销号（到期的）",
    "reported": "当月报送进展",
    "false_claim": "抽查不实",
    "overdue": "超期未办结",
    "stalled": "没有进展",
    "silent": "当月没有报送",
}
MATERIAL = {
    Material.FIGURES: "投资和开复工",
    Material.PROBLEMS: "问题清单",
    Material.SHARED: "共性难题",
    Material.OVERDUE: "超期问题",
    Material.NOT_STARTED: "应开复工未开复工项目",
    Material.STALLED: "没有进展的项目",
    Material.SILENT: "没有报送的项目",
    Material.RANKING: "排名",
    Material.PLANNING: "项目谋划排名",
}


def lines(regime: Regime, source: Callable[[Rule], str]) -> Iterator[str]:
    """A line for each rule; `source` says where one comes from."""
    if (ranking := regime.ranking) is not None:
        yield f"{ranking.say}：按年初确定的计划；得分保留{ranking.digits}位小数，相同的并列；{source(ranking)}"
        for name, series in (("县（市、区）、开发区", ranking.counties), ("市直单位", ranking.units)):
            if series:
                yield f"　{name}：{'、'.join(_indicator(one) for one in series)}"
        for one in ranking.deductions:
            yield (f"　扣分：{one.name}每项{number(one.points)}分，最多{number(one.most)}分；{source(one)}")
    if (bulletin := regime.bulletin) is not None:
        explain = f"，后几名{bulletin.explain_workdays}个工作日内报原因" if bulletin.explain_workdays else ""
        yield (
            f"{bulletin.say}：数据截至每月{bulletin.as_of_day}日，征求意见{bulletin.objection_workdays}个工作日{explain}；"
            f"{source(bulletin)}"
        )
    if (talks := regime.talks) is not None:
        yield (
            f"{talks.say}：后{talks.last}名、低于序时{number(talks.behind_points)}个百分点以上、"
            f"超期问题{talks.overdue}件以上的列入名单；{source(talks)}"
        )
    if (praise := regime.praise) is not None:
        yield f"{praise.say}：前{praise.first}名且{number(praise.least_score)}分以上；{source(praise)}"
    if (year_end := regime.year_end) is not None:
        yield (f"{year_end.say}：各月签发得分的平均，至少{year_end.least_months}个月；{source(year_end)}")
    if (planning := regime.planning) is not None:
        yield (
            f"{planning.say}：个数{number(planning.number_weight)}、投资额{number(planning.sum_weight)}；"
            f"{source(planning)}"
        )
    for rhythm in regime.rhythms:
        yield f"{rhythm.name}：{when(rhythm)}；材料：{'、'.join(MATERIAL[one] for one in rhythm.material)}；{source(rhythm)}"


def when(rhythm: Rhythm) -> str:
    """每两周周四15:00，遇休息日提前."""
    day = week_day(rhythm.weekday) if rhythm.weekday else f"{rhythm.day}日"
    which = "季末月" if rhythm.every == "quarter" else "12月" if rhythm.every == "year" else ""
    return f"{_EVERY[rhythm.every]}{which}{day}{rhythm.at:%H:%M}，遇休息日{VALUES[rhythm.on_rest]}"


def _indicator(one: Indicator) -> str:
    least = f"，基数至少{one.least}" if one.least > 1 else ""
    return f"{one.name}{number(one.weight)}（{VALUES[one.measure]}{least}，封顶{number(one.cap * 100)}%）"
