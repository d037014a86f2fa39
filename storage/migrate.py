"""The schema, brought to its newest version by alembic; upward from every released one."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
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


def newest() -> str:
    """The version that this program brings a database to."""
    return str(_scripts().get_current_head())


def versions() -> set[str]:
    """Every version that this program knows."""
    return {str(one.revision) for one in _scripts().walk_revisions()}


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    return ScriptDirectory.from_config(config)


def alembic_config(connection: Connection) -> Config:
    """alembic over an open connection; no ini file."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
