"""How 企业微信 is written to: by the app to people and its own groups, by a bot's reply, by a group's webhook.

HTTP is 200 throughout: what happened is in errcode, and in invaliduser even when that is 0.
"""

import base64
import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import aiohttp
import structlog

from bot.channel import WEBHOOK, Button, ChannelError, Fetched, Media, Outgoing, Sent
from bot.channels.common.callback import Refused
from bot.channels.common.frame import decrypt, key_of, unpad
from bot.channels.common.limits import Limit
from bot.channels.common.parts import cut, in_words, send_parts
from bot.channels.common.platform import Ports
from bot.channels.common.token import Token
from bot.channels.common.web import Answer, Hosts
from bot.channels.wecom.parse import APP, BOT, ROBOT
from bot.config import Wecom, WecomRobot

log = structlog.get_logger()
T = TypeVar("T")

NAME = "企业微信"
TEXT_BYTES, MARKDOWN_BYTES, REPLY_BYTES = 2048, 4096, 20_480
_DUPLICATES = 4 * 3600  # seconds in which the platform folds a message sent twice
_CARD_BUTTONS, _TITLE, _DESCRIPTION, _SUBTITLE = 6, 26, 30, 112  # characters but for the first
_IMAGES = {"image/jpeg": 10_485_760, "image/png": 10_485_760}  # bytes
_FILE_BYTES, _WEBHOOK_IMAGE_BYTES = 20_971_520, 2_097_152
_MEDIA_LIVES = 2 * 86_400.0  # seconds, of the three days that the platform keeps an upload

_BAD_TOKEN = {40014, 42001, 41001}
_TOO_MUCH = {45009, 45033}
_CARD_REFUSED = {40008, 40056, 40058, 41033, 42014, 42016, 42018, 301025}
_FINAL = {
    40001: "应用的 Secret 不对，请核对配置",
    40013: "企业 ID 不对，请核对配置",
    40056: "平台认为消息参数不对",
    40058: "平台认为消息内容不合要求",
    40008: "平台不支持这种消息",
    60011: "应用没有权限发给他，请检查可见范围",
    60020: "平台不信任我们的出口 IP，请在应用的“企业可信IP”里加上",
    81013: "收件人都不在应用的可见范围内，或已离职",
    86003: "群已不存在，或不是本应用建的",
    86004: "群已不存在，或不是本应用建的",
    93000: "群机器人已被移除，或地址不对",
    93005: "群机器人不能给他发消息",
}


_BY_COMMAND = "由管理员用命令登记：xiaohao groups add --channel wecom_robot --name 群名"


class ErrorCode(ChannelError):
    """The platform refused, with a number."""

    def __init__(self, code: int, reason: str, *, permanent: bool, again_in: timedelta | None = None) -> None:
        super().__init__(reason, permanent=permanent, again_in=again_in)
        self.code = code


def check(answer: Answer) -> Answer:
    """The answer, if it says that all went well. Raises ErrorCode."""
    value = answer.body.get("errcode", 0)
    code = value if isinstance(value, int) else int(value) if str(value).lstrip("-").isdigit() else -1
    if code == 0:
        return answer
    if code in _FINAL:
        place = (
            re.search(r"from ip: ?([0-9a-fA-F.:]{3,45})", answer.text("errmsg")) if code == 60020 else None
        )
        reason = _FINAL[code] + (f"（{place[1]}）" if place else "")
        if code in (40001, 40013, 60011, 60020):
            log.error("platform refuses us", platform=NAME, code=code, reason=reason)
        raise ErrorCode(code, f"{reason}（{code}）", permanent=True)
    if code in _TOO_MUCH:
        raise ErrorCode(code, f"{NAME}说发得太快（{code}）", permanent=False, again_in=timedelta(seconds=60))
    raise ErrorCode(code, f"{NAME}没有接受（{code}）", permanent=False)


# ---- the self-built app -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to post: a text, a card with buttons under some words, or a kept file."""

    text: str = ""
    buttons: tuple[Button, ...] = ()
    file: str = ""


class AppApi:
    """Calls of the app's interface, each with the token, repeated once if that was refused."""

    def __init__(self, config: Wecom, ports: Ports) -> None:
        self.config = config
        self._web = ports.web
        self.token = Token(self._fetch_token)

    async def _fetch_token(self) -> tuple[str, float]:
        answer = check(
            await self._web.call(
                "GET",
                f"{self.config.base_url}/cgi-bin/gettoken",
                what=NAME,
                params={"corpid": self.config.corp_id, "corpsecret": self.config.secret.get_secret_value()},
            )
        )
        if not (value := answer.text("access_token")):
            raise ChannelError(f"{NAME}没有给出令牌", permanent=False)
        seconds = answer.text("expires_in")
        return value, float(seconds) if seconds.isdigit() else 7200.0

    async def post(self, path: str, body: Mapping[str, Any]) -> Answer:
        """POST JSON. Raises ChannelError."""

        async def once(token: str) -> Answer:
            return check(
                await self._web.call(
                    "POST", self._url(path), what=NAME, params={"access_token": token}, body=body
                )
            )

        return await self._with_token(once)

    async def upload(self, kind: str, file: Fetched) -> str:
        """The media id of an upload. Raises ChannelError; a failed upload leaves nothing behind."""

        async def once(token: str) -> Answer:
            params = {"access_token": token, "type": kind}
            return check(
                await self._web.call(
                    "POST", self._url("media/upload"), what=NAME, params=params, form=_form(file), within=60
                )
            )

        return await _uploaded(self._with_token(once))

    async def media(self, media_id: str, most: int) -> Fetched:
        """What somebody sent to the app. Raises ChannelError."""

        async def once(token: str) -> Fetched:
            params = {"access_token": token, "media_id": media_id}
            file = await self._web.download(self._url("media/get"), what=NAME, most=most, params=params)
            if file.media_type in ("application/json", "text/plain") and file.body[:1] == b"{":
                raise _media_error(file.body)
            return file

        return await self._with_token(once)

    async def _with_token(self, call: Callable[[str], Awaitable[T]]) -> T:
        token = await self.token.get()
        try:
            return await call(token)
        except ErrorCode as error:
            if error.code not in _BAD_TOKEN | {40001}:  # which some answer to a token as to a secret
                raise
            self.token.refuse(token)
        return await call(await self.token.get())

    def _url(self, path: str) -> str:
        return f"{self.config.base_url}/cgi-bin/{path}"


class AppChannel:
    """The self-built app: to people, and to groups that it made itself."""

    name = APP
    at_once = 50

    def __init__(self, config: Wecom, ports: Ports) -> None:
        self.api = AppApi(config, ports)
        self._config = config
        self._ports = ports
        self._uploads: OrderedDict[str, tuple[float, str]] = OrderedDict()
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

    def _parts(self, message: Outgoing) -> list[Part]:
        parts: list[Part] = []
        has_cards = bool(message.buttons) and self._config.cards and not message.group
        if has_cards and _fits_card(message.text) and len(message.buttons) <= _CARD_BUTTONS:
            parts.append(Part(message.text, message.buttons))
        elif has_cards:
            parts += [Part(piece) for piece in cut(message.text, TEXT_BYTES - _ROOM_FOR_MARK)]
            for start in range(0, len(message.buttons), _CARD_BUTTONS):
                parts.append(Part(_first_words(message.text), message.buttons[start : start + _CARD_BUTTONS]))
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
            if error.code in _TOO_MUCH:
                self._ports.limits.rest(self._app_minute, "", 60)
            if error.code == 40007 and part.file:
                self._uploads.pop(part.file, None)
            if not (part.buttons and error.code in _CARD_REFUSED):
                raise
        # This platform has no such card (政务微信 may not): the same in words.
        log.warning("card refused; told in words", platform=NAME)
        words = cut(in_words(part.text, part.buttons), TEXT_BYTES)[0]
        return await self._deliver(message, _text(words))

    def _take(self, message: Outgoing) -> None:
        limits = [(self._app_minute, ""), (self._app_day, "")]
        if not message.group:
            limits += [(self._per_minute, message.account), (self._per_hour, message.account)]
        self._ports.limits.take(*limits)

    async def _payload(self, message: Outgoing, place: int, part: Part) -> dict[str, Any]:
        if part.file:
            return await self._file_payload(part.file)
        if part.buttons:
            return {"msgtype": "template_card", "template_card": _card(message.uuid, place, part)}
        text = part.text
        if not message.group:
            # The duplicate check would fold a second message with the same words into the first.
            before = await self._ports.store.said_before(message.uuid, _DUPLICATES)
            text += f"\n（第{before + 1}次）" if before else ""
        return _text(text)

    async def _file_payload(self, name: str) -> dict[str, Any]:
        file = await _file(self._ports, name)
        kind = "image" if len(file.body) <= _IMAGES.get(file.media_type, 0) else "file"
        made, media_id = self._uploads.get(name, (0.0, ""))
        if not media_id or time.monotonic() > made + _MEDIA_LIVES:
            # Kept, so that a repeated send is the same message to the duplicate check.
            media_id = await self.api.upload(kind, file)
            self._uploads[name] = (time.monotonic(), media_id)
            while len(self._uploads) > 1000:
                self._uploads.popitem(last=False)
        return {"msgtype": kind, kind: {"media_id": media_id}}

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


class AppFetcher:
    """Fetches by media id what people sent to the app."""

    def __init__(self, api: AppApi) -> None:
        self._api = api

    async def fetch(self, media: Media, most: int) -> Fetched:
        """The file. Raises ChannelError."""
        return await self._api.media(media.source.get("media_id", ""), most)


# ---- 群机器人: a webhook ----------------------------------------------------------------------------


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
            if error.code in _TOO_MUCH:
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
            "POST", upload, what="企业微信群机器人", params={"type": "file"}, form=_form(file), within=60
        )
        return {"msgtype": "file", "file": {"media_id": await _uploaded(_checked(answer))}}


# ---- 智能机器人: the answer to one message ----------------------------------------------------------


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
            if error.code in _TOO_MUCH or error.code == -1:
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


class BotFetcher:
    """Fetches by URL what people sent to a bot: from hosts we trust; a bot's files are encrypted."""

    def __init__(self, ports: Ports, hosts: Hosts, aes_key: str) -> None:
        self._web = ports.web
        self._hosts = hosts
        self._key = key_of(aes_key) if aes_key else b""

    async def fetch(self, media: Media, most: int) -> Fetched:
        """The file. Raises ChannelError."""
        url = media.source.get("url", "")
        if not self._hosts.allow(url):
            raise ChannelError("文件所在的主机不在信任名单里（配置项 hosts）", permanent=True)
        file = await self._web.download(url, what=NAME, most=most + 32)
        if not self._key:
            return file
        try:
            body = unpad(decrypt(self._key, file.body))
        except Refused:
            raise ChannelError("文件解不开", permanent=True) from None
        return Fetched(body, _kind_of(body), file.name)


# ---- what they share ----------------------------------------------------------------------------

_ROOM_FOR_MARK = 40  # bytes


def _text(text: str) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": text}}


def _fits_card(text: str) -> bool:
    first, _, rest = text.partition("\n")
    return len(rest if len(first) <= _TITLE else text) <= _SUBTITLE


def _first_words(text: str) -> str:
    first = text.strip().partition("\n")[0]
    return first if len(first) <= _DESCRIPTION else first[: _DESCRIPTION - 1] + "…"


def _card(uuid: str, place: int, part: Part) -> dict[str, Any]:
    first, _, rest = part.text.partition("\n")
    card: dict[str, Any] = {
        "card_type": "button_interaction",
        "task_id": f"{uuid}-{place}",
        "button_list": [{"text": button.label, "style": 1, "key": button.id} for button in part.buttons],
    }
    if len(first) <= _TITLE:
        card["main_title"] = {"title": first}
        if rest.strip():
            card["sub_title_text"] = rest.strip()
    else:
        card["main_title"] = {"title": "请办理"}
        card["sub_title_text"] = part.text
    return card


def _form(file: Fetched) -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("media", file.body, filename=file.name or "文件", content_type=file.media_type)
    return form


async def _file(ports: Ports, name: str) -> Fetched:
    file = await ports.store.file(name)
    if file is None:
        raise ChannelError("要发的文件已经不在了", permanent=True)
    if not 5 < len(file.body) <= _FILE_BYTES:
        raise ChannelError("要发的文件是空的或超过20MB", permanent=True)
    return file


async def _checked(answer: Awaitable[Answer]) -> Answer:
    return check(await answer)


async def _uploaded(answer: Awaitable[Answer]) -> str:
    try:
        media_id = (await answer).text("media_id")
    except ChannelError as error:
        error.unknown = False  # an upload that may have arrived shows nothing to anybody
        raise
    if not media_id:
        raise ChannelError(f"{NAME}没有收下文件", permanent=False)
    return media_id


def _media_error(body: bytes) -> ChannelError:
    found = re.search(rb'"errcode"\s*:\s*(-?\d{1,9})', body)
    code = int(found[1]) if found else -1
    final = code not in _BAD_TOKEN | _TOO_MUCH | {-1}
    return ErrorCode(code, f"{NAME}没有给出文件（{code}）", permanent=final)


def _kind_of(body: bytes) -> str:
    kinds = {
        b"\xff\xd8\xff": "image/jpeg",
        b"\x89PNG": "image/png",
        b"GIF8": "image/gif",
        b"%PDF": "application/pdf",
    }
    return next((kind for head, kind in kinds.items() if body.startswith(head)), "application/octet-stream")
