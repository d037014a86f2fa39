"""The reason that a message gives for what it asks, and the numbers that it names. Pure."""

import re

_MARKED = re.compile(r"(?:原因|理由)(?:是|为)?[：:，,\s]*(?P<reason>.+)|(?P<because>(?:因为|由于|因).+)", re.DOTALL)
_AFTER = re.compile(r"[，,。；;：:\s](?P<reason>.+)", re.DOTALL)
_NUMBER = re.compile(r"\d+")


def reason(text: str) -> str:
    """What stands after 原因, 因为, or else after the first comma; empty if nothing does."""
    match = _MARKED.search(text)
    if match is not None:
        found = match["reason"] or match["because"]
    else:
        after = _AFTER.search(text.strip())
        found = after["reason"] if after else ""
    return found.strip(" ，,。；;：:！!\n")


def numbers_in(text: str) -> list[int]:
    """3、5、8号 → 3, 5, 8."""
    return [int(number) for number in _NUMBER.findall(text)]


NUMBERS = r"(?P<numbers>\d{1,6}号?(?:[、，,和及]\d{1,6}号?){0,30})(?<=号)[，,]?"
"""Ticket numbers at the beginning of a phrase, the last one with 号."""
