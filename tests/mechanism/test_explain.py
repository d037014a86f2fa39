"""“为什么” gives the clause, the start and the sum."""

from datetime import date

from bot.acts import Category, Node
from bot.calendar import Calendar
from bot.mechanism.deadlines import Due, at_dispatch, at_entry, at_extension, at_plan, told_at
from bot.mechanism.explain import why
from bot.mechanism.model import Regime

from .moments import changed, moment


def dues(regime: Regime, calendar: Calendar, when: str) -> tuple[Due, ...]:
    told = told_at(regime, calendar, moment(when), obstruction=False)
    return at_dispatch(regime, calendar, entered=moment(when), told=told, category=Category.LAND).dues


def test_why_an_ordinary_problem_ends_on_its_seventh_day(regime: Regime, calendar: Calendar) -> None:
    solving = dues(regime, calendar, "2025-09-15 09:00")[-1]
    assert why(solving, regime, calendar) == [
        "时限：办结并申请销号，9月22日（周一）24时前（13710第7天）。",
        "起算：9月15日 09:00交办告知，当天不计。",
        "计算：9月15日（周一）＋7天＝9月22日（周一），当天24时到期。",
        "依据：运政办发〔2019〕12号（十四）：“‘7’即对有明确时间节点规定的一般性问题，原则上7天内要落实解决”。",
    ]


def test_why_a_dispatch_on_friday_evening_counts_from_monday(regime: Regime, calendar: Calendar) -> None:
    arrange, feedback, _ = dues(regime, calendar, "2025-09-19 17:30")
    evening = moment("2025-09-19 17:30")
    assert why(arrange, regime, calendar, dispatched_at=evening)[1:3] == [
        "起算：9月22日 08:00交办告知（9月19日 17:30交办，不在办公时间，从下次上班起算），当天办。",
        "到期：9月22日（周一）当天24时。",
    ]
    assert "当天不计" in why(feedback, regime, calendar, dispatched_at=evening)[1]


def test_why_a_rest_day_does_or_does_not_move_the_end(regime: Regime, calendar: Calendar) -> None:
    kept = dues(regime, calendar, "2025-09-25 09:00")[-1]
    assert "说明：10月2日（周四）是休息日，按规定不顺延。" in why(kept, regime, calendar)
    moving = changed(('last_day_on_rest = "keep" ', 'last_day_on_rest = "next_workday" '))
    moved = dues(moving, calendar, "2025-09-25 09:00")[-1]
    assert "计算：9月25日（周四）＋7天，遇休息日顺延＝10月9日（周四），当天24时到期。" in why(
        moved, moving, calendar
    )


def test_why_an_extension_a_node_and_the_offices_own_limit(regime: Regime, calendar: Calendar) -> None:
    solving = dues(regime, calendar, "2025-09-15 09:00")[-1]
    extended = why(at_extension(regime, solving, date(2025, 9, 26)), regime, calendar)
    assert extended[0] == "时限：办结并申请销号，9月26日（周五）24时前（延期至9月26日）。"
    assert extended[-1] == "改期依据：文件没有规定，由本机制自定。"
    (node,) = at_plan(regime, [Node(date(2025, 11, 30), "立项")], moment("2025-10-14 10:00"))
    assert why(node, regime, calendar)[:2] == [
        "时限：完成方案节点并反馈，11月30日（周日）24时前（方案节点11月30日）。",
        "起算：10月14日 10:00提出。",
    ]


def test_why_the_office_must_dispatch_and_what_is_provisional(regime: Regime, calendar: Calendar) -> None:
    (entry,) = at_entry(regime, calendar, moment("2025-09-15 09:00"))
    assert why(entry, regime, calendar)[1] == "起算：9月15日 09:00形成台账，当天不计。"
    provisional = dues(regime, calendar, "2027-03-01 09:00")[-1]
    assert why(provisional, regime, calendar)[-1].startswith("说明：相关年度放假安排尚未公布")
