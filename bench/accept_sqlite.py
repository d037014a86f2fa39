"""Callbacks taken a second on SQLite, beside plain sqlite3 that commits one row of each, many together."""

from bench import accept
from bench.line import Line


def measure() -> Line:
    """Each round has a database of its own."""
    return accept.measure("accept_sqlite", "≥ 0.4, aim 0.7", lambda: None)
