"""月末台账: the ledger as it stood when a month ended, frozen."""

from sqlalchemy import JSON, Column, Integer, String, Table, UniqueConstraint

from storage.tables.base import metadata, own_id, refers_to

month_end = Table(
    "month_end",
    metadata,
    own_id(),
    Column("month", String(7), nullable=False),  # 2025-09
    refers_to("project", required=True),
    Column("number", Integer, nullable=False),
    Column("entry", JSON, nullable=False),  # the row of the ledger
    Column("figures", JSON, nullable=False),  # what was reported by then
    UniqueConstraint("month", "project_id"),
)
