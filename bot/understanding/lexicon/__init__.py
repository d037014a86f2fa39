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
    return "(?:" + "|".join(_entry(entry) for entry in sorted(set(entries), key=len, reverse=True)) + ")"


def matcher(entries: Iterable[str]) -> re.Pattern[str]:
    """`any_of`, compiled."""
    return re.compile(any_of(entries))


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
