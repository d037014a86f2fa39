"""储备、签约项目 in numbers: the share that started in the year it was signed (P9), the reserve against its
targets, by stage and county (P10).

签约开工率          未开工的签约项目          储备项目情况          各县储备
"""

import re
from collections import Counter
from collections.abc import Sequence

from bot.mechanism.rate_words import percent
from bot.mechanism.reserve import STAGE_NAMES, Reserved, SignedShare, Stage, checks, signed_share
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import date_words, money
from handlers import rights
from handlers.paging import page
from handlers.reserve import area_named
from storage import reserve

router = Router()

_SHOWN = 5


@router.phrase(
    r"(?:看看?|查){0,4}(?P<area>[\u4e00-\u9fff]{2,6}?)?(?:的)?签约(?:项目)?(?:的)?(?:当年)?开工率(?:是|有)?(?:多少|怎么样|情况)?[。？?]?"
)
def answer_signed(match: re.Match[str], turn: Turn) -> Reply | None:
    """签约开工率: of what was signed this year, what has started, and what is missing."""
    found = _mine(match["area"], turn)
    if found is None:
        return None
    where, some = found
    share = signed_share(some, turn.today.year)
    if not share.signed:
        return Reply(
            f"{where}今年还没有登记签约项目。登记请写“签约项目：某某项目，闻喜县，产业，总投资5亿元，9月10日”。"
        )
    rule = turn.rules.regime.signed
    wants = ""
    if rule is not None:
        lacks = share.lacks(rule)
        wants = f"全年应达{percent(rule.share)}，{f'还差{lacks}个' if lacks else '已达到'}。"
    waiting = _names(share, turn)
    return Reply(
        f"{where}签约项目当年开工率{percent(share.share)}：今年签约{len(share.signed)}个，已开工{len(share.started)}个。"
        f"{wants}{waiting}"
    )


def _names(share: SignedShare, turn: Turn) -> str:
    if not share.waiting:
        return ""
    if turn.chat.group:
        return f"未开工{len(share.waiting)}个，明细请私聊我问。"
    shown = "、".join(one.name for one in share.waiting[:_SHOWN])
    more = "等，回“未开工的签约项目”看全部" if len(share.waiting) > _SHOWN else ""
    return f"未开工{len(share.waiting)}个：{shown}{more}。"


@router.phrase(
    r"(?:看看?|查|有?哪些){0,4}(?P<area>[\u4e00-\u9fff]{2,6}?)?(?:还)?(?:未|没有?)开工的签约项目(?:还?有)?(?:哪些|清单)?"
    r"(?:[，,\s]*第(?P<page>\d{1,3})页)?[。？?]?"
)
def list_waiting(match: re.Match[str], turn: Turn) -> Reply | None:
    """未开工的签约项目, the longest signed first."""
    found = _mine(match["area"], turn)
    if found is None:
        return None
    if turn.chat.group:
        return Reply("请私聊我问，群里不点名。")
    where, some = found
    waiting = sorted(signed_share(some, turn.today.year).waiting, key=lambda one: one.days[Stage.SIGNED])
    if not waiting:
        return Reply(f"{where}今年签约的项目都已开工，或还没有登记。")
    lines = [
        f"{one.area or '市直'}　{one.name}（{date_words(one.days[Stage.SIGNED], turn.today)}签约，{one.stage.words}，"
        f"总投资{money(one.total)}）"
        for one in waiting
    ]
    head = f"{where}今年签约未开工的{len(lines)}个："
    return Reply(page(head, lines, int(match["page"] or 1), "未开工的签约项目", "个"))


@router.phrase(
    r"(?:看看?|查){0,4}(?P<area>[\u4e00-\u9fff]{2,6}?)?(?:的)?(?:储备(?:项目|库)|谋划储备)(?:情况|怎么样|规模|有多少|转化率)?[。？?]?"
)
def answer_reserve(match: re.Match[str], turn: Turn) -> Reply | None:
    """储备项目情况: how many in which stage, how much, against what the regime asks for."""
    found = _mine(match["area"], turn)
    if found is None:
        return None
    where, some = found
    if not some:
        return Reply(
            f"{where}还没有登记储备项目。登记请写“储备项目：某某项目，闻喜县，产业，总投资5亿元”；多的发表格给市重点办读入。"
        )
    of_county = match["area"] is not None or not turn.directory.scope_of(turn.sender).everything
    return Reply("\n".join([f"{where}{_summary(some)}", *reserve_lines(some, turn, of_county=of_county)]))


def _summary(some: Sequence[Reserved]) -> str:
    stages = Counter(one.stage for one in some)
    shown = "、".join(f"{STAGE_NAMES[stage]}{stages[stage]}个" for stage in Stage if stages[stage])
    waiting = [one for one in some if not one.stage >= Stage.STARTED]
    total, plan = sum(one.total for one in waiting), sum(one.plan for one in waiting)
    return f"储备项目{len(some)}个：{shown}；未开工的总投资{money(total)}，年度计划投资{money(plan)}。"


def reserve_lines(some: Sequence[Reserved], turn: Turn, *, of_county: bool) -> list[str]:
    """What the regime asks for, what stands; of a county only what is asked of a county."""
    rule = turn.rules.regime.reserve
    if rule is None:
        return []
    year = turn.directory.year
    mine = {one.area_id for one in some}
    areas = {one.id: one.name for one in turn.directory.areas if not of_county or one.id in mine}
    plan = sum(one.annual_plan for one in turn.directory.ledger)
    wanted = rule
    if of_county:  # the other demands are the whole city's
        wanted = rule.model_copy(
            update=dict.fromkeys(
                ("total_yi", "major_yi", "major_bars", "plan_times", "conversion", "industry_share")
            )
        )
    found = checks(some, wanted, tasks=reserve.tasks(turn.tx, year), areas=areas, annual_plan=plan)
    words = {True: "达到", False: "未达到", None: ""}
    return [f"{one.words}{f'：{words[one.is_met]}' if one.is_met is not None else ''}。" for one in found]


@router.phrase(
    r"(?:看看?|查){0,4}(?:各县|各县区|各县（市、区）|分县)(?:的)?(?:储备|储备项目|储备库|谋划储备)(?:情况)?[。？?]?"
)
def by_county(match: re.Match[str], turn: Turn) -> Reply | None:
    """各县储备, in the official order."""
    found = _mine(None, turn)
    if found is None or turn.chat.group:
        return Reply("请私聊我问，群里不点名。") if turn.chat.group else None
    _, some = found
    lines = []
    for name in ["", *(one.name for one in turn.directory.areas)]:
        mine = [one for one in some if one.area == name]
        if mine:
            started = sum(1 for one in mine if one.is_converted)
            lines.append(
                f"{name or '市直'}：{len(mine)}个，总投资{money(sum(one.total for one in mine))}，已转化{started}个"
            )
    return (
        Reply("\n".join(["各县（市、区）储备，按行政区划顺序：", *lines]))
        if lines
        else Reply("还没有登记储备项目。")
    )


def _mine(area: str | None, turn: Turn) -> tuple[str, list[Reserved]] | None:
    """The reserve that the sender may see: the city's office, leaders and inspectorate all, a county its own."""
    if area in ("全市", "各县"):
        area = None if area == "全市" else area
    wanted = area_named(area, turn) if area else None
    if area and wanted is None:
        return None
    everything = turn.directory.scope_of(turn.sender).everything
    own = turn.directory.area_of(turn.sender)
    sees_county = own is not None and rights.may_see_all_of_an_area(turn)
    if not everything and not sees_county:
        raise Refusal("储备和签约项目由重点办掌握，请问本县或市重点办。")
    some = reserve.read(turn.tx, turn.today, turn.directory.year)
    if not everything:
        if wanted is not None and wanted.id != own:
            raise Refusal(f"{wanted.name}的储备项目请问市重点办。")
        wanted = next(one for one in turn.directory.areas if one.id == own)
    if wanted is not None:
        return wanted.name, [one for one in some if one.area_id == wanted.id]
    return "全市", some
