"""What 企业微信 says, as our Incoming. Pure: the verified text in, values out.

Three shapes: the app's XML, the 智能机器人's JSON, the 群机器人's XML or JSON.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from xml.etree.ElementTree import Element

from bot.channel import Incoming, Key, Media, ReplyHandle
from bot.channels.common.callback import Refused, id_of, json_object, table_of, text_of, xml_element
from bot.channels.common.quotes import about_quote
from bot.channels.common.web import Hosts

APP, BOT, ROBOT = "wecom", "wecom_bot", "wecom_robot"
_REPLY_FOR = timedelta(minutes=55)  # of the hour that a response_url takes its answer
_WEBHOOK_FOR = timedelta(days=1)
_LONGEST_KEY = 200


# ---- the self-built app -------------------------------------------------------------------------


def app_message(text: str, corp_id: str, agent_id: int) -> Incoming | None:
    """A message to the app, or a press of a button; None for what is only acknowledged. Raises Refused."""
    root = xml_element(text)
    if _of(root, "ToUserName") not in ("", corp_id):
        raise Refused(403, "不是发给本企业的")
    if _of(root, "AgentID") not in ("", str(agent_id)):
        raise Refused(403, "不是发给本应用的")
    account, kind = id_of(_of(root, "FromUserName")).lower(), _of(root, "MsgType")
    if not account or not kind:
        raise Refused(400, "缺少发信人或消息类型")
    app = f"{APP}:{agent_id}"
    if kind == "event":
        return _app_event(root, app, account)
    message_id = id_of(_of(root, "MsgId"))
    if not message_id:
        # Every message has one; without it the content itself is the name.
        message_id = sha256(text.encode()).hexdigest()
    said, media = _app_content(root, kind)
    if not said and not media:
        return None
    return Incoming(APP, account, said, (key(app, message_id),), media=media)


def _app_event(root: Element, app: str, account: str) -> Incoming | None:
    event, created = id_of(_of(root, "Event")), id_of(_of(root, "CreateTime"))
    if event != "template_card_event":
        return None
    pressed, task = text_of(_of(root, "EventKey"), 1024), id_of(_of(root, "TaskId"))
    if not pressed:
        raise Refused(400, "缺少按钮")
    keys = (key(app, "event", account, created, event, task, pressed), key(app, "press", account, pressed))
    return Incoming(APP, account, "", keys, pressed=pressed)


def _app_content(root: Element, kind: str) -> tuple[str, tuple[Media, ...]]:
    if kind == "text":
        return text_of(_of(root, "Content")).strip(), ()
    if kind in ("image", "voice", "video", "file"):
        media_id = id_of(_of(root, "MediaId"))
        if not media_id:
            raise Refused(400, "缺少媒体编号")
        name = text_of(_of(root, "FileName"), 200)
        return text_of(_of(root, "Recognition")).strip(), (Media(kind, {"media_id": media_id}, name),)
    if kind == "location":
        label = text_of(_of(root, "Label"), 1000).strip()
        place = f"{id_of(_of(root, 'Location_X'))},{id_of(_of(root, 'Location_Y'))}"
        return f"位置：{label}（{place}）", ()
    if kind == "link":
        lines = (text_of(_of(root, name), 2000).strip() for name in ("Title", "Description", "Url"))
        return "\n".join(line for line in lines if line), ()
    return "", ()


# ---- 智能机器人 ------------------------------------------------------------------------------------


def bot_message(text: str, hosts: Hosts, now: datetime) -> Incoming | None:
    """A message to the bot, or a press; None for what is only acknowledged. Raises Refused."""
    body = json_object(text)
    kind = text_of(body.get("msgtype"), 100)
    if kind == "stream":  # a poll for an answer in pieces: we give none
        return None
    account = id_of(table_of(body, "from").get("userid")).lower()
    message_id = id_of(body.get("msgid"))
    if not account or not kind or not message_id:
        raise Refused(400, "缺少发信人、消息类型或编号")
    group = id_of(body.get("chatid")) if body.get("chattype") == "group" else ""
    if body.get("chattype") == "group" and not group:
        raise Refused(400, "缺少群编号")
    keys: tuple[Key, ...] = (key(BOT, message_id),)
    reply = _reply(text_of(body.get("response_url"), 4000), hosts, now + _REPLY_FOR, once=True)
    if kind == "event":
        event = table_of(body, "event")
        if event.get("eventtype") != "template_card_event":
            return None
        card = table_of(event, "template_card_event") or event
        pressed = text_of(card.get("event_key"), 1024)
        if not pressed:
            raise Refused(400, "缺少按钮")
        return Incoming(
            BOT,
            account,
            "",
            (*keys, key(BOT, "press", account, pressed)),
            group,
            pressed=pressed,
            reply=reply,
        )
    items: list[Mapping[str, Any]] = [body]
    if kind == "mixed":
        listed = table_of(body, "mixed").get("msg_item")
        items = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    said, media = _items(items)
    if group:
        said = without_mention(said)
    if not said and not media:
        return None
    about = about_quote(_quoted(table_of(body, "quote")))
    return Incoming(BOT, account, said, keys, group, about=about, media=media, reply=reply)


def _items(items: Iterable[Mapping[str, Any]]) -> tuple[str, tuple[Media, ...]]:
    texts: list[str] = []
    media: list[Media] = []
    for one in items:
        kind = text_of(one.get("msgtype"), 100)
        inner = table_of(one, kind)
        if kind in ("text", "voice"):
            texts.append(text_of(inner.get("content")).strip())
        elif kind in ("image", "file", "video"):
            url = text_of(inner.get("url") or inner.get("image_url"), 4000)
            if url:
                media.append(Media(kind, {"url": url}, text_of(inner.get("filename"), 200)))
    return "\n".join(text for text in texts if text), tuple(media)


def _quoted(quote: Mapping[str, Any]) -> str:
    kind = text_of(quote.get("msgtype"), 100)
    if kind == "mixed":
        listed = table_of(quote, "mixed").get("msg_item")
        return _items(one for one in listed if isinstance(one, dict))[0] if isinstance(listed, list) else ""
    return text_of(table_of(quote, kind).get("content"))


# ---- 群机器人 --------------------------------------------------------------------------------------


def robot_message(text: str, hosts: Hosts, now: datetime) -> Incoming | None:
    """A message to a group robot, XML or JSON; None for what is only acknowledged. Raises Refused."""
    body = json_object(text) if text.lstrip().startswith("{") else _tree(xml_element(text))
    kind = text_of(_any(body, "MsgType", "msg_type", "msgtype"), 100)
    sender = _inner(body, "From", "from")
    account = id_of(_any(sender, "UserId", "user_id", "userid")).lower()
    message_id = id_of(_any(body, "MsgId", "msg_id", "msgid"))
    if not account or not kind or not message_id:
        raise Refused(400, "缺少发信人、消息类型或编号")
    in_group = text_of(_any(body, "ChatType", "chat_type", "chattype"), 20) == "group"
    group = id_of(_any(body, "ChatId", "chat_id", "chatid")) if in_group else ""
    if in_group and not group:
        raise Refused(400, "缺少群编号")
    keys: tuple[Key, ...] = (key(ROBOT, message_id),)
    url = text_of(_any(body, "WebhookUrl", "webhook_url"), 4000)
    reply = _reply(url, hosts, now + _WEBHOOK_FOR, once=False)
    if kind == "attachment":
        actions = _listed(_any(_inner(body, "Attachment", "attachment"), "Actions", "actions"))
        pressed = text_of(_any(actions[0], "Value", "value"), 1024) if actions else ""
        if not pressed:
            raise Refused(400, "缺少按钮")
        return Incoming(
            ROBOT,
            account,
            "",
            (*keys, key(ROBOT, "press", account, pressed)),
            group,
            pressed=pressed,
            reply=reply,
        )
    said, media = _robot_content(body, kind)
    if group:
        said = without_mention(said)
    if not said and not media:
        return None
    return Incoming(ROBOT, account, said, keys, group, media=media, reply=reply)


def _robot_content(body: Mapping[str, Any], kind: str) -> tuple[str, tuple[Media, ...]]:
    if kind == "mixed":
        mixed = _inner(body, "MixedMessage", "mixed_message", "mixed")
        items = _listed(_any(mixed, "MsgItem", "msg_item"))
    else:
        items = [body]
    texts: list[str] = []
    media: list[Media] = []
    for one in items:
        if content := text_of(_any(_inner(one, "Text", "text"), "Content", "content")).strip():
            texts.append(content)
        image = _inner(one, "Image", "image")
        if url := text_of(_any(image, "ImageUrl", "image_url", "url"), 4000):
            media.append(Media("image", {"url": url}))
    return "\n".join(texts), tuple(media)


# ---- what they share ----------------------------------------------------------------------------


def key(app: str, *parts: str) -> Key:
    """The name of a message in its app; a long one by its hash."""
    name = ":".join(parts)
    return Key(app, name if len(name) <= _LONGEST_KEY else sha256(name.encode()).hexdigest())


_MENTION = re.compile(r"@[^\s@\u2005]+[\s\u2005]*")


def without_mention(text: str) -> str:
    """A group message without the mention of the bot: the one at its head, else the only one in it.

    The platform doesn't say which of the mentions is the bot's.
    """
    text = text.strip()
    head = _MENTION.match(text)
    if head:
        return text[head.end() :].strip()
    found = list(_MENTION.finditer(text))
    if len(found) == 1:
        return (text[: found[0].start()] + text[found[0].end() :]).strip()
    return text


def _reply(url: str, hosts: Hosts, until: datetime, *, once: bool) -> ReplyHandle | None:
    return ReplyHandle(url, until, once) if url and url.isprintable() and hosts.allow(url) else None


def _of(root: Element, name: str) -> str:
    return (root.findtext(name) or "").strip()


def _any(body: Mapping[str, Any], *names: str) -> Any:
    return next((body[name] for name in names if name in body), None)


def _inner(body: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    value = _any(body, *names)
    return value if isinstance(value, dict) else {}


def _listed(value: Any) -> list[Mapping[str, Any]]:
    found = value if isinstance(value, list) else [value]
    return [one for one in found if isinstance(one, dict)]


def _tree(element: Element) -> dict[str, Any]:
    """An element as JSON would have it: children by name, a list where a name comes again."""
    found: dict[str, list[Any]] = {}
    for child in element:
        found.setdefault(child.tag, []).append(_tree(child) if len(child) else (child.text or "").strip())
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}
