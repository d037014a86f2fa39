"""A regime in words that an office head can check, and the difference between two. Pure."""

from collections.abc import Iterator, Mapping
from datetime import time
from typing import Any

from pydantic import BaseModel

from bot.acts import Level
from bot.mechanism import (
    describe_assessment,
    describe_leaders,
    describe_lists,
    describe_months,
    describe_views,
)
from bot.mechanism.adjust import bar_words
from bot.mechanism.describe_rates import describe_rates
from bot.mechanism.model import TIER_NAMES, ComplexSigns, Duty, Kind, Limit, Regime, Rule, Rung, Stalled
from bot.wording import LEVEL, number, week_day

_VALUES: Mapping[Any, str] = {
    "calendar": "日历天",
    "workdays": "工作日",
    "all": "每天",
    "keep": "不顺延",
    "next_workday": "顺延到下一个工作日",
    "entered": "形成台账",
    "told": "承办单位被告知",
    "contact": "承办单位联系人",
    "office": "重点办",
    "itself": "本人",
    "auto": "自动发",
    "never": "只拟稿，由重点办转交",
    "solution": "解决问题办法",
    "unit": "责任单位",
    "leader": "责任领导",
    "person": "责任人",
    "deadline": "解决时限",
    "county": "县（市、区）重点办和项目联络员（市直项目：联络员所在单位）",
    "city_leaders": "市政府主要领导和市级包联领导",
    "inspectorate": "督查室",
    **describe_leaders.VALUES,
    "industry": "产业类",
    "infrastructure": "基础设施类",
    "livelihood": "社会民生类",
    **describe_lists.VALUES,
    **describe_assessment.VALUES,
    True: "是",
    False: "否",
    None: "无",
}
_RELEASES = {"auto": "自动发", "office": "拟稿，由重点办发出", "never": "只拟稿，由重点办转交"}
_LADDER = "超期提级"  # the title of the value that names a ladder


def describe(regime: Regime) -> str:
    """The whole regime as text, a line for each rule, with its clause."""
    return "\n".join(_lines(regime))


def diff(before: Regime, after: Regime) -> list[str]:
    """What changes from one regime to the other, a line for each value; empty if nothing does."""
    called = _ladders(before) | _ladders(after)
    old, new = ({_by_name(key, called): said for key, said in _values(one)} for one in (before, after))
    lines = []
    for key in [*old, *(key for key in new if key not in old)]:
        if key not in new:
            lines.append(f"删去 {key}（原为{old[key]}）")
        elif key not in old:
            lines.append(f"增加 {key}：{new[key]}")
        elif old[key] != new[key]:
            ladder = key.endswith(_LADDER)
            was, now = (called.get(said, said) if ladder else said for said in (old[key], new[key]))
            lines.append(f"{key}：{was} → {now}")
    return lines


def _ladders(regime: Regime) -> dict[str, str]:
    """The ladders as people call them: by the limits that climb them."""
    return {
        name: "、".join(_title(regime, kind) for kind in Kind if regime.duty(kind).ladder == name) or name
        for name in regime.ladders
    }


def _by_name(path: str, ladders: Mapping[str, str]) -> str:
    whole, _, rest = path.partition("·")
    name, _, within = rest.partition("·")
    return f"{whole}（{ladders[name]}）·{within}" if whole == "提级" and name in ladders else path


def _lines(regime: Regime) -> Iterator[str]:
    hours = regime.hours
    yield f"{regime.title}（{regime.id}，第{regime.version}版）"
    yield f"有效期：{regime.valid_from}至{regime.valid_until}"
    for name, notice in regime.notices.items():
        yield f"文件{name}：{notice.number}《{notice.title}》"
    seat = f"，设在{regime.office.seat}" if regime.office.seat else ""
    yield f"办事机构：{regime.office.name}（{regime.office.short}）{seat}"
    yield (
        f"时间：{_VALUES[hours.days]}{hours.open:%H:%M}—{hours.close:%H:%M}；{hours.last_dispatch:%H:%M}以后交办的"
        f"从下次上班起算；提醒{hours.reminders_at:%H:%M}，当天事项{hours.same_day_reminder_at:%H:%M}；"
        f"夜间{hours.night[0]:%H:%M}—{hours.night[1]:%H:%M}不打扰"
    )
    yield f"天数：按{_VALUES[regime.days.count]}，到期遇休息日{_VALUES[regime.days.last_day_on_rest]}"
    yield "时限："
    for kind in Kind:
        yield f"　{_duty(regime, kind)}"
    yield "改期："
    yield f"　重点办自定时限：只能缩短；{_source(regime, regime.own_limit)}"
    asked = "到期前提出，" if regime.extensions.before_due else ""
    yield f"　延期：{asked}重点办批准，最多{regime.extensions.most}次；{_source(regime, regime.extensions)}"
    pause = "不计时" if regime.pause.stops_clock else "照常计时"
    yield f"　中止：中止期间{pause}；{_source(regime, regime.pause)}"
    yield f"提级（休息日和下班后不走，阻工白天不停；各级至少隔{number(regime.least_gap)}个工作小时）："
    for name, rungs in regime.ladders.items():
        users = [_title(regime, kind) for kind in Kind if regime.duty(kind).ladder == name]
        yield f"　{'、'.join(users) or '没有时限用它'}："
        for index, rung in enumerate(rungs):
            yield f"　　{index + 1}. {_rung(rung, first=index == 0)}"
    yield f"给市领导的拟稿{number(regime.release_after)}个工作小时没有处理的，自动发出"
    yield (
        f"撤销{regime.undo_minutes}分钟内；撤回问题{regime.withdraw_minutes}分钟内且未交办；"
        f"询问{regime.question_lapses_hours}小时失效；自报身份由{_VALUES[regime.bind]}确认"
    )
    yield (
        f"照片和文字隔{regime.together_minutes}分钟以内算一件事；离办结{regime.due_soon_days}天以内算临期；"
        f"大起底没有说到哪天的，开{regime.all_round_months}个月"
    )
    if (signs := regime.complex_signs) is not None:
        yield f"像重大复杂问题的：{'、'.join(_signs(signs))}，提请{regime.office.name}定；{_source(regime, signs)}"
    five = "、".join(_VALUES[need] for need in regime.listing.needs)
    days = "、".join(f"{day}日" for day in regime.listing.bulletin_days)
    yield f"挂牌督办：{five}到位；每月{days}通报；{_source(regime, regime.listing)}"
    layers = "、".join(f"{layer.name}（{layer.at_least}分以上）" for layer in regime.screening.layers)
    yield f"问题筛选：重要程度×紧急程度，分{layers}；{_source(regime, regime.screening)}"
    summary = regime.summary
    rest = "，休息日不发" if summary.skip_rest_days else ""
    weekday = week_day(summary.report_weekday)
    yield f"日报：{summary.at:%H:%M}{rest}，最多{summary.most_lines}行；{_source(regime, summary)}"
    yield f"周报：{weekday}{summary.report_at:%H:%M}前，前一工作日{summary.nudge_at:%H:%M}提醒；本机制自定"
    waiting = regime.waiting
    yield f"待核实、待销号超过{waiting.after_hours}小时，上班日早上提醒重点办；{_source(regime, waiting)}"
    if regime.near is not None:
        yield f"临近时限提醒、超时督办、大起底：{_source(regime, regime.near)}"
    if regime.stalled is not None:
        yield from _stalled(regime, regime.stalled)
    yield from describe_leaders.lines(regime, lambda rule: _source(regime, rule))
    yield from describe_lists.lines(regime, lambda rule: _source(regime, rule))
    yield from describe_rates(regime, _source)
    yield from _ledger(regime)
    yield from describe_months.lines(regime, lambda rule: _source(regime, rule))
    yield from describe_views.lines(regime, lambda rule: _source(regime, rule))
    yield from describe_assessment.lines(regime, lambda rule: _source(regime, rule))


def _stalled(regime: Regime, stalled: Stalled) -> Iterator[str]:
    yield (
        f"{stalled.say}：从项目上一次进展（没有的从年初或列入台账）起，停工照计；停机后补走，两级至少隔"
        f"{stalled.gap_days}天；{_source(regime, stalled)}"
    )
    for rung in stalled.ladder:
        told = "；".join(f"告知{_VALUES[one.to]}，{_RELEASES[one.release]}" for one in rung.tell)
        yield f"　{rung.months}个月没有进展：{rung.name}；{told}"


def _ledger(regime: Regime) -> Iterator[str]:
    if (kept := regime.month_end) is not None:
        day = "月末" if kept.day == 31 else f"{kept.day}日"
        yield f"月末台账：每月{day}{kept.at:%H:%M}存一份当时的样子；{_source(regime, kept)}"
    if (adjust := regime.adjust) is not None:
        yield f"年中调整：项目进出台账都要写原因；{_source(regime, adjust)}"
        for bar in adjust.bars:
            yield f"　列入门槛：{bar_words(bar)}，低于的由重点办确认后才列入；{_source(regime, bar)}"
    if (validity := regime.validity) is not None:
        days = "、".join(f"前{days}天" if days else "当天" for days in validity.warn_days)
        yield (
            f"机制{regime.valid_until}到期：{days}提醒重点办；到期没有换的照旧执行，已经开始的事按开始时的机制办完；"
            f"{_source(regime, validity)}"
        )


def _duty(regime: Regime, kind: Kind) -> str:
    duty = regime.duty(kind)
    parts = [
        f"{_title(regime, kind)}（{duty.say.replace('{day}', '某日')}）：{_VALUES[duty.owed_by]}{duty.duty}"
    ]
    if isinstance(duty, Limit):
        length = f"{duty.months}个月内" if duty.months else f"{duty.days}天内" if duty.days else "当天"
        own_count = f"（{_VALUES[duty.count]}）" if duty.count else ""
        own_rest = f"（{_VALUES[duty.last_day_on_rest]}）" if duty.last_day_on_rest else ""
        parts.append(f"从{_VALUES[duty.start]}起{length}{own_count}{own_rest}")
    parts.append("提醒：" + "、".join(f"前{days}天" if days else "当天" for days in duty.remind))
    climbs = "→".join(rung.name for rung in regime.ladder(kind))
    parts.append(f"超期提级：{climbs or '不提级'}")
    parts.append(_source(regime, duty))
    return "；".join(parts)


def _signs(signs: ComplexSigns) -> list[str]:
    """要省里协调的, 请2家以上单位的."""
    found = [f"要{LEVEL[Level(level)]}协调的" for level in signs.levels]
    return found + ([f"请{signs.units}家以上单位的"] if signs.units is not None else [])


def _title(regime: Regime, kind: Kind) -> str:
    return type(regime.limits).model_fields[kind].title or kind


def _rung(rung: Rung, *, first: bool) -> str:
    base = "到期" if first else "上一级发出"
    after = f"后{number(rung.after)}个工作小时" if rung.after else "即"
    words = f"{rung.name}：{base}{after}告知{TIER_NAMES[rung.to]}，{_RELEASES[rung.release]}"
    if rung.repeat_after is not None:
        words += f"；每{number(rung.repeat_after)}个工作小时重复，最多{rung.most_repeats}次"
    if rung.receipt_lasts:
        words += f"；签收管{number(rung.receipt_lasts)}个工作小时"
    return words


def _source(regime: Regime, rule: Rule | Duty) -> str:
    return f"依据{regime.notice_of(rule.clause)}" if rule.clause else "本机制自定"


def _values(part: BaseModel) -> Iterator[tuple[str, str]]:
    """Every value of a part with its path in people's words, in the order of the file's shape."""
    for name, field in type(part).model_fields.items():
        if not field.exclude:
            yield from _spread(field.title or name, getattr(part, name))


def _spread(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, BaseModel):
        for key, inner in _values(value):
            yield f"{path}·{key}", inner
    elif isinstance(value, Mapping):
        for name, entry in value.items():
            yield from _spread(f"{path}·{name}", entry)
    elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        for index, entry in enumerate(value):
            yield from _spread(f"{path}·{getattr(entry, 'name', index + 1)}", entry)
    elif isinstance(value, tuple):
        yield path, "、".join(_said(entry) for entry in value) or "无"
    else:
        yield path, _said(value)


def _said(value: Any) -> str:
    if isinstance(value, float):
        return number(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, bool | str) or value is None:
        return _VALUES.get(value, str(value)) or "无"
    return str(value)
