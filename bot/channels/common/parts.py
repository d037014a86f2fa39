"""A message in parts: long texts are cut at line ends within a platform's bytes; parts go out one by one."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

from bot.channel import Button, ChannelError, Outgoing, Sent

Part = TypeVar("Part")


def cut(text: str, most: int) -> list[str]:
    """The text in pieces of at most `most` bytes of UTF-8: cut at line ends, else behind a full stop, a comma
    or a space, else between characters. Nothing but white space at a cut is lost. One piece if it is empty.
    """
    if most < 4:
        raise ValueError("a character has up to four bytes")
    pieces: list[str] = []
    rest = text
    while len(rest.encode()) > most:
        head = rest.encode()[:most].decode("utf-8", "ignore")
        end = _last_end(head)
        pieces.append(rest[:end].rstrip("\n"))
        rest = rest[end:].lstrip("\n")
    pieces.append(rest)
    return [piece for piece in pieces if piece.strip()] or [text]


def _last_end(head: str) -> int:
    if (line := head.rfind("\n")) > 0:
        return line + 1
    for marks in ("。！？；", "，、", " "):
        place = max(head.rfind(mark) for mark in marks) + 1
        if place > len(head) // 2:
            return place
    return len(head)


def in_words(text: str, buttons: Iterable[Button], how: str = "可以直接回复——") -> str:
    """The text with what to write instead of pressing, where a platform or chat has no buttons."""
    lines = [f"{button.label}：{button.text}" for button in buttons if f"“{button.text}”" not in text]
    return "\n".join([text, how, *lines]) if lines else text


async def send_parts(
    message: Outgoing, parts: Sequence[Part], post: Callable[[int, Part], Awaitable[str]]
) -> Sent:
    """Send the parts that an earlier attempt did not bring out: `post(place, part)` gives the platform's name.

    Raises ChannelError, with how many are out.
    """
    names: list[str] = []
    for place in range(message.parts_sent, len(parts)):
        try:
            names.append(await post(place, parts[place]))
        except ChannelError as error:
            error.parts_sent = place
            raise
    return Sent(tuple(name for name in names if name))
