"""How much of the public sets of dates, money and numbers is read; the floor is the goal of each line."""

import io
import json

from bench.line import Line
from bot.understanding.parts import READERS
from bot.understanding.stream import answer_each
from tests.understanding.judging import LANGUAGE, judge

_GOALS = (
    ("dates", "all", 0.95),
    ("dates", "tier=plain", 0.98),
    ("dates", "kind=deadline", 1.0),
    ("money", "all", 0.97),
    ("percent", "all", 0.97),
    ("numbers", "all", 0.95),
    ("durations", "all", 0.95),
    ("workdays", "all", 1.0),
)


def measure() -> list[Line]:
    """Read each set as `xiaohao understand --part` does."""
    score, groups = judge(LANGUAGE / "public" / "score.py"), {}
    for part in dict.fromkeys(part for part, _, _ in _GOALS):
        lines = (LANGUAGE / "public" / f"public_{part}.ndjson").read_text("utf-8").splitlines()
        out = io.StringIO()
        answer_each(lines, out, READERS[part])
        answers = [json.loads(line) for line in out.getvalue().splitlines()]
        groups[part] = score.score([json.loads(line) for line in lines], answers)[1]
    found = []
    for part, group, least in _GOALS:
        rows, _, right = groups[part][group]
        name = f"understand_{part}" + ("" if group == "all" else f"_{group.partition('=')[2]}")
        found.append(Line(name, right / rows, "right", least, f"≥ 1 ({rows} rows)"))
    return found
