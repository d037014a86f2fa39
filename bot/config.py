"""config.toml and the environment: all faults are found at the start, at once, each with its key.

XIAOHAO_SERVER__PORT=8081 overrides [server] port; XIAOHAO_CONFIG names the file. A misspelt key or
variable is an error, and so is a file that was named and is not there.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import PydanticCustomError

from bot.unreadable import Unreadable, read_toml, reason_of

_PREFIX = "XIAOHAO_"
_USUAL = Path("config.toml")


class ConfigError(Exception):
    """The config is wrong; `faults` are lines in Chinese, each with its key. `rest`: what of it is right."""

    def __init__(self, faults: list[str], rest: "Config | None" = None) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults
        self.rest = rest


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class City(_Table):
    """The city, its regime, the year of its ledger, its own holidays and words."""

    name: str = "运城市"
    regime: str = "yuncheng-2025"
    ledger_year: int = Field(default=2025, ge=2000, le=2100)
    holidays: Path | None = None
    words: Path | None = None


class Server(_Table):
    """Where the bot listens, and how it is reached from outside."""

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    public_url: str = ""


class Storage(_Table):
    """The database, as SQLAlchemy writes it."""

    url: str = "sqlite:///data/xiaohao.db"


class Console(_Table):
    """The chat page that speaks as anyone: only on loopback."""

    enabled: bool = False


def _address(text: str) -> str:
    scheme, _, rest = text.partition("://")
    if scheme not in ("http", "https") or not rest or any(sign in rest for sign in " ?#@\\"):
        raise PydanticCustomError("address", "应是 http:// 或 https:// 开头的地址，可以带路径前缀")
    return text.rstrip("/")


def _aes_key(secret: SecretStr) -> SecretStr:
    text = secret.get_secret_value()
    if len(text) != 43 or not all(sign.isascii() and (sign.isalnum() or sign in "+/") for sign in text):
        raise PydanticCustomError("aes_key", "应是平台给的 43 个字符的 EncodingAESKey")
    return secret


Address = Annotated[str, AfterValidator(_address)]
Given = Annotated[str, Field(min_length=1, max_length=200)]
Secret = Annotated[SecretStr, Field(min_length=1)]
AesKey = Annotated[SecretStr, AfterValidator(_aes_key)]
Often = Annotated[int, Field(ge=1, le=10_000_000)]


class Platform(_Table):
    """What every platform's table has; a table that is there is switched on."""

    enabled: bool = True
    # How far a callback's stamp may be from now: who repeats a push may keep its stamp; doubles are known by id.
    fresh_seconds: int = Field(default=3600, ge=10, le=90_000)
    hosts: tuple[str, ...] = ()  # more hosts from which files and reply addresses in a message are trusted


class Wecom(Platform):
    """企业微信 or 政务微信: a self-built app."""

    base_url: Address = "https://qyapi.weixin.qq.com"
    corp_id: Given
    agent_id: int = Field(ge=0)
    secret: Secret
    token: Secret
    aes_key: AesKey
    cards: bool = True  # 政务微信 may have no template_card: then buttons are told in words
    per_person_minute: Often = 20
    per_person_hour: Often = 800
    per_app_minute: Often = 6000
    per_app_day: Often = 100_000


class WecomBot(Platform):
    """企业微信 智能机器人, with a callback."""

    token: Secret
    aes_key: AesKey


class WecomRobot(Platform):
    """企业微信 群机器人: a webhook out, and a callback where the platform has it."""

    token: Secret | None = None
    aes_key: AesKey | None = None
    webhook_url: SecretStr | None = None
    per_minute: Often = 15
    chatid: bool = False  # 政务微信: one webhook reaches many groups, each by its chatid


class Dingtalk(Platform):
    """钉钉: an in-house app with a robot; a group's own robot by its webhook."""

    api_url: Address = "https://api.dingtalk.com"
    oapi_url: Address = "https://oapi.dingtalk.com"
    app_key: Given
    app_secret: Secret
    robot_code: str = ""  # none: the app key
    token: Secret | None = None
    aes_key: AesKey | None = None
    corp_id: str = ""
    card_secret: Secret | None = None
    robot_aes_key: AesKey | None = None  # the robot's messages are encrypted: plain ones are refused then
    robot_receivers: tuple[str, ...] = ()  # what may stand in their frames; none: our app, robot or company
    card_template_id: str = ""  # none: buttons are links that say their words, or words
    card_route_key: Given = "xiaohao"
    card_callback_url: str = ""  # given: registered with the platform before the first card
    links: bool = True  # buttons as links in private chats
    webhook_url: SecretStr | None = None  # a group's own robot: channel dingtalk_robot, out only
    webhook_secret: Secret | None = None
    per_person_minute: Often = 15
    per_group_minute: Often = 15
    per_api_second: Often = 10  # of 20: two such stretches may arrive in one second
    per_month: Often = 4800
    webhook_minute: Often = 15


class Zwdd(Platform):
    """专有钉钉, 浙政钉: out only. `ip` and `mac` are what the gateway is told of this machine."""

    base_url: Address = "https://openplatform.dg-work.cn"
    app_key: Given
    app_secret: Secret
    tenant_id: Given
    ip: str = "127.0.0.1"
    mac: str = "00:00:00:00:00:00"
    per_person_minute: Often = 15
    per_second: Often = 10


class Feishu(Platform):
    """飞书: a self-built app; `webhook_url` is a custom robot of one group, out only."""

    base_url: Address = "https://open.feishu.cn"
    app_id: Given
    app_secret: Secret
    verification_token: Secret
    encrypt_key: Secret | None = None
    tenant_key: str = ""
    # An event is pushed again for seven hours, perhaps with the stamp of the first time.
    fresh_seconds: int = Field(default=28_800, ge=10, le=90_000)
    urgent_push: bool = True  # urgent messages to a person are also pushed by 应用内加急
    webhook_url: SecretStr | None = None
    webhook_secret: SecretStr | None = None
    per_person_second: Often = 4
    per_group_second: Often = 3  # the platform's 5 are shared by all robots of the group
    per_app_second: Often = 40
    per_app_minute: Often = 900
    robot_per_second: Often = 4
    robot_per_minute: Often = 90


class Channels(_Table):
    """The platforms; each has a table of its own. `proxy` and `ca_bundle` are for calls to them."""

    console: Console = Console()
    wecom: Wecom | None = None
    wecom_bot: WecomBot | None = None
    wecom_robot: WecomRobot | None = None
    dingtalk: Dingtalk | None = None
    zwdd: Zwdd | None = None
    feishu: Feishu | None = None
    proxy: str = ""
    ca_bundle: Path | None = None


class Web(_Table):
    """What answers a browser."""

    max_file_mb: int = Field(default=10, ge=1, le=100)
    link_hours: int = Field(default=72, ge=1, le=24 * 31)  # how long a personal link opens its page
    session_hours: int = Field(default=12, ge=1, le=24 * 7)  # how long a browser that opened one may go on


class Logging(_Table):
    """How much is written to standard error."""

    level: Annotated[str, Field(pattern="^(debug|info|warning|error)$")] = "info"


class Screening(_Table):
    """Words of the city that mark a text as classified, beside 秘密, 机密 and 绝密 markings."""

    words: tuple[str, ...] = ()


class PaperFonts(_Table):
    """The fonts of official documents; empty: those of GB/T 9704."""

    title: str = ""
    text: str = ""
    heading: str = ""
    subheading: str = ""
    number: str = ""


class Papers(_Table):
    """How official documents look: 版头, 发文字号, 主送, 抄送, fonts."""

    head: Literal["red", "plain"] = "plain"
    head_words: str = ""  # 发文机关标志; empty: the office's name with 文件
    serial: str = "第{number}期"  # 发文字号, say 运项推办〔{year}〕{number}号
    to: str = "各县（市、区）人民政府，开发区管委会，市直各有关单位"
    copies: str = ""
    fonts: PaperFonts = PaperFonts()


class Config(_Table):
    """Everything a city sets; every key has a default."""

    city: City = City()
    server: Server = Server()
    storage: Storage = Storage()
    channels: Channels = Channels()
    web: Web = Web()
    logging: Logging = Logging()
    classified: Screening = Screening()
    papers: Papers = Papers()


_REASONS = {
    "extra_forbidden": "没有这个配置项，请检查拼写",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false",
    "string_type": "应为文字",
    "greater_than_equal": "太小",
    "less_than_equal": "太大",
    "string_pattern_mismatch": "不在可选的值里",
    "literal_error": "不在可选的值里",
    "model_type": "应为一个配置表",
    "tuple_type": '应为一个列表，如 ["甲", "乙"]',
    "path_type": "应为文件路径",
    "missing": "缺这一项",
    "string_too_short": "不能为空",
    "too_short": "不能为空",
    "string_too_long": "太长",
}


def file_of(path: Path | None, environment: Mapping[str, str] = os.environ) -> Path | None:
    """The file that counts: the one given, the environment's, or config.toml where the command is typed."""
    if path is not None:
        return path
    if _PREFIX + "CONFIG" in environment:
        return Path(environment[_PREFIX + "CONFIG"])
    return _USUAL if _USUAL.is_file() else None


def load(path: Path | None, environment: Mapping[str, str] = os.environ) -> Config:
    """The config of a file (see `file_of`; none: defaults), the environment over it. Raises ConfigError."""
    named = file_of(path, environment)
    values: dict[str, Any] = {}
    source = str(named) if named else "默认配置"
    if named is not None:
        try:
            values = read_toml(named)
        except FileNotFoundError:
            raise ConfigError([f"{named}：没有这个文件"]) from None
        except Unreadable as error:
            raise ConfigError([f"{named}：{error}"]) from None
    unread: set[tuple[int | str, ...]] = set()
    faults = _read_secrets(values, unread) + _override(values, environment)
    config: Config | None = None
    told = False
    while config is None:
        try:
            config = Config.model_validate(values)
        except ValidationError as error:
            for one in error.errors():
                key = ".".join(str(part) for part in one["loc"])
                # Told once: later rounds miss what was taken out here, a key whose file is gone was told above.
                if not told and not (one["type"] == "missing" and one["loc"] in unread):
                    faults.append(f"{source}：{key} {_REASONS.get(one['type'], one['msg'])}")
                _leave_out(values, one["loc"][:-1] if one["type"] == "missing" else one["loc"])
            told = True
    if config.channels.console.enabled and config.server.host not in ("127.0.0.1", "::1", "localhost"):
        faults.append(
            f"{source}：channels.console.enabled 聊天台可以冒充任何人，只能在本机地址上开（server.host）"
        )
    if faults:
        raise ConfigError(faults, config)
    return config


def _leave_out(values: dict[str, Any], place: tuple[int | str, ...]) -> None:
    """Take the wrong value out, so that the rest can be looked at: a list goes whole."""
    table: Any = values
    for part in place[:-1]:
        if not isinstance(table.get(part), dict):
            table.pop(part, None)
            return
        table = table[part]
    table.pop(place[-1], None)


def _override(values: dict[str, Any], environment: Mapping[str, str]) -> list[str]:
    faults = []
    for name, text in environment.items():
        if not name.startswith(_PREFIX) or name == _PREFIX + "CONFIG":
            continue
        *tables, key = name.removeprefix(_PREFIX).lower().split("__")
        place: dict[str, Any] = values
        model: type[BaseModel] = Config
        for table in tables:
            inner = _table_of(model, table)
            if inner is None:
                faults.append(f"环境变量 {name}：没有对应的配置项")
                break
            place, model = place.setdefault(table, {}), inner
            if not isinstance(place, dict):
                break  # not a table: the check of the whole says so
        else:
            if key not in model.model_fields:
                faults.append(f"环境变量 {name}：没有对应的配置项")
            else:
                place[key] = text
    return faults


def _table_of(model: type[BaseModel], name: str) -> type[BaseModel] | None:
    """The table of that name, which may be one that is left out; None if there is no such table."""
    field = model.model_fields.get(name)
    kinds: tuple[Any, ...] = () if field is None else (field.annotation,)
    if kinds and get_origin(kinds[0]) in (Union, UnionType):
        kinds = get_args(kinds[0])
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def _read_secrets(
    values: dict[str, Any], unread: set[tuple[int | str, ...]], place: tuple[str, ...] = ()
) -> list[str]:
    """`token_file = "…"` stands for `token = "<what the file holds>"`; `unread` gains those that can't be read."""
    faults = []
    for key, value in list(values.items()):
        if isinstance(value, dict):
            faults += _read_secrets(value, unread, (*place, key))
        elif key.endswith("_file") and isinstance(value, str):
            named, before = ".".join((*place, key)), len(faults)
            try:
                values[key.removesuffix("_file")] = Path(value).read_text(encoding="utf-8-sig").strip()
            except OSError as error:
                faults.append(f"{named}：读不出 {value}（{reason_of(error)}）")
            except UnicodeDecodeError:
                faults.append(f"{named}：{value} 不是 UTF-8 文字文件")
            if len(faults) > before:
                unread.add((*place, key.removesuffix("_file")))
            del values[key]
    return faults
