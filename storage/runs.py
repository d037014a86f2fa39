"""What must happen once: claimed by a unique row, committed with what it causes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from storage.database import Tx
from storage.settings import upsert
from storage.tables import run


def first(tx: Tx, key: str, at: datetime, result: Mapping[str, Any] | None = None) -> bool:
    """Whether this is the first time that `key` happens."""
    made = tx.execute(
        upsert(tx.dialect.name, run)
        .values(key=key, at=at, result=dict(result or {}))
        .on_conflict_do_nothing()
        .returning(run.c.key)
    )
    return made.first() is not None


def happened(tx: Tx, key: str) -> bool:
    """Whether it happened before."""
    return tx.execute(select(run.c.key).where(run.c.key == key)).first() is not None
