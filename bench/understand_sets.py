"""How much of the annotated messages is understood: whole messages, slots, and what is asked, set by set.

`third` is only ever scored: nobody reads it while writing rules. The floor is the goal of each line.
"""

import io

from bench import texts
from bench.line import Line
from bot.understanding.stream import run
from tests.understanding.judging import LANGUAGE, by_id, judge

_UNSEEN = {"messages": 0.95, "slots": 0.97, "asks": 0.95}
_GOALS = {"dev": {"messages": 0.97, "slots": 0.98, "asks": 0.95}, "second": _UNSEEN, "third": _UNSEEN}
_KEYS = {"messages": "message_accuracy", "slots": "slot_f1", "asks": "ask_accuracy"}


def measure() -> list[Line]:
    """Score each set; a set may lie in several files."""
    reader, score = texts.reader(), judge(LANGUAGE / "score.py")
    found = []
    for name, goals in _GOALS.items():
        files = sorted(LANGUAGE.glob(f"{name}*.ndjson"))
        lines = [line for file in files for line in file.read_text("utf-8").splitlines() if line]
        out = io.StringIO()
        run(lines, out, reader)
        result = score.score(by_id(lines), by_id(out.getvalue().splitlines()))
        found += [
            Line(
                f"understand_{name}_{what}",
                result[_KEYS[what]],
                "right",
                least,
                f"≥ 1 ({len(lines)} messages)",
            )
            for what, least in goals.items()
        ]
    return found
