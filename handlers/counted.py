"""计次职责: visits, bank–enterprise meetings, presentations and site visits are reported in a line and counted. Row A7.

今天外出招商1次，去苏州对接汽车零部件企业; 9月12日开了银企对接会; 向民间资本推介项目3个
招商完成情况; 银企对接完成情况; 计次完成情况

A county's (its office, contacts, leaders) reports its own; the city's office for any, naming it.
"""

import re
from contextlib import suppress
from datetime import date, timedelta

from bot.acts import Query
from bot.calendar import add_months
from bot.mechanism.counted import EVERY, PERIODS, period_of
from bot.mechanism.model import Counted
from bot.people import Rank, Role
from bot.routing import Refusal, Reply, Router, Turn
from bot.wording import date_words
from handlers import rights
from handlers.named import units_in
from storage import counted
from storage.directory import Area, Unit

router = Router()

_AHEAD = re.compile(
    r"明天|后天|明日|下周|下月|下个月|计划|准备|打算|拟|将(?:于|要|在)|安排|请|要求|[？?]|什么时候|吗"
)
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九十")} | {"两": 2}
_AGO = {"今天": 0, "今日": 0, "刚才": 0, "昨天": 1, "昨日": 1, "前天": 2}
_DAY = re.compile(r"(?:(?P<m>\d{1,2})月)?(?P<d>\d{1,2})[日号]")
_MOST = 200  # of one report
_NOT_HIS = "计次情况由重点办和承担的单位查看。"


@router.phrase(
    r"(?:看看?|查)?(?P<what>[\u4e00-\u9fff“”]{2,16}?)?(?:的)?(?:完成|落实)?(?:情况|次数|进度|几次了?|多少次了?|够不够)(?:怎么样|如何)?[？?。]?"
)
def show(match: re.Match[str], turn: Turn) -> Reply | None:
    """招商完成情况: how often in this period, against the number, in the official order of counties."""
    what = match["what"] or ""
    rules = turn.rules.regime.counted
    if re.fullmatch(r"计次(?:职责|任务)?|次数任务", what):
        found = list(rules)
    else:
        found = [one for one in rules if _is_asked(one, what)]
    if not found:
        return None
    if not (
        turn.sender.has(Role.OFFICE) or turn.sender.rank >= Rank.DEPUTY_HEAD or turn.sender.has(Role.CONTACT)
    ):
        raise Refusal(_NOT_HIS)
    lines = [line for one in found for line in _lines(one, turn)]
    if not lines:
        raise Refusal(_NOT_HIS)
    return Reply("\n".join(lines))


@router.phrase(r".{0,60}(?:招商|银企|推介|察看|项目现场|现场看|集团总部).{0,160}")
def report(match: re.Match[str], turn: Turn) -> Reply | None:
    """今天外出招商1次，去苏州…: counted on its day; None where it is a plan, a question or about something else."""
    text = turn.text.strip()
    rule = next((one for one in turn.rules.regime.counted if any(word in text for word in one.words)), None)
    if rule is None or _AHEAD.search(text) or (turn.about or {}).get("ticket") is not None:
        return None
    who = turn.sender
    if not (who.has(Role.OFFICE) or who.has(Role.CONTACT) or who.rank >= Rank.DEPUTY_HEAD):
        return None
    if any(not isinstance(act, Query) for act in turn.understand(turn, text).acts):
        return None  # 17号已到现场看过 is how its handling goes
    times, day = _times(text, rule), _day(text, turn.today)
    if times > _MOST:
        raise Refusal(f"一次报{times}{rule.measure}太多了，请核对后重写。")
    area, unit = _whose(rule, text, turn)
    counted.add(
        turn.tx,
        duty=rule.name,
        day=day,
        times=times,
        area_id=area.id if area else None,
        unit_id=unit.id if unit else None,
        reporter_id=turn.writer.id,
        on_behalf=turn.on_behalf,
        words=text,
        at=turn.now,
        inbox_id=turn.inbox_id,
    )
    first, last = period_of(rule, day)
    done = counted.totals(turn.tx, rule.name, first, last).get(
        (area.id if area else None, unit.id if unit else None), 0
    )
    whose = area.name if area else unit.name if unit else "全市"
    left = rule.times - done
    so_far = f"还差{left}{rule.measure}" if left > 0 else "已达到"
    period = PERIODS[rule.period] if first <= turn.today <= last else f"{date_words(first, turn.today)}起"
    return Reply(
        f"记下了：{whose}{date_words(day, turn.today)}{rule.name}{times}{rule.measure}，{period}{done}{rule.measure}，{so_far}"
        f"（{EVERY[rule.period]}{rule.times}{rule.measure}）。写错了回“撤销”。"
    )


def _is_asked(rule: Counted, what: str) -> bool:
    """By one of its words or a piece of one: 招商 of 外出招商; 项目 is in its name and says nothing."""
    plain = what.strip("“”的")
    return len(plain) >= 2 and any(plain in word.replace("项目", "") or word in plain for word in rule.words)


def _lines(rule: Counted, turn: Turn) -> list[str]:
    first, last = period_of(rule, turn.today)
    totals = counted.totals(turn.tx, rule.name, first, last)
    source = f"（{turn.rules.regime.notice_of(rule.clause)}）" if rule.clause else ""
    head = f"{rule.name}，{EVERY[rule.period]}{rule.times}{rule.measure}{source}，{PERIODS[rule.period]}："
    if rule.of == "city":
        return [f"{head}全市{totals.get((None, None), 0)}{rule.measure}。"]
    if rule.of == "unit":
        units = [unit for name in rule.units if (unit := turn.directory.unit_called(name))]
        everything = turn.directory.scope_of(turn.sender).everything
        if not everything and turn.sender.unit_id not in {one.id for one in units}:
            return []
        said = [f"{one.name}{totals.get((None, one.id), 0)}{rule.measure}" for one in units]
        return [f"{head}{'、'.join(said)}。"]
    scope, own = turn.directory.scope_of(turn.sender), turn.directory.area_of(turn.sender)
    areas = [one for one in turn.directory.areas if scope.everything or one.id == own]
    said = [f"{one.name}{totals.get((one.id, None), 0)}{rule.measure}" for one in areas]
    if not said:
        return []
    behind = sum(1 for one in areas if totals.get((one.id, None), 0) < rule.times)
    return [f"{head}{'、'.join(said)}。" + (f"还没有达到的{behind}个。" if len(areas) > 1 else "")]


def _times(text: str, rule: Counted) -> int:
    """How often, as it is said with the duty's measure or 次; once where no such number is said."""
    measures = f"(?:{re.escape(rule.measure)}|次)(?!序)"
    named = re.search(rf"(\d{{1,4}}|[一二两三四五六七八九十])(?:多|余)?{measures}", text)
    if named is None:
        return 1
    return int(named[1]) if named[1].isdigit() else _DIGITS[named[1]]


def _day(text: str, today: date) -> date:
    """The day on which it took place: today where none is said. Raises Refusal for one that is no day, or ahead."""
    for word, days in _AGO.items():
        if word in text:
            return today - timedelta(days=days)
    named = _DAY.search(text)
    if named is None:
        return today
    for back in range(12):
        first = add_months(today.replace(day=1), -back)
        if named["m"] is None or int(named["m"]) == first.month:
            with suppress(ValueError):
                said = first.replace(day=int(named["d"]))
                if said <= today:
                    return said
    raise Refusal("没有这一天，或还没有到，请写成“9月12日外出招商1次”这样。")


def _whose(rule: Counted, text: str, turn: Turn) -> tuple[Area | None, Unit | None]:
    """The county or unit to which it counts; none for the city's own. Raises Refusal for who has no part in it."""
    directory, who = turn.directory, turn.sender
    city_office = rights.is_city_office(directory, who)
    if rule.of == "area":
        own = directory.area_of(who)
        named = [one for one in directory.areas if one.name in text] if city_office else []
        area = next((one for one in directory.areas if one.id == own), None) or next(iter(named), None)
        if area is None:
            raise Refusal(
                f"{rule.name}按县（市、区）、开发区计，请写明是哪个，如“闻喜县{rule.words[0]}1{rule.measure}”。"
            )
        return area, None
    if rule.of == "unit":
        units = [unit for name in rule.units if (unit := directory.unit_called(name))]
        own_unit = next((one for one in units if who.unit_id == one.id), None)
        named_unit = (
            next((one for one in units_in(directory, text) if one in units), None) if city_office else None
        )
        unit = own_unit or named_unit
        if unit is None:
            names = "、".join(one.name for one in units)
            raise Refusal(f"{rule.name}由{names}承担，请由他们来报。")
        return None, unit
    if directory.area_of(who) is not None:
        raise Refusal(f"{rule.name}按全市计，由市直单位或市重点办来报。")
    return None, None
