"""What a regime says of leaders and responsibility, in words that an office head can check. Pure."""

from collections.abc import Callable, Iterator, Mapping

from bot.mechanism.model import Regime, Rule
from bot.wording import number, week_day

_PERIODS = {"month": "每月", "quarter": "每季度", "year": "每年"}
VALUES: Mapping[str, str] = {
    "direct": "项目法人",
    "push_head": "推进组组长",
    "liaison": "联络员",
    "unit_deputy": "责任单位分管领导",
    "unit_head": "责任单位主要负责人",
    "area_head": "县（市、区）长",
    "county_sponsor": "县级包联领导",
    "city_sponsor": "市级包联领导",
    "field_leader": "分管副市长",
    "both": "市级、县级都要有",
    "either": "市级、县级有一级",
    "deputy_head": "分管领导",
    "area": "县（市、区）、开发区",
    "city": "全市",
    "month": "月",
    "quarter": "季度",
    "year": "年",
}
_WHERE = {"all": "", "city": "（市直项目）", "county": "（县域项目）"}


def lines(regime: Regime, source: Callable[[Rule], str]) -> Iterator[str]:
    """A line for each rule, with its clause."""
    if (chain := regime.chain) is not None:
        main = "、".join(VALUES[role] for role in chain.main)
        first = f"；主要包联责任人依次看{main}" if main else ""
        yield f"责任链{first}；{source(chain)}"
        for link in chain.links:
            mark = "，第一责任人" if link.first else ""
            yield f"　{link.name}{_WHERE[link.where]}{mark}；{source(link)}"
    if (sponsors := regime.sponsorship) is not None:
        most = f"，每位市级领导最多{sponsors.city_most}项" if sponsors.city_most else ""
        brief = (
            f"；{week_day(sponsors.brief_weekday)}{sponsors.brief_at:%H:%M}拟呈包联项目超期{sponsors.brief_after}天以上的，由重点办发出"
            if sponsors.brief_weekday and sponsors.brief_at
            else ""
        )
        yield f"领导包联：{VALUES[sponsors.wants]}{most}{brief}；{source(sponsors)}"
    if regime.pairs is not None:
        needs = "、".join(
            {"deputy_head": "1名分管领导", "contact": "1名联络员"}[one] for one in regime.pairs.needs
        )
        yield f"单位专人：每个单位{needs}；{source(regime.pairs)}"
    if regime.five_ones is not None:
        names = "、".join(one.name for one in regime.five_ones.ones)
        yield f"“五个一”：{names}；{source(regime.five_ones)}"
    if regime.digest is not None:
        yield (
            f"领导每日待办：上班日{regime.digest.at:%H:%M}，没有不发，同一件最多提{regime.digest.most_mornings}个早上；"
            f"{source(regime.digest)}"
        )
    if (rule := regime.instructions) is not None:
        before = "、".join(f"前{days}天" if days else "当天" for days in rule.remind)
        yield (
            f"批示跟踪：{before}提醒承办，逾期每{rule.over_every}个工作日再提醒、最多{rule.over_most}次；{source(rule)}"
        )
    if regime.rounds is not None:
        yield f"一键调度：没有说到几点的，{number(regime.rounds.hours)}个工作小时后汇总；{source(regime.rounds)}"
    for counted in regime.counted:
        whose = {"area": "各县（市、区）、开发区", "city": "全市", "unit": "、".join(counted.units)}[
            counted.of
        ]
        yield (
            f"{counted.name}：{whose}{_PERIODS[counted.period]}{counted.times}{counted.measure}，"
            f"期末前{counted.remind_days}天提醒；{source(counted)}"
        )
    for asking in regime.asking:
        weeks = "每周" if asking.every_weeks == 1 else f"每{asking.every_weeks}周"
        yield (
            f"{asking.name}：{weeks}的{week_day(asking.weekday)}{asking.at:%H:%M}问各项目联络员{asking.question}，"
            f"{asking.hours}个工作小时后汇总；{source(asking)}"
        )
