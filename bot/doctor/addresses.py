"""The addresses by which others reach us, and by which we call."""

import socket
from ipaddress import ip_address

import aiohttp
from yarl import URL

from bot.channels.common.platform import Platform
from bot.config import Channels, Config
from bot.doctor.checkup import Checkup

SLOWEST = 8.0  # seconds for a look at an address


def bases(channels: Channels, name: str) -> list[str]:
    """The addresses of a platform that we call; of webhooks the host only."""
    table = getattr(channels, name)
    found = [getattr(table, key) for key in ("base_url", "api_url", "oapi_url") if hasattr(table, key)]
    hook = getattr(table, "webhook_url", None)
    if hook is not None and (address := hook.get_secret_value()):
        try:
            found.append(str(URL(address).origin()))
        except ValueError:
            found.append("")
    return list(dict.fromkeys(found))


def callbacks(checkup: Checkup, settings: Config, platform: Platform, name: str) -> None:
    paths = [one.path for one in platform.callbacks if _table_of(one.path) == name]
    base = settings.server.public_url.rstrip("/")
    if not paths:
        return
    if not base:
        checkup.fault(
            "没有写 public_url，不知道回调地址", '在 [server] 写 public_url = "https://从外面看到的地址"'
        )
        return
    if not base.startswith("https://"):
        checkup.fault(
            f"public_url 是 {URL(base).scheme}，不是 https",
            "配上证书（反向代理上做即可）；有的平台签名不管内容，全靠 https",
        )
    for path in paths:
        checkup.good(f"回调地址填：{base}{path}")


def _table_of(path: str) -> str:
    """The table that a callback's path belongs to: /wecom/bot/callback → wecom_bot."""
    parts = path.strip("/").split("/")
    return "_".join(parts[:2]) if parts[0] == "wecom" and len(parts) == 3 else parts[0]


def own_address(channels: Channels, name: str) -> str:
    """The address from which this machine would call, as far as it knows it itself."""
    host = next((URL(base).host for base in bases(channels, name) if base), None)
    if host is None or channels.proxy:
        return "（经代理出网，填代理的出口 IP）" if channels.proxy else ""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((socket.gethostbyname(host), 443))  # sends nothing
            address = probe.getsockname()[0]
    except OSError:
        return ""
    behind = "，是内网地址，公网出口 IP 请问网络部门" if ip_address(address).is_private else ""
    return f"（本机网卡地址 {address}{behind}）"


async def public(checkup: Checkup, settings: Config, opened: dict[str, Platform]) -> None:
    """Whether our own address answers, seen from here."""
    base = settings.server.public_url.rstrip("/")
    if not base or not any(platform.callbacks for platform in opened.values()):
        return
    checkup.title("本机的外网地址")
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SLOWEST)) as http,
            http.get(f"{base}/healthz", allow_redirects=False) as response,
        ):
            answer = await response.json(content_type=None)
            alive = response.status == 200 and isinstance(answer, dict) and answer.get("alive") is True
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError):
        alive = False
    if alive:
        checkup.good(f"{base} 能访问到本程序")
    else:
        checkup.hint(
            f"从本机访问 {base} 没有见到本程序",
            "程序没启动时是这样；已启动的，检查反向代理和端口映射（有的网络从里面访问不到自己的外网地址，不算错）",
        )
