"""What a regime says of starts and rates, in words that an office head can check. Pure."""

from collections.abc import Callable, Iterator

from bot.mechanism.model import Regime, Reserve, Rule, Starts
from bot.mechanism.proof import claim_words
from bot.wording import number

Source = Callable[[Regime, Rule], str]
_OF = {"new": "新建项目开工", "continuing": "续建项目复工", "both": "新建、续建项目开复工"}


def describe_rates(regime: Regime, source: Source) -> Iterator[str]:
    """A line for each rule that the regime has."""
    if regime.starts is not None:
        yield from _starts(regime, regime.starts, source)
    if regime.three_rates is not None:
        names = "、".join(one.name for one in regime.three_rates.rates)
        of = "全部项目" if regime.three_rates.of == "ledger" else "三个一批项目"
        yield f"{regime.three_rates.say}：{of}的{names}；{source(regime, regime.three_rates)}"
    if (rule := regime.registration) is not None:
        yield (
            f"入库入统：总投资{rule.least_total_wan}万元以上，开工{rule.after_days}天没有入统的催报，"
            f"每{rule.every_days}天一次；{source(regime, rule)}"
        )
    if regime.award is not None:
        yield (
            f"当年开工、当年竣工投产并入规的重大产业项目：列入{regime.award.prize_wan}万元奖励名单；"
            f"{source(regime, regime.award)}"
        )
    if (events := regime.batches) is not None:
        often = f"每季度一次，季末前{events.quarter_days}天还没有的提醒，" if events.each_quarter else ""
        yield (
            f"{events.say}：{often}前{events.remind_days}天催没有回的，后{events.follow_days}天看成效；"
            f"{source(regime, events)}"
        )
    if regime.signed is not None:
        share = f"签约项目当年开工率应达{number(regime.signed.share * 100)}%"
        yield f"{share}；{source(regime, regime.signed)}"
    if regime.reserve is not None:
        yield f"{regime.reserve.say}：{'；'.join(_reserve(regime.reserve))}；{source(regime, regime.reserve)}"
    if regime.proof is not None:
        needs = "、".join(claim_words(one) for one in regime.proof.needs)
        yield f"佐证：{needs}要附照片或文号；抽查最近{regime.proof.spot_days}天报的；{source(regime, regime.proof)}"


def _starts(regime: Regime, rule: Starts, source: Source) -> Iterator[str]:
    period = "旬" if rule.plan_by == "tenday" else "月"
    by = f"依据{regime.notice_of(rule.plan_clause)}" if rule.plan_clause else "本机制自定"
    yield f"{rule.say}：{source(regime, rule)}；计划落实到{period}，{by}"
    for one in rule.targets:
        aim = "力争" if one.aim else "应达"
        yield f"　{one.until}（{one.say}）：{_OF[one.of]}{aim}{number(one.share * 100)}%"
    work = "算复工" if rule.work_resumes else "不算复工，要单报"
    yield (
        f"　目标日前{rule.warn_days}天预警，停机后过了{rule.late_days}天的不再补发；续建项目当年报有投资的{work}；本机制自定"
    )


def _reserve(rule: Reserve) -> Iterator[str]:
    if rule.total_yi is not None:
        yield f"总投资不低于{number(rule.total_yi)}亿元"
    if rule.major_yi is not None:
        yield f"重大项目总投资不低于{number(rule.major_yi)}亿元"
    if rule.plan_times is not None:
        yield f"总投资不低于年度计划投资的{number(rule.plan_times)}倍"
    if rule.industry_share is not None:
        yield f"产业项目个数占比不低于{number(rule.industry_share * 100)}%"
    if rule.conversion is not None:
        yield f"转化率不低于{number(rule.conversion * 100)}%"
    if rule.county is not None:
        what = "年度计划投资" if rule.county.of == "annual_plan" else "总投资"
        yield f"各县{what}不低于本县固投任务的{number(rule.county.times)}倍"
    yield f"每{'月' if rule.look_through == 'month' else '季度'}梳理一次报重点办"
