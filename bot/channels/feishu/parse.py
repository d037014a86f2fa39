"""What 飞书 says, as our Incoming. Pure: the verified event in, values out."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from bot.calendar import CITY
from bot.channel import Incoming, Key, Media, Read
from bot.channels.common.callback import LARGEST_BODY, Refused, id_of, json_object, table_of, text_of

APP = "feishu"
_LONGEST_KEY, _LONGEST_SAID = 200, 20_000
_MOST_FILES, _MOST_MENTIONS, _MOST_READ = 50, 100, 1000
_FILES = {"image": ("image_key", "image"), "file": ("file_key", "file")}
_KINDS = {"audio": "voice", "media": "video", "file": "file", "image": "image"}


@dataclass(frozen=True, slots=True)
class Names:
    """What the bot goes by: the name of its app for keys, and its open id if that is known ("" before)."""

    app: str
    bot: str = ""


def message_of(event: Mapping[str, Any], event_id: str, names: Names) -> Incoming | None:
    """A message to the bot; None for what is only acknowledged. Raises Refused."""
    sender, message = table_of(event, "sender"), table_of(event, "message")
    if text_of(sender.get("sender_type"), 40) not in ("", "user"):
        return None  # another robot: two that answer each other never end
    account = id_of(table_of(sender, "sender_id").get("open_id"))
    message_id, kind = id_of(message.get("message_id")), text_of(message.get("message_type"), 100)
    chat = text_of(message.get("chat_type"), 40)
    if not account or not message_id or not kind or not chat:
        raise Refused(400, "缺少发信人、消息编号、类型或会话类型")
    in_group = chat != "p2p"
    group = id_of(message.get("chat_id")) if in_group else ""
    if in_group and not group:
        raise Refused(400, "缺少群编号")
    said, media = _content(kind, message)
    said = _Mentions(message.get("mentions"), names.bot).told_in(said, in_group)[:_LONGEST_SAID]
    if not said and not media:
        return None
    keys = (_key(names.app, "message", message_id), _key(names.app, "event", event_id))
    quotes = id_of(message.get("parent_id")) or id_of(message.get("root_id"))
    return Incoming(APP, account, said, keys, group, media=media, quotes=quotes)


def press_of(event: Mapping[str, Any], event_id: str, names: Names) -> Incoming:
    """A press of a button. Raises Refused.

    The platform doesn't say whether a chat is a group, so our buttons carry the group of their card.
    """
    account = id_of(table_of(event, "operator").get("open_id"))
    action = event.get("action")
    if not account or not isinstance(action, dict):
        raise Refused(400, "缺少按的人或按钮")
    value = action.get("value", {})
    if isinstance(value, str):
        value = json_object(value) if value else {}
    if not isinstance(value, dict):
        raise Refused(400, "按钮的值不对")
    pressed, group = id_of(value.get("id")), id_of(value.get("group"))
    if not pressed:
        # A card that we didn't make: the sender is told that this button does nothing.
        pressed = sha256(json.dumps(action, sort_keys=True).encode()).hexdigest()
    chat = id_of(table_of(event, "context").get("open_chat_id"))
    if group and chat:
        group = chat  # forwarded elsewhere, it isn't the group's any more
    keys = (_key(names.app, "event", event_id), _key(names.app, "press", account, pressed))
    return Incoming(APP, account, "", keys, group, pressed=pressed)


def read_of(event: Mapping[str, Any], now: datetime) -> Read:
    """Messages that somebody has read. Raises Refused."""
    reader, listed = table_of(event, "reader"), event.get("message_id_list")
    account = id_of(table_of(reader, "reader_id").get("open_id"))
    if not account or not isinstance(listed, list):
        raise Refused(400, "缺少读的人或消息编号")
    names = tuple(name for one in listed[:_MOST_READ] if (name := id_of(one)))
    return Read(APP, account, names, _moment(text_of(reader.get("read_time"), 40), now))


def _content(kind: str, message: Mapping[str, Any]) -> tuple[str, tuple[Media, ...]]:
    text = message.get("content")
    if not isinstance(text, str):
        raise Refused(400, "消息内容不是文字")
    content, message_id = json_object(text), id_of(message.get("message_id"))
    if kind == "text":
        return _text(content.get("text"), required=True), ()
    if kind == "post":
        return _post(content, message_id)
    if kind in _KINDS:
        return "", (_file(_KINDS[kind], content, message_id, kind),)
    if kind == "location":
        name = _text(content.get("name"))
        place = f"{id_of(_number(content.get('latitude')))},{id_of(_number(content.get('longitude')))}"
        return f"位置：{name}（{place}）", ()
    return "", ()  # stickers, cards, forwarded chats: nothing to work with


def _post(content: Mapping[str, Any], message_id: str) -> tuple[str, tuple[Media, ...]]:
    """Rich text: its title, its lines, its pictures. It may be wrapped by language."""
    if "content" not in content:
        inner = next((one for one in content.values() if isinstance(one, dict) and "content" in one), None)
        content = inner or {}
    rows = content.get("content")
    if not isinstance(rows, list):
        raise Refused(400, "富文本没有内容")
    lines = [_text(content.get("title"))]
    media: list[Media] = []
    for row in rows:
        parts: list[str] = []
        for one in row if isinstance(row, list) else [row]:
            if not isinstance(one, dict):
                continue
            tag = text_of(one.get("tag"), 40)
            if tag == "img" and len(media) < _MOST_FILES:
                media.append(_file("image", one, message_id, "image"))
            elif tag == "media" and len(media) < _MOST_FILES:
                media.append(_file("video", one, message_id, "media"))
            elif tag == "at":
                parts.append(_at(one))
            else:
                parts.append(_text(one.get("text")))
        lines.append("".join(parts).strip())
    return "\n".join(line for line in lines if line), tuple(media)


def _at(one: Mapping[str, Any]) -> str:
    """A mention within rich text, as plain text has it: the placeholder, else the name."""
    place = id_of(one.get("user_id"))
    return place if place.startswith("@") else f"@{_text(one.get('user_name'))[:100]}"


def _file(kind: str, content: Mapping[str, Any], message_id: str, of: str) -> Media:
    field, resource = _FILES["image" if of == "image" else "file"]
    key = id_of(content.get(field))
    if not key or key.strip(".") == "":  # it becomes a step of a path
        raise Refused(400, "缺少文件编号")
    # A name goes into the database as it is, which keeps no NUL.
    name = "".join(sign for sign in text_of(content.get("file_name"), 1000)[:200] if sign.isprintable())
    return Media(kind, {"message_id": message_id, "key": key, "type": resource}, name)


class _Mentions:
    """Who is mentioned in a text by placeholders: the bot is cut out, others stand there by name."""

    def __init__(self, listed: Any, bot: str) -> None:
        found = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        self._names: dict[str, str] = {"@_all": "所有人"}
        self._bots: set[str] = set()
        for one in found[:_MOST_MENTIONS]:
            key = id_of(one.get("key"))
            if not key.startswith("@"):
                continue
            self._names[key] = text_of(one.get("name"), 1000)[:100]
            kind = text_of(one.get("mentioned_type"), 40)
            if kind in ("bot", "app") or (bot and _open_id(one.get("id")) == bot):
                self._bots.add(key)
        self._is_sure = bool(bot or self._bots)

    def told_in(self, text: str, in_group: bool) -> str:
        """The text as people would have written it without the bot's name."""
        keys = sorted(self._names, key=len, reverse=True)
        pattern = re.compile("(" + "|".join(map(re.escape, keys)) + r")(?![0-9])[ \u00a0\u2005]?")
        bots = self._bots if self._is_sure or not in_group else self._perhaps(pattern, text)
        # Everybody is nobody in particular, the bot among them.
        said = pattern.sub(
            lambda found: "" if found[1] in bots or found[1] == "@_all" else f"@{self._names[found[1]]} ",
            text,
        )
        return "\n".join(line.strip() for line in said.strip().splitlines())

    def _perhaps(self, pattern: re.Pattern[str], text: str) -> set[str]:
        """In a group the bot hears what mentions it: that is the first one at a line's head, else the only one."""
        for line in text.splitlines():
            head = pattern.match(line.lstrip())
            if head is not None and head[1] != "@_all":
                return {head[1]}
        found = {one[1] for one in pattern.finditer(text)} - {"@_all"}
        return found if len(found) == 1 else set()


def _open_id(value: Any) -> str:
    return id_of(value.get("open_id")) if isinstance(value, dict) else id_of(value)


def _text(value: Any, *, required: bool = False) -> str:
    if required and not isinstance(value, str):
        raise Refused(400, "文字消息没有文字")
    return text_of(value, LARGEST_BODY)[:_LONGEST_SAID].strip()


def _number(value: Any) -> Any:
    return repr(value) if isinstance(value, float) else value


def _moment(stamp: str, now: datetime) -> datetime:
    """When a stamp in milliseconds was; now if it is none."""
    if not (stamp.isascii() and stamp.isdigit() and 12 <= len(stamp) <= 14):
        return now
    return min(datetime.fromtimestamp(int(stamp) / 1000, CITY), now)


def _key(app: str, *parts: str) -> Key:
    """The name of a message in its app; a long one by its hash."""
    name = ":".join(parts)
    return Key(app, name if len(name) <= _LONGEST_KEY else sha256(name.encode()).hexdigest())
