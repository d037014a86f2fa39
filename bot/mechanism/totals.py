"""The city's targets of the year: fixed-asset investment by quarter, the projects' total and its share. Pure. P4, P13."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.mechanism.figures import share_by
from bot.mechanism.model import Plans
from bot.wording import money, number

_YI = 100_000_000


@dataclass(frozen=True, slots=True)
class Totals:
    """元 as of a month's end; `assets` is the newest entered figure, of `assets_month`."""

    month: int
    invested: int
    reporting: int  # projects that reported
    projects: int
    plan: int
    planned: int
    assets: int | None = None
    assets_month: int = 0


def last_step(month: int) -> int:
    """The month of the last quarter's end that has been reached; 0 before the first."""
    return month // 3 * 3


def lines(plans: Plans, totals: Totals) -> Iterator[str]:
    """Each target with where it stands; what is not known is said, not guessed."""
    target = plans.fixed_assets
    if target is not None:
        yield _assets(target.target_yi, target.at_least, totals)
    rate = f"，占年计划{number(totals.invested * 100 / totals.plan, 1)}%" if totals.plan else ""
    line = f"（序时{number(totals.planned * 100 / totals.plan, 1)}%）" if totals.plan else ""
    yield (
        f"台账项目1—{totals.month}月完成{money(totals.invested)}{rate}{line}；"
        f"{totals.projects}个项目中{totals.reporting}个报了数。"
    )
    for one in plans.totals:
        if one.total_yi is not None:
            done = totals.invested * 100 / (one.total_yi * _YI)
            yield f"{one.say}：全年目标{number(one.total_yi)}亿元，已完成{number(done, 1)}%。"
        if one.share is not None:
            yield f"{one.say}{_share(one.share, totals)}"


def _assets(target_yi: float, at_least: Sequence[float] | None, totals: Totals) -> str:
    said = f"固定资产投资：全年目标{number(target_yi)}亿元"
    if totals.assets is None:
        return f"{said}；还没有录入完成数，请写“全市固投1—{totals.month}月完成…亿元”。"
    done = totals.assets * 100 / (target_yi * _YI)
    said += f"，1—{totals.assets_month}月{money(totals.assets)}（统计口径），完成{number(done, 1)}%"
    step = last_step(totals.assets_month)
    if at_least is None or not step:
        return f"{said}。"
    due = share_by(step, at_least)
    gap = done - due
    stands = (
        "达到" if gap >= 0 else f"差{number(-gap, 1)}个百分点、{money(round(-gap * target_yi * _YI / 100))}"
    )
    later = "" if step == totals.assets_month else f"（{step}月底的要求，现已是{totals.assets_month}月的数）"
    return f"{said}；{step}月底应达{number(due)}%{later}，{stands}。"


def _share(wanted: float, totals: Totals) -> str:
    if totals.assets is None or not totals.assets:
        return f"占固定资产投资的比重（目标{number(wanted)}%）：固定资产投资还没有录入。"
    if totals.assets_month != totals.month:
        return (
            f"占固定资产投资的比重（目标{number(wanted)}%）：固定资产投资只有1—{totals.assets_month}月的数，"
            f"请问“{totals.assets_month}月年度目标”。"
        )
    share = totals.invested * 100 / totals.assets
    stands = "达到" if share >= wanted else f"低{number(wanted - share, 1)}个百分点"
    return f"占固定资产投资{number(share, 1)}%，目标{number(wanted)}%，{stands}。"
