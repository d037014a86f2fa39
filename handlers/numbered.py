"""Ticket numbers as a phrase begins with them: 17号, 3、5、8号. Pure."""

import re

NUMBERS = r"(?P<numbers>\d{1,6}号?(?:[、，,和及]\d{1,6}号?){0,30})(?<=号)[，,]?"
"""The last number of several stands with 号."""

_NUMBER = re.compile(r"\d+")


def numbers_in(text: str) -> list[int]:
    """3、5、8号 → 3, 5, 8."""
    return [int(number) for number in _NUMBER.findall(text)]
