"""Messages that were once read wrongly in use. Today is Tuesday, 16 September 2025."""

from datetime import date
from typing import Any

import pytest

from bot.people import TicketTitle

from .conftest import TUESDAY, Says

LINES = TicketTitle(1, 21, "utilities", "通信杆线未迁改")
GAP = TicketTitle(17, 22, "utilities", "八达供水管网缺口")
OTHERS = tuple(TicketTitle(number, 9, "approval", "施工许可未办") for number in (3, 4, 5, 8))


def acts(understood: Any) -> list[dict[str, Any]]:
    return understood.as_json()["acts"]  # type: ignore[no-any-return]


def approved(*numbers: int) -> list[dict[str, Any]]:
    return [{"act": "approve", "ticket": number} for number in numbers]


def test_a_name_beginning_like_a_verb_is_whole(says: Says) -> None:
    bound = says("contact", "我是闻喜县人民政府的韩立新")
    assert acts(bound) == [{"act": "bind", "name": "韩立新", "unit": "闻喜县人民政府"}]


TAKEN_ON = {"act": "acknowledge", "ticket": 1, "planned": "2025-09-22"}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1号我来负责，22日前办完", [TAKEN_ON]),
        ("1号收到，周工，22日前迁完", [{**TAKEN_ON, "assignee": "周工"}]),
        ("周工，22日前迁完", [{**TAKEN_ON, "assignee": "周工"}]),
        ("1号正在现场查看", [{"act": "feedback", "ticket": 1}]),
        ("1号同意销号", approved(1)),
        ("1号挂牌督办", [{"act": "supervise", "ticket": 1}]),
        ("1号怎么销号", [{"act": "query", "about": "help"}]),
        ("怎么销号", [{"act": "query", "about": "help"}]),
    ],
)
@pytest.mark.parametrize(
    ("before", "after"),
    [("", ""), ("@销号 ", ""), ("销号，", ""), ("机器人 ", ""), ("", "，谢谢"), ("", "🙏")],
)
def test_a_contact_answers(
    says: Says, text: str, meant: list[dict[str, Any]], before: str, after: str
) -> None:
    assert acts(says("contact", f"{before}{text}{after}", tickets=(LINES,))) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("17号已安排人去现场，正在协调", [{"act": "feedback", "ticket": 17}]),
        ("17号报方案", [{"act": "plan", "ticket": 17}]),
        ("17号怎么销号", [{"act": "query", "about": "help"}]),
    ],
)
@pytest.mark.parametrize("tickets", [(GAP,), (LINES, GAP), ()])
def test_a_contact_of_a_numbered_ticket(
    says: Says, text: str, meant: list[dict[str, Any]], tickets: tuple[TicketTitle, ...]
) -> None:
    assert acts(says("contact", text, tickets=tickets)) == meant


def test_a_liaison_puts_a_ticket_under_supervision(says: Says) -> None:
    supervised = says("liaison", "1号挂牌督办", projects=(21,), tickets=(LINES,))
    assert acts(supervised) == [{"act": "supervise", "ticket": 1}]


def test_shares_of_two_parts_are_no_share_of_the_whole(says: Says) -> None:
    assert not any(
        "percent" in act for act in acts(says("liaison", "门诊楼和住院楼分别是85%和90%", projects=(9,)))
    )


@pytest.mark.parametrize(
    "text",
    [
        "342改线和八达今年分别完成2.1亿和7200万",
        "八达、342改线今年分别完成7200万、2.1亿",
        "342改线和八达今年各完成了2.1亿、7200万",
    ],
)
def test_sums_told_respectively(says: Says, text: str) -> None:
    told = acts(says("liaison", text, projects=(21, 22)))
    assert sorted(told, key=lambda act: act["project"]) == [
        {"act": "progress", "project": 21, "invested": [{"scope": "year", "wan": 21000}]},
        {"act": "progress", "project": 22, "invested": [{"scope": "year", "wan": 7200}]},
    ]


@pytest.mark.parametrize(
    "more", ["比上月多了1500万", "比上个月多1500万", "较上周增加1500万", "同比增长1500万"]
)
def test_a_difference_is_no_sum(says: Says, more: str) -> None:
    told = acts(says("liaison", f"342改线累计2.3亿，{more}", projects=(21, 22)))
    assert told == [{"act": "progress", "project": 21, "invested": [{"scope": "total", "wan": 23000}]}]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("3、5、8号同意销号", (3, 5, 8)),
        ("3-5号同意销号", (3, 4, 5)),
        ("3号到5号都同意销号", (3, 4, 5)),
        ("3至5号同意销号", (3, 4, 5)),
        ("第3～5号问题同意销号", (3, 4, 5)),
    ],
)
@pytest.mark.parametrize("tickets", [OTHERS, ()])
def test_ranges_of_tickets(
    says: Says, text: str, numbers: tuple[int, ...], tickets: tuple[TicketTitle, ...]
) -> None:
    assert acts(says("office", text, tickets=tickets)) == approved(*numbers)


def test_a_range_of_days_is_no_range_of_tickets(says: Says) -> None:
    assert acts(says("liaison", "3号到5号停工检修了", projects=(9,)))[0]["act"] == "progress"


@pytest.mark.parametrize("text", ["17号抓紧", "催催17号", "17号怎么还没办", "17号怎么还没办？"])
@pytest.mark.parametrize("tickets", [(GAP,), ()])
def test_a_leader_presses(says: Says, text: str, tickets: tuple[TicketTitle, ...]) -> None:
    assert acts(says("leader", text, tickets=tickets)) == [{"act": "urge", "ticket": 17}]


COUNTY = TicketTitle(3, 25, "demolition", "垣曲抽蓄库区坟地未迁")
AIR = TicketTitle(6, 16, "environment", "磁敏感材料环评未批")
ALL = (LINES, COUNTY, AIR, GAP)


@pytest.mark.parametrize(
    ("role", "text", "tickets", "meant"),
    [
        (
            "contact",
            "1号17号收到",
            (LINES, GAP),
            [{"act": "acknowledge", "ticket": 1}, {"act": "acknowledge", "ticket": 17}],
        ),
        ("contact", "17号拒收", (GAP,), [{"act": "return", "ticket": 17}]),
        ("contact", "这个找谁协调", (GAP,), []),
        ("contact", "22号办完", (GAP,), [{"act": "acknowledge", "ticket": 17, "planned": "2025-09-22"}]),
        ("contact", "收到，张建国，22日前", (GAP,), [{**TAKEN_ON, "ticket": 17, "assignee": "张建国"}]),
        ("contact", "17号查清了，是阀门坏了", (GAP,), [{"act": "feedback", "ticket": 17}]),
        ("contact", "17号暂时办不了，22号再去现场", (GAP,), [{"act": "feedback", "ticket": 17}]),
        ("liaison", "17号怎么还没解决", (GAP,), [{"act": "urge", "ticket": 17}]),
        (
            "liaison",
            "本月投资从3000万增加到3500万",
            (),
            [{"act": "progress", "project": 25, "invested": [{"scope": "month", "wan": 3500}]}],
        ),
        ("liaison", "催一下3号", (), [{"act": "urge", "ticket": 3}]),
        ("liaison", "3号没解决，不同意销号", (), [{"act": "reject", "ticket": 3}]),
        (
            "liaison",
            "坟地又有2户不同意迁",
            (COUNTY,),
            [{"act": "blocker", "category": "demolition", "project": 25}],
        ),
        ("office", "垣曲县有几个没办的", ALL, [{"act": "query", "about": "summary", "area": "垣曲县"}]),
        ("office", "17号怎么样了，催一下", ALL, [{"act": "urge", "ticket": 17}]),
        (
            "office",
            "6号环保局办，17号水务局办",
            ALL,
            [
                {"act": "dispatch", "ticket": 6, "unit": "市生态环境局"},
                {"act": "dispatch", "ticket": 17, "unit": "市水务局"},
            ],
        ),
        ("leader", "今年投资完成多少", ALL, [{"act": "query", "about": "summary", "period": "year"}]),
        ("leader", "17号为什么拖这么久", ALL, [{"act": "urge", "ticket": 17}]),
    ],
)
def test_each_role_has_its_way(
    says: Says, role: str, text: str, tickets: tuple[TicketTitle, ...], meant: list[dict[str, Any]]
) -> None:
    projects = (25,) if role == "liaison" else ()
    assert acts(says(role, text, projects=projects, tickets=tickets)) == meant


def test_what_is_left_unsaid_is_that_of_the_sum_before(says: Says) -> None:
    told = acts(says("liaison", "342改线本月300万，八达500万", projects=(21, 22)))
    assert [act["invested"] for act in told] == [
        [{"scope": "month", "wan": 300}],
        [{"scope": "month", "wan": 500}],
    ]


def test_this_project_is_asked_for_as_a_project(says: Says) -> None:
    understood = says("leader", "这个项目要盯紧", tickets=ALL)
    assert understood.as_json()["ask"] == {"about": "project", "candidates": []}


MINE = TicketTitle(22, 25, "land", "压覆矿")
VILLAGE = TicketTitle(5, 22, "demolition", "坟地未迁")
OCTOBER = date(2025, 10, 9)


@pytest.mark.parametrize("text", ["人民医院本月 8500w，累计 6.1亿", "人民医院本月8500W,累计: 6.1亿"])
def test_w_is_ten_thousand_and_a_total_is_never_the_months(says: Says, text: str) -> None:
    sums = [{"scope": "month", "wan": 8500}, {"scope": "total", "wan": 61000}]
    assert acts(says("liaison", text, projects=(2,))) == [{"act": "progress", "project": 2, "invested": sums}]


@pytest.mark.parametrize("day", [TUESDAY, OCTOBER])
@pytest.mark.parametrize(
    ("text", "sums"),
    [
        ("八达10月份完成 3000", []),
        ("八达10月份完成 3000，累计1.2亿", [{"scope": "total", "wan": 12000}]),
        ("八达本月完成3000，累计: 1.2亿", [{"scope": "total", "wan": 12000}]),
        ("八达9月累计3000万", [{"scope": "month", "wan": 3000}]),
        ("八达1-9月累计3000万", [{"scope": "year", "wan": 3000}]),
    ],
)
def test_a_figure_without_unit_lends_its_span_to_no_other(
    says: Says, text: str, sums: list[dict[str, Any]], day: date
) -> None:
    (told,) = acts(says("liaison", text, projects=(22,), day=day))
    assert told["project"] == 22
    assert told.get("invested", []) == sums


@pytest.mark.parametrize("tickets", [(), (GAP,)])
def test_who_cannot_be_pressed_here_is_asked_at_his_level(
    says: Says, tickets: tuple[TicketTitle, ...]
) -> None:
    text = "二期抽蓄压覆矿的问题，省自然资源厅那边能不能帮着催一下"
    (told,) = acts(says("liaison", text, projects=(25,), tickets=tickets))
    assert told.pop("category") in ("approval", "land")
    assert told == {"act": "blocker", "project": 25, "level": "province"}


def test_a_ticket_that_says_it_is_pressed(says: Says) -> None:
    text = "压覆矿的问题，省自然资源厅那边能不能帮着催一下"
    assert acts(says("liaison", text, projects=(25,), tickets=(MINE,))) == [{"act": "urge", "ticket": 22}]


@pytest.mark.parametrize("role", ["leader", "office"])
@pytest.mark.parametrize("text", ["河津三期怎么还不动", "河津三期怎么还不动？", "河津三期怎么还没开工"])
def test_a_reproach_presses(says: Says, role: str, text: str) -> None:
    """怎么还不动 asks in form only: it wants no report but a start, and names no date, unit or task, which is
    the contract's urge, with a question mark or without. 河津三期怎么样 wants to know: a query."""
    assert acts(says(role, text)) == [{"act": "urge", "project": 14}]
    assert acts(says(role, "河津三期怎么样了")) == [{"act": "query", "about": "project", "project": 14}]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (
            "1号老周负责，这周末前弄完",
            {"act": "acknowledge", "ticket": 1, "assignee": "老周", "planned": "2025-09-21"},
        ),
        (
            "5号县里丁主任负责，9月25号前把群众工作做通",
            {"act": "acknowledge", "ticket": 5, "assignee": "丁主任", "planned": "2025-09-25"},
        ),
        ("5号我们不收钱，是县里自己拆的，让县里来说", {"act": "return", "ticket": 5}),
        ("1号由小李跟进", {"act": "acknowledge", "ticket": 1, "assignee": "小李"}),
    ],
)
@pytest.mark.parametrize("tickets", [(LINES, VILLAGE), ()])
def test_a_contact_speaks_as_people_do(
    says: Says, text: str, meant: dict[str, Any], tickets: tuple[TicketTitle, ...]
) -> None:
    assert acts(says("contact", text, tickets=tickets)) == [meant]


@pytest.mark.parametrize("text", ["电老是停，供店公司也不管", "水总是断，水务局也没人管"])
def test_who_is_complained_of_is_not_asked(says: Says, text: str) -> None:
    told = acts(says("liaison", text, projects=(22,)))
    assert told == [{"act": "blocker", "category": "utilities", "project": 22}]


@pytest.mark.parametrize("role", ["liaison", "contact", "office", "leader"])
@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("中医院情况", {"about": "project", "project": 8}),
        ("县医院怎么回事", {"about": "project", "project": 18}),
        ("替市长问一下万荣医院", {"about": "project", "project": 18}),
        ("22号项目情况", {"about": "project", "project": 22}),
        ("今天谁没报", {"about": "help"}),
        ("13710是什么", {"about": "help"}),
        ("哪个县最差", {"about": "ranking"}),
        ("我的事项", {"about": "my_tickets"}),
        ("我的项目", {"about": "my_projects"}),
    ],
)
def test_short_questions(says: Says, role: str, text: str, asked: dict[str, Any]) -> None:
    assert acts(says(role, text, tickets=(GAP,))) == [{"act": "query", **asked}]


def test_two_hospitals_are_told_apart_by_who_asks(says: Says) -> None:
    own = says("liaison", "人民医院情况", projects=(2,))
    assert acts(own) == [{"act": "query", "about": "project", "project": 2}]
    other = says("leader", "人民医院情况").as_json()
    assert other["acts"] == [{"act": "query", "about": "project"}]
    assert other["ask"] == {"about": "project", "candidates": [2, 18]}


@pytest.mark.parametrize("tickets", [(LINES,), (LINES, GAP), ()])
def test_be_quick_hands_nothing_over(says: Says, tickets: tuple[TicketTitle, ...]) -> None:
    assert acts(says("office", "1号让水务局赶紧的", tickets=tickets)) == [{"act": "urge", "ticket": 1}]
    handed = acts(says("office", "1号让水务局牵头办理", tickets=tickets))
    assert handed == [{"act": "dispatch", "ticket": 1, "unit": "市水务局"}]


@pytest.mark.parametrize("tickets", [(MINE,), ()])
def test_a_project_by_its_number_is_no_ticket(says: Says, tickets: tuple[TicketTitle, ...]) -> None:
    told = acts(says("leader", "22号项目进度太慢，请规自局专题研究", tickets=tickets))
    assert told == [{"act": "instruct", "project": 22, "unit": "市规划和自然资源局"}]


def test_a_project_that_starts_on_a_day_is_not_its_number(says: Says) -> None:
    told = acts(says("liaison", "22号项目正式开工", projects=(9,)))
    assert told == [{"act": "progress", "project": 9, "status": "started", "date": "2025-09-22"}]


def test_a_number_that_the_ledger_lacks_is_asked_for(says: Says) -> None:
    asked = says("leader", "99号项目怎么样").as_json()["ask"]
    assert asked == {"about": "project", "candidates": []}


@pytest.mark.parametrize(
    ("text", "tickets", "meant"),
    [
        ("1号又漏水了，还是没解决", (LINES,), {"act": "reject", "ticket": 1}),
        ("还是没解决", (LINES,), {"act": "reject", "ticket": 1}),
        ("还没解决", (LINES,), {"act": "reject", "ticket": 1}),
        ("1号怎么还没解决", (LINES,), {"act": "urge", "ticket": 1}),
        ("通信杆线还是没迁", (LINES,), {"act": "urge", "ticket": 1}),
    ],
)
def test_what_is_still_not_solved_is_refused(
    says: Says, text: str, tickets: tuple[TicketTitle, ...], meant: dict[str, Any]
) -> None:
    assert acts(says("liaison", text, projects=(21,), tickets=tickets)) == [meant]


@pytest.mark.parametrize("role", ["liaison", "contact", "office", "leader"])
@pytest.mark.parametrize("text", ["1号", "3号到5号、", "22号项目", "1号收到，", "8500w，"])
def test_a_thing_said_a_thousand_times_is_read(says: Says, role: str, text: str) -> None:
    once = says(role, text, projects=(22,), tickets=(LINES,)).as_json()
    often = says(role, (text * 1000)[:2000], projects=(22,), tickets=(LINES,)).as_json()
    assert {act["act"] for act in often["acts"]} >= {act["act"] for act in once["acts"]}


@pytest.mark.parametrize(
    "text",
    [
        "南同蒲货运枢纽本月完成投资500万元",
        "城北物流园9月投资300万，形象进度40%",
        "禹门口水库被村民挡着不让干",
    ],
)
def test_a_project_that_the_ledger_does_not_have_is_not_booked_on_the_senders_own(
    says: Says, text: str
) -> None:
    assert says("liaison", text, projects=(21,)).as_json()["ask"] == {"about": "project", "candidates": []}


@pytest.mark.parametrize("text", ["本月完成投资500万元", "基地进度40%", "桩基础今年全部完成"])
def test_a_part_or_a_kind_of_building_is_no_name(says: Says, text: str) -> None:
    assert says("liaison", text, projects=(21,)).as_json()["ask"] is None


def test_what_is_lacking_for_a_batch_of_starts_is_no_start(says: Says) -> None:
    lacking = acts(says("liaison", "集中开工342改线还缺施工许可", projects=(21,)))
    assert [act["act"] for act in lacking] == ["blocker"]
    started = acts(says("liaison", "342改线9月10日集中开工了", projects=(21,)))
    assert [(act["act"], act["status"]) for act in started] == [("progress", "started")]
