"""Imports go one way (docs/architecture.md)."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SINGLE = {
    "clock",
    "acts",
    "people",
    "calendar",
    "wording",
    "channel",
    "logs",
    "worker",
    "steps",
    "unreadable",
}
KNOWS_ALL = {
    "app",
    "cli",
    "checking",
    "intake",
    "looks",
    "bulletin_command",
    "answering",
    "from_page",
    "console",
    "door",
    "web",
    "platforms",
    "importing",
    "importing_figures",
    "command_parts",
    "file_commands",
    "group_commands",
    "outbox_commands",
    "doctor",
    "binding_commands",
    "demo",
    "ledger_commands",
    "regime_commands",
    "simulate",
    "simulate_commands",
}
ROUTING = {
    "routing",
    "phrases",
    "questions",
    "standing_in",
    "standings",
    "daily",
    "round_words",
    "blocker_list",
    "lamps",
    "reused",
    "visiting",
    "bulletin_papers",
    "bulletins",
    "agenda",
}  # what handlers and jobs share, above storage


def imported(path: Path) -> set[str]:
    """Our own modules that the file imports when it is loaded, as dotted names."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return {name for name in found if name.split(".")[0] in ("bot", "handlers", "storage", "jobs")}


def part(module: str) -> str:
    """`bot.understanding.dates` → `bot.understanding`; `storage.tickets` → `storage`."""
    names = module.split(".")
    if names[0] != "bot":
        return names[0]
    return ".".join(names[:2]) if len(names) > 1 else "bot"


def allowed(own: str) -> set[str]:
    single = {f"bot.{name}" for name in SINGLE} | {"bot"}
    pure = {"bot.mechanism", "bot.documents"}
    turn = {f"bot.{name}" for name in ROUTING}
    if own in single:
        return single
    if own in ("bot.understanding", "bot.mechanism", "bot.documents", "bot.config", "bot.marking"):
        return single | {own}
    if own == "bot.channels":
        return single | {"bot.config", own}
    if own == "bot.holidays":
        return single | {"bot.config"}
    if own == "storage":
        return single | pure | {"storage"}
    if own in turn:
        return single | pure | turn | {"storage"}
    if own == "handlers":
        return single | pure | turn | {"storage", "handlers"}
    if own == "jobs":
        return single | pure | turn | {"storage", "jobs"}
    raise AssertionError(f"{own} has no place in the layers: give it one here and in docs/architecture.md")


FILES = [
    path
    for folder in ("bot", "handlers", "storage", "jobs")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "versions" not in path.parts
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    own = part(module)
    if own.removeprefix("bot.") in KNOWS_ALL:
        return
    wrong = sorted(name for name in imported(path) if part(name) not in allowed(own))
    assert not wrong, f"{module} must not know {', '.join(wrong)}"


def test_jieba_is_known_to_understanding_alone() -> None:
    users = [
        path
        for path in FILES
        if any(
            line.lstrip().startswith(("import jieba", "from jieba"))
            for line in path.read_text("utf-8").splitlines()
        )
    ]
    assert users
    assert all("understanding" in path.parts for path in users)
