"""`xiaohao simulate`: what would be sent, from a ledger alone or from a copy of a real database. Nothing is sent."""

import asyncio
import csv
import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.app import City, demo_time
from bot.cli import DEMO
from bot.clock import MovableClock
from bot.simulate.copies import NoCopy, copy_of
from bot.simulate.fill import fill
from bot.simulate.run import Simulation
from storage.database import Database, Tx
from storage.tables import ledger_entry, notice, person
from storage.told import Told
from tests.conftest import START, demo_config
from tests.stories.desk import Desk
from tests.test_cli import refused, run, write

DAYS = 25


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rows_of(name: str) -> list[dict[str, str]]:
    with Path(name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def simulated(*words: str, out: str = "out.csv", days: int = DAYS) -> tuple[str, list[dict[str, str]]]:
    result = run("simulate", "--days", str(days), "--out", out, *words)
    assert result.exit_code == 0, result.output
    return result.output, rows_of(out)


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> list[Told]:
    """Ninety days under the regime that has every ladder."""
    return list(told_of(tmp_path_factory.mktemp("long"), 90, seed=1))


def told_of(folder: Path, days: int, seed: int, *, exact: bool = False) -> Iterator[Told]:
    url = f"sqlite:///{folder / 'city.db'}"
    start = demo_time(START)
    fill(url, 2025, start, DEMO / "yuncheng-2025.xlsx", DEMO / "units.csv", None)
    simulation = Simulation(url, "yuncheng-2019", start)
    if exact:

        async def settle() -> None:
            await simulation.city.settle()
            await simulation.city.db.read(simulation._record)

        simulation._settle = settle  # type: ignore[method-assign]
        simulation._mover._settle = settle
        simulation._mover.next_due = simulation.city.next_due
    found: list[Told] = []
    asyncio.run(simulation.run(days, simulation.course(days, seed), found.append))
    simulation.close()
    return iter(found)


def test_a_ledger_alone_gives_every_notice_with_whom_when_and_by_which_clause() -> None:
    said, rows = simulated("--regime", "yuncheng-2019")
    assert "什么都没有真的发出" in said and "按人" in said and "按日" in said
    assert list(rows[0])[:4] == ["时间", "收件人", "单位", "职务"]
    assert all(row["收件人"] and row["时间"] and row["内容"] and row["依据"] for row in rows)
    clauses = {row["依据"] for row in rows}
    assert "运政办发〔2019〕12号（十四）" in clauses and "运政办发〔2019〕12号（八）" in clauses
    moments = [row["时间"] for row in rows if row["状态"] == "已发"]
    assert moments == sorted(moments)
    assert Path("out.csv").read_bytes().startswith(b"\xef\xbb\xbf"), "Excel knows it by that"


def test_the_same_seed_gives_the_same_and_another_one_does_not() -> None:
    _, first = simulated("--seed", "7", days=12)
    _, again = simulated("--seed", "7", out="again.csv", days=12)
    _, other = simulated("--seed", "8", out="other.csv", days=12)
    assert first == again != other


def test_every_ladder_is_walked_to_its_end(made_up: list[Told]) -> None:
    lines = [f"{one.heading}{one.line}" for one in made_up]
    titles = {one.title for one in made_up}
    assert {"科长", "副职", "正职", "重点办值守", "市长", "副县长"} <= titles
    for words in ("致市政府督查室", "专题报告", "专项督办", "台账已存", "超过24小时"):
        assert any(words in line for line in lines), words
    assert {"已发", "拟稿，等重点办"} == {one.state for one in made_up}


def test_it_is_what_the_bot_itself_would_have_sent(tmp_path: Path) -> None:
    """Jobs run only when they are due make no difference to running all of them at each moment."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    fast = list(told_of(tmp_path / "a", DAYS, seed=3))
    exact = list(told_of(tmp_path / "b", DAYS, seed=3, exact=True))
    assert [(one.at, one.whom, one.line) for one in fast] == [(one.at, one.whom, one.line) for one in exact]


def test_a_copy_is_followed_and_the_database_itself_is_not_touched(demo_url: str, here: Path) -> None:
    source = demo_url.removeprefix("sqlite:///") if demo_url.startswith("sqlite") else demo_url

    def fingerprint() -> object:
        if source != demo_url:
            return hashlib.sha256(Path(source).read_bytes()).hexdigest()
        db = Database(demo_url)
        try:
            return db.read_now(lambda tx: tx.execute(select(func.count()).select_from(notice)).scalar())
        finally:
            db.close()

    before = fingerprint()
    said, rows = simulated("--from", source, "--regime", "yuncheng-2019", "--at", START, days=40)
    assert "谁都不再回话" in said and rows
    assert any("满一个月没有进展" in row["标题"] for row in rows)
    assert fingerprint() == before


def test_a_copy_has_what_the_city_has(demo_url: str, tmp_path: Path) -> None:
    url = copy_of(demo_url, tmp_path)
    here, there = Database(url), Database(demo_url)
    for table in (person, ledger_entry):
        count = select(func.count()).select_from(table)
        assert here.read_now(lambda tx, c=count: tx.execute(c).scalar()) == there.read_now(
            lambda tx, c=count: tx.execute(c).scalar()
        )
    here.close()
    there.close()


def test_what_began_under_a_regime_ends_under_it_in_the_copy_too(demo_url: str, tmp_path: Path) -> None:
    city = City(demo_config(demo_url), clock=MovableClock(demo_time(START)))

    def given(tx: Tx) -> datetime:
        desk = Desk(city, tx)
        desk.says("liaison-21", "342改线卡在供水管迁改，请市水务局9月30日前解决")
        desk.says("office-1", "1号交办市水务局")
        return desk.now

    city.db.write_now(given)
    city.close()
    own = (Path(DEMO).parent / "mechanism" / "regimes" / "yuncheng-2025.toml").read_text("utf-8")
    mine = write(
        "mine.toml", own.replace('id = "yuncheng-2025"', 'id = "mine"').replace("days = 3", "days = 9")
    )
    source = demo_url.removeprefix("sqlite:///") if demo_url.startswith("sqlite") else demo_url
    _, rows = simulated("--from", source, "--regime", mine, "--at", START, days=10)
    about = [row for row in rows if row["问题号"] == "1" and row["时限或规则"] == "13710第3天"]
    assert about and min(row["时间"] for row in about) < "2025-09-19", "it was promised in three days"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--from", "nowhere.db"), "没有这个数据库文件"),
        (("--from", "text.db"), "库文件损坏，或不是数据库"),
        (("--from", "other.db"), "不是本程序的数据库文件"),
        (("--regime", "no-such"), "没有这个机制"),
        (("--out", "out.xlsx"), "以 .csv 结尾"),
        (("--out", "there.csv"), "没有覆盖"),
        (("--at", "gestern"), "不是时间"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(words: tuple[str, ...], reason: str) -> None:
    write("text.db", "Guten Tag, das ist keine Datenbank, sondern ein Text" * 30)
    write("there.csv", "")
    with closing(sqlite3.connect("other.db")) as other:
        other.execute("CREATE TABLE x (y)")
    assert reason in refused("simulate", "--days", "1", *words)


def test_an_older_postgres_is_refused_with_what_to_do(demo_url: str, tmp_path: Path) -> None:
    if demo_url.startswith("sqlite"):
        pytest.skip("a file is copied as it is, and the copy brought to the newest version")
    db = Database(demo_url)
    db.write_now(lambda tx: tx.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'"))
    db.close()
    with pytest.raises(NoCopy, match="xiaohao migrate"):
        copy_of(demo_url, tmp_path)
