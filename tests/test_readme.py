"""What the README names is there: files, commands and their options."""

import re
from pathlib import Path

import pytest
import typer.main

from bot import cli

ROOT = Path(__file__).resolve().parent.parent
PAGES = [*ROOT.glob("README*.md"), *(ROOT / "docs").rglob("*.md")]
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
COMMAND = re.compile(
    r"xiaohao ((?:import|export|template|serve|regime|understand|migrate|demo|doctor|bind|outbox|groups|simulate|diff-months|bulletin|file)\b[^\n`；。]*)"
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_link_leads_nowhere(page: Path) -> None:
    links = LINK.findall(page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_command_can_be_typed_as_it_stands(page: Path) -> None:
    for line in COMMAND.findall(page.read_text("utf-8")):
        words = line.split("#")[0].split("（")[0].split()
        command: object = typer.main.get_command(cli.app)
        while (commands := getattr(command, "commands", None)) is not None and words:
            assert words[0] in commands, line
            command = commands[words.pop(0)]
        options = {option for one in getattr(command, "params", ()) for option in one.opts}
        assert {word for word in words if word.startswith("--")} <= options, line
