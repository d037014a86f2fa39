"""Whether what the config names is there: the regime, the holidays file, the words, a database."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot import holidays
from bot.config import Config, ConfigError
from bot.mechanism import regime as regimes
from bot.unreadable import database_reason, reason_of

_HOW = 'SQLite 写 "sqlite:///data/xiaohao.db"，PostgreSQL 写 "postgresql+psycopg://用户:口令@主机/库"'
_SQLITE_FILE = b"SQLite format 3\0"


def faults(config: Config) -> list[str]:
    """Every fault that the start would meet, in Chinese; the folder of a SQLite file is made."""
    checks: tuple[Callable[[Config], Iterator[str]], ...] = (_regime, _holidays, _words, database)
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


def database(config: Config) -> Iterator[str]:
    """What is wrong with the database as a file or as an address; a server is not asked."""
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
                head = opened.read(len(_SQLITE_FILE))
            if head not in (b"", _SQLITE_FILE):
                yield f"storage.url：{file} 不是本程序的数据库文件"
            elif head:
                with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as there:
                    there.execute("SELECT name FROM sqlite_master").fetchall()
        except OSError as error:
            yield f"storage.url：{file} 打不开（{reason_of(error)}）"
        except sqlite3.Error as error:
            yield f"storage.url：{file} 打不开（{database_reason(error)}）"
