"""钉钉's interfaces as they are called: token, limits kept below, and what an error means.

A 200 is no success yet: a refusal may stand in `code`, `errcode`, `success` or `status`.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

import structlog

from bot.channel import ChannelError, Fetched
from bot.channels.common.files import form_of, media_id_of
from bot.channels.common.limits import MONTH, Limit
from bot.channels.common.platform import Ports
from bot.channels.common.token import Token
from bot.channels.common.web import Answer
from bot.config import Dingtalk

log = structlog.get_logger()
T = TypeVar("T")

NAME = "钉钉"
EXPLAINED = (200, 400, 401, 403, 404, 429)  # statuses whose body says why
_KEPT_BACK = 10  # per cent of the month's calls that only urgent messages and answers may use
_FIRST = ("urgent", "reply")
_PATIENCE = 3  # short waits for the second's limit, before the message is put back

_BAD_TOKEN = {"InvalidAuthentication", "40014", "42001", "40001"}
_TOO_FAST = {"90018", "90002", "send.too.fast", "send.byToken.tooFast", "too.many.group", "too.many.people"}
BUSY = {"-1", "ServiceUnavailable", "system.error"}
_BLOCKED = timedelta(minutes=5)
ROBOT_LIMITED = {"130101", "410100"}
ROBOT_RESTS = 600.0  # seconds for which the platform limits a robot then

_FINAL = {
    "staffId.notExisted": "收件人不在本企业，或已离职",
    "resource.not.found": "机器人不存在，或已不在这个群里",
    "robot.not.found": "机器人不存在，或已不在这个群里",
    "invalidClientIdOrSecret": "应用的 AppKey 或 AppSecret 不对，请核对配置",
    "invalidAppSecret": "应用的 AppKey 或 AppSecret 不对，请核对配置",
    "300001": "群机器人的地址已失效",
    "300005": "群机器人的地址已失效",
    "400101": "群机器人的地址已失效",
    "400102": "群机器人已被停用",
    "400106": "群机器人已被移除",
    "400013": "群已解散",
    "43004": "平台认为消息格式不对",
    "60011": "应用没有开通这项权限，请在权限管理里申请",
}
_SECURITY = (  # words of errmsg behind 310000, and what they mean
    ("keyword", "消息里没有群机器人要求的关键词，请在群机器人的安全设置里改用加签"),
    ("sign", "群机器人的加签密钥不对，或服务器时钟不准"),
    ("timestamp", "服务器时钟不准，群机器人不收"),
    ("whitelist", "我们的出口 IP 不在群机器人的白名单里"),
)


class Denied(ChannelError):
    """The platform refused, with a code."""

    def __init__(self, code: str, reason: str, *, permanent: bool, again_in: timedelta | None = None) -> None:
        super().__init__(reason, permanent=permanent, again_in=again_in)
        self.code = code


def check(answer: Answer, what: str = NAME) -> Answer:
    """The answer, if it says that all went well. Raises Denied."""
    if answer.text("status") == "1111":
        raise Denied("1111", f"{what}说我们的 IP 调用太频繁，停五分钟", permanent=False, again_in=_BLOCKED)
    code = answer.text("errcode") if answer.text("errcode") not in ("", "0") else answer.text("code")
    if code == "88":  # the old interface's wrapping: the reason is inside
        code = answer.text("sub_code") or code
    went_well = answer.status == 200 and code in ("", "0") and answer.body.get("success") is not False
    if went_well:
        return answer
    raise denied(code, answer.status, answer.text("errmsg"), what)


def denied(code: str, status: int = 200, message: str = "", what: str = NAME) -> Denied:
    """What the code means: for good, or for now."""
    shown = f"（{code}）" if re.fullmatch(r"-?\d{1,7}|[A-Za-z.]{1,80}", code) else f"（HTTP {status}）"
    if code in _BAD_TOKEN or status == 401:
        return Denied("InvalidAuthentication", f"{what}的令牌失效{shown}", permanent=False)
    if "ApiCountLimit" in code or code == "90020":
        log.error("month's quota is used up", platform=NAME)
        return Denied("ApiCountLimit", f"{what}本月的接口调用次数已用完{shown}", permanent=True)
    if code in _TOO_FAST or "QpsLimit" in code or status == 429:
        return Denied("QpsLimit", f"{what}说调用太快{shown}", permanent=False, again_in=timedelta(seconds=1))
    if code in ROBOT_LIMITED:
        pause = timedelta(seconds=ROBOT_RESTS)
        return Denied(code, f"{what}说机器人发得太快，停十分钟{shown}", permanent=False, again_in=pause)
    if code in BUSY:
        return Denied(code, f"{what}忙{shown}", permanent=False)
    if code == "310000":
        lower = message.lower()
        reason = next((text for word, text in _SECURITY if word in lower), "群机器人的安全设置不让发")
        log.error("platform refuses us", platform=NAME, code=code, reason=reason)
        return Denied(code, f"{reason}{shown}", permanent=True)
    if code in _FINAL:
        return Denied(code, f"{_FINAL[code]}{shown}", permanent=True)
    if status == 403:
        reason = f"{what}不允许应用这样做，请核对应用的权限和出口 IP{shown}"
        log.error("platform refuses us", platform=NAME, reason=reason)
        return Denied(code, reason, permanent=True)
    return Denied(code, f"{what}没有接受{shown}", permanent=status in (400, 404))


class Api:
    """Calls with the app's token, fetched once for all and once more if it was refused."""

    def __init__(self, config: Dingtalk, ports: Ports) -> None:
        self._config = config
        self._web = ports.web
        self._limits = ports.limits
        self.token = Token(self._fetch_token)
        most = config.per_month
        self._second = Limit("dingtalk.api.second", NAME, config.per_api_second, 1)
        self._month = Limit("dingtalk.month", NAME, most, MONTH)
        self._month_ordinary = Limit("dingtalk.month", NAME, max(most * (100 - _KEPT_BACK) // 100, 1), MONTH)

    async def post(
        self,
        path: str,
        body: Mapping[str, Any],
        *,
        urgency: str = "reply",
        limits: tuple[tuple[Limit, str], ...] = (),
    ) -> Answer:
        """POST JSON to the new interface. `limits` are taken with ours. Raises ChannelError."""

        async def once(token: str) -> Answer:
            await self._take(path, urgency, limits)
            return check(
                await self._web.call(
                    "POST",
                    f"{self._config.api_url}{path}",
                    what=NAME,
                    body=body,
                    headers={"x-acs-dingtalk-access-token": token},
                    statuses=EXPLAINED,
                )
            )

        return await self._with_token(path, once)

    async def post_old(self, path: str, body: Mapping[str, Any]) -> Answer:
        """POST JSON to the old interface. Raises ChannelError."""

        async def once(token: str) -> Answer:
            await self._take(path, "event", ())
            return check(
                await self._web.call(
                    "POST",
                    f"{self._config.oapi_url}{path}",
                    what=NAME,
                    params={"access_token": token},
                    body=body,
                    statuses=EXPLAINED,
                )
            )

        return await self._with_token(path, once)

    async def upload(self, kind: str, file: Fetched, *, urgency: str = "reply") -> str:
        """The media id of an upload to the old interface. Raises ChannelError; a failed one leaves nothing."""
        path = "/media/upload"

        async def once(token: str) -> Answer:
            await self._take(path, urgency, ())
            return check(
                await self._web.call(
                    "POST",
                    f"{self._config.oapi_url}{path}",
                    what=NAME,
                    params={"access_token": token, "type": kind},
                    form=form_of(file),
                    statuses=EXPLAINED,
                    within=60,
                )
            )

        return await media_id_of(self._with_token(path, once), NAME)

    async def _fetch_token(self) -> tuple[str, float]:
        path = "/v1.0/oauth2/accessToken"
        await self._take(path, "urgent", ())
        try:
            answer = check(
                await self._web.call(
                    "POST",
                    f"{self._config.api_url}{path}",
                    what=NAME,
                    body={
                        "appKey": self._config.app_key,
                        "appSecret": self._config.app_secret.get_secret_value(),
                    },
                    statuses=EXPLAINED,
                )
            )
        except Denied as error:
            self._rest(path, error)
            if error.permanent:
                log.error("platform refuses us", platform=NAME, reason=error.reason)
            raise
        if not (value := answer.text("accessToken")):
            raise ChannelError(f"{NAME}没有给出令牌", permanent=False)
        seconds = answer.text("expireIn")
        return value, float(seconds) if seconds.isdigit() else 7200.0

    async def _with_token(self, path: str, call: Callable[[str], Awaitable[T]]) -> T:
        token = await self.token.get()
        try:
            return await call(token)
        except Denied as error:
            self._rest(path, error)
            if error.code != "InvalidAuthentication":
                raise
            self.token.refuse(token)
        try:
            return await call(await self.token.get())
        except Denied as error:
            self._rest(path, error)
            raise

    async def _take(self, path: str, urgency: str, more: tuple[tuple[Limit, str], ...]) -> None:
        month = self._month if urgency in _FIRST else self._month_ordinary
        wanted = (*more, (month, ""), (self._second, path))
        for _ in range(_PATIENCE):
            try:
                return self._limits.take(*wanted)
            except ChannelError as error:
                if not error.ours or error.again_in is None or error.again_in > timedelta(seconds=1):
                    raise
                await asyncio.sleep(error.again_in.total_seconds())
        self._limits.take(*wanted)

    def _rest(self, path: str, error: Denied) -> None:
        if error.code == "QpsLimit":
            self._limits.rest(self._second, path, 1.0)
        elif error.code == "1111":
            self._limits.rest(self._second, path, _BLOCKED.total_seconds())
        elif error.code == "ApiCountLimit":
            # Whoever buys more calls need not restart us: after an hour one asks again.
            self._limits.rest(self._month, "", 3600.0)
