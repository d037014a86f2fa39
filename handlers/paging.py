"""Lists that fit a screen; the rest by “…第2页”. Pure."""

from collections.abc import Sequence

_PER_PAGE = 8


def page(head: str, lines: Sequence[str], number: int, again: str, unit: str = "件") -> str:
    """The page of that number under its heading; `again` is what to write, with 第2页, for the next one."""
    pages = max(-(-len(lines) // _PER_PAGE), 1)
    number = min(max(number, 1), pages)
    shown = lines[(number - 1) * _PER_PAGE : number * _PER_PAGE]
    left = len(lines) - number * _PER_PAGE
    more = [f"还有{left}{unit}，回“{again}第{number + 1}页”。"] if left > 0 else []
    return "\n".join([head, *shown, *more])
