"""`xiaohao bulletin`: the files of a month, made without the bot; what is wrong is one sentence."""

import io
from pathlib import Path

import pytest
from docx import Document

from bot import bulletin_command
from bot.cli import DEMO
from tests.test_cli import here, refused, run, write

__all__ = ["here"]


@pytest.fixture
def config(here: Path) -> str:
    """A city with the demo's ledger."""
    file = write(
        "config.toml",
        '[storage]\nurl = "sqlite:///city.db"\n[papers]\nhead = "red"\nserial = "运项推办〔{year}〕{number}号"\n'
        '[papers.fonts]\ntext = "某仿宋"\n',
    )
    for kind, name in (("ledger", "yuncheng-2025.xlsx"), ("units", "units.csv"), ("people", "people.csv")):
        result = run("import", kind, str(DEMO / name), "--apply", "--config", file)
        assert result.exit_code == 0, result.output
    return file


def test_the_months_files_are_written_and_lacking_fonts_are_said(
    config: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulletin_command, "lacking_fonts", lambda names: [names[1]])
    result = run("bulletin", "--month", "2025-09", "--out", "out", "--config", config)
    assert result.exit_code == 0, result.output
    assert "2025年9月通报（草稿）已写到 out" in result.output
    assert "这台机器没有这些字体：某仿宋" in result.output
    made = {one.suffix: one for one in Path("out").iterdir()}
    assert set(made) == {".docx", ".xlsx", ".png"}
    document = Document(io.BytesIO(made[".docx"].read_bytes()))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert "运城市重大项目推进工作专班办公室文件" in texts and "运项推办〔2025〕　号" in texts
    assert "30个项目没有报送投资" in "".join(texts) or "29个项目没有报送投资" in "".join(texts)
    assert "已有这个文件，没有覆盖" in refused(
        "bulletin", "--month", "2025-09", "--out", "out", "--config", config
    )


@pytest.mark.parametrize(
    ("month", "says"),
    [
        ("2025-13", "请写成 2025-09 这样"),
        ("九月", "请写成"),
        ("2099-01", "还没有到"),
        ("2019-05", "台账是2025年的"),
    ],
)
def test_what_is_no_month_is_said(config: str, month: str, says: str) -> None:
    assert says in refused("bulletin", "--month", month, "--out", "out", "--config", config)
    assert not Path("out").exists()


def test_without_a_ledger_there_is_none(here: Path) -> None:
    assert "还没有2025年的台账" in refused("bulletin", "--month", "2025-09", "--out", "out")


def test_fonts_are_looked_for_by_their_family(monkeypatch: pytest.MonkeyPatch) -> None:
    assert bulletin_command.lacking_fonts(["没有这种字体"]) in (["没有这种字体"], None)
    monkeypatch.setattr(bulletin_command.shutil, "which", lambda _: None)
    assert bulletin_command.lacking_fonts(["宋体"]) is None
