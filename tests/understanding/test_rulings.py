"""The contract's rulings, as messages that a colleague would write. Today is Tuesday, 16 September 2025."""

from typing import Any

import pytest

from bot.people import TicketTitle

from .conftest import Says

HOMES = TicketTitle(17, 9, "demolition", "槐东路三户未拆")
DONGMU = TicketTitle(17, 16, "environment", "东睦环评批复未下达")
GRID = TicketTitle(19, 24, "environment", "源网荷储环评批复滞后")
PERMIT = TicketTitle(17, 9, "approval", "槐东路施工许可批复")


def acts(understood: Any) -> list[dict[str, Any]]:
    return understood.as_json()["acts"]  # type: ignore[no-any-return]


def progress(**fields: Any) -> list[dict[str, Any]]:
    return [{"act": "progress", "project": 9, **fields}]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("上月完成投资300万，占年度计划的78%", progress(invested=[{"scope": "month", "wan": 300}])),
        ("本月没有投资", progress(invested=[{"scope": "month", "wan": 0}])),
        ("工程过半，本月几百万", progress(percent=50)),
        ("前三季度完成投资1.2亿，主体完成80%", progress(invested=[{"scope": "year", "wan": 12000}])),
        ("累计完成投资1.8亿元，占年度计划的72%", progress(invested=[{"scope": "year", "wan": 18000}])),
        ("开工以来累计3.2亿，进度快了5个点", progress(invested=[{"scope": "total", "wan": 32000}])),
        ("到位资金3000万，完成投资2000万", progress(invested=[{"wan": 2000}])),
        ("路基填了3公里", progress()),
        ("评审会已开，批复已拿到", progress()),
        ("一期已投产", progress()),
        ("3号楼封顶了", progress()),
        ("一切正常，正常施工", []),
        ("正在做初步设计", []),
        ("还没开工", []),
        ("预计9月底竣工", []),
        ("力争年底通车", []),
        ("设备装了六成，投产还早", progress()),
        ("8月底正式动工", progress(status="started")),
        ("开年以来8900万", progress(invested=[{"scope": "year", "wan": 8900}])),
        ("形象进度三分之二", progress(percent=pytest.approx(66.67, abs=0.01))),
        ("形象进度由四成提到四成八", progress(percent=48)),
        (
            "9月1日停工，定于9月20日复工",
            progress(status="suspended", date="2025-09-01") + progress(status="resumed", date="2025-09-20"),
        ),
        ("接到预警停工", []),
        ("预计投产后产值5亿", []),
        ("9月20日通车", progress(status="completed", date="2025-09-20")),
        ("8月份已经开工", progress(status="started")),
        ("周一复工的", progress(status="resumed", date="2025-09-15")),
        ("项目已通过竣工验收，正式交付", progress(status="completed")),
        ("9月1日停工，9月10日已经复工", progress(status="resumed", date="2025-09-10")),
    ],
)
def test_what_counts_as_progress(says: Says, text: str, meant: list[dict[str, Any]]) -> None:
    assert acts(says("liaison", text, projects=(9,))) == meant


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("还没开工，卡在征地上", [{"category": "demolition"}]),
        ("请重点办协调供电公司迁一下电线杆，半个月内",
         [{"category": "utilities", "units": ["国网运城供电公司"], "wanted_by": "2025-10-01"}]),
        ("县自然资源局一直不给办用地手续", [{"category": "land"}]),
        ("请县自然资源局抓紧办用地手续", [{"category": "land", "level": "county"}]),
        ("省里没批林地指标", [{"category": "land"}]),
        ("因补偿款没兑付，村民堵路不让施工", [{"category": "obstruction"}]),
        ("城管把渣土车扣了，没法施工", [{"category": "other"}]),
        ("消防验收一直没过，请消防支队支持", [{"category": "acceptance", "units": ["市消防救援支队"]}]),
        ("请市里协调供电公司，外线接不进来",
         [{"category": "utilities", "units": ["国网运城供电公司"], "level": "city"}]),
        ("1.天然气没通；2.招不上工；3.商混供不上。以上请市住建局月底前协调",
         [{"category": name, "units": ["市住建局"], "wanted_by": "2025-09-30"} for name in ("utilities", "workforce", "supply")]),
        ("坟地没迁", [{"category": "demolition"}]),
        ("项目缺电工、焊工，人社局月底前给组织一场招聘会",
         [{"category": "workforce", "units": ["市人社局"], "wanted_by": "2025-09-30"}]),
        ("10千伏线到现在没通，供电公司国庆前务必送电",
         [{"category": "utilities", "units": ["国网运城供电公司"], "wanted_by": "2025-09-30"}]),
        ("大雪封路，料车上不来，今天通了", []),
        ("盐湖区政府要在10月底前把地交出来，现在三户没拆",
         [{"category": "demolition", "units": ["盐湖区人民政府"], "wanted_by": "2025-10-31"}]),
        ("审批局说材料不够，施工许可没批下来", [{"category": "approval"}]),
        ("材料交了三回还没批", [{"category": "approval"}]),
        ("商混站说材料不够", [{"category": "supply"}]),
        ("村民堵路，公安机关抓紧处理", [{"category": "obstruction", "units": ["市公安局"]}]),
        ("小年前请供电公司把电通上", [{"category": "utilities", "units": ["国网运城供电公司"], "wanted_by": "2026-02-09"}]),
    ],
)  # fmt: skip
def test_troubles_and_who_shall_act(says: Says, text: str, fields: list[dict[str, Any]]) -> None:
    meant = [{"act": "blocker", "project": 9, **field} for field in fields]
    assert acts(says("liaison", text, projects=(9,))) == meant


@pytest.mark.parametrize(
    ("role", "text", "tickets", "meant"),
    [
        ("liaison", "拆迁还没动", (HOMES,), [{"act": "urge", "ticket": 17}]),
        ("liaison", "批复什么时候能下来", (PERMIT,), [{"act": "query", "about": "ticket", "ticket": 17}]),
        ("liaison", "没意见", (HOMES,), [{"act": "approve", "ticket": 17}]),
        ("liaison", "收到", (HOMES,), []),
        ("liaison", "17号可以销号了", (HOMES,), [{"act": "resolve", "ticket": 17}]),
        ("liaison", "怎么申请销号", (HOMES,), [{"act": "query", "about": "help"}]),
        ("office", "17号材料不齐，补充后再报", (DONGMU,), [{"act": "reject", "ticket": 17}]),
        ("liaison", "17号又停水了，重新打开", (HOMES,), [{"act": "reopen", "ticket": 17}]),
        ("contact", "收到", (HOMES,), [{"act": "acknowledge", "ticket": 17}]),
        ("contact", "都收到", (DONGMU, GRID), [{"act": "acknowledge", "ticket": 17}, {"act": "acknowledge", "ticket": 19}]),
        ("contact", "预计周五办结", (HOMES,), [{"act": "acknowledge", "ticket": 17, "planned": "2025-09-19"}]),
        ("contact", "争取周五办结", (HOMES,), [{"act": "acknowledge", "ticket": 17}]),
        ("contact", "17号收到，限期三天办结", (HOMES,), [{"act": "acknowledge", "ticket": 17, "planned": "2025-09-19"}]),
        ("contact", "17号收到，一个工作日就能办好", (HOMES,), [{"act": "acknowledge", "ticket": 17, "planned": "2025-09-17"}]),
        ("office", "17号派给市水务局，期限：五个工作日", (DONGMU,),
         [{"act": "dispatch", "ticket": 17, "unit": "市水务局", "due": "2025-09-23"}]),
        ("contact", "17号延期两周", (HOMES,), [{"act": "extend", "ticket": 17}]),
        ("contact", "17号申请延期到20号", (HOMES,), [{"act": "extend", "ticket": 17, "until": "2025-09-20"}]),
        ("contact", "17号收到，李建国科长负责", (HOMES,), [{"act": "acknowledge", "ticket": 17, "assignee": "李建国"}]),
        ("contact", "已完成现场勘查，下周出报告", (HOMES,), [{"act": "feedback", "ticket": 17}]),
        ("contact", "17号方案：9月20日前出图；10月10日前迁完", (DONGMU, GRID),
         [{"act": "plan", "ticket": 17, "nodes": [{"date": "2025-09-20", "text": "出图"}, {"date": "2025-10-10", "text": "迁完"}]}]),
        ("office", "17号按重大复杂办", (DONGMU, GRID), [{"act": "grade", "ticket": 17, "severity": "complex"}]),
        ("office", "17号先挂起，10月8日再办，等设计变更", (DONGMU,), [{"act": "pause", "ticket": 17, "until": "2025-10-08"}]),
        ("office", "17号又停水了，重新打开", (DONGMU,), [{"act": "reopen", "ticket": 17}]),
        ("office", "17号核实列入", (DONGMU,), [{"act": "approve", "ticket": 17}]),
        ("office", "17号属实，列入台账", (DONGMU,), [{"act": "approve", "ticket": 17}]),
        ("office", "17号不列入，属企业内部问题", (DONGMU,), [{"act": "reject", "ticket": 17}]),
        ("office", "17号退回补充，说明缺口长度", (DONGMU,), [{"act": "reject", "ticket": 17}]),
        ("office", "17号已电话催市水务局李科长", (DONGMU,), [{"act": "urge", "ticket": 17}]),
        ("office", "17号同意退回", (DONGMU,), [{"act": "approve", "ticket": 17}]),
        ("office", "3、5、8号交办市水务局", (),
         [{"act": "dispatch", "ticket": number, "unit": "市水务局"} for number in (3, 5, 8)]),
        ("office", "17号交办市水务局，市住建局配合", (DONGMU,),
         [{"act": "dispatch", "ticket": 17, "unit": "市水务局"}, {"act": "dispatch", "ticket": 17, "unit": "市住建局"}]),
        ("office", "李市长批示：17号本周五前解决", (DONGMU,), [{"act": "instruct", "ticket": 17, "due": "2025-09-19"}]),
        ("office", "17号挂牌督办，10月底前办结", (DONGMU,),
         [{"act": "supervise", "ticket": 17}, {"act": "dispatch", "ticket": 17, "due": "2025-10-31"}]),
        ("leader", "17号挂牌督办，10月底前解决", (DONGMU,),
         [{"act": "supervise", "ticket": 17}, {"act": "instruct", "ticket": 17, "due": "2025-10-31"}]),
        ("leader", "抓紧办", (HOMES,), [{"act": "urge", "ticket": 17}]),
        ("leader", "槐东路要抓紧", (HOMES,), [{"act": "urge", "project": 9}]),
        ("leader", "槐东路拆迁要抓紧", (HOMES,), [{"act": "urge", "ticket": 17}]),
        ("leader", "不同意延期", (HOMES,), [{"act": "reject", "ticket": 17}]),
    ],
)  # fmt: skip
def test_words_about_tickets(
    says: Says, role: str, text: str, tickets: tuple[TicketTitle, ...], meant: list[dict[str, Any]]
) -> None:
    projects = (9,) if role in ("liaison", "leader") else ()
    assert acts(says(role, text, projects=projects, tickets=tickets)) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("闻喜县的项目怎么样了", {"about": "summary", "area": "闻喜县"}),
        ("环保局还有几个没办的", {"about": "summary", "unit": "市生态环境局"}),
        ("8月通报发我", {"about": "bulletin", "period": "last_month"}),
        ("月度通报", {"about": "bulletin"}),
        ("盐湖北岸高压线廊道进展如何", {"about": "project", "project": 5}),
        ("全市项目排名", {"about": "ranking"}),
        ("哪个项目总投资最大", {"about": "help"}),
    ],
)
def test_questions(says: Says, text: str, meant: dict[str, Any]) -> None:
    assert acts(says("leader", text)) == [{"act": "query", **meant}]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("改成1900万", {"act": "correct", "project": 9, "invested": [{"wan": 1900}]}),
        (
            "刚才的作废重报，本月300万",
            {"act": "correct", "project": 9, "invested": [{"scope": "month", "wan": 300}]},
        ),
        ("撤销", {"act": "undo"}),
        ("我是住建局张伟，负责槐东路", {"act": "bind", "name": "张伟", "unit": "市住建局", "project": 9}),
        ("麻烦催一下能源局", {"act": "urge", "unit": "市能源局"}),
    ],
)
def test_what_a_liaison_says_of_himself_and_his_report(says: Says, text: str, meant: dict[str, Any]) -> None:
    assert acts(says("liaison", text, projects=(9,))) == [meant]


@pytest.mark.parametrize(
    ("role", "text", "projects", "about", "candidates"),
    [
        ("liaison", "本月完成投资560万元", (3, 9), "project", [3, 9]),
        ("liaison", "机场T3航站楼项目本月完成投资3200万元", (1,), "project", []),
        ("leader", "抽蓄项目推进得怎么样", (), "project", [23, 25]),
        ("contact", "收到", (), "ticket", [17, 19]),
    ],
)
def test_what_is_left_open_is_asked(
    says: Says, role: str, text: str, projects: tuple[int, ...], about: str, candidates: list[int]
) -> None:
    tickets = (DONGMU, GRID) if about == "ticket" else ()
    assert says(role, text, projects=projects, tickets=tickets).as_json()["ask"] == {
        "about": about,
        "candidates": candidates,
    }


@pytest.mark.parametrize("role", ["liaison", "contact", "office", "leader"])
@pytest.mark.parametrize(
    "text",
    [
        "好的，谢谢",
        "大家辛苦了",
        "早上好！",
        "👍👍👍",
        "明天开什么会",
        "领导好，今天下雨，路上注意安全",
        "刘科长，明天的高铁票订了吗",
        "",
    ],
)
def test_chat_means_nothing(says: Says, role: str, text: str) -> None:
    understood = says(role, text, projects=(9,), tickets=(HOMES,))
    assert understood.acts == () and understood.ask is None
