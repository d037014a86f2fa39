"""飞书's interface as it is called: the app's token, uploads and downloads, and what an error number means.

The HTTP status says little: what happened is in `code`.
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import quote

import aiohttp
import structlog

from bot.channel import ChannelError, Fetched, Media
from bot.channels.common.platform import Ports
from bot.channels.common.token import Token
from bot.channels.common.web import Answer
from bot.config import Feishu

log = structlog.get_logger()
T = TypeVar("T")

NAME, ROBOT_NAME = "飞书", "飞书群自定义机器人"
STATUSES = (200, 400, 401, 403, 404, 429)  # those whose body has a code
_EARLY = 1700.0  # seconds: asked with more than half an hour left, the platform gives the old token again
_PATIENCE = timedelta(minutes=5)  # before a wrong secret is tried again
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
APP_TOO_FAST, TOO_FAST, ROBOT_TOO_FAST, BROKEN_CARD = 99991400, 230020, 11232, 230099
_BEING_SENT, _NO_SCOPE = 230049, 99991672
_BAD_TOKEN = {99991661, 99991663}
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
    if code in (APP_TOO_FAST, TOO_FAST) or answer.status == 429:
        raise FeishuError(
            TOO_FAST if code == TOO_FAST else APP_TOO_FAST,
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
    if many or code in (ROBOT_TOO_FAST, APP_TOO_FAST) or answer.status == 429:
        raise FeishuError(
            ROBOT_TOO_FAST,
            f"{ROBOT_NAME}发得太快（{code}）",
            permanent=False,
            again_in=_reset(answer.headers, 60),
        )
    permanent = code in _ROBOT_FINAL or code == 9499
    reason = _ROBOT_FINAL.get(code, f"{ROBOT_NAME}没有接受")
    raise FeishuError(code, f"{reason}（{code}）", permanent=permanent)


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
            statuses=STATUSES,
        )
        code, value = _code(answer.body), answer.text("tenant_access_token")
        if code == APP_TOO_FAST or answer.status == 429:
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
                statuses=STATUSES,
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


class AppFetcher:
    """Fetches what people sent to the bot."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def fetch(self, media: Media, most: int) -> Fetched:
        """The file. Raises ChannelError."""
        return await self._api.resource(media.source, most)


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
