"""Single values that the whole city shares: the demo's clock, the version of the directory."""

from typing import Any

from sqlalchemy import CursorResult, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Tx
from storage.prepared import Prepared
from storage.tables import setting

_VALUE = Prepared(select(setting.c.value).where(setting.c.name == bindparam("wanted")))


def get(tx: Tx, name: str) -> Any:
    """The value, or None."""
    row = _VALUE.first(tx, {"wanted": name})
    return row.value if row is not None else None


def put(tx: Tx, name: str, value: Any) -> None:
    """Set the value, whether it stood before or not."""
    insert = upsert(tx.dialect.name, setting).values(name=name, value=value)
    tx.execute(insert.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def upsert(dialect: str, table: Any) -> Any:
    """An INSERT of that database (`tx.dialect.name`) that understands ON CONFLICT."""
    return (sqlite if dialect == "sqlite" else postgresql).insert(table)


def new_id(inserted: CursorResult[Any]) -> int:
    """The id of the row that an INSERT made."""
    key = inserted.inserted_primary_key
    assert key is not None  # every table here has one
    return int(key[0])
