"""企业微信's interface as it is called: the app's token, and what an error number means.

HTTP is 200 throughout: what happened is in errcode.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

import structlog

from bot.channel import ChannelError, Fetched
from bot.channels.common.files import form_of, media_id_of
from bot.channels.common.platform import Ports
from bot.channels.common.token import Token
from bot.channels.common.web import Answer
from bot.config import Wecom

log = structlog.get_logger()
T = TypeVar("T")

NAME = "企业微信"
TOO_MUCH = {45009, 45033}
NOBODY = {46004, 60103, 60111}  # has that mobile number, or it is none
MEDIA_GONE = 40007  # an upload that the platform keeps no more
_BAD_TOKEN = {40014, 42001, 41001}
_FINAL = {
    40001: "应用的 Secret 不对，请核对配置",
    40003: "企业微信里没有这个账号",
    40031: "企业微信里没有这个账号",
    40013: "企业 ID 不对，请核对配置",
    40056: "平台认为消息参数不对",
    40058: "平台认为消息内容不合要求",
    40008: "平台不支持这种消息",
    48002: "应用没有这个接口的权限，请在管理后台给应用授权",
    60011: "应用没有权限发给他，请检查可见范围",
    60020: "平台不信任我们的出口 IP，请在应用的“企业可信IP”里加上",
    60111: "企业微信里没有这个账号，或已离职",
    301002: "应用编号 agent_id 不对，或应用没有权限",
    81013: "收件人都不在应用的可见范围内，或已离职",
    86003: "群已不存在，或不是本应用建的",
    86004: "群已不存在，或不是本应用建的",
    93000: "群机器人已被移除，或地址不对",
    93005: "群机器人不能给他发消息",
}


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
    if code in TOO_MUCH:
        raise ErrorCode(code, f"{NAME}说发得太快（{code}）", permanent=False, again_in=timedelta(seconds=60))
    raise ErrorCode(code, f"{NAME}没有接受（{code}）", permanent=False)


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
                    "POST", self._url("media/upload"), what=NAME, params=params, form=form_of(file), within=60
                )
            )

        return await media_id_of(self._with_token(once), NAME)

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


def _media_error(body: bytes) -> ChannelError:
    found = re.search(rb'"errcode"\s*:\s*(-?\d{1,9})', body)
    code = int(found[1]) if found else -1
    final = code not in _BAD_TOKEN | TOO_MUCH | {-1}
    return ErrorCode(code, f"{NAME}没有给出文件（{code}）", permanent=final)
