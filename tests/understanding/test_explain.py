"""Why a message was understood as it was: the words that led to each act, the rule, and what counted for nothing."""

import io
import json
from datetime import datetime
from typing import Any

import pytest
from typer.testing import CliRunner

from bot import cli
from bot.acts import ACTS
from bot.calendar import CITY
from bot.people import Role, Sender, TicketTitle
from bot.understanding import Message, Understanding
from bot.understanding.normal import clean
from bot.understanding.stream import message_of, run
from bot.understanding.trace import RULE_OF, Reason, Rule

from .conftest import TUESDAY
from .judging import LANGUAGE

LINES = TicketTitle(17, 21, "utilities", "通信杆线未迁改")
WATER = TicketTitle(18, 22, "utilities", "八达供水管网缺口")
OWN = 9  # 槐东路

Taken = list[tuple[str, str]]  # the rule's name and the words, for an act
Left = list[tuple[str, str]]  # the words and the reason why they count for nothing


def explained(
    understanding: Understanding, role: str, text: str, tickets: tuple[TicketTitle, ...] = ()
) -> tuple[list[str], tuple[Reason, ...]]:
    """The names of the acts, and the reasons."""
    sent_at = datetime.combine(TUESDAY, datetime.min.time().replace(hour=10), CITY)
    projects = (OWN,) if role == "liaison" else ()
    message = Message(text, sent_at, "private", Sender(Role(role), "", projects), tickets)
    understood, reasons = understanding.explain(message)
    assert understood == understanding.understand(message)
    return [act.name for act in understood.acts], reasons


@pytest.mark.parametrize(
    ("role", "text", "tickets", "acts", "taken", "left"),
    [
        # figures
        (
            "liaison", "槐东路本月完成投资300万，形象进度45%，其中主体完成80%", (), ["progress"],
            [("完成投资", "本月 投 300万"), ("形象进度", "形象进度 45%"), ("项目：说了名称", "槐东路")],
            [("主体 80%", "只是一部分的进度")],
        ),
        (
            "liaison", "年度计划1.2亿，今年完成8600万，占计划72%", (), ["progress"],
            [("完成投资", "今年 完成 8600万"), ("项目：没说名称，是发言人自己的", "")],
            [("年度计划 1.2亿", "不是完成的投资"), ("占 72%", "是计划、资金等的百分数，不是形象进度")],
        ),
        ("liaison", "贷款到位5000万", (), [], [], [("贷款 5000万", "不是完成的投资")]),
        (
            "liaison", "本月完成300万，比上月多50万", (), ["progress"],
            [("完成投资", "本月 完成 300万")], [("比上月多 50万", "是增减的数，不是完成的数")],
        ),
        ("liaison", "形象进度快了5个点", (), [], [], [("快 5个点", "是快慢的差，不是形象进度")]),
        # progress
        (
            "liaison", "槐东路10月26日正式开工", (), ["progress"],
            [("项目状态", "开工"), ("日期", "10月26日")], [],
        ),
        ("liaison", "力争年底竣工", (), [], [], [("力争 竣工", "只是打算、希望"), ("年底", "不是要记的日子")]),
        ("liaison", "还没开工", (), [], [], [("没 开工", "还没有，或不再是")]),
        ("liaison", "一期已竣工", (), ["progress"], [("走了一步", "竣工 已")], [("一期 竣工", "只是一部分，不是整个项目的状态")]),
        ("liaison", "主体封顶了", (), ["progress"], [("走了一步", "封顶")], []),
        ("liaison", "设备已到货正在安装", (), [], [], [("正在 到货", "只是正在做")]),
        # blockers
        (
            "liaison", "环评受阻，请环保局抓紧，请省里协调，国庆前要用，已经问过住建局", (), ["blocker"],
            [("堵点", "环评 受阻"), ("请的单位", "环保局"), ("日期", "国庆前"), ("哪一级协调", "省里")],
            [("住建局", "只是提到，没有请它办")],
        ),
        (
            "liaison", "村民嫌补偿款没到位，把路堵了不让施工", (), ["blocker"],
            [("堵点", "把路堵了")], [("村民嫌补偿款没到位", "只是阻工的原因，不另算堵点")],
        ),
        ("liaison", "供水管网已经解决了", (), None, [], []),
        ("liaison", "国道342通信杆线没迁", (LINES,), ["urge"], [("已有工单，再说一遍是催办", "")], []),
        # contact
        (
            "contact", "17号收到，张建国负责，周五前办结", (LINES, WATER), ["acknowledge"],
            [("接单", "收到"), ("工单：说了号数", "17号"), ("人名", "张建国"), ("日期", "周五前")], [],
        ),
        (
            "contact", "17号收到，争取周五前办结", (LINES, WATER), ["acknowledge"],
            [("接单", "收到")], [("争取 周五前", "只是争取，不算答应的期限")],
        ),
        (
            "contact", "17号收到，明天去现场", (LINES, WATER), ["acknowledge"],
            [("接单", "收到")], [("明天 去现场", "只是去一趟、开个会，不是办结的日子")],
        ),
        (
            "contact", "杆线正在协调，预计下周迁走", (LINES, WATER), ["feedback"],
            [("反馈", "正在"), ("工单：说的事对得上", "杆线")], [("下周", "反馈里预计的日子，不算答应的期限")],
        ),
        (
            "contact", "申请延期到10月15日", (LINES,), ["extend"],
            [("申请延期", "延期"), ("工单：只看得到这一张", ""), ("日期", "10月15日")], [],
        ),
        ("contact", "已解决，申请销号", (LINES, WATER), ["resolve"], [("申请销号", "已解决"), ("工单：分不清是哪张，要问", "")], []),
        (
            "contact", "17号退回，应由市水务局办理", (LINES,), ["return"],
            [("退回", "退回"), ("请的单位", "市水务局")], [],
        ),
        (
            "contact", "17号方案：9月20日前勘察，9月30日前迁完", (LINES,), ["plan"],
            [("报方案", "方案"), ("日期", "9月20日前"), ("日期", "9月30日前")], [],
        ),
        # the office
        (
            "office", "17号交办给市水务局，周五前办结", (LINES,), ["dispatch"],
            [("交办", "交办"), ("请的单位", "市水务局"), ("日期", "周五前")], [],
        ),
        ("office", "17号同意销号", (LINES,), ["approve"], [("同意", "同意")], []),
        ("office", "17号不同意，退回重办", (LINES,), ["reject"], [("不同意", "不同意")], []),
        ("office", "17号按重大复杂问题办", (LINES,), ["grade"], [("定级", "按重大")], []),
        ("office", "17号先挂起", (LINES,), ["pause"], [("挂起", "挂起")], []),
        ("office", "17号重新打开", (LINES,), ["reopen"], [("重新打开", "重新打开")], []),
        (
            "office", "催一下17号，环保局拖太久了", (LINES,), ["urge"],
            [("催办", "催"), ("工单：说了号数", "17号")], [("环保局", "催办只记一样：先工单，再项目，最后单位")],
        ),
        # a leader
        (
            "leader", "17号请环保局拿出方案，月底前报我", (LINES,), ["instruct"],
            [("批示", "拿出"), ("请的单位", "环保局"), ("日期", "月底前")], [],
        ),
        ("leader", "17号挂牌督办", (LINES,), ["supervise"], [("挂牌督办", "挂牌督办")], []),
        ("leader", "17号不同意销号", (LINES,), ["reject"], [("不同意", "不同意")], []),
        # a liaison on tickets
        ("liaison", "17号确实通了，同意销号", (LINES,), ["approve"], [("同意", "同意")], []),
        ("liaison", "有三户不同意", (LINES,), None, [], [("户不同意", "是别人不同意，不是联络员的答复")]),
        # queries
        ("leader", "奥体现在啥进度", (), ["query"], [("查询", "进度 啥"), ("项目：说了名称", "奥体")], []),
        ("leader", "闻喜县本月有没有超期的？", (), ["query"], [("查询", "超期 有没有"), ("哪个县", "闻喜县"), ("哪段时间", "本月")], []),
        ("liaison", "怎么申请销号", (), ["query"], [("查询", "怎么申请")], []),
        ("office", "17号催了没，啥情况", (LINES,), ["query"], [("查询", "啥情况 了没")], [("催", "这句话是在问")]),
        # edits
        (
            "liaison", "刚才说错了，本月不是520万，是250万", (), ["correct"],
            [("更正", "说错"), ("完成投资", "本月 250万")], [("本月 520万", "说明是报错的数")],
        ),
        ("liaison", "上一条作废", (), ["undo"], [("撤回", "作废 上一条")], []),
        (
            "liaison", "我是市住建局的王小明，负责槐东路", (), ["bind"],
            [("自我介绍", "我是 王小明"), ("人名", "王小明"), ("请的单位", "市住建局"), ("项目：说了名称", "槐东路")], [],
        ),
        # projects and slips
        ("liaison", "河津三期本月完成投资400万", (), ["progress"], [("项目：说了名称", "河津三期")], []),
        ("leader", "人民医院怎么样了", (), ["query"], [("查询", "怎么样")], []),
        ("liaison", "变压器没到位，请供店公司尽快", (), ["blocker"], [("请的单位", "供店公司")], []),
    ],
)  # fmt: skip
def test_words_and_reasons_are_told(
    understanding: Understanding,
    role: str,
    text: str,
    tickets: tuple[TicketTitle, ...],
    acts: list[str] | None,
    taken: Taken,
    left: Left,
) -> None:
    names, reasons = explained(understanding, role, text, tickets)
    if acts is not None:
        assert names == acts
    told = [(one.rule.title, " ".join(one.words)) for one in reasons if one.act is not None]
    discarded = [(" ".join(one.words), one.discarded) for one in reasons if one.act is None]
    assert not [one for one in taken if one not in told], told
    assert not [one for one in left if one not in discarded], discarded
    assert all(word in clean(text) for one in reasons for word in one.words)


@pytest.mark.parametrize(
    "name", ["dev", "second-office", "second-site", "second-more-office", "second-more-site"]
)
def test_every_act_of_the_annotated_messages_has_words_that_stand_in_it(
    understanding: Understanding, name: str
) -> None:
    for line in (LANGUAGE / f"{name}.ndjson").read_text(encoding="utf-8").splitlines():
        message = message_of(json.loads(line))
        understood, reasons = understanding.explain(message)
        assert understood == understanding.understand(message)
        text = clean(message.text)
        assert all(word in text for one in reasons for word in one.words), (message.text, reasons)
        for place, act in enumerate(understood.acts):
            own = [one for one in reasons if one.act == place]
            assert any(one.words for one in own), (message.text, act)
            assert not any(one.discarded for one in own)
        assert all(one.discarded for one in reasons if one.act is None and not understood.ask), message.text


def test_every_figure_day_and_unit_is_accounted_for(understanding: Understanding) -> None:
    text = "领导好，去年花了3000万，省里拨了20%，住建局的同志下周三来看过"
    _, reasons = explained(understanding, "leader", text)
    words = {word for one in reasons for word in one.words}
    assert {"3000万", "20%", "住建局", "下周三"} <= words
    assert all(one.discarded for one in reasons)


def test_a_greeting_needs_no_reasons(understanding: Understanding) -> None:
    for text in ("好的，谢谢", "", "   "):
        assert explained(understanding, "liaison", text) == ([], ())


def test_every_act_has_a_rule_and_every_rule_a_section_of_the_contract() -> None:
    assert set(RULE_OF) == set(ACTS.values())
    assert all(rule.title and rule.section for rule in Rule)
    assert len({rule.title for rule in Rule}) == len(Rule)


LINE = json.dumps(
    {
        "id": "m1", "text": "力争年底竣工，本月完成300万", "sent_at": "2025-09-16T10:00:00+08:00", "chat": "private",
        "sender": {"role": "liaison", "unit": "", "projects": [9]}, "tickets": [],
    },
    ensure_ascii=False,
)  # fmt: skip


def test_the_shell_tells_why_only_if_asked(understanding: Understanding) -> None:
    plain, told = io.StringIO(), io.StringIO()
    assert run([LINE], plain, understanding) == 0
    assert run([LINE], told, understanding, explain=True) == 0
    answer: dict[str, Any] = json.loads(told.getvalue())
    explain = answer.pop("explain")
    assert answer == json.loads(plain.getvalue())
    assert explain[0] == {
        "act": 0,
        "rule": "完成投资",
        "section": "金额和百分数",
        "words": ["本月", "完成", "300万"],
        "discarded": None,
    }
    assert {
        "act": None,
        "rule": "项目状态",
        "section": "进展",
        "words": ["力争", "竣工"],
        "discarded": "只是打算、希望",
    } in explain


def test_the_command_tells_why() -> None:
    result = CliRunner().invoke(cli.app, ["understand", "--explain"], LINE)
    assert result.exit_code == 0
    assert json.loads(result.stdout)["explain"]
