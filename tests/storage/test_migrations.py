"""From nothing, and from every released version, to what the tables say."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, select

from storage.database import Database
from storage.migrate import alembic_config, upgrade, version
from storage.tables import metadata, setting
from tests.conftest import Databases


def versions() -> list[str]:
    """All versions, the first one first."""
    with Database("sqlite://").engine.connect() as connection:
        script = ScriptDirectory.from_config(alembic_config(connection))
        return [one.revision for one in script.walk_revisions()][::-1]


def begin(url: str) -> None:
    """Make the file, if it is to be one; no table."""
    Database(url).close()


@pytest.fixture
def bare(databases: Databases) -> Database:
    """A database without any table."""
    return Database(databases.make("bare", begin))


def test_from_nothing_to_what_the_tables_say(bare: Database) -> None:
    assert version(bare) is None
    upgrade(bare)
    assert version(bare) == versions()[-1]
    with bare.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, metadata) == []
    bare.close()


def test_what_was_kept_under_each_version_is_there_after_the_upgrade(databases: Databases) -> None:
    for start in versions():
        db = Database(databases.make("bare", begin))
        with db.engine.begin() as connection:
            command.upgrade(alembic_config(connection), start)
            connection.execute(insert(setting).values(name="kept", value={"since": start}))
        upgrade(db)
        assert version(db) == versions()[-1]
        kept = db.read_now(lambda tx: tx.execute(select(setting.c.value)).scalar_one())
        assert kept == {"since": start}
        db.close()


def test_an_upgrade_of_what_is_newest_changes_nothing(db: Database) -> None:
    before = version(db)
    upgrade(db)
    assert version(db) == before
