"""Whether what the config names is there: the regime, the holidays file, the words, a database."""

from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot import holidays
from bot.config import Config, ConfigError
from bot.mechanism import regime as regimes
from bot.unreadable import reason_of

_HOW = 'SQLite 写 "sqlite:///data/xiaohao.db"，PostgreSQL 写 "postgresql+psycopg://用户:口令@主机/库"'
_SQLITE_FILE = b"SQLite format 3\0"


def faults(config: Config) -> list[str]:
    """Every fault that the start would meet, in Chinese; the folder of a SQLite file is made."""
    checks: tuple[Callable[[Config], Iterator[str]], ...] = (_regime, _holidays, _words, _database)
    return [fault for check in checks for fault in check(config)]


def _regime(config: Config) -> Iterator[str]:
    try:
        regimes.load(config.city.regime)
    except regimes.RegimeError as error:
        yield from (f"city.regime：{fault}" for fault in error.faults)


def _holidays(config: Config) -> Iterator[str]:
    try:
        holidays.load(config.city.holidays)
    except ConfigError as error:
        yield from (f"city.holidays：{fault}" for fault in error.faults)


def _words(config: Config) -> Iterator[str]:
    if config.city.words is None:
        return
    from bot.understanding import lexicon  # heavy, and hardly ever needed here

    try:
        lexicon.check(config.city.words)
    except lexicon.LexiconError as error:
        yield from (f"city.words：{fault}" for fault in error.faults)


def _database(config: Config) -> Iterator[str]:
    try:
        url = make_url(config.storage.url)
    except ArgumentError:
        yield f"storage.url：不是数据库地址。{_HOW}"
        return
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        yield f"storage.url：不支持 {url.drivername}。{_HOW}"
    elif url.drivername == "sqlite" and url.database:
        file = Path(url.database)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("ab+") as opened:
                opened.seek(0)
                if opened.read(len(_SQLITE_FILE)) not in (b"", _SQLITE_FILE):
                    yield f"storage.url：{file} 不是本程序的数据库文件"
        except OSError as error:
            yield f"storage.url：{file} 打不开（{reason_of(error)}）"
