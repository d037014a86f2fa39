"""Regimes are read whole, and what is wrong with one is said all at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel
from typer.testing import CliRunner

from bot.cli import app
from bot.mechanism.describe import describe, diff
from bot.mechanism.model import Kind, Regime, Rule
from bot.mechanism.regime import RegimeError, load, names, parse
from bot.mechanism.sources import source_of

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


@pytest.mark.parametrize("name", ["jincheng-2025", "yangquan-2025"])
def test_what_a_notice_leaves_open_is_the_regimes_own(name: str) -> None:
    """N2 and N3 name no day within which a problem is solved, and nobody whom it climbs to."""
    regime = load(name)
    assert regime.id == name
    assert all(regime.duty(kind).own and not regime.duty(kind).quote for kind in Kind)
    assert all("13710" not in regime.duty(kind).say for kind in Kind)
    assert "N4" not in regime.notices and "运政" not in regime.text
    assert regime.stalled is None
    for kind in (Kind.OBSTRUCTION, Kind.ORDINARY, Kind.COMPLEX):
        rungs = [(str(rung.to), rung.release) for rung in regime.ladder(kind)]
        assert rungs[-1] == ("project_leaders", "office"), "the notice knows no inspectorate"


def test_jincheng_reminds_and_supervises_by_its_notice() -> None:
    regime = load("jincheng-2025")
    assert regime.near is not None and (regime.near.row, regime.near.clause) == ("T11", "N2 第13项")
    assert regime.valid_until.isoformat() == "2025-12-31", "N2 三"
    assert (regime.office.name, regime.office.seat) == ("晋城市项目攻坚专班办公室", "市发展改革委")


def test_yangquan_wants_unit_person_and_limit() -> None:
    regime = load("yangquan-2025")
    assert regime.listing.needs == ("unit", "person", "deadline"), "N3 第5项"
    assert (regime.office.name, regime.office.seat) == ("阳泉市重点工程项目指挥部办公室", "市发改委")


@pytest.mark.parametrize("name", names())
def test_each_rule_of_a_shipped_regime_has_its_clause_or_is_its_own(name: str) -> None:
    regime = load(name)
    found = list(rules(regime))
    assert len(found) >= 14
    for rule in found:
        assert rule.own is not bool(rule.clause)
        if rule.clause:
            assert rule.row, f"{rule.clause} carries a row"
            assert regime.notice_of(rule.clause).startswith(tuple(n.number for n in regime.notices.values()))


def rules(part: BaseModel) -> Iterator[Rule]:
    """All rules of a regime."""
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, Rule):
            yield value
        if isinstance(value, BaseModel):
            yield from rules(value)


@pytest.mark.parametrize("name", names())
def test_the_command_shows_checks_and_compares_each_shipped_regime(name: str) -> None:
    run = CliRunner()
    listed = run.invoke(app, ["regime", "list"])
    assert f"{name}\t{load(name).title}" in listed.output
    assert "没有发现问题" in run.invoke(app, ["regime", "check", name]).output
    shown = run.invoke(app, ["regime", "show", name])
    assert shown.exit_code == 0 and shown.output.rstrip() == describe(load(name)).rstrip()
    same = run.invoke(app, ["regime", "diff", name, name])
    assert same.exit_code == 0 and same.output.strip() == "没有不同"
    other = run.invoke(app, ["regime", "diff", "yuncheng-2019", name])
    assert other.exit_code == 0
    if name != "yuncheng-2019":
        assert "增加 文件" in other.output or "删去 文件" in other.output
        assert "删去 “一二三”督促" in other.output, "N4 alone asks for it"


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
        (
            "taiyuan",
            "没有这个机制；可用的有：jincheng-2025、yangquan-2025、yuncheng-2019、yuncheng-2025",
        ),
        (str(tmp_path / "none.toml"), "文件读不出来"),
        (str(file), "不是 UTF-8 编码，请用记事本另存为 UTF-8"),
    ]:
        with pytest.raises(RegimeError, match=words):
            load(given)
    assert any("写法不对" in fault for fault in faults("id = \n"))


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


@pytest.mark.parametrize(
    ("kind", "key", "clause"),
    [
        ("node", "node:1:2025-09-18:near:7", "〔2025〕5号第16项"),
        ("agenda", "rhythm:weekly:2025-09-15 08:40:7", "〔2025〕5号四（二）"),
        ("round", "asking:双周调度:2025-09-23:7", "〔2025〕5号四（二）"),
        ("round-over", "round:3:7", "本机制自定"),
        ("batch", "batch:3:remind:7", "〔2025〕5号第14项"),
        ("above", "above:3:2025-09-18:7", "〔2019〕12号（十一）"),
        ("instruction", "instruction:3:over:0:7", "本机制自定"),
        ("draft", "brief:2025-09-17:7", "〔2025〕5号第12项"),
        ("draft", "stalled:3", "提级"),
        ("told", "told:3:17:7", "没有时限"),
    ],
)
def test_what_the_clock_says_has_its_clause(kind: str, key: str, clause: str) -> None:
    assert clause in "".join(source_of(load("yuncheng-2025"), kind, key))
