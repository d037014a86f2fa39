"""What all tables are made of.

Moments are UTC in the database and Asia/Shanghai in Python; money is integer 元. Rows refer to
projects and tickets by id, never by the number that people use.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    TypeDecorator,
)
from sqlalchemy.types import TypeEngine

from bot.calendar import CITY

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@lru_cache(maxsize=16_384)  # limits end at midnight and people write in bursts: the same ones come again
def _city_moment(microseconds: int) -> datetime:
    return (_EPOCH + timedelta(microseconds=microseconds)).astimezone(CITY)


class Moment(TypeDecorator[datetime]):
    """An aware datetime: microseconds since 1970 (UTC) on SQLite, timestamptz on PostgreSQL."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without an offset: {value}")
        return (value - _EPOCH) // _MICROSECOND if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "sqlite":
            return _city_moment(value)
        moment: datetime = value
        return moment.astimezone(CITY)


Id = BigInteger().with_variant(Integer, "sqlite")


def own_id() -> Column[int]:
    """The column by which rows are referred to."""
    return Column("id", Id, primary_key=True)


def refers_to(
    table: str, name: str | None = None, *, required: bool = False, index: bool = False
) -> Column[int]:
    """A reference to a row of that table."""
    return Column(name or f"{table}_id", Id, ForeignKey(f"{table}.id"), nullable=not required, index=index)
