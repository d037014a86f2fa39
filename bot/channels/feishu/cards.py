"""What a message of 飞书 consists of: texts and cards, as JSON within the platform's bytes."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.channel import Button
from bot.channels.common.parts import cut

TITLE = 60  # characters of a first line that makes a title


def plain(text: str) -> str:
    """The text as it is read: a tag in it would mention people, everybody even."""
    return re.sub(r"<(?=/?at\b)", "＜", text, flags=re.IGNORECASE)


def pieces(text: str, most: int) -> list[str]:
    """The text in pieces, each of which makes at most `most` bytes of a request."""
    if not text.strip():
        return [text[:100]]
    size = most
    while True:
        found = cut(text, size)
        if all(size_of({"text": plain(piece)}) <= most for piece in found):
            return found
        size = size * 3 // 4


def card_of(text: str, buttons: Sequence[Button], group: str) -> dict[str, Any]:
    """A card in plain text, so that nothing in it is read as markup. Its buttons tell its group."""
    first, _, rest = text.partition("\n")
    card: dict[str, Any] = {"config": {"wide_screen_mode": True, "update_multi": True}, "elements": []}
    if len(first) <= TITLE and rest.strip():
        card["header"] = {"title": {"tag": "plain_text", "content": first}, "template": "blue"}
        text = rest.strip()
    card["elements"].append({"tag": "div", "text": {"tag": "plain_text", "content": text}})
    actions = [
        {
            "tag": "button",
            "text": {"tag": "plain_text", "content": button.label},
            "type": "primary" if place == 0 else "default",
            "value": {"id": button.id, "group": group},
        }
        for place, button in enumerate(buttons)
    ]
    card["elements"].append({"tag": "action", "layout": "flow", "actions": actions})
    return card


def as_json(content: Mapping[str, Any]) -> str:
    """The content as a message carries it: JSON as a text."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def size_of(content: Mapping[str, Any]) -> int:
    """Bytes of that content in a request, where it is a JSON text within JSON."""
    return len(json.dumps(as_json(content), ensure_ascii=False).encode("utf-8", "replace"))
