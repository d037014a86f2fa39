"""The sets' own score.py, which lies beside them and is no package."""

import importlib.util
import json
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

LANGUAGE = Path(__file__).parents[1] / "data" / "language"


def judge(path: Path) -> ModuleType:
    """That score.py, to be asked for its `score`."""
    spec = importlib.util.spec_from_file_location("score", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def by_id(lines: Iterable[str]) -> dict[str, Any]:
    """Rows by their id, in order."""
    return {row["id"]: row for row in map(json.loads, lines)}
