"""config.toml and the environment: all faults are found at the start, at once, each with its key.

XIAOHAO_SERVER__PORT=8081 overrides [server] port; XIAOHAO_CONFIG names the file. A misspelt key or
variable is an error, and so is a file that was named and is not there.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

_PREFIX = "XIAOHAO_"


class ConfigError(Exception):
    """The config is wrong; `faults` are lines in Chinese, each with its key. `rest`: what of it is right."""

    def __init__(self, faults: list[str], rest: "Config | None" = None) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults
        self.rest = rest


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class City(_Table):
    """The city, its regime, the year of its ledger, its own holidays."""

    name: str = "运城市"
    regime: str = "yuncheng-2025"
    ledger_year: int = Field(default=2025, ge=2000, le=2100)
    holidays: Path | None = None


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


class Channels(_Table):
    """The platforms; each has a table of its own."""

    console: Console = Console()


class Web(_Table):
    """What answers a browser."""

    max_file_mb: int = Field(default=10, ge=1, le=100)


class Logging(_Table):
    """How much is written to standard error."""

    level: Annotated[str, Field(pattern="^(debug|info|warning|error)$")] = "info"


class Screening(_Table):
    """Words of the city that mark a text as classified, beside 秘密, 机密 and 绝密 markings."""

    words: tuple[str, ...] = ()


class Config(_Table):
    """Everything a city sets; every key has a default."""

    city: City = City()
    server: Server = Server()
    storage: Storage = Storage()
    channels: Channels = Channels()
    web: Web = Web()
    logging: Logging = Logging()
    classified: Screening = Screening()


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
    "model_type": "应为一个配置表",
    "tuple_type": '应为一个列表，如 ["甲", "乙"]',
    "path_type": "应为文件路径",
}


def load(path: Path | None, environment: Mapping[str, str] = os.environ) -> Config:
    """The config of a file (none: defaults) with the environment over it. Raises ConfigError."""
    named = path or (Path(environment[_PREFIX + "CONFIG"]) if _PREFIX + "CONFIG" in environment else None)
    values: dict[str, Any] = {}
    source = str(named) if named else "默认配置"
    if named is not None:
        try:
            values = tomllib.loads(named.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise ConfigError([f"{named}：没有这个文件"]) from None
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError([f"{named}：读不出来（{error}）"]) from None
        except tomllib.TOMLDecodeError as error:
            raise ConfigError([f"{named}：不是合格的 TOML（{error}）"]) from None
    faults = _read_secrets(values) + _override(values, environment)
    try:
        config = Config.model_validate(values)
    except ValidationError as error:
        for one in error.errors():
            key = ".".join(str(part) for part in one["loc"])
            faults.append(f"{source}：{key} {_REASONS.get(one['type'], one['msg'])}")
            _leave_out(values, one["loc"])
        config = Config.model_validate(values)
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
        place, model = values, Config
        for table in tables:
            field = model.model_fields.get(table)
            if (
                field is None
                or not isinstance(field.annotation, type)
                or not issubclass(field.annotation, BaseModel)
            ):
                faults.append(f"环境变量 {name}：没有对应的配置项")
                break
            place, model = place.setdefault(table, {}), field.annotation  # type: ignore[assignment]
            if not isinstance(place, dict):
                break  # not a table: the check of the whole says so
        else:
            if key not in model.model_fields:
                faults.append(f"环境变量 {name}：没有对应的配置项")
            else:
                place[key] = text
    return faults


def _read_secrets(values: dict[str, Any], where: str = "") -> list[str]:
    """`token_file = "…"` stands for `token = "<what the file holds>"`."""
    faults = []
    for key, value in list(values.items()):
        if isinstance(value, dict):
            faults += _read_secrets(value, f"{where}{key}.")
        elif key.endswith("_file") and isinstance(value, str):
            try:
                values[key.removesuffix("_file")] = Path(value).read_text(encoding="utf-8").strip()
            except OSError as error:
                faults.append(f"{where}{key}：读不出 {value}（{error.strerror}）")
            except UnicodeDecodeError:
                faults.append(f"{where}{key}：{value} 不是 UTF-8 文字文件")
            del values[key]
    return faults
