"""Messages that were once read wrongly in use. Today is Tuesday, 16 September 2025."""

from typing import Any

import pytest

from bot.people import TicketTitle

from .conftest import Says

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
