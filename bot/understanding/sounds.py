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

_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))


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


# Words of one character that are hardly ever a slip for another.
_LITTLE = frozenset(
    "的地得了着过是会在不没有我你他她们这那个就都也还又再才只和与及到来去上下说要能可吧吗呢啊把被给让请对从向为以所一二三四五六七八九十两几多少点号月日年天"
)


class _Signs(dict[int, int]):
    """A sign for each character, the same for those that sound alike; what isn't Chinese stays, Latin in capitals."""

    def __init__(self) -> None:
        super().__init__()
        self._of_sound: dict[str, int] = {}

    def __missing__(self, code: int) -> int:
        char = chr(code)
        if "一" <= char <= "鿿":
            sign = self._of_sound.setdefault(_rough(char), 0xE000 + len(self._of_sound))
        else:
            sign = ord(char.upper()) if char.isascii() else code
        self[code] = sign
        return sign


_SIGNS = _Signs()


def sounds_of(text: str) -> str:
    """The text with a sign for each sound instead of each character, as long as the text."""
    return text.translate(_SIGNS)


class Sounds:
    """Words by their sound. Immutable after building."""

    def __init__(
        self, words: Iterable[str], cut: Callable[[str], Sequence[str]], known: Callable[[str], bool]
    ) -> None:
        self._cut = cut
        self._known = known
        self._words: dict[str, list[tuple[str, str]]] = {}
        self._exact: set[str] = set()
        for word in set(words):
            if len(word) < 2 or not all("一" <= char <= "鿿" for char in word):
                continue
            heard = sounds_of(word)
            self._words.setdefault(heard[:2], []).append((heard, word))
            self._exact.add(word)
        for entries in self._words.values():
            entries.sort(key=lambda entry: (-len(entry[0]), entry[1]))

    def repair(self, text: str) -> str:
        """The text with slips put right; its length stays the same."""
        heard = sounds_of(text)
        words = self._words
        hits = [at for at in range(len(text) - 1) if heard[at : at + 2] in words]
        if not hits:
            return text
        words_at: list[tuple[int, int]] | None = None
        out = list(text)
        done = 0
        for at in hits:
            if at < done:
                continue
            for sound, word in words[heard[at : at + 2]]:
                if not heard.startswith(sound, at):
                    continue
                end = at + len(word)
                written = text[at:end]
                if written in self._exact:
                    done = end
                    break
                if len(word) == 2:
                    changed = [(a, b) for a, b in zip(written, word, strict=True) if a != b]
                    if any(syllable(a) != syllable(b) or a in _LITTLE for a, b in changed):
                        continue
                    if words_at is None:
                        words_at = _words_at(self._cut(text))
                    if self._known(written) or not _loose(words_at, at, end):
                        continue
                elif self._known(written) or written[1:] in self._exact:
                    continue  # 税务局 is no slip for 水务局, 是住建局 none for 市住建局
                elif not any(a == b for a, b in zip(written, word, strict=True)):
                    continue
                out[at:end] = word
                done = end
                break
        return "".join(out)


def _words_at(tokens: Sequence[str]) -> list[tuple[int, int]]:
    """For each character of the text, where the word in which it stands begins and ends."""
    words: list[tuple[int, int]] = []
    for token in tokens:
        words += [(len(words), len(words) + len(token))] * len(token)
    return words


def _loose(words_at: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether no word of two or more characters reaches across one edge of that stretch alone."""
    return all(
        b - a == 1 or (a >= start and b <= end) or (a <= start and b >= end)
        for a, b in (words_at[start], words_at[end - 1])
    )
