"""开工率、复工率、开复工率 in chat: of all and of those due by now, as of any day, by county and field (P5).

开工率                 新绛县复工率             9月底开复工率            产业类开工率
各县开工率             未开工的项目             新绛县未复工的有哪些
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.mechanism.events import CONTINUING, Event, ProjectEvents
from bot.mechanism.rate_words import DONE, percent, rate_line, target_line
from bot.mechanism.rates import NAMES, Kind, due_day, rates_by, start_rate
from bot.routing import Reply, Router, Turn
from bot.wording import date_words
from handlers.asked_days import DAY, day_named
from handlers.paging import page
from storage.events import events_as_of

router = Router()

_KINDS = {name: kind for kind, name in NAMES.items()}
_FIELDS = {
    "产业类": "industry",
    "产业": "industry",
    "基础设施类": "infrastructure",
    "基础设施": "infrastructure",
    "社会民生类": "livelihood",
    "社会民生": "livelihood",
    "民生类": "livelihood",
}
_EACH = ("各县", "各县区", "各县市区", "各县（市、区）", "各县(市、区)", "分县", "分县区")
_CITY = ("全市", "市里", "总体", "全部", "所有", "")
_FILLERS = ("项目", "的", "新建", "续建", "重大", "重点", "，", ",", " ")
_ASKS = re.compile(r"哪|多少|清单|几个|页|[开复]工的?(?:新建|续建)?项目|[开复]工的$")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which projects a figure is asked, and how that is said."""

    words: str
    events: tuple[ProjectEvents, ...]
    each: bool = False


@router.phrase(
    rf"(?:截至|截止|到|查|看看?){{0,4}}(?P<before>{DAY})?(?:的|，|,|\s)*(?P<where>[\u4e00-\u9fff（）、()]{{0,16}}?)"
    rf"(?P<after>{DAY})?(?:的|项目)*(?P<rate>开复工率|开工率|复工率)(?:是|有)?(?:多少|怎么样|如何|情况|呢)?[了。？?\s]*"
)
def answer_rate(match: re.Match[str], turn: Turn) -> Reply | None:
    """The rate with its target, and who holds it back. None where the words name no county or field."""
    words = match["before"] or match["after"]
    day = day_named(words, turn.today, turn.directory.year) if words else turn.today
    if day is None:
        return None
    asked = asked_for(match["where"] or "", min(day, turn.today), turn)
    if asked is None:
        return None
    if not asked.events:
        return Reply(f"{asked.words}没有您可以查看的项目。您能看的请问“我的项目”。")
    kind = _KINDS[match["rate"]]
    return _each(kind, asked, day, turn) if asked.each else _answer(kind, asked, day, turn)


def asked_for(where: str, day: date, turn: Turn) -> Asked | None:
    """The projects that the sender may see of that place and field, as of that day. None: neither is named."""
    rest, area, field, each = where, None, None, False
    names = {name: one for one in turn.directory.areas for name in (one.name, one.name[:-1])}
    while rest:
        for token in sorted([*names, *_FIELDS, *_EACH, *_CITY[:-1], *_FILLERS], key=len, reverse=True):
            if rest.startswith(token):
                area = names.get(token, area)
                field = _FIELDS.get(token, field)
                each = each or token in _EACH
                rest = rest[len(token) :]
                break
        else:
            return None
    scope = turn.directory.scope_of(turn.sender)
    found = events_as_of(turn.tx, day, year=turn.directory.year).values()
    mine = tuple(
        one
        for one in found
        if (scope.everything or one.project_id in scope.project_ids)
        and (area is None or one.area_id == area.id)
        and (field is None or one.field == field)
    )
    whole = "全市" if scope.everything else "您能看到的"
    place = area.name if area is not None else whole
    return Asked(f"{place}{_field_words(field)}", mine, each and area is None)


def _field_words(field: str | None) -> str:
    return next((words for words, one in _FIELDS.items() if one == field), "")


def _answer(kind: Kind, asked: Asked, day: date, turn: Turn) -> Reply:
    rule = turn.rules.regime.starts
    kinds = (Kind.BOTH, Kind.START, Kind.RESUME) if kind is Kind.BOTH else (kind,)
    lines = [f"{asked.words}（{as_of_words(day, turn)}）："]
    for one in kinds:
        rate = start_rate(one, asked.events, min(day, turn.today), rule)
        target = target_line(rate)
        lines.append(f"{rate_line(one, rate)}。{target}{'。' if target else ''}")
    lines += _holding(kind, asked, day, turn)
    return Reply("\n".join(lines))


def as_of_words(day: date, turn: Turn) -> str:
    """截至9月15日; a day that has not come is said to be ahead."""
    if day > turn.today:
        until = date_words(day, turn.today)
        return f"{until}还没到，截至{date_words(turn.today, turn.today)}"
    return f"截至{date_words(day, turn.today)}"


def _holding(kind: Kind, asked: Asked, day: date, turn: Turn) -> list[str]:
    rule = turn.rules.regime.starts
    rate = start_rate(kind, asked.events, min(day, turn.today), rule)
    if not rate.behind:
        return []
    done = DONE[kind]
    if turn.chat.group:
        return [f"未{done}{len(rate.behind)}个，明细请私聊我问。"]
    by_id = {one.project_id: one for one in asked.events}
    shown = [_named(by_id[one], turn) for one in rate.behind[:_SHOWN]]
    if len(rate.behind) <= _SHOWN:
        return [f"未{done}：{'；'.join(shown)}。"]
    more = f"{asked.words if asked.words not in ('全市', '您能看到的') else ''}未{done}的项目"
    return [f"未{done}{len(rate.behind)}个：{'；'.join(shown)}等，回“{more}”看全部。"]


def _named(one: ProjectEvents, turn: Turn) -> str:
    """G108改扩建（计划10月31日前）: when it is due, what was announced, that it is stopped."""
    rule, today = turn.rules.regime.starts, turn.today
    event = Event.RESUMED if one.nature == CONTINUING else Event.STARTED
    done = DONE[Kind.RESUME if one.nature == CONTINUING else Kind.START]
    if one.suspended_on is not None:
        return f"{one.name}（{date_words(one.suspended_on, today)}起停工）"
    if (fixed := one.fixed.get(event)) is not None and fixed >= today:
        return f"{one.name}（定于{date_words(fixed, today)}{done}）"
    if event not in one.planned and event is Event.STARTED:
        return f"{one.name}（没有开工计划）"
    due = due_day(one, rule)
    return f"{one.name}（{date_words(due, today)}{'已到期' if due < today else '前'}）"


def _each(kind: Kind, asked: Asked, day: date, turn: Turn) -> Reply:
    """By county in their official order, never worst first."""
    rule = turn.rules.regime.starts
    rates = rates_by(lambda one: one.area, kind, asked.events, min(day, turn.today), rule)
    lines = []
    for name in ["", *(one.name for one in turn.directory.areas)]:
        rate = rates.get(name)
        if rate is None or not rate.denominator:
            continue
        due = f"，到期{rate.due}个已{DONE[kind]}{rate.due_done}个" if rate.due else ""
        lines.append(f"{name or '市直'} {percent(rate.share)}（{rate.numerator}/{rate.denominator}{due}）")
    head = f"各县（市、区）{NAMES[kind]}，{as_of_words(day, turn)}，按行政区划顺序："
    return Reply("\n".join([head, *lines]))


@router.phrase(
    r"(?:现在|目前|还有?|看看?|查){0,4}(?:有)?(?P<where>[\u4e00-\u9fff（）、()]{0,14}?)(?:有?哪些|哪几个|什么)?(?:项目)?"
    r"(?:还)?(?:未|没有?)(?P<done>开复工|开工|复工)(?:的)?(?:新建|续建)?(?:项目)?(?:还?有)?(?:哪些|哪几个|多少|清单|几个)?"
    r"(?:[，,\s]*第(?P<page>\d{1,3})页)?[？?。]?"
)
def list_behind(match: re.Match[str], turn: Turn) -> Reply | None:
    """未开工的项目, 新绛县没复工的有哪些. A bare 还没开工 is somebody's report and none of ours."""
    if not _ASKS.search(turn.text):
        return None
    asked = asked_for(match["where"] or "", turn.today, turn)
    if asked is None:
        return None
    if turn.chat.group:
        return Reply("请私聊我问，群里不点名。")
    if not asked.events:
        return Reply(f"{asked.words}没有您可以查看的项目。您能看的请问“我的项目”。")
    kind = next(one for one, done in DONE.items() if done == match["done"])
    rate = start_rate(kind, asked.events, turn.today, turn.rules.regime.starts)
    if not rate.behind:
        return Reply(f"{asked.words}没有未{DONE[kind]}的项目。")
    by_id = {one.project_id: one for one in asked.events}
    place = "" if asked.words in ("全市", "您能看到的") else asked.words
    lines = _lines(rate.behind, by_id, turn)
    head = f"{asked.words}未{DONE[kind]}的项目{len(lines)}个，到期的在前："
    again = f"{place}未{DONE[kind]}的项目"
    return Reply(page(head, lines, int(match["page"] or 1), again, "个"))


def _lines(ids: Sequence[int], by_id: dict[int, ProjectEvents], turn: Turn) -> list[str]:
    return [f"{by_id[one].area or '市直'}　{_named(by_id[one], turn)}" for one in ids]
