"""How 企业微信 is written to: by the app to people and its own groups, by a bot's reply, by a group's webhook."""

import base64
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

import structlog

from bot.channel import WEBHOOK, Button, ChannelError, Fetched, Outgoing, Sent
from bot.channels.common.files import form_of, kept_file, media_id_of
from bot.channels.common.limits import Limit
from bot.channels.common.parts import cut, in_words, send_parts
from bot.channels.common.platform import Ports
from bot.channels.common.web import Answer
from bot.channels.wecom import cards
from bot.channels.wecom.api import MEDIA_GONE, NAME, NOBODY, TOO_MUCH, AppApi, ErrorCode, check
from bot.channels.wecom.parse import APP, BOT, ROBOT
from bot.config import Wecom, WecomRobot

log = structlog.get_logger()

TEXT_BYTES, MARKDOWN_BYTES, REPLY_BYTES = 2048, 4096, 20_480
_DUPLICATES = 4 * 3600  # seconds in which the platform folds a message sent twice
_ROOM_FOR_MARK = 40  # bytes
_IMAGES = {"image/jpeg": 10_485_760, "image/png": 10_485_760}  # bytes
_SMALLEST_FILE, _FILE_BYTES, _WEBHOOK_IMAGE_BYTES = 6, 20_971_520, 2_097_152
_MEDIA_LIVES = 2 * 86_400.0  # seconds, of the three days that the platform keeps an upload
_KEPT_UPLOADS = 1000
_CARD_REFUSED = {40008, 40056, 40058, 41033, 42014, 42016, 42018, 301025}
_BY_COMMAND = "由管理员用命令登记：xiaohao groups add --channel wecom_robot --name 群名"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to post: a text, a card with buttons under some words, or a kept file."""

    text: str = ""
    buttons: tuple[Button, ...] = ()
    file: str = ""


class AppChannel:
    """The self-built app: to people, and to groups that it made itself."""

    name = APP
    at_once = 50

    def __init__(self, config: Wecom, ports: Ports) -> None:
        self.api = AppApi(config, ports)
        self._config = config
        self._ports = ports
        self._uploads: OrderedDict[str, tuple[float, str]] = OrderedDict()
        self._first_with: OrderedDict[tuple[str, str], str] = OrderedDict()  # message by person and file
        self._per_minute = Limit("wecom.person.minute", "给这个人", config.per_person_minute, 60)
        self._per_hour = Limit("wecom.person.hour", "给这个人", config.per_person_hour, 3600)
        self._app_minute = Limit("wecom.app.minute", NAME, config.per_app_minute, 60)
        self._app_day = Limit("wecom.app.day", f"{NAME}今天", config.per_app_day, 86_400)

    def repeats_are_safe(self, message: Outgoing) -> bool:
        """The duplicate check folds what is sent to people twice; groups have none."""
        return not message.group

    async def send(self, message: Outgoing) -> Sent:
        """Send all parts. Raises ChannelError."""
        return await send_parts(
            message, self._parts(message), lambda place, part: self._post(message, place, part)
        )

    async def account_of(self, mobile: str) -> str:
        """The user id of who has that mobile number; "" if nobody whom the app may see has. Raises ChannelError.

        developer.work.weixin.qq.com: 通讯录管理, 成员管理, 手机号获取userid.
        """
        try:
            answer = await self.api.post("user/getuserid", {"mobile": mobile})
        except ErrorCode as error:
            if error.code in NOBODY:
                return ""
            if error.code == 60011:
                reason = "应用没有按手机号查账号的权限，请检查可见范围和通讯录权限（60011）"
                raise ChannelError(reason, permanent=True) from None
            raise
        return answer.text("userid").lower()

    def _parts(self, message: Outgoing) -> list[Part]:
        parts: list[Part] = []
        has_cards = bool(message.buttons) and self._config.cards and not message.group
        if has_cards and cards.fits(message.text) and len(message.buttons) <= cards.BUTTONS:
            parts.append(Part(message.text, message.buttons))
        elif has_cards:
            parts += [Part(piece) for piece in cut(message.text, TEXT_BYTES - _ROOM_FOR_MARK)]
            for start in range(0, len(message.buttons), cards.BUTTONS):
                parts.append(
                    Part(cards.first_words(message.text), message.buttons[start : start + cards.BUTTONS])
                )
        elif message.text:
            words = in_words(message.text, message.buttons)
            parts += [Part(piece) for piece in cut(words, TEXT_BYTES - _ROOM_FOR_MARK)]
        return parts + [Part(file=name) for name in message.attachments]

    async def _post(self, message: Outgoing, place: int, part: Part) -> str:
        payload = await self._payload(message, place, part)
        self._take(message)
        try:
            return await self._deliver(message, payload)
        except ErrorCode as error:
            if error.code in TOO_MUCH:
                self._ports.limits.rest(self._app_minute, "", 60)
            if error.code == MEDIA_GONE and part.file:
                self._uploads.pop(self._upload_for(message, part.file), None)
            if not (part.buttons and error.code in _CARD_REFUSED):
                raise
        # This platform has no such card (政务微信 may not): the same in words.
        log.warning("card refused; told in words", platform=NAME)
        words = cut(in_words(part.text, part.buttons), TEXT_BYTES - _ROOM_FOR_MARK)[0]
        return await self._deliver(message, _text(await self._marked(message, words)))

    def _take(self, message: Outgoing) -> None:
        limits = [(self._app_minute, ""), (self._app_day, "")]
        if not message.group:
            limits += [(self._per_minute, message.account), (self._per_hour, message.account)]
        self._ports.limits.take(*limits)

    async def _payload(self, message: Outgoing, place: int, part: Part) -> dict[str, Any]:
        if part.file:
            return await self._file_payload(message, part.file)
        if part.buttons:
            return {
                "msgtype": "template_card",
                "template_card": cards.card_of(f"{message.uuid}-{place}", part.text, part.buttons),
            }
        return _text(await self._marked(message, part.text))

    async def _marked(self, message: Outgoing, text: str) -> str:
        """The duplicate check would fold a second message with the same words into the first: it says so."""
        before = 0 if message.group else await self._ports.store.said_before(message.uuid, _DUPLICATES)
        return f"{text}\n（第{before + 1}次）" if before else text

    async def _file_payload(self, message: Outgoing, name: str) -> dict[str, Any]:
        file = await _file(self._ports, name)
        kind = "image" if len(file.body) <= _IMAGES.get(file.media_type, 0) else "file"
        upload = self._upload_for(message, name)
        made, media_id = self._uploads.get(upload, (0.0, ""))
        if not media_id or time.monotonic() > made + _MEDIA_LIVES:
            # Kept, so that a repeated send is the same message to the duplicate check.
            media_id = await self.api.upload(kind, file)
            self._uploads[upload] = (time.monotonic(), media_id)
            _forget_the_oldest(self._uploads)
        return {"msgtype": kind, kind: {"media_id": media_id}}

    def _upload_for(self, message: Outgoing, name: str) -> str:
        """One upload for all who get a file; who gets it again gets another, or it would count as a repeat."""
        first = self._first_with.setdefault((message.account, name), message.uuid)
        _forget_the_oldest(self._first_with)
        return name if message.group or first == message.uuid else f"{name} {message.uuid}"

    async def _deliver(self, message: Outgoing, payload: dict[str, Any]) -> str:
        if message.group:
            answer = await self.api.post("appchat/send", {"chatid": message.group, **payload})
            return answer.text("msgid")
        if message.account in ("", "@all") or "|" in message.account:
            raise ChannelError("收件人不对", permanent=True)
        answer = await self.api.post(
            "message/send",
            {
                "touser": message.account,
                "agentid": self._config.agent_id,
                **payload,
                "enable_duplicate_check": 1,
                "duplicate_check_interval": _DUPLICATES,
            },
        )
        if message.account.lower() in answer.text("invaliduser").lower().split("|"):
            raise ChannelError("收件人不在应用的可见范围内，或已离职", permanent=True)
        if message.account.lower() in answer.text("unlicenseduser").lower().split("|"):
            raise ChannelError("收件人没有企业微信的接口许可", permanent=True)
        return answer.text("msgid")


class RobotChannel:
    """A group's webhook: the one of the config, or the one that came with the message."""

    name = ROBOT
    at_once = 20

    def __init__(self, config: WecomRobot, ports: Ports) -> None:
        self._config = config
        self._ports = ports
        self._url = config.webhook_url.get_secret_value() if config.webhook_url else ""
        self._limit = Limit("wecom.robot.minute", "这个群机器人", config.per_minute, 60)

    def repeats_are_safe(self, message: Outgoing) -> bool:
        """A webhook has no key against duplicates."""
        return False

    def cant_write_to(self, group: str) -> str:
        """With chatids to every group; else to the webhook's own, whichever that is."""
        if self._config.chatid or group == WEBHOOK:
            return ""
        return "群机器人主动发的只到 webhook 所在的那一个群，" + _BY_COMMAND

    async def send(self, message: Outgoing) -> Sent:
        """Send all parts. Raises ChannelError."""
        came = await self._ports.store.reply_url(message.answers) if message.answers else ""
        url = came or self._url
        if not url:
            raise ChannelError("群机器人没有配置 webhook_url", permanent=True)
        if self._config.chatid and not message.group:
            # Without a chatid this webhook would write to every group that it is in.
            raise ChannelError("群机器人不能私聊", permanent=True)
        if not message.group and not came:
            raise ChannelError("群机器人不能私聊", permanent=True)
        return await send_parts(
            message, self._parts(message), lambda _place, part: self._post(message, url, part)
        )

    def _parts(self, message: Outgoing) -> list[Part]:
        files = [Part(file=name) for name in message.attachments]
        if self._config.chatid and message.buttons:
            pieces = [Part(piece) for piece in cut(message.text, MARKDOWN_BYTES)]
            last = pieces.pop()
            return [*pieces, Part(last.text, message.buttons), *files]
        text = in_words(message.text, message.buttons)
        return [Part(piece) for piece in cut(text, TEXT_BYTES) if piece] + files

    async def _post(self, message: Outgoing, url: str, part: Part) -> str:
        payload = await self._payload(message, url, part)
        if self._config.chatid:
            payload["chatid"] = message.group
        place = hashlib.sha256(url.encode()).hexdigest()[:32]
        key = f"{place}:{message.group}" if self._config.chatid else place
        self._ports.limits.take((self._limit, key))
        try:
            answer = check(await self._ports.web.call("POST", url, what="企业微信群机器人", body=payload))
        except ErrorCode as error:
            if error.code in TOO_MUCH:
                self._ports.limits.rest(self._limit, key, 60)
            raise
        return answer.text("msgid")

    async def _payload(self, message: Outgoing, url: str, part: Part) -> dict[str, Any]:
        if part.file:
            return await self._file_payload(url, part.file)
        if part.buttons:
            actions = [
                {"name": button.id, "text": button.label, "type": "button", "value": button.id}
                for button in part.buttons
            ]
            attachment = {"callback_id": message.uuid, "actions": actions}
            return {"msgtype": "markdown", "markdown": {"content": part.text, "attachments": [attachment]}}
        return _text(part.text)

    async def _file_payload(self, url: str, name: str) -> dict[str, Any]:
        file = await _file(self._ports, name)
        if file.media_type in _IMAGES and len(file.body) <= _WEBHOOK_IMAGE_BYTES:
            digest = hashlib.md5(file.body, usedforsecurity=False).hexdigest()
            encoded = base64.b64encode(file.body).decode()
            return {"msgtype": "image", "image": {"base64": encoded, "md5": digest}}
        upload = url.replace("/webhook/send", "/webhook/upload_media")
        answer = self._ports.web.call(
            "POST", upload, what="企业微信群机器人", params={"type": "file"}, form=form_of(file), within=60
        )
        return {"msgtype": "file", "file": {"media_id": await media_id_of(_checked(answer), NAME)}}


class BotChannel:
    """The 智能机器人: one answer within the hour to the address that came with the message, else another way.

    To a person the app can write at any time; a group is out of reach then, but for a robot that takes chatids.
    """

    name = BOT
    at_once = 20

    def __init__(self, ports: Ports, app: AppChannel | None, robot: RobotChannel | None) -> None:
        self._ports = ports
        self._app = app
        self._robot = robot

    def repeats_are_safe(self, message: Outgoing) -> bool:
        """The address takes one answer; after that the app's duplicate check holds."""
        return self._app is not None and not message.group

    def cant_write_to(self, group: str) -> str:
        """Groups are out of reach but for a robot that takes chatids."""
        if self._robot is not None:
            return self._robot.cant_write_to(group)
        return "智能机器人在群里只能答复，不能自己发日报，要在群里另加一个群机器人，" + _BY_COMMAND

    async def send(self, message: Outgoing) -> Sent:
        """Answer, or write by another way. Raises ChannelError."""
        url = "" if message.parts_sent else await self._answer_url(message)
        if not url:
            return await self._other_way(message)
        first, *more = cut(in_words(message.text, message.buttons), REPLY_BYTES)
        body = {"msgtype": "markdown", "markdown": {"content": first}}
        try:
            check(await self._ports.web.call("POST", url, what="企业微信智能机器人", body=body))
        except ErrorCode as error:
            if error.code in TOO_MUCH or error.code == -1:
                raise
            await self._ports.store.reply_used(message.answers)
            return await self._other_way(message)
        except ChannelError as error:
            if error.unknown:
                await self._ports.store.reply_used(message.answers)
            raise
        await self._ports.store.reply_used(message.answers)
        if more or message.attachments:
            log.warning("a bot's answer has one part", parts=len(more) + len(message.attachments))
        return Sent()

    async def _answer_url(self, message: Outgoing) -> str:
        text = in_words(message.text, message.buttons)
        needs_more = bool(message.attachments) or len(text.encode()) > REPLY_BYTES
        if not message.answers or (needs_more and self._has_other_way(message)):
            return ""
        return await self._ports.store.reply_url(message.answers)

    def _has_other_way(self, message: Outgoing) -> bool:
        return self._robot is not None if message.group else self._app is not None

    async def _other_way(self, message: Outgoing) -> Sent:
        if message.group and self._robot is not None:
            return await self._robot.send(message)
        if not message.group and self._app is not None:
            return await self._app.send(message)
        raise ChannelError("智能机器人只能在一小时内答复一次，也没有配置别的发送方式", permanent=True)


async def _checked(answer: Awaitable[Answer]) -> Answer:
    return check(await answer)


async def _file(ports: Ports, name: str) -> Fetched:
    return await kept_file(ports.store, name, least=_SMALLEST_FILE, most=_FILE_BYTES)


def _forget_the_oldest(kept: OrderedDict[Any, Any]) -> None:
    while len(kept) > _KEPT_UPLOADS:
        kept.popitem(last=False)


def _text(text: str) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": text}}
