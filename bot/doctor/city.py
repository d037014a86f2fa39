"""What the city stands on: its database, people, holidays and fonts."""

import shutil
import subprocess
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import Config
from bot.doctor.checkup import Checkup, enabled
from bot.unreadable import database_reason

if TYPE_CHECKING:
    from storage.database import Database, Tx
    from storage.directory import Directory

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


def database(checkup: Checkup, settings: Config) -> "Directory | None":
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
        reason = database_reason(error)
        password = _password_in(settings.storage.url)
        reason = reason.replace(password, "…") if password else reason
        checkup.fault(
            f"数据库打不开（{reason}）", "检查 [storage] url、数据库服务是否在运行、账号口令和防火墙"
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


def holidays(checkup: Checkup, settings: Config, today: date) -> None:
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


def fonts(checkup: Checkup) -> None:
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
