"""What 钉钉 says, as our Incoming. Pure: the verified values in, values out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from bot.channel import Incoming, Key, Media, ReplyHandle
from bot.channels.common.callback import Refused, id_of, json_object, table_of, text_of
from bot.channels.common.quotes import about_quote
from bot.channels.common.web import Hosts

APP = "dingtalk"
OUTSIDER = "外部:"  # before the opaque id of somebody without an account in our company
_SINGLE, _GROUP = "1", "2"
_ANY_ROBOT = "normal"  # what older robots give as their robotCode
_REPLY_FOR, _LONGEST_REPLY = timedelta(minutes=30), timedelta(minutes=90)
_LONGEST_KEY = 200
_BEFORE_GROUP = "@"  # in the action of a card's button: its id, then the group that the card is in


@dataclass(frozen=True, slots=True)
class Ourselves:
    """Who we are on the platform: messages for others are refused."""

    app_key: str
    robot_code: str
    corp_id: str = ""


def robot_message(body: Mapping[str, Any], us: Ourselves, hosts: Hosts, now: datetime) -> Incoming | None:
    """A message to the robot; None for what is only acknowledged. Raises Refused.

    `hosts` are those to which an answer may go.
    """
    _refuse_foreign(body, us)
    account, message_id = _sender(body, us), id_of(body.get("msgId"))
    kind, chat = text_of(body.get("msgtype"), 100), text_of(body.get("conversationType"), 10)
    if not message_id or not kind:
        raise Refused(400, "缺少消息编号或类型")
    if chat not in ("", _SINGLE, _GROUP):
        raise Refused(400, "会话类型不对")
    group = id_of(body.get("conversationId")) if chat == _GROUP else ""
    if chat == _GROUP and not group:
        raise Refused(400, "缺少群编号")
    said, media = _content(body, kind)
    if group:
        said = without_mention(said, body)
    if not said and not media:
        return None
    about, quotes = _quoted(body)
    return Incoming(
        APP,
        account,
        said,
        (key(us.robot_code, message_id),),
        group,
        about=about,
        media=media,
        quotes=quotes,
        reply=_reply(body, hosts, now),
    )


def card_action(body: Mapping[str, Any], us: Ourselves) -> Incoming | None:
    """A press of a button on a card of ours; None for what is only acknowledged. Raises Refused.

    There is no id of the event: who pressed which button of which card is its name.
    """
    if us.corp_id and id_of(body.get("corpId")) not in ("", us.corp_id):
        raise Refused(403, "不是发给本企业的")
    if text_of(body.get("type"), 100) not in ("", "actionCallback"):
        return None
    account, card = id_of(body.get("userId")), id_of(body.get("outTrackId"))
    if not account or not card:
        raise Refused(400, "缺少点按钮的人或卡片编号")
    content = body.get("content")
    inner = json_object(content) if isinstance(content, str) else table_of(body, "content")
    private = table_of(inner, "cardPrivateData")
    ids = private.get("actionIds")
    named = table_of(private, "params").get("action") or (ids[0] if isinstance(ids, list) and ids else "")
    action = text_of(named, 1000)
    if not action or not action.isprintable():
        raise Refused(400, "缺少按钮")
    pressed, _, group = action.partition(_BEFORE_GROUP)
    keys = (key(us.robot_code, "card", card, account, action),)
    return Incoming(APP, account, "", keys, id_of(group), pressed=pressed)


def action_of(button_id: str, group: str) -> str:
    """What a card's button says when it is pressed: a press itself doesn't tell its group."""
    return f"{button_id}{_BEFORE_GROUP}{group}" if group else button_id


def key(robot: str, *parts: str) -> Key:
    """The name of a message for that robot; a long one by its hash."""
    name = ":".join(parts)
    whole = name if len(name) <= _LONGEST_KEY else sha256(name.encode()).hexdigest()
    return Key(f"{APP}:{robot}", whole)


# ---- the sender ---------------------------------------------------------------------------------


def _refuse_foreign(body: Mapping[str, Any], us: Ourselves) -> None:
    if id_of(body.get("robotCode")) not in ("", us.robot_code, us.app_key, _ANY_ROBOT):
        raise Refused(403, "不是发给本机器人的")
    if us.corp_id and id_of(body.get("chatbotCorpId")) not in ("", us.corp_id):
        raise Refused(403, "不是发给本企业的")


def _sender(body: Mapping[str, Any], us: Ourselves) -> str:
    staff, opaque = id_of(body.get("senderStaffId")), id_of(body.get("senderId"))
    if staff:
        if us.corp_id and id_of(body.get("senderCorpId")) not in ("", us.corp_id):
            # An id of another company's staff may be the same as one of ours.
            raise Refused(403, "发信人不是本企业的")
        if staff.startswith(OUTSIDER):
            raise Refused(400, "发信人不对")
        return staff
    if not opaque:
        raise Refused(400, "缺少发信人")
    return OUTSIDER + opaque


# ---- what was said ------------------------------------------------------------------------------


def _content(body: Mapping[str, Any], kind: str) -> tuple[str, tuple[Media, ...]]:
    content = table_of(body, "content")
    if kind == "text":
        said = table_of(body, "text").get("content")
        if not isinstance(said, (str, int)) or isinstance(said, bool):
            raise Refused(400, "缺少文字")
        return text_of(said).strip(), ()
    if kind == "richText":
        return _rich(content.get("richText"))
    if kind in ("picture", "audio", "video", "file"):
        code = _code(content)
        if not code:
            raise Refused(400, "缺少下载码")
        ours = {"picture": "image", "audio": "voice"}.get(kind, kind)
        name = text_of(content.get("fileName"), 200)
        said = text_of(content.get("recognition")).strip() if kind == "audio" else ""
        return said, (Media(ours, {"downloadCode": code}, name),)
    return "", ()


def _rich(listed: Any) -> tuple[str, tuple[Media, ...]]:
    if not isinstance(listed, list):
        raise Refused(400, "缺少图文")
    items = [one for one in listed if isinstance(one, dict)]
    said = "".join(text_of(one.get("text")) for one in items).strip()
    codes = [_code(one) for one in items if one.get("type") == "picture"]
    return text_of(said), tuple(Media("image", {"downloadCode": code}) for code in codes if code)


def _code(content: Mapping[str, Any]) -> str:
    return text_of(content.get("downloadCode") or content.get("pictureDownloadCode"), 4000)


_MENTION = re.compile(r"(?<![\w.@])@[^\s@]+\s*")


def without_mention(text: str, body: Mapping[str, Any]) -> str:
    """A group message without the mention of the bot.

    The platform has cut it off already, mostly: then there are fewer mentions in the text than `atUsers`,
    where the bot is too, and what is left are people.
    """
    listed = body.get("atUsers")
    mentioned = len(listed) if isinstance(listed, list) else 0
    found = list(_MENTION.finditer(text))
    if not found or len(found) < mentioned or not mentioned:
        return text.strip()
    bots = found[0]
    return (text[: bots.start()] + text[bots.end() :]).strip()


def _quoted(body: Mapping[str, Any]) -> tuple[Mapping[str, Any] | None, str]:
    """What the quoted message is about, by its words, and by what name the platform knows it."""
    replied = table_of(table_of(body, "text") or table_of(body, "content"), "repliedMsg")
    content = table_of(replied, "content")
    about = about_quote(text_of(content.get("text") or content.get("content")))
    quotes = id_of(body.get("originalProcessQueryKey")) or id_of(body.get("originalMsgId"))
    return about, quotes


def _reply(body: Mapping[str, Any], hosts: Hosts, now: datetime) -> ReplyHandle | None:
    url = text_of(body.get("sessionWebhook"), 4000)
    if not url or not url.isprintable() or not hosts.allow(url):
        return None
    stamp = text_of(body.get("sessionWebhookExpiredTime"), 50)
    until = now + _REPLY_FOR
    if stamp.isascii() and stamp.isdigit() and len(stamp) in (10, 13):
        seconds = int(stamp) / (1000 if len(stamp) == 13 else 1)
        until = min(datetime.fromtimestamp(seconds, UTC), now + _LONGEST_REPLY)
    return ReplyHandle(url, until, once=False) if until > now else None
