"""What is written otherwise means the same, and what only looks the same doesn't. Today is Tuesday, 16 September 2025."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .conftest import Says

PROGRESS = {"act": "progress", "project": 9}
BLOCKER = {"act": "blocker", "project": 9}


def meaning(says: Says, text: str, projects: tuple[int, ...] = (9,)) -> list[str]:
    """The acts without their order, each with its units in one order."""
    acts = says("liaison", text, projects=projects).as_json()["acts"]
    for act in acts:
        if "units" in act:
            act["units"] = sorted(act["units"])
        if "invested" in act:
            act["invested"] = sorted(act["invested"], key=str)
    return sorted(json.dumps(act, ensure_ascii=False, sort_keys=True) for act in acts)


REPORTS = (
    "本月完成投资300万元，形象进度46%",
    "今年累计1.2亿，累计3.5亿",
    "雨水管铺了1.2公里",
    "9月10日已正式开工",
    "定于9月28日通车",
    "前两天停工了",
    "燃气管线没迁，请城管局月底前迁走",
    "环评、能评都没批",
    "水保方案报了两个月，审批局卡着不批",
    "有三户不肯搬，请盐湖区政府国庆前做通工作",
    "本周完成80万，商混供不上，请住建局协调",
    "工程款欠了四个月，再不给就要停工了",
    "正在做初步设计，一切正常",
    "力争年底竣工",
)
BEFORE = (
    "",
    "领导好，",
    "您好！",
    "各位领导：",
    "@小号 ",
    "@销号机器人 ",
    "报告一下，",
    "汇报：",
    "大家好，",
    "\n",
)
AFTER = ("", "。", "！", "，谢谢", "，辛苦了", "🙏", "👍👍", "[抱拳]", "，收到请回复", "\n", " ")


def _wide(text: str) -> str:
    """Digits and marks in full width, as some keyboards write them."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" and char != "%" else char for char in text)


WAYS: dict[str, Callable[[str], str]] = {
    "half width": lambda text: text.replace("，", ",").replace("。", "."),
    "full width": _wide,
    "a space for a comma": lambda text: text.replace("，", " "),
    "a line for a comma": lambda text: text.replace("，", "\n"),
    "a semicolon": lambda text: text.replace("，", "；"),
    "a full stop": lambda text: text.replace("，", "。"),
    "commas twice": lambda text: text.replace("，", "，，"),
    "spaces around digits": lambda text: text.replace("万", " 万").replace("完成投资", "完成投资 "),
    "brackets for quotes": lambda text: "“" + text + "”",
    "pictures between": lambda text: text.replace("，", "😊，"),
}
# 水保方案 and 卡着不批, 就要停工 and 工程款 belong together only in one sentence or the next.


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("text", REPORTS)
def test_how_it_is_typed_says_nothing(says: Says, text: str, way: str) -> None:
    assert meaning(says, WAYS[way](text)) == meaning(says, text)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(REPORTS), st.sampled_from(BEFORE), st.sampled_from(AFTER))
def test_what_is_polite_says_nothing(says: Says, text: str, before: str, after: str) -> None:
    assert meaning(says, before + text + after) == meaning(says, text)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.permutations(
        ["本月完成投资300万元", "形象进度46%", "燃气管线没迁，请城管局月底前迁走", "缺钢筋工20个，请人社局帮忙", "雨水管铺了1.2公里"]
    ),
    st.sampled_from(["。", "\n", "；"]),
    st.sampled_from(["{n}、", "{n}.", "（{n}）", "{c}、", "{o}", ""]),
)  # fmt: skip
def test_the_order_of_facts_and_their_marks_say_nothing(
    says: Says, facts: list[str], between: str, mark: str
) -> None:
    marks = [mark.format(n=n, c="一二三四五"[n - 1], o="①②③④⑤"[n - 1]) for n in range(1, 6)]
    said = between.join(one + fact for one, fact in zip(marks, facts, strict=True))
    told = meaning(says, said)
    assert told == sorted(
        json.dumps(act, ensure_ascii=False, sort_keys=True)
        for act in (
            {**PROGRESS, "invested": [{"scope": "month", "wan": 300}], "percent": 46.0},
            {**BLOCKER, "category": "utilities", "units": ["市城市管理局"], "wanted_by": "2025-09-30"},
            {**BLOCKER, "category": "workforce", "units": ["市人社局"]},
        )
    )


@pytest.mark.parametrize(
    "said",
    ["1.2亿", "1.2亿元", "1.2 亿", "１．２亿", "一亿二", "一亿二千万", "1亿2千万", "1亿2000万", "12000万", "12,000万元", "1.2个亿", "一点二亿", "12000w", "约1.2亿", "1.2亿左右", "近1.2亿", "一亿两千万"],
)  # fmt: skip
@pytest.mark.parametrize(
    ("form", "scope"),
    [
        ("本月完成投资{}", "month"),
        ("今年累计{}", "year"),
        ("开工以来累计完成{}", "total"),
        ("完成投资{}", None),
    ],
)
def test_one_sum_has_many_forms(says: Says, said: str, form: str, scope: str | None) -> None:
    (told,) = says("liaison", form.format(said), projects=(9,)).as_json()["acts"]
    item: dict[str, Any] = {"scope": scope, "wan": 12000} if scope else {"wan": 12000}
    assert told == {**PROGRESS, "invested": [item]}


@pytest.mark.parametrize(
    "said", ["60%", "六成", "百分之六十", "60个点", "６０％", "六成左右", "60%多", "将近60%"]
)
@pytest.mark.parametrize("form", ["形象进度{}", "总体进度{}", "整体形象进度到{}了", "形象进度：{}"])
def test_one_share_has_many_forms(says: Says, said: str, form: str) -> None:
    (told,) = says("liaison", form.format(said), projects=(9,)).as_json()["acts"]
    assert told == {**PROGRESS, "percent": 60}


@pytest.mark.parametrize(
    "asked",
    [
        "请城管局月底前迁走", "麻烦城管局月底前给迁走", "希望城管局月底前迁走", "恳请市城市管理局于9月30日前迁移", "城管局抓紧，月底前迁走",
        "需要城管局9月30号前迁走", "请重点办协调城管局，月底前迁走", "由城管局负责，9月底前迁走", "能不能让城管局月底前迁走", "盼城管局月底前迁走",
        "请城管局30号前迁走", "拜托城管局月底前帮忙迁走", "请城管局九月三十日前迁走", "请城管局两周内迁走",
    ],
)  # fmt: skip
def test_a_request_has_many_forms(says: Says, asked: str) -> None:
    told = says("liaison", f"燃气管线没迁，{asked}", projects=(9,)).as_json()["acts"]
    assert told == [
        {**BLOCKER, "category": "utilities", "units": ["市城市管理局"], "wanted_by": "2025-09-30"}
    ]


@pytest.mark.parametrize(
    "told",
    ["通车了", "已通车", "已经全面完工", "竣工了", "正式通车", "完工了", "全面建成", "通过竣工验收"],
)
def test_an_end_has_many_forms(says: Says, told: str) -> None:
    assert meaning(says, f"槐东路{told}", ()) == meaning(says, "槐东路已竣工", ())


@pytest.mark.parametrize(
    ("said", "not_said"),
    [
        ("形象进度80%", "主体完成80%"),
        ("形象进度80%", "完成投资80%"),
        ("形象进度80%", "占年度计划80%"),
        ("形象进度15个点", "进度快了15个点"),
        ("本月完成300万", "本月到位资金300万"),
        ("本月完成300万", "本月产值300万"),
        ("本月完成300万", "计划本月完成300万"),
        ("本月完成300万", "比上月多了300万"),
        ("今年完成1.2亿", "去年完成1.2亿"),
        ("明天开工", "力争明天开工"),
        ("定于10月8日开工", "拟于10月8日开工"),
        ("已开工", "还没开工"),
        ("开工了", "什么时候开工"),
        ("停工了", "快要停工了"),
        ("停工了", "9月1日停工，9月10日复工"),
        ("竣工了", "竣工验收还没过"),
        ("投产了", "一期投产了"),
        ("路基填完了", "正在填路基"),
        ("路基填完了", "月底前路基填完"),
        ("请城管局迁燃气管线", "城管局的人来看过燃气管线了"),
        ("管线没迁，请城管局迁走", "管线没迁，城管局不管"),
        ("管线没迁，请市里协调", "管线没迁，市里知道了"),
        ("请县自然资源局批用地手续", "县自然资源局没批用地手续"),
        ("征地没完成", "征地批复没下来"),
        ("消防验收没过", "消防审查没过"),
        ("村民因为补偿堵路", "补偿款没发"),
        ("环评没批", "环评已批"),
        ("有困难，材料供不上", "材料供得上，没困难"),
    ],
)
def test_near_misses_mean_something_else(says: Says, said: str, not_said: str) -> None:
    assert meaning(says, said) != meaning(says, not_said)


@pytest.mark.parametrize(
    "text",
    [
        "还没开工", "正在办手续", "力争年底竣工", "预计下月投产", "一切正常", "按计划推进，没有问题", "今天住建局来检查了", "能按期完工",
        "明天的会几点开", "听说要下雨", "施工正常，不影响工期", "下步计划：10月底前完成主体封顶，本月投资300万", "听说要停工",
    ],
)  # fmt: skip
def test_nothing_is_told(says: Says, text: str) -> None:
    assert meaning(says, text) == []
