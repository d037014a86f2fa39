"""三率 in chat: as the notice defines them, of the whole city or of a county (P6)."""

import re

from bot.mechanism.events import Event
from bot.mechanism.model.registration import ThreeRates
from bot.mechanism.rate_words import percent
from bot.mechanism.rates import Rate
from bot.mechanism.reserve import Stage
from bot.mechanism.three_rates import Going, by_days, of_ledger, three_rates
from bot.routing import Reply, Router, Turn
from bot.wording import date_words, money
from handlers.not_in_regime import not_in_regime
from handlers.rates import Asked, asked_for
from storage import batches, figures, reserve

router = Router()

_SHOWN = 5


@router.phrase(
    r"(?:看看?|查){0,4}(?P<where>[\u4e00-\u9fff（）、()]{0,12}?)(?:的)?(?:“)?三率(?:”)?(?:情况|调度|通报)?(?:是|有)?(?:多少|怎么样|如何)?[。？?]?"
)
def answer(match: re.Match[str], turn: Turn) -> Reply | None:
    """三率, 新绛县三率. None where the words name no county or field."""
    rule = turn.rules.regime.three_rates
    where = match["where"] or ""
    asked = asked_for(where.replace("三个一批", ""), turn.today, turn)
    if asked is None:
        return None
    if rule is None:
        return not_in_regime("“三率”", "开复工请回“开复工率”")
    some = _of_ledger(asked, turn) if rule.of == "ledger" else _of_batches(asked, turn)
    what = "" if rule.of == "ledger" else "三个一批项目"
    if not some:
        return Reply(
            f"{asked.words}没有可算三率的{what or '项目'}。"
            + ("签约项目请登记，集中开工请写“10月28日三个一批开工：…”。" if rule.of == "batches" else "")
        )
    names = {one.id: one.name for one in some}
    lines = [_line(rate, names, turn) for rate in three_rates(some, rule.rates)]
    return Reply("\n".join([_head(asked, what, rule, turn), *lines]))


def _head(asked: Asked, what: str, rule: ThreeRates, turn: Turn) -> str:
    return f"{asked.words}{what}{rule.say}（截至{date_words(turn.today, turn.today)}）："


def _line(rate: Rate, names: dict[int, str], turn: Turn) -> str:
    if rate.denominator >= 10_000_000:  # a sum in 元, not a number of projects
        return (
            f"{rate.name}{percent(rate.share)}：计划{money(rate.denominator)}，完成{money(rate.numerator)}。"
        )
    if not rate.denominator:
        return f"{rate.name}：还没有可算的项目。"
    line = f"{rate.name}{percent(rate.share)}：{rate.denominator}个里已有{rate.numerator}个。"
    if not rate.behind or turn.chat.group:
        return line
    shown = "、".join(names[one] for one in rate.behind[:_SHOWN])
    return f"{line}还差：{shown}{f'等{len(rate.behind)}个' if len(rate.behind) > _SHOWN else ''}。"


def _of_ledger(asked: Asked, turn: Turn) -> list[Going]:
    year, starts = turn.directory.year, turn.rules.regime.starts
    sums = figures.as_of(turn.tx, year, turn.now)
    return [
        of_ledger(one, (sums[one.project_id].invested or 0) if one.project_id in sums else 0, starts)
        for one in asked.events
    ]


def _of_batches(asked: Asked, turn: Turn) -> list[Going]:
    """What was signed, and what went into a batch event of the year. Reserve ids stand below zero."""
    year = turn.directory.year
    events = {one.project_id: one for one in asked.events}
    everything = turn.directory.scope_of(turn.sender).everything
    own = turn.directory.area_of(turn.sender)
    areas = {one.area_id for one in asked.events}
    found: dict[int, Going] = {}
    for kept in reserve.read(turn.tx, turn.today, year):
        signed = Stage.SIGNED in kept.days or kept.stage >= Stage.SIGNED
        seen = everything or (own is not None and kept.area_id == own and turn.sender.has("office"))
        if not signed or not seen or (kept.area_id not in areas and asked.words != "全市"):
            continue
        key = kept.project_id if kept.project_id is not None else -kept.id
        days = kept.days
        found[key] = by_days(
            key,
            kept.name,
            kept.area,
            started=kept.started_on,
            producing=days.get(Stage.IN_PRODUCTION),
            capacity=days.get(Stage.AT_CAPACITY),
        )
    first, last = turn.today.replace(month=1, day=1), turn.today.replace(month=12, day=31)
    for one in batches.between(turn.tx, first, last):
        for entrant in one.entrants:
            event = events.get(entrant.project_id or 0)
            if event is None or event.project_id in found:
                continue
            found[event.project_id] = by_days(
                event.project_id,
                event.name,
                event.area,
                started=event.started_on,
                producing=event.in_production_on,
                capacity=event.dates.get(Event.AT_CAPACITY),
            )
    return list(found.values())
