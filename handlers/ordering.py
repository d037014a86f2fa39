"""Files that somebody asks for in the chat: made by a job and sent to him, never into a group."""

from collections.abc import Mapping
from typing import Any

from bot.routing import Refusal, Turn
from storage import papers


def order(turn: Turn, kind: str, of: Mapping[str, Any], text: str) -> None:
    """Have a file made and sent to the asker with that text. Refusal in a group: others would have it too."""
    if turn.chat.group:
        raise Refusal("文件请私聊我要，群里不发。")
    papers.order(
        turn.tx,
        kind,
        of,
        turn.now,
        text=text,
        channel=turn.chat.channel,
        account=turn.chat.account,
        inbox_id=turn.inbox_id,
    )
