"""docs/mechanisms.md is true: files and stories are there, and clauses are those of the regimes."""

import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from bot.mechanism.model import Near, Rule
from bot.mechanism.regime import load, names

ROOT = Path(__file__).resolve().parent.parent
DOC = (ROOT / "docs" / "mechanisms.md").read_text(encoding="utf-8")
ROWS = {
    cells[0]: cells[1:]
    for line in DOC.splitlines()
    if re.match(r"\| [A-Z]\d+ \|", line)
    for cells in [[cell.strip() for cell in line.strip("|").split("|")]]
}
STORIES = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests" / "stories").glob("test_*.py"))
OWN = "自定"


def rules(part: BaseModel) -> Iterator[Rule]:
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, Rule):
            yield value
        if isinstance(value, BaseModel):
            yield from rules(value)


def test_what_is_built_so_far_has_its_row() -> None:
    assert ROWS.keys() >= {*(f"T{number}" for number in range(12)), "P1", "H1"}


def test_each_row_says_what_from_where_by_what_and_proven_how() -> None:
    for row, cells in ROWS.items():
        assert len(cells) == 4 and all(cells), row


def test_every_file_that_is_named_is_there() -> None:
    named = {name for cells in ROWS.values() for name in re.findall(r"`([a-z_]+/[\w/.\-]*)`", cells[2])}
    assert named and not sorted(name for name in named if not (ROOT / name).is_file())


def test_every_story_that_is_named_is_there_and_carries_its_row() -> None:
    for row, cells in ROWS.items():
        stories = re.findall(r"`(test_\w+)`", cells[3])
        assert stories, row
        for story in stories:
            assert f"def {story}(" in STORIES, story
            assert row in re.findall(r"[A-Z]\d+(?=_)", story), f"{story} names {row}"


def test_every_row_that_a_story_names_stands_here() -> None:
    told = {
        row
        for name in re.findall(r"def test_((?:[A-Z]\d+_)+)", STORIES)
        for row in name.strip("_").split("_")
    }
    assert not sorted(told - ROWS.keys())


def test_every_row_of_a_shipped_regime_stands_here_with_its_clause() -> None:
    for name in names():
        for rule in rules(load(name)):
            if not rule.row:
                continue
            assert rule.row in ROWS, f"{name}: {rule.row}"
            if rule.clause:
                assert rule.clause in ROWS[rule.row][1].split("；"), f"{name}: {rule.row}"


def test_a_row_is_called_our_own_only_where_no_regime_has_a_clause_for_it() -> None:
    clauses = {rule.row for name in names() for rule in rules(load(name)) if rule.clause}
    assert {row for row, cells in ROWS.items() if cells[1] == OWN} & clauses == set()


def test_every_shipped_regime_is_named_with_its_notice() -> None:
    for name in names():
        regime = load(name)
        line = next(line for line in DOC.splitlines() if line.startswith(f"| `{name}`"))
        assert regime.notices[regime.notice].number in line


def test_reminding_and_supervising_is_a_rule_of_its_own() -> None:
    assert [name for name in names() if isinstance(load(name).near, Near)] == ["jincheng-2025"]
