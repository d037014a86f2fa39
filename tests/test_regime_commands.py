"""`xiaohao regime`: shown in words, checked with all faults at once, copied, and what another one would change."""

import re
from pathlib import Path

import pytest

from bot.app import City, demo_time
from bot.clock import MovableClock
from bot.mechanism import regime as regimes
from storage.database import Tx
from tests.conftest import START, demo_config
from tests.stories.desk import Desk
from tests.test_cli import refused, run, write


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def mine(*changes: tuple[str, str]) -> str:
    """A city's own copy of the default, changed."""
    assert run("regime", "copy", "yuncheng-2025", "mine.toml").exit_code == 0
    text = Path("mine.toml").read_text("utf-8")
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    return write("mine.toml", text)


def test_all_that_are_shipped_are_listed_with_version_and_validity_and_checked() -> None:
    listed = run("regime", "list").output
    checked = run("regime", "check").output
    for name in regimes.names():
        one = regimes.load(name)
        assert f"{name}\t{one.title}\t第{one.version}版\t{one.valid_from}至{one.valid_until}" in listed
        assert f"{one.title}：没有发现问题" in checked


@pytest.mark.parametrize("name", regimes.names())
def test_each_clause_is_shown_with_the_notices_own_words(name: str) -> None:
    said = run("regime", "show", name, "--clauses").output
    assert "原文：" in said and "本机制自定的：" in said
    assert regimes.load(name).title in run("regime", "show", name).output


def test_every_fault_of_a_file_is_told_at_once_with_its_key() -> None:
    bad = mine(
        ("least_gap = 0.5", 'least_gap = "halb"'),
        ('clause = "N0 四(二)"', 'clause = "N9 四(二)"'),
        ("warn_days = [60, 14, 0]", "warn_dayz = [60]"),
        ("total_wan = 5000", "total_wan = 5000\nplan_wan = 1"),
    )
    said = refused("regime", "check", bad)
    for words in (
        "mine.toml：least_gap：要写数字",
        "没有 N9",
        "validity.warn_dayz：不认识这一项",
        "validity.warn_days：缺少这一项",
        "adjust.bars.2：总投资 total_wan 和年度计划 plan_wan 要写一个",
    ):
        assert words in said, (words, said)
    assert said == refused("regime", "show", bad) == refused("regime", "diff", "yuncheng-2025", bad)


def test_a_copy_is_a_regime_of_its_own_and_never_overwrites() -> None:
    said = run("regime", "copy", "yuncheng-2025", "mine.toml").output
    assert "regime diff yuncheng-2025 mine.toml" in said
    assert regimes.load("./mine.toml").id == "mine" and "#" in Path("mine.toml").read_text("utf-8")
    assert "没有覆盖" in refused("regime", "copy", "yuncheng-2019", "mine.toml")
    assert "以 .toml 结尾" in refused("regime", "copy", "yuncheng-2025", "mine.txt")
    assert "是随程序带的机制的名字" in refused("regime", "copy", "yuncheng-2025", "jincheng-2025.toml")
    write("config.toml", '[city]\nregime = "mine.toml"\n[storage]\nurl = "sqlite:///x.db"\n')
    assert "数据库版本" in run("migrate", "--config", "config.toml").output


def test_a_change_without_a_new_version_is_pointed_out() -> None:
    changed = mine(("days = 7", "days = 5"))
    text = Path(changed).read_text("utf-8")
    write("later.toml", text.replace("days = 5", "days = 6"))
    said = run("regime", "diff", "mine.toml", "later.toml").output
    assert "一般问题·天数" in said or "天数：5 → 6" in said
    assert "version 改成 2" in said


def test_what_a_change_would_do_to_what_is_open(demo_url: str) -> None:
    city = City(demo_config(demo_url), clock=MovableClock(demo_time(START)))

    def scene(tx: Tx) -> None:
        desk = Desk(city, tx)
        desk.says("liaison-21", "342改线卡在供水管迁改，请市水务局9月30日前解决")
        desk.says("office-1", "1号交办市水务局")

    city.db.write_now(scene)
    city.close()
    changed = mine(("after_hours = 24", "after_hours = 2"), ('nudge_at = "16:00"', 'nudge_at = "15:00"'))
    text = Path(changed).read_text("utf-8")
    stalled = re.search(r"(?ms)^\[stalled\].*?(?=^\[(?!\[?stalled))", regimes.load("yuncheng-2019").text)
    assert stalled is not None
    write(changed, text + "\n" + stalled[0].replace('clause = "N4 (十五)"', "own = true"))
    config = write("config.toml", f'[storage]\nurl = "{demo_url}"\n')
    said = run(
        "regime", "diff", "yuncheng-2025", changed, "--from", config, "--at", START, "--days", "40"
    ).output
    assert "待核实待销号的提醒·多少小时后提醒：24 → 2" in said
    assert "1件问题按《运城市重大项目推进工作机制》（yuncheng-2025 第1版）办到销号" in said
    assert re.search(r"0条 → \d+条（0人 → \d+人）　“一二三”督查", said), said
    assert "收到的消息条数有变的" in said
    assert "13710第3天" not in said, "what began under the old regime ends under it: no difference"
