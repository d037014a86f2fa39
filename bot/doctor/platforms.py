"""Each platform: its addresses, the clock, its token, its callbacks."""

import importlib
import ssl
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from yarl import URL

from bot.channel import ChannelError, Fetched
from bot.channels.common.limits import Limits
from bot.channels.common.platform import Finding, Platform, Ports
from bot.channels.common.token import Token
from bot.channels.common.web import Web
from bot.config import Channels, Config
from bot.doctor.addresses import SLOWEST, bases, callbacks, own_address, public
from bot.doctor.checkup import Checkup, enabled
from bot.wording import CHANNEL

_CLOCK_HINT, _CLOCK_FAULT = 30, 120  # seconds that the clock may be off

# What no setting of ours can change: told, so that nobody waits for it.
_NEVER = {
    "wecom": "自建应用收不到群里的消息（平台不推送），只能一对一；要在群里报，另开智能机器人 channels.wecom_bot",
    "wecom_bot": "群里只有 @机器人 的消息会推来；单独一张照片、语音、文件只能私聊发，群里请图文写在一条里并 @机器人",
    "wecom_robot": "群机器人回调里只有 @机器人 的消息；公有云多数没有回调，只能往群里发",
    "dingtalk": "群里只有 @机器人 的消息会推来；语音、视频、文件只能私聊发",
    "zwdd": "只能发，收不到任何消息（没有核实过的接收方式）；不能发群",
    "feishu": "群里只有 @机器人 的消息会推来（除非另开“接收群聊中所有消息”的权限）；语音、单独的图片请私聊发",
}

_ALLOW_LIST = {
    "wecom": "企业微信管理后台 → 应用 → 企业可信IP：填本机的出口公网 IP，不填报 60020",
    "wecom_robot": "群机器人一般不限 IP；私有部署另有白名单的，请找网络部门",
    "dingtalk": "钉钉开发者后台 → 安全设置 → 服务器出口IP：填了就只认这些 IP；群自定义机器人用加签，或把 IP 填进它的白名单",
    "zwdd": "专有钉钉应用要登记服务器出口 IP；[channels.zwdd] 的 ip、mac 要与登记的一致",
    "feishu": "飞书开发者后台 → 安全设置 → IP 白名单：开了就要填本机的出口公网 IP；群自定义机器人的 IP 白名单另填",
}

_FOLDER = {"wecom": "wecom", "wecom_bot": "wecom", "wecom_robot": "wecom"}


class _NoStore:
    """Nothing is sent, so nothing is asked of the database."""

    async def reply_url(self, inbox_id: int) -> str:
        """None."""
        return ""

    async def reply_used(self, inbox_id: int) -> None:
        """None was."""

    async def said_before(self, uuid: str, seconds: int) -> int:
        """None were."""
        return 0

    async def file(self, attachment_id: str) -> Fetched | None:
        """None."""
        return None


async def platforms(checkup: Checkup, settings: Config) -> None:
    channels = settings.channels
    names = enabled(channels)
    if not names:
        checkup.title("平台")
        checkup.hint("没有启用任何消息平台", "在配置里写上要用的平台的表，一步步照 docs/platforms/ 里的做")
        return
    web = Web(proxy=channels.proxy, ca_file=channels.ca_bundle)
    ports = Ports(web, Limits(), _NoStore())
    reached = False
    opened: dict[str, Platform] = {}
    try:
        for name in names:
            folder = _FOLDER.get(name, name)
            checkup.title(CHANNEL[name])
            module = importlib.import_module(f"bot.channels.{folder}")
            if folder not in opened:
                opened[folder] = module.open_platform(channels, ports)
            for base in bases(channels, name):
                reached = await _reach(checkup, settings, base) or reached
            if name in ("wecom", "dingtalk", "zwdd", "feishu"):
                await _check(checkup, getattr(module, "check", None), opened[folder], name, channels, ports)
            callbacks(checkup, settings, opened[folder], name)
            if name in _ALLOW_LIST:
                checkup.hint(f"出口 IP：{_ALLOW_LIST[name]}{own_address(channels, name)}")
            checkup.hint(f"平台的限制：{_NEVER[name]}")
        await public(checkup, settings, opened)
    finally:
        for platform in opened.values():
            if platform.close is not None:
                await platform.close()
        await web.close()
    if not reached:
        checkup.hint(
            "没有连通任何平台：这台机器可能没有互联网",
            "经代理出网的写 [channels] proxy；在内网的核对 base_url",
        )


async def _reach(checkup: Checkup, settings: Config, base: str) -> bool:
    """Whether something answers there; its clock is compared with ours."""
    if not base:
        checkup.fault("webhook_url 不是网址", "从平台上重新抄一遍机器人的 Webhook 地址")
        return False
    host = URL(base).host
    ca_bundle = settings.channels.ca_bundle
    try:
        trusted: Any = ssl.create_default_context(cafile=ca_bundle) if ca_bundle else True
        timeout = aiohttp.ClientTimeout(total=SLOWEST)
        connector = aiohttp.TCPConnector(ssl=trusted)
        async with aiohttp.ClientSession(timeout=timeout, connector=connector) as http:
            begun = time.time()
            async with http.get(
                base, allow_redirects=False, proxy=settings.channels.proxy or None
            ) as response:
                middle = (begun + time.time()) / 2
                stamp = response.headers.get("Date", "")
    except aiohttp.ClientConnectorDNSError:
        checkup.fault(
            f"{host} 的地址查不到（DNS）", "检查本机的 DNS 和网络；没有互联网的机器连不上公有云平台"
        )
        return False
    except aiohttp.ClientConnectorCertificateError:
        checkup.fault(f"{host} 的证书不可信", "私有部署自签的证书：把 CA 文件写进 [channels] ca_bundle")
        return False
    except (TimeoutError, aiohttp.ClientError, OSError, ssl.SSLError):
        proxy = "，并确认代理可用" if settings.channels.proxy else "；要经代理的写 [channels] proxy"
        checkup.fault(f"{host} 连不上", f"检查网络和防火墙是否放行本机到 {host}{proxy}")
        return False
    checkup.good(f"{host} 连得上")
    _clock(checkup, stamp, middle)
    return True


def _clock(checkup: Checkup, stamp: str, middle: float) -> None:
    try:
        off = round(middle - parsedate_to_datetime(stamp).timestamp())
    except (TypeError, ValueError):
        checkup.hint("平台没有报时间，时钟没法比")
        return
    ahead = f"本机时钟比平台{'快' if off > 0 else '慢'}{abs(off)}秒"
    todo = "开启校时：timedatectl set-ntp true（内网指向本地的时间服务器）；差得多了签名会被拒"
    if abs(off) > _CLOCK_FAULT:
        checkup.fault(ahead, todo)
    elif abs(off) > _CLOCK_HINT:
        checkup.hint(ahead, todo)
    else:
        checkup.good(f"时钟和平台相差{abs(off)}秒以内")


async def _check(
    checkup: Checkup,
    own: "Callable[[Channels, Ports], Awaitable[Sequence[Finding]]] | None",
    platform: Platform,
    name: str,
    channels: Channels,
    ports: Ports,
) -> None:
    """The folder's own check; where it has none, the token is fetched."""
    what = CHANNEL[name]
    try:
        if own is not None:
            for finding in await own(channels, ports):
                checkup.add(finding)
            return
        token = next(_tokens(platform, name), None)
        if token is None:
            checkup.hint(f"{what}没有单独取令牌的一步：密钥对不对，要发一条才知道", "先给自己发一条试试")
            return
        await token.get()
        checkup.good("令牌取得到：应用编号和密钥是对的")
    except ChannelError as error:
        checkup.fault(f"取不到{what}的令牌：{error.reason}", _token_todo(name, error))


def _token_todo(name: str, error: ChannelError) -> str:
    if "连不上" in error.reason or "没有及时回应" in error.reason:
        return "先解决上面的网络问题"
    where = {
        "wecom": "核对 corp_id、agent_id、secret（管理后台 → 应用 → Secret），以及企业可信IP",
        "dingtalk": "核对 app_key、app_secret（开发者后台 → 凭证与基础信息）",
        "feishu": "核对 app_id、app_secret（开发者后台 → 凭证与基础信息）",
        "zwdd": "核对 app_key、app_secret、base_url 和本机时钟",
    }
    return where[name]


def _tokens(platform: Platform, name: str) -> Iterator[Token]:
    """Tokens that the platform's channel holds, itself or in what it calls the interface by."""
    for channel in platform.channels:
        if channel.name == name:
            for one in vars(channel).values():
                held = (one, *vars(one).values()) if hasattr(one, "__dict__") else (one,)
                yield from (value for value in held if isinstance(value, Token))
