"""Words that fit a phrase and ask or deny what it says: 换成谁了, 没有退出年度计划. Nothing is entered by them."""

import re

_ASKS_NAME = re.compile(r"谁|哪|什么|何人|[吗呢吧么]$|没有?$")
_NOT = re.compile(
    r"(?:不|没|未|别|勿|是否|能否|可否|要不要|怎么|怎样|如何|为什么|为何|何时|什么时候|哪天|几时|预计|争取|计划|准备)"
    r"(?:有|会|能|可以|该|应|再|宜|用|必|想|要|打算|准备|考虑|同意|被|能够)*$"
)
_ASKS = re.compile(r"[吗么呢]?[？?]|[吗么][。！!]?$|怎么办|^了?没有?$|^了吗")


def asks_for_name(words: str) -> bool:
    """谁, 哪位, 刘强吗; 王强 is a name."""
    return bool(_ASKS_NAME.search(words))


def denied(before: str) -> bool:
    """Whether the words before a verb turn it into a question or its contrary: 342改线没有, 诺维兰什么时候."""
    return bool(_NOT.search(before.strip()))


def asks(words: str) -> bool:
    """了吗, 怎么办？: a question."""
    return bool(_ASKS.search(words.strip()))
