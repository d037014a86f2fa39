"""Our own files of words, and how a city's words join them."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

Keys = tuple[str, ...]
Lists = dict[Keys, tuple[str, ...]]  # the lists of one file by their keys; a .txt file has one, under no key

ANY_KEY = ("nicknames", "units")  # files whose keys are names of the city's own


@cache
def names() -> dict[str, str]:
    """The files there are: name, and name with its ending."""
    found = sorted(one.name for one in files(__package__).iterdir())
    return {one.rpartition(".")[0]: one for one in found if one.endswith((".toml", ".txt"))}


@cache
def ours(name: str) -> Lists:
    """The lists of one of our own files."""
    text = files(__package__).joinpath(names()[name]).read_text(encoding="utf-8")
    if names()[name].endswith(".txt"):
        return {(): tuple(word for _, word in lines_of(text))}
    return dict(_flat((), tomllib.loads(text)))


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """The words of a .txt file, each with its line; empty lines and comments are left out."""
    for number, line in enumerate(text.splitlines(), 1):
        word = line.split("#", 1)[0].strip()
        if word:
            yield number, word


def _flat(above: Keys, content: Mapping[str, Any]) -> Iterator[tuple[Keys, tuple[str, ...]]]:
    for key, value in content.items():
        if isinstance(value, dict):
            yield from _flat((*above, key), value)
        else:
            yield (*above, key), tuple(value)


def merged(name: str, city: Lists) -> Lists:
    """Our lists with a city's words. Where a word can stand in one list alone, the city's place for it counts."""
    out = {keys: list(words) for keys, words in ours(name).items()}
    for keys, words in city.items():
        added = [word for word in words if not word.startswith("-")]
        removed = {word[1:] for word in words if word.startswith("-")}
        group = rivals(name, keys)
        for other in [*out] if group else ():
            if other != keys and rivals(name, other) == group:
                out[other] = [word for word in out[other] if word not in added]
        kept = [word for word in out.get(keys, ()) if word not in removed]
        out[keys] = list(dict.fromkeys((*kept, *added)))
    return {keys: tuple(words) for keys, words in out.items()}


def rivals(name: str, keys: Keys) -> str | None:
    """What the lists have in common among which a word has one place: it is one status, one category."""
    if name == "status" or (name == "progress" and keys[0] == "scopes"):
        return name
    return name if name == "troubles" and keys[-1] == "things" else None


def is_plain(name: str, keys: Keys) -> bool:
    """Whether the list holds words as they are, so that none can have a gap or a choice."""
    return (
        names()[name].endswith(".txt")
        or name in (*ANY_KEY, "status")
        or (name == "troubles" and keys[-1] in ("things", "general"))
    )
