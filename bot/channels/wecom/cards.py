"""Cards of 企业微信 with buttons (button_interaction), within their few characters."""

from collections.abc import Sequence
from typing import Any

from bot.channel import Button

BUTTONS = 6  # on one card
_TITLE, _DESCRIPTION, _SUBTITLE = 26, 30, 112  # characters


def fits(text: str) -> bool:
    """Whether a card has room for the whole text."""
    first, _, rest = text.partition("\n")
    return len(rest if len(first) <= _TITLE else text) <= _SUBTITLE


def first_words(text: str) -> str:
    """What stands on the card when the text went before it."""
    first = text.strip().partition("\n")[0]
    return first if len(first) <= _DESCRIPTION else first[: _DESCRIPTION - 1] + "…"


def card_of(task: str, text: str, buttons: Sequence[Button]) -> dict[str, Any]:
    """The card; its first line is the title if it fits. `task` names it, once for all of the app."""
    first, _, rest = text.partition("\n")
    card: dict[str, Any] = {
        "card_type": "button_interaction",
        "task_id": task,
        "button_list": [{"text": button.label, "style": 1, "key": button.id} for button in buttons],
    }
    if len(first) <= _TITLE:
        card["main_title"] = {"title": first}
        if rest.strip():
            card["sub_title_text"] = rest.strip()
    else:
        card["main_title"] = {"title": "请办理"}
        card["sub_title_text"] = text
    return card
