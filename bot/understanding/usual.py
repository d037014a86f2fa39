"""Words that messages are read by: whoever called a project so would take them from everybody."""

import re

from bot.acts import Category

from .lexicon import any_of, entries, lists, when_asked
from .normal import clean

_KINDS = {  # files and lists of the lexicon, and what their words say; the first that has a word counts
    ("status",): "报进展",
    ("troubles",): "说堵点",
    ("progress",): "报进展",
    ("progress", "scopes"): "报进展",
    ("requests",): "请单位协调",
    ("answers", "contact"): "答复办理情况",
    ("answers", "office"): "交办",
    ("answers", "leader"): "批示",
    ("answers", "edits"): "更正",
    ("answers", "queries"): "查询",
    ("polite",): "客套",
}
_SIGNS = re.compile("[…(/)]")
_Test = tuple[
    str, re.Pattern[str], str
]  # what the words say, any number of them, and the longer ones to look within


def used_for(words: str) -> str:
    """What the words are used for in messages, alone or as a part of such a word: “说堵点”; empty if for nothing."""
    word = clean(words).replace(" ", "")
    for used, pattern, whole in _tests():
        if pattern.fullmatch(word) or (len(word) > 1 and word in whole):
            return used
    return ""


@when_asked
def _tests() -> list[_Test]:
    """For each kind the pattern of its words, and those words in which another would be mistaken (things, phrases)."""
    tests = []
    for keys, used in _KINDS.items():
        found = [word for words in lists(*keys).values() for word in words]
        whole: list[str] = []
        if keys == ("status",):
            whole = found
        elif keys == ("troubles",):
            for category in ("none", *Category):
                of_trade = lists("troubles", category)
                found += [word for words in of_trade.values() for word in words]
                whole += [*of_trade.get("things", ()), *of_trade.get("phrases", ())]
        plain = [word for word in found if len(word) > 1 and not _SIGNS.search(word)]
        pattern = f"{any_of(found)}|{any_of(plain)}+"
        tests.append((used, re.compile(pattern), "\n".join(w for w in whole if not _SIGNS.search(w))))
    return [*tests, ("报进展", re.compile(any_of(entries("spoken"))), "")]
