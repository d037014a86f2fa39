"""The ledger over time from the command line: exports, two months compared, adjustments by file with their reasons."""

from datetime import datetime
from pathlib import Path

import pytest

from bot.app import City, demo_time
from bot.calendar import CITY
from bot.cli import DEMO
from bot.clock import MovableClock
from bot.documents import sheets
from bot.documents.ledger_in import LedgerRow, read_ledger
from bot.documents.ledger_out import ledger_xlsx
from storage import month_ends
from storage.database import Tx
from tests.conftest import START, demo_config
from tests.stories.desk import Desk
from tests.test_cli import refused, run, write

SEPTEMBER, NOVEMBER = demo_time("2025-09-30 20:00"), demo_time("2025-11-30 20:00")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def config(demo_url: str) -> str:
    """The demo city with a ticket, a report and two kept months, between which project 8 left."""
    city = City(demo_config(demo_url), clock=MovableClock(demo_time(START)))

    def scene(tx: Tx) -> None:
        desk = Desk(city, tx)
        desk.says("liaison-21", "342改线9月完成投资1800万元，今年累计2.1亿元")
        desk.says("liaison-21", "342改线卡在供水管迁改，请市水务局9月30日前解决")
        desk.says("office-1", "1号交办市水务局")
        month_ends.keep(desk.tx, 2025, "2025-09", SEPTEMBER, SEPTEMBER)
        desk.now = datetime(2025, 10, 15, 9, tzinfo=CITY)
        desk.says("office-1", "8号退出年度计划，原因：与9号合并建设")
        desk.says("liaison-21", "342改线10月完成投资500万元，今年累计2.15亿元")
        month_ends.keep(desk.tx, 2025, "2025-11", NOVEMBER, NOVEMBER)

    city.db.write_now(scene)
    city.close()
    return write("config.toml", f'[storage]\nurl = "{demo_url}"\n')


def cells(name: str, sheet: str) -> list[tuple[sheets.Cell, ...]]:
    found = {one.name: one for one in sheets.read(Path(name).read_bytes(), name)}
    return list(found[sheet].rows)


def test_the_ledger_of_a_month_is_had_again_with_what_was_done_by_then(config: str) -> None:
    said = run("export", "ledger", "九月.xlsx", "--month", "2025-09", "--config", config).output
    assert "30个项目" in said and "月末存的" in said
    assert len(read_ledger(Path("九月.xlsx").read_bytes(), "九月.xlsx", 2025).rows) == 30
    (mine,) = [row for row in cells("九月.xlsx", "进展") if row[0] == 21.0]
    assert mine[4] == 21_000.0 and mine[9] == 1.0
    assert run("export", "ledger", "十一月.xlsx", "--month", "2025-11", "--config", config).exit_code == 0
    assert len(read_ledger(Path("十一月.xlsx").read_bytes(), "十一月.xlsx", 2025).rows) == 29
    assert "2025-13 不是月份" in refused(
        "export", "ledger", "x.xlsx", "--month", "2025-13", "--config", config
    )
    assert "没有台账" in refused("export", "ledger", "x.xlsx", "--month", "2025-02", "--config", config)


def test_two_months_are_compared_whichever_is_named_first(config: str) -> None:
    said = run("diff-months", "2025-09", "2025-11", "--config", config).output
    assert "30个 → 29个" in said and "与9号合并建设" in said and "增500万元" in said
    assert run("diff-months", "2025-11", "2025-09", "--config", config).output == said
    assert "没有变化" in run("diff-months", "2025-09", "2025-09", "--config", config).output


def test_tickets_and_notices_come_with_limit_and_clause(config: str) -> None:
    assert "1件问题" in run("export", "tickets", "问题.xlsx", "--config", config).output
    head, row = cells("问题.xlsx", "问题台账")
    one = dict(zip(head, row, strict=False))
    assert one["承办单位"] == "市水务局" and one["状态"] == "已交办" and "12号（十四）" in str(one["依据"])
    assert "没有这样的问题" in refused(
        "export", "tickets", "y.xlsx", "--until", "2025-01-01", "--config", config
    )
    said = run("export", "notices", "通知.xlsx", "--since", "2025-09-01", "--config", config).output
    assert "条通知" in said
    head, *rows = cells("通知.xlsx", "通知")
    assert rows and "依据" in head and all(row[head.index("收件人")] for row in rows)
    assert "不是日期" in refused("export", "notices", "z.xlsx", "--since", "昨天", "--config", config)


def ledger_without(*numbers: int, more: tuple[LedgerRow, ...] = ()) -> str:
    rows = read_ledger((DEMO / "yuncheng-2025.xlsx").read_bytes(), "2025.xlsx", 2025).rows
    kept = [row for row in rows if row.number not in numbers]
    Path("新.xlsx").write_bytes(ledger_xlsx([*kept, *more], "台账", 2025))
    return "新.xlsx"


def test_A6_a_file_that_leaves_projects_out_needs_their_reasons(demo_url: str) -> None:
    config = write("config.toml", f'[storage]\nurl = "{demo_url}"\n')
    file = ledger_without(8, 9)
    shown = run("import", "ledger", file, "--config", config).output
    assert "不再列入2" in shown and "--reason 8=原因" in shown and "--reason 9=原因" in shown
    said = refused("import", "ledger", file, "--apply", "--reason", "8=已竣工", "--config", config)
    assert "--reason 9=原因" in said and "--reason 8=" not in said
    assert "没有写原因" in refused("import", "ledger", file, "--reason", "8=", "--config", config)
    words = ("--reason", "8=已竣工", "--reason", "重新论证")
    assert "已写入" in run("import", "ledger", file, "--apply", *words, "--config", config).output
    city = City(demo_config(demo_url), clock=MovableClock(datetime.now(CITY)))
    asked = ("今年调整了哪些项目", "台账变更记录")

    def answers(tx: Tx) -> list[str]:
        desk = Desk(city, tx)
        return [desk.says("office-1", one).text for one in asked]

    listed, changed = city.db.write_now(answers)
    city.close()
    assert "已竣工" in listed and "重新论证" in listed
    assert "退出" in changed and "命令行" in changed


def test_A6_a_file_that_enters_one_below_the_bar_is_confirmed(demo_url: str) -> None:
    config = write("config.toml", f'[storage]\nurl = "{demo_url}"\n')
    small = LedgerRow(
        31, "夏县", "夏县口袋公园项目", ("夏县住建局",), "夏县", "new", "livelihood", 30_000_000, 10_000_000, None, None, False, "", "", 0
    )  # fmt: skip
    file = ledger_without(more=(small,))
    assert "社会民生类项目总投资5000万元及以上" in run("import", "ledger", file, "--config", config).output
    assert "--below-bar" in refused("import", "ledger", file, "--apply", "--config", config)
    said = run("import", "ledger", file, "--apply", "--below-bar", "--config", config).output
    assert "已写入" in said


def test_a_first_ledger_is_asked_nothing() -> None:
    config = write("config.toml", '[storage]\nurl = "sqlite:///new.db"\n')
    said = run("import", "ledger", str(DEMO / "yuncheng-2025.xlsx"), "--apply", "--config", config).output
    assert "已写入" in said
