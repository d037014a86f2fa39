"""From nothing, and from every released version, to what the tables say."""

from datetime import datetime

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import column, insert, select, table, update

from bot.calendar import CITY
from bot.mechanism.stalled import From
from storage import migrate, stalled
from storage.database import Database
from storage.migrate import alembic_config, upgrade, version
from storage.tables import metadata, project, setting
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


def test_projects_that_were_there_are_counted_from_their_last_progress_or_their_entry(
    databases: Databases,
) -> None:
    db = Database(databases.make("bare", begin))
    imported = datetime(2025, 3, 20, 9, tzinfo=CITY)
    reported = datetime(2025, 6, 5, 9, tzinfo=CITY)
    old = {
        "project": {
            "name": "国道342改线", "former_names": [], "nicknames": [], "owners": [], "place": "", "note": "",
            "build_kind": "new", "field": "infrastructure", "tier": "city", "start_is_actual": False,
        },
        "ledger_entry": {
            "project_id": 1, "year": 2025, "number": 21, "group_name": "闻喜县", "total_investment": 1,
            "annual_plan": 1, "plan_at_start": 1, "gone": False,
        },
        "import_run": {"kind": "ledger", "file_name": "a.xlsx", "hash": "0", "at": imported, "summary": ""},
    }  # fmt: skip
    with db.engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0005")
        for name, values in old.items():
            columns = [column(key, metadata.tables[name].c[key].type) for key in values]
            connection.execute(insert(table(name, *columns)).values(**values))
        moved = table("project", column("last_progress_at", project.c.last_progress_at.type))
        connection.execute(update(moved).values(last_progress_at=reported))
    upgrade(db)
    (one,) = db.read_now(lambda tx: stalled.read(tx, [1], 2025))
    assert (one.standstill.since, one.standstill.begins) == (reported, From.PROGRESS)
    assert db.read_now(lambda tx: stalled.due_ids(tx, imported, 9)) == [1], "looked at at once"
    db.write_now(lambda tx: tx.execute(update(project).values(moved_at=None)))
    (one,) = db.read_now(lambda tx: stalled.read(tx, [1], 2025))
    assert (one.standstill.since, one.standstill.begins) == (imported, From.ENTRY)
    db.close()


def test_the_files_are_called_by_their_versions() -> None:
    assert migrate.versions() == set(versions())
    assert migrate.newest() == versions()[-1]
