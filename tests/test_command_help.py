"""What --help and a mistyped command say: Chinese, with what to write instead."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import typer.main
from typer._click import Command

from bot import cli
from bot.unreadable import database_reason
from tests.test_cli import DEMO, here, run, write

__all__ = ["here"]


def every(command: Command, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield words
    for name, one in getattr(command, "commands", {}).items():
        yield from every(one, (*words, name))


@pytest.mark.parametrize("words", list(every(typer.main.get_command(cli.app))), ids=" ".join)
def test_the_help_of_every_command_is_chinese(words: tuple[str, ...]) -> None:
    result = run(*words, "--help")
    assert result.exit_code == 0
    assert result.output.startswith("用法：")
    assert re.search(r"--help +显示这段说明\n$", result.output)
    for english in ("Usage", "Options", "Arguments", "Commands", "Show this", "required", "default"):
        assert english not in result.output


def test_a_group_by_itself_shows_its_help() -> None:
    assert run().exit_code == 0
    assert "serve" in run().stdout and "读入" in run("import").stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("improt", "没有 improt 这个命令，是不是 import？"),
        ("regime 看看", "没有 看看 这个命令"),
        ("import ledger", "缺 文件：表格文件：xlsx、xls、ods、csv"),
        ("bind", "缺 --by-mobile：哪个平台"),
        ("import ledger 台账.xlsx --aply", "没有 --aply 这个选项，是不是 --apply？"),
        ("import ledger 市里 台账.xlsx", "多写了 台账.xlsx（名称里有空格的要加引号）"),
        ("import figures 数.xlsx --source 统计 --month 13", "--month 写得不对，应是1到12的整数"),
        ("simulate --days -3", "--days 写得不对，应是1到800的整数"),
        ("demo --port 99999", "--port 写得不对，应是0到65535的整数"),
        ("file ticket 十七", "编号 写得不对，应是整数"),
        ("export ledger 台账.xlsx --month", "--month 写得不对：要写值的后面写上值"),
    ],
)
def test_a_mistyped_command_is_told_in_a_sentence(words: str, says: str) -> None:
    result = run(*words.split())
    assert result.exit_code == 2
    first, *rest = result.stderr.splitlines()
    assert first.startswith(says)
    assert rest == [] or re.fullmatch(r"怎么写：.* --help", rest[0])


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("[city]\nname = 运城市\n".encode(), "config.toml：第2行，写法不对"),
        ('[city]\nname = "运城市"\n'.encode("gbk"), "config.toml：不是 UTF-8 编码，请用记事本另存为 UTF-8"),
        (b'[city]\nname = "a"\nname = "b"\n', "同一个名称写了两次"),
    ],
)
def test_a_config_that_cannot_be_read_says_where_and_how_to_mend_it(
    body: bytes, says: str, here: Path
) -> None:
    (here / "config.toml").write_bytes(body)
    result = run("serve", "--config", "config.toml")
    assert result.exit_code == 1 and says in result.stderr


def test_a_config_from_notepad_is_read(here: Path) -> None:
    (here / "config.toml").write_bytes(b"\xef\xbb\xbf" + '[city]\nregime = "没有的"\n'.encode())
    assert "city.regime：没有的：没有这个机制" in run("serve", "--config", "config.toml").stderr


def test_config_toml_where_the_command_is_typed_counts_by_itself(here: Path) -> None:
    write("config.toml", '[storage]\nurl = "sqlite:///mine.db"\n')
    assert "没有这样的消息（查的库：mine.db）" in run("outbox", "list").output
    assert (here / "mine.db").exists()
    assert "config.toml 没有错；启用的平台：没有" in run("doctor").output


def test_a_folder_for_a_file_and_a_file_for_a_folder(here: Path) -> None:
    (here / "文件夹").mkdir()
    write("文件.toml", "")
    assert "文件夹 是文件夹，请写里面的表格文件" in run("import", "ledger", "文件夹").stderr
    assert "这是文件夹，不是文件" in run("serve", "--config", "文件夹").stderr
    assert run("import", "ledger", str(DEMO / "yuncheng-2025.xlsx"), "--apply").exit_code == 0
    assert "没有1999年的台账" in run("file", "project", "8", "--year", "1999", "--out", "档案").stderr
    assert "写不进去（已有同名的文件）" in run("file", "project", "8", "--out", "文件.toml").stderr
    assert "2025年档案" in run("file", "project", "8", "--out", "档案").output


def test_a_damaged_database_and_one_of_a_newer_program_are_told(here: Path) -> None:
    write("config.toml", '[storage]\nurl = "sqlite:///city.db"\n')
    assert run("migrate").exit_code == 0
    good = Path("city.db").read_bytes()
    Path("city.db").write_bytes(good[:4096] + b"?" * 50_000)
    assert "storage.url：city.db 打不开（库文件损坏，请换回备份）" in run("outbox", "list").stderr
    assert run("doctor").output.count("库文件损坏") == 1
    Path("city.db").write_bytes(good)
    with closing(sqlite3.connect("city.db")) as there, there:
        there.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "数据库的版本比程序新，请换用新版本的程序" in run("serve").stderr
    assert "SQLite 的版本 9999 比程序新" in run("doctor").output


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("attempt to write a readonly database", "没有权限写这个库，或它所在的文件夹"),
        ("connection to server at 10.0.0.1, port 5432 failed: Connection refused", "没有数据库在运行"),
        ('FATAL: password authentication failed for user "x"', "账号或口令不对"),
        ("something new\nand more", "something new"),
    ],
)
def test_what_a_database_says_is_said_in_chinese(said: str, reason: str) -> None:
    assert reason in database_reason(Exception(said))
