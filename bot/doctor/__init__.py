"""`xiaohao doctor`: is the city set up as it must be? Each fault with what to do; status 1 if there is one.

Nothing is written, nothing is sent to anybody, no secret is printed: of a webhook only the host is named.
"""

import asyncio
import shlex
from datetime import datetime
from pathlib import Path

import typer

from bot import checking
from bot.calendar import CITY, day_of
from bot.command_parts import ConfigFile
from bot.config import Config
from bot.doctor.checkup import Checkup, enabled
from bot.doctor.city import database, fonts, holidays
from bot.doctor.platforms import platforms
from bot.doctor.quotas import quotas
from bot.wording import CHANNEL


def doctor(config: ConfigFile = None) -> None:
    """检查配置、数据库、放假安排、字体和启用的平台；有错说明怎么办，退出码为 1。"""
    checkup = Checkup()
    settings = _config(checkup, config)
    if settings is not None:
        now = datetime.now(CITY)
        # A file that is no database was told with the config.
        directory = None if any(checking.database(settings)) else database(checkup, settings)
        holidays(checkup, settings, day_of(now))
        fonts(checkup)
        asyncio.run(platforms(checkup, settings))
        quotas(checkup, settings, directory, day_of(now))
    typer.echo("")
    if checkup.faults:
        named = f" --config {shlex.quote(str(config))}" if config else ""
        typer.echo(f"有{checkup.faults}处错误要改，改好后再运行一次 xiaohao doctor{named}。")
        raise typer.Exit(1)
    typer.echo("没有发现错误。")


def _config(checkup: Checkup, path: Path | None) -> Config | None:
    from bot.config import ConfigError, file_of, load

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
        file = file_of(path)
        source = f"{file} 没有错" if file else "没有 config.toml，都用默认值"
        checkup.good(f"{source}；启用的平台：{opened}")
    return settings
