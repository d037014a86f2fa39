"""A city's folder of words: all its faults are found at once, each with file and line."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import product
from math import prod
from pathlib import Path
from typing import Any

from bot.unreadable import NOT_UTF8, reason_of, toml_fault

from .files import ANY_KEY, Keys, Lists, is_plain, lines_of, names, ours, rivals

_MOST_GAPS = 3  # each makes the search longer
_MOST_CHOICES = 500
_INSIDE = re.compile(r"\(([^()]*)\)")  # of brackets
_LISTS = dict[Keys, list[Any]]


class LexiconError(Exception):
    """A city's words are wrong; `faults` are lines in Chinese, each with file and line."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def read_city(folder: Path) -> dict[str, Lists]:
    """The lists of a city's folder by file. Raises LexiconError."""
    if not folder.is_dir():
        raise LexiconError([f"{folder}：没有这个文件夹"])
    faults: list[str] = []
    city: dict[str, Lists] = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~$")):
            continue  # what systems and editors leave behind
        if path.name not in names().values():
            faults.append(f"{path}：没有这个词表，可用的有 {'、'.join(names().values())}")
            continue
        file = _File(path)
        city[path.stem] = file.lists()
        faults += file.told()
    if faults:
        raise LexiconError(faults)
    return city


class _File:
    """One file as it is read; what is wrong with it gathers."""

    def __init__(self, path: Path) -> None:
        self._faults: list[tuple[int, str]] = []  # line, 0 where there is none; reason
        self._path = path
        self._name = path.stem
        self._seen: dict[tuple[object, str], tuple[Keys, int]] = {}

    def lists(self) -> Lists:
        """What of it is right."""
        text = self._text()
        if text is None:
            return {}
        if self._path.suffix == ".txt":
            return {(): tuple(self._words((), lines_of(text)))}
        try:
            content = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            self._fault(*toml_fault(error, text))
            return {}
        lines = _Lines(text)
        found: _LISTS = {}
        self._look((), content, lines, found)
        return {keys: tuple(self._words(keys, lines.placed(keys, said))) for keys, said in found.items()}

    def _text(self) -> str | None:
        try:
            data = self._path.read_bytes()
        except OSError as error:
            self._fault(0, f"读不出来（{reason_of(error)}）")
            return None
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self._fault(data[: error.start].count(b"\n") + 1, NOT_UTF8)
            return None

    def _look(self, above: Keys, content: Mapping[str, Any], lines: "_Lines", found: _LISTS) -> None:
        """Gather the lists that the file may have."""
        own = ours(self._name)
        below = {keys[len(above)] for keys in own if keys[: len(above)] == above}
        for key, value in content.items():
            keys = (*above, key)
            line = lines.of(keys)
            if self._name in ANY_KEY:
                is_list = True
                if not key.strip():
                    self._fault(line, "等号左边没有写名称")
            elif key not in below:
                self._fault(line, f"没有“{key}”这一项，可用的有 {'、'.join(sorted(below))}")
                continue
            else:
                is_list = keys in own
            if is_list and isinstance(value, list):
                found[keys] = value
            elif is_list:
                self._fault(line, f'“{key}”应写成一个列表，如 "{key}" = ["甲", "乙"]')
            elif isinstance(value, dict):
                self._look(keys, value, lines, found)
            else:
                self._fault(line, f"“{key}”下面还分项：先写一行 [{'.'.join(keys)}]，下面再写各项的列表")

    def _words(self, keys: Keys, said: Iterator[tuple[int, Any]]) -> Iterator[str]:
        plain = is_plain(self._name, keys)
        for line, word in said:
            if not isinstance(word, str):
                self._fault(line, f'列表里只能写加引号的词，如 "甲"；{word} 不是')
                continue
            word = _tidy(word)
            sign = "-" if word.startswith("-") else ""
            word = word.removeprefix("-").strip()
            reason = (
                _wrong(word, plain=plain) or self._twice(keys, word, line) or self._absent(keys, sign, word)
            )
            if reason:
                self._fault(line, reason)
            elif plain:
                yield from (sign + choice for choice in _choices(word))
            else:
                yield sign + word

    def _twice(self, keys: Keys, word: str, line: int) -> str | None:
        place = (rivals(self._name, keys) or keys, word)
        if place not in self._seen:
            self._seen[place] = (keys, line)
            return None
        where, before = self._seen[place]
        other = "" if where == keys else f"在“{'.'.join(where)}”里，"
        return f"“{word}”写了两次（{other}第{before}行已经有了）"

    def _absent(self, keys: Keys, sign: str, word: str) -> str | None:
        if not sign or word in ours(self._name).get(keys, ()):
            return None
        return f"“-{word}”去不掉：自带的词里没有“{word}”，请检查写法，或删掉这个词"

    def _fault(self, line: int, reason: str) -> None:
        self._faults.append((line, reason))

    def told(self) -> list[str]:
        """What is wrong, in the order of the lines."""
        ordered = sorted(self._faults, key=lambda fault: fault[0])
        return [
            f"{self._path} 第{line}行：{why}" if line else f"{self._path}：{why}" for line, why in ordered
        ]


def _tidy(word: str) -> str:
    """The word as messages are read: half width, one kind of gap."""
    parts = re.split(r"…+|\.{3,}", word)
    return "…".join(unicodedata.normalize("NFKC", part) for part in parts).strip()


def _wrong(word: str, *, plain: bool) -> str | None:
    """What is wrong with a word by itself."""
    if not word.strip("… "):
        return "空的词"
    if not re.fullmatch(r"[^()]*(?:\([^()]*\)[^()]*)*", word):
        return f"“{word}”的括号没有配对，或括号里又有括号；应像 没(人/谁)来"
    if "/" in _INSIDE.sub("", word):
        return f"“{word}”里的“/”应放在括号里，如 没(人/谁)来"
    if any("" in inside.split("/") for inside in _INSIDE.findall(word)):
        return f"“{word}”的括号里有一项是空的"
    if prod(len(inside.split("/")) for inside in _INSIDE.findall(word)) > _MOST_CHOICES:
        return f"“{word}”的括号太多，请拆成几个词"
    if plain and "…" in word:
        return f"“{word}”：这个列表只能写整词，不能用“…”"
    if word.startswith("…") or word.endswith("…"):
        return f"“{word}”的“…”应在两个词的中间"
    if word.count("…") > _MOST_GAPS:
        return f"“{word}”里“…”太多，最多{_MOST_GAPS}处"
    return None


def _choices(word: str) -> list[str]:
    """没(人/谁)来 as 没人来 and 没谁来."""
    parts = _INSIDE.split(word)
    return ["".join(chosen) for chosen in product(*(part.split("/") for part in parts))]


class _Lines:
    """At which lines of a TOML file its lists and their words stand, as far as they are written plainly."""

    _TABLE = re.compile(r"\s*\[\[?([^\[\]]+)\]\]?\s*(?:#.*)?$")
    _KEY = re.compile(r"""\s*("[^"]*"|'[^']*'|[A-Za-z0-9_.-]+)\s*=""")

    def __init__(self, text: str) -> None:
        self._text = text.splitlines()
        self._first: dict[Keys, int] = {}
        above: Keys = ()
        for number, line in enumerate(self._text, 1):
            if table := self._TABLE.match(line):
                above = _keys(table[1])
                self._first.setdefault(above, number)
            elif key := self._KEY.match(line):
                self._first.setdefault((*above, *_keys(key[1])), number)

    def of(self, keys: Keys) -> int:
        """The line where it begins, 0 if that isn't plain."""
        return self._first.get(keys, 0)

    def placed(self, keys: Keys, words: list[Any]) -> Iterator[tuple[int, Any]]:
        """The words of a list, each with its line."""
        number = self.of(keys)
        column = 0
        for word in words:
            sought = [f'"{word}"', f"'{word}'"] if isinstance(word, str) else [str(word), str(word).lower()]
            at = number
            while at and at <= len(self._text):
                line = self._text[at - 1]
                places = [line.find(one, column if at == number else 0) for one in sought]
                if hits := [place for place in places if place >= 0]:
                    number, column = at, min(hits) + 1
                    break
                at += 1
            yield number, word


def _keys(said: str) -> Keys:
    """The keys of `[a.b]`, `"甲"` or `a`."""
    if said.startswith(('"', "'")):
        return (said[1:-1],)
    return tuple(part.strip() for part in said.split("."))
