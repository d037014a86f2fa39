"""Whether what stands where a name would stand asks for one: 换成谁了, 是刘强吗. Nobody is entered by a question."""

import re

_ASKS = re.compile(r"谁|哪|什么|何人|[吗呢吧么]$|没有?$")


def asks_for_name(words: str) -> bool:
    """谁, 哪位, 刘强吗; 王强 is a name."""
    return bool(_ASKS.search(words))
