"""The schema, brought to its newest version by alembic; upward from every released one."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect

from storage.database import Database

_SCRIPTS = Path(__file__).resolve().parent / "migrations"


def upgrade(db: Database) -> None:
    """Bring the database to the newest version."""
    with db.engine.begin() as connection:
        command.upgrade(alembic_config(connection), "head")


def version(db: Database) -> str | None:
    """The version the database is at; None if it is empty."""
    with db.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
        return str(row[0]) if row else None


def alembic_config(connection: Connection) -> Config:
    """alembic over an open connection; no ini file."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
