"""How 飞书 is written to: by the app to people and groups, by a custom robot's webhook to its group.

The HTTP status says little: what happened is in `code`. A message's uuid makes a repeat harmless for an hour.
"""

import json
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import quote

import aiohttp
import structlog

from bot.channel import Button, ChannelError, Fetched, Media, Outgoing, Sent
from bot.channels.common.files import kept_file
from bot.channels.common.limits import Limit
from bot.channels.common.parts import cut, in_words, send_parts
from bot.channels.common.platform import Ports
from bot.channels.common.token import Token
from bot.channels.common.web import Answer
from bot.channels.feishu.parse import APP
from bot.channels.feishu.sign import robot_sign
from bot.config import Feishu

log = structlog.get_logger()
T = TypeVar("T")

NAME, ROBOT = "飞书", "feishu_robot"
_ROBOT_NAME = "飞书群自定义机器人"
# Bytes of a request; the platform's 150, 30 and 20 KB less what stands around the text.
TEXT_BYTES, CARD_BYTES, ROBOT_BYTES = 140_000, 28_000, 19_000
_IMAGE_BYTES, _FILE_BYTES = 10_485_760, 31_457_280
_TITLE = 60  # characters of a first line that makes a title
_EARLY = 1700.0  # seconds: asked with more than half an hour left, the platform gives the old token again
_REMEMBERED = 3500.0  # seconds, of the hour in which the platform knows a uuid
_UPLOAD_LIVES = 6 * 3600.0
_PUSH_RESTS = 3600.0
_PATIENCE = timedelta(minutes=5)  # before a wrong secret is tried again
_STATUSES = (200, 400, 401, 403, 404, 429)  # those whose body has a code

_IMAGES = {"image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "image/tiff"}
_FILE_TYPES = {
    "opus": "opus",
    "mp4": "mp4",
    "pdf": "pdf",
    "doc": "doc",
    "docx": "doc",
    "xls": "xls",
    "xlsx": "xls",
    "ppt": "ppt",
    "pptx": "ppt",
}

_BAD_TOKEN = {99991661, 99991663}
_APP_TOO_FAST, _TOO_FAST, _BEING_SENT, _NO_SCOPE, _BROKEN_CARD = 99991400, 230020, 230049, 99991672, 230099
_FINAL = {
    99991672: "应用没有开通这项权限，请在开发者后台的“权限管理”里开通并发布版本",
    230001: "平台认为消息参数不对",
    230002: "机器人不在这个群里，请把它加回群",
    230006: "应用没有启用机器人能力，请在开发者后台开启并发布版本",
    230013: "他不在应用的可用范围内，请在开发者后台扩大可用范围并发布版本",
    230017: "机器人不是这条消息的主人",
    230018: "群里不许机器人发言",
    230022: "内容没有通过平台的审核",
    230025: "消息太长",
    230027: "应用没有发消息的权限，请在开发者后台的“权限管理”里开通",
    230028: "内容没有通过平台的审核",
    230029: "他已经离职",
    230034: "收件人的编号不对",
    230035: "没有权限给他发消息",
    230053: "他停用了机器人的消息",
    230054: "这种消息不能发",
    230099: "平台认为卡片不对",
    232009: "群已经解散",
}
_ROBOT_FINAL = {
    19001: "群自定义机器人已被移除，或地址不对",
    19021: "群自定义机器人的签名不对，请核对 webhook_secret 和服务器时间",
    19022: "群自定义机器人不信任我们的出口 IP，请在它的 IP 白名单里加上",
    19024: "消息里没有群自定义机器人要求的关键词",
}
_ROBOT_TOO_FAST = 11232


class FeishuError(ChannelError):
    """The platform refused, with a number."""

    def __init__(self, code: int, reason: str, *, permanent: bool, again_in: timedelta | None = None) -> None:
        super().__init__(reason, permanent=permanent, again_in=again_in)
        self.code = code


def check(answer: Answer) -> Answer:
    """The answer, if it says that all went well. Raises FeishuError."""
    code = _code(answer.body)
    if code == 0 and answer.status == 200:
        return answer
    if code in (_APP_TOO_FAST, _TOO_FAST) or answer.status == 429:
        raise FeishuError(
            _TOO_FAST if code == _TOO_FAST else _APP_TOO_FAST,
            f"{NAME}说发得太快（{code}）",
            permanent=False,
            again_in=_reset(answer.headers),
        )
    if code == _BEING_SENT:
        raise FeishuError(code, f"{NAME}还在发上一次的这条", permanent=False, again_in=timedelta(seconds=3))
    # All others of 23… are final for the receiver, those of 99992… for the ids that were named.
    permanent = code in _FINAL or 230_000 <= code < 240_000 or 99_992_000 <= code < 99_993_000
    reason = _FINAL.get(code, f"{NAME}不接受" if permanent else f"{NAME}没有接受")
    if code == _NO_SCOPE:
        reason += _scopes(answer.text("msg"))
        log.error("platform refuses us", platform=NAME, code=code, reason=reason)
    raise FeishuError(code, f"{reason}（{code}）", permanent=permanent)


def check_robot(answer: Answer) -> Answer:
    """The same for a custom robot's webhook, which has numbers of its own."""
    code = _code(answer.body)
    if code == 0 and answer.status == 200:
        return answer
    # 9499 is a broken body, or too many: only the words tell.
    many = code == 9499 and "too many" in answer.text("msg").lower()
    if many or code in (_ROBOT_TOO_FAST, _APP_TOO_FAST) or answer.status == 429:
        raise FeishuError(
            _ROBOT_TOO_FAST,
            f"{_ROBOT_NAME}发得太快（{code}）",
            permanent=False,
            again_in=_reset(answer.headers, 60),
        )
    permanent = code in _ROBOT_FINAL or code == 9499
    reason = _ROBOT_FINAL.get(code, f"{_ROBOT_NAME}没有接受")
    raise FeishuError(code, f"{reason}（{code}）", permanent=permanent)


# ---- the app ------------------------------------------------------------------------------------


class Api:
    """Calls of the app's interface, each with the token, repeated once if that was refused."""

    def __init__(self, config: Feishu, ports: Ports) -> None:
        self._config = config
        self._web = ports.web
        self._token = Token(self._fetch_token, early=_EARLY)
        self.bot = ""  # the bot's own open id, once it is known

    async def close(self) -> None:
        """Let a fetch of the token go."""
        await self._token.close()

    async def prove(self) -> bool:
        """Fetch a token; whether it shows who the bot is. Raises ChannelError."""
        await self._token.get()
        return bool(self.bot)

    async def _fetch_token(self) -> tuple[str, float]:
        answer = await self._web.call(
            "POST",
            self._url("auth/v3/tenant_access_token/internal"),
            what=NAME,
            body={"app_id": self._config.app_id, "app_secret": self._config.app_secret.get_secret_value()},
            statuses=_STATUSES,
        )
        code, value = _code(answer.body), answer.text("tenant_access_token")
        if code == _APP_TOO_FAST or answer.status == 429:
            check(answer)
        if code > 0:
            # Nothing is lost meanwhile: whoever set the secret wrong sets it right.
            log.error("platform refuses us", platform=NAME, code=code, reason="app_id 或 app_secret 不对")
            reason = f"{NAME}不认应用的 app_id 或 app_secret，请核对配置（{code}）"
            raise FeishuError(code, reason, permanent=False, again_in=_PATIENCE)
        if code != 0 or not value:
            raise ChannelError(f"{NAME}没有给出令牌", permanent=False)
        if not self.bot:
            await self._meet_the_bot(value)
        seconds = answer.text("expire")
        return value, float(seconds) if seconds.isdigit() else 7200.0

    async def _meet_the_bot(self, token: str) -> None:
        """Learn which mention is the bot's. Without that the first one counts."""
        try:
            answer = await self._web.call(
                "GET", self._url("bot/v3/info"), what=NAME, headers=_bearer(token), within=3.0
            )
        except ChannelError:
            return
        found = answer.body.get("bot")
        if isinstance(found, dict) and isinstance(found.get("open_id"), str):
            self.bot = found["open_id"]

    async def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        form: Callable[[], aiohttp.FormData] | None = None,
        within: float = 10.0,
    ) -> Mapping[str, Any]:
        """The `data` that is answered. Raises ChannelError."""

        async def once(token: str) -> Answer:
            answer = await self._web.call(
                method,
                self._url(path),
                what=NAME,
                params=params,
                body=body,
                form=form() if form is not None else None,
                headers=_bearer(token),
                statuses=_STATUSES,
                within=within,
            )
            return check(answer)

        data = (await self._with_token(once)).body.get("data")
        return data if isinstance(data, dict) else {}

    async def upload(self, file: Fetched, *, as_image: bool) -> str:
        """The key of an upload. Raises ChannelError; a failed upload leaves nothing that anybody sees."""

        def form() -> aiohttp.FormData:
            made = aiohttp.FormData(quote_fields=False)
            if as_image:
                made.add_field("image_type", "message")
            else:
                made.add_field("file_type", _file_type(file.name))
                made.add_field("file_name", file.name or "文件")
            field = "image" if as_image else "file"
            made.add_field(field, file.body, filename="upload", content_type="application/octet-stream")
            return made

        try:
            data = await self.call(
                "POST", "im/v1/images" if as_image else "im/v1/files", form=form, within=25.0
            )
        except ChannelError as error:
            error.unknown = False
            raise
        key = data.get("image_key" if as_image else "file_key")
        if not isinstance(key, str) or not key:
            raise ChannelError(f"{NAME}没有收下文件", permanent=False)
        return key

    async def resource(self, source: Mapping[str, str], most: int) -> Fetched:
        """A picture or file of a message to the bot. Raises ChannelError."""
        message_id, key = quote(source.get("message_id", ""), safe=""), quote(source.get("key", ""), safe="")

        async def once(token: str) -> Fetched:
            return await self._web.download(
                self._url(f"im/v1/messages/{message_id}/resources/{key}"),
                what=NAME,
                most=most,
                params={"type": source.get("type", "file")},
                headers=_bearer(token),
                refused=_no_file,
            )

        return await self._with_token(once)

    async def _with_token(self, call: Callable[[str], Awaitable[T]]) -> T:
        token = await self._token.get()
        try:
            return await call(token)
        except FeishuError as error:
            if error.code not in _BAD_TOKEN:
                raise
            self._token.refuse(token)
        return await call(await self._token.get())

    def _url(self, path: str) -> str:
        return f"{self._config.base_url}/open-apis/{path}"


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
        if not message.buttons or _size(_card(whole, message.group)) <= CARD_BYTES:
            texts = pieces(message.text, TEXT_BYTES) if not message.buttons else []
            return [*(Part(text) for text in texts), *([whole] if message.buttons else []), *files]
        first = message.text.strip().partition("\n")[0][:_TITLE]
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
            if not (part.buttons and error.code == _BROKEN_CARD):
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
            return "interactive", _card(part, message.group)
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
                "content": _json(content),
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
        if error.code == _TOO_FAST:
            self._ports.limits.rest(*self._lane(message), pause)
        elif error.code == _APP_TOO_FAST:
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


class AppFetcher:
    """Fetches what people sent to the bot."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def fetch(self, media: Media, most: int) -> Fetched:
        """The file. Raises ChannelError."""
        return await self._api.resource(media.source, most)


# ---- the custom robot of a group ----------------------------------------------------------------


class RobotChannel:
    """A group's custom robot: texts to the one group of its webhook; it hears nothing and has no buttons."""

    name = ROBOT
    at_once = 4

    def __init__(self, config: Feishu, ports: Ports, clock: Callable[[], float] = time.time) -> None:
        self._ports = ports
        self._clock = clock
        self._url = config.webhook_url.get_secret_value() if config.webhook_url is not None else ""
        self._secret = config.webhook_secret.get_secret_value() if config.webhook_secret is not None else ""
        self._second = Limit("feishu.robot.second", _ROBOT_NAME, config.robot_per_second, 1)
        self._minute = Limit("feishu.robot.minute", _ROBOT_NAME, config.robot_per_minute, 60)

    def repeats_are_safe(self, message: Outgoing) -> bool:
        """A webhook has no key against duplicates."""
        return False

    async def send(self, message: Outgoing) -> Sent:
        """Send all parts. Raises ChannelError."""
        if not message.group:
            raise ChannelError(f"{_ROBOT_NAME}不能私聊", permanent=True)
        text = in_words(message.text, message.buttons)
        parts = [Part(piece) for piece in pieces(text, ROBOT_BYTES) if piece]
        return await send_parts(
            message, [*parts, *(Part(file=one) for one in message.attachments)], self._post
        )

    async def _post(self, _place: int, part: Part) -> str:
        if part.file:
            raise ChannelError(f"{_ROBOT_NAME}不能发文件，请改用应用的机器人", permanent=True)
        body: dict[str, Any] = {"msg_type": "text", "content": {"text": plain(part.text)}}
        if self._secret:
            stamp = str(int(self._clock()))
            body |= {"timestamp": stamp, "sign": robot_sign(self._secret, stamp)}
        self._ports.limits.take((self._second, ""), (self._minute, ""))
        try:
            check_robot(
                await self._ports.web.call("POST", self._url, what=_ROBOT_NAME, body=body, statuses=_STATUSES)
            )
        except FeishuError as error:
            if error.code == _ROBOT_TOO_FAST and error.again_in is not None:
                self._ports.limits.rest(self._minute, "", error.again_in.total_seconds())
            raise
        return ""


# ---- what they share ----------------------------------------------------------------------------


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
        if all(_size({"text": plain(piece)}) <= most for piece in found):
            return found
        size = size * 3 // 4


def _card(part: Part, group: str) -> dict[str, Any]:
    """A card in plain text, so that nothing in it is read as markup. Its buttons tell its group."""
    first, _, rest = part.text.partition("\n")
    card: dict[str, Any] = {"config": {"wide_screen_mode": True, "update_multi": True}, "elements": []}
    text = part.text
    if len(first) <= _TITLE and rest.strip():
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
        for place, button in enumerate(part.buttons)
    ]
    card["elements"].append({"tag": "action", "layout": "flow", "actions": actions})
    return card


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _size(content: Mapping[str, Any]) -> int:
    """Bytes of that content in a request, where it is a JSON text within JSON."""
    return len(json.dumps(_json(content), ensure_ascii=False).encode("utf-8", "replace"))


def _code(body: Mapping[str, Any]) -> int:
    """`code`, or what a webhook of old calls StatusCode; -1 if there is none."""
    value = body.get("code", body.get("StatusCode"))
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,12}", value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else -1


def _reset(headers: Mapping[str, str], otherwise: int = 1) -> timedelta:
    text = headers.get("x-ogw-ratelimit-reset", "")
    seconds = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else otherwise
    return timedelta(seconds=max(seconds, 1))


def _scopes(message: str) -> str:
    """The scopes of which one is missing, as the platform lists them."""
    found = re.search(r"\[([a-z0-9_:., ]{3,200})\]", message)
    return f"：{found[1]}" if found else ""


def _no_file(status: int, headers: Mapping[str, str], raw: bytes) -> ChannelError:
    """Why a download was refused."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        body = None
    if isinstance(body, dict) and _code(body) > 0:
        try:
            check(Answer(status, headers, body))
        except FeishuError as error:
            return error
    return ChannelError(f"{NAME}没有给出文件（HTTP {status}）", permanent=status in (403, 404))


def _file_type(name: str) -> str:
    return _FILE_TYPES.get(name.rpartition(".")[2].lower(), "stream")


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
