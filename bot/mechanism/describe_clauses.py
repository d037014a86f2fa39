"""A regime clause by clause, with the notice's own words, to be held beside the notice. Pure."""

from collections.abc import Iterator

from bot.mechanism.model import Regime, Rule
from bot.mechanism.sources import rules_of


def by_clause(regime: Regime) -> Iterator[str]:
    """A paragraph for each clause that the regime rests on, then what it has of its own."""
    found: dict[str, list[tuple[str, Rule]]] = {}
    own = []
    for path, rule in rules_of(regime):
        if rule.clause:
            found.setdefault(rule.clause, []).append((path, rule))
        else:
            own.append(path)
    yield f"{regime.title}（{regime.id}，第{regime.version}版）按文件条款"
    for clause in sorted(found):
        yield f"{regime.notice_of(clause)}"
        quotes = dict.fromkeys(quote for _, rule in found[clause] if (quote := getattr(rule, "quote", "")))
        for quote in quotes:
            yield f"　原文：{quote}"
        yield f"　这里用于：{'、'.join(dict.fromkeys(path for path, _ in found[clause]))}"
    yield f"本机制自定的：{'、'.join(dict.fromkeys(own))}"
