"""The command `xiaohao` as somebody types it: what is wrong is said in a sentence, never in a traceback."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from bot import cli
from bot.cli import DEMO
from bot.documents.ledger_in import read_ledger
from bot.documents.month_sheet import read_month_sheet

LEDGER, UNITS, PEOPLE = (str(DEMO / name) for name in ("yuncheng-2025.xlsx", "units.csv", "people.csv"))
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, and nothing served."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli, "_run", lambda _city, started, _other_port: typer.echo(started))
    return tmp_path


def run(*words: str) -> Result:
    result = CliRunner().invoke(cli.app, words)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def refused(*words: str) -> str:
    """What is said of a command that can't be done."""
    result = run(*words)
    assert result.exit_code == 1, result.output
    assert re.search("[\u4e00-\u9fff]", result.stderr)
    return result.stderr


def write(name: str, text: str) -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def test_all_faults_of_the_config_are_told_at_once() -> None:
    config = write(
        "config.toml",
        '[city]\nregime = "no-such"\nholidays = "feiertage.toml"\nledger_yaer = 2025\n'
        '[server]\nport = "viele"\nhost = "0.0.0.0"\n'
        '[storage]\nurl = "mysql://here/x"\n[channels.console]\nenabled = true\n'
        '[classified]\nwords = "a"\n',
    )
    said = refused("serve", "--config", config).splitlines()
    for start in (
        "config.toml：city.ledger_yaer 没有这个配置项，请检查拼写",
        "config.toml：server.port 应为整数",
        "config.toml：classified.words 应为一个列表",
        "config.toml：channels.console.enabled 聊天台可以冒充任何人",
        "city.regime：no-such",
        "city.holidays：feiertage.toml：没有这个节假日文件",
        "storage.url：不支持 mysql",
    ):
        assert any(line.startswith(start) for line in said), (start, said)
    assert len(said) == 7


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("nonsense", "不是数据库地址"),
        ("postgresql://here/x", "不支持 postgresql"),
        ("sqlite:///config.toml", "不是本程序的数据库文件"),
        ("sqlite:///config.toml/x.db", "打不开"),
        ("postgresql+psycopg://nobody@127.0.0.1:1/none", "数据库打不开"),
    ],
)
def test_a_database_that_is_not_there_is_one_sentence(url: str, reason: str) -> None:
    config = write("config.toml", f'[storage]\nurl = "{url}"\n')
    for words in (["serve"], ["import", "units", UNITS], ["migrate"]):
        assert reason in refused(*words, "--config", config)


def test_a_value_where_a_table_belongs_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIAOHAO_SERVER__PORT", "8081")
    assert "config.toml：server 应为一个配置表" in refused(
        "migrate", "--config", write("config.toml", "server = 5\n")
    )


@pytest.mark.parametrize("kind", list(cli._KINDS))
def test_a_template_never_overwrites(kind: str, here: Path) -> None:
    assert run("template", kind, "表.xlsx").exit_code == 0
    before = (here / "表.xlsx").read_bytes()
    assert "已有这个文件，没有覆盖" in refused("template", kind, "表.xlsx")
    assert (here / "表.xlsx").read_bytes() == before


def test_a_template_goes_to_an_xlsx_that_can_be_written() -> None:
    assert "文件名要以 .xlsx 结尾" in refused("template", "units", "单位.csv")
    assert "写不进去" in refused("template", "units", "没有的目录/单位.xlsx")


def test_a_city_is_filled_in_the_order_of_the_readme(here: Path) -> None:
    config = ["--config", write("config.toml", "[channels.console]\nenabled = true\n")]
    assert "还没有2025年的台账，请先导入台账" in refused("import", "people", PEOPLE, *config)
    assert "什么都没有改" in run("import", "units", UNITS, *config).output
    for kind, file in (("units", UNITS), ("ledger", LEDGER), ("people", PEOPLE)):
        assert "已写入" in run("import", kind, file, *config, "--apply").output
    assert "市水务局还有" in refused("import", "undo", "units", *config)
    assert "30个项目已写到 out.xlsx" in run("export", "ledger", "out.xlsx", *config).output
    back = read_ledger((here / "out.xlsx").read_bytes(), "out.xlsx", 2025)
    assert len(back.rows) == 30
    sheet = ("export", "sheet", "sheet.xlsx", "--month", "2025-10", "--area", "闻喜县", *config)
    assert "2个项目的填报表已写到 sheet.xlsx" in run(*sheet).output
    filled = read_month_sheet((here / "sheet.xlsx").read_bytes(), "sheet.xlsx")
    assert filled is not None and filled.month == "2025-10" and not filled.faults
    assert [row.number for row in filled.rows] == [21, 22]
    assert "没有覆盖" in refused(*sheet)
    assert "年份是台账的2025年" in refused("export", "sheet", "b.xlsx", "--month", "2024-10", *config)
    assert "没有项目" in refused(
        "export", "sheet", "b.xlsx", "--month", "2025-10", "--unit", "没有局", *config
    )
    assert "请用浏览器打开 http://127.0.0.1:8080/console" in run("serve", *config).output
    assert "已撤销上一次导入" in run("import", "undo", "people", *config).output


def test_serve_says_when_nobody_can_talk_to_it() -> None:
    said = run("serve").output
    assert "没有打开任何聊天渠道，现在谁也没法跟它说话" in said
    assert "[channels.console] 下的 enabled 改成 true" in said
    assert "还没有2025年的台账" in said
    assert "还没有2025年的台账" in refused("export", "ledger", "out.xlsx")


def test_a_port_in_use_is_one_sentence_and_nothing_has_started() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        config = write("config.toml", f"[server]\nport = {port}\n")
        result = subprocess.run(
            [sys.executable, "-m", "bot.cli", "serve", "--config", config],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
    assert result.returncode == 1
    assert "已启动，" not in result.stdout
    assert result.stderr.count("\n") == 1
    assert f"端口 {port} 已被别的程序占用" in result.stderr and "[server] 的 port" in result.stderr


def test_how_to_undo_names_the_config() -> None:
    config = write("my config.toml", "")
    said = run("import", "units", UNITS, "--config", config, "--apply").output
    assert "要撤销：xiaohao import undo units --config 'my config.toml'\n" in said
    assert "要撤销：xiaohao import undo units\n" in run("import", "units", UNITS, "--apply").output


def test_faults_of_people_are_told_together_each_with_its_row() -> None:
    for kind, file in (("units", UNITS), ("ledger", LEDGER)):
        run("import", kind, file, "--apply")
    people = write(
        "people.csv",
        "姓名,单位,角色,项目,秘书\n王一,市水务局,联络员,21,\n王一,市水务局,联络员,22,\n"
        "李二,市水务局,联络员,99,\n赵三,市水利厅,13710联系人,,\n钱四,市政府办公室,市长,,无此人\n",
    )
    said = refused("import", "people", people).splitlines()
    assert [re.search(r"第\d行", line)[0] for line in said] == ["第3行", "第4行", "第5行", "第6行"]  # type: ignore[index]
    assert "与第2行重复" in said[0] and "没有序号99的项目" in said[1]
    assert "单位目录里没有“市水利厅”" in said[2] and "秘书“无此人”不在名单里" in said[3]


def test_a_unit_that_is_not_in_the_directory_is_told_to_the_one_who_imports() -> None:
    for kind, file in (("units", UNITS), ("ledger", LEDGER)):
        run("import", kind, file, "--apply")
    header = "姓名,单位,角色,项目\n"
    wrong = write(
        "wrong.csv", f"{header}王一,市住建厅,联络员,21\n李二,市住建厅,13710联系人,\n赵三,住建局,联络员,22\n"
    )
    said = refused("import", "people", wrong).splitlines()
    assert len(said) == 3
    for row, line in enumerate(said, 2):
        assert f"第{row}行" in line and "单位列" in line and "是不是“市住建局”" in line, line
    good = write("good.csv", f"{header}王一,市水务局,联络员,21\n李二,新绛某某建设有限公司,联络员,22\n")
    assert "名录里没有的单位：新绛某某建设有限公司" in run("import", "people", good).output
    assert "名录里没有" not in run("import", "people", PEOPLE).output


def test_nicknames_come_from_a_file_and_go_again(here: Path) -> None:
    config = ["--config", write("config.toml", "[channels.console]\nenabled = true\n")]
    for kind, file in (("units", UNITS), ("ledger", LEDGER)):
        run("import", kind, file, *config, "--apply")
    wrong = write("wrong.csv", "项目,叫法\n99,旧城路\n2,奥体\nG108,水务局\n4,新片区\n5,新片区\n6,征地|道路\n")
    said = refused("import", "nicknames", wrong, *config)
    for reason in ("没有这个项目：99", "已经是3号运城奥体中心的叫法", "是市水务局", "一个叫法只能归一个项目",
                   "“征地”是说堵点常用的词，不能当叫法", "“道路”太常用"):  # fmt: skip
        assert reason in said
    good = write("good.csv", "项目,叫法\n1,新河路|老城路\n运城奥体中心项目,新球场\n")
    assert (
        "1 G108 新绛至河津段改扩建工程　加新河路、老城路" in run("import", "nicknames", good, *config).output
    )
    assert "2个项目新增3个叫法" in run("import", "nicknames", good, *config, "--apply").output
    again = run("import", "nicknames", good, *config, "--apply").output
    assert "0个项目新增0个叫法" in again and "没有要写的" in again and "已写入" not in again
    undone = run("import", "undo", "nicknames", *config).output
    assert "已撤销上一次导入：good.csv" in undone and "改扩建工程　去掉新河路、老城路" in undone
    assert "没有可以撤销的导入" in refused("import", "undo", "nicknames", *config)
    assert "2个项目新增3个叫法" in run("import", "nicknames", good, *config).output
    assert run("template", "nicknames", "叫法.xlsx").exit_code == 0


def test_what_was_missed_is_written_out_and_understand_works_as_before(here: Path) -> None:
    config = ["--config", write("config.toml", "[channels.console]\nenabled = true\n")]
    result = run("understand", "--missed", *config)
    assert result.exit_code == 0 and result.output == ""
    line = (
        '{"id": "1", "text": "342改线本月完成1800万元", "sent_at": "2025-09-15T09:00:00+08:00", '
        '"chat": "private", "sender": {"role": "liaison", "unit": "", "projects": [21]}, "tickets": []}\n'
    )
    result = CliRunner().invoke(cli.app, ["understand"], input=line)
    assert '"project": 21' in result.output
