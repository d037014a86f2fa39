"""How 钉钉 is written to by the app's robot: to people, to groups, and in answer to a message.

There is no key against duplicates: a send whose outcome is unknown is repeated at most once (jobs/deliver.py).
"""

import asyncio
import json
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

import structlog

from bot.channel import Button, ChannelError, Fetched, Media, Outgoing, Sent
from bot.channels.common.files import kept_file
from bot.channels.common.limits import Limit
from bot.channels.common.parts import cut, in_words, send_parts
from bot.channels.common.platform import Ports
from bot.channels.common.web import Answer, Hosts
from bot.channels.dingtalk.api import (
    BUSY,
    EXPLAINED,
    NAME,
    ROBOT_LIMITED,
    ROBOT_RESTS,
    Api,
    Denied,
    check,
    denied,
)
from bot.channels.dingtalk.parse import APP, OUTSIDER, action_of
from bot.config import Dingtalk

log = structlog.get_logger()

TEXT_BYTES = 5000  # of the 15,000 of msgParam, in which quotes and line ends grow
_CARD_BYTES, _CARD_BUTTONS, _LINK_BUTTONS = 1000, 6, 5
_TITLE = 20  # characters
_FILE_BYTES = 20_971_520
_IMAGES = ("image/jpeg", "image/png", "image/gif", "image/bmp")
_MEDIA_LIVES = 3600.0  # seconds for which an upload is used again
_TO_PERSON, _TO_GROUP = "/v1.0/robot/oToMessages/batchSend", "/v1.0/robot/groupMessages/send"
_CARD, _CARD_ROUTE = "/v1.0/card/instances/createAndDeliver", "/v1.0/card/callbacks/register"
_IN_GROUP = "请@我回复——"
_FLOW_CONTROLLED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to post: a text, buttons under some words (as a card, or as links), or a kept file."""

    text: str = ""
    buttons: tuple[Button, ...] = ()
    card: bool = False
    file: str = ""


class RobotChannel:
    """The robot of the in-house app."""

    name = APP
    at_once = 15

    def __init__(self, config: Dingtalk, robot_code: str, api: Api, ports: Ports) -> None:
        self._config = config
        self._robot_code = robot_code
        self._api = api
        self._ports = ports
        self._uploads: OrderedDict[str, tuple[float, str]] = OrderedDict()
        self._route_known = not config.card_callback_url
        self._telling_route = asyncio.Lock()
        self._per_person = Limit("dingtalk.person.minute", "给这个人", config.per_person_minute, 60)
        self._per_group = Limit("dingtalk.group.minute", "给这个群", config.per_group_minute, 60)

    def repeats_are_safe(self, message: Outgoing) -> bool:
        """The platform has no key against duplicates."""
        return False

    async def send(self, message: Outgoing) -> Sent:
        """Send all parts. Raises ChannelError."""
        if not message.group and message.account.lower() in ("", "@all"):
            raise ChannelError("收件人不对", permanent=True)
        return await send_parts(
            message, self._parts(message), lambda place, part: self._post(message, place, part)
        )

    async def account_of(self, mobile: str) -> str:
        """The user id of who has that mobile number; "" if nobody whom the app may see has. Raises ChannelError."""
        try:
            answer = await self._api.post_old("/topapi/v2/user/getbymobile", {"mobile": mobile})
        except Denied as error:
            if error.code in _NOBODY:
                return ""
            raise
        result = answer.body.get("result")
        found = result.get("userid") if isinstance(result, dict) else None
        return found if isinstance(found, str) else ""

    def _parts(self, message: Outgoing) -> list[Part]:
        text, buttons = message.text, message.buttons
        has_cards = bool(self._config.card_template_id and self._config.card_secret)
        parts: list[Part] = []
        if buttons and has_cards:
            if len(text.encode()) > _CARD_BYTES:
                parts += [Part(piece) for piece in cut(text, TEXT_BYTES)]
                text = _title(text)
            for start in range(0, len(buttons), _CARD_BUTTONS):
                parts.append(Part(text, buttons[start : start + _CARD_BUTTONS], card=True))
        elif buttons and self._config.links and not message.group:
            pieces = cut(text, TEXT_BYTES)
            parts += [Part(piece) for piece in pieces[:-1]] + [Part(pieces[-1], buttons)]
        elif text:
            words = in_words(text, buttons, _IN_GROUP) if message.group else in_words(text, buttons)
            parts += [Part(piece) for piece in cut(words, TEXT_BYTES)]
        return parts + [Part(file=name) for name in message.attachments]

    async def _post(self, message: Outgoing, place: int, part: Part) -> str:
        if part.card:
            try:
                return await self._card(message, place, part)
            except Denied as error:
                if not error.permanent or error.code in _NOT_THE_CARD:
                    raise
            log.warning("card refused; told in words", platform=NAME)
            how = _IN_GROUP if message.group else "可以直接回复——"
            part = Part(cut(in_words(part.text, part.buttons, how), TEXT_BYTES)[0])
        if not part.file and (url := await self._reply_url(message)):
            try:
                return await self._answer(message, url, part)
            except ChannelError as error:
                if error.unknown or error.ours or (isinstance(error, Denied) and error.code in _LATER):
                    raise
            # The address takes nothing any more, or nothing now: as if it had not come.
        return await self._send(message, part)

    async def _reply_url(self, message: Outgoing) -> str:
        return await self._ports.store.reply_url(message.answers) if message.answers else ""

    async def _answer(self, message: Outgoing, url: str, part: Part) -> str:
        limit, key = self._limit(message)
        self._ports.limits.take((limit, key))
        try:
            body = _session_body(part)
            check(await self._ports.web.call("POST", url, what=NAME, body=body, statuses=EXPLAINED))
        except Denied as error:
            if error.code in ROBOT_LIMITED:
                self._ports.limits.rest(limit, key, ROBOT_RESTS)
            raise
        return ""

    async def _send(self, message: Outgoing, part: Part) -> str:
        if message.account.startswith(OUTSIDER) and not message.group:
            raise ChannelError("他不是本企业的钉钉用户，机器人只能在他来信后一个半小时内答复", permanent=True)
        msg_key, param = await self._template(message, part)
        body = {"robotCode": self._robot_code, "msgKey": msg_key, "msgParam": _json(param)}
        if message.group:
            body["openConversationId"] = message.group
            return (await self._call(message, _TO_GROUP, body)).text("processQueryKey")
        to_one: dict[str, Any] = {**body, "userIds": [message.account]}
        answer = await self._call(message, _TO_PERSON, to_one)
        if message.account in _names(answer, "flowControlledStaffIdList"):
            raise ChannelError("钉钉说给这个人发得太快", permanent=False, again_in=_FLOW_CONTROLLED)
        if message.account in _names(answer, "invalidStaffIdList"):
            raise ChannelError("收件人不在应用的可见范围内，或已离职", permanent=True)
        return answer.text("processQueryKey")

    async def _template(self, message: Outgoing, part: Part) -> tuple[str, dict[str, str]]:
        if part.file:
            return await self._file_template(message, part.file)
        if not part.buttons:
            return "sampleText", {"content": part.text}
        if len(part.buttons) > _LINK_BUTTONS:
            links = "\n".join(f"[{button.label}]({_link(button)})" for button in part.buttons)
            return "sampleMarkdown", {"title": _title(part.text), "text": _markdown(f"{part.text}\n{links}")}
        words = {"title": _title(part.text), "text": _markdown(in_words(part.text, part.buttons))}
        if len(part.buttons) == 1:
            [only] = part.buttons
            return "sampleActionCard", {**words, "singleTitle": only.label, "singleURL": _link(only)}
        for number, button in enumerate(part.buttons, 1):
            words |= {f"actionTitle{number}": button.label, f"actionURL{number}": _link(button)}
        return f"sampleActionCard{len(part.buttons)}", words

    async def _file_template(self, message: Outgoing, name: str) -> tuple[str, dict[str, str]]:
        file = await kept_file(self._ports.store, name, most=_FILE_BYTES)
        is_image = file.media_type in _IMAGES
        made, media_id = self._uploads.get(name, (0.0, ""))
        if not media_id or time.monotonic() > made + _MEDIA_LIVES:
            # Kept: a bulletin for fifty people is one upload of the month's calls, not fifty.
            media_id = await self._api.upload("image" if is_image else "file", file, urgency=message.urgency)
            self._uploads[name] = (time.monotonic(), media_id)
            while len(self._uploads) > 1000:
                self._uploads.popitem(last=False)
        if is_image:
            return "sampleImageMsg", {"photoURL": media_id}
        ending = PurePath(file.name).suffix.removeprefix(".").lower()
        return "sampleFile", {
            "mediaId": media_id,
            "fileName": file.name or "文件",
            "fileType": ending or "file",
        }

    async def _card(self, message: Outgoing, place: int, part: Part) -> str:
        await self._register_route(message)
        card_id = f"{message.uuid}-{place}"
        values = {"title": _title(part.text), "text": _markdown(part.text)}
        for number, button in enumerate(part.buttons, 1):
            values |= {
                f"label{number}": button.label,
                f"action{number}": action_of(button.id, message.group),
            }
        body: dict[str, Any] = {
            "cardTemplateId": self._config.card_template_id,
            "outTrackId": card_id,
            "callbackType": "HTTP",
            "callbackRouteKey": self._config.card_route_key,
            "cardData": {"cardParamMap": values},
            "userIdType": 1,
        }
        if message.group:
            body["openSpaceId"] = f"dtv1.card//IM_GROUP.{message.group}"
            body["imGroupOpenSpaceModel"] = {"supportForward": False}
            body["imGroupOpenDeliverModel"] = {"robotCode": self._robot_code}
        else:
            body["openSpaceId"] = f"dtv1.card//IM_ROBOT.{message.account}"
            body["imRobotOpenSpaceModel"] = {"supportForward": False}
            body["imRobotOpenDeliverModel"] = {"spaceType": "IM_ROBOT", "robotCode": self._robot_code}
        answer = await self._call(message, _CARD, body)
        result = answer.body.get("result")
        delivered = result.get("deliverResults") if isinstance(result, dict) else None
        first = delivered[0] if isinstance(delivered, list) and delivered else None
        if isinstance(first, dict) and first.get("success") is False:
            raise denied("", 400)
        carrier = first.get("carrierId") if isinstance(first, dict) else ""
        return carrier if isinstance(carrier, str) and carrier else card_id

    async def _register_route(self, message: Outgoing) -> None:
        """Tell the platform once where presses go. A press would go nowhere otherwise."""
        if self._config.card_secret is None:
            return
        body = {
            "callbackRouteKey": self._config.card_route_key,
            "callbackUrl": self._config.card_callback_url,
            "apiSecret": self._config.card_secret.get_secret_value(),
            "forceUpdate": True,
        }
        async with self._telling_route:
            if self._route_known:
                return
            try:
                await self._api.post(_CARD_ROUTE, body, urgency=message.urgency)
            except ChannelError as error:
                error.unknown = False  # nothing was sent to anybody
                raise
            self._route_known = True

    async def _call(self, message: Outgoing, path: str, body: dict[str, Any]) -> Answer:
        limit, key = self._limit(message)
        try:
            return await self._api.post(path, body, urgency=message.urgency, limits=((limit, key),))
        except Denied as error:
            if error.code in ROBOT_LIMITED:
                self._ports.limits.rest(limit, key, ROBOT_RESTS)
            raise

    def _limit(self, message: Outgoing) -> tuple[Limit, str]:
        return (self._per_group, message.group) if message.group else (self._per_person, message.account)


class FileFetcher:
    """Fetches by its download code what people sent to the robot."""

    def __init__(self, api: Api, robot_code: str, ports: Ports, hosts: Hosts) -> None:
        self._api = api
        self._robot_code = robot_code
        self._web = ports.web
        self._hosts = hosts

    async def fetch(self, media: Media, most: int) -> Fetched:
        """The file. Raises ChannelError."""
        body = {"downloadCode": media.source.get("downloadCode", ""), "robotCode": self._robot_code}
        answer = await self._api.post("/v1.0/robot/messageFiles/download", body)
        url = answer.text("downloadUrl")
        if not url:
            raise ChannelError(f"{NAME}没有给出下载地址", permanent=False)
        if not self._hosts.allow(url):
            raise ChannelError("文件所在的主机不在信任名单里（配置项 hosts）", permanent=True)
        return await self._web.download(url, what=NAME, most=most)


_NOBODY = {"60121", "40104"}  # no such member, no such number
# Refusals of an answer that say nothing against its address.
_LATER = ROBOT_LIMITED | BUSY | {"QpsLimit", "1111"}
# Refusals that have nothing to do with the card: words would be refused as well.
_NOT_THE_CARD = {"ApiCountLimit", "staffId.notExisted", "resource.not.found", "robot.not.found"}


def _session_body(part: Part) -> dict[str, Any]:
    if not part.buttons:
        return {"msgtype": "text", "text": {"content": part.text}}
    card = {
        "title": _title(part.text),
        "text": _markdown(in_words(part.text, part.buttons)),
        "btnOrientation": "0",
        "btns": [{"title": button.label, "actionURL": _link(button)} for button in part.buttons],
    }
    return {"msgtype": "actionCard", "actionCard": card}


def _link(button: Button) -> str:
    """A link that makes the reader's client say the button's words."""
    return f"dtmd://dingtalkclient/sendMessage?content={quote(button.text, safe='')}"


def _markdown(text: str) -> str:
    """The text as markdown shows it: a line end alone would be none."""
    return "\n\n".join(line for line in text.split("\n") if line.strip())


def _title(text: str) -> str:
    first = text.strip().partition("\n")[0]
    return first if len(first) <= _TITLE else first[: _TITLE - 1] + "…"


def _names(answer: Answer, key: str) -> list[str]:
    value = answer.body.get(key)
    return [str(one) for one in value] if isinstance(value, list) else []


def _json(value: dict[str, str]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
