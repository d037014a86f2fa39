"""docs/features.md is true: each file and each test that it names is there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOC = (ROOT / "docs" / "features.md").read_text(encoding="utf-8")
ROWS = [line for line in DOC.splitlines() if re.match(r"\| \d+ \|", line)]
MAIN_JOB = {
    *(1, 2, 3, 5, 6, 7, 8, 9, 106, 14, 15, 17, 18, 19, 21, 22, 23, 24, 29, 30, 31, 32, 33, 35, 36, 38, 39),
    *(40, 41, 42, 43, 44, 45, 46, 47, 49, 50, 55, 107, 63, 64, 65, 76, 77, 81, 82, 88, 90, 93, 100),
    *(109, 110, 111, 112, 113, 114, 118),
}
PLATFORMS = {48, 51, 52, 54, 92, 96, 97, 98, 101, 105}


def test_every_feature_of_the_main_job_has_its_row() -> None:
    assert {int(row.split("|")[1]) for row in ROWS} >= MAIN_JOB


def test_every_feature_of_the_platforms_has_its_row() -> None:
    assert {int(row.split("|")[1]) for row in ROWS} >= PLATFORMS


def test_every_file_that_is_named_is_there() -> None:
    named = {name for row in ROWS for name in re.findall(r"`([a-z_]+/[\w/.\-]*)`", row)}
    assert not sorted(name for name in named if not (ROOT / name).exists())


def test_every_test_that_is_named_is_there() -> None:
    written = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    named = {name for row in ROWS for name in re.findall(r"`(test_\w+)`", row)}
    assert not sorted(name for name in named if f"def {name}(" not in written)
