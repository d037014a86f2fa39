"""The words of understanding as data: files that somebody who does not program can read and add to.

A .txt file holds one word a line, a .toml file lists of words under names; `#` begins a comment.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def words(name: str) -> tuple[str, ...]:
    """The words of NAME.txt, in their order."""
    text = files(__name__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
    lines = (line.split("#", 1)[0].strip() for line in text.splitlines())
    return tuple(line for line in lines if line)


@cache
def table(name: str) -> Mapping[str, Any]:
    """The content of NAME.toml."""
    return tomllib.loads(files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def any_of(entries: Iterable[str]) -> str:
    """A pattern for any of the entries, longest first. In an entry, `…` stands for up to six characters
    within a clause and `A/B` (in brackets) for a choice: 没(人/谁)来."""
    ordered = sorted(set(entries), key=len, reverse=True)
    return "(?:" + "|".join(_entry(one) for entry in ordered for one in _begun(entry)) + ")"


def matcher(entries: Iterable[str]) -> re.Pattern[str]:
    """`any_of`, compiled."""
    return re.compile(any_of(entries))


def _begun(entry: str) -> list[str]:
    """(水/电)没通 as 水没通 and 电没通: a pattern whose entries all begin with a character is found far quicker."""
    if not entry.startswith("("):
        return [entry]
    first, _, rest = entry[1:].partition(")")
    return [begun + rest for begun in first.split("/")]


_GAP = "[^,。;:!?\n、]{0,6}?"


def _entry(entry: str) -> str:
    out = []
    for char in entry:
        if char == "…":
            out.append(_GAP)
        elif char == "(":
            out.append("(?:")
        elif char == ")":
            out.append(")")
        elif char == "/":
            out.append("|")
        else:
            out.append(re.escape(char))
    return "".join(out)
