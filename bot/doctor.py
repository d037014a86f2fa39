"""`xiaohao doctor`: is the city set up as it must be? Each fault with what to do; status 1 if there is one.

Nothing is written, nothing is sent to anybody, no secret is printed: of a webhook only the host is named.
"""

import asyncio
import importlib
import shlex
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import typer
from yarl import URL

from bot.calendar import CITY, add_months, day_of
from bot.channel import ChannelError, Fetched
from bot.channels.common.limits import Limits
from bot.channels.common.platform import Finding, Platform, Ports
from bot.channels.common.token import Token
from bot.channels.common.web import Web
from bot.command_parts import ConfigFile
from bot.config import Channels, Config
from bot.wording import CHANNEL

if TYPE_CHECKING:
    from storage.database import Database, Tx
    from storage.directory import Directory

_MARKS = {"good": "　好", "hint": "注意", "fault": "　错"}
_SLOWEST = 8.0  # seconds for a look at an address
_CLOCK_HINT, _CLOCK_FAULT = 30, 120  # seconds that the clock may be off
_FONTS = (
    "cjk",
    "hans",
    "wqy",
    "simsun",
    "simhei",
    "simfang",
    "fangsong",
    "fandol",
    "msyh",
    "droidsansfallback",
)

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


@dataclass
class Checkup:
    """The findings, printed as they come."""

    findings: list[Finding] = field(default_factory=list)

    def title(self, words: str) -> None:
        """What the next findings are about."""
        typer.echo(f"\n{words}")

    def add(self, finding: Finding) -> None:
        """Print it and count it."""
        self.findings.append(finding)
        todo = f"\n　　　→ {finding.todo}" if finding.todo else ""
        typer.echo(f"{_MARKS[finding.level]}　{finding.what}{todo}")

    def good(self, what: str) -> None:
        """This is as it must be."""
        self.add(Finding("good", what))

    def hint(self, what: str, todo: str = "") -> None:
        """Somebody should look at this."""
        self.add(Finding("hint", what, todo))

    def fault(self, what: str, todo: str) -> None:
        """This is wrong."""
        self.add(Finding("fault", what, todo))

    @property
    def faults(self) -> int:
        """How many faults there are."""
        return sum(1 for one in self.findings if one.level == "fault")


def doctor(config: ConfigFile = None) -> None:
    """检查配置、数据库、放假安排、字体和启用的平台；有错说明怎么办，退出码为 1。"""
    checkup = Checkup()
    settings = _config(checkup, config)
    if settings is not None:
        now = datetime.now(CITY)
        directory = _database(checkup, settings)
        _holidays(checkup, settings, day_of(now))
        _fonts(checkup)
        asyncio.run(_platforms(checkup, settings))
        _quotas(checkup, settings, directory, day_of(now))
    typer.echo("")
    if checkup.faults:
        named = f" --config {shlex.quote(str(config))}" if config else ""
        typer.echo(f"有{checkup.faults}处错误要改，改好后再运行一次 xiaohao doctor{named}。")
        raise typer.Exit(1)
    typer.echo("没有发现错误。")


def _config(checkup: Checkup, path: Path | None) -> Config | None:
    from bot import checking
    from bot.config import ConfigError, load

    checkup.title("配置")
    faults: list[str] = []
    settings: Config | None = None
    try:
        settings = load(path)
    except ConfigError as error:
        faults, settings = error.faults, error.rest
    if settings is not None:
        faults += checking.faults(settings)
    for fault in faults:
        checkup.fault(fault, "照上面说的改配置文件（或环境变量），对照 config.example.toml")
    if not faults and settings is not None:
        opened = "、".join(CHANNEL[name] for name in enabled(settings.channels)) or "没有"
        checkup.good(f"配置没有错；启用的平台：{opened}")
    return settings


def enabled(channels: Channels) -> list[str]:
    """The tables of platforms that are switched on."""
    from bot.platforms import FOLDERS

    names = [name for tables in FOLDERS.values() for name in tables]
    return [name for name in names if (table := getattr(channels, name)) is not None and table.enabled]


# ---- database, holidays, fonts ------------------------------------------------------------------


def _database(checkup: Checkup, settings: Config) -> "Directory | None":
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError

    from storage import database

    checkup.title("数据库")
    try:
        db = database.Database(settings.storage.url)
    except (ArgumentError, SQLAlchemyError, ImportError, OSError):
        checkup.fault("数据库地址打不开", "检查 [storage] url")
        return None
    try:
        return _looked_into(checkup, settings, db)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        password = _password_in(settings.storage.url)
        reason = reason.replace(password, "…") if password else reason
        checkup.fault(
            f"数据库连不上（{reason}）", "检查 [storage] url、数据库服务是否在运行、账号口令和防火墙"
        )
        return None
    finally:
        db.close()


def _password_in(url: str) -> str:
    """The password in the database's address, so that it is never printed."""
    from sqlalchemy.engine import make_url

    return str(make_url(url).password or "")


def _looked_into(checkup: Checkup, settings: Config, db: "Database") -> "Directory | None":
    from storage import migrate

    known, newest = migrate.version(db), migrate.newest()
    kind = "SQLite" if db.is_sqlite else "PostgreSQL"
    if known is None:
        checkup.hint(f"{kind} 连得上，还是空的", "第一次启动时会建表；先读入单位、台账、人员（README）")
        return None
    if known == newest:
        checkup.good(f"{kind} 连得上，版本 {known}，是最新的")
    elif known in migrate.versions():
        checkup.hint(
            f"{kind} 连得上，版本 {known}，程序要 {newest}",
            "备份后运行 xiaohao migrate，或直接启动（会自动升级）",
        )
        return None
    else:
        checkup.fault(f"{kind} 的版本 {known} 比程序新", "换用新版本的程序；不要用旧程序打开新库")
        return None
    directory = db.read_now(lambda tx: _directory(settings, tx))
    _people(checkup, settings, directory)
    return directory


def _directory(settings: Config, tx: "Tx") -> "Directory":
    from storage.directory import DirectoryCache

    return DirectoryCache(settings.city.ledger_year).get(tx)


def _people(checkup: Checkup, settings: Config, directory: "Directory") -> None:
    if not directory.ledger:
        checkup.hint(f"还没有{settings.city.ledger_year}年的台账", "xiaohao import ledger 台账.xlsx --apply")
    opened = {*enabled(settings.channels), *(["console"] if settings.channels.console.enabled else [])}
    without = [one.signed for one in directory.people.values() if not opened & set(one.accounts)]
    if without and opened:
        names = "、".join(without[:5]) + ("等" if len(without) > 5 else "")
        checkup.hint(
            f"{len(without)}人在启用的平台上没有账号，收不到消息：{names}",
            "在人员表里写账号再读入，或 xiaohao bind --by-mobile 平台，或让本人私聊机器人说明身份、重点办点确认",
        )


def _holidays(checkup: Checkup, settings: Config, today: date) -> None:
    from bot import holidays
    from bot.config import ConfigError
    from bot.mechanism import regime as regimes

    checkup.title("放假安排")
    try:
        calendar = holidays.load(settings.city.holidays)
        warn_days = regimes.load(settings.city.regime).holidays.warn_days
    except (ConfigError, regimes.RegimeError):
        return  # told with the config
    todo = (
        "国务院办公厅通知下发后，写进节假日文件（[city] holidays，格式见 config.example.toml），或升级程序；"
        "在那之前，那一年按工作日推算的时限都是暂定的"
    )
    for year in (today.year, today.year + 1):
        if calendar.knows(year):
            checkup.good(f"{year}年的放假安排有")
        elif year == today.year or (date(year, 1, 1) - today).days <= warn_days:
            checkup.fault(f"没有{year}年的放假安排", todo)
        else:
            checkup.hint(f"还没有{year}年的放假安排", todo)


def _fonts(checkup: Checkup) -> None:
    checkup.title("中文字体")
    if chinese_fonts():
        checkup.good("有中文字体")
    else:
        checkup.hint(
            "没有中文字体：图表、图片里的汉字会成方框（聊天消息不受影响）",
            "apt-get install fonts-noto-cjk，没有互联网就把字体文件拷到 /usr/local/share/fonts",
        )


def chinese_fonts() -> bool:
    """Whether this machine has a font with Chinese characters."""
    if shutil.which("fc-list"):
        found = subprocess.run(
            ["fc-list", ":lang=zh", "family"], capture_output=True, text=True, timeout=20, check=False
        )
        return bool(found.stdout.strip())
    return font_files((Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts"))


def font_files(folders: Sequence[Path]) -> bool:
    """Whether a file in those folders is named like such a font."""
    files = (file for folder in folders if folder.is_dir() for file in folder.rglob("*.[to]t[fc]"))
    return any(name in file.name.lower().replace("-", "") for file in files for name in _FONTS)


# ---- platforms ----------------------------------------------------------------------------------


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


async def _platforms(checkup: Checkup, settings: Config) -> None:
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
            for base in _bases(channels, name):
                reached = await _reach(checkup, settings, base) or reached
            if name in ("wecom", "dingtalk", "zwdd", "feishu"):
                await _check(checkup, getattr(module, "check", None), opened[folder], name, channels, ports)
            _callbacks(checkup, settings, opened[folder], name)
            if name in _ALLOW_LIST:
                checkup.hint(f"出口 IP：{_ALLOW_LIST[name]}{_own_address(channels, name)}")
            checkup.hint(f"平台的限制：{_NEVER[name]}")
        await _public(checkup, settings, opened)
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


def _bases(channels: Channels, name: str) -> list[str]:
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


async def _reach(checkup: Checkup, settings: Config, base: str) -> bool:
    """Whether something answers there; its clock is compared with ours."""
    if not base:
        checkup.fault("webhook_url 不是网址", "从平台上重新抄一遍机器人的 Webhook 地址")
        return False
    host = URL(base).host
    ca_bundle = settings.channels.ca_bundle
    try:
        trusted: Any = ssl.create_default_context(cafile=ca_bundle) if ca_bundle else True
        timeout = aiohttp.ClientTimeout(total=_SLOWEST)
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


def _callbacks(checkup: Checkup, settings: Config, platform: Platform, name: str) -> None:
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


def _own_address(channels: Channels, name: str) -> str:
    """The address from which this machine would call, as far as it knows it itself."""
    host = next((URL(base).host for base in _bases(channels, name) if base), None)
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


async def _public(checkup: Checkup, settings: Config, opened: dict[str, Platform]) -> None:
    """Whether our own address answers, seen from here."""
    base = settings.server.public_url.rstrip("/")
    if not base or not any(platform.callbacks for platform in opened.values()):
        return
    checkup.title("本机的外网地址")
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_SLOWEST)) as http,
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


# ---- calls a month ------------------------------------------------------------------------------

_NUDGES_A_WEEK = 1
_OFFICE_A_DAY = 10  # answers to the office, and what it is told
_TOKENS_A_MONTH = 12 * 31  # every two hours


def _quotas(checkup: Checkup, settings: Config, directory: "Directory | None", today: date) -> None:
    names = [name for name in ("wecom", "dingtalk", "zwdd", "feishu") if name in enabled(settings.channels)]
    if not names:
        return
    checkup.title("每月大约要调用多少次")
    if directory is None:
        checkup.hint("没有人员和台账，估不出来")
        return
    for name in names:
        sum_of_it, total, peak = expected(settings, directory, name, today)
        typer.echo(f"　　　{CHANNEL[name]}：{sum_of_it}")
        _against(checkup, settings.channels, name, total, peak)


def expected(settings: Config, directory: "Directory", name: str, today: date) -> tuple[str, int, int]:
    """The sum in words, what it comes to a month, and on a workday."""
    from bot import holidays

    people = [one for one in directory.people.values() if name in one.accounts]
    assumed = ""
    if not people:
        people, assumed = list(directory.people.values()), "（还没人绑定，按所有人估）"
    liaisons = sum(1 for one in people if one.has("liaison"))
    contacts = [one for one in people if one.has("contact")]
    units = len({one.unit_id for one in contacts})
    office = sum(1 for one in people if one.has("office"))
    leaders = sum(1 for one in people if one.rank > 0)
    groups = sum(1 for one in directory.groups.values() if one.channel.startswith(name))
    calendar = holidays.load(settings.city.holidays)
    first = today.replace(day=1)
    days = sum(
        calendar.is_workday(date.fromordinal(one))
        for one in range(first.toordinal(), add_months(first, 1).toordinal())
    )
    per_day = liaisons + len(contacts) + office * _OFFICE_A_DAY + groups
    weekly = liaisons * _NUDGES_A_WEEK + leaders
    total = per_day * days + weekly * 4 + _TOKENS_A_MONTH
    words = (
        f"{assumed}（联络员{liaisons}×1答复 ＋ {units}个单位的联系人{len(contacts)}×1条清单"
        f" ＋ 重点办{office}×{_OFFICE_A_DAY} ＋ 群{groups}×1日报）×{days}个工作日"
        f" ＋（联络员{liaisons}×{_NUDGES_A_WEEK}催报 ＋ 领导{leaders}×1）×4周 ＋ 令牌等{_TOKENS_A_MONTH} ＝ {total}次"
    )
    return words, total, per_day


def _against(checkup: Checkup, channels: Channels, name: str, total: int, peak: int) -> None:
    fewer = "少建按人推送的群外提醒，或向平台购买更高的额度后改配置里的限额"
    if name == "dingtalk" and channels.dingtalk is not None:
        most = channels.dingtalk.per_month
        words = f"本月大约{total}次，配置的额度 per_month = {most}（标准版每月5000次）"
        if total > most:
            checkup.fault(f"{words}，不够用", f"钉钉后台买专业版或加量包，再改 per_month；{fewer}")
        elif total > most * 7 // 10:
            checkup.hint(f"{words}，不宽裕", fewer)
        else:
            checkup.good(words)
    elif name == "wecom" and channels.wecom is not None:
        most = channels.wecom.per_app_day
        words = f"每个工作日大约{peak}人次；平台限“账号上限×200人次/天”，配置 per_app_day = {most}"
        if peak > most:
            checkup.fault(f"{words}，不够用", fewer)
        else:
            checkup.good(words)
    elif name == "feishu":
        checkup.good(f"本月大约{total}次；发消息的接口按每秒50次、每分钟1000次限，不按月限")
    else:
        checkup.hint(f"本月大约{total}次；专有钉钉的额度没有公开的说明", "向平台运维方问清每日、每月的上限")
