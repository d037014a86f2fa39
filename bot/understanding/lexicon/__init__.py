"""The words of understanding as data: files that somebody who does not program can read and add to.

A .txt file holds one word a line, a .toml file lists of words under names; `#` begins a comment. A city's
own folder holds files of the same names: its words join ours, and `-word` takes one of ours out (`extend`).
The process has one lexicon, since it serves one city. What is made of the words is made at first use.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from .city import LexiconError, read_city
from .files import Lists, merged

__all__ = [
    "LexiconError",
    "Matcher",
    "any_of",
    "check",
    "entries",
    "extend",
    "lazily",
    "lists",
    "matcher",
    "once",
    "prepare",
]

_T = TypeVar("_T")
_city: dict[str, Lists] = {}
_forget: list[Callable[[], None]] = []  # what has to be made anew for other words
_METHODS = ("finditer", "fullmatch", "match", "search")


class Matcher:
    """A pattern made of words, compiled at its first use: by then the city's words are known."""

    __slots__ = ("_make", *_METHODS)
    finditer: Callable[..., Iterator[re.Match[str]]]
    fullmatch: Callable[..., re.Match[str] | None]
    match: Callable[..., re.Match[str] | None]
    search: Callable[..., re.Match[str] | None]

    def __init__(self, make: Callable[[], str]) -> None:
        self._make = make
        _made.append(self)
        _forget.append(self.forget)

    def __getattr__(self, name: str) -> Any:
        """Called while nothing is compiled; afterwards the compiled pattern's own methods stand here."""
        if name not in _METHODS:
            raise AttributeError(name)
        pattern = re.compile(self._make())
        for method in _METHODS:
            setattr(self, method, getattr(pattern, method))
        return getattr(self, name)

    def forget(self) -> None:
        """Compile anew at the next use."""
        for method in _METHODS:
            if method in self:
                delattr(self, method)

    def __contains__(self, method: str) -> bool:
        try:
            object.__getattribute__(self, method)
        except AttributeError:
            return False
        return True


_made: list[Matcher] = []


def extend(folder: Path | None) -> None:
    """Add a city's own words to ours, before the first reader is built; None: ours alone.

    Raises LexiconError with every fault of the folder; then nothing has changed.
    """
    global _city
    city = read_city(folder) if folder is not None else {}
    if city != _city:
        _city = city
        for forget in _forget:
            forget()


def check(folder: Path) -> None:
    """Raises LexiconError with every fault of a city's folder; changes nothing."""
    read_city(folder)


def prepare() -> None:
    """Make and compile what is not made yet, so that the first message needn't wait for it."""
    for make in _once:
        make()
    for one in _made:
        _ = one.search


def once(make: Callable[[], _T]) -> Callable[[], _T]:
    """Make it before the first message (see `prepare`), and again only for other words."""
    made = when_asked(make)
    _once.append(made)
    return made


def when_asked(make: Callable[[], _T]) -> Callable[[], _T]:
    """Make it at the first call, and again only for other words: for what few messages need."""
    kept = cache(make)
    _forget.append(kept.cache_clear)
    return kept


_once: list[Callable[[], object]] = []


def _of_file(name: str) -> Lists:
    if name not in _kept:
        _kept[name] = merged(name, _city.get(name, {}))
    return _kept[name]


_kept: dict[str, Lists] = {}
_forget.append(_kept.clear)


def entries(name: str, *keys: str) -> tuple[str, ...]:
    """The words of one list, ours and the city's: `entries("answers", "contact", "return")`, `entries("weak")`."""
    return _of_file(name)[keys]


def lists(name: str, *keys: str) -> dict[str, tuple[str, ...]]:
    """The lists that stand right below these keys, by their own keys."""
    return {
        key[-1]: words for key, words in _of_file(name).items() if key[:-1] == keys and len(key) > len(keys)
    }


def lazily(make: Callable[[], str]) -> Matcher:
    """The pattern that `make` writes, compiled at its first use."""
    return Matcher(make)


def matcher(name: str, *keys: str) -> Matcher:
    """`any_of` one list."""
    return Matcher(lambda: any_of(entries(name, *keys)))


def any_of(words: Iterable[str]) -> str:
    """A pattern for any of the words, longest first; for nothing where there is none. In a word, `…` stands for
    up to six characters within a clause and `A/B` (in brackets) for a choice: 没(人/谁)来."""
    by_first: dict[str, list[str]] = {}  # a search then tries few of them at each place
    for word in sorted(set(words), key=len, reverse=True):
        for one in _begun(word):
            by_first.setdefault(one[:1], []).append(one[1:])
    if not by_first:
        return "(?:(?!))"
    return "(?:" + "|".join(_pattern(first) + _rest(rest) for first, rest in by_first.items()) + ")"


def _rest(rest: list[str]) -> str:
    patterns = list(dict.fromkeys(map(_pattern, rest)))
    return patterns[0] if len(patterns) == 1 else "(?:" + "|".join(patterns) + ")"


def _begun(word: str) -> list[str]:
    """(水/电)没通 as 水没通 and 电没通: a pattern whose words all begin with a character is found far quicker."""
    if not word.startswith("("):
        return [word]
    first, _, rest = word[1:].partition(")")
    return [begun + rest for begun in first.split("/")]


_GAP = "[^,。;:!?\n、]{0,6}?"
_SIGNS = {"…": _GAP, "(": "(?:", ")": ")", "/": "|"}


def _pattern(word: str) -> str:
    return "".join(_SIGNS.get(char) or re.escape(char) for char in word)
