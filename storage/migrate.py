"""The schema, brought to its newest version by alembic; upward from every released one."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect

from storage.database import Database

if TYPE_CHECKING:  # a start at the newest version, which is nearly every one, does without alembic
    from alembic.config import Config

_SCRIPTS = Path(__file__).resolve().parent / "migrations"


def upgrade(db: Database) -> None:
    """Bring the database to the newest version."""
    if version(db) == newest():
        return
    from alembic import command

    with db.engine.begin() as connection:
        command.upgrade(alembic_config(connection), "head")


def version(db: Database) -> str | None:
    """The version the database is at; None if it is empty."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
        return str(row[0]) if row else None


def newest() -> str:
    """The version that this program brings a database to."""
    return max(versions())


def versions() -> set[str]:
    """Every version that this program knows: the files are called by them, NUMBER_words.py."""
    return {file.stem.partition("_")[0] for file in (_SCRIPTS / "versions").glob("[0-9]*.py")}


def alembic_config(connection: Connection) -> "Config":
    """alembic over an open connection; no ini file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
