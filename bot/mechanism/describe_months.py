"""The months' accounts, plans and totals of a regime in words. Pure."""

from collections.abc import Callable, Iterator

from bot.mechanism.model import Plans, Regime, Rule
from bot.wording import number, week_day

Source = Callable[[Rule], str]


def lines(regime: Regime, source: Source) -> Iterator[str]:
    """A line for each rule, with its clause."""
    if (months := regime.months) is not None:
        by = "项目所在县（市直项目由市重点办）" if months.confirmed_by == "county" else "市重点办"
        until = "月底" if months.hand_over_day == 31 else f"{months.hand_over_day}日"
        yield (
            f"月账（{months.say}）：1日建账，{months.check_day}日对账，{months.hand_over_from}日起报的数算交账，{until}前交齐，"
            f"{by}确认，下月{months.close_day}日24时关账（遇休息日顺延到下一个工作日），关账后只能核增核减；{source(months)}"
        )
    if regime.plans is not None:
        yield from _plans(regime.plans, source)


def _plans(plans: Plans, source: Source) -> Iterator[str]:
    if plans.by_month is not None:
        yield f"年计划分解到月，没有分解的按建设月份平均；{source(plans.by_month)}"
    yield f"序时进度：各季度末应完成年计划的{_steps(plans.pace.quarters)}；{source(plans.pace)}"
    if (control := plans.control) is not None:
        weekly = f"，{week_day(control.weekly_on)}看周目标和关键节点" if control.weekly_on else ""
        yield (
            f"{control.say}：每月{control.monthly_day}日按上月底比，投资落后{number(control.behind_points)}个百分点、形象进度落后"
            f"{number(control.physical_points)}个百分点预警{weekly}，{control.plan_days}天内报纠偏计划；{source(control)}"
        )
    if (assets := plans.fixed_assets) is not None:
        steps = f"，各季度末至少完成{_steps(assets.at_least)}" if assets.at_least else ""
        yield f"固定资产投资：全年{number(assets.target_yi)}亿元{steps}；{source(assets)}"
    for total in plans.totals:
        parts = [f"全年完成{number(total.total_yi)}亿元"] if total.total_yi is not None else []
        parts += [f"占固定资产投资{number(total.share)}%以上"] if total.share is not None else []
        yield f"年度总量（{total.say}）：{'，'.join(parts)}；{source(total)}"
    if plans.funds is not None:
        yield f"{plans.funds.say}：逐月报；{source(plans.funds)}"


def _steps(quarters: tuple[float, ...]) -> str:
    return "、".join(f"{number(one)}%" for one in quarters)
