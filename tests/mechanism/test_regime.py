"""Regimes are read whole, and what is wrong with one is said all at once."""

from pathlib import Path

import pytest

from bot.mechanism.describe import describe, diff
from bot.mechanism.model import Kind, Regime
from bot.mechanism.regime import RegimeError, load, names, parse

from .moments import changed, default_text


def faults(text: str) -> set[str]:
    with pytest.raises(RegimeError) as caught:
        parse(text, "city.toml")
    return {str(fault) for fault in caught.value.faults}


@pytest.mark.parametrize("name", ["yuncheng-2019", "yuncheng-2025"])
def test_shipped_regimes_carry_13710(name: str) -> None:
    assert name in names()
    regime = load(name)
    assert regime.id == name
    lengths = {kind: (regime.limit(kind).days, regime.limit(kind).months) for kind in list(Kind)[:6]}
    assert lengths == {
        Kind.DISPATCH: (1, None),
        Kind.ARRANGE: (0, None),
        Kind.FEEDBACK: (3, None),
        Kind.OBSTRUCTION: (3, None),
        Kind.ORDINARY: (7, None),
        Kind.COMPLEX: (None, 1),
    }
    assert all(regime.duty(kind).clause == "N4 (十四)" for kind in Kind if kind is not Kind.PROMISE)


@pytest.mark.parametrize("name", ["yuncheng-2019", "yuncheng-2025"])
@pytest.mark.parametrize("kind", [Kind.OBSTRUCTION, Kind.ORDINARY, Kind.COMPLEX])
def test_a_ladder_goes_from_the_contact_to_the_inspectorate(name: str, kind: Kind) -> None:
    releases = [(str(rung.to), rung.release) for rung in load(name).ladder(kind)]
    assert releases == [
        ("contact", "auto"),
        ("deputy_head", "auto"),
        ("head", "auto"),
        ("office", "auto"),
        ("project_leaders", "office"),
        ("inspectorate", "never"),
    ]


def test_a_citys_own_file_is_read_by_its_path_and_keeps_its_text(tmp_path: Path) -> None:
    file = tmp_path / "city.toml"
    file.write_text(default_text(), "utf-8")
    regime = load(file)
    assert regime == load("yuncheng-2025")
    assert parse(regime.text, "history").sha256 == regime.sha256
    file.write_bytes(b"\xef\xbb\xbf" + default_text().encode())  # as Windows editors save it
    assert load(str(file)).sha256 == regime.sha256


def test_what_cannot_be_read_says_so(tmp_path: Path) -> None:
    file = tmp_path / "gbk.toml"
    file.write_bytes('title = "运城"'.encode("gbk"))
    for given, words in [
        ("taiyuan", "没有这个机制；可用的有：yuncheng-2019、yuncheng-2025"),
        (str(tmp_path / "none.toml"), "文件读不出来"),
        (str(file), "文件要用 UTF-8 编码保存"),
    ]:
        with pytest.raises(RegimeError, match=words):
            load(given)
    assert any("TOML 格式不对" in fault for fault in faults("id = \n"))


def test_all_faults_are_named_at_once_each_with_its_key() -> None:
    text = default_text()
    for before, after in [
        ("version = 1", 'version = "1"'),
        ("undo_minutes = 10", "undo_minute = 10"),
        ('open = "08:00"', 'open = "8点"'),
        ("\nmonths = 1", "\nmonths = 1\ndays = 30"),
        ("days = 7", "days = -7"),
        ('say = "交办限{day}"', 'say = "交办限"'),
        ('quote = "“3”即', 'own = true\nquote = "“3”即'),
        ('ladder = "obstruction"', 'ladder = "blocked"'),
        ('row = "T9"\nclause = "N4 (十一)"', 'row = "T9"\nclause = "N7 (十一)"'),
        (
            'to = "inspectorate", after = 50.0, release = "never"',
            'to = "inspectorate", after = 50.0, release = "auto"',
        ),
        ('bind = "office"', 'bind = "mayor"'),
    ]:
        assert text.count(before) >= 1, before
        text = text.replace(before, after, 1)
    assert faults(text) == {
        "city.toml：version：要写整数",
        "city.toml：undo_minutes：缺少这一项",
        "city.toml：undo_minute：不认识这一项，请核对拼写",
        "city.toml：hours.open：要写成“08:30”这样的钟点",
        "city.toml：limits.complex：天数 days 和月数 months 要写一个，也只写一个",
        "city.toml：limits.ordinary.days：不能小于0，现在是 -7",
        "city.toml：own_limit：简称 say 里要有 {day}",
        "city.toml：limits.feedback：要么写依据条款 clause，要么标明自定 own = true，二者取其一",
        "city.toml：limits.obstruction.ladder：[ladders] 里没有 blocked",
        "city.toml：listing.clause：[notices] 里没有 N7",
        'city.toml：ladders.solve.6：给督查室的只拟稿，由重点办转交：release = "never"',
        "city.toml：bind：只能是 office、itself，现在是 mayor",
    }


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ('close = "18:00"', 'close = "07:00"', "结束 close 要晚于开始 open"),
        ('last_dispatch = "17:00"', 'last_dispatch = "19:00"', "last_dispatch 要在办公时间内"),
        ('night = ["22:30", "06:30"]   ', 'night = ["22:30", "09:00"]   ', "night 不能与办公时间重叠"),
        ("valid_until = 2028-03-31", "valid_until = 2024-03-31", "早于施行日期"),
        ("least_gap = 0.5", "least_gap = 0.0", "least_gap：要大于0"),
        ('to = "project_leaders", after = 20.0, release = "office"', 'to = "project_leaders", after = 20.0, release = "auto"', "给市领导的须由重点办发出"),
        ('name = "告知主要负责人", to = "head", after = 20.0', 'name = "告知分管领导", to = "head", after = 20.0', "各级名称 name 不能重复"),
        ("{ days_left = 1, weight = 4 }", "{ days_left = 9, weight = 4 }", "从少到多"),
        ('notice = "N0"', 'notice = "N9"', "[notices] 里没有 N9"),
    ],
)  # fmt: skip
def test_a_rule_that_contradicts_itself_is_a_fault(before: str, after: str, fault: str) -> None:
    text = default_text()
    assert before in text
    (found,) = faults(text.replace(before, after, 1))
    assert fault in found


def test_an_office_head_can_check_the_regime(regime: Regime) -> None:
    text = describe(regime)
    for words in [
        "反馈（13710第3天）：承办单位联系人向重点办反馈办理情况；从承办单位被告知起3天内",
        "依据运政办发〔2019〕12号（十四）",
        "5. 请示包联领导：上一级发出后20个工作小时告知项目包联领导，拟稿，由重点办发出",
        "延期：到期前提出，重点办批准，最多2次；本机制自定",
        "17:00以后交办的从下次上班起算",
    ]:
        assert words in text


def test_the_difference_of_two_regimes_is_said_value_by_value(regime: Regime) -> None:
    other = changed(
        ("days = 7", "days = 10"),
        ('to = "head", after = 10.0', 'to = "head", after = 30.0'),
        ('at = "17:30"', 'at = "18:00"'),
    )
    assert diff(regime, other) == [
        "时限·一般问题办结·天数：7 → 10",
        "提级（一般问题办结、重大复杂问题办结、方案节点）·告知主要负责人·间隔工作小时：10 → 30",
        "日报和周报·日报时间：17:30 → 18:00",
    ]
    assert diff(regime, regime) == []


def test_ladders_are_called_by_the_limits_that_they_belong_to() -> None:
    text = describe(load("yuncheng-2025"))
    assert "\n　一般问题办结、重大复杂问题办结、方案节点：\n　　1. 提醒联系人" in text
    assert "超期提级：提醒联系人→告知分管领导→告知主要负责人→报重点办督办" in text
    assert "solve" not in text and "obstruction" not in text
