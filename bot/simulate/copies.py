"""A throw-away copy of a city's database: SQLite by its own backup, PostgreSQL table by table. Only read from."""

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy
from sqlalchemy import LargeBinary, Table, insert, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError

from bot.unreadable import database_reason
from storage import migrate
from storage.database import Database
from storage.tables import metadata

_TOGETHER = 1000  # rows


class NoCopy(Exception):
    """The database can't be copied; the text says why and what to do."""


def copy_of(source: str, folder: Path) -> str:
    """The URL of a SQLite copy in that folder. `source`: a file, or a URL as SQLAlchemy writes it. Raises NoCopy."""
    target = folder / "copy.db"
    if "://" not in source:
        _backup(Path(source), target)
    elif (url := make_url(source)).get_backend_name() == "sqlite":
        _backup(Path(url.database or ""), target)
    else:
        _tables(url, target)
    return f"sqlite:///{target}"


def _backup(file: Path, target: Path) -> None:
    if not file.is_file():
        raise NoCopy(f"没有这个数据库文件：{file}")
    try:
        # Read only: a database in use is copied as it stands, what is written meanwhile is not waited for.
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as there:
            with closing(sqlite3.connect(target)) as here:
                there.backup(here)
            names = {row[0] for row in there.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.Error as error:
        raise NoCopy(f"{file}：打不开（{database_reason(error)}）") from error
    if "alembic_version" not in names:
        raise NoCopy(f"{file}：不是本程序的数据库文件")


def _tables(url: URL, target: Path) -> None:
    copy = Database(f"sqlite:///{target}", durable=False)
    try:
        migrate.upgrade(copy)
        engine = sqlalchemy.create_engine(url, isolation_level="REPEATABLE READ", hide_parameters=True)
        try:
            with engine.connect() as there, there.begin():
                there.exec_driver_sql("SET TRANSACTION READ ONLY")
                stands = there.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
                if stands != migrate.newest():
                    raise NoCopy(
                        f"那个数据库是{stands}版，本程序是{migrate.newest()}版：先用 xiaohao migrate 升级"
                    )
                with copy.engine.begin() as here:
                    # Rows may refer to rows of the same table that come later: looked at when all is there.
                    here.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
                    for table in metadata.sorted_tables:
                        _rows(there, here, table)
        except DBAPIError as error:
            raise NoCopy(f"数据库打不开（{database_reason(error)}）") from error
        finally:
            engine.dispose()
    finally:
        copy.close()


def _rows(there: sqlalchemy.Connection, here: sqlalchemy.Connection, table: Table) -> None:
    # Pictures and files are not needed to know what would be said.
    left_out = {column.name: b"" for column in table.columns if isinstance(column.type, LargeBinary)}
    rows = there.execution_options(yield_per=_TOGETHER).execute(
        select(*(column for column in table.columns if column.name not in left_out))
    )
    here.execute(table.delete())
    for some in rows.mappings().partitions(_TOGETHER):
        here.execute(insert(table), [{**row, **left_out} for row in some])
