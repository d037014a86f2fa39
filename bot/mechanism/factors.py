"""要素清单: on which factor list an open trouble stands. Pure. Row T15."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from bot.acts import Category
from bot.mechanism.model import Factors

T = TypeVar("T")
REST = "其他配套"  # of a category on the lists, but none of their words was said


def factor_of(rule: Factors, category: Category, words: str) -> str | None:
    """The list's name; None where the trouble is about no factor."""
    mine = [one for one in rule.lists if category in one.categories]
    for one in mine:
        if not one.words or any(word in words for word in one.words):
            return one.name
    return REST if mine else None


def by_factor(rule: Factors, found: Iterable[tuple[Category, str, T]]) -> Mapping[str, list[T]]:
    """The troubles (category, words, what is listed) under their lists, in the regime's order; empty ones left out."""
    lists: dict[str, list[T]] = {name: [] for name in [*(one.name for one in rule.lists), REST]}
    for category, words, item in found:
        if (name := factor_of(rule, category, words)) is not None:
            lists[name].append(item)
    return {name: items for name, items in lists.items() if items}
