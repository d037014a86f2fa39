"""`python -m bench [NAME ...]`: measure, show each value beside its floor, keep them in bench/latest.json and in
the table of docs/performance.md."""

import json
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.line import Line

NAMES = (
    "understand",
    "understand_sets",
    "understand_parts",
    "understand_names",
    "understand_grows",
    "accept_sqlite",
    "accept_postgres",
    "handle_sqlite",
    "sweep_idle",
    "sweep_due",
    "monthly_figures",
    "deliver",
    "pages",
    "simulate",
    "bulletin",
    "start",
    "memory",
)
_LATEST = Path(__file__).resolve().parent / "latest.json"
_DOCUMENT = _LATEST.parent.parent / "docs" / "performance.md"
_TABLE = re.compile(r"(?<=## 最近一次\n\n).*?(?=\n\n)", re.DOTALL)


def main() -> None:
    """Measure all, or those that are named; what was not measured stands as it was."""
    names = sys.argv[1:] or NAMES
    if unknown := set(names) - set(NAMES):
        sys.exit(f"没有这一项：{'、'.join(sorted(unknown))}。可选：{'、'.join(NAMES)}")
    latest = json.loads(_LATEST.read_text("utf-8")) if _LATEST.exists() else {}
    print(f"{'':28}{'value':>12} {'':12}{'floor':>12}  {'ratio':>6}  goal", flush=True)
    for name in names:
        for line in _lines(import_module(f"bench.{name}").measure()):
            print(
                f"{line.name:28}{line.value:12,.3f} {line.unit:12}{line.floor:12,.3f}  {line.ratio:6.3f}"
                f"  {line.goal}",
                flush=True,
            )
            latest[line.name] = {
                "value": round(line.value, 4),
                "unit": line.unit,
                "floor": round(line.floor, 4),
                "ratio": round(line.ratio, 3),
            }
        _LATEST.write_text(json.dumps(latest, ensure_ascii=False, indent=2) + "\n", "utf-8")
        _DOCUMENT.write_text(_TABLE.sub(_table(latest), _DOCUMENT.read_text("utf-8")), "utf-8")


def _table(latest: dict[str, dict[str, Any]]) -> str:
    rows = ["| 项 | 值 | 地板 | 比值 |", "| --- | --: | --: | --: |"]
    for name, one in latest.items():
        digits = 3 if one["value"] < 10 else 1
        rows.append(
            f"| `{name}` | {one['value']:,.{digits}f} {one['unit']} | {one['floor']:,.{digits}f} |"
            f" {one['ratio']:.3f} |"
        )
    return "\n".join(rows)


def _lines(measured: Line | list[Line]) -> list[Line]:
    return measured if isinstance(measured, list) else [measured]


if __name__ == "__main__":
    main()
