"""How 飞书 is written to: by the app to people and groups, by a custom robot's webhook to its group.

A message's uuid makes a repeat harmless for an hour.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import structlog

from bot.channel import Button, ChannelError, Outgoing, Sent
from bot.channels.common.files import kept_file
from bot.channels.common.limits import Limit
from bot.channels.common.parts import in_words, send_parts
from bot.channels.common.platform import Ports
from bot.channels.feishu.api import (
    APP_TOO_FAST,
    BROKEN_CARD,
    NAME,
    ROBOT_NAME,
    ROBOT_TOO_FAST,
    STATUSES,
    TOO_FAST,
    Api,
    FeishuError,
    check_robot,
)
from bot.channels.feishu.cards import TITLE, as_json, card_of, pieces, plain, size_of
from bot.channels.feishu.parse import APP
from bot.channels.feishu.sign import robot_sign
from bot.config import Feishu

log = structlog.get_logger()

ROBOT = "feishu_robot"
# Bytes of a request; the platform's 150, 30 and 20 KB less what stands around the text.
TEXT_BYTES, CARD_BYTES, ROBOT_BYTES = 140_000, 28_000, 19_000
_IMAGE_BYTES, _FILE_BYTES = 10_485_760, 31_457_280
_REMEMBERED = 3500.0  # seconds, of the hour in which the platform knows a uuid
_UPLOAD_LIVES = 6 * 3600.0
_PUSH_RESTS = 3600.0
_IMAGES = {"image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "image/tiff"}


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to post: a text, a card with buttons under some words, or a kept file."""

    text: str = ""
    buttons: tuple[Button, ...] = ()
    file: str = ""


class AppChannel:
    """The app's robot: to people by open id, to groups by chat id."""

    name = APP
    at_once = 40

    def __init__(
        self, config: Feishu, ports: Ports, api: Api, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._api = api
        self._ports = ports
        self._clock = clock
        self._pushes = config.urgent_push
        self._push_again = 0.0
        self._began: OrderedDict[str, float] = OrderedDict()
        self._uploads: OrderedDict[str, tuple[float, str, str]] = OrderedDict()
        self._person = Limit("feishu.person.second", "给这个人", config.per_person_second, 1)
        self._group = Limit("feishu.group.second", "给这个群", config.per_group_second, 1)
        self._app_second = Limit("feishu.app.second", NAME, config.per_app_second, 1)
        self._app_minute = Limit("feishu.app.minute", NAME, config.per_app_minute, 60)

    def repeats_are_safe(self, message: Outgoing) -> bool:
        """For an hour the platform knows the uuid; what was first tried before that may be shown twice."""
        began = self._began.get(message.uuid)
        return began is None or self._clock() < began + _REMEMBERED

    async def send(self, message: Outgoing) -> Sent:
        """Send all parts. Raises ChannelError."""
        if not message.group and not message.account:
            raise ChannelError("没有收件人", permanent=True)
        is_first = self._begin(message.uuid)
        try:
            sent = await send_parts(
                message,
                self._parts(message),
                lambda place, part: self._post(message, f"{message.uuid}-{place}", part),
            )
        except ChannelError as error:
            if error.permanent or (is_first and not error.unknown):
                self._began.pop(message.uuid, None)
            raise
        self._began.pop(message.uuid, None)
        if message.urgency == "urgent" and sent.names and not message.group:
            await self._push(message.account, sent.names[0])
        return sent

    def _begin(self, uuid: str) -> bool:
        """Remember when its uuid was used first; whether that is now."""
        is_first = uuid not in self._began
        self._began.setdefault(uuid, self._clock())
        while len(self._began) > 10_000:
            self._began.popitem(last=False)
        return is_first

    def _parts(self, message: Outgoing) -> list[Part]:
        files = [Part(file=name) for name in message.attachments]
        if not message.text and not message.buttons:
            return files
        whole = Part(message.text, message.buttons)
        if (
            not message.buttons
            or size_of(card_of(message.text, message.buttons, message.group)) <= CARD_BYTES
        ):
            texts = pieces(message.text, TEXT_BYTES) if not message.buttons else []
            return [*(Part(text) for text in texts), *([whole] if message.buttons else []), *files]
        first = message.text.strip().partition("\n")[0][:TITLE]
        return [
            *(Part(text) for text in pieces(message.text, TEXT_BYTES)),
            Part(first, message.buttons),
            *files,
        ]

    async def _post(self, message: Outgoing, uuid: str, part: Part) -> str:
        kind, content = await self._content(message, part)
        self._take(message)
        try:
            return await self._deliver(message, uuid, kind, content)
        except FeishuError as error:
            self._rest(message, error)
            if not (part.buttons and error.code == BROKEN_CARD):
                raise
        # This 飞书 doesn't know such a card: the same in words.
        log.warning("card refused; told in words", platform=NAME)
        words = pieces(in_words(part.text, part.buttons), TEXT_BYTES)[0]
        return await self._deliver(message, f"{uuid}-w", "text", {"text": plain(words)})

    async def _content(self, message: Outgoing, part: Part) -> tuple[str, dict[str, Any]]:
        if part.file:
            kind, key = await self._upload(part.file)
            return kind, {f"{kind}_key": key}
        if part.buttons:
            return "interactive", card_of(part.text, part.buttons, message.group)
        return "text", {"text": plain(part.text)}

    async def _upload(self, name: str) -> tuple[str, str]:
        made, kind, key = self._uploads.get(name, (0.0, "", ""))
        if key and self._clock() < made + _UPLOAD_LIVES:
            return kind, key
        file = await kept_file(self._ports.store, name, most=_FILE_BYTES)
        kind = "image" if file.media_type in _IMAGES and len(file.body) <= _IMAGE_BYTES else "file"
        key = await self._api.upload(file, as_image=kind == "image")
        self._uploads[name] = (self._clock(), kind, key)
        while len(self._uploads) > 1000:
            self._uploads.popitem(last=False)
        return kind, key

    async def _deliver(self, message: Outgoing, uuid: str, kind: str, content: Mapping[str, Any]) -> str:
        data = await self._api.call(
            "POST",
            "im/v1/messages",
            params={"receive_id_type": "chat_id" if message.group else "open_id"},
            body={
                "receive_id": message.group or message.account,
                "msg_type": kind,
                "content": as_json(content),
                "uuid": uuid,
            },
        )
        name = data.get("message_id")
        return name if isinstance(name, str) else ""

    def _take(self, message: Outgoing) -> None:
        self._ports.limits.take(self._lane(message), (self._app_second, ""), (self._app_minute, ""))

    def _lane(self, message: Outgoing) -> tuple[Limit, str]:
        return (self._group, message.group) if message.group else (self._person, message.account)

    def _rest(self, message: Outgoing, error: FeishuError) -> None:
        """It was too fast for the platform: nobody else tries before it says so."""
        pause = error.again_in.total_seconds() if error.again_in is not None else 1.0
        if error.code == TOO_FAST:
            self._ports.limits.rest(*self._lane(message), pause)
        elif error.code == APP_TOO_FAST:
            self._ports.limits.rest(self._app_second, "", pause)

    async def account_of(self, mobile: str) -> str:
        """The open id of who has that mobile number; "" if nobody within the app's range has. Raises ChannelError."""
        data = await self._api.call(
            "POST",
            "contact/v3/users/batch_get_id",
            params={"user_id_type": "open_id"},
            body={"mobiles": [mobile]},
        )
        listed = data.get("user_list")
        found = {
            one["user_id"]
            for one in (listed if isinstance(listed, list) else [])
            if isinstance(one, dict) and isinstance(one.get("user_id"), str) and one["user_id"]
        }
        return found.pop() if len(found) == 1 else ""

    async def _push(self, account: str, name: str) -> None:
        """应用内加急 on top of what is there already: whatever becomes of it, the message was sent."""
        if not self._pushes or self._clock() < self._push_again:
            return
        try:
            await self._api.call(
                "PATCH",
                f"im/v1/messages/{quote(name, safe='')}/urgent_app",
                params={"user_id_type": "open_id"},
                body={"user_id_list": [account]},
                within=5.0,
            )
        except ChannelError as error:
            log.warning("urgent message not pushed", platform=NAME, reason=error.reason)
            self._push_again = self._clock() + _PUSH_RESTS


class RobotChannel:
    """A group's custom robot: texts to the one group of its webhook; it hears nothing and has no buttons."""

    name = ROBOT
    at_once = 4

    def __init__(self, config: Feishu, ports: Ports, clock: Callable[[], float] = time.time) -> None:
        self._ports = ports
        self._clock = clock
        self._url = config.webhook_url.get_secret_value() if config.webhook_url is not None else ""
        self._secret = config.webhook_secret.get_secret_value() if config.webhook_secret is not None else ""
        self._second = Limit("feishu.robot.second", ROBOT_NAME, config.robot_per_second, 1)
        self._minute = Limit("feishu.robot.minute", ROBOT_NAME, config.robot_per_minute, 60)

    def repeats_are_safe(self, message: Outgoing) -> bool:
        """A webhook has no key against duplicates."""
        return False

    async def send(self, message: Outgoing) -> Sent:
        """Send all parts. Raises ChannelError."""
        if not message.group:
            raise ChannelError(f"{ROBOT_NAME}不能私聊", permanent=True)
        text = in_words(message.text, message.buttons)
        parts = [Part(piece) for piece in pieces(text, ROBOT_BYTES) if piece]
        return await send_parts(
            message, [*parts, *(Part(file=one) for one in message.attachments)], self._post
        )

    async def _post(self, _place: int, part: Part) -> str:
        if part.file:
            raise ChannelError(f"{ROBOT_NAME}不能发文件，请改用应用的机器人", permanent=True)
        body: dict[str, Any] = {"msg_type": "text", "content": {"text": plain(part.text)}}
        if self._secret:
            stamp = str(int(self._clock()))
            body |= {"timestamp": stamp, "sign": robot_sign(self._secret, stamp)}
        self._ports.limits.take((self._second, ""), (self._minute, ""))
        try:
            check_robot(
                await self._ports.web.call("POST", self._url, what=ROBOT_NAME, body=body, statuses=STATUSES)
            )
        except FeishuError as error:
            if error.code == ROBOT_TOO_FAST and error.again_in is not None:
                self._ports.limits.rest(self._minute, "", error.again_in.total_seconds())
            raise
        return ""
