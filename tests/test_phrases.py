"""The fixed phrases: each message is tried on all of them, and none that would match is passed over."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.phrases import needed
from handlers import router

SETS = Path(__file__).parent / "data" / "language"


def said() -> set[str]:
    """All messages of the sets, and whatever stands between quotes in the stories."""
    texts = set()
    for path in SETS.rglob("*.ndjson"):
        for line in path.read_text(encoding="utf-8").splitlines():
            texts.add(str(json.loads(line).get("text", "")).strip())
    for path in (Path(__file__).parent / "stories").glob("*.py"):
        texts |= {one.strip() for one in re.findall(r'"([^"\n{}]{2,200})"', path.read_text(encoding="utf-8"))}
    return texts


def test_no_phrase_passes_over_what_it_would_match() -> None:
    matched, texts = 0, said()
    for phrase in router._phrases:
        for text in texts:
            if phrase.pattern.fullmatch(text):
                matched += 1
                assert phrase.needs <= set(text), (phrase.pattern.pattern, text)
    assert matched > 100, "the stories say phrases"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("关账", "关账"),
        ("(?:请)?关账[。！]?", "关账"),
        ("(?P<month>1[0-2]月)?关(?:账|帐)", "关"),
        ("(?:开工|复工|竣工)率", "工率"),
        ("(?:谁负责)+", "谁负责"),
        ("(?:谁负责)*", ""),
        ("谁(?=负责).*", "谁"),
        ("HELP|帮助", ""),
        ("(?i:OK)好", "好"),
    ],
)
def test_what_a_pattern_needs(pattern: str, expected: str) -> None:
    assert needed(re.compile(pattern)) == frozenset(expected)


@given(st.from_regex(r"(?:请)?(?:把)?\d{1,3}号(?:核实|列入)(?:台账)?[。！]?", fullmatch=True))
def test_whatever_matches_has_what_is_needed(text: str) -> None:
    assert needed(re.compile(r"(?:请)?(?:把)?\d{1,3}号(?:核实|列入)(?:台账)?[。！]?")) <= set(text)
