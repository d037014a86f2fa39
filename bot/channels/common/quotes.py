"""What a quoted text is about, where a platform gives its words and no name."""

import re
from collections.abc import Mapping
from typing import Any

_TICKET = re.compile(r"(?<![\d月])(\d{1,6})号(?![楼院路线机井桥站地])")


def about_quote(text: str) -> Mapping[str, Any] | None:
    """`{"ticket": 17}` if the text names exactly one ticket."""
    numbers = {int(found) for found in _TICKET.findall(text)}
    return {"ticket": numbers.pop()} if len(numbers) == 1 else None
