"""Projects before they stand in a year's ledger: planned, signed, in preparation; and the counties' yearly tasks."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.tables.base import metadata, own_id, refers_to

reserve_project = Table(
    "reserve_project",
    metadata,
    own_id(),
    Column("name", String(300), nullable=False, unique=True),
    refers_to("area"),  # none: 市直
    Column("field", String(20), nullable=False),
    Column("total_investment", BigInteger, nullable=False),
    Column("annual_plan", BigInteger, nullable=False),
    Column("stage", String(20), nullable=False),
    Column("days", JSON, nullable=False, default=dict),  # {stage: the day it was reached}, where known
    refers_to("project"),  # the project of the ledger that it became
    Column("note", Text, nullable=False, default=""),
    Column("gone", Boolean, nullable=False, default=False),
)

area_task = Table(  # a county's task of fixed-asset investment for a year, in 元
    "area_task",
    metadata,
    own_id(),
    refers_to("area", required=True),
    Column("year", Integer, nullable=False),
    Column("yuan", BigInteger, nullable=False),
    UniqueConstraint("year", "area_id"),
)
