"""Slips of typing and dictation: 供店公司 → 供电公司, 形像进度 → 形象进度, by sound.

The words that may be meant come from the lexicon and from the names of projects and units. A word of
three characters or more is put right wherever its sound (with z = zh, in = ing and so on) stands; one of
two characters only with its exact syllables and where no ordinary word stands, which the tokenizer knows.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from functools import cache

# Sounds are looked up character by character: the table of phrases would only cost 0.4 s at start.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
from pypinyin import lazy_pinyin

_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"))


@cache
def syllable(char: str) -> str:
    """The sound of one character without its tone; a character that has none is its own sound."""
    return str(lazy_pinyin(char)[0])


@cache
def _rough(char: str) -> str:
    sound = syllable(char)
    for many, one in _ALIKE:
        if sound.startswith(many):
            sound = one + sound[len(many) :]
    return sound[:-1] if sound.endswith("ng") and sound[-3:-2] in "ie" else sound


class Sounds:
    """Words by their sound. Immutable after building."""

    def __init__(
        self, words: Iterable[str], cut: Callable[[str], Sequence[str]], known: Callable[[str], bool]
    ) -> None:
        self._cut = cut
        self._known = known
        self._words: dict[tuple[str, str], list[tuple[tuple[str, ...], str]]] = {}
        self._exact: set[str] = set()
        for word in set(words):
            if len(word) < 2 or not all("一" <= char <= "鿿" for char in word):
                continue
            sounds = tuple(_rough(char) for char in word)
            self._words.setdefault((sounds[0], sounds[1]), []).append((sounds, word))
            self._exact.add(word)
        for entries in self._words.values():
            entries.sort(key=lambda entry: (-len(entry[0]), entry[1]))

    def repair(self, text: str) -> str:
        """The text with slips put right; its length stays the same."""
        sounds = [_rough(char) if "一" <= char <= "鿿" else "" for char in text]
        spans: list[tuple[int, int]] | None = None
        out = list(text)
        at = 0
        while at < len(text) - 1:
            entries = self._words.get((sounds[at], sounds[at + 1])) if sounds[at] else None
            step = 1
            for heard, word in entries or ():
                end = at + len(word)
                if tuple(sounds[at:end]) != heard:
                    continue
                written = text[at:end]
                if written in self._exact:
                    step = len(word)
                    break
                if len(word) == 2:
                    if any(syllable(a) != syllable(b) for a, b in zip(written, word, strict=True)):
                        continue
                    if spans is None:
                        spans = _spans(self._cut(text))
                    if self._known(written) or not _loose(spans, at, end):
                        continue
                elif (
                    not any(a == b for a, b in zip(written, word, strict=True)) or written[1:] in self._exact
                ):
                    continue  # 是住建局 is no slip for 市住建局
                out[at:end] = word
                step = len(word)
                break
            at += step
        return "".join(out)


def _spans(tokens: Sequence[str]) -> list[tuple[int, int]]:
    spans, at = [], 0
    for token in tokens:
        spans.append((at, at + len(token)))
        at += len(token)
    return spans


def _loose(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether no word of two or more characters reaches across the edges of that stretch."""
    return all(
        b - a == 1 or b <= start or a >= end or (a >= start and b <= end) or (a <= start and b >= end)
        for a, b in spans
    )
